"""Takes words out of the pages of an open document: from the content streams, and from what hangs on them.

PDFium says where each character of the page's text stands, the content streams say which code of which instruction
draws a glyph there. Only where both agree is anything changed.

In: an open document, its bytes, spans of the text of pages. Out: nothing; the document is changed. Raises ValueError
for a page that cannot be changed with certainty.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from gateway.formats.pdf.char_places import joined, origins
from gateway.formats.pdf.content import Drawn, Glyph, Stream, drawn, unparsed
from gateway.formats.pdf.geometry import Point, inverse, moved, times, turned
from gateway.formats.pdf.glyphs import Font
from gateway.formats.pdf.lines import SAME_LINE, NewLine, set_anew, with_twins
from gateway.formats.pdf.redacted import belongs, with_spoken, without
from gateway.formats.pdf.to_unicode import characters_by_code
from gateway.formats.pdf.words import Word, font_for, word_of

Cut = tuple[tuple[int, int], str]
"""A span of a page's text, and the word for it."""
_GRID = 2.0
_NEAR, _CLOSE, _FURTHEST = 0.25, 0.1, 2.0
"""How far apart, in points and in em, the two libraries may see the same glyph."""
_MOST_BLANKS = 20
_WORDS = ("/Link", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Redact", "/Caret")


def texts_of(document: pdfium.PdfDocument) -> list[str]:
    """Of each page, as the reader gives them."""
    return [joined(str(page.get_textpage().get_text_range())) for page in document]


def take_out(pdf: Any, document: pdfium.PdfDocument, cuts: Mapping[int, Sequence[Cut]]) -> None:
    """`cuts` by the page's number from 0. `document` is PDFium's of the same bytes as `pdf`."""
    planned: dict[tuple[int, int], _Planned] = {}
    all_planned: list[tuple[Any, _Planned]] = []
    for number, own in cuts.items():
        page = pdf.pages[number]
        for one in _planned(page, document[number], own):
            key = one.stream.key
            if key is not None and key in planned:  # a form that is drawn twice, as the head of every page
                if (planned[key].gone, planned[key].words) != (one.gone, one.words):
                    raise ValueError("a form that is drawn twice and loses different words")
                continue
            if key is not None:
                planned[key] = one
            all_planned.append((page, one))
    for page, one in all_planned:
        glyphs = one.stream.glyphs
        if any(_stands_in_place(glyphs[index].state.font) for index in one.gone):
            raise ValueError("a font that stands in place")
        _drop_notes(page, [_extent(one.stream, glyphs[index]) for index in one.gone])
        _write(pdf, one)


@dataclass(frozen=True, slots=True)
class _Planned:
    """What one content stream loses, and its new content."""

    stream: Stream
    gone: frozenset[int]
    words: Mapping[int, Word]
    content: bytes


def _planned(page: Any, seen: pdfium.PdfPage, cuts: Sequence[Cut]) -> Iterator[_Planned]:
    said = seen.get_textpage()
    written = str(said.get_text_range())
    everything = drawn(page)
    grid = _Grid(everything)
    gone: dict[int, set[int]] = {}
    words: dict[int, dict[int, Word]] = {}
    blanks: dict[int, set[int]] = {}
    for span, replacement in cuts:
        found = [grid.at(origin) for origin in origins(said, written, span)]
        if not all(found):
            raise ValueError("a character that no instruction draws")
        own_places: dict[int, set[int]] = {}
        for number, index in (place for places in found for place in places):
            own_places.setdefault(number, set()).add(index)
        for number, indexes in own_places.items():
            if number not in blanks:
                blanks[number] = _blanks(everything.streams[number])
            gone.setdefault(number, set()).update(indexes, _blanks_within(blanks[number], indexes))
        if replacement and found:
            number, index = found[0][0]
            words.setdefault(number, {})[index] = word_of(replacement)
    all_gone_of = {
        number: with_twins(everything.streams[number].glyphs, with_spoken(everything.streams[number], indexes))
        for number, indexes in gone.items()
    }
    for number, all_gone in all_gone_of.items():
        stream = everything.streams[number]
        own = words.get(number, {})
        lines = set_anew(stream, all_gone, own, blanks[number], _corners(page, stream))
        if any(_goes_on_elsewhere(everything, number, line, all_gone_of) for line in lines):
            raise ValueError("a line in several streams")
        yield _Planned(stream, frozenset(all_gone), own, unparsed(without(stream, all_gone, lines)))


def _goes_on_elsewhere(everything: Drawn, number: int, line: NewLine, gone: Mapping[int, set[int]]) -> bool:
    """Whether another stream has more of the line, or paints for it: that stands where the word's width has put it."""
    back = inverse(everything.streams[number].base)
    x, y = line.way
    for other, stream in enumerate(everything.streams):
        if other == number:
            continue
        to_own = times(stream.base, back)
        for index, glyph in enumerate(stream.glyphs):
            a, b = moved(glyph.origin, to_own)
            u, v = a * x + b * y, b * x - a * y
            if line.low[1] - SAME_LINE * line.em <= v <= line.high[1] + SAME_LINE * line.em:
                long = glyph.natural * math.hypot(*turned(glyph.ahead, to_own))
                is_near = u + long >= line.low[0] - line.em and u <= line.high[0] + line.em
                if is_near and index not in gone.get(other, ()):
                    return True
        for painted in stream.painted:
            corners = [
                moved((c, d), to_own)
                for c in (painted.low[0], painted.high[0])
                for d in (painted.low[1], painted.high[1])
            ]
            xs, ys = zip(*corners, strict=True)
            if not painted.cuts and belongs(replace(painted, low=(min(xs), min(ys)), high=(max(xs), max(ys))), line):
                return True
    return False


def _blanks_within(blanks: set[int], indexes: set[int]) -> set[int]:
    """Blanks between the glyphs of a span: PDFium gives one of several, or one of its own, and those left would tell
    that there were some."""
    ordered = sorted(indexes)
    return {
        between
        for one, other in itertools.pairwise(ordered)
        if other - one <= _MOST_BLANKS
        for between in range(one + 1, other)
        if between in blanks
    }


class _Grid:
    """Glyphs by where they stand on the page."""

    def __init__(self, everything: Drawn) -> None:
        self._cells: dict[tuple[int, int], list[tuple[float, float, float, int, int]]] = {}
        for number, stream in enumerate(everything.streams):
            for index, glyph in enumerate(stream.glyphs):
                x, y = moved(glyph.origin, stream.base)
                near = min(_FURTHEST, max(_NEAR, _CLOSE * math.hypot(*turned(glyph.up, stream.base))))
                self._cells.setdefault((round(x / _GRID), round(y / _GRID)), []).append((x, y, near, number, index))

    def at(self, origin: Point) -> list[tuple[int, int]]:
        """(stream, glyph) of all that stand there; PDFium's widths are whole numbers, and its places drift a little."""
        column, row = round(origin[0] / _GRID), round(origin[1] / _GRID)
        found: list[tuple[float, int, int]] = []
        for across in (column - 1, column, column + 1):
            for down in (row - 1, row, row + 1):
                for x, y, near, stream, index in self._cells.get((across, down), ()):
                    away = max(abs(x - origin[0]), abs(y - origin[1]))
                    if away <= near:
                        found.append((away, stream, index))
        nearest = min((away for away, _, _ in found), default=0.0)
        return [(stream, index) for away, stream, index in found if away <= nearest + _NEAR]


def _blanks(stream: Stream) -> set[int]:
    """Glyphs of a stream that show nothing, by their codes."""
    codes: dict[int, set[bytes]] = {}
    found = set()
    for index, glyph in enumerate(stream.glyphs):
        font = glyph.state.font
        assert font is not None
        if id(font) not in codes:
            codes[id(font)] = _blank_codes(font)
        if glyph.code in codes[id(font)]:
            found.add(index)
    return found


def _blank_codes(font: Font) -> set[bytes]:
    if isinstance(font.thing.get("/ToUnicode"), pikepdf.Stream):
        by_code = characters_by_code(font.thing.ToUnicode, 2 if font.is_wide else 1)
        return {code for code, text in by_code.items() if text.isspace()}
    if font.is_mixed:
        return {b" ", b"\xa1\xa1"}
    return {b"\0 ", b"\x30\0", b"\0\xa0"} if font.is_wide else {b" "}


def _stands_in_place(font: Font | None) -> bool:
    """Whether it is no object of its own, and has anything in it that shows which letters were used."""
    return (
        font is not None
        and font.key is None
        and any(key in font.thing for key in ("/FontDescriptor", "/ToUnicode", "/CharProcs", "/DescendantFonts"))
    )


def _corners(page: Any, stream: Stream) -> tuple[Point, Point] | None:
    """What is shown of a page, or of a form, in the stream's own space."""
    box = stream.owner.get("/BBox") if stream.key is not None else page.obj.get("/CropBox", page.obj.get("/MediaBox"))
    if not isinstance(box, pikepdf.Array) or len(box) != 4:
        return None
    x, y, right, top = (float(one) for one in box)
    return (min(x, right), min(y, top)), (max(x, right), max(y, top))


def _extent(stream: Stream, glyph: Glyph) -> tuple[float, float, float, float]:
    """Left, low, right, high of a glyph on the page."""
    x, y = glyph.origin
    across = (glyph.ahead[0] * glyph.natural, glyph.ahead[1] * glyph.natural)
    corners = [moved((x + part * across[0], y + part * across[1]), stream.base) for part in (0.2, 0.8)]
    corners += [moved((x + 0.5 * across[0] + 0.5 * glyph.up[0], y + 0.5 * across[1] + 0.5 * glyph.up[1]), stream.base)]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _drop_notes(page: Any, extents: Iterable[tuple[float, float, float, float]]) -> None:
    """Links and marks that were laid over a word: their frame is as wide as it was."""
    notes = page.obj.get("/Annots")
    if not isinstance(notes, pikepdf.Array):
        return
    extents = list(extents)
    kept = []
    for note in notes:
        if not isinstance(note, pikepdf.Dictionary) or str(note.get("/Subtype", "")) not in _WORDS:
            kept.append(note)
            continue
        try:
            x, y, right, top = (float(one) for one in note.get("/Rect", ()))
        except (TypeError, ValueError):
            raise ValueError("a note without a frame") from None
        low, high, left, right = min(y, top), max(y, top), min(x, right), max(x, right)
        if any(a < right and left < c and b < high and low < d for a, b, c, d in extents):
            for key in list(note.keys()):
                if key not in ("/Type", "/Subtype"):
                    del note[key]
            note.Rect = pikepdf.Array([0, 0, 0, 0])
        else:
            kept.append(note)
    if len(kept) < len(notes):
        page.obj.Annots = pikepdf.Array(kept)


def _write(pdf: Any, planned: _Planned) -> None:
    """Put new content in place of the old, with the fonts that it needs."""
    stream, fonts = planned.stream, {word.font for word in planned.words.values()}
    owner = stream.owner
    if stream.key is None:
        owner.Contents = pdf.make_stream(planned.content)
    else:
        owner.write(planned.content)
    if not fonts:
        return
    resources = pikepdf.Dictionary(dict(stream.resources.items()))
    own_fonts = pikepdf.Dictionary(dict(resources.get("/Font", pikepdf.Dictionary()).items()))
    for name in sorted(fonts):
        own_fonts[name] = font_for(pdf, name)
    resources.Font = own_fonts
    owner.Resources = resources
