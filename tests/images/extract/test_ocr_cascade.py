"""The quick reader first, the exact one where it is unsure; columns and turned pages are read by either."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gateway.demo.drawing import font, mail
from gateway.images.extract.characters import text_boxes
from gateway.images.extract.lines import text_of
from gateway.images.extract.ocr import Ocr, OcrLine
from gateway.images.extract.ocr_cascade import _laid_flat
from gateway.images.extract.raster import Raster
from gateway.model import Box


def raster(picture: Image.Image) -> Raster:
    return np.asarray(picture.convert("RGB"), np.uint8)


def said(picture: Image.Image, ocr: Ocr) -> str:
    return "\n".join(line.text for line in text_of(raster(picture), ocr).lines)


PAGE = mail("举报星儿", ["发件人:张小鸣"], ["我要举报这个主播", "电话13800138000", "请平台尽快处理"])


@pytest.mark.parametrize("degrees", [90, 180, 270, 3])
def test_a_turned_page_is_read(ocr: Ocr, degrees: int) -> None:
    turned = PAGE.rotate(degrees, expand=True, fillcolor=(255, 255, 255))
    text = said(turned, ocr)
    assert "张小鸣" in text
    assert "13800138000" in text


def test_a_line_of_a_page_upside_down_stands_where_it_is_seen(ocr: Ocr) -> None:
    lines = text_of(raster(PAGE.rotate(180)), ocr).lines
    (sender,) = [line for line in lines if "张小鸣" in line.text]
    upright = next(line for line in text_of(raster(PAGE), ocr).lines if "张小鸣" in line.text)
    assert sender.box.y == pytest.approx(PAGE.height - upright.box.y - upright.box.height, abs=8)
    assert sender.box.x == pytest.approx(PAGE.width - upright.box.x - upright.box.width, abs=8)


def test_a_column_of_upright_characters_is_read(ocr: Ocr) -> None:
    picture = Image.new("RGB", (500, 700), "white")
    draw = ImageDraw.Draw(picture)
    for column, text in enumerate(("举报人张小鸣", "星儿直播违规", "请尽快处理")):
        for number, character in enumerate(text):
            draw.text((400 - column * 140, 50 + number * 74), character, font=font(56), fill="black")
    text = said(picture, ocr).replace("\n", "")
    assert "张小鸣" in text


def test_faint_letters_on_dark_are_read(ocr: Ocr) -> None:
    picture = Image.new("RGB", (700, 200), (28, 28, 30))
    ImageDraw.Draw(picture).text((30, 60), "举报人张小鸣", font=font(34), fill=(84, 84, 88))
    assert "张小鸣" in said(picture, ocr)


@given(st.integers(5, 80), st.integers(5, 600), st.integers(0, 2**32 - 1))
def test_any_column_can_be_laid_flat(width: int, height: int, seed: int) -> None:
    column = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    flat = _laid_flat(column)
    assert flat.dtype == np.uint8
    assert flat.shape[0] >= 8
    assert flat.shape[1] % flat.shape[0] == 0


@given(st.lists(st.tuples(st.text(min_size=1, max_size=12), st.integers(1, 900), st.integers(1, 900)), max_size=4))
def test_characters_stand_inside_their_line(lines: list[tuple[str, int, int]]) -> None:
    given_ = [OcrLine(text.replace("\n", "x"), Box(7, 9, width, height), 0.5) for text, width, height in lines]
    joined = "\n".join(line.text for line in given_)
    at = 0
    for line in given_:
        mine = [mark for mark in text_boxes(given_) if at <= mark.start < at + len(line.text)]
        assert [joined[mark.start : mark.end] for mark in mine] == [c for c in line.text if not c.isspace()]
        for mark in mine:
            assert line.box.x <= mark.box.x <= mark.box.x + mark.box.width <= line.box.x + line.box.width
            assert line.box.y <= mark.box.y <= mark.box.y + mark.box.height <= line.box.y + line.box.height
        at += len(line.text) + 1
