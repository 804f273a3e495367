"""Whether pictures look after rewriting as they did before, but for the boxes that were covered.

Both readings come from jailed readers, as small arrays of pixels (`PictureFragment.pixels`). A picture that was covered
is encoded anew, which moves colours a little; whatever says a word moves them far over whole letters. So both are
compared by blocks: outside the boxes, and a margin around them, no block may differ by more than encoding does.

In: pictures before, edits, pictures after. Out: a truth value. Pure.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gateway.model import Box, Edit, Location, PictureFragment

_BLOCK = 4
"""Side of a block, in pixels of the small copy."""
_FURTHEST = 24.0
"""Mean difference of a block, of 255, up to which it is the same: JPEG of quality 90 on screenshots stays below 12,
black letters on white are above 60."""
_FAR = (1 << 31) - 1
_MARGIN = 6
"""Pixels of the small copy around a box that may change with it: encoders spread an edge over a block of 16."""


def looks_as_planned(
    before: Sequence[PictureFragment], edits: Sequence[Edit], after: Sequence[PictureFragment]
) -> bool:
    """False where a picture is new, or differs where nothing was covered."""
    by_file: dict[tuple[int, ...], list[PictureFragment]] = {}
    for picture in before:
        by_file.setdefault(picture.file, []).append(picture)
    painted: dict[tuple[tuple[int, ...], Location], list[Box]] = {}
    set_anew = {(edit.file, edit.where) for edit in edits if edit.kind == "text"}
    for edit in edits:
        if edit.kind in ("paint", "remove"):
            boxes = _lines_of(edit.boxes) if (edit.file, edit.where) in set_anew else edit.boxes
            painted.setdefault((edit.file, _page(edit.where)), []).extend(boxes)
    some_removed = any(edit.kind == "remove" for edit in edits)
    for picture in after:
        if some_removed and _is_of_one_colour(picture):
            continue
        # A file that was renamed stands elsewhere, and one behind a part that went has another number; of several
        # pictures in one file one may be left, which is then named as the file is.
        olds = (*by_file.get(picture.file, ()), *(before if edits else ()))
        if not any(_is_the_same(old, picture, painted.get((old.file, _page(old.where)), [])) for old in olds):
            return False
    return True


def _page(where: Location) -> Location:
    """Frames of what moves are covered at the places of all of them; a page of a document is one for itself."""
    framed = where.steps and where.steps[-1].kind == "frame"
    return Location(where.part, where.steps[:-1]) if framed else where


def _lines_of(boxes: Sequence[Box]) -> list[Box]:
    """From side to side: a page that also has text to change has its lines set anew around the words."""
    return [Box(0, box.y, _FAR, box.height) for box in boxes]


def _is_the_same(old: PictureFragment, new: PictureFragment, boxes: Sequence[Box]) -> bool:
    if (old.width, old.height) != (new.width, new.height):
        return False
    first, second = _array(old), _array(new)
    if first.shape != second.shape:
        return False
    height, width = first.shape[:2]
    differs = np.abs(first.astype(np.int16) - second.astype(np.int16)).max(axis=2).astype(np.float64)
    scale = width / max(1, old.width)
    for box in boxes:
        left, top = int(box.x * scale) - _MARGIN, int(box.y * scale) - _MARGIN
        right, bottom = int((box.x + box.width) * scale) + _MARGIN, int((box.y + box.height) * scale) + _MARGIN
        differs[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = 0
    rows, columns = -(-height // _BLOCK), -(-width // _BLOCK)
    padded = np.zeros((rows * _BLOCK, columns * _BLOCK))
    padded[:height, :width] = differs
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK).mean(axis=(1, 3))
    return bool(blocks.max(initial=0.0) <= _FURTHEST)


def _is_of_one_colour(picture: PictureFragment) -> bool:
    pixels = _array(picture).reshape(-1, 3)
    return bool((pixels.max(axis=0).astype(int) - pixels.min(axis=0) <= 2 * _FURTHEST / 3).all())


def _array(picture: PictureFragment) -> NDArray[np.uint8]:
    pixels = picture.pixels
    return np.frombuffer(pixels.rgb, np.uint8).reshape(pixels.height, pixels.width, 3)
