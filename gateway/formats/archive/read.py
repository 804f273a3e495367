"""Reads an archive: every member is a file of its own, every name and comment is text.

Limits on members, bytes and ratio are those of `packing`; what goes over them is unreadable, not left out. Names of a
zip that does not say its character set are given in every reading. Links are text: where they lead to is never opened.

In: the archive. Out: names, comments, children; `Unreadable` for what is encrypted, broken, too large or unknown.
"""

import tarfile
from collections.abc import Iterator
from io import BytesIO

from gateway.formats import Child, Piece, Source
from gateway.formats.archive.kinds import kind_of
from gateway.formats.archive.streams import unpacked
from gateway.formats.archive.tar_blocks import hides_bytes
from gateway.model import Ambiguity, Location, TextFragment, Unreadable
from gateway.packing.zips import MOST_BYTES, MOST_MEMBERS, Damaged, Sealed, Strange, TooMuch, Zip
from gateway.text.charsets import decodings

_LONGEST_STEP = 200
_ENDINGS = {".gz": "", ".tgz": ".tar", ".bz2": "", ".tbz2": ".tar", ".xz": "", ".txz": ".tar"}
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
            case "gzip" | "bzip2" | "xz":
                yield from _stream(source)
            case _:
                yield Unreadable(where, "unknown_archive")
    except TooMuch:
        yield Unreadable(where, "over_size")
    except Sealed:
        yield Unreadable(where, "encrypted_zip")
    except Strange:
        yield Unreadable(where, "strange_zip")
    except (Damaged, tarfile.TarError):
        yield Unreadable(where, "broken_archive")


def _zip(source: Source) -> Iterator[Piece]:
    where = source.where
    archive = Zip(source.data)
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
                raise TooMuch
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
                raise TooMuch
            if is_file and (file := archive.extractfile(member)) is not None:
                data = file.read()
                yield Child(inside, data, names[0])
                if len(data) != member.size:
                    raise Damaged
        for note in archive.pax_headers.values():  # of the archive as a whole
            yield from _note(where, note.encode("utf-8", "surrogateescape"))
    if rest := source.data[end:].strip(b"\0"):
        yield Ambiguity(where, "trailing_bytes")
        yield Child(where.inside("behind the archive"), rest)


def _stream(source: Source) -> Iterator[Piece]:
    where = source.where
    stream = unpacked(source.data)
    for note in stream.notes:
        yield from _note(where, note)
    names = _readings(stream.notes[0].decode("utf-8", "surrogateescape")) if stream.notes else ()
    name = names[0] if names else _without_ending(source.name)
    yield from _named(where, names or (name,))
    yield Child(_inside(where, name or "unpacked"), stream.data, name)
    if stream.rest:
        yield Ambiguity(where, "trailing_bytes")
        yield Child(where.inside("behind the archive"), stream.rest)


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
    return where.inside(shown[:_LONGEST_STEP])
