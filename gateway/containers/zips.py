"""Reads a zip (APPNOTE.TXT 6.3.10) member by member, in chunks, under limits, and says where programs would disagree.

Announced sizes are not believed: what comes out is counted. A zip can show one content to a program that trusts the
directory at its end and another to one that reads from the front, so both are compared (`layout`).

In: bytes. Out: `Member`s. Raises: ArchiveTooLarge over a limit, EncryptedMember for an encrypted member, Strange for a
member with more in it than comes out, Damaged for the rest.
"""

import bz2
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO

import pyzipper

from gateway.containers.layout import (
    ENCRYPTED,
    LOCAL,
    UNICODE_COMMENT,
    UNICODE_NAME,
    UTF8,
    extra_fields,
    is_strange,
    local_header,
    raw_name,
)

MOST_MEMBERS = 2000
MOST_BYTES = 200 * 1024 * 1024
MOST_RATIO = 200
_RATIO_FROM = 4 * 1024 * 1024
"""Below this size a ratio says nothing: an empty table compresses as well as a bomb."""
_CHUNK = 256 * 1024
_STRONG, _MASKED = 0x40, 0x2000
_LZMA = 14
_MOST_TRIES = 6000
"""Passwords on members, of one archive: a millisecond each."""


class ArchiveTooLarge(Exception):
    """More members, more bytes or a higher ratio than a file may have."""


class EncryptedMember(Exception):
    """A member is encrypted."""


class Damaged(Exception):
    """Not a zip that can be read whole."""


class Strange(Damaged):
    """A member whose packed bytes go on behind the end of what they unpack to."""


@dataclass(frozen=True, slots=True)
class Member:
    """`names`: every reading of its name, the likeliest first. `comment`: a line for each that it has."""

    names: tuple[str, ...] = field(repr=False)
    data: bytes = field(repr=False)
    is_folder: bool = False
    comment: bytes = field(default=b"", repr=False)


