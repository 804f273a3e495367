"""What is remembered behind an answer: at once where the store is well, later where it is not, and never in the way."""

import threading
import time
from collections.abc import Callable

import pytest

from gateway.errors import StoreUnavailable
from gateway.service.inspector.remembering import Remembering
from gateway.telemetry.events import StoreFailed, Unexpected


@pytest.fixture
def events() -> list[object]:
    return []


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not so() and time.monotonic() < end:
        time.sleep(0.005)
    assert so()


def test_it_is_done_when_the_message_is_answered(events: list[object]) -> None:
    remembering, done = Remembering(events.append, moment=20), list[int]()
    for number in range(20):
        remembering.add(lambda number=number: done.append(number))  # type: ignore[misc]
        assert done == list(range(number + 1))
    remembering.close()
    assert events == []


def test_who_comes_while_it_hangs_waits_a_moment_once(events: list[object]) -> None:
    gate, done = threading.Event(), list[int]()
    remembering = Remembering(events.append, moment=0.05)

    def hangs() -> None:
        gate.wait(20)
        done.append(0)

    remembering.add(hangs)
    started = time.monotonic()
    for number in range(1, 100):
        remembering.add(lambda number=number: done.append(number))  # type: ignore[misc]
    assert time.monotonic() - started < 99 * 0.05  # were each to wait
    assert done == []
    gate.set()
    until(lambda: done == list(range(100)))
    remembering.close()


@pytest.mark.parametrize("fails", [1, 4])
def test_what_failed_is_tried_again_and_told_once(events: list[object], fails: int) -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        if len(tries) <= fails:
            raise StoreUnavailable("locked")

    remembering = Remembering(events.append, pause=0.01)
    remembering.add(work)
    until(lambda: len(tries) == fails + 1)
    remembering.close()
    assert len(tries) == fails + 1
    assert events == [StoreFailed("passwords")]


def test_what_never_works_is_given_up_and_a_fault_of_ours_is_told_as_one(events: list[object]) -> None:
    def locked() -> None:
        raise StoreUnavailable("locked")

    def broken() -> None:
        raise ValueError("secret")

    remembering = Remembering(events.append, pause=0.01)
    remembering.add(locked)
    remembering.add(broken)
    until(lambda: events.count(StoreFailed("passwords")) == 2)
    remembering.close()
    assert events.count(StoreFailed("passwords")) == 2
    assert [event.exception for event in events if isinstance(event, Unexpected)] == ["ValueError"]
    assert "secret" not in repr(events)


def test_what_waits_is_bounded_and_a_closed_one_takes_nothing(events: list[object]) -> None:
    gate, done = threading.Event(), list[int]()
    remembering = Remembering(events.append, moment=0.01)

    def hangs() -> None:
        gate.wait(20)
        done.append(1)

    for _ in range(1000):
        remembering.add(hangs)
    assert StoreFailed("passwords") in events
    gate.set()
    remembering.close()
    assert 256 <= len(done) <= 257
    count, told = len(done), len(events)
    remembering.add(hangs)
    assert (len(done), len(events)) == (count, told + 1)
