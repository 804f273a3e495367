"""What codes say, folded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.qr_payload import fold_payload, host_of


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold_payload(text)
    assert fold_payload(once) == once or "%" in once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTTP://Weixin.Example/r/abc", "http://weixin.example/r/abc/"),
        ("https://q.example/a?b=1&utm_source=x", "https://q.example/a?b=1#frag"),
        ("https://q.example/%41bc", "https://q.example/Abc"),
        ("  BEGIN:VCARD x\n", "BEGIN:VCARD x"),
    ],
)
def test_what_leads_to_the_same_place_is_equal(one: str, other: str) -> None:
    assert fold_payload(one) == fold_payload(other) != ""


def test_paths_keep_their_letters_and_short_ones_are_nobody_s() -> None:
    assert fold_payload("https://q.example/Ab") != fold_payload("https://q.example/ab")
    assert fold_payload("12345") == ""
    assert fold_payload("http://[broken") == "http://[broken"


def test_hosts() -> None:
    assert host_of(fold_payload("https://U.Example:8443/x")) == "u.example"
    assert host_of("BEGIN:VCARD") == ""
