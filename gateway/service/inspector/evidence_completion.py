"""The evidence of messages that were held before all of them was looked at, or while something in them was locked,
completed when nobody needs the readers.

A hold is durable before anything waits here, and nothing here can undo it: whatever is lost (with the process, or where
too many wait) is evidence, and the reviewer is told that there may be more. One at a time, on a thread of its own.
Where mail comes in meanwhile it gives way, but not for ever.

In: held messages with what was known of them. Out: nothing; the store has more evidence. Nothing is raised.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from gateway.errors import Problem, Unavailable
from gateway.inspection.inspect import ACTOR, complete
from gateway.inspection.reinspection import look_again
from gateway.inspection.tools import InspectionDeps
from gateway.model import Envelope, Examination, Message
from gateway.model.deadline import Deadline
from gateway.telemetry.events import EvidenceCompleted, EvidenceLeftOut, unexpected

_MOST, _MOST_OCTETS = 256, 64 * 1024 * 1024
_MOST_OPENABLE = 64
"""Looks that mail asks for leave room for those of what was just held."""
_LONGEST_WAIT = 60.0
"""Seconds for which one gives way to mail before it is begun."""
_LOOKS = 0.1
_GIVES_WAY = 3
"""Times that it does so at work."""
_TRIES = 6


@dataclass(slots=True)
class Unfinished:
    """A held message of which only a part was looked at."""

    held: str
    envelope: Envelope
    message: Message
    examination: Examination
    tools: InspectionDeps
    note: Callable[[Examination], None] = lambda whole: None
    """Hears what was found in all of it."""
    tries: int = 0

    @property
    def size(self) -> int:
        return len(self.message.content)

    def work(self, deadline: Deadline) -> bool:
        """Whether there is more evidence now."""
        return complete(self.held, self.envelope, self.message, self.examination, self.tools, deadline, self.note)


@dataclass(slots=True)
class Openable:
    """A held message of which something was locked, since its password came with another mail."""

    held: str
    tools: InspectionDeps
    tries: int = 0
    size: int = 0

    def work(self, deadline: Deadline) -> bool:
        """Whether more of it was opened."""
        try:
            return look_again(self.held, ACTOR, self.tools, deadline=deadline)
        except Problem:  # a person was quicker
            return False


class Completions:
    """Of one process. `at_work`: how many inspections run; at `crowd` of them the readers are needed for mail."""

    def __init__(
        self, budget: float, at_work: Callable[[], int], emit: Callable[[object], None], crowd: int = 2
    ) -> None:
        self._budget, self._at_work, self._emit, self._crowd = budget, at_work, emit, crowd
        self._waiting: deque[Unfinished | Openable] = deque()
        self._octets = 0
        self._changed = threading.Condition()
        self._deadline: Deadline | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def add(self, one: Unfinished | Openable) -> None:
        """It waits for its turn; left out where too many do."""
        size = one.size
        with self._changed:
            if isinstance(one, Openable):
                if any(isinstance(other, Openable) and other.held == one.held for other in self._waiting):
                    return  # one look finds what all of them would
                most = _MOST_OPENABLE
            else:
                most = _MOST
            fits = len(self._waiting) < most and self._octets + size <= _MOST_OCTETS
            if self._closed or not fits:
                self._emit(EvidenceLeftOut(one.held))
                return
            self._waiting.append(one)
            self._octets += size
            if self._thread is None:
                thread = threading.Thread(target=self._live, name="completing", daemon=True)
                thread.start()  # where none can be started now, the next one tries again
                self._thread = thread
            self._changed.notify()

    @property
    def waiting(self) -> int:
        """How many are not done."""
        with self._changed:
            return len(self._waiting) + (self._deadline is not None)

    def close(self) -> None:
        """What waits is left out; what is at work is given up."""
        with self._changed:
            self._closed = True
            deadline, thread = self._deadline, self._thread
            self._changed.notify()
        if deadline is not None:
            deadline.cancel()
        if thread is not None:
            thread.join()

    def _live(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or bool(self._waiting))
                if self._closed:
                    return
                one = self._waiting.popleft()
                self._octets -= one.size
                self._deadline = Deadline.after(self._budget)
            try:
                done = self._rested() and self._done(one, self._deadline)
            finally:
                with self._changed:
                    self._deadline = None
            one.tries += 1
            if not done and one.tries < _TRIES:
                self.add(one)
            elif not done:
                self._emit(EvidenceLeftOut(one.held))

    def _rested(self) -> bool:
        """Wait until nobody needs a reader, or for long enough. False where there is nothing more to do."""
        until = time.monotonic() + _LONGEST_WAIT
        with self._changed:
            while self._at_work() and time.monotonic() < until and not self._closed:
                self._changed.wait(_LOOKS)
            return not self._closed

    def _done(self, one: Unfinished | Openable, deadline: Deadline) -> bool:
        over = threading.Event()
        if one.tries < _GIVES_WAY:
            threading.Thread(target=self._give_way, args=(deadline, over), daemon=True).start()
        try:
            if one.work(deadline):
                self._emit(EvidenceCompleted(one.held))
        except Unavailable:  # mail came, or the store was busy
            return False
        except Exception as error:
            self._emit(unexpected(error))
        finally:
            over.set()
        return True

    def _give_way(self, deadline: Deadline, over: threading.Event) -> None:
        while not over.wait(_LOOKS):
            if self._at_work() >= self._crowd:
                deadline.cancel()
                return
