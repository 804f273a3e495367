"""Warm readers, as many as asked for: whoever comes waits for a free one, in order.

A reader serves one job at a time and is killed where it takes too long. Dead and old ones are replaced in the
background by one thread, the keeper, which starts, watches and buries them all.

In: bytes. Out: `Reading`s that were checked, rewritten bytes.
Raises: ReaderDied where a reader ended before it answered or answered nonsense; ReaderTimedOut over the limits of
time or memory; CannotRewrite where an edit has no place.
"""

import contextlib
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue

from gateway.errors import CannotRewrite, ReaderDied, ReaderTimedOut
from gateway.isolation.checked import checked, is_ours
from gateway.isolation.jail import LAYERS
from gateway.isolation.jobs import Job, Outcome, Request, bug, reading
from gateway.isolation.process import Answer, ReaderProcess
from gateway.model import Edit, Reading
from gateway.model.deadline import Deadline
from gateway.telemetry.events import ReaderJailed, ReaderLost, Unexpected

JOBS_EACH = 200
"""A reader is replaced after so many jobs: what its libraries leak goes with it."""
START_SECONDS = 60.0
_REST = 1.0
"""Between two attempts to start a reader, after one that failed."""
_CORES_A_JOB = 2

_Ticket = SimpleQueue[ReaderProcess | None]


