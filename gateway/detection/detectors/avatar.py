"""The reporter's avatar inside a picture, or as the picture.

Colour correlation at many scales (OpenCV TM_CCOEFF_NORMED), coarse to fine, of the avatar's middle (round corners and
circles cut away). Measured on 26 chat screenshots with 52 present and 78 absent avatars: all found, none wrongly, at
0.77, where features (SIFT, ORB) found a fifth: avatars are too small for them, and stand many times in one chat.
From 0.85 it is found; between 0.77 and 0.85 a 6 x 6 grid of colours has to agree as well.

The picture is brought to 540 columns, then halved until an avatar of most of its width is no larger than 57 pixels.
Not seen: avatars below a thirtieth of the width, mirrored, turned, or with a mosaic over them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from gateway.detection.scene import Scene
from gateway.model import AvatarMark, Box, Finding, Kind, PictureFragment
from gateway.reports.pictures import Picture, array, correlation, middle, resized

FOUND = 0.85
PERHAPS = 0.77
GRID_DISTANCE = 22.0
WIDTH = 540
STRETCH = 4_000  # rows at that width: a long picture is looked at piece by piece, overlapping by its width
ENLARGED = 4  # at most: a strip a few pixels wide shows nobody
NARROWEST = 16
WHOLE = (16, 1024)
WHOLE_ASPECT = 1.25
_SMALL_SIZES = tuple(round(8 * 1.15**k) for k in range(15))  # 8 to 57, at half of WIDTH
_LARGE_SIZES = tuple(size for size in _SMALL_SIZES if size >= 26)  # on each further halving
_HALVINGS = 3
_CANDIDATES = 3
_MOST_PLACES = 60


@dataclass(frozen=True, slots=True)
class _Place:
    """A square at the scale of WIDTH columns."""

    score: float
    x: int
    y: int
    size: int


class _Avatar:
    name = "avatar"
    kinds: tuple[Kind, ...] = ("avatar",)

    def find(self, scene: Scene) -> Iterator[Finding]:
        wanted = [(subject.report, mark) for subject in scene.subjects for mark in subject.avatars if mark.usable]
        digests = {mark.sha256: report for report, mark in wanted}
        for part in scene.reading.files:
            if part.sha256 in digests:
                yield Finding(
                    "avatar", digests[part.sha256], part.where, None, self.name, 1.0, variant="digest", share=1.0
                )
        if not wanted:
            return
        for index, picture in enumerate(scene.reading.pictures):
            stretches: tuple[_Pyramid, ...] | None = None
            for report, mark in wanted:
                score = _whole(picture, mark)
                if score >= FOUND:
                    box = Box(0, 0, picture.width, picture.height)
                    yield self._finding(report, picture, index, box, score, "whole")
                    continue
                if stretches is None:
                    stretches = tuple(_stretches(array(picture.pixels)))
                boxes: list[Box] = []
                for stretch in stretches:
                    for place in stretch.look_for(array(mark.pixels)):
                        box = _box(place, stretch, picture)
                        if not any(_overlap(box, seen) for seen in boxes):  # pieces of a long picture overlap
                            boxes.append(box)
                            yield self._finding(report, picture, index, box, place.score, "inside")

    def _finding(
        self, report: str, picture: PictureFragment, index: int, box: Box, score: float, variant: str
    ) -> Finding:
        score = round(min(1.0, score), 3)
        return Finding("avatar", report, picture.where, "picture", self.name, score, variant, index, None, box)


def _stretches(picture: Picture) -> Iterator["_Pyramid"]:
    """The picture in pieces of bounded height, none for one that is too narrow to show anybody."""
    if picture.shape[1] < NARROWEST or picture.shape[0] < NARROWEST:
        return
    scale = min(ENLARGED, WIDTH / picture.shape[1])
    rows, overlap = max(1, int(STRETCH / scale)), picture.shape[1]
    for top in range(0, max(1, picture.shape[0] - overlap), rows):
        yield _Pyramid(picture[top : top + rows + overlap], top, scale)


class _Pyramid:
    """One picture at the scales that it is searched in, made once for all avatars."""

    def __init__(self, picture: Picture, top: int, scale: float) -> None:
        self.top, self.scale = top, scale
        self.full = resized(picture, round(picture.shape[1] * scale), round(picture.shape[0] * scale))
        self.levels: list[Picture] = []
        level = self.full
        for _ in range(_HALVINGS):
            level = resized(level, max(1, level.shape[1] // 2), max(1, level.shape[0] // 2))
            self.levels.append(level)

    def look_for(self, avatar: Picture) -> tuple[_Place, ...]:
        """Every place of an avatar, the surest first; a chat shows it beside each message. Empty where it is not."""
        best = self._surest(avatar)
        return () if best is None else (best, *self._others(avatar, best))

    def _others(self, avatar: Picture, best: _Place) -> Iterator[_Place]:
        """One picture shows an avatar in one size: that size is looked for everywhere, at full scale."""
        template = middle(resized(avatar, best.size, best.size))
        if min(template.shape[:2]) < 5 or any(t > p for t, p in zip(template.shape, self.full.shape, strict=True)):
            return
        result = np.array(cv2.matchTemplate(self.full, template, cv2.TM_CCOEFF_NORMED), np.float32)
        result[~np.isfinite(result) | (result > 1.001)] = -1.0
        cut = int(best.size * 0.12)
        _clear(result, best.x + cut, best.y + cut, best.size)
        for _ in range(_MOST_PLACES):
            _, score, _, (x, y) = cv2.minMaxLoc(result)
            if score < FOUND:
                return
            yield _Place(float(score), x - cut, y - cut, best.size)
            _clear(result, x, y, best.size)

    def _surest(self, avatar: Picture) -> _Place | None:
        coarse = []
        for number, level in enumerate(self.levels, 1):
            for size in _SMALL_SIZES if number == 1 else _LARGE_SIZES:
                seen = _best(level, avatar, size)
                if seen is not None:
                    score, x, y = seen
                    coarse.append((score, 2**number, size, x, y))
        best: _Place | None = None
        for _, factor, size, x, y in sorted(coarse, reverse=True)[:_CANDIDATES]:
            for fine in self._near(avatar, factor, size, x, y):
                if best is None or fine.score > best.score:
                    best = fine
            if best is not None and best.score >= 0.97:
                break
        if best is None or best.score < PERHAPS:
            return None
        if best.score < FOUND and not self._colours_agree(avatar, best):
            return None
        return best

    def _near(self, avatar: Picture, factor: int, size: int, x: int, y: int) -> Iterator[_Place]:
        """The same place looked at again, finely: at full scale for small avatars, at half of it for large ones."""
        step = max(1, factor // 4)
        level = self.full if step == 1 else self.levels[step.bit_length() - 2]
        zoom = factor // step
        slack = 3 * zoom
        for fine in range(int(size * zoom * 0.9), int(size * zoom * 1.12) + 1):
            left, top = max(0, x * zoom - slack), max(0, y * zoom - slack)
            window = level[top : top + fine + 2 * slack + 2, left : left + fine + 2 * slack + 2]
            seen = _best(window, avatar, fine)
            if seen is not None:
                score, dx, dy = seen
                yield _Place(score, (left + dx) * step, (top + dy) * step, fine * step)

    def _colours_agree(self, avatar: Picture, place: _Place) -> bool:
        region = self.full[max(0, place.y) : place.y + place.size, max(0, place.x) : place.x + place.size]
        if min(region.shape[:2]) < 8:
            return False
        return _grid_distance(region, avatar) <= GRID_DISTANCE


def _clear(result: npt.NDArray[np.float32], x: int, y: int, size: int) -> None:
    """Nothing that overlaps a place counts as another one."""
    reach = max(1, int(size * 0.6))
    result[max(0, y - reach) : max(0, y + reach + 1), max(0, x - reach) : max(0, x + reach + 1)] = -1.0


def _overlap(one: Box, other: Box) -> bool:
    """Do they share more than a third of the smaller?"""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    smaller = min(one.width * one.height, other.width * other.height)
    return across > 0 and down > 0 and across * down * 3 > smaller


def _best(picture: Picture, avatar: Picture, size: int) -> tuple[float, int, int] | None:
    """(score, left, top) of the avatar at one size; None where it does not fit or is plain at that size."""
    template = middle(resized(avatar, size, size))
    if min(template.shape[:2]) < 5 or template.shape[0] > picture.shape[0] or template.shape[1] > picture.shape[1]:
        return None
    if float(template.std()) < 3:
        return None
    result = np.array(cv2.matchTemplate(picture, template, cv2.TM_CCOEFF_NORMED), np.float32)
    result[~np.isfinite(result)] = -1.0  # where the picture is plain there is nothing to correlate with
    result[result > 1.001] = -1.0
    _, score, _, (x, y) = cv2.minMaxLoc(result)
    cut = int(size * 0.12)
    return float(score), x - cut, y - cut


def _grid_distance(one: Picture, other: Picture) -> float:
    a = resized(middle(one), 6, 6).astype(np.float32)
    b = resized(middle(other), 6, 6).astype(np.float32)
    return float(np.abs(a - b).mean())


def _whole(picture: PictureFragment, mark: AvatarMark) -> float:
    """How surely a picture, of about the avatar's shape, is the avatar itself."""
    if not WHOLE[0] <= max(picture.width, picture.height) <= WHOLE[1]:
        return 0.0
    shape = picture.width / max(1, picture.height) / (mark.pixels.width / max(1, mark.pixels.height))
    if not 1 / WHOLE_ASPECT <= shape <= WHOLE_ASPECT:
        return 0.0
    one = resized(middle(array(picture.pixels)), 24, 24)
    other = resized(middle(array(mark.pixels)), 24, 24)
    score = correlation(one, other)
    return score if score >= 0.93 or _grid_distance(one, other) <= GRID_DISTANCE else 0.0


def _box(place: _Place, stretch: _Pyramid, picture: PictureFragment) -> Box:
    """In pixels of the picture as sent, inside it."""
    sent = picture.width / picture.pixels.width  # pixels as sent, for each that was looked at
    left = max(0, round(place.x / stretch.scale * sent))
    top = max(0, round((place.y / stretch.scale + stretch.top) * sent))
    size = max(1, round(place.size / stretch.scale * sent))
    left, top = min(left, picture.width - 1), min(top, picture.height - 1)
    return Box(left, top, min(size, picture.width - left), min(size, picture.height - top))


DETECTOR = _Avatar()
