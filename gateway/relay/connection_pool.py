"""Connections to upstream that a client left in peace, for the next client: to greet anew costs more than a message.

Only what stands as after its own greeting is kept: nobody signed in on it, nothing was refused on it (servers count
errors, and slow down or hang up), no transaction is open. A few, for some seconds: each holds a process of upstream's.
That upstream hung up meanwhile is seen here or at the next command, and then another one does.

In: connections. Out: connections. Nothing here fails or waits.
"""

import asyncio
from collections import deque
from dataclasses import dataclass

from gateway.smtp.client import Server, Upstream

MOST = 20
"""Of one relay process. Postfix, for one, has 100 processes for all."""
MOST_CLIENTS = 100
"""On one connection: what upstream counts by connection comes to an end."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a connection leads, and by which name we greeted."""

    server: Server
    hostname: str


class UpstreamPool:
    """`take`, else connect; `give` back what may serve another client."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: deque[tuple[float, Destination, Upstream]] = deque()  # by the time when they are to be closed
        self._timer: asyncio.TimerHandle | None = None

    def change(self, seconds: float) -> None:
        """For what is given from now on."""
        self._seconds = seconds

    def take(self, place: Destination) -> Upstream | None:
        """The one that was given last, for it is the likeliest to stand. Those that lead elsewhere are closed."""
        while self._kept:
            _, leads, upstream = self._kept.pop()
            if leads == place and upstream.usable:
                upstream.clients += 1
                return upstream
            upstream.quit()
        return None

    def give(self, place: Destination, upstream: Upstream) -> None:
        """Keep it, or say goodbye to it."""
        if not self._seconds or not upstream.spotless or upstream.clients >= MOST_CLIENTS:
            upstream.quit()
            return
        loop = asyncio.get_running_loop()
        self._kept.append((loop.time() + self._seconds, place, upstream))
        if len(self._kept) > MOST:
            self._kept.popleft()[2].quit()
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look_at_the_clock)

    def close(self) -> None:
        """Say goodbye to all."""
        self._seconds = 0
        while self._kept:
            self._kept.popleft()[2].quit()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_at_the_clock(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        while self._kept and self._kept[0][0] <= loop.time():
            self._kept.popleft()[2].quit()
        if self._kept:
            self._timer = loop.call_at(self._kept[0][0], self._look_at_the_clock)
