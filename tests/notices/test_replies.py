"""The address of an answer: nobody makes one, and it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import Location, Reading, TextFragment
from gateway.notices.replies import MOST_TEXT, ReplyAddress, answer_in
from gateway.vault.digests import keyed

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
OURS = ReplyAddress.of("Hushgate@Platform.example")
MAC = keyed(b"k" * 32)
IDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=10, max_size=10)


@given(IDS, st.integers(0, 60), st.booleans())
def test_it_means_one_message_until_its_day_in_any_letter_case(id_: str, days: int, lower: bool) -> None:
    address = OURS.for_message(f"Q-{id_}", NOW + timedelta(days=days), MAC)
    assert len(address.partition("@")[0]) <= 64
    written = address.lower() if lower else address.upper()
    assert OURS.takes(written)
    assert OURS.message_of(written, NOW, MAC) == f"Q-{id_}"
    assert OURS.message_of(written, NOW + timedelta(days=days + 1), MAC) is None
    assert OURS.message_of(written, NOW, keyed(b"l" * 32)) is None


@given(IDS, st.integers(0, 38), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_another_letter_anywhere_makes_it_nobodys(id_: str, at: int, letter: str) -> None:
    address = OURS.for_message(f"Q-{id_}", NOW, MAC)
    start = address.index("+") + 1
    changed = address[: start + at] + letter + address[start + at + 1 :]
    if changed.upper() != address.upper():
        assert OURS.takes(changed)
        assert OURS.message_of(changed, NOW, MAC) is None


@given(st.text(max_size=80))
def test_anything_may_be_asked(address: str) -> None:
    OURS.takes(address)
    assert OURS.message_of(address, NOW, MAC) is None


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("hushgate+@platform.example", True),
        ("HUSHGATE+x@PLATFORM.EXAMPLE", True),
        ("hushgate@platform.example", False),
        ("hushgate+x@sub.platform.example", False),
        ("kefu+hushgate+x@platform.example", False),
    ],
)
def test_only_sub_addresses_of_ours_are_taken(address: str, ours: bool) -> None:
    assert OURS.takes(address) is ours
    assert not ReplyAddress.of("").takes(address)


def said(text: str, medium: str = "text") -> Reading:
    return Reading(texts=(TextFragment(Location("1"), medium, text),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("可以发。\n\n—— 回复请写在此行以上 ——\n您好", "可以发。"),
        ("> 引用\n可以发。\n> 引用", "可以发。"),
        ("Fine.\n\nOn Mon, 30 Nov 2026, Mail check wrote:\n> Hello", "Fine."),
        ("可以。\n发件人：邮件检查\n您好", "可以。"),
        ("-----Original Message-----\nx", ""),
        ("字" * (MOST_TEXT + 5), "字" * MOST_TEXT),
    ],
)
def test_of_an_answer_what_was_written_is_kept(text: str, kept: str) -> None:
    assert answer_in(said(text)) == kept


def test_a_page_counts_where_there_is_no_text() -> None:
    assert answer_in(said("可以发。", "html")) == "可以发。"
    assert answer_in(Reading()) == ""
