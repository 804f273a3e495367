"""Points by which a piece of a picture is known again: where they stand, how large they are, what is around them.

Blobs of the difference of Gaussians (Lowe, IJCV 2004) stay where they are when a picture is cropped, resized and
compressed. Around each a square is described by a word: the signs of the lowest frequencies of its cosine transform,
as `phash` does with a whole picture. Of two pictures of one thing a fifth of the points have the first 24 bits
of their words in common, and nine in ten differ in at most six bits of 40. A bit turns where its frequency is weakest,
so the word says too which of its bits those are. Letters are smaller than most blobs: a word says what a few letters
look like from afar, and no text can be had from it.

Described, not compared: who hands in what is known elsewhere.

In: a raster. Out: packed points (see `model.Points`). Nothing is raised for a raster with a pixel.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gateway.images.calibration import POINT_CONTRAST_SHARE, POINT_EDGE_RATIO
from gateway.images.extract.raster import Raster, grey, resized
from gateway.model import INDEXED_BITS, PLACE_BITS, POINT, POINTS_HEAD, UNSURE, WORD_BITS

MOST = 600
"""Points of a picture, the strongest."""
_PIXELS = 160_000  # the picture is looked at so small
_LEAST, _REACH = 1.25, 6.0  # standard deviation of the least blob; half the square's side in those of its blob
_GRID = 16  # samples of a square's side
_LONGEST = 4096  # pixels of the side of the small picture: its points are counted in sixteenths

Values = NDArray[np.float32]


def points(raster: Raster) -> bytes:
    """The strongest first; empty for a picture too small or too plain to have any."""
    height, width = raster.shape[:2]
    factor = min(1.0, (_PIXELS / (width * height)) ** 0.5, _LONGEST / max(width, height))
    seen = grey(raster)
    if factor < 1:
        seen = resized(seen, round(width * factor), round(height * factor))
    if min(seen.shape) < 3 * _GRID:
        return b""
    places = _blobs(seen)
    packed = np.zeros(len(places), POINT)
    packed["x"], packed["y"] = np.round(places[:, 0] * 16), np.round(places[:, 1] * 16)
    packed["size"] = np.clip(np.round(places[:, 2] * 64), 1, 65535)
    packed["word"] = _words(seen, places)
    return POINTS_HEAD.pack(seen.shape[1], seen.shape[0]) + packed.tobytes()


def _blobs(seen: Raster) -> Values:
    """x, y, standard deviation; those whose square sticks out of the picture by more than a third are left out."""
    found = cv2.SIFT.create(contrastThreshold=POINT_CONTRAST_SHARE, edgeThreshold=POINT_EDGE_RATIO).detect(seen, None)
    places = np.array([(p.pt[0], p.pt[1], p.size / 2, p.response) for p in found], np.float32).reshape(-1, 4)
    reach = places[:, 2] * _REACH / 3
    height, width = seen.shape
    inside = (places[:, 2] >= _LEAST) & (places[:, 0] >= reach) & (places[:, 1] >= reach)
    inside &= (places[:, 0] < width - reach) & (places[:, 1] < height - reach)
    places = places[inside]
    _, once = np.unique(np.round(places[:, :3] * 4), axis=0, return_index=True)  # a blob has one entry a direction
    places = places[once]
    return places[np.argsort(-places[:, 3], kind="stable")[:MOST], :3]


def _low_frequencies() -> Values:
    """(samples of a square, `WORD_BITS`) of the two-dimensional transform, the lowest first, without the mean."""
    at = (np.arange(_GRID) + 0.5) / _GRID * np.pi
    waves = np.cos(np.arange(8)[:, None] * at)
    order = sorted(((y, x) for y in range(8) for x in range(8) if x or y), key=lambda p: (p[0] + p[1], max(p), p))
    return np.stack([np.outer(waves[y], waves[x]).ravel() for y, x in order[:WORD_BITS]], axis=1).astype(np.float32)


_WAVES = _low_frequencies()
_BITS = np.uint64(1) << np.arange(WORD_BITS, dtype=np.uint64)
_UNSURE_AT = np.uint64(WORD_BITS) + np.uint64(PLACE_BITS) * np.arange(UNSURE, dtype=np.uint64)
_SAMPLES = (np.arange(_GRID) + 0.5) / _GRID * 2 - 1


def _words(seen: Raster, places: Values) -> NDArray[np.uint64]:
    """Of each point. Each is looked at in that one of ever smaller copies in which its samples are a pixel apart."""
    words = np.zeros(len(places), np.uint64)
    if not len(places):
        return words
    levels = np.floor(np.log2(np.maximum(1, places[:, 2] * _REACH * 2 / _GRID))).astype(np.int64)
    small = seen
    for level in range(int(levels.max()) + 1):
        if level:
            small = resized(small, (small.shape[1] + 1) // 2, (small.shape[0] + 1) // 2)
        chosen = np.flatnonzero(levels == level)
        if len(chosen):
            scale = np.array([small.shape[1] / seen.shape[1], small.shape[0] / seen.shape[0]])
            waves = _squares(small, places[chosen], scale) @ _WAVES
            weakest = np.argsort(np.abs(waves[:, :INDEXED_BITS]), axis=1, kind="stable")[:, :UNSURE]
            words[chosen] = ((waves > 0) * _BITS).sum(axis=1, dtype=np.uint64)
            words[chosen] |= (weakest.astype(np.uint64) << _UNSURE_AT).sum(axis=1, dtype=np.uint64)
    return words


def _squares(small: Raster, places: Values, scale: NDArray[np.float64]) -> Values:
    """(points, samples)."""
    reach = places[:, 2:3] * _REACH
    across = (places[:, 0:1] + _SAMPLES * reach + 0.5) * scale[0] - 0.5
    down = (places[:, 1:2] + _SAMPLES * reach + 0.5) * scale[1] - 0.5
    shape = (len(places), _GRID, _GRID)
    xs = np.broadcast_to(across[:, None, :], shape).reshape(-1, _GRID).astype(np.float32)
    ys = np.broadcast_to(down[:, :, None], shape).reshape(-1, _GRID).astype(np.float32)
    taken = cv2.remap(small, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(taken, np.float32).reshape(len(places), _GRID * _GRID)
