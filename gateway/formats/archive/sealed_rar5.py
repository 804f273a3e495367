"""Encrypted RAR 5 archives: the same archive in clear, for whoever unpacks it.

After RAR 5.0's technical note (headers, encryption record, AES-256-CBC, PBKDF2-HMAC-SHA256). Nothing is unpacked here.
Blocks that only repeat or repair others (quick open, recovery) are left out.

In: the archive, passwords. Out: `Opened`, or None where none fits. Raises ValueError (struct.error, IndexError) for
what is no such archive or is not known here.
"""

import hashlib
import hmac
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from gateway.formats.archive.trailers import is_comment, is_read, number, service_name

MAGIC = b"Rar!\x1a\x07\x01\x00"
_FILE, _SERVICE, _SEALED, _END = 2, 3, 4, 5
_EXTRA, _DATA, _SPLIT = 0x01, 0x02, 0x18
_TIME, _CRC = 0x02, 0x04
_ENCRYPTION, _HASH = 0x01, 0x02
_CHECKED, _TWEAKED = 0x01, 0x02
_BLOCK = 16
_MOST_BLOCKS = 20_000
_MOST_HEADER = 2 * 1024 * 1024
_WORK = 24 << 15
"""Rounds for the keys of one archive; a program writes 2^15."""


@dataclass(frozen=True, slots=True)
class Check:
    """By which the unpacked bytes of a file are known to be right."""

    crc: int
    key: bytes = field(default=b"", repr=False)

    def fits(self, data: bytes) -> bool:
        crc = zlib.crc32(data)
        if not self.key:
            return crc == self.crc
        mixed = 0
        for at, octet in enumerate(hmac.digest(self.key, struct.pack("<L", crc), "sha256")):
            mixed ^= octet << (at & 3) * 8
        return mixed == self.crc


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive without encryption. `checks`: one for each of its files, None where there is none. `unread`: there
    was a service in it that nothing here reads."""

    data: bytes = field(repr=False)
    checks: tuple[Check | None, ...]
    unread: bool = False


class Rar5Keys:
    """Keys by password and salt, as many as the work allows. Raises ValueError above it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes, int], tuple[bytes, bytes, bytes]] = {}
        self._left = _WORK

    def of(self, password: str, salt: bytes, power: int) -> tuple[bytes, bytes, bytes]:
        """The key, that of checksums, and what the password is checked by."""
        if power > 24:
            raise ValueError("more rounds than there may be")
        known = (password, salt, power)
        if known not in self._known:
            rounds = 1 << power
            self._left -= rounds
            if self._left < 0:
                raise ValueError("too much work")
            said = password.encode("utf-8", "replace")
            keys = tuple(hashlib.pbkdf2_hmac("sha256", said, salt, rounds + more) for more in (0, 16, 32))
            self._known[known] = keys[0], keys[1], _folded(keys[2])
        return self._known[known]


def opened(data: bytes, passwords: Sequence[str]) -> Opened | None:
    """See above."""
    keys = Rar5Keys()
    for password in passwords:
        found = _opened_with(data, password, keys)
        if found is not None:
            return found
    return None


def _opened_with(data: bytes, password: str, keys: Rar5Keys) -> Opened | None:
    parts, checks, end, unread = [MAGIC], list[Check | None](), len(MAGIC), False
    for block in _blocks(data, password, keys):
        if block is None:
            return None
        end = block.end
        if block.kind == _SERVICE and not is_comment(name := service_name(block.head)):
            unread |= not is_read(name)
            continue
        if block.kind in (_FILE, _SERVICE):
            clear = _in_clear(block, password, keys)
            if clear is None:
                return None
            made, check = clear
            parts += made
            if block.kind == _FILE:
                checks.append(check)
        else:
            parts += [_written(block.head), block.data]
    return Opened(b"".join((*parts, data[end:])), tuple(checks), unread)


@dataclass(frozen=True, slots=True)
class _RarBlock:
    """`head`: all of it behind its size. `end`: where the next one begins."""

    kind: int
    flags: int
    head: bytes
    data: bytes
    end: int


def _blocks(data: bytes, password: str, keys: Rar5Keys) -> Iterator[_RarBlock | None]:
    """None where the headers are encrypted and the password does not fit."""
    at, key = len(MAGIC), b""
    for _ in range(_MOST_BLOCKS):
        if at >= len(data):
            return
        if key:
            head, at = _decrypted_head(data, at, key)
        else:
            size, start = number(data, at + 4)
            head = data[start : start + size]
            if zlib.crc32(data[at + 4 : start + size]) != struct.unpack_from("<L", data, at)[0] or len(head) != size:
                raise ValueError("a damaged header")
            at = start + size
        kind, behind = number(head, 0)
        flags, behind = number(head, behind)
        if flags & _EXTRA:
            _, behind = number(head, behind)
        length = 0
        if flags & _DATA:
            length, behind = number(head, behind)
        if kind == _SEALED:
            found = _header_key(head, behind, password, keys)
            if found is None:
                yield None
                return
            key = found
            continue
        if flags & _SPLIT or at + length > len(data):
            raise ValueError("a part of an archive")
        yield _RarBlock(kind, flags, head, data[at : at + length], at + length)
        at += length
        if kind == _END:
            return
    raise ValueError("too many blocks")


