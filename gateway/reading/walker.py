"""Reads a message or a file whole: each child is taken to the formats that its bytes say it is, within limits.

Whatever happens in a format stays there: an exception makes its part `Unreadable`, and what was read before it counts.
The same bytes give the same `Reading`, fragment by fragment; the rewriter relies on it.

In: bytes. Out: `Reading`. Nothing is raised but what ends the process.
"""

import hashlib
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class Walk:
    """One reading under way. `plain`: raise `NotPlain` at the first thing that is not text, mail or HTML."""

    limits: Limits
    plain: bool = False
    texts: list[TextFragment] = field(default_factory=list)
    pictures: list[PictureFragment] = field(default_factory=list)
    files: list[FilePart] = field(default_factory=list)
    mails: list[MailFacts] = field(default_factory=list)
    unreadable: dict[Unreadable, None] = field(default_factory=dict)
    ambiguities: dict[Ambiguity, None] = field(default_factory=dict)
    entered: int = 0
    size: int = 0
    characters: int = 0
    pixel_bytes: int = 0
    floods: int = 0
    full: bool = False

    def reading(self) -> Reading:
        return Reading(
            tuple(self.texts),
            tuple(self.pictures),
            tuple(self.files),
            tuple(self.mails),
            tuple(self.unreadable),
            tuple(self.ambiguities),
        )

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
        self.files.append(FilePart(child.where, child.name, kind, len(child.data), hashlib.sha256(child.data).digest()))
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
                        self.texts.append(piece)
                    case PictureFragment():
                        self.pixel_bytes += len(piece.pixels.rgb)
                        if self.pixel_bytes > self.limits.pixel_bytes:
                            self._refuse(source.where, "too_many_pictures")
                            return
                        self.pictures.append(piece)
                    case FilePart():
                        self.files.append(piece)
                    case MailFacts():
                        self.mails.append(piece)
                    case Unreadable():
                        self._note(piece)
                        self.floods += piece.reason in _FLOODS
                        self.full = self.full or self.floods >= _MOST_FLOODS
                    case Ambiguity():
                        self.ambiguities[piece] = None
        except NotPlain:
            raise
        except Exception:  # strangers' bytes: any parser may fail in any way, and the part is then held
            self._refuse(source.where, f"broken_{format_.name}")

    def _refuse(self, where: Location, reason: str) -> None:
        self._note(Unreadable(where, reason))

    def _note(self, unreadable: Unreadable) -> None:
        if self.plain:
            raise NotPlain
        self.unreadable[unreadable] = None
