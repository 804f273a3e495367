"""What a document shows that is too small to be looked at one by one, put on a sheet, enlarged where writing in it
would be tiny; and whether pictures of a page adjoin, so that what they show is seen only when they stand together.

In: pixels; PDFium's pictures of one page. Out: pixels; a truth value. Pure but for what PDFium says of a place.
"""

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pypdfium2.raw as raw

from gateway.images.extract.raster import Raster

SMALL = 24
"""Pixels of the shorter side below which a picture goes on a sheet."""
LEAST = 8
"""Pixels of the shorter side that writing needs."""
_LONGEST = 1400
_HIGHEST = 1040
_ENLARGED, _MARGIN = 3, 24
_WIDTH, _HEIGHT = 1600, 2200
_MOST_WAITING = 4 * 3 * _WIDTH * _HEIGHT
_MOST_COMPARED = 300
_NEAR = 0.75
"""Points between two pictures that adjoin."""
_BESIDE = 0.5


def may_say(picture: Raster) -> bool:
    """Whether it is high enough for writing, and has more than one colour."""
    return min(picture.shape[:2]) >= LEAST and not is_plain(picture)


def is_plain(picture: Raster) -> bool:
    """Whether all of it has one grey, as an empty page has."""
    return int(picture.max()) == int(picture.min())


def fits(picture: Raster) -> bool:
    """Whether it is small enough to stand on a sheet as it is."""
    return bool(picture.shape[0] <= _HIGHEST and picture.shape[1] <= _LONGEST)


class Sheets:
    """Pictures that wait for a sheet: so many that rows of one height come together, and few enough for the memory."""

    def __init__(self) -> None:
        self._waiting: list[Raster] = []
        self._bytes = 0

    def put(self, picture: Raster) -> Iterator[Raster]:
        """The sheets that are full with it."""
        for piece in _pieces(picture):
            self._waiting.append(piece)
            self._bytes += piece.size
            if self._bytes > _MOST_WAITING:
                *full, (_, self._waiting) = list(_laid(self._waiting))
                self._bytes = sum(one.size for one in self._waiting)
                yield from (sheet for sheet, _ in full)

    def rest(self) -> Iterator[Raster]:
        """The sheets that are left, the last of them as high as what stands on it."""
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        yield from (sheet for sheet, _ in _laid(waiting))


def _laid(pieces: Iterable[Raster]) -> Iterator[tuple[Raster, list[Raster]]]:
    """Sheets, and what stands on each."""
    sheet, x, y, high = _blank(), _MARGIN, _MARGIN, 0
    own: list[Raster] = []
    for piece in sorted(pieces, key=lambda one: -one.shape[0]):  # rows of one height leave least room
        height, width = piece.shape[:2]
        if x + width + _MARGIN > _WIDTH:
            x, y, high = _MARGIN, y + high + _MARGIN, 0
        if y + height + _MARGIN > _HEIGHT:
            yield sheet, own
            sheet, x, y, high = _blank(), _MARGIN, _MARGIN, 0
            own = []
        sheet[y : y + height, x : x + width] = piece
        own.append(piece)
        x, high = x + width + _MARGIN, max(high, height)
    if high:
        yield sheet[: y + high + _MARGIN], own


def _blank() -> Raster:
    return np.full((_HEIGHT, _WIDTH, 3), 255, np.uint8)


def _pieces(picture: Raster) -> Iterator[Raster]:
    """It, enlarged if it is low; a long one in pieces that overlap."""
    by = _ENLARGED if min(picture.shape[:2]) < SMALL else 1
    if picture.shape[0] * by > _HIGHEST:
        picture = np.ascontiguousarray(picture.transpose(1, 0, 2))
    step = _LONGEST // by
    for start in range(0, picture.shape[1], max(1, step - 2 * SMALL)):
        piece = picture[:, start : start + step]
        yield piece.repeat(by, axis=0).repeat(by, axis=1) if by > 1 else np.array(piece)
        if start + step >= picture.shape[1]:
            return


def adjoin(images: Sequence[Any]) -> bool:
    """Whether two of a page's pictures stand edge to edge. A line of pixels shows nothing, nor does a row of such."""
    placed: dict[int, list[tuple[float, float, float, float]]] = {}
    for image in images[:_MOST_COMPARED]:
        if min(image.get_px_size()) < 2:
            continue
        left, low, right, high = (ctypes.c_float() for _ in range(4))
        if raw.FPDFPageObj_GetBounds(image, left, low, right, high):
            holder = 0 if image.container is None else ctypes.addressof(image.container.raw.contents)
            placed.setdefault(holder, []).append((left.value, low.value, right.value, high.value))
    return any(
        _touch(one, other) or _touch(_turned(one), _turned(other))
        for own in placed.values()
        for number, one in enumerate(own)
        for other in own[:number]
    )


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Side by side."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    near = min(abs(one[2] - other[0]), abs(other[2] - one[0])) <= _NEAR
    return near and shared >= _BESIDE * min(one[3] - one[1], other[3] - other[1]) > 0


def _turned(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return box[1], box[0], box[3], box[2]
