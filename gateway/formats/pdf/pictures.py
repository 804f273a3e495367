"""A page as it is looked at, and its pictures one by one.

A picture with a mask (ISO 32000-2 section 8.9.6) may have all its ink in the mask, its own pixels being of one colour.
So it is given as it is composed, over a ground from which all that can be seen in it stands out; and as its pixels are,
where more stands in them than the mask lets through, or its shape can be no letters (`masks`).

In: PDFium's page, or a picture of it. Out: pixels. ValueError for a picture that is too large.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gateway.formats.pdf.masks import SEEN, SOLID, grounds, may_be_letters
from gateway.images.extract.raster import Raster

MOST_PIXELS = 50_000_000
MOST_OBJECTS = 20_000
DEEPEST = 8
_WIDTH = 1240  # pixels of a drawn page: 150 dots an inch on A4
_LONGEST = 3600
_ENLARGED = 2.1
_TRIED = 256
_SMALL, _LARGE = 300, 900
"""A mask may have more pixels than its picture, and PDFium does not say how many: a small picture is drawn as large as
it stands on the page."""
_ALIKE = 3


@dataclass(frozen=True, slots=True)
class PictureView:
    """One look of a picture. `is_own` if its pixels are those of the picture, so that a box of it can be covered."""

    pixels: Raster
    is_own: bool = True


def images_of(page: Any) -> Iterator[Any]:
    """Pictures of a page in the order in which it draws them, those in its forms as well."""
    for thing in islice(page.get_objects(max_depth=DEEPEST), MOST_OBJECTS):
        if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
            width, height = thing.get_px_size()
            if width * height > MOST_PIXELS:
                raise ValueError("a picture that is too large")
            yield thing


def scale_of(page: Any) -> float:
    """Pixels a point, of the page as it is looked at."""
    width, height = page.get_size()
    return float(min(_WIDTH / max(1.0, min(width, height)), _LONGEST / max(1.0, width, height), _ENLARGED))


def draw(page: Any) -> Raster:
    """The page as it is looked at, with its notes. Looks of its fields are read by themselves (`undrawn`)."""
    return rgb(page.render(scale=scale_of(page), draw_annots=True, may_draw_forms=False))


def pixels_of(image: Any) -> Raster | None:
    """Of one of its pictures, whatever its mask hides. None where it cannot be had by itself."""
    try:
        return rgb(image.get_bitmap(render=False))
    except pdfium.PdfiumError:
        return None


def views_of(page: Any, image: Any, has_mask: bool = True) -> Iterator[PictureView]:
    """The looks of a picture that show all of it; none where PDFium does not know how to open it. `has_mask` if it may
    have one."""
    pixels = pixels_of(image)
    if pixels is None:
        across, down = image.get_px_size()
        seen = _composed(page, image, *_fitting(across, down, _LARGE))
        if seen is not None and seen[..., 3].any():
            yield PictureView(_over(seen, 255), False)
        return
    height, width = pixels.shape[:2]
    tried = _composed(page, image, *_fitting(width, height, _TRIED)) if has_mask else None
    if tried is None or int(tried[..., 3].min()) >= SOLID:
        yield PictureView(pixels)
        return
    large = max(width, height) < _SMALL
    size = (width, height)
    if large:
        shown = _shown_size(image)
        size = _fitting(max(width, shown[0]), max(height, shown[1]), _LARGE)
    whole = _composed(page, image, *size)
    if whole is None:
        yield PictureView(pixels)
        return
    if not may_be_letters(whole[..., 3]):
        yield PictureView(pixels)
        return
    for ground in grounds(whole):
        yield PictureView(_over(whole, ground), not large)
    if large or _hides(pixels, whole[..., 3]):
        yield PictureView(pixels)


def _shown_size(image: Any) -> tuple[float, float]:
    """Pixels that it takes on the page as that is looked at, in its own directions."""
    matrix = image.get_matrix()
    return _ENLARGED * math.hypot(matrix.a, matrix.b), _ENLARGED * math.hypot(matrix.c, matrix.d)


def _fitting(width: float, height: float, longest: int) -> tuple[int, int]:
    by = min(1.0, longest / max(1.0, width, height))
    return max(1, round(width * by)), max(1, round(height * by))


def _composed(page: Any, image: Any, width: int, height: int) -> Raster | None:
    """Upright, with how much of each pixel is seen; red, green, blue, that."""
    there = image.get_matrix()
    image.set_matrix(pdfium.PdfMatrix(width, 0, 0, height, 0, 0))
    try:
        made = raw.FPDFImageObj_GetRenderedBitmap(page.pdf, page, image)
        if not made:
            return None
        pixels = np.array(pdfium.PdfBitmap.from_raw(made).to_numpy(), np.uint8)
    finally:
        image.set_matrix(there)
    return pixels[:, :, [2, 1, 0, 3]] if pixels.ndim == 3 and pixels.shape[2] == 4 else None


def _over(whole: Raster, ground: int) -> Raster:
    share = whole[..., 3:].astype(np.uint16)
    mixed = (whole[..., :3].astype(np.uint16) * share + ground * (255 - share)) // 255
    return np.ascontiguousarray(mixed.astype(np.uint8))


def _hides(pixels: Raster, share: Raster) -> bool:
    """Whether more than one colour stands where the mask lets nothing through."""
    if share.shape != pixels.shape[:2]:
        return True
    is_hidden = share < SEEN
    if not is_hidden.any():
        return False
    return any(int(np.ptp(np.ascontiguousarray(pixels[..., one])[is_hidden])) > _ALIKE for one in range(3))


def rgb(bitmap: Any) -> Raster:
    """Pixels of a bitmap of PDFium."""
    picture = np.asarray(bitmap.to_numpy(), np.uint8)
    if picture.ndim == 2 or picture.shape[2] == 1:
        return np.repeat(picture.reshape(picture.shape[0], picture.shape[1], 1), 3, axis=2)
    return np.ascontiguousarray(picture[:, :, 2::-1])
