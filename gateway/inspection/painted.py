"""Whether pictures look after rewriting as they did before, but for the boxes that were covered.

Both readings come from jailed readers, as small arrays of pixels (`PictureFragment.pixels`). What has to be seen is
known: the old picture with each box in the one colour for covering. A picture that was covered is encoded anew, which
moves colours a little, most beside strong edges and hardly in plain places; so means of nine pixels are compared, and
may differ the more, the more contrast there was around them. Brightness is kept better than colour, and says more.

What it cannot see: ink some ten of 255 steps paler than its ground, more where the ground is busy or a box is near;
what is too small for the small copy; strokes within two pixels of a box's edge; of a page whose words were set anew the
lines that were set, whose text is compared as text; pictures of one size in one file that changed places. Where a
palette or a picture of two colours has no grey, a box may have any one colour.

In: pictures before, edits, pictures after. Out: a truth value. Raises what the deadline raises.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gateway.model import Box, Edit, Location, PictureFragment
from gateway.model.deadline import Deadline, no_deadline

_FILL = (116, 116, 120)
"""What boxes are covered with (`formats/image/covered.py`); another process draws them."""
_OF_FILL = 8.0
_LIGHT = np.array((0.299, 0.587, 0.114), np.float32)
_DARKER, _TINTED = 5.0, 9.0
"""How far means of nine pixels may differ where nothing else is near, in brightness and in each colour. On drawn
pictures honest covering moves brightness by at most 4.1 there, in JPEG of quality 30 to 45, else by 2.0; colours by
5.3."""
_BY_CONTRAST, _TINT_BY_CONTRAST = 1 / 16, 1 / 8
"""So much further for each step of contrast nearby: at most 9.4 and 23 were measured, in JPEG of quality 30."""
_NEARBY = 4
_EDGE = 2
"""Pixels of the small copy about the edge of a box that are not compared: where it falls is rounded."""
_MARGIN = 8
"""Pixels around a box that encoders change with it: they pack blocks of 16."""
_NEAR_A_BOX = 16.0
_STAND_IN = 2
"""Steps between the colours of what stands for a picture that was taken out: it has one."""
_FAR = (1 << 31) - 1

_Pixels = NDArray[np.float32]


@dataclass(slots=True)
class _BoxesAsked:
    """What is asked of one picture. `sure` boxes have to be covered; `maybe`, as other frames of the same file have
    them: some kinds of files have them in all frames; in `loose` ones lines of text are set anew."""

    sure: list[Box] = field(default_factory=list)
    maybe: list[Box] = field(default_factory=list)
    loose: list[Box] = field(default_factory=list)


def looks_as_planned(
    before: Sequence[PictureFragment],
    edits: Sequence[Edit],
    after: Sequence[PictureFragment],
    deadline: Deadline | None = None,
) -> bool:
    """False where a picture is new, or differs where nothing was covered, or a box shows anything."""
    deadline = deadline or no_deadline()
    asked = _asked_of(before, edits)
    olds = _Olds(before, edits)
    gone = [edit.file for edit in edits if edit.kind == "remove"]
    for picture, number in _numbered(after):
        if _stands_for_one(picture, gone):
            continue
        for old in olds.candidates(picture, number):
            deadline.check()
            if _is_the_same(old, picture, asked[id(old)]):
                break
        else:
            return False
    return True


class _Olds:
    """The pictures before, by what is kept of their places: a file that was renamed stands elsewhere, one behind a file
    that went has another number, and of several pictures in one file one may be left, which is named as the file is."""

    def __init__(self, before: Sequence[PictureFragment], edits: Sequence[Edit]) -> None:
        self._by_place: dict[object, list[PictureFragment]] = {}
        some_gone = any(edit.kind == "remove" for edit in edits)
        for picture, number in _numbered(before):
            for key in (
                (picture.file, picture.where), (picture.file, number), picture.file,
                *(((picture.width, picture.height),) if some_gone else ()),
            ):  # fmt: skip
                self._by_place.setdefault(key, []).append(picture)

    def candidates(self, new: PictureFragment, number: int) -> Iterator[PictureFragment]:
        tried = set[int]()
        for key in ((new.file, new.where), (new.file, number), new.file, (new.width, new.height)):
            for old in self._by_place.get(key, ()):
                if id(old) not in tried and (old.width, old.height) == (new.width, new.height):
                    tried.add(id(old))
                    yield old


def _numbered(pictures: Iterable[PictureFragment]) -> Iterator[tuple[PictureFragment, int]]:
    """Each with its place among those of its file."""
    seen: dict[tuple[int, ...], int] = {}
    for picture in pictures:
        seen[picture.file] = seen.get(picture.file, -1) + 1
        yield picture, seen[picture.file]


def _asked_of(before: Sequence[PictureFragment], edits: Sequence[Edit]) -> dict[int, _BoxesAsked]:
    set_anew = {(edit.file, edit.where) for edit in edits if edit.kind == "text"}
    painted: dict[tuple[tuple[int, ...], Location], list[Edit]] = {}
    for edit in edits:
        if edit.kind == "paint":
            painted.setdefault((edit.file, _page(edit.where)), []).append(edit)
    found: dict[int, _BoxesAsked] = {}
    for picture in before:
        asked = found[id(picture)] = _BoxesAsked()
        for edit in painted.get((picture.file, _page(picture.where)), ()):
            if (edit.file, edit.where) in set_anew:
                asked.loose += _lines_of(edit.boxes)
            elif edit.where == picture.where:
                asked.sure += edit.boxes
            else:
                asked.maybe += edit.boxes
    return found


def _page(where: Location) -> Location:
    """Frames of what moves may be covered at the places of all of them; a page of a document is one for itself."""
    framed = where.steps and where.steps[-1].kind == "frame"
    return Location(where.part, where.steps[:-1]) if framed else where


def _lines_of(boxes: Sequence[Box]) -> list[Box]:
    """From side to side: a page that also has text to change has its lines set anew around the words."""
    return [Box(0, box.y, _FAR, box.height) for box in boxes]


def _stands_for_one(picture: PictureFragment, gone: Sequence[tuple[int, ...]]) -> bool:
    """Whether it is what stands where a file was taken out. Files behind one that went have lower numbers."""

    def is_there(file: tuple[int, ...]) -> bool:
        pairs = zip(picture.file, file, strict=False)
        return len(picture.file) >= len(file) and all(old - len(gone) <= new <= old for new, old in pairs)

    if not any(is_there(file) for file in gone):
        return False
    pixels = np.frombuffer(picture.pixels.rgb, np.uint8).reshape(-1, 3)
    return bool((pixels.max(axis=0).astype(int) - pixels.min(axis=0) <= _STAND_IN).all())


def _is_the_same(old: PictureFragment, new: PictureFragment, asked: _BoxesAsked) -> bool:
    if (old.pixels.width, old.pixels.height) != (new.pixels.width, new.pixels.height):
        return False
    if old.pixels.rgb == new.pixels.rgb and not asked.sure:
        return True
    wanted, seen = _array(old), _array(new)
    height, width = wanted.shape[:2]
    scale = width / max(1, old.width)
    skipped = np.zeros((height, width), bool)
    near = np.zeros((height, width), bool)
    fill = _fill(seen, asked, scale)
    for box in asked.sure:
        _cover(box, scale, fill, wanted, skipped, near)
    for box in asked.maybe:
        inner = _slot(box, scale, -_EDGE - 1)
        if fill is not None and seen[inner].size and np.abs(seen[inner] - fill).mean() <= _OF_FILL:
            _cover(box, scale, fill, wanted, skipped, near)
    for box in asked.loose:
        skipped[_slot(box, scale, _MARGIN)] = True
    differs = seen - wanted
    differs[skipped] = 0
    if not np.abs(differs).max(initial=0) > _STAND_IN:
        return True
    darker = np.abs(_means((differs @ _LIGHT).astype(np.float32)))
    if darker.max() > _NEAR_A_BOX + 255 * _BY_CONTRAST:
        return False
    tinted = np.abs(np.stack([_means(differs[..., one]) for one in range(3)])).max(axis=0)
    if darker.max() <= _DARKER and tinted.max() <= _TINTED:
        return True
    contrast = _highest_nearby(wanted.max(axis=2)) + _highest_nearby(-wanted.min(axis=2))
    is_far = darker > np.where(near, _NEAR_A_BOX, _DARKER) + contrast * _BY_CONTRAST
    is_far |= tinted > np.where(near, 2 * _NEAR_A_BOX, _TINTED) + contrast * _TINT_BY_CONTRAST
    return not is_far.any()


def _fill(seen: _Pixels, asked: _BoxesAsked, scale: float) -> _Pixels | None:
    """The colour that boxes have: the usual one, or another that is the same wherever a box has to be."""
    usual = np.array(_FILL, np.float32)
    inner = [seen[_slot(box, scale, -_EDGE - 1)].reshape(-1, 3) for box in (*asked.sure, *asked.maybe)]
    inner = [one for one in inner if one.size]
    if not inner:
        return usual
    middle = np.median(np.concatenate(inner), axis=0).astype(np.float32)
    if np.abs(middle - usual).max() <= _OF_FILL:
        return usual
    is_one = all(np.abs(one - middle).max() <= _STAND_IN for one in inner[: len(asked.sure)])
    return middle if is_one else usual


def _cover(
    box: Box, scale: float, fill: _Pixels | None, wanted: _Pixels, skipped: NDArray[np.bool_], near: NDArray[np.bool_]
) -> None:
    """Draws the box, and marks its edge and what is around it."""
    wanted[_slot(box, scale, 0)] = fill
    edge, inner = _slot(box, scale, _EDGE), _slot(box, scale, -_EDGE)
    kept = skipped[inner].copy()
    skipped[edge] = True
    skipped[inner] = kept
    near[_slot(box, scale, _MARGIN)] = True
    near[_slot(box, scale, -_MARGIN)] = False


def _slot(box: Box, scale: float, around: int) -> tuple[slice, slice]:
    left, top = round(box.x * scale) - around, round(box.y * scale) - around
    right, bottom = round((box.x + box.width) * scale) + around, round((box.y + box.height) * scale) + around
    return slice(max(0, top), max(0, top, bottom)), slice(max(0, left), max(0, left, right))


def _means(plane: _Pixels) -> _Pixels:
    """Of each pixel and the eight around it."""
    padded = np.pad(plane, 1)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    means: _Pixels = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    return means


def _highest_nearby(plane: _Pixels) -> _Pixels:
    for _ in range(2):  # along rows, then along columns
        padded = np.pad(plane, ((_NEARBY, _NEARBY), (0, 0)), mode="edge")
        made = padded[: len(plane)].copy()
        for start in range(1, 2 * _NEARBY + 1):
            np.maximum(made, padded[start : start + len(plane)], out=made)
        plane = made.T
    return plane


def _array(picture: PictureFragment) -> _Pixels:
    pixels = picture.pixels
    return np.frombuffer(pixels.rgb, np.uint8).reshape(pixels.height, pixels.width, 3).astype(np.float32)
