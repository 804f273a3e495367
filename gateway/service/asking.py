"""The inspector, in this process: the relay's one question answered on threads, never on its event loop.

A mail that concerns no report is answered at once or on threads of its own, so that it never waits behind another
one's OCR.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from gateway.errors import Problem, ReaderDied, StoreUnavailable, Unavailable
from gateway.inspection.inspect import audience, concerns_nobody, examine, settle, surely_nobodys
from gateway.inspection.tools import Tools
from gateway.matching import Audience
from gateway.model import (
    Client,
    Decision,
    Envelope,
    Examination,
    Gist,
    Held,
    Message,
    Pass,
    Recipient,
    Rejected,
    TryLater,
    Verdict,
)
from gateway.relay.glance import glanced
from gateway.relay.inspector import Spooled
from gateway.service.wiring import House
from gateway.telemetry.events import MessageDecided, MessageDeferred, Outcome, StoreFailed, unexpected
from gateway.telemetry.metrics import Metrics

Emit = Callable[[object], None]


class Named(Protocol):
    """What the log needs to know of a message."""

    @property
    def id(self) -> str: ...
    @property
    def size(self) -> int | None: ...


class Asked(Named, Protocol):
    """The same with what a plain content is looked up by; None where it has to be read."""

    @property
    def gist(self) -> Gist | None: ...


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of a message in this process."""

    id: str
    size: int
    gist: Gist | None


class LocalInspector:
    """Implements `relay.inspector.Inspector`. `tools` is asked once a message, so that a reload holds for the next."""

    def __init__(self, tools: Callable[[], Tools], metrics: Metrics, emit: Emit, threads: int = 64) -> None:
        self._tools, self._metrics, self._emit = tools, metrics, emit
        self._quick = ThreadPoolExecutor(8, thread_name_prefix="match")
        self._slow = ThreadPoolExecutor(threads, thread_name_prefix="inspect")

    async def inspect(self, envelope: Envelope, spooled: Spooled) -> Verdict:
        """See the Protocol."""

        async def content() -> bytes:
            return spooled.read()

        asked = _Asked(spooled.id, spooled.size, await glanced(spooled))
        return self.at_once(envelope, asked) or await self.after_a_look(envelope, asked, content)

    def ahead(self, envelope: Envelope, spooled: Spooled, passes: Callable[[], None]) -> None:
        """See the Protocol. Nothing is won by it where the answer comes from this process."""

    def forget(self, spooled: Spooled) -> None:
        """See the Protocol."""

    def at_once(self, envelope: Envelope, spooled: Asked) -> Verdict | None:
        """`Pass` for mail that surely concerns nobody; no thread, no query. None says nothing."""
        started = time.monotonic()
        tools = self._tools()
        if not surely_nobodys(envelope, spooled.gist, tools):
            return None
        self._decided(spooled, Decision("pass", "no-report", tools.policy.digest), Pass(), started, envelope)
        return Pass()

    async def after_a_look(
        self, envelope: Envelope, spooled: Asked, content: Callable[[], Awaitable[bytes]]
    ) -> Verdict:
        """The whole answer. `content` is asked for where it is needed, on the event loop and never on a thread: once
        the client is gone its spool is closed, and threads are not ended with it."""
        loop = asyncio.get_running_loop()
        started = time.monotonic()
        try:
            tools = self._tools()
            who, nobodys = await loop.run_in_executor(self._quick, _looked_up, envelope, spooled.gist, tools)
            if nobodys:
                self._decided(spooled, Decision("pass", "no-report", tools.policy.digest), Pass(), started, envelope)
                return Pass()
            message = Message(spooled.id, await content())
            return await loop.run_in_executor(self._slow, self._whole, envelope, message, tools, who, started)
        except Unavailable as error:
            return self._later(spooled, _word(error), started)
        except Exception as error:
            # A bug of ours must not lose or pass a message; its text may quote one, so only kind and place are logged.
            self._emit(unexpected(error, spooled.id))
            return self._later(spooled, "unexpected", started)

    def close(self) -> None:
        """Wait for what runs."""
        self._quick.shutdown()
        self._slow.shutdown()

    def _whole(self, envelope: Envelope, message: Message, tools: Tools, who: Audience, started: float) -> Verdict:
        with tools.limiter.turn(envelope) as turn:
            examination = examine(envelope, message, tools, who)
            if not who.stays_inside():
                limits, read = tools.policy.limits, tools.reader.read_mail
                examination = tools.limiter.limited(envelope, message, examination, limits, turn, read)
            verdict = settle(envelope, message, examination, tools)
        self._decided(message, examination.decision, verdict, started, envelope, examination)
        return verdict

    def _later(self, message: Named, reason: str, started: float) -> TryLater:
        self._metrics.decided("retry", time.monotonic() - started)
        if reason == "store":
            self._emit(StoreFailed("inspection"))
        self._emit(MessageDeferred(message.id, reason))
        return TryLater(reason)

    def _decided(
        self,
        message: Named,
        decision: Decision,
        verdict: Verdict,
        started: float,
        envelope: Envelope,
        examination: Examination | None = None,
    ) -> None:
        seconds = time.monotonic() - started
        action: Outcome = decision.action
        self._metrics.decided(action, seconds)
        if examination is not None:
            self._metrics.found(finding.kind for finding in examination.findings)
        self._emit(
            MessageDecided(
                message=message.id,
                action=action,
                rule=decision.rule,
                reports=len({match.report for match in examination.matches}) if examination else 0,
                findings=len(examination.findings) if examination else 0,
                recipients=len(envelope.recipients),
                size=message.size,
                milliseconds=round(seconds * 1000),
                held=verdict.id if isinstance(verdict, Held | Rejected) else "",
            )
        )


def _looked_up(envelope: Envelope, gist: Gist | None, tools: Tools) -> tuple[Audience, bool]:
    """Who gets it, and whether that and its gist say already that it concerns nobody."""
    tools.reports.learn()
    tools.marks.learn()
    tools.callings.learn()
    tools.limiter.learn()
    who = audience(envelope, tools)
    free = who.stays_inside() or tools.limiter.free(envelope, gist, tools.policy.limits)
    return who, free and concerns_nobody(who, gist, tools)


def _word(error: Unavailable) -> str:
    if isinstance(error, StoreUnavailable):
        return "store"
    return "reader" if isinstance(error, ReaderDied) else "unavailable"


def examine_file(path: Path, sender: str, recipients: Sequence[str], house: House) -> Examination:
    """What would become of a mail in a file; changes nothing. A reader that dies is tried once more."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Problem(str(path), f"cannot be read ({error.strerror})", "give a readable mail file") from error
    # A file from an editor has bare line feeds; on the wire they would be CRLF.
    content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    envelope = Envelope(
        sender=sender,
        recipients=tuple(Recipient(address) for address in recipients),
        client=Client("127.0.0.1", "localhost"),
        received_at=datetime.now(UTC),
    )
    message, tools = Message("inspect", content), house.tools()
    try:
        return examine(envelope, message, tools)
    except ReaderDied:
        return examine(envelope, message, tools)
