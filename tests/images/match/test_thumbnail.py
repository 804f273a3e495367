"""Thumbs, avatars, and how alike pictures are."""

import numpy as np
import pytest

from gateway.images.match.thumbnail import array, avatar_pixels, correlation, is_usable, likeness, pixels_of, thumb
from gateway.model import Pixels


def noise(seed: int, width: int = 300, height: int = 200) -> Pixels:
    small = np.random.default_rng(seed).integers(0, 256, (height // 20, width // 20, 3), np.uint8)
    return pixels_of(small.repeat(20, axis=0).repeat(20, axis=1))


def test_a_thumb_is_grey_and_small_whatever_the_picture_was() -> None:
    for pixels in (noise(1), noise(1, 40, 900), Pixels(1, 1, b"\1\2\3")):
        small = thumb(pixels)
        assert (small.width, small.height, len(small.rgb)) == (96, 96, 96 * 96 * 3)
        grey = array(small)
        assert (grey[:, :, 0] == grey[:, :, 2]).all()


def test_a_picture_is_like_its_smaller_copy_and_unlike_another() -> None:
    picture = noise(1)
    half = pixels_of(np.ascontiguousarray(array(picture)[::2, ::2]))
    assert likeness(thumb(picture), thumb(half)) > 0.98
    assert likeness(thumb(picture), thumb(noise(2))) < 0.5


def test_brightness_and_contrast_make_no_difference_and_a_plain_picture_is_like_nothing() -> None:
    picture = array(noise(1))
    assert correlation(picture, (picture // 2 + 60).astype(np.uint8)) > 0.99
    assert correlation(picture, np.full_like(picture, 9)) == 0.0


def test_an_avatar_is_at_most_two_hundred_pixels_wide_and_keeps_its_shape() -> None:
    assert avatar_pixels(noise(1, 100, 80)) == noise(1, 100, 80)
    small = avatar_pixels(noise(1, 600, 300))
    assert (small.width, small.height) == (200, 100)


@pytest.mark.parametrize(
    ("pixels", "usable"),
    [
        (noise(3), True),
        (pixels_of(np.full((100, 100, 3), 90, np.uint8)), False),
        (pixels_of(np.full((100, 100, 3), 90, np.uint8) + np.arange(100, dtype=np.uint8)[:, None, None] // 25), False),
        (noise(3, 20, 20), False),
        (Pixels(4, 4, bytes(48)), False),
    ],
)
def test_a_plain_picture_is_no_usable_avatar(pixels: Pixels, usable: bool) -> None:
    assert is_usable(pixels) is usable


def test_pixels_that_are_not_as_many_as_they_say_are_refused() -> None:
    for broken in (Pixels(2, 2, b"123"), Pixels(0, 0, b"")):
        with pytest.raises(ValueError, match="pixels"):
            array(broken)
