"""Writes a zip again with some members changed and all others as they were, byte for byte, in their order.

What is not changed is copied as it stands, packed, with its header and descriptor. A changed member keeps its name,
its times, its flags and its method, so a member that has to be stored stays so; one that was packed in another way than
by deflating is deflated.

In: a zip that `Zip` reads without a word against it, new bytes by the number of the member. Out: the new zip.
Raises ValueError for what cannot be written again: encrypted members, sizes in 64 bits, a directory that is not plain.
"""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from gateway.containers.layout import (
    ENCRYPTED,
    HAS_DESCRIPTOR,
    LOCAL,
    UNICODE_COMMENT,
    Local,
    end_of_member,
    extra_fields,
    local_header,
)

_ROW = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_ROW_MARK, _LOCAL_MARK, _END_MARK = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"
_WIDE = 0x0001
_FULL, _MOST = 0xFFFFFFFF, 0xFFFF
_DEFLATING = 20
"""The version of the format that a program needs to unpack what is deflated."""
_LEVELS = 0x6
"""Flags that say how hard a packer tried: of a changed member nothing is said."""


def repacked(data: bytes, changed: Mapping[int, bytes], *, without_comments: bool = False) -> bytes:
    """The zip with these members' new content."""
    if not changed and not without_comments:
        return data
    try:
        return _repacked(data, changed, without_comments)
    except (zipfile.BadZipFile, struct.error, OverflowError, EOFError) as error:
        raise ValueError("not a zip that can be written again") from error


def _repacked(data: bytes, changed: Mapping[int, bytes], without_comments: bool) -> bytes:
    file = zipfile.ZipFile(BytesIO(data))
    entries = file.infolist()
    if not all(0 <= number < len(entries) for number in changed) or len(entries) > _MOST:
        raise ValueError("no such member")
    out, rows = bytearray(), bytearray()
    row_at = file.start_dir
    for number, entry in enumerate(entries):
        fields = list(_ROW.unpack_from(data, row_at))
        if fields[0] != _ROW_MARK:
            raise ValueError("a directory that is not plain")
        name_at = row_at + _ROW.size
        extra_at = name_at + fields[10]
        comment_at = extra_at + fields[11]
        row_at = comment_at + fields[12]
        name, extra, comment = data[name_at:extra_at], data[extra_at:comment_at], data[comment_at:row_at]
        local = local_header(data, entry.header_offset)
        if local is None or fields[16] == _FULL:
            raise ValueError("a member that is not where the directory says")
        fields[16] = len(out)
        new = changed.get(number)
        if new is not None:
            if (local.flags | entry.flag_bits) & ENCRYPTED:
                raise ValueError("an encrypted member")
            header, packed, numbers = _written(data[entry.header_offset : local.start], local, new)
            out += header + packed
            fields[2] = max(fields[2], numbers[0])
            fields[3] = numbers[1]
            fields[4] = numbers[2]
            fields[7:10] = numbers[3:6]
            extra = _without(extra, _WIDE)
        else:
            if without_comments and UNICODE_COMMENT in (kind for kind, _ in extra_fields(local.extra)):
                raise ValueError("a comment in front of a member")
            out += data[entry.header_offset : end_of_member(data, entry, local)]
        if without_comments:
            comment, extra = b"", _without(extra, UNICODE_COMMENT)
        fields[11], fields[12] = len(extra), len(comment)
        rows += _ROW.pack(*fields) + name + extra + comment
    said = b"" if without_comments else file.comment
    if len(out) + len(rows) >= _FULL:
        raise ValueError("a zip of more than four gigabytes")
    end = _END.pack(_END_MARK, 0, 0, len(entries), len(entries), len(rows), len(out), len(said))
    return bytes(out) + bytes(rows) + end + said


def _written(header: bytes, local: Local, new: bytes) -> tuple[bytes, bytes, tuple[int, ...]]:
    """A member's header and packed bytes; and for its row: version, flags, method, sum and sizes."""
    fields = list(LOCAL.unpack_from(header))
    method = zipfile.ZIP_STORED if local.method == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
    if method == zipfile.ZIP_STORED:
        packed = new
    else:
        machine = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = machine.compress(new) + machine.flush()
    version = fields[1] if method == zipfile.ZIP_STORED else max(fields[1], _DEFLATING)
    flags = fields[2] & ~(HAS_DESCRIPTOR | _LEVELS)
    extra = _without(local.extra, _WIDE)
    numbers = (version, flags, method, zlib.crc32(new), len(packed), len(new))
    made = LOCAL.pack(_LOCAL_MARK, *numbers[:3], *fields[4:6], *numbers[3:], len(local.name), len(extra))
    return made + local.name + extra, packed, numbers


def _without(extra: bytes, kind: int) -> bytes:
    """Extra fields but for one kind; as they were where there is none of it."""
    fields = list(extra_fields(extra))
    if kind not in (one for one, _ in fields):
        return extra
    return b"".join(struct.pack("<2H", one, len(body)) + body for one, body in fields if one not in (kind, -1))
