"""Reads a zip (APPNOTE.TXT 6.3.10) member by member, in chunks, under limits, and says where programs would disagree.

Announced sizes are not believed: what comes out is counted. A zip can show one content to a program that trusts the
directory at its end and another to one that reads from the front, so both are walked and compared.

In: bytes. Out: `Member`s. Raises: TooMuch over a limit, Sealed for an encrypted member, Damaged for the rest.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

MOST_MEMBERS = 2000
MOST_BYTES = 200 * 1024 * 1024
MOST_RATIO = 200
_RATIO_FROM = 4 * 1024 * 1024
"""Below this size a ratio says nothing: an empty table compresses as well as a bomb."""
_CHUNK = 256 * 1024
_LOCAL = b"PK\x03\x04"
_LOCAL_SIZE = 30
_UTF8, _ENCRYPTED = 0x800, 0x1


class TooMuch(Exception):
    """More members, more bytes or a higher ratio than a file may have."""


class Sealed(Exception):
    """A member is encrypted."""


class Damaged(Exception):
    """Not a zip that can be read whole."""


@dataclass(frozen=True, slots=True)
class Member:
    """`names`: every reading of its name, the likeliest first. `notes`: comment and other text beside it."""

    names: tuple[str, ...] = field(repr=False)
    data: bytes = field(repr=False)
    is_folder: bool = False
    comment: bytes = field(default=b"", repr=False)


class Zip:
    """An opened zip. Raises Damaged where it has no directory, TooMuch where that is too long."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._file = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, struct.error, ValueError, OverflowError, NotImplementedError, EOFError) as error:
            raise Damaged from error
        self._entries = self._file.infolist()
        self.comment = self._file.comment
        if len(self._entries) > MOST_MEMBERS:
            raise TooMuch
        if self._overlaps():
            raise TooMuch

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
        for entry in self._entries:
            if entry.flag_bits & _ENCRYPTED:
                raise Sealed
            data = self._read(entry, left)
            left -= len(data)
            yield Member(_names(entry), data, entry.is_dir(), entry.comment)

    def disagreements(self) -> bool:
        """Whether another program could see other members: names given twice, members that the directory does not
        list or lists otherwise, bytes before the first or a second zip behind."""
        names = [entry.filename for entry in self._entries]
        if len(set(names)) != len(names):
            return True
        offsets = sorted(entry.header_offset for entry in self._entries)
        if offsets and offsets[0] != 0:
            return True
        listed = set(offsets)
        return any(offset not in listed for offset in self._local_headers()) or any(
            not self._local_agrees(entry) for entry in self._entries
        )

    def _read(self, entry: zipfile.ZipInfo, left: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            with self._file.open(entry) as member:
                while part := member.read(_CHUNK):
                    size += len(part)
                    if size > left or (size > _RATIO_FROM and size > MOST_RATIO * max(1, entry.compress_size)):
                        raise TooMuch
                    parts.append(part)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise Damaged from error
        except RuntimeError as error:  # zipfile's word for a password
            raise Sealed from error
        return b"".join(parts)

    def _overlaps(self) -> bool:
        """Members that share compressed bytes, as a bomb of many names for one kernel does."""
        end = 0
        for entry in sorted(self._entries, key=lambda entry: entry.header_offset):
            if entry.header_offset < end:
                return True
            end = entry.header_offset + _LOCAL_SIZE + entry.compress_size
        return False

    def _local_headers(self) -> Iterator[int]:
        """Where a member begins that is not inside the bytes of a listed one."""
        inside = sorted(
            (entry.header_offset, entry.header_offset + _LOCAL_SIZE + entry.compress_size) for entry in self._entries
        )
        number, at = 0, self._data.find(_LOCAL)
        while at >= 0:
            while number < len(inside) and inside[number][1] <= at:
                number += 1
            if number < len(inside) and inside[number][0] < at:
                at = inside[number][1] - 1
            else:
                yield at
            at = self._data.find(_LOCAL, at + 1)

    def _local_agrees(self, entry: zipfile.ZipInfo) -> bool:
        header = self._data[entry.header_offset : entry.header_offset + _LOCAL_SIZE]
        if len(header) < _LOCAL_SIZE or header[:4] != _LOCAL:
            return False
        flags, method = struct.unpack_from("<HH", header, 6)
        length = struct.unpack_from("<H", header, 26)[0]
        start = entry.header_offset + _LOCAL_SIZE
        raw = self._data[start : start + length]
        wanted = entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8 else "cp437", "replace")
        return bool(method == entry.compress_type and raw == wanted and not (flags ^ entry.flag_bits) & _ENCRYPTED)


def _names(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """A name without the UTF-8 flag is in whatever the packer's system used: GBK on most Chinese machines."""
    raw_name = entry.orig_filename
    if entry.flag_bits & _UTF8 or raw_name.isascii():
        return (raw_name,)
    raw = raw_name.encode("cp437", "replace")
    readings = []
    for charset in ("utf-8", "gb18030", "big5hkscs"):
        try:
            readings.append(raw.decode(charset))
        except UnicodeDecodeError:
            continue
    return tuple(dict.fromkeys([*readings, raw_name]))
