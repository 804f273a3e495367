"""Bitmaps of Windows' memory (MS-WMF 2.2.2.9) made files: no header of a file stands in front of them.

In: a bitmap, or its header and its pixels apart. Out: a file. Nothing is raised.
"""

import struct

_CORE = 12
_MASKED, _JPEG, _PNG = 3, 4, 5
_FILES = (b"BM", b"\x89PNG", b"\xff\xd8\xff")


def bitmap_file(bitmap: bytes) -> bytes:
    """The bitmap with the header of a file in front; as it is where that is there, or where it is none."""
    if bitmap.startswith(_FILES) or len(bitmap) < 16:
        return bitmap
    return joined(bitmap, _head_size(bitmap))


def apart(head: bytes, pixels: bytes) -> bytes:
    """A file of a header with its colours, and pixels that stand elsewhere; pixels may be a packed picture."""
    if pixels.startswith(_FILES[1:]):
        return pixels
    return joined(head + pixels, len(head)) if len(head) >= _CORE else pixels


def joined(bitmap: bytes, pixels_at: int) -> bytes:
    if len(bitmap) >= 40 and struct.unpack_from("<L", bitmap)[0] >= 40:
        packing = struct.unpack_from("<L", bitmap, 16)[0]
        if packing in (_JPEG, _PNG):
            return bitmap[pixels_at:]
    return struct.pack("<2sL4xL", b"BM", 14 + len(bitmap), 14 + pixels_at) + bitmap


def _head_size(bitmap: bytes) -> int:
    """Header, masks and colours: where the pixels begin."""
    header = struct.unpack_from("<L", bitmap)[0]
    if header == _CORE:
        depth = struct.unpack_from("<H", bitmap, 10)[0]
        return _CORE + (3 << depth if depth <= 8 else 0)
    if len(bitmap) < 40:
        return len(bitmap)
    depth, packing = struct.unpack_from("<14xHL", bitmap)
    used = struct.unpack_from("<32xL", bitmap)[0]
    masks = 12 if header == 40 and packing == _MASKED else 0
    return int(header + masks + ((min(used, 256) or (1 << depth)) * 4 if depth <= 8 else used * 4))
