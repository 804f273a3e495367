"""One client's transactions with upstream: mirrored as they come, replayed if the line dropped meanwhile.

Upstream is spoken to on one connection per client session, opened or taken over (`relay.connection_pool`) when it is
first needed. Its replies to MAIL, RCPT and the data are what the client hears; where there is none, a 451 of ours,
never a 5xx: no mail bounces because a line dropped.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from gateway.ipc.relay_options import RelayOptions
from gateway.model import AS_IT_CAME, Amendment
from gateway.relay import auth_passthrough
from gateway.relay.connection_pool import Destination, UpstreamPool
from gateway.smtp.amending import dropped_of, kept_parameters
from gateway.smtp.client import LineCut, NotStarted, Uncertain, Unreachable, Upstream
from gateway.smtp.path_parser import Path
from gateway.smtp.replies import Reply
from gateway.telemetry.events import UpstreamFailed

Stage = Literal["connect", "tls", "greeting", "envelope", "data", "dot"]
UNREACHABLE = Reply.of(451, "4.4.1 Upstream cannot be reached, try again later")
CUT = Reply.of(451, "4.4.2 Upstream closed the connection, try again later")
RESET_SECONDS = 5.0
"""How long the client's answer may wait for upstream to forget a transaction; then its connection is closed instead."""

# What we can honour of what upstream offers. SIZE and PIPELINING are ours.
_PASSED_ON = ("8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES")

_MOST_FORWARDS = 8


class _Changed(Exception):
    """Upstream, asked again, answers otherwise than the client was told."""


@dataclass(slots=True)
class Transaction:
    """State between MAIL and the end of data. `accepted` are the recipients that upstream took.

    `broken` is what every command hears since the line to upstream failed in the middle of it.
    """

    mail: Path | None = None
    accepted: list[Path] = field(default_factory=list)
    broken: Reply | None = None

    def protocol(self, *, tls: bool, authenticated: bool) -> str:
        """The `with` word of an extended session (RFC 3848); RFC 6531 section 4.3 has others for its own mail."""
        parameters = self.mail.parameters if self.mail is not None else ()
        word = "UTF8SMTP" if any(word.upper() == "SMTPUTF8" for word in parameters) else "ESMTP"
        return word + "S" * tls + "A" * authenticated

    def lines(self) -> list[bytes]:
        """The commands that open it on another connection."""
        head = [] if self.mail is None else [self.mail.command("MAIL FROM")]
        return head + [path.command("RCPT TO") for path in self.accepted]

    def amended(self, amendment: Amendment) -> "Transaction":
        """The same without the parameters that do not go on."""
        mail = None if self.mail is None else self.mail.keeping(kept_parameters(self.mail.parameters, amendment.mail))
        accepted = [
            path.keeping(kept_parameters(path.parameters, dropped_of(amendment, number)))
            for number, path in enumerate(self.accepted)
        ]
        return Transaction(mail, accepted, self.broken)


