"""The commands of one client. With `connection` the only module that knows aiosmtpd.

MAIL and RCPT are mirrored with their parameters as they came, AUTH step by step; DATA is read whole, judged, answered.
"""

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import Callable
from typing import Any

from aiosmtpd.smtp import syntax

from gateway.model import Client
from gateway.relay.access import NOT_ALLOWED, SIGN_IN, TLS_FIRST, Clients, Entered, is_here
from gateway.relay.connection import Connection
from gateway.relay.inspector import Inspector
from gateway.relay.judging import envelope_of, fault_of, judge
from gateway.relay.options import RelayOptions
from gateway.relay.peers import XCLIENT, XFORWARD, BadAttributes, parse_attributes
from gateway.relay.received import helo_name
from gateway.relay.sasl import Refused, opening
from gateway.relay.spool import Spool, SpoolRoom
from gateway.relay.transaction import UNREACHABLE
from gateway.relay.words import CONNECT_AGAIN, SHUTTING_DOWN, TOO_MANY, TOO_MANY_RECIPIENTS
from gateway.smtp.arguments import BadArgument, Path, parse_mail, parse_rcpt
from gateway.smtp.content import CommandBytes
from gateway.smtp.replies import Reply
from gateway.telemetry.events import ClientAuthenticated, MessageRefused

_GO_AHEAD = Reply.of(354, "End data with <CR><LF>.<CR><LF>")
_HANDSHAKE_SECONDS = 30.0
_NOT_IMPLEMENTED = Reply.of(502, "5.5.1 Command not implemented")


