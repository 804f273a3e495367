"""A picture with places filled, as PNG. Pure: raw pixels in, bytes out.

Filled, not blurred: what is blurred can be guessed back. A mosaic is for pictures of which something has to be seen
to decide at all: of twelve columns, no line of text and no face remains.
"""

import io
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageDraw

from gateway.model import Box, PictureFragment

WHOLE: Literal["whole"] = "whole"
MOSAIC: Literal["mosaic"] = "mosaic"
_COLUMNS = 12
_FILL = (32, 32, 36)
_FRAME, _FRAME_OFF = (214, 48, 49), 5


@dataclass(frozen=True, slots=True)
class Cover:
    """Boxes in pixels of the picture as sent, and whether the rest of it is shown. `marked` get a frame: there is
    what was found."""

    boxes: tuple[Box, ...] = ()
    how: str = ""
    marked: tuple[Box, ...] = ()


def png(picture: PictureFragment, cover: Cover) -> bytes:
    """The covered picture."""
    pixels = picture.pixels
    size = (pixels.width, pixels.height)
    if cover.how == WHOLE:
        image = Image.new("RGB", size, _FILL)
    else:
        image = Image.frombytes("RGB", size, pixels.rgb)
        if cover.how == MOSAIC:
            image = _mosaic(image)
        draw = ImageDraw.Draw(image)
        across, down = pixels.width / max(1, picture.width), pixels.height / max(1, picture.height)
        for box in cover.boxes:
            left, top = box.x * across - 2, box.y * down - 2
            right, bottom = (box.x + box.width) * across + 2, (box.y + box.height) * down + 2
            draw.rectangle((left, top, max(left, right), max(top, bottom)), fill=_FILL)
        for box in cover.marked:
            left, top = box.x * across - _FRAME_OFF, box.y * down - _FRAME_OFF
            right, bottom = (box.x + box.width) * across + _FRAME_OFF, (box.y + box.height) * down + _FRAME_OFF
            draw.rectangle((left, top, max(left, right), max(top, bottom)), outline=_FRAME, width=2)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=3)
    return out.getvalue()


def _mosaic(image: Image.Image) -> Image.Image:
    columns = min(_COLUMNS, max(1, image.width // 8))
    rows = max(1, round(columns * image.height / max(1, image.width)))
    small = image.resize((columns, rows), Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.NEAREST)
