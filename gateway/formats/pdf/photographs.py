"""What stands beside the pixels of a JPEG that a PDF shows (EXIF, XMP, captions, comments), as a small file of its own.

The picture itself is looked at with its page. Its segments would be lost with that look, so they are put in front of
a picture of one colour: whoever reads pictures reads them there.

In: the bytes of a DCT stream (ISO 32000-2 section 7.4.8). Out: a JPEG, or None where nothing is written beside. Pure.
"""

import io
from functools import cache

from PIL import Image

_SCAN, _END = 0xDA, 0xD9
_COMMENT = 0xFE
_APPLICATIONS = range(0xE1, 0xF0)
_KNOWN = (b"ICC_PROFILE\0", b"Adobe\0")
"""Segments that say how colours are meant."""
_MOST = 200


def beside(data: bytes) -> bytes | None:
    """The segments that programs write words into, in front of a picture of one colour."""
    if data[:2] != b"\xff\xd8":
        return None
    segments: list[bytes] = []
    at = 2
    for _ in range(_MOST):
        if at + 4 > len(data) or data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker in (_SCAN, _END):
            break
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at : at + 2 + size]
        if (marker == _COMMENT or marker in _APPLICATIONS) and not segment[4:].startswith(_KNOWN):
            segments.append(segment)
        at += 2 + max(2, size)
    return b"".join((b"\xff\xd8", *segments, _plain()[2:])) if segments else None


@cache
def _plain() -> bytes:
    out = io.BytesIO()
    Image.new("L", (8, 8), 255).save(out, "JPEG")
    return out.getvalue()
