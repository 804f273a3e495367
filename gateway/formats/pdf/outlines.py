"""What a page draws in lines and areas that may be letters, by itself.

A name whose letters were turned into outlines, or into the edge that cuts an area, is in no text of the page. Frames,
rules, round corners and dots are not letters. What may be is drawn alone, with nothing before or behind it, over white
and, if some of it is pale, over black.

In: PDFium's page, which is not drawn afterwards as it was; its objects. Out: pixels. Linear in the size of the paths.
"""

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pypdfium2.raw as raw

from gateway.formats.pdf.pictures import rgb, scale_of
from gateway.formats.pdf.strokes import finest
from gateway.images.extract.raster import Raster

_MOST_LOOKED_AT = 200
POINTS_OF_A_LETTER = 7
"""That the simplest letter has that is not made of upright and level lines."""
_ROUND = frozenset((13, 14, 17, 18))
"""Points of a dot and of a frame with round corners, closed or not."""
POINTS_OF_LETTERS = 40
"""Points that the letters of a name have between them."""
_LEVEL = 0.02
_OPAQUE = 255
_PALE = 215
_LOW, _LONGEST, _MOST_ENLARGED = 120, 1400, 6.0
"""Pixels that lines of small writing are high, and how much they are enlarged."""
_SMALL = 0.25
_LARGE, _LARGE_IS = 44.0, 32.0
"""Pixels of the smallest letter of a path from which it may be drawn smaller, and what is left of them then."""
_MOST_LINES = 8
"""Lines of a chart; what more of them leave free of one another may be small."""
_WHITE, _BLACK = 0xFFFFFFFF, 0xFF000000


def weight_of(thing: Any) -> int:
    """Points of an object, or of the edges that cut it, that may draw letters."""
    own = (
        _weight(lambda at: raw.FPDFPath_GetPathSegment(thing, at), raw.FPDFPath_CountSegments(thing))
        if (thing.type == raw.FPDF_PAGEOBJ_PATH)
        else 0
    )
    return own + _edge_weight(thing)


def _edge_weight(thing: Any) -> int:
    """Points of the edges that cut it."""
    own = 0
    edge = raw.FPDFPageObj_GetClipPath(thing)
    for number in range(min(_MOST_LOOKED_AT, max(0, raw.FPDFClipPath_CountPaths(edge)))) if edge else ():
        own += _weight(
            lambda at, path=number: raw.FPDFClipPath_GetPathSegment(edge, path, at),
            raw.FPDFClipPath_CountPathSegments(edge, number),
        )
    return own


def may_be_letters(weights: Sequence[int]) -> bool:
    """Whether the objects of a page have so many points between them."""
    return sum(weights) >= POINTS_OF_LETTERS


def _weight(segment_at: Any, count: int) -> int:
    if count < POINTS_OF_A_LETTER:
        return 0
    curves, slanted = 0, False
    x, y = ctypes.c_float(), ctypes.c_float()
    before: tuple[float, float] | None = None
    for at in range(min(count, _MOST_LOOKED_AT)):
        segment = segment_at(at)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        curves += kind == raw.FPDF_SEGMENT_BEZIERTO
        if kind == raw.FPDF_SEGMENT_LINETO and before is not None:
            slanted = slanted or (abs(x.value - before[0]) > _LEVEL and abs(y.value - before[1]) > _LEVEL)
        before = (x.value, y.value)
    if curves == 12 and count in _ROUND and not slanted:
        return 0
    return count if curves or slanted else 0


