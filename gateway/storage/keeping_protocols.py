"""What the store promises whoever counts and whoever removes; see `storage.protocols`."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from gateway.model.decision_record import RecordedDecision, RuleRecord
from gateway.model.tallies import AXES, Axis, Tally


class Tallies(Protocol):
    """Counts by day of what was found and what became of it; they outlive the messages."""

    def since(self, day: date, axes: Collection[Axis] = AXES) -> tuple[Tally, ...]:
        """All on these axes from this day (UTC) on. The words of teams, domains and recipients are in clear; one that
        was forgotten is empty."""
        ...

    def sums(self, day: date) -> tuple[Tally, ...]:
        """The same in fewer: `total` and `waited` added up by seven days from this day on, the others over all of the
        time; each under the last of its days."""
        ...

    def complete(self) -> bool:
        """Count some of what an older store has from before it counted, once; False where there is more."""
        ...

    def forget_old(self) -> int:
        """What was counted of single recipients, domains and teams longer ago than the figures go: how much."""
        ...


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message under a legal hold: held (`Q-…`) or gone out rewritten (`W-…`)."""

    id: str
    at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class StoreUse:
    """How much is stored, in octets; and how much of the messages waits, was decided, went out rewritten, is kept."""

    used: int
    waiting: int
    decided: int
    rewritten: int
    kept: int


class Keeping(Protocol):
    """How long messages are kept, and which are kept whatever the settings say."""

    def keep(self, message: str, on: bool, actor: str, reason: str) -> bool | None:
        """Put a message under a legal hold, or end that; audited with the reason. False where it was so already, None
        where there is no such message."""
        ...

    def kept(self) -> tuple[KeptMessage, ...]:
        """Those under a legal hold, the newest first."""
        ...

    def is_kept(self, message: str) -> bool | None:
        """None where there is no such message."""
        ...

    def room(self) -> StoreUse:
        """What there is."""
        ...

    def overdue(self, before: datetime, most: int) -> tuple[str, ...]:
        """Some that have waited for a decision since before then and are not kept, the oldest first."""
        ...

    def decided(self, before: datetime | None, most: int) -> tuple[str, ...]:
        """Some that were decided before then (None: whenever) and are not kept, of which nothing is still to be told
        to anybody; the oldest first."""
        ...

    def rewritten(self, before: datetime | None, most: int) -> tuple[str, ...]:
        """Some originals of what went out rewritten before then (None: whenever) and are not kept, the oldest first."""
        ...

    def remove(self, message: str, actor: str, why: str) -> int:
        """Delete the message for good, with an audit entry: how many octets its content had. 0 where it is not there,
        waits for a decision, or is kept by now."""
        ...

    def clean(self, most: int, dirty: bool = False) -> bool:
        """Leave nothing in the files of what was removed, and give free room back, about `most` octets; False where
        there is more to do, or somebody reads the store now. `dirty`: something was removed elsewhere."""
        ...


class Decisions(Protocol):
    """What was decided of each message in which something was found, kept so that other rules can be tried on it."""

    def add(self, records: Sequence[RecordedDecision], clean: int = 0) -> None:
        """Write these in one transaction, and count so many messages in which nothing was found. One of the same
        message with the same outcome takes the place of the one before; of a report that was erased, none is
        written."""
        ...

    def since(self, at: datetime | None = None, newest_first: bool = False) -> Iterator[RecordedDecision]:
        """All from then on, in the order in which they were written, read page by page."""
        ...

    def clean(self, at: datetime | None = None) -> int:
        """How many messages had nothing in them since that day."""
        ...

    def by_rule(self, at: datetime | None = None) -> tuple[RuleRecord, ...]:
        """How much each rule took, and what people did with it."""
        ...

    def forget(self, before: datetime, most: int = 2000) -> int:
        """Remove some that are older than this: how many."""
        ...

    def due(self, before: datetime) -> int:
        """How many are older than this."""
        ...
