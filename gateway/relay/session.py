"""One client. The only module that knows aiosmtpd.

aiosmtpd gives the command loop; what it cannot do transparently is done here: MAIL and RCPT with their parameters as
they came, DATA in blocks instead of lines and with nothing repaired, no timer that cuts a client while we inspect, no
word of its own, and no text of an exception on the wire. Its logger, which writes addresses, is cut off below.
"""

import asyncio
import contextlib
import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from aiosmtpd.smtp import SMTP, syntax

from gateway.model import Client
from gateway.relay.access import NOT_ALLOWED, Clients
from gateway.relay.inspector import Inspector
from gateway.relay.judging import envelope_of, fault_of, judge
from gateway.relay.options import RelayOptions
from gateway.relay.received import helo_name
from gateway.relay.spool import Spool, SpoolRoom
from gateway.relay.transaction import Mirror
from gateway.relay.words import AGAIN, BAD_LINE, IDLE, SHUTTING_DOWN, TOO_MANY, own_words
from gateway.smtp.arguments import BadArgument, Path, parse_mail, parse_rcpt
from gateway.smtp.content import CommandBytes
from gateway.smtp.replies import Reply
from gateway.telemetry.events import MessageRefused, unexpected

_GO_AHEAD = Reply.of(354, "End data with <CR><LF>.<CR><LF>")
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


class _Handler:
    """aiosmtpd asks its handler what to answer to EHLO."""

    async def handle_EHLO(
        self, server: "ClientSession", session: Any, envelope: Any, name: str, lines: list[str]
    ) -> list[bytes]:
        return [(await server.hello(name)).wire()]


