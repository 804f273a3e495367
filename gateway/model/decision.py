"""What shall become of a message, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.model.envelope import AS_IT_CAME, Amendment
from gateway.model.finding import Edit, Finding, Kind, Match
from gateway.model.fingerprints import Fingerprints
from gateway.model.reading import Reading

Action = Literal["pass", "redact", "quarantine", "reject"]
_STRICTNESS: dict[Action, int] = {"pass": 0, "redact": 1, "quarantine": 2, "reject": 3}


def is_stricter(one: Action, other: Action) -> bool:
    """Whether more is done to a message by the one than by the other."""
    return _STRICTNESS[one] > _STRICTNESS[other]


def strictest(actions: Iterable[Action]) -> Action:
    """The action that holds for the whole message: RFC 5321 knows one answer to DATA for all recipients."""
    return max(actions, key=_STRICTNESS.__getitem__, default="pass")


@dataclass(frozen=True, slots=True)
class Decision:
    """`rule` is the name of the rule that set the action; `rules[i]` the one that took `findings[i]`. `would` and
    `would_rule`: what would be done, and by which rule, if no rule were only watched; None where it is done."""

    action: Action
    rule: str
    policy: str
    rules: tuple[str, ...] = ()
    would: Action | None = None
    would_rule: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything `inspection.examine` knows of one message. `rewritten` and the `edits` that made it are set where the
    action is `redact`, and with them the `second` reading that proved it and what was `left`, which the rules let
    pass; `amendment` says what of the envelope must not go on where the message does; `in_name` has the
    kinds of what was found in the client's own name, which no rule judges. `unfinished`: it is certain; the rest was
    not looked at. `fingerprints` are those of a message that is not rewritten. `faint` is all that was found, down to
    the proof's threshold; `mentions`: the message speaks of a report (`matching.mentions_report`); `facts`: what else
    rules were asked by (`policy.MessageFacts`); `asked`: the situation that they were asked about for each finding
    (`policy.Situation`)."""

    decision: Decision
    matches: tuple[Match, ...] = ()
    findings: tuple[Finding, ...] = ()
    reading: Reading | None = field(default=None, repr=False)
    rewritten: bytes | None = field(default=None, repr=False)
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    second: Reading | None = field(default=None, repr=False)
    left: tuple[Finding, ...] = field(default=(), repr=False)
    amendment: Amendment = AS_IT_CAME
    in_name: tuple[Kind, ...] = ()
    unfinished: bool = False
    fingerprints: Fingerprints | None = field(default=None, repr=False)
    faint: tuple[Finding, ...] = field(default=(), repr=False)
    mentions: bool = False
    facts: Any = field(default=None, repr=False)
    asked: tuple[Any, ...] = field(default=(), repr=False)