class ReaderPool:
    """`processes` readers, each job at most `seconds` long and `memory_mb` large. Safe to use from many threads."""

    def __init__(
        self,
        processes: int = 2,
        seconds: float = 60.0,
        memory_mb: int = 2048,
        events: Callable[[object], None] | None = None,
    ) -> None:
        self._seconds, self._memory_mb = seconds, memory_mb
        self._cpu_seconds = _CORES_A_JOB * int(seconds + 1)
        self._events = events or (lambda event: None)
        self._lock = threading.Lock()
        self._wanted = max(1, processes)
        self._all: list[ReaderProcess] = []
        self._starting: list[ReaderProcess] = []
        self._idle: deque[ReaderProcess] = deque()
        self._dead: list[ReaderProcess] = []
        self._waiting: deque[_Ticket] = deque()
        self._closed = False
        self._layers: tuple[str, ...] | None = None
        self._wake_out, self._wake_in = os.pipe()
        os.set_blocking(self._wake_in, False)
        os.set_blocking(self._wake_out, False)
        self._keeper = threading.Thread(target=self._keep, name="reader-keeper", daemon=True)
        self._keeper.start()

    def read_mail(self, content: bytes, deadline: Deadline | None = None) -> Reading:
        """What stands in a message."""
        return self._read(Job.READ_MAIL, content)

    def skim_mail(self, content: bytes, deadline: Deadline | None = None) -> Reading:
        """The same without what its pictures say."""
        return self._read(Job.SKIM_MAIL, content)

    def read_file(self, content: bytes, name: str) -> Reading:
        """What stands in a file that came by another way than mail."""
        return self._read(Job.READ_FILE, content, name)

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: Deadline | None = None) -> bytes:
        """The message with the edits made."""
        request = Request(Job.REWRITE, content, edits=tuple(edits), cpu_seconds=self._cpu_seconds)
        answer = self._ask(request)
        if answer.outcome is not Outcome.BYTES:
            raise ReaderDied("a reader answered nonsense")
        return answer.data

    def pids(self) -> tuple[int, ...]:
        """The readers alive, ready or not."""
        with self._lock:
            return tuple(process.pid for process in self._all)

    def busy(self) -> int:
        """How many of them are at a job."""
        with self._lock:
            resting = (*self._starting, *self._idle, *self._dead)
            return sum(process not in resting for process in self._all)

    def close(self) -> None:
        """Kill all readers; whoever waits hears ReaderDied. Closing twice is closing once."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            waiting, self._waiting = self._waiting, deque()
            for process in self._all:
                process.kill()
        for ticket in waiting:
            ticket.put(None)
        self._wake()
        self._keeper.join()
        os.close(self._wake_in)
        os.close(self._wake_out)

    def _read(self, job: Job, content: bytes, name: str = "") -> Reading:
        answer = self._ask(Request(job, content, name, cpu_seconds=self._cpu_seconds))
        try:
            if answer.outcome is not Outcome.READING:
                raise ValueError("not a reading")
            return checked(reading(answer.data))
        except ValueError:
            self._events(ReaderLost("died"))
            raise ReaderDied("a reader answered nonsense") from None

    def _ask(self, request: Request) -> Answer:
        """The answer of one reader, which goes back to the others or to the keeper's grave."""
        process = self._take()
        answer: Answer | None = None
        try:
            answer = process.ask(request, self._seconds)
        except TimeoutError:
            self._events(ReaderLost("timeout"))
            raise ReaderTimedOut("reading took too long") from None
        except (EOFError, ValueError, OSError):
            self._events(ReaderLost("died"))
            raise ReaderDied("a reader ended before it answered") from None
        finally:
            sound = answer is not None and answer.outcome not in (Outcome.NO_MEMORY, Outcome.BUG)
            self._give_back(process, sound)
        if answer.outcome is Outcome.REFUSED:
            raise CannotRewrite("an edit has no place in this message")
        if answer.outcome is Outcome.NO_MEMORY:
            self._events(ReaderLost("timeout"))
            raise ReaderTimedOut("reading took too much memory")
        if answer.outcome is Outcome.BUG:
            self._tell_bug(answer)
            raise ReaderDied("a reader met a bug of its own")
        return answer

    def _tell_bug(self, answer: Answer) -> None:
        """Into the log goes what is ours for certain: the worker could name anything it read a class or a module."""
        try:
            told = bug(answer.data)
        except ValueError:
            told = None
        self._events(ReaderLost("died"))
        if told is not None and is_ours(told):
            self._events(Unexpected(told.exception, told.module, told.line))

    def _take(self) -> ReaderProcess:
        """The next free reader. Raises ReaderDied where there is none and none can be started."""
        ticket: _Ticket = SimpleQueue()
        with self._lock:
            if self._closed:
                raise ReaderDied("the readers are stopped")
            if self._idle and not self._waiting:
                return self._idle.popleft()
            self._waiting.append(ticket)
        process = ticket.get()
        if process is None:
            raise ReaderDied("no reader can be started")
        return process

    def _give_back(self, process: ReaderProcess, sound: bool) -> None:
        with self._lock:
            if not sound or process.jobs >= JOBS_EACH or self._closed:
                self._condemn(process)
            else:
                self._free(process)
        self._wake()

    def _free(self, process: ReaderProcess) -> None:
        """To whoever waits longest, else to the idle ones. The lock is held."""
        if self._waiting:
            self._waiting.popleft().put(process)
        else:
            self._idle.append(process)

    def _condemn(self, process: ReaderProcess) -> None:
        """Killed now, buried by the keeper: it alone closes descriptors, which it may be polling. The lock is held."""
        process.kill()
        self._dead.append(process)
        for places in (self._starting, self._idle):
            if process in places:
                places.remove(process)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: it will wake anyway
            os.write(self._wake_in, b"!")

    def _keep(self) -> None:
        """The keeper's life: bury, start, wait until somebody dies, is ready or calls."""
        rest_until = 0.0
        while True:
            with self._lock:
                if self._closed:
                    for process in (*self._starting, *self._idle):
                        self._condemn(process)
            self._bury()
            with self._lock:
                if self._closed and not self._all:
                    return
                missing = 0 if self._closed else self._wanted - len(self._all)
            if missing and time.monotonic() >= rest_until and not all(self._start() for _ in range(missing)):
                rest_until = time.monotonic() + _REST
            for process in self._heard(rest_until if missing else 0.0):
                if not self._attend(process):
                    rest_until = time.monotonic() + _REST

    def _bury(self) -> None:
        with self._lock:
            dead, self._dead = self._dead, []
        for process in dead:
            process.bury()
            with self._lock:
                self._all.remove(process)

    def _start(self) -> bool:
        try:
            process = ReaderProcess(self._memory_mb)
        except OSError:  # no process, no memory, no descriptor
            self._disappoint()
            return False
        with self._lock:
            self._all.append(process)
            self._starting.append(process)
        return True

    def _heard(self, rest_until: float) -> list[ReaderProcess]:
        """Wait; which of those that nobody is using said something, died, or took too long to start."""
        with self._lock:
            watched = {process.fileno(): process for process in (*self._starting, *self._idle)}
            starts = [process.started + START_SECONDS for process in self._starting]
        poller = select.poll()
        for descriptor in (*watched, self._wake_out):
            poller.register(descriptor, select.POLLIN)
        ends = [*starts, *([rest_until] if rest_until else [])]
        wait = max(0.0, min(ends) - time.monotonic()) if ends else None
        heard = [descriptor for descriptor, _ in poller.poll(None if wait is None else wait * 1000 + 1)]
        if self._wake_out in heard:
            with contextlib.suppress(BlockingIOError):
                while os.read(self._wake_out, 4096):
                    pass
        late = [p for p in watched.values() if p in self._starting and p.started + START_SECONDS < time.monotonic()]
        return [watched[descriptor] for descriptor in heard if descriptor in watched] + late

    def _attend(self, process: ReaderProcess) -> bool:
        """One that was heard: ready, or no longer fit. False where it failed to start."""
        told: tuple[str, ...] | None = process.layers
        with self._lock:
            if process in self._starting:
                started = process.greeted()
                if started and not self._closed:
                    self._starting.remove(process)
                    self._free(process)
                    told, self._layers = self._layers, process.layers
                else:
                    self._condemn(process)
            elif process in self._idle and process.has_spoken():  # an idle reader has nothing to say: it died
                self._condemn(process)
                started = True
            else:  # it was taken, and perhaps given back, meanwhile: what was heard was its answer
                return True
        if told != process.layers:  # the first one says it for all
            self._events(ReaderJailed(*(layer in process.layers for layer in LAYERS)))
        if not started:
            self._disappoint()
        elif process in self._dead:
            self._events(ReaderLost("died"))
        return started

    def _disappoint(self) -> None:
        """Where no reader is left that could ever come, waiting is of no use."""
        with self._lock:
            if len(self._all) > len(self._dead):
                return
            waiting, self._waiting = self._waiting, deque()
        for ticket in waiting:
            ticket.put(None)


def probed(memory_mb: int = 2048) -> tuple[str, ...] | None:
    """The layers of a reader's jail that hold on this system; None where no reader can be started."""
    try:
        process = ReaderProcess(memory_mb)
    except OSError:
        return None
    try:
        return process.layers if process.greeted(START_SECONDS) else None
    finally:
        process.kill()
        process.bury()
