"""Texts with words replaced: the clock is looked at all along, however a stranger chose the texts."""

import time

import pytest

from gateway.errors import OutOfTime
from gateway.inspection.word_cuts import Cuts
from gateway.model.deadline import Deadline


def ended() -> Deadline:
    """A deadline that has passed when the work has taken a tenth of a second of the processor."""
    return Deadline(time.process_time() + 0.1, time.process_time)


def test_lines_that_are_each_other_s_beginnings_end_with_the_deadline() -> None:
    cuts = Cuts({"张小鸣": ["[略]"]}, ended())
    started = time.process_time()
    with pytest.raises(OutOfTime):
        cuts.are_one_after_another(["a" * number for number in range(1, 2000)], "a" * 8000 + "c")
    assert time.process_time() - started < 2.0


def test_a_long_word_that_nearly_stands_everywhere_ends_with_the_deadline() -> None:
    cuts = Cuts({"é" * 8000: ["[略]"]}, ended())
    started = time.process_time()
    with pytest.raises(OutOfTime):
        cuts.leads("=C3=A9" * 200_000, "=C3=A9" * 200_000 + "x")
    assert time.process_time() - started < 2.0


def test_honest_lines_in_any_order_are_found() -> None:
    cuts = Cuts({"张小鸣": ["[略]"]}, Deadline())
    assert cuts.are_one_after_another(["张小鸣说", "再见", "早"], "早[略]说再见")
    assert not cuts.are_one_after_another(["张小鸣说", "再见", "早"], "早[略]说再见是她")
