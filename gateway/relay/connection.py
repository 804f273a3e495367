"""The bytes between one client and us, its clock and its errors, on aiosmtpd's protocol.

aiosmtpd gives the command loop; what it cannot do transparently is done here: content in blocks instead of lines and
with nothing repaired, no timer that cuts a client while we inspect, no word of its own, and no text of an exception on
the wire. Its logger, which writes addresses, is cut off below. `session` has the commands.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from aiosmtpd.smtp import SMTP

from gateway.relay.access import Clients, Entered
from gateway.relay.inspector import Inspector
from gateway.relay.options import RelayOptions
from gateway.relay.sasl import LONGEST
from gateway.relay.spool import Spool, SpoolRoom
from gateway.relay.transaction import Mirror
from gateway.relay.words import AGAIN, BAD_LINE, IDLE, SHUTTING_DOWN, TOO_MANY_ERRORS, TOO_SLOW, own_words
from gateway.smtp.content import CommandBytes
from gateway.smtp.replies import Reply
from gateway.telemetry.events import MessageRefused, unexpected

_COMMAND_LIMIT = 4096
"""Octets of a command line. RFC 5321 says 512, and more for each extension: ORCPT alone adds 500 (RFC 3461)."""
_MOST_AHEAD = 128 * 1024
"""Octets of commands sent ahead of an answer. Many more would stop our reading, and a client that leaves go unseen."""
_NEVER = 10.0**7
"""Seconds. aiosmtpd's own timer runs on while a message is inspected; ours does not."""
_LINGER = 5.0
"""Seconds in which a client may still read our last word; then the connection is cut."""

for _name in ("mail.log", "mail.debug", "mail.error"):
    logging.getLogger(_name).disabled = True


class _Limits(defaultdict[str, int]):
    """aiosmtpd keeps one for all sessions, raises what stands in it at each EHLO and stores every word that it is
    asked for; this one stays as it is."""

    def __missing__(self, command: str) -> int:
        return LONGEST if command == "AUTH" else _COMMAND_LIMIT

    def __setitem__(self, command: str, limit: int) -> None:
        pass


class _Handler:
    """aiosmtpd asks its handler what to answer to EHLO."""

    async def handle_EHLO(
        self, server: "Connection", session: Any, envelope: Any, name: str, lines: list[str]
    ) -> list[bytes]:
        return [(await server.hello(name)).wire()]


class _Working:
    """The client waits for us while the block lasts. One a connection, used again: each command has such a block."""

    __slots__ = ("_of",)

    def __init__(self, of: "Connection") -> None:
        self._of = of

    def __enter__(self) -> None:
        self._of._at_work = True

    def __exit__(self, *_: object) -> None:
        self._of._at_work = False
        self._of._heard = self._of.loop.time()


