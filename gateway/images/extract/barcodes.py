"""QR and bar codes (ISO/IEC 18004 and its kin), by zxing-cpp: dark on light or light on dark, turned or not.

Every kind that it reads is asked for. Matrix codes are looked for a second time in a copy of half the size, where
noise, scratches and the dots of a styled code run together, and in small pictures where none was found in a sharpened
one of twice the size. Measured on 54 codes with a hole, scratches, noise, blur or shade over them: the second and
third look add 1 in 6 scratched and noisy ones and 4 in 6 blurred ones, for a tenth more time.

In: a raster. Out: what each says and where it stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from gateway.images.calibration import BAR_LEAST_STEPS, BAR_ROW_SHARE, BAR_STEP_GREYS
from gateway.images.extract.raster import Raster, grey, resized, scaled
from gateway.model import Box, TextBox

_LARGEST = 12_000_000  # pixels; a code that fills a picture of more is found in a smaller copy as well
_SMALL = 800_000  # pixels up to which a look at double size is paid for
_HALVED = 120  # pixels of the shorter side; below, a code has no modules left at half the size

_BARS = frozenset(zxingcpp.barcode_formats_list(zxingcpp.barcode_formats_from_str("AllLinear")))
_GAP = 8
"""Of the height of bars: so far below them stands what they say, and three times so high it is at most."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `text` as the code declares its character set."""

    text: str = field(repr=False)
    box: Box

    @property
    def boxes(self) -> tuple[TextBox, ...]:
        """Its characters stand all over it."""
        return (TextBox(0, len(self.text), self.box, 1.0),)


def codes(raster: Raster) -> list[Code]:
    """All codes that can be read."""
    height, width = raster.shape[:2]
    factor = min(1.0, (_LARGEST / (width * height)) ** 0.5)
    seen = grey(raster if factor == 1.0 else scaled(raster, factor))
    found: list[Code] = []
    for looked, share, kinds in _looks(seen, found):
        for code in zxingcpp.read_barcodes(looked, formats=kinds):
            box = _box(code, factor * share, width, height)
            if code.format in _BARS:
                box = _all_of_the_bars(box, raster)
            if code.text and not any(code.text == other.text and _touch(box, other.box) for other in found):
                found.append(Code(str(code.text), box))
    return found


def _looks(seen: Raster, found: list[Code]) -> Iterator[tuple[Raster, float, Any]]:
    """The picture, its scale, and the kinds to look for; the last look is made only where nothing was found."""
    height, width = seen.shape
    yield seen, 1.0, zxingcpp.BarcodeFormat.AllReadable
    if min(height, width) >= _HALVED:
        yield resized(seen, width // 2, height // 2), 0.5, zxingcpp.BarcodeFormat.AllMatrix
    if not found and height * width <= _SMALL:
        large = resized(seen, width * 2, height * 2)
        sharp = cv2.addWeighted(large, 2.2, cv2.GaussianBlur(large, (0, 0), 3.0), -1.2, 0)
        yield np.asarray(sharp, np.uint8), 2.0, zxingcpp.BarcodeFormat.AllMatrix


def _all_of_the_bars(box: Box, raster: Raster) -> Box:
    """Of bars beside each other, the reader says where it read: a strip that it left can be read again, and below them
    stands what they say."""
    if box.width < 4 or box.height < 1:
        return box
    if box.height > box.width:  # the code stands on its side
        lying = _all_of_the_bars(Box(box.y, box.x, box.height, box.width), raster.transpose(1, 0, 2))
        return Box(lying.y, lying.x, lying.height, lying.width)
    strip = grey(np.ascontiguousarray(raster[:, box.x : box.x + box.width])).astype(np.int16)
    changes = (np.abs(np.diff(strip, axis=1)) > BAR_STEP_GREYS).sum(axis=1)
    enough = max(BAR_LEAST_STEPS, BAR_ROW_SHARE * float(changes[box.y + box.height // 2]))
    top, bottom = box.y, box.y + box.height
    while top > 0 and changes[top - 1] >= enough:
        top -= 1
    while bottom < len(changes) and changes[bottom] >= enough:
        bottom += 1
    top, end = max(0, top - 2), _end_of_what_they_say(changes, bottom, (bottom - top) // _GAP)
    return Box(box.x, top, box.width, min(len(changes), end + 2) - top)


def _end_of_what_they_say(changes: NDArray[np.int_], bottom: int, gap: int) -> int:
    """The last row of a line of digits right below the bars; their own where none is."""
    inked = changes > 1
    start = next((row for row in range(bottom, min(len(inked), bottom + gap + 2)) if inked[row]), None)
    if start is None:
        return bottom
    last = min(len(inked), start + 3 * gap)
    return next((row for row in range(start, last) if not inked[row]), last)


def _touch(one: Box, other: Box) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > 0 and down > 0


def _box(code: Any, factor: float, width: int, height: int) -> Box:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
    xs = [min(max(0, round(corner.x / factor)), width) for corner in corners]
    ys = [min(max(0, round(corner.y / factor)), height) for corner in corners]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
