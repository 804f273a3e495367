"""Cuts made in bytes that were read as text, perhaps in several charsets at once.

In: the bytes, the readings that `charsets.decodings` gave of them, cuts as spans of one reading's text. Out: the new
bytes and the codec that they are in: the same as before where it can say the new text, UTF-8 otherwise.
Raises ValueError for a cut in a reading that does not lead back to bytes.
"""

import codecs
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from gateway.text.charsets import Decoding, encode
from gateway.text.indexes import encoded
from gateway.text.offset_map import Span, placed, spliced

_BOMS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


def leads_back(data: bytes, reading: Decoding) -> bool:
    """Whether characters of this reading stand for bytes of their own, so that a span of it is a span of bytes."""
    return reading.exact and _encoded(reading) == data[len(_mark(data, reading)) :]


def splice(data: bytes, readings: Sequence[Decoding], cuts: Sequence[tuple[int, list[Span], str]]) -> tuple[bytes, str]:
    """Make the cuts: (which reading, spans of its text, replacement)."""
    best = readings[0]
    if not best.exact:
        raise ValueError("text with damaged characters is not rewritten")
    own: list[tuple[list[Span], str]] = []
    for index, spans, replacement in cuts:
        own.append((spans if index == 0 else _carried(data, readings[index], best, spans), replacement))
    mark = _mark(data, best)
    new, codec = encode(spliced(best.text, own), best.charset)
    return (mark if codec == best.charset else b"") + new, codec


def _carried(data: bytes, other: Decoding, best: Decoding, spans: list[Span]) -> list[Span]:
    """Spans of one reading as spans of another: the characters whose bytes are touched."""
    if not leads_back(data, other) or not leads_back(data, best):
        raise ValueError("this reading does not lead back to bytes")
    theirs, ours = _offsets(other), _offsets(best)
    out = []
    for start, end, _ in placed([(spans, "")]):
        out.append((bisect_right(ours, theirs[start]) - 1, bisect_left(ours, theirs[end])))
    return out


def _offsets(reading: Decoding) -> list[int]:
    return [0, *accumulate(len(encoded(c, reading.charset)) for c in reading.text)]


def _encoded(reading: Decoding) -> bytes | None:
    try:
        return encoded(reading.text, reading.charset)
    except (UnicodeError, LookupError):
        return None


def _mark(data: bytes, reading: Decoding) -> bytes:
    mark = _BOMS.get(reading.charset, b"")
    return mark if mark and data.startswith(mark) else b""
