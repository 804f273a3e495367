"""Tags of MP3 and its like: ID3v2 in front (id3.org, 2.2 to 2.4), ID3v1, APE and Lyrics3 behind.

Chinese programs write GBK where the tag says Latin-1, so such values are given in every reading.

In: the file. Out: what they say. Raises IndexError or struct.error for a tag that breaks off.
"""

import struct
from collections.abc import Iterator

from gateway.formats.media.tags import File, TagText, Told, decoded_value
from gateway.text.strings import runs

_UNSYNC, _EXTENDED = 0x80, 0x40
_CHARSETS = {1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
_PICTURES, _OBJECTS = (b"APIC", b"PIC"), (b"GEOB", b"GEO")
_HEADER = 1 << 29
_BEHIND = 256 * 1024
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"RIFF", b"BM")


def id3(data: bytes) -> Iterator[Told]:
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        version, flags = data[at + 3], data[at + 5]
        size = _safe(data[at + 6 : at + 10])
        body = data[at + 10 : at + 10 + size]
        if len(body) != size:
            raise IndexError("a tag behind the end")
        if flags & _UNSYNC and version < 4:
            body = body.replace(b"\xff\x00", b"\xff")
        if flags & _EXTENDED and version > 2:
            skip = _safe(body[:4]) if version == 4 else int.from_bytes(body[:4], "big") + 4
            body = body[skip:]
        yield from _frames(body, version)
        at += 10 + size + (10 if flags & 0x10 else 0)
    yield from _behind(data[max(at, len(data) - _BEHIND) :])


def _safe(number: bytes) -> int:
    """Seven bits a byte."""
    value = 0
    for byte in number:
        value = value << 7 | (byte & 0x7F)
    return value


def _frames(body: bytes, version: int) -> Iterator[Told]:
    at, name_size, head = 0, *((3, 6) if version == 2 else (4, 10))
    while at + head <= len(body) and body[at]:
        name = body[at : at + name_size]
        raw = body[at + name_size : at + 2 * name_size]
        size = _safe(raw) if version == 4 else int.from_bytes(raw, "big")
        value = body[at + head : at + head + size]
        if not name.isalnum() or len(value) != size:
            yield from decoded_value(body[at:])  # whatever it is, it is no frame
            return
        flags = body[at + 9] if version == 4 else 0
        if flags & 0x02:
            value = value.replace(b"\xff\x00", b"\xff")
        if flags & 0x01:
            value = value[4:]
        yield TagText(name.decode("ascii"))
        yield from _value(name, value)
        at += head + size
    if rest := body[at:].strip(b"\0"):
        yield from decoded_value(rest)


def _value(name: bytes, value: bytes) -> Iterator[Told]:
    if name in _PICTURES or name in _OBJECTS:
        starts = [found for start in _STARTS if (found := value.find(start, 1)) >= 0]
        begin = min(starts) if starts else 0
        yield from _texts(value[0], value[1:begin]) if begin else ()
        yield File(value[begin:] if begin else value[1:])
    elif name.startswith((b"T", b"W", b"COM", b"USLT", b"ULT", b"IPL", b"USER", b"OWNE", b"SYLT")) and value:
        yield from _texts(value[0], value[1:])
        if name.startswith(b"W"):
            yield from decoded_value(value)
    else:
        for run in runs(value):
            yield TagText(run)


def _texts(charset: int, value: bytes) -> Iterator[Told]:
    if charset in (1, 2):
        for text in value.decode(_CHARSETS[charset], "replace"), value[3:].decode(_CHARSETS[charset], "replace"):
            yield TagText(text.replace("\0", "\n"))
    else:
        for part in value.split(b"\0"):
            yield from decoded_value(part)


def _behind(end: bytes) -> Iterator[Told]:
    if end[-128:-125] == b"TAG":
        tag = end[-125:]
        for begin, stop in ((0, 30), (30, 60), (60, 90), (94, 124)):
            yield from decoded_value(tag[begin:stop].split(b"\0")[0])
        yield from decoded_value(tag)
    at = end.find(b"APETAGEX")
    if at >= 0:
        size, count, flags = struct.unpack_from("<3L", end, at + 12)
        items = end[at + 32 : at + 32 + size] if flags & _HEADER else end[max(0, at + 32 - size) : at]
        yield from _ape(items, min(count, 1000))
    at = end.find(b"LYRICSBEGIN")
    if at >= 0:
        yield from decoded_value(end[at:-128])


def _ape(items: bytes, count: int) -> Iterator[Told]:
    at = 0
    for _ in range(count):
        if at + 8 > len(items):
            return
        size, flags = struct.unpack_from("<LL", items, at)
        key_end = items.index(b"\0", at + 8) if b"\0" in items[at + 8 :] else len(items)
        yield from decoded_value(items[at + 8 : key_end])
        value = items[key_end + 1 : key_end + 1 + size]
        if flags & 2:
            name, _, content = value.partition(b"\0")
            yield from decoded_value(name)
            yield File(content)
        else:
            yield from decoded_value(value)
        at = key_end + 1 + size
