"""Characters of a line, cut where its ink is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gateway.demo.drawing import font
from gateway.images.extract.characters import text_boxes
from gateway.images.extract.cuts import cuts
from gateway.images.extract.ocr import OcrLine
from gateway.model import Box

LINES = (
    "您好，我是章晓鸣，昨晚在直播间",
    "联系电话13912345678请尽快回复",
    "This is Lily Wong writing, 明天见",
    "illi WWW mmm 章晓鸣 iii",
    "zhangxm@mail.example 是我的邮箱",
    "本单联系人为13912345678，",
    "（章晓鸣）联系人13912345678。",
)


def drawn(
    text: str, size: int, ink: int = 20, paper: int = 240, spaced: int = 0
) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """A line, and where the ink of each character truly is."""
    face = font(size)
    x, places, picture = 6, [], Image.new("RGB", (len(text) * (size + spaced) + 20, size * 2), (paper,) * 3)
    draw = ImageDraw.Draw(picture)
    for sign in text:
        box = draw.textbbox((x, size // 3), sign, font=face)
        draw.text((x, size // 3), sign, font=face, fill=(ink,) * 3)
        places.append((int(box[0]), int(np.ceil(box[2]))))
        x += round(face.getlength(sign)) + spaced
    return np.asarray(picture.crop((0, 0, x + 6, size * 2))), places


@pytest.mark.parametrize("text", LINES)
@pytest.mark.parametrize("size", [12, 16, 30])
@pytest.mark.parametrize("look", [(20, 240, 0), (230, 17, 0), (20, 240, 3)], ids=["light", "dark", "spaced"])
def test_each_character_is_within_its_cut_and_no_neighbour_is(text: str, size: int, look: tuple[int, int, int]) -> None:
    raster, places = drawn(text, size, *look)
    found = cuts(raster, text)
    assert found is not None
    off = 3 if look[2] else 2
    for number, (sign, (low, high), (first, last)) in enumerate(zip(text, found, places, strict=True)):
        if not sign.isalnum():  # its ink is a part of its place
            continue
        assert low <= first + off  # what sticks out is the margin's
        assert high >= last - off
        for other in (number - 1, number + 1):
            if 0 <= other < len(text) and text[other].isalnum():
                middle = sum(places[other]) / 2
                assert not low + 2 <= middle < high - 2 or last - first < 8  # two pixels are what a cut may be off


def test_a_number_among_chinese_is_cut_where_it_stands_and_not_at_its_share() -> None:
    text = "我的号码13912345678请回复"
    raster, places = drawn(text, 24)
    line = OcrLine(text, Box(0, 0, raster.shape[1], raster.shape[0]), 0.99)
    boxes = text_boxes([line], raster)
    start, end = boxes[4].box, boxes[14].box
    assert abs(start.x - places[4][0]) <= 3
    assert abs(end.x + end.width - places[14][1]) <= 5


def test_a_column_is_cut_from_the_top() -> None:
    picture = Image.new("RGB", (60, 300), (240, 240, 240))
    for number, sign in enumerate("章晓鸣很好"):
        ImageDraw.Draw(picture).text((10, 10 + number * 50), sign, font=font(36), fill=(10, 10, 10))
    boxes = text_boxes([OcrLine("章晓鸣很好", Box(4, 10, 50, 270), 0.99)], np.asarray(picture))
    assert [round((mark.box.y + mark.box.height / 2 - 36) / 50) for mark in boxes] == [0, 1, 2, 3, 4]


def test_of_a_line_that_was_misread_more_is_taken() -> None:
    raster, _ = drawn("您好章晓鸣在吗", 20)
    box = Box(0, 0, raster.shape[1], raster.shape[0])
    sure, unsure = (text_boxes([OcrLine("您好章晓鸣在吗", box, how)], raster) for how in (0.99, 0.6))
    assert all(one.box.width < other.box.width for one, other in zip(sure[1:-1], unsure[1:-1], strict=True))


def test_a_rule_below_the_words_is_no_ink() -> None:
    raster, places = drawn("点击 Lily Wong 查看", 20)
    ruled = raster.copy()
    ruled[34:36, :] = (20, 20, 200)
    found = cuts(ruled, "点击 Lily Wong 查看")
    assert found is not None
    assert all(
        low <= first + 2 and high >= last - 2
        for (low, high), (first, last) in zip(found, places, strict=True)
        if last - first > 4
    )


@given(
    st.integers(1, 60),
    st.integers(1, 400),
    st.text(min_size=0, max_size=300),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0, 5, 60, 255]),
)
@settings(max_examples=150, deadline=None)
def test_any_pixels_and_any_text_give_places_in_the_line(
    high: int, wide: int, text: str, seed: int, spread: int
) -> None:
    dice = np.random.default_rng(seed)
    raster = (dice.integers(0, 256, (high, wide, 3)) * spread // 255).astype(np.uint8)
    found = cuts(raster, text)
    if found is not None:
        assert len(found) == len(text)
        assert all(0 <= low <= end <= wide for low, end in found)
    line = OcrLine(text, Box(0, 0, wide, high), 0.9)
    assert len(text_boxes([line], raster)) == sum(not sign.isspace() for sign in text)
