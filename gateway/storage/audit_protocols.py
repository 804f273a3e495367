"""What the rooms ask of the audit log, and the values that they get."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

SEALED = "sealed:"
"""How a text begins in a detail that is sealed."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One link. `detail` is canonical JSON and holds no reporter data; hashes are lower-case hex SHA-256."""

    seq: int
    at: str
    actor: str
    event: str
    subject: str
    detail: str
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signature under entry `seq`, and so under all before it. `previous` is the entry of the checkpoint before, 0 of
    the first; `good` says that this store's key signed it."""

    seq: int
    at: str
    digest: str
    signature: str
    previous: int
    good: bool


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries: of any of these actors, of any of these events, of this subject (of a report: with those of all
    messages that concern it), from `since` on and before `until`. What is empty asks for nothing."""

    actors: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Audit(Protocol):
    """Append-only, hash-chained, signed from time to time."""

    def append(self, actor: str, event: str, subject: str, detail: dict[str, str | int]) -> None: ...

    def append_with_reason(
        self, actor: str, event: str, subject: str, detail: dict[str, str | int], reason: str
    ) -> None:
        """The same with what a person says, which is sealed: it may name somebody."""
        ...

    def note_look(self, actor: str, what: str) -> None:
        """Somebody looked at a list; said once an hour, however many pages of it they turn."""
        ...

    def entries(self, until: int | None = None) -> Iterator[AuditEntry]:
        """Oldest first, to entry `until` where that is given."""
        ...

    def find(self, wanted: AuditFilter, before: int | None = None, most: int = 50) -> tuple[AuditEntry, ...]:
        """At most so many, newest first, older than entry `before`; quick however long the log is."""
        ...

    def about(self, subject: str) -> tuple[str, ...]:
        """The subject; of a report also the messages that concern it."""
        ...

    def actors(self) -> tuple[str, ...]:
        """Who stands in the log."""
        ...

    def events(self) -> tuple[str, ...]:
        """What stands in the log."""
        ...

    def reveal(self, entry: AuditEntry) -> dict[str, str | int]:
        """The detail of an entry with its sealed texts opened, for a person who may see them."""
        ...

    def head(self) -> tuple[int, str, bool]:
        """(seq, digest, seal is good) of the newest entry as the store remembers it beside the chain."""
        ...

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Oldest first."""
        ...

    def public_key(self) -> str:
        """By which anybody checks the signatures, in hex."""
        ...

    def append_signed(
        self, actor: str, event: str, subject: str, detail: dict[str, str | int], reason: str = ""
    ) -> AuditEntry:
        """One entry with a checkpoint under it, as it stands in the log now."""
        ...

    def sign_export(self, newest: AuditEntry, sha256: str) -> str:
        """The signature under an export that ends with this entry."""
        ...
