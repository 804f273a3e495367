"""What the client hears at the end of its data: the verdict, carried out (the contract's table).

In: envelope, spooled content, the inspector and the mirrored transaction. Out: the reply. Nothing of the content goes
upstream before the verdict, and nothing at all once the client is gone: it will send the message again.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import monotonic
from typing import assert_never

from gateway.ipc.inspector import Inspector
from gateway.model import (
    AS_IT_CAME,
    Amendment,
    Client,
    Envelope,
    Held,
    Pass,
    Recipient,
    Rejected,
    Send,
    TryLater,
    Verdict,
)
from gateway.relay.received import MOST_HOPS, received
from gateway.relay.spool import Spool
from gateway.relay.upstream_session import Transaction, UpstreamSession
from gateway.smtp.amending import amended
from gateway.smtp.data_framing import clean_lines, stuffed, wire_of
from gateway.smtp.replies import Reply
from gateway.telemetry.events import MessageDelivered, MessageRefused, unexpected

TRY_LATER = Reply.of(451, "4.7.1 Cannot decide now, try again later")


class BareLineEnding(Exception):
    """A rewritten message has a bare CR, LF or NUL. A rewriter decodes what strangers wrote: `=0D.=0D` must not come
    out as an end of data to a lenient server. As with a client's own bytes it is neither repaired nor sent."""


def _fault_of(spool: Spool) -> Reply | None:
    """What is wrong with a content before anybody looks into it; None where nothing is."""
    scan = spool.scan
    if scan.too_large:
        return Reply.of(552, "5.3.4 Message too big")
    if not scan.clean:
        return Reply.of(554, "5.5.2 Bare CR, bare LF or NUL in the message")
    if scan.hops > MOST_HOPS:
        return Reply.of(554, "5.4.6 Too many hops, a loop")
    if spool.full:
        return Reply.of(452, "4.3.1 No room for the message, try again later")
    return None


def envelope_of(transaction: Transaction, client: Client, hostname: str, message: str) -> Envelope:
    """What the client stated and upstream accepted, under the field that we add."""
    assert transaction.mail is not None
    now = datetime.now(UTC)
    return Envelope(
        sender=transaction.mail.address,
        recipients=tuple(Recipient(path.address, path.parameters) for path in transaction.accepted),
        client=client,
        received_at=now,
        parameters=transaction.mail.parameters,
        trace=received(client.helo, client.host, hostname, client.protocol, message, now),
    )


async def judge(
    envelope: Envelope,
    spool: Spool,
    inspector: Inspector,
    mirror: UpstreamSession,
    emit: Callable[[object], None],
    client_is_there: Callable[[], bool],
) -> Reply:
    """Ask, then deliver, hold back or refuse. Raises: CancelledError where the client is gone."""
    fault = _fault_of(spool)
    if fault is not None:
        emit(MessageRefused(fault.code, "content"))
        await mirror.reset()
        return fault
    try:
        verdict = await inspector.inspect(envelope, spool)
        if isinstance(verdict, Send) and not clean_lines(stuffed(verdict.content)):
            raise BareLineEnding
    except Exception as error:
        # The Protocol says that it never raises; a bug there must still not cost a message.
        emit(unexpected(error, spool.id))
        verdict = TryLater("unexpected")
    if not client_is_there():
        # Its task was cancelled, which an inspector may not have noticed.
        mirror.close()
        raise asyncio.CancelledError
    return await _carried_out(verdict, envelope, spool, mirror, emit)


async def _carried_out(
    verdict: Verdict, envelope: Envelope, spool: Spool, mirror: UpstreamSession, emit: Callable[[object], None]
) -> Reply:
    match verdict:
        case Pass(amendment=amendment):
            return await _delivered(envelope, amendment, spool.wire, spool.id, spool.size, mirror, emit)
        case Send(content=content, amendment=amendment):
            return await _delivered(envelope, amendment, lambda: wire_of(content), spool.id, len(content), mirror, emit)
        case Held(id=held):
            await mirror.reset()
            return Reply.of(250, f"2.7.1 Message held for review, id {held}")
        case Rejected(id=refused):
            await mirror.reset()
            return Reply.of(550, f"5.7.1 Message refused by policy, id {refused}")
        case TryLater():
            await mirror.reset()
            return TRY_LATER
        case other:
            assert_never(other)


async def _delivered(
    envelope: Envelope,
    amendment: Amendment,
    wire: Callable[[], Iterable[bytes]],
    message: str,
    size: int,
    mirror: UpstreamSession,
    emit: Callable[[object], None],
) -> Reply:
    started = monotonic()
    trace = envelope.trace if amendment == AS_IT_CAME else amended(envelope, amendment).trace
    reply = await mirror.deliver(trace, wire, amendment)
    emit(MessageDelivered(message, reply.code, round((monotonic() - started) * 1000), size))
    return reply
