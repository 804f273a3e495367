"""Covers boxes of a picture, and leaves out whatever stands beside its pixels.

The new file is of the same kind and size, and is shown turned as the old one was. Where no box is asked for, pixels
stay as they were packed. All that is left beside them is numbers of a fixed size.

In: the file; boxes by the place that reading gave the picture. Out: the new file. Raises ValueError for a kind that is
not written here, and for a place or box that is not there.
"""

import warnings
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, JpegImagePlugin

from gateway.errors import is_our_own
from gateway.formats import FileEdits, Paint, Rewritten, Source
from gateway.formats.image import gif, stripped
from gateway.formats.image.alpha import laid_on_backdrop
from gateway.formats.image.covered import covered
from gateway.formats.image.icons import with_new_pictures
from gateway.formats.image.kinds import can_be_painted, kind_of
from gateway.formats.image.read import DEEP, MOST_FRAMES, MOST_PIXELS, eight_bits
from gateway.model import Box, Location

_ORIENTATION = 0x0112
_QUALITY = 90
_AS_THEY_ARE = ("group3", "group4", "tiff_lzw", "packbits", "tiff_adobe_deflate")
_JPEG_MODES = ("L", "RGB", "CMYK")

Boxes = tuple[Box, ...]


def rewritten(source: Source, edits: FileEdits) -> Rewritten:
    """The picture with every box covered and nothing beside it; the same bytes where nothing is asked."""
    kind = kind_of(source.data)
    if edits.changes or (edits.children and kind != "ICO"):
        raise ValueError("a picture has no text to change and no files that can be")
    if kind == "ICO" and not edits.paints:
        return Rewritten(with_new_pictures(source.data, edits.children))
    if not edits.paints:
        return Rewritten(source.data)
    if kind is None or not can_be_painted(source.data):
        raise ValueError("a picture of a kind that is not written")
    boxes = _by_frame(edits.paints, source.where)
    if kind == "ICO":
        raise ValueError("the pictures of an icon are files of their own")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Rewritten(_clean(source.data, kind) if not boxes else _painted(source.data, kind, boxes))
    except (MemoryError, ValueError):
        raise
    except Exception as error:  # Pillow raises whatever its decoders meet
        if is_our_own(error):
            raise
        raise ValueError("a picture that cannot be decoded") from error


def _by_frame(paints: Sequence[Paint], where: Location) -> dict[int, Boxes]:
    """Boxes by the number of a frame, 0 for all of them."""
    found: dict[int, Boxes] = {}
    for paint in paints:
        size = len(where.steps)
        inner = paint.where.steps[size:]
        if paint.where.part != where.part or paint.where.steps[:size] != where.steps:
            raise ValueError("a place outside the picture")
        if not paint.boxes:
            continue
        if not inner:
            number = 0
        elif len(inner) == 1 and inner[0].kind == "frame":
            number = inner[0].number or 0
        else:
            raise ValueError("a place that is no frame")
        found[number] = found.get(number, ()) + paint.boxes
    return found


def _clean(data: bytes, kind: str) -> bytes:
    """Without anything beside the pixels, which are not packed anew where there is a way."""
    with Image.open(BytesIO(data), formats=(kind,)) as picture:
        _check(picture)
        turned = int(picture.getexif().get(_ORIENTATION, 1))
    if kind == "JPEG":
        return stripped.jpeg(data, turned)
    if kind == "GIF":
        return stripped.gif(data)
    if kind == "WEBP":
        return stripped.webp(data, turned)
    if kind == "PNG" and turned == 1:
        return stripped.png(data)
    return _painted(data, kind, {})


def _painted(data: bytes, kind: str, boxes: dict[int, Boxes]) -> bytes:
    with Image.open(BytesIO(data), formats=(kind,)) as picture:
        count = _check(picture)
        if max(boxes, default=0) > count:
            raise ValueError("a frame that is not there")
        if kind == "GIF":
            for every in boxes.values():
                covered(Image.new("1", picture.size), every)  # raises where one is outside
            return gif.with_boxes_covered(data, [box for every in boxes.values() for box in every])
        if kind == "TIFF":
            return _tiff(picture, count, boxes)
        # Of several pictures in a JPEG the first is shown; others (of depth, of brightness) have the same outlines.
        asked = boxes.get(0, ()) + boxes.get(1, ())
        if kind in ("JPEG", "WEBP"):
            # Turned, their blocks would be cut anew, and all of the picture would change.
            picture.load()
            turned = int(picture.getexif().get(_ORIENTATION, 1))
            made = covered(picture, [_as_stored(box, turned, picture.size) for box in asked])
            return (_jpeg if kind == "JPEG" else _webp)(made, picture, data, turned)
        shown = _as_shown(picture)
        if kind == "BMP" and shown.has_transparency_data:  # not written; as reading showed it
            shown = laid_on_backdrop(shown)
        made = covered(shown, asked)
        return _png(made, data) if kind == "PNG" else _plainly(made, picture)


