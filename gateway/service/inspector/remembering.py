"""Passwords that mail gives, remembered on a thread of its own: a store that is locked costs no message its time.

A message waits a moment for it, so that what comes right behind it finds the password, and no longer; where the store
did not answer the last one, it does not wait at all. What failed is tried again. Whatever is lost in the end (with the
process, or where too many wait) leaves a file locked, and what is locked is held.

In: what is to be done. Out: nothing. Nothing is raised.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.errors import Unavailable
from gateway.telemetry.events import StoreFailed, unexpected

MOMENT = 0.5
"""Seconds; a store that is well takes some milliseconds, on a busy machine some tens."""
_MOST, _TRIES, _PAUSE = 256, 5, 1.0


@dataclass(slots=True)
class _Task:
    work: Callable[[], None]
    tries: int = 0
    tried: threading.Event = field(default_factory=threading.Event)


class Remembering:
    """Of one inspector. Safe to call from several threads."""

    def __init__(self, emit: Callable[[object], None], moment: float = MOMENT, pause: float = _PAUSE) -> None:
        self._emit, self._moment, self._pause = emit, moment, pause
        self._waiting: deque[_Task] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._failing = self._closed = False

    def add(self, work: Callable[[], None]) -> None:
        """Done when this returns, or soon."""
        task = _Task(work)
        with self._changed:
            if self._closed or len(self._waiting) >= _MOST:
                self._emit(StoreFailed("passwords"))
                return
            self._waiting.append(task)
            if self._thread is None:
                thread = threading.Thread(target=self._live, name="remembering", daemon=True)
                thread.start()  # where none can be started now, the next one tries again
                self._thread = thread
            self._changed.notify()
            failing = self._failing
        if not failing and not task.tried.wait(self._moment):
            self._failing = True  # until it answers again nobody waits for it

    def close(self) -> None:
        """What waits is tried once more, as long as nothing fails."""
        with self._changed:
            self._closed = True
            thread = self._thread
            self._changed.notify()
        if thread is not None:
            thread.join()

    def _live(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or bool(self._waiting))
                if not self._waiting:
                    return
                task = self._waiting.popleft()
            again = not self._done(task)
            task.tried.set()
            with self._changed:
                if again and self._closed:
                    return
                if again and task.tries < _TRIES:
                    self._waiting.append(task)
                    self._changed.wait_for(lambda: self._closed, self._pause)

    def _done(self, task: _Task) -> bool:
        """Whether there is nothing more to do for it."""
        task.tries += 1
        try:
            task.work()
        except Unavailable:
            self._failing = True
            if task.tries in (1, _TRIES):
                self._emit(StoreFailed("passwords"))
            return False
        except Exception as error:
            self._emit(unexpected(error))
        self._failing = False
        return True
