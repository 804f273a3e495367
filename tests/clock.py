"""A clock that a test moves on: what waits for hours is tried in milliseconds, and no window is so narrow that a busy
machine misses it."""

import asyncio


class LoopClock:
    """The clock of the event loop that runs: the real one, and what the test added. A test has thirty seconds of it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._real = self._loop.time
        self._added = 0.0
        self._loop.time = self._time  # type: ignore[method-assign]

    def _time(self) -> float:
        return self._real() + self._added

    async def advance(self, seconds: float) -> None:
        """So many seconds later. What came over a socket until now is read before any timer rings."""
        self._added += seconds
        await asyncio.sleep(0.001)