def _check(picture: Image.Image) -> int:
    count = int(getattr(picture, "n_frames", 1))
    if picture.width * picture.height > MOST_PIXELS or count > MOST_FRAMES:
        raise ValueError("a picture that was not read whole")
    return count


def _as_shown(picture: Image.Image) -> Image.Image:
    picture.load()
    turned = ImageOps.exif_transpose(picture)
    return Image.fromarray(eight_bits(turned)) if turned.mode in DEEP else turned


def _as_stored(box: Box, turned: int, size: tuple[int, int]) -> Box:
    """The box in the pixels of the file, of one in the picture as it is turned (EXIF 2.32, tag 274)."""
    width, height = size[::-1] if turned >= 5 else size
    right, bottom = min(width, box.x + box.width), min(height, box.y + box.height)
    left, top = max(0, box.x), max(0, box.y)
    if turned in (2, 3, 6, 7):  # what is left when shown is right, or below, in the file
        left, right = width - right, width - left
    if turned in (3, 4, 7, 8):
        top, bottom = height - bottom, height - top
    if turned >= 5:
        left, top, right, bottom = top, left, bottom, right
    return Box(left, top, right - left, bottom - top)


def _jpeg(made: Image.Image, picture: Image.Image, data: bytes, turned: int) -> bytes:
    """Packed as finely as it was, so that what is not covered moves by rounding alone."""
    options: dict[str, Any] = {"quality": _QUALITY}
    tables = getattr(picture, "quantization", None) or {}
    if tables and all(len(table) == 64 and all(0 < step < 256 for step in table) for table in tables.values()):
        options = {"qtables": [list(tables[number]) for number in sorted(tables)]}
    sampling = JpegImagePlugin.get_sampling(picture)
    if made.mode != "L" and sampling >= 0:
        options["subsampling"] = sampling
    if made.mode not in _JPEG_MODES:
        made = made.convert("RGB")
    packed = _saved(made, "JPEG", progressive=bool(picture.info.get("progressive")), **options)
    return stripped.jpeg(packed, turned, "jfif" in picture.info)


def _png(made: Image.Image, data: bytes) -> bytes:
    """With what the old file said of how its colours are meant."""
    new = stripped.png(_saved(made, "PNG"))
    told = [chunk for name, chunk in stripped.png_chunks(data) if stripped.COLOUR_CHUNKS.get(name) == len(chunk) - 12]
    first = 8 + 12 + int.from_bytes(new[8:12], "big")
    return new[:first] + b"".join(dict.fromkeys(told)) + new[first:]


def _webp(made: Image.Image, picture: Image.Image, data: bytes, turned: int) -> bytes:
    if made.mode not in ("RGB", "RGBA"):
        made = made.convert("RGBA" if made.has_transparency_data else "RGB")
    options: dict[str, Any] = {"exif": stripped.turn(turned)} if 1 < turned <= 8 else {}
    if any(name == b"VP8L" for name, _ in stripped.webp_chunks(data)):
        return _saved(made, "WEBP", lossless=True, quality=50, method=2, **options)
    return _saved(made, "WEBP", quality=_QUALITY, method=4, **options)


def _tiff(picture: Image.Image, count: int, boxes: dict[int, Boxes]) -> bytes:
    pages, packing = [], []
    for number in range(count):
        picture.seek(number)
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("a page that was not read")
        asked = boxes.get(0, ()) + boxes.get(number + 1, ())
        page = covered(_as_shown(picture), asked)
        packing.append(str(picture.info.get("compression", "raw")))
        if packing[-1].startswith("group") and page.mode != "1":
            packing[-1] = "tiff_adobe_deflate"
        pages.append(page)
    how = packing[0] if len(set(packing)) == 1 and packing[0] in _AS_THEY_ARE else "tiff_adobe_deflate"
    if set(packing) <= {"jpeg", "tiff_jpeg"} and all(page.mode in ("L", "RGB") for page in pages):
        return _saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="jpeg", quality=_QUALITY)
    return _saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression=how)


def _plainly(made: Image.Image, picture: Image.Image) -> bytes:
    if picture.format == "AVIF":
        made = made if made.mode in ("RGB", "RGBA") else made.convert("RGB")
        return _saved(made, "AVIF", quality=_QUALITY, subsampling="4:4:4", speed=8, max_threads=1)
    if picture.format == "BMP":
        made = made if made.mode in ("1", "L", "P", "RGB") else made.convert("RGB")
        return _saved(made, "BMP")
    raise ValueError("a picture of a kind that is not written")


def _saved(made: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    try:
        made.save(out, kind, **options)
    except (OSError, KeyError, TypeError, OverflowError) as error:  # an encoder that cannot
        raise ValueError("a picture that cannot be written") from error
    return out.getvalue()
