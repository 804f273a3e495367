"""The bytes between one client and us, its clock and its errors, on aiosmtpd's protocol. `session` has the commands.

aiosmtpd gives the session, the registry of commands (`smtp_*`) and their help. Its loop is passed by: it reads content
by line and repairs it, and a reader and a timer for each wait cost more than what is waited for; so the bytes come to
us first. It says no word of its own and logs nothing: its logger would write addresses.

Commands come line by line, contents as blocks, and no timer cuts a client while we inspect. A command is a task, one at
a time; what is sent ahead of its answer waits in order.
"""

import asyncio
import functools
import logging
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, cast

from aiosmtpd.smtp import SMTP, Session

from gateway.ipc.inspector import Inspector
from gateway.ipc.relay_options import RelayOptions
from gateway.relay.auth_passthrough import LONGEST
from gateway.relay.client_limits import Clients, Entered
from gateway.relay.connection_pool import UpstreamPool
from gateway.relay.replies import (
    AGAIN,
    BAD_LINE,
    IDLE,
    NO_NAME,
    NOT_RECOGNIZED,
    SHUTTING_DOWN,
    TOO_MANY_ERRORS,
    TOO_MANY_UNKNOWN,
    TOO_SLOW,
)
from gateway.relay.spool import Spool, SpoolRoom
from gateway.relay.upstream_session import UpstreamSession
from gateway.smtp.data_framing import CommandBytes
from gateway.smtp.replies import Reply
from gateway.telemetry.events import MessageRefused, unexpected

_COMMAND_LIMIT = 4096
"""Octets of a command line. RFC 5321 says 512, and more for each extension: ORCPT alone adds 500 (RFC 3461)."""
_LONGEST_LINE = 64 * 1024
"""Octets that are kept of a line whose end has not come; the rest of it is thrown away unseen."""
_MOST_AHEAD = 128 * 1024
"""Octets of commands sent ahead of an answer. Above it we stop reading; behind a content they are refused instead: a
client that leaves while we inspect has to be seen."""
_LINGER = 5.0
"""Seconds in which a client may still read our last word; then the connection is cut."""
_MOST_UNKNOWN = 5
"""Commands that nobody knows: another protocol, which somebody lets a browser speak to us perhaps."""

_NEVER = 10.0**7
"""Seconds. aiosmtpd's own timer is for its loop; `_look_at_the_clock` is ours."""

for _name in ("mail.log", "mail.debug", "mail.error"):
    logging.getLogger(_name).disabled = True

Command = Callable[[Any, bytes], Coroutine[Any, Any, None]]


def _command(of: type, name: str) -> Command:
    """Ours take octets; one that aiosmtpd has and we have not takes words, and None for none."""
    method: Any = getattr(of, name)
    if name in vars(SMTP) and vars(SMTP)[name] is method:
        return lambda session, argument: method(session, argument.decode("ascii", "replace") or None)
    return cast(Command, method)


