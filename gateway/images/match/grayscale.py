"""Avatars, also where a filter took their colours: grey, sepia, any other copy whose colours lie on one line.

Without colours more people look alike. So such a copy is looked for only in candidates that have no colours of their
own, only of avatars that can be told from others by their brightness alone and that had colours to lose (a white
character on blue is in grey one on black, and anybody's), and more is asked.

In: avatars, patches. Out: as of `Faces`. Nothing is raised for patches of the right length.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gateway.images.calibration import (
    GREY_AVATAR_COST,
    GREY_AVATAR_DISTINCT_SCORE,
    GREY_AVATAR_OFF_LINE_GREYS,
    GREY_CANDIDATE_OFF_LINE_GREYS,
)
from gateway.images.match.avatar.faces import Faces, distinct
from gateway.images.match.avatar.fine import Likeness
from gateway.images.match.opencv import cv2
from gateway.images.match.thumbnail import Picture, array, pixels_of
from gateway.model import PATCH, Patch, Pixels

_MIDDLE = 22  # pixels of a cut-out that a face fills, round, in a corner of the candidate or smaller than it


class FilteredFaces:
    """Some people's avatars, as they are and in grey; whoever gives them keeps their order."""

    def __init__(self, avatars: Sequence[Pixels]) -> None:
        self._faces = Faces(avatars)
        grey = [
            (owner, _in_grey(picture))
            for owner, picture in enumerate(map(array, avatars))
            if _off(picture) > GREY_AVATAR_OFF_LINE_GREYS
        ]
        grey = [(owner, pixels) for owner, pixels in grey if distinct(pixels) >= GREY_AVATAR_DISTINCT_SCORE]
        self._owners = tuple(owner for owner, _ in grey)
        self._grey = Faces([pixels for _, pixels in grey])

    @classmethod
    def joined(cls, several: Sequence["FilteredFaces"]) -> "FilteredFaces":
        """The people of all, numbered through."""
        whole = cls(())
        owners: list[int] = []
        people = 0
        for faces in several:
            owners += [owner + people for owner in faces._owners]
            people += faces._faces.people
        whole._faces = Faces.joined([faces._faces for faces in several])
        whole._grey = Faces.joined([faces._grey for faces in several])
        whole._owners = tuple(owners)
        return whole

    def among(self, patches: Sequence[Patch], least: float) -> list[tuple[int, int, Likeness]]:
        """(patch, avatar, likeness) of all that are at least so much alike."""
        best = {(number, owner): found for number, owner, found in self._faces.among(patches, least)}
        if self._owners:
            seen = [np.frombuffer(patch.rgb, np.uint8).reshape(PATCH, PATCH, 3) for patch in patches]
            edge = (PATCH - _MIDDLE) // 2
            plain = [
                at
                for at, picture in enumerate(seen)
                if _off(picture[edge:-edge, edge:-edge]) <= GREY_CANDIDATE_OFF_LINE_GREYS
            ]
            grey = [replace(patches[at], rgb=_in_grey(seen[at]).rgb) for at in plain]
            for at, number, found in self._grey.among(grey, least + GREY_AVATAR_COST, strictly=True):
                pair = plain[at], self._owners[number]
                if pair not in best or best[pair].score < found.score - GREY_AVATAR_COST:
                    best[pair] = replace(found, score=found.score - GREY_AVATAR_COST)
        return [(number, owner, found) for (number, owner), found in sorted(best.items(), key=lambda entry: entry[0])]


def _in_grey(picture: Picture) -> Pixels:
    grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)
    return pixels_of(np.repeat(np.asarray(grey, np.uint8)[:, :, None], 3, axis=2))


def _off(picture: Picture) -> float:
    """Grey levels (root of the mean square) by which colours stand off the straight line that fits them best."""
    colours = picture.reshape(-1, 3).astype(np.float32)
    spread = np.linalg.eigvalsh(np.cov(colours, rowvar=False))
    return float(np.sqrt(max(0.0, spread[0] + spread[1])))