class Connection(SMTP):
    """aiosmtpd's protocol with our own way of reading and answering. The commands are a subclass's: `session`."""

    line_length_limit = 256 * 1024  # what may be buffered between two reads; nothing is limited by line
    command_size_limit = _COMMAND_LIMIT
    command_size_limits = _Limits()

    def __init__(
        self,
        options: RelayOptions,
        inspector: Inspector,
        emit: Callable[[object], None],
        loop: asyncio.AbstractEventLoop,
        closed: Callable[["Connection"], None],
        room: SpoolRoom,
        clients: Clients,
        entered: Entered,
    ) -> None:
        super().__init__(
            _Handler(),
            hostname=options.hostname,
            ident="ESMTP Hushgate",
            enable_SMTPUTF8=True,
            decode_data=False,
            data_size_limit=None,
            timeout=_NEVER,
            loop=loop,
        )
        self._options, self._inspector, self._emit, self._closed_by = options, inspector, emit, closed
        self._mirror = Mirror(options, emit)
        self._commands = CommandBytes()
        self._room, self._clients = room, clients
        self._peer, self._slot, self._tls = entered.address, entered.slot, entered.tls
        self._errors = 0
        self._line_began: float | None = None  # when the command began that is not whole yet
        self._data_seen = 0
        self._data_since = 0.0
        self._lost = False
        self._spool: Spool | None = None  # the bytes that come in are content, and go here
        self._whole: asyncio.Future[None] = loop.create_future()  # its end was found
        self._handling_data = False  # from 354 to the reply
        self._ahead = 0  # octets of commands that came behind the content
        self._work = _Working(self)
        self._at_work = False  # the client waits for us, not we for it
        self._ending = False
        self._gone = False
        self._bad_line = False
        self._heard = loop.time()
        self._idle: asyncio.TimerHandle | None = None

    # --- the connection

    def connection_made(self, transport: Any) -> None:
        """A client is there."""
        super().connection_made(transport)
        self._mark_tls()
        self._look_at_the_clock()

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone: whatever upstream connection is open is in no state to be used again."""
        if self._lost:
            return
        self._lost = True
        self._closed_by(self)
        self._clients.leaves(self._slot)
        super().connection_lost(error)
        if self._idle is not None:
            self._idle.cancel()
        self._mirror.close()

    def _mark_tls(self) -> None:
        assert self.session is not None
        self.session.ssl = {} if self._tls else None  # asyncio's TLS takes no half-closed connection

    def data_received(self, data: bytes) -> None:
        """Bytes of the client: content as it is, commands only with proper line ends."""
        self._heard = self.loop.time()
        if self._ending or self._bad_line:
            return
        if self._spool is not None:
            self._content_received(data, self._spool)
            return
        self._ahead += len(data) if self._handling_data else 0
        if self._ahead > _MOST_AHEAD or not self._commands.feed(data):
            self._refuse_line()
            return
        if data.endswith(b"\n"):
            self._line_began = None
        elif self._line_began is None or b"\n" in data:
            self._line_began = self._heard
        super().data_received(data)

    def _content_received(self, data: bytes, spool: Spool) -> None:
        if self._whole.done():
            return  # reading it failed: what comes until the connection is cut is nobody's command
        try:
            rest = spool.feed(data)
        except Exception as error:
            self._whole.set_exception(error)
            return
        if rest is None:
            return
        self._spool = None
        self._commands = CommandBytes()
        self._ahead = 0
        self._whole.set_result(None)
        if rest:
            self.data_received(rest)

    def eof_received(self) -> bool | None:
        """The client will say no more: it is as good as gone, for what it gets now it must not rely on."""
        self._gone = True
        result: bool | None = super().eof_received()
        return result

    @property
    def busy(self) -> bool:
        """Would it hurt to close now? From 354 to the reply always; within a transaction for some seconds."""
        open_here = self._mirror.transaction.mail is not None
        return self._handling_data or (open_here and self.loop.time() - self._heard < _LINGER)

    def say_goodbye(self) -> None:
        """421 and close; for a client that is not busy, or when time is up."""
        self._end(SHUTTING_DOWN)

    def _refuse_line(self) -> None:
        """Nothing of it is taken for a command. A message that is being judged gets its answer first."""
        self._bad_line = True
        if not self._handling_data:
            self._emit(MessageRefused(BAD_LINE.code, "command_line"))
            self._end(BAD_LINE)

    def _end(self, last_word: Reply) -> None:
        transport: Any = self.transport
        if transport is None or self._ending:
            return
        self._ending = True
        if not transport.is_closing():
            self._writer.write(last_word.wire() + b"\r\n")
        transport.close()
        # A client that reads nothing would keep the connection open for ever.
        self.loop.call_later(_LINGER, transport.abort)

    def _look_at_the_clock(self) -> None:
        """Close a client that says nothing; never one that waits for us."""
        if self.transport is None or self._ending:
            return
        left = self._options.idle_seconds - (self.loop.time() - self._heard)
        if not self._at_work and (left <= 0 or self._too_slow()):
            self._end(IDLE if left <= 0 else TOO_SLOW)
            return
        self._idle = self.loop.call_later(left if left > 0 else 1.0, self._look_at_the_clock)

    def _too_slow(self) -> bool:
        """One octet now and then would keep a connection for ever (slow loris). A bad line of an honest client is
        far above the least rate."""
        now, limit = self.loop.time(), self._options.slow_seconds
        if self._spool is None:
            return self._line_began is not None and now - self._line_began > limit
        if now - self._data_since <= limit:
            return False
        seen = self._spool.scan.length
        slow = seen - self._data_seen < self._options.slow_octets
        self._data_seen, self._data_since = seen, now
        return slow

    def _working(self) -> "_Working":
        return self._work

    # --- what is said

    async def push(self, status: Any) -> None:
        """Write a reply. `str` is aiosmtpd's own, which may quote the client or lack an enhanced code."""
        if isinstance(status, str):
            if status.startswith("5"):
                await self._complain(Reply.of(int(status[:3]), own_words(status)[4:]))
                return
            reply = own_words(status).encode()
        else:
            reply = status
        self._writer.write(reply + b"\r\n")
        await self._writer.drain()

    def _reset_timeout(self, duration: float | None = None) -> None:
        """aiosmtpd's timer for every command; `_look_at_the_clock` is ours for the whole session."""
        if self._timeout_handle is None:
            super()._reset_timeout(duration)

    async def handle_exception(self, error: Exception) -> str:
        """A bug of ours: the client may try again, and hears nothing of it."""
        if not isinstance(error, ConnectionError):  # the client went away in the middle of a reply
            self._emit(unexpected(error))
        self._mirror.broke(AGAIN)
        return AGAIN.wire().decode("ascii")

    async def _say(self, reply: Reply) -> None:
        await self.push(reply.wire())

    async def _complain(self, reply: Reply) -> None:
        """Say that the client is wrong; one that always is has to go. Upstream's refusals are no such thing."""
        self._errors += 1
        if self._errors > self._options.max_errors:
            self._emit(MessageRefused(TOO_MANY_ERRORS.code, "errors"))
            self._end(TOO_MANY_ERRORS)
        else:
            await self._say(reply)

    async def hello(self, name: str) -> Reply:
        """What EHLO is answered."""
        raise NotImplementedError
