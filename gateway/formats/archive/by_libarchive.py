"""Archives that the standard library does not know, opened by libarchive where the system has it: 7z, rar, cab, iso,
lha, cpio, ar; streams of lz4, lzip, lzop and compress.

Only ever called in a reader's jail: libarchive is C, and using its Python binding outside its `with` block ends the
interpreter. Only the one format that the bytes begin with is switched on. Comments of RAR, which WinRAR shows and
libarchive passes over, are found by `rar`.

In: the archive, its kind. Out: `ArchiveEntry`s. Raises Unopenable where libarchive is missing, and what
`containers.zips` raises.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.containers.zips import MOST_BYTES, MOST_MEMBERS, MOST_RATIO, ArchiveTooLarge, Damaged, EncryptedMember

try:
    import libarchive
    from libarchive.exception import ArchiveError
except Exception:  # no such library on this system, in whatever way its loading fails
    libarchive = None

    class ArchiveError(Exception):  # type: ignore[no-redef]  # in the place of the other
        """Never raised."""


_FORMATS = {"7z": "7zip", "rar": "rar", "rar5": "rar5", "cab": "cab", "iso": "iso9660", "lha": "lha", "cpio": "cpio",
            "ar": "ar"}  # fmt: skip
_STREAMS = {"lz4": "lz4", "lzip": "lzip", "lzop": "lzop", "compress": "compress"}
_BLOCK = 256 * 1024
_RATIO_FROM = 8 * 1024 * 1024


class Unopenable(Exception):
    """Nothing here opens it."""


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """`name` as text, or bytes in whatever character set; `data` None for what is no file."""

    name: str | bytes = field(repr=False)
    link: str | bytes = field(default="", repr=False)
    data: bytes | None = field(default=None, repr=False)


def can_open(kind: str) -> bool:
    """Whether this is one of ours, whatever the system has."""
    return kind in _FORMATS or kind in _STREAMS


def entries(data: bytes, kind: str, locked: Sequence[bool] = ()) -> Iterator[ArchiveEntry]:
    """The members; of those that are locked the names alone, for libarchive gives noise for some, or stops."""
    if libarchive is None:
        raise Unopenable
    format_, filter_ = _FORMATS.get(kind, "raw"), _STREAMS.get(kind, "none")
    left = MOST_BYTES
    try:
        with libarchive.memory_reader(data, format_, filter_) as archive:
            for number, entry in enumerate(archive):
                if number == MOST_MEMBERS:
                    raise ArchiveTooLarge
                shut = number < len(locked) and locked[number]
                content = b"" if shut else _content(entry, left, len(data))  # whatever kind of file it says it is
                left -= len(content)
                yield ArchiveEntry(
                    entry.pathname or "", entry.linkpath or "", None if entry.isdir and not content else content
                )
    except ArchiveError as error:
        raise (EncryptedMember if _is_sealed(error) else Damaged) from None


def _content(entry: Any, left: int, packed: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in entry.get_blocks(_BLOCK):
        size += len(part)
        if size > left or (size > _RATIO_FROM and size > MOST_RATIO * packed):
            raise ArchiveTooLarge
        parts.append(part)
    return b"".join(parts)


def _is_sealed(error: ArchiveError) -> bool:
    """libarchive tells it in words alone."""
    words = str(getattr(error, "msg", "")).lower()
    return "encrypt" in words or "passphrase" in words or "password" in words
