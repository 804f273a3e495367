"""One client's transactions with upstream: mirrored as they come, replayed if the line dropped meanwhile.

Upstream is spoken to on one connection per client session, opened when it is first needed. Its replies to MAIL and
RCPT are what the client hears.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from gateway.relay.options import RelayOptions
from gateway.smtp.arguments import Path
from gateway.smtp.client import LineCut, Uncertain, Unreachable, Upstream
from gateway.smtp.replies import Reply
from gateway.telemetry.events import UpstreamFailed

Stage = Literal["envelope", "data", "dot"]
UNREACHABLE = Reply.of(451, "4.4.1 Upstream cannot be reached, try again later")
CUT = Reply.of(451, "4.4.2 Upstream closed the connection, try again later")

# What we can honour of what upstream offers. SIZE is ours and always there.
_PASSED_ON = ("8BITMIME", "SMTPUTF8", "DSN")


@dataclass(slots=True)
class Transaction:
    """State between MAIL and the end of data. `accepted` are the recipients that upstream took."""

    mail: Path | None = None
    accepted: list[Path] = field(default_factory=list)


class Mirror:
    """Owns the upstream connection of one client session."""

    def __init__(self, options: RelayOptions, emit: Callable[[object], None]) -> None:
        self._options, self._emit = options, emit
        self._upstream: Upstream | None = None
        self._known: dict[str, str] | None = None
        self.transaction = Transaction()

    async def keywords(self) -> dict[str, str]:
        """The EHLO keywords that the client is offered. With upstream away: those that need nothing of it."""
        try:
            upstream = await self._connected()
        except Unreachable:
            return {"SIZE": str(self._options.max_size), "PIPELINING": "", "ENHANCEDSTATUSCODES": ""}
        offered = {"SIZE": str(self._size(upstream)), "PIPELINING": "", "ENHANCEDSTATUSCODES": ""}
        offered.update((name, "") for name in _PASSED_ON if name in upstream.keywords)
        return offered

    async def mail(self, path: Path) -> Reply:
        """`MAIL FROM`, mirrored."""
        reply = await self._mirrored(path.command("MAIL FROM"))
        if reply.positive:
            self.transaction = Transaction(path)
        return reply

    async def rcpt(self, path: Path) -> Reply:
        """`RCPT TO`, mirrored."""
        reply = await self._mirrored(path.command("RCPT TO"))
        if reply.positive:
            self.transaction.accepted.append(path)
        return reply

    async def reset(self) -> None:
        """Forget the transaction, here and upstream."""
        open_there = self.transaction.mail is not None
        self.transaction = Transaction()
        if open_there and self._upstream is not None and not self._upstream.at_eof():
            try:
                reply = await self._upstream.command(b"RSET")
                if not reply.positive:
                    self.close()
            except LineCut:
                self.close()

    async def deliver(self, trace: bytes, content: bytes) -> Reply:
        """Send the content; upstream's own reply, or 451 where there is none. The transaction is over after it."""
        transaction, self.transaction = self.transaction, Transaction()
        try:
            upstream = await self._ready(transaction)
            if upstream is None:
                return CUT
            return await upstream.data(trace, content)
        except Unreachable as error:
            return self._failed(error.stage, UNREACHABLE, error.code)
        except Uncertain:
            # Perhaps upstream has it. The client tries again: a duplicate that SMTP cannot tell (RFC 1047).
            return self._failed("dot", CUT)
        except LineCut:
            return self._failed("data", CUT)

    def quit(self) -> None:
        """The client is gone in peace."""
        if self._upstream is not None:
            self._upstream.quit()
            self._upstream = None

    def close(self) -> None:
        """The client is gone, or the connection is in no known state: it must not be used again."""
        if self._upstream is not None:
            self._upstream.close()
            self._upstream = None

    async def _mirrored(self, line: bytes) -> Reply:
        fresh = self._upstream is None or self._upstream.at_eof()
        try:
            return await (await self._connected()).command(line)
        except Unreachable as error:
            return self._failed(error.stage, UNREACHABLE, error.code)
        except LineCut:
            # An idle connection may have been closed by upstream between two messages: a new one is no repetition.
            if fresh or self.transaction.mail is not None:
                return self._failed("envelope", CUT)
            self.close()
            return await self._mirrored(line)

    async def _ready(self, transaction: Transaction) -> Upstream | None:
        """The connection with the transaction open on it. Reopened and replayed where it dropped while we inspected;
        None where upstream now answers otherwise than the client was told."""
        upstream = self._upstream
        if upstream is not None and not upstream.at_eof():
            try:
                # Is it still there? An answer costs a round trip, a message cut in two costs a retry.
                if (await upstream.command(b"NOOP")).positive:
                    return upstream
            except LineCut:
                pass
        self.close()
        upstream = await self._connected()
        assert transaction.mail is not None
        replies = [await upstream.command(transaction.mail.command("MAIL FROM"))]
        replies += [await upstream.command(path.command("RCPT TO")) for path in transaction.accepted]
        if all(reply.positive for reply in replies):
            return upstream
        self.close()
        return None

    async def _connected(self) -> Upstream:
        if self._upstream is None or self._upstream.at_eof():
            self.close()
            self._upstream = await Upstream.connect(self._options.upstream, self._options.hostname)
        return self._upstream

    def _size(self, upstream: Upstream) -> int:
        theirs = upstream.keywords.get("SIZE", "")
        limit = int(theirs) if theirs.isdigit() and int(theirs) else self._options.max_size
        return min(limit, self._options.max_size)

    def _failed(
        self, stage: Literal["connect", "tls", "greeting", "envelope", "data", "dot"], reply: Reply, code: int = 0
    ) -> Reply:
        self.close()
        self.transaction = Transaction()
        self._emit(UpstreamFailed(stage, code))
        return reply
