"""Base64 in the midst of lines that are made of the same letters."""

import base64
import random
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.text.embedded_base64 import ROWS, in_rows, readable_text
from gateway.text.lenient_base64 import lenient

WORDS = "举报人张小鸣，电话13800138000，反复劝说看上去还在上学的孩子打赏。"


def rows(data: bytes, width: int = 76) -> str:
    text = base64.b64encode(data).decode()
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def read(text: str) -> str:
    return ROWS.sub(in_rows, text)


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16-le"])
@pytest.mark.parametrize("width", [8, 20, 76])
@pytest.mark.parametrize(
    ("before", "behind"),
    [("", ""), ("", "\n--b_1--"), ("see here\n", ""), ("Dear you\nwhat we got\n", "\nBest regards\nthe support team")],
)
def test_what_rows_say_is_read_whatever_stands_around(before: str, behind: str, width: int, charset: str) -> None:
    assert WORDS in read(f"{before}{rows(WORDS.encode(charset), width)}{behind}")


def test_lines_of_words_stay_as_they_are() -> None:
    text = "Dear customer\nwe have got your mail\nand look into it\nBest regards\nyour support team"
    assert read(text) == text


@given(st.text(st.characters(codec="utf-8", categories=["Lo", "Nd"]), min_size=20, max_size=60), st.integers(1, 19))
@settings(deadline=None, max_examples=50)
def test_any_text_is_read(words: str, quads: int) -> None:
    text = f"to be read\n{rows(words.encode(), quads * 4)}\n-- the end --"
    assert re.sub(r"\s", "", words) in re.sub(r"\s", "", read(text))


NAMES = ("张小鸣", "王䶮", "李翀喆", "欧阳翀", "陈璟", "赵堃", "安心", "禤靖", "逄博", "朱祐樘", "昝艺", "亓官晓")


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5hkscs", "utf-16-le"])
def test_a_name_is_read_in_every_charset_that_can_say_it(charset: str) -> None:
    for name in NAMES[0 if charset != "utf-16-le" else 2 :]:
        text = name if charset == "gb18030" else f"举报人{name}"
        if charset != "big5hkscs" or text.encode(charset, "ignore").decode(charset) == text:
            assert name in readable_text(text.encode(charset))


def test_few_words_and_numbers_are_taken_for_bytes() -> None:
    dice = random.Random(7)
    letters = string.ascii_letters + string.digits
    words = ["".join(dice.choices(letters, k=dice.choice((8, 10, 12, 14, 16, 20)))) for _ in range(2000)]
    assert sum(bool(readable_text(lenient((word).encode()))) for word in words) < 240  # it was a third of them
