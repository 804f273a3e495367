"""Answers that nobody was there to hear are kept for the retry: for a while, in bounded number and size."""

import asyncio
from collections.abc import Callable

import pytest

from gateway.model import Decision, Held, Pass, Rejected, Send, TryLater, Verdict
from gateway.service.inspector import inspections as module
from gateway.service.inspector.inspections import KEPT_SECONDS, InspectionKey, Inspections, Judgement

MEGABYTE = 1024 * 1024


def key(number: int) -> InspectionKey:
    return InspectionKey(b"question", 100, number.to_bytes(4, "big"), "policy", b"reports")


def answer(verdict: Verdict) -> Judgement:
    return Judgement(verdict, Decision("pass", "rule", "policy"))


class Unheard:
    """Inspections whose askers are gone, and a clock that the test sets."""

    def __init__(self, given: Callable[[int], Judgement], count: int) -> None:
        self.now = 1000.0
        self.inspections = Inspections(60, 1, lambda _: None, lambda: self.now)
        asyncio.run(self._run(given, count))

    async def _run(self, given: Callable[[int], Judgement], count: int) -> None:
        for number in range(count):
            inspection = self.inspections.begin(key(number), lambda _, number=number: given(number))  # type: ignore[misc]
            inspection.lasting = True
            await inspection.done

    def kept(self, number: int) -> Judgement | None:
        return self.inspections.kept(key(number))


def test_an_answer_is_kept_for_a_quarter_of_an_hour_and_not_longer() -> None:
    unheard = Unheard(lambda _: answer(Pass()), 1)
    unheard.now += KEPT_SECONDS - 0.1
    assert unheard.kept(0) == answer(Pass())
    assert unheard.inspections.likely(b"question", 100)
    unheard.now += 0.1
    assert unheard.kept(0) is None
    assert not unheard.inspections.likely(b"question", 100)


def test_hearing_an_answer_does_not_make_it_last_longer() -> None:
    unheard = Unheard(lambda _: answer(Pass()), 1)
    for _ in range(10):
        unheard.now += KEPT_SECONDS / 10 - 0.01
        assert unheard.kept(0) is not None
    unheard.now += 0.2
    assert unheard.kept(0) is None


@pytest.mark.parametrize("verdict", [Held("Q-1"), Rejected("Q-1"), TryLater("late")])
def test_an_answer_that_stands_for_one_record_is_given_once(verdict: Verdict) -> None:
    unheard = Unheard(lambda _: answer(verdict), 1)
    assert unheard.kept(0) == answer(verdict)
    assert unheard.kept(0) is None


def test_of_many_answers_the_newest_are_kept() -> None:
    unheard = Unheard(lambda _: answer(Held("Q-1")), module._KEPT_MOST + 3)
    assert [unheard.kept(number) is not None for number in (0, 1, 2, 3)] == [False, False, False, True]
    assert unheard.kept(module._KEPT_MOST + 2) is not None


def test_of_large_answers_fewer_are_kept_and_of_one_that_is_too_large_none() -> None:
    unheard = Unheard(lambda number: answer(Send(bytes((33 if number == 2 else 20) * MEGABYTE))), 5)
    assert [unheard.kept(number) is not None for number in range(5)] == [False, True, False, True, True]


def test_an_answer_without_a_decision_is_not_kept() -> None:
    assert Unheard(lambda _: Judgement(TryLater("late")), 1).kept(0) is None
