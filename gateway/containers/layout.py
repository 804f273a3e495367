"""Accounts for every byte of a zip (APPNOTE.TXT 6.3.10): what no table speaks of, some program may still show.

Programs differ in which table they believe, the directory at the end or the headers in front of each member, and in
what they do with bytes that neither mentions. Padding of zeros is no content; ordinary packers leave nothing else.

In: the file, its directory as `zipfile` reads it. Out: whether something is unaccounted for. Nothing is raised.
"""

import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LOCAL = struct.Struct("<4s5H3L2H")
_LOCAL_MARK, _END_MARK, _END64_MARK, _LOCATOR_MARK = b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_DESCRIPTOR_MARK = b"PK\x07\x08"
_ROW_SIZE, _END_SIZE, _END64_SIZE, _LOCATOR_SIZE = 46, 22, 56, 20
_LONGEST_COMMENT = 0xFFFF
_FULL = 0xFFFFFFFF
_PADDING = b"\0\r\n\t "
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
ENCRYPTED, HAS_DESCRIPTOR, UTF8 = 0x1, 0x8, 0x800
UNICODE_NAME, UNICODE_COMMENT = 0x7075, 0x6375
_WIDE, _GROWTH, _ALIGNED = 0x0001, 0xA220, 0xD935
_PLAIN = {
    _WIDE: 28,
    0x000A: 32,  # NTFS times
    0x5455: 13,  # times of Unix
    0x5855: 12,  # the same, older, as macOS writes them
    0x7855: 4,  # owner
    0x7875: 15,  # owner, newer
    0x9901: 7,  # AES
    0xCAFE: 0,  # the first member of a jar
}
"""Extra fields of numbers, and the most bytes that each may have: too few to say anything with."""


class Local(NamedTuple):
    """The header in front of a member, and where its data begins."""

    flags: int
    method: int
    crc: int
    packed: int
    size: int
    name: bytes
    extra: bytes
    start: int


def local_header(data: bytes, at: int) -> Local | None:
    if at < 0 or at + LOCAL.size > len(data) or not data.startswith(_LOCAL_MARK, at):
        return None
    _, _, flags, method, _, _, crc, packed, size, names, extras = LOCAL.unpack_from(data, at)
    name_at = at + LOCAL.size
    start = name_at + names + extras
    return Local(
        flags, method, crc, packed, size, data[name_at : name_at + names], data[name_at + names : start], start
    )


def raw_name(entry: zipfile.ZipInfo) -> bytes:
    """As it stands in the file: without its flag `zipfile` reads every byte by IBM's code page."""
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & UTF8 else "cp437", "replace")


def extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """Id and content of each (section 4.5); what is no field has the id -1."""
    at = 0
    while extra[at:].strip(b"\0"):  # packers that align members pad with zeros alone
        if at + 4 > len(extra):
            yield -1, extra[at:]
            return
        kind, size = struct.unpack_from("<2H", extra, at)
        body = extra[at + 4 : at + 4 + size]
        yield (kind if len(body) == size else -1), body
        at += 4 + size


def is_strange(data: bytes, entries: Sequence[zipfile.ZipInfo], directory: int) -> bool:
    """`directory`: where it begins."""
    claimed = _end_claims(data, entries, directory)
    if claimed is None:
        return True
    for entry in entries:
        local = local_header(data, entry.header_offset)
        if local is None or not _agrees(entry, local) or _CONTROL.search(entry.comment):
            return True
        if entry.filename.endswith("/") and entry.file_size:
            return True
        claimed.append((entry.header_offset, member_end(data, entry, local)))
    at = 0
    for begin, end in [*sorted(claimed), (len(data), len(data))]:
        if begin < at or data[at:begin].strip(_PADDING if begin == len(data) else b"\0"):
            return True
        at = end
    return False


def _end_claims(data: bytes, entries: Sequence[zipfile.ZipInfo], directory: int) -> list[tuple[int, int]] | None:
    """Directory and end records, None where they do not follow on each other."""
    end = len(data) - _END_SIZE
    if not (data.startswith(_END_MARK, end) and data.endswith(b"\0\0")):
        end = data.rfind(_END_MARK, max(0, end - _LONGEST_COMMENT))
    if end < 0:
        return None
    comment_size = struct.unpack_from("<H", data, end + 20)[0]
    comment = data[end + _END_SIZE : end + _END_SIZE + comment_size]
    if len(comment) < comment_size or _CONTROL.search(comment):
        return None
    at = directory + sum(_ROW_SIZE + len(raw_name(row)) + len(row.extra) + len(row.comment) for row in entries)
    if data.startswith(_END64_MARK, at):
        locator = at + _END64_SIZE
        if struct.unpack_from("<Q", data, at + 4)[0] != _END64_SIZE - 12 or not data.startswith(_LOCATOR_MARK, locator):
            return None
        at = locator + _LOCATOR_SIZE
    if at != end:
        return None
    return [(directory, end + _END_SIZE + comment_size)]


def _agrees(entry: zipfile.ZipInfo, local: Local) -> bool:
    """Whether the row in the directory and the header in front say the same, and all of it is known."""
    name = raw_name(entry)
    flags = local.flags ^ entry.flag_bits
    if local.name != name or b"\0" in name or local.method != entry.compress_type or flags & ENCRYPTED:
        return False
    if flags & UTF8 and not name.isascii():
        return False
    stated = (local.crc, local.packed, local.size)
    wanted = (entry.CRC, entry.compress_size, entry.file_size)
    late = (local.flags | entry.flag_bits) & HAS_DESCRIPTOR  # the header was written before the data was known
    if not all(a in (b, _FULL) or (late and a == 0) for a, b in zip(stated, wanted, strict=True)):
        return False
    here, there = dict(extra_fields(local.extra)), dict(extra_fields(entry.extra))
    return all(_is_known(*pair) for pair in (*extra_fields(local.extra), *extra_fields(entry.extra))) and all(
        here[kind] == there.get(kind) for kind in (UNICODE_NAME, UNICODE_COMMENT) if kind in here
    )


def _is_known(kind: int, body: bytes) -> bool:
    if kind in _PLAIN:
        return len(body) <= _PLAIN[kind]
    if kind == _GROWTH:  # Office's room for a part to grow (ISO/IEC 29500-2 annex C)
        return not body[4:].strip(b"\0")
    if kind == _ALIGNED:
        return not body[2:].strip(b"\0")
    if kind not in (UNICODE_NAME, UNICODE_COMMENT) or len(body) < 5 or _CONTROL.search(body[5:]):
        return False
    return "\ufffd" not in body[5:].decode("utf-8", "replace")


def member_end(data: bytes, entry: zipfile.ZipInfo, local: Local) -> int:
    """With its data descriptor (section 4.3.9): with or without its mark, sizes in four bytes or in eight."""
    at = local.start + entry.compress_size
    if not (local.flags | entry.flag_bits) & HAS_DESCRIPTOR:
        return at
    wanted = (entry.CRC, entry.compress_size, entry.file_size)
    for mark in (_DESCRIPTOR_MARK, b""):
        for layout in ("<L2Q", "<3L"):
            begin, size = at + len(mark), struct.calcsize(layout)
            if not data.startswith(mark, at) or begin + size > len(data):
                continue
            if struct.unpack_from(layout, data, begin) == wanted:
                return begin + size
    return at
