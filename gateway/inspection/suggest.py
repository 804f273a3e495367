"""Where reviewers' decisions say that a rule holds too much: from which score on it should hold, and what that costs.

For each rule that holds, and each kind of finding with its tie (and what else a condition can ask for), the messages
are looked at that are held for such findings alone, and that somebody decided on. A threshold is proposed where the
false alarms among them are less sure than what was rightly held. Its price stands beside it: how many messages fewer
would be held, how many of them somebody had rightly held, and how many of a hundred that may be (`proportions.py`). The
interval knows nothing of the choice: the threshold was found on the same mail.

What could not be read is never proposed to pass. Nothing is proposed on fewer than `LEAST` decisions.

In: records, rules, and the rules as the file has them. Out: `RuleSuggestions`. Pure.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.inspection.backtest import REVIEWED, RIGHT
from gateway.inspection.kinds import UNREAD
from gateway.inspection.proportions import Share, share_of
from gateway.inspection.replay import outcome, standing
from gateway.model import Action
from gateway.model.decision_record import RecordedDecision
from gateway.policy import Policy, Rule, judge
from gateway.policy.conditions import conditions
from gateway.policy.evaluate import DEFAULT, MONITORED
from gateway.policy.recorded import Lacking
from gateway.policy.schema import LONGEST_NAME

LEAST = 20
"""Decisions of people on messages that were held for this alone."""
LEAST_FEWER = 5
"""False alarms that a threshold has to save."""
COSTLY = 0.1
"""Share of rightly held messages among those that would pass, above which nothing is proposed at all."""
_ASKED = (("kinds", "kind"), ("variants", "variant"), ("tie", "tie"))
"""Conditions, and what of a finding each asks for."""
_MOST_NAMED = 5
_STEP = 100


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings that one condition can ask for: the rule that takes them, and the words of its conditions."""

    rule: str
    when: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`threshold`: from this score on it is held; None: it is not held at all. `decided` are the messages of the group
    on which somebody decided, and `fewer` those of all that would not be held; of these were released as they were
    `alarms`, released rewritten `partly`, rightly held `lost` (`lost_ids` some of them), undecided `undecided`.
    `price`: the share of `lost` and `partly` among those decided on that would pass."""

    group: FindingGroup
    threshold: float | None
    detectors: tuple[str, ...]
    decided: int
    fewer: int
    alarms: int
    partly: int
    lost: int
    undecided: int
    lost_ids: tuple[str, ...]
    price: Share
    toml: str


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A group of which nothing is proposed: on `decided` messages somebody decided. `few`: fewer than `LEAST`; else no
    threshold parts the false alarms, `alarms`, from what was rightly held."""

    group: FindingGroup
    decided: int
    alarms: int
    few: bool


@dataclass(frozen=True, slots=True)
class RuleSuggestions:
    """`decided`: messages on which a person decided, of `decisions` in all. `untold`: nobody can tell of them."""

    decisions: int
    decided: int
    proposed: tuple[Suggestion, ...]
    unsaid: tuple[Unsaid, ...]
    untold: int = 0


@dataclass(slots=True)
class _HeldMessageOfGroup:
    """One message that is held for findings of one group alone: the surest of them, and what was decided."""

    top: float
    review: str
    id: str


@dataclass(slots=True)
class _GroupFound:
    held: list[_HeldMessageOfGroup] = field(default_factory=list)
    detectors: set[str] = field(default_factory=set)


def suggest(
    records: Iterable[RecordedDecision], policy: Policy, written: Sequence[Mapping[str, Any]]
) -> RuleSuggestions:
    """What these records suggest. `written` are the rules as the file gives them."""
    groups: dict[FindingGroup, _GroupFound] = defaultdict(_GroupFound)
    decisions = decided = untold = 0
    for record in records:
        decisions += 1
        decided += record.review in REVIEWED
        try:
            _note(groups, record, policy)
        except Lacking:
            untold += 1
    proposed, unsaid = list[Suggestion](), list[Unsaid]()
    for group, found in sorted(groups.items(), key=lambda one: (one[0].rule, one[0].when)):
        reviewed = [one for one in found.held if one.review in REVIEWED]
        alarms = sum(one.review == "released" for one in reviewed)
        mine = list(_proposals(group, found, policy, written)) if len(reviewed) >= LEAST else []
        proposed += mine
        if not mine and reviewed:
            unsaid.append(Unsaid(group, len(reviewed), alarms, len(reviewed) < LEAST))
    return RuleSuggestions(decisions, decided, tuple(proposed), tuple(unsaid), untold)


def _note(groups: dict[FindingGroup, _GroupFound], record: RecordedDecision, policy: Policy) -> None:
    """Put a message that these rules hold into the group that it is held for, where that is one."""
    if record.action != "quarantine" or not record.whole:
        return
    found = standing(record, policy)
    decision = judge(found, policy)
    if decision.action != "quarantine" or outcome(record, decision).rule != decision.rule:
        return
    holding = dict[FindingGroup, float]()
    detectors = set[str]()
    for situation, rule in zip(found, decision.rules, strict=True):
        if rule == MONITORED or _action_of(rule, policy) != "quarantine":
            continue
        if situation.kind in UNREAD:
            return
        when = tuple((key, str(getattr(situation, name))) for key, name in _ASKED)
        if any(not word for _, word in when):
            return  # no condition asks for what has no word
        group = FindingGroup(rule, when)
        holding[group] = max(situation.score, holding.get(group, 0.0))
        detectors.add(situation.detector)
    if len(holding) == 1:
        ((group, top),) = holding.items()
        groups[group].held.append(_HeldMessageOfGroup(top, record.review, record.held))
        groups[group].detectors |= detectors


