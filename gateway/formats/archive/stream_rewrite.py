"""Packs the one file of a compressed stream again, by the same method.

gzip keeps its time and, where nothing was found in them, name and comment of its first member; members that
were joined become one.

In: the source that was read, edits, the method. Out: the new bytes. Raises ValueError for an edit without a place, and
what `compressed_stream` raises.
"""

import bz2
import lzma
import struct
import zlib
from typing import Literal

import zstandard

from gateway.formats import FileEdits, Removed, Source
from gateway.formats.archive.compressed_stream import unpacked
from gateway.formats.archive.slots import changes_by_text
from gateway.formats.archive.stream_walk import walk_stream

_EXTRA, _NAME, _COMMENT = 4, 8, 16
_HEAD = 10


def rewritten_stream(source: Source, edits: FileEdits, kind: Literal["gzip", "bzip2", "xz", "zstd"]) -> bytes:
    """The stream with its file, and what its header says of it, changed."""
    stream = unpacked(source.data)
    if stream.rest or len(edits.children) > 1:
        raise ValueError("more than the one file of a stream")
    content = stream.data
    removed = False
    for child, new in edits.children:
        if child.path != ():
            raise ValueError("a file that cannot be written back")
        removed = isinstance(new, Removed)
        content = f"{new.notice}\r\n".encode() if isinstance(new, Removed) else new.data
    found = changes_by_text(walk_stream(source), edits.changes)
    # A name that no header states comes from the container around, and is changed there.
    spoken = bool(stream.notes) and (removed or bool(found))
    match kind:
        case "gzip":
            return _gzip(source.data, content, spoken)
        case "bzip2":
            return bz2.compress(content)
        case "xz":
            return lzma.compress(content)
        case "zstd":
            return zstandard.ZstdCompressor(write_checksum=True).compress(content)


def _gzip(data: bytes, content: bytes, without_notes: bool) -> bytes:
    """RFC 1952, with the time, name and comment of the first member; without the latter two where `without_notes`. An
    extra field goes: it may say how long the packed data is, as bgzip's does."""
    notes, flags = (b"", 0) if without_notes else (data[_notes_at(data) : _body(data)], data[3] & (_NAME | _COMMENT))
    machine = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = machine.compress(content) + machine.flush()
    head = data[:3] + bytes((flags,)) + data[4:_HEAD] + notes
    return head + packed + struct.pack("<2L", zlib.crc32(content), len(content) & 0xFFFFFFFF)


def _notes_at(data: bytes) -> int:
    """Where the name begins, or what follows where there is none."""
    return _HEAD + (2 + int.from_bytes(data[_HEAD : _HEAD + 2], "little") if data[3] & _EXTRA else 0)


def _body(data: bytes) -> int:
    """Where name and comment of the first member end."""
    at = _notes_at(data)
    for flag in (_NAME, _COMMENT):
        if data[3] & flag:
            at = data.index(b"\0", at) + 1
    return at
