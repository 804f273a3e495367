"""What is allowed in `policy.toml` and is hardly meant. Pure.

In: checked rules, and where each stands. Out: warnings, one line each; they stop nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from gateway.errors import Problem
from gateway.policy.conditions import conditions
from gateway.policy.schema import Rule

UNREADABLE = ("uninspectable", "malformed")
NOT_REWRITABLE = ("uninspectable", "malformed")


def warnings(rules: Sequence[Rule], place: Callable[[int], str]) -> list[Problem]:
    """In the order of the rules."""
    found: list[Problem] = []
    for number, rule in enumerate(rules):
        before = rules[:number]
        cover = next((earlier for earlier in before if takes_all_of(earlier, rule)), None)
        if cover is not None:
            wrong = f"rule {rule.name!r} can never be reached: rule {cover.name!r} before it takes all that it takes"
            found.append(Problem(place(number), wrong, "move it up, or remove it"))
            continue
        if rule.action == "pass" and (kinds := _reached(rule, UNREADABLE, before)):
            wrong = f"rule {rule.name!r} lets pass what could not be inspected ({', '.join(kinds)})"
            found.append(Problem(place(number), wrong, "name its kinds, or hold these in a rule before it"))
        if (
            rule.action == "redact"
            and not rule.remove
            and "kinds" in dict(rule.when)
            and (kinds := _reached(rule, NOT_REWRITABLE, before))
        ):
            wrong = f"rule {rule.name!r} would rewrite what cannot be rewritten ({', '.join(kinds)})"
            found.append(
                Problem(
                    place(number),
                    wrong,
                    "it will be held; write quarantine, which says so, or remove = true to take the file out",
                )
            )
    return found


def takes_all_of(one: Rule, other: Rule) -> bool:
    """Does `one` hold wherever `other` does? False also where the conditions alone cannot tell."""
    given = dict(other.when)
    known = conditions()
    for key, value in one.when:
        narrower = given.get(key, known[key].always)
        if narrower is None or not known[key].covers(value, narrower):
            return False
    return True


def _reached(rule: Rule, kinds: Sequence[str], before: Sequence[Rule]) -> list[str]:
    """Of these kinds, those that the rule takes and no earlier rule takes from it."""
    when: dict[str, Any] = dict(rule.when)
    reached = []
    for kind in kinds:
        if "kinds" in when and kind not in when["kinds"]:
            continue
        alone = Rule(rule.name, rule.action, tuple({**when, "kinds": frozenset({kind})}.items()))
        if not any(takes_all_of(earlier, alone) for earlier in before):
            reached.append(kind)
    return reached
