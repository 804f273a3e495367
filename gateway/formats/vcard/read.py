"""Reads cards (vCard 2.1, RFC 2426, RFC 6350) and calendars (RFC 5545): lines unfolded, values decoded, as text; what
they carry in base64 as children.

A fold may stand between the bytes of one character, and old phones fold inside quoted-printable. The lines as they are
stored are given as well, for whoever opens the file in an editor.

In: the file. Out: texts, children. Nothing is raised.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator

from gateway.formats import Child, Piece, Source
from gateway.model import TextFragment, Unreadable
from gateway.text.charsets import decodings

_FOLD = re.compile(rb"\r?\n[ \t]")
_QUOTED = re.compile(rb"^[^:\r\n]*quoted-printable[^:\r\n]*:", re.IGNORECASE)
_BASE64 = re.compile(rb"^[^:\r\n]*;(?:[^:\r\n]*=)?(?:base64|b)\b[^:\r\n]*:", re.IGNORECASE)
_DATA = re.compile(rb"^[^\r\n]*?:?data:[^,\r\n]*;base64,", re.IGNORECASE)
_CHARSET = re.compile(rb"charset=\"?([\w-]+)", re.IGNORECASE)
_ESCAPES = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\:": ":", "\\\\": "\\"}
_ESCAPED = re.compile(r"\\[nN,;:\\]")
_MOST_LINES = 200_000
_MOST_CHILDREN = 500


def read(source: Source) -> Iterator[Piece]:
    where = source.where
    for reading in decodings(source.data, source.charset)[:3]:
        yield TextFragment(where, "document", reading.text)
    shown: list[str] = []
    number = 0
    lines = _lines(source.data)
    for line in lines[:_MOST_LINES]:
        if (match := _DATA.match(line) or _BASE64.match(line)) is not None:
            number += 1
            if number > _MOST_CHILDREN:
                yield Unreadable(where, "too_many_parts")
                break
            try:
                yield Child(where.inside(f"value {number}"), base64.b64decode(line[match.end() :]))
                continue
            except (binascii.Error, ValueError):
                pass
        if _QUOTED.match(line):
            line = quopri.decodestring(line)
        charset = _CHARSET.search(line.split(b":", 1)[0])
        declared = charset[1].decode("ascii") if charset else source.charset
        texts = [reading.text for reading in decodings(line, declared)][:3]
        if not texts and line.strip():
            yield Unreadable(where, "undecodable_text")
        shown += [_ESCAPED.sub(lambda escape: _ESCAPES[escape[0]], text) for text in texts]
    yield TextFragment(where, "document", "\n".join(shown))
    if len(lines) > _MOST_LINES:
        yield Unreadable(where, "document_too_large")


def _lines(data: bytes) -> list[bytes]:
    """Unfolded by the rule, and by the rule of quoted-printable where a line says that it is."""
    lines: list[bytes] = []
    for line in _FOLD.sub(b"", data).replace(b"\r\n", b"\n").split(b"\n"):
        if lines and _QUOTED.match(lines[-1]) and lines[-1].endswith(b"="):
            lines[-1] = lines[-1][:-1] + line.lstrip(b" \t")
        elif line.strip():
            lines.append(line)
    return lines
