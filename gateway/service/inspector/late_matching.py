"""Fingerprints of mail that passed, kept behind the answers, and the search for late matches: one thread of its own.

A message only leaves its envelope and fingerprints here, which takes no time and waits for nothing; what comes while
too much waits is not kept, and counted. The store is written to now and then, many mails at a time, since each write
makes whoever keeps what the store says look whether anything changed.

Where a report came or changed, the mail that waits is written first, and then passed mail is looked through for it. A
mail that was decided before that, and is written behind it, is looked through for the reports that changed lately.

In: messages that pass. Out: `LateMatchesFound`, `PassedNotKept`. Nothing is raised.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from gateway.errors import Unavailable
from gateway.inspection.tools import InspectionDeps
from gateway.matching.audience import INSIDE
from gateway.model import Envelope, Fingerprints
from gateway.storage.passed_protocols import NewPassed, PassedMail
from gateway.telemetry.events import LateMatchesFound, PassedNotKept, StoreFailed, unexpected
from gateway.text.addresses import fold_address

_MOST, _MOST_OCTETS = 4096, 32 * 1024 * 1024
_LOOKS, _WRITES = 1.0, 10.0
"""Seconds between two looks at the reports, and between two writes."""
_BATCH, _REPORTS = 200, 100
_LATELY = 900.0
"""Seconds; longer than an inspection takes."""
_MOST_LATELY = 5000


class LateMatching:
    """Of one inspector. `tools` is asked for each batch; `store` is None where nothing is to be kept."""

    def __init__(
        self,
        store: PassedMail | None,
        tools: Callable[[], InspectionDeps],
        emit: Callable[[object], None],
        writes: float = _WRITES,
        looks: float = _LOOKS,
    ) -> None:
        self._store, self._tools, self._emit = store, tools, emit
        self._writes, self._looks = writes, looks
        self._waiting: deque[NewPassed] = deque()
        self._octets = self._dropped = 0
        self._changed = threading.Condition()
        self._closed = False
        self._written = time.monotonic()
        self._seen = b""
        self._lately: dict[str, tuple[float, int]] = {}  # until when, and behind which mail
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look for what changed while nobody looked, and go on."""
        if self._store is not None and self._thread is None:
            self._thread = threading.Thread(target=self._live, name="late-matching", daemon=True)
            self._thread.start()

    def add(
        self, envelope: Envelope, fingerprints: Fingerprints | None, message: str, known: tuple[str, ...] = ()
    ) -> None:
        """It passes. `known`: reports of which something was found in it."""
        if self._store is None or fingerprints is None:
            return
        recipients = tuple(recipient.address for recipient in envelope.recipients)
        new = NewPassed(message, datetime.now(UTC), envelope.sender, recipients, fingerprints, known)
        size = _octets(new)
        with self._changed:
            if self._closed or len(self._waiting) >= _MOST or self._octets + size > _MOST_OCTETS:
                self._dropped += 1
                return
            self._waiting.append(new)
            self._octets += size

    def close(self) -> None:
        """What waits is written, if it can be."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _live(self) -> None:
        failing = False
        while True:
            with self._changed:
                closed = self._changed.wait_for(lambda: self._closed, self._looks)
            try:
                self._round(closed)
                failing = False
            except Unavailable:
                if not failing:  # once, and not each second for as long as it lasts
                    self._emit(StoreFailed("passed"))
                failing = True
            except Exception as error:
                if not failing:
                    self._emit(unexpected(error))
                failing = True
            if closed:
                return

    def _round(self, closed: bool) -> None:
        assert self._store is not None
        changes = self._tools().reports.changes()
        changed = changes != self._seen
        if closed or changed or time.monotonic() - self._written >= self._writes:
            self._write()
        if changed and not closed:
            self._look()
            self._seen = changes

    def _write(self) -> None:
        assert self._store is not None
        self._written = time.monotonic()
        with self._changed:
            dropped, self._dropped = self._dropped, 0
        if dropped:
            self._emit(PassedNotKept(dropped))
        while True:
            with self._changed:
                batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
                self._octets = 0 if not self._waiting else self._octets - sum(map(_octets, batch))
            if not batch:
                break
            kept = [one for one in batch if self._goes_outside(one)]
            if kept:
                self._add(kept)
        if self._lately:  # other inspectors of the store write too
            self._look_again()

    def _add(self, kept: Sequence[NewPassed]) -> None:
        """Keep them; what cannot be kept for what is in it costs no other one. Raises: Unavailable."""
        assert self._store is not None
        try:
            self._store.add(kept)
        except Unavailable:
            self._emit(PassedNotKept(len(kept)))
            raise
        except Exception as error:
            if len(kept) == 1:
                self._emit(unexpected(error, kept[0].message))
                self._emit(PassedNotKept(1))
                return
            for one in kept:
                self._add((one,))

    def _goes_outside(self, new: NewPassed) -> bool:
        circle = self._tools().circle
        return any(circle.stands(fold_address(one)) not in INSIDE for one in new.recipients)

    def _look(self) -> None:
        """For every report that changed, some at a time. One for which that fails keeps no other one from it; it is
        asked for again."""
        assert self._store is not None
        failed: dict[str, Exception] = {}
        while True:
            reports = [new for new in self._store.unchecked(_REPORTS + len(failed)) if new[0] not in failed]
            if not reports or self._closed:
                break
            upto, until = self._store.newest(), time.monotonic() + _LATELY
            for report, _ in reports:
                try:
                    self._found(report, self._store.check(report))
                except Exception as error:
                    failed[report] = error
                if len(self._lately) < _MOST_LATELY:
                    self._lately[report] = until, upto
            if done := [new for new in reports if new[0] not in failed]:
                self._store.checked(done)
        for one in failed.values():
            raise one

    def _look_again(self) -> None:
        """For reports that changed lately, among what was written since."""
        assert self._store is not None
        upto, now = self._store.newest(), time.monotonic()
        for report, (until, after) in list(self._lately.items()):
            if after < upto:
                try:
                    self._found(report, self._store.check(report, after))
                except Exception as error:
                    self._emit(StoreFailed("passed") if isinstance(error, Unavailable) else unexpected(error))
                    continue  # behind the same mail next time
            if until < now:
                del self._lately[report]
            else:
                self._lately[report] = until, upto

    def _found(self, report: str, count: int) -> None:
        if count:
            self._emit(LateMatchesFound(report, count))


def _octets(new: NewPassed) -> int:
    prints = new.fingerprints
    return sum(map(len, (prints.text, prints.identifiers, prints.words, prints.pictures)))
