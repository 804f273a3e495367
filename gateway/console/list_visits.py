"""Who looked at which list, for the audit log: once an hour a person and list, not once a page.

What one person looks at (a message, a report) is audited by itself, each time.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

LISTS = {
    "/": "queue",
    "/rewritten": "rewritten_list",
    "/late": "late",
    "/reports": "reports",
    "/reports/unresolved": "reports",
    "/watched": "watched",
    "/users": "accounts",
    "/figures": "figures",
    "/log": "log",
}
"""By address; what each is called in the log."""
_AGAIN = timedelta(hours=1)
_MOST = 10_000


class ListVisits:
    """`note` (actor, list) writes the entry, where there is none of this hour yet; it blocks on the store. What was
    written in the last hour is remembered, so that turning pages asks the store nothing."""

    def __init__(self, note: Callable[[str, str], None], clock: Callable[[], datetime]) -> None:
        self._note, self._clock = note, clock
        self._noted: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()

    def note(self, actor: str, path: str) -> None:
        """Somebody gets this page now. Where this cannot be written, they do not."""
        what = LISTS.get(path)
        if what is None:
            return
        now, key = self._clock(), (actor, what)
        with self._lock:
            known = self._noted.get(key)
            if known is not None and timedelta(0) <= now - known < _AGAIN:
                return
        self._note(actor, what)
        with self._lock:
            if len(self._noted) >= _MOST:
                self._noted.clear()
            self._noted[key] = now
