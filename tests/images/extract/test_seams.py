"""A name over the seam of two tiles is read; pictures that only follow each other cost no second look."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gateway.demo.drawing import Bubble, avatar, chat, font
from gateway.images.extract import look_at
from gateway.images.extract.ocr import Ocr
from gateway.images.extract.raster import pixels
from gateway.images.extract.seams import _band, over_seams
from gateway.model import Location, PictureFragment, TextFragment


def page() -> Image.Image:
    picture = Image.new("RGB", (900, 240), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((100, 40), "昨天的来信由举报人张小鸣寄出请核实", fill="black", font=font(36))
    draw.text((100, 120), "联系电话是 13800138000 请保密", fill="black", font=font(36))
    return picture


def fragment(picture: Image.Image, number: int) -> PictureFragment:
    raster = np.asarray(picture.convert("RGB"), np.uint8)
    return PictureFragment(Location(str(number)), picture.width, picture.height, pixels(raster))


def read(tiles: list[Image.Image], ocr: Ocr) -> str:
    pictures, texts = list[PictureFragment](), list[TextFragment]()
    for number, tile in enumerate(tiles):
        for piece in look_at(np.asarray(tile.convert("RGB"), np.uint8), Location(str(number)), ocr):
            if isinstance(piece, PictureFragment):
                pictures.append(piece)
            elif isinstance(piece, TextFragment):
                texts.append(piece)
    return "\n".join(text.text for text in (*texts, *over_seams(pictures, texts)))


@pytest.mark.parametrize("at", [445, 460, 470])
@pytest.mark.parametrize("turned", [False, True])
def test_what_was_cut_through_is_read_over_the_seam(at: int, turned: bool, ocr: Ocr) -> None:
    tiles = [page().crop((0, 0, at, 240)), page().crop((at, 0, 900, 240))]
    said = read(tiles[::-1] if turned else tiles, ocr)
    assert "举报人张小鸣寄出" in said
    assert "13800138000" in said


@pytest.mark.parametrize("at", [56, 62])
def test_a_line_cut_in_its_middle_is_read_over_the_seam(at: int, ocr: Ocr) -> None:
    assert "张小鸣" in read([page().crop((0, 0, 900, at)), page().crop((0, at, 900, 240))], ocr)


def test_screenshots_of_one_app_are_no_tiles() -> None:
    words = ("昨天的手机是翻新的", "不可能的", "序列号查不到", "再等等", "最近很忙", "我要退款", "好的", "晚上见")
    shots = [
        chat(f"聊天{n}", [Bubble(words[(n + m) % 8], bool(m % 2)) for m in range(5)], avatar(n), avatar(n + 9))
        for n in range(6)
    ]
    height = min(shot.height for shot in shots)
    fragments = [fragment(shot.crop((0, 0, shot.width, height)), n) for n, shot in enumerate(shots)]
    assert [
        (a, b) for a in range(6) for b in range(6) if a != b and _band(fragments[a], fragments[b], {}) is not None
    ] == []


def test_photographs_are_no_tiles() -> None:
    chance = np.random.default_rng(5)
    made = [Image.fromarray(chance.integers(0, 256, (240, 320, 3), np.uint8)) for _ in range(6)]
    fragments = [fragment(one, n) for n, one in enumerate(made)]
    assert all(_band(a, b, {}) is None for a in fragments for b in fragments if a is not b)
