"""What stands in a document for a file that was taken out of it: something of the same kind, with nothing in it.

A document names its pictures and objects in several places, and a program that finds one of them missing offers to
repair the document. So a picture becomes a small grey one of its kind, and what a program of its own opens becomes the
notice as plain text.

In: the name and bytes of what goes, the notice. Out: bytes. Raises ValueError where nothing else fits there.
"""

import struct
from io import BytesIO

from PIL import Image

_GREY = (128, 128, 128)
_KINDS = {
    b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"BM": "BMP", b"II*\0": "TIFF", b"MM\0*": "TIFF",
}  # fmt: skip
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path fill="#808080" d="M0 0H1V1H0Z"/></svg>'
_OBJECTS = (".bin", ".docx", ".xlsx", ".pptx", ".doc", ".xls", ".ppt", ".odt", ".ods", ".odp", ".pdf", ".txt", ".msg")


def stand_in(name: str, data: bytes, notice: str) -> bytes:
    """What stands there."""
    lower = name.lower()
    for start, kind in _KINDS.items():
        if data.startswith(start):
            out = BytesIO()
            Image.new("RGB", (1, 1), _GREY).save(out, kind)
            return out.getvalue()
    if data[:4] == b"\1\0\0\0" and data[40:44] == b" EMF":
        return _empty_emf()
    if data.startswith((b"\xd7\xcd\xc6\x9a", b"\1\0\x09\0")):
        return _empty_wmf(data.startswith(b"\xd7"))
    if lower.endswith(".svg"):
        return _SVG
    if ("embeddings/" in lower and lower.endswith(_OBJECTS)) or lower.endswith((".txt", ".htm", ".html", ".mht")):
        return notice.encode()
    raise ValueError("nothing else fits in the place of this file")


def _empty_emf() -> bytes:
    """A header and an end (MS-EMF 2.3.4.2, 2.3.4.1)."""
    header = struct.pack(
        "<2L8l4s3LHH3L2l2l", 1, 88, 0, 0, 1, 1, 0, 0, 100, 100, b" EMF", 0x10000, 108, 2, 1, 0, 0, 0, 0,
        1024, 768, 320, 240,
    )  # fmt: skip
    return header + struct.pack("<5L", 14, 20, 0, 16, 20)


def _empty_wmf(placeable: bool) -> bytes:
    """A header and an end (MS-WMF 2.3.2), behind the size on paper where there was one."""
    body = struct.pack("<3HL H L H".replace(" ", ""), 1, 9, 0x300, 12, 0, 3, 0) + struct.pack("<LH", 3, 0)
    if not placeable:
        return body
    start = struct.pack("<LH4hHL", 0x9AC6CDD7, 0, 0, 0, 10, 10, 96, 0)
    checksum = 0
    for (word,) in struct.iter_unpack("<H", start):
        checksum ^= word
    return start + struct.pack("<H", checksum) + body
