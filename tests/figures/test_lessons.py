"""Five lessons always, from the last whole month, and nothing by which one mail could be noticed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.console.texts import TEXTS
from gateway.figures.lessons import _KINDS, ENOUGH, LESSONS, SHOWN, lessons_of, month_before
from gateway.model import KINDS
from gateway.model.tallies import Axis, Tally, TallyEvent

TODAY = date(2026, 11, 30)
OCTOBER = date(2026, 10, 15)


def counts(kinds: dict[str, int], day: date = OCTOBER, event: TallyEvent = "held") -> list[Tally]:
    def tally(axis: Axis, value: str, count: int) -> Tally:
        return Tally(day, event, axis, value, count)

    return [tally("total", "", sum(kinds.values())), *(tally("kind", kind, n) for kind, n in kinds.items())]


def test_the_commonest_of_the_last_whole_month_come_first() -> None:
    lessons = lessons_of(counts({"phone": 9, "account": 9, "avatar": 12, "name": 5, "thread": 4}), TODAY)
    assert lessons.month == date(2026, 10, 1)
    assert lessons.shown == ("contact", "picture", "name", "material", "thread")


@pytest.mark.parametrize("day", [date(2026, 11, 1), TODAY, date(2026, 9, 30)])
def test_other_months_do_not_count(day: date) -> None:
    assert lessons_of(counts({"avatar": 99}, day), TODAY) == lessons_of((), TODAY)


@pytest.mark.parametrize("event", ["released", "discarded", "returned", "expired"])
def test_decisions_do_not_count(event: TallyEvent) -> None:
    assert lessons_of(counts({"avatar": 99}, event=event), TODAY).month is None


def test_a_month_with_little_says_nothing() -> None:
    assert lessons_of(counts({"avatar": ENOUGH - 1}), TODAY) == lessons_of((), TODAY)
    assert lessons_of((), TODAY).shown == LESSONS[:SHOWN]


def test_one_mail_in_the_month_that_runs_changes_nothing() -> None:
    """Somebody who sends a mail and looks at the page learns nothing of it."""
    before = counts({"phone": 30, "name": 29})
    assert lessons_of([*before, *counts({"name": 500}, TODAY)], TODAY) == lessons_of(before, TODAY)


@given(st.dictionaries(st.sampled_from([*KINDS, "something"]), st.integers(0, 40)), st.dates(OCTOBER, TODAY))
def test_there_are_five_and_each_once(kinds: dict[str, int], today: date) -> None:
    lessons = lessons_of(counts(kinds), today)
    assert len(set(lessons.shown)) == len(lessons.shown) == SHOWN
    assert set(lessons.shown) <= set(LESSONS)


def test_the_month_before_is_whole() -> None:
    day = date(2024, 1, 1)
    for ago in range(800):
        begin, end = month_before(day + timedelta(days=ago))
        assert begin.day == end.day == 1
        assert end <= day + timedelta(days=ago)
        assert (end - timedelta(days=1)).month == begin.month


def test_every_kind_that_is_a_mistake_of_staff_has_a_lesson_and_each_lesson_its_words() -> None:
    assert set(KINDS) - set(_KINDS) <= {"malformed"}
    assert set(_KINDS.values()) == set(LESSONS)
    for lesson in LESSONS:
        for part in ("", "_what", "_do"):
            assert all(TEXTS[f"lesson_{lesson}{part}"])
