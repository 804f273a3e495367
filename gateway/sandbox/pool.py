"""Warm readers, as many at a time as asked for: whoever comes waits for a free one, in order.

A reader serves one job and is gone; another is forked in its place by one thread, the keeper, from a parent that is
warm (`sandbox.nursery`). The keeper starts, watches and buries them all. Every wait has an end: a job's is `seconds`
of processor time, some times as many of the clock, and its deadline; that in line is the deadline; who cancels it gives
the place back at once.

In: bytes. Out: `Reading`s that were checked, rewritten bytes.
Raises: ReaderDied where a reader ended before it answered or answered nonsense; ReaderTimedOut over the limits of
processor time or memory, and past a final deadline; Late past one that is not; Abandoned where the deadline was
cancelled, or passed before a reader was free; CannotRewrite where an edit has no place.
"""

import contextlib
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue

from gateway.errors import Abandoned, CannotRewrite, Late, ReaderDied, ReaderTimedOut
from gateway.model import Edit, Fault, Reading, Step
from gateway.model.deadline import CLOCK, Deadline
from gateway.model.shown_page import ShownPage
from gateway.sandbox.checked import checked, is_ours
from gateway.sandbox.jail import LAYERS, USER
from gateway.sandbox.jobs import Job, JobOutcome, JobRequest, fault, page, reading
from gateway.sandbox.nursery import Nursery
from gateway.sandbox.process import CpuTimeSpent, JobReply, ReaderProcess
from gateway.sandbox.users import User
from gateway.telemetry.events import ReaderJailed, ReaderLost, Unexpected

START_SECONDS = 60.0
_PATIENCE = 600.0
"""Longest wait in line of whoever brings no deadline."""
_REST = 1.0
"""Between two attempts to start what failed to."""
_GROWS, _GROWS_AT_LEAST = 4, 64 * 1024
"""How many times as long a message may be after rewriting: quoted-printable takes three octets for one."""

_Ticket = SimpleQueue[ReaderProcess | None]
_Question = Callable[[ReaderProcess, float], JobReply]