def drawn_alone(page: Any, things: Sequence[Any]) -> Iterator[Raster]:
    """As much of the page as they take, over white; over black too if some of them are pale. Where some can draw large
    letters only, all are drawn as small as those allow, and the others once more by themselves."""
    _leave(page, things)
    pales = [_opaque(thing) for thing in things]
    pale, scale = any(pales), scale_of(page)
    large = [
        (size, thing)
        for thing, is_pale in zip(things, pales, strict=True)
        if not is_pale and _edge_weight(thing) == 0 and (size := scale * finest(thing)) >= _LARGE
    ]
    if not 0 < len(large) <= _MOST_LINES:
        large = []
    yield from _over_grounds(page, pale, _LARGE_IS / min(size for size, _ in large) if large else 1.0)
    if 0 < len(large) < len(things):
        for _, thing in large:
            raw.FPDFPageObj_SetIsActive(thing, False)
        yield from _over_grounds(page, pale, 1.0)


def _leave(page: Any, things: Sequence[Any]) -> None:
    """Nothing on the page but these."""
    kept = {ctypes.addressof(thing.raw.contents) for thing in things}
    holders: set[int] = set()
    for thing in things:
        while thing.container is not None:
            thing = thing.container
            holders.add(ctypes.addressof(thing.raw.contents))
    for thing in page.get_objects():
        at = ctypes.addressof(thing.raw.contents)
        if at not in kept and at not in holders:
            raw.FPDFPageObj_SetIsActive(thing, False)


def _over_grounds(page: Any, pale: bool, by: float) -> Iterator[Raster]:
    for ground in (_WHITE, _BLACK) if pale else (_WHITE,):
        yield _seen(page, ground, by)


def _seen(page: Any, ground: int, by: float) -> Raster:
    """What stands on the page, larger than the page is looked at if it is low; found on a small copy first. Smaller by
    as much as is asked, if that leaves it high enough."""
    scale = scale_of(page)
    small = _rendered(page, ground, scale * _SMALL, (0, 0, 0, 0))
    left, top, right, bottom = inked(small)
    if right <= left:
        return rgb(small)
    height, width = small.to_numpy().shape[:2]
    wide, high = (right - left) / _SMALL, (bottom - top) / _SMALL
    if min(wide, high) < _LOW:
        by = max(1.0, min(_MOST_ENLARGED, _LONGEST / max(wide, high)))
    else:
        by = max(by, _LOW / min(wide, high))
    unit = scale * _SMALL
    crop = (left / unit, (height - bottom) / unit, (width - right) / unit, top / unit)
    return rgb(_rendered(page, ground, scale * by, crop))


def _rendered(page: Any, ground: int, scale: float, crop: tuple[float, float, float, float]) -> Any:
    colour = (ground >> 16 & 255, ground >> 8 & 255, ground & 255, 255)
    return page.render(
        scale=scale, crop=crop, draw_annots=False, may_draw_forms=False, fill_color=colour, prefer_bgrx=True
    )


def inked(bitmap: Any) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what stands on the ground, with a little room; zeroes where it has one colour."""
    pixels = np.ascontiguousarray(bitmap.to_numpy())
    whole = pixels.view(np.uint32)[..., 0]
    marked = whole != whole[0, 0]
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    height, width = whole.shape
    left, top = max(0, int(columns[0]) - 1), max(0, int(rows[0]) - 1)
    return left, top, min(width, int(columns[-1]) + 2), min(height, int(rows[-1]) + 2)


def _opaque(thing: Any) -> bool:
    """Make it solid, whatever it was; whether it is pale."""
    raw.FPDFPageObj_SetBlendMode(thing, b"Normal")
    if thing.type != raw.FPDF_PAGEOBJ_PATH:
        return True
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, filled, stroked)
    pale = False
    for used, get, put in (
        (filled.value, raw.FPDFPageObj_GetFillColor, raw.FPDFPageObj_SetFillColor),
        (stroked.value, raw.FPDFPageObj_GetStrokeColor, raw.FPDFPageObj_SetStrokeColor),
    ):
        red, green, blue, share = (ctypes.c_uint() for _ in range(4))
        if used and get(thing, red, green, blue, share):
            pale = pale or (red.value + green.value + blue.value) / 3 > _PALE
            if share.value < _OPAQUE:
                put(thing, red.value, green.value, blue.value, _OPAQUE)
    return pale
