"""The record of decisions, written beside the answers, on a thread of its own.

A message leaves what was found in it here, which takes no time and waits for nothing; one in which nothing was is a
count. Rows are written a second later at most, all that wait in one transaction. Where the store cannot be written to,
they wait, as many as fit; what does not fit is dropped and counted (`DecisionsDropped`). Nobody's mail waits for it.

In: messages that were decided. Out: rows in the store. Nothing is raised.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

from gateway.errors import Unavailable
from gateway.inspection.recording import DecidedMessage, record_of
from gateway.inspection.tools import InspectionDeps
from gateway.model.decision_record import RecordedDecision
from gateway.telemetry.events import DecisionsDropped, StoreFailed, unexpected

_MOST, _MOST_FINDINGS = 2048, 200_000
_AT_ONCE = 200
_WRITES = 1.0
_COUNTS = 20.0
"""Seconds: each write makes whoever keeps what the store says look whether anything changed."""


class DecisionRecording:
    """Records for one inspector. `tools` is asked for each batch."""

    def __init__(
        self,
        tools: Callable[[], InspectionDeps],
        emit: Callable[[object], None],
        writes: float = _WRITES,
        counts: float = _COUNTS,
        most: int = _MOST,
    ) -> None:
        self._tools, self._emit, self._writes, self._counts, self._most = tools, emit, writes, counts, most
        self._waiting: deque[DecidedMessage] = deque()
        self._findings = self._clean = self._dropped = 0
        self._counted = time.monotonic()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = self._failing = False

    def count(self) -> None:
        """One message more in which nothing was found."""
        with self._changed:
            self._clean += 1
            self._start()

    def add(self, one: DecidedMessage | None) -> None:
        """It is written soon; None is one in which nothing was found."""
        if one is None:
            self.count()
            return
        with self._changed:
            fits = len(self._waiting) < self._most and self._findings + len(one.findings) <= _MOST_FINDINGS
            if self._closed or (self._waiting and not fits):
                self._dropped += 1
                return
            self._waiting.append(one)
            self._findings += len(one.findings)
            self._start()
            self._changed.notify()

    def close(self) -> None:
        """What waits is written, if it can be."""
        with self._changed:
            self._closed = True
            thread = self._thread
            self._changed.notify()
        if thread is not None:
            thread.join()

    def _start(self) -> None:
        if self._thread is None and not self._closed:
            thread = threading.Thread(target=self._live, name="recording", daemon=True)
            thread.start()  # where none can be started now, the next message tries again
            self._thread = thread

    def _live(self) -> None:
        last = -self._writes
        while True:
            with self._changed:
                due = self._changed.wait_for(lambda: self._closed or bool(self._waiting), self._counts)
                if due and not self._closed:
                    # What comes within the second goes in the same transaction.
                    self._changed.wait_for(lambda: self._closed, max(0.0, last + self._writes - time.monotonic()))
                closed = self._closed
            done = self._write_some(closed)
            last = time.monotonic()
            if closed and done:
                return

    def _write_some(self, closed: bool) -> bool:
        """Write a batch; whether there is no more to be written, or no more can be."""
        with self._changed:
            batch = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
            late = closed or bool(batch) or time.monotonic() - self._counted >= self._counts
            clean, self._clean = (self._clean, 0) if late else (0, self._clean)
            dropped, self._dropped = self._dropped, 0
            self._findings -= sum(len(one.findings) for one in batch)
        if dropped:
            self._emit(DecisionsDropped(dropped))
        if not batch and not clean:
            return not self._waiting
        try:
            if (store := self._tools().decisions) is not None:
                store.add(list(self._records(batch)), clean)
            self._counted, self._failing = time.monotonic(), False
        except Unavailable:
            if not self._failing:  # once, and not each second for as long as it lasts
                self._emit(StoreFailed("decisions"))
            self._failing = True
            self._put_back(batch, clean, closed)
            return closed
        except Exception as error:  # rows that failed once would fail again
            self._emit(unexpected(error))
            if batch:
                self._emit(DecisionsDropped(len(batch)))
            with self._changed:
                self._clean += clean
        return not self._waiting

    def _records(self, batch: list[DecidedMessage]) -> Iterator[RecordedDecision]:
        """A fault of ours costs one row."""
        for one in batch:
            try:
                yield record_of(one)
            except Exception as error:
                self._emit(unexpected(error))
                self._emit(DecisionsDropped(1))

    def _put_back(self, batch: list[DecidedMessage], clean: int, closed: bool) -> None:
        """They wait for the store, the oldest where not all fit; at the end they are given up with all that waits."""
        with self._changed:
            self._clean += clean
            if closed:
                self._emit(DecisionsDropped(self._dropped + len(batch) + len(self._waiting)))
                self._waiting.clear()
                return
            back = batch[: max(0, self._most - len(self._waiting))]
            self._dropped += len(batch) - len(back)
            self._waiting.extendleft(reversed(back))
            self._findings += sum(len(one.findings) for one in back)
