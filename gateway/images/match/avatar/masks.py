"""What of an avatar is compared: the circle that all masks leave, whole or without one corner.

Chats lay a badge over a corner of a face (unread messages, being online, a rank). So each face is compared five times:
whole, and without what a badge in each corner would hide, for which more is asked.

In: pixels as (n, side, side, 3) or what is inside. Out: rows of length 1. Nothing is raised.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gateway.images.calibration import AVATAR_COARSE_COVERED_SCORE, AVATAR_COARSE_SCORE, AVATAR_COVERED_COST

Values = NDArray[np.float32]

SIDE = 24
COARSE = 10
_FINE = 0.86  # of the avatar's half: borders and corners lie outside
_CORNER = 0.3  # of the half, from the middle: where a badge may begin
_BLEEDS = 2.0  # pixels at `SIDE` over which JPEG mixes the colours of a small face


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """`fine` says which pixels are compared, `slow` has the slow changes over them, (pixels, 6), orthonormal; `soft`,
    (pixels, pixels), blurs over them. `perhaps` is what the coarse look must reach, `cost` what is taken from the
    likeness."""

    fine: NDArray[np.bool_] = field(repr=False)
    slow: Values = field(repr=False)
    soft: Values = field(repr=False)
    corner: tuple[int, int] | None = None
    perhaps: float = AVATAR_COARSE_SCORE
    cost: float = 0.0

    def detail(self, inside: Values) -> tuple[Values, Values]:
        """(n, pixels, 3) without slow change (a quadratic in x and y), in one row of length 1 each; the lengths."""
        return _rows(inside - self.slow @ (self.slow.T @ inside))


def flat(inside: Values) -> tuple[Values, Values]:
    """(n, pixels, 3) without the mean of each colour, in one row of length 1 each; and the lengths before."""
    return _rows(inside - inside.mean(axis=1, keepdims=True))


def _rows(values: Values) -> tuple[Values, Values]:
    rows = values.reshape(len(values), -1)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return (rows / np.maximum(lengths, 1e-6)[:, None]).astype(np.float32), lengths.astype(np.float32)


def _grid(side: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    middle = (np.arange(side) + 0.5) / side * 2 - 1
    return np.broadcast_to(middle[:, None], (side, side)), np.broadcast_to(middle[None, :], (side, side))


def mask(
    side: int,
    share: float,
    corner: tuple[int, int] | None,
    lies: tuple[float, float, float] = (1.0, 0.0, 0.0),
) -> NDArray[np.bool_]:
    """(side, side): where a circle of `share` of an avatar's half is, without a corner; `lies` says how large the
    avatar is there, and how far its middle is from the middle, in shares of the side."""
    y, x = _grid(side)
    scale, across, down = lies
    x, y = (x - 2 * across) / scale, (y - 2 * down) / scale
    inside = x * x + y * y <= share * share
    if corner is not None:
        inside &= ~((x * corner[0] > _CORNER) & (y * corner[1] > _CORNER))
    return np.asarray(inside)


def _circle(corner: tuple[int, int] | None) -> Mask:
    fine = mask(SIDE, _FINE, corner)
    y, x = _grid(SIDE)
    curves = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=-1)[fine]
    slow = np.asarray(np.linalg.qr(curves)[0], np.float32)
    places = np.argwhere(fine).astype(np.float32)
    far = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    near = np.exp(-far / (2 * _BLEEDS * _BLEEDS))
    soft = np.asarray(near / near.sum(axis=1, keepdims=True), np.float32)
    if corner is None:
        return Mask(fine, slow, soft)
    return Mask(fine, slow, soft, corner, AVATAR_COARSE_COVERED_SCORE, AVATAR_COVERED_COST)


CIRCLES = tuple(_circle(corner) for corner in (None, (1, 1), (1, -1), (-1, 1), (-1, -1)))
WHOLE = CIRCLES[0]
