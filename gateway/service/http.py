"""HTTP/1.1 for the console, with an end to waiting: uvicorn's own protocol waits for ever for the head of a request.

A connection on which no whole head came within `head_seconds` is closed, whether it says nothing or a byte now and
then; so is one too many, over all and of one address. h11 refuses a head above 16 KiB, what is not HTTP/1.1, and two
`Host` fields.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from gateway.console.rate_limit import client_key

LONGEST_HEAD = 16 * 1024
_UNREAD_SECONDS = 60.0


class Crowd:
    """Who is connected: `most` at once, and half as many of one address unless it is a proxy that speaks for many."""

    def __init__(self, most: int, is_proxy: Callable[[str], bool]) -> None:
        self._most, self._is_proxy = most, is_proxy
        self._of: Counter[str] = Counter()

    def enters(self, host: str) -> str | None:
        """The name to leave with; None where there is no room."""
        key = client_key(host)
        if self._of.total() >= self._most or (self._of[key] >= self._most // 2 and not self._is_proxy(host)):
            return None
        self._of[key] += 1
        return key

    def leaves(self, key: str) -> None:
        """Gone."""
        self._of[key] -= 1
        if not self._of[key]:
            del self._of[key]


def protocol(head_seconds: float, crowd: Crowd) -> type[H11Protocol]:
    """The class that uvicorn makes a connection's protocol from."""

    class Bounded(H11Protocol):
        """One connection."""

        def __init__(
            self,
            config: Config,
            server_state: ServerState,
            app_state: dict[str, Any],
            _loop: asyncio.AbstractEventLoop | None = None,
        ) -> None:
            super().__init__(config, server_state, app_state, _loop)
            self._here: str | None = None
            self._timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
            super().connection_made(transport)
            self._here = crowd.enters(self.client[0] if self.client else "")
            if self._here is None:
                transport.abort()
            else:
                self._wait(head_seconds)

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop()
            if self._here is not None:
                crowd.leaves(self._here)
                self._here = None
            super().connection_lost(exc)

        def handle_events(self) -> None:
            super().handle_events()
            # The head is whole; for a form its page has a limit. Whoever leaves answers unread stays on time.
            if self._answering() and not self.flow.write_paused:
                self._stop()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            # Also for what comes late: a body that nobody asked for, the rest of an answer that nobody reads.
            if not self._answering():
                self._wait(head_seconds)

        def pause_writing(self) -> None:
            super().pause_writing()
            self._wait(_UNREAD_SECONDS)

        def resume_writing(self) -> None:
            super().resume_writing()
            if self._answering():
                self._stop()
            else:
                self._wait(head_seconds)

        def _answering(self) -> bool:
            return self.cycle is not None and not self.cycle.response_complete

        def _wait(self, seconds: float) -> None:
            self._stop()
            self._timer = self.loop.call_later(seconds, self._over)

        def _stop(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _over(self) -> None:
            self._timer = None
            self.transport.abort()  # `close` would wait until the rest is read

    return Bounded
