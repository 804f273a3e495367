"""Reads an archive: every member is a file of its own, every name and comment is text.

Limits on members, bytes and ratio are those of `packing`; what goes over them is unreadable, not left out. Names of a
zip that does not say its character set are given in every reading. Links are text: where they lead to is never opened.

In: the archive. Out: names, comments, children; `Unreadable` for what is encrypted, broken, too large or unknown.
"""

import contextlib
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

from gateway.containers.zips import MOST_BYTES, MOST_MEMBERS, ArchiveTooLarge, Damaged, EncryptedMember, Strange, Zip
from gateway.formats import Child, Piece, Source
from gateway.formats.archive import sealed_rar
from gateway.formats.archive.by_libarchive import ArchiveEntry, Unopenable, can_open, entries
from gateway.formats.archive.compressed_stream import unpacked
from gateway.formats.archive.kinds import kind_of
from gateway.formats.archive.seven import unlocked
from gateway.formats.archive.tar_blocks import hides_bytes
from gateway.formats.archive.trailers import Told, rar, seven_zip
from gateway.model import Ambiguity, Location, TextFragment, Unreadable, steps
from gateway.text.charsets import decodings

_LONGEST_STEP = 200
_CLOSED = {"7z": "closed_7z", "rar": "closed_rar", "rar5": "closed_rar", "cab": "closed_cab"}
_ENDINGS = {
    ".gz": "",
    ".tgz": ".tar",
    ".bz2": "",
    ".tbz2": ".tar",
    ".xz": "",
    ".txz": ".tar",
    ".zst": "",
    ".tzst": ".tar",
}
_BLOCK = 512


def read(source: Source) -> Iterator[Piece]:
    """The members in their order."""
    where = source.where
    try:
        match kind_of(source.data):
            case "zip":
                yield from _zip(source)
            case "tar":
                yield from _tar(source)
            case "gzip" | "bzip2" | "xz" | "zstd":
                yield from _stream(source)
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


def _zip(source: Source) -> Iterator[Piece]:
    where = source.where
    archive = Zip(source.data, source.passwords)
    if archive.disagreements():
        yield Ambiguity(where, "strange_zip")
    for names in archive.all_names():
        yield from _named(where, names)
    yield from _note(where, archive.comment)
    for member in archive.members():
        inside = _inside(where, member.names[0])
        yield from _note(inside, member.comment)
        if not member.is_folder or member.data:
            yield Child(inside, member.data, member.names[0])


def _tar(source: Source) -> Iterator[Piece]:
    where, left = source.where, MOST_BYTES
    end = 0
    if hides_bytes(source.data):
        yield Ambiguity(where, "trailing_bytes")
    # `surrogateescape` keeps the bytes of a name, which say nothing of their character set.
    with tarfile.open(fileobj=BytesIO(source.data), mode="r:", encoding="utf-8", errors="surrogateescape") as archive:
        for number, member in enumerate(archive):
            if number == MOST_MEMBERS:
                raise ArchiveTooLarge
            names = _readings(member.name)
            inside = _inside(where, names[0])
            yield from _named(where, names)
            records = (text for record in member.pax_headers.items() for text in record)
            notes = (member.linkname, member.uname, member.gname, *records)
            for note in dict.fromkeys(notes):
                yield from _note(inside, note.encode("utf-8", "surrogateescape"))
            is_file = member.isreg() or member.type not in tarfile.SUPPORTED_TYPES
            stored = member.offset_data + (member.size if is_file else 0)
            end = max(end, -(-stored // _BLOCK) * _BLOCK)
            if member.issparse():
                yield Unreadable(inside, "unknown_archive")
                continue
            left -= member.size
            if left < 0:
                raise ArchiveTooLarge
            if is_file and (file := archive.extractfile(member)) is not None:
                data = file.read()
                yield Child(inside, data, names[0])
                if len(data) != member.size:
                    raise Damaged
        for note in archive.pax_headers.values():  # of the archive as a whole
            yield from _note(where, note.encode("utf-8", "surrogateescape"))
    if rest := source.data[end:].strip(b"\0"):
        yield Ambiguity(where, "trailing_bytes")
        yield Child(where.inside(steps.behind("archive")), rest)


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
        yield from _note(where, comment)
    if unread:
        yield Unreadable(where, "unknown_archive")
    if told.sealed and kind != "7z":
        raise EncryptedMember
    if any(told.locked) and members is None:
        yield from _in_clear(source, kind, told.locked)
        raise EncryptedMember
    for entry in _entries(source, kind, told.sealed) if members is None else members:
        raw = entry.name if isinstance(entry.name, bytes) else entry.name.encode("utf-8", "surrogateescape")
        names = _readings(raw.decode("utf-8", "surrogateescape"))
        yield from _named(where, names)
        link = entry.link if isinstance(entry.link, bytes) else entry.link.encode("utf-8", "surrogateescape")
        yield from _note(_inside(where, names[0]), link)
        if entry.data is not None:
            yield Child(_inside(where, names[0]), entry.data, names[0])
    if rest := data[told.end :].strip(b"\0"):
        yield Ambiguity(where, "trailing_bytes")
        yield Child(where.inside(steps.behind("archive")), rest)


def _in_clear(source: Source, kind: str, locked: Sequence[bool]) -> Iterator[Piece]:
    """What of a locked archive is in clear: names, and the members that are not locked."""
    try:
        for entry in entries(source.data, kind, locked):
            raw = entry.name if isinstance(entry.name, bytes) else entry.name.encode("utf-8", "surrogateescape")
            names = _readings(raw.decode("utf-8", "surrogateescape"))
            yield from _named(source.where, names)
            if entry.data:
                yield Child(_inside(source.where, names[0]), entry.data, names[0])
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


def _stream(source: Source) -> Iterator[Piece]:
    where = source.where
    stream = unpacked(source.data)
    for note in stream.notes:
        yield from _note(where, note)
    names = _readings(stream.notes[0].decode("utf-8", "surrogateescape")) if stream.notes else ()
    name = names[0] if names else _without_ending(source.name)
    yield from _named(where, names or (name,))
    yield Child(_inside(where, name) if name else where.inside(steps.UNPACKED), stream.data, name)
    if stream.rest:
        yield Ambiguity(where, "trailing_bytes")
        yield Child(where.inside(steps.behind("archive")), stream.rest)


def _without_ending(name: str) -> str:
    for ending, instead in _ENDINGS.items():
        if name.lower().endswith(ending):
            return name[: -len(ending)] + instead
    return ""


def _readings(name: str) -> tuple[str, ...]:
    raw = name.encode("utf-8", "surrogateescape")
    return tuple(reading.text for reading in decodings(raw) if reading.exact) or (raw.decode("utf-8", "replace"),)


def _named(where: Location, names: tuple[str, ...]) -> Iterator[TextFragment]:
    for name in names:
        if name:
            yield TextFragment(_inside(where, names[0]), "file_name", name)


def _note(where: Location, raw: bytes) -> Iterator[Piece]:
    if not raw.strip(b"\0 "):
        return
    readings = [reading.text for reading in decodings(raw) if reading.exact]
    for text in readings[:3]:
        yield TextFragment(where, "metadata", text)
    if not readings:
        yield Unreadable(where, "undecodable_text")


def _inside(where: Location, name: str) -> Location:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return where.inside(steps.file(shown[:_LONGEST_STEP]))
