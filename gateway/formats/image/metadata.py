"""What is written beside the pixels: EXIF, PNG text chunks, comments, XMP, IPTC; words in blocks of makers' own.

In: an opened picture. Out: its values, a line each. Never raises for a picture that decoded.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from PIL import ExifTags, Image

from gateway.containers.xmp import authors
from gateway.text.charsets import decodings

_NOT_TEXT = frozenset(
    ("icc_profile", "exif", "transparency", "dpi", "gamma", "MPF", "compression", "resolution", "jfif", "jfif_version",
     "jfif_unit", "jfif_density")
)  # fmt: skip
"""What formats say in numbers of their own; whoever packs the same pixels anew says others."""
_LAYOUT = frozenset((256, 257, 258, 259, 262, 273, 277, 278, 279, 282, 283, 284, 296, 317, 338, 339, 530, 531, 532))
_FEW = 4
"""How a TIFF's pixels are laid out (TIFF 6.0 section 8): so few numbers of such a tag are no words."""
_GIF_BLOCKS = frozenset(("comment", "extension"))  # `leftover` has them of every frame
_DIRECTORIES = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.Interop, ExifTags.IFD.IFD1)
_WINDOWS_TEXT = range(0x9C9B, 0x9CA0)
"""XPTitle to XPSubject: UTF-16, little end first."""


_WINDOWS_AUTHOR = 0x9C9D
_PEOPLE_TAGS = frozenset((0x013B, 0xA430, _WINDOWS_AUTHOR))
"""Artist, CameraOwnerName, XPAuthor."""
_PEOPLE_KEYS = frozenset(("author", "artist", "creator"))
_WORDS = re.compile(r"[^\W_][\w .,:;@+/()-]{2,}")


def metadata(picture: Image.Image) -> dict[str, None]:
    """Everything that reads as text, of the frame that was sought; keys of a dict, for their order."""
    values: dict[str, None] = {}
    for key, value in picture.info.items():
        if key not in _NOT_TEXT and not (picture.format == "GIF" and key in _GIF_BLOCKS):
            for text in _texts(value):
                values[f"{key}: {text}"] = None
    exif = picture.getexif()
    tables: list[dict[Any, Any]] = [dict(exif)]
    for directory in _DIRECTORIES:
        try:
            tables.append(dict(exif.get_ifd(directory)))
        except Exception:  # noqa: S112 - a broken directory says nothing, and the pixels stand for themselves
            continue
    for table in tables:
        for tag, value in table.items():
            if tag in _LAYOUT and isinstance(value, tuple) and len(value) <= _FEW:
                continue
            if tag in _WINDOWS_TEXT and isinstance(value, bytes):
                value = value.decode("utf-16-le", "replace").rstrip("\0")
            for text in _texts(value):
                values[text] = None
    blocks = (*getattr(picture, "applist", ()), *getattr(picture, "private_chunks", ()))
    for block in (*blocks, (b"icc", picture.info.get("icc_profile"))):
        if isinstance(block[1], bytes) and block != ("COM", picture.info.get("comment")):
            values.update(dict.fromkeys(words(block[1])))
    return values


def people(picture: Image.Image) -> Iterator[str]:
    """Who took or made it: EXIF's artist, owner and author, PNG's and XMP's author."""
    exif = picture.getexif()
    tables: list[dict[Any, Any]] = [dict(exif)]
    with suppress(Exception):  # a broken directory names nobody
        tables.append(dict(exif.get_ifd(ExifTags.IFD.Exif)))
    for table in tables:
        for tag in _PEOPLE_TAGS & table.keys():
            value = table[tag]
            if tag == _WINDOWS_AUTHOR and isinstance(value, bytes):
                value = value.decode("utf-16-le", "replace").rstrip("\0")
            for text in _texts(value):
                yield from re.split(r"[;\n]", text)
    for key, value in picture.info.items():
        if isinstance(key, str) and key.lower() in _PEOPLE_KEYS:
            yield from _texts(value)
    for block in _xmp_of(picture):
        yield from authors(block)


def _xmp_of(picture: Image.Image) -> Iterator[str]:
    for key in ("xmp", "XML:com.adobe.xmp"):
        value = picture.info.get(key)
        if isinstance(value, bytes):
            yield value.decode("utf-8", "replace")
        elif isinstance(value, str):
            yield value


def words(block: bytes) -> Iterator[str]:
    """Whatever looks like words in bytes that are otherwise no text."""
    for charset in ("utf-8", "gb2312"):  # in its supersets any bytes are words
        yield from _WORDS.findall(block.decode(charset, "replace"))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield _repaired(value.rstrip("\0"))
        yield from filter(None, (getattr(value, "tkey", ""), getattr(value, "lang", "")))  # of a PNG's iTXt
    elif isinstance(value, bytes):
        yield from _decoded(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (tuple, list)):
        if all(isinstance(inner, int) and 0 < inner < 256 for inner in value):
            yield from _decoded(bytes(value))
        else:
            for inner in value:
                yield from _texts(inner)


def _repaired(text: str) -> str:
    """Pillow reads bytes that say nothing of their character set as Latin-1."""
    if text.isascii():
        return text
    try:
        readings = decodings(text.encode("latin-1"))
    except UnicodeEncodeError:
        return text
    return "\n".join(dict.fromkeys([text, *(reading.text for reading in readings if reading.exact)]))


def _decoded(data: bytes) -> Iterator[str]:
    for prefix, charset in ((b"UNICODE\0", "utf-16"), (b"ASCII\0\0\0", "ascii"), (b"JIS\0\0\0\0\0", "iso2022_jp")):
        if data.startswith(prefix):  # EXIF UserComment
            body = data[len(prefix) :]
            yield body.decode(charset, "replace").rstrip("\0")
            if charset == "utf-16":
                yield body.decode("utf-16-be", "replace").rstrip("\0")
            return
    for reading in decodings(data.strip(b"\0"))[:3]:
        if reading.exact:
            yield reading.text
