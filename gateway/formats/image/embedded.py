"""Pictures inside of a picture: the preview that a camera or a program left, perhaps of what was cropped away later.

In EXIF (CIPA DC-008 section 4.5.8) and its makers' notes, in Photoshop's blocks, in XMP (`xmpGImg:image`), in JFIF's
own segment (ITU-T T.871 section 10.1). A preview that shows what the picture itself shows is none to be looked at: each
photograph of a telephone has one, and words of four pixels would be held as unreadable.

In: an opened picture. Out: files, `None` for a preview of a kind that is not read. Nothing is raised.
"""

import re
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import ExifTags, Image

from gateway.formats.image.trailing_data import jpeg_end, png_end
from gateway.images.extract.raster import Raster
from gateway.text.lenient_base64 import lenient_readings

MOST = 8
_START = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|\x89PNG\r\n\x1a\n")
_XMP = re.compile(rb"xmpGImg:image\s*(?:>|=\s*[\"'])([^<\"']{16,})")
_REFERENCE = re.compile(rb"&#x?[0-9A-Fa-f]{1,3};")
_STRIPS, _PACKING, _PLAIN = 273, 259, 1
_BLOCK = 8
_SMALL = 160
"""Pixels of the longer side of a preview in EXIF: pale words cannot be read in it."""
_ALIKE_SMALL, _ALIKE = 24, 8
"""How far the mean of a block of eight by eight pixels may be off. Packing moves it by a few, in a small preview that
another program shrank by more; a black letter moves it by a hundred, a pale one by ten."""
_DARK = 24


def embedded(picture: Image.Image) -> Iterator[bytes | None]:
    """Each once, in the order in which they stand."""
    seen: dict[bytes, None] = {}
    for block in _blocks(picture):
        for file in (*_jfif(block), *_within(block), *_xmp(block)):
            if file not in seen:
                seen[file] = None
                yield file
    if picture.format != "TIFF" and _plain_preview(picture):
        yield None


def shows_the_same(preview: bytes, raster: Raster) -> bool:
    """Whether the preview is the picture made smaller, black bars above and below or beside it taken off."""
    try:
        with Image.open(BytesIO(preview), formats=("JPEG", "PNG")) as opened:
            height, width = raster.shape[:2]
            if getattr(opened, "n_frames", 1) > 1 or opened.width > width or opened.height > height:
                return False
            small = np.asarray(opened.convert("RGB"), np.uint8)
    except MemoryError:
        raise
    except Exception:  # it is looked at, and found to be broken
        return False
    return is_alike(small, raster)


def is_alike(small: Raster, raster: Raster) -> bool:
    """Whether one picture is the other made smaller, black bars taken off."""
    height, width = raster.shape[:2]
    if small.shape[0] > height or small.shape[1] > width:
        return False
    inner = _without_bars(small, width / height)
    return any(_alike(form, raster) for form in (small, inner) if form is not None)


def _alike(small: Raster, raster: Raster) -> bool:
    size = (small.shape[1], small.shape[0])
    shrunk = np.asarray(Image.fromarray(raster).resize(size, Image.Resampling.BOX), np.uint8)
    most = _ALIKE_SMALL if max(size) <= _SMALL else _ALIKE
    return bool(np.abs(_means(small) - _means(shrunk)).max() <= most)


def _means(raster: Raster) -> np.ndarray:
    height, width = raster.shape[:2]
    padded = np.pad(raster.astype(np.float32), ((0, -height % _BLOCK), (0, -width % _BLOCK), (0, 0)), mode="edge")
    rows, columns = padded.shape[0] // _BLOCK, padded.shape[1] // _BLOCK
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK, 3)
    return np.asarray(blocks.mean(axis=(1, 3)))


def _without_bars(small: Raster, ratio: float) -> Raster | None:
    """The middle that has the picture's own proportions, where all around it is black."""
    height, width = small.shape[:2]
    if width / height < ratio:
        cut = (height - round(width / ratio)) // 2
        bars, inner = np.concatenate((small[:cut], small[height - cut :])), small[cut : height - cut]
    else:
        cut = (width - round(height * ratio)) // 2
        bars, inner = np.concatenate((small[:, :cut], small[:, width - cut :]), axis=1), small[:, cut : width - cut]
    if cut < 1 or not inner.size or bars.max() > _DARK:
        return None
    return inner


def _blocks(picture: Image.Image) -> Iterator[bytes]:
    exif = picture.info.get("exif")
    segments = [block[1] for block in getattr(picture, "applist", ())]
    for block in (exif, picture.info.get("xmp"), picture.info.get("photoshop"), *segments):
        if isinstance(block, bytes):
            yield block


def _within(block: bytes) -> Iterator[bytes]:
    found = _START.search(block)
    while found is not None:
        at = found.start()
        end = jpeg_end(block, at) if block[at] == 0xFF else at + png_end(block[at:])
        yield block[at:end]
        found = _START.search(block, max(end, at + 1))


def _xmp(block: bytes) -> Iterator[bytes]:
    for match in _XMP.finditer(block):
        yield from lenient_readings(_REFERENCE.sub(b"", match[1]))


def _jfif(block: bytes) -> Iterator[bytes]:
    """Red, green, blue without packing, made a file that the other readers know."""
    if not block.startswith(b"JFIF\0") or len(block) < 14:
        return
    width, height = block[12], block[13]
    pixels = block[14 : 14 + width * height * 3]
    if width and height and len(pixels) == width * height * 3:
        out = BytesIO()
        Image.frombytes("RGB", (width, height), pixels).save(out, "PNG")
        yield out.getvalue()


def _plain_preview(picture: Image.Image) -> bool:
    """A preview in EXIF that is not packed: its pixels are a strip of the block."""
    try:
        table = picture.getexif().get_ifd(ExifTags.IFD.IFD1)
    except Exception:  # a broken table shows nothing
        return False
    return _STRIPS in table and table.get(_PACKING, _PLAIN) == _PLAIN
