import pytest

from gateway.errors import Abandoned, Late, OutOfTime
from gateway.model.deadline import Deadline, no_deadline


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_passes_and_then_work_is_over() -> None:
    clock = Clock()
    deadline = Deadline.after(5, clock)
    deadline.check()
    clock.now += 4
    assert deadline.left == 1
    clock.now += 2
    assert deadline.left == 0
    with pytest.raises(OutOfTime):
        deadline.check()


def test_what_can_be_tried_again_is_late_and_not_unread() -> None:
    clock = Clock()
    deadline = Deadline.after(5, clock, final=False)
    clock.now += 6
    with pytest.raises(Late):
        deadline.check()
    deadline.final = True
    with pytest.raises(OutOfTime):
        deadline.check()


def test_whoever_listens_hears_once_that_nobody_waits_any_more() -> None:
    heard: list[str] = []
    deadline = no_deadline()
    deadline.on_cancel(lambda: heard.append("a"))
    forget = deadline.on_cancel(lambda: heard.append("b"))
    forget()
    deadline.cancel()
    deadline.cancel()
    assert heard == ["a"]
    assert deadline.cancelled
    assert deadline.left == 0
    with pytest.raises(Abandoned):
        deadline.check()


def test_who_comes_late_hears_at_once() -> None:
    heard: list[str] = []
    deadline = no_deadline()
    deadline.cancel()
    deadline.on_cancel(lambda: heard.append("late"))()
    assert heard == ["late"]
