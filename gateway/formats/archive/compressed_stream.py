"""One compressed stream: gzip (RFC 1952), bzip2, xz, zstd (RFC 8878), members joined end to end and all, in chunks
under a limit.

In: bytes. Out: `CompressedStream`. Raises ArchiveTooLarge over the limit of bytes or ratio, Damaged where it ends early
or is broken.
"""

import bz2
import lzma
import re
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import zstandard

from gateway.containers.zips import MOST_BYTES, MOST_RATIO, ArchiveTooLarge, Damaged

_CHUNK = 256 * 1024
_RATIO_FROM = 8 * 1024 * 1024
_MEMORY = 256 * 1024 * 1024
_MOST_MEMBERS = 1000
_EXTRA, _NAME, _COMMENT = 4, 8, 16
_BLOCKED = re.compile(rb"BC\x02\x00..", re.DOTALL)
"""What bgzip writes: the size of a block."""
_STARTS = (
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    *(bytes((n,)) + b"\x2a\x4d\x18" for n in range(0x50, 0x60)),
)
_ZSTD, _SKIPPED = b"\x28\xb5\x2f\xfd", b"\x2a\x4d\x18"
_ZSTD_WINDOW = 128 * 1024 * 1024
_ZSTD_FEED = 1024
"""So few, since four bytes may unpack to 128 KiB, and there is no asking for less."""


@dataclass(frozen=True, slots=True)
class CompressedStream:
    """`notes`: the names and comments in its headers. `rest`: bytes behind the last member that are none."""

    data: bytes = field(repr=False)
    notes: tuple[bytes, ...] = field(default=(), repr=False)
    rest: bytes = field(default=b"", repr=False)


def unpacked(data: bytes) -> CompressedStream:
    """The whole content."""
    parts: list[bytes] = []
    notes: list[bytes] = []
    at = size = 0
    try:
        for _ in range(_MOST_MEMBERS):
            if data.startswith(_STARTS[0], at):
                notes += _gzip_notes(data, at)
            elif data.startswith(_SKIPPED, at + 1):  # a frame that is for somebody else (RFC 8878 section 3.1.2)
                notes.append(data[at + 8 : at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")])
            member = _member(data, at)
            while True:
                try:
                    part = next(member)
                except StopIteration as end:
                    at = end.value
                    break
                size += len(part)
                if size > MOST_BYTES or (size > _RATIO_FROM and size > MOST_RATIO * len(data)):
                    raise ArchiveTooLarge
                parts.append(part)
            if not data.startswith(_STARTS, at):
                return CompressedStream(b"".join(parts), tuple(notes), data[at:].strip(b"\0"))
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, zstandard.ZstdError) as error:
        raise Damaged from error
    raise ArchiveTooLarge


def _member(data: bytes, at: int) -> Generator[bytes, None, int]:
    """Chunks of one member; returns where it ends."""
    if data.startswith(_STARTS[0], at):
        return (yield from _deflated(data, at))
    if data.startswith(_ZSTD, at):
        return (yield from _zstd(data, at))
    if data.startswith(_SKIPPED, at + 1):
        return at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
    machine: bz2.BZ2Decompressor | lzma.LZMADecompressor
    machine = bz2.BZ2Decompressor() if data.startswith(b"BZh", at) else lzma.LZMADecompressor(memlimit=_MEMORY)
    while not machine.eof:
        feed = b""
        if machine.needs_input:
            feed = data[at : at + _CHUNK]
            at += len(feed)
            if not feed:
                raise EOFError
        yield machine.decompress(feed, _CHUNK)
    return at - len(machine.unused_data)


def _deflated(data: bytes, at: int) -> Generator[bytes, None, int]:
    machine = zlib.decompressobj(31)
    while not machine.eof:
        feed = machine.unconsumed_tail
        if not feed:
            feed = data[at : at + _CHUNK]
            at += len(feed)
        part = machine.decompress(feed, _CHUNK)
        if not feed and not part:
            raise EOFError
        yield part
    return at - len(machine.unused_data)


def _zstd(data: bytes, at: int) -> Generator[bytes, None, int]:
    machine = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
    while not machine.eof:
        feed = data[at : at + _ZSTD_FEED]
        if not feed:
            raise EOFError
        at += len(feed)
        yield machine.decompress(feed)
    return at - len(machine.unused_data)


def _gzip_notes(data: bytes, at: int) -> Iterator[bytes]:
    """Name, comment and extra field of the member that begins here (RFC 1952 section 2.3)."""
    flags = data[at + 3] if at + 3 < len(data) else 0
    at += 10
    extra = b""
    if flags & _EXTRA:
        start = at + 2
        at = start + int.from_bytes(data[at:start], "little")
        extra = data[start:at]
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            end = data.find(b"\0", at)
            if end < 0:
                return
            yield data[at:end]
            at = end + 1
    if extra and not _BLOCKED.fullmatch(extra):
        yield extra
