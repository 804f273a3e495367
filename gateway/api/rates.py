"""How many requests a second: a bucket for each token and each stranger, which fills as time goes by."""

import math
from collections.abc import Callable

from cachetools import LRUCache

_MOST_KNOWN = 10_000


class Rates:
    """`rate` requests a second, and as many at once after a pause. Of one event loop: nothing here waits."""

    def __init__(self, rate: int, clock: Callable[[], float]) -> None:
        self._rate, self._clock = float(rate), clock
        self._left: LRUCache[str, tuple[float, float]] = LRUCache(_MOST_KNOWN)

    def wait(self, who: str) -> int:
        """0, and one request counted; or after how many whole seconds there is room."""
        now = self._clock()
        left, last = self._left.get(who, (self._rate, now))
        left = min(self._rate, left + max(0.0, now - last) * self._rate)
        if left < 1:
            self._left[who] = (left, now)
            return max(1, math.ceil((1 - left) / self._rate))
        self._left[who] = (left - 1, now)
        return 0
