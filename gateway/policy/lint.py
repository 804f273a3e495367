"""What is allowed in `policy.toml` and is hardly meant. Pure.

In: checked rules, and where each stands. Out: warnings, one line each; they stop nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gateway.errors import Problem
from gateway.model import KINDS
from gateway.policy.conditions import conditions
from gateway.policy.reach import box_of, can_match, contradiction
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
        if why := contradiction(rule):
            wrong = f"rule {rule.name!r} can never match: {why}"
            found.append(Problem(place(number), wrong, "take one of its conditions out"))
            continue
        if not can_match(rule, before):
            wrong = f"rule {rule.name!r} can never be reached: rules before it, taken together, take all that it takes"
            found.append(Problem(place(number), wrong, "move it up, or remove it"))
            continue
        found.extend(_watching(rule, rules[number + 1 :], place(number)))
        found.extend(_telling(rule, place(number)))
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


def _watching(rule: Rule, behind: Sequence[Rule], place: str) -> Iterator[Problem]:
    """A rule that is tried above others opens a hole in them: what it takes passes."""
    if not rule.monitor or rule.action == "pass":
        return
    loses = [one.name for one in behind if one.action != "pass" and not one.monitor and _may_share(rule, one)]
    if loses:
        wrong = (
            f"rule {rule.name!r} only watches: what it takes passes, though {_quoted(loses)} behind it would not let it"
        )
        yield Problem(place, wrong, "move it behind them, or leave monitor out")


def _telling(rule: Rule, place: str) -> Iterator[Problem]:
    if rule.headers and not _stays_inside(rule):
        wrong = f"rule {rule.name!r} adds fields to mail that goes outside, where they say that something was found"
        yield Problem(place, wrong, 'name inside readers, as recipient = ["internal"], or leave headers out')
    if rule.say and "sender" in rule.notify and dict(rule.when).get("kinds", frozenset(KINDS)) - set(UNREADABLE):
        wrong = f"rule {rule.name!r} has a sentence of its own: its sender learns by it which rule held the mail"
        yield Problem(place, wrong, 'give it to rules for what cannot be read, or write notify = ["reviewers"]')


def _stays_inside(rule: Rule) -> bool:
    """Whether all whom the rule names are inside; one of several readers may still be outside."""
    return dict(rule.when).get("recipient", frozenset()) <= {"internal", "authority"} and "recipient" in dict(rule.when)


def _may_share(one: Rule, other: Rule) -> bool:
    """Whether some finding may meet both, by conditions whose values can be listed."""
    mine, theirs = box_of(one), box_of(other)
    return all(values & theirs[key] for key, values in mine.items())


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


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
