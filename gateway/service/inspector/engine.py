"""The inspector, in this process: the relay's one question answered on threads, never on its event loop.

A mail that concerns no report is answered at once or on threads of its own, so that it never waits behind another
one's OCR.
"""

import asyncio
import functools
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from gateway.errors import (
    Abandoned,
    CannotRewrite,
    Late,
    OutOfTime,
    ReaderDied,
    ReaderTimedOut,
    StoreUnavailable,
    Unavailable,
)
from gateway.inspection.inspect import completed, examine, only_watched, settle
from gateway.inspection.recording import to_record
from gateway.inspection.tools import InspectionDeps
from gateway.inspection.triage import audience, unrelated_by_cache, unrelated_by_index
from gateway.inspection.unlocking import Remembrance, memory_of, remember
from gateway.ipc.inspector import Spooled
from gateway.matching import Audience
from gateway.model import (
    Client,
    Decision,
    Edit,
    Envelope,
    Examination,
    Fingerprints,
    Held,
    Location,
    Message,
    Pass,
    Reading,
    Recipient,
    Rejected,
    TryLater,
    Unreadable,
    Verdict,
)
from gateway.model.deadline import Deadline
from gateway.reading.plain import plain_fingerprints
from gateway.service.budget import DEFAULT_BUDGET
from gateway.service.inspector.answers import NOT_TAKEN, Answers
from gateway.service.inspector.decision_recording import DecisionRecording
from gateway.service.inspector.evidence_completion import Completions, Openable, Unfinished
from gateway.service.inspector.inspections import Inspection, InspectionKey, Inspections, Judgement, question_of
from gateway.service.inspector.late_matching import LateMatching
from gateway.service.inspector.ordinary_mail import OrdinaryMail, is_ordinary
from gateway.service.inspector.remembering import Remembering
from gateway.service.inspector.work_slots import WorkSlot
from gateway.storage.passed_protocols import PassedMail
from gateway.telemetry.events import (
    MessageAbandoned,
    MessageDecided,
    MessageDeferred,
    Outcome,
    StoreFailed,
    unexpected,
)
from gateway.telemetry.metrics import Metrics

T = TypeVar("T")
Emit = Callable[[object], None]
_TRIES = 2
_LOOK_HOLDS = 1.0
"""Seconds: a report that comes in counts within two."""
_MOST_OPENED = 8
"""Held messages that are looked at anew for the passwords of one mail."""
_SLOW_SHARE = 0.25
"""Of the time for an answer: the most that a slowed sender waits, so that there is enough for the work."""


class Named(Protocol):
    """What the log needs to know of a message."""

    @property
    def id(self) -> str: ...
    @property
    def size(self) -> int: ...


class MessageSummary(Named, Protocol):
    """The same with what a plain content is looked up by; None where it has to be read."""

    @property
    def fingerprints(self) -> Fingerprints | None: ...