def _action_of(name: str, policy: Policy) -> Action:
    """What a rule does; one that only watches lets pass."""
    rule = policy.named(name)
    if rule is None:
        return policy.default
    return "pass" if policy.watches(rule) else rule.action


def _proposals(
    group: FindingGroup, found: _GroupFound, policy: Policy, written: Sequence[Mapping[str, Any]]
) -> Iterable[Suggestion]:
    """The threshold that costs nothing and saves most; and one that saves half as much again, at a price."""
    held = sorted(found.held, key=lambda one: one.top)
    free: tuple[int, float | None] | None = None
    costly: tuple[int, float | None] | None = None
    alarms = lost = 0
    for number, one in enumerate(held):
        alarms += one.review == "released"
        lost += one.review in RIGHT or one.review == "released_rewritten"
        after = held[number + 1].top if number + 1 < len(held) else None
        if after == one.top or alarms < LEAST_FEWER:
            continue
        threshold = None if after is None else _between(one.top, after)
        if not lost:
            free = alarms, threshold
        elif lost <= COSTLY * (alarms + lost):
            costly = alarms, threshold
    if free is not None:
        yield _suggestion(group, found, policy, written, free[1])
    if costly is not None and (free is None or costly[0] >= 1.5 * free[0]):
        yield _suggestion(group, found, policy, written, costly[1])


def _between(below: float, at: float) -> float:
    """A short number above the one and no higher than the other."""
    short = (math.floor(below * _STEP) + 1) / _STEP
    return short if below < short <= at else at


def _suggestion(
    group: FindingGroup,
    found: _GroupFound,
    policy: Policy,
    written: Sequence[Mapping[str, Any]],
    threshold: float | None,
) -> Suggestion:
    passing = [one for one in found.held if threshold is None or one.top < threshold]
    reviews = [one.review for one in passing]
    lost = [one.id for one in passing if one.review in RIGHT]
    alarms, partly = reviews.count("released"), reviews.count("released_rewritten")
    return Suggestion(
        group,
        threshold,
        tuple(sorted(found.detectors)),
        sum(one.review in REVIEWED for one in found.held),
        len(passing),
        alarms,
        partly,
        len(lost),
        len(passing) - alarms - partly - len(lost),
        tuple(lost[:_MOST_NAMED]),
        share_of(len(lost) + partly, alarms + partly + len(lost)),
        _toml(group, threshold, policy, written),
    )


def with_suggestion(policy: Policy, one: Suggestion) -> Policy:
    """The rules with those of a suggestion before the one that they are about."""
    number, rule = _place(policy, one.group.rule)
    narrow = dict(rule.when)
    for key, word in one.group.when:
        narrow[key] = conditions()[key].check([word])
    passing = Rule(_free_name(one.group, "unsure", policy), "pass", tuple(narrow.items()))
    new = [passing]
    if one.threshold is not None:
        sure = narrow | {"score_at_least": max(one.threshold, narrow.get("score_at_least", 0.0))}
        new.insert(0, replace(rule, name=_free_name(one.group, "sure", policy), when=tuple(sure.items())))
    return replace(policy, rules=(*policy.rules[:number], *new, *policy.rules[number:]))


def _place(policy: Policy, name: str) -> tuple[int, Rule]:
    for number, rule in enumerate(policy.rules):
        if rule.name == name:
            return number, rule
    return len(policy.rules), Rule(DEFAULT, policy.default)


def _free_name(group: FindingGroup, how: str, policy: Policy) -> str:
    """Of a new rule: two suggestions for one rule can be pasted together."""
    taken = {rule.name for rule in policy.rules}
    behind = "-".join(("", *(word for _, word in group.when), how))
    name = group.rule[: LONGEST_NAME - len(behind) - len("-999")] + behind
    return next(one for number in range(1, 1000) if (one := name if number == 1 else f"{name}-{number}") not in taken)


def _toml(group: FindingGroup, threshold: float | None, policy: Policy, written: Sequence[Mapping[str, Any]]) -> str:
    """The rules to paste, before the one that they are about."""
    number, rule = _place(policy, group.rule)
    given: dict[str, Any] = dict(written[number]) if number < len(written) else {"action": rule.action}
    narrowed: Mapping[str, Any] = given.pop("when", {})
    when = dict(narrowed) | {key: [word] for key, word in group.when}
    given.pop("name", None)
    before = f'before the rule "{group.rule}"' if number < len(policy.rules) else "behind all other rules"
    lines = [f"# to be put {before}"]
    if threshold is not None:
        sure = when | {"score_at_least": max(threshold, float(when.get("score_at_least", 0)))}
        lines += _rule({"name": _free_name(group, "sure", policy), **given, "when": sure})
    lines += _rule({"name": _free_name(group, "unsure", policy), "action": "pass", "when": when})
    return "\n".join(lines).rstrip() + "\n"


def _rule(values: Mapping[str, Any]) -> list[str]:
    return ["[[rule]]", *(f"{key} = {_value(value)}" for key, value in values.items()), ""]


def _value(value: Any) -> str:
    """As TOML writes it, in one line."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _value(key)
