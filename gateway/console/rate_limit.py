"""Attempts to get in: guessing a password must take longer than anybody has, and nobody may shut somebody else out.

Counted for the client, for the client with the name, and for the name alone. The first two refuse for a while that
doubles up to a limit; the right password is never locked out for good, and strangers elsewhere lock out nobody. The
third, which strangers anywhere can drive up, only makes the answer later, the same for right and wrong. A browser that
somebody signed in with is a client of its own (`devices`), wherever it is.

An attempt is counted before it is tried, so that a thousand at once are no more than one after the other. What is
counted is lost with the process: a stranger cannot end that, and it is minutes.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from cachetools import FIFOCache

from gateway.text.hosts import line_of

_LONGEST_KEY = 120


@dataclass(frozen=True, slots=True)
class Pace:
    """`free` attempts at once; then one after `first`, the next after twice that, up to `longest`. Without an attempt
    for `forgets` all is forgotten."""

    free: int
    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=30)
    forgets: timedelta = timedelta(minutes=15)

    def rest(self, made: int) -> timedelta:
        """How long after the last of so many attempts the next may be made."""
        over = made - self.free
        return timedelta(0) if over < 0 else min(self.longest, self.first * 2 ** min(over, 30))


BY_CLIENT_AND_NAME = Pace(5)
BY_CLIENT = Pace(20)  # an office may stand behind one address
BY_NAME = Pace(20, timedelta(milliseconds=50), timedelta(seconds=1))
BY_CODE = Pace(5, timedelta(seconds=1), timedelta(minutes=10), timedelta(days=1))
"""Three of a million codes are right at a time: at 144 guesses a day whoever has the password gets in within a day once
in two thousand times, and the audit log has each of them."""


class Attempts:
    """Who made how many, and when the last; bounded, the oldest are forgotten first."""

    def __init__(self, size: int = 10_000) -> None:
        self._made: FIFOCache[str, tuple[int, datetime]] = FIFOCache(size)  # by the last attempt
        self._lock = threading.Lock()

    def begin(self, now: datetime, paces: dict[str, Pace]) -> timedelta:
        """Zero, and one more attempt counted for each key; or how long to wait, and nothing counted."""
        with self._lock:
            made = {
                key[:_LONGEST_KEY]: (self._recent(key[:_LONGEST_KEY], pace, now), pace) for key, pace in paces.items()
            }
            wait = max((_left(now, *counted, pace) for counted, pace in made.values()), default=timedelta(0))
            if wait > timedelta(0):
                return wait
            for key, ((count, _), _) in made.items():
                self._made[key] = (count + 1, now)
            return timedelta(0)

    def slower(self, now: datetime, key: str, pace: Pace) -> timedelta:
        """Count one more for this key, which refuses nobody; how much later the answer comes."""
        key = key[:_LONGEST_KEY]
        with self._lock:
            count, _ = self._recent(key, pace, now)
            self._made[key] = (count + 1, now)
            return pace.rest(count)

    def succeeded(self, *keys: str) -> None:
        """Forget what was counted."""
        with self._lock:
            for key in keys:
                self._made.pop(key[:_LONGEST_KEY], None)

    def _recent(self, key: str, pace: Pace, now: datetime) -> tuple[int, datetime]:
        count, last = self._made.get(key, (0, now))
        # A clock that was set back must not make anybody wait for it.
        return (count, min(last, now)) if now - last < pace.forgets else (0, now)


def _left(now: datetime, made: int, last: datetime, pace: Pace) -> timedelta:
    return last + pace.rest(made) - now if made else timedelta(0)


def seconds_of(wait: timedelta) -> str:
    """For `Retry-After`."""
    return str(max(1, -(-wait // timedelta(seconds=1))))


def client_key(host: str) -> str:
    """Whom a client's attempts are counted for."""
    return f"client:{line_of(host)}"
