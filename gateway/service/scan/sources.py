"""The mails that files and folders hold: `.eml`, mbox, Maildir, folders of them in folders.

Nothing is read but the beginning of a file that is no mail by its name. Nothing waits: a FIFO, a socket or a device is
no mail. A folder is looked through once, whatever links lead to it.

In: paths. Out: `MailPlace`s in the order of their names, `BrokenSource`s for what could not be looked at, `OtherFile`s
for what is no mail. Nothing is raised.
"""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.service.scan import mbox

_SNIFFED = 4096
_FIELD_LINE = re.compile(rb"([!-9;-~]{1,76}):")
_FIELDS = frozenset(
    (b"from", b"to", b"cc", b"date", b"subject", b"message-id", b"received", b"return-path", b"delivered-to",
     b"mime-version", b"x-original-to", b"envelope-to", b"reply-to", b"sender", b"dkim-signature")
)  # fmt: skip
_NUMBERED = re.compile(r"[0-9]+")
_MAIL, _BOX = (".eml", ".mail", ".rfc822", ".msg822"), (".mbox", ".mbx")
_NO_REGULAR = "is no regular file"


@dataclass(frozen=True, slots=True)
class MailPlace:
    """Where one mail stands: all of a file, or `length` octets from `start` on. `number` is its place in the file,
    from 1. `stamp` is the time of the file where all of it is one mail."""

    path: str
    number: int = 1
    start: int = 0
    length: int = -1
    stamp: int = 0
    is_of_box: bool = False

    @property
    def name(self) -> str:
        """What tells it from all others, and stays where a mail program only notes that it was read."""
        folder, base = os.path.split(self.path)
        if os.path.basename(folder) in ("cur", "new"):
            return f"{os.path.dirname(folder)}/{base.partition(':2,')[0]}"
        return f"{self.path}#{self.start}+{self.length}@{self.stamp}"


@dataclass(frozen=True, slots=True)
class BrokenSource:
    """What could not be looked at."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file in a folder that is no mail."""

    path: str


Found = MailPlace | BrokenSource | OtherFile


def mails_in(paths: Sequence[Path]) -> Iterator[Found]:
    """All of them, one after the other. A file that is named itself is a mail, whatever its name."""
    for path in paths:
        name = str(path)
        try:
            state = os.stat(name)
        except OSError as error:
            yield BrokenSource(name, _said(error))
            continue
        if stat.S_ISDIR(state.st_mode):
            yield from _Folders().mails(name)
        else:
            yield from _file(name, state, named=True)


def opened(path: str) -> tuple[int, os.stat_result]:
    """A descriptor of a regular file; opening never waits. Raises: OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        os.close(descriptor)
        raise OSError(0, _NO_REGULAR)
    return descriptor, state


def reading_at(descriptor: int) -> mbox.ReadAt:
    """Pieces of an open file."""

    def read(at: int, count: int) -> bytes:
        parts = []
        while count > 0 and (part := os.pread(descriptor, count, at)):
            parts.append(part)
            at, count = at + len(part), count - len(part)
        return b"".join(parts)

    return read


@dataclass(slots=True)
class _Folders:
    """One walk; `seen` are the folders that it was in."""

    seen: set[tuple[int, int]] = field(default_factory=set)

    def mails(self, top: str) -> Iterator[Found]:
        waiting = [(top, False)]
        while waiting:
            folder, is_mails = waiting.pop()
            try:
                state = os.stat(folder)
                if (state.st_dev, state.st_ino) in self.seen:
                    continue
                self.seen.add((state.st_dev, state.st_ino))
                with os.scandir(folder) as entries:
                    names = sorted(entry.name for entry in entries)
            except OSError as error:
                yield BrokenSource(folder, _said(error))
                continue
            is_maildir = "cur" in names and "new" in names
            inside: list[tuple[str, bool]] = []
            for name in names:
                path = os.path.join(folder, name)
                try:
                    state = os.stat(path)
                except OSError as error:
                    yield BrokenSource(path, _said(error))
                    continue
                if not stat.S_ISDIR(state.st_mode):
                    yield from _file(path, state, named=False, is_mail=is_mails)
                elif not (is_maildir and name == "tmp"):  # what is still being delivered is nobody's yet
                    inside.append((path, is_maildir and name in ("cur", "new")))
            waiting += reversed(inside)


def _file(path: str, state: os.stat_result, named: bool, is_mail: bool = False) -> Iterator[Found]:
    if not stat.S_ISREG(state.st_mode):
        yield BrokenSource(path, _NO_REGULAR)
        return
    base, ending = os.path.basename(path), os.path.splitext(path)[1].lower()
    if is_mail:
        yield OtherFile(path) if base.startswith(".") else MailPlace(path, stamp=state.st_mtime_ns)
        return
    sure = named or ending in _MAIL or ending in _BOX
    if not sure and ending and not _NUMBERED.fullmatch(base) and not _NUMBERED.fullmatch(ending[1:]):
        yield OtherFile(path)  # a document, an index of a mail program, a picture
        return
    try:
        descriptor, state = opened(path)
    except OSError as error:
        yield BrokenSource(path, _said(error))
        return
    try:
        read = reading_at(descriptor)
        beginning = read(0, _SNIFFED)
        if mbox.is_mbox(beginning):
            for number, (start, end) in enumerate(mbox.split(read, state.st_size), 1):
                yield MailPlace(path, number, start, end - start, is_of_box=True)
        elif ending in _BOX and not beginning.strip():
            return  # an empty folder of a mail program
        elif sure or _is_mail(beginning):
            yield MailPlace(path, stamp=state.st_mtime_ns)
        else:
            yield OtherFile(path)
    except OSError as error:
        yield BrokenSource(path, _said(error))
    finally:
        os.close(descriptor)


def _is_mail(beginning: bytes) -> bool:
    """Whether a file that no name tells begins as a mail does: two fields, one of them a mail's."""
    names: list[bytes] = []
    for line in beginning.split(b"\n")[:20]:
        if line[:1] in b" \t" and names:
            continue
        found = _FIELD_LINE.match(line)
        if found is None:
            break
        names.append(found[1].lower())
    return len(names) > 1 and not _FIELDS.isdisjoint(names)


def _said(error: OSError) -> str:
    return error.strerror or type(error).__name__
