"""Room for work that takes long, so that the API never has all threads and readers of its process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.api.problems import Refused


class WorkLimit:
    """So many at once; others wait `patience` seconds, and hear 429 then. Of one event loop."""

    def __init__(self, count: int, patience: float = 30.0) -> None:
        self._free, self._patience = asyncio.Semaphore(count), patience

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A place, given back at the end. Raises Refused where none was free in time."""
        try:
            await asyncio.wait_for(self._free.acquire(), self._patience)
        except TimeoutError:
            raise Refused(429, "busy", "too much is under way; send it again", {"Retry-After": "5"}) from None
        try:
            yield
        finally:
            self._free.release()
