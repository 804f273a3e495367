"""Which kind of archive some bytes are, by their first ones; a tar by the checksum of its first header.

In: bytes. Out: a word for a kind that is opened, "other" for one that is not, "" for no archive.
"""

import re
from typing import Literal

from gateway.formats import Rank
from gateway.packing.zips import Damaged, TooMuch, Zip

Kind = Literal["zip", "tar", "gzip", "bzip2", "xz", "other", ""]

_STARTS: tuple[tuple[re.Pattern[bytes], Kind], ...] = (
    (re.compile(rb"PK\x03\x04|PK\x05\x06"), "zip"),
    (re.compile(rb"\x1f\x8b"), "gzip"),
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)"), "bzip2"),
    (re.compile(rb"\xfd7zXZ\x00"), "xz"),
    (
        re.compile(
            rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|PK\x07\x08|PK00PK|MSCF|ISc\(|\x60\xea|.{2}-l[hz][0-9sd]-|.{7}\*\*ACE\*\*"
            rb"|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|LZIP|\x1f[\x9d\xa0]|\x89LZO|!<arch>\n|xar!|0707(?:01|02|07)"
            rb"|\xd0\xcf\x11\xe0MSI|WARC/|zPQ|ZOO |KDMV|conectix|vhdxfile|.{32769}CD001",
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
    except (Damaged, TooMuch):
        return False
    return "[Content_Types].xml" in names or ("mimetype" in names and "content.xml" in names)


def _is_tar(header: bytes) -> bool:
    if len(header) < _BLOCK or not header[0]:
        return False
    stated = header[148:156].strip(b" \0")
    if not re.fullmatch(rb"[0-7]{1,7}", stated):
        return False
    return int(stated, 8) == sum(header[:148]) + 8 * 32 + sum(header[156:])
