"""Reads a message or a file whole: each child is taken to the formats that its bytes say it is, within limits.

Whatever happens in a format stays there: an exception makes its part `Unreadable`, and what was read before it counts.
The same bytes give the same `Reading`, fragment by fragment; the rewriter relies on it.

What is cheap comes first: files that have to be looked at (pictures, pages) are left for later, each at its place, and
are then looked at in one go, with or without reading what they say. Limits count in that order too, so that it makes no
difference whether somebody stopped in between.

In: bytes. Out: `Reading`. Nothing is raised but what ends the process.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from gateway.formats import Child, Format, Source
from gateway.formats.registry import chosen
from gateway.model import (
    Ambiguity,
    FilePart,
    Location,
    MailFacts,
    PictureFragment,
    Reading,
    TextFragment,
    Unreadable,
)

_LIGHT = frozenset(("mime", "text", "html"))
SHOWN = frozenset(("image", "pdf"))
"""Formats that look at pictures: nothing else of a message takes so long."""
_FLOODS = frozenset(("over_size", "too_many_parts", "document_too_large", "picture_too_large"))
_MOST_FLOODS = 8
"""Files over a limit, after which a message is taken for a bomb: it is held, and no further container is opened."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may take. `pictures=False` reads mail and text alone, as the rewriter's second look does;
    `ocr=False` looks at pictures without reading what they say."""

    depth: int = 20
    files: int = 500
    total_bytes: int = 256 * 1024 * 1024
    characters: int = 60_000_000
    pixel_bytes: int = 96 * 1024 * 1024
    pictures: bool = True
    ocr: bool = True
    picture_seconds: float = 80.0
    """Of processor time, for all pictures of one message: 40 seconds on two cores that have nothing else to do."""


class NotPlain(Exception):
    """Something in a message is more than text, or cannot be read."""


_Found = TextFragment | PictureFragment | FilePart | MailFacts | Unreadable | Ambiguity


@dataclass(slots=True)
class _Later:
    """A file that is to be looked at, in its place among what was found; `found` in it when it was looked at last."""

    format: Format
    source: Source
    depth: int
    found: "list[_Found | _Later]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Used:
    """Of the limits."""

    entered: int = 0
    size: int = 0
    characters: int = 0
    pixel_bytes: int = 0
    floods: int = 0
    full: bool = False


class Walk:
    """One reading under way. `plain`: raise `NotPlain` at the first thing that is not text, mail or HTML."""

    def __init__(self, limits: Limits, plain: bool = False) -> None:
        self.limits, self.plain = limits, plain
        self.entered = self.size = self.characters = self.pixel_bytes = self.floods = 0
        self.full = False
        self._found: list[_Found | _Later] = []
        self._into = self._found
        self._later: list[_Later] = []
        self._looking = False
        self._used = _Used()

    def reading(self) -> Reading:
        """What was found so far."""
        texts: list[TextFragment] = []
        pictures: list[PictureFragment] = []
        files: list[FilePart] = []
        mails: list[MailFacts] = []
        unreadable: dict[Unreadable, None] = {}
        ambiguities: dict[Ambiguity, None] = {}
        for found in _flat(self._found):
            match found:
                case TextFragment():
                    texts.append(found)
                case PictureFragment():
                    pictures.append(found)
                case FilePart():
                    files.append(found)
                case MailFacts():
                    mails.append(found)
                case Unreadable():
                    unreadable[found] = None
                case Ambiguity():
                    ambiguities[found] = None
        return Reading(tuple(texts), tuple(pictures), tuple(files), tuple(mails), tuple(unreadable), tuple(ambiguities))

    def is_whole(self) -> bool:
        """Whether there is nothing to be looked at."""
        return not self._later

    def look(self) -> None:
        """Look at everything that was left, as if for the first time: limits are what they were before any look."""
        if not self._looking:
            self._looking = True
            self._used = _Used(self.entered, self.size, self.characters, self.pixel_bytes, self.floods, self.full)
        for used in fields(self._used):
            setattr(self, used.name, getattr(self._used, used.name))
        for later in self._later:
            self._into = later.found = []
            self._visit(later.format, later.source, later.depth)
        self._into = self._found

    def enter(self, child: Child, depth: int, editable: bool) -> None:
        """A child: counted, weighed, then read as whatever it is."""
        self.entered += 1
        self.size += len(child.data)
        if self.entered > self.limits.files:
            self.full = True
            self._refuse(child.where, "too_many_parts")
            return
        if self.size > self.limits.total_bytes:
            self.full = True
            self._refuse(child.where, "over_size")
            return
        formats = chosen(child.data, child.hint)
        if self.plain and not all(format_.name in _LIGHT for format_ in formats):
            raise NotPlain
        kind = formats[0].name if formats else "unknown"
        self._into.append(FilePart(child.where, child.name, kind, len(child.data), hashlib.sha256(child.data).digest()))
        if not formats:
            self._refuse(child.where, "unknown_binary")
            return
        if self.full and kind not in _LIGHT:
            self._refuse(child.where, "over_size")
            return
        if depth > self.limits.depth:
            self._refuse(child.where, "too_deep")
            return
        for number, format_ in enumerate(formats):
            source = Source(child.data, child.where, child.name, child.charset, editable and number == 0)
            self.visit(format_, source, depth)

    def visit(self, format_: Format, source: Source, depth: int) -> None:
        """All pieces of one source in one format."""
        if not self.limits.pictures and format_.name not in _LIGHT:
            return
        if format_.name in SHOWN and not self._looking:
            later = _Later(format_, source, depth)
            self._later.append(later)
            self._into.append(later)
            return
        self._visit(format_, source, depth)

    def _visit(self, format_: Format, source: Source, depth: int) -> None:
        try:
            for piece in format_.read(source):
                if self.full and format_.name not in _LIGHT:
                    self._refuse(source.where, "over_size")
                    return
                match piece:
                    case Child():
                        self.enter(piece, depth + 1, source.editable and piece.path is not None)
                    case TextFragment():
                        self.characters += len(piece.text)
                        if self.characters > self.limits.characters:
                            self._refuse(source.where, "over_size")
                            return
                        self._into.append(piece)
                    case PictureFragment():
                        self.pixel_bytes += len(piece.pixels.rgb)
                        if self.pixel_bytes > self.limits.pixel_bytes:
                            self._refuse(source.where, "too_many_pictures")
                            return
                        self._into.append(piece)
                    case FilePart() | MailFacts() | Ambiguity():
                        self._into.append(piece)
                    case Unreadable():
                        self._note(piece)
                        self.floods += piece.reason in _FLOODS
                        self.full = self.full or self.floods >= _MOST_FLOODS
        except NotPlain:
            raise
        except Exception:  # strangers' bytes: any parser may fail in any way, and the part is then held
            self._refuse(source.where, f"broken_{format_.name}")

    def _refuse(self, where: Location, reason: str) -> None:
        self._note(Unreadable(where, reason))

    def _note(self, unreadable: Unreadable) -> None:
        if self.plain:
            raise NotPlain
        self._into.append(unreadable)


def _flat(found: "list[_Found | _Later]") -> Iterator[_Found]:
    for one in found:
        if isinstance(one, _Later):
            yield from _flat(one.found)
        else:
            yield one
