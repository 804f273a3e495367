"""Reads a message or a file whole: each child is taken to the formats that its bytes say it is, within limits.

Whatever happens in a format stays there. A damaged file is for the format to name; an exception that gets here is a
fault of ours, told as one (`Reading.faults`): it makes the part `Unreadable`, and what was read before it counts.
The same bytes give the same `Reading`, fragment by fragment; the rewriter relies on it.

What is cheap comes first: files that have to be looked at (pictures, pages) are left for later, each at its place, and
are then looked at in one go, with or without reading what they say. Limits count in that order too, so that it makes no
difference whether somebody stopped in between.

In: bytes. Out: `Reading`. Nothing is raised but what ends the process.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace

from gateway.errors import builtin_name, raised_at
from gateway.formats import Child, Format, Source
from gateway.formats.registry import chosen
from gateway.model import (
    MOST_FAULTS,
    Ambiguity,
    Fault,
    FilePart,
    Location,
    MailFacts,
    PictureFragment,
    Reading,
    TextFragment,
    Unreadable,
)
from gateway.model.uninspectable_reasons import LOCKED
from gateway.reading.passwords import candidates

_LIGHT = frozenset(("mime", "text", "html"))
SHOWN = frozenset(("image", "pdf"))
"""Formats that look at pictures: nothing else of a message takes so long."""
_FLOODS = frozenset(("over_size", "too_many_parts", "document_too_large", "picture_too_large"))
_MOST_ROUNDS = 4
_MOST_FAILED = 6
"""Tries of parts that stay shut, after which no other is tried: the message is held whatever is in them."""
_MOST_FLOODS = 8
"""Files over a limit, after which a message is taken for a bomb: it is held, and no further container is opened."""


@dataclass(frozen=True, slots=True)
class ReadingLimits:
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


_Found = TextFragment | PictureFragment | FilePart | MailFacts | Unreadable | Ambiguity | Fault


@dataclass(slots=True)
class _Later:
    """A file that is to be looked at, in its place among what was found; `found` in it when it was looked at last."""

    format: Format
    source: Source
    depth: int
    file: tuple[int, ...]
    found: "list[_Found | _Later]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Locked:
    """A file that wants a password, and what was said of it."""

    format: Format
    source: Source
    depth: int
    file: tuple[int, ...]
    said: Unreadable


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
    """One reading under way. `plain`: raise `NotPlain` at the first thing that is not text, mail or HTML. `earlier`:
    passwords that do not stand in the message."""

    def __init__(self, limits: ReadingLimits, plain: bool = False, earlier: tuple[str, ...] = ()) -> None:
        self.limits, self.plain, self.earlier = limits, plain, earlier
        self.entered = self.size = self.characters = self.pixel_bytes = self.floods = 0
        self.full = False
        self._found: list[_Found | _Later] = []
        self._into = self._found
        self._later: list[_Later] = []
        self._looking = False
        self._used = _Used()
        self._locked: list[_Locked] = []
        self._unlocked: set[Unreadable] = set()
        self._opened: list[_Found | _Later] = []  # what the last look unlocked

    def reading(self) -> Reading:
        """What was found so far."""
        texts: list[TextFragment] = []
        pictures: list[PictureFragment] = []
        files: list[FilePart] = []
        mails: list[MailFacts] = []
        unreadable: dict[Unreadable, None] = {}
        ambiguities: dict[Ambiguity, None] = {}
        faults: dict[Fault, None] = {}
        for found in (*_flat(self._found), *_flat(self._opened)):
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
                    if found not in self._unlocked:
                        unreadable[found] = None
                case Ambiguity():
                    ambiguities[found] = None
                case Fault():
                    if len(faults) < MOST_FAULTS:
                        faults[found] = None
        return Reading(
            tuple(texts),
            tuple(pictures),
            tuple(files),
            tuple(mails),
            tuple(unreadable),
            tuple(ambiguities),
            tuple(faults),
        )

    def is_whole(self) -> bool:
        """Whether there is nothing to be looked at."""
        return not self._later

    def look(self) -> None:
        """Look at everything that was left, as if for the first time: limits are what they were before any look."""
        if not self._looking:
            self._looking = True
            self._used = self._now()
        self._take_back(self._used)
        self._locked = []
        for later in self._later:
            self._into = later.found = []
            self._visit(later.format, later.source, later.depth, later.file)
        self._opened = []
        self.unlock(self._opened)
        self._into = self._found

    def unlock(self, into: "list[_Found | _Later] | None" = None) -> None:
        """Read what is encrypted with the passwords that are known; what none of them opens stays as it was.

        What is opened may hold more that is encrypted, and say how that is opened."""
        tried: dict[Unreadable, tuple[str, ...]] = {}
        failed = 0
        into = self._found if into is None else into
        for _ in range(_MOST_ROUNDS):
            locked, self._locked = self._locked, []
            if not locked:
                return
            so_far = self.reading()
            passwords = candidates(so_far.texts, [file.name for file in so_far.files], self.earlier)
            for one in locked:
                if failed >= _MOST_FAILED or tried.get(one.said) == passwords:
                    continue
                tried[one.said] = passwords
                if not self._open(one, passwords, set(so_far.texts), into):
                    failed += 1
                    self._locked.append(one)

    def _open(
        self, one: _Locked, passwords: tuple[str, ...], known: set[TextFragment], into: "list[_Found | _Later]"
    ) -> bool:
        """Whether a password opens it: then it is read once more, without the texts that are there already."""
        before, later, locked = self._now(), len(self._later), len(self._locked)
        self._into = found = list[_Found | _Later]()
        self._visit(one.format, replace(one.source, passwords=passwords, editable=False), one.depth, one.file)
        self._into = self._found
        if one.said in found:
            self._take_back(before)
            del self._later[later:], self._locked[locked:]
            return False
        self._unlocked.add(one.said)
        into += [piece for piece in found if not (isinstance(piece, TextFragment) and piece in known)]
        return True

    def _now(self) -> _Used:
        return _Used(self.entered, self.size, self.characters, self.pixel_bytes, self.floods, self.full)

    def _take_back(self, used: _Used) -> None:
        for one in fields(used):
            setattr(self, one.name, getattr(used, one.name))

    def enter(self, child: Child, depth: int, editable: bool, file: tuple[int, ...] = ()) -> None:
        """A child: counted, weighed, then read as whatever it is. `file` leads to it where it is `editable`, else to
        the nearest one around it that is."""
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
        formats = chosen(child.data, child.hint, lambda error: self._failed(child.where, error))
        if self.plain and not all(format_.name in _LIGHT for format_ in formats):
            raise NotPlain
        kind = formats[0].name if formats else "unknown"
        digest = hashlib.sha256(child.data).digest()
        paintable = editable and bool(formats) and formats[0].covers(child.data)
        exact = formats[0].type_of(child.data) if formats and formats[0].type_of is not None else ""
        size = len(child.data)
        self._into.append(FilePart(child.where, child.name, kind, size, digest, file, editable, paintable, exact))
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
            in_place = editable and number == 0 and format_.rewrite is not None
            source = Source(child.data, child.where, child.name, child.charset, in_place)
            self.visit(format_, source, depth, file)

    def visit(self, format_: Format, source: Source, depth: int, file: tuple[int, ...] = ()) -> None:
        """All pieces of one source in one format. `file` leads to it, or to the nearest one around it that can be
        written back."""
        if not self.limits.pictures and format_.name not in _LIGHT:
            return
        if format_.name in SHOWN and not self._looking:
            later = _Later(format_, source, depth, file)
            self._later.append(later)
            self._into.append(later)
            return
        self._visit(format_, source, depth, file)

    def _visit(self, format_: Format, source: Source, depth: int, file: tuple[int, ...]) -> None:
        children = 0
        try:
            for piece in format_.read(source):
                if self.full and format_.name not in _LIGHT:
                    self._refuse(source.where, "over_size")
                    return
                match piece:
                    case Child():
                        in_place = source.editable and piece.path is not None
                        self.enter(piece, depth + 1, in_place, (*file, children) if in_place else file)
                        children += 1
                    case TextFragment():
                        self.characters += len(piece.text)
                        if self.characters > self.limits.characters:
                            self._refuse(source.where, "over_size")
                            return
                        self._into.append(replace(piece, file=file) if file else piece)
                    case PictureFragment():
                        self.pixel_bytes += len(piece.pixels.rgb)
                        if self.pixel_bytes > self.limits.pixel_bytes:
                            self._refuse(source.where, "too_many_pictures")
                            return
                        self._into.append(replace(piece, file=file) if file else piece)
                    case FilePart() | MailFacts() | Ambiguity():
                        self._into.append(piece)
                    case Unreadable():
                        self._note(piece)
                        if piece.reason in LOCKED and not source.passwords:
                            self._locked.append(_Locked(format_, source, depth, file, piece))
                        self.floods += piece.reason in _FLOODS
                        self.full = self.full or self.floods >= _MOST_FLOODS
        except NotPlain:
            raise
        except MemoryError:
            self._refuse(source.where, "over_size")
        except Exception as error:  # strangers' bytes may bring out any fault of ours, and the part is then held
            self._failed(source.where, error)

    def _failed(self, where: Location, error: Exception) -> None:
        self._into.append(Fault(builtin_name(error), *raised_at(error)))
        self._refuse(where, "reader_failed")

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
