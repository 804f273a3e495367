"""Encrypted 7z archives, opened with one of some passwords; libarchive opens only those that are not encrypted.

In: the archive, passwords. Out: `Entry`s. Raises what `packing.zips` raises; Sealed where none of them fits.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO

import py7zr
from py7zr.io import Py7zIO, WriterFactory

from gateway.errors import is_our_own
from gateway.formats.archive.foreign import Entry
from gateway.packing.zips import MOST_BYTES, MOST_MEMBERS, Damaged, Sealed, TooMuch

_MOST_PASSWORDS = 24
"""Each is stretched by half a million rounds of SHA-256, a third of a second."""


class _Content(Py7zIO):
    """A member's bytes. It counts what goes into all of them."""

    def __init__(self, spent: list[int]) -> None:
        self.data = bytearray()
        self._spent = spent

    def write(self, s: bytes | bytearray) -> int:
        self._spent[0] += len(s)
        if self._spent[0] > MOST_BYTES:
            raise TooMuch
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
        self.by_name: dict[str, _Content] = {}
        self._spent = [0]

    def create(self, filename: str) -> Py7zIO:
        content = self.by_name[filename] = _Content(self._spent)
        return content


def unlocked(data: bytes, passwords: Sequence[str]) -> Iterator[Entry]:
    """The members, in their order."""
    for password in passwords[:_MOST_PASSWORDS]:
        try:
            found = _opened(data, password)
        except (TooMuch, Damaged, MemoryError):
            raise
        except Exception as error:  # what comes out of a wrong password is noise, on which any step of py7zr may fail
            if is_our_own(error):
                raise
            continue
        yield from found
        return
    raise Sealed


def _opened(data: bytes, password: str) -> list[Entry]:
    with py7zr.SevenZipFile(BytesIO(data), password=password, max_extract_size=MOST_BYTES) as archive:
        listed = archive.list()
        if len(listed) > MOST_MEMBERS:
            raise TooMuch
        if len({one.filename for one in listed}) != len(listed):
            raise Damaged  # of two of one name only one would be seen
        contents = _Contents()
        try:
            archive.extract(factory=contents)
        except py7zr.DecompressionBombError as error:
            raise TooMuch from error
    entries = []
    for one in listed:
        content = contents.by_name.get(one.filename)
        if content is None and not one.is_directory:
            raise Damaged
        entries.append(Entry(one.filename, data=None if content is None else bytes(content.data)))
    return entries
