"""The same face beside each message of a chat."""

from unittest.mock import MagicMock

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from gateway.demo.drawing import Bubble, avatar, chat
from gateway.images.match import copies as copies_module
from gateway.images.match import opencv
from gateway.images.match.copies import copies
from gateway.model import Box, Location, PictureFragment, Pixels


def fragment(picture: Image.Image, width: int = 540) -> PictureFragment:
    small = picture.resize((width, picture.height * width // picture.width), Image.Resampling.BOX)
    pixels = Pixels(small.width, small.height, np.asarray(small.convert("RGB")).tobytes())
    return PictureFragment(Location("2"), picture.width, picture.height, pixels)


@pytest.mark.parametrize("seed", range(6))
def test_all_places_of_one_face_are_found_and_none_of_another(seed: int) -> None:
    said = [Bubble("在吗"), Bubble("您好", True), Bubble("谢谢"), Bubble("好的", True), Bubble("再见")]
    picture = chat("平台客服", said, avatar(seed + 50), avatar(seed))
    found = copies(Box(30, 188, 100, 100), fragment(picture))
    assert sorted((round(box.x / 10), round(box.y / 10)) for box in found) == [(3, 49), (3, 79)]


def test_round_faces_on_their_own_colour_are_found_too() -> None:
    picture = Image.new("RGB", (1080, 900), (237, 237, 237))
    face, mask = avatar(3).resize((96, 96)), Image.new("L", (96, 96), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, 95, 95), fill=255)
    for y in (40, 301, 622):
        picture.paste(face, (32, y), mask)
        ImageDraw.Draw(picture).rounded_rectangle((150, y, 700, y + 90), 12, fill=(255, 255, 255))
    found = copies(Box(26, 36, 110, 104), fragment(picture))
    assert [abs(box.y - y) <= 4 for box, y in zip(sorted(found, key=lambda b: b.y), (297, 618), strict=True)] == [
        True
    ] * 2


@pytest.mark.parametrize("box", [Box(0, 0, 4, 4), Box(500, 800, 90, 90), Box(1079, 899, 50, 50), Box(5000, 5000, 9, 9)])
def test_what_is_small_plain_or_outside_has_none(box: Box) -> None:
    assert copies(box, fragment(Image.new("RGB", (1080, 900), (237, 237, 237)))) == []


def test_a_pattern_that_is_alike_everywhere_costs_a_bounded_number_of_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    tile = np.indices((10, 10)).sum(0) % 2 * 40
    shades = np.repeat(np.repeat(np.arange(48 * 48).reshape(48, 48) % 2 * 120, 10, 0), 10, 1)
    grey = (np.tile(tile, (48, 48)) + shades + 40).astype(np.uint8)
    look = MagicMock(side_effect=cv2.minMaxLoc)
    monkeypatch.setattr(opencv.cv2, "minMaxLoc", look)
    found = copies(Box(0, 0, 10, 10), fragment(Image.fromarray(np.stack([grey] * 3, 2)), 480))
    assert len(found) <= look.call_count == copies_module._MOST_LOOKS
