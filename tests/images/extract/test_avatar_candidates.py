"""Places that could be avatars are cut out, wherever they stand; nothing else is promised of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gateway.demo.drawing import avatar
from gateway.images.extract.avatar_candidates import MOST, patches
from gateway.images.extract.raster import Raster
from gateway.model import PATCH, Box


def raster(picture: Image.Image) -> Raster:
    return np.asarray(picture.convert("RGB"), np.uint8)


def nearest(found: Raster, wanted: Box) -> float:
    """Intersection over union of the best candidate."""
    best = 0.0
    for patch in patches(found):
        box = patch.box
        across = min(box.x + box.width, wanted.x + wanted.width) - max(box.x, wanted.x)
        down = min(box.y + box.height, wanted.y + wanted.height) - max(box.y, wanted.y)
        if across > 0 and down > 0:
            shared = across * down
            best = max(best, shared / (box.width * box.height + wanted.width * wanted.height - shared))
    return best


@pytest.mark.parametrize("size", [24, 40, 96, 300])
@pytest.mark.parametrize("ground", [(237, 237, 237), (17, 17, 17)])
def test_a_face_on_a_page_is_a_candidate(size: int, ground: tuple[int, int, int]) -> None:
    page = Image.new("RGB", (700, 900), ground)
    page.paste(avatar(3).resize((size, size), Image.Resampling.LANCZOS), (60, 200))
    assert nearest(raster(page), Box(60, 200, size, size)) > 0.75


def test_a_badge_at_the_corner_is_not_taken_for_a_part_of_the_face() -> None:
    page = Image.new("RGB", (700, 900), (255, 255, 255))
    page.paste(avatar(5).resize((144, 144), Image.Resampling.LANCZOS), (42, 300))
    ImageDraw.Draw(page).ellipse((168, 282, 204, 318), fill=(250, 81, 81))
    assert nearest(raster(page), Box(42, 300, 144, 144)) > 0.85


def test_the_picture_itself_is_a_candidate_and_a_plain_one_has_none_other() -> None:
    (whole,) = patches(np.full((120, 120, 3), 90, np.uint8))
    assert whole.box == Box(0, 0, 120, 120)
    assert patches(np.zeros((10, 400, 3), np.uint8)) == ()


@settings(max_examples=25)
@given(st.integers(18, 700), st.integers(18, 700), st.integers(0, 2**32 - 1), st.booleans())
def test_candidates_lie_in_the_picture_and_are_of_one_size(width: int, height: int, seed: int, coarse: bool) -> None:
    dice = np.random.default_rng(seed)
    cell = 16 if coarse else 1
    small = dice.integers(0, 256, (-(-height // cell), -(-width // cell), 3), np.uint8)
    picture = small.repeat(cell, axis=0).repeat(cell, axis=1)[:height, :width]
    found = patches(np.ascontiguousarray(picture))
    assert len(found) <= MOST
    for patch in found:
        assert len(patch.rgb) == PATCH * PATCH * 3
        assert 0 <= patch.box.x < patch.box.x + patch.box.width <= width
        assert 0 <= patch.box.y < patch.box.y + patch.box.height <= height
