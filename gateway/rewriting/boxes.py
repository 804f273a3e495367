"""Where in a picture some characters of its text stand.

A reader gives a box a line, or a word: where only some of its characters are meant, the box is cut between them. How
wide a character is, is taken from its kind alone: a Han character or another of full width is two half ones. So that a
guess that is a little off leaves nothing to be read, a part of a line is taken half a character wider on either side. A
bar code is not cut: the rest of it would still be read.

In: a fragment with boxes, and a span of it. Out: boxes in pixels of the picture as sent. Pure.
"""

import unicodedata

from gateway.model import Box, TextBox, TextFragment

_NARROW = 1.0
_WIDE = 2.0


def boxes_of(fragment: TextFragment, span: tuple[int, int]) -> list[Box]:
    """One box for each line or word that the span reaches into; none where the reader gave none for it."""
    start, end = span
    if fragment.medium == "code":  # every part of what it says stands all over it
        return [mark.box for mark in fragment.boxes]
    return [
        _part_of(line, fragment.text, max(start, line.start), min(end, line.end))
        for line in fragment.boxes
        if line.start < end and start < line.end
    ]


def _part_of(line: TextBox, text: str, start: int, end: int) -> Box:
    box = line.box
    if (start, end) == (line.start, line.end):
        return box
    whole = _width(text[line.start : line.end])
    if whole <= 0:
        return box
    upright = box.height > 2 * box.width and line.end - line.start > 1  # a column, read from the top
    length = box.height if upright else box.width
    unit = length / whole
    first = max(0.0, _width(text[line.start : start]) * unit - unit)
    last = min(float(length), _width(text[line.start : end]) * unit + unit)
    low, high = int(first), min(length, int(last) + 1)
    if upright:
        return Box(box.x, box.y + low, box.width, high - low)
    return Box(box.x + low, box.y, high - low, box.height)


def _width(text: str) -> float:
    """In half characters."""
    return sum(_WIDE if unicodedata.east_asian_width(sign) in "WF" else _NARROW for sign in text)