class Zip:
    """An opened zip, and what may open its members (ZipCrypto, and AES as WinZip writes it). Raises Damaged where it
    has no directory, ArchiveTooLarge where that is too long."""

    def __init__(self, data: bytes, passwords: Sequence[str] = ()) -> None:
        self._data = data
        self._tries = 0
        self._passwords = [spelt for password in passwords for spelt in spellings(password)]
        try:
            self._file = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, struct.error, ValueError, OverflowError, NotImplementedError, EOFError) as error:
            raise Damaged from error
        self._entries = self._file.infolist()
        self.comment = self._file.comment
        if len(self._entries) > MOST_MEMBERS:
            raise ArchiveTooLarge
        if self._overlaps():
            raise ArchiveTooLarge

    def names(self) -> tuple[str, ...]:
        """As the directory at the end has them."""
        return tuple(entry.filename for entry in self._entries)

    def all_names(self) -> Iterator[tuple[str, ...]]:
        """Every reading of every member's name: they can be read where the members cannot."""
        for entry in self._entries:
            yield _names(entry)

    def members(self) -> Iterator[Member]:
        """All of them, read whole."""
        left = MOST_BYTES
        for number, entry in enumerate(self._entries):
            if entry.flag_bits & (_STRONG | _MASKED):
                raise EncryptedMember
            data = self._unlocked(number, left) if entry.flag_bits & ENCRYPTED else self._read(entry, left)
            left -= len(data)
            yield Member(_names(entry), data, entry.filename.endswith("/"), _comment(entry))

    def disagreements(self) -> bool:
        """Whether another program could see something else: names given twice, members that the directory does not
        list or lists otherwise, bytes before, between or behind that belong to nothing."""
        names = [entry.filename for entry in self._entries]
        if len(set(names)) != len(names) or any(entry.compress_type == _LZMA for entry in self._entries):
            return True  # of LZMA alone it cannot be told where it ends
        return is_strange(self._data, self._entries, self._file.start_dir)

    @cached_property
    def _locked(self) -> pyzipper.AESZipFile:
        return pyzipper.AESZipFile(BytesIO(self._data))

    def _unlocked(self, number: int, left: int) -> bytes:
        """An encrypted member. One password mostly fits all: the last that did is tried first. Raises:
        EncryptedMember."""
        for password in tuple(self._passwords):
            self._tries += 1
            if self._tries > _MOST_TRIES:
                raise EncryptedMember
            data = self._opened(number, password, left)
            if data is not None:
                self._passwords.remove(password)
                self._passwords.insert(0, password)
                return data
        raise EncryptedMember

    def _opened(self, number: int, password: bytes, left: int) -> bytes | None:
        """None where the password does not fit: its check is short, and only the sum at the end is sure."""
        parts: list[bytes] = []
        size = 0
        try:
            entry = self._locked.infolist()[number]
            with self._locked.open(entry, pwd=password) as member:
                while part := member.read(_CHUNK):
                    size += len(part)
                    if size > left or (size > _RATIO_FROM and size > MOST_RATIO * max(1, entry.compress_size)):
                        raise ArchiveTooLarge
                    parts.append(part)
                rest = getattr(member, "_decompressor", None)
                if member._compress_left or getattr(rest, "unused_data", b"").strip(b"\0"):
                    raise Strange
        except (zlib.error, EOFError, NotImplementedError, OSError, ValueError, IndexError, struct.error):
            return None
        except (zipfile.BadZipFile, pyzipper.BadZipFile, RuntimeError):
            return None
        return b"".join(parts) if size == entry.file_size else None

    def _read(self, entry: zipfile.ZipInfo, left: int) -> bytes:
        parts: list[bytes] = []
        size = crc = 0
        try:
            for part in self._unpacked(entry):
                size += len(part)
                if size > left or (size > _RATIO_FROM and size > MOST_RATIO * max(1, entry.compress_size)):
                    raise ArchiveTooLarge
                crc = zlib.crc32(part, crc)
                parts.append(part)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise Damaged from error
        except RuntimeError as error:  # zipfile's word for a password
            raise EncryptedMember from error
        if size != entry.file_size or crc != entry.CRC:
            raise Damaged
        return b"".join(parts)

    def _unpacked(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """In chunks. Not by `zipfile` where it would pass over what stands behind the packed data's own end."""
        local = local_header(self._data, entry.header_offset)
        if local is None or local.start + entry.compress_size > len(self._data):
            raise EOFError
        packed = memoryview(self._data)[local.start : local.start + entry.compress_size]
        if not packed and not entry.file_size:
            return  # an empty file, whatever method it names
        match entry.compress_type:
            case zipfile.ZIP_STORED:
                yield bytes(packed)
            case zipfile.ZIP_DEFLATED:
                yield from _inflated(packed)
            case zipfile.ZIP_BZIP2:
                yield from _bunzipped(packed)
            case _:
                with self._file.open(entry) as member:
                    while part := member.read(_CHUNK):
                        yield part

    def _overlaps(self) -> bool:
        """Members that share compressed bytes, as a bomb of many names for one kernel does."""
        end = 0
        for entry in sorted(self._entries, key=lambda entry: entry.header_offset):
            if entry.header_offset < end:
                return True
            end = entry.header_offset + LOCAL.size + entry.compress_size
        return False


def is_document(names: Sequence[str]) -> bool:
    """Whether a zip of these is an office document: it has the one member that every such package has."""
    if "[Content_Types].xml" in names:
        return True
    return "mimetype" in names and ("content.xml" in names or "encrypted-package" in names)


def spellings(password: str) -> tuple[bytes, ...]:
    """As packers write it: in UTF-8, or as Chinese machines do."""
    spelt = dict.fromkeys((password.encode("utf-8", "ignore"), password.encode("gb18030", "ignore")))
    return tuple(one for one in spelt if one)


def _inflated(packed: memoryview) -> Iterator[bytes]:
    machine = zlib.decompressobj(-15)
    for at in range(0, len(packed), _CHUNK):
        feed: bytes = bytes(packed[at : at + _CHUNK])
        while feed and not machine.eof:
            yield machine.decompress(feed, _CHUNK)
            feed = machine.unconsumed_tail
        if machine.eof:
            _ends(machine.unused_data, packed[at + _CHUNK :])
            return
    while part := machine.decompress(b"", _CHUNK):
        yield part
    if not machine.eof:
        raise EOFError


def _bunzipped(packed: memoryview) -> Iterator[bytes]:
    machine = bz2.BZ2Decompressor()
    at = 0
    while not machine.eof:
        feed = b""
        if machine.needs_input:
            feed = bytes(packed[at : at + _CHUNK])
            at += len(feed)
            if not feed:
                raise EOFError
        yield machine.decompress(feed, _CHUNK)
    _ends(machine.unused_data, packed[at:])


def _ends(unused: bytes, rest: memoryview) -> None:
    if unused.strip(b"\0") or bytes(rest).strip(b"\0"):
        raise Strange


def _names(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """A name without the UTF-8 flag is in whatever the packer's system used: GBK on most Chinese machines."""
    plain = entry.orig_filename
    readings = [plain] if entry.flag_bits & UTF8 or plain.isascii() else [*_decoded(raw_name(entry)), plain]
    for kind, body in extra_fields(entry.extra):
        if kind == UNICODE_NAME:
            readings = [*_said(body), *readings]
    return tuple(dict.fromkeys(readings))


def _comment(entry: zipfile.ZipInfo) -> bytes:
    """With the one that is said to be UTF-8, as UTF-8 where there is such a one."""
    said = [text for kind, body in extra_fields(entry.extra) if kind == UNICODE_COMMENT for text in _said(body)]
    if not said:
        return entry.comment
    return "\n".join(dict.fromkeys([*said, *_decoded(entry.comment)])).encode()


def _said(body: bytes) -> tuple[str, ...]:
    """What a field that must be UTF-8 says, behind a version and a checksum (sections 4.6.8 and 4.6.9)."""
    return tuple(_decoded(body[5:]))[:1]


def _decoded(raw: bytes) -> Iterator[str]:
    for charset in ("utf-8", "gb18030", "big5hkscs"):
        try:
            yield raw.decode(charset)
        except UnicodeDecodeError:
            continue
