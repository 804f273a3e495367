"""Mail that passed because rules only watch: what would have become of it, and whether that would have been right."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

from gateway.model.finding import Finding
from gateway.model.quarantine import HeldSummary
from gateway.model.reading import Reading

Verdict = Literal["", "right", "false"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""`right`: enforcement would have done well to stop it; `false`: a false alarm; empty: nobody said so yet."""


@dataclass(frozen=True, slots=True)
class WatchedMail:
    """One of them. `summary` is written as that of a held message, without anybody once its time is over (`forgotten`);
    its rule is the one that would have acted. `marked_by` and `marked_at`: who said the verdict, and when."""

    summary: HeldSummary
    would: str
    verdict: Verdict = ""
    marked_by: str = ""
    marked_at: datetime | None = None
    forgotten: bool = False

    @property
    def id(self) -> str:
        return self.summary.id


@dataclass(frozen=True, slots=True)
class WatchedEvidence:
    """One with what was found in it."""

    mail: WatchedMail
    reading: Reading | None = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False)

    @property
    def summary(self) -> HeldSummary:
        return self.mail.summary


@dataclass(frozen=True, slots=True)
class WatchedCount:
    """How many a rule would have stopped in a week, which is named by its Monday."""

    week: date
    rule: str
    would: str
    total: int
    right: int
    false: int

    @property
    def unmarked(self) -> int:
        """Nobody has said of so many what they are."""
        return self.total - self.right - self.false


@dataclass(frozen=True, slots=True)
class WatchedFilter:
    """Which are asked for; what is empty asks for nothing. `before`: older than this number."""

    week: date | None = None
    rule: str = ""
    verdict: Verdict | Literal["none"] = ""
    """`none`: those that nobody marked."""
    before: int = 0
