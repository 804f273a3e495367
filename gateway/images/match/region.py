"""A piece of a picture is known again, and a picture that stands smaller in a larger one.

Points of both whose words are nearly the same are paired; the size and the place in which most pairs agree say how one
lies on the other (turned pictures are not looked for). Two chats of one layout share their bars and signs and agree so
far, so what is kept besides the points is a small grey copy, and the two are laid over each other: the places that show
something must show the same.

In: pixels and points, packed. Out: what is kept; how much of it a picture shows, and where. Nothing is raised for
bytes that were not packed here: they agree with nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.images.calibration import (
    PIECE_CONTRAST_RATIO,
    PIECE_FOUND_SCORE,
    PIECE_LEAST_PAIRS,
    PIECE_LEAST_SHARE,
    PIECE_LEAST_TILES,
    PIECE_PAIR_PIXELS,
    PIECE_SHARED_WORDS,
    PIECE_SIZE_RATIO,
    PIECE_SLACK_AT_PIXELS,
    PIECE_SLACK_PIXELS,
    PIECE_SLACK_SHARE,
    PIECE_TILE_PLAIN_GREYS,
    PIECE_TILE_SCORE,
    PIECE_TILES_SHARE,
    PIECE_WORD_BITS,
)
from gateway.images.match.opencv import cv2
from gateway.images.match.thumbnail import Picture, array, resized
from gateway.model import (
    INDEXED_BITS,
    PLACE_BITS,
    POINT,
    POINT_SIZE,
    POINTS_HEAD,
    UNSURE,
    WORD_BITS,
    Box,
    PictureFragment,
    Pixels,
)

MOST_KEPT = 320
_COPY_PIXELS = 100_000
_QUALITY = 60
_BEST_PAIRS = 160
_TILE = 12
_SHIFT = 2
_FIRST = (1 << 20) - 1  # bits of a word
_WORD = np.uint64((1 << WORD_BITS) - 1)
_INDEXED = np.uint64((1 << INDEXED_BITS) - 1)

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Points:
    """`at` is (points, 3): x, y, standard deviation in pixels of a picture of `width` x `height`."""

    words: NDArray[np.uint64]
    at: Values
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class RegionMatch:
    """`share` of the kept picture that is shown, 0 to 1; `score`, how far its places agree; `box` is in the picture
    that was searched."""

    score: float
    share: float
    box: Box


@dataclass(frozen=True, slots=True)
class _Laid:
    """A place of the picture is `scale` times as far as (x, y) in the kept one: kept = scale * picture + offset."""

    scale: float
    x: float
    y: float


def copy_of(pixels: Pixels) -> bytes:
    """The small grey copy, as a JPEG file."""
    grey = _grey(pixels)
    factor = min(1.0, (_COPY_PIXELS / grey.size) ** 0.5)
    small = resized(grey, max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    encoded, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes() if encoded else b""


def strongest(points: bytes) -> bytes:
    """What is kept of them."""
    return points[: POINTS_HEAD.size + MOST_KEPT * POINT_SIZE]


def unpacked(points: bytes) -> Points | None:
    """None where there are too few to say anything."""
    count = (len(points) - POINTS_HEAD.size) // POINT_SIZE
    if count < PIECE_LEAST_PAIRS:
        return None
    width, height = POINTS_HEAD.unpack_from(points)
    table = np.frombuffer(points, np.dtype(POINT), count, POINTS_HEAD.size)
    at = np.stack([table["x"] / 16, table["y"] / 16, np.maximum(1, table["size"]) / 64], axis=1)
    return Points(table["word"].astype(np.uint64) & _WORD, at, max(1, width), max(1, height))


def words_of(points: bytes) -> bytes:
    """The beginnings of the words of the points that are kept, by which they are found: eight bytes each, each once."""
    return np.unique(_words(points)[:MOST_KEPT] & _INDEXED).astype("<u8").tobytes()


def asked_of(points: bytes) -> bytes:
    """By what a picture is looked up: of the strongest also the words in which unsure bits are turned. Of 272 crops
    96 in 100 have two words in common with their picture so, and 88 in 100 without."""
    words = _words(points)
    turned = words[:MOST_KEPT]
    for number in range(UNSURE):
        place = (turned >> np.uint64(WORD_BITS + PLACE_BITS * number)) & np.uint64((1 << PLACE_BITS) - 1)
        turned = np.concatenate([turned, turned ^ (np.uint64(1) << place)])
    return np.unique(np.concatenate([turned, words]) & _INDEXED).astype("<u8").tobytes()


def _words(points: bytes) -> NDArray[np.uint64]:
    """The strongest first, with what stands above them."""
    count = max(0, len(points) - POINTS_HEAD.size) // POINT_SIZE
    table = np.frombuffer(points, np.dtype(POINT), count, POINTS_HEAD.size if count else 0)
    return table["word"].astype(np.uint64)


class Shown:
    """A picture of a message, made ready to be compared with many: most are told from it by a look at a table."""

    def __init__(self, picture: PictureFragment, common: bytes = b"") -> None:
        """`common` are the words, as `Fingerprints.pieces`, that pictures of many unrelated reports have."""
        self.picture = picture
        self.points = unpacked(picture.points)
        self._common = np.frombuffer(common[: len(common) // 8 * 8], "<u8")
        self._begin: NDArray[np.bool_] | None = None
        self._grey: Picture | None = None

    def shares_words(self, kept: Points) -> bool:
        """Whether a few words begin alike, most of them not in everybody's pictures: without that nothing else does."""
        if self.points is None:
            return False
        if self._begin is None:
            self._begin = np.zeros(_FIRST + 1, np.bool_)
            self._begin[self.points.words & np.uint64(_FIRST)] = True
        begin = self._begin[kept.words & np.uint64(_FIRST)]
        if int(begin.sum()) < PIECE_SHARED_WORDS:
            return False
        if not len(self._common):
            return True
        both = np.intersect1d(kept.words & _INDEXED, self.points.words & _INDEXED)
        return len(both) == 0 or 2 * int(np.isin(both, self._common).sum()) < len(both)

    def piece_of(self, kept: Points, copy: bytes) -> RegionMatch | None:
        """Whether it shows so much of what was kept."""
        if self.points is None or not self.shares_words(kept):
            return None
        for laid in _laid(self.points, kept):
            if (found := self._compared(laid, kept, copy)) is not None:
                return found
        return None

    def _compared(self, laid: _Laid, kept: Points, copy: bytes) -> RegionMatch | None:
        assert self.points is not None
        left, top = max(0.0, laid.x), max(0.0, laid.y)
        right = min(float(kept.width), laid.x + self.points.width * laid.scale)
        bottom = min(float(kept.height), laid.y + self.points.height * laid.scale)
        share = max(0.0, right - left) * max(0.0, bottom - top) / (kept.width * kept.height)
        if share < PIECE_LEAST_SHARE:
            return None
        small = _decoded(copy)
        if small is None:
            return None
        if self._grey is None:
            self._grey = _grey(self.picture.pixels)
        score = _agreement(self._grey, small, laid, self.points, kept, (left, top, right, bottom))
        if score < PIECE_FOUND_SCORE:
            return None
        factor = self.picture.width / self.points.width / laid.scale
        x, y = max(0, round((left - laid.x) * factor)), max(0, round((top - laid.y) * factor))
        return RegionMatch(
            score, min(1.0, share), Box(x, y, round((right - left) * factor), round((bottom - top) * factor))
        )


