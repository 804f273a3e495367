"""Reads an archive: its members as children, everything said about them as text.

In: the file. Out: pieces. Limits are in `budget`; what goes over them is said to be unreadable, never left out.
"""

from collections.abc import Iterator

from gateway.formats import Child, Piece, Source
from gateway.formats.archive.budget import Budget, Codec, unpack
from gateway.formats.archive.kinds import kind_of
from gateway.formats.archive.names import readings, step
from gateway.formats.archive.tars import read_tar
from gateway.formats.archive.zips import read_zip
from gateway.model import Ambiguity, TextFragment, Unreadable
from gateway.text.charsets import decodings

_ENDINGS = {".gz": "", ".tgz": ".tar", ".bz2": "", ".tbz2": ".tar", ".xz": "", ".txz": ".tar", ".lzma": ""}
_MOST_STREAMS = 1000


def read(source: Source) -> Iterator[Piece]:
    kind = kind_of(source.data)
    if kind == "zip":
        yield from read_zip(source)
    elif kind == "tar":
        yield from read_tar(source)
    elif kind in ("gzip", "bzip2", "xz", "lzma"):
        yield from _stream(source, kind)
    else:
        yield Unreadable(source.where, "unknown_archive")


def _stream(source: Source, codec: Codec) -> Iterator[Piece]:
    """One file, packed in one stream or in several that are read as one (RFC 1952 section 2.2)."""
    where, rest, parts, budget = source.where, source.data, [], Budget()
    name, notes = _gzip_notes(source.data) if codec == "gzip" else ("", ())
    for note in notes:
        yield TextFragment(where, "metadata", note)
    for _ in range(_MOST_STREAMS):
        unpacked = unpack(codec, rest, budget)
        parts.append(unpacked.data)
        if unpacked.over:
            yield Unreadable(where, "over_size")
            return
        if not unpacked.sound:
            yield Unreadable(where, "broken_archive")
        rest = unpacked.rest.lstrip(b"\0") if unpacked.sound else b""
        if kind_of(rest) != codec:
            break
    else:
        yield Unreadable(where, "too_many_parts")
    name = name or _without_ending(source.name)
    inside = where.inside(step(name or "unpacked"))
    if name:
        yield TextFragment(inside, "file_name", name)
    yield Child(inside, b"".join(parts), name)
    if rest.strip(b"\0"):
        yield Ambiguity(where, "ambiguous_archive")
        yield Child(where.inside("behind the packed data"), rest)


def _without_ending(name: str) -> str:
    for ending, instead in _ENDINGS.items():
        if name.lower().endswith(ending):
            return name[: -len(ending)] + instead
    return ""


def _gzip_notes(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The name in the header (RFC 1952 section 2.3) and every text there, its name too."""
    flags, at = data[3:4] or b"\0", 10
    found: list[bytes] = []
    if flags[0] & 4:
        size = int.from_bytes(data[at : at + 2], "little")
        found.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    name = b""
    for flag in (8, 16):
        if flags[0] & flag:
            end = data.find(b"\0", at)
            end = len(data) if end < 0 else end
            found.append(data[at:end])
            name = data[at:end] if flag == 8 else name
            at = end + 1
    texts = [reading.text for raw in found if raw.strip() for reading in decodings(raw) if reading.exact]
    return (readings(name)[0] if name else ""), tuple(dict.fromkeys(texts))
