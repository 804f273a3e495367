"""One client. The only module that knows aiosmtpd.

aiosmtpd gives the command loop; what it cannot do transparently is done here: MAIL and RCPT with their parameters as
they came, DATA in blocks instead of lines and with nothing repaired, no timer that cuts a client while we inspect, and
no text of an exception on the wire. Its logger, which writes addresses, is cut off (`telemetry.log.quiet_libraries`).
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, assert_never

from aiosmtpd.smtp import SMTP, syntax

from gateway.model import Client, Envelope, Held, Message, Pass, Recipient, Rejected, Send, TryLater, Verdict
from gateway.relay.inspector import Inspector
from gateway.relay.options import RelayOptions
from gateway.relay.received import MOST_HOPS, hops, received
from gateway.relay.transaction import Mirror
from gateway.smtp.arguments import BadArgument, Path, parse_mail, parse_rcpt
from gateway.smtp.content import EndFinder, clean_lines, unstuffed
from gateway.smtp.replies import Reply
from gateway.telemetry.events import MessageDelivered, MessageRefused, unexpected

_COMMAND_LIMIT = 4096
"""Octets of a command line. RFC 5321 says 512, and more for each extension: ORCPT alone adds 500 (RFC 3461)."""
_READ_ALL = 1 << 30
_NEVER = 10.0**7
"""Seconds. aiosmtpd's own timer runs on while a message is inspected; ours does not."""
_BAD_LINE = Reply.of(500, "5.5.2 Line must end in CRLF")
_TRY_LATER = Reply.of(451, "4.7.1 Cannot decide now, try again later")


