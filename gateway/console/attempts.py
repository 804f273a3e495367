"""Sign-in attempts, limited by name and by client: guessing a password must take longer than a session lasts."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta


class Attempts:
    """Counts failures; `limit` of them within `window` close the door for that name or client until they are over."""

    def __init__(self, limit: int = 5, window: timedelta = timedelta(minutes=5), size: int = 10_000) -> None:
        self._limit, self._window, self._size = limit, window, size
        self._failures: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def allowed(self, now: datetime, *keys: str) -> bool:
        """May one more attempt be made?"""
        with self._lock:
            return all(len(self._recent(key, now)) < self._limit for key in keys)

    def failed(self, now: datetime, *keys: str) -> None:
        """Note a failure for each key."""
        with self._lock:
            for key in keys:
                self._failures[key] = [*self._recent(key, now), now]
                self._failures.move_to_end(key)
            while len(self._failures) > self._size:
                self._failures.popitem(last=False)

    def succeeded(self, *keys: str) -> None:
        """Forget what was noted."""
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)

    def _recent(self, key: str, now: datetime) -> list[datetime]:
        return [when for when in self._failures.get(key, []) if now - when < self._window]
