"""Whatever a rewriter draws beside the boxes, in them, or in their place, is seen."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gateway.demo.drawing import Bubble, avatar, chat, font
from gateway.errors import OutOfTime
from gateway.inspection.painted import looks_as_planned
from gateway.model import Box, Edit, Location, PictureFragment, Pixels, steps
from gateway.model.deadline import Deadline

WHERE = Location("2", (steps.file("a.png"),))
BOX = Box(300, 60, 240, 60)
FILL = (116, 116, 120)


def page() -> Image.Image:
    said = [Bubble("您好，请问进展如何"), Bubble("我们正在核实", True), Bubble("好的，谢谢")]
    return chat("平台客服", said, avatar(1), avatar(2))


def fragment(picture: Image.Image, where: Location = WHERE, file: tuple[int, ...] = (1,)) -> PictureFragment:
    small = picture.convert("RGB")
    if small.width > 540:
        small = small.resize((540, round(small.height * 540 / small.width)), Image.Resampling.BOX)
    pixels = Pixels(small.width, small.height, small.tobytes())
    return PictureFragment(where, picture.width, picture.height, pixels, file=file)


def covered(picture: Image.Image, *boxes: Box, fill: tuple[int, int, int] = FILL) -> Image.Image:
    made = picture.copy()
    for box in boxes:
        corner = (box.x + box.width - 1, box.y + box.height - 1)
        ImageDraw.Draw(made).rectangle((box.x, box.y, *corner), fill=fill)
    return made


def paint(*boxes: Box, where: Location = WHERE, file: tuple[int, ...] = (1,), kind: str = "paint") -> Edit:
    return Edit(0, where, (0, 0), "", kind, file, boxes)  # type: ignore[arg-type]


PAGE = page()
BEFORE = [fragment(PAGE)]


def with_word(picture: Image.Image, at: tuple[int, int], word: str, size: int, ink: tuple[int, ...]) -> Image.Image:
    made = picture.copy()
    ImageDraw.Draw(made).text(at, word, font=font(size), fill=ink)
    return made


@given(
    st.integers(BOX.x + 8, BOX.x + 120), st.integers(BOX.y + 4, BOX.y + 20),
    st.sampled_from(("她叫小鸣", "小鸣", "who", "13800138000")),
    st.sampled_from(((0, 0, 0), (255, 255, 255), (180, 40, 40), (70, 70, 70), (150, 150, 150))),
)  # fmt: skip
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_written_in_a_box(x: int, y: int, word: str, ink: tuple[int, ...]) -> None:
    lie = with_word(covered(PAGE, BOX), (x, y), word, 30, ink)
    assert looks_as_planned(BEFORE, [paint(BOX)], [fragment(covered(PAGE, BOX))])
    assert not looks_as_planned(BEFORE, [paint(BOX)], [fragment(lie)])


@given(
    st.integers(0, PAGE.width - 160), st.integers(140, PAGE.height - 40),
    st.sampled_from(("小鸣她", "张三李", "她本人")), st.integers(12, 32),
)  # fmt: skip
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_pale_is_written_elsewhere(x: int, y: int, word: str, step: int) -> None:
    """Ink that is some steps away from what it stands on, as far as it stands on one colour."""
    honest = covered(PAGE, BOX)
    ground = np.asarray(honest)[y : y + 34, x : x + 100]
    if (ground.max(axis=(0, 1)).astype(int) - ground.min(axis=(0, 1))).max() > 0:
        return
    value = int(ground[0, 0].max())
    pale = tuple(int(one) - step if value >= 128 else int(one) + step for one in ground[0, 0])
    lie = with_word(honest, (x, y), word, 30, tuple(min(255, max(0, one)) for one in pale))
    assert not looks_as_planned(BEFORE, [paint(BOX)], [fragment(lie)])


@pytest.mark.parametrize("fill", [(255, 255, 255), (0, 0, 0), (200, 30, 30)])
def test_a_palette_without_grey_has_another_colour_but_one_alone(fill: tuple[int, int, int]) -> None:
    other = Box(300, 300, 240, 60)
    both = [paint(BOX, other)]
    assert looks_as_planned(BEFORE, both, [fragment(covered(PAGE, BOX, other, fill=fill))])
    mixed = covered(covered(PAGE, BOX), other, fill=fill)
    assert not looks_as_planned(BEFORE, both, [fragment(mixed)])
    lie = with_word(covered(PAGE, BOX, fill=fill), (320, 70), "小鸣", 30, FILL)
    assert not looks_as_planned(BEFORE, [paint(BOX)], [fragment(lie)])


def test_a_box_that_was_not_covered_is_seen() -> None:
    said = with_word(PAGE, (320, 70), "张小鸣", 30, (0, 0, 0))
    assert not looks_as_planned([fragment(said)], [paint(BOX)], [fragment(said)])
    assert looks_as_planned([fragment(said)], [paint(BOX)], [fragment(covered(said, BOX))])


def test_a_box_of_one_page_is_covered_there_and_may_be_in_another_frame() -> None:
    frames = [WHERE.inside(steps.frame(number)) for number in (1, 2)]
    before = [fragment(PAGE, where) for where in frames]
    edits = [paint(BOX, where=frames[0])]
    hidden, shown = fragment(covered(PAGE, BOX), frames[0]), fragment(PAGE, frames[1])
    assert looks_as_planned(before, edits, [hidden, shown])
    assert looks_as_planned(before, edits, [hidden, replace(hidden, where=frames[1])])
    lie = fragment(with_word(covered(PAGE, BOX), (320, 70), "小鸣", 30, (255, 255, 255)), frames[1])
    assert not looks_as_planned(before, edits, [hidden, lie])
    assert not looks_as_planned(before, edits, [fragment(with_word(PAGE, (320, 70), "小鸣", 30, (0, 0, 0)), frames[0])])


def blank(value: int = 255) -> Image.Image:
    return Image.new("RGB", (400, 300), (value, value, value))


@pytest.mark.parametrize(
    ("file", "draw", "honest"),
    [
        ((2,), lambda: blank(), True),
        ((1,), lambda: blank(), True),  # of two that went, one stood in front of it
        ((3,), lambda: blank(), False),
        ((2, 0), lambda: blank(), True),
        ((2,), lambda: with_word(blank(), (30, 30), "她本人反映此事", 40, (240, 240, 240)), False),
        ((2,), lambda: with_word(blank(), (30, 30), "她本人反映此事", 40, (250, 250, 250)), False),
        ((2,), lambda: PAGE, False),
    ],
)
def test_only_in_the_place_of_what_went_one_colour_stands(
    file: tuple[int, ...], draw: Callable[[], Image.Image], honest: bool
) -> None:
    edits = [paint(kind="remove", file=(2,)), paint(kind="remove", file=(0,))] if file == (1,) else [
        paint(kind="remove", file=(2,))
    ]  # fmt: skip
    new = fragment(draw(), Location("3"), file)
    assert looks_as_planned([], edits, [new]) is honest
    assert not looks_as_planned([], [paint(BOX)], [new])


def noise(number: int, high: int = 540) -> PictureFragment:
    dice = np.random.default_rng(number)
    rgb = dice.integers(0, 256, (high, 540, 3)).astype(np.uint8).tobytes()
    return PictureFragment(WHERE.inside(steps.frame(number + 1)), 540, high, Pixels(540, high, rgb), file=(1,))


def test_each_picture_is_compared_with_the_one_in_its_place_first() -> None:
    before = [noise(number) for number in range(24)]
    begun = time.process_time()
    assert looks_as_planned(before, [paint(Box(0, 0, 1, 1))], before)
    honest = time.process_time() - begun
    assert honest < 2.0


def test_the_deadline_ends_it() -> None:
    over = Deadline(0.0, lambda: 1.0)
    with pytest.raises(OutOfTime):
        looks_as_planned(BEFORE, [paint(BOX)], [fragment(covered(PAGE, BOX))], over)
