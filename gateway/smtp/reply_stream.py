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
        self.quiet = True  # is it usable: open, and without a word that nobody asked for?
        self._due = 0.0  # when the timer looks

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
        if not replies:
            self.quiet = False  # the rest of it has to come first
            return
        waiter = self._waiter
        if waiter is None or waiter.done():
            if self.unasked is None:
                self.unasked = replies[0]
                self.quiet = False
                self._wake()
            return
        # One answer; whatever came with it was not asked for. That is noted first: whoever waits goes on with its
        # answer, and might take the next one for that to its next command.
        if len(replies) > 1:
            self.unasked = replies[1]
        self.quiet = self.unasked is None and not self._reader
        waiter.set_result(replies[0])

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

    async def ask(self, data: bytes, seconds: float) -> Reply:
        """Send bytes; the answer to them. Raises: Lost, TimeoutError."""
        waiter: asyncio.Future[Reply] = self._loop.create_future()
        self._waiter = waiter
        self.write(data)
        self._until(seconds)
        try:
            return await waiter
        finally:
            self._waiter = None

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
            self._until(seconds)
        try:
            return await waiter
        finally:
            self._waiter = None

    async def room(self, seconds: float) -> None:
        """Wait until more can be written, or an answer came early. Raises: Lost, TimeoutError."""
        if self._paused and not self.lost and self.unasked is None:
            self._room = self._loop.create_future()
            self._until(seconds)
            try:
                await self._room
            finally:
                self._room = None
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

    def _until(self, seconds: float) -> None:
        """One timer for many waits: making one for each is dearer than the wait."""
        self._deadline = deadline = self._loop.time() + seconds
        if self._timer is None or self._due > deadline:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._due = self._deadline
        self._timer = self._loop.call_at(self._deadline, self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        self._timer = None
        waits = self._room or self._waiter
        if self.lost or waits is None or waits.done():
            return
        if self._loop.time() >= self._deadline:
            waits.set_exception(TimeoutError())
        else:
            self._set_timer()

    def _end(self) -> None:
        if self.lost:
            return
        self.lost = True
        self.quiet = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(Lost())
        self._wake()

    def _wake(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
