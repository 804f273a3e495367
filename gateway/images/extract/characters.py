"""Where each character of a line stands: a box of its own, by its share of the line.

Chinese characters are as wide as high; Latin letters and digits count half. Readers give lines alone, so that a box is
a little wider than its character. A line higher than wide is a column.

In: lines. Out: one `TextBox` a character (spaces have none), counted in the lines joined by line ends.
"""

import unicodedata
from collections.abc import Iterable

from gateway.images.extract.ocr import OcrLine
from gateway.model import Box, TextBox

_WIDE = frozenset("WFA")
_AROUND = 0.35  # of a character, on each side
_COLUMN = 1.5


def text_boxes(lines: Iterable[OcrLine]) -> tuple[TextBox, ...]:
    """All lines' characters, in their order."""
    boxes: list[TextBox] = []
    at = 0
    for line in lines:
        shares = [2 if unicodedata.east_asian_width(c) in _WIDE else 1 for c in line.text]
        total, before = sum(shares), 0
        for number, (character, share) in enumerate(zip(line.text, shares, strict=True)):
            if not character.isspace():
                box = _part(line.box, before / total, share / total)
                boxes.append(TextBox(at + number, at + number + 1, box, line.confidence))
            before += share
        at += len(line.text) + 1
    return tuple(boxes)


def _part(box: Box, start: float, share: float) -> Box:
    around = share * _AROUND
    low, high = max(0.0, start - around), min(1.0, start + share + around)
    if box.height > _COLUMN * box.width:
        top, bottom = int(box.height * low), min(box.height, round(box.height * high) + 1)
        return Box(box.x, box.y + top, box.width, bottom - top)
    left, right = int(box.width * low), min(box.width, round(box.width * high) + 1)
    return Box(box.x + left, box.y, right - left, box.height)
