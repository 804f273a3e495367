"""What of reporters was only suggested and stands in ordinary mail: counted behind the answers, on a thread of its own.

Ordinary is mail of one of us to somebody outside that no report knows anything of: none of its recipients (as reported,
as representative or as reporter), no reported party or number that it names, no word of material, nothing that ties it
to a report. Who may read the item anyway is no witness that it is nobody's. A number that was wrongly learned may hold
such mail, and then only a person could have let it go: so mail counts that is held for an untied number alone.

A message only leaves its fingerprints here, which takes no time and waits for nothing; whatever is lost, with the
process or where too many wait, is a count. The store is written to now and then, and only where a count changes.

In: envelopes and fingerprints. Out: nothing; the store asks a person (`SuggestionsAsked`). Nothing is raised.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

from gateway.errors import Unavailable
from gateway.inspection.tools import InspectionDeps
from gateway.matching.audience import INSIDE
from gateway.model import Envelope, Examination, Fingerprints
from gateway.storage.protocols import Sighting
from gateway.telemetry.events import StoreFailed, SuggestionsAsked, unexpected
from gateway.text.addresses import fold_address

ACTOR = "relay"
_MOST, _MOST_OCTETS = 1024, 16 * 1024 * 1024
_MOST_PENDING = 5000
_MOST_RECIPIENTS = 20
_LOOKS = 1.0
_WRITES = 10.0
"""Seconds: each write makes whoever keeps what the store says look whether anything changed."""
_UNTIED = frozenset(("none", "unexplained"))
_COUNTED = frozenset(("address", "phone", "account", "government_id", "qr_code"))


def is_ordinary(examination: Examination) -> bool:
    """Whether nothing in a message is known of any report but what may be everybody's: an address, a number or an
    account, with nothing that ties it to the report."""
    return all(match.reason == "content" and match.to == "unknown" for match in examination.matches) and all(
        finding.kind in _COUNTED and finding.tie in _UNTIED for finding in examination.findings
    )


class OrdinaryMail:
    """Counts for one inspector. `tools` is asked for each batch."""

    def __init__(
        self, tools: Callable[[], InspectionDeps], emit: Callable[[object], None], writes: float = _WRITES
    ) -> None:
        self._tools, self._emit, self._writes = tools, emit, writes
        self._waiting: deque[tuple[Envelope, Fingerprints]] = deque()
        self._octets = 0
        self._pending: dict[tuple[str, tuple[int, ...]], set[str]] = {}
        self._written = time.monotonic()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def add(self, envelope: Envelope, fingerprints: Fingerprints | None) -> None:
        """It is counted later; not at all where too many wait."""
        if fingerprints is None:
            return
        size = len(fingerprints.words) + len(fingerprints.identifiers)
        with self._changed:
            if self._closed or len(self._waiting) >= _MOST or self._octets + size > _MOST_OCTETS:
                return
            # All else of them, and of the envelope, is not needed.
            seen = Fingerprints(words=fingerprints.words, identifiers=fingerprints.identifiers)
            self._waiting.append((envelope, seen))
            self._octets += size
            if self._thread is None:
                thread = threading.Thread(target=self._live, name="counting", daemon=True)
                thread.start()  # where none can be started now, the next one tries again
                self._thread = thread

    def close(self) -> None:
        """What was counted is written, if it can be."""
        with self._changed:
            self._closed = True
            thread = self._thread
            self._changed.notify()
        if thread is not None:
            thread.join()

    def _live(self) -> None:
        while True:
            with self._changed:
                closed = self._changed.wait_for(lambda: self._closed, _LOOKS)
                batch, self._waiting, self._octets = self._waiting, deque(), 0
            try:
                self._count(batch)
                if self._pending and (closed or time.monotonic() - self._written >= self._writes):
                    self._write()
            except Unavailable:
                self._emit(StoreFailed("suggestions"))
                if len(self._pending) > _MOST_PENDING:
                    self._pending.clear()
            except Exception as error:
                self._pending.clear()  # what failed once would fail again
                self._emit(unexpected(error))
            if closed:
                return

    def _count(self, batch: "deque[tuple[Envelope, Fingerprints]]") -> None:
        tools = self._tools()
        suggestions = tools.suggestions
        if not batch or suggestions is None or not suggestions.any():
            return
        for envelope, fingerprints in batch:
            sender = fold_address(envelope.sender)
            if tools.circle.stands(sender) != "internal" or len(self._pending) > _MOST_PENDING:
                continue
            recipients = [fold_address(recipient.address) for recipient in envelope.recipients[:_MOST_RECIPIENTS]]
            domains = {one.rpartition("@")[2] for one in recipients if one and tools.circle.stands(one) not in INSIDE}
            if not domains:
                continue
            items = suggestions.items_in(fingerprints)
            # Who gets it may be a reporter, who is told nothing by their own name.
            if items and tools.reports.open_for([fold_address(one.address) for one in envelope.recipients]):
                continue
            self._pending.setdefault((sender, items), set()).update(domains)

    def _write(self) -> None:
        tools = self._tools()
        self._written = time.monotonic()
        if tools.suggestions is None:
            return
        seen = [Sighting(sender, tuple(sorted(domains)), items) for (sender, items), domains in self._pending.items()]
        over = tools.suggestions.note(seen)
        self._pending.clear()
        if asked := tools.reports.ask(over, ACTOR):
            self._emit(SuggestionsAsked(asked))
