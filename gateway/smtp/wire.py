"""The bytes between us and upstream: replies in, room for writing out. One waiter, so nothing can get out of step.

A reply that nobody asked for makes the connection unusable: the next command would take it for its own answer.
"""

import asyncio
import contextlib
from typing import cast

from gateway.smtp.replies import BadReply, Reply, ReplyReader


class Lost(Exception):
    """The connection is gone, or says what is no SMTP."""


class Wire(asyncio.Protocol):
    """Made by `loop.create_connection`; waits for the greeting from the start."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._reader = ReplyReader()
        self._waiter: asyncio.Future[Reply] | None = loop.create_future()
        self._room: asyncio.Future[None] | None = None
        self._paused = False
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.transport: asyncio.Transport | None = None
        self.unasked: Reply | None = None
        self.lost = False

    # --- what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods alone

    def data_received(self, data: bytes) -> None:
        """Some bytes of replies."""
        if self.lost:
            return
        try:
            replies = self._reader.feed(data)
        except BadReply:
            self.abort()
            return
        for reply in replies:
            if self._waiter is not None and not self._waiter.done():
                self._waiter.set_result(reply)
            elif self.unasked is None:
                self.unasked = reply
                self._wake()

    def eof_received(self) -> bool:
        """Upstream will say no more."""
        self._end()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Gone; why does not matter."""
        self._end()

    def pause_writing(self) -> None:
        """Upstream takes the bytes more slowly than we write them."""
        self._paused = True

    def resume_writing(self) -> None:
        """There is room again."""
        self._paused = False
        self._wake()

    # --- what the client calls

    @property
    def quiet(self) -> bool:
        """Is it usable: open, and without a word that nobody asked for?"""
        return not self.lost and self.unasked is None and not self._reader

    @property
    def silent(self) -> bool:
        """Has nothing come behind the last answer? Asked before TLS begins."""
        return self.unasked is None and not self._reader

    @property
    def full(self) -> bool:
        """Should whoever writes wait for `room`?"""
        return self._paused or self.lost

    def write(self, data: bytes) -> None:
        """Send bytes. Raises: Lost."""
        if self.lost or self.transport is None or self.transport.is_closing():
            raise Lost
        self.transport.write(data)

    def expect(self) -> None:
        """The next reply is an answer. Called before the bytes that ask for it are written."""
        self._waiter = self._loop.create_future()

    async def reply(self, seconds: float) -> Reply:
        """The answer that was expected. Raises: Lost, TimeoutError."""
        waiter = self._waiter
        assert waiter is not None
        if not waiter.done():
            if self.lost:
                raise Lost
            self._deadline = self._loop.time() + seconds
            if self._timer is None or self._timer.when() > self._deadline:
                self._set_timer()
        try:
            return await waiter
        finally:
            self._waiter = None

    async def room(self, seconds: float) -> None:
        """Wait until more can be written, or an answer came early. Raises: Lost, TimeoutError."""
        if self._paused and not self.lost and self.unasked is None:
            self._room = self._loop.create_future()
            async with asyncio.timeout(seconds):
                await self._room
        if self.lost:
            raise Lost

    def close(self) -> None:
        """Close once everything written is sent."""
        self._end()
        if self.transport is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self.transport.close()

    def abort(self) -> None:
        """Close at once; bytes that were not sent yet, a final dot perhaps, are never sent."""
        self._end()
        if self.transport is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self.transport.abort()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        """One timer for many replies: making one for each is dearer than the reply."""
        self._timer = None
        if self.lost or self._waiter is None or self._waiter.done():
            return
        if self._loop.time() >= self._deadline:
            self._waiter.set_exception(TimeoutError())
        else:
            self._set_timer()

    def _end(self) -> None:
        self.lost = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(Lost())
            self._waiter.exception()  # perhaps nobody waits; asyncio need not log that
        self._wake()

    def _wake(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
