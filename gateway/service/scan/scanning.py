"""A whole scan: what is to be judged, by how many processes, what is done already, and what came of it.

In: paths. Out: `ScanResult`, also of a scan that somebody stopped. Raises: Problem for a path that is not there or a
configuration that is wrong; Unavailable where nothing can be judged now.
"""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from gateway.errors import Problem
from gateway.service.budget import budget_of, patience_of
from gateway.service.scan.judging import Outcome
from gateway.service.scan.progress import ScanProgress
from gateway.service.scan.sources import BrokenSource, MailPlace, OtherFile, mails_in
from gateway.service.scan.workers import Workers
from gateway.service.wiring import open_house
from gateway.text.covering import printable

_AT_MOST = 64


@dataclass(slots=True)
class ScanResult:
    """`read`: mails that were judged, those of an earlier run too. `skipped`: files in folders that are no mail."""

    read: int = 0
    found: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    skipped: int = 0
    resumed: int = 0
    stale: int = 0
    complete: bool = True

    def take(self, place: MailPlace, outcome: Outcome) -> None:
        """One mail more."""
        if outcome.why:
            shown = place.path if place.number == 1 and not place.is_of_box else f"{place.path}#{place.number}"
            self.failed.append({"file": printable(shown), "why": outcome.why})
            return
        self.read += 1
        if outcome.found is not None:
            self.found.append(outcome.found)


def scan(
    paths: Sequence[Path],
    config: Path,
    environ: Mapping[str, str],
    resume: Path | None = None,
    jobs: int = 0,
    progress: Callable[[int], None] = lambda done: None,
) -> ScanResult:
    """Judge all of it. Ctrl-C ends it between two mails, and leaves what was done: `complete` is false then."""
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise Problem(str(path), "is not there", "name a mail file, a folder, an mbox or a Maildir")
    with open_house(config, environ) as house:
        judged_by = f"{house.policy.digest}/{house.store.reports.changes().hex()}"
        count = min(_AT_MOST, jobs or house.readers)
        patience = patience_of(budget_of(house.settings))
    result = ScanResult()
    with contextlib.ExitStack() as stack:
        state = ScanProgress(resume, judged_by) if resume is not None else None
        if state is not None:
            stack.callback(state.close)
            result.stale = state.stale
        stopped = stack.enter_context(_interruptible())
        workers = Workers(config, count, 2 * patience, stopped.is_set)
        stack.callback(workers.close)
        for place, outcome in workers.outcomes(_left(paths, state, result)):
            if state is not None and not outcome.why:  # what failed may not fail the next time
                state.add(place, outcome)
            result.take(place, outcome)
            progress(result.read + len(result.failed))
            if stopped.is_set():
                break
        result.complete = not stopped.is_set()
    result.found.sort(key=lambda one: (one["file"], one["number"]))
    result.failed.sort(key=lambda one: one["file"])
    return result


def counted_mails(paths: Sequence[Path]) -> int:
    """How many there are."""
    return sum(isinstance(one, MailPlace | BrokenSource) for one in mails_in(paths))


@contextlib.contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Set by the first ctrl-C; the second one ends the program as always."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    before = signal.getsignal(signal.SIGINT)
    if before == signal.SIG_IGN:  # somebody who started us said so
        yield stopped
        return

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def _left(paths: Sequence[Path], state: ScanProgress | None, result: ScanResult) -> Iterator[MailPlace]:
    """What is still to be judged; the rest goes into the result."""
    for one in mails_in(paths):
        match one:
            case MailPlace():
                before = state.outcome(one) if state is not None else None
                if before is None:
                    yield one
                    continue
                result.take(one, before)
                result.resumed += 1
            case BrokenSource(path=path, why=why):
                result.failed.append({"file": printable(path), "why": why})
            case OtherFile():
                result.skipped += 1
