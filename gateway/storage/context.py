"""What every part of the store stands on: transactions, the vault and a clock."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Connection

from gateway.vault.vault import Vault


class Transactions(Protocol):
    """Whichever database it is. Both raise `StoreUnavailable`; after that nothing was written."""

    def read(self) -> AbstractContextManager[Connection]:
        """One consistent view."""
        ...

    def write(self) -> AbstractContextManager[Connection]:
        """Durable when the block is left without an exception, undone when it is left with one."""
        ...

    def tidy(self) -> bool:
        """Leave nothing of what was deleted in files beside the database; False where somebody is reading it now."""
        ...

    def size(self) -> int:
        """Octets that are in use in the database, without what is free in it."""
        ...

    def compact(self, most: int) -> int:
        """Give some of what is free in the database back to the system: how many octets, about `most` at most. 0 where
        nothing is free, or this database does not do it in small steps."""
        ...

    def version(self) -> object:
        """Equal to the one before as long as nobody committed anything; cheap enough to be asked for every message."""
        ...


@dataclass(frozen=True, slots=True)
class Ground:
    """Shared by the parts of one store."""

    transactions: Transactions
    vault: Vault
    clock: Callable[[], datetime]
    protection_days: int = -1  # after a report is over; -1: for ever
    password_hours: int = 72  # for which passwords that mail gave are remembered
    team_of: Callable[[str], str] = lambda address: ""  # of a sender, as the staff directory says

    def now(self) -> str:
        """The time as it is stored."""
        return stamp(self.clock())


def stamp(moment: datetime) -> str:
    """UTC, always the same width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(stamped: str | None) -> datetime | None:
    """The time that was stored; None where none was, as by an older version."""
    return datetime.fromisoformat(stamped) if stamped else None
