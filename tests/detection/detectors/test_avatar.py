"""The reporter's avatar in screenshots, large and small, and in whose screenshots it is not."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from gateway.detection import detect
from gateway.identity import Subject, compile_report
from gateway.images.extract.avatar_candidates import patches
from gateway.images.match.avatar.faces import distinct
from gateway.images.match.thumbnail import avatar_pixels, is_usable
from gateway.model import (
    AvatarMark,
    FilePart,
    Finding,
    Location,
    Party,
    PictureFragment,
    Pixels,
    Reading,
    Report,
    steps,
)

Draw = Callable[[int], Image.Image]
Chat = Callable[..., Image.Image]
WHERE = Location("2", (steps.file("截图.png"),))


def pixels(picture: Image.Image) -> Pixels:
    if picture.width > 540:
        picture = picture.resize((540, round(picture.height * 540 / picture.width)), Image.Resampling.BOX)
    return Pixels(picture.width, picture.height, picture.convert("RGB").tobytes())


def fragment(picture: Image.Image) -> PictureFragment:
    cut = patches(np.asarray(picture.convert("RGB"), np.uint8))
    return PictureFragment(WHERE, picture.width, picture.height, pixels(picture), patches=cut)


def subject(picture: Image.Image, report: str = "R-1") -> Subject:
    small = avatar_pixels(pixels(picture))
    mark = AvatarMark(report.encode() * 8, small, is_usable(small), distinct(small))
    return compile_report(Report(report, "open", "", (Party("清凌凌"),), avatars=(mark,)))


def look(picture: Image.Image, *subjects: Subject) -> tuple[Finding, ...]:
    return detect(Reading(pictures=(fragment(picture),)), subjects)


@pytest.mark.parametrize(
    ("number", "settings"),
    [
        (0, {"size": 90}),
        (1, {"size": 90, "dark": True, "quality": 60}),
        (2, {"size": 60, "circle": True}),
        (3, {"size": 120, "width": 540, "quality": 70}),
        (4, {"size": 90, "width": 360}),
        (5, {"size": 300}),
        (6, {"size": 500, "dark": True}),
    ],
)
def test_an_avatar_in_a_screenshot_is_found_at_each_of_its_places(
    avatar: Draw, chat: Chat, number: int, settings: dict[str, int]
) -> None:
    picture = chat((number + 8, number), **settings)
    found = look(picture, subject(avatar(number)))
    tops = range(100, 1500 - settings["size"] - 60 + 1, max(settings["size"], 90) + 50)
    assert len(found) == len(tops[1::2])  # every second row is this one's
    size = settings["size"] * picture.width / 1080
    # The face of row 1 stands at the left, that of each third row at the right.
    left, right = 30 * picture.width / 1080, picture.width * (1 - 30 / 1080) - size
    for finding in found:
        assert (finding.kind, finding.detector, finding.fragment, finding.where) == ("avatar", "avatar", 0, WHERE)
        assert finding.score >= 0.77
        assert finding.box is not None
        assert abs(finding.box.width - size) <= 0.15 * size + 3
        assert min(abs(finding.box.x - left), abs(finding.box.x - right)) <= 0.1 * size + 4
    places = sorted(finding.box.y for finding in found if finding.box)
    wanted = [top * picture.width / 1080 for top in tops[1::2]]
    assert all(abs(place - want) <= 0.1 * size + 4 for place, want in zip(places, wanted, strict=True))


@pytest.mark.parametrize("number", range(4))
def test_an_avatar_that_is_not_there_is_not_found(avatar: Draw, chat: Chat, number: int) -> None:
    picture = chat((number + 4, number + 8, number + 13, number + 18), size=100)
    assert look(picture, subject(avatar(number))) == ()


@pytest.mark.parametrize("side", [24, 60, 200, 640])
def test_a_picture_that_is_the_avatar_is_found_whole(avatar: Draw, side: int) -> None:
    picture = avatar(1).resize((side, side), Image.Resampling.LANCZOS)
    (finding,) = look(picture, subject(avatar(1)))
    assert finding.variant == "whole"
    assert finding.box is not None
    assert (finding.box.x, finding.box.y, finding.box.width, finding.box.height) == (0, 0, side, side)


@pytest.mark.parametrize("side", [24, 200])
@pytest.mark.parametrize("number", [5, 9, 13, 2])
def test_another_avatar_is_another(avatar: Draw, side: int, number: int) -> None:
    assert look(avatar(number).resize((side, side)), subject(avatar(1))) == ()


def test_a_plain_avatar_matches_nothing_not_even_its_like(chat: Chat) -> None:
    plain = Image.new("RGB", (200, 200), (120, 130, 140))
    person = subject(plain)
    assert person.avatars == ()
    assert look(plain, person) == ()
    assert look(chat((0, 1)), person) == ()


def test_plain_and_tiny_and_narrow_pictures_are_looked_at_without_harm(avatar: Draw) -> None:
    person = subject(avatar(0))
    for width, height in ((1, 1), (3, 400), (400, 3), (540, 540), (20, 20)):
        assert look(Image.new("RGB", (width, height), (200, 200, 200)), person) == ()


def test_an_avatar_far_down_a_long_screenshot_is_found_there(avatar: Draw, chat: Chat) -> None:
    long = Image.new("RGB", (540, 9500), (237, 237, 237))
    long.paste(chat((1,), width=540), (0, 8700))
    found = look(long, subject(avatar(1)))
    assert found
    assert all(finding.box and finding.box.y > 8700 for finding in found)


def test_noise_is_nobody(avatar: Draw) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (400, 540, 3), np.uint8)
    assert look(Image.fromarray(noise), subject(avatar(0)), subject(avatar(3), "R-2")) == ()


def test_each_reporters_avatar_is_found_for_their_own_report(avatar: Draw, chat: Chat) -> None:
    found = look(chat((0, 1, 2)), subject(avatar(0), "R-0"), subject(avatar(7), "R-7"), subject(avatar(2), "R-2"))
    assert {finding.report for finding in found} == {"R-0", "R-2"}


def test_the_avatars_own_file_is_found_by_its_bytes(avatar: Draw) -> None:
    person = subject(avatar(0))
    part = FilePart(Location("3"), "头像.png", "png", 900, person.avatars[0].sha256)
    (finding,) = detect(Reading(files=(part,)), (person,))
    assert (finding.kind, finding.variant, finding.score) == ("avatar", "digest", 1.0)
