"""What a reviewer changes of a rewriting: places that go too, and places that stay. Places, never words.

`code` and `of_code` write them as one short line for a form: `t8.12-15;p0.10,20,30,40;d1a2b3c4d5e6f`.
"""

import hashlib
import re
from dataclasses import dataclass

from gateway.model.finding import Edit
from gateway.model.reading import Box

_MOST = 200
_TEXT = re.compile(r"t(\d{1,6})\.(\d{1,8})-(\d{1,8})", re.ASCII)
_PICTURE = re.compile(r"p(\d{1,6})\.(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})", re.ASCII)
_DROPPED = re.compile(r"d([0-9a-f]{12})")


@dataclass(frozen=True, slots=True, order=True)
class AddedSpan:
    """Characters of a fragment of the first reading, half open."""

    fragment: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class AddedBox:
    """A box of a picture of the first reading, in pixels of the picture as sent."""

    picture: int
    x: int
    y: int
    width: int
    height: int

    @property
    def box(self) -> Box:
        """As the reading has boxes."""
        return Box(self.x, self.y, self.width, self.height)


@dataclass(frozen=True, slots=True)
class PlaceChanges:
    """`dropped`: keys of edits (`edit_key`) that are not made."""

    spans: tuple[AddedSpan, ...] = ()
    boxes: tuple[AddedBox, ...] = ()
    dropped: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.spans or self.boxes or self.dropped)

    @property
    def adds(self) -> bool:
        """Whether a place goes that was not found."""
        return bool(self.spans or self.boxes)


def edit_key(edit: Edit) -> str:
    """Names an edit by its place: the same in every look at the same message."""
    place = (edit.kind, edit.file, edit.ordinal, str(edit.where), edit.span, edit.boxes)
    return hashlib.sha256(repr(place).encode()).hexdigest()[:12]


def code(changes: PlaceChanges) -> str:
    """In one line; the same changes are the same line."""
    words = [f"t{one.fragment}.{one.start}-{one.end}" for one in sorted(set(changes.spans))]
    words += [f"p{one.picture}.{one.x},{one.y},{one.width},{one.height}" for one in sorted(set(changes.boxes))]
    return ";".join((*words, *(f"d{key}" for key in sorted(set(changes.dropped)))))


def of_code(line: str) -> PlaceChanges | None:
    """The changes of a line; None where it is none that `code` writes."""
    spans, boxes, dropped = [], [], []
    words = line.split(";") if line else []
    if len(words) > _MOST:
        return None
    for word in words:
        if found := _TEXT.fullmatch(word):
            spans.append(AddedSpan(*map(int, found.groups())))
        elif found := _PICTURE.fullmatch(word):
            boxes.append(AddedBox(*map(int, found.groups())))
        elif found := _DROPPED.fullmatch(word):
            dropped.append(found[1])
        else:
            return None
    if any(one.end <= one.start for one in spans) or any(one.width < 1 or one.height < 1 for one in boxes):
        return None
    return PlaceChanges(tuple(spans), tuple(boxes), tuple(dropped))
