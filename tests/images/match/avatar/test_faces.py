"""Avatars among cut-outs: found in every form in which they are shown, told from others, many at once."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from gateway.demo.drawing import avatar
from gateway.images.calibration import AVATAR_DISTINCT_SCORE
from gateway.images.extract.avatar_candidates import patches
from gateway.images.match.avatar.coarse import correlations, looks, masks, templates
from gateway.images.match.avatar.faces import Faces, distinct
from gateway.images.match.avatar.masks import CIRCLES, COARSE
from gateway.images.match.thumbnail import avatar_pixels
from gateway.model import Patch, Pixels


def pixels(picture: Image.Image) -> Pixels:
    return avatar_pixels(Pixels(picture.width, picture.height, picture.convert("RGB").tobytes()))


def cut(picture: Image.Image) -> list[Patch]:
    return list(patches(np.asarray(picture.convert("RGB"), np.uint8)))


def bordered(face: Image.Image) -> Image.Image:
    shown = ImageOps.expand(face.resize((120, 120)), 5, (245, 185, 66))
    ImageDraw.Draw(shown).ellipse((92, 92, 128, 128), fill=(250, 81, 81))
    return shown


def recoloured(face: Image.Image) -> Image.Image:
    values = np.asarray(face.convert("HSV")).astype(np.int16)
    values[..., 0] = (values[..., 0] + 6) % 256
    values[..., 2] = np.clip(values[..., 2] * 0.92, 0, 255)
    return Image.fromarray(values.astype(np.uint8), "HSV").convert("RGB")


@pytest.mark.parametrize("change", [ImageOps.mirror, bordered, recoloured, lambda face: face.resize((24, 24))])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_is_found_in_each_form(seed: int, change: Callable[[Image.Image], Image.Image]) -> None:
    face = avatar(seed)
    found = Faces([pixels(face)]).among(cut(change(face)), 0.82)
    assert found
    assert all(owner == 0 for _, owner, _ in found)


@pytest.mark.parametrize("corner", [(0, 0), (76, 0), (0, 76), (76, 76)])
@pytest.mark.parametrize("seed", [1, 3, 12, 14])
def test_a_large_badge_over_any_corner_hides_nobody(seed: int, corner: tuple[int, int]) -> None:
    face = avatar(seed, 120)
    shown = face.copy()
    ImageDraw.Draw(shown).ellipse((*corner, corner[0] + 44, corner[1] + 44), fill=(250, 81, 81))
    assert Faces([pixels(face)]).among(cut(shown), 0.82)
    assert not Faces([pixels(avatar(seed + 20, 120))]).among(cut(shown), 0.82)


Colour = tuple[int, int, int]


def drawn_alike(hat: Colour, shirt: Colour) -> Image.Image:
    """One drawing, filled by whoever orders it."""
    shown = Image.new("RGB", (120, 120), (150, 150, 150))
    draw, ink = ImageDraw.Draw(shown), (20, 20, 20)
    draw.rectangle((38, 88, 82, 120), fill=shirt)
    draw.ellipse((30, 30, 90, 96), fill=(230, 215, 200), outline=ink, width=3)
    draw.pieslice((28, 14, 92, 84), 180, 360, fill=hat)
    for x in (48, 70):
        draw.ellipse((x - 4, 56, x + 4, 64), fill=ink)
    draw.arc((46, 64, 74, 84), 20, 160, fill=ink, width=3)
    return shown


@pytest.mark.parametrize("colours", [((40, 100, 50), (150, 80, 160)), ((90, 50, 40), (60, 120, 200))])
def test_one_drawing_in_other_colours_is_another_s_and_in_grey_or_pale_still_theirs(
    colours: tuple[Colour, Colour],
) -> None:
    own = drawn_alike((40, 60, 110), (60, 160, 60))
    faces = Faces([pixels(own)])
    assert not faces.among(cut(drawn_alike(*colours)), 0.82)
    for shown in (ImageOps.grayscale(own), ImageEnhance.Color(own).enhance(0.4)):
        assert faces.among(cut(shown), 0.82)


@pytest.mark.parametrize("colours", [((94, 25, 126), (162, 184, 45)), ((32, 98, 38), (39, 99, 96))])
def test_so_it_is_where_it_is_small_and_its_colours_run(colours: tuple[Colour, Colour]) -> None:
    own = drawn_alike((40, 60, 110), (60, 160, 60))
    faces = Faces([pixels(own)])
    assert not faces.among(cut(beside_words(drawn_alike(*colours), 32, 6)), 0.82)
    assert faces.among(cut(beside_words(own, 32, 6)), 0.82)


def compressed(picture: Image.Image) -> Image.Image:
    out = BytesIO()
    picture.save(out, "JPEG", quality=40)
    return Image.open(out).convert("RGB")


def beside_words(face: Image.Image, size: int, around: int) -> Image.Image:
    """A round face at the left of a dark pill that is as high as face and padding."""
    page = Image.new("RGB", (400, 200), (169, 195, 216))
    draw, high = ImageDraw.Draw(page), size + 2 * around
    draw.rounded_rectangle((21, 60, 340, 60 + high), high // 2, fill=(90, 104, 115))
    mask = Image.new("L", (size * 4, size * 4), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, size * 4 - 1, size * 4 - 1), fill=255)
    page.paste(
        face.resize((size, size), Image.Resampling.LANCZOS), (21 + around, 60 + around), mask.resize((size, size))
    )
    return compressed(page)


def photo(seed: int) -> Image.Image:
    """As soft as a photograph: nothing but slow changes of colour, of which there are many."""
    spots = np.random.default_rng(seed).integers(0, 256, (7, 7, 3)).astype(np.uint8)
    return Image.fromarray(spots).resize((200, 200), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("seed", [0, 1, 3, 4, 7])
def test_a_face_in_a_pill_is_found_where_only_the_pill_s_end_is_a_candidate(seed: int) -> None:
    shown = cut(beside_words(photo(seed), 58, 11))
    assert Faces([pixels(photo(seed))]).among(shown, 0.82)
    assert not Faces([pixels(photo(seed + 20))]).among(shown, 0.82)


@pytest.mark.parametrize("seed", [2, 4, 5])
def test_a_face_of_28_pixels_is_found_after_a_strong_compression(seed: int) -> None:
    shown = cut(beside_words(avatar(seed), 28, 6))
    assert Faces([pixels(avatar(seed))]).among(shown, 0.82)
    assert not Faces([pixels(avatar(seed + 20))]).among(shown, 0.82)


def test_the_coarse_look_is_the_correlation_of_what_the_avatar_would_fill() -> None:
    dice = np.random.default_rng(5)
    own = dice.integers(0, 256, (COARSE * 6, COARSE * 6, 3)).astype(np.uint8)
    seen = dice.integers(0, 256, (2, COARSE, COARSE, 3)).astype(np.float32)
    for circle in CIRCLES:
        fills, shown = masks(circle), looks(own)
        found = correlations(seen, templates(shown, fills), fills, 1.0)
        for patch, jitter in ((0, 0), (1, 13), (0, 49)):
            weight = np.repeat(fills[jitter][:, None], 3, axis=1)
            rows = [
                values - np.average(values, axis=0, weights=fills[jitter])
                for values in (seen[patch].reshape(-1, 3), shown[jitter])
            ]
            one, other = rows
            wanted = (weight * one * other).sum() / np.sqrt((weight * one**2).sum() * (weight * other**2).sum())
            assert found[patch, 0, jitter] == pytest.approx(wanted, abs=1e-3)


def test_of_many_people_the_one_who_is_there_is_named() -> None:
    everybody = Faces([pixels(avatar(seed)) for seed in range(40)])
    page = Image.new("RGB", (500, 300), (240, 240, 240))
    page.paste(avatar(23).resize((90, 90)), (40, 60))
    assert {owner for _, owner, _ in everybody.among(cut(page), 0.82)} == {23}


def test_people_joined_keep_their_order() -> None:
    joined = Faces.joined([Faces([pixels(avatar(1)), pixels(avatar(2))]), Faces([pixels(avatar(3))])])
    assert joined.people == 3
    for seed in (1, 2, 3):
        assert {owner for _, owner, _ in joined.among(cut(avatar(seed, 100)), 0.82)} == {seed - 1}
    assert Faces.joined([]).among(cut(avatar(1, 100)), 0.5) == []


def silhouette() -> Image.Image:
    picture = Image.new("RGB", (200, 200), (206, 208, 212))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((65, 40, 135, 110), fill=(240, 240, 242))
    draw.ellipse((30, 125, 170, 265), fill=(240, 240, 242))
    return picture


def gradient() -> Image.Image:
    rows = np.linspace(40, 220, 200).astype(np.uint8)[:, None, None]
    return Image.fromarray(np.broadcast_to(rows, (200, 200, 3)).copy())


@pytest.mark.parametrize("picture", [Image.new("RGB", (200, 200), (90, 160, 90)), silhouette(), gradient()])
def test_what_everybody_could_have_is_not_distinct(picture: Image.Image) -> None:
    assert distinct(pixels(picture)) < AVATAR_DISTINCT_SCORE


@pytest.mark.parametrize("seed", range(4))
def test_a_picture_of_ones_own_is(seed: int) -> None:
    assert distinct(pixels(avatar(seed))) >= AVATAR_DISTINCT_SCORE


def test_of_a_tiny_picture_nothing_is_claimed() -> None:
    assert distinct(Pixels(4, 4, bytes(48))) == 0.0
