"""Pictures in the drawings of old Office files (MS-ODRAW 2.2.21 to 2.2.31), found by the headers of their records.

A record says its kind and length; one or two digests stand in front of the picture. Metafiles are packed.

In: bytes of a stream. Out: (where in it, its bytes, the picture). Nothing is raised.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from gateway.containers.bitmaps import bitmap_file

_HEADER = re.compile(rb"(?=(..[\x1a-\x1f\x29\x2a]\xf0....))", re.DOTALL)
_METAFILES, _PICT = frozenset((0xF01A, 0xF01B, 0xF01C)), 0xF01C
_DEFLATED, _MOST_METAFILE = 0, 32 * 1024 * 1024
_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8", b"\x28\0\0\0", b"BM")
_BITMAP = 0xF01F
_DIGEST = 16


def pictures(data: bytes) -> Iterator[tuple[int, int, str, bytes]]:
    """(begin, end, kind, picture): kind `metafile`, `pict` for QuickDraw's, `sealed` for what does not
    unpack, else `picture`."""
    behind = 0
    for match in _HEADER.finditer(data):
        at = match.start()
        if at < behind:
            continue
        _, kind, size = struct.unpack("<2HL", match[1])
        body = data[at + 8 : at + 8 + size]
        if len(body) != size or size < _DIGEST + 1:
            continue
        if kind in _METAFILES:
            head = next((start for start in (_DIGEST, 2 * _DIGEST) if _is_metafile(body, start)), None)
            if head is not None:
                behind = at + 8 + size
                metafile = _unpacked(body[head:])
                how = "pict" if kind == _PICT else "sealed" if metafile is None else "metafile"
                yield at, behind, how, metafile or b""
            continue
        for digests in (1, 2):
            picture = body[digests * _DIGEST + 1 :]
            if picture.startswith(_STARTS):
                behind = at + 8 + size
                yield at, behind, "picture", bitmap_file(picture) if kind == _BITMAP else picture
                break


def _is_metafile(body: bytes, start: int) -> bool:
    """By its header's words for packing and filter, which have two values and one (2.2.31)."""
    return body[start + 32 : start + 34] in (b"\x00\xfe", b"\xfe\xfe")


def _unpacked(body: bytes) -> bytes | None:
    if body[32] != _DEFLATED:
        return body[34:]
    machine = zlib.decompressobj()
    try:
        data = machine.decompress(body[34:], _MOST_METAFILE)
    except zlib.error:
        return None
    return None if machine.unconsumed_tail or not machine.eof else data
