"""Reads a zip: the members, what is said about them, and whatever lies between them.

Passwords are never guessed: an encrypted member is named and held. A member whose checksum is wrong is read in each
way that a program could read it, and held too.

In: the file. Out: names and comments as text, members as children, `Unreadable`, `Ambiguity`. Nothing is raised.
"""

import lzma
import zlib
from collections.abc import Iterator

from gateway.formats import Child, Piece, Source
from gateway.formats.archive.budget import MOST_MEMBERS, Budget, Unpacked, drained, unpack
from gateway.formats.archive.names import readings, step
from gateway.formats.archive.zip_structure import (
    ENCRYPTED,
    MASKED,
    PATCHED,
    STRONG,
    UTF8,
    Member,
    Structure,
    fields,
    find_end,
    structure,
)
from gateway.model import Ambiguity, Location, TextFragment, Unreadable
from gateway.text.charsets import decodings

_STORED, _DEFLATE, _DEFLATE64, _BZIP2, _LZMA, _ZSTD, _XZ, _AES = 0, 8, 9, 12, 14, 93, 95, 99
_SYMLINK = 0xA000
_KNOWN_EXTRA = frozenset((0x0001, 0x000A, 0x000D, 0x5455, 0x5855, 0x7855, 0x7875, 0x9901, 0xCAFE, 0xA220, 0xD935))
"""Times, owners, sizes and padding; what others hold may be text."""


def read_zip(source: Source) -> Iterator[Piece]:
    where = source.where
    try:
        found = structure(source.data)
    except ValueError:
        yield Unreadable(where, "broken_zip")
        yield from _salvaged(source)
        return
    if found.doubtful:
        yield Ambiguity(where, "ambiguous_archive")
    yield from _comment(found.comment, where)
    budget = Budget()
    for number, member in enumerate(found.members):
        if number == MOST_MEMBERS:
            yield Unreadable(where, "too_many_parts")
            break
        yield from _member(source, member, budget)
    yield from _between(source, found)


def _member(source: Source, member: Member, budget: Budget) -> Iterator[Piece]:
    names = readings(member.name, bool(member.flags & UTF8))
    extra = fields(member.extra)
    if path := extra.get(0x7075, b"")[5:]:  # Info-ZIP's own UTF-8 name, after a version and a checksum
        names = tuple(dict.fromkeys((*readings(path, True), *names)))
    inside = source.where.inside(step(names[0]))
    for name in names:
        yield TextFragment(inside, "file_name", name)
    if b"\0" in member.name:
        yield Ambiguity(inside, "nul_byte")
    yield from _comment(member.comment, inside)
    for kind, value in extra.items():
        if kind not in _KNOWN_EXTRA:
            yield from _comment(value[5:] if kind in (0x6375, 0x7075) else value, inside)
    if not member.start:
        yield Unreadable(inside, "broken_zip")
        return
    if member.flags & (ENCRYPTED | STRONG | MASKED) or member.method == _AES:
        yield Unreadable(inside, "encrypted_zip")
        return
    packed = source.data[member.start : member.start + member.packed]
    unpacked = _unpacked(member, packed, budget)
    if unpacked is None or member.flags & PATCHED:
        yield Unreadable(inside, "unknown_archive")
        return
    if unpacked.over:
        yield Unreadable(inside, "over_size")
        return
    if member.attributes >> 16 & 0xF000 == _SYMLINK:
        yield from _comment(unpacked.data, inside)
    elif unpacked.data or not member.name.endswith(b"/"):
        yield Child(inside, unpacked.data, names[0])
    if unpacked.rest.strip(b"\0"):
        yield Ambiguity(inside, "ambiguous_archive")
        yield Child(inside.inside("behind the packed data"), unpacked.rest)
    if not unpacked.sound or len(unpacked.data) != member.size or zlib.crc32(unpacked.data) != member.crc:
        yield Unreadable(inside, "broken_zip")
        yield from _otherwise(member, packed, inside, budget)


