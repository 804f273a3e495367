"""A page's text as PDFium gives it, and where each character of it stands.

The reader gives the text, the rewriter asks for the places of a span of it: both by this one way.

In: a text page of PDFium. Out: the text; for a span, numbers of characters, and their origins on the page.
"""

import ctypes
import re
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

import pypdfium2.raw as raw

_END = re.compile("[\ufffe\x02]?\r?\n")


def joined(written: str) -> str:
    """Line ends as one character each; words that a line's end parts in one: U+FFFE and U+0002 stand for the hyphen
    there."""
    return "".join(text for text, _ in _runs(written))


def origins(page: Any, written: str, span: tuple[int, int]) -> list[tuple[float, float]]:
    """Where the glyphs stand that the characters of a span of `joined(written)` are; what PDFium made up, such as a
    blank between two words, stands nowhere."""
    found: dict[tuple[float, float], None] = {}
    for number in _numbers(page, written, span):
        x, y = ctypes.c_double(), ctypes.c_double()
        if not raw.FPDFText_GetCharOrigin(page, number, x, y):
            raise ValueError("a character that stands nowhere")
        found[x.value, y.value] = None
    return list(found)


def boxes(page: Any, written: str, span: tuple[int, int]) -> list[tuple[float, float, float, float]]:
    """Left, low, right, high of the same glyphs, with the room that their font leaves around them."""
    found = []
    for number in _numbers(page, written, span):
        frame = raw.FS_RECTF()
        if not raw.FPDFText_GetLooseCharBox(page, number, frame):
            raise ValueError("a character that stands nowhere")
        found.append((frame.left, frame.bottom, frame.right, frame.top))
    return found


def _numbers(page: Any, written: str, span: tuple[int, int]) -> Iterator[int]:
    """PDFium's numbers of the characters of a span that are drawn."""
    start, end = span
    at = 0
    is_plain = max(written, default="") < "\U00010000"  # so that each character is one of PDFium's
    for text, begin in _runs(written):
        for place in range(max(start, at), min(end, at + len(text))):
            units = begin + place - at
            if not is_plain:
                units = len(written[:units].encode("utf-16-le", "surrogatepass")) // 2
            number = raw.FPDFText_GetCharIndexFromTextIndex(page, units)
            if number < 0:
                raise ValueError("a character that stands nowhere")
            if raw.FPDFText_IsGenerated(page, number) == 1:
                continue
            sign = chr(raw.FPDFText_GetUnicode(page, number))
            if text[place - at] not in (sign + normalize("NFKC", sign)) and ord(text[place - at]) < 0x10000:
                raise ValueError("a character that stands elsewhere")
            yield number
        at += len(text)


def _runs(written: str) -> Iterator[tuple[str, int]]:
    """Pieces of the text that is given, each with its place in what PDFium wrote."""
    at = 0
    for end in _END.finditer(written):
        yield written[at : end.start()], at
        if end[0][0] in "\r\n":
            yield "\n", end.end() - 1
        at = end.end()
    yield written[at:], at
