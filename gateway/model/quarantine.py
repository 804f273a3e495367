"""Life of a held message, as a table: what is not in it cannot happen.

`uncertain`: the line was cut after the final dot, and SMTP itself cannot tell whether upstream has it (RFC 1047).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from gateway.model.decision import Action
from gateway.model.envelope import Envelope
from gateway.model.finding import Finding
from gateway.model.held_reason import HeldReason
from gateway.model.notice import TO_ANYBODY, Addressed
from gateway.model.reading import Reading

HoldState = Literal["held", "releasing", "released", "returned", "discarded", "uncertain"]
WAITING: tuple[HoldState, ...] = ("held", "uncertain")
"""A person has to decide."""
FINAL: tuple[HoldState, ...] = ("released", "returned", "discarded")
"""It is decided."""
HoldEvent = Literal["claim", "upstream_took", "upstream_refused", "line_cut", "discard", "return"]
EVENTS: tuple[HoldEvent, ...] = get_args(HoldEvent)

NEXT: dict[tuple[HoldState, HoldEvent], HoldState] = {
    ("held", "claim"): "releasing",
    ("held", "discard"): "discarded",
    ("held", "return"): "returned",
    ("releasing", "upstream_took"): "released",
    ("releasing", "upstream_refused"): "held",
    ("releasing", "line_cut"): "uncertain",
    ("uncertain", "claim"): "releasing",  # a person chose to risk a duplicate
    ("uncertain", "discard"): "discarded",
    ("uncertain", "return"): "returned",
}


Opened = Literal["", "later", "given"]
"""How what was locked in a held message came to be read: by a password of a later mail, or one that a reviewer gave."""


@dataclass(frozen=True, slots=True)
class NewHold:
    """A message about to be held. `status` `held`, or `discarded` for one that was rejected and only recorded. `whole`:
    all of it was looked at, and not only as much as it took to know that it is held. `opened` and the
    `passwords` that did it: where it was looked at anew. `addressed`: how its sender is told."""

    envelope: Envelope
    content: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    action: Action
    rule: str
    policy: str
    reports: tuple[str, ...]
    findings: tuple[Finding, ...]
    rules: tuple[str, ...]
    reading: Reading | None = field(repr=False)
    whole: bool = True
    opened: Opened = ""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    addressed: Addressed = TO_ANYBODY


@dataclass(frozen=True, slots=True)
class HeldSummary:
    """A line of the quarantine list. `shown`: sender and recipients with what was found covered, as a person may see
    them; empty where it was held by a version that did not say so. `opened` as in `NewHold`. `subject` and `author`
    (the name that the message gives its author) are covered likewise; `authors` are the addresses in its From field,
    for comparing and never to be shown. `rules`: all that took something. `campaign`: the same for messages that say
    the same, empty where that is not known."""

    id: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    rule: str
    reports: tuple[str, ...]
    status: HoldState
    size: int
    kinds: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    opened: Opened = ""
    subject: str = ""
    author: str = field(default="", repr=False)
    authors: tuple[str, ...] = field(default=(), repr=False)
    reason: HeldReason | None = None
    rules: tuple[str, ...] = ()
    number: int = 0
    campaign: bytes = b""


ProposedAction = Literal["release", "release-rewritten"]
"""What takes two people where a rule wants four eyes."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The first of two people says that a held message is to go out. `person` as in the audit log."""

    held: str
    action: ProposedAction
    person: str
    at: datetime
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A held message whole, opened for a release or for a reviewer's look (which is audited). `looked_through`: what
    was found in it is all that there is to be found. `passwords`: what opened it."""

    summary: HeldSummary
    envelope: Envelope
    findings: tuple[Finding, ...]
    rules: tuple[str, ...]
    content: bytes = field(repr=False)
    reading: Reading | None = field(repr=False)
    looked_through: bool = True
    passwords: tuple[str, ...] = field(default=(), repr=False)
    addressed: Addressed = TO_ANYBODY
