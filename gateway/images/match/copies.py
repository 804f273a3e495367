"""Places of a picture that show the same as one of its places: the face beside each message of a chat.

A detector finds the clearest of them; a rounder corner or a paler edge leaves others a little below what it calls
found. Within one picture a face is drawn the same each time, so the found one itself is looked for, pixel by pixel.

In: a box, and the small copy of the picture around it. Out: the boxes of the others, in pixels of the picture as sent.
Nothing is raised.
"""

import numpy as np

from gateway.images.calibration import COPY_AWAY_GREYS, COPY_PLAIN_GREYS, COPY_SCORE
from gateway.images.match.opencv import cv2
from gateway.model import Box, PictureFragment

_SMALLEST = 8
"""Pixels of the small copy; below, anything looks like anything."""
_MOST_LOOKS = 120
"""At places: each is a pass over the whole picture, and a pattern can be made that is alike everywhere."""


def copies(box: Box, picture: PictureFragment) -> list[Box]:
    """The others, from the likest."""
    pixels = picture.pixels
    scale = pixels.width / max(1, picture.width)
    seen = np.frombuffer(pixels.rgb, np.uint8).reshape(pixels.height, pixels.width, 3)
    left, top = max(0, round(box.x * scale)), max(0, round(box.y * scale))
    wanted = seen[top : round((box.y + box.height) * scale), left : round((box.x + box.width) * scale)]
    high, wide = wanted.shape[:2]
    if min(high, wide) < _SMALLEST or float(wanted.std(axis=(0, 1)).max()) < COPY_PLAIN_GREYS:
        return []
    likeness = cv2.matchTemplate(seen, np.ascontiguousarray(wanted), cv2.TM_CCOEFF_NORMED)
    _cleared(likeness, left, top, wide, high)
    found: list[Box] = []
    for _ in range(_MOST_LOOKS):
        _, most, _, (x, y) = cv2.minMaxLoc(likeness)
        if most < COPY_SCORE:
            break
        away = np.abs(seen[y : y + high, x : x + wide].astype(np.int16) - wanted).mean()
        if away <= COPY_AWAY_GREYS:
            found.append(Box(round(x / scale), round(y / scale), box.width, box.height))
        _cleared(likeness, x, y, wide, high)
    return found


def _cleared(likeness: np.ndarray, x: int, y: int, wide: int, high: int) -> None:
    """What overlaps with a place by more than half is the same place."""
    likeness[max(0, y - high // 2) : y + high // 2 + 1, max(0, x - wide // 2) : x + wide // 2 + 1] = -1.0