class Connection(SMTP):
    """aiosmtpd's protocol with our own way of reading and answering. The commands are a subclass's: `session`."""

    COMMANDS: ClassVar[dict[bytes, Command]] = {}
    """aiosmtpd's registry, made once a class instead of once a connection."""

    _NAMES: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._NAMES = tuple(name for name in dir(cls) if name.startswith("smtp_"))
        cls.COMMANDS = {name.removeprefix("smtp_").encode(): _command(cls, name) for name in cls._NAMES}

    @classmethod
    @functools.lru_cache(maxsize=2)
    def _begun(cls, hostname: str, loop: asyncio.AbstractEventLoop) -> dict[str, Any]:
        """What aiosmtpd's `__init__` sets, for all connections: it looks for commands and hooks by name and makes a
        reader, which takes more than all else at the beginning of one. No connection changes anything in it."""
        one = cls.__new__(cls)
        SMTP.__init__(
            one, None, hostname=hostname, ident="ESMTP Hushgate", data_size_limit=None, timeout=_NEVER, loop=loop
        )
        return vars(one)

    def __dir__(self) -> tuple[str, ...]:
        """The names that aiosmtpd looks for. Its own ways of signing in are not among them; AUTH is upstream's."""
        return self._NAMES

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
        spares: UpstreamPool,
    ) -> None:
        vars(self).update(self._begun(options.hostname, loop))
        self.transport: Any = None
        self._spoken = self.session = Session(loop)  # what HELO or EHLO said
        self._options, self._inspector, self._emit, self._closed_by = options, inspector, emit, closed
        self._mirror = UpstreamSession(options, emit, spares)
        self._commands = CommandBytes()
        self._room, self._clients = room, clients
        self._peer, self._slot, self._tls = entered.address, entered.slot, entered.tls
        self._lines = bytearray()  # what has come of commands that were not begun yet
        self._running: asyncio.Task[None] | None = None  # the command that was begun
        self._wanted: asyncio.Future[bytes] | None = None  # the line that it waits for
        self._going = False
        self._skipping = False  # the rest of a line that is too long
        self._choked = False  # the client does not read what we say
        self._paused = False  # we do not read what it says
        self._errors = self._unknown = 0
        self._line_began: float | None = None  # when the command began that is not whole yet
        self._data_seen = 0
        self._data_since = 0.0
        self._lost = False
        self._spool: Spool | None = None  # the bytes that come in are content, and go here
        self._whole: asyncio.Future[None] = loop.create_future()  # its end was found
        self._handling_data = False  # from 354 to the reply
        self._ending = False
        self._gone = False
        self._bad_line = False
        self._heard = loop.time()
        self._idle: asyncio.TimerHandle | None = None

    # --- the connection

    def connection_made(self, transport: Any) -> None:
        """A client is there."""
        self.transport = transport
        self._greet()
        self._look_at_the_clock()

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone: whatever upstream connection is open is in no state to be used again."""
        if self._lost:
            return
        self._lost = self._gone = True
        self.transport = None
        self._closed_by(self)
        self._clients.leaves(self._slot)
        if self._idle is not None:
            self._idle.cancel()
        if self._running is not None:
            self._running.cancel()
        self._mirror.close()

    def eof_received(self) -> bool:
        """The client will say no more: it must not rely on what it gets now."""
        self._gone = True
        if self._running is not None:
            self._running.cancel()
        return False

    def pause_writing(self) -> None:
        """The client reads more slowly than we answer."""
        self._choked = True

    def resume_writing(self) -> None:
        """It has read."""
        self._choked = False
        self._go_on()

    def data_received(self, data: bytes) -> None:
        """Bytes of the client: content as it is, commands only with proper line ends."""
        self._heard = self.loop.time()
        if self._ending or self._bad_line or self._gone:
            return
        if self._spool is not None:
            self._content_received(data, self._spool)
            return
        lines = self._lines
        if not self._commands.feed(data) or (self._handling_data and len(lines) + len(data) > _MOST_AHEAD):
            self._refuse_line()
            return
        if data.endswith(b"\n"):
            self._line_began = None
        elif self._line_began is None or b"\n" in data:
            self._line_began = self._heard
        if (
            self._running is None
            and not (lines or self._skipping or self._choked)
            and data.find(b"\n") == len(data) - 1
        ):
            self._obey(data[:-2])  # one whole command, as most are
            return
        lines += data
        self._go_on()
        if len(lines) > _MOST_AHEAD and not self._paused and self.transport is not None:
            self._paused = True
            self.transport.pause_reading()

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
        if rest:
            self.data_received(rest)
        self._whole.set_result(None)

    # --- commands, one after the other

    def _go_on(self) -> None:
        """Take the next lines for as long as nothing has to be waited for."""
        if self._going:
            return
        self._going = True
        try:
            while not (self._choked or self._ending or self._gone):
                if self._running is not None and self._wanted is None:
                    break
                line = self._next()
                if line is None:
                    break
                if self._wanted is not None:
                    wanted, self._wanted = self._wanted, None
                    wanted.set_result(line)
                else:
                    self._obey(line[:-2])
        finally:
            self._going = False
        if self._paused and len(self._lines) < _MOST_AHEAD:
            self._read_again()

    def _next(self) -> bytes | None:
        """The next line that is whole, with its line end."""
        while True:
            lines = self._lines
            end = lines.find(b"\n") + 1
            if not end:
                if self._skipping or len(lines) > _LONGEST_LINE:
                    self._too_long()
                return None
            if end == len(lines):
                line = bytes(lines)
                lines.clear()
            else:
                line = bytes(lines[:end])
                del lines[:end]
            if not self._skipping:
                return line
            self._skipping = False
            self._complain(NOT_RECOGNIZED)

    def _too_long(self) -> None:
        self._lines.clear()
        if self._wanted is None:
            self._skipping = True
        else:
            wanted, self._wanted = self._wanted, None
            self._refuse_line()
            wanted.set_exception(ConnectionResetError())

    def _obey(self, line: bytes) -> None:
        verb, _, argument = line.partition(b" ")
        command = self.COMMANDS.get(verb) or self.COMMANDS.get(verb.upper())
        if command is None:
            self._unknown += bool(verb)
            if self._unknown >= _MOST_UNKNOWN:
                self._end(TOO_MANY_UNKNOWN)
                return
        if command is None or (len(line) > _COMMAND_LIMIT and (verb.upper() != b"AUTH" or len(line) > LONGEST)):
            self._complain(NOT_RECOGNIZED)
            return
        self._running = self.loop.create_task(command(self, argument.strip()))
        self._running.add_done_callback(self._obeyed)

    def _obeyed(self, task: asyncio.Task[None]) -> None:
        """The command is over."""
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        self._running = self._wanted = None
        self._heard = self.loop.time()
        if error is not None:
            if isinstance(error, asyncio.CancelledError | ConnectionError):
                self._gone = True
                self._mirror.broke(AGAIN)
                if self.transport is not None:
                    self.transport.close()
                return
            self._failed(error)
        self._go_on()

    def _next_line(self) -> asyncio.Future[bytes]:
        """The line that the client says next, within a command; with its line end."""
        self._heard = self.loop.time()
        wanted: asyncio.Future[bytes] = self.loop.create_future()
        self._wanted = wanted
        if self._lines:
            self.loop.call_soon(self._go_on)  # it was sent ahead
        return wanted

    def _read_again(self) -> None:
        if self._paused and self.transport is not None:
            self._paused = False
            self.transport.resume_reading()

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
        transport = self.transport
        if transport is None or self._ending:
            return
        self._ending = True
        if not transport.is_closing():
            transport.write(last_word.wire() + b"\r\n")
        transport.close()
        # A client that reads nothing would keep the connection open for ever.
        self.loop.call_later(_LINGER, transport.abort)

    # --- the clock

    @property
    def _at_work(self) -> bool:
        """Does the client wait for us, not we for it?"""
        return self._running is not None and self._spool is None and self._wanted is None

    def _look_at_the_clock(self) -> None:
        """Close a client that says nothing; never one that waits for us."""
        if self.transport is None or self._ending:
            return
        left = self._options.idle_seconds - (self.loop.time() - self._heard)
        if not self._at_work and (left <= 0 or self._too_slow()):
            self._end(IDLE if left <= 0 else TOO_SLOW)
            return
        again = min(left, self._options.slow_seconds) if left > 0 else 1.0
        self._idle = self.loop.call_later(again, self._look_at_the_clock)

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

    # --- what is said

    async def push(self, status: str | bytes) -> None:
        """What aiosmtpd says by itself, which is its help alone (RFC 5321 section 4.2.3 has 214 for it)."""
        if isinstance(status, str) and status.startswith("250 "):
            self._say(Reply.of(214, f"2.0.0 {status[4:]}"))
        else:
            self._complain(NO_NAME)

    def _say(self, reply: Reply) -> None:
        if self.transport is not None and not self._ending:
            self.transport.write(reply.wire() + b"\r\n")

    def _complain(self, reply: Reply) -> None:
        """Say that the client is wrong; one that always is has to go. Upstream's refusals are no such thing."""
        self._errors += 1
        if self._errors > self._options.max_errors:
            self._emit(MessageRefused(TOO_MANY_ERRORS.code, "errors"))
            self._end(TOO_MANY_ERRORS)
        else:
            self._say(reply)

    def _failed(self, error: BaseException) -> None:
        """A bug of ours: the client may try again, and hears nothing of it."""
        self._emit(unexpected(error))
        self._mirror.broke(AGAIN)
        self._say(AGAIN)

    def _greet(self) -> None:
        self._say(Reply.of(220, f"{self.hostname} {self.__ident__}"))
