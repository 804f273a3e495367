"""Reads a tar file (POSIX.1-2017 pax, with GNU's long names), block by block, sizes as stated in every place.

Where a pax record gives another size than the header, programs take different blocks for headers (CVE-2025-62518), so
that is held. In: the file. Out: names, records and link targets as text, members as children.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.formats import Child, Piece, Source
from gateway.formats.archive.budget import MOST_MEMBERS, Budget
from gateway.formats.archive.kinds import is_tar_header
from gateway.formats.archive.names import readings, step
from gateway.model import Ambiguity, Location, TextFragment, Unreadable
from gateway.text.charsets import decodings

_BLOCK = 512
_RECORD = re.compile(rb"(\d{1,9}) ")
_NUMBERS = frozenset((b"mtime", b"atime", b"ctime", b"uid", b"gid", b"size"))


@dataclass(slots=True)
class _Ahead:
    """What special members said of the next one."""

    name: bytes = b""
    size: int | None = None
    notes: list[bytes] = field(default_factory=list)


def read_tar(source: Source) -> Iterator[Piece]:
    data, where = source.data, source.where
    at, members, budget, ahead = 0, 0, Budget(), _Ahead()
    while at + _BLOCK <= len(data) and data[at : at + _BLOCK].strip(b"\0"):
        block = data[at : at + _BLOCK]
        if not is_tar_header(block):
            yield Unreadable(where, "broken_archive")
            break
        size = _number(block[124:136])
        begin = at + _BLOCK
        end = begin + size
        at = begin + -(-size // _BLOCK) * _BLOCK
        body = data[begin:end]
        if end > len(data):
            yield Unreadable(where, "broken_archive")
        kind = block[156:157]
        if data[end:at].strip(b"\0"):
            yield Ambiguity(where, "ambiguous_archive")
            yield Child(where.inside("behind a member"), data[end:at])
        if kind in (b"L", b"K"):
            ahead.notes.append(body.rstrip(b"\0"))
            ahead.name = body.rstrip(b"\0") if kind == b"L" else ahead.name
            continue
        if kind in (b"x", b"g", b"X"):
            if not _pax(body, ahead):
                yield Ambiguity(where, "ambiguous_archive")
            continue
        members += 1
        if members > MOST_MEMBERS:
            yield Unreadable(where, "too_many_parts")
            return
        if ahead.size is not None and ahead.size != size:
            yield Ambiguity(where, "ambiguous_archive")
        yield from _member(block, kind, body, where, ahead, budget)
        ahead = _Ahead()
    if data[at:].strip(b"\0"):
        yield Ambiguity(where, "ambiguous_archive")
        yield Child(where.inside("behind the archive"), data[at:].strip(b"\0"))


def _member(block: bytes, kind: bytes, body: bytes, where: Location, ahead: _Ahead, budget: Budget) -> Iterator[Piece]:
    short = block[:100].split(b"\0")[0]
    prefix = block[345:500].split(b"\0")[0] if block[257:263] == b"ustar\0" else b""
    plain = prefix + b"/" + short if prefix else short
    names = list(readings(ahead.name)) if ahead.name else []
    names += [name for name in readings(plain) if name not in names]
    inside = where.inside(step(names[0]))
    for name in names:
        yield TextFragment(inside, "file_name", name)
    for note in (
        *ahead.notes,
        *(block[start:stop].split(b"\0")[0] for start, stop in ((157, 257), (265, 297), (297, 329))),
    ):
        for reading in decodings(note) if note.strip() else ():
            if reading.exact:
                yield TextFragment(inside, "metadata", reading.text)
    if kind == b"S":  # its map of holes stands in blocks of its own
        yield Unreadable(inside, "unknown_archive")
    elif len(body) > budget.allowed(len(body)):
        yield Unreadable(inside, "over_size")
    elif body or kind in (b"0", b"\0", b"7"):
        budget.spend(len(body))
        yield Child(inside, body, names[0])


def _pax(body: bytes, ahead: _Ahead) -> bool:
    """Take the records over; False where one is malformed, which programs skip or not as they please."""
    at = 0
    while at < len(body) and body[at:].strip(b"\0"):
        head = _RECORD.match(body, at)
        if head is None:
            return False
        end = at + int(head[1])
        record = body[head.end() : end]
        key, equals, value = record[:-1].partition(b"=")
        if not equals or record[-1:] != b"\n" or end > len(body):
            return False
        if key == b"path":
            ahead.name = value
        elif key == b"size":
            ahead.size = int(value) if value.isdigit() and len(value) < 16 else -1
        if key not in _NUMBERS:
            ahead.notes.append(value)
        at = end
    return True


def _number(digits: bytes) -> int:
    """Octal, or base 256 where the first bit is set (GNU). What is neither counts as nothing."""
    if digits[0] & 0x80:
        return int.from_bytes(bytes((digits[0] & 0x7F,)) + digits[1:], "big")
    text = digits.strip(b" \0")
    return int(text, 8) if re.fullmatch(rb"[0-7]+", text) else 0
