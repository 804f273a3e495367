"""What the store promises of mail that passed because rules only watch, as a small Protocol. See `protocols`."""

from datetime import date, datetime
from typing import Protocol

from gateway.model import NewHold
from gateway.model.watched import Verdict, WatchedCount, WatchedEvidence, WatchedFilter, WatchedMail


class WatchedMails(Protocol):
    """Sealed; what is counted by rule and week names nobody."""

    def note(self, new: NewHold) -> None:
        """It passed; `new` says what would have become of it, by which rule. The same mail once a day."""
        ...

    def counts(self, since: date) -> tuple[WatchedCount, ...]:
        """By week, the newest first, and by rule, the one with the most first."""
        ...

    def page(self, wanted: WatchedFilter, most: int) -> tuple[WatchedMail, ...]:
        """Newest first."""
        ...

    def open(self, watched: str, actor: str) -> WatchedEvidence | None:
        """The look is audited before anything is returned. None where there is none, or not any more."""
        ...

    def mark(self, watched: str, verdict: Verdict, actor: str) -> bool:
        """Say what it is, or take that back. False where there is no such mail. Audited."""
        ...

    def forget(self, before: datetime, most: int) -> int:
        """Remove who and what of those before, a few at a time; how many. That there was one, by which rule and in
        which week, stays for a year."""
        ...
