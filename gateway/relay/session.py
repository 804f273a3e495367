"""The commands of one client.

MAIL and RCPT are mirrored with their parameters as they came, AUTH step by step; DATA is read whole, judged, answered.
"""

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import Callable

from aiosmtpd.smtp import syntax

from gateway.ipc.inspector import Inspector
from gateway.ipc.relay_options import RelayOptions
from gateway.model import Client, Envelope, TryLater
from gateway.model.drill import DrillAddress, is_of_a_drill
from gateway.notices.replies import ReplyAddress
from gateway.relay.auth_passthrough import NotPassedOn, opening
from gateway.relay.client_limits import NOT_ALLOWED, SIGN_IN, TLS_FIRST, Clients, Entered, is_here
from gateway.relay.connection_pool import UpstreamPool
from gateway.relay.drilling import NO_DRILL, drill_of, faults_alone, mentions_a_drill, mirror_of, opened
from gateway.relay.end_of_data import TRY_LATER, envelope_of, judge
from gateway.relay.protocol import Connection
from gateway.relay.received import helo_name
from gateway.relay.replies import (
    BYE,
    CONNECT_AGAIN,
    DONE,
    GO_AHEAD,
    HELLO_FIRST,
    NO_NAME,
    NOT_IMPLEMENTED,
    SHUTTING_DOWN,
    TOO_MANY,
    TOO_MANY_RECIPIENTS,
)
from gateway.relay.spool import Spool, SpoolRoom
from gateway.relay.upstream_session import UNREACHABLE
from gateway.relay.xclient import XCLIENT, XFORWARD, BadAttributes, parse_attributes
from gateway.smtp.data_framing import CommandBytes
from gateway.smtp.path_parser import BadArgument, Path, parse_mail, parse_rcpt
from gateway.smtp.replies import Reply
from gateway.telemetry.events import ClientAuthenticated, MessageRefused

