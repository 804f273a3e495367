"""One candidate and one avatar compared finely: 24 by 24 pixels inside a circle, in the windows about where the coarse
look saw the avatar.

JPEG keeps colours at half the size and in steps, so that in a small face the detail of brightness alone is compared
too, and the better counts; the colours as they are have their weight in any case.

In: a cut-out, a form. Out: a `Likeness`. Nothing is raised.
"""

import math
from dataclasses import dataclass

import numpy as np

from gateway.images.calibration import (
    AVATAR_COLOUR_WEIGHT,
    AVATAR_FAINT_CONTRAST_RATIO,
    AVATAR_FLAT_GREYS,
    AVATAR_FOREIGN_BLURRED_GREYS,
    AVATAR_FOREIGN_BLURRED_POINT_GREYS,
    AVATAR_FOREIGN_GREYS,
    AVATAR_FOREIGN_POINT_GREYS,
    AVATAR_MIRRORED_COST,
    AVATAR_SHADE_GREYS,
    AVATAR_SHADE_POINT_GREYS,
    AVATAR_SMALL_PIXELS,
    AVATAR_STRONG_CONTRAST_RATIO,
    AVATAR_UNCOVERED_SHARE,
)
from gateway.images.match.avatar.coarse import Jitter
from gateway.images.match.avatar.masks import SIDE, Mask, Values, flat
from gateway.images.match.opencv import cv2
from gateway.images.match.thumbnail import Picture, resized
from gateway.model import PATCH, Box