class _Handler:
    """aiosmtpd asks its handler about EHLO and errors; both answers are the session's."""

    async def handle_EHLO(
        self, server: "ClientSession", session: Any, envelope: Any, name: str, lines: list[str]
    ) -> list[bytes]:
        return await server.hello(session, name)

    async def handle_exception(self, error: Exception) -> str:
        return "451 4.3.0 Internal error, try again later"


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
        self._in_data = False
        self._judging = False
        self._bare = False
        self._last_byte = 0
        self._heard = loop.time()
        self._idle: asyncio.TimerHandle | None = None
        self.busy = False
        """Between MAIL and the reply to the data: a drain waits for it."""

    # --- the connection

    def connection_made(self, transport: Any) -> None:
        """A client is there."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone: whatever upstream connection is open is in no state to be used again."""
        super().connection_lost(error)
        if self._idle is not None:
            self._idle.cancel()
        self._mirror.close()
        self._closed_by(self)

    def data_received(self, data: bytes) -> None:
        """Bytes of the client. A command ended by a bare LF would be two commands to one of us and one to upstream."""
        self._heard = self.loop.time()
        if not self._in_data:
            self._look(data)
        super().data_received(data)

    def say_goodbye(self) -> None:
        """421 and close; for a client between transactions."""
        if self.transport is not None and not self.transport.is_closing():
            self._writer.write(b"421 4.3.2 Shutting down\r\n")
            self.transport.close()

    def _look(self, data: bytes) -> None:
        before = bytes((self._last_byte,)) + data
        if before.count(b"\n") != before.count(b"\r\n") + (before[:1] == b"\n"):
            self._bare = True
        self._last_byte = data[-1] if data else self._last_byte

    def _watch(self) -> None:
        """Close a client that says nothing; never one that waits for us."""
        if self.transport is None or self.transport.is_closing():
            return
        left = self._options.idle_seconds - (self.loop.time() - self._heard)
        if left <= 0 and not self._judging:
            self._writer.write(b"421 4.4.2 Idle for too long\r\n")
            self.transport.close()
            return
        self._idle = self.loop.call_later(max(left, 1.0), self._watch)

    # --- commands

    async def hello(self, session: Any, name: str) -> list[bytes]:
        """What EHLO is answered: what upstream offers and we can honour."""
        session.host_name = name
        await self._mirror.reset()
        offered = await self._mirror.keywords()
        self._offered = frozenset(offered)
        lines = [self._options.hostname, *(f"{word} {value}".strip() for word, value in offered.items())]
        return [Reply(250, tuple(line.encode("ascii") for line in lines)).wire()]

    @syntax("HELO hostname")
    async def smtp_HELO(self, hostname: str | None) -> None:
        """HELO: no extensions."""
        if await self._refused_bare():
            return
        await self._mirror.reset()
        self._offered = frozenset()
        await super().smtp_HELO(hostname)

    @syntax("MAIL FROM:<address>")
    async def smtp_MAIL(self, argument: str | None) -> None:
        """MAIL, mirrored."""
        if await self._refused_bare() or await self.check_helo_needed():
            return
        if self._mirror.transaction.mail is not None:
            await self._say(Reply.of(503, "5.5.1 Nested MAIL command"))
            return
        path = await self._parsed(parse_mail, argument)
        if path is None:
            return
        size = path.value("SIZE")
        if size is not None and (not size.isdigit() or int(size) > self._options.max_size):
            code, text = (552, "5.3.4 Message too big") if size.isdigit() else (501, "5.5.4 SIZE is not a number")
            await self._say(Reply.of(code, text))
            return
        self.busy = True
        reply = await self._mirror.mail(path)
        self.busy = reply.positive
        await self._say(reply)

    @syntax("RCPT TO:<address>")
    async def smtp_RCPT(self, argument: str | None) -> None:
        """RCPT, mirrored."""
        if await self._refused_bare() or await self.check_helo_needed():
            return
        if self._mirror.transaction.mail is None:
            await self._say(Reply.of(503, "5.5.1 MAIL first"))
            return
        path = await self._parsed(parse_rcpt, argument)
        if path is not None:
            await self._say(await self._mirror.rcpt(path))

    @syntax("RSET")
    async def smtp_RSET(self, argument: str | None) -> None:
        """RSET, here and upstream."""
        if await self._refused_bare():
            return
        await self._mirror.reset()
        self.busy = False
        await self._say(Reply.of(250, "2.0.0 OK"))

    @syntax("QUIT")
    async def smtp_QUIT(self, argument: str | None) -> None:
        """QUIT: upstream hears it too."""
        self._mirror.quit()
        await super().smtp_QUIT(None)

    @syntax("DATA")
    async def smtp_DATA(self, argument: str | None) -> None:
        """Read the content whole, ask, answer."""
        if await self._refused_bare() or await self.check_helo_needed():
            return
        transaction = self._mirror.transaction
        if argument:
            await self._say(Reply.of(501, "5.5.4 Syntax: DATA"))
        elif transaction.mail is None:
            await self._say(Reply.of(503, "5.5.1 MAIL first"))
        elif not transaction.accepted:
            await self._say(Reply.of(554, "5.5.1 No valid recipients"))
        else:
            try:
                await self._transfer()
            finally:
                self.busy = self._judging = False
                self.envelope = self._create_envelope()

    async def _transfer(self) -> None:
        finder = EndFinder(self._options.max_size)
        self._in_data = True
        await self._say(Reply.of(354, "End data with <CR><LF>.<CR><LF>"))
        while True:
            data = await self._reader.read(_READ_ALL)
            if not data:
                return  # the client is gone; nothing was accepted
            rest = finder.feed(data)
            if rest is not None:
                break
        self._in_data = False
        if rest:
            # Bytes behind the end are the next commands. Everything buffered was read, so they go to the front.
            self._last_byte = 0x0A
            self._look(rest)
            self._reader.feed_data(rest)
        else:
            self._last_byte = 0x0A
        wire = finder.wire()
        fault = self._fault(finder, wire)
        if fault is not None:
            self._emit(MessageRefused(fault.code, "content"))
            await self._mirror.reset()
            await self._say(fault)
            return
        self._judging = True
        await self._say(await self._judged(unstuffed(wire)))

    def _fault(self, finder: EndFinder, wire: bytes) -> Reply | None:
        if finder.too_large:
            return Reply.of(552, "5.3.4 Message too big")
        if not clean_lines(wire):
            return Reply.of(554, "5.5.2 Bare CR, bare LF or NUL in the message")
        if hops(wire) > MOST_HOPS:
            return Reply.of(554, "5.4.6 Too many hops, a loop")
        return None

    async def _judged(self, content: bytes) -> Reply:
        message = Message(secrets.token_hex(8), content)
        envelope = self._envelope(message)
        try:
            verdict = await self._inspector.inspect(envelope, message)
        except Exception as error:
            # The Protocol says that it never raises; a bug there must still not cost a message.
            self._emit(unexpected(error, message.id))
            verdict = TryLater("unexpected")
        return await self._answered(verdict, envelope, message)

    async def _answered(self, verdict: Verdict, envelope: Envelope, message: Message) -> Reply:
        match verdict:
            case Pass():
                return await self._delivered(envelope, message, message.content)
            case Send(content=content):
                return await self._delivered(envelope, message, content)
            case Held(id=held):
                await self._mirror.reset()
                return Reply.of(250, f"2.7.1 Message held for review, id {held}")
            case Rejected(id=refused):
                await self._mirror.reset()
                return Reply.of(550, f"5.7.1 Message refused by policy, id {refused}")
            case TryLater():
                await self._mirror.reset()
                return _TRY_LATER
            case other:
                assert_never(other)

    async def _delivered(self, envelope: Envelope, message: Message, content: bytes) -> Reply:
        started = self.loop.time()
        reply = await self._mirror.deliver(envelope.trace, content)
        self._emit(MessageDelivered(message.id, reply.code, round((self.loop.time() - started) * 1000)))
        return reply

    def _envelope(self, message: Message) -> Envelope:
        transaction = self._mirror.transaction
        assert transaction.mail is not None
        assert self.session is not None
        peer = self.session.peer[0] if isinstance(self.session.peer, tuple) else ""
        helo = self.session.host_name or ""
        protocol = "ESMTP" if self.session.extended_smtp else "SMTP"
        now = datetime.now(UTC)
        return Envelope(
            sender=transaction.mail.address,
            recipients=tuple(Recipient(path.address, path.parameters) for path in transaction.accepted),
            client=Client(peer, helo[:255], protocol),
            received_at=now,
            parameters=transaction.mail.parameters,
            trace=received(helo, peer, self._options.hostname, protocol, message.id, now),
        )

    async def _parsed(self, parse: Callable[[bytes, frozenset[str]], Path], argument: str | None) -> Path | None:
        try:
            return parse((argument or "").encode("utf-8", "surrogateescape"), self._offered)
        except BadArgument as error:
            await self._say(error.reply)
            return None

    async def _refused_bare(self) -> bool:
        """A bare LF was among the commands: nothing that came with it is trusted, the connection ends."""
        if not self._bare:
            return False
        self._emit(MessageRefused(500, "bare_lf"))
        await self._say(_BAD_LINE)
        if self.transport is not None:
            self.transport.close()
        return True

    async def _say(self, reply: Reply) -> None:
        await self.push(reply.wire())
