"""What looking at one message may cost, and whether anybody still waits for it.

Detection is linear in the text, yet whoever writes the text chooses how much of it has to be looked at twice. So one
message has a second of processor time and one more for each megabyte, four times over, since machines differ. Whoever
searches asks every few milliseconds. What was not searched by then is `uninspectable`, which holds the message.

In: a reading, a deadline. Out: nothing, while there is time. Raises: `Abandoned` where nobody waits any more, `Late`
where the clock is over and it can be tried again, `OutOfTime` where it cannot, or the processor time is spent.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from gateway.errors import OutOfTime
from gateway.model import Reading
from gateway.model.deadline import Deadline, no_deadline

_T = TypeVar("_T")

FACTOR = 4.0
_MEGABYTE = 1_000_000
_EVERY = 64
"""Occurrences between two looks at the clock: about a millisecond of work."""
_OFTEN = 0.005
"""Seconds between two looks at the processor time."""


class Budget:
    """Processor time of one thread, in seconds; infinite where nobody counts."""

    def __init__(self, seconds: float = float("inf"), deadline: Deadline | None = None) -> None:
        self._seconds = seconds
        self._until = time.thread_time() + seconds
        self._looked = 0.0
        self._deadline = deadline if deadline is not None else no_deadline()

    @classmethod
    def of(cls, reading: Reading, deadline: Deadline | None) -> "Budget":
        """That of one message, by what it says: three octets a character where it is not plain ASCII."""
        octets = sum(len(text.text) * (1 if text.text.isascii() else 3) for text in reading.texts)
        return cls(FACTOR * (1 + octets / _MEGABYTE), deadline)

    @contextmanager
    def uncounted(self) -> Iterator[None]:
        """What is done meanwhile is not for this message alone."""
        began = time.thread_time()
        try:
            yield
        finally:
            self._until += time.thread_time() - began

    @contextmanager
    def apart(self) -> "Iterator[Budget]":
        """As much again for what must not take it from the others; the deadline is the same."""
        with self.uncounted():
            yield Budget(self._seconds, self._deadline)

    def check(self) -> None:
        """Nothing while there is time. Raises: Abandoned, Late, OutOfTime."""
        self._deadline.check()
        now = time.monotonic()
        if now - self._looked < _OFTEN:
            return  # a thread spends no more than passes, and asking for what it spent is forty times as dear
        if time.thread_time() > self._until:
            raise OutOfTime("the processor time for this message is spent")
        self._looked = now

    def over(self, values: Iterable[_T], every: int = _EVERY) -> Iterator[_T]:
        """The same values, with a look at the clock before the first and once in a while."""
        for count, value in enumerate(values):
            if count % every == 0:
                self.check()
            yield value


UNLIMITED = Budget()
"""For whoever looks at a few words."""
