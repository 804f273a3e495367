"""Text over the seam of two pictures that were one: a screenshot cut in tiles, so that neither shows the whole name.

Two pictures that follow each other and are as high (or as wide) as each other may be tiles. They are where strokes go
on over the edge: the last pixels of the one change where the first of the other do, and often; bars and empty margins,
which unrelated screenshots share, change a few times at most. Or where a line ends at the edge and one goes on at the
same height behind it. Then the place around the seam is read once more as one picture.

In: pictures and texts as they were read. Out: what stands over a seam, as a fragment of the second picture. Nothing is
raised but MemoryError.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from gateway.images.calibration import (
    SEAM_EDGE_HEIGHTS,
    SEAM_HEIGHT_RATIO,
    SEAM_LEAST_STEPS,
    SEAM_SCORE,
    SEAM_STEP_GREYS,
)
from gateway.images.extract import analysis_cache
from gateway.images.extract.ocr_cascade import engine
from gateway.images.extract.raster import Raster, grey
from gateway.images.extract.sight import Here, elsewhere
from gateway.model import Location, PictureFragment, TextFragment

_WIDE, _HIGH = 480, 160
"""Pixels on each side of a seam that are read again: some words of a line, some lines."""
_MOST = 8


def over_seams(pictures: Sequence[PictureFragment], texts: Sequence[TextFragment]) -> Iterator[TextFragment]:
    """What neighbouring tiles say together."""
    lines = {text.where: text for text in texts if text.medium == "picture"}
    read = 0
    for one, other in pairwise(pictures):
        band = _band(one, other, lines)
        if band is None:
            continue
        read += 1
        if read > _MOST or analysis_cache.late():
            return
        found = (elsewhere() or Here(engine())).text(band)
        if found.lines:
            yield TextFragment(other.where, "picture", "\n".join(line.text for line in found.lines))


def _band(one: PictureFragment, other: PictureFragment, lines: dict[Location, TextFragment]) -> Raster | None:
    """The place around the seam, if there is one; either may be the first."""
    first, second = _raster(one), _raster(other)
    if one.height == other.height and first.shape[0] == second.shape[0]:
        for left, right, pair in ((first, second, (one, other)), (second, first, (other, one))):
            if _goes_on(grey(left)[:, -1], grey(right)[:, 0]) or _line_goes_on(*pair, lines):
                return np.concatenate([left[:, -_WIDE:], right[:, :_WIDE]], axis=1)
    if one.width == other.width and first.shape[1] == second.shape[1]:
        for upper, lower in ((first, second), (second, first)):
            if _goes_on(grey(upper)[-1], grey(lower)[0]):
                return np.concatenate([upper[-_HIGH:], lower[:_HIGH]], axis=0)
    return None


def _raster(picture: PictureFragment) -> Raster:
    pixels = picture.pixels
    return np.frombuffer(pixels.rgb, np.uint8).reshape(pixels.height, pixels.width, 3)


def _goes_on(one: Raster, other: Raster) -> bool:
    """Whether strokes do, from these pixels of an edge to those."""
    steps = [np.diff(edge.astype(np.float64)) for edge in (one, other)]
    if min(int((np.abs(step) > SEAM_STEP_GREYS).sum()) for step in steps) < SEAM_LEAST_STEPS:
        return False
    return float(np.corrcoef(steps[0], steps[1])[0, 1]) >= SEAM_SCORE


def _line_goes_on(left: PictureFragment, right: PictureFragment, lines: dict[Location, TextFragment]) -> bool:
    if left.where not in lines or right.where not in lines:
        return False
    ends = [
        b.box for b in lines[left.where].boxes if left.width - b.box.x - b.box.width <= SEAM_EDGE_HEIGHTS * b.box.height
    ]
    begins = [b.box for b in lines[right.where].boxes if b.box.x <= SEAM_EDGE_HEIGHTS * b.box.height]
    return any(
        abs(end.y + end.height / 2 - begin.y - begin.height / 2) < min(end.height, begin.height) / 4
        and max(end.height, begin.height) <= SEAM_HEIGHT_RATIO * min(end.height, begin.height)
        for end in ends[:100]
        for begin in begins[:100]
    )
