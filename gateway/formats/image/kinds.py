"""Which kind of picture some bytes are, by their first ones.

In: bytes. Out: Pillow's name of a format that is read, "" for a picture of another kind, None for no picture.
"""

import re

from gateway.formats import Rank

_READ: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"GIF8[79]a"), "GIF"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WEBP"),
    # The size of the second header, for two letters alone begin many a text.
    (re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", re.DOTALL), "BMP"),
    (re.compile(rb"....ftypavi[fs]|....ftypmif1.{4}(?:....){0,8}?avif", re.DOTALL), "AVIF"),
    (re.compile(rb"....ftyp(?:hei[cx]|mif1.{4}(?:....){0,8}?hei[cx])", re.DOTALL), "HEIF"),
    (re.compile(rb"\x00\x00[\x01\x02]\x00[\x01-\xff]\x00.{3}\x00", re.DOTALL), "ICO"),
    (re.compile(rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+"), "TIFF"),
)
_OTHERS = re.compile(
    rb"....ftyp(?:hei[cfmsx]|hev[cmsx]|mif1|msf1|crx )"  # HEIF (ISO/IEC 23008-12), Canon's raw
    rb"|\x00\x00\x00\x0cjP  \r\n|\xff\x4f\xff\x51"  # JPEG 2000
    rb"|\x00\x00\x00\x0cJXL \r\n|\xff\x0a"  # JPEG XL
    rb"|8BPS\x00[\x01\x02]|icns\x00"  # Photoshop, Apple's icons
    rb"|DDS |qoif|gimp xcf |\x0a[\x00-\x05]\x01[\x01\x02\x04\x08]|P[1-7]\s[\d#\s]{1,40}\s"
    rb"|SIMPLE  =|v/1\x01|\x8aMNG|\x8bJNG|FORM....ILBM|AT&TFORM|BPG\xfb|\x59\xa6\x6a\x95",
    re.DOTALL,
)


_HEIC = re.compile(rb"....ftyp(?:hei[cfmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL)


def why_not(data: bytes) -> str:
    """Of a picture that is not read: a word for its kind."""
    return "heic_picture" if _HEIC.match(data) else "unknown_picture"


def kind_of(data: bytes) -> str | None:
    for pattern, name in _READ:
        if pattern.match(data):
            return name
    return "" if _OTHERS.match(data) else None


def sniff(data: bytes) -> Rank:
    return "no" if kind_of(data) is None else "sure"


def type_of(data: bytes) -> str:
    """As rules name it; empty for one that is not read."""
    return {"": "", "ICO": "icon"}.get(kind := kind_of(data) or "", kind.lower())


def can_be_painted(data: bytes) -> bool:
    """Whether boxes can be covered in it: there is an encoder, and the file keeps its number of frames."""
    match kind_of(data):
        case "HEIF" | "" | None:
            return False
        case "AVIF":
            return data[8:12] != b"avis" and b"moov" not in data
        case "PNG":
            return b"acTL" not in data[: data.find(b"IDAT")]
        case "WEBP":
            return not (data[12:16] == b"VP8X" and data[20:21] and data[20] & 0x02)
        case _:
            return True
