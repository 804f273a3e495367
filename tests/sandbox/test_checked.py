"""A reader's answer is believed in nothing: what cannot be true is refused."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import (
    Ambiguity,
    Box,
    Fault,
    FilePart,
    Location,
    PictureFragment,
    Pixels,
    PlaceStep,
    Reading,
    TextBox,
    TextFragment,
    Unreadable,
    steps,
)
from gateway.sandbox import jobs
from gateway.sandbox.checked import checked, is_ours

HERE = Location("2", (steps.file("材料.zip"), steps.file("a.png")))
BOX = TextBox(0, 3, Box(1, 2, 3, 4), 0.9)
TEXT = TextFragment(HERE, "picture", "张小鸣", boxes=(BOX,))
PICTURE = PictureFragment(HERE, 1080, 2, Pixels(2, 1, b"123456"), phash=(1 << 64) - 1, points=b"1234" + b"p" * 14)
FILE = FilePart(HERE, "a.png", "image", 7, b"d" * 32)
SOUND = Reading((TEXT,), (PICTURE,), (FILE,), (), (Unreadable(HERE, "broken_image"),), (Ambiguity(HERE, "nul_byte"),))


def with_box(box: TextBox) -> Reading:
    return Reading(texts=(replace(TEXT, boxes=(box,)),))


def with_picture(**changes: object) -> Reading:
    return Reading(pictures=(replace(PICTURE, **changes),))  # type: ignore[arg-type]  # wrong on purpose


def at(*way: PlaceStep) -> Reading:
    return Reading(unreadable=(Unreadable(Location("1", way), "nul_byte"),))


LIES: dict[str, Callable[[], Reading]] = {
    "words of an envelope": lambda: Reading(texts=(replace(TEXT, medium="envelope", boxes=()),)),
    "a span beyond the text": lambda: with_box(replace(BOX, end=4)),
    "a span backwards": lambda: with_box(replace(BOX, start=3, end=2)),
    "a span before the text": lambda: with_box(replace(BOX, start=-1)),
    "a confidence over one": lambda: with_box(replace(BOX, confidence=1.1)),
    "a confidence that is no number": lambda: with_box(replace(BOX, confidence=float("nan"))),
    "a box of negative size": lambda: with_box(replace(BOX, box=Box(0, 0, -1, 1))),
    "a box beyond all pictures": lambda: with_box(replace(BOX, box=Box(1 << 40, 0, 1, 1))),
    "fewer pixels than it says": lambda: with_picture(pixels=Pixels(2, 2, b"123456")),
    "more columns than any": lambda: with_picture(pixels=Pixels(541, 1, b"1" * 541 * 3)),
    "no pixels": lambda: with_picture(pixels=Pixels(0, 0, b"")),
    "no width": lambda: with_picture(width=0),
    "a hash of more bits": lambda: with_picture(phash=1 << 64),
    "a point cut off": lambda: with_picture(points=b"1234" + b"p" * 13),
    "more points than any": lambda: with_picture(points=b"1234" + b"p" * 14 * 601),
    "points without their head": lambda: with_picture(points=b"123"),
    "a digest of another length": lambda: Reading(files=(replace(FILE, sha256=b"short"),)),
    "a reason with a name in it": lambda: Reading(unreadable=(Unreadable(HERE, "张小鸣"),)),
    "an ambiguity that quotes": lambda: Reading(ambiguities=(Ambiguity(HERE, "a@b.example"),)),
    "a part that is no number": lambda: Reading(unreadable=(Unreadable(Location("张"), "nul_byte"),)),
    "a path without end": lambda: at(*(steps.file("a"),) * 101),
    "a name without end": lambda: at(steps.file("a" * 4097)),
    "a page below none": lambda: at(steps.page(-1)),
    "a page beyond all": lambda: at(steps.page(1 << 31)),
}


def test_what_can_be_true_passes() -> None:
    assert checked(jobs.reading(jobs.pack(SOUND))) == SOUND


@pytest.mark.parametrize("lie", LIES)
def test_what_cannot_be_true_is_refused(lie: str) -> None:
    with pytest.raises(ValueError, match="not a reading") as told:
        checked(LIES[lie]())
    assert "张" not in str(told.value)


@given(st.binary(max_size=200))
def test_strange_bytes_are_a_value_error_and_nothing_else(data: bytes) -> None:
    for decode in (jobs.reading, jobs.request, jobs.fault):
        try:
            decode(data)
        except ValueError:
            continue


def test_a_field_of_another_type_is_refused() -> None:
    packed = msgspec.msgpack.encode({"texts": [{"where": {"part": 1}, "medium": "text", "text": "x"}]})
    with pytest.raises(ValueError, match="part"):
        jobs.reading(packed)


@given(st.text(alphabet=st.characters(codec=None, categories=("Cs", "Lu", "Lo")), max_size=20))
def test_half_a_character_does_not_stop_a_reading_nor_move_what_follows(text: str) -> None:
    packed = jobs.pack(Reading(texts=(TextFragment(HERE, "text", text + "张小鸣"),)))
    (fragment,) = jobs.reading(packed).texts
    assert len(fragment.text) == len(text) + 3
    assert fragment.text.endswith("张小鸣")


@pytest.mark.parametrize(
    ("bug", "ours"),
    [
        (Fault("ValueError", "gateway.sandbox.pool", 12), True),
        (Fault("ValueError", "gateway.formats.image", 12), True),
        (Fault("ValueError", "gateway.xiaoming", 12), False),
        (Fault("XiaoMing", "gateway.sandbox.pool", 12), False),
        (Fault("print", "gateway.sandbox.pool", 12), False),
        (Fault("ValueError", "gateway/../etc", 12), False),
        (Fault("ValueError", "gateway.sandbox.pool", -1), False),
    ],
)
def test_a_bug_is_told_in_our_own_words_only(bug: Fault, ours: bool) -> None:
    assert is_ours(bug) is ours
