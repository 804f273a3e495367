"""The figures of some weeks, from counts by day.

A leak was stopped where a message was refused, rewritten, or held and not released as it was. A release as it was is a
false alarm; it counts on the day of the release, which may be later than that of the hold. Days are those of UTC, weeks
begin on Monday.

Counts of one recipient, one domain or one team say something of few people. Fewer than `FEW` are not said
(`CountRow.few`).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.model.tallies import DECIDED, FOUND, Axis, Tally, TallyEvent

FEW = 5
MOST_ROWS = 10
STEPS: tuple[int, ...] = (5, 15, 30, 60, 120, 240, 480, 1440)
"""Minutes, of the plot of waiting times."""
OUTCOMES: tuple[TallyEvent, ...] = (
    "rewritten",
    "rejected",
    "held",
    "released_rewritten",
    "returned",
    "discarded",
    "expired",
    "released",
)


@dataclass(frozen=True, slots=True)
class CountRow:
    """How many leaks of one sort were stopped. `few`: fewer than `FEW`; then `count` is 0, the number is not said."""

    word: str
    count: int
    few: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """How long messages waited for a person, in minutes: half of them at most `median`, nine of ten at most `late`."""

    decided: int
    in_time: int
    median: int
    late: int
    steps: tuple[int, ...]
    """How many within each of `STEPS` and not within the one before; last, how many later."""

    @property
    def share(self) -> int | None:
        """In time, in hundredths; None where nothing was decided."""
        return percent(self.in_time, self.decided)


@dataclass(frozen=True, slots=True)
class Week:
    """One week. `rewritten` went out without a person; `held` was held or refused, and not released as it was."""

    begins: date
    rewritten: int
    held: int
    false_alarms: int
    review: Review


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What a rule held, and how much of it was released as it was."""

    rule: str
    held: int
    false_alarms: int

    @property
    def share(self) -> int | None:
        """In hundredths; None where nothing was held by it in this time."""
        return percent(self.false_alarms, self.held)


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """All that a page shows."""

    weeks: tuple[Week, ...]
    stopped: int
    held: int
    false_alarms: int
    outcomes: tuple[CountRow, ...]
    kinds: tuple[CountRow, ...]
    teams: tuple[CountRow, ...]
    recipients: tuple[CountRow, ...]
    domains: tuple[CountRow, ...]
    rules: tuple[RuleRow, ...]
    review: Review

    @property
    def false_share(self) -> int | None:
        """Of what was held, in hundredths."""
        return percent(self.false_alarms, self.held)


def percent(part: int, whole: int) -> int | None:
    """Rounded, and never more than all; None of nothing."""
    return min(100, (200 * part + whole) // (2 * whole)) if whole else None


def monday(day: date) -> date:
    """The week that a day is in."""
    return day - timedelta(days=day.weekday())


def first_day(today: date, weeks: int) -> date:
    """Where so many weeks begin, of which this is the last."""
    return monday(today) - timedelta(weeks=weeks - 1)


def figures_of(tallies: Iterable[Tally], today: date, weeks: int, target: int) -> PeriodFigures:
    """The last weeks. `target`: minutes in which a message should be decided."""
    begin = first_day(today, weeks)
    counts = [one for one in tallies if begin <= one.day]
    totals = _by_event(one for one in counts if one.axis == "total")
    by_week: dict[date, list[Tally]] = {begin + timedelta(weeks=number): [] for number in range(weeks)}
    for one in counts:
        by_week.setdefault(monday(one.day), []).append(one)
    return PeriodFigures(
        weeks=tuple(_week(day, by_week[day], target) for day in sorted(by_week)),
        stopped=_stopped(totals),
        held=totals["held"],
        false_alarms=totals["released"],
        outcomes=tuple(CountRow(event, totals[event]) for event in OUTCOMES if totals[event]),
        kinds=_rows(counts, "kind", few=0),
        teams=_rows(counts, "team"),
        recipients=_rows(counts, "recipient"),
        domains=_rows(counts, "domain"),
        rules=_rules(counts),
        review=_review(counts, target),
    )


def _by_event(tallies: Iterable[Tally]) -> Counter[TallyEvent]:
    totals: Counter[TallyEvent] = Counter()
    for one in tallies:
        totals[one.event] += one.count
    return totals


def _stopped(totals: Counter[TallyEvent]) -> int:
    return max(0, sum(totals[event] for event in FOUND) - totals["released"])


def _week(begins: date, tallies: Sequence[Tally], target: int) -> Week:
    totals = _by_event(one for one in tallies if one.axis == "total")
    held = max(0, totals["held"] + totals["rejected"] - totals["released"])
    return Week(begins, totals["rewritten"], held, totals["released"], _review(tallies, target))


def _grouped(tallies: Iterable[Tally], axis: Axis) -> dict[str, Counter[TallyEvent]]:
    found: dict[str, Counter[TallyEvent]] = {}
    for one in tallies:
        if one.axis == axis and one.value:
            found.setdefault(one.value, Counter())[one.event] += one.count
    return found


def _rows(tallies: Iterable[Tally], axis: Axis, few: int = FEW) -> tuple[CountRow, ...]:
    """The most first; in the order of the words where nobody may see which is more."""
    sums = {word: _stopped(totals) for word, totals in _grouped(tallies, axis).items()}
    said = sorted(((count, word) for word, count in sums.items() if count >= max(few, 1)), key=_most_first)
    rest = sorted(word for word, count in sums.items() if 0 < count < few)
    return (*(CountRow(word, count) for count, word in said), *(CountRow(word, 0, few=True) for word in rest))


def _most_first(one: tuple[int, str]) -> tuple[int, str]:
    return -one[0], one[1]


def _rules(tallies: Iterable[Tally]) -> tuple[RuleRow, ...]:
    rows = [RuleRow(rule, totals["held"], totals["released"]) for rule, totals in _grouped(tallies, "rule").items()]
    held = [row for row in rows if row.held or row.false_alarms]
    return tuple(sorted(held, key=lambda row: (-row.false_alarms, -row.held, row.rule)))


def _review(tallies: Iterable[Tally], target: int) -> Review:
    waited: Counter[int] = Counter()
    for one in tallies:
        if one.axis == "waited" and one.event in DECIDED and one.value.isdecimal():
            waited[int(one.value)] += one.count
    decided = waited.total()
    steps, before = [], 0
    for step in STEPS:
        within = _up_to(waited, step)
        steps.append(within - before)
        before = within
    return Review(
        decided,
        _up_to(waited, target),
        _rank(waited, 50),
        _rank(waited, 90),
        (*steps, decided - before),
    )


def _up_to(waited: Counter[int], most: int) -> int:
    return sum(count for minutes, count in waited.items() if minutes <= most)


def _rank(waited: Counter[int], share: int) -> int:
    """The nearest rank: so many hundredths waited at most so long."""
    left = -(-waited.total() * share // 100)
    for minutes in sorted(waited):
        left -= waited[minutes]
        if left <= 0:
            return minutes
    return 0
