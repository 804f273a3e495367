"""Encrypted RAR archives of the format before 5 (RAR 3 and 4): the same archive in clear, for whoever unpacks it.

Headers as in RAR's technical note of 1.5 to 4; AES-128-CBC under a key of 2^18 rounds of SHA-1. What RAR 1 and 2
encrypted stays shut. Nothing says whether a password fits but the checksums: of a header where those are encrypted,
else of the unpacked files.

In: the archive, a password. Out: `Opened`, or None where it does not fit. Raises ValueError (struct.error, IndexError)
for what is no such archive or is not known here.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator

from gateway.formats.archive.sealed_rar5 import Check, Opened, decrypted
from gateway.formats.archive.trailers import is_comment, is_read, old_service_name

MAGIC = b"Rar!\x1a\x07\x00"
_MAIN, _FILE, _SERVICE, _END = 0x73, 0x74, 0x7A, 0x7B
_SEALED_HEADS, _PACKED_COMMENT, _SPLIT, _SEALED, _LARGE, _SALTED, _LONG = 0x80, 0x02, 0x03, 0x04, 0x100, 0x400, 0x8000
_FIXED = 32
_STORED, _FIRST_AES = 0x30, 29
_MOST_BLOCKS = 20_000
_ROUNDS, _SHARE = 1 << 18, 1 << 14
_MOST_KEYS = 200
"""Of one archive, over all passwords: each takes some hundredths of a second."""


class Rar4Keys:
    """Keys and vectors by password and salt. Raises ValueError above the number that there may be."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], tuple[bytes, bytes]] = {}

    def of(self, password: str, salt: bytes) -> tuple[bytes, bytes]:
        known = (password, salt)
        if known not in self._known:
            if len(self._known) >= _MOST_KEYS:
                raise ValueError("too much work")
            self._known[known] = _key(password, salt)
        return self._known[known]


def opened(data: bytes, password: str, keys: Rar4Keys) -> Opened | None:
    """See above."""
    parts, checks, end, unread = [MAGIC], list[Check | None](), len(MAGIC), False
    for head, content, behind in _blocks(data, password, keys):
        if head is None:
            return None
        end = behind
        kind, flags = struct.unpack_from("<BH", head, 2)
        if kind == _MAIN:
            head = _with_flags(head, flags & ~_SEALED_HEADS)
        elif kind in (_FILE, _SERVICE):
            if kind == _SERVICE and not is_comment(name := old_service_name(head)):
                unread |= not is_read(name)
                continue
            head, content, check = _in_clear(head, content, password, keys)
            if kind == _FILE:
                checks.append(check)
        parts += [head, content]
    return Opened(b"".join((*parts, data[end:])), tuple(checks), unread)


def _blocks(data: bytes, password: str, keys: Rar4Keys) -> Iterator[tuple[bytes | None, bytes, int]]:
    """Headers, what follows each, and where the next one begins; None for one that the password does not open."""
    at, sealed = len(MAGIC), False
    for _ in range(_MOST_BLOCKS):
        if at + 7 > len(data):
            return
        if sealed:
            key, vector = keys.of(password, data[at : at + 8])
            first = decrypted(data[at + 8 : at + 24], key, vector)
            size = struct.unpack_from("<H", first, 5)[0]
            length = -(-size // 16) * 16
            if at + 8 + length > len(data):
                yield None, b"", at
                return
            head = decrypted(data[at + 8 : at + 8 + length], key, vector)[:size]
            at += 8 + length
        else:
            size = struct.unpack_from("<H", data, at + 5)[0]
            head = data[at : at + size]
            at += size
        if size < 7 or len(head) != size or not _is_sound(head):
            if sealed:
                yield None, b"", at
                return
            raise ValueError("a damaged header")
        kind, flags = struct.unpack_from("<BH", head, 2)
        length = 0
        if flags & _LONG or kind in (_FILE, _SERVICE):
            length = struct.unpack_from("<L", head, 7)[0]
        if kind in (_FILE, _SERVICE) and (flags & _SPLIT or flags & _LARGE):
            raise ValueError("a part of an archive, or a file that is too large")
        if at + length > len(data):
            raise ValueError("a damaged block")
        yield head, data[at : at + length], at + length
        at += length
        sealed = sealed or (kind == _MAIN and bool(flags & _SEALED_HEADS))
        if kind == _END:
            return
    raise ValueError("too many blocks")


def _is_sound(head: bytes) -> bool:
    kind, flags = struct.unpack_from("<BH", head, 2)
    length = len(head)
    if kind == _MAIN and flags & _PACKED_COMMENT:
        length = 13
    return head[:2] == struct.pack("<H", zlib.crc32(head[2:length]) & 0xFFFF)


def _in_clear(head: bytes, content: bytes, password: str, keys: Rar4Keys) -> tuple[bytes, bytes, Check | None]:
    kind, flags = struct.unpack_from("<BH", head, 2)
    size, crc = struct.unpack_from("<L", head, 11)[0], struct.unpack_from("<L", head, 16)[0]
    version, method, name = head[24], head[25], struct.unpack_from("<H", head, 26)[0]
    is_folder = flags & 0xE0 == 0xE0
    check = None if is_folder or kind != _FILE else Check(crc)
    if not flags & _SEALED:
        return head, content, check
    if version < _FIRST_AES or not flags & _SALTED or len(content) % 16:
        raise ValueError("encrypted in a way of before RAR 3")
    salt_at = _FIXED + name
    key, vector = keys.of(password, head[salt_at : salt_at + 8])
    content = decrypted(content, key, vector) if content else b""
    if method == _STORED:
        if not 0 <= len(content) - size < 16:
            raise ValueError("more than fills up the last block")
        content = content[:size]
    head = head[:7] + struct.pack("<L", len(content)) + head[11:salt_at] + head[salt_at + 8 :]
    return _with_flags(head, flags & ~(_SEALED | _SALTED)), content, check


def _with_flags(head: bytes, flags: int) -> bytes:
    body = head[2:3] + struct.pack("<HH", flags, len(head)) + head[7:]
    return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body


def _key(password: str, salt: bytes) -> tuple[bytes, bytes]:
    seed = password.encode("utf-16-le", "replace") + salt
    digest, vector = hashlib.sha1(usedforsecurity=False), bytearray()
    step = 1 << 10
    for start in range(0, _ROUNDS, step):
        if start % _SHARE == 0:
            first = digest.copy()
            first.update(seed + start.to_bytes(3, "little"))
            vector.append(first.digest()[19])
        digest.update(b"".join([seed + count.to_bytes(3, "little") for count in range(start, start + step)]))
    words = struct.unpack(">4L", digest.digest()[:16])
    return struct.pack("<4L", *words), bytes(vector)
