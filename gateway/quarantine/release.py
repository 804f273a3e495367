"""Held mail leaves once, by a named person's decision and with a reason, or never.

Claim (one UPDATE: of two who ask, one has it), open, talk to upstream, mark `sending` durably just before the final
dot, send the dot, settle. A crash before the mark gives the message back; after it SMTP itself cannot tell whether
upstream has it (RFC 1047), so it becomes `uncertain` and a person decides. Nothing is sent where claim or mark fails.

In: the quarantine, an id, who, why, and a way to send. Out: what became of it. Raises: Problem (no reason, no such
message, not in a state for it), StoreUnavailable (nothing was sent, or the sweeper settles what is left open).
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, assert_never

from gateway.errors import Problem, StoreUnavailable
from gateway.model import Envelope, HoldEvent, HoldState, Proposal
from gateway.model.quarantine import WAITING
from gateway.storage.protocols import Quarantine


@dataclass(frozen=True, slots=True)
class Sent:
    """Upstream answered the final dot with 2xx: the message is its own."""

    code: int = 250


@dataclass(frozen=True, slots=True)
class ReleaseRefused:
    """Upstream said no, to the envelope or to the content. `reply` is for the person, not for a log."""

    code: int
    reply: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class NotReached:
    """No connection, or it ended before the final dot: upstream does not have the message."""


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The final dot went out and no answer came."""


SendResult = Sent | ReleaseRefused | NotReached | AnswerLost


class SendTransaction(Protocol):
    """One SMTP transaction. `before_dot` is called once, when everything but the final dot has been accepted.

    Where it says False or raises, the dot must not be sent.
    """

    async def __call__(self, envelope: Envelope, content: bytes, before_dot: Callable[[], bool]) -> SendResult: ...


@dataclass(frozen=True, slots=True)
class ReleaseOutcome:
    """The state that the message is in now, and upstream's code and words where there were any. `proposed`: nothing was
    sent, and a second person decides."""

    state: HoldState
    result: Literal["sent", "refused", "not_reached", "cut", "proposed"]
    code: int = 0
    reply: str = field(default="", repr=False)


async def release(
    quarantine: Quarantine,
    held: str,
    actor: str,
    reason: str,
    send: SendTransaction,
    instead: tuple[Envelope, bytes] | None = None,
    confirming: Proposal | None = None,
) -> ReleaseOutcome:
    """Send a held message upstream, once. `instead`: its rewritten form goes in its place, and the log says so.
    `confirming`: what the first of two people proposed; it must still stand when the message is claimed."""
    reason = reason_given(held, reason)
    lease = secrets.token_hex(16)
    form = "rewritten" if instead is not None else ""
    claimed = await asyncio.to_thread(quarantine.move, held, "claim", actor, reason, form, lease, confirming)
    if claimed is None:
        raise await asyncio.to_thread(why_not, quarantine, held, "released")
    marked = False

    def before_dot() -> bool:
        nonlocal marked
        if not marked:
            marked = quarantine.sending(held, actor, lease)
        return marked

    try:
        message = await asyncio.to_thread(quarantine.open, held, actor, "release")
        if message is None:
            raise StoreUnavailable("a claimed message is gone")
        envelope, content = instead or (message.envelope, message.content)
        result = await send(envelope, content, before_dot)
    except BaseException:
        # On the way out, cancelled perhaps, so without another await. What cannot be settled now the sweeper settles.
        with contextlib.suppress(StoreUnavailable):
            quarantine.move(held, "line_cut" if marked else "upstream_refused", actor, reason, "interrupted", lease)
        raise
    if isinstance(result, NotReached) and marked:
        result = AnswerLost()  # the mark is durable and the sender unsure: nobody may send it again by itself
    event, detail = _settlement(result)
    state = await asyncio.to_thread(quarantine.move, held, event, actor, reason, detail, lease)
    if state is None:
        raise Problem(held, "the release took too long and was given back", "see its state, then decide again")
    return _outcome(state, result)


def discard(quarantine: Quarantine, held: str, actor: str, reason: str) -> None:
    """The message never leaves. It is kept, sealed, until retention removes it."""
    reason = reason_given(held, reason)
    if quarantine.move(held, "discard", actor, reason) is None:
        raise why_not(quarantine, held, "discarded")


def give_back(quarantine: Quarantine, held: str, actor: str, reason: str, note: str = "") -> None:
    """The message never leaves; its sender gets it back, with the note and without the reason."""
    reason = reason_given(held, reason)
    if quarantine.move(held, "return", actor, reason, note=note.strip()) is None:
        raise why_not(quarantine, held, "returned")


def sweep(quarantine: Quarantine, now: datetime, lease: timedelta, actor: str) -> int:
    """Give back the messages of releases whose process died more than `lease` ago. How many."""
    return quarantine.sweep(now - lease, now + lease, actor)


def _settlement(result: SendResult) -> tuple[HoldEvent, str]:
    """The row of the table, and the word for the audit log: upstream's code, never its text."""
    match result:
        case Sent(code=code):
            return "upstream_took", str(code)
        case ReleaseRefused(code=code):
            return "upstream_refused", str(code)
        case NotReached():
            return "upstream_refused", "not_reached"
        case AnswerLost():
            return "line_cut", "no_answer"
        case _:
            assert_never(result)


def _outcome(state: HoldState, result: SendResult) -> ReleaseOutcome:
    match result:
        case Sent(code=code):
            return ReleaseOutcome(state, "sent", code)
        case ReleaseRefused(code=code, reply=reply):
            return ReleaseOutcome(state, "refused", code, reply)
        case NotReached():
            return ReleaseOutcome(state, "not_reached")
        case AnswerLost():
            return ReleaseOutcome(state, "cut")
        case _:
            assert_never(result)


def reason_given(held: str, reason: str) -> str:
    """The reason without blanks around it; Problem where there is none."""
    if not reason.strip():
        raise Problem(held, "no reason given", "say why: it goes into the audit log")
    return reason.strip()


def why_not(quarantine: Quarantine, held: str, wanted: str) -> Problem:
    """Why a message cannot be `wanted` now."""
    summary = quarantine.summary(held)
    if summary is None:
        return Problem(held, "no such held message", "see: hushgate quarantine list")
    hint = "wait until that release is settled" if summary.status == "releasing" else "there is nothing to do"
    if summary.status in WAITING:
        hint = "somebody else decided just now; look again"
    return Problem(held, f"cannot be {wanted}: it is {summary.status}", hint)
