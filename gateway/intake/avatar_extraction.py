"""The reporter's avatar, cut out of the reporter's own screenshots.

Two layouts say whose a face is. In a chat the one who holds the phone speaks at the right: faces of one size in a
column at the right edge, alike, are the reporter's. In a mail program the sender's picture stands left of the sender's
name: a face beside a line that has a name or an address learned as the reporter's. Where the reported one is known by
name in a chat of several, the other speakers are kept too. A face beside the reported's name is never kept, nor one
like it anywhere in the material, the side of a chat included; nor are faces that no layout gives to anybody.

In: a `Reading` of one material, what was learned of the reporter. Out: avatars in state `suggested`, which protect at
once, as all that is learned does. Nothing here fails.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from gateway.images.calibration import AVATAR_LEARNED_DISTINCT_SCORE, AVATAR_LEARNED_SCORE
from gateway.images.match.avatar.faces import Faces, distinct
from gateway.images.match.thumbnail import is_usable
from gateway.model import PATCH, AvatarMark, Box, Item, Party, Patch, PictureFragment, Pixels, Reading, TextFragment
from gateway.text.normalize import letters

_EDGE = 0.86  # of the width: the right side of a face at the right edge of a chat
_SIZES = (0.03, 0.2)  # of the width
_LEAST = 32  # pixels: platforms show a face at 40 and more, characters of text are smaller
_NEAR = 0.12  # of a face's size: how exactly faces stand under each other
_BESIDE = 1.6  # sizes of a face between its right side and the name
_MARGIN = PATCH // 10
_LONGER = 1.5  # times as wide as the face: a line that goes beyond it
_CROSSED = 0.3  # of the face's area under such lines

_LONGEST_NAME, _MOST_SPEAKERS = 12, 3

_Line = tuple[str, Sequence[Box]]


def portraits(
    reading: Reading, source: str, learned: Sequence[Item], parties: Sequence[Party] = ()
) -> tuple[AvatarMark, ...]:
    """One mark a face, the first of those alike; none that stands beside a reported party's name anywhere."""
    partys: list[Patch] = []
    found: list[tuple[Patch, str]] = []
    for picture in reading.pictures:
        read = [] if not picture.patches else [*_lines(picture, reading.texts)]
        lines = [boxes for _, boxes in read]
        faces = [p for p in picture.patches if _is_face(p, picture) and not _is_text(p.box, lines)]
        theirs = [*_beside_party(faces, read, parties)]
        partys += theirs
        found += [(patch, "own bubble") for patch in _own_side(faces, picture)]
        found += [(patch, "other speaker") for patch in _others(faces, read, theirs)]
        found += [(patch, "sender") for patch in _beside_name(faces, read, learned)]
    marks: list[AvatarMark] = []
    for patch, place in found:
        pixels = _middle(patch)
        if any(_alike(patch, _middle(other)) for other in partys):
            continue
        if any(_alike(patch, mark.pixels) for mark in marks):
            continue
        marks.append(
            AvatarMark(
                sha256=hashlib.sha256(patch.rgb).digest(),
                pixels=pixels,
                usable=is_usable(pixels),
                distinct=distinct(pixels),
                source=f"{source}: {place}",
                state="suggested",
            )
        )
    return tuple(marks)


def _is_face(patch: Patch, picture: PictureFragment) -> bool:
    box = patch.box
    if not max(_LEAST, _SIZES[0] * picture.width) <= box.width <= _SIZES[1] * picture.width:
        return False
    return 0.85 <= box.width / box.height <= 1.18 and distinct(_middle(patch)) >= AVATAR_LEARNED_DISTINCT_SCORE


def _own_side(faces: Sequence[Patch], picture: PictureFragment) -> Iterator[Patch]:
    """The face of the right column, where at least two stand under each other and are alike."""
    right = [patch for patch in faces if patch.box.x + patch.box.width >= _EDGE * picture.width]
    if not any(patch.box.x + patch.box.width <= (1 - _EDGE) * picture.width * 1.6 for patch in faces):
        return  # nobody answers at the left: no chat
    for patch in right:
        column = [other for other in right if other is not patch and _under(patch.box, other.box)]
        if any(_alike(other, _middle(patch)) for other in column):
            yield patch
            return


