"""What a rule leaves for those behind it, over the conditions whose values can be listed. Pure.

A rule is a box: for each such condition the values that it takes. What earlier rules take is cut out of it; what is
left are boxes again. A condition that cannot be listed (an address, a score) keeps an earlier rule from taking anything
for sure, unless it covers that of the rule itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.model import KINDS, REPORT_STATES, SEVERITIES, TIES
from gateway.policy.conditions import conditions, reaches_all
from gateway.policy.conditions.where import MEDIA
from gateway.policy.schema import Rule

UNREAD = frozenset(("uninspectable", "malformed"))
_SHARED = frozenset(("material", "avatar"))
"""Kinds of which a share can be known."""

DOMAINS: dict[str, frozenset[Any]] = {
    "kinds": frozenset(KINDS),
    "where": frozenset(MEDIA),
    "tie": frozenset(TIES),
    "mentions_report": frozenset((True, False)),
    "severity": frozenset(SEVERITIES),
    "report_status": frozenset(REPORT_STATES),
    "weekdays": frozenset(range(7)),
    "hours": frozenset(range(24 * 60)),
}
"""Conditions of which each finding has exactly one value."""
_MOST_BOXES = 1000

Box = Mapping[str, frozenset[Any]]


def box_of(rule: Rule) -> Box:
    """What it takes, with what its other conditions imply of the kind: only what could not be read has a reason, and
    only material a share."""
    box = dict(DOMAINS)
    for key, value in rule.when:
        if key in DOMAINS:
            box[key] = frozenset((value,)) if isinstance(value, bool) else value
    when = dict(rule.when)
    if "reasons" in when:
        box["kinds"] &= UNREAD
    if when.get("share_at_least", 0.0) > 0:
        box["kinds"] &= _SHARED
    return box


def left_of(start: Box, others: Mapping[str, Any], earlier: Iterable[Rule]) -> list[Box] | None:
    """What of a box, under these conditions that cannot be listed, no earlier rule takes for sure; None where that is
    too much to list."""
    boxes = [start, *(box_of(rule) for rule in earlier if _covers_others(rule, others))]
    values = _values(boxes)
    first, *taken = [_as_bits(box, values) for box in boxes]
    left = [first] if all(first) else []
    for other in taken:
        left = [rest for box in left for rest in _without(box, other)]
        if not left:
            return []
        if len(left) > _MOST_BOXES:
            return None
    return [_from_bits(box, values) for box in left]


_Bits = tuple[int, ...]
"""A box as numbers: a bit for each value, which is many times faster to cut."""


def _values(boxes: Sequence[Box]) -> dict[str, tuple[Any, ...]]:
    """The values of each condition, in an order; one minute stands for all that no box tells apart."""
    alike: dict[tuple[bool, ...], int] = {}
    spans = {box["hours"] for box in boxes} - {DOMAINS["hours"]}
    for minute in sorted(DOMAINS["hours"]) if spans else (0,):
        alike.setdefault(tuple(minute in span for span in spans), minute)
    return {key: tuple(alike.values()) if key == "hours" else tuple(domain) for key, domain in DOMAINS.items()}


def _as_bits(box: Box, values: Mapping[str, tuple[Any, ...]]) -> _Bits:
    return tuple(sum(1 << at for at, value in enumerate(known) if value in box[key]) for key, known in values.items())


def _from_bits(bits: _Bits, values: Mapping[str, tuple[Any, ...]]) -> Box:
    return {
        key: frozenset(value for at, value in enumerate(known) if number >> at & 1)
        for number, (key, known) in zip(bits, values.items(), strict=True)
    }


def unlisted(rule: Rule) -> dict[str, Any]:
    """Its conditions that cannot be listed."""
    return {key: value for key, value in rule.when if key not in DOMAINS}


def can_match(rule: Rule, before: Sequence[Rule]) -> bool:
    """False where all that it takes is taken by rules before it, together."""
    left = left_of(box_of(rule), unlisted(rule), before)
    return left is None or bool(left)


def contradiction(rule: Rule) -> str:
    """Why no finding can meet all conditions of the rule; empty where one can."""
    when = dict(rule.when)
    kinds = when.get("kinds", DOMAINS["kinds"])
    if "reasons" in when and not kinds & UNREAD:
        return "reasons are of uninspectable and malformed alone, and kinds names neither"
    if when.get("share_at_least", 0.0) > 0 and not kinds & _SHARED:
        return "share_at_least is of material alone, and kinds does not name it"
    # Of recipients there may be two, one for each condition.
    if "senders" in when and "sender_groups" in when and not _meet(when["senders"], when["sender_groups"]):
        return "no address is in senders and in sender_groups"
    if "reasons" in when and when.get("share_at_least", 0.0) > 0:
        return "reasons are of what could not be read, and share_at_least is of material"
    if "matched_by" not in when and "relation" in when and "tie" in when and "recipient" not in when["tie"]:
        return "a mail to the party or a representative is tied by its recipient, and tie does not name that"
    return ""


def _meet(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether an address can be in both."""
    return any(reaches_all(other, frozenset((key,))) for key in one) or any(
        reaches_all(one, frozenset((key,))) for key in other
    )


def _covers_others(rule: Rule, others: Mapping[str, Any]) -> bool:
    """Whether its conditions that cannot be listed hold wherever these do. What `box_of` says of the kind holds too."""
    known = conditions()
    for key, value in unlisted(rule).items():
        narrower = others.get(key, known[key].always)
        if narrower is None or not known[key].covers(value, narrower):
            return False
    return True


def _without(box: _Bits, taken: _Bits) -> list[_Bits]:
    """The box without what is in the other one."""
    if any(not mine & theirs for mine, theirs in zip(box, taken, strict=True)):
        return [box]
    rest, pieces = list(box), list[_Bits]()
    for at, mine in enumerate(box):
        if outside := mine & ~taken[at]:
            pieces.append((*rest[:at], outside, *rest[at + 1 :]))
            rest[at] = mine & taken[at]
    return pieces
