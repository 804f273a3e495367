"""Attempts to get in, limited by name and by client: guessing a password must take longer than a session lasts.

An attempt is counted before it is tried, so that a thousand at once are no more than one after the other.
"""

import ipaddress
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

_LONGEST_KEY = 80


class Attempts:
    """`limit` attempts within `window` close the door for that key (a name, a client) until they are over."""

    def __init__(self, limit: int = 5, window: timedelta = timedelta(minutes=5), size: int = 10_000) -> None:
        self._limit, self._window, self._size = limit, window, size
        self._made: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, now: datetime, *keys: str) -> bool:
        """Count one more attempt for each key; False, and nothing counted, where one of them has made too many."""
        keys = tuple(key[:_LONGEST_KEY] for key in keys)
        with self._lock:
            recent = {key: [when for when in self._made.get(key, []) if now - when < self._window] for key in keys}
            if any(len(made) >= self._limit for made in recent.values()):
                return False
            for key, made in recent.items():
                self._made[key] = [*made, now]
                self._made.move_to_end(key)
            while len(self._made) > self._size:
                self._made.popitem(last=False)
            return True

    def succeeded(self, *keys: str) -> None:
        """Forget what was counted."""
        with self._lock:
            for key in keys:
                self._made.pop(key[:_LONGEST_KEY], None)


def client_key(host: str) -> str:
    """Whom a client's attempts are counted for: an IPv6 host has a whole /64 to itself, and may come from all of it."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return f"client:{host}"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return f"client:{address.ipv4_mapped}"
        return f"client:{ipaddress.IPv6Network((address, 64), strict=False)}"
    return f"client:{address}"
