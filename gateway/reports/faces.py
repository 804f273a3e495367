"""Avatars compared with cut-outs of pictures: which of a picture's candidates shows which of some people's avatars.

A coarse look (10 x 10 colours) at every candidate, against every avatar as it would be somewhat larger, smaller or
beside the candidate, mirrored, and without its one-coloured margin: one product of matrices, so that the number of
avatars adds next to nothing. It says which pairs may be alike and how they lie to each other. Those few are compared
finely (24 x 24), inside a circle: round masks, corners, badges and borders lie outside.

Correlation of colours alone finds any sky over any ground in any other: strangers reached 0.93 in pages drawn by
Chromium. So most of the weight has the correlation of what is left when the slow change over the picture (a quadratic
in x and y, of each colour) is taken off, and other mean colours count against, as do colours that the avatar
does not have there: drawings of one template differ by nothing else. A grey or pale copy has none, and a badge covers
little. Measured so on three conditions (clean, 0.7 of the size at JPEG 40, photo of a screen): the reporter's own 0.88
and more, strangers at most 0.79.

In: avatars, patches. Out: the likeness of each pair, 0 to 1. Nothing is raised for patches of the right length.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import cv2
import numpy as np

from gateway.model import PATCH, Box, Patch, Pixels
from gateway.reports.circles import CIRCLES, COARSE, SIDE, WHOLE, Circle, Values, flat
from gateway.reports.pictures import Picture, array, resized

DISTINCT = 0.4
"""An avatar less distinct than this counts only beside other evidence."""
_INNER = 32  # pixels of a patch that are its candidate
_SCALES = (0.72, 0.8, 0.88, 0.96, 1.05, 1.15)  # of the avatar's side to the candidate's
_SHIFTS = (-0.09, 0.0, 0.09)  # of the candidate's side
_JITTER = tuple((scale, x, y) for scale in _SCALES for x, y in product(_SHIFTS, _SHIFTS))
_FINER = (0.94, 0.97, 1.0, 1.03, 1.06)
_SLACK = 2  # pixels at SIDE
_FAINT, _STRONG = 0.3, 3.0  # contrast of a window to the avatar's own
_ALIKE = 0.4  # weight of the colours as they are; the rest is that of the detail
_SHADE, _SHADES = 12.0, 150.0  # grey levels by which the mean colour may differ, and those that cost a whole point
_FOREIGN, _FOREIGNERS = 6.0, 40.0  # grey levels of colour that the avatar has not there, and those that cost a point
_UNCOVERED = 0.85  # of the pixels
_COLOURED = 40  # pixels of a place: JPEG keeps colours at half the size, so a smaller face has those around it too
_MIRRORED = 0.02
_SURELY = 0.86
_BEST = 2  # windows of a size whose detail is compared
_TELLING = 16.0  # grey levels of detail that are enough
_SILHOUETTE = 0.85
_TRIMMED = 0.9  # a margin of one colour is cut off where less than so much of the side is left
_ONE_COLOUR = 14
_MOST_PAIRS = 6  # of one candidate that are looked at finely: the likest


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a candidate and an avatar are, where in the picture the avatar then is, and whether it is mirrored."""

    score: float
    box: Box
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class _Form:
    """One way in which an avatar is shown, and what of it is compared. `part` is what of the whole it is: left, top,
    width, height as shares."""

    owner: int
    mirrored: bool
    part: tuple[float, float, float, float]
    circle: Circle
    fine: Values
    detail: Values
    contrast: float
    colours: Values
    hues: Values


class Faces:
    """Some people's avatars, ready to be looked for; whoever gives them keeps their order."""

    def __init__(self, avatars: Sequence[Pixels]) -> None:
        self._forms: tuple[list[_Form], ...] = tuple([] for _ in CIRCLES)
        coarse: tuple[list[Values], ...] = tuple([] for _ in CIRCLES)
        for owner, pixels in enumerate(avatars):
            for picture, part in _shown(_square(array(pixels))):
                for mirrored in (False, True):
                    seen = np.ascontiguousarray(picture[:, ::-1]) if mirrored else picture
                    rough = _roughly(seen)
                    for circle, forms, rows in zip(CIRCLES, self._forms, coarse, strict=True):
                        forms.append(_form(seen, owner, mirrored, part, circle))
                        rows.append(flat(rough[:, circle.rough])[0])
        self.people = len(avatars)
        self._coarse = tuple(
            np.concatenate(rows) if rows else np.zeros((0, int(circle.rough.sum()) * 3), np.float32)
            for circle, rows in zip(CIRCLES, coarse, strict=True)
        )

    @classmethod
    def joined(cls, several: Sequence["Faces"]) -> "Faces":
        """The people of all, numbered through."""
        whole = cls(())
        for faces in several:
            for forms, more in zip(whole._forms, faces._forms, strict=True):
                forms += [replace(form, owner=form.owner + whole.people) for form in more]
            whole.people += faces.people
        whole._coarse = tuple(
            np.concatenate([rows, *(faces._coarse[number] for faces in several)])
            for number, rows in enumerate(whole._coarse)
        )
        return whole

    def among(self, patches: Sequence[Patch], least: float) -> list[tuple[int, int, Likeness]]:
        """(patch, avatar, likeness) of all that are at least so much alike."""
        if not self.people or not patches:
            return []
        pictures = np.stack([np.frombuffer(p.rgb, np.uint8).reshape(PATCH, PATCH, 3) for p in patches])
        edge = (PATCH - _INNER) // 2
        small = np.stack([resized(p[edge:-edge, edge:-edge], COARSE, COARSE) for p in pictures]).astype(np.float32)
        best: dict[tuple[int, int], Likeness] = {}
        for circle, forms, coarse in zip(CIRCLES, self._forms, self._coarse, strict=True):
            likeness = flat(small[:, circle.rough])[0] @ coarse.T
            for number, form, jitter in _promising(likeness, forms, circle.perhaps):
                known = best.get((number, form.owner))
                if circle.cost and known is not None and known.score >= _SURELY:
                    continue  # seen whole: nothing lies over it
                found = _compared(pictures[number], patches[number].box, form, jitter)
                if found.score >= least and (known is None or known.score < found.score):
                    best[number, form.owner] = found
        return [(number, owner, found) for (number, owner), found in sorted(best.items(), key=lambda entry: entry[0])]


