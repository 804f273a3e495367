"""The reporter's avatar inside a picture, or as the picture.

The jailed reader cut out every place where an avatar could be (`images.extract.avatar_candidates`); here they are
compared with the avatars of the reports that the message concerns, all at once (`images.match.avatar.faces`). From
`AVATAR_FOUND_SCORE` it is found. An avatar that is too plain to be told from others is found as `plain`, which
`detection.detect` counts only beside other evidence of the same report.

Not seen: avatars below 18 pixels, turned by more than a few degrees, or with a mosaic over them.
"""

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from gateway.detection.context import PLAIN, Scene
from gateway.identity import Subject
from gateway.images.calibration import AVATAR_DISTINCT_SCORE, AVATAR_FOUND_SCORE, AVATAR_WHOLE_SHARE
from gateway.images.match.avatar.fine import Likeness
from gateway.images.match.grayscale import FilteredFaces
from gateway.model import AvatarMark, Box, Finding, Kind, PictureFragment

_MOST_PLACES = 60


class _Avatar:
    name = "avatar"
    kinds: tuple[Kind, ...] = ("avatar",)

    def __init__(self) -> None:
        self._faces: WeakKeyDictionary[Subject, FilteredFaces] = WeakKeyDictionary()

    def find(self, scene: Scene) -> Iterator[Finding]:
        subjects = [subject for subject in scene.subjects if subject.avatars]
        wanted = [(subject.report, mark) for subject in subjects for mark in subject.avatars]
        digests = {mark.sha256: (report, mark) for report, mark in wanted}
        for part in scene.reading.files:
            if part.sha256 in digests:
                report, mark = digests[part.sha256]
                variant = "digest" if mark.distinct >= AVATAR_DISTINCT_SCORE else PLAIN
                yield Finding("avatar", report, part.where, None, self.name, 1.0, variant=variant, share=1.0)
        if not wanted or not scene.reading.pictures:
            return
        faces = FilteredFaces.joined([self._of(subject) for subject in subjects])
        for index, picture in enumerate(scene.budget.over(scene.reading.pictures, 1)):
            best: dict[int, list[Likeness]] = {}
            for _, owner, likeness in faces.among(picture.patches, AVATAR_FOUND_SCORE):
                best.setdefault(owner, []).append(likeness)
            for owner, found in sorted(best.items()):
                for likeness in _apart(found):
                    yield self._finding(*wanted[owner], picture, index, likeness)

    def _of(self, subject: Subject) -> FilteredFaces:
        faces = self._faces.get(subject)
        if faces is None:
            faces = self._faces[subject] = FilteredFaces([mark.pixels for mark in subject.avatars])
        return faces

    def _finding(
        self, report: str, mark: AvatarMark, picture: PictureFragment, index: int, likeness: Likeness
    ) -> Finding:
        box = _inside(likeness.box, picture)
        whole = box.width * box.height >= AVATAR_WHOLE_SHARE * picture.width * picture.height
        variant = "whole" if whole else "inside"
        if mark.distinct < AVATAR_DISTINCT_SCORE:
            variant = PLAIN
        elif likeness.mirrored:
            variant = "mirrored"
        if whole:
            box = Box(0, 0, picture.width, picture.height)
        score = round(likeness.score, 3)
        return Finding("avatar", report, picture.where, "picture", self.name, score, variant, index, None, box)


def _apart(found: list[Likeness]) -> list[Likeness]:
    """One for each place, the surest, from the top."""
    kept: list[Likeness] = []
    for likeness in sorted(found, key=lambda one: -one.score):
        if len(kept) < _MOST_PLACES and not any(_overlap(likeness.box, other.box) for other in kept):
            kept.append(likeness)
    return sorted(kept, key=lambda one: (one.box.y, one.box.x))


def _overlap(one: Box, other: Box) -> bool:
    """Do they share more than a third of the smaller?"""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    smaller = min(one.width * one.height, other.width * other.height)
    return across > 0 and down > 0 and across * down * 3 > smaller


def _inside(box: Box, picture: PictureFragment) -> Box:
    left, top = min(max(0, box.x), picture.width - 1), min(max(0, box.y), picture.height - 1)
    return Box(left, top, max(1, min(box.width, picture.width - left)), max(1, min(box.height, picture.height - top)))


DETECTOR = _Avatar()