def _header_key(head: bytes, at: int, password: str, keys: Rar5Keys) -> bytes | None:
    _, at = number(head, at)
    flags, at = number(head, at)
    power, salt = head[at], head[at + 1 : at + 17]
    key, _, check = keys.of(password, salt, power)
    if not flags & _CHECKED:
        raise ValueError("a password that cannot be checked")
    return key if hmac.compare_digest(head[at + 17 : at + 25], check) else None


def _decrypted_head(data: bytes, at: int, key: bytes) -> tuple[bytes, int]:
    vector, at = data[at : at + _BLOCK], at + _BLOCK
    first = decrypted(data[at : at + _BLOCK], key, vector)
    size, start = number(first, 4)
    if size > _MOST_HEADER:
        raise ValueError("a header that is too long")
    length = -(-(start + size) // _BLOCK) * _BLOCK
    clear = decrypted(data[at : at + length], key, vector)
    if len(clear) != length or zlib.crc32(clear[4 : start + size]) != struct.unpack_from("<L", clear)[0]:
        raise ValueError("a damaged header")
    return clear[start : start + size], at + length


def _in_clear(block: _RarBlock, password: str, keys: Rar5Keys) -> tuple[list[bytes], Check | None] | None:
    """The block anew, and how its file is checked. None where the password does not fit."""
    head = block.head
    _, at = number(head, 0)
    _, at = number(head, at)
    extra_size = 0
    if block.flags & _EXTRA:
        extra_size, at = number(head, at)
    if block.flags & _DATA:
        _, at = number(head, at)
    fields, extra = head[at : len(head) - extra_size], head[len(head) - extra_size :]
    file_flags, behind = number(fields, 0)
    size, behind = number(fields, behind)
    attributes = behind
    _, behind = number(fields, behind)
    stamp = 4 if file_flags & _TIME else 0
    crc_at = behind + stamp
    crc = struct.unpack_from("<L", fields, crc_at)[0] if file_flags & _CRC else None
    method, _ = number(fields, crc_at + (4 if crc is not None else 0))
    kept, how = b"", None
    for kind, record, whole in _records(extra):
        if kind == _ENCRYPTION:
            how = record
        else:
            kept += b"" if kind == _HASH else whole
    if how is None:
        check = None if crc is None else Check(crc)
        return [_written(head), block.data], check
    found = _data_in_clear(block.data, how, password, keys)
    if found is None:
        return None
    data, key = found
    end = _end_of_blocks(data) if method >> 7 & 7 else size
    if not 0 <= len(data) - end < _BLOCK:
        raise ValueError("more than fills up the last block")
    data = data[:end]
    if block.kind == _SERVICE and 0 <= len(data) - (zero := data.find(b"\0")) <= _BLOCK and zero >= 0:
        data, size = data[:zero], zero  # a comment, of which what fills it up is counted as its own
    rest = fields[attributes:crc_at] + fields[crc_at + (4 if crc is not None else 0) :]
    fields = _vint(file_flags & ~_CRC) + _vint(size) + rest
    flags = (block.flags | _DATA) & ~_EXTRA | (_EXTRA if kept else 0)
    new = _vint(block.kind) + _vint(flags) + (_vint(len(kept)) if kept else b"") + _vint(len(data)) + fields + kept
    return [_written(new), data], None if crc is None else Check(crc, key)


def _end_of_blocks(data: bytes) -> int:
    """Where the packed data end, and what it was filled up with for the cipher begins: unpackers take it for more."""
    at = 0
    while True:
        flags, check = data[at], data[at + 1]
        count = (flags >> 3 & 3) + 1
        size = data[at + 2 : at + 2 + count]
        mixed = 0x5A ^ flags
        for octet in size:
            mixed ^= octet
        if count > 3 or mixed != check:
            raise ValueError("no packed data")
        at += 2 + count + int.from_bytes(size, "little")
        if at > len(data):
            raise ValueError("no packed data")
        if flags & 0x40:
            return at


def _data_in_clear(data: bytes, how: bytes, password: str, keys: Rar5Keys) -> tuple[bytes, bytes] | None:
    """With the key of the checksum, empty where that is a plain one."""
    _, at = number(how, 0)
    flags, at = number(how, at)
    power, salt, vector = how[at], how[at + 1 : at + 17], how[at + 17 : at + 33]
    if len(vector) != _BLOCK or len(data) % _BLOCK or not flags & _CHECKED:
        raise ValueError("a password that cannot be checked")
    key, tweak, check = keys.of(password, salt, power)
    if not hmac.compare_digest(how[at + 33 : at + 41], check):
        return None
    return decrypted(data, key, vector), tweak if flags & _TWEAKED else b""


def _records(extra: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    at = 0
    while at < len(extra):
        size, start = number(extra, at)
        kind, behind = number(extra, start)
        if not size or start + size > len(extra):
            raise ValueError("a damaged record")
        yield kind, extra[behind : start + size], extra[at : start + size]
        at = start + size


def _written(head: bytes) -> bytes:
    body = _vint(len(head)) + head
    return struct.pack("<L", zlib.crc32(body)) + body


def _vint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*made, value))


def decrypted(data: bytes, key: bytes, vector: bytes) -> bytes:
    """The octets of whole blocks in clear (AES, CBC), as RAR from 3 on encrypts them."""
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def _folded(key: bytes) -> bytes:
    check = bytearray(8)
    for at, octet in enumerate(key):
        check[at % 8] ^= octet
    return bytes(check)
