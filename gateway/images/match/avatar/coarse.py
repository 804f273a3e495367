"""The coarse look at every candidate for every avatar: which pairs may be alike, and how the two lie to each other.

An avatar is often smaller than what was cut out: it stands in a pill with a name, in a frame, on a ring. So each way in
which it may lie there (size, place) has its own mask, the part of the candidate that the avatar would fill, and what is
outside counts nothing. One product of matrices for all, so that the number of avatars adds next to nothing.

In: avatars and candidates of `COARSE` by `COARSE` colours. Out: correlations. Nothing is raised.
"""

from itertools import product

import numpy as np

from gateway.images.calibration import AVATAR_COARSE_FULL_CELLS
from gateway.images.match.avatar.masks import COARSE, Mask, Values, mask
from gateway.images.match.opencv import cv2
from gateway.images.match.thumbnail import Picture, resized

Jitter = tuple[float, float, float]
"""Side of the avatar to the candidate's; how far its middle is right of and below the candidate's, in sides."""

_SCALES = (0.72, 0.8, 0.88, 0.96, 1.05, 1.15)
_SHIFTS = (-0.09, 0.0, 0.09)
JITTER: tuple[Jitter, ...] = tuple((scale, x, y) for scale in _SCALES for x, y in product(_SHIFTS, _SHIFTS))
_FINER = 6
_SHARE = 0.8  # of the avatar's half: corners and borders lie outside


def masks(circle: Mask) -> Values:
    """(jitters, cells): how much of each cell shows what is compared of the avatar, 0 to 1."""
    fine = np.stack([mask(COARSE * _FINER, _SHARE, circle.corner, jitter) for jitter in JITTER]).astype(np.float32)
    cells = fine.reshape(len(JITTER), COARSE, _FINER, COARSE, _FINER).mean(axis=(2, 4))
    return np.asarray(cells.reshape(len(JITTER), -1), np.float32)


def looks(picture: Picture) -> Values:
    """(jitters, cells, colours): what a candidate would show of an avatar."""
    size = COARSE * _FINER
    large = resized(picture, size, size)
    shown = []
    for scale, x, y in JITTER:
        moved = np.array([[scale, 0, (0.5 + x - scale / 2) * size], [0, scale, (0.5 + y - scale / 2) * size]])
        there = cv2.warpAffine(large, moved, (size, size), borderMode=cv2.BORDER_REPLICATE)
        shown.append(resized(np.asarray(there, np.uint8), COARSE, COARSE))
    return np.stack(shown).reshape(len(JITTER), -1, 3).astype(np.float32)


def templates(shown: Values, fills: Values) -> Values:
    """(jitters, cells * colours) of `looks`: in the mask without the mean of each colour, 0 outside, of length 1."""
    weight = fills[:, :, None]
    mean = (shown * weight).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)
    rest = shown - mean
    lengths = np.sqrt((rest * rest * weight).sum(axis=(1, 2)))
    return np.asarray((rest * weight).reshape(len(JITTER), -1) / np.maximum(lengths, 1e-6)[:, None], np.float32)


def correlations(seen: Values, rows: Values, fills: Values, least: float) -> Values:
    """(candidates, forms, jitters). `seen` is (candidates, COARSE, COARSE, 3), `rows` (forms * jitters, values).

    Few cells are alike by chance more often than many: from `least` on, a correlation over fewer than
    `AVATAR_COARSE_FULL_CELLS` is given as the one over so many that chance would give as seldom (Fisher's
    transformation, its deviation 1 / sqrt(n)).
    """
    values = seen.reshape(len(seen), -1, 3)
    shared = values.reshape(len(seen), -1) @ rows.T
    cells = fills.sum(axis=1)
    spread = np.zeros((len(seen), len(fills)), np.float32)
    for colour in range(3):
        one = values[:, :, colour] - values[:, :, colour].mean(axis=1, keepdims=True)
        spread += (one * one) @ fills.T - (one @ fills.T) ** 2 / cells
    lengths = np.sqrt(np.maximum(spread, 1.0))
    found = shared.reshape(len(seen), -1, len(fills)) / lengths[:, None, :]
    at = np.nonzero(found >= least)
    share = np.sqrt(np.minimum(1.0, cells / AVATAR_COARSE_FULL_CELLS))[at[2]]
    found[at] = np.tanh(np.arctanh(np.minimum(found[at], 0.999)) * share)
    return np.asarray(found, np.float32)
