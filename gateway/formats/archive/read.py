"""Reads an archive: every member is a file of its own, every name and comment is text.

Limits on members, bytes and ratio are those of `packing`; what goes over them is unreadable, not left out. Names of a
zip that does not say its character set are given in every reading. Links are text: where they lead to is never opened.

In: the archive. Out: names, comments, children; `Unreadable` for what is encrypted, broken, too large or unknown.
"""

import contextlib
import tarfile
from collections.abc import Iterable, Iterator, Sequence

from gateway.containers.zips import ArchiveTooLarge, Damaged, EncryptedMember, Strange
from gateway.formats import Child, Piece, Source
from gateway.formats.archive import sealed_rar
from gateway.formats.archive.by_libarchive import ArchiveEntry, Unopenable, can_open, entries
from gateway.formats.archive.kinds import kind_of
from gateway.formats.archive.seven import unlocked
from gateway.formats.archive.slots import Traced, inside, named, note, readings_of
from gateway.formats.archive.stream_walk import walk_stream
from gateway.formats.archive.tar_walk import walk_tar
from gateway.formats.archive.trailers import Told, rar, seven_zip
from gateway.formats.archive.zip_walk import walk_zip
from gateway.model import Ambiguity, Unreadable, steps

_CLOSED = {"7z": "closed_7z", "rar": "closed_rar", "rar5": "closed_rar", "cab": "closed_cab"}


def read(source: Source) -> Iterator[Piece]:
    """The members in their order."""
    where = source.where
    try:
        match kind_of(source.data):
            case "zip":
                yield from _pieces(walk_zip(source))
            case "tar":
                yield from _pieces(walk_tar(source))
            case "gzip" | "bzip2" | "xz" | "zstd":
                yield from _pieces(walk_stream(source))
            case kind if can_open(kind):
                yield from _foreign(source, kind)
            case _:
                yield Unreadable(where, "unknown_archive")
    except ArchiveTooLarge:
        yield Unreadable(where, "over_size")
    except EncryptedMember:
        is_zip = kind_of(source.data) == "zip"
        yield Unreadable(where, "encrypted_zip" if is_zip else "encrypted_archive")
    except Unopenable:
        yield Unreadable(where, _CLOSED.get(kind_of(source.data), "unknown_archive"))
    except Strange:
        yield Unreadable(where, "strange_zip")
    except (Damaged, tarfile.TarError):
        yield Unreadable(where, "broken_archive")


def _foreign(source: Source, kind: str) -> Iterator[Piece]:
    where, data = source.where, source.data
    members: Iterable[ArchiveEntry] | None = None
    told = seven_zip(data) if kind == "7z" else rar(data) if kind.startswith("rar") else Told(len(data))
    unread = told.unread
    if kind in ("rar", "rar5") and source.passwords and (told.sealed or any(told.locked)):
        with contextlib.suppress(EncryptedMember):  # where none fits, what is in clear is read as without any
            data, members, unread = sealed_rar.unlocked(data, kind, source.passwords)
            told = rar(data)
            unread |= told.unread
    for comment in told.comments:
        yield from _pieces(note(where, comment))
    if unread:
        yield Unreadable(where, "unknown_archive")
    if told.sealed and kind != "7z":
        raise EncryptedMember
    if any(told.locked) and members is None:
        yield from _in_clear(source, kind, told.locked)
        raise EncryptedMember
    for number, entry in enumerate(_entries(source, kind, told.sealed) if members is None else members):
        raw = entry.name if isinstance(entry.name, bytes) else entry.name.encode("utf-8", "surrogateescape")
        names = readings_of(raw.decode("utf-8", "surrogateescape"))
        yield from _pieces(named(where, names, number, editable=False))
        link = entry.link if isinstance(entry.link, bytes) else entry.link.encode("utf-8", "surrogateescape")
        yield from _pieces(note(inside(where, names[0]), link))
        if entry.data is not None:
            yield Child(inside(where, names[0]), entry.data, names[0])
    if rest := data[told.end :].strip(b"\0"):
        yield Ambiguity(where, "trailing_bytes")
        yield Child(where.inside(steps.behind("archive")), rest)


def _in_clear(source: Source, kind: str, locked: Sequence[bool]) -> Iterator[Piece]:
    """What of a locked archive is in clear: names, and the members that are not locked."""
    try:
        for number, entry in enumerate(entries(source.data, kind, locked)):
            raw = entry.name if isinstance(entry.name, bytes) else entry.name.encode("utf-8", "surrogateescape")
            names = readings_of(raw.decode("utf-8", "surrogateescape"))
            yield from _pieces(named(source.where, names, number, editable=False))
            if entry.data:
                yield Child(inside(source.where, names[0]), entry.data, names[0])
    except (Damaged, EncryptedMember, Unopenable):
        return


def _entries(source: Source, kind: str, sealed: bool) -> Iterator[ArchiveEntry]:
    """Raises: EncryptedMember where no password opens it."""
    if sealed:
        raise EncryptedMember
    if kind != "7z" or not source.passwords:
        yield from entries(source.data, kind)
        return
    try:
        found = list(entries(source.data, kind))  # what is not locked needs none of them
    except EncryptedMember:
        found = list(unlocked(source.data, source.passwords))
    yield from found


def _pieces(traced: Iterator[Traced]) -> Iterator[Piece]:
    return (piece for piece, _ in traced)