class ReaderPool:
    """`processes` readers, each job at most `seconds` of processor time and `memory_mb` large; `wall` of the clock.
    Safe to use from many threads."""

    def __init__(
        self,
        processes: int = 2,
        seconds: float = 60.0,
        memory_mb: int = 2048,
        events: Callable[[object], None] | None = None,
        user: User | None = None,
        wall: float | None = None,
    ) -> None:
        self._memory_mb, self._user = memory_mb, user
        self._wall = CLOCK * seconds if wall is None else wall
        self._cpu_seconds = seconds
        self._events = events or (lambda event: None)
        self._lock = threading.Lock()
        self.places = max(1, processes)
        """How many jobs are done at a time."""
        self._nursery: Nursery | None = None
        self._anew: dict[int, bool] = dict.fromkeys(range(self.places), False)  # free places; was the last one killed?
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

    def read_mail(self, content: bytes, deadline: Deadline | None = None, passwords: tuple[str, ...] = ()) -> Reading:
        """What stands in a message. `passwords` may open what is in it."""
        return self._read(JobRequest(Job.READ_MAIL, content, passwords=passwords), deadline)

    def skim_mail(self, content: bytes, deadline: Deadline | None = None, passwords: tuple[str, ...] = ()) -> Reading:
        """The same without what its pictures say."""
        return self._read(JobRequest(Job.SKIM_MAIL, content, passwords=passwords), deadline)

    def read_by_steps(
        self,
        content: bytes,
        further: Callable[[Reading, Step], Step | None],
        deadline: Deadline | None = None,
        passwords: tuple[str, ...] = (),
    ) -> Reading:
        """What stands in a message, as far as `further` asks: it hears the reading of each step and says which comes
        next, or None where that is enough. One reader for all of them: it is one message."""
        request = JobRequest(Job.READ_BY_STEPS, content, cpu_seconds=self._cpu_seconds, passwords=passwords)
        with self._asking(deadline) as asking:
            answer = asking(lambda process, seconds: process.ask(request, seconds))
            step: Step = "sifted"
            while answer.outcome is JobOutcome.PARTIAL and step != "whole":
                found = self._checked(answer, JobOutcome.PARTIAL)
                wanted = further(found, step)
                if wanted is None:
                    return found
                step = wanted
                answer = asking(lambda process, seconds, word=wanted: process.go_on(word, seconds))  # type: ignore[misc]
        return self._checked(answer, JobOutcome.READING)

    def read_file(self, content: bytes, name: str, deadline: Deadline | None = None) -> Reading:
        """What stands in a file that came by another way than mail."""
        return self._read(JobRequest(Job.READ_FILE, content, name), deadline)

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: Deadline | None = None) -> bytes:
        """The message with the edits made."""
        answer = self._ask(JobRequest(Job.REWRITE, content, edits=tuple(edits)), deadline)
        most = _GROWS * (len(content) + sum(len(edit.replacement.encode()) for edit in edits)) + _GROWS_AT_LEAST
        if answer.outcome is not JobOutcome.BYTES or len(answer.data) > most:
            self._events(ReaderLost("died"))
            raise ReaderDied("a reader answered nonsense")
        return answer.data

    def show_page(self, content: bytes, deadline: Deadline | None = None) -> ShownPage:
        """A message's HTML in pieces that can be shown."""
        answer = self._ask(JobRequest(Job.SHOW_PAGE, content), deadline)
        try:
            if answer.outcome is not JobOutcome.BYTES:
                raise ValueError("not a page")
            return page(answer.data)
        except ValueError:
            self._events(ReaderLost("died"))
            raise ReaderDied("a reader answered nonsense") from None

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

    def _read(self, request: JobRequest, deadline: Deadline | None) -> Reading:
        return self._checked(self._ask(request, deadline), JobOutcome.READING)

    def _checked(self, answer: JobReply, wanted: JobOutcome) -> Reading:
        try:
            if answer.outcome is not wanted:
                raise ValueError("not a reading")
            found = checked(reading(answer.data))
        except ValueError:
            self._events(ReaderLost("died"))
            raise ReaderDied("a reader answered nonsense") from None
        self._tell(found.faults)
        return found

    def _ask(self, request: JobRequest, deadline: Deadline | None) -> JobReply:
        """The answer of one reader, which is then done with."""
        request = replace(request, cpu_seconds=self._cpu_seconds)
        with self._asking(deadline) as asking:
            return asking(lambda process, seconds: process.ask(request, seconds))

    @contextlib.contextmanager
    def _asking(self, deadline: Deadline | None) -> "Iterator[Callable[[_Question], JobReply]]":
        """One reader, for as long as the block lasts: it is asked by what is given, within what is left of its time."""
        deadline = deadline or Deadline.after(_PATIENCE)
        process = self._take(deadline)
        wall = time.monotonic() + self._wall
        forget = deadline.on_cancel(process.kill)

        def answered(question: _Question) -> JobReply:
            try:
                answer = question(process, min(wall - time.monotonic(), deadline.left))
            except (CpuTimeSpent, TimeoutError, EOFError, ValueError, OSError) as error:
                if deadline.cancelled:
                    raise Abandoned("nobody waits for this any more") from None
                if isinstance(error, CpuTimeSpent | TimeoutError):
                    self._events(ReaderLost("timeout"))
                    if isinstance(error, TimeoutError) and not deadline.final:
                        raise Late("reading was not finished in time") from None
                    raise ReaderTimedOut("reading took too long") from None
                self._events(ReaderLost("died"))
                raise ReaderDied("a reader ended before it answered") from None
            return self._sound(answer)

        try:
            yield answered
        finally:
            forget()
            self._give_back(process)

    def _sound(self, answer: JobReply) -> JobReply:
        """The answer, where it is one."""
        match answer.outcome:
            case JobOutcome.REFUSED:
                raise CannotRewrite("an edit has no place in this message")
            case JobOutcome.NO_MEMORY:
                self._events(ReaderLost("timeout"))
                raise ReaderTimedOut("reading took too much memory")
            case JobOutcome.BUG:
                self._tell_bug(answer)
                raise ReaderDied("a reader met a bug of its own")
            case _:
                return answer

    def _tell_bug(self, answer: JobReply) -> None:
        try:
            told: tuple[Fault, ...] = (fault(answer.data),)
        except ValueError:
            told = ()
        self._events(ReaderLost("died"))
        self._tell(told)

    def _tell(self, faults: Iterable[Fault]) -> None:
        """Into the log goes what is ours for certain: the worker could name anything it read a class or a module."""
        for one in faults:
            if is_ours(one):
                self._events(Unexpected(one.exception, one.module, one.line))

    def _take(self, deadline: Deadline) -> ReaderProcess:
        """The next free reader. Raises: Abandoned where the deadline ends first, for a message that was not begun can
        be tried again; ReaderDied where there is none and none can be started."""
        ticket: _Ticket = SimpleQueue()
        with self._lock:
            if self._closed:
                raise ReaderDied("the readers are stopped")
            if self._idle and not self._waiting and deadline.left > 0:
                return self._idle.popleft()
            self._waiting.append(ticket)
        forget = deadline.on_cancel(lambda: self._withdraw(ticket))
        try:
            process = ticket.get(timeout=min(deadline.left, _PATIENCE))
        except Empty:
            self._withdraw(ticket)
            process = ticket.get()  # it may have come at that very moment
        finally:
            forget()
        if process is not None and deadline.left > 0:
            return process
        if process is not None:  # too late, and never asked: the next one may have it
            with self._lock:
                if self._closed:
                    self._condemn(process)
                else:
                    self._free(process)
            self._wake()
        elif self._closed or deadline.left > 0:
            raise ReaderDied("no reader can be started")
        raise Abandoned("no reader was free in time")

    def _withdraw(self, ticket: _Ticket) -> None:
        """Wait no longer; nothing where its turn has come."""
        with self._lock:
            if ticket not in self._waiting:
                return
            self._waiting.remove(ticket)
        ticket.put(None)

    def _give_back(self, process: ReaderProcess) -> None:
        with self._lock:
            self._condemn(process)
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
                    break
                missing = not self._closed and bool(self._anew)
            if missing and time.monotonic() >= rest_until and not self._start():
                rest_until = time.monotonic() + _REST
            for one in self._heard(rest_until if missing else 0.0):
                if not self._attend(one):
                    rest_until = time.monotonic() + _REST
        if self._nursery is not None:
            self._nursery.kill()
            self._nursery.bury()

    def _bury(self) -> None:
        with self._lock:
            dead, self._dead = self._dead, []
        for process in dead:
            process.bury()
            with self._lock:
                self._all.remove(process)
                self._anew[process.place] = process.asked and not process.answered

    def _start(self) -> bool:
        """A parent where there is none; once it is ready, a reader for each free place. False where one failed."""
        try:
            if self._nursery is None:
                self._nursery = Nursery(self._memory_mb, self.places, self._user)
            if not self._nursery.ready:
                return True
            for place in list(self._anew):
                process = self._nursery.born(place, self._anew[place])
                with self._lock:
                    del self._anew[place]
                    self._all.append(process)
                    self._starting.append(process)
        except OSError:  # no process, no memory, no descriptor
            self._orphaned()
            return False
        return True

    def _orphaned(self) -> None:
        """The parent is gone, or of no use any more: its readers die with it, and another begins."""
        nursery, self._nursery = self._nursery, None
        if nursery is not None:
            nursery.kill()
            nursery.bury()
        with self._lock:
            for process in (*self._starting, *self._idle):
                self._condemn(process)
        if nursery is None or not nursery.ready:
            self._disappoint()
        else:
            self._events(ReaderLost("died"))

    def _heard(self, rest_until: float) -> list[ReaderProcess | Nursery]:
        """Wait; which of those that nobody is using said something, died, or took too long to start."""
        watched: dict[int, ReaderProcess | Nursery] = {}
        with self._lock:
            starting: list[ReaderProcess | Nursery] = [*self._starting]
            watched |= {process.fileno(): process for process in (*self._starting, *self._idle)}
        if self._nursery is not None:
            watched[self._nursery.fileno()] = self._nursery
            starting += [] if self._nursery.ready else [self._nursery]
        poller = select.poll()
        for descriptor in (*watched, self._wake_out):
            poller.register(descriptor, select.POLLIN)
        ends = [one.started + START_SECONDS for one in starting] + ([rest_until] if rest_until else [])
        wait = max(0.0, min(ends) - time.monotonic()) if ends else None
        heard = [descriptor for descriptor, _ in poller.poll(None if wait is None else wait * 1000 + 1)]
        if self._wake_out in heard:
            with contextlib.suppress(BlockingIOError):
                while os.read(self._wake_out, 4096):
                    pass
        late = [one for one in starting if one.started + START_SECONDS < time.monotonic()]
        return [watched[descriptor] for descriptor in heard if descriptor in watched] + late

    def _attend(self, heard: ReaderProcess | Nursery) -> bool:
        """One that was heard: ready, or no longer fit. False where it failed to start."""
        if isinstance(heard, ReaderProcess):
            return self._attend_reader(heard)
        if heard is not self._nursery or (not heard.ready and heard.greeted()):
            return True
        if heard.ready and not heard.is_gone():
            return True
        self._orphaned()
        return heard.ready

    def _attend_reader(self, process: ReaderProcess) -> bool:
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
            holding = process.layers
            self._events(ReaderJailed(*(layer in holding for layer in (*LAYERS, USER))))
        if not started:
            self._disappoint()
        elif process in self._dead and not self._closed:
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


def probed(memory_mb: int = 2048, user: User | None = None) -> tuple[str, ...] | None:
    """The layers of a reader's jail that hold on this system; None where no reader can be started."""
    with contextlib.ExitStack() as stack:
        try:
            nursery = Nursery(memory_mb, 1, user)
            stack.callback(nursery.bury)
            stack.callback(nursery.kill)
            if not nursery.greeted(START_SECONDS):
                return None
            process = nursery.born(0, anew=False)
        except OSError:
            return None
        stack.callback(process.bury)
        stack.callback(process.kill)
        return process.layers if process.greeted(START_SECONDS) else None
