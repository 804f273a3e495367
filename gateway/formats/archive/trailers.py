"""Where a 7z or RAR ends, and what a RAR says besides its files.

7-Zip's format description (7zFormat.txt), RAR 5.0's technical note, RAR's of 1.5 to 4 (headers of HEAD_TYPE 0x72 to
0x7B). WinRAR shows an archive's comment in a box beside its files. Old comments are packed in a way that nothing here
undoes.

In: the archive. Out: `Told`. Nothing is raised; what cannot be followed is libarchive's to refuse.
"""

import struct
from dataclasses import dataclass, field

_RAR5, _RAR4 = b"Rar!\x1a\x07\x01\x00", b"Rar!\x1a\x07\x00"
_FILE, _SERVICE, _SEALED, _END = 2, 3, 4, 5
_OLD_COMMENT, _OLD_FILE, _OLD_SERVICE, _OLD_END, _OLD_MAIN = 0x75, 0x74, 0x7A, 0x7B, 0x73
_STORED_OLD = 0x30
_LONG = 0x8000
_MOST_BLOCKS = 20_000
_COMMENT = b"CMT"
_REPEATS = (b"QO", b"RR")
"""Services that say nothing new: a copy of the headers for a quick start, and what repairs damage."""


@dataclass(frozen=True, slots=True)
class Told:
    """`comments` as stored; `unread` where one is packed, or where there is a service that nothing here reads, as an
    NTFS stream is; `sealed` where headers are encrypted. `locked`: for each file, whether it is."""

    end: int
    comments: tuple[bytes, ...] = field(default=(), repr=False)
    unread: bool = False
    sealed: bool = False
    locked: tuple[bool, ...] = ()


def seven_zip(data: bytes) -> Told:
    if len(data) < 32:
        return Told(len(data))
    offset, size = struct.unpack_from("<2Q", data, 12)
    return Told(min(len(data), 32 + offset + size))


def rar(data: bytes) -> Told:
    try:
        return _new(data) if data.startswith(_RAR5) else _old(data)
    except (IndexError, struct.error, ValueError):
        return Told(len(data))


def number(data: bytes, at: int) -> tuple[int, int]:
    """A number of RAR 5 and where it ends: seven bits a byte, the lowest first."""
    value = shift = 0
    while shift < 70:
        value |= (data[at] & 0x7F) << shift
        at += 1
        if not data[at - 1] & 0x80:
            return value, at
        shift += 7
    raise ValueError("a number without end")


def _new(data: bytes) -> Told:
    at, comments, packed, locked = len(_RAR5), list[bytes](), False, list[bool]()
    for _ in range(_MOST_BLOCKS):
        if at >= len(data):
            return Told(at, tuple(comments), packed, locked=tuple(locked))
        size, start = number(data, at + 4)
        kind, behind = number(data, start)
        flags, behind = number(data, behind)
        extra = 0
        if flags & 1:
            extra, behind = number(data, behind)
        content = 0
        if flags & 2:
            content, behind = number(data, behind)
        body = start + size
        if kind == _FILE:
            locked.append(_is_encrypted(data[max(start, body - extra) : body]))
        if kind == _SEALED:
            return Told(len(data), tuple(comments), packed, sealed=True)
        if kind == _SERVICE and (name := service_name(data[start:body])) == _COMMENT:
            _, behind = number(data, behind)  # flags of the file
            unpacked, behind = number(data, behind)
            if unpacked == content:
                comments.append(data[body : body + content])
            else:
                packed = True
        elif kind == _SERVICE and name not in _REPEATS:
            packed = True
        at = body + content
        if kind == _END:
            break
    return Told(at, tuple(comments), packed, locked=tuple(locked))


def service_name(head: bytes) -> bytes:
    """The name of a service of RAR 5 by its header, from the kind on. Raises: IndexError, ValueError."""
    _, at = number(head, 0)
    flags, at = number(head, at)
    for flag in (1, 2):  # sizes of the extra area and of the data
        if flags & flag:
            _, at = number(head, at)
    of_file, at = number(head, at)
    for _ in range(2):  # size, attributes
        _, at = number(head, at)
    at += 4 * bool(of_file & 2) + 4 * bool(of_file & 4)  # time, checksum
    for _ in range(2):  # how it is packed, the system
        _, at = number(head, at)
    size, at = number(head, at)
    return head[at : at + size]


def old_service_name(head: bytes) -> bytes:
    """The name of a service of RAR 3 or 4 by its header. Raises: struct.error."""
    at = 32 + 8 * bool(struct.unpack_from("<H", head, 3)[0] & 0x100)
    return head[at : at + struct.unpack_from("<H", head, 26)[0]]


def is_comment(name: bytes) -> bool:
    """Whether a service of that name is the archive's comment."""
    return name == _COMMENT


def is_read(name: bytes) -> bool:
    """Whether a service of that name is read, or repeats what is."""
    return is_comment(name) or name in _REPEATS


def _is_encrypted(extra: bytes) -> bool:
    """Whether one of the records behind a header says so."""
    at = 0
    while at < len(extra):
        size, at = number(extra, at)
        if number(extra, at)[0] == 1:
            return True
        at += max(1, size)
    return False


def _old(data: bytes) -> Told:
    at, comments, packed, locked = len(_RAR4), list[bytes](), False, list[bool]()
    for _ in range(_MOST_BLOCKS):
        if at + 7 > len(data):
            return Told(len(data), tuple(comments), packed, locked=tuple(locked))
        _, kind, flags, size = struct.unpack_from("<HBHH", data, at)
        if size < 7:
            return Told(len(data), tuple(comments), packed, locked=tuple(locked))
        content = struct.unpack_from("<L", data, at + 7)[0] if flags & _LONG or kind in (_OLD_FILE, _OLD_SERVICE) else 0
        if kind == _OLD_MAIN and flags & 0x80:
            return Told(len(data), tuple(comments), packed, sealed=True)
        if kind == _OLD_FILE:
            locked.append(bool(flags & 0x04))
        if kind == _OLD_MAIN and flags & 0x02:
            packed = True
        if kind == _OLD_SERVICE and (name := old_service_name(data[at : at + size])) == _COMMENT:
            if data[at + 25] == _STORED_OLD:
                comments.append(data[at + size : at + size + content])
            else:
                packed = True
        elif kind == _OLD_SERVICE and name not in _REPEATS:
            packed = True
        at += size + content
        if kind == _OLD_END:
            break
    return Told(at, tuple(comments), packed, locked=tuple(locked))
