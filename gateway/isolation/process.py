"""One reader process as the pool sees it: born, asked once, killed, buried.

In: a request. Out: an `Answer`. Raises: EOFError where the process ended, TimeoutError past the deadline, ValueError
for an answer over the cap.
"""

import contextlib
import os
import select
import signal
import time
from dataclasses import dataclass, field
from threading import Lock

from gateway.isolation import frames
from gateway.isolation.jail import LAYERS, USER
from gateway.isolation.jobs import READY, Outcome, Request, pack

_READY_CAP = 256


@dataclass(frozen=True, slots=True)
class Answer:
    """Outcome and the bytes after it, undecoded."""

    outcome: Outcome
    data: bytes = field(repr=False)


class ReaderProcess:
    """`handle` is its pidfd, `questions` and `answers` are our ends of its pipes; all are closed by `bury`."""

    def __init__(self, place: int, pid: int, handle: int, questions: int, answers: int) -> None:
        self.place, self.pid = place, pid
        self._handle, self._questions, self._answers = handle, questions, answers
        self._lock = Lock()
        self._buried = False
        self.started = time.monotonic()
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

    def ask(self, request: Request, seconds: float) -> Answer:
        """The one job, within so many seconds."""
        self.asked = True
        deadline = time.monotonic() + seconds
        frames.send(self._questions, [pack(request)], deadline)
        frame = frames.receive(self._answers, deadline)
        if not frame:
            raise ValueError("an empty answer")
        answer = Answer(Outcome(frame[0]), frame[1:])
        self.answered = True
        return answer

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