INNER = 32  # pixels of a patch that are its candidate
_FINER = (0.94, 0.97, 1.0, 1.03, 1.06)
_SLACK = 2  # pixels at SIDE
_BEST = 2  # windows of a size whose detail is compared
_BRIGHTNESS = np.array([[0.299], [0.587], [0.114]], np.float32)  # Rec. 601


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a candidate and an avatar are, where in the picture the avatar then is, and whether it is mirrored."""

    score: float
    box: Box
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class AvatarTemplate:
    """One way in which an avatar is shown, and what of it is compared. `part` is what of the whole it is: left, top,
    width, height as shares."""

    owner: int
    mirrored: bool
    part: tuple[float, float, float, float]
    circle: Mask
    fine: Values
    detail: Values
    grey: Values
    contrast: float
    colours: Values
    hues: Values
    soft: Values


def form_of(
    picture: Picture, owner: int, mirrored: bool, part: tuple[float, float, float, float], circle: Mask
) -> AvatarTemplate:
    inside = resized(picture, SIDE, SIDE)[circle.fine].astype(np.float32)[None]
    fine, norm = flat(inside)
    detail, _ = circle.detail(inside)
    hues = _hues(inside[0])
    return AvatarTemplate(
        owner=owner,
        mirrored=mirrored,
        part=part,
        circle=circle,
        fine=fine[0],
        detail=detail[0],
        grey=_grey(inside, circle),
        contrast=float(norm[0]),
        colours=inside[0].mean(axis=0),
        hues=hues,
        soft=_soft(hues, circle),
    )


def compared(picture: Picture, box: Box, form: AvatarTemplate, jitter: Jitter) -> Likeness:
    """The best of the windows about where the coarse look saw the avatar."""
    best, where = 0.0, box
    coloured = min(box.width, box.height) * jitter[0] >= AVATAR_SMALL_PIXELS
    for finer in _FINER:
        side = max(SIDE, round(PATCH * SIDE / (INNER * jitter[0] * finer)))
        how = cv2.INTER_AREA if side < PATCH else cv2.INTER_LINEAR
        shown = np.asarray(cv2.resize(picture, (side, side), interpolation=how), np.float32)
        reach = side * INNER / PATCH
        left, top = ((side - SIDE) / 2 + share * reach for share in jitter[1:])
        xs, ys = _near(left, side), _near(top, side)
        views = np.lib.stride_tricks.sliding_window_view(shown, (SIDE, SIDE), axis=(0, 1))
        inside = views[ys.start : ys.stop, xs.start : xs.stop].reshape(-1, 3, SIDE, SIDE)[:, :, form.circle.fine]
        windows = np.ascontiguousarray(inside.transpose(0, 2, 1))
        rows, norms = flat(windows)
        alike = rows @ form.fine
        ratio = norms / max(form.contrast, 1e-6)
        alike[(ratio < AVATAR_FAINT_CONTRAST_RATIO) | (ratio > AVATAR_STRONG_CONTRAST_RATIO)] = 0
        for at in np.argsort(-alike)[:_BEST].tolist():
            detail, _ = form.circle.detail(windows[at : at + 1])
            same = float(detail[0] @ form.detail)
            if not coloured:
                same = max(same, float(_grey(windows[at : at + 1], form.circle) @ form.grey))
            score = _weighed(float(alike[at]), same, windows[at], form, coloured)
            if score > best:
                best = score
                y, x = divmod(at, len(xs))
                where = _placed(box, (xs.start + x) / side, (ys.start + y) / side, SIDE / side, form.part)
    return Likeness(min(1.0, best), where, form.mirrored)


def _weighed(alike: float, detail: float, window: Values, form: AvatarTemplate, coloured: bool) -> float:
    colours = window.mean(axis=0)
    shade = np.abs((colours - colours.mean()) - (form.colours - form.colours.mean())).max()
    score = (
        AVATAR_COLOUR_WEIGHT * alike
        + (1 - AVATAR_COLOUR_WEIGHT) * detail
        - max(0.0, float(shade) - AVATAR_SHADE_GREYS) / AVATAR_SHADE_POINT_GREYS
    )
    hues = _hues(window)
    if coloured:
        score -= max(0.0, _foreign(hues, form.hues) - AVATAR_FOREIGN_GREYS) / AVATAR_FOREIGN_POINT_GREYS
    else:
        score -= (
            max(0.0, _foreign(_soft(hues, form.circle), form.soft) - AVATAR_FOREIGN_BLURRED_GREYS)
            / AVATAR_FOREIGN_BLURRED_POINT_GREYS
        )
    return score - form.circle.cost - (AVATAR_MIRRORED_COST if form.mirrored else 0.0)


def _grey(inside: Values, circle: Mask) -> Values:
    """The detail of the brightness of (1, pixels, 3), of length 1; nothing where there is hardly any."""
    row, length = circle.detail(inside @ _BRIGHTNESS)
    return row[0] if float(length[0]) >= AVATAR_FLAT_GREYS * math.sqrt(row.shape[1]) else np.zeros_like(row[0])


def _hues(inside: Values) -> Values:
    """(pixels, 3) without brightness, and without the colour that lies over the whole, in one row."""
    hues = inside - inside.mean(axis=1, keepdims=True)
    return np.asarray((hues - hues.mean(axis=0)).ravel(), np.float32)


def _soft(hues: Values, circle: Mask) -> Values:
    """Colours without brightness as JPEG leaves them of a small face."""
    return np.asarray((circle.soft @ hues.reshape(-1, 3)).ravel(), np.float32)


def _foreign(seen: Values, known: Values) -> float:
    """Grey levels (root of the mean square) of the colours seen that are not an avatar's, however pale.

    The pixels that differ most are left out: a badge may lie over them. Of a grey picture it is 0.
    """
    gain = max(0.0, float(seen @ known) / max(float(known @ known), 1e-3))
    rest = np.sort(((seen - gain * known).reshape(-1, 3) ** 2).mean(axis=1))
    return math.sqrt(float(rest[: round(AVATAR_UNCOVERED_SHARE * len(rest))].mean()))


def _near(middle: float, side: int) -> range:
    last = side - SIDE
    low = min(max(0, round(middle) - _SLACK), last)
    return range(low, max(low, min(round(middle) + _SLACK, last)) + 1)


def _placed(box: Box, x: float, y: float, share: float, part: tuple[float, float, float, float]) -> Box:
    """The avatar's own box: the window as shares of the cut-out, made whole where only a part was compared."""
    wide, high = max(1, round(box.width / 8)), max(1, round(box.height / 8))
    across, down = box.width + 2 * wide, box.height + 2 * high
    width, height = share * across / part[2], share * down / part[3]
    left, top = box.x - wide + x * across - part[0] * width, box.y - high + y * down - part[1] * height
    return Box(max(0, round(left)), max(0, round(top)), max(1, round(width)), max(1, round(height)))