class ClientSession(SMTP):
    """aiosmtpd's protocol with our own way of mirroring, reading and answering."""

    line_length_limit = 256 * 1024  # what may be buffered between two reads; nothing is limited by line
    command_size_limit = _COMMAND_LIMIT
    # One dict for all sessions in aiosmtpd, cleared by each new one: the default must be right by itself.
    command_size_limits = defaultdict(lambda: _COMMAND_LIMIT)  # noqa: RUF012  # its type is aiosmtpd's

    def __init__(
        self,
        options: RelayOptions,
        inspector: Inspector,
        emit: Callable[[object], None],
        loop: asyncio.AbstractEventLoop,
        closed: Callable[["ClientSession"], None],
        room: SpoolRoom,
        clients: Clients,
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
        self._offered: frozenset[str] = frozenset()
        self._commands = CommandBytes()
        self._room, self._clients = room, clients
        self._peer = ""
        self._let_in = False
        self._spool: Spool | None = None  # the bytes that come in are content, and go here
        self._whole: asyncio.Future[None] = loop.create_future()  # its end was found
        self._handling_data = False  # from 354 to the reply
        self._ahead = 0  # octets of commands that came behind the content
        self._at_work = False  # the client waits for us, not we for it
        self._ending = False
        self._gone = False
        self._bad_line = False
        self._heard = loop.time()
        self._idle: asyncio.TimerHandle | None = None

    # --- the connection

    def connection_made(self, transport: Any) -> None:
        """A client is there."""
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if isinstance(peer, tuple) else ""
        self._let_in = self._clients.enters(self._peer)
        if not self._let_in:
            transport.write(TOO_MANY.wire() + b"\r\n")
            transport.close()
            return
        super().connection_made(transport)
        self._look_at_the_clock()

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone: whatever upstream connection is open is in no state to be used again."""
        self._closed_by(self)
        if not self._let_in:
            return
        self._clients.leaves(self._peer)
        super().connection_lost(error)
        if self._idle is not None:
            self._idle.cancel()
        self._mirror.close()

    def data_received(self, data: bytes) -> None:
        """Bytes of the client: content as it is, commands only with proper line ends."""
        self._heard = self.loop.time()
        if self._ending or self._bad_line or not self._let_in:
            return
        if self._spool is not None:
            self._content_received(data, self._spool)
            return
        self._ahead += len(data) if self._handling_data else 0
        if self._ahead > _MOST_AHEAD or not self._commands.feed(data):
            self._refuse_line()
            return
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
        if not self._let_in:
            return None
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
        if left <= 0 and not self._at_work:
            self._end(IDLE)
            return
        self._idle = self.loop.call_later(left if left > 0 else 1.0, self._look_at_the_clock)

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        self._at_work = True
        try:
            yield
        finally:
            self._at_work = False
            self._heard = self.loop.time()

    # --- what is said

    async def push(self, status: Any) -> None:
        """Write a reply. `str` is aiosmtpd's own, which may quote the client or lack an enhanced code."""
        reply = own_words(status).encode() if isinstance(status, str) else status
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

    # --- commands

    async def hello(self, name: str) -> Reply:
        """What EHLO is answered: what upstream offers and we can honour."""
        assert self.session is not None
        self.session.host_name = name
        with self._working():
            await self._mirror.reset()
            offered = await self._mirror.keywords()
        self._offered = frozenset(offered)
        lines = [self._options.hostname, *(f"{word} {value}".strip() for word, value in offered.items())]
        return Reply(250, tuple(line.encode("ascii") for line in lines))

    @syntax("HELO hostname")
    async def smtp_HELO(self, hostname: str | None) -> None:
        """HELO: no extensions."""
        with self._working():
            await self._mirror.reset()
        self._offered = frozenset()
        await super().smtp_HELO(hostname)

    @syntax("MAIL FROM:<address>")
    async def smtp_MAIL(self, argument: str | None) -> None:
        """MAIL, mirrored."""
        if await self.check_helo_needed():
            return
        if not self._clients.may_send(self._peer):
            self._emit(MessageRefused(NOT_ALLOWED.code, "network"))
            await self._say(NOT_ALLOWED)
            return
        if self._mirror.transaction.mail is not None:
            await self._say(Reply.of(503, "5.5.1 Nested MAIL command"))
            return
        path = await self._parsed(parse_mail, argument)
        if path is None:
            return
        if path.size is not None and path.size > self._options.max_size:
            await self._say(Reply.of(552, "5.3.4 Message too big"))
            return
        with self._working():
            reply = await self._mirror.mail(path)
        await self._say(reply)

    @syntax("RCPT TO:<address>")
    async def smtp_RCPT(self, argument: str | None) -> None:
        """RCPT, mirrored."""
        if await self.check_helo_needed():
            return
        if self._mirror.transaction.mail is None:
            await self._say(Reply.of(503, "5.5.1 MAIL first"))
            return
        path = await self._parsed(parse_rcpt, argument)
        if path is not None:
            with self._working():
                reply = await self._mirror.rcpt(path)
            await self._say(reply)

    @syntax("RSET")
    async def smtp_RSET(self, argument: str | None) -> None:
        """RSET, here and upstream."""
        with self._working():
            await self._mirror.reset()
        await self._say(Reply.of(250, "2.0.0 OK"))

    @syntax("QUIT")
    async def smtp_QUIT(self, argument: str | None) -> None:
        """QUIT: upstream hears it too."""
        self._mirror.quit()
        await super().smtp_QUIT(None)

    @syntax("VRFY address")
    async def smtp_VRFY(self, argument: str | None) -> None:
        """Who exists is upstream's to say, at RCPT."""
        await self._say(Reply.of(252, "2.5.0 Cannot verify, send the message"))

    async def smtp_EXPN(self, argument: str | None) -> None:
        """Not offered; nor are the other two that aiosmtpd has."""
        await self._say(Reply.of(502, "5.5.1 Command not implemented"))

    smtp_AUTH = smtp_STARTTLS = smtp_EXPN

    @syntax("DATA")
    async def smtp_DATA(self, argument: str | None) -> None:
        """Read the content whole, ask, answer."""
        if await self.check_helo_needed():
            return
        transaction = self._mirror.transaction
        if argument:
            await self._say(Reply.of(501, "5.5.4 Syntax: DATA"))
        elif transaction.mail is None:
            await self._say(Reply.of(503, "5.5.1 MAIL first"))
        elif transaction.broken is not None:
            await self._say(transaction.broken)
            await self._mirror.reset()
        elif not transaction.accepted:
            await self._say(Reply.of(554, "5.5.1 No valid recipients"))
        else:
            self._handling_data = True
            spool = Spool(secrets.token_hex(8), self._options.max_size, self._room)
            try:
                await self._transfer(spool)
            except Exception as error:
                await self.push(await self.handle_exception(error))
                await self._mirror.reset()
                if self._spool is not None:
                    self._end(SHUTTING_DOWN)  # the rest of the content must not be taken for commands
            finally:
                self._handling_data = False
                self._spool = None
                spool.close()
            if self._bad_line:
                self._refuse_line()

    async def _transfer(self, spool: Spool) -> None:
        """The content goes by aiosmtpd's reader, which would look at every line: `data_received` takes it."""
        buffered: bytearray = self._reader._buffer  # type: ignore[attr-defined]  # as aiosmtpd does at STARTTLS
        ahead = bytes(buffered)
        buffered.clear()
        self._whole = self.loop.create_future()
        self._spool = spool
        if ahead:  # the client did not wait for our 354
            self.data_received(ahead)
        await self._say(_GO_AHEAD)
        await self._whole
        with self._working():
            reply = await self._judged(spool)
        await self._say(reply)

    async def _judged(self, spool: Spool) -> Reply:
        fault = fault_of(spool)
        if fault is not None:
            self._emit(MessageRefused(fault.code, "content"))
            await self._mirror.reset()
            return fault
        assert self.session is not None
        protocol = self._mirror.transaction.protocol if self.session.extended_smtp else "SMTP"
        client = Client(self._peer, helo_name(self.session.host_name or ""), protocol)
        envelope = envelope_of(self._mirror.transaction, client, self._options.hostname, spool.id)
        return await judge(envelope, spool, self._inspector, self._mirror, self._emit, self._is_there)

    def _is_there(self) -> bool:
        return self.transport is not None and not (self._gone or self._ending or self.transport.is_closing())

    async def _parsed(self, parse: Callable[[bytes, frozenset[str]], Path], argument: str | None) -> Path | None:
        try:
            return parse((argument or "").encode("utf-8", "surrogateescape"), self._offered)
        except BadArgument as error:
            await self._say(error.reply)
            return None
