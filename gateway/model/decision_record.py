"""What is kept of a decision, so that other rules can be tried on it: what rules may ask, and what became of it.

It holds no word of a message, no name of a file and nothing of a reporter but the ids of reports. The situations are
plain values under the names of their fields, so that a record outlives the program that made it: `policy.recorded`
makes them, and says of one that lacks a field which that is.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from gateway.model.decision import Action

ReviewOutcome = Literal["", "released", "released_rewritten", "returned", "discarded", "expired"]
"""What a person did with a held message; `expired`: nobody decided in time, which says nothing of it."""
REVIEW_OUTCOMES: tuple[ReviewOutcome, ...] = get_args(ReviewOutcome)


@dataclass(frozen=True, slots=True)
class RecordedSituations:
    """`common` has the fields that all situations of the message share, each of `rows` the others, in the order of
    `names`, and how many findings are just like that. `complete` is false where there were too many to be kept."""

    common: dict[str, Any] = field(repr=False)
    names: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = field(default=(), repr=False)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """One message in which something was found, down to `proof_threshold`.

    `action` and `rule` are what came of it, `would` and `would_rule` what enforcement would have done in monitor mode.
    `judged` is what the rules alone say of the findings from `threshold` on: a rewriting that could not be proved, or a
    limit of its sender, may have made it stricter. `whole`: all of the message was looked at. `by_name_alone`: nothing
    but a name ties the message to a report. `held` is its id in the quarantine (`Q-…`).
    """

    at: datetime
    action: Action
    rule: str
    policy: str
    threshold: float
    proof_threshold: float
    personal_data: str
    judged: Action
    situations: RecordedSituations
    reports: tuple[str, ...]
    would: Action | None = None
    would_rule: str = ""
    whole: bool = True
    by_name_alone: bool = False
    held: str = ""
    review: ReviewOutcome = ""
    number: int = 0
    message: bytes = field(default=b"", repr=False)
    """What is the same where the same message comes again; it is kept as a keyed digest."""


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """What the record says of one rule: how many messages it took, and what people did with those that were held.
    `would`: what it would have taken were its policy enforced."""

    rule: str
    passed: int = 0
    rewritten: int = 0
    held: int = 0
    rejected: int = 0
    would: int = 0
    released: int = 0
    released_rewritten: int = 0
    right: int = 0
    """Discarded or returned by a person."""
    waiting: int = 0