def _promising(
    likeness: Values, forms: Sequence[_Form], perhaps: float
) -> Iterator[tuple[int, _Form, tuple[float, float, float]]]:
    """Of each patch the likest forms, and how they lie to it. `likeness` is (patches, forms x jitters)."""
    cube = likeness.reshape(len(likeness), len(forms), len(_JITTER))
    most = _MOST_PAIRS + len(forms) // 50
    for number in np.flatnonzero(likeness.max(axis=1) >= perhaps).tolist():
        strengths = cube[number].max(axis=1)
        for place in np.argsort(-strengths)[:most].tolist():
            if strengths[place] < perhaps:
                break
            yield number, forms[place], _JITTER[int(cube[number, place].argmax())]


def _form(
    picture: Picture, owner: int, mirrored: bool, part: tuple[float, float, float, float], circle: Circle
) -> _Form:
    inside = resized(picture, SIDE, SIDE)[circle.fine].astype(np.float32)[None]
    fine, norm = flat(inside)
    detail, _ = circle.detail(inside)
    return _Form(
        owner, mirrored, part, circle, fine[0], detail[0], float(norm[0]), inside[0].mean(axis=0), _hues(inside[0])
    )


def _compared(picture: Picture, box: Box, form: _Form, jitter: tuple[float, float, float]) -> Likeness:
    """The best of the windows about where the coarse look saw the avatar."""
    best, where = 0.0, box
    coloured = min(box.width, box.height) >= _COLOURED
    for finer in _FINER:
        side = max(SIDE, round(PATCH * SIDE / (_INNER * jitter[0] * finer)))
        how = cv2.INTER_AREA if side < PATCH else cv2.INTER_LINEAR
        shown = np.asarray(cv2.resize(picture, (side, side), interpolation=how), np.float32)
        reach = side * _INNER / PATCH
        left, top = ((side - SIDE) / 2 + share * reach for share in jitter[1:])
        xs, ys = _near(left, side), _near(top, side)
        views = np.lib.stride_tricks.sliding_window_view(shown, (SIDE, SIDE), axis=(0, 1))
        inside = views[ys.start : ys.stop, xs.start : xs.stop].reshape(-1, 3, SIDE, SIDE)[:, :, form.circle.fine]
        windows = np.ascontiguousarray(inside.transpose(0, 2, 1))
        rows, norms = flat(windows)
        alike = rows @ form.fine
        ratio = norms / max(form.contrast, 1e-6)
        alike[(ratio < _FAINT) | (ratio > _STRONG)] = 0
        for at in np.argsort(-alike)[:_BEST].tolist():
            detail, _ = form.circle.detail(windows[at : at + 1])
            score = _weighed(float(alike[at]), float(detail[0] @ form.detail), windows[at], form, coloured)
            if score > best:
                best = score
                y, x = divmod(at, len(xs))
                where = _placed(box, (xs.start + x) / side, (ys.start + y) / side, SIDE / side, form.part)
    return Likeness(min(1.0, best), where, form.mirrored)


def _weighed(alike: float, detail: float, window: Values, form: _Form, coloured: bool) -> float:
    colours = window.mean(axis=0)
    shade = np.abs((colours - colours.mean()) - (form.colours - form.colours.mean())).max()
    score = _ALIKE * alike + (1 - _ALIKE) * detail - max(0.0, float(shade) - _SHADE) / _SHADES
    if coloured:
        score -= max(0.0, _foreign(_hues(window), form.hues) - _FOREIGN) / _FOREIGNERS
    return score - form.circle.cost - (_MIRRORED if form.mirrored else 0.0)


def _hues(inside: Values) -> Values:
    """(pixels, 3) without brightness, and without the colour that lies over the whole, in one row."""
    hues = inside - inside.mean(axis=1, keepdims=True)
    return np.asarray((hues - hues.mean(axis=0)).ravel(), np.float32)


