"""Writes a zip again with some members changed; every byte of the others stays, packed as they were.

A member that gets new content or a new name keeps its place, times, attributes and method: stored stays stored (the
`mimetype` of an ODF document has to be), whatever else is deflated. A zip that two programs could read differently is
not written: which of the readings should stay?

In: a zip that `zips.Zip` reads, and changes by the number of a member in the directory at its end, from 0.
Out: the new bytes, the same ones where nothing changes. Raises ValueError for a change that has no place.
"""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

from gateway.containers.layout import (
    ENCRYPTED,
    HAS_DESCRIPTOR,
    LOCAL,
    UNICODE_COMMENT,
    UNICODE_NAME,
    UTF8,
    extra_fields,
    is_strange,
    local_header,
    member_end,
)

_ROW = struct.Struct("<4s6H3L5H2L")
_ROW_MARK, _END_MARK, _END64_MARK, _LOCATOR_MARK = b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_FULL = 0xFFFFFFFF
_LONGEST = 0xFFFF
_HOW_HARD = 0x6
"""Flags that say how hard a deflater tried."""
_WIDE = 0x0001
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_VERSION = 20
"""Of the format, from which on there are folders and deflated members."""


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What becomes of one member. None: it stays as it is. `comment=False` takes its comments out."""

    data: bytes | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    comment: bool = True


@dataclass(frozen=True, slots=True)
class _DirectoryRow:
    """A member's row in the directory, as its fields stand there."""

    fields: tuple[int, ...]
    name: bytes = field(repr=False)
    extra: bytes = field(repr=False)
    comment: bytes = field(repr=False)


def rewritten_zip(data: bytes, changes: Mapping[int, MemberChange], comment: bool = True) -> bytes:
    """The zip with those members changed. `comment=False` takes the comment of the whole zip out."""
    if not changes and comment:
        return data
    try:
        with zipfile.ZipFile(BytesIO(data)) as file:
            entries, directory = file.infolist(), file.start_dir
        rows = _rows(data, directory, len(entries))
    except (zipfile.BadZipFile, struct.error, OverflowError, NotImplementedError, EOFError) as error:
        raise ValueError("no zip that can be read whole") from error
    if any(not 0 <= number < len(entries) for number in changes) or is_strange(data, entries, directory):
        raise ValueError("no such member, or a zip that programs read differently")
    out = bytearray()
    made: dict[int, _DirectoryRow] = {}
    at = 0
    for number in sorted(range(len(entries)), key=lambda number: entries[number].header_offset):
        entry, row = entries[number], rows[number]
        if row.fields[_OFFSET] not in (entry.header_offset, _FULL):
            raise ValueError("places that are counted from elsewhere")
        local = local_header(data, entry.header_offset)
        assert local is not None, "is_strange has looked at it"
        end = member_end(data, entry, local)
        out += data[at : entry.header_offset]
        change = changes.get(number, MemberChange())
        start = len(out)
        if change.data is None and change.name is None:
            out += data[entry.header_offset : end]
        else:
            head, row = _changed(data[entry.header_offset : local.start], row, change)
            packed, row, head = (
                (data[local.start : end], row, head) if change.data is None else _packed(change.data, row, head, entry)
            )
            out += head + packed
        if not change.comment:
            row = _DirectoryRow(row.fields, row.name, _without(row.extra, UNICODE_COMMENT), b"")
        made[number] = _moved(row, start)
        at = end
    out += data[at:directory]
    begin = len(out)
    for number in range(len(entries)):
        out += _row_bytes(made[number])
    return bytes(out) + _end(data, directory, rows, begin, len(out) - begin, comment)


_FLAGS, _METHOD, _CRC, _PACKED, _SIZE, _OFFSET = 2, 3, 6, 7, 8, 15
"""Places in a row, behind its mark."""


def _rows(data: bytes, at: int, count: int) -> list[_DirectoryRow]:
    rows = []
    for _ in range(count):
        mark, *fields = _ROW.unpack_from(data, at)
        if mark != _ROW_MARK:
            raise ValueError("a directory that breaks off")
        names, extras, comments = fields[9:12]
        at += _ROW.size
        behind = at + names + extras
        rows.append(
            _DirectoryRow(
                tuple(fields), data[at : at + names], data[at + names : behind], data[behind : behind + comments]
            )
        )
        at = behind + comments
    return rows


def _row_bytes(row: _DirectoryRow) -> bytes:
    fields = (*row.fields[:9], len(row.name), len(row.extra), len(row.comment), *row.fields[12:])
    return _ROW.pack(_ROW_MARK, *fields) + row.name + row.extra + row.comment