class UpstreamSession:
    """Owns the upstream connection of one client session."""

    def __init__(self, options: RelayOptions, emit: Callable[[object], None], spares: UpstreamPool) -> None:
        self._options, self._emit, self._spares = options, emit, spares
        self._place = Destination(options.upstream, options.hostname)
        self._upstream: Upstream | None = None
        self._passed_on = False  # what is said on this connection holds for this client alone
        self.transaction = Transaction()
        self.authenticated = False
        self._forwarded: list[bytes] = []  # XFORWARD, which upstream must hear again on another connection
        self._theirs: dict[str, str] | None = None

    @property
    def ended(self) -> bool:
        """The connection that the client signed in on is gone; nobody but the client can sign in again."""
        return self.authenticated and (self._upstream is None or not self._upstream.usable)

    @property
    def mechanisms(self) -> tuple[str, ...] | None:
        """What can be passed through of upstream's AUTH; None while upstream is not known."""
        return None if self._theirs is None else auth_passthrough.offered(self._theirs)

    @property
    def private(self) -> bool:
        """May a password be said to upstream?"""
        return self._upstream is not None and self._upstream.private

    @property
    def forwards(self) -> str:
        """The attributes of XFORWARD that upstream takes from us; empty for none."""
        return "" if self._theirs is None else self._theirs.get("XFORWARD", "")

    async def keywords(self) -> dict[str, str]:
        """The EHLO keywords that every client is offered; who is offered AUTH or XFORWARD, the session knows.

        With upstream away all that we can honour: a client that misses SMTPUTF8 bounces its mail for good, one that
        hears 451 at MAIL comes back.
        """
        try:
            upstream = await self._connected()
        except (Unreachable, LineCut):
            theirs = dict.fromkeys(_PASSED_ON, "") if self._theirs is None else self._theirs
        else:
            theirs = self._theirs = upstream.keywords
        offered = {"SIZE": str(self._size(theirs)), "PIPELINING": ""}
        offered.update((name, "") for name in _PASSED_ON if name in theirs)
        return offered

    async def mail(self, path: Path) -> Reply:
        """`MAIL FROM`, mirrored."""
        reply = await self._mirrored(path.command("MAIL FROM"))
        if reply.positive:
            self.transaction = Transaction(path)
        return reply

    async def rcpt(self, path: Path) -> Reply:
        """`RCPT TO`, mirrored."""
        if self.transaction.broken is not None:
            return self.transaction.broken
        reply = await self._mirrored(path.command("RCPT TO"))
        if reply.positive:
            self.transaction.accepted.append(path)
        return reply

    def taken_here(self, path: Path) -> Reply:
        """A recipient of our own, of whom upstream hears nothing."""
        if self.transaction.broken is not None:
            return self.transaction.broken
        self.transaction.accepted.append(path)
        return Reply.of(250, "2.1.5 OK")

    async def authenticate(
        self,
        first: bytes,
        say: Callable[[Reply], None],
        hear: Callable[[], Awaitable[bytes]],
    ) -> Reply:
        """AUTH on the client's own upstream connection; upstream's last reply, or 454 where there is none."""
        self._passed_on = True
        try:
            upstream = await self._connected(own=True)  # nothing is tried twice here
            reply = await auth_passthrough.converse(first, upstream.command, say, hear)
        except Unreachable as error:
            return self._failed(error.stage, auth_passthrough.NO_ANSWER, error.code)
        except LineCut:
            return self._failed("envelope", auth_passthrough.NO_ANSWER)
        except BaseException:
            self.close()  # in the middle of an exchange
            raise
        self.authenticated = reply.positive
        return reply

    async def forward(self, line: bytes) -> Reply:
        """XFORWARD, mirrored; it holds for the next transaction."""
        if len(self._forwarded) >= _MOST_FORWARDS:
            return Reply.of(503, "5.5.1 Too many XFORWARD commands")
        self._passed_on = True
        reply = await self._mirrored(line)
        if reply.positive:
            self._forwarded.append(line)
        return reply

    def forget(self) -> None:
        """STARTTLS or XCLIENT: whatever was said does not count any more (RFC 3207 section 4.2)."""
        if self.authenticated or self._forwarded or self.transaction.mail is not None:
            self.close()
        self.transaction, self.authenticated = Transaction(), False
        self._forwarded.clear()

    async def reset(self) -> None:
        """Forget the transaction, here and upstream."""
        open_there = self.transaction.mail is not None or bool(self._forwarded)
        self.transaction = Transaction()
        self._forwarded.clear()
        if open_there:
            await self._reset_there()

    async def deliver(
        self, trace: bytes, wire: Callable[[], Iterable[bytes]], amendment: Amendment = AS_IT_CAME
    ) -> Reply:
        """Send the content; upstream's own reply, or 451 where there is none. The transaction is over after it.

        `wire` gives the pieces of its wire form anew each time it is asked. Where parameters do not go on, upstream
        is told to forget the transaction that it heard, and hears the amended one before DATA.
        """
        try:
            if amendment.mail or amendment.rcpt:
                await self._amend(amendment)
            reply = await self._delivered(trace, wire)
        except Unreachable as error:
            return self._failed(error.stage, UNREACHABLE, error.code)
        except _Changed:
            return self._failed("envelope", CUT)
        except Uncertain:
            # Perhaps upstream has it. The client tries again: a duplicate that SMTP cannot tell (RFC 1047).
            return self._failed("dot", CUT)
        except LineCut:
            return self._failed("data", CUT)
        finally:
            self.transaction = Transaction()
            self._forwarded.clear()
        if not reply.positive:
            await self._reset_there()  # a refused DATA leaves the transaction open there
        return reply

    def quit(self) -> None:
        """The client is gone in peace."""
        if self._upstream is None:
            return
        if self._passed_on or self.authenticated or self.transaction.mail is not None:
            self._upstream.quit()
        else:
            self._spares.give(self._place, self._upstream)
        self._upstream = None

    def close(self) -> None:
        """The client is gone, or the connection is in no known state: it must not be used again."""
        if self._upstream is not None:
            self._upstream.close()
            self._upstream = None

    def broke(self, reply: Reply) -> Reply:
        """The line failed: whatever is open can only be tried again. The reply that says so."""
        self.close()
        if self.transaction.mail is not None:
            self.transaction.broken = reply
        return reply

    async def _mirrored(self, line: bytes) -> Reply:
        try:
            return await self._asked(line)
        except Unreachable as error:
            return self._failed(error.stage, UNREACHABLE, error.code)
        except (LineCut, _Changed):
            return self._failed("envelope", CUT)

    async def _asked(self, line: bytes) -> Reply:
        """One command within the transaction. A connection that upstream had closed meanwhile is replaced once."""
        while True:
            before = self._upstream
            upstream = await self._standing()
            fresh = upstream is not before and not upstream.kept
            try:
                reply = await upstream.command(line)
            except LineCut:
                if fresh:
                    raise
                continue
            if reply.code == 421 and not fresh:
                self.close()
                continue
            if 300 <= reply.code < 400:
                raise LineCut  # out of step
            return reply

    async def _delivered(self, trace: bytes, wire: Callable[[], Iterable[bytes]]) -> Reply:
        while True:
            before = self._upstream
            upstream = await self._standing()
            fresh = upstream is not before and not upstream.kept
            try:
                return await upstream.data(trace, wire())
            except NotStarted as error:
                # We inspected for so long that upstream hung up. It has nothing of the content.
                if not fresh:
                    continue
                if error.reply is not None:
                    return error.reply
                raise

    async def _amend(self, amendment: Amendment) -> None:
        """After it the transaction is the amended one, here and upstream, or the connection is closed: `_standing`
        then says it on another. Raises: _Changed where upstream refuses it now."""
        self.transaction = self.transaction.amended(amendment)
        await self._reset_there()
        upstream = self._upstream
        if upstream is None or not upstream.usable:
            return
        try:
            if await self._said_again(upstream):
                return
        except LineCut:
            pass
        self.close()

    async def _standing(self) -> Upstream:
        """A connection with the transaction open on it: the one there is, or a new one with everything said again."""
        if self._upstream is not None and self._upstream.usable:
            return self._upstream
        while True:
            upstream = await self._connected()
            try:
                if await self._said_again(upstream):
                    return upstream
            except LineCut:
                if not upstream.kept:
                    raise
            self.close()  # upstream had hung up on one that was kept

    async def _said_again(self, upstream: Upstream) -> bool:
        """False where a connection that was kept comes to its end."""
        for line in (*self._forwarded, *self.transaction.lines()):
            reply = await upstream.command(line)
            if reply.code == 421 and upstream.kept:
                return False
            if not reply.positive:
                raise _Changed
        return True

    async def _connected(self, *, own: bool = False) -> Upstream:
        """The connection there is, or another one; with `own` one on which no other client spoke before."""
        if own and self._upstream is not None and self._upstream.kept:
            self._upstream.quit()
            self._upstream = None
        if self._upstream is None or not self._upstream.usable:
            if self.authenticated:
                raise LineCut
            self.close()
            spare = None if own else self._spares.take(self._place)
            self._upstream = spare or await Upstream.connect(self._options.upstream, self._options.hostname)
        return self._upstream

    async def _reset_there(self) -> None:
        if self._upstream is None or not self._upstream.usable:
            return
        try:
            if (await self._upstream.command(b"RSET", RESET_SECONDS)).positive:
                return
        except LineCut:
            pass
        self.close()

    def _size(self, theirs: dict[str, str]) -> int:
        limit = theirs.get("SIZE", "")
        known = len(limit) < 20 and limit.isascii() and limit.isdigit() and int(limit) > 0
        return min(int(limit), self._options.max_size) if known else self._options.max_size

    def _failed(self, stage: Stage, reply: Reply, code: int = 0) -> Reply:
        self._emit(UpstreamFailed(stage, code))
        return self.broke(reply)