def _unpacked(member: Member, packed: bytes, budget: Budget) -> Unpacked | None:
    """None for a method that is not known here."""
    if member.method == _STORED:
        allowed = budget.allowed(len(packed))
        budget.spend(len(packed))
        return Unpacked(packed[:allowed], over=len(packed) > allowed)
    if member.method == _DEFLATE:
        return unpack("deflate", packed, budget)
    if member.method == _BZIP2:
        return unpack("bzip2", packed, budget)
    if member.method == _XZ:
        return unpack("xz", packed, budget)
    if member.method == _LZMA:
        return _lzma(member, packed, budget)
    return None


def _lzma(member: Member, packed: bytes, budget: Budget) -> Unpacked | None:
    """4.4.4 method 14: version, size of the properties, properties, a raw LZMA stream."""
    size = int.from_bytes(packed[2:4], "little")
    properties = packed[4 : 4 + size]
    if len(properties) != 5 or properties[0] >= 225:
        return None
    rest, position = divmod(properties[0] // 9, 5)[0], divmod(properties[0] // 9, 5)[1]
    memory = int.from_bytes(properties[1:], "little")
    if memory > 128 * 1024 * 1024:
        return None
    chain = {"id": lzma.FILTER_LZMA1, "dict_size": max(4096, memory), "lc": properties[0] % 9, "lp": position}
    chain["pb"] = rest
    allowed = min(budget.allowed(len(packed)), member.size)  # the stream need not mark its end: its size is stated
    try:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chain])
    except (lzma.LZMAError, ValueError):
        return None
    unpacked = drained(decoder, packed[4 + size :], allowed)
    budget.spend(len(unpacked.data))
    whole = len(unpacked.data) == member.size
    return Unpacked(unpacked.data, unpacked.rest, sound=whole, over=not whole and unpacked.over)


def _otherwise(member: Member, packed: bytes, inside: Location, budget: Budget) -> Iterator[Piece]:
    """The other reading of a member that lies about being packed (CVE-2026-0866)."""
    if member.method == _STORED:
        other = unpack("deflate", packed, budget)
        if other.data and not other.over:
            yield Child(inside.inside("unpacked"), other.data)
    elif packed:
        yield Child(inside.inside("as stored"), packed)


def _between(source: Source, found: Structure) -> Iterator[Piece]:
    for number, (start, end) in enumerate(found.unclaimed):
        if number == MOST_MEMBERS:
            yield Unreadable(source.where, "too_many_parts")
            return
        yield Child(source.where.inside(f"outside the archive's members, byte {start}"), source.data[start:end])


def _salvaged(source: Source) -> Iterator[Piece]:
    """Without a directory a streaming reader still finds members by their local headers."""
    data, at, budget = source.data, 0, Budget()
    for _ in range(MOST_MEMBERS):
        at = data.find(b"PK\x03\x04", at)
        if at < 0 or at + 30 > len(data):
            return
        flags, method = (
            int.from_bytes(data[at + 6 : at + 8], "little"),
            int.from_bytes(data[at + 8 : at + 10], "little"),
        )
        packed = int.from_bytes(data[at + 18 : at + 22], "little")
        names = int.from_bytes(data[at + 26 : at + 28], "little")
        start = at + 30 + names + int.from_bytes(data[at + 28 : at + 30], "little")
        name = readings(data[at + 30 : at + 30 + names], bool(flags & UTF8))[0]
        inside = source.where.inside(step(name))
        yield TextFragment(inside, "file_name", name)
        at = start
        if flags & ENCRYPTED:
            yield Unreadable(inside, "encrypted_zip")
        elif method == _DEFLATE:
            unpacked = unpack("deflate", data[start:], budget)
            if unpacked.data and not unpacked.over:
                yield Child(inside, unpacked.data, name)
                at = len(data) - len(unpacked.rest) if unpacked.rest else at
        elif packed:
            yield Child(inside, data[start : start + packed], name)


def _comment(raw: bytes, where: Location) -> Iterator[TextFragment]:
    for reading in decodings(raw.strip(b"\0")) if raw.strip(b"\0") else ():
        if reading.exact:
            yield TextFragment(where, "metadata", reading.text)


def is_readable(data: bytes) -> bool:
    """Whether there is a directory at all."""
    return find_end(data) is not None
