"""Avatars compared with cut-outs of pictures: which of a picture's candidates shows which of some people's avatars.

A coarse look (`rough`, 10 x 10 colours) at every candidate for every avatar says which pairs may be alike and how they
lie to each other; avatars are also looked for mirrored, and without their one-coloured margin. Those few pairs are
compared finely (`fine`, 24 x 24), inside a circle: round masks, corners, badges and borders lie outside.

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
from dataclasses import replace
from functools import cache

import numpy as np

from gateway.images.calibration import (
    AVATAR_COARSE_STRICT_SCORE,
    AVATAR_DETAIL_GREYS,
    AVATAR_MARGIN_GREYS,
    AVATAR_MARGIN_KEPT_SHARE,
    AVATAR_MARGIN_OTHER_SHARE,
    AVATAR_SEEN_WHOLE_SCORE,
    AVATAR_SILHOUETTE_DISTINCT_SCORE,
    AVATAR_SILHOUETTE_SCORE,
)
from gateway.images.match.avatar import coarse
from gateway.images.match.avatar.coarse import JITTER, Jitter
from gateway.images.match.avatar.fine import INNER, AvatarTemplate, Likeness, compared, form_of
from gateway.images.match.avatar.masks import CIRCLES, COARSE, SIDE, WHOLE, Values
from gateway.images.match.opencv import cv2
from gateway.images.match.thumbnail import Picture, array, resized
from gateway.model import PATCH, Patch, Pixels

_MOST_PAIRS = 6  # of one candidate that are looked at finely: the likest
_FILLS = tuple(coarse.masks(circle) for circle in CIRCLES)


class Faces:
    """Some people's avatars, ready to be looked for; whoever gives them keeps their order."""

    def __init__(self, avatars: Sequence[Pixels]) -> None:
        self._forms: tuple[list[AvatarTemplate], ...] = tuple([] for _ in CIRCLES)
        rough: tuple[list[Values], ...] = tuple([] for _ in CIRCLES)
        for owner, pixels in enumerate(avatars):
            for picture, part in _shown(_square(array(pixels))):
                for mirrored in (False, True):
                    seen = np.ascontiguousarray(picture[:, ::-1]) if mirrored else picture
                    looks = coarse.looks(seen)
                    for circle, fills, forms, rows in zip(CIRCLES, _FILLS, self._forms, rough, strict=True):
                        forms.append(form_of(seen, owner, mirrored, part, circle))
                        rows.append(coarse.templates(looks, fills))
        self.people = len(avatars)
        self._coarse = tuple(
            np.concatenate(rows) if rows else np.zeros((0, COARSE * COARSE * 3), np.float32) for rows in rough
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

    def among(self, patches: Sequence[Patch], least: float, strictly: bool = False) -> list[tuple[int, int, Likeness]]:
        """(patch, avatar, likeness) of all that are at least so much alike. Where `least` is high, `strictly` spares
        time: the coarse look must show more, and nothing may lie over the face."""
        if not self.people or not patches:
            return []
        pictures = np.stack([np.frombuffer(p.rgb, np.uint8).reshape(PATCH, PATCH, 3) for p in patches])
        edge = (PATCH - INNER) // 2
        small = np.stack([resized(p[edge:-edge, edge:-edge], COARSE, COARSE) for p in pictures]).astype(np.float32)
        best: dict[tuple[int, int], Likeness] = {}
        for circle, fills, forms, rough in zip(CIRCLES, _FILLS, self._forms, self._coarse, strict=True):
            if strictly and circle.corner is not None:
                break
            enough = AVATAR_COARSE_STRICT_SCORE if strictly else circle.perhaps
            likeness = coarse.correlations(small, rough, fills, enough)
            for number, form, jitter in _promising(likeness, forms, enough):
                known = best.get((number, form.owner))
                if circle.cost and known is not None and known.score >= AVATAR_SEEN_WHOLE_SCORE:
                    continue  # seen whole: nothing lies over it
                found = compared(pictures[number], patches[number].box, form, jitter)
                if found.score >= least and (known is None or known.score < found.score):
                    best[number, form.owner] = found
        return [(number, owner, found) for (number, owner), found in sorted(best.items(), key=lambda entry: entry[0])]


def _promising(
    cube: Values, forms: Sequence[AvatarTemplate], perhaps: float
) -> Iterator[tuple[int, AvatarTemplate, Jitter]]:
    """Of each patch the likest forms, and how they lie to it. `cube` is (patches, forms, jitters)."""
    most = _MOST_PAIRS + len(forms) // 50
    for number in np.flatnonzero(cube.max(axis=(1, 2)) >= perhaps).tolist():
        strengths = cube[number].max(axis=1)
        for place in np.argsort(-strengths)[:most].tolist():
            if strengths[place] < perhaps:
                break
            yield number, forms[place], JITTER[int(cube[number, place].argmax())]


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
    if any(abs(float(outline[0] @ known)) >= AVATAR_SILHOUETTE_SCORE for known in _silhouettes()):
        return AVATAR_SILHOUETTE_DISTINCT_SCORE
    return min(1.0, float(length[0]) / math.sqrt(inside[0].size) / AVATAR_DETAIL_GREYS)


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
    if (np.abs(edge - colour).max(axis=1) > AVATAR_MARGIN_GREYS).mean() > AVATAR_MARGIN_OTHER_SHARE:
        return whole
    other = np.abs(picture.astype(np.int16) - colour).max(axis=2) > AVATAR_MARGIN_GREYS
    rows, columns = np.flatnonzero(other.sum(axis=1) > side // 60), np.flatnonzero(other.sum(axis=0) > side // 60)
    if not len(rows) or not len(columns):
        return whole
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    shorter = min(bottom - top, right - left)
    if shorter >= AVATAR_MARGIN_KEPT_SHARE * side or shorter < side // 4:
        return whole
    part = (left / side, top / side, (right - left) / side, (bottom - top) / side)
    return [*whole, (np.ascontiguousarray(picture[top:bottom, left:right]), part)]
