"""Sums, shares and times of some weeks; few are not said."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.figures.summary import FEW, STEPS, figures_of, first_day, monday, percent
from gateway.model.tallies import TALLY_EVENTS, Axis, Tally, TallyEvent, waited_step

TODAY = date(2026, 11, 30)  # a Monday
TARGET = 60


def tally(event: TallyEvent, axis: Axis = "total", value: str = "", count: int = 1, day: date = TODAY) -> Tally:
    return Tally(day, event, axis, value, count)


def test_a_week_begins_on_monday_and_the_last_is_the_one_of_today() -> None:
    for today in (TODAY, TODAY + timedelta(days=6)):
        figures = figures_of([tally("held", day=TODAY)], today, 4, TARGET)
        assert [week.begins for week in figures.weeks] == [TODAY - timedelta(weeks=ago) for ago in (3, 2, 1, 0)]
        assert figures.weeks[-1].held == 1
    assert first_day(TODAY - timedelta(days=1), 1) == TODAY - timedelta(weeks=1)


def test_what_is_older_does_not_count() -> None:
    old = tally("held", count=7, day=first_day(TODAY, 4) - timedelta(days=1))
    assert figures_of([old, tally("held")], TODAY, 4, TARGET).stopped == 1


def test_what_was_released_as_it_was_is_no_leak_that_was_stopped() -> None:
    counts = [tally("held", count=10), tally("rewritten", count=4), tally("rejected"), tally("released", count=3)]
    figures = figures_of(counts, TODAY, 1, TARGET)
    assert (figures.stopped, figures.held, figures.false_alarms, figures.false_share) == (12, 10, 3, 30)
    assert (figures.weeks[0].held, figures.weeks[0].rewritten, figures.weeks[0].false_alarms) == (8, 4, 3)


def test_a_release_of_what_was_held_before_makes_nothing_negative() -> None:
    figures = figures_of([tally("released", count=3), tally("released", "kind", "name", 3)], TODAY, 1, TARGET)
    assert (figures.stopped, figures.weeks[0].held, figures.false_share, figures.kinds) == (0, 0, None, ())


@pytest.mark.parametrize("axis", ["team", "recipient", "domain"])
def test_few_of_one_are_not_said(axis: Axis) -> None:
    counts = [tally("held", axis, word, count) for word, count in (("b", FEW - 1), ("a", 1), ("c", FEW), ("d", 0))]
    figures = figures_of(counts, TODAY, 1, TARGET)
    rows = {"team": figures.teams, "recipient": figures.recipients, "domain": figures.domains}[str(axis)]
    assert [(row.word, row.count, row.few) for row in rows] == [("c", 5, False), ("a", 0, True), ("b", 0, True)]


def test_a_kind_tells_of_nobody_and_is_said_whole() -> None:
    figures = figures_of([tally("held", "kind", "name", 1)], TODAY, 1, TARGET)
    assert [(row.word, row.count, row.few) for row in figures.kinds] == [("name", 1, False)]


def test_false_alarms_of_a_rule_are_what_it_held_and_people_released() -> None:
    counts = [
        tally("held", "rule", "strict", 10),
        tally("released", "rule", "strict", 4),
        tally("released_rewritten", "rule", "strict", 2),
        tally("held", "rule", "good", 5),
    ]
    rules = figures_of(counts, TODAY, 1, TARGET).rules
    found = [(row.rule, row.held, row.false_alarms, row.share) for row in rules]
    assert found == [("strict", 10, 4, 40), ("good", 5, 0, 0)]


def test_times_of_review() -> None:
    minutes = [1, 2, 3, 10, 20, 60, 61, 90, 500, 5000]
    counts = [tally("returned", "waited", str(waited_step(one))) for one in minutes]
    review = figures_of([*counts, tally("expired", "waited", "99999", 50)], TODAY, 1, TARGET).review
    assert (review.decided, review.in_time, review.share, review.median, review.late) == (10, 6, 60, 20, 500)
    assert review.steps == (3, 1, 1, 1, 2, 0, 0, 1, 1)
    assert len(review.steps) == len(STEPS) + 1


def test_of_nothing_nothing_is_said() -> None:
    figures = figures_of([], TODAY, 12, TARGET)
    assert (figures.stopped, figures.false_share, figures.review.share, figures.review.median) == (0, None, None, 0)
    assert len(figures.weeks) == 12
    assert percent(3, 0) is None


_TALLIES = st.lists(
    st.builds(
        Tally,
        st.dates(TODAY - timedelta(days=100), TODAY + timedelta(days=6)),
        st.sampled_from(TALLY_EVENTS),
        st.sampled_from(["total", "waited", "recipient", "rule"]),
        st.sampled_from(["1", "60", "70", "a@b.example"]),
        st.integers(1, 50),
    ),
    max_size=60,
)


@given(_TALLIES, st.integers(1, 20))
def test_sums_are_those_of_the_counts(tallies: list[Tally], weeks: int) -> None:
    figures = figures_of(tallies, TODAY, weeks, TARGET)
    inside = [one for one in tallies if one.day >= first_day(TODAY, weeks)]
    totals: Counter[str] = Counter()
    for one in inside:
        totals[one.event] += one.count if one.axis == "total" else 0
    assert sum(week.rewritten for week in figures.weeks) == totals["rewritten"]
    assert sum(week.false_alarms for week in figures.weeks) == totals["released"]
    assert sum(week.review.decided for week in figures.weeks) == figures.review.decided == sum(figures.review.steps)
    assert 0 <= figures.review.in_time <= figures.review.decided
    assert figures.review.median <= figures.review.late
    assert all(row.few == (row.count == 0) and (row.few or row.count >= FEW) for row in figures.recipients)
    assert all(monday(week.begins) == week.begins for week in figures.weeks)
