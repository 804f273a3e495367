"""Until when somebody waits for an answer, and whether anybody still does.

One `Deadline` goes with one inspection through every room that can take long: whoever begins a piece of work asks it,
and whoever waits on another process hears of its end. Safe to use from many threads.
"""

import time
from collections.abc import Callable
from threading import Lock

from gateway.errors import Abandoned, Late, OutOfTime

CLOCK = 3.0
"""Seconds of the clock for each one of processor time that a message may take: others work too. Whoever needs more
sleeps, or the machine has no time for mail."""


class Deadline:
    """`at` is a time of `clock`, in seconds; infinite where nobody set one. Cancelling is for good.

    `final`: what is not finished by then counts as not inspected, and the rules decide. Else it can be tried again: how
    fast the clock runs beside the work is the machine's, and says nothing of the message."""

    def __init__(
        self, at: float = float("inf"), clock: Callable[[], float] = time.monotonic, final: bool = True
    ) -> None:
        self.at, self.final = at, final
        self._clock = clock
        self._cancelled = False
        self._listeners: dict[int, Callable[[], None]] = {}
        self._number = 0
        self._lock = Lock()

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float] = time.monotonic, final: bool = True) -> "Deadline":
        """One that many seconds from now."""
        return cls(clock() + seconds, clock, final)

    @property
    def left(self) -> float:
        """Seconds until then; 0 where it has passed or nobody waits any more."""
        return 0.0 if self._cancelled else max(0.0, self.at - self._clock())

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits any more."""
        return self._cancelled

    def check(self) -> None:
        """Nothing while there is time. Raises: Abandoned where nobody waits any more; where it has passed, OutOfTime if
        it is final, else Late."""
        if self._cancelled:
            raise Abandoned("nobody waits for this any more")
        if self._clock() > self.at:
            raise OutOfTime("the time for this work is over") if self.final else Late("not finished in time")

    def cancel(self) -> None:
        """Nobody waits any more. Cancelling twice is cancelling once."""
        with self._lock:
            self._cancelled = True
            listeners, self._listeners = list(self._listeners.values()), {}
        for heard in listeners:
            heard()

    def on_cancel(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Call `heard` once it is cancelled (at once where it is); what comes back takes that away again."""
        with self._lock:
            if not self._cancelled:
                self._number += 1
                number = self._number
                self._listeners[number] = heard
                return lambda: self._forget(number)
        heard()
        return lambda: None

    def _forget(self, number: int) -> None:
        with self._lock:
            self._listeners.pop(number, None)


def no_deadline() -> Deadline:
    """One that never passes and that nobody else can cancel."""
    return Deadline()
