"""A message is found by what it shows: what is asked and what is kept fold to the same terms."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.search_terms import MOST_ASKED, term_of_id, terms_asked, terms_of_address, terms_of_text


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("直播", "请核实直播内容"),
        ("核实 内容", "请核实直播内容"),
        ("直播内容", "请核实直播内容"),
        ("ＲＥＦＵＮＤ", "Refund status"),
        ("refund status", "Your refund: status?"),
        ("e-mail", "By e-mail"),
        ("mail", "By e-mail"),
        ("12日", "9月12日情况"),
        ("「直播」", "请核实直播内容"),
    ],
)
def test_what_is_asked_is_found_in_what_is_written(asked: str, text: str) -> None:
    assert terms_asked(asked)
    assert set(terms_asked(asked)) <= set(terms_of_text(text))


@pytest.mark.parametrize(("asked", "text"), [("播直", "请核实直播内容"), ("fund", "refund"), ("直播", "关于███播")])
def test_what_is_not_there_is_not_found(asked: str, text: str) -> None:
    assert not set(terms_asked(asked)) <= set(terms_of_text(text))


@pytest.mark.parametrize("asked", ["Xinger@Streamers.example", "<xinger+live@streamers.example>", "streamers.example"])
def test_an_address_is_found_whole_and_by_its_domain(asked: str) -> None:
    assert set(terms_asked(asked)) <= set(terms_of_address("XingEr+live@Streamers.example", local=False))


def test_the_part_before_the_at_is_a_term_only_where_it_may_be_known() -> None:
    assert set(terms_asked("xinger")) <= set(terms_of_address("xinger@streamers.example"))
    assert not set(terms_asked("xinger")) <= set(terms_of_address("xinger@streamers.example", local=False))
    assert set(terms_asked("li.fang")) <= set(terms_of_address("li.fang@platform.example"))
    assert set(terms_asked("fang")) <= set(terms_of_address("li.fang@platform.example"))


def test_ids_are_found_whole_and_in_any_case() -> None:
    assert terms_asked("q-ab2c") == [term_of_id("Q-AB2C")]
    assert terms_asked("R-2020-0918") == [term_of_id("R-2020-0918")]
    assert terms_asked("<20200918.1@desk.example>") == [term_of_id("<20200918.1@desk.example>")]


@given(st.text(max_size=80))
def test_every_text_is_found_by_itself(text: str) -> None:
    """But for what is an address or id in one and not in the other, each word of a text finds it."""
    kept = set(terms_of_text(text))
    for word in text.split():
        if not set(word) & set("@.-_+") and len(terms_asked(word)) < MOST_ASKED:
            assert set(terms_asked(word)) <= kept


@pytest.mark.parametrize("piece", ["a", "a-", "a@", "直", "-", "@.", "a.a@"])
def test_long_input_takes_linear_time_and_gives_few_terms(piece: str) -> None:
    started = time.process_time()
    assert len(terms_asked(piece * 200_000)) <= MOST_ASKED
    assert len(terms_of_text(piece * 200_000)) <= 400
    assert time.process_time() - started < 1
