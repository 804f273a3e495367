"""Encrypted RAR archives, opened with one of some passwords: decrypted here, unpacked by libarchive.

In: the archive, passwords. Out: the archive in clear, its members. Raises what `containers.zips` and `by_libarchive`
raise; EncryptedMember where no password opens all of it, or it is encrypted in a way that is not known here.
"""

import struct
from collections.abc import Iterator, Sequence

from gateway.containers.password_limit import MOST_STRETCHED
from gateway.containers.zips import Damaged, EncryptedMember
from gateway.formats.archive import sealed_rar4, sealed_rar5
from gateway.formats.archive.by_libarchive import ArchiveEntry, entries
from gateway.formats.archive.sealed_rar5 import Opened


def unlocked(data: bytes, kind: str, passwords: Sequence[str]) -> tuple[bytes, list[ArchiveEntry], bool]:
    """The archive in clear, which has its comments, its members, and whether a service in it was not read."""
    for opened in _opened(data, passwords[:MOST_STRETCHED]):
        try:
            members = list(entries(opened.data, kind))
        except (Damaged, EncryptedMember):  # a wrong password, of which only the checksums know
            continue
        if _fits(members, opened):
            return opened.data, members, opened.unread
    raise EncryptedMember


def _opened(data: bytes, passwords: Sequence[str]) -> Iterator[Opened]:
    try:
        if data.startswith(sealed_rar5.MAGIC):
            found = sealed_rar5.opened(data, passwords)
            if found is not None:
                yield found
            return
        keys = sealed_rar4.Rar4Keys()
        for password in passwords:
            found = sealed_rar4.opened(data, password, keys)
            if found is not None:
                yield found
    except (ValueError, IndexError, struct.error):
        return


def _fits(members: Sequence[ArchiveEntry], opened: Opened) -> bool:
    if len(members) != len(opened.checks):
        return False
    return all(
        check is None or member.data is None or check.fits(member.data)
        for member, check in zip(members, opened.checks, strict=True)
    )
