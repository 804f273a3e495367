"""What is decided is recorded beside the answers: all of it where the store can be written to, never in mail's way."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from gateway.demo.drawing import avatar, png
from gateway.errors import StoreUnavailable
from gateway.inspection.recording import DecidedMessage
from gateway.inspection.tools import InspectionDeps
from gateway.model import Client, Decision, Envelope, Finding, Location, Recipient
from gateway.model.decision_record import RecordedDecision
from gateway.policy import packaged_policy
from gateway.service.inspector.decision_recording import DecisionRecording
from gateway.telemetry.events import DecisionsDropped, StoreFailed, Unexpected
from inspecting import Inspecting, envelope, inspecting
from scene import mail, unreadable

LEAK, CLEAN = mail("举报人张小鸣，电话13800138000，请说明当晚情况。"), mail("请说明当晚情况。")
TO_NOBODY = mail("您的快递到了。")


def beside_a_picture() -> bytes:
    """A picture, and something that cannot be read, so that it is held before the picture is looked at."""
    message = EmailMessage()
    message.set_content("请看附件。")
    message.add_attachment(png(avatar(7)), maintype="image", subtype="png", filename="a.png")
    rubbish = b"\0\1" + random.Random(1).randbytes(400)
    message.add_attachment(rubbish, maintype="application", subtype="octet-stream", filename="a.bin")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def written(one: Inspecting, count: int) -> Callable[[], bool]:
    return lambda: len(list(one.store.decisions.since())) >= count


async def test_each_message_in_which_something_was_found_is_a_row_and_the_rest_a_count(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as one:
        relay = one.relay()
        assert (await relay.asked(1, LEAK)).outcome == "send"
        held = await relay.asked(2, unreadable())
        assert held.outcome == "held"
        assert (await relay.asked(3, CLEAN)).outcome == "pass"
        assert (await relay.asked(4, TO_NOBODY, to=envelope("somebody@else.example"))).outcome == "pass"
        await one.until(written(one, 2))
        rewritten, kept = sorted(one.store.decisions.since(), key=lambda row: row.action, reverse=True)
        assert (rewritten.action, rewritten.rule, rewritten.reports) == ("redact", "identity-in-text", ("R-1",))
        assert {row[0] for row in rewritten.situations.rows} <= {"name", "phone"}
        assert (kept.action, kept.held) == ("quarantine", held.word)
        assert kept.policy == packaged_policy().digest
        one.inspector.recording.close()
        assert one.store.decisions.clean() == 2


async def test_evidence_that_is_completed_takes_the_place_of_what_was_known(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as one:
        one.reader.steps = True
        relay = one.relay()
        assert (await relay.asked(1, beside_a_picture())).outcome == "held"
        await one.until(lambda: not one.inspector.completions.waiting)
        one.inspector.recording.close()
        (row,) = one.store.decisions.since()
        assert row.whole


async def test_where_no_thread_can_be_started_mail_is_answered_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, behind, none_left = threading.Thread.start, {"recording", "counting", "remembering", "completing"}, True

    def start(thread: threading.Thread) -> None:
        if none_left and not thread.name.startswith(("match", "inspect", "asyncio")):
            behind.discard(thread.name)
            raise RuntimeError("can't start new thread")
        begin(thread)

    async with inspecting(tmp_path) as one:
        relay = one.relay()
        one.reader.steps = True
        monkeypatch.setattr(threading.Thread, "start", start)
        for number, (content, outcome) in enumerate(
            ((TO_NOBODY, "pass"), (LEAK, "send"), (beside_a_picture(), "held"), (CLEAN, "pass")), 1
        ):
            to = envelope("somebody@else.example") if content is TO_NOBODY else envelope()
            assert (await relay.asked(number, content, to=to)).outcome == outcome
        assert not {"recording", "counting"} & behind
        none_left = False
        assert (await relay.asked(9, unreadable())).outcome == "held"
        await one.until(lambda: len(list(one.store.decisions.since())) >= 3)
        one.inspector.recording.close()


def decided(number: int, findings: int = 1) -> DecidedMessage:
    found = tuple(Finding("name", "R-1", Location("1"), "text", "names", 0.9) for _ in range(findings))
    to = Envelope("a@b.example", (Recipient("c@d.example"),), Client("h", "h"), datetime.now(UTC))
    return DecidedMessage(to, number.to_bytes(4), Decision("pass", "x", "d"), found, (), True, True, packaged_policy())


class Book:
    """A store that can be slow, or down."""

    def __init__(self) -> None:
        self.rows: list[RecordedDecision] = []
        self.clean = self.calls = 0
        self.down = self.broken = False
        self.gate = threading.Event()
        self.gate.set()

    def add(self, records: Sequence[RecordedDecision], clean: int = 0) -> None:
        self.calls += 1
        self.gate.wait()
        if self.down:
            raise StoreUnavailable("down")
        if self.broken:
            raise RuntimeError("a bug")
        self.rows += records
        self.clean += clean


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def events() -> list[object]:
    return []


def recording(book: Book | None, events: list[object], **given: float | int) -> DecisionRecording:
    class Tools:
        decisions = book

    return DecisionRecording(lambda: cast(InspectionDeps, Tools()), events.append, **given)  # type: ignore[arg-type]


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not so():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_slow_store_keeps_nobody_waiting_and_what_does_not_fit_is_counted(book: Book, events: list[object]) -> None:
    book.gate.clear()
    one = recording(book, events, writes=0.01, most=10)
    one.add(decided(0))
    until(lambda: book.calls == 1)
    before = time.monotonic()
    for number in range(1, 31):
        one.add(decided(number))
        one.count()
    assert time.monotonic() - before < 1
    book.gate.set()
    one.close()
    assert len(book.rows) == 11
    assert book.clean == 30
    assert sum(event.messages for event in events if isinstance(event, DecisionsDropped)) == 20


def test_what_a_store_could_not_take_is_written_when_it_can(book: Book, events: list[object]) -> None:
    book.down = True
    one = recording(book, events, writes=0.01, counts=0.01)
    for number in range(5):
        one.add(decided(number))
        one.add(None)
    until(lambda: book.calls > 2)
    book.down = False
    until(lambda: len(book.rows) == 5 and book.clean == 5)
    one.close()
    assert len({row.message for row in book.rows}) == 5
    assert StoreFailed("decisions") in events
    assert not any(isinstance(event, DecisionsDropped) for event in events)


def test_a_store_that_is_down_is_told_once_each_time(book: Book, events: list[object]) -> None:
    one = recording(book, events, writes=0.01)

    def outage(times: int) -> None:
        book.down, calls = True, book.calls
        one.add(decided(times))
        until(lambda: book.calls > calls + 5)
        book.down = False
        until(lambda: len(book.rows) == times)
        assert events.count(StoreFailed("decisions")) == times

    outage(1)
    outage(2)
    one.close()


def test_a_fault_of_ours_costs_no_count_of_clean_mail(book: Book, events: list[object]) -> None:
    book.broken = True
    one = recording(book, events, writes=0.01, counts=0.01)
    one.add(decided(1))
    one.count()
    until(lambda: DecisionsDropped(1) in events)
    book.broken = False
    until(lambda: book.clean == 1)
    one.close()


def test_a_store_that_is_down_at_the_end_does_not_keep_the_process(book: Book, events: list[object]) -> None:
    book.down = True
    one = recording(book, events, writes=30)
    for number in range(500):
        one.add(decided(number))
    before = time.monotonic()
    one.close()
    assert time.monotonic() - before < 5
    assert sum(event.messages for event in events if isinstance(event, DecisionsDropped)) == 500
    one.add(decided(1))
    one.count()


def test_all_that_waits_is_written_at_the_end(book: Book, events: list[object]) -> None:
    one = recording(book, events, writes=30)
    for number in range(900):
        one.add(decided(number))
    one.close()
    assert len(book.rows) == 900


def test_a_fault_of_ours_costs_rows_and_nothing_else(book: Book, events: list[object]) -> None:
    one = recording(book, events, writes=0.01)
    one.add(replace(decided(0), policy=cast("type[None]", None)))  # type: ignore[arg-type]
    one.add(decided(1))
    until(lambda: len(book.rows) == 1)
    book.broken = True
    one.add(decided(2))
    until(lambda: sum(event.messages for event in events if isinstance(event, DecisionsDropped)) == 2)
    one.close()
    assert sum(isinstance(event, Unexpected) for event in events) == 2


def test_very_long_lists_of_findings_are_bounded(
    book: Book, events: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.service.inspector.decision_recording._MOST_FINDINGS", 100)
    book.gate.clear()
    one = recording(book, events, writes=0.01)
    one.add(decided(0))
    until(lambda: book.calls == 1)
    for number in range(1, 5):
        one.add(decided(number, 80))
    book.gate.set()
    one.close()
    assert len(book.rows) == 2


def test_without_a_record_nothing_is_kept(events: list[object]) -> None:
    one = recording(None, events, writes=0.01)
    one.add(decided(1))
    one.close()
    assert events == []
