"""A line of the list shows nothing that was found, however it is written."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import Finding, Location, MailAddress, MailFacts, Reading, TextFragment
from gateway.text.covered_line import LONGEST, cover_of, covered_author, covered_subject
from gateway.text.covering import COVER
from gateway.text.normalize import letters_alone

TOP, BODY = Location(""), Location("1")


def reading(subject: str, *more: TextFragment, name: str = "") -> Reading:
    mails = (MailFacts(TOP, (MailAddress("from", name, "kefu@platform.example"),)),)
    texts = (TextFragment(TOP, "header", subject, "subject"), TextFragment(BODY, "text", "观众张小鸣反映"), *more)
    return Reading(texts, mails=mails)


FOUND = Finding("name", "R-1", BODY, "text", "names", 0.9, "exact", 1, (2, 5))


@pytest.mark.parametrize(
    "subject",
    ["关于张小鸣", "张 小 鸣 的投诉", "张.小.鸣", "致张\u200b小鸣", "张小鸣张小鸣", "%E5%BC%A0%E5%B0%8F%E9%B8%A3"],
)
def test_what_was_found_anywhere_is_covered_in_the_subject(subject: str) -> None:
    shown = covered_subject(reading(subject), (FOUND,), cover_of(reading(subject), (FOUND,)))
    assert COVER in shown
    assert "张小鸣" not in letters_alone(unquote(shown))


def test_a_finding_in_the_subject_itself_is_covered_by_its_place() -> None:
    read = reading("小号为 zx 的人")
    found = (Finding("account", "R-1", TOP, "header", "accounts", 0.9, "exact", 0, (4, 6)),)
    assert covered_subject(read, found, cover_of(read, found)) == f"小号为 {COVER} 的人"


def test_a_finding_in_another_reading_of_the_subject_covers_all_of_it() -> None:
    other = TextFragment(TOP, "header", "decoded zx", "subject")
    read = reading("=?x?zx", other)
    found = (Finding("account", "R-1", TOP, "header", "accounts", 0.9, "exact", 2, (8, 10)),)
    assert covered_subject(read, found, cover_of(read, found)) == COVER


def test_a_long_subject_is_cut_and_never_in_the_middle_of_a_name() -> None:
    subject = "一" * (LONGEST - 1) + "张小鸣" + "二" * 50
    shown = covered_subject(reading(subject), (FOUND,), cover_of(reading(subject), (FOUND,)))
    assert "张" not in shown


def test_what_turns_or_breaks_lines_is_not_shown() -> None:
    read = reading("a\r\nb\u202ec\x00")
    shown = covered_subject(read, (), cover_of(read, ()))
    assert shown.isprintable()


def test_the_authors_name_is_covered_too() -> None:
    read = reading("x", name="张小鸣")
    assert covered_author(read, cover_of(read, (FOUND,))) == (COVER, ("kefu@platform.example",))


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_name_between_any_two_texts_is_covered(before: str, after: str) -> None:
    read = reading(f"{before}张小鸣{after}")
    shown = covered_subject(read, (FOUND,), cover_of(read, (FOUND,)))
    assert "张小鸣" not in shown
