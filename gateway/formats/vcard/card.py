"""A card or calendar taken apart: its lines, what they say in each charset, names, pages, values in base64.

Reader and rewriter both work on this; what the reader shows of a line, the rewriter leads back to its bytes.

In: a source. Out: `Card`. Nothing is raised.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from gateway.formats import Source
from gateway.formats.vcard.lines import ContentLine, line_of
from gateway.formats.vcard.unfolding import QUOTED, LogicalLine, Span, in_runs, logical_lines, unquoted
from gateway.text.charsets import Decoding, decodings
from gateway.text.edits import leads_back
from gateway.text.indexes import encoded
from gateway.text.lenient_base64 import lenient_readings

_HEAD = re.compile(rb"[^:\r\n]{1,4000}:")
_BASE64 = re.compile(rb";(?:[\w-]{1,20}=)?\"?(?:base64|b)\b", re.IGNORECASE)
_DATA = re.compile(rb"^[^\r\n]{0,4000}?:?data:[^,\r\n]{0,400};base64,", re.IGNORECASE)
_PURE = re.compile(rb"[A-Za-z0-9+/]*+=*[ \t]*")
_CHARSET = re.compile(rb"charset=\"?([\w-]+)", re.IGNORECASE)
_MOST_LINES = 200_000
_MOST_READINGS = 3


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line. `decoded` and `places` are of a quoted-printable value (`unquoted`), else None; `declared` is the
    charset that it names, or the file's; `coded`: what stands in base64, with the length of what is in front. `loose`:
    what a lenient program takes it for, of a value that may be plain text as well, whatever its head says."""

    logical: LogicalLine
    readings: tuple[Decoding, ...]
    declared: str
    decoded: bytes = field(repr=False)
    places: list[int] | None = field(default=None, repr=False)
    coded: tuple[int, bytes] | None = field(default=None, repr=False)
    loose: tuple[int, tuple[bytes, ...]] | None = field(default=None, repr=False)

    @property
    def leads_back(self) -> bool:
        """Whether every character of every reading stands for bytes of its own."""
        return all(leads_back(self.decoded, reading) for reading in self.readings)

    def bytes_of(self, reading: int, start: int, end: int) -> Span:
        """The bytes of the logical line that say characters `start` to `end` of a reading."""
        offsets = _offsets(self.readings[reading].text, self.readings[reading].charset)
        first, last = offsets[start], offsets[end]
        return (first, last) if self.places is None else (self.places[first], self.places[last])

    def content(self) -> ContentLine:
        """By its likeliest reading."""
        return line_of(self.readings[0].text)


@dataclass(frozen=True, slots=True)
class Card:
    """All of it. `stored` is the file without what is nothing but base64, which says nothing to anybody who opens it in
    an editor and is read decoded; `readings` are of it, `runs`: (offset in it, offset in the file) of what stands
    together in both. `too_long`: lines are left that were not looked at."""

    lines: tuple[CardLine, ...]
    stored: bytes = field(repr=False)
    runs: tuple[Span, ...]
    readings: tuple[Decoding, ...]
    too_long: bool

    def in_file(self, start: int, end: int) -> Iterator[Span]:
        """Where bytes `start` to `end` of `stored` stand in the file."""
        return in_runs(self.runs, len(self.stored), start, end)


@lru_cache(maxsize=4)  # a line may say thousands of names, each of which is asked for
def _offsets(text: str, charset: str) -> list[int]:
    return [0, *accumulate(len(encoded(sign, charset)) for sign in text)]


def card_of(source: Source) -> Card:
    lines = logical_lines(source.data)
    looked_at = tuple(_line(line, source.charset) for line in lines[:_MOST_LINES])
    stored, runs = _stored(source.data, looked_at)
    readings = decodings(stored, source.charset)[:_MOST_READINGS]
    return Card(looked_at, stored, runs, readings, len(lines) > _MOST_LINES)


def _stored(data: bytes, lines: Sequence[CardLine]) -> tuple[bytes, tuple[Span, ...]]:
    kept, runs, at, size = list[bytes](), list[Span](), 0, 0
    for line in lines:
        if line.coded is None or not _PURE.fullmatch(line.logical.data, line.coded[0]):
            continue
        spans = list(line.logical.in_file(line.coded[0], len(line.logical.data)))
        if spans:
            kept.append(data[at : spans[0][0]])
            runs.append((size, at))
            size += spans[0][0] - at
            at = spans[-1][1]
    return b"".join((*kept, data[at:])), (*runs, (size, at))


def charset_named(head: bytes, otherwise: str) -> str:
    said = _CHARSET.search(head)
    return said[1].decode("ascii") if said else otherwise


def _line(line: LogicalLine, charset: str) -> CardLine:
    declared = charset_named(line.data.split(b":", 1)[0], charset)
    loose: tuple[int, tuple[bytes, ...]] | None = None
    if (head := _DATA.match(line.data) or _base64_head(line.data)) is not None:
        try:
            value = base64.b64decode(line.data[head.end() :])
        except (binascii.Error, ValueError):
            loose = head.end(), lenient_readings(line.data[head.end() :])
        else:
            return CardLine(line, (), declared, line.data, None, (head.end(), value))
    places: list[int] | None = None
    decoded = line.data
    if QUOTED.match(decoded):
        decoded, places = unquoted(decoded)
    return CardLine(line, _said(decodings(decoded, declared)), declared, decoded, places, None, loose)


def _said(found: Sequence[Decoding]) -> tuple[Decoding, ...]:
    return tuple(found[:_MOST_READINGS])


def _base64_head(line: bytes) -> re.Match[bytes] | None:
    """Name and parameters, where they say that the value is in base64."""
    head = _HEAD.match(line)
    return head if head is not None and _BASE64.search(head[0]) else None
