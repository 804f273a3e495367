"""Every spelling that reaches a mailbox folds to one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.addresses import fold_address, fold_domain

KEY = "xinger@streamers.example"


@pytest.mark.parametrize(
    "written",
    [
        "xinger@streamers.example",
        "XingEr@Streamers.EXAMPLE",
        "<xinger@streamers.example>",
        "星儿 <xinger@streamers.example>",
        '"星儿 <她>" <xinger@streamers.example>',
        "xinger+live@streamers.example",
        "xinger@streamers.example.",
        " xinger@streamers.example\t",
        '"xinger"@streamers.example',
        "xinger(live)@streamers.example",
        "<@relay.example:xinger@streamers.example>",
        "mailto:xinger@streamers.example",
        "ｘinger＠streamers．example",
        "xinger@streamers。example",
        "xin\u200bger@streamers.example",
        "xin\u034fger@streamers.example",
        "xinger\ufe0f@streamers.example",
        "xin\U000e0101ger@streamers.example",
    ],
)
def test_every_spelling_has_one_key(written: str) -> None:
    assert fold_address(written) == KEY


@pytest.mark.parametrize("written", ["", "星儿", "@streamers.example", "xinger@", "<>", "room:88412345"])
def test_what_is_no_address_has_no_key(written: str) -> None:
    assert fold_address(written) == ""


def test_a_domain_in_unicode_and_in_ascii_are_one() -> None:
    assert fold_domain("例子.example") == fold_domain("XN--FSQU00A.example") == "xn--fsqu00a.example"
    assert fold_address("a@例子。example") == "a@xn--fsqu00a.example"


def test_dots_count_only_where_the_provider_counts_them() -> None:
    assert fold_address("xing.er@googlemail.com") == fold_address("xinger@gmail.com")
    assert fold_address("xing.er@streamers.example") != fold_address("xinger@streamers.example")


def test_others_stay_others() -> None:
    assert fold_address("xinger2@streamers.example") != KEY
    assert fold_address("xinger@streamers.example.guild.example") != KEY
    assert fold_address("+tag@streamers.example") == "+tag@streamers.example"


@given(st.text(max_size=60))
def test_folding_never_fails_and_is_final(written: str) -> None:
    key = fold_address(written)
    assert key == "" or "@" in key
    assert fold_address(key) in (key, "")
