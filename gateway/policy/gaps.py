"""What would pass by the rules, to whom, and by which: for whoever writes them, in one line a rule. Pure.

In: a policy, and where each rule stands. Out: lines. Not counted is service mail to somebody whom no report knows
(`tie = ["none"]`), what a detector is not sure enough of to be judged, and what stays inside.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from gateway.errors import Problem
from gateway.model import KINDS
from gateway.policy.reach import DOMAINS, Box, box_of, left_of, unlisted
from gateway.policy.schema import Policy, Rule

_TO = {
    "party": "the reported party",
    "representative": "a representative of theirs",
    "unknown": "somebody outside whom no report knows",
}
_CALLED = {
    "name": "a name", "nickname": "a nickname", "address": "an address", "phone": "a phone", "account": "an account",
    "government_id": "an id number", "circumstance": "circumstances", "avatar": "an avatar", "qr_code": "a code",
    "material": "material", "thread": "the reporter's mail", "personal_data": "personal data",
    "uninspectable": "what cannot be inspected", "malformed": "what is malformed",
}  # fmt: skip
_PLACES = {
    "header": "a header", "file_name": "the name of a file", "text": "the text", "html": "the HTML",
    "markup": "the source of HTML", "document": "a document", "picture": "a picture", "code": "what a code says",
    "metadata": "metadata", "envelope": "the envelope", "file": "a file as a whole", "message": "the mail as a whole",
}  # fmt: skip
_HARD = 0.6


def gaps(policy: Policy, place: Callable[..., str]) -> Iterator[Problem]:
    """One for each rule by which something would pass, and whom it goes to; nothing of a policy that only watches,
    by which all passes."""
    if policy.mode == "monitor":
        return
    if policy.threshold > _HARD:
        wrong = f"gap: what is found with a score below {policy.threshold:g} would pass, whatever it is"
        yield Problem(place("threshold"), wrong, f"threshold = {_HARD:g} is what scores are made for")
    for number, rule in enumerate(policy.rules):
        if rule.action != "pass" and not rule.monitor:
            continue
        for to, boxes in _by_reader(rule, policy.rules[:number], policy):
            how = "would pass by rule" if not rule.monitor else "would pass, only watched, by rule"
            wrong = f"gap: {_what(boxes)} to {_joined([_TO[one] for one in to])} {how} {rule.name!r}{_if(rule)}"
            yield Problem(place("rule", number), wrong)


def _by_reader(rule: Rule, before: Sequence[Rule], policy: Policy) -> Iterator[tuple[tuple[str, ...], list[Box]]]:
    """Who would get something by the rule, those of whom the same holds together."""
    reached: dict[str, tuple[list[Box], list[str]]] = {}
    for to in _TO:
        mine = _for(rule, to)
        if mine is None:
            continue
        start = dict(box_of(mine))
        start["tie"] &= frozenset(("recipient",)) if to != "unknown" else DOMAINS["tie"] - {"recipient", "none"}
        if policy.personal_data != "on":
            start["kinds"] -= {"personal_data"}
        earlier = [seen for one in before if (seen := _for(one, to)) is not None]
        left = left_of(start, unlisted(mine), earlier)
        left = [start] if left is None else left
        if left:
            reached.setdefault(_what(left), (left, []))[1].append(to)
    for boxes, readers in reached.values():
        yield tuple(readers), boxes


def _for(rule: Rule, to: str) -> Rule | None:
    """The rule as it is for a mail to this reader alone; None where it cannot hold."""
    when: dict[str, Any] = dict(rule.when)
    for key in ("recipient", "relation"):
        if key in when and to not in when.pop(key):
            return None
    return replace(rule, when=tuple(when.items()))


def _what(boxes: Sequence[Box]) -> str:
    """Kinds and places, the kinds of which the same places are left together."""
    places: dict[str, set[str]] = {}
    for box in boxes:
        for kind in box["kinds"]:
            places.setdefault(kind, set()).update(box["where"])
    together: dict[tuple[str, ...], list[str]] = {}
    for kind in KINDS:
        if kind in places:
            ordered = tuple(one for one in _PLACES if one in places[kind])
            together.setdefault(ordered, []).append(_CALLED[kind])
    return "; ".join(f"{_joined(kinds)}{_in(where)}" for where, kinds in together.items())


def _in(places: tuple[str, ...]) -> str:
    if len(places) == len(_PLACES):
        return ""
    return f" in {_joined([_PLACES[one] for one in places])}"


def _if(rule: Rule) -> str:
    """By which conditions it is narrowed besides kind and place."""
    more = [key for key, _ in rule.when if key not in ("kinds", "where", "recipient", "relation")]
    return f" (where its {_joined(more)} hold{'s' if len(more) == 1 else ''})" if more else ""


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
