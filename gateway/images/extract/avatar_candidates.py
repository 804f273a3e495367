"""Places of a picture that could be somebody's avatar, cut out: squares and rounds that stand apart from the rest.

Edges of colour are joined to shapes at several strengths and reaches; a shape as wide as high is a candidate, the two
ends of a longer one are two (an avatar that touches its bubble or its name), and so is the picture itself. Who is in
it is asked elsewhere: whoever cuts knows nobody's face.

Cost is that of the picture, whatever number of people is looked for: 0.1 s for a phone's screen. Measured on chats
and mails drawn by Chromium (`bench/pictures.py`).

In: a raster. Out: `Patch`es, the largest first, at most `MOST`. Nothing is raised for a raster with a pixel.
"""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from gateway.images.calibration import (
    CANDIDATE_ATTACHED_RATIO,
    CANDIDATE_BODY_SHARE,
    CANDIDATE_EDGE_GREYS,
    CANDIDATE_PLAIN_GREYS,
    CANDIDATE_RULE_RATIO,
    CANDIDATE_SAME_SHARE,
    CANDIDATE_SQUARE_RATIO,
)
from gateway.images.extract.raster import Raster, resized
from gateway.model import Box, Patch

SIDE = 40
"""Pixels of a cut-out's side. The candidate itself is its middle; around it is an eighth of it, for what the candidate
missed."""
MARGIN = 1 / 8
MOST = 400
_SMALLEST, _LARGEST = 18, 900  # pixels of a side, in the picture as sent
_PIXELS, _NARROWEST = 1_300_000, 720  # a picture of more is looked at in a smaller copy, down to that width
_REACHES = (3, 7)  # pixels over which edges are joined


def patches(raster: Raster) -> tuple[Patch, ...]:
    """All candidates."""
    height, width = raster.shape[:2]
    if min(height, width) < _SMALLEST:
        return ()
    factor = min(1.0, max((_PIXELS / (width * height)) ** 0.5, _NARROWEST / width))
    seen = raster if factor == 1.0 else resized(raster, round(width * factor), round(height * factor))
    boxes = _distinct(_candidates(seen, factor, width, height), MOST * 2)
    found = []
    if max(width, height) <= 3 * min(width, height):
        found.append(Patch(Box(0, 0, width, height), _cut(raster, Box(0, 0, width, height)).tobytes()))
    for box in boxes:
        cut = _cut(raster, box)
        inner = cut[5:-5, 5:-5].reshape(-1, 3)
        if float(inner.std(axis=0).max()) >= CANDIDATE_PLAIN_GREYS:
            found.append(Patch(box, cut.tobytes()))
        if len(found) == MOST:
            break
    return tuple(found)


