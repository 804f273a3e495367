"""How a decision came about: each rule in its order, and which of its conditions held for which finding. Pure.

The same questions are put to the same conditions as in `evaluate.decide`, and the answers are made a decision by the
same function; a property test holds the two together. Where `decide` stops at the first condition that fails, all of
a rule are asked here, so that whoever reads it sees what else would have to change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gateway.model import Action, Decision, Envelope, Finding, Match
from gateway.policy.conditions import conditions
from gateway.policy.evaluate import DEFAULT, outcome, situations
from gateway.policy.schema import Policy, Rule


@dataclass(frozen=True, slots=True)
class ConditionTrace:
    """One condition of a rule with its value: for which of the findings that came to the rule it held. Findings are
    counted from 0."""

    key: str
    value: Any
    held: tuple[int, ...]
    failed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """A rule, which findings came to it, and which it took; those of before took the others."""

    name: str
    action: Action
    came: tuple[int, ...]
    took: tuple[int, ...]
    conditions: tuple[ConditionTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """All rules in their order, those that nothing came to as well, and what came of it. `default` are the findings
    that no rule took, `watched` those that no rule was asked about."""

    rules: tuple[RuleTrace, ...]
    decision: Decision
    default: tuple[int, ...]
    watched: tuple[int, ...]


def trace(
    findings: Sequence[Finding],
    envelope: Envelope,
    matches: Sequence[Match],
    policy: Policy,
    mentions_report: bool = True,
) -> Trace:
    """What `decide` says of the same, with its reasons."""
    asked = situations(findings, envelope, matches, policy, mentions_report)
    known = conditions()
    took: list[Rule | Literal["default"] | None] = [None if one is None else DEFAULT for one in asked]
    left = [number for number, one in enumerate(asked) if one is not None]
    rules: list[RuleTrace] = []
    for rule in policy.rules:
        answers = {
            number: [known[key].holds(value, one) for key, value in rule.when]
            for number in left
            if (one := asked[number]) is not None
        }
        mine = tuple(number for number in left if all(answers[number]))
        for number in mine:
            took[number] = rule
        told = tuple(
            ConditionTrace(
                key,
                value,
                tuple(number for number in left if answers[number][at]),
                tuple(number for number in left if not answers[number][at]),
            )
            for at, (key, value) in enumerate(rule.when)
        )
        rules.append(RuleTrace(rule.name, rule.action, tuple(left), mine, told))
        left = [number for number in left if number not in set(mine)]
    watched = tuple(number for number, one in enumerate(asked) if one is None)
    return Trace(tuple(rules), outcome(findings, took, policy), tuple(left), watched)