def _changed(head: bytes, row: _DirectoryRow, change: MemberChange) -> tuple[bytes, _DirectoryRow]:
    """Header and row under the new name, which both say in UTF-8 where it is more than ASCII."""
    if change.name is None:
        return head, row
    name = change.name.encode()
    if not name or len(name) > _LONGEST or "\0" in change.name:
        raise ValueError("no name for a member")
    mark, version, flags, *fields = LOCAL.unpack_from(head)
    size, _ = fields[-2:]
    extra = _without(head[LOCAL.size + size :], UNICODE_NAME)
    spoken = flags & ~UTF8 | (0 if change.name.isascii() else UTF8)
    if row.comment and not row.comment.isascii() and (spoken ^ row.fields[_FLAGS]) & UTF8:
        raise ValueError("a comment in a character set that the name would change")
    new = LOCAL.pack(mark, version, spoken, *fields[:-2], len(name), len(extra)) + name + extra
    return new, _DirectoryRow(_with(row.fields, _FLAGS, spoken), name, _without(row.extra, UNICODE_NAME), row.comment)


def _packed(
    content: bytes, row: _DirectoryRow, head: bytes, entry: zipfile.ZipInfo
) -> tuple[bytes, _DirectoryRow, bytes]:
    """New content, and row and header that speak of it: sizes in front of it, whatever was there before."""
    if entry.flag_bits & ENCRYPTED:
        raise ValueError("an encrypted member")
    method = zipfile.ZIP_STORED if entry.compress_type == zipfile.ZIP_STORED or entry.is_dir() else _METHODS[1]
    packed = content
    if method != zipfile.ZIP_STORED:
        machine = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = machine.compress(content) + machine.flush()
    numbers = (zlib.crc32(content), len(packed), len(content))
    flags = row.fields[_FLAGS] & ~(HAS_DESCRIPTOR | _HOW_HARD)
    fields = _with(row.fields, _FLAGS, flags)
    fields = (*fields[:_METHOD], method, *fields[_METHOD + 1 : _CRC], *numbers, *fields[_SIZE + 1 :])
    mark, version, _, _, time, date, *_, size, _ = LOCAL.unpack_from(head)
    name, extra = head[LOCAL.size : LOCAL.size + size], _without(head[LOCAL.size + size :], _WIDE)
    if fields[_OFFSET] != _FULL:  # else the field says where the member is
        row = _DirectoryRow(fields, row.name, _without(row.extra, _WIDE), row.comment)
    else:
        row = _DirectoryRow(_with(fields, _OFFSET, 0), row.name, _without(row.extra, _WIDE), row.comment)
    new = LOCAL.pack(mark, max(version, _VERSION), flags, method, time, date, *numbers, len(name), len(extra))
    return packed, row, new + name + extra


def _moved(row: _DirectoryRow, start: int) -> _DirectoryRow:
    """The row of a member that begins there."""
    if row.fields[_OFFSET] != _FULL:
        return _DirectoryRow(_with(row.fields, _OFFSET, start), row.name, row.extra, row.comment)
    extra = bytearray()
    before = 8 * sum(row.fields[which] == _FULL for which in (_SIZE, _PACKED))
    for kind, body in extra_fields(row.extra):
        if kind == _WIDE:
            body = body[:before] + struct.pack("<Q", start) + body[before + 8 :]
        extra += struct.pack("<2H", kind, len(body)) + body
    return _DirectoryRow(row.fields, row.name, bytes(extra), row.comment)


def _with(fields: tuple[int, ...], place: int, value: int) -> tuple[int, ...]:
    return (*fields[:place], value, *fields[place + 1 :])


def _without(extra: bytes, unwanted: int) -> bytes:
    """Extra fields but for those of one kind; the same bytes where there is none."""
    found = list(extra_fields(extra))
    if all(kind != unwanted for kind, _ in found):
        return extra
    return b"".join(struct.pack("<2H", kind, len(body)) + body for kind, body in found if kind != unwanted)


def _end(data: bytes, directory: int, rows: list[_DirectoryRow], begin: int, size: int, comment: bool) -> bytes:
    """What stands behind the directory, with the place and size of the new one."""
    at = directory + sum(len(_row_bytes(row)) for row in rows)
    out = bytearray()
    if data.startswith(_END64_MARK, at):
        record = bytearray(data[at : at + 56])
        struct.pack_into("<2Q", record, 40, size, begin)
        locator = bytearray(data[at + 56 : at + 76])
        struct.pack_into("<Q", locator, 8, begin + size)
        out += record + locator
        at += 76
    record = bytearray(data[at : at + 22])
    if len(record) < 22 or not record.startswith(_END_MARK):
        raise ValueError("a directory that does not end")
    if struct.unpack_from("<L", record, 12)[0] != _FULL:
        struct.pack_into("<L", record, 12, size)
    if struct.unpack_from("<L", record, 16)[0] != _FULL:
        struct.pack_into("<L", record, 16, begin)
    if not comment:
        struct.pack_into("<H", record, 20, 0)
        return bytes(out + record)
    return bytes(out + record) + data[at + 22 :]
