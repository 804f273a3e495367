"""What other rules would have made of the mail of the past, beside what became of it.

Each recorded decision is judged by the function that judges mail (`replay.py`). What changes stands beside what a
person decided on it: a held message that was released as it was is a false alarm, one that was discarded or returned
was rightly held, one that was released rewritten was partly right. What nobody decided on is expected to be as what
people decided of the like, under the same rule. What a record cannot tell is counted, and is in no other number.

In: records, rules. Out: `Backtest`. Pure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from gateway.inspection.proportions import Share, share_of
from gateway.inspection.replay import Replayed, replayed
from gateway.model import Action
from gateway.model.decision_record import RecordedDecision, ReviewOutcome
from gateway.notices.masked import masked_address
from gateway.policy import Policy
from gateway.policy.recorded import Lacking

RIGHT: tuple[ReviewOutcome, ...] = ("discarded", "returned")
REVIEWED: tuple[ReviewOutcome, ...] = ("released", "released_rewritten", *RIGHT)
"""What a person decided."""
_MOST_SHOWN = 3
_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class ChangedDecision:
    """One message of which something else would become. Addresses are masked; `kinds` are those of what was found, with
    the highest score of each. `whole`: all of it was looked at, so that nothing else in it can matter."""

    at: datetime
    held: str
    before: Action
    before_rule: str
    after: Action
    after_rule: str
    kinds: dict[str, float]
    reports: tuple[str, ...]
    sender: str
    recipients: tuple[str, ...]
    review: ReviewOutcome
    whole: bool


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule: how many messages it held before and would hold now; of those that it would hold, what people decided
    so far."""

    rule: str
    before: int
    after: int
    newly_held: int
    newly_passed: int
    released: int
    partly: int
    right: int


@dataclass(frozen=True, slots=True)
class Expected:
    """Messages, at a guess from what people decided under the same rule, and between which numbers; None where they
    decided nothing. `known` are those on which somebody decided."""

    known: int
    guess: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """`decisions` were looked at and `clean` had nothing in them. `held` and so on: what would become of others than
    became of them. `would`: of mail that passes in monitor mode, what enforcement would do and did not say before.
    `untold` counts, by what the record lacks, the decisions that cannot be judged by these rules; none of them is in
    another number but `decisions`.

    `alarms_fewer` were held, are false alarms, and would pass; `alarms_more` would be held in vain; `misses` would pass
    and were rightly held, `partly` would pass and were released rewritten."""

    decisions: int
    newly_held: tuple[ChangedDecision, ...]
    newly_passed: tuple[ChangedDecision, ...]
    newly_rewritten: tuple[ChangedDecision, ...]
    newly_rejected: tuple[ChangedDecision, ...]
    would: tuple[ChangedDecision, ...]
    unchanged: int
    untold: dict[str, int]
    by_rule: tuple[RuleChange, ...]
    alarms_fewer: int
    partly: int
    alarms_more: Expected
    misses: Expected
    unfinished: int = 0
    """Held before all of them was looked at, and not held now: what else is in them is not known."""
    older_rules: int = 0
    """Decided by other rules than those that are in force."""
    lower: bool = False
    """Some were found with a higher threshold: what ties a message to a report was not looked for below it."""
    least: float = 0.0
    """The highest `proof_threshold` of the records: of what is less sure, nothing is known."""
    searched: frozenset[str] = field(default=frozenset())
    """With which settings of `personal_data` the messages were searched."""


@dataclass(slots=True)
class _Counts:
    """While it goes on."""

    changes: dict[str, list[ChangedDecision]] = field(default_factory=lambda: defaultdict(list))
    untold: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    reviews: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    was: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    decisions: int = 0
    unchanged: int = 0
    unfinished: int = 0
    older: int = 0
    lower: bool = False
    least: float = 0.0
    searched: set[str] = field(default_factory=set)


_NAMES: dict[Action, str] = {
    "pass": "newly_passed", "redact": "newly_rewritten", "quarantine": "newly_held", "reject": "newly_rejected",
}  # fmt: skip


def backtest(records: Iterable[RecordedDecision], policy: Policy, in_force: str = "") -> Backtest:
    """Of these records under these rules. `in_force`: the digest of the rules that hold now."""
    counts = _Counts()
    for record in records:
        _count(counts, record, policy, in_force)
    return _result(counts)


def _count(counts: _Counts, record: RecordedDecision, policy: Policy, in_force: str) -> None:
    counts.decisions += 1
    counts.older += bool(in_force) and record.policy != in_force
    counts.lower = counts.lower or policy.threshold < record.threshold
    counts.least = max(counts.least, record.proof_threshold)
    counts.searched.add(record.personal_data)
    try:
        after = replayed(record, policy)
    except Lacking as lacking:
        counts.untold[lacking.name] += 1
        return
    if record.action == "quarantine":
        counts.before[record.rule] += 1
        counts.was[record.rule][record.review] += 1
    if after.action == "quarantine":
        counts.after[after.rule] += 1
        counts.reviews[after.rule][record.review] += 1
    if after.action != record.action:
        name = _NAMES[after.action]
        counts.unfinished += not record.whole and after.action in ("pass", "redact")
    elif (after.would or after.action) != (record.would or record.action):
        name = "would"
    else:
        counts.unchanged += 1
        return
    counts.changes[name].append(_change(record, after))


