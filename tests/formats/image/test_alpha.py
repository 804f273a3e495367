"""Letters on nothing are readable, whatever their colour: a mail program's window may be dark."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gateway.formats.image.alpha import laid_on_backdrop


def letters(*colours: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGBA", (400, 120 * len(colours)), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    for number, colour in enumerate(colours):
        draw.rectangle((50, 120 * number + 40, 90, 120 * number + 80), fill=(*colour, 255))
    return picture


@pytest.mark.parametrize(
    "colours",
    [
        ((255, 255, 255),),
        ((0, 0, 0),),
        ((250, 250, 240), (10, 10, 30)),
        ((255, 255, 0),),
        ((120, 20, 20),),
    ],
)
def test_what_is_opaque_stands_out_from_what_is_behind_it(colours: tuple[tuple[int, int, int], ...]) -> None:
    laid = np.asarray(laid_on_backdrop(letters(*colours)).convert("L")).astype(int)
    behind = laid[5, 5]
    for number in range(len(colours)):
        assert abs(laid[120 * number + 60, 70] - behind) >= 60


def test_a_picture_without_see_through_places_is_as_it_was() -> None:
    plain = Image.new("RGBA", (10, 10), (9, 8, 7, 255))
    assert laid_on_backdrop(plain).getpixel((3, 3)) == (9, 8, 7)
    assert laid_on_backdrop(Image.new("RGBA", (10, 10), (0, 0, 0, 0))).getpixel((3, 3)) == (255, 255, 255)
