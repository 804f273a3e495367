"""What pages ask of earlier mail: of the same people, and of the same thread."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.model.held_query import HeldQuery
from gateway.text.addresses import fold_address


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """One that was held or rewritten earlier. `state` is that of a held one, or `rewritten`."""

    id: str
    at: datetime
    state: str
    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    reports: tuple[str, ...] = ()
    thread: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class EarlierMail:
    """Newest first. `cut`: there is more than was looked through."""

    messages: tuple[EarlierMessage, ...] = ()
    cut: bool = False

    def by(self, sender: str) -> tuple[EarlierMessage, ...]:
        """Those of one sender."""
        folded = fold_address(sender)
        return tuple(one for one in self.messages if folded and fold_address(one.sender) == folded)

    def of_thread(self, thread: Collection[str]) -> tuple[EarlierMessage, ...]:
        """Those of a thread (`fingerprints.thread_ties.thread_of`)."""
        marks = frozenset(thread)
        return tuple(one for one in self.messages if not marks.isdisjoint(one.thread))

    def to(self, recipient: str) -> tuple[EarlierMessage, ...]:
        """Those to one recipient."""
        folded = fold_address(recipient)
        return tuple(one for one in self.messages if folded in map(fold_address, one.recipients))


class EarlierMessages(Protocol):
    """What the page of one held message asks about others."""

    def before(self, held: str, most: int = 600) -> EarlierMail:
        """Held and rewritten messages before this one of its sender, to its recipients and of its thread, however long
        ago: of each the newest, and of each recipient the first."""
        ...

    def following(self, held: str, asked: HeldQuery | None = None) -> str | None:
        """Which message is to be decided next: of those that are asked for the one behind this, in their order, else
        the first of all; None where none waits. Without a question, of all that wait the one that waits longest."""
        ...