def _under(one: Box, other: Box) -> bool:
    near = max(2.0, _NEAR * one.width)
    same = abs(one.x - other.x) <= near and abs(one.width - other.width) <= near
    return same and abs(one.y - other.y) > one.height


def _beside_name(faces: Sequence[Patch], read: Iterable[_Line], learned: Sequence[Item]) -> Iterator[Patch]:
    words = [letters(item.value).text for item in learned if item.kind in ("name", "nickname", "address")]
    for line, boxes in read:
        plain = letters(line).text
        # The sender's line is little more than the name; a sentence that has the name stands beside anybody.
        if any(word and word in plain and len(plain) <= len(word) + 8 for word in words):
            yield from _left_of(faces, boxes)


def _beside_party(faces: Sequence[Patch], read: Iterable[_Line], parties: Sequence[Party]) -> Iterator[Patch]:
    """Faces beside the name of whoever was reported."""
    words = [word for party in parties if len(word := letters(party.name).text) > 1]
    for line, boxes in read:
        plain = letters(line).text
        if any(word in plain and len(plain) <= len(word) + 8 for word in words):
            yield from _left_of(faces, boxes)


def _others(faces: Sequence[Patch], read: Iterable[_Line], theirs: Sequence[Patch]) -> Iterator[Patch]:
    """The other speakers of a chat in which the reported one is known by name: faces at the left with a short line, the
    speaker's name, right beside. More than a few are a crowd, of whom nobody can say which is the reporter."""
    if not theirs:
        return
    met: list[Patch] = []
    for line, boxes in read:
        if not 0 < len(letters(line).text) <= _LONGEST_NAME:
            continue
        for face in _left_of(faces, boxes):
            if not any(_alike(face, _middle(other)) for other in (*theirs, *met)):
                met.append(face)
    if len(met) <= _MOST_SPEAKERS:
        yield from met


def _left_of(faces: Sequence[Patch], boxes: Sequence[Box]) -> Sequence[Patch]:
    whole = _around(boxes)
    return [p for p in faces if _stands_left(p.box, whole.x, whole.y, whole.y + whole.height)][:1]


def _lines(picture: PictureFragment, texts: Iterable[TextFragment]) -> Iterator[_Line]:
    """What was read in a picture, where its place is known."""
    for text in texts:
        if text.medium != "picture" or text.where != picture.where:
            continue
        start = 0
        for line in text.text.split("\n"):
            boxes = [mark.box for mark in text.boxes if start <= mark.start < start + len(line)]
            start += len(line) + 1
            if boxes:
                yield line, boxes


def _is_text(face: Box, lines: Iterable[Sequence[Box]]) -> bool:
    """Whether lines that go beyond a face lie over much of it. `lines` are the boxes of each one's characters."""
    covered = 0
    for boxes in lines:
        over = [box for box in boxes if _shared(face, box)]
        if over and _around(boxes).width >= _LONGER * face.width:
            covered += _shared(face, _around(over))
    return covered >= _CROSSED * face.width * face.height


def _shared(one: Box, other: Box) -> int:
    """Pixels in both."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0, across) * max(0, down)


def _around(boxes: Sequence[Box]) -> Box:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


def _stands_left(face: Box, left: int, top: int, bottom: int) -> bool:
    gap = left - (face.x + face.width)
    middle = (top + bottom) / 2
    return 0 <= gap <= _BESIDE * face.width and face.y - 0.2 * face.height <= middle <= face.y + 1.1 * face.height


def _alike(patch: Patch, pixels: Pixels) -> bool:
    return bool(Faces([pixels]).among([patch], AVATAR_LEARNED_SCORE))


def _middle(patch: Patch) -> Pixels:
    whole = np.frombuffer(patch.rgb, np.uint8).reshape(PATCH, PATCH, 3)
    inner = np.ascontiguousarray(whole[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN])
    return Pixels(inner.shape[1], inner.shape[0], inner.tobytes())
