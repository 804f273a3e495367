"""Avatars of which a filter took the colours: found, told from others, and left alone where anybody could be meant."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from gateway.demo.drawing import avatar
from gateway.images.extract.avatar_candidates import patches
from gateway.images.match.grayscale import FilteredFaces
from gateway.images.match.thumbnail import avatar_pixels
from gateway.model import Patch, Pixels


def pixels(picture: Image.Image) -> Pixels:
    return avatar_pixels(Pixels(picture.width, picture.height, picture.convert("RGB").tobytes()))


def cut(picture: Image.Image) -> tuple[Patch, ...]:
    return patches(np.asarray(picture.convert("RGB"), np.uint8))


def grey(picture: Image.Image) -> Image.Image:
    return ImageOps.grayscale(picture).convert("RGB")


def sepia(picture: Image.Image) -> Image.Image:
    return ImageOps.colorize(ImageOps.grayscale(picture), (40, 26, 13), (255, 240, 200))


@pytest.mark.parametrize("change", [grey, sepia, lambda picture: picture])
@pytest.mark.parametrize("seed", [0, 1, 2, 5])
def test_a_copy_is_found_without_its_colours_as_with_them(
    seed: int, change: Callable[[Image.Image], Image.Image]
) -> None:
    page = Image.new("RGB", (500, 300), (240, 240, 240))
    page.paste(change(avatar(seed)).resize((90, 90)), (40, 60))
    everybody = FilteredFaces.joined(
        [FilteredFaces([pixels(avatar(one)), pixels(avatar(one + 20))]) for one in (seed, 7)]
    )
    found = everybody.among(cut(page), 0.82)
    assert {owner for _, owner, _ in found} == {0}
    assert all(abs(likeness.box.x - 40) < 12 and abs(likeness.box.y - 60) < 12 for _, _, likeness in found)


def lettered(ground: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGB", (120, 120), ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((30, 30, 90, 42), fill=(255, 255, 255))
    draw.rectangle((54, 30, 66, 96), fill=(255, 255, 255))
    return picture


def test_a_white_sign_on_a_colour_is_nobody_s_in_grey() -> None:
    faces = FilteredFaces([pixels(lettered((20, 60, 200)))])
    assert faces.among(cut(lettered((20, 60, 200))), 0.82)
    assert not faces.among(cut(grey(lettered((200, 40, 20)))), 0.82)
    assert FilteredFaces([]).among(cut(grey(avatar(1))), 0.5) == []
