"""What the store promises of what people are to be told, and of what they say to it. As in `protocols`: every write is
durable on return, all raise `errors.StoreUnavailable`, all are safe from several threads.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

from gateway.model.notice import CountNotice, Justification, OutboxEntry, OutboxKind


class PendingNotices(Protocol):
    """What is still to be told to somebody. Notices of a message are written with what they tell of, by `Quarantine`
    and `Rewrites`."""

    def post(self, kind: OutboxKind, once: str, content: CountNotice, due: datetime) -> bool:
        """Something that is about no message; False where the same (`once`) was posted before."""
        ...

    def claim(self, lease: timedelta) -> OutboxEntry | None:
        """One that is due, for so long; None where none is. One that does not open is settled as failed, and
        StoreUnavailable raised."""
        ...

    def dot(self, entry: OutboxEntry) -> OutboxEntry | None:
        """Durable mark that it is about to be out. None: it is somebody else's by now, and must not be sent."""
        ...

    def settle(self, entry: OutboxEntry, state: Literal["sent", "failed"], why: str = "") -> bool:
        """With an audit entry. False where it is somebody else's by now."""
        ...

    def retry(self, entry: OutboxEntry, due: datetime) -> bool:
        """Not now. Its dots are those of the entry: what was refused is not out."""
        ...

    def drop(self, entry: OutboxEntry) -> None:
        """Nobody is to be told."""
        ...

    def gather(self, entry: OutboxEntry, once: str, content: CountNotice, due: datetime) -> bool:
        """It is told together with others, in the one summary of this name to this address."""
        ...

    def sent_to(self, address: str, since: datetime) -> int:
        """How many notices of single messages went to it."""
        ...

    def gathered_for(self, address: str, since: datetime) -> int:
        """How many were gathered for it."""
        ...

    def waiting(self, without: Sequence[str] = ()) -> tuple[int, datetime | None]:
        """How many held messages wait for a decision, and since when the oldest does; but for those that are held by
        one of these rules."""
        ...

    def forget(self, before: datetime) -> int:
        """Rows that were settled before; how many."""
        ...


class Justifications(Protocol):
    """What senders say for their held messages, sealed."""

    def add(self, held: str, text: str, actor: str, most: int) -> bool:
        """Keep it, audited by its length. False where the message waits for no decision, or there are so many. The same
        once more is kept once."""
        ...

    def of(self, held: str) -> tuple[Justification, ...]:
        """Oldest first."""
        ...
