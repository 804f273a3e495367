"""One reader process as the pool sees it: born, asked once, killed, buried.

In: a request. Out: an `JobReply`. Raises: EOFError where the process ended, TimeoutError past the deadline,
CpuTimeSpent where it took more processor time than it may, ValueError for an answer over the cap.
"""

import contextlib
import os
import select
import signal
import time
from dataclasses import dataclass, field
from threading import Lock

from gateway.ipc import frames
from gateway.model import Step
from gateway.sandbox.jail import LAYERS, USER
from gateway.sandbox.jobs import READY, JobOutcome, JobRequest, pack

_READY_CAP = 256
_LOOKS = 0.05, 1.0
"""Least and most seconds between two looks at the processor time of one at work."""
_CORES = os.cpu_count() or 1


class CpuTimeSpent(Exception):
    """The processor time that a reader may take for one message is used up."""


@dataclass(frozen=True, slots=True)
class JobReply:
    """Outcome and the bytes after it, undecoded."""

    outcome: JobOutcome
    data: bytes = field(repr=False)


class ReaderProcess:
    """`handle` is its pidfd, `questions` and `answers` are our ends of its pipes; all are closed by `bury`."""

    def __init__(self, place: int, pid: int, handle: int, questions: int, answers: int) -> None:
        self.place, self.pid = place, pid
        self._handle, self._questions, self._answers = handle, questions, answers
        self._lock = Lock()
        self._buried = False
        self.started, self._until = time.monotonic(), 0.0
        self.asked = self.answered = False
        self.layers: tuple[str, ...] = ()
        for end in (questions, answers):
            os.set_blocking(end, False)

    def fileno(self) -> int:
        """What to poll: readable when ready, and when it died."""
        return self._answers

    def greeted(self, seconds: float = 1.0) -> bool:
        """Take its first frame, which says that it is ready, and in what jail. False where it died instead."""
        try:
            words = frames.receive(self.fileno(), time.monotonic() + seconds, _READY_CAP).decode("ascii").split(" ")
        except (EOFError, TimeoutError, ValueError):
            return False
        self.layers = tuple(layer for layer in (*LAYERS, USER) if layer in words[1:])
        return words[0] == READY

    def has_spoken(self) -> bool:
        """Whether something is to be read from it, its end being one such thing."""
        poller = select.poll()
        poller.register(self.fileno(), select.POLLIN)
        return bool(poller.poll(0))

    def ask(self, request: JobRequest, seconds: float) -> JobReply:
        """The one job, within so many seconds of the clock and the processor time that the request allows."""
        self.asked = True
        deadline, self._until = time.monotonic() + seconds, self.processor_time() + request.cpu_seconds
        frames.send(self._questions, [pack(request)], deadline)
        return self._heard(deadline)

    def go_on(self, step: Step, seconds: float) -> JobReply:
        """The next step of the one job, after an answer that was partial."""
        self.answered, deadline = False, time.monotonic() + seconds
        frames.send(self._questions, [step.encode()], deadline)
        return self._heard(deadline)

    def _heard(self, deadline: float) -> JobReply:
        self._watch(deadline, self._until)
        try:
            frame = frames.receive(self._answers, deadline)
        except EOFError:
            # The kernel may have ended it for its time before we looked; its clock stands until it is buried.
            if self.processor_time() >= self._until:
                raise CpuTimeSpent from None
            raise
        if not frame:
            raise ValueError("an empty answer")
        answer = JobReply(JobOutcome(frame[0]), frame[1:])
        self.answered = True
        return answer

    def processor_time(self) -> float:
        """Seconds of all its threads together, by the clock that the kernel keeps of it."""
        try:
            return time.clock_gettime(~self.pid << 3 | 2)  # MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED)
        except OSError:  # it is gone, and buried
            return 0.0

    def _watch(self, deadline: float, until: float) -> None:
        """Wait for its answer, or the deadline. Raises: CpuTimeSpent."""
        while time.monotonic() < deadline:
            left = until - self.processor_time()
            if left <= 0:
                raise CpuTimeSpent
            look = time.monotonic() + min(max(left / _CORES, _LOOKS[0]), _LOOKS[1])
            if frames.arrived(self._answers, min(look, deadline)):
                return

    def kill(self) -> None:
        """At once; `bury` waits for it. From any thread, at any time."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            if not self._buried:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def bury(self) -> None:
        """Wait for its end, which `kill` made certain, and close what led to it."""
        poller = select.poll()
        poller.register(self._handle, select.POLLIN)  # pidfd_open(2): readable once it ended
        poller.poll()
        with self._lock:
            self._buried = True
            for end in (self._handle, self._questions, self._answers):
                os.close(end)
