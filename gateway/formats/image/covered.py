"""Rectangles of one colour over boxes of a decoded picture: nothing of what was there is left in it.

One colour and one shape for whatever is covered. Where a palette has no room for the colour, its nearest one serves.
What is see-through is made opaque inside a box, and loses what stood below it everywhere.

In: a Pillow picture as shown, boxes. Out: another picture, that carries nothing but pixels. Raises ValueError for a box
that is not in it.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gateway.model import Box

FILL = (116, 116, 120)
"""Grey, to be seen on light pages and on dark ones."""
_PLAIN = {"1": 0, "L": 116, "RGB": FILL, "CMYK": (4, 4, 0, 135)}
_CLEAR = {"LA": (116, 255), "RGBA": (*FILL, 255)}


def covered(picture: Image.Image, boxes: Iterable[Box]) -> Image.Image:
    """The picture, of the same mode where that is one that files are written in, else red, green and blue."""
    slots = [_slot(box, picture.width, picture.height) for box in boxes]
    if picture.mode == "P":
        return _of_palette(picture, slots)
    if picture.mode not in _PLAIN and picture.mode not in _CLEAR:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    elif picture.mode in _PLAIN and picture.has_transparency_data:  # one colour is said to be see-through
        picture = picture.convert("LA" if picture.mode in ("1", "L") else "RGBA")
    mode = picture.mode
    values = np.array(picture)
    if mode in _CLEAR:
        values[values[..., -1] == 0] = 0
    for rows, columns in slots:
        values[rows, columns] = (
            (bool(_PLAIN[mode]) if mode == "1" else _PLAIN[mode]) if mode in _PLAIN else _CLEAR[mode]
        )
    return Image.fromarray(values, mode) if mode == "CMYK" else Image.fromarray(values)


def nearest(palette: NDArray[np.uint8], opaque: NDArray[np.bool_]) -> int:
    """The number of the colour that is most like the one for covering, of those that are not see-through."""
    away = ((palette.astype(np.int32) - FILL) ** 2).sum(axis=1)
    away[~opaque] = 1 << 30
    return int(away.argmin())


def _of_palette(picture: Image.Image, slots: list[tuple[slice, slice]]) -> Image.Image:
    clear = picture.info.get("transparency")
    palette = np.array(picture.getpalette("RGB") or [0, 0, 0], np.uint8).reshape(-1, 3)
    values = np.array(picture)
    size = int(values.max(initial=0)) + 1
    if len(palette) < size:
        palette = np.pad(palette, ((0, size - len(palette)), (0, 0)))
    alpha = np.full(len(palette), 255, np.uint8)
    if isinstance(clear, int) and clear < len(alpha):
        alpha[clear] = 0
    elif isinstance(clear, bytes):
        alpha[: len(clear)] = np.frombuffer(clear, np.uint8)[: len(alpha)]
    known = np.flatnonzero((palette == FILL).all(axis=1) & (alpha == 255))
    if not len(known) and len(palette) < 256:
        palette, alpha = np.vstack((palette, np.array([FILL], np.uint8))), np.append(alpha, np.uint8(255))
        known = np.array([len(palette) - 1])
    number = int(known[0]) if len(known) else nearest(palette, alpha == 255)
    alpha[number] = 255  # where every colour is see-through, this one is so no more
    for rows, columns in slots:
        values[rows, columns] = number
    made = Image.fromarray(values)
    made.putpalette(palette.tobytes(), "RGB")
    if alpha.min() < 255:
        made.info["transparency"] = alpha.tobytes()
    return made


def _slot(box: Box, width: int, height: int) -> tuple[slice, slice]:
    left, top = max(0, box.x), max(0, box.y)
    right, bottom = min(width, box.x + box.width), min(height, box.y + box.height)
    if left >= right or top >= bottom:
        raise ValueError("a box outside the picture")
    return slice(top, bottom), slice(left, right)
