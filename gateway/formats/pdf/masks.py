"""What a mask adds to its picture: whether it may be letters itself, and over which greys all that it lets through is
seen.

In: how much of each pixel is seen, from 0 to 255; pixels with that behind red, green and blue. Out: a truth value;
greys. Pure, linear in the number of pixels.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from gateway.images.extract.raster import Raster

COVER = (116, 116, 120)
"""What boxes of pictures are covered with, here as in pictures that are files."""
SEEN, SOLID = 16, 250
_GROUNDS = (255, 0, 128)
_APART = 64
_SPECK = 4
_EDGE = 7
"""Pixels across, around one that lets something through, that are its edge."""
_MOSTLY = 0.5
_NOISE = 5
_LARGE, _APART_LINES = 2_000_000, 4
"""Of a large mask one slanted line in four is looked at, for a letter is higher than that."""


def may_be_letters(share: Raster) -> bool:
    """Whether the shape of a mask may say something. It does not where most of the picture is seen and every line
    through it, level, upright or slanted, enters what is seen once and leaves it once: round corners, an oval, a rim
    that fades. No two letters stand in such a shape, nor one with a hole or a dent."""
    if np.count_nonzero(share >= SOLID) < _MOSTLY * share.size:
        return True
    plain = np.where(share >= SOLID, np.uint8(255), share)
    return any(_rises_twice(lines) for lines in _directions(plain))


def _directions(share: Raster) -> Iterator[Raster]:
    """The same with its columns, its rows and its slanted lines as columns."""
    yield share
    yield np.asarray(cv2.transpose(share), np.uint8)
    for one in (share, share[:, ::-1]):
        height, width = one.shape
        wide = np.zeros((height, width + height), np.uint8)
        wide[:, :width] = one
        lines = wide.reshape(-1)[: height * (width + height - 1)].reshape(height, -1)
        yield lines if share.size < _LARGE else np.ascontiguousarray(lines[:, ::_APART_LINES])


def _rises_twice(lines: Raster) -> bool:
    """Whether a column falls and rises again, by more than noise does."""
    filled = np.minimum(np.maximum.accumulate(lines, axis=0), np.maximum.accumulate(lines[::-1], axis=0)[::-1])
    return bool((filled - lines).max() > _NOISE)


def grounds(whole: Raster) -> list[int]:
    """Greys from which everything that is seen stands out: one, or two where its edges have all tones. What lies inside
    stands out from its edges over every ground alike."""
    share = whole[..., 3]
    is_edge = cv2.dilate((share < SOLID).astype(np.uint8), np.ones((_EDGE, _EDGE), np.uint8)) != 0
    seen = whole[is_edge & (share >= SEEN)][:, :3]
    tones = np.bincount(seen.sum(axis=1, dtype=np.uint16) // 3, minlength=256)
    cover = round(sum(COVER) / 3)
    tones[cover - 1 : cover + 2] = 0  # what is covered stands out from nothing else than before
    levels = np.flatnonzero(tones >= max(_SPECK, int(tones.sum()) >> 13))
    if not len(levels):
        return [255]
    away, ground = max((int(np.abs(levels - one).min()), -number, one) for number, one in enumerate(_GROUNDS))[::2]
    return [ground] if away >= _APART else [255, 0]
