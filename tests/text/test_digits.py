"""One number, many spellings."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.digits import digits, fold_digits

SPELLINGS = (
    "0零〇洞０",
    "1一壹幺①",
    "2二贰两②",
    "3三叁③",
    "4四肆④",
    "5五伍⑤",
    "6六陆⑥",
    "7七柒拐⑦",
    "8八捌⑧",
    "9九玖勾⑨",
)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_a_number_is_read_however_each_digit_is_spelled(number: list[int], dice: Random) -> None:
    spelled = "".join(dice.choice(SPELLINGS[d]) + dice.choice(("", " ", "-", "\u200b")) for d in number)
    assert digits(spelled).text == "".join(map(str, number))


def test_the_digits_of_a_sentence_lead_back_to_their_places() -> None:
    view = digits("电话:幺三八-洞")
    assert view.text == "1380"
    assert view.origin(0, 4) == (3, 8)


@pytest.mark.parametrize("text", ["第一次直播在三楼", "hello", ""])
def test_folding_keeps_the_length_so_that_offsets_hold(text: str) -> None:
    assert len(fold_digits(text)) == len(text)
