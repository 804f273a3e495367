"""The quick reader first, the exact one where it is unsure: all the recall of the exact one, a third of its time.

Lines of which the quick reader is unsure are cut out and read again, each by itself. Columns of upright characters,
which neither reads, are cut into their characters and laid side by side. Where most of a tile is guessed, it may lie on
its head, or on the one of its sides on which the quick reader cannot read: it is turned by half and read again. What
is doubtful even then is left to the exact reader whole.

In: a raster. Out: `OcrLine`s with boxes in its pixels. Raises MemoryError where the process may have no more,
memory.Spent where the message has no time left for pictures.
"""

from dataclasses import replace
from functools import cache

import numpy as np

from gateway.images.calibration import (
    COLUMN_INK_GREYS,
    COLUMN_INK_PART,
    COLUMN_JOINED_WIDTHS,
    COLUMN_LINE_RATIO,
    COLUMN_UNCUT_WIDTHS,
    OCR_EXACT_TRUST_SCORE,
    OCR_GUESSED_LEAST,
    OCR_GUESSED_SCORE,
    OCR_NOTHING_SCORE,
    OCR_SMALL_PIXELS,
    OCR_SURE_SCORE,
    OCR_SURE_SMALL_SCORE,
    OCR_WORTH_EXPONENT,
)
from gateway.images.extract import analysis_cache
from gateway.images.extract.ocr import Ocr, OcrLine
from gateway.images.extract.ocr_accurate import Exact
from gateway.images.extract.ocr_fast import Quick
from gateway.images.extract.raster import Raster, resized
from gateway.model import Box

_MOST_AGAIN = 60
"""Lines of one tile that are read again, the surest first; a photograph of leaves gives hundreds of guesses."""
_AROUND = 0.15  # of a line's height, cut out with it


class Cascade:
    """An `Ocr`."""

    def __init__(self) -> None:
        self._quick = Quick()
        self._exact: Exact | None = None

    def lines(self, raster: Raster) -> list[OcrLine]:
        lines = self._quick.lines(raster)
        if _is_doubtful(lines):
            turned = self._quick.lines(np.ascontiguousarray(raster[::-1, ::-1]))
            if _worth(turned) > _worth(lines):
                again = {id(line): self._again(raster[::-1, ::-1], line) for line in _unsure(turned)}
                return [_turned(again.get(id(line), line), raster) for line in turned]
            if sum(line.box.width >= 3 * line.box.height for line in lines) >= OCR_GUESSED_LEAST:
                exact = self.exact.lines(raster)
                return exact if _worth(exact) > _worth(lines) else lines
        again = {id(line): self._again(raster, line) for line in _unsure(lines)}
        return [again.get(id(line), line) for line in lines]

    @property
    def exact(self) -> Exact:
        if self._exact is None:
            self._exact = Exact()
        return self._exact

    def _again(self, raster: Raster, line: OcrLine) -> OcrLine:
        analysis_cache.check()
        cut = _cut(raster, line.box)
        if line.box.height >= COLUMN_LINE_RATIO * line.box.width:
            cut = _laid_flat(cut)
        text, confidence = self.exact.line(cut)
        if text.strip() and confidence > line.confidence - OCR_EXACT_TRUST_SCORE:
            return replace(line, text=text, confidence=confidence)
        return line


def _unsure(lines: list[OcrLine]) -> list[OcrLine]:
    unsure = [line for line in lines if OCR_NOTHING_SCORE <= line.confidence < _sure_from(line)]
    return sorted(unsure, key=lambda line: -line.confidence)[:_MOST_AGAIN]


def _sure_from(line: OcrLine) -> float:
    """How sure the quick reader must be of it to be believed."""
    return OCR_SURE_SCORE if min(line.box.height, line.box.width) >= OCR_SMALL_PIXELS else OCR_SURE_SMALL_SCORE


def _is_doubtful(lines: list[OcrLine]) -> bool:
    """Whether most of what was read was guessed. Single characters are left out: they are signs, or bits of faces."""
    words = [line for line in lines if len(line.text) > 1]
    guessed = sum(len(line.text) for line in words if line.confidence < OCR_GUESSED_SCORE)
    return guessed >= OCR_GUESSED_LEAST and 2 * guessed > sum(len(line.text) for line in words)


def _turned(line: OcrLine, raster: Raster) -> OcrLine:
    """A line of the raster turned by half, in the raster as it is."""
    height, width = raster.shape[:2]
    box = line.box
    back = Box(max(0, width - box.x - box.width), max(0, height - box.y - box.height), box.width, box.height)
    return replace(line, box=back)


def _worth(lines: list[OcrLine]) -> float:
    return sum(len(line.text) * line.confidence**OCR_WORTH_EXPONENT for line in lines)


def _cut(raster: Raster, box: Box) -> Raster:
    around = max(1, round(min(box.height, box.width) * _AROUND))
    top, left = max(0, box.y - around), max(0, box.x - around)
    return raster[top : box.y + box.height + around, left : box.x + box.width + around]


def _laid_flat(column: Raster) -> Raster:
    """A column's characters side by side: cut where rows are empty, else in squares."""
    height, width = column.shape[:2]
    spread = column.astype(np.int16).max(axis=(1, 2)) - column.astype(np.int16).min(axis=(1, 2))
    inked = spread > max(COLUMN_INK_GREYS, int(spread.max()) // COLUMN_INK_PART)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inked, [False]]).astype(np.int8)))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    cells: list[list[int]] = []
    for top, bottom in runs:  # strokes of one character stand apart (三, 二): joined while no higher than wide
        if cells and bottom - cells[-1][0] <= width * COLUMN_JOINED_WIDTHS:
            cells[-1][1] = bottom
        else:
            cells.append([top, bottom])
    if any(bottom - top > COLUMN_UNCUT_WIDTHS * width for top, bottom in cells) or not cells:
        count = max(1, round(height / width))
        cells = [[height * n // count, height * (n + 1) // count] for n in range(count)]
    side = max(8, width)
    pieces = []
    for top, bottom in cells:
        middle = (top + bottom) // 2
        first = max(0, min(middle - side // 2, height - side))
        pieces.append(resized(np.ascontiguousarray(column[first : first + side]), side, side))
    return np.concatenate(pieces, axis=1)


@cache
def engine() -> Ocr:
    """The one engine of this process, loaded by the first picture."""
    return Cascade()
