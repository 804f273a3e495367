"""QR and bar codes (ISO/IEC 18004 and its kin), by zxing-cpp: dark on light or light on dark, turned or not.

In: a raster. Out: what each says and where it stands.
"""

from dataclasses import dataclass, field

import zxingcpp

from gateway.model import Box
from gateway.pictures.raster import Raster, grey, scaled

_LARGEST = 12_000_000  # pixels; a code that fills a picture of more is found in a smaller copy as well


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `text` as the code declares its character set."""

    text: str = field(repr=False)
    box: Box


def codes(raster: Raster) -> list[Code]:
    """All codes that can be read."""
    height, width = raster.shape[:2]
    factor = min(1.0, (_LARGEST / (width * height)) ** 0.5)
    seen = grey(raster if factor == 1.0 else scaled(raster, factor))
    found = []
    for code in zxingcpp.read_barcodes(seen):
        corners = [code.position.top_left, code.position.top_right, code.position.bottom_left]
        corners.append(code.position.bottom_right)
        xs = [min(max(0, round(corner.x / factor)), width) for corner in corners]
        ys = [min(max(0, round(corner.y / factor)), height) for corner in corners]
        box = Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        if code.text:
            found.append(Code(str(code.text), box))
    return found
