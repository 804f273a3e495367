"""The places at work: how many contents are held and inspected at a time, small ones apart from large ones.

Large ones have few places and no right to the others, so that a small mail never waits for one; which is which is
decided by size alone, never by what is in it. Who waits, waits in order; who is cancelled meanwhile leaves no trace.
Lives on one event loop.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["small", "large", "known"]
"""`known`: a content that is only compared with one that was looked at already."""
LARGE = 256 * 1024
"""Octets above which a content is large."""
_COMPARED = 2


def kind_of(size: int) -> Kind:
    """By its size in octets."""
    return "large" if size > LARGE else "small"


@dataclass(frozen=True, slots=True)
class SlotUsage:
    """How it stands with the places of one kind. `oldest` wait and longest `held`, in seconds."""

    taken: int
    free: int
    waiting: int
    oldest: float
    held: float


class WorkSlot:
    """One place. Whoever has it gives it back with `leave`, on the event loop; twice is once."""

    __slots__ = ("_left", "since")

    def __init__(self, left: Callable[["WorkSlot"], None], since: float) -> None:
        self._left: Callable[[WorkSlot], None] | None = left
        self.since = since

    def leave(self) -> None:
        left, self._left = self._left, None
        if left is not None:
            left(self)


@dataclass(slots=True)
class _SlotCounts:
    most: int
    taken: set[WorkSlot] = field(default_factory=set)
    waiting: deque[tuple[asyncio.Future[WorkSlot], float]] = field(default_factory=deque)


class WorkSlots:
    """So many `small` ones, so many `large` ones."""

    def __init__(self, small: int, large: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rows: dict[Kind, _SlotCounts] = {
            "small": _SlotCounts(small),
            "large": _SlotCounts(large),
            "known": _SlotCounts(_COMPARED),
        }
        self._clock = clock

    async def take(self, kind: Kind, first: bool = False) -> WorkSlot:
        """The next free place; `first` goes before all who wait."""
        row = self._rows[kind]
        if len(row.taken) < row.most:  # then nobody waits
            return self._given(row)
        ticket: asyncio.Future[WorkSlot] = asyncio.get_running_loop().create_future()
        entry = (ticket, self._clock())
        if first:
            row.waiting.appendleft(entry)
        else:
            row.waiting.append(entry)
        try:
            return await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled():
                ticket.result().leave()  # it came in the same moment
            elif entry in row.waiting:  # else a place came by and found it cancelled
                row.waiting.remove(entry)
            raise

    def line(self, kind: Kind) -> SlotUsage:
        """How it stands now."""
        row, now = self._rows[kind], self._clock()
        oldest = max((now - since for _, since in row.waiting), default=0.0)
        held = max((now - place.since for place in row.taken), default=0.0)
        return SlotUsage(len(row.taken), row.most - len(row.taken), len(row.waiting), oldest, held)

    def stuck(self, seconds: float) -> bool:
        """Whether all places of one kind have been held for longer than any honest work takes."""
        late = self._clock() - seconds
        return any(
            len(row.taken) == row.most and all(place.since < late for place in row.taken) for row in self._rows.values()
        )

    def _given(self, row: _SlotCounts) -> WorkSlot:
        place = WorkSlot(lambda place: self._back(row, place), self._clock())
        row.taken.add(place)
        return place

    def _back(self, row: _SlotCounts, place: WorkSlot) -> None:
        row.taken.remove(place)
        while row.waiting and len(row.taken) < row.most:
            ticket, _ = row.waiting.popleft()
            if not ticket.done():
                ticket.set_result(self._given(row))
