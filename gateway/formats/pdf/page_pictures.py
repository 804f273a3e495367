"""Covers boxes of what a PDF shows: of a picture on a page, or of a page that was looked at whole.

A picture that is covered is one everywhere in the document, and so is each that looks the same: the reader looks at
them once. A page that is covered becomes a picture of itself, with nothing of what it was drawn with.

In: an open document, boxes by page and picture. Out: nothing; the document is changed. ValueError for a picture that
is not an object of its own, or a box that is not in it.
"""

import ctypes
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from gateway.formats.pdf.char_places import boxes as glyph_boxes
from gateway.formats.pdf.content import drawn
from gateway.formats.pdf.masks import COVER
from gateway.formats.pdf.pictures import draw, images_of, pixels_of
from gateway.images.extract.raster import Raster
from gateway.model import Box

FILL = COVER
"""As pictures that are files are covered."""
_QUALITY = 88
_KEPT = ("/Type", "/Parent", "/MediaBox", "/Contents", "/Resources")
_SOLID = 255
_MOSTLY = 0.45

Boxes = Sequence[Box]


def cover_pictures(pdf: Any, document: pdfium.PdfDocument, asked: Mapping[tuple[int, int], Boxes]) -> None:
    """`asked` by the page's number from 0 and the picture's from 1."""
    wanted: list[tuple[Raster, Boxes]] = []
    for (number, picture), boxes in asked.items():
        images = list(images_of(document[number]))
        if not 0 < picture <= len(images):
            raise ValueError("a picture that the page does not have")
        pixels = pixels_of(images[picture - 1])
        if pixels is None:
            raise ValueError("a picture that cannot be had by itself")
        wanted.append((pixels, boxes))
    done: set[tuple[int, int]] = set()
    for number in range(len(document)) if wanted else ():
        for thing, pixels in _pictures(pdf.pages[number], document[number], wanted):
            boxes = [box for known, own in wanted if np.array_equal(known, pixels) for box in own]
            if not boxes:
                continue
            if thing is None:
                raise ValueError("a picture that is no object")
            key = (int(thing.objgen[0]), int(thing.objgen[1]))
            if key not in done:
                done.add(key)
                _replace(thing, covered(pixels, boxes), boxes)


