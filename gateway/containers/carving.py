"""Files inside bytes of no known structure, found by their signatures (file carving).

A block that an office program keeps for itself is not understood here, and holds no file of its own. Whoever puts one
in leaves its first bytes. So a block that is known by name and shape is carved before it is passed over. Packed data is
tried: a header of two bytes stands in any noise, and nothing but packed data unpacks.

In: bytes. Out: where a file begins. Nothing is raised.
"""

import re
import zlib
from collections.abc import Iterator

MOST = 16
_SIGNATURES = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff[\xdb\xc0-\xc4\xe0-\xef\xfe][\x00-\x3f]|GIF8[79]a|RIFF.{4}WEBP"
    rb"|BM.{4}\x00{4}.{2}\x00\x00[\x0c\x28\x34\x38\x40\x6c\x7c]\x00{3}|II\*\x00[\x08-\xff]\x00|MM\x00\*\x00\x00"
    rb"|.{4}ftyp(?:avi[fs]|hei[cfmsx]|hev[cmsx]|mif1|msf1|mp4|isom|M4A|qt  )"
    rb"|%PDF-|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\{\\rtf|<svg[ >]| EMF\x00\x00\x01\x00|\xd7\xcd\xc6\x9a"
    rb"|PK\x03\x04.\x00|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\xfd7zXZ\x00|BZh[1-9]1AY&SY|\x28\xb5\x2f\xfd|MSCF\x00{4}"
    rb"|\x1f\x8b\x08[\x00-\x1f]|\x78[\x01\x5e\x9c\xda]",
    re.DOTALL,
)
_GZIP, _ZLIB = b"\x1f\x8b", b"\x78"
_TRIED, _PROVED = 4096, 512
"""Bytes that are tried to be unpacked, and how many must come out where no end was reached: of noise a few do."""
_MOST_TRIED = 4000


def carved(data: bytes) -> Iterator[int]:
    """Where files begin, at most `MOST`, the first ones."""
    found = tried = 0
    for match in _SIGNATURES.finditer(data):
        if match[0].startswith((_GZIP, _ZLIB)):
            tried += 1
            if tried <= _MOST_TRIED and not _unpacks(data, match.start()):
                continue
        yield match.start()
        found += 1
        if found == MOST:
            return


def _unpacks(data: bytes, at: int) -> bool:
    try:
        machine = zlib.decompressobj(zlib.MAX_WBITS | 32)  # either header
        out = machine.decompress(data[at : at + _TRIED], _TRIED)
    except zlib.error:
        return False
    return (machine.eof and bool(out)) or len(out) >= _PROVED
