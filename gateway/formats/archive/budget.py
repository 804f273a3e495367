"""What one archive may unpack to, whatever sizes it states.

A zip of 46 MB can hold 4.5 PB (overlapping members, Fifield 2019) and a stated size can be anything, so it is counted
while unpacking. In: packed bytes. Out: `Unpacked`, never longer than allowed. Nothing is raised.
"""

import bz2
import lzma
import zlib
from dataclasses import dataclass, field
from typing import Literal

MOST_MEMBERS = 2000
LARGEST_MEMBER = 128 * 1024 * 1024
LARGEST_TOTAL = 256 * 1024 * 1024
STEEPEST, STEEP_FROM = 200, 16 * 1024 * 1024
"""More than 200 to 1 is no document; below 16 MB it does not matter."""
_DECODER_MEMORY = 192 * 1024 * 1024
_CHUNK = 64 * 1024

Codec = Literal["deflate", "gzip", "bzip2", "xz", "lzma"]


@dataclass(slots=True)
class Budget:
    """What is left for one archive."""

    left: int = LARGEST_TOTAL

    def allowed(self, packed: int) -> int:
        """The most that so many packed bytes may become."""
        return max(0, min(LARGEST_MEMBER, self.left, max(STEEP_FROM, packed * STEEPEST)))

    def spend(self, size: int) -> None:
        self.left -= size


@dataclass(frozen=True, slots=True)
class Unpacked:
    """`rest` stands behind the packed stream's own end; `sound` says that the end was there and its checksum right."""

    data: bytes = field(repr=False)
    rest: bytes = field(default=b"", repr=False)
    sound: bool = True
    over: bool = False


def unpack(codec: Codec, packed: bytes, budget: Budget) -> Unpacked:
    """One stream. What came before an error counts as read."""
    allowed = budget.allowed(len(packed))
    unpacked = _zlib(packed, allowed, 31 if codec == "gzip" else -15) if codec in ("deflate", "gzip") else (
        _streamed(packed, allowed, codec)
    )  # fmt: skip
    budget.spend(len(unpacked.data))
    return unpacked


def _zlib(packed: bytes, allowed: int, window: int) -> Unpacked:
    decoder = zlib.decompressobj(window)
    out = bytearray()
    feed = memoryview(packed)
    at = 0
    pending: bytes = b""
    while not decoder.eof:
        if not pending:
            if at >= len(feed):
                return Unpacked(bytes(out), sound=False)
            pending = bytes(feed[at : at + _CHUNK])
            at += _CHUNK
        try:
            out += decoder.decompress(pending, allowed + 1 - len(out))
        except zlib.error:
            return Unpacked(bytes(out), sound=False)
        pending = decoder.unconsumed_tail
        if len(out) > allowed:
            return Unpacked(bytes(out[:allowed]), sound=False, over=True)
    return Unpacked(bytes(out), decoder.unused_data + bytes(feed[at:]))


def _streamed(packed: bytes, allowed: int, codec: Codec) -> Unpacked:
    decoder: bz2.BZ2Decompressor | lzma.LZMADecompressor
    if codec == "bzip2":
        decoder = bz2.BZ2Decompressor()
    else:
        form = lzma.FORMAT_XZ if codec == "xz" else lzma.FORMAT_ALONE
        decoder = lzma.LZMADecompressor(form, memlimit=_DECODER_MEMORY)
    return drained(decoder, packed, allowed)


def drained(decoder: bz2.BZ2Decompressor | lzma.LZMADecompressor, packed: bytes, allowed: int) -> Unpacked:
    """All that this decoder makes of these bytes."""
    out = bytearray()
    feed = memoryview(packed)
    at = 0
    while not decoder.eof:
        pending = b""
        if decoder.needs_input:
            if at >= len(feed):
                return Unpacked(bytes(out), sound=False)
            pending = bytes(feed[at : at + _CHUNK])
            at += _CHUNK
        try:
            out += decoder.decompress(pending, allowed + 1 - len(out))
        except (OSError, EOFError, ValueError, lzma.LZMAError):
            return Unpacked(bytes(out), sound=False)
        if len(out) > allowed:
            return Unpacked(bytes(out[:allowed]), sound=False, over=True)
    return Unpacked(bytes(out), decoder.unused_data + bytes(feed[at:]))
