"""Every wait for a reader has an end and can be cancelled, and every place is given back, in whatever order it ends."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.errors import Abandoned, Late, ReaderDied, ReaderTimedOut
from gateway.model.deadline import Deadline
from gateway.sandbox.pool import ReaderPool
from gateway.telemetry.events import ReaderJailed
from isolation_tools import is_alive, next_reader, until

pytestmark = pytest.mark.slow

SMALL = b"Subject: x\r\n\r\nhello\r\n"
PLACES = 2


class Busy:
    """A pool of one whose reader makes no progress."""

    def __init__(self) -> None:
        self.said: list[object] = []
        self.pool = ReaderPool(1, events=self.said.append)
        self.threads = ThreadPoolExecutor(4)
        self.stopped = next_reader(self.pool)
        os.kill(self.stopped, signal.SIGSTOP)
        self.deadline = Deadline()
        self.job = self.threads.submit(self.pool.read_mail, SMALL, self.deadline)
        until(lambda: self.pool.busy() == 1)

    def waiting(self, deadline: Deadline) -> "Future[object]":
        job: Future[object] = self.threads.submit(self.pool.read_mail, SMALL, deadline)
        until(lambda: len(self.pool._waiting) == 1)
        return job

    def lost(self) -> list[object]:
        return [event for event in self.said if not isinstance(event, ReaderJailed)]


@pytest.fixture
def busy() -> Iterator[Busy]:
    made = Busy()
    yield made
    made.deadline.cancel()
    made.threads.shutdown()
    made.pool.close()


def test_who_waits_in_line_and_is_cancelled_hears_it_at_once_and_leaves_the_line(busy: Busy) -> None:
    deadline = Deadline()
    job = busy.waiting(deadline)
    deadline.cancel()
    with pytest.raises(Abandoned):
        job.result(30)
    assert not busy.pool._waiting
    assert busy.pool.busy() == 1, "the one at work is not his"


def test_a_message_whose_time_passes_in_line_can_be_tried_again(busy: Busy) -> None:
    # Not "unreadable": it was never looked at, and a busy machine holds nobody's mail.
    with pytest.raises(Abandoned):
        busy.pool.read_mail(SMALL, Deadline.after(0.05))
    assert not busy.pool._waiting


def test_who_is_cancelled_at_work_gives_the_place_back_and_no_reader_is_said_to_be_lost(busy: Busy) -> None:
    busy.deadline.cancel()
    with pytest.raises(Abandoned):
        busy.job.result(30)
    assert busy.pool.read_mail(SMALL).texts
    assert not is_alive(busy.stopped)
    assert not busy.lost()


def test_the_place_goes_to_who_waits_next(busy: Busy) -> None:
    job = busy.waiting(Deadline.after(30))
    busy.deadline.cancel()
    assert job.result(30)


@pytest.mark.parametrize(("final", "error"), [(True, ReaderTimedOut), (False, Late)])
def test_a_job_whose_deadline_passes_took_too_long(final: bool, error: type[Exception]) -> None:
    pool = ReaderPool(1)
    os.kill(next_reader(pool), signal.SIGSTOP)
    with pytest.raises(error):
        pool.read_mail(SMALL, Deadline.after(0.2, final=final))
    assert pool.read_mail(SMALL, Deadline.after(30)).texts
    pool.close()


def test_whoever_was_cancelled_before_he_came_takes_no_reader(busy: Busy) -> None:
    deadline = Deadline()
    deadline.cancel()
    for _ in range(3):
        with pytest.raises(Abandoned):
            busy.pool.read_mail(SMALL, deadline)
    assert not busy.pool._waiting


def test_closing_is_told_to_who_waits_with_a_deadline(busy: Busy) -> None:
    job = busy.waiting(Deadline.after(60))
    busy.pool.close()
    with pytest.raises(ReaderDied):
        job.result(30)


class Places(RuleBasedStateMachine):
    """Jobs come, are cancelled, run out of time, and readers die, in any order: at the end all places are free."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = ReaderPool(PLACES)
        self.threads = ThreadPoolExecutor(8)
        self.jobs: list[tuple[Deadline, Future[object]]] = []

    @precondition(lambda self: len(self.jobs) < 8)
    @rule(seconds=st.sampled_from([0.0, 0.003, 30.0]), stopped=st.booleans())
    def comes(self, seconds: float, stopped: bool) -> None:
        with suppress(ProcessLookupError, IndexError):
            if stopped:
                os.kill(self.pool._idle[0].pid, signal.SIGSTOP)
        deadline = Deadline.after(seconds)
        self.jobs.append((deadline, self.threads.submit(self.pool.read_mail, SMALL, deadline)))

    @precondition(lambda self: self.jobs)
    @rule(which=st.integers(0, 7))
    def is_cancelled(self, which: int) -> None:
        self.jobs[which % len(self.jobs)][0].cancel()

    @rule(which=st.integers(0, 7))
    def a_reader_dies(self, which: int) -> None:
        pids = self.pool.pids()
        with suppress(ProcessLookupError):
            if pids:
                os.kill(pids[which % len(pids)], signal.SIGKILL)

    @invariant()
    def there_are_no_more_readers_than_places(self) -> None:
        assert len(self.pool.pids()) <= PLACES

    def teardown(self) -> None:
        for deadline, _ in self.jobs:
            deadline.cancel()
        for _, job in self.jobs:
            error = job.exception(30)
            assert error is None or isinstance(error, Abandoned | ReaderDied | ReaderTimedOut)
        until(lambda: all(map(is_alive, self.pool.pids())) and len(self.pool.pids()) == PLACES)
        for pid in self.pool.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        for _ in range(2 * PLACES):
            with suppress(ReaderDied):  # one that a rule above stopped or killed while it was idle
                self.pool.read_mail(SMALL, Deadline.after(30))
        assert self.pool.read_mail(SMALL, Deadline.after(30)).texts
        until(lambda: len(self.pool._idle) == PLACES and not self.pool._waiting)
        self.threads.shutdown()
        self.pool.close()


TestPlaces = Places.TestCase
TestPlaces.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
