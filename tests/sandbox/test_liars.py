"""Readers that were taken over: whatever they answer, what comes of it is one message, and no word in the log."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.errors import HushgateError, ReaderDied, ReaderTimedOut
from gateway.model import Reading, Step
from gateway.sandbox import nursery
from gateway.sandbox.pool import ReaderPool
from gateway.telemetry.events import ReaderJailed, ReaderLost, Unexpected

MAIL = b"Subject: x\r\n\r\nhello\r\n"
ASKED_TO_READ = (
    "a name as a reason",
    "a path to our store",
    "a text that is a number",
    "a medium that is none",
    "a list in place of a reading",
    "floors without end",
    "half an answer",
    "an outcome that is none",
    "an empty frame",
    "bytes for a reading",
    "a bug with a name in it",
    "a bug that is none",
    "an answer over all limits",
    "far more bytes than it got",
    "faults without end",
    "a step that was not asked for",
    "a step with a name as a reason",
)
Lying = Callable[[str], ReaderPool]


@pytest.fixture
def said() -> list[object]:
    return []


@pytest.fixture
def lying(monkeypatch: pytest.MonkeyPatch, said: list[object]) -> Lying:
    def start(lie: str) -> ReaderPool:
        program = (
            f"import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}, sys.argv.pop(1)]; "
            f"sys.argv.insert(1, {lie!r}); from liar import main; main()"
        )
        monkeypatch.setattr(nursery, "_START", program)
        return ReaderPool(1, seconds=0.5 if lie == "no answer" else 30.0, events=said.append)

    return start


@pytest.mark.parametrize("lie", ASKED_TO_READ)
def test_what_cannot_be_an_answer_is_a_reader_that_died(lying: Lying, said: list[object], lie: str) -> None:
    pool = lying(lie)
    for _ in range(2):  # nor does the second message get what was said to the first
        with pytest.raises(ReaderDied) as told:
            pool.read_mail(MAIL)
        assert "张" not in str(told.value)
    pool.close()
    assert [event for event in said if not isinstance(event, ReaderJailed)] == [ReaderLost("died")] * 2


def test_a_fault_is_logged_as_ours_where_it_can_be_ours(lying: Lying, said: list[object]) -> None:
    pool = lying("faults")
    pool.read_mail(MAIL)
    pool.close()
    assert [event for event in said if isinstance(event, Unexpected)] == [
        Unexpected("ValueError", "gateway.sandbox.pool", 7)
    ]
    assert not [event for event in said if isinstance(event, ReaderLost)]


@pytest.mark.parametrize("lie", ASKED_TO_READ)
def test_nor_is_it_one_step_of_an_answer(lying: Lying, said: list[object], lie: str) -> None:
    # A reader that says nothing but the first step for ever is asked for the last one, and then let go.
    pool, asked = lying(lie), list[str]()

    def further(reading: Reading, step: Step) -> Step:
        asked.append(step)
        assert reading == Reading()
        return "skimmed" if step == "sifted" else "whole"

    with pytest.raises(ReaderDied) as told:
        pool.read_by_steps(MAIL, further)
    assert "张" not in str(told.value)
    pool.close()
    assert len(asked) <= 2
    assert [event for event in said if not isinstance(event, ReaderJailed)] == [ReaderLost("died")]


def test_one_that_never_answers_took_too_long(lying: Lying) -> None:
    pool = lying("no answer")
    with pytest.raises(ReaderTimedOut):
        pool.read_mail(MAIL)
    pool.close()


@pytest.mark.parametrize("lie", ["nothing here", "half an answer", "an empty frame", "far more bytes than it got"])
def test_a_rewriting_that_is_none_is_refused(lying: Lying, lie: str) -> None:
    pool = lying(lie)
    with pytest.raises(ReaderDied):
        pool.rewrite(MAIL, [])
    pool.close()


def test_what_was_said_before_anybody_asked_is_nobodys_answer(lying: Lying, said: list[object]) -> None:
    pool = lying("an answer before it was asked")
    for _ in range(3):
        try:
            pool.read_mail(MAIL)
        except HushgateError:
            continue
    pool.close()


def test_one_that_says_nothing_is_here_is_believed(lying: Lying) -> None:
    # What a reader leaves out nobody else sees: this is the limit of the wall, and `docs/architecture.md` says so.
    pool = lying("nothing here")
    assert pool.read_mail(MAIL) == Reading()
    pool.close()
