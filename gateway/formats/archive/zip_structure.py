"""The tables of a zip file (PKWARE APPNOTE.TXT 6.3), read twice: from its central directory and from its local headers.

Programs differ in which of the two they believe, in where they look for the directory, and in what they do with bytes
that neither mentions. So both are read and compared, and every byte is accounted for.

In: the file. Out: `Structure`: the members, runs of bytes that nothing claims, and whether programs would disagree.
Raises: ValueError where there is no directory that can be followed.
"""

import re
import struct
from dataclasses import dataclass, field

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR64, _DESCRIPTOR = b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
_LOCAL_HEAD = struct.Struct("<4s5H3L2H")
_CENTRAL_HEAD = struct.Struct("<4s6H3L5H2L")
_END_HEAD = struct.Struct("<4s4H2LH")
_END64_HEAD = struct.Struct("<4sQ2H2L4Q")
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_MOST_ENTRIES = 20_000
_LARGEST_COMMENT = 65_535

ENCRYPTED, HAS_DESCRIPTOR, PATCHED, STRONG, UTF8, MASKED = 0x1, 0x8, 0x20, 0x40, 0x800, 0x2000
_OFFICE = re.compile(rb"\[Content_Types\]\.xml|mimetype", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the directory. `start` and `packed` span its data in the file."""

    name: bytes = field(repr=False)
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int
    comment: bytes = field(repr=False)
    extra: bytes = field(repr=False)
    attributes: int


@dataclass(frozen=True, slots=True)
class Structure:
    """`unclaimed` are runs of bytes that belong to nothing; `doubtful` that programs read this file differently."""

    members: tuple[Member, ...]
    unclaimed: tuple[tuple[int, int], ...]
    comment: bytes = field(repr=False)
    doubtful: bool


def find_end(data: bytes) -> int | None:
    """Where the last end record stands whose directory is where it says, whatever comes before or behind."""
    at = len(data)
    for _ in range(64):
        at = data.rfind(_END, 0, at)
        if at < 0:
            return None
        if at + _END_HEAD.size <= len(data):
            _, _, _, _, count, size, _, _ = _END_HEAD.unpack_from(data, at)
            if _FULL32 in (size,) or count == _FULL16:
                if data[max(0, at - 20) : at].startswith(_LOCATOR64):
                    return at
            elif size <= at and (data[at - size : at].startswith(_CENTRAL) if size else not count and len(data) < 1024):
                return at
    return None


def has_office_parts(data: bytes) -> bool:
    """An OOXML or ODF package (ISO/IEC 29500-2, OpenDocument 1.3 part 2), by the names in its directory."""
    try:
        return any(_OFFICE.fullmatch(member.name) for member in structure(data).members)
    except ValueError:
        return False


def structure(data: bytes) -> Structure:
    """Both tables, compared."""
    end = find_end(data)
    if end is None:
        raise ValueError("a zip without a directory")
    start, size, offset, count, doubtful, head = _directory(data, end)
    comment_size = int.from_bytes(data[end + 20 : end + 22], "little")
    comment = data[end + _END_HEAD.size : end + _END_HEAD.size + comment_size]
    shift = start - offset
    claimed = [(head, end + _END_HEAD.size + len(comment)), (start, start + size)]
    members: list[Member] = []
    at = start
    while at < start + size and data[at : at + 4] == _CENTRAL:
        member, local, at = _row(data, at, shift)
        if len(members) >= _MOST_ENTRIES:
            raise ValueError("too many members")
        data_start, agrees = _local(data, local, member)
        members.append(_placed(member, data_start))
        doubtful |= not agrees
        if data_start:
            after = _behind(data, data_start + member.packed, member)
            claimed.append((local, after))
    unclaimed, overlapping = _gaps(claimed, data)
    doubtful |= overlapping or bool(unclaimed) or shift != 0 or at != start + size or len(members) != count
    doubtful |= len({member.name for member in members}) != len(members)
    return Structure(tuple(members), unclaimed, comment, doubtful)


def _directory(data: bytes, end: int) -> tuple[int, int, int, int, bool, int]:
    """(start, size, stated offset, count, doubtful, where the end records begin)"""
    _, disk, other, here, count, size, offset, _ = _END_HEAD.unpack_from(data, end)
    locator = end - 20
    record = locator - _END64_HEAD.size
    doubtful = bool(disk or other) and (disk, other) != (_FULL16, _FULL16)
    doubtful |= here != count
    if locator < 0 or data[locator : locator + 4] != _LOCATOR64:
        if _FULL32 in (size, offset):
            raise ValueError("a zip64 without its records")
        return end - size, size, offset, count, doubtful, end
    # Readers differ in where they look for the record (CVE-2025-8291): only the one place where all find it is right.
    if record < 0 or data[record : record + 4] != _END64:
        raise ValueError("a zip64 record that is not where it must be")
    _, length, _, _, _, _, here, count64, size64, offset64 = _END64_HEAD.unpack_from(data, record)
    stated = int.from_bytes(data[locator + 8 : locator + 16], "little")
    doubtful |= length != _END64_HEAD.size - 12 or here != count64
    doubtful |= count not in (_FULL16, count64) or size not in (_FULL32, size64) or offset not in (_FULL32, offset64)
    if size64 > record:
        raise ValueError("a directory larger than the file")
    doubtful |= stated - offset64 != size64  # the record follows the directory
    return record - size64, size64, offset64, count64, doubtful, record


def _row(data: bytes, at: int, shift: int) -> tuple[Member, int, int]:
    """A row of the directory, where its local header is, and where the next row begins."""
    if at + _CENTRAL_HEAD.size > len(data):
        raise ValueError("a directory that is cut off")
    (_, _, _, flags, method, _, _, crc, packed, size, names, extras, comments, _, _, attributes, local) = (
        _CENTRAL_HEAD.unpack_from(data, at)
    )
    name_at = at + _CENTRAL_HEAD.size
    extra_at = name_at + names
    comment_at = extra_at + extras
    name, extra = data[name_at:extra_at], data[extra_at:comment_at]
    size, packed, local = _wide(extra, [size, packed, local])
    comment = data[comment_at : comment_at + comments]
    member = Member(name, flags, method, crc, packed, size, 0, comment, extra, attributes)
    return member, local + shift, comment_at + comments


def _wide(extra: bytes, values: list[int]) -> list[int]:
    """ZIP64 extended information (4.5.3): eight bytes for each value that is full, in this order."""
    wide = fields(extra).get(0x0001, b"")
    for number, value in enumerate(values):
        if value == _FULL32 and len(wide) >= 8:
            values[number] = int.from_bytes(wide[:8], "little")
            wide = wide[8:]
    return values


def fields(extra: bytes) -> dict[int, bytes]:
    """Extra fields by their id (4.5.1); the last of each."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        found[kind] = extra[at + 4 : at + 4 + size]
        at += 4 + size
    return found


def _local(data: bytes, at: int, member: Member) -> tuple[int, bool]:
    """(where the data begins, 0 for nowhere; whether the local header says the same as the row)."""
    if at < 0 or at + _LOCAL_HEAD.size > len(data) or data[at : at + 4] != _LOCAL:
        return 0, False
    _, _, flags, method, _, _, crc, packed, size, names, extras = _LOCAL_HEAD.unpack_from(data, at)
    name_at = at + _LOCAL_HEAD.size
    start = name_at + names + extras
    if start + member.packed > len(data):
        return 0, False
    extra = data[name_at + names : start]
    size, packed = _wide(extra, [size, packed])
    agrees = data[name_at : name_at + names] == member.name and method == member.method
    agrees &= not (flags ^ member.flags) & (ENCRYPTED | HAS_DESCRIPTOR | UTF8)
    if flags & HAS_DESCRIPTOR:
        agrees &= packed in (0, member.packed) and size in (0, member.size) and crc in (0, member.crc)
    else:
        agrees &= (packed, size, crc) == (member.packed, member.size, member.crc)
    unicode_path = fields(extra).get(0x7075, b"")
    return start, agrees and unicode_path == fields(member.extra).get(0x7075, b"")


def _placed(member: Member, start: int) -> Member:
    return Member(
        member.name,
        member.flags,
        member.method,
        member.crc,
        member.packed,
        member.size,
        start,
        member.comment,
        member.extra,
        member.attributes,
    )


def _behind(data: bytes, at: int, member: Member) -> int:
    """Where a member ends, with its data descriptor (4.3.9): with or without signature, sizes in 4 or 8 bytes."""
    if not member.flags & HAS_DESCRIPTOR:
        return at
    signed = data[at : at + 4] == _DESCRIPTOR
    for layout in ("<3L", "<L2Q"):
        begin = at + 4 * signed
        if begin + struct.calcsize(layout) <= len(data):
            crc, packed, size = struct.unpack_from(layout, data, begin)
            if (crc, packed, size) == (member.crc, member.packed, member.size):
                return begin + struct.calcsize(layout)
    return at


def _gaps(claimed: list[tuple[int, int]], data: bytes) -> tuple[tuple[tuple[int, int], ...], bool]:
    """Runs between the claimed ones that are more than padding, and whether two of the claimed ones overlap."""
    found: list[tuple[int, int]] = []
    overlapping = False
    at = 0
    for start, end in [*sorted(claimed), (len(data), len(data))]:
        overlapping |= start < at
        if start > at and data[at:start].strip(b"\0\r\n\t "):
            found.append((at, start))
        at = max(at, end)
    return tuple(found), overlapping