def cover_page(pdf: Any, document: pdfium.PdfDocument, number: int, boxes: Boxes) -> None:
    """The page becomes a picture of itself; boxes are pixels of it as the reader draws it."""
    page, seen = pdf.pages[number], document[number]
    width, height = seen.get_size()
    data, how = _packed(covered(draw(seen), boxes), lossy=True)
    for key in list(page.obj.keys()):
        if key not in _KEPT:
            del page.obj[key]
    page.obj.MediaBox = pikepdf.Array([0, 0, width, height])
    page.obj.Rotate = 0  # said, for it may be inherited
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=pdf.make_stream(data, how)))
    page.obj.Contents = pdf.make_stream(f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Im Do Q".encode("ascii"))


def boxes_of_words(seen: pdfium.PdfPage, spans: Iterable[tuple[int, int]]) -> list[Box]:
    """Of the words of a page's text, one by one, in pixels of the page as the reader draws it."""
    said = seen.get_textpage()
    written = str(said.get_text_range())
    height, width = draw(seen).shape[:2]
    found = []
    for span in spans:
        for left, low, right, high in glyph_boxes(said, written, span):
            corners = [_pixel(seen, width, height, x, y) for x, y in ((left, low), (right, high))]
            (x, y), (end, foot) = map(min, zip(*corners, strict=True)), map(max, zip(*corners, strict=True))
            found.append(Box(x, y, max(1, end - x), max(1, foot - y)))
    return found


def are_of(words: Boxes, asked: Boxes) -> bool:
    """Whether each box that is asked for lies over words, and so is gone with them."""
    return all(_share(box, words) >= _MOSTLY for box in asked)


def _share(box: Box, words: Boxes) -> float:
    """How much of its longer side."""
    across = box.width >= box.height
    start, length = (box.x, box.width) if across else (box.y, box.height)
    inside: set[int] = set()
    for word in words:
        beside = word.x >= box.x + box.width or word.x + word.width <= box.x
        if not beside and word.y < box.y + box.height and box.y < word.y + word.height:
            first, size = (word.x, word.width) if across else (word.y, word.height)
            inside.update(range(max(start, first), min(start + length, first + size)))
    return len(inside) / max(1, length)


def _pixel(seen: pdfium.PdfPage, width: int, height: int, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(seen, 0, 0, width, height, 0, x, y, across, down)
    return across.value, down.value


def covered(pixels: Raster, boxes: Boxes) -> Raster:
    """Rectangles of one colour over each."""
    height, width = pixels.shape[:2]
    made = np.array(pixels)
    for box in boxes:
        left, top = max(0, box.x), max(0, box.y)
        right, bottom = min(width, box.x + box.width), min(height, box.y + box.height)
        if left >= right or top >= bottom:
            raise ValueError("a box outside the picture")
        made[top:bottom, left:right] = FILL
    return made


def _pictures(page: Any, seen: pdfium.PdfPage, wanted: Sequence[tuple[Raster, Boxes]]) -> Iterator[tuple[Any, Raster]]:
    """The objects of those on a page that are as large as one that is wanted, and what they show."""
    sizes = {pixels.shape[:2] for pixels, _ in wanted}
    images = list(images_of(seen))
    if not any((image.get_px_size()[1], image.get_px_size()[0]) in sizes for image in images):
        return
    shown = drawn(page).pictures
    if len(shown) != len(images):
        raise ValueError("pictures that two libraries count differently")
    for image, one in zip(images, shown, strict=True):
        width, height = image.get_px_size()
        if one.thing is not None and (int(one.thing.Width), int(one.thing.Height)) != (width, height):
            raise ValueError("pictures that two libraries see differently")
        if (height, width) in sizes and (pixels := pixels_of(image)) is not None:
            yield one.thing, pixels


def _replace(thing: Any, pixels: Raster, boxes: Boxes) -> None:
    if bool(thing.get("/ImageMask", False)) or isinstance(thing.get("/Mask"), pikepdf.Stream):
        raise ValueError("a picture that is a stencil")
    if (int(thing.Height), int(thing.Width)) != pixels.shape[:2]:
        raise ValueError("a picture of another size than it says")
    mask = thing.get("/SMask")
    if isinstance(mask, pikepdf.Stream):
        _clear(mask, pixels.shape[1], pixels.shape[0], boxes)
    data, how = _packed(pixels, lossy=any(way in str(thing.get("/Filter", "")) for way in ("DCT", "JPX")))
    kept = {"/SMask": mask} if isinstance(mask, pikepdf.Stream) else {}
    for key in list(thing.keys()):
        if key != "/Length":
            del thing[key]
    for key, value in {**how, **kept}.items():
        thing[key] = value
    thing.write(data, filter=how["/Filter"])


def _clear(mask: Any, width: int, height: int, boxes: Boxes) -> None:
    """What could be seen through inside a box can be no more: the shape of a word may stand in the mask alone."""
    own = pikepdf.PdfImage(mask).as_pil_image().convert("L")
    values = np.array(own)
    for box in boxes:
        across, down = own.width / width, own.height / height
        rows = slice(max(0, int(box.y * down) - 1), int((box.y + box.height) * down) + 2)
        columns = slice(max(0, int(box.x * across) - 1), int((box.x + box.width) * across) + 2)
        values[rows, columns] = _SOLID
    for key in list(mask.keys()):
        if key not in ("/Length", "/Type", "/Subtype", "/Width", "/Height"):
            del mask[key]
    mask.ColorSpace, mask.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    mask.write(zlib.compress(values.tobytes(), 9), filter=pikepdf.Name.FlateDecode)


def _packed(pixels: Raster, lossy: bool) -> tuple[bytes, dict[str, Any]]:
    """The shorter of the ways that are open, and the dictionary that says which."""
    height, width = pixels.shape[:2]
    how: dict[str, Any] = {
        "/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": width, "/Height": height,
        "/BitsPerComponent": 8, "/ColorSpace": pikepdf.Name.DeviceRGB, "/Filter": pikepdf.Name.FlateDecode,
    }  # fmt: skip
    plain = zlib.compress(pixels.tobytes(), 9)
    if lossy:
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "JPEG", quality=_QUALITY)
        if len(out.getvalue()) < len(plain):
            return out.getvalue(), how | {"/Filter": pikepdf.Name.DCTDecode}
    return plain, how
