"""Reads winmail.dat (MS-OXTNEF): attributes of the message and its attachments, and the properties inside them.

In: the file. Out: texts, attachments as children; `Unreadable` where it breaks off.
"""

import struct
from collections.abc import Iterator

from gateway.containers import mapi
from gateway.formats import Child, Piece, Source
from gateway.formats.tnef.properties import properties
from gateway.model import Location, Medium, TextFragment, Unreadable, steps
from gateway.text.charsets import decodings
from gateway.text.strings import runs

_ATTACH_DATA, _ATTACH_TITLE, _ATTACH_START = 0x800F, 0x8010, 0x9002
_PROPERTIES, _RECIPIENTS, _ATTACH_PROPERTIES = 0x9003, 0x9004, 0x9005
_ATTACH_PICTURE = 0x8011
_BODY, _SUBJECT = 0x800C, 0x8004
_MOST_ATTRIBUTES = 5000
_LONGEST_STEP = 200


def read(source: Source) -> Iterator[Piece]:
    where, number, title = source.where, 0, ""
    try:
        for kind, data in _attributes(source.data):
            place = where.inside(steps.file(title) if title else steps.attachment(number)) if number else where
            if kind == _ATTACH_START:
                number, title = number + 1, ""
            elif kind == _ATTACH_TITLE:
                for text in mapi.readings(mapi.STRING8, data):
                    title = title or text[:_LONGEST_STEP]
                    yield TextFragment(where.inside(steps.file(title)), "file_name", text)
            elif kind == _ATTACH_DATA:
                yield Child(place, data, title)
            elif kind == _ATTACH_PICTURE:
                continue  # a metafile of the icon that Outlook draws
            elif kind in (_PROPERTIES, _ATTACH_PROPERTIES):
                yield from _properties(data, place, title)
            elif kind == _RECIPIENTS:
                yield from _rows(data, where.inside(steps.RECIPIENTS))
            else:
                yield from _told(kind, data, place)
    except UnicodeEncodeError:
        raise  # a kind of ValueError, and a fault of ours: nothing of the file is written
    except (struct.error, ValueError, IndexError):
        yield Unreadable(where, "broken_tnef")


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    for _ in range(_MOST_ATTRIBUTES):
        if at >= len(data) or not data[at:].strip(b"\0"):
            return
        _, kind, size = struct.unpack_from("<BLL", data, at)
        body = data[at + 9 : at + 9 + size]
        if len(body) != size:
            raise ValueError("an attribute behind the end")
        at += 9 + size + 2
        yield kind & 0xFFFF, body
    raise ValueError("more attributes than a message has")


def _told(kind: int, data: bytes, where: Location) -> Iterator[Piece]:
    readings = [reading.text for reading in decodings(data.rstrip(b"\0")) if reading.exact]
    for text in readings[:3] or ["\n".join(runs(data))]:
        if text.strip():
            yield TextFragment(where, "document" if kind in (_BODY, _SUBJECT) else "metadata", text)


def _rows(data: bytes, where: Location) -> Iterator[Piece]:
    count, at = struct.unpack_from("<L", data)[0], 4
    for _ in range(min(count, _MOST_ATTRIBUTES)):
        for tag, kind, values in (rows := properties(data, at)):
            yield from _property(tag, kind, values, where, "")
        at = rows.end


def _properties(data: bytes, where: Location, title: str) -> Iterator[Piece]:
    for tag, kind, values in properties(data, 0):
        yield from _property(tag, kind, values, where, title)


def _property(tag: int, kind: int, values: list[bytes], where: Location, title: str) -> Iterator[Piece]:
    for value in values:
        if kind in (mapi.STRING8, mapi.UNICODE):
            medium: Medium = "document" if tag == mapi.BODY else "metadata"
            for text in mapi.readings(kind, value):
                yield TextFragment(where, medium, text, names_people=tag in mapi.PEOPLE)
        elif tag == mapi.PACKED_RTF:
            try:
                yield Child(where.inside(steps.RTF_BODY), mapi.rtf(value))
            except ValueError:
                yield Unreadable(where, "broken_rtf")
        elif tag == mapi.HTML:
            yield Child(where.inside(steps.HTML_BODY), value, "", "html")
        elif tag == mapi.DATA:
            # An object has the id of its interface in front: a message that is TNEF again, or a compound file.
            yield Child(where.inside(steps.embedded_object()), value[16:] if kind == mapi.OBJECT else value, title)
        elif tag == mapi.ICON:
            continue
        elif kind not in mapi.FIXED_SIZES and (text := "\n".join(runs(value))):
            yield TextFragment(where, "metadata", text)
