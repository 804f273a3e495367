"""Pictures as arrays: rows, columns, red green blue, eight bits; made smaller, cut, and told apart from photographs.

In and out: `Raster`s, `Pixels`. Nothing is raised for an array of that shape with at least one pixel.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gateway.images.calibration import DRAWN_SHARE, DRAWN_STEP_GREYS
from gateway.model import Pixels

Raster = NDArray[np.uint8]

WIDEST, TALLEST = 540, 8000

cv2.setNumThreads(2)


def grey(raster: Raster) -> Raster:
    return np.asarray(cv2.cvtColor(raster, cv2.COLOR_RGB2GRAY), np.uint8)


def resized(raster: Raster, width: int, height: int) -> Raster:
    """Averaged when made smaller, smooth when made larger."""
    smaller = width < raster.shape[1] or height < raster.shape[0]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(raster, (max(1, width), max(1, height)), interpolation=how), np.uint8)


def scaled(raster: Raster, factor: float) -> Raster:
    return resized(raster, round(raster.shape[1] * factor), round(raster.shape[0] * factor))


def pixels(raster: Raster) -> Pixels:
    """At most 540 wide and 8000 high, its shape kept."""
    height, width = raster.shape[:2]
    factor = min(1.0, WIDEST / width, TALLEST / height)
    small = raster if factor == 1.0 else resized(raster, int(width * factor), int(height * factor))
    return Pixels(small.shape[1], small.shape[0], np.ascontiguousarray(small).tobytes())


def is_drawn(raster: Raster) -> bool:
    """A screenshot or a drawing, where most neighbours are of one colour; in a photograph few are."""
    rows = raster[:: max(1, raster.shape[0] // 400)]
    if rows.shape[1] < 2:
        return False
    left, right = rows[:, :-1].astype(np.int16), rows[:, 1:].astype(np.int16)
    return float((np.abs(left - right).max(axis=2) <= DRAWN_STEP_GREYS).mean()) >= DRAWN_SHARE
