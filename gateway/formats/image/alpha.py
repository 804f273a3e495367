"""What a picture with see-through places is laid on, so that what it shows can be read.

A mail program may show it on white, on black or on anything between: white letters on nothing are read in a dark
window. The backdrop contrasts with what is opaque; where that is light and dark at once, grey shows both.
"""

import numpy as np
from PIL import Image

_WHITE, _BLACK, _GREY = (255, 255, 255, 255), (0, 0, 0, 255), (128, 128, 128, 255)
_LIGHT, _DARK = 200, 90
_FEW = 0.02


def laid_on_backdrop(picture: Image.Image) -> Image.Image:
    """The picture without see-through places; RGB."""
    seen = picture.convert("RGBA")
    backdrop = Image.new("RGBA", seen.size, _backdrop(seen))
    return Image.alpha_composite(backdrop, seen).convert("RGB")


def _backdrop(seen: Image.Image) -> tuple[int, int, int, int]:
    small = seen.copy()
    small.thumbnail((1024, 1024), Image.Resampling.NEAREST)
    values = np.asarray(small)
    opaque = values[..., 3] > 64
    if not opaque.any() or opaque.all():
        return _WHITE
    brightness = np.asarray(small.convert("RGB").convert("L"))[opaque]
    light, dark = float((brightness > _LIGHT).mean()), float((brightness < _DARK).mean())
    if light > _FEW and dark > _FEW:
        return _GREY
    return _BLACK if light > dark else _WHITE
