"""What an inspection needs from outside, as one value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol, runtime_checkable

from cachetools import FIFOCache, LRUCache

from gateway.errors import Failed, ignored
from gateway.identity import Subject, compile_report
from gateway.inspection.limits import Limiter
from gateway.matching import TrustedRecipients
from gateway.model import Edit, Reading, Step
from gateway.model.deadline import Deadline
from gateway.model.place_changes import PlaceChanges
from gateway.policy import Policy
from gateway.storage.keeping_protocols import Decisions
from gateway.storage.protocols import Called, Marks, Passwords, Quarantine, Reports, Rewrites, Suggestions
from gateway.storage.watched_protocols import WatchedMails


class MailReader(Protocol):
    """Parses strangers' bytes, apart from everything secret.

    Raises `errors.ReaderDied` where the parsing process ended, `errors.ReaderTimedOut` over the limits and past a final
    deadline, `errors.Late` past one that is not, `errors.Abandoned` where it was cancelled.
    """

    def read_mail(self, content: bytes, deadline: Deadline | None = None) -> Reading: ...

    def skim_mail(self, content: bytes, deadline: Deadline | None = None) -> Reading:
        """As `read_mail`, without what pictures say."""
        ...

    def read_file(self, content: bytes, name: str) -> Reading: ...

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: Deadline | None = None) -> bytes:
        """Raises `errors.CannotRewrite` where an edit cannot be made."""
        ...


Further = Callable[[Reading, Step], Step | None]
"""Given what a step found: which comes next, or None where that is enough."""


@runtime_checkable
class BySteps(Protocol):
    """A reader that can stop on the way. Raises what a `MailReader` does."""

    def read_by_steps(self, content: bytes, further: Further, deadline: Deadline | None = None) -> Reading:
        """The reading of the last step that was asked for. `further` is not asked behind the whole one."""
        ...


@runtime_checkable
class Opens(BySteps, Protocol):
    """A reader that takes passwords for what is encrypted in a mail. Raises what a `MailReader` does."""

    def read_mail(
        self, content: bytes, deadline: Deadline | None = None, passwords: tuple[str, ...] = ()
    ) -> Reading: ...

    def skim_mail(
        self, content: bytes, deadline: Deadline | None = None, passwords: tuple[str, ...] = ()
    ) -> Reading: ...

    def read_by_steps(
        self, content: bytes, further: Further, deadline: Deadline | None = None, passwords: tuple[str, ...] = ()
    ) -> Reading: ...

    def read_file(self, content: bytes, name: str) -> Reading: ...

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: Deadline | None = None) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Knowing:
    """A reader that has some passwords, the likeliest first. Whoever rewrites does not get them."""

    reader: Opens
    passwords: tuple[str, ...] = field(repr=False)

    def read_mail(self, content: bytes, deadline: Deadline | None = None) -> Reading:
        return self.reader.read_mail(content, deadline, self.passwords)

    def skim_mail(self, content: bytes, deadline: Deadline | None = None) -> Reading:
        return self.reader.skim_mail(content, deadline, self.passwords)

    def read_by_steps(self, content: bytes, further: Further, deadline: Deadline | None = None) -> Reading:
        return self.reader.read_by_steps(content, further, deadline, self.passwords)

    def read_file(self, content: bytes, name: str) -> Reading:
        return self.reader.read_file(content, name)

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: Deadline | None = None) -> bytes:
        return self.reader.rewrite(content, edits, deadline)


def read_by_steps(reader: MailReader, content: bytes, further: Further, deadline: Deadline | None) -> Reading:
    """The same from any reader: one that cannot stop skims, and reads again from the beginning."""
    if isinstance(reader, BySteps):
        return reader.read_by_steps(content, further, deadline)
    reading = reader.skim_mail(content, deadline)
    if not reading.pictures or further(reading, "skimmed") is None:
        return reading
    return reader.read_mail(content, deadline)


class Subjects:
    """Compiled reports, kept while their revision stands: compiling takes milliseconds, asking for it does not."""

    def __init__(self, reports: Reports, size: int = 10_000) -> None:
        self._reports = reports
        self._kept: LRUCache[str, tuple[int, Subject]] = LRUCache(size)
        self._lock = Lock()

    def get(self, report: str) -> Subject | None:
        """None where the report is gone: closed and removed between match and look-up."""
        return next(iter(self.all((report,))), None)

    def all(self, reports: Sequence[str]) -> tuple[Subject, ...]:
        """Those of many reports, in their order, without those that are gone. A streamer may have 3,000 of them: their
        revisions are asked for together, and only what changed is compiled."""
        revisions = self._reports.revisions(reports)
        with self._lock:
            kept = {report: self._kept[report] for report in revisions if report in self._kept}
        found = []
        for report in dict.fromkeys(reports):
            revision, subject = kept.get(report, (0, None))
            if report not in revisions:
                continue
            if subject is None or revision != revisions[report]:
                subject = self._compiled(report, revisions[report])
            if subject is not None:
                found.append(subject)
        return tuple(found)

    def _compiled(self, report: str, revision: int) -> Subject | None:
        opened = self._reports.get(report)
        if opened is None:
            return None
        subject = compile_report(opened)
        with self._lock:
            self._kept[report] = (revision, subject)
        return subject


class Crashes:
    """Contents that killed a reader, or were not finished in time. Once may be the machine's fault and is answered 451;
    the second time it is the message's, and it counts as one that cannot be read: else a crafted file would be retried
    for ever."""

    def __init__(self, size: int = 1024) -> None:
        self._seen: FIFOCache[bytes, int] = FIFOCache(size)  # the one that was noted longest ago goes
        self._lock = Lock()

    def count(self, digest: bytes) -> int:
        """Note one more; how many there were with this one."""
        with self._lock:
            self._seen[digest] = times = self._seen.get(digest, 0) + 1
            return times

    def times(self, digest: bytes) -> int:
        """How often it was noted."""
        with self._lock:
            return self._seen.get(digest, 0)


@dataclass(frozen=True, slots=True)
class InspectionDeps:
    """Everything an inspection asks. The policy is fixed for one message: a reload gives the next one new tools."""

    reports: Reports
    subjects: Subjects
    reader: MailReader
    policy: Policy
    quarantine: Quarantine
    marks: Marks
    callings: Called
    crashes: Crashes = field(default_factory=Crashes)
    delays: Crashes = field(default_factory=Crashes)
    circle: TrustedRecipients = field(default_factory=TrustedRecipients)
    limiter: Limiter = field(default_factory=Limiter)
    staff: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    """Names of colleagues by their folded address (`colleagues.directory_of`)."""
    failed: Failed = ignored
    """Hears of each fault of our own that the inspection went on after."""
    passwords: Passwords | None = None
    """What earlier mail gave; without it nothing is remembered."""
    rewrites: Rewrites | None = None
    """Where what goes out rewritten is written down; without it nowhere."""
    watched: WatchedMails | None = None
    """Where what passes because rules only watch is written down; without it nowhere."""
    pseudonym_key: bytes = field(default=b"", repr=False)
    """Of the codes that stand for people (`pseudonyms.codes`)."""
    suggestions: Suggestions | None = None
    """What is only suggested of reporters; without it nothing is counted in ordinary mail."""
    decisions: Decisions | None = None
    """The record of decisions; without it none is kept."""
    changes: PlaceChanges = field(default_factory=PlaceChanges)
    """What a reviewer changes of a rewriting: where something goes too, and where it stays."""
    shows_rewritten: bool = False
    """Whether a sender is shown what went out rewritten."""
