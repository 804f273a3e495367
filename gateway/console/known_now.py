"""Lines of lists by what is known now: a message is held with what its reports knew then, and a report learns more.

In: summaries of held messages. Out: the same, with subject and author covered where the detectors find something in
them by now; it is covered in the store then too, so that no search finds it by what is covered. What was looked through
once is not again while the reports stand as they are. Blocks on the store.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from cachetools import LRUCache

from gateway.console.masking import Masking
from gateway.model import Finding, HeldSummary, Reading
from gateway.model.held_query import HeldPage, HeldQuery
from gateway.storage.protocols import Quarantine, Reports

_KEPT = 20_000
_MOST_COVERED = 20
"""Pages full of messages that a report learned of since, before a search gives one."""
_MOST_REPORTS = 50
"""Of one message: by those that follow the list covers nothing more."""
_Line = tuple[str, str]
_Key = tuple[str, str, str, tuple[tuple[str, int], ...]]


class Lists(Protocol):
    """What lists are made from."""

    @property
    def quarantine(self) -> Quarantine: ...
    @property
    def reports(self) -> Reports | None: ...
    @property
    def search(self) -> Callable[[Reading, Sequence[str]], Sequence[Finding]]: ...


class KnownNow:
    """One for all lists of a console, and one for those of the API."""

    def __init__(self, deps: Lists) -> None:
        self._deps = deps
        self._kept: LRUCache[_Key, _Line] = LRUCache(_KEPT)
        self._lock = threading.Lock()

    def page(self, query: HeldQuery) -> HeldPage:
        """What is found, still to be covered. A search finds nothing by a word that is covered by now: what it found so
        is covered in the store, and it asks again."""
        quarantine = self._deps.quarantine
        page = quarantine.page(query)
        for _ in range(_MOST_COVERED if query.words else 0):
            found = [row.summary for row in page.rows]
            covered = self.of(found) != tuple(found)
            if not self.unlist_reporters(found) and not covered:
                break
            page = quarantine.page(query)
        return page

    def of(self, summaries: Sequence[HeldSummary]) -> tuple[HeldSummary, ...]:
        """In their order."""
        reports = self._deps.reports
        if reports is None:
            return tuple(summaries)
        revisions = reports.revisions(tuple({one for each in summaries for one in each.reports[:_MOST_REPORTS]}))
        keys = [_key(each, revisions) for each in summaries]
        with self._lock:
            known = {key: self._kept[key] for key in keys if key in self._kept}
        asked: dict[tuple[str, ...], list[_Key]] = {}
        for key in keys:
            if key not in known:
                asked.setdefault(tuple(report for report, _ in key[3]), []).append(key)
        for names, group in asked.items():
            lines = [text for key in group for text in (key[1], key[2])]
            shown = self._masking(names).texts(lines, "header", "subject")
            known |= {key: (shown[2 * at], shown[2 * at + 1]) for at, key in enumerate(group)}
        with self._lock:
            self._kept.update({key: known[key] for group in asked.values() for key in group})
        now = []
        for each, key in zip(summaries, keys, strict=True):
            subject, author = known[key]
            if (subject, author) != (each.subject, each.author):
                self._deps.quarantine.cover_line(each.id, subject, author)
            now.append(replace(each, subject=subject, author=author))
        return tuple(now)

    def covered(self, message: HeldSummary, text: str) -> str:
        """What somebody wrote about a message, with everything covered that its reports know of a reporter."""
        return self._masking(message.reports[:_MOST_REPORTS]).text(text)

    def unlist_reporters(self, summaries: Sequence[HeldSummary]) -> bool:
        """No search finds these by an address that is a reporter's by now; whether one did."""
        reports, addresses = self._deps.reports, {one for each in summaries for one in (each.sender, *each.recipients)}
        if reports is None or not addresses:
            return False
        known = reports.open_for(tuple(one for one in addresses if one))
        reporters = {address for _, address, relation in known if relation == "reporter"}
        done = False
        for each in summaries:
            if of_reporters := reporters.intersection((each.sender, *each.recipients)):
                done = self._deps.quarantine.cover_addresses(each.id, of_reporters) or done
        return done

    def _masking(self, reports: tuple[str, ...]) -> Masking:
        return Masking(Reading(), (), lambda reading: self._deps.search(reading, reports))


def _key(message: HeldSummary, revisions: Mapping[str, int]) -> _Key:
    reports = tuple((one, revisions.get(one, 0)) for one in message.reports[:_MOST_REPORTS])
    return message.id, message.subject, message.author, reports