@dataclass(frozen=True, slots=True)
class _LocalMessage:
    """Of a message in this process."""

    id: str
    size: int
    fingerprints: Fingerprints | None


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What envelope and fingerprints say of a message that has to be inspected, and the rules that it keeps. `at` and
    `started` are times of `time.monotonic`."""

    tools: InspectionDeps
    who: Audience
    at: float
    started: float


class LocalInspector:
    """Implements `ipc.inspector.Inspector`. `tools` is asked once a message, so that a reload holds for the next."""

    def __init__(
        self,
        tools: Callable[[], InspectionDeps],
        metrics: Metrics,
        emit: Emit,
        budget: float = DEFAULT_BUDGET,
        threads: int = 64,
        answers: Answers | None = None,
        passed: PassedMail | None = None,
    ) -> None:
        self._answers = answers
        self._tools, self._metrics, self._emit = tools, metrics, emit
        self._quick = ThreadPoolExecutor(8, thread_name_prefix="match")
        self.inspections = Inspections(budget, threads, emit)
        self.ordinary = OrdinaryMail(tools, emit)
        self.late = LateMatching(passed, tools, emit)
        self.recording = DecisionRecording(tools, emit)
        self.remembering = Remembering(emit)
        self.completions = Completions(budget, lambda: len(self.inspections.at_work()), emit)

    async def inspect(self, envelope: Envelope, spooled: Spooled) -> Verdict:
        """See the Protocol."""
        asked = _LocalMessage(spooled.id, spooled.size, await asyncio.to_thread(plain_fingerprints, spooled.read()))
        verdict = self.at_once(envelope, asked)
        if verdict is not None:
            return verdict
        looked = await self.look_up(envelope, asked)
        if not isinstance(looked, LookupResult):
            return looked
        return await self.decide(envelope, Message(spooled.id, spooled.read()), looked)

    def at_once(self, envelope: Envelope, spooled: MessageSummary) -> Verdict | None:
        """`Pass` for mail that surely concerns nobody; no thread, no query. None says nothing."""
        started = time.monotonic()
        tools = self._tools()
        if self._is_answer(envelope):
            return None
        if not unrelated_by_cache(envelope, spooled.fingerprints, tools):
            return None
        self._nobodys(envelope, spooled, tools, started)
        return Pass()

    async def look_up(
        self, envelope: Envelope, spooled: MessageSummary, seconds: float | None = None
    ) -> Verdict | LookupResult:
        """The answer, where a look at envelope and fingerprints gives one; else what is needed to inspect the content.

        A sender over a limit waits here, with nothing but the question: no place, no thread, no reader. `seconds` is
        how long the answer is waited for."""
        started = time.monotonic()
        try:
            tools = self._tools()
            if self._is_answer(envelope):
                who = await self._quickly(audience, envelope, tools)
                return LookupResult(tools, who, time.monotonic(), started)
            who, nobodys = await self._quickly(_looked_up, envelope, spooled.fingerprints, tools)
            slow = 0.0 if who.stays_inside() else tools.limiter.slow(envelope, tools.policy.limits)
            if slow:
                await asyncio.sleep(min(slow, _SLOW_SHARE * (seconds or self.inspections.budget)))
                tools = self._tools()  # meanwhile a report may have come in, or other rules
                who, nobodys = await self._quickly(_looked_up, envelope, spooled.fingerprints, tools)
        except Exception as error:
            return self._failed(spooled, error, started)
        if nobodys:
            self._nobodys(envelope, spooled, tools, started)
            return Pass()
        return LookupResult(tools, who, time.monotonic(), started)

    async def decide(
        self,
        envelope: Envelope,
        message: Message,
        looked: LookupResult,
        place: WorkSlot | None = None,
        begun: Callable[[Inspection], None] = lambda inspection: None,
    ) -> Verdict:
        """The whole answer. The place goes to the inspection, or is given back where none is begun. `begun` hears which
        one is waited for."""
        try:
            if self._is_answer(envelope):
                return await self._taken(envelope, message, looked)
            subject = await self._known(envelope, message, looked)
            if not isinstance(subject, InspectionKey):
                return subject
            inspection = self.inspections.running(subject)
            if inspection is None:
                work = functools.partial(self._whole, envelope, message, looked)
                inspection, place = self.inspections.begin(subject, work, place), None
        finally:
            if place is not None:
                place.leave()
        return await self._heard(inspection, begun)

    async def recognised(
        self, envelope: Envelope, message: Message, looked: LookupResult, begun: Callable[[Inspection], None]
    ) -> Verdict | None:
        """The same where it is known already or worked on; else None, and nothing is begun."""
        subject = await self._known(envelope, message, looked)
        if not isinstance(subject, InspectionKey):
            return subject
        inspection = self.inspections.running(subject)
        return None if inspection is None else await self._heard(inspection, begun)

    def _is_answer(self, envelope: Envelope) -> bool:
        """Whether it is an answer to a notice: it goes nowhere from here."""
        return self._answers is not None and self._answers.takes(envelope)

    async def _taken(self, envelope: Envelope, message: Message, looked: LookupResult) -> Verdict:
        """Keep it for the reviewer."""
        assert self._answers is not None
        deadline = Deadline.after(self.inspections.budget)
        try:
            return await asyncio.to_thread(self._answers.take, envelope, message, looked.tools, deadline)
        except asyncio.CancelledError:
            deadline.cancel()  # nobody waits for it: its reader is free for others
            raise
        except ReaderTimedOut:
            return Rejected(NOT_TAKEN)
        except Exception as error:
            return self._failed(message, error, looked.started)

    async def probed(self) -> None:
        """Nothing where envelopes can be looked up. Raises: Unavailable."""
        await self._quickly(self._tools().reports.changes)

    def read(self, content: bytes, deadline: Deadline) -> Reading:
        """What a reader reads in it, for whoever only wants to know that one does. Blocks."""
        return self._tools().reader.read_mail(content, deadline)

    def close(self) -> None:
        """Cancel what runs, and wait for it. Not on the event loop."""
        self._quick.shutdown()
        self.inspections.close()
        self.remembering.close()
        self.completions.close()
        self.ordinary.close()
        self.late.close()
        self.recording.close()

    async def _quickly(self, work: Callable[..., T], *words: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._quick, work, *words)

    async def _known(self, envelope: Envelope, message: Message, looked: LookupResult) -> Verdict | InspectionKey:
        """The answer that was kept, or that none can be given; else what is to be inspected, with the state of the
        reports now: an answer holds as long as they do."""
        try:
            reports = await self._quickly(looked.tools.reports.changes)
        except Exception as error:
            return self._failed(message, error, looked.started)
        subject = InspectionKey(
            question_of(envelope), message.size, message.digest, looked.tools.policy.digest, reports
        )
        kept = self.inspections.kept(subject)
        if kept is None or kept.decision is None:
            return subject
        self._decided(message, kept.decision, kept.verdict, looked.started, envelope, kept.reports, kept.findings)
        return kept.verdict

    async def _heard(self, inspection: Inspection, begun: Callable[[Inspection], None]) -> Verdict:
        begun(inspection)
        return (await self.inspections.result_of(inspection)).verdict

    def _whole(self, envelope: Envelope, message: Message, looked: LookupResult, deadline: Deadline) -> Judgement:
        try:
            # Who waited for a place may have been looked up before a report came in.
            who = looked.who if time.monotonic() - looked.at < _LOOK_HOLDS else audience(envelope, looked.tools)
            tools = looked.tools
            with tools.limiter.turn(envelope) as turn:
                examination = _examined(envelope, message, tools, who, deadline)
                if deadline.cancelled:
                    raise Abandoned("nobody waits for this any more")
                if not who.stays_inside():
                    read = functools.partial(tools.reader.read_mail, deadline=deadline)
                    examination = tools.limiter.limited(envelope, message, examination, tools.policy.limits, turn, read)
                verdict = settle(envelope, message, examination, tools)
                for follow in (self._noted_down, self._remember, self._kept_for_later):
                    try:
                        follow(envelope, message, examination, verdict, tools)
                    except Exception as error:  # it is settled: no mail waits for what is done behind its answer
                        self._emit(unexpected(error, message.id))
        except Abandoned:
            if not deadline.cancelled:
                return Judgement(self._later(message, "reader", looked.started))
            self._emit(MessageAbandoned(message.id, "work"))
            return Judgement(TryLater("abandoned"))
        except Exception as error:
            return Judgement(self._failed(message, error, looked.started))
        reports, findings = len({match.report for match in examination.matches}), len(examination.findings)
        self._metrics.found(finding.kind for finding in examination.findings)
        self._decided(message, examination.decision, verdict, looked.started, envelope, reports, findings)
        return Judgement(verdict, examination.decision, reports, findings)

    def _nobodys(self, envelope: Envelope, spooled: MessageSummary, tools: InspectionDeps, started: float) -> None:
        """It passes; what is kept and counted of it costs it nothing, also where that fails."""
        self._decided(spooled, Decision("pass", "no-report", tools.policy.digest), Pass(), started, envelope)
        try:
            self.ordinary.add(envelope, spooled.fingerprints)
            self.late.add(envelope, spooled.fingerprints, spooled.id)
            self.recording.count()
        except Exception as error:
            self._emit(unexpected(error, spooled.id))

    def _noted_down(
        self, envelope: Envelope, message: Message, examination: Examination, verdict: Verdict, tools: InspectionDeps
    ) -> None:
        """The record of the decision; of what was held early, once more when all of it was looked at."""
        held = verdict.id if isinstance(verdict, Held) else ""
        record = functools.partial(self._record, envelope, message, tools, held)
        record(examination)
        if examination.unfinished and held:
            kept = replace(examination, fingerprints=None)
            self.completions.add(Unfinished(held, envelope, message, kept, tools, record))

    def _kept_for_later(
        self, envelope: Envelope, message: Message, examination: Examination, verdict: Verdict, tools: InspectionDeps
    ) -> None:
        """What a later report may find it by, and what is counted of ordinary mail."""
        if isinstance(verdict, Pass):
            known = tuple({finding.report for finding in examination.findings})
            self.late.add(envelope, examination.fingerprints, message.id, known)
        if is_ordinary(examination):
            self.ordinary.add(envelope, examination.fingerprints)

    def _record(
        self, envelope: Envelope, message: Message, tools: InspectionDeps, held: str, examination: Examination
    ) -> None:
        """For trying other rules on it."""
        self.recording.add(to_record(envelope, message.digest, examination, tools.policy, held))

    def _remember(
        self, envelope: Envelope, message: Message, examination: Examination, verdict: Verdict, tools: InspectionDeps
    ) -> None:
        """What the message says of passwords, for others. Where that fails, a file in them stays shut, and is held."""
        held = verdict.id if isinstance(verdict, Held) else ""
        if isinstance(verdict, Rejected):
            return
        memory = memory_of(envelope, examination.reading, held, tools)
        if memory is not None:
            self.remembering.add(functools.partial(self._kept_in_mind, memory, tools))

    def _kept_in_mind(self, memory: Remembrance, tools: InspectionDeps) -> None:
        for one in remember(memory, tools)[:_MOST_OPENED]:
            self.completions.add(Openable(one, tools))

    def _failed(self, message: Named, error: Exception, started: float) -> TryLater:
        if isinstance(error, Unavailable):
            return self._later(message, _word(error), started)
        # A bug of ours must not lose or pass a message; its text may quote one, so only kind and place are logged.
        self._emit(unexpected(error, message.id))
        return self._later(message, "unexpected", started)

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
        reports: int = 0,
        findings: int = 0,
    ) -> None:
        seconds = time.monotonic() - started
        action: Outcome = decision.action
        self._metrics.decided(action, seconds, decision.would)
        self._emit(
            MessageDecided(
                message=message.id,
                action=action,
                rule=decision.rule,
                reports=reports,
                findings=findings,
                recipients=len(envelope.recipients),
                size=message.size,
                milliseconds=round(seconds * 1000),
                held=verdict.id if isinstance(verdict, Held | Rejected) else "",
                policy=decision.policy,
                would=decision.would,
                would_rule=decision.would_rule,
            )
        )


def _looked_up(envelope: Envelope, fingerprints: Fingerprints | None, tools: InspectionDeps) -> tuple[Audience, bool]:
    """Who gets it, and whether that and its fingerprints say already that it concerns nobody."""
    tools.reports.learn()
    tools.marks.learn()
    tools.callings.learn()
    tools.limiter.learn()
    who = audience(envelope, tools)
    free = who.stays_inside() or tools.limiter.free(envelope, fingerprints, tools.policy.limits)
    return who, free and unrelated_by_index(envelope, who, fingerprints, tools)


class _NothingRead:
    """A reader that had no time for a message."""

    def read_mail(self, content: bytes, deadline: Deadline | None = None) -> Reading:
        return Reading(unreadable=(Unreadable(Location(""), "time_limit"),))

    def skim_mail(self, content: bytes, deadline: Deadline | None = None) -> Reading:
        return self.read_mail(content, deadline)

    def read_file(self, content: bytes, name: str) -> Reading:
        return self.read_mail(content)

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: Deadline | None = None) -> bytes:
        raise CannotRewrite("nothing was read")


def _examined(
    envelope: Envelope, message: Message, tools: InspectionDeps, who: Audience, deadline: Deadline
) -> Examination:
    """What should become of it. Whose time ran out, in the middle of the work or since no reader was free, can be tried
    again once: the machine was busy. The second time it counts as one that cannot be read, or the rules decide on what
    was found by then: else it would come again for ever."""
    deadline.final = tools.delays.times(message.digest) >= _TRIES - 1
    try:
        return examine(envelope, message, tools, who, deadline, early=True)
    except OutOfTime:
        pass
    except (Abandoned, Late):
        if deadline.cancelled or tools.delays.count(message.digest) < _TRIES:
            raise
    found = examine(envelope, message, replace(tools, reader=_NothingRead()), who)
    if found.decision.action in ("quarantine", "reject") or found.decision.would is not None:
        return found
    # To nobody who is known to be reported. But something was being searched for, so something pointed to a report.
    found = replace(found, decision=Decision("quarantine", "out-of-time", tools.policy.digest))
    return only_watched(found) if tools.policy.mode == "monitor" else found


def _word(error: Unavailable) -> str:
    if isinstance(error, StoreUnavailable):
        return "store"
    if isinstance(error, Late):
        return "late"
    return "reader" if isinstance(error, ReaderDied) else "unavailable"


def envelope_for(sender: str, recipients: Sequence[str]) -> Envelope:
    """The envelope of a mail that nobody sends."""
    return Envelope(
        sender=sender,
        recipients=tuple(Recipient(address) for address in recipients),
        client=Client("127.0.0.1", "localhost"),
        received_at=datetime.now(UTC),
    )


def examine_content(
    content: bytes, envelope: Envelope, tools: InspectionDeps, deadline: Deadline | None = None
) -> Examination:
    """What would become of a mail; changes nothing. A reader that dies is tried once more."""
    # A file from an editor has bare line feeds; on the wire they would be CRLF.
    content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    message = Message("inspect", content)
    try:
        return _whole(envelope, message, tools, deadline)
    except ReaderDied:
        return _whole(envelope, message, tools, deadline)


def _whole(envelope: Envelope, message: Message, tools: InspectionDeps, deadline: Deadline | None) -> Examination:
    """What a relay would answer, with all that there is to be found."""
    found = examine(envelope, message, tools, None, deadline, early=True)
    if not found.unfinished:
        return found
    return completed(found, examine(envelope, message, tools, None, deadline))
