"""Looks through a tar (POSIX.1-2017 pax, GNU's additions) for bytes that `tarfile` passes over.

A name ends at its NUL and a member's last block goes on behind it; packers fill both with zeros. Where a pax record
gives a member another size than its header, programs take different blocks for headers (CVE-2025-62518).

In: the file. Out: whether there are such bytes. Nothing is raised; what cannot be followed is `tarfile`'s to refuse.
"""

import re
import tarfile

_BLOCK = 512
_TEXTS = ((0, 100), (157, 257), (265, 297), (297, 329))
_PREFIX, _NUMBERS_FROM = (345, 500), 329
_NUMBERS = re.compile(rb"[0-7 \0]*")
_SIZE = re.compile(rb"(?:^|\n)\d+ size=(\d{1,20})\n")
_WITHOUT_DATA = frozenset((b"1", b"2", b"3", b"4", b"5", b"6"))


def hides_bytes(data: bytes) -> bool:
    at = 0
    said: int | None = None
    while at + _BLOCK <= len(data) and data[at : at + _BLOCK].strip(b"\0"):
        header = data[at : at + _BLOCK]
        try:
            size = 0 if header[156:157] in _WITHOUT_DATA else tarfile.TarInfo.frombuf(header, "utf-8", "replace").size
        except tarfile.HeaderError:
            return False
        if _behind_texts(header) or (said is not None and said != size):
            return True
        end = at + _BLOCK + size
        body = data[at + _BLOCK : end]
        at += _BLOCK + -(-size // _BLOCK) * _BLOCK
        if data[end:at].strip(b"\0"):
            return True
        kind = header[156:157]
        if kind in (b"L", b"K"):
            if body.partition(b"\0")[2].strip(b"\0"):
                return True
        elif kind in (b"x", b"X"):
            found = _SIZE.search(body)
            said = int(found[1]) if found else None
        elif kind != b"g":
            said = None
    return False


def _behind_texts(header: bytes) -> bool:
    for begin, end in _TEXTS:
        if header[begin:end].partition(b"\0")[2].strip(b"\0"):
            return True
    if header[257:263] != b"ustar\0":  # GNU has times and places there, the oldest kind nothing
        return not _NUMBERS.fullmatch(header, _NUMBERS_FROM)
    behind = header[_PREFIX[0] : _PREFIX[1]].partition(b"\0")[2] + header[_PREFIX[1] :].removesuffix(b"tar\0")
    return not _NUMBERS.fullmatch(behind)