_HANDSHAKE_SECONDS = 30.0


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
        spares: UpstreamPool,
        tls: Callable[[], ssl.SSLContext] | None,
    ) -> None:
        super().__init__(options, inspector, emit, loop, closed, room, clients, entered, spares)
        self._offered: frozenset[str] = frozenset()
        self._may_tell = clients.may_tell(entered.address)
        self._tls_context = tls  # None: not offered, or not any more
        self._mechanisms: tuple[str, ...] = ()  # of AUTH, as offered
        self._trusted = False  # a peer that we trust says that the client has signed in
        self._helo = ""  # as a trusted peer heard it
        self._answers = ReplyAddress.of(options.answers)
        self._drill: DrillAddress | None = None  # of which drill this connection is; then of nothing else any more

    @syntax("EHLO hostname")
    async def smtp_EHLO(self, argument: bytes) -> None:
        """What upstream offers and we can honour."""
        if not await self._introduced(argument, extended=True):
            return
        offered = await self._mirror.keywords()
        offered.update(self._own_keywords())
        self._offered = frozenset(offered)
        lines = [self._options.hostname, *(f"{word} {value}".strip() for word, value in offered.items())]
        self._say(Reply(250, tuple(line.encode("ascii") for line in lines)))

    @syntax("HELO hostname")
    async def smtp_HELO(self, argument: bytes) -> None:
        """HELO: no extensions."""
        if not await self._introduced(argument, extended=False):
            return
        self._offered, self._mechanisms = frozenset(), ()
        self._say(Reply.of(250, self._options.hostname))

    async def _introduced(self, argument: bytes, *, extended: bool) -> bool:
        """Take the name; it ends a transaction (RFC 5321 section 4.1.4)."""
        if not argument:
            self._complain(NO_NAME)
            return False
        self._hears(_word(argument), extended)
        await self._mirror.reset()
        return True

    def _hears(self, name: str, extended: bool) -> None:
        self._spoken.host_name, self._spoken.extended_smtp = name, extended

    def _unnamed(self) -> bool:
        if not self._spoken.host_name:
            self._complain(HELLO_FIRST)
        return not self._spoken.host_name

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
        if self._options.auth == "never" or not self._spoken.extended_smtp:
            return NOT_ALLOWED
        theirs = self._mirror.mechanisms
        if theirs is None:
            return UNREACHABLE  # perhaps it could sign in
        if not theirs:
            return NOT_ALLOWED
        if self._mechanisms:
            return SIGN_IN
        return TLS_FIRST if self._tls_context is not None and not self._tls else NOT_ALLOWED

    @syntax("MAIL FROM:<address> [parameters]")
    async def smtp_MAIL(self, argument: bytes) -> None:
        """MAIL, mirrored."""
        if self._unnamed():
            return
        if self._drill is not None or mentions_a_drill(argument):
            await self._drill_mail(argument)
            return
        denied = self._denied()
        if denied is CONNECT_AGAIN:
            self._end(denied)
            return
        if denied is not None:
            self._emit(MessageRefused(denied.code, "network"))
            self._complain(denied)
            return
        if self._mirror.transaction.mail is not None:
            self._complain(Reply.of(503, "5.5.1 Nested MAIL command"))
            return
        path = self._parsed(parse_mail, argument)
        if path is None:
            return
        if path.size is not None and path.size > self._options.max_size:
            self._say(Reply.of(552, "5.3.4 Message too big"))
            return
        self._say(await self._mirror.mail(path))

    async def _drill_mail(self, argument: bytes) -> None:
        """MAIL of a drill. Its token says that it may send, and from then on nothing of this connection goes to
        upstream; for whoever has none there is no such address."""
        if self._options.tls == "required" and not self._tls:
            self._complain(TLS_FIRST)
            return
        if self._mirror.transaction.mail is not None:
            self._complain(Reply.of(503, "5.5.1 Nested MAIL command"))
            return
        path = self._parsed(parse_mail, argument)
        if path is None:
            return
        named = drill_of(path.address, self._peer, self.transport)
        route = None if named is None else await opened(named, self._inspector)
        if named is None or route is None or self._drill not in (None, named):
            self._complain(NO_DRILL)
            return
        if isinstance(route, TryLater):
            self._say(TRY_LATER)
            return
        if self._drill is None:
            self._mirror.quit()
            self._drill, self._mechanisms = named, ()
            self._emit = faults_alone(self._emit)
            self._mirror = mirror_of(route, self._options, self._emit)
        reply = await self._mirror.mail(path)
        self._say(Reply.of(250, f"2.1.0 {route.proof}") if reply.positive else reply)

    @syntax("RCPT TO:<address> [parameters]")
    async def smtp_RCPT(self, argument: bytes) -> None:
        """RCPT, mirrored."""
        if self._unnamed():
            return
        if self._mirror.transaction.mail is None:
            self._complain(Reply.of(503, "5.5.1 MAIL first"))
            return
        if len(self._mirror.transaction.accepted) >= self._options.max_recipients:
            self._say(TOO_MANY_RECIPIENTS)
            return
        path = self._parsed(parse_rcpt, argument)
        if path is not None:
            self._say(await self._recipient(path))

    async def _recipient(self, path: Path) -> Reply:
        """A recipient of the world, or an answer to a notice: that one goes nowhere, so upstream is not asked, and it
        goes alone: the others are told of in another transaction (RFC 5321 section 4.5.3.1.10)."""
        if self._drill is not None or is_of_a_drill(path.address):
            ours = self._drill is not None and drill_of(path.address, self._peer, self.transport, self._drill)
            return await self._mirror.rcpt(path) if ours else NO_DRILL
        answer, before = self._answers.takes(path.address), self._mirror.transaction.accepted
        if before and (answer or self._answers.takes(before[0].address)):
            return TOO_MANY_RECIPIENTS
        return self._mirror.taken_here(path) if answer else await self._mirror.rcpt(path)

    @syntax("RSET")
    async def smtp_RSET(self, argument: bytes) -> None:
        """RSET, here and upstream."""
        await self._mirror.reset()
        self._say(DONE)

    @syntax("NOOP [anything]")
    async def smtp_NOOP(self, argument: bytes) -> None:
        self._say(DONE)

    @syntax("QUIT")
    async def smtp_QUIT(self, argument: bytes) -> None:
        self._mirror.quit()  # upstream hears it too
        self._say(BYE)
        self._gone = True
        if self.transport is not None:
            self.transport.close()

    @syntax("VRFY address")
    async def smtp_VRFY(self, argument: bytes) -> None:
        """Who exists is upstream's to say, at RCPT."""
        self._say(Reply.of(252, "2.5.0 Cannot verify, send the message"))

    async def smtp_EXPN(self, argument: bytes) -> None:  # type: ignore[override]  # octets, as with every command here
        """Not offered."""
        self._complain(NOT_IMPLEMENTED)

    @syntax("STARTTLS")
    async def smtp_STARTTLS(self, argument: bytes) -> None:
        """RFC 3207. What was sent behind the command in clear is thrown away, and so is all that was said before."""
        if self._tls_context is None or self._tls:
            self._complain(NOT_IMPLEMENTED if self._tls_context is None else Reply.of(503, "5.5.1 TLS is on"))
            return
        if argument:
            self._complain(Reply.of(501, "5.5.4 Syntax: STARTTLS"))
            return
        self._mirror.forget()
        context = self._tls_context()
        plain = self.transport
        if plain is None or self._ending:
            return
        self._commands, self._line_began, self._skipping = CommandBytes(), None, False
        self._lines.clear()
        self._read_again()
        plain.write(b"220 2.0.0 Ready to start TLS\r\n")
        try:
            # Nothing is awaited between that line and the moment in which all bytes go to TLS.
            transport = await self.loop.start_tls(
                plain, self, context, server_side=True, ssl_handshake_timeout=_HANDSHAKE_SECONDS
            )
        except OSError as error:
            plain.abort()
            self.connection_lost(error)
            return
        if transport is None or self.transport is None or plain.is_closing():
            plain.abort()
            self.connection_lost(None)  # closed in mid-handshake, which asyncio takes for its end and tells nobody
            return
        self.transport, self._tls = transport, True
        self._start_over()

    def _start_over(self) -> None:
        """As at the beginning of a connection."""
        self._hears("", False)
        self._offered, self._mechanisms = frozenset(), ()
        self._trusted, self._helo = False, ""

    @syntax("AUTH mechanism [initial response]")
    async def smtp_AUTH(self, argument: bytes) -> None:
        """Passed through to upstream, step by step (`relay.auth_passthrough`)."""
        if self._unnamed():
            return
        refusal: Reply | None = None
        if self._mirror.authenticated or self._mirror.transaction.mail is not None:
            refusal = Reply.of(503, "5.5.1 AUTH has no place here")
        elif not self._mechanisms:
            hidden = bool(self._mirror.mechanisms) and self._options.auth != "never" and not self._tls
            refusal = Reply.of(538, "5.7.11 Encryption required") if hidden else NOT_IMPLEMENTED
        if refusal is None:
            try:
                first = opening(_word(argument), self._mechanisms)
            except NotPassedOn as error:
                refusal = error.reply
        if refusal is not None:
            self._complain(refusal)
            return
        reply = await self._mirror.authenticate(first, self._say, self._next_line)
        self._emit(ClientAuthenticated(reply.positive))
        if reply.code >= 500:
            self._complain(reply)
        else:
            self._say(reply)

    async def smtp_XCLIENT(self, argument: bytes) -> None:
        """A trusted peer says whom it speaks for; all starts anew, as for that client (Postfix XCLIENT_README)."""
        told = self._told(argument, XCLIENT)
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
        self._greet()

    async def smtp_XFORWARD(self, argument: bytes) -> None:
        """For upstream's log alone; nobody is believed for it (Postfix XFORWARD_README)."""
        if not self._mirror.forwards:
            self._complain(NOT_IMPLEMENTED)
            return
        if self._told(argument, XFORWARD) is not None:
            self._say(await self._mirror.forward(b"XFORWARD " + argument))

    def _told(self, argument: bytes, known: tuple[str, ...]) -> dict[str, str | None] | None:
        """The attributes, or None once the refusal is said."""
        refusal = Reply.of(501, "5.5.4 Attributes are not valid")
        if not self._may_tell:
            refusal = Reply.of(550, "5.7.0 Not authorized")
        elif self._mirror.transaction.mail is not None:
            refusal = Reply.of(503, "5.5.1 Mail transaction in progress")
        else:
            with contextlib.suppress(BadAttributes):
                return parse_attributes(_word(argument), known)
        self._complain(refusal)
        return None

    @syntax("DATA")
    async def smtp_DATA(self, argument: bytes) -> None:
        """Read the content whole, ask, answer."""
        if self._unnamed():
            return
        transaction = self._mirror.transaction
        if argument:
            self._complain(Reply.of(501, "5.5.4 Syntax: DATA"))
        elif transaction.mail is None:
            self._complain(Reply.of(503, "5.5.1 MAIL first"))
        elif transaction.broken is not None:
            self._say(transaction.broken)
            await self._mirror.reset()
        elif not transaction.accepted:
            self._say(Reply.of(554, "5.5.1 No valid recipients"))
        else:
            self._handling_data = True
            spool = Spool(secrets.token_hex(8), self._options.max_size, self._room)
            try:
                await self._transfer(spool)
            except Exception as error:
                self._failed(error)
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
        """All that comes is content, until its end was found."""
        ahead = bytes(self._lines)
        self._lines.clear()
        self._whole = self.loop.create_future()
        self._spool = spool
        self._data_seen, self._data_since = 0, self.loop.time()
        envelope = self._envelope(spool)
        self._say(GO_AHEAD)
        if ahead:  # the client did not wait for our 354
            self.data_received(ahead)
        self._read_again()
        await self._whole
        reply = await judge(envelope, spool, self._inspector, self._mirror, self._emit, self._is_there)
        if reply.positive:
            self._errors = 0
        self._say(reply)

    def _envelope(self, spool: Spool) -> Envelope:
        protocol = "SMTP"
        if self._spoken.extended_smtp:
            signed_in = self._mirror.authenticated or self._trusted
            protocol = self._mirror.transaction.protocol(tls=self._tls, authenticated=signed_in)
        client = Client(self._peer, helo_name(self._helo or self._spoken.host_name), protocol)
        return envelope_of(self._mirror.transaction, client, self._options.hostname, spool.id)

    def _is_there(self) -> bool:
        return self.transport is not None and not (self._gone or self._ending or self.transport.is_closing())

    def _parsed(self, parse: Callable[[bytes, frozenset[str]], Path], argument: bytes) -> Path | None:
        try:
            return parse(argument, self._offered)
        except BadArgument as error:
            self._complain(error.reply)
            return None


def _word(argument: bytes) -> str:
    return argument.decode("utf-8", "surrogateescape")
