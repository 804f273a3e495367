"""One folder per kind of file, each with a constant `FORMAT`: how to tell it by its bytes, read it, rewrite it.

A reader is a generator over the *pieces* of one file: what is text or picture at this level, and `Child` for bytes
inside that are files of their own (MIME parts, archive members, embedded pictures). It never calls another reader;
`reading.walk` takes each child to the format its bytes say it is, and keeps the budgets of depth, count and size.
"""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from gateway.model import Ambiguity, Box, FilePart, Location, MailFacts, PictureFragment, TextFragment, Unreadable

Rank = Literal["sure", "maybe", "no"]


@dataclass(frozen=True, slots=True)
class Child:
    """Bytes found inside a file. `name` as stated there; `hint` a format name that the container vouches for.

    `charset` is what a MIME part declares, empty elsewhere; `path` is how the format's own `rewrite` finds these bytes
    again (MIME child numbers, the number of a member), None where they cannot be written back. `embedded`: it is shown
    in its place in a page, where it would leave a hole; so a picture is covered there instead of being taken out.
    """

    where: Location
    data: bytes = field(repr=False)
    name: str = ""
    hint: str = ""
    charset: str = ""
    path: tuple[int, ...] | None = None
    embedded: bool = False


Piece = TextFragment | PictureFragment | FilePart | MailFacts | Unreadable | Ambiguity | Child


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read: its bytes, where it stands, what its container said of it. `passwords` may open it."""

    data: bytes = field(repr=False)
    where: Location
    name: str = ""
    charset: str = ""
    editable: bool = False
    passwords: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """Replace characters `span` of the `ordinal`-th editable TextFragment that `read` yields for the same source."""

    ordinal: int
    span: tuple[int, int]
    replacement: str
    whole_field: bool = False


@dataclass(frozen=True, slots=True)
class Paint:
    """Cover `boxes`, in pixels, of the picture that `read` yields at `where` for the same source."""

    where: Location
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """New content of a file. `codec` of it where it is text, empty elsewhere: whoever carries a charset label beside
    the bytes has to change it with them."""

    data: bytes = field(repr=False)
    codec: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """A file goes. `notice` is a word that may stand where it stood."""

    notice: str


@dataclass(frozen=True, slots=True)
class FileEdits:
    """What is to be done to one file. `children`: those with a `path` that become others, as `read` yields them, in
    their order."""

    changes: tuple[Change, ...] = ()
    paints: tuple[Paint, ...] = ()
    children: tuple[tuple[Child, Rewritten | Removed], ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """`sniff` decides by bytes alone. `rewrite` gives the file with the edits made, or None: what is found in such a
    file can be taken out with the whole file only. `rewrite` raises ValueError for an edit that it cannot make.
    `paints`: it can cover boxes of what the file shows; where `can_paint` is given, of those that it says so of.
    `type_of` tells kinds of such files apart, as a word of `model.part_types` (empty where it cannot)."""

    name: str
    sniff: Callable[[bytes], Rank]
    read: Callable[[Source], Iterator[Piece]]
    rewrite: Callable[[Source, FileEdits], Rewritten] | None = None
    paints: bool = False
    can_paint: Callable[[bytes], bool] | None = None
    type_of: Callable[[bytes], str] | None = None

    def covers(self, data: bytes) -> bool:
        """Whether boxes of this file can be covered."""
        return self.paints and self.rewrite is not None and (self.can_paint is None or self.can_paint(data))


def rewritten_by(package: str) -> Callable[[Source, FileEdits], Rewritten]:
    """The `rewritten` of `package.rewrite`, loaded as `read_by` loads."""

    def rewrite(source: Source, edits: FileEdits) -> Rewritten:
        made: Rewritten = importlib.import_module(f"{package}.rewrite").rewritten(source, edits)
        return made

    return rewrite


def read_by(package: str) -> Callable[[Source], Iterator[Piece]]:
    """The `read` of `package.read`, whose libraries are loaded when it is first asked: who only has to know a file by
    its bytes needs none of them."""

    def read(source: Source) -> Iterator[Piece]:
        yield from importlib.import_module(f"{package}.read").read(source)

    return read
