"""Rectangles over words and faces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gateway.demo.drawing import font
from gateway.model import Box, Location, PictureFragment, Pixels, TextBox, TextFragment, steps
from gateway.rewriting.boxes import boxes_of
from gateway.rewriting.covering import over_face, over_words

WHERE = Location("2", (steps.file("a.png"),))


def page(width: int = 540, height: int = 200, *texts: tuple[int, int, str]) -> PictureFragment:
    picture = Image.new("RGB", (width, height), (244, 244, 244))
    for x, y, text in texts:
        ImageDraw.Draw(picture).text((x, y), text, font=font(24), fill=(20, 20, 20))
    return PictureFragment(WHERE, width, height, Pixels(width, height, np.asarray(picture).tobytes()))


def characters(x: int, y: int, count: int, side: int = 24) -> list[Box]:
    return [Box(x + number * side, y, side, side) for number in range(count)]


def test_two_three_and_four_characters_alone_in_a_row_are_covered_alike() -> None:
    picture = page()
    (two,), (three,) = (over_words(characters(100, 50, count), picture) for count in (2, 3))
    assert (two.height, two.y) == (three.height, three.y)
    assert abs(two.width - three.width) <= 72
    widths = {over_words(characters(100, 50, count), picture)[0].width for count in (1, 2)}
    assert len(widths) == 1


def test_what_stands_beside_is_not_covered() -> None:
    picture = page(540, 200, (40, 46, "用户"), (172, 46, "付款三次"))
    (cover,) = over_words(characters(96, 50, 3), picture)
    assert cover.x >= 86
    assert cover.x + cover.width <= 174


def test_a_rectangle_stays_within_what_is_around_it() -> None:
    image = Image.new("RGB", (540, 200), (230, 230, 230))
    ImageDraw.Draw(image).rectangle((80, 30, 190, 90), fill=(255, 255, 255))
    picture = PictureFragment(WHERE, 540, 200, Pixels(540, 200, np.asarray(image).tobytes()))
    (cover,) = over_words(characters(100, 50, 3), picture)
    assert cover.x >= 80
    assert cover.x + cover.width <= 191


def test_a_name_over_two_lines_has_two_rectangles_and_a_column_one() -> None:
    assert len(over_words([*characters(400, 20, 2), *characters(20, 60, 1)], None)) == 2
    assert len(over_words([Box(30, 20 + 24 * n, 24, 24) for n in range(4)], None)) == 1


def test_margins_take_in_what_sticks_out() -> None:
    (cover,) = over_words(characters(100, 50, 3), None)
    assert cover.x <= 98
    assert cover.y <= 47
    assert cover.y + cover.height >= 77
    face = over_face(Box(100, 100, 50, 50), page())
    assert (face.x, face.y, face.width, face.height) == (97, 97, 56, 56)


BOXES = st.builds(Box, st.integers(0, 600), st.integers(0, 300), st.integers(1, 200), st.integers(1, 80))


@given(st.lists(BOXES, min_size=1, max_size=12), st.integers(0, 2**32 - 1))
def test_covers_hold_all_boxes_and_lie_in_the_picture(boxes: list[Box], seed: int) -> None:
    width, height = 640, 400
    small = np.random.default_rng(seed).integers(0, 2, (200, 320, 3)).astype(np.uint8) * 255
    picture = PictureFragment(WHERE, width, height, Pixels(320, 200, small.tobytes()))
    covered = np.zeros((height, width), bool)
    for cover in over_words(boxes, picture):
        assert cover.x >= 0
        assert cover.y >= 0
        covered[cover.y : cover.y + cover.height, cover.x : cover.x + cover.width] = True
    for box in boxes:
        assert covered[box.y : box.y + box.height, box.x : box.x + box.width].all()


@pytest.mark.parametrize("span", [(0, 4), (10, 21), (0, 30)])
def test_a_code_is_covered_whole_whatever_part_of_it_was_found(span: tuple[int, int]) -> None:
    box = Box(10, 20, 80, 80)
    code = TextFragment(WHERE, "code", "x" * 30, boxes=(TextBox(0, 30, box, 1.0),))
    assert boxes_of(code, span) == [box]
