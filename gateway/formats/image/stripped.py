"""Picture files without anything beside the pixels: text, EXIF, previews, profiles, what stands behind the end.

Nothing is decoded: segments (ITU-T T.81 section B.1), chunks (ISO/IEC 15948 section 5), blocks (GIF89a), RIFF chunks
(RFC 9649) are kept or left out, each whole. Kept is what a decoder needs for the pixels, and numbers of a fixed size.

In: a file that decoded. Out: the file. Raises ValueError for one whose parts do not lie one behind the other.
"""

import struct
import zlib
from collections.abc import Iterator

_PNG_KEPT = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"))
COLOUR_CHUNKS = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9, b"cICP": 4}
"""What says how a PNG's colours and size are meant, and how long each of these is."""
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"))
_VP8X_FLAGS = 0x12  # alpha and animation; not profile, EXIF and XMP
_VP8X_EXIF = 0x08
_NO_BODY = frozenset((0x01, *range(0xD0, 0xD8)))
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC8}  # SOF, DHT, DAC
_TABLES = frozenset((0xDB, 0xDD))
_SOS, _EOI, _APP0, _APP14 = 0xDA, 0xD9, 0xE0, 0xEE
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_LOOP_SIZE = 14
"""Bytes behind the name of a loop's block: a block of three, and the end of blocks."""


def jpeg(data: bytes, turned: int = 1, jfif: bool = True) -> bytes:
    """The first picture of the file; `turned` is what its EXIF said of how it is to be turned. Without `jfif` it does
    not say that it is one."""
    out = [b"\xff\xd8"]
    at = 2
    begun = False
    while True:
        if data[at : at + 1] != b"\xff" or at + 1 >= len(data):
            raise ValueError("no segment")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _EOI:
            return b"".join((*out, b"\xff\xd9"))
        if marker in _NO_BODY:
            at += 2
            continue
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + size]
        if size < 2 or len(body) != size - 2:
            raise ValueError("a segment that breaks off")
        at += 2 + size
        if marker == _APP0 and body.startswith(b"JFIF\0") and not begun:
            if not jfif:
                continue
            out.append(_segment(marker, body[:12].ljust(12, b"\0") + b"\0\0"))
        elif marker == _APP14 and body.startswith(b"Adobe") and len(body) >= 12:
            out.append(_segment(marker, body[:12]))
        elif marker in _FRAMES or marker in _TABLES:
            out.append(_segment(marker, body))
        elif marker == _SOS:
            end = _scan_end(data, at)
            out += [_segment(marker, body), data[at:end]]
            at = end
        if not begun and 1 < turned <= 8 and marker in (_FRAMES | _TABLES):
            out.insert(-1, _segment(0xE1, b"Exif\0\0" + turn(turned)))
        begun = begun or marker in (_FRAMES | _TABLES)


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def turn(turned: int) -> bytes:
    """EXIF (a TIFF's table) that says how the picture is to be turned, and nothing else."""
    return struct.pack(">2sHLHHHLHHL", b"MM", 42, 8, 1, 0x0112, 3, 1, turned, 0, 0)


def _scan_end(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise ValueError("a scan without an end")
        if data[at + 1] != 0 and data[at + 1] not in _NO_BODY and data[at + 1] != 0xFF:
            return at
        at += 2 if data[at + 1] != 0xFF else 1


def png(data: bytes) -> bytes:
    out = [data[:8]]
    for name, whole in png_chunks(data):
        if name in _PNG_KEPT or COLOUR_CHUNKS.get(name) == len(whole) - 12:
            out.append(whole)
    return b"".join(out)


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and bytes of each, up to the end of the picture."""
    at = 8
    while at + 12 <= len(data):
        size, name = struct.unpack_from(">L4s", data, at)
        if at + 12 + size > len(data):
            break
        yield name, data[at : at + 12 + size]
        if name == b"IEND":
            return
        at += 12 + size
    raise ValueError("a PNG without an end")


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body))


def webp(data: bytes, turned: int = 1) -> bytes:
    out, exif = [], turn(turned) if 1 < turned <= 8 else b""
    for name, body in webp_chunks(data):
        if name == b"VP8X" and len(body) == 10:
            body = bytes((body[0] & _VP8X_FLAGS | (_VP8X_EXIF if exif else 0), 0, 0, 0)) + body[4:]
        elif name == b"EXIF" and exif:
            body, exif = exif, b""
        elif name not in _WEBP_KEPT:
            continue
        out.append(struct.pack("<4sL", name, len(body)) + body + b"\0" * (len(body) % 2))
    inside = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<L", len(inside)) + inside


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each."""
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    at = 12
    while at + 8 <= end:
        name, size = struct.unpack_from("<4sL", data, at)
        body = data[at + 8 : at + 8 + size]
        if len(body) != size:
            raise ValueError("a chunk that breaks off")
        yield name, body
        at += 8 + size + size % 2


def gif(data: bytes) -> bytes:
    out = [data[: 13 + colours(data[10])]]
    for kind, begin, end in gif_blocks(data):
        out.append(data[begin:end] if kind == "picture" else gif_extension(data[begin:end]))
    return b"".join((*out, b"\x3b"))


def gif_extension(block: bytes) -> bytes:
    """As it was where it says how long a frame is shown or how often all are, else nothing."""
    if block[1] == 0xF9 and len(block) >= 8 and block[2] == 4:
        return block[:7] + b"\0"
    if block[1] == 0xFF and block[3:14] in LOOPS and block[14:16] == b"\x03\x01":
        return block[:18] + b"\0"
    return b""


def gif_blocks(data: bytes) -> Iterator[tuple[str, int, int]]:
    """What each is (`picture`, `extension`) and where it stands, up to the end of the picture."""
    at = 13 + colours(data[10])
    while at < len(data) and data[at] != 0x3B:
        begin = at
        if data[at] == 0x2C and at + 10 < len(data):
            at = _blocks_end(data, at + 10 + colours(data[at + 9]) + 1)
            yield "picture", begin, at
        elif data[at] == 0x21:
            at = _blocks_end(data, at + 2)
            yield "extension", begin, at
        else:
            return  # here decoders stop
    return


def colours(flags: int) -> int:
    """Bytes of the table of colours that such flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks_end(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    if at >= len(data):
        raise ValueError("a block that breaks off")
    return at + 1