def _laid(shown: Points, kept: Points) -> Iterator[_Laid]:
    """The ways in which the picture may lie on the kept one, at most two, the likeliest first."""
    differ = np.bitwise_count(shown.words[:, None] ^ kept.words[None, :])
    one, other = np.nonzero(differ <= PIECE_WORD_BITS)
    if len(one) < PIECE_LEAST_PAIRS:
        return
    if len(one) > _BEST_PAIRS:
        best = np.argsort(differ[one, other], kind="stable")[:_BEST_PAIRS]
        one, other = one[best], other[best]
    ours, theirs = shown.at[one], kept.at[other]
    sizes = theirs[:, 2] / ours[:, 2]
    first, second = np.triu_indices(len(one), 1)
    gap = ours[second, :2] - ours[first, :2]
    there = theirs[second, :2] - theirs[first, :2]
    length = (gap * gap).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = (gap * there).sum(axis=1) / length
        turned = np.abs(gap[:, 0] * there[:, 1] - gap[:, 1] * there[:, 0]) / length
        usual = np.sqrt(sizes[first] * sizes[second])
        good = (
            (length >= PIECE_PAIR_PIXELS**2)
            & (turned <= PIECE_SLACK_SHARE * scale)
            & (scale > usual / PIECE_SIZE_RATIO)
            & (scale < usual * PIECE_SIZE_RATIO)
        )
    chosen = np.flatnonzero(good)
    if not len(chosen):
        return
    if len(chosen) > 4000:  # the pairs are in order: the first are of the likest
        chosen = chosen[:: -(-len(chosen) // 4000)]
    scale = scale[chosen]
    offset = theirs[first[chosen], :2] - scale[:, None] * ours[first[chosen], :2]
    slack = PIECE_SLACK_PIXELS + PIECE_SLACK_SHARE * scale * PIECE_SLACK_AT_PIXELS
    for _ in range(2):
        away = np.abs(scale[:, None, None] * ours[None, :, :2] + offset[:, None] - theirs[None, :, :2]).max(axis=2)
        agree = away <= slack[:, None]
        votes = agree.sum(axis=1)
        best_one = int(votes.argmax())
        inliers = agree[best_one]
        if len(set(one[inliers].tolist())) < PIECE_LEAST_PAIRS or len(set(other[inliers].tolist())) < PIECE_LEAST_PAIRS:
            return
        yield _fitted(ours[inliers, :2], theirs[inliers, :2])
        left = ~inliers
        one, other, ours, theirs = one[left], other[left], ours[left], theirs[left]
        if len(one) < PIECE_LEAST_PAIRS:
            return


def _fitted(ours: Values, theirs: Values) -> _Laid:
    """Least squares over all pairs that agree."""
    here, there = ours.mean(axis=0), theirs.mean(axis=0)
    centred = ours - here
    scale = float((centred * (theirs - there)).sum() / max(1e-9, float((centred * centred).sum())))
    x, y = (there - scale * here).tolist()
    return _Laid(scale, x, y)


def _agreement(
    grey: Picture, small: Picture, laid: _Laid, shown: Points, kept: Points, part: tuple[float, float, float, float]
) -> float:
    """How far the part shows the same in both, 0 to 1."""
    across, down = small.shape[1] / kept.width, small.shape[0] / kept.height
    left, top, right, bottom = part
    x, y, wide, high = (
        round(left * across),
        round(top * down),
        int((right - left) * across),
        int((bottom - top) * down),
    )
    cut = small[y : y + high, x : x + wide]
    if min(cut.shape) < _TILE:
        return 0.0
    # From a pixel of the copy to one of the picture.
    step_x = grey.shape[1] / shown.width / (across * laid.scale)
    step_y = grey.shape[0] / shown.height / (down * laid.scale)
    start_x = ((x + 0.5) / across - laid.x) / laid.scale * grey.shape[1] / shown.width - 0.5
    start_y = ((y + 0.5) / down - laid.y) / laid.scale * grey.shape[0] / shown.height - 0.5
    if max(step_x, step_y) > 1:  # averaged first, as the copy was
        smaller = resized(grey, max(1, round(grey.shape[1] / step_x)), max(1, round(grey.shape[0] / step_y)))
        start_x = (start_x + 0.5) * smaller.shape[1] / grey.shape[1] - 0.5
        start_y = (start_y + 0.5) * smaller.shape[0] / grey.shape[0] - 0.5
        step_x, step_y = step_x * smaller.shape[1] / grey.shape[1], step_y * smaller.shape[0] / grey.shape[0]
        grey = smaller
    moved = np.array([[step_x, 0, start_x], [0, step_y, start_y]], np.float32)
    laid_on = cv2.warpAffine(
        grey,
        moved,
        (cut.shape[1], cut.shape[0]),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return _tiles_agree(np.asarray(laid_on, np.uint8), cut)


def _tiles_agree(one: Picture, other: Picture) -> float:
    """Over the tiles in which one of both shows something. Nearly empty tiles agree by chance: contrasts count."""
    alike: list[float] = []
    agree = 0
    for top in range(0, one.shape[0] - _TILE + 1, _TILE):
        for left in range(0, one.shape[1] - _TILE + 1, _TILE):
            a = one[top : top + _TILE, left : left + _TILE]
            wider = other[max(0, top - _SHIFT) : top + _TILE + _SHIFT, max(0, left - _SHIFT) : left + _TILE + _SHIFT]
            contrasts = float(a.std()), float(other[top : top + _TILE, left : left + _TILE].std())
            if max(contrasts) < PIECE_TILE_PLAIN_GREYS:
                continue
            score = float(np.nanmax(cv2.matchTemplate(wider, a, cv2.TM_CCOEFF_NORMED)))
            agree += score >= PIECE_TILE_SCORE
            alike.append(score * min(1.0, PIECE_CONTRAST_RATIO * min(contrasts) / max(contrasts)))
    if len(alike) < PIECE_LEAST_TILES or agree < PIECE_TILES_SHARE * len(alike):
        return 0.0
    return min(1.0, sum(alike) / len(alike))


def _grey(pixels: Pixels) -> Picture:
    return np.asarray(cv2.cvtColor(array(pixels), cv2.COLOR_RGB2GRAY), np.uint8)


def _decoded(copy: bytes) -> Picture | None:
    if not copy:
        return None
    found = cv2.imdecode(np.frombuffer(copy, np.uint8), cv2.IMREAD_GRAYSCALE)
    return None if found is None else np.asarray(found, np.uint8)
