"""Text in pictures: drawn Chinese screenshots are read exactly, photographs are not taken for text."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from gateway.demo.drawing import Bubble, avatar, chat, font, mail
from gateway.images.extract import look_at
from gateway.images.extract.lines import _in_order, _tiles, text_of
from gateway.images.extract.ocr import Ocr, OcrLine
from gateway.images.extract.raster import Raster, is_drawn
from gateway.model import Box, Location, PictureFragment, TextFragment, Unreadable

HERE = Location("2")


def raster(picture: Image.Image) -> Raster:
    return np.asarray(picture.convert("RGB"), np.uint8)


def box_middle(box: Box) -> float:
    return box.x + box.width / 2


def words(picture: Image.Image, ocr: Ocr) -> str:
    return "\n".join(line.text for line in text_of(raster(picture), ocr).lines)


def test_a_screenshot_of_a_mail_is_read_exactly(ocr: Ocr) -> None:
    picture = mail("举报星儿", ["发件人:张小鸣"], ["我在直播间看到违规内容", "电话13800138000"])
    assert words(picture, ocr).split("\n") == ["举报星儿", "发件人:张小鸣", "我在直播间看到违规内容", "电话13800138000"]


def test_each_character_knows_its_place(ocr: Ocr) -> None:
    picture = chat("举报人", [Bubble("你好"), Bubble("我是张小鸣", mine=True)], avatar(1), avatar(2))
    pieces = list(look_at(raster(picture), HERE, ocr))
    (text,) = [piece for piece in pieces if isinstance(piece, TextFragment)]
    assert text.medium == "picture"
    assert "".join(text.text[mark.start : mark.end] for mark in text.boxes) == "".join(text.text.split())
    at = text.text.index("我是张小鸣")
    mine = [mark.box for mark in text.boxes if at <= mark.start < at + 5]
    assert len(mine) == 5
    assert all(box.x > 540 for box in mine), "a bubble of the one who holds the phone stands on the right"
    assert all(300 < box.y < 460 for box in mine)
    for one, other in pairwise(mine):
        assert one.x < other.x
        assert box_middle(other) - box_middle(one) == pytest.approx(38, abs=6)


def test_a_screenshot_a_third_as_large_is_still_read(ocr: Ocr) -> None:
    picture = mail("举报星儿", ["发件人:张小鸣"], ["微信号是鸣鸣不飞"])
    small = picture.resize((picture.width // 3, picture.height // 3), Image.Resampling.LANCZOS)
    assert "张小鸣" in words(small, ocr)
    assert "鸣鸣不飞" in words(small, ocr)


def test_a_tall_screenshot_is_read_to_its_end_and_nothing_twice(ocr: Ocr) -> None:
    said = [f"第{number}条消息张小鸣" for number in range(1, 13)]
    picture = Image.new("RGB", (400, 5200), "white")
    draw = ImageDraw.Draw(picture)
    for number, text in enumerate(said):
        draw.text((20, 40 + number * 425), text, font=font(34), fill="black")
    assert words(picture, ocr).split("\n") == said


def test_text_that_lies_on_its_side_is_read(ocr: Ocr) -> None:
    picture = mail("举报", ["发件人:张小鸣"], ["你好你好你好"]).rotate(90, expand=True)
    assert "张小鸣" in words(picture, ocr)


def upright(columns: tuple[str, ...], size: int = 40) -> Image.Image:
    picture = Image.new("RGB", (600, 520), "white")
    draw = ImageDraw.Draw(picture)
    for number, column in enumerate(columns):
        for place, character in enumerate(column):
            at = (500 - number * (size + 24), 30 + place * (size + 6))
            draw.text(at, character, fill="black", font=font(size))
    return picture


@pytest.mark.parametrize(
    "columns",
    [("昨天晚上收到观众张", "小鸣的来信请您说明"), ("这是投诉人张小", "鸣"), ("甲方观众张", "小鸣寄来", "三页")],
)
def test_columns_of_upright_characters_are_read_from_the_right(columns: tuple[str, ...], ocr: Ocr) -> None:
    assert words(upright(columns), ocr).split("\n") == list(columns)


def line(text: str, x: int, y: int, width: int, height: int) -> OcrLine:
    return OcrLine(text, Box(x, y, width, height), 0.9)


def test_columns_stand_where_they_begin_among_lines_and_lines_stay_in_their_rows() -> None:
    lines = (
        line("题目", 10, 0, 200, 30),
        line("左栏三四", 300, 60, 40, 160),
        line("右栏一二", 360, 60, 40, 160),
        line("旁注", 10, 100, 80, 30),
        line("甲", 10, 400, 30, 30),
        line("乙", 60, 400, 30, 30),
        line("孤栏五六", 800, 500, 40, 160),
        line("末", 10, 700, 30, 30),
    )
    for order in (lines, lines[::-1]):
        read = [one.text for one in _in_order(order)]
        assert read == ["题目", "右栏一二", "左栏三四", "旁注", "甲", "乙", "孤栏五六", "末"]


def test_an_avatar_has_no_text_worth_holding_a_mail_for(ocr: Ocr) -> None:
    for seed in range(3):
        assert not text_of(raster(avatar(seed, 240)), ocr).unsure


def noise_of_a_photograph(seed: int) -> Image.Image:
    picture = avatar(seed, 640)
    noise = np.random.default_rng(seed).normal(0, 14, (640, 640, 3))
    return Image.fromarray(np.clip(np.asarray(picture, np.float64) + noise, 0, 255).astype(np.uint8))


def test_a_photograph_is_neither_drawn_nor_unread_text(ocr: Ocr) -> None:
    picture = noise_of_a_photograph(3)
    assert not is_drawn(raster(picture))
    assert is_drawn(raster(mail("举报", ["张小鸣"], ["你好"])))
    assert not text_of(raster(picture), ocr).unsure


SENTENCES = ("你好,我叫张小鸣,我要举报主播星儿在直播中的行为。", "她多次引导观众到站外付费,并公布了他人的隐私。") * 5


def test_a_page_of_text_too_small_to_read_is_said_to_be_unread(ocr: Ocr) -> None:
    picture = mail("举报星儿", ["发件人:张小鸣"], SENTENCES)
    tiny = picture.resize((picture.width // 9, picture.height // 9), Image.Resampling.LANCZOS)
    pieces = list(look_at(raster(tiny), HERE, ocr))
    assert Unreadable(HERE, "picture_text_unsure") in pieces


def test_a_page_that_is_out_of_focus_is_still_seen_to_have_text(ocr: Ocr) -> None:
    picture = mail("举报星儿", ["发件人:张小鸣"], SENTENCES[:4]).filter(ImageFilter.GaussianBlur(5))
    assert len(text_of(raster(picture), ocr).lines) >= 4


def test_a_spacer_of_a_few_pixels_costs_no_reading() -> None:
    class Never:
        def lines(self, raster: Raster) -> list[OcrLine]:
            raise AssertionError("it was asked")

    (picture,) = look_at(np.full((3, 300, 3), 255, np.uint8), HERE, Never())
    assert isinstance(picture, PictureFragment)


@given(st.integers(16, 5000), st.integers(16, 60_000))
def test_tiles_cover_every_row_and_overlap(width: int, height: int) -> None:
    tiles = list(_tiles(width, height))
    assert tiles[0][0] == 0
    assert tiles[-1][1] == height
    for (_, bottom), (top, _) in pairwise(tiles):
        assert 0 < bottom - top < 400


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 500)), max_size=12, unique=True), st.integers(1, 900))
def test_a_line_is_placed_inside_the_picture_whatever_the_engine_says(places: list[tuple[int, int]], size: int) -> None:
    class Careless:
        def lines(self, raster: Raster) -> list[OcrLine]:
            return [OcrLine("张", Box(x * 9, y * 9, size, size), 0.99) for x, y in places]

    picture = np.zeros((200, 300, 3), np.uint8)
    for line in text_of(picture, Careless()).lines:
        assert 0 <= line.box.x <= line.box.x + line.box.width <= 300
        assert 0 <= line.box.y <= line.box.y + line.box.height <= 200


def test_reading_is_the_same_each_time(ocr: Ocr) -> None:
    picture = raster(mail("举报", ["张小鸣"], ["你好"]))
    assert list(look_at(picture, HERE)) == list(look_at(picture, HERE)) == list(look_at(picture, HERE, ocr))


@pytest.mark.parametrize("width", [16, 539, 540, 541, 1080])
def test_a_small_copy_is_handed_on(width: int) -> None:
    picture = next(iter(look_at(np.zeros((40, width, 3), np.uint8), HERE)))
    assert isinstance(picture, PictureFragment)
    assert (picture.width, picture.height) == (width, 40)
    assert picture.pixels.width == min(width, 540)
    assert len(picture.pixels.rgb) == picture.pixels.width * picture.pixels.height * 3


def test_a_picture_of_endless_height_is_handed_on_small() -> None:
    class Blind:
        def lines(self, raster: Raster) -> list[OcrLine]:
            return []

    picture = next(iter(look_at(np.zeros((30_000, 1000, 3), np.uint8), HERE, Blind())))
    assert isinstance(picture, PictureFragment)
    assert picture.pixels.height <= 8000
