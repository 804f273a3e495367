"""Pictures in the drawings of old Office files (MS-ODRAW 2.2.21 to 2.2.31), found by the headers of their records.

A record says its kind and length; one or two digests stand in front of the picture. Metafiles are packed and not
pictures of dots: they are given as what they are, and nothing reads them.

In: bytes of a stream. Out: (where in it, its bytes, the picture). Nothing is raised.
"""

import re
import struct
from collections.abc import Iterator

_HEADER = re.compile(rb"(?=(..[\x1a-\x1f\x29\x2a]\xf0....))", re.DOTALL)
_METAFILES = {0xF01A: "emf", 0xF01B: "wmf", 0xF01C: "pict"}
_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8", b"\x28\0\0\0", b"BM")
_BITMAP = 0xF01F
_DIGEST = 16


def pictures(data: bytes) -> Iterator[tuple[int, int, str, bytes]]:
    """(begin, end, kind, picture): kind `emf`, `wmf`, `pict` for metafiles, else `picture`."""
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
            if _is_metafile(body):
                behind = at + 8 + size
                yield at, behind, _METAFILES[kind], body
            continue
        for digests in (1, 2):
            picture = body[digests * _DIGEST + 1 :]
            if picture.startswith(_STARTS):
                behind = at + 8 + size
                yield at, behind, "picture", bitmap_file(picture) if kind == _BITMAP else picture
                break


def _is_metafile(body: bytes) -> bool:
    """By its header's words for packing and filter, which have two values and one (2.2.31)."""
    return any(body[start + 32 : start + 34] in (b"\x00\xfe", b"\xfe\xfe") for start in (_DIGEST, 2 * _DIGEST))


def bitmap_file(bitmap: bytes) -> bytes:
    """A bitmap of memory with the header of a file in front (BITMAPFILEHEADER)."""
    if bitmap.startswith(b"BM") or len(bitmap) < 40:
        return bitmap
    header, depth, used = *struct.unpack_from("<L", bitmap), *struct.unpack_from("<14xH16xL", bitmap)
    colours = (used or (1 << depth)) * 4 if depth <= 8 else used * 4
    return struct.pack("<2sL4xL", b"BM", 14 + len(bitmap), 14 + header + colours) + bitmap
