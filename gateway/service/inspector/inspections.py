"""Inspections at work, each on a thread, and the answers of those that nobody was there to hear.

An inspection belongs to nobody who asks: it has a budget of its own from the moment in which it gets its place, and
keeps the place until its thread has ended. Who asks the same while it runs (the retry of a client that was told to
come back) waits for it with the others instead of beginning another.

What becomes of it when those who asked are gone depends on why they are. Where the client hung up, or its relay died,
nobody may ever ask again: with the last of them it is cancelled. Where the client was told 451 because its time was
over, it will come back: the inspection runs to its end within its budget, and its answer is kept for a quarter of an
hour, longer than a mail queue rests at first. A kept answer counts as long as rules and reports are what they were; of
a held or refused message it is given once, since it stands for one record.

Nothing is inspected for ever: past its budget what was not looked at is `uninspectable`, and the rules decide.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from cachetools import TTLCache

from gateway.model import Decision, Envelope, Pass, Send, TryLater, Verdict
from gateway.model.deadline import Deadline
from gateway.service.inspector.work_slots import WorkSlot
from gateway.telemetry.events import unexpected

T = TypeVar("T")
KEPT_SECONDS = 900.0
_KEPT_MOST = 256
_KEPT_OCTETS = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Judgement:
    """An answer with what the log says of it. `decision` is None where there could be none now."""

    verdict: Verdict
    decision: Decision | None = None
    reports: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True)
class InspectionKey:
    """What an inspection is about; equal where the answer must be. `question` is what the envelope states of it."""

    question: bytes
    size: int
    content: bytes
    policy: str
    reports: bytes


def question_of(envelope: Envelope) -> bytes:
    """A digest of all that the client states: sender, recipients, their parameters, its own name; not of when."""
    recipients = [(one.address, one.parameters) for one in envelope.recipients]
    stated = (envelope.sender, envelope.parameters, recipients, envelope.client)
    return hashlib.sha256(msgspec.msgpack.encode(stated)).digest()


class Inspection:
    """One that runs. `lasting`: somebody will come back for its answer."""

    __slots__ = ("deadline", "done", "lasting", "listeners", "subject")

    def __init__(self, subject: InspectionKey, deadline: Deadline, done: "asyncio.Future[Judgement]") -> None:
        self.subject, self.deadline, self.done = subject, deadline, done
        self.listeners = 0
        self.lasting = False


class Inspections:
    """All of one process; lives on one event loop. `budget`: seconds for one."""

    def __init__(
        self, budget: float, threads: int, emit: Callable[[object], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.budget = budget
        self._emit = emit
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="inspect")
        self._running: dict[InspectionKey, Inspection] = {}
        self._all: set[Inspection] = set()
        self._kept: TTLCache[InspectionKey, Judgement] = TTLCache(_KEPT_OCTETS, KEPT_SECONDS, clock, _octets)

    def likely(self, question: bytes, size: int) -> bool:
        """Whether something like it runs or was answered: its content is worth to be compared."""
        return any(one.question == question and one.size == size for one in (*self._running, *self._kept))

    def kept(self, subject: InspectionKey) -> Judgement | None:
        """The answer that nobody heard yet."""
        known = self._kept.get(subject)
        if known is not None and not isinstance(known.verdict, Pass | Send):
            self._kept.pop(subject, None)
        return known

    def running(self, subject: InspectionKey) -> Inspection | None:
        """The one that is at it."""
        found = self._running.get(subject)
        return None if found is None or found.deadline.cancelled else found

    def at_work(self) -> tuple[Inspection, ...]:
        """All whose thread has not ended."""
        return tuple(self._all)

    def begin(
        self, subject: InspectionKey, work: Callable[[Deadline], Judgement], place: WorkSlot | None = None
    ) -> Inspection:
        """Run `work` on a thread, which has the place from now on."""
        loop = asyncio.get_running_loop()
        inspection = Inspection(subject, Deadline.after(self.budget), loop.create_future())
        self._running[subject] = inspection
        self._all.add(inspection)
        thread = loop.run_in_executor(self._threads, work, inspection.deadline)

        def ended(future: "asyncio.Future[Judgement]") -> None:
            if place is not None:
                place.leave()
            self._ended(inspection, future)

        thread.add_done_callback(ended)
        return inspection

    def aside(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """Run `work`, which is no inspection, on one of their threads."""
        return asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def result_of(self, inspection: Inspection) -> Judgement:
        """Its answer. Cancelled, it is so too where nobody else listens and nobody will come back for it."""
        inspection.listeners += 1
        try:
            return await asyncio.shield(inspection.done)
        except asyncio.CancelledError:
            if inspection.done.done() and inspection.listeners == 1:
                self._keep(inspection.subject, inspection.done.result())
            raise
        finally:
            inspection.listeners -= 1
            if not (inspection.listeners or inspection.lasting or inspection.done.done()):
                inspection.deadline.cancel()

    def close(self) -> None:
        """Cancel what runs, and wait for it. Not on the event loop."""
        for inspection in list(self._all):
            inspection.deadline.cancel()
        self._threads.shutdown()

    def _ended(self, inspection: Inspection, thread: "asyncio.Future[Judgement]") -> None:
        self._all.discard(inspection)
        if self._running.get(inspection.subject) is inspection:
            del self._running[inspection.subject]
        try:
            judgement = thread.result()
        except Exception as error:  # a bug of ours costs the client a 451, and nothing else
            self._emit(unexpected(error))
            judgement = Judgement(TryLater("unexpected"))
        if not inspection.listeners:
            self._keep(inspection.subject, judgement)
        inspection.done.set_result(judgement)

    def _keep(self, subject: InspectionKey, judgement: Judgement) -> None:
        if judgement.decision is None or _octets(judgement) > _KEPT_OCTETS // 2:
            return
        self._kept.pop(subject, None)
        while len(self._kept) >= _KEPT_MOST:
            self._kept.popitem()
        self._kept[subject] = judgement


def _octets(judgement: Judgement) -> int:
    return len(judgement.verdict.content) if isinstance(judgement.verdict, Send) else 0
