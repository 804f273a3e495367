"""Which kind of archive some bytes are, by their first ones; a tar by the checksum of its first header.

In: bytes. Out: a word for a kind that is opened, "other" for one that is not, "" for no archive.
"""

import re
from typing import Literal

from gateway.containers.zips import ArchiveTooLarge, Damaged, Zip, is_document
from gateway.formats import Rank

Kind = Literal[
    "zip", "tar", "gzip", "bzip2", "xz", "zstd", "7z", "rar", "rar5", "cab", "iso", "lha", "cpio", "ar", "lz4",
    "lzip", "lzop", "compress", "other", "",
]  # fmt: skip

_STARTS: tuple[tuple[re.Pattern[bytes], Kind], ...] = (
    (re.compile(rb"PK\x03\x04|PK\x05\x06"), "zip"),
    (re.compile(rb"\x1f\x8b"), "gzip"),
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)"), "bzip2"),
    (re.compile(rb"\xfd7zXZ\x00"), "xz"),
    (re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), "zstd"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "7z"),
    (re.compile(rb"Rar!\x1a\x07\x01\x00"), "rar5"),
    (re.compile(rb"Rar!\x1a\x07\x00"), "rar"),
    (re.compile(rb"MSCF\x00\x00\x00\x00"), "cab"),
    (re.compile(rb".{2}-l[hz][0-9sd]-", re.DOTALL), "lha"),
    (re.compile(rb"0707(?:01|02|07)[0-9A-Fa-f]{6}"), "cpio"),
    (re.compile(rb"!<arch>\n"), "ar"),
    (re.compile(rb"\x04\x22\x4d\x18"), "lz4"),
    (re.compile(rb"LZIP\x01"), "lzip"),
    (re.compile(rb"\x89LZO\x00"), "lzop"),
    (re.compile(rb"\x1f\x9d"), "compress"),
    (re.compile(rb".{32769}CD001", re.DOTALL), "iso"),
    (
        re.compile(
            rb"7z\xbc\xaf|Rar!|PK\x07\x08|PK00PK|MSCF|ISc\(|\x60\xea|.{7}\*\*ACE\*\*"
            rb"|LZIP|\x1f\xa0|\x89LZO|xar!|0707(?:01|02|07)"
            rb"|WARC/|zPQ|ZOO |KDMV|conectix|vhdxfile|RE~\^",
            re.DOTALL,
        ),
        "other",
    ),
)
_BLOCK = 512


def kind_of(data: bytes) -> Kind:
    for pattern, kind in _STARTS:
        if pattern.match(data):
            return kind
    return "tar" if _is_tar(data[:_BLOCK]) else ""


def sniff(data: bytes) -> Rank:
    """A zip may be a document of another kind, which is then surer of it."""
    kind = kind_of(data)
    if kind == "zip" and _is_document(data):
        return "maybe"
    return "sure" if kind else "no"


def _is_document(data: bytes) -> bool:
    try:
        names = Zip(data).names()
    except (Damaged, ArchiveTooLarge):
        return False
    return is_document(names)


def _is_tar(header: bytes) -> bool:
    if len(header) < _BLOCK or not header[0]:
        return False
    stated = header[148:156].strip(b" \0")
    if not re.fullmatch(rb"[0-7]{1,7}", stated):
        return False
    return int(stated, 8) == sum(header[:148]) + 8 * 32 + sum(header[156:])