def _candidates(seen: Raster, factor: float, width: int, height: int) -> Iterator[Box]:
    smallest, largest = max(12, _SMALLEST * factor), _LARGEST * factor
    shapes: dict[tuple[int, int, int, int], None] = {}
    edges = _edges(seen)
    for strength in CANDIDATE_EDGE_GREYS:
        marked = (edges > strength).astype(np.uint8)
        for reach in _REACHES:
            joined = cv2.morphologyEx(marked, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
            _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
            for label, (x, y, wide, high, _) in enumerate(stats.tolist()):
                if label and min(wide, high) >= smallest:
                    shapes[x, y, wide, high] = None
                    if max(wide, high) <= CANDIDATE_ATTACHED_RATIO * min(wide, high):
                        shapes[_body(labels[y : y + high, x : x + wide] == label, x, y)] = None
    for x, y, wide, high in shapes:
        for square in _squares(x, y, wide, high):
            if smallest <= square[2] <= largest:
                yield _as_sent(square, factor, width, height)


def _body(shape: NDArray[np.bool_], x: int, y: int) -> tuple[int, int, int, int]:
    """The shape without what sticks out of it (a badge, a tail, a name): the rows and columns that are nearly as long
    as its long ones, from its first pixel in them to its last."""
    high, wide = shape.shape
    rows, columns = _extents(shape), _extents(shape.T)
    down = np.flatnonzero(rows >= CANDIDATE_BODY_SHARE * _long(rows))
    across = np.flatnonzero(columns >= CANDIDATE_BODY_SHARE * _long(columns))
    if not len(down) or not len(across):
        return x, y, wide, high
    return (
        x + int(across[0]),
        y + int(down[0]),
        int(across[-1] - across[0]) + 1,
        int(down[-1] - down[0]) + 1,
    )


def _long(extents: NDArray[np.int64]) -> int:
    """One of the long ones: a fifth are longer."""
    place = len(extents) * 4 // 5
    return int(np.partition(extents, place)[place])


def _extents(shape: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How far the first and the last pixel of each row are apart."""
    width = shape.shape[1]
    spans = width - shape.argmax(axis=1) - shape[:, ::-1].argmax(axis=1)
    return np.where(shape.any(axis=1), spans, 0)


def _edges(seen: Raster) -> Raster:
    """The greatest step of any colour to a neighbour, by pixel."""
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray(cv2.morphologyEx(seen, cv2.MORPH_GRADIENT, kernel).max(axis=2), np.uint8)


def _squares(x: int, y: int, wide: int, high: int) -> Iterator[tuple[int, int, int, int]]:
    if max(wide, high) <= CANDIDATE_SQUARE_RATIO * min(wide, high):
        yield x, y, wide, high
    elif wide > high and wide <= CANDIDATE_RULE_RATIO * high:
        yield x, y, high, high
        yield x + wide - high, y, high, high
    elif high > wide and high <= CANDIDATE_RULE_RATIO * wide:
        yield x, y, wide, wide
        yield x, y + high - wide, wide, wide


def _as_sent(square: tuple[int, int, int, int], factor: float, width: int, height: int) -> Box:
    x, y, wide, high = (round(value / factor) for value in square)
    x, y = min(x, width - 1), min(y, height - 1)
    return Box(x, y, max(1, min(wide, width - x)), max(1, min(high, height - y)))


def _distinct(boxes: Iterable[Box], most: int) -> list[Box]:
    """The largest first, without those that are nearly another one."""
    ordered = sorted(set(boxes), key=lambda box: (-box.width * box.height, box.y, box.x))
    kept: list[Box] = []
    shape = np.zeros((0, 4), np.int64)
    for box in ordered:
        if len(kept) == most:
            break
        if kept and _overlap(shape[: len(kept)], box) > CANDIDATE_SAME_SHARE:
            continue
        if len(kept) == len(shape):
            shape = np.vstack([shape, np.zeros((256, 4), np.int64)])
        shape[len(kept)] = (box.x, box.y, box.x + box.width, box.y + box.height)
        kept.append(box)
    return kept


def _overlap(shapes: NDArray[np.int64], box: Box) -> float:
    """Intersection over union with the nearest of the shapes (left, top, right, bottom)."""
    across = np.minimum(shapes[:, 2], box.x + box.width) - np.maximum(shapes[:, 0], box.x)
    down = np.minimum(shapes[:, 3], box.y + box.height) - np.maximum(shapes[:, 1], box.y)
    shared = np.clip(across, 0, None) * np.clip(down, 0, None)
    areas = (shapes[:, 2] - shapes[:, 0]) * (shapes[:, 3] - shapes[:, 1]) + box.width * box.height - shared
    return float((shared / areas).max())


def _cut(raster: Raster, box: Box) -> Raster:
    """`SIDE` by `SIDE`, the box in its middle, edge pixels repeated where the picture ends."""
    height, width = raster.shape[:2]
    wide, high = max(1, round(box.width * MARGIN)), max(1, round(box.height * MARGIN))
    left, top = box.x - wide, box.y - high
    right, bottom = box.x + box.width + wide, box.y + box.height + high
    inside = raster[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]
    missing = (max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width))
    if any(missing):
        inside = np.asarray(cv2.copyMakeBorder(inside, *missing, cv2.BORDER_REPLICATE), np.uint8)
    return resized(inside, SIDE, SIDE)
