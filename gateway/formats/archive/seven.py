"""Encrypted 7z archives, opened with one of some passwords; libarchive opens only those that are not encrypted.

In: the archive, passwords. Out: `ArchiveEntry`s. Raises what `containers.zips` raises; EncryptedMember where none of
them fits.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import py7zr
from py7zr import compressor
from py7zr.io import Py7zIO, WriterFactory

from gateway.containers.password_limit import MOST_STRETCHED
from gateway.containers.zips import MOST_BYTES, MOST_MEMBERS, ArchiveTooLarge, Damaged, EncryptedMember
from gateway.errors import is_our_own
from gateway.formats.archive.by_libarchive import ArchiveEntry

_MOST_ROUNDS = MOST_STRETCHED << 19
"""For all keys of one archive: a password is usually stretched by 2^19 rounds of SHA-256, a third of a second."""
DERIVES = "calculate_key"
"""What py7zr calls for each folder."""
_AS_IT_IS = 0x3F
"""The power that says that a password is not stretched."""
_MOST_OPENED = 2 * MOST_BYTES
"""Bytes that come out with all passwords together: with a wrong one a small file may give noise without end."""


class _MemberBuffer(Py7zIO):
    """A member's bytes. What goes into all of them is counted."""

    def __init__(self, spend: Callable[[int], None]) -> None:
        self.data = bytearray()
        self._spend = spend

    def write(self, s: bytes | bytearray) -> int:
        self._spend(len(s))
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


@dataclass(slots=True)
class _OutputBudget:
    """How many bytes may still come out of one archive, with whatever password."""

    left: int


class _Contents(WriterFactory):
    def __init__(self, opened: _OutputBudget) -> None:
        self.by_name: dict[str, _MemberBuffer] = {}
        self._opened, self._left = opened, MOST_BYTES

    def create(self, filename: str) -> Py7zIO:
        content = self.by_name[filename] = _MemberBuffer(self._spend)
        return content

    def _spend(self, count: int) -> None:
        self._left -= count
        self._opened.left -= count
        if self._left < 0 or self._opened.left < 0:
            raise ArchiveTooLarge


def unlocked(data: bytes, passwords: Sequence[str]) -> Iterator[ArchiveEntry]:
    """The members, in their order."""
    opened = _OutputBudget(_MOST_OPENED)
    with _kept_keys():
        for password in passwords[:MOST_STRETCHED]:
            try:
                found = _members(data, password, opened)
            except (ArchiveTooLarge, Damaged, EncryptedMember, MemoryError):
                raise
            except Exception as error:  # from a wrong password comes noise, on which any step of py7zr may fail
                if is_our_own(error):
                    raise
                continue
            break
        else:
            raise EncryptedMember
    yield from found


class _Keys:
    """Derives each key once, and no more keys than one archive may cost.

    An archive has a key for each folder of members, usually the same one three hundred times. How many rounds each
    takes the archive says, and a stranger wrote it.
    """

    def __init__(self, derive: Callable[[bytes, int, bytes, str], bytes]) -> None:
        self._derive, self._left = derive, _MOST_ROUNDS
        self._known: dict[tuple[bytes, int, bytes, str], bytes] = {}

    def __call__(self, password: bytes, power: int, salt: bytes, digest: str) -> bytes:
        asked = password, power, salt, digest
        if asked not in self._known:
            self._left -= 1 if power == _AS_IT_IS else 1 << power
            if self._left < 0:
                raise EncryptedMember
            self._known[asked] = self._derive(password, power, salt, digest)
        return self._known[asked]


@contextmanager
def _kept_keys() -> Iterator[None]:
    """While it lasts py7zr, which derives a key for each folder anew, asks us. A reader has one thread."""
    before = getattr(compressor, DERIVES)
    setattr(compressor, DERIVES, _Keys(before))
    try:
        yield
    finally:
        setattr(compressor, DERIVES, before)


def _members(data: bytes, password: str, opened: _OutputBudget) -> list[ArchiveEntry]:
    with py7zr.SevenZipFile(BytesIO(data), password=password, max_extract_size=MOST_BYTES) as archive:
        listed = archive.list()
        if len(listed) > MOST_MEMBERS:
            raise ArchiveTooLarge
        if len({one.filename for one in listed}) != len(listed):
            raise Damaged  # of two of one name only one would be seen
        contents = _Contents(opened)
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
