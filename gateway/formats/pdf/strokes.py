"""How small letters can be that the paths of a page draw.

A letter turns, begins or ends at least so often within its own size. Where the turns of a path lie far apart, as those
of the line of a chart do, whatever it says is large, and is read on a small copy as well.

In: PDFium's objects. Out: points of the page, as a size. Linear in the number of segments, which is bounded.
"""

import ctypes
from typing import Any

import numpy as np
import pypdfium2.raw as raw
from numpy.typing import NDArray

_MOST_SEGMENTS = 2000
_TOGETHER = 4
"""Ends and turns in a row within which a letter may lie."""
_LEVEL = 0.02
_THIN = 4.0
"""Points that a line is thick."""

Places = NDArray[np.float64]


def finest(thing: Any) -> float:
    """The least side of a square that holds a few ends and turns in a row; 0 of what is no thin line without a gap, for
    areas and dashes leave free what is smaller than they are."""
    count = raw.FPDFPath_CountSegments(thing) if thing.type == raw.FPDF_PAGEOBJ_PATH else 0
    if not 1 < count <= _MOST_SEGMENTS or not _is_line(thing):
        return 0.0
    places, starts = _opened(thing, count)
    width = ctypes.c_float()
    raw.FPDFPageObj_GetStrokeWidth(thing, width)
    thick = np.array([[width.value, 0], [0, width.value]])
    while thing is not None:
        matrix = thing.get_matrix()
        turned = np.array([[matrix.a, matrix.b], [matrix.c, matrix.d]])
        places, thick = places @ turned + [matrix.e, matrix.f], thick @ turned
        thing = thing.container
    if not np.isfinite(places).all() or not np.abs(thick).max() <= _THIN:
        return 0.0
    key = places[_ends_and_turns(places, starts)]
    if len(key) <= _TOGETHER:
        return float(np.ptp(places, axis=0).max())
    rows = np.lib.stride_tricks.sliding_window_view(key, _TOGETHER, axis=0)
    return float(np.ptp(rows, axis=2).max(axis=1).min())


def _is_line(thing: Any) -> bool:
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, filled, stroked)
    return bool(stroked.value) and not filled.value and raw.FPDFPageObj_GetDashCount(thing) <= 0


def _opened(thing: Any, count: int) -> tuple[Places, NDArray[np.bool_]]:
    """Points in their order, those that steer a curve as well; which of them begin something new."""
    places: list[tuple[float, float]] = []
    starts: list[bool] = []
    first = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(count):
        segment = raw.FPDFPath_GetPathSegment(thing, at)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        is_start = raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO
        first = (x.value, y.value) if is_start or not places else first
        places.append((x.value, y.value))
        starts.append(is_start)
        if raw.FPDFPathSegment_GetClose(segment):
            places.append(first)
            starts.append(False)
    return np.array(places, np.float64), np.array(starts, np.bool_)


def _ends_and_turns(places: Places, starts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a path begins or ends, or goes on in another of eight directions."""
    steps = np.diff(places, axis=0)
    ways = np.where(np.abs(steps) <= _LEVEL, 0, np.sign(steps)).astype(np.int8)
    is_key = starts.copy()
    is_key[[0, -1]] = True
    is_key[:-1] |= starts[1:]
    is_key[1:-1] |= (ways[1:] != ways[:-1]).any(axis=1)
    return is_key
