"""Reads cards (vCard 2.1, RFC 2426, RFC 6350) and calendars (RFC 5545): lines unfolded, values decoded, as text; names
of people by themselves, structured ones put together; what is HTML as HTML; what they carry in base64 as children.

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
from gateway.formats.vcard.lines import line_of, markup, names, unescaped
from gateway.model import Location, TextFragment, Unreadable, steps
from gateway.text.charsets import decodings
from gateway.text.lenient_base64 import lenient_readings

_FOLD = re.compile(rb"\r?\n[ \t]")
_QUOTED = re.compile(rb"^[^:\r\n]*quoted-printable[^:\r\n]*:", re.IGNORECASE)
_HEAD = re.compile(rb"[^:\r\n]{1,4000}:")
_BASE64 = re.compile(rb";(?:[\w-]{1,20}=)?\"?(?:base64|b)\b", re.IGNORECASE)
_DATA = re.compile(rb"^[^\r\n]{0,4000}?:?data:[^,\r\n]{0,400};base64,", re.IGNORECASE)
_CHARSET = re.compile(rb"charset=\"?([\w-]+)", re.IGNORECASE)
_MOST_LINES = 200_000
_MOST_CHILDREN = 500
_MOST_PAGES = 50
_LONGEST_NAMED = 500


def read(source: Source) -> Iterator[Piece]:
    where = source.where
    for reading in decodings(source.data, source.charset)[:3]:
        yield TextFragment(where, "document", reading.text)
    shown: list[str] = []
    named: dict[str, None] = {}
    pages: dict[str, None] = {}
    number = 0
    lines = _lines(source.data)
    for line in lines[:_MOST_LINES]:
        if (match := _DATA.match(line) or _base64_head(line)) is not None:
            number += 1
            if number > _MOST_CHILDREN:
                yield Unreadable(where, "too_many_parts")
                break
            for value in lenient_readings(line[match.end() :]):
                yield Child(where.inside(steps.value(number)), value)
                named.update(dict.fromkeys(_names_in_base64(match[0], value, source.charset)))
            if _is_whole(line[match.end() :]):
                continue
        if _QUOTED.match(line):
            line = quopri.decodestring(line)
        charset = _CHARSET.search(line.split(b":", 1)[0])
        declared = charset[1].decode("ascii") if charset else source.charset
        texts = [reading.text for reading in decodings(line, declared)][:3]
        if not texts and line.strip():
            yield Unreadable(where, "undecodable_text")
        for text in texts:
            shown.append(unescaped(text))
            taken = line_of(text)
            named.update(dict.fromkeys(name for name in names(taken) if len(name) <= _LONGEST_NAMED))
            pages.update(dict.fromkeys(markup(taken)))
    yield TextFragment(where, "document", "\n".join(shown))
    if named:
        yield TextFragment(where.inside(steps.NAMES), "metadata", "\n".join(named), names_people=True)
    yield from _pages(list(pages), where)
    if len(lines) > _MOST_LINES:
        yield Unreadable(where, "document_too_large")


def _names_in_base64(head: bytes, value: bytes, charset: str) -> Iterator[str]:
    """Names of people in a value that was in base64: `N` has its parts there too."""
    if len(value) > _LONGEST_NAMED:
        return
    said = _CHARSET.search(head)
    for reading in decodings(value, said[1].decode("ascii") if said else charset)[:3]:
        yield from names(line_of(head.decode("ascii", "replace") + reading.text))


def _base64_head(line: bytes) -> re.Match[bytes] | None:
    """Name and parameters, where they say that the value is in base64."""
    head = _HEAD.match(line)
    return head if head is not None and _BASE64.search(head[0]) else None


def _is_whole(value: bytes) -> bool:
    """Whether it has the padding that it must have; else it may be plain text as well, whatever its head says."""
    try:
        base64.b64decode(value)
    except binascii.Error:
        return False
    return True


def _pages(pages: list[str], where: Location) -> Iterator[Child]:
    """Values that are HTML, each by itself, for what one leaves open would swallow the next; the last ones together."""
    first, rest = pages[:_MOST_PAGES], pages[_MOST_PAGES:]
    for number, page in enumerate([*first, *(["\n".join(rest)] if rest else [])], 1):
        yield Child(where.inside(steps.html(number)), page.encode("utf-8", "replace"), "", "html", "utf-8")


def _lines(data: bytes) -> list[bytes]:
    """Unfolded by the rule, and by the rule of quoted-printable where a line says that it is."""
    lines: list[bytes] = []
    for line in _FOLD.sub(b"", data).replace(b"\r\n", b"\n").split(b"\n"):
        if lines and _QUOTED.match(lines[-1]) and lines[-1].endswith(b"="):
            lines[-1] = lines[-1][:-1] + line.lstrip(b" \t")
        elif line.strip():
            lines.append(line)
    return lines
