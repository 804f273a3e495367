"""One folder per kind of file, each with a constant `FORMAT`: how to tell it by its bytes, read it, rewrite it.

A reader is a generator over the *pieces* of one file: what is text or picture at this level, and `Child` for bytes
inside that are files of their own (MIME parts, archive members, embedded pictures). It never calls another reader;
`reading.walk` takes each child to the format its bytes say it is, and keeps the budgets of depth, count and size.
"""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from gateway.model import Ambiguity, FilePart, Location, MailFacts, PictureFragment, TextFragment, Unreadable

Rank = Literal["sure", "maybe", "no"]


@dataclass(frozen=True, slots=True)
class Child:
    """Bytes found inside a file. `name` as stated there; `hint` a format name that the container vouches for.

    `charset` is what a MIME part declares, empty elsewhere; `path` leads from the message to these bytes for the
    rewriter (MIME child numbers), None where they cannot be written back.
    """

    where: Location
    data: bytes = field(repr=False)
    name: str = ""
    hint: str = ""
    charset: str = ""
    path: tuple[int, ...] | None = None


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
class Format:
    """`sniff` decides by bytes alone. `rewrite` gives the file with the changes made, or None: what is found in
    such a file cannot be taken out, only held. `rewrite` raises ValueError for a change it cannot make.

    `rewrite_text`, for formats that are text, is `rewrite` that also names the codec the new bytes are in: whoever
    carries a charset label beside the bytes has to change it with them."""

    name: str
    sniff: Callable[[bytes], Rank]
    read: Callable[[Source], Iterator[Piece]]
    rewrite: Callable[[Source, tuple[Change, ...]], bytes] | None = None
    rewrite_text: Callable[[Source, tuple[Change, ...]], tuple[bytes, str]] | None = None


def read_by(package: str) -> Callable[[Source], Iterator[Piece]]:
    """The `read` of `package.read`, whose libraries are loaded when it is first asked: who only has to know a file by
    its bytes needs none of them."""

    def read(source: Source) -> Iterator[Piece]:
        yield from importlib.import_module(f"{package}.read").read(source)

    return read