def _change(record: RecordedDecision, after: Replayed) -> ChangedDecision:
    shown = after.would is not None and after.action == record.action
    return ChangedDecision(
        record.at,
        record.held,
        record.action,
        record.rule,
        after.would or after.action if shown else after.action,
        after.would_rule if shown else after.rule,
        dict(_kinds(record)),
        record.reports,
        _masked(str(record.situations.common.get("sender", ""))),
        tuple(_masked(one) for one in _recipients(record)[:_MOST_SHOWN]),
        record.review,
        record.whole,
    )


@lru_cache(maxsize=10_000)
def _masked(address: str) -> str:
    """The same few hundred people get most of the mail."""
    return masked_address(address)


def _kinds(record: RecordedDecision) -> Iterator[tuple[str, float]]:
    """Each kind with its highest score, the surest first."""
    found = dict[str, float]()
    for row in rows_of(record):
        kind, score = str(row.get("kind", "")), float(row.get("score", 0))
        found[kind] = max(score, found.get(kind, 0.0))
    yield from sorted(found.items(), key=lambda one: -one[1])


def rows_of(record: RecordedDecision) -> Iterator[dict[str, Any]]:
    """The recorded fields of each different situation."""
    for row in record.situations.rows:
        yield record.situations.common | dict(zip(record.situations.names, row[:-1], strict=True))


def _recipients(record: RecordedDecision) -> list[str]:
    return [str(one) for one in record.situations.common.get("recipients", ())]


def _result(counts: _Counts) -> Backtest:
    passed, held = counts.changes["newly_passed"], counts.changes["newly_held"]
    rules = sorted({*counts.before, *counts.after})
    gone, new = Counter(one.before_rule for one in passed), Counter(one.after_rule for one in held)
    return Backtest(
        decisions=counts.decisions,
        newly_held=tuple(held),
        newly_passed=tuple(passed),
        newly_rewritten=tuple(counts.changes["newly_rewritten"]),
        newly_rejected=tuple(counts.changes["newly_rejected"]),
        would=tuple(counts.changes["would"]),
        unchanged=counts.unchanged,
        untold=dict(counts.untold),
        by_rule=tuple(
            RuleChange(
                rule,
                counts.before[rule],
                counts.after[rule],
                new[rule],
                gone[rule],
                counts.reviews[rule]["released"],
                counts.reviews[rule]["released_rewritten"],
                sum(counts.reviews[rule][one] for one in RIGHT),
            )
            for rule in rules
        ),
        alarms_fewer=sum(one.review == "released" for one in passed),
        partly=sum(one.review == "released_rewritten" for one in passed),
        alarms_more=_expected(
            0, Counter(one.after_rule for one in held), {rule: _share(counts.reviews[rule], "alarm") for rule in new}
        ),
        misses=_expected(
            sum(one.review in RIGHT for one in passed),
            Counter(one.before_rule for one in passed if one.review not in REVIEWED and one.before == "quarantine"),
            {rule: _share(_like(passed, rule, counts.was[rule]), "right") for rule in gone},
        ),
        unfinished=counts.unfinished,
        older_rules=counts.older,
        lower=counts.lower,
        least=counts.least,
        searched=frozenset(counts.searched),
    )


def _like(passed: list[ChangedDecision], rule: str, all_of_it: Counter[str]) -> Counter[str]:
    """What people decided on those of a rule that would pass; where they are few, on all of the rule."""
    mine = Counter[str](one.review for one in passed if one.before_rule == rule)
    return mine if sum(mine[one] for one in REVIEWED) >= _ENOUGH else all_of_it


def _share(reviews: Counter[str], what: str) -> Share:
    """How many of those that people decided were false alarms, or right."""
    decided = sum(reviews[one] for one in REVIEWED)
    return share_of(reviews["released"] if what == "alarm" else sum(reviews[one] for one in RIGHT), decided)


def _expected(known: int, undecided: Counter[str], shares: dict[str, Share]) -> Expected:
    """What is known, and what is to be expected of what nobody decided on."""
    guess: float | None = float(known)
    low = high = float(known)
    for rule, number in undecided.items():
        share = shares[rule]
        if share.of == 0:
            guess = None
        elif guess is not None:
            guess += number * share.count / share.of
        low += number * share.low
        high += number * share.high
    return Expected(known, None if guess is None else round(guess, 1), round(low, 1), round(high, 1))
