"""What an archive says of its members, as text that knows what of the archive it is.

Reader and rewriter go the same way through an archive: the reader keeps the pieces, the rewriter the slots of those
that can be edited. Names and notes stand in an archive as bytes of no stated character set, so each has several
readings; a slot has them all, for an edit of one is an edit of the bytes.

In: bytes, where they stand. Out: pieces with their slots.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from gateway.formats import Change, Piece
from gateway.model import Location, TextFragment, Unreadable, steps
from gateway.text.charsets import decodings
from gateway.text.offset_map import spliced

_LONGEST_STEP = 200
_MOST_NOTES = 3
WHOLE = -1
"""In the place of a member's number: the archive itself."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One text of an archive in one reading. `number` of the member, or `WHOLE`; `key` of a record, else empty."""

    kind: Literal["name", "note", "link", "owner", "record"]
    number: int
    readings: tuple[str, ...] = field(repr=False)
    reading: int = 0
    key: str = field(default="", repr=False)

    @property
    def text(self) -> tuple[str, int, str]:
        """What all readings of one text have in common."""
        return (self.kind, self.number, self.key)


Traced = tuple[Piece, Slot | None]


def readings_of(name: str) -> tuple[str, ...]:
    """Every reading of a name whose bytes no character set is stated for, the likeliest first."""
    raw = name.encode("utf-8", "surrogateescape")
    return tuple(reading.text for reading in decodings(raw) if reading.exact) or (raw.decode("utf-8", "replace"),)


def named(where: Location, names: tuple[str, ...], number: int, editable: bool) -> Iterator[Traced]:
    for reading, name in enumerate(names):
        if name:
            fragment = TextFragment(inside(where, names[0]), "file_name", name, editable=editable)
            yield fragment, Slot("name", number, names, reading)


def note(where: Location, raw: bytes, slot: Slot | None = None) -> Iterator[Traced]:
    """The readings of a note; of those with a slot each has its own."""
    if not raw.strip(b"\0 "):
        return
    found = tuple(reading.text for reading in decodings(raw) if reading.exact)
    for reading, text in enumerate(found[:_MOST_NOTES]):
        fragment = TextFragment(where, "metadata", text, editable=slot is not None)
        yield fragment, None if slot is None else Slot(slot.kind, slot.number, found, reading, slot.key)
    if not found:
        yield Unreadable(where, "undecodable_text"), None


def inside(where: Location, name: str) -> Location:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return where.inside(steps.file(shown[:_LONGEST_STEP]))


def changes_by_text(
    traced: Iterator[Traced], changes: Sequence[Change]
) -> dict[tuple[str, int, str], list[tuple[Slot, Change]]]:
    """The changes by the text that they are of. Raises ValueError for one that has no place."""
    wanted: dict[int, list[Change]] = {}
    for change in changes:
        wanted.setdefault(change.ordinal, []).append(change)
    found: dict[tuple[str, int, str], list[tuple[Slot, Change]]] = {}
    ordinal = 0
    for piece, slot in traced if wanted else ():
        if not isinstance(piece, TextFragment) or not piece.editable:
            continue
        for change in wanted.pop(ordinal, ()):
            if slot is None or change.whole_field or not 0 <= change.span[0] <= change.span[1] <= len(piece.text):
                raise ValueError("no such place in this archive")
            found.setdefault(slot.text, []).append((slot, change))
        ordinal += 1
        if not wanted:
            break
    if wanted:
        raise ValueError("no such fragment in this archive")
    return found


def changed(changes: Sequence[tuple[Slot, Change]]) -> str:
    """The text with its changes made, in the likeliest of the readings that one was asked in."""
    best = min(slot.reading for slot, _ in changes)
    readings = changes[0][0].readings
    own = [([change.span], change.replacement) for slot, change in changes if slot.reading == best]
    return spliced(readings[best], own)


def changed_name(changes: Sequence[tuple[Slot, Change]]) -> str:
    """A member's new name. Raises ValueError where it is none, or stands in another folder for a word of ours."""
    name = changed(changes)
    if any(set(change.replacement) & set("/\\\0\r\n") for _, change in changes) or not name.strip("/. "):
        raise ValueError("no name for a member")
    if changes[0][0].readings[0].endswith("/") != name.endswith("/"):
        raise ValueError("a folder that becomes a file")
    return name


def notice_name(notice: str) -> str:
    """Under which a text stands that says that a member was left out: the same for whichever it was."""
    bare = "".join(sign for sign in notice if sign.isprintable() and sign not in '/\\:*?"<>|').strip(". ")
    return f"{bare}.txt" if bare else "-.txt"


def apart(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken already: programs differ in which of two of one name they show."""
    if name not in taken:
        return name
    base, slash = (name[:-1], "/") if name.endswith("/") else (name, "")
    folder, divider, file = base.rpartition("/")
    stem, dot, ending = file.rpartition(".")
    if not stem:
        stem, dot, ending = file, "", ""
    for number in range(2, len(taken) + 3):
        other = f"{folder}{divider}{stem} {number}{dot}{ending}{slash}"
        if other not in taken:
            return other
    raise AssertionError("one of them is free")
