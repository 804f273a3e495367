"""A message that went out rewritten: the original, and what was done to it."""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.model.envelope import Envelope
from gateway.model.finding import Edit, Finding
from gateway.model.notice import TO_ANYBODY, Addressed
from gateway.model.reading import Reading


@dataclass(frozen=True, slots=True)
class NewRewrite:
    """A message about to go out rewritten. `digest` is of the original, `sent` of what goes out (SHA-256).
    `addressed`: how its sender is told; `shown`: what goes out, where the sender is to see it."""

    envelope: Envelope
    content: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    sent: bytes = field(repr=False)
    rule: str
    policy: str
    reports: tuple[str, ...]
    findings: tuple[Finding, ...]
    rules: tuple[str, ...]
    edits: tuple[Edit, ...] = field(repr=False)
    reading: Reading | None = field(repr=False)
    addressed: Addressed = TO_ANYBODY
    shown: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class RewriteSummary:
    """A line of the list. `shown`: sender and recipients with what was found covered."""

    id: str
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    rule: str
    reports: tuple[str, ...]
    size: int
    kinds: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    edits: int = 0


@dataclass(frozen=True, slots=True)
class RewriteMessage:
    """The original whole, opened for a reviewer's look (which is audited), and what was done to it."""

    summary: RewriteSummary
    envelope: Envelope
    findings: tuple[Finding, ...]
    rules: tuple[str, ...]
    edits: tuple[Edit, ...] = field(repr=False)
    content: bytes = field(repr=False)
    reading: Reading | None = field(repr=False)