class ClientSession(Connection):
    """What each command does."""

    def __init__(
        self,
        options: RelayOptions,
        inspector: Inspector,
        emit: Callable[[object], None],
        loop: asyncio.AbstractEventLoop,
        closed: Callable[[Connection], None],
        room: SpoolRoom,
        clients: Clients,
        entered: Entered,
        tls: Callable[[], ssl.SSLContext] | None,
    ) -> None:
        super().__init__(options, inspector, emit, loop, closed, room, clients, entered)
        self._offered: frozenset[str] = frozenset()
        self._may_tell = clients.may_tell(entered.address)
        self._tls_context = tls  # None: not offered, or not any more
        self._mechanisms: tuple[str, ...] = ()  # of AUTH, as offered
        self._trusted = False  # a peer that we trust says that the client has signed in
        self._helo = ""  # as a trusted peer heard it

    async def hello(self, name: str) -> Reply:
        """What EHLO is answered: what upstream offers and we can honour."""
        assert self.session is not None
        self.session.host_name = name
        with self._working():
            await self._mirror.reset()
            offered = await self._mirror.keywords()
        offered.update(self._own_keywords())
        self._offered = frozenset(offered)
        lines = [self._options.hostname, *(f"{word} {value}".strip() for word, value in offered.items())]
        return Reply(250, tuple(line.encode("ascii") for line in lines))

    def _own_keywords(self) -> dict[str, str]:
        """What is offered to this client, for who it is and how it came."""
        own: dict[str, str] = {}
        if self._tls_context is not None and not self._tls:
            own["STARTTLS"] = ""
        self._mechanisms = self._mirror.mechanisms or () if self._may_sign_in() else ()
        if self._mechanisms:
            own["AUTH"] = " ".join(self._mechanisms)
        if self._may_tell:
            own["XCLIENT"] = " ".join(XCLIENT)
            if self._mirror.forwards:
                own["XFORWARD"] = " ".join(word for word in XFORWARD if word in self._mirror.forwards.upper().split())
        return own

    def _may_sign_in(self) -> bool:
        """A password goes over no network in clear, on neither side, unless the settings say so."""
        match self._options.auth:
            case "never":
                return False
            case "always":
                return self._options.tls != "required" or self._tls
            case _:
                safe_here = self._tls or (is_here(self._peer) and self._options.tls != "required")
                return safe_here and self._mirror.private

    def _denied(self) -> Reply | None:
        """Why this client may not send now; None where it may."""
        if self._options.tls == "required" and not self._tls:
            return TLS_FIRST
        if self._mirror.ended:
            return CONNECT_AGAIN
        if self._mirror.authenticated or self._trusted or self._clients.may_send(self._peer):
            return None
        assert self.session is not None
        if self._options.auth == "never" or not self.session.extended_smtp:
            return NOT_ALLOWED
        theirs = self._mirror.mechanisms
        if theirs is None:
            return UNREACHABLE  # perhaps it could sign in
        if not theirs:
            return NOT_ALLOWED
        if self._mechanisms:
            return SIGN_IN
        return TLS_FIRST if self._tls_context is not None and not self._tls else NOT_ALLOWED

    @syntax("HELO hostname")
    async def smtp_HELO(self, hostname: str | None) -> None:
        """HELO: no extensions."""
        with self._working():
            await self._mirror.reset()
        self._offered, self._mechanisms = frozenset(), ()
        await super().smtp_HELO(hostname)

    @syntax("MAIL FROM:<address>")
    async def smtp_MAIL(self, argument: str | None) -> None:
        """MAIL, mirrored."""
        if await self.check_helo_needed():
            return
        denied = self._denied()
        if denied is CONNECT_AGAIN:
            self._end(denied)
            return
        if denied is not None:
            self._emit(MessageRefused(denied.code, "network"))
            await self._complain(denied)
            return
        if self._mirror.transaction.mail is not None:
            await self._complain(Reply.of(503, "5.5.1 Nested MAIL command"))
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
            await self._complain(Reply.of(503, "5.5.1 MAIL first"))
            return
        if len(self._mirror.transaction.accepted) >= self._options.max_recipients:
            await self._say(TOO_MANY_RECIPIENTS)
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
        """Not offered."""
        await self._complain(_NOT_IMPLEMENTED)

    @syntax("STARTTLS")
    async def smtp_STARTTLS(self, argument: str | None) -> None:
        """RFC 3207. What was sent behind the command in clear is thrown away, and so is all that was said before."""
        if self._tls_context is None or self._tls:
            await self._complain(_NOT_IMPLEMENTED if self._tls_context is None else Reply.of(503, "5.5.1 TLS is on"))
            return
        if argument:
            await self._complain(Reply.of(501, "5.5.4 Syntax: STARTTLS"))
            return
        self._mirror.forget()
        plain: Any = self.transport
        context = self._tls_context()
        self._reader._buffer.clear()  # type: ignore[attr-defined]  # as aiosmtpd does
        self._commands, self._line_began = CommandBytes(), None
        self._writer.write(b"220 2.0.0 Ready to start TLS\r\n")
        try:
            # Nothing is awaited between that line and the moment in which all bytes go to TLS.
            transport = await self.loop.start_tls(
                plain, self, context, server_side=True, ssl_handshake_timeout=_HANDSHAKE_SECONDS
            )
        except OSError as error:
            plain.abort()
            self.connection_lost(error)
            return
        if transport is None or self.transport is None:
            plain.abort()
            return
        self._over_tls(transport)

    def _over_tls(self, transport: Any) -> None:
        self.transport = transport
        self._reader._transport = transport  # type: ignore[attr-defined]  # as aiosmtpd does
        self._writer._transport = transport  # type: ignore[attr-defined]
        self._tls = True
        self._start_over()

    def _start_over(self) -> None:
        """As at the beginning of a connection."""
        self.session = self._create_session()
        self.session.peer = self._peer
        self._mark_tls()
        self._offered, self._mechanisms = frozenset(), ()
        self._trusted, self._helo = False, ""

    @syntax("AUTH mechanism [initial-response]")
    async def smtp_AUTH(self, argument: str | None) -> None:
        """Passed through to upstream, step by step (`relay.sasl`)."""
        if await self.check_helo_needed("EHLO"):
            return
        refusal: Reply | None = None
        if self._mirror.authenticated or self._mirror.transaction.mail is not None:
            refusal = Reply.of(503, "5.5.1 AUTH has no place here")
        elif not self._mechanisms:
            hidden = bool(self._mirror.mechanisms) and self._options.auth != "never" and not self._tls
            refusal = Reply.of(538, "5.7.11 Encryption required") if hidden else _NOT_IMPLEMENTED
        if refusal is None:
            try:
                first = opening(argument or "", self._mechanisms)
            except Refused as error:
                refusal = error.reply
        if refusal is not None:
            await self._complain(refusal)
            return
        with self._working():
            reply = await self._mirror.authenticate(first, self._say, self._next_line)
        self._emit(ClientAuthenticated(reply.positive))
        await (self._complain(reply) if reply.code >= 500 else self._say(reply))

    async def _next_line(self) -> bytes:
        self._at_work = False  # now we wait for the client
        self._heard = self.loop.time()
        try:
            line: bytes = await self._reader.readuntil()
        except asyncio.LimitOverrunError:
            self._refuse_line()
            raise ConnectionResetError from None
        self._at_work = True
        return line

    @syntax("XCLIENT attribute=value")
    async def smtp_XCLIENT(self, argument: str | None) -> None:
        """A trusted peer says whom it speaks for; all starts anew, as for that client (Postfix XCLIENT_README)."""
        told = await self._told(argument, XCLIENT)
        if told is None:
            return
        address, login, helo = told.get("ADDR"), told.get("LOGIN"), told.get("HELO")
        if address is not None and address != self._peer:
            slot = self._clients.enters(address)
            if slot is None:
                self._end(TOO_MANY)
                return
            self._clients.leaves(self._slot)
            self._slot, self._peer = slot, address
        self._mirror.forget()
        trusted, heard = (bool(login) if "LOGIN" in told else self._trusted), helo or self._helo
        self._start_over()
        self._trusted, self._helo = trusted, heard
        await self.push(f"220 {self._options.hostname} ESMTP Hushgate")

    @syntax("XFORWARD attribute=value")
    async def smtp_XFORWARD(self, argument: str | None) -> None:
        """For upstream's log alone; nobody is believed for it (Postfix XFORWARD_README)."""
        if not self._mirror.forwards:
            await self._complain(_NOT_IMPLEMENTED)
            return
        if await self._told(argument, XFORWARD) is not None:
            with self._working():
                reply = await self._mirror.forward(f"XFORWARD {argument}".encode("ascii"))
            await self._say(reply)

    async def _told(self, argument: str | None, known: tuple[str, ...]) -> dict[str, str | None] | None:
        """The attributes, or None once the refusal is said."""
        refusal = Reply.of(501, "5.5.4 Attributes are not valid")
        if not self._may_tell:
            refusal = Reply.of(550, "5.7.0 Not authorized")
        elif self._mirror.transaction.mail is not None:
            refusal = Reply.of(503, "5.5.1 Mail transaction in progress")
        else:
            with contextlib.suppress(BadAttributes):
                return parse_attributes(argument or "", known)
        await self._complain(refusal)
        return None

    @syntax("DATA")
    async def smtp_DATA(self, argument: str | None) -> None:
        """Read the content whole, ask, answer."""
        if await self.check_helo_needed():
            return
        transaction = self._mirror.transaction
        if argument:
            await self._complain(Reply.of(501, "5.5.4 Syntax: DATA"))
        elif transaction.mail is None:
            await self._complain(Reply.of(503, "5.5.1 MAIL first"))
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
        self._data_seen, self._data_since = 0, self.loop.time()
        if ahead:  # the client did not wait for our 354
            self.data_received(ahead)
        await self._say(_GO_AHEAD)
        await self._whole
        with self._working():
            reply = await self._judged(spool)
        if reply.positive:
            self._errors = 0
        await self._say(reply)

    async def _judged(self, spool: Spool) -> Reply:
        fault = fault_of(spool)
        if fault is not None:
            self._emit(MessageRefused(fault.code, "content"))
            await self._mirror.reset()
            return fault
        assert self.session is not None
        protocol = "SMTP"
        if self.session.extended_smtp:
            signed_in = self._mirror.authenticated or self._trusted
            protocol = self._mirror.transaction.protocol(tls=self._tls, authenticated=signed_in)
        client = Client(self._peer, helo_name(self._helo or self.session.host_name or ""), protocol)
        envelope = envelope_of(self._mirror.transaction, client, self._options.hostname, spool.id)
        return await judge(envelope, spool, self._inspector, self._mirror, self._emit, self._is_there)

    def _is_there(self) -> bool:
        return self.transport is not None and not (self._gone or self._ending or self.transport.is_closing())

    async def _parsed(self, parse: Callable[[bytes, frozenset[str]], Path], argument: str | None) -> Path | None:
        try:
            return parse((argument or "").encode("utf-8", "surrogateescape"), self._offered)
        except BadArgument as error:
            await self._complain(error.reply)
            return None
