"""Encrypted 7z archives, opened with one of some passwords; libarchive opens only those that are not encrypted.

In: the archive, passwords. Out: `ArchiveEntry`s. Raises what `containers.zips` raises; EncryptedMember where none of
them fits.
"""

import struct
from collections.abc import Iterator, Sequence
from io import BytesIO

import py7zr
from py7zr.io import Py7zIO, WriterFactory

from gateway.containers.zips import MOST_BYTES, MOST_MEMBERS, ArchiveTooLarge, Damaged, EncryptedMember
from gateway.errors import is_our_own
from gateway.formats.archive.by_libarchive import ArchiveEntry

_MOST_PASSWORDS = 24
"""Each is stretched by half a million rounds of SHA-256, a third of a second."""
_USUAL_POWER = 19
_AES = b"\x06\xf1\x07\x01"


class _MemberBuffer(Py7zIO):
    """A member's bytes. It counts what goes into all of them."""

    def __init__(self, spent: list[int]) -> None:
        self.data = bytearray()
        self._spent = spent

    def write(self, s: bytes | bytearray) -> int:
        self._spent[0] += len(s)
        if self._spent[0] > MOST_BYTES:
            raise ArchiveTooLarge
        self.data += s
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        return bytes(self.data if size is None else self.data[:size])

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def flush(self) -> None:
        pass

    def size(self) -> int:
        return len(self.data)


class _Contents(WriterFactory):
    def __init__(self) -> None:
        self.by_name: dict[str, _MemberBuffer] = {}
        self._spent = [0]

    def create(self, filename: str) -> Py7zIO:
        content = self.by_name[filename] = _MemberBuffer(self._spent)
        return content


def unlocked(data: bytes, passwords: Sequence[str]) -> Iterator[ArchiveEntry]:
    """The members, in their order."""
    most = _affordable(max(_powers_in(_header(data)), default=0))
    for password in passwords[:most]:
        try:
            found = _opened(data, password)
        except (ArchiveTooLarge, Damaged, EncryptedMember, MemoryError):
            raise
        except Exception as error:  # what comes out of a wrong password is noise, on which any step of py7zr may fail
            if is_our_own(error):
                raise
            continue
        yield from found
        return
    raise EncryptedMember


def _affordable(power: int) -> int:
    """How many passwords may be tried where each takes 2^power rounds: the archive says how many, and a stranger wrote
    it."""
    return _MOST_PASSWORDS >> max(0, power - _USUAL_POWER)


def _header(data: bytes) -> bytes:
    if len(data) < 32:
        return b""
    offset, size = struct.unpack_from("<2Q", data, 12)
    return data[32 + offset : 32 + offset + size]


def _powers_in(header: bytes) -> Iterator[int]:
    """Of the keys that a header names which is not packed itself; any bytes that look like one count too."""
    at = header.find(_AES)
    while at >= 0 and at + 5 < len(header):
        yield header[at + 5] & 0x3F
        at = header.find(_AES, at + 1)


def _powers_of(archive: py7zr.SevenZipFile) -> Iterator[int]:
    """Of the keys of its members."""
    streams = archive.header.main_streams
    for folder in () if streams is None else streams.unpackinfo.folders:
        for coder in folder.coders:
            if coder["method"] == _AES and coder["properties"]:
                yield coder["properties"][0] & 0x3F


def _opened(data: bytes, password: str) -> list[ArchiveEntry]:
    with py7zr.SevenZipFile(BytesIO(data), password=password, max_extract_size=MOST_BYTES) as archive:
        if not _affordable(max(_powers_of(archive), default=0)):
            raise EncryptedMember
        listed = archive.list()
        if len(listed) > MOST_MEMBERS:
            raise ArchiveTooLarge
        if len({one.filename for one in listed}) != len(listed):
            raise Damaged  # of two of one name only one would be seen
        contents = _Contents()
        try:
            archive.extract(factory=contents)
        except py7zr.DecompressionBombError as error:
            raise ArchiveTooLarge from error
    entries = []
    for one in listed:
        content = contents.by_name.get(one.filename)
        if content is None and not one.is_directory:
            raise Damaged
        entries.append(ArchiveEntry(one.filename, data=None if content is None else bytes(content.data)))
    return entries
