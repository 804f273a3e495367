"""How a decision came about: each rule in its order, and which of its conditions held for which finding. Pure.

The decision is `evaluate.judge`'s own, and so is which rule took what; this only puts the rules' conditions to the same
situations once more. Where `judge` stops at the first condition that fails, all of a rule are asked here: whoever reads
it sees what else would have to change. A property test holds that a rule took what all its conditions hold for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.model import Action, Decision
from gateway.policy.conditions import conditions
from gateway.policy.evaluate import DEFAULT, MONITORED, judge
from gateway.policy.schema import Policy, Situation


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


def trace(found: Sequence[Situation], policy: Policy) -> Trace:
    """What `judge` says of the same, with its reasons."""
    decision, known = judge(found, policy), conditions()
    took = decision.rules
    left = [number for number in range(len(found)) if took[number] != MONITORED]
    rules: list[RuleTrace] = []
    for rule in policy.rules:
        told = tuple(
            ConditionTrace(
                key,
                value,
                tuple(number for number in left if known[key].holds(value, found[number])),
                tuple(number for number in left if not known[key].holds(value, found[number])),
            )
            for key, value in rule.when
        )
        mine = tuple(number for number in left if took[number] == rule.name)
        rules.append(RuleTrace(rule.name, rule.action, tuple(left), mine, told))
        left = [number for number in left if took[number] != rule.name]
    watched = tuple(number for number, name in enumerate(took) if name == MONITORED)
    return Trace(tuple(rules), decision, tuple(number for number in left if took[number] == DEFAULT), watched)
