"""Pictures after rewriting are those before, but for the boxes that were covered."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gateway.inspection.painted import looks_as_planned
from gateway.model import Box, Edit, Location, PictureFragment, Pixels, steps

WHERE, FILE = Location("2", (steps.file("a.png"),)), (1,)
COVERED = Box(40, 40, 80, 24)
PAINT = Edit(0, WHERE, (0, 0), "", "paint", FILE, (COVERED,))


def page() -> Image.Image:
    made = Image.new("RGB", (300, 200), "white")
    draw = ImageDraw.Draw(made)
    for row in range(8):
        draw.text((20, 20 + row * 20), "the quick brown fox jumps over it", "black")
    return made


def fragment(image: Image.Image) -> PictureFragment:
    rgb = np.asarray(image.convert("RGB"), np.uint8)
    return PictureFragment(
        WHERE, image.width, image.height, Pixels(image.width, image.height, rgb.tobytes()), file=FILE
    )


def painted(image: Image.Image, box: Box = COVERED) -> Image.Image:
    made = image.copy()
    ImageDraw.Draw(made).rectangle((box.x, box.y, box.x + box.width - 1, box.y + box.height - 1), "gray")
    return made


def as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    made = BytesIO()
    image.save(made, "JPEG", quality=quality)
    return Image.open(made)


@pytest.mark.parametrize("quality", [95, 90])
def test_what_was_covered_and_encoded_anew_is_as_planned(quality: int) -> None:
    before = [fragment(page())]
    assert looks_as_planned(before, [PAINT], [fragment(painted(page()))])
    assert looks_as_planned(before, [PAINT], [fragment(as_jpeg(painted(page()), quality))])


def test_the_same_picture_is_as_planned_and_so_is_none() -> None:
    assert looks_as_planned([fragment(page())], [], [fragment(page())])
    assert looks_as_planned([fragment(page())], [], [])


@pytest.mark.parametrize("word", ["zhang", "z", "138"])
def test_a_word_drawn_elsewhere_is_not(word: str) -> None:
    lie = painted(page())
    ImageDraw.Draw(lie).text((200, 185), word, "black")
    assert not looks_as_planned([fragment(page())], [PAINT], [fragment(lie)])


def test_a_picture_that_was_not_there_or_has_another_size_is_not() -> None:
    assert not looks_as_planned([], [], [fragment(page())])
    small = page().resize((150, 100))
    assert not looks_as_planned([fragment(page())], [PAINT], [fragment(small)])
    elsewhere = replace(fragment(page()), file=(2,))
    assert not looks_as_planned([fragment(page())], [], [elsewhere])


def test_a_picture_that_was_to_go_may_be_one_colour_and_nothing_else() -> None:
    gone = Edit(0, WHERE, (0, 0), "[图片略]", "remove", FILE)
    assert looks_as_planned([fragment(page())], [gone], [fragment(Image.new("RGB", (300, 200), "gray"))])
    lie = Image.new("RGB", (300, 200), "gray")
    ImageDraw.Draw(lie).text((20, 20), "zhang", "black")
    assert not looks_as_planned([fragment(page())], [gone], [fragment(lie)])
