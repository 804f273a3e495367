"""What is covered where words stand in a picture: one rectangle a line, whose size tells little of what was there.

Boxes of characters become one a line, with a margin for what sticks out of it. How wide a word was tells who it may be
of, so a rectangle grows to the next multiple of a step, as far as nothing stands there: a name alone in its row looks
like any other. In the middle of a sentence the gap is as wide as the word, whatever is painted; there is no room to
hide that without taking words that nobody asked for. Pictures of people are covered over their corners.

In: boxes in pixels of a picture as sent, its small copy. Out: boxes. Pure.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gateway.model import Box, PictureFragment

_STEP = 3.0
"""Widths come in multiples of so many heights: two to four Chinese characters look alike."""
_ABOVE, _LEAST = 0.14, 2
"""Of a line's height, above and below it; pixels at least."""
_BESIDE = 0.06
_AROUND = 0.06
"""Of a side, around the picture of a person."""
_SAME_LINE, _NEAR = 0.5, 1.2
_ALIKE = 14
"""Grey levels by which blank pixels beside each other may differ."""


def over_words(boxes: Sequence[Box], picture: PictureFragment | None) -> tuple[Box, ...]:
    """For the characters of one word or name: one rectangle for each line that they stand in."""
    covers = []
    for line in _lines(boxes):
        beside = max(_LEAST, round(min(line.width, line.height) * _BESIDE))
        above = max(_LEAST, round(min(line.width, line.height) * _ABOVE))
        upright = line.height > 2 * line.width
        cover = _grown(line, above, beside) if upright else _grown(line, beside, above)
        covers.append(cover if upright or picture is None else _stepped(cover, line.height, picture))
    return tuple(_inside(cover, picture) for cover in covers)


def over_face(box: Box, picture: PictureFragment | None) -> Box:
    """For the picture of a person, or a code: its corners too."""
    around = max(_LEAST, round(max(box.width, box.height) * _AROUND))
    return _inside(_grown(box, around, around), picture)


def _lines(boxes: Sequence[Box]) -> list[Box]:
    """Boxes that stand at one height, one beside the other, as one; likewise of a column."""
    lines: list[Box] = []
    for box in boxes:
        if lines and _goes_on(lines[-1], box):
            box = _around(lines.pop(), box)
        lines.append(box)
    return lines


def _goes_on(line: Box, box: Box) -> bool:
    down = min(line.y + line.height, box.y + box.height) - max(line.y, box.y)
    across = min(line.x + line.width, box.x + box.width) - max(line.x, box.x)
    reach = _NEAR * max(min(line.width, line.height), min(box.width, box.height))
    beside = down > _SAME_LINE * min(line.height, box.height) and -across <= reach
    below = across > _SAME_LINE * min(line.width, box.width) and -down <= reach and line.x == box.x
    return beside or below


def _around(one: Box, other: Box) -> Box:
    left, top = min(one.x, other.x), min(one.y, other.y)
    right = max(one.x + one.width, other.x + other.width)
    bottom = max(one.y + one.height, other.y + other.height)
    return Box(left, top, right - left, bottom - top)


def _grown(box: Box, across: int, down: int) -> Box:
    return Box(box.x - across, box.y - down, box.width + 2 * across, box.height + 2 * down)


def _stepped(cover: Box, high: int, picture: PictureFragment) -> Box:
    """As wide as a multiple of the step, where the pixels beside it are blank."""
    step = max(1, round(high * _STEP))
    wanted = -(-cover.width // step) * step - cover.width
    right = _blank(picture, cover, wanted, ahead=True)
    left = _blank(picture, cover, wanted - right, ahead=False)
    return Box(cover.x - left, cover.y, cover.width + left + right, cover.height)


def _blank(picture: PictureFragment, cover: Box, wanted: int, ahead: bool) -> int:
    """Pixels beside the box, up to so many, in which nothing stands, but for a margin before what stands behind."""
    small = picture.pixels
    scale = small.width / max(1, picture.width)
    top, bottom = max(0, int(cover.y * scale)), min(small.height, int((cover.y + cover.height) * scale) + 1)
    edge = round((cover.x + cover.width) * scale) if ahead else round(cover.x * scale)
    last = int(edge + wanted * scale + 2) if ahead else int(edge - wanted * scale - 2)
    low, high = (edge, min(small.width, last)) if ahead else (max(0, last), edge)
    if wanted <= 0 or low >= high or low < 0 or top >= bottom:
        return 0
    rows = np.frombuffer(small.rgb, np.uint8).reshape(small.height, small.width, 3)[top:bottom, low:high].astype(int)
    free = _free(rows if ahead else rows[:, ::-1])
    if free < rows.shape[1]:
        free -= 2  # of the small copy: what stands there begins a little before it is seen
    return max(0, min(wanted, int(free / scale)))


def _free(rows: NDArray[np.int_]) -> int:
    """Columns from the left that have one colour, each nearly that of the one before."""
    spread = (rows.max(axis=0) - rows.min(axis=0)).max(axis=1) <= _ALIKE
    means = rows.mean(axis=0)
    steady = np.concatenate(([True], np.abs(np.diff(means, axis=0)).max(axis=1) <= _ALIKE / 2))
    bad = np.flatnonzero(~(spread & steady))
    return int(bad[0]) if len(bad) else rows.shape[1]


def _inside(box: Box, picture: PictureFragment | None) -> Box:
    left, top = max(0, box.x), max(0, box.y)
    right, bottom = box.x + box.width, box.y + box.height
    if picture is not None:
        right, bottom = min(right, picture.width), min(bottom, picture.height)
    return Box(left, top, max(1, right - left), max(1, bottom - top))
