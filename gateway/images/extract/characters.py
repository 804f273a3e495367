"""Where each character of a line stands: a box of its own.

Readers give lines alone. A line is cut where its ink is (`images.extract.cuts`); where there is no ink to go by, by its
share of the line: Chinese characters are as wide as high, Latin letters and digits count half, and each box is then a
little wider than its character. A line higher than wide is a column, and is cut as if it lay flat.

In: lines, and the picture that they were read from. Out: one `TextBox` a character (spaces have none), counted in the
lines joined by line ends.
"""

import unicodedata
from collections.abc import Iterable, Iterator

import numpy as np

from gateway.images.calibration import CHARACTER_UNSURE_SCORE, COLUMN_CHARACTER_RATIO
from gateway.images.extract.cuts import cuts
from gateway.images.extract.ocr import OcrLine
from gateway.images.extract.raster import Raster
from gateway.model import Box, TextBox

_WIDE = frozenset("WFA")
_AROUND = 0.35  # of a character, on each side
_BESIDE = 6
"""A part of the line's height: so much before and after it is looked at, for its box may begin in a letter."""
_WIDER = 0.3  # of a line's height, on each side of a character that may be another


def text_boxes(lines: Iterable[OcrLine], raster: Raster | None = None) -> tuple[TextBox, ...]:
    """All lines' characters, in their order."""
    boxes: list[TextBox] = []
    at = 0
    for line in lines:
        for number, box in enumerate(_by_ink(line, raster) or _by_share(line)):
            if not line.text[number].isspace():
                boxes.append(TextBox(at + number, at + number + 1, box, line.confidence))
        at += len(line.text) + 1
    return tuple(boxes)


def _by_ink(line: OcrLine, raster: Raster | None) -> list[Box]:
    """Nothing where the ink says nothing."""
    if raster is None:
        return []
    box, column = line.box, _is_column(line.box)
    height, width = raster.shape[:2]
    beside = max(1, min(box.width, box.height) // _BESIDE)
    if column:
        first, last = max(0, box.y - beside), min(height, box.y + box.height + beside)
        flat = raster[first:last, box.x : box.x + box.width].transpose(1, 0, 2)
    else:
        first, last = max(0, box.x - beside), min(width, box.x + box.width + beside)
        flat = raster[box.y : box.y + box.height, first:last]
    found = cuts(np.ascontiguousarray(flat), line.text, column)
    if found is None:
        return []
    if line.confidence < CHARACTER_UNSURE_SCORE:  # what was misread has other widths than what stands there
        wider = max(1, round(min(box.width, box.height) * _WIDER))
        found = [(max(0, low - wider), min(last - first, high + wider)) for low, high in found]
    if column:
        return [Box(box.x, first + low, box.width, high - low) for low, high in found]
    return [Box(first + low, box.y, high - low, box.height) for low, high in found]


def _by_share(line: OcrLine) -> Iterator[Box]:
    shares = [2 if unicodedata.east_asian_width(c) in _WIDE else 1 for c in line.text]
    total, before = sum(shares), 0
    for share in shares:
        yield _part(line.box, before / total, share / total)
        before += share


def _is_column(box: Box) -> bool:
    return box.height > COLUMN_CHARACTER_RATIO * box.width


def _part(box: Box, start: float, share: float) -> Box:
    around = share * _AROUND
    low, high = max(0.0, start - around), min(1.0, start + share + around)
    if _is_column(box):
        top, bottom = int(box.height * low), min(box.height, round(box.height * high) + 1)
        return Box(box.x, box.y + top, box.width, bottom - top)
    left, right = int(box.width * low), min(box.width, round(box.width * high) + 1)
    return Box(box.x + left, box.y, right - left, box.height)
