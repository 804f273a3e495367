"""Sets the lines anew from which glyphs are taken, so that the gap does not tell what stood in it.

A box over a word, or a hole of its width, gives the word back to whoever measures it (arXiv 2206.02285). So what is
left of a line is set as if it had been written with the other word: each glyph by the width that its font gives it,
each gap between words alike, whatever kerning and justification there were. A line that was centred stays centred, one
that ended at a margin ends there. What stands further off (another column, another cell) keeps its place; where it
would be run into, what comes from the first word on is set narrower.

In: a content stream's glyphs, those that go, and the words for them. Out: places along the line. Pure.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.formats.pdf.content import Glyph, Painted, Stream
from gateway.formats.pdf.geometry import Point
from gateway.formats.pdf.words import Word

SAME_LINE = 0.45
_COLUMN, _FILLED = 1.0, 3.0
_OVERLAP = -0.6
_TWIN = 0.12
_WORD_GAP, _GAP = 0.12, 0.28
_ALIGNED = 0.06
_INDENT = 5.0
_BEFORE_NEXT, _MARGIN = 0.25, 1.5
_NARROWEST = 0.5
_BAR, _BAR_HEAD = 0.3, 0.5
_FLAT = 1e-6


@dataclass(frozen=True, slots=True)
class GlyphOnLine:
    """A glyph by where it stands along its line (`u`) and across it (`v`), `em` long there."""

    index: int
    u: float
    v: float
    em: float
    natural: float
    at: int

    @property
    def end(self) -> float:
        return self.u + self.natural


@dataclass(slots=True)
class NewLine:
    """`shift` by glyph: how far it moves along `way`; `words` by the glyph in whose place each stands: the word, how
    far the glyph's own origin moves to it. `narrow` by glyph: how much narrower it is set. `is_all` if nothing else
    stands on the line than what goes."""

    way: Point
    shift: dict[int, float] = field(default_factory=dict)
    narrow: dict[int, float] = field(default_factory=dict)
    words: dict[int, tuple[Word, float]] = field(default_factory=dict)
    low: tuple[float, float] = (0.0, 0.0)
    high: tuple[float, float] = (0.0, 0.0)
    gone: tuple[float, float] = (0.0, 0.0)
    em: float = 1.0
    is_all: bool = False


def with_twins(glyphs: Sequence[Glyph], gone: Iterable[int]) -> set[int]:
    """And those drawn a second time nearly in the same place, for a bold look or a shadow."""
    gone = set(gone)
    by_code: dict[bytes, list[int]] = {}
    for index in gone:
        by_code.setdefault(glyphs[index].code, []).append(index)
    for index, glyph in enumerate(glyphs):
        near = _TWIN * max(_long(glyph.up), _FLAT)
        for other in by_code.get(glyph.code, ()):
            there = glyphs[other].origin
            if abs(there[0] - glyph.origin[0]) <= near and abs(there[1] - glyph.origin[1]) <= near:
                gone.add(index)
                break
    return gone


def set_anew(
    stream: Stream,
    gone: set[int],
    words: Mapping[int, Word],
    blanks: set[int],
    edge: tuple[Point, Point] | None,
) -> list[NewLine]:
    """Every piece of a line that loses a glyph. `words` by the glyph in whose place they stand, `blanks` are glyphs
    that show nothing; `edge` are two corners of what the page shows."""
    done: list[NewLine] = []
    for way, lines in _lines(stream.glyphs):
        bars = _bars(stream.painted, way)
        parted = [_chunks(line, bars, blanks) for line in lines]
        spans = [(own[0].u, max(one.end for one in own), own[0].index) for line in parted for own in line]
        for own in parted:
            for number, chunk in enumerate(own):
                if any(one.index in gone for one in chunk):
                    others = [(start, end) for start, end, index in spans if index != chunk[0].index]
                    behind = own[number + 1][0].u if number + 1 < len(own) else None
                    new = _anew(way, chunk, gone, words, blanks, others, behind, _edges(way, edge))
                    new.is_all = len(own) == 1 and all(one.index in gone or one.index in blanks for one in chunk)
                    done.append(new)
    return done


def _lines(glyphs: Sequence[Glyph]) -> list[tuple[Point, list[list[GlyphOnLine]]]]:
    """Glyphs by the direction in which they are written and by base line."""
    ways: dict[tuple[float, float], list[GlyphOnLine]] = {}
    for index, glyph in enumerate(glyphs):
        em = _long(glyph.ahead)
        if em < _FLAT:
            continue
        x, y = glyph.ahead[0] / em, glyph.ahead[1] / em
        way = (round(x, 3), round(y, 3))
        placed = GlyphOnLine(
            index,
            glyph.origin[0] * way[0] + glyph.origin[1] * way[1],
            glyph.origin[1] * way[0] - glyph.origin[0] * way[1],
            em,
            glyph.natural * em,
            glyph.at,
        )
        ways.setdefault(way, []).append(placed)
    found = []
    for way, all_placed in ways.items():
        lines: list[list[GlyphOnLine]] = []
        for placed in sorted(all_placed, key=lambda one: one.v):
            if lines and placed.v - lines[-1][0].v <= SAME_LINE * min(placed.em, lines[-1][0].em):
                lines[-1].append(placed)
            else:
                lines.append([placed])
        for line in lines:
            line.sort(key=lambda one: (one.u, one.index))
        found.append((way, lines))
    return found


def _bars(painted: Iterable[Painted], way: Point) -> list[tuple[float, float, float, float]]:
    """What stands upright on lines of this direction, as the borders of a table's cells do: its sides, foot, head; in
    the order of where it stands."""
    bars = []
    for one in painted:
        if one.cuts:
            continue
        corners = [(x, y) for x in (one.low[0], one.high[0]) for y in (one.low[1], one.high[1])]
        us = [x * way[0] + y * way[1] for x, y in corners]
        vs = [y * way[0] - x * way[1] for x, y in corners]
        if max(us) - min(us) <= _BAR * (max(vs) - min(vs)):
            bars.append((min(us), max(us), min(vs), max(vs)))
    return sorted(bars)


def _is_barred(bars: Sequence[tuple[float, float, float, float]], left: float, right: GlyphOnLine) -> bool:
    """Whether one stands between a place on the line and the glyph behind it."""
    slack = _ALIGNED * right.em
    at = bisect_left(bars, (left - slack,))
    while at < len(bars) and bars[at][0] <= right.u + slack:
        _, end, foot, head = bars[at]
        if end <= right.u + slack and foot <= right.v + slack and head >= right.v + _BAR_HEAD * right.em:
            return True
        at += 1
    return False


def _chunks(
    line: Sequence[GlyphOnLine], bars: Sequence[tuple[float, float, float, float]], blanks: set[int]
) -> list[list[GlyphOnLine]]:
    """A line, parted where a column or a cell ends. Blanks that fill a line may be wide, and steps in a string too."""
    chunks = [[line[0]]]
    end = line[0].end
    for one in line[1:]:
        gap = (one.u - end) / one.em
        before = chunks[-1][-1]
        twin = one.u - before.u <= _TWIN * one.em
        is_filled = before.index in blanks or one.at == before.at
        if twin or (_OVERLAP <= gap < (_FILLED if is_filled else _COLUMN) and not _is_barred(bars, end, one)):
            chunks[-1].append(one)
            end = max(end, one.end)
        else:
            chunks.append([one])
            end = one.end
    return chunks


def _anew(
    way: Point,
    chunk: Sequence[GlyphOnLine],
    gone: set[int],
    words: Mapping[int, Word],
    blanks: set[int],
    others: Sequence[tuple[float, float]],
    behind: float | None,
    edges: tuple[float, float] | None,
) -> NewLine:
    line = NewLine(way)
    em = max(one.em for one in chunk)
    places, total, first_word = _flow(chunk, gone, words, blanks)
    start = _start(chunk, total, em, others, edges)
    limit = behind - _BEFORE_NEXT * em if behind is not None else edges[1] - _MARGIN * em if edges else None
    narrow = 1.0
    if limit is not None and start + total > limit and total > first_word:
        narrow = max(_NARROWEST, min(1.0, (limit - start - first_word) / (total - first_word)))
    for one, place in zip(chunk, places, strict=True):
        later = place >= first_word - _FLAT
        new = start + (first_word + (place - first_word) * narrow if later else place)
        if one.index in gone:
            if one.index in words:
                line.words[one.index] = (words[one.index], new - one.u)
        else:
            line.shift[one.index] = new - one.u
        if later and narrow < 1:
            line.narrow[one.index] = narrow
    lost = [one for one in chunk if one.index in gone]
    line.em = em
    line.low = (min(one.u for one in chunk), min(one.v for one in chunk))
    line.high = (max(one.end for one in chunk), max(one.v for one in chunk))
    line.gone = (min(one.u for one in lost), max(one.end for one in lost))
    return line


def _flow(
    chunk: Sequence[GlyphOnLine], gone: set[int], words: Mapping[int, Word], blanks: set[int]
) -> tuple[list[float], float, float]:
    """Where each begins from the start of the line, how long it is, and where the first word in it begins."""
    places: list[float] = []
    pen = 0.0
    first_word = math.inf
    before: GlyphOnLine | None = None
    for one in chunk:
        if before is not None:
            if one.u - before.u <= _TWIN * one.em and before.natural > 2 * _TWIN * one.em:
                places.append(places[-1] + one.u - before.u if one.index not in gone else places[-1])
                continue
            gap = (one.u - before.end) / one.em
            inside = one.index in gone and one.index not in words  # of what one word stands for
            if gap > _WORD_GAP and not inside and one.index not in blanks and before.index not in blanks:
                pen += _GAP * one.em
        places.append(pen)
        if one.index not in gone:
            pen += one.natural
        elif one.index in words:
            first_word = min(first_word, pen)
            pen += words[one.index].width * one.em
        before = one
    return places, pen, first_word


def _start(
    chunk: Sequence[GlyphOnLine],
    total: float,
    em: float,
    others: Sequence[tuple[float, float]],
    edges: tuple[float, float] | None,
) -> float:
    """Where the line begins: at its left, unless it is only its right or its middle that others share."""
    left, right = chunk[0].u, max(one.end for one in chunk)
    near = _ALIGNED * em
    if any(abs(start - left) <= near for start, _ in others):
        return left
    middle = (left + right) / 2
    middles = [(start + end) / 2 for start, end in others]
    if edges is not None:
        middles.append(sum(edges) / 2)
    for other in middles:
        if abs(other - middle) <= near:
            return other - total / 2
    if any(0 < left - start <= _INDENT * em for start, _ in others):
        return left
    for _, end in others:
        if abs(end - right) <= near:
            return end - total
    return left


def _edges(way: Point, corners: tuple[Point, Point] | None) -> tuple[float, float] | None:
    """How far what is shown goes along the line."""
    if corners is None:
        return None
    (left, low), (right, high) = corners
    ends = [x * way[0] + y * way[1] for x in (left, right) for y in (low, high)]
    return min(ends), max(ends)


def _long(vector: Point) -> float:
    return math.hypot(*vector)