def _foreign(seen: Values, known: Values) -> float:
    """Grey levels (root of the mean square) of the colours seen that are not an avatar's, however pale.

    The pixels that differ most are left out: a badge may lie over them. Of a grey picture it is 0.
    """
    gain = max(0.0, float(seen @ known) / max(float(known @ known), 1e-3))
    rest = np.sort(((seen - gain * known).reshape(-1, 3) ** 2).mean(axis=1))
    return math.sqrt(float(rest[: round(_UNCOVERED * len(rest))].mean()))


def distinct(pixels: Pixels) -> float:
    """How well an avatar can be told from others, 0 to 1: by what it has besides slow changes of colour.

    A single colour, a gradient, a wall have next to nothing; a platform's silhouette is everybody's.
    """
    picture = _square(array(pixels))
    if picture.shape[0] < 8:
        return 0.0
    inside = resized(np.ascontiguousarray(picture), SIDE, SIDE)[WHOLE.fine].astype(np.float32)[None]
    _, length = WHOLE.detail(inside)
    grey = inside.mean(axis=2)[..., None].repeat(3, axis=2)
    outline, _ = WHOLE.detail(grey)
    if any(abs(float(outline[0] @ known)) >= _SILHOUETTE for known in _silhouettes()):
        return 0.1
    return min(1.0, float(length[0]) / math.sqrt(inside[0].size) / _TELLING)


@cache
def _silhouettes() -> tuple[Values, ...]:
    """Head and shoulders, in the proportions that platforms use for who has no picture."""
    found = []
    size = 96
    for head, top, wide in ((0.17, 0.36, 0.33), (0.19, 0.38, 0.38), (0.2, 0.4, 0.3), (0.15, 0.33, 0.3)):
        drawn = np.zeros((size, size, 3), np.uint8)
        cv2.circle(drawn, (size // 2, round(top * size)), round(head * size), (255, 255, 255), -1)
        for low in (0.98, 0.86):
            shoulders = drawn.copy()
            axes = (round(wide * size), round((low - top - head) * size * 0.9))
            cv2.ellipse(shoulders, (size // 2, round(low * size)), axes, 0, 180, 360, (255, 255, 255), -1)
            inside = resized(shoulders, SIDE, SIDE)[WHOLE.fine].astype(np.float32)[None]
            found.append(WHOLE.detail(inside)[0][0])
    return tuple(found)


def _near(middle: float, side: int) -> range:
    last = side - SIDE
    low = min(max(0, round(middle) - _SLACK), last)
    return range(low, max(low, min(round(middle) + _SLACK, last)) + 1)


def _square(picture: Picture) -> Picture:
    """The middle square: what platforms make of a picture that is not one."""
    side = min(picture.shape[:2])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    return picture[top : top + side, left : left + side]


def _shown(picture: Picture) -> list[tuple[Picture, tuple[float, float, float, float]]]:
    """The picture, and what stands on its one-coloured margin: on a page of that colour nobody sees the margin."""
    whole = [(picture, (0.0, 0.0, 1.0, 1.0))]
    side = picture.shape[0]
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]).astype(np.int16)
    colour = np.median(edge, axis=0)
    if (np.abs(edge - colour).max(axis=1) > _ONE_COLOUR).mean() > 0.1:
        return whole
    other = np.abs(picture.astype(np.int16) - colour).max(axis=2) > _ONE_COLOUR
    rows, columns = np.flatnonzero(other.sum(axis=1) > side // 60), np.flatnonzero(other.sum(axis=0) > side // 60)
    if not len(rows) or not len(columns):
        return whole
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    if min(bottom - top, right - left) >= _TRIMMED * side or min(bottom - top, right - left) < side // 4:
        return whole
    part = (left / side, top / side, (right - left) / side, (bottom - top) / side)
    return [*whole, (np.ascontiguousarray(picture[top:bottom, left:right]), part)]


def _roughly(picture: Picture) -> Values:
    """The coarse look of an avatar, for each jitter: what a candidate would show of it, (jitters, side, side, 3)."""
    size = COARSE * 6
    large = resized(picture, size, size)
    rows = []
    for scale, x, y in _JITTER:
        moved = np.array([[scale, 0, (0.5 + x - scale / 2) * size], [0, scale, (0.5 + y - scale / 2) * size]])
        shown = cv2.warpAffine(large, moved, (size, size), borderMode=cv2.BORDER_REPLICATE)
        rows.append(resized(np.asarray(shown, np.uint8), COARSE, COARSE))
    return np.stack(rows).astype(np.float32)


def _placed(box: Box, x: float, y: float, share: float, part: tuple[float, float, float, float]) -> Box:
    """The avatar's own box: the window as shares of the cut-out, made whole where only a part was compared."""
    wide, high = max(1, round(box.width / 8)), max(1, round(box.height / 8))
    across, down = box.width + 2 * wide, box.height + 2 * high
    width, height = share * across / part[2], share * down / part[3]
    left, top = box.x - wide + x * across - part[0] * width, box.y - high + y * down - part[1] * height
    return Box(max(0, round(left)), max(0, round(top)), max(1, round(width)), max(1, round(height)))
