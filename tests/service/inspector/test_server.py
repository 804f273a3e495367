"""What a relay says to the inspector is a stranger's word: it is checked, and nonsense ends the connection alone.

And it may go away at any moment: every question ends, and every place comes back.
"""

import asyncio
import os
import random
import socket
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Literal

import pytest

from gateway.demo.drawing import avatar, png
from gateway.ipc.channel import in_memory
from gateway.ipc.messages import ContentDescriptor, InspectReply, InspectRequest
from gateway.model import Client, Envelope, Item
from gateway.telemetry.events import EvidenceCompleted, MessageAbandoned, Unexpected
from inspecting import BAD, CLEAN, LARGE, REPORT, Inspecting, Relay, encode, envelope, inspecting


async def test_the_content_is_asked_for_and_judged(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        relay = i.relay()
        relay.ask(7, CLEAN)
        assert await relay.heard() == InspectReply(7, "need")
        with in_memory(CLEAN.replace(b"\r\n.", b"\r\n..") + b".\r\n") as fd:
            socket.send_fds(relay.end, [encode(ContentDescriptor(7, len(CLEAN), True, None))], [fd])
        assert await relay.heard() == InspectReply(7, "pass")
        answer = await relay.asked(8, BAD)
        assert answer.outcome == "held"
        assert [held.id for held in i.store.quarantine.summaries("held")] == [answer.word]
        await i.all_free()


async def test_a_large_content_is_handed_over_whole(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        assert (await i.relay().asked(1, LARGE)).outcome == "pass"
        await i.all_free()


def _pipe() -> int:
    out, into = os.pipe()
    os.close(into)
    return out


def _short() -> int:
    fd = os.memfd_create("x")
    os.write(fd, b"ab")
    return fd


@pytest.mark.parametrize(
    ("packet", "make"),
    [
        (b"\xc1", None),
        (encode(["InspectRequest", 1]), None),
        (encode(["Cancel", "x"]), None),
        (encode(["Probe", 3, 0.0]), None),
        (encode(["Probe", 3, float("nan")]), None),
        (encode(["Probe", 1, 5.0]), None),  # the number is another question's
        (encode(InspectRequest(2, "m", 5, None)), None),  # an envelope that did not come
        (encode(InspectRequest(2, "m", 5, None)), _short),
        (encode(InspectRequest(2, "m", 5, envelope(), None, -1)), None),
        (encode(InspectRequest(1, "m", 5, envelope())), None),
        (encode(ContentDescriptor(1, 5, False, None)), None),
        (encode(ContentDescriptor(1, 5, False, None)), _short),
        (encode(ContentDescriptor(1, -1, False, None)), _short),
        (encode(ContentDescriptor(1, 2, False, b"no key")), _short),
        (encode(ContentDescriptor(1, 0, False, None)), _pipe),
    ],
)
async def test_nonsense_ends_the_connection_and_no_other(
    tmp_path: Path, packet: bytes, make: Callable[[], int] | None
) -> None:
    async with inspecting(tmp_path) as i:
        good, bad = i.relay(), i.relay()
        for relay in (good, bad):
            relay.ask(1)
            assert await relay.heard() == InspectReply(1, "need")
        before = len(os.listdir("/proc/self/fd"))
        fds = [] if make is None else [make()]
        socket.send_fds(bad.end, [packet], fds)
        for fd in fds:
            os.close(fd)
        assert await bad.heard() is None
        assert len(os.listdir("/proc/self/fd")) <= before - 1  # its own end of the socket
        good.hand_over(1)
        assert (await good.answered(1)).outcome == "held"
        await i.all_free()
        assert len([event for event in i.events if isinstance(event, Unexpected)]) == 1


async def test_no_more_contents_are_held_than_can_be_worked_on(tmp_path: Path) -> None:
    async with inspecting(tmp_path, small=3) as i:
        relay = i.relay()
        for number in range(20):
            relay.ask(number)
        done = 0
        while done < 20:
            answer = await relay.heard()
            assert answer is not None
            assert i.taken("small") <= 3
            if answer.outcome == "need":
                relay.hand_over(answer.number)
            else:
                done += 1
        assert i.reader.most <= 3
        await i.all_free()


def varied(content: bytes, number: int) -> bytes:
    """Of another length each, so that none is taken for another."""
    return content + b"x" * (number + 1)


Where = Literal["waiting", "content", "work"]


def are_read(i: Inspecting, messages: int) -> bool:
    return i.reader.at_work == messages


async def stands_at(i: Inspecting, stage: Where, content: bytes = BAD) -> Callable[..., None]:
    """Two places, both taken; then one question more that is so far. What comes back says how it ends."""
    i.reader.gate.clear()
    first, relay = i.relay(), i.relay()
    for number in range(2 if stage == "waiting" else 1):
        first.ask(number, varied(content, number))
        assert await first.heard() == InspectReply(number, "need")
        first.hand_over(number, varied(content, number))
        await i.until(partial(are_read, i, number + 1))
    before = i.reader.at_work
    relay.ask(7, content)
    if stage == "waiting":
        await i.until(lambda: i.waiting() == 1)
    else:
        assert await relay.heard() == InspectReply(7, "need")
    if stage == "work":
        relay.hand_over(7, content)
        await i.until(lambda: i.reader.at_work == before + 1)

    def end(how: str) -> None:
        if how == "left":
            relay.cancel(7)
        else:
            relay.close()

    return end


@pytest.mark.parametrize("stage", ["waiting", "content", "work"])
@pytest.mark.parametrize("how", ["left", "relay lost"])
async def test_whoever_goes_away_gives_back_what_it_had(tmp_path: Path, stage: Where, how: str) -> None:
    async with inspecting(tmp_path, small=2) as i:
        end = await stands_at(i, stage)
        at_work = i.reader.at_work
        end(how)
        await i.until(lambda: any(isinstance(event, MessageAbandoned) for event in i.events))
        (abandoned,) = [event for event in i.events if isinstance(event, MessageAbandoned)]
        assert abandoned == MessageAbandoned("m7", stage)
        await i.until(lambda: i.waiting() == 0 and i.taken("small") == i.reader.at_work)
        assert i.reader.at_work == at_work - (stage == "work")
        assert len(i.store.quarantine.summaries()) == 0
        i.reader.gate.set()
        await i.all_free()
        assert (await i.relay().asked(8, CLEAN)).outcome == "pass"


async def test_twelve_clients_that_leave_while_they_wait_cost_nobody_a_place(tmp_path: Path) -> None:
    async with inspecting(tmp_path, small=2) as i:
        i.reader.gate.clear()
        relay = i.relay()
        for number in range(2):
            relay.ask(number, varied(BAD, number))
            assert await relay.heard() == InspectReply(number, "need")
            relay.hand_over(number, varied(BAD, number))
        await i.until(lambda: i.reader.at_work == 2)
        for number in range(2, 14):
            relay.ask(number)
        await i.until(lambda: i.waiting() == 12)
        for number in range(2, 14):
            relay.cancel(number)
        await i.until(lambda: i.waiting() == 0)
        i.reader.gate.set()
        await i.all_free()
        assert (await relay.asked(20)).outcome == "held"


async def test_a_content_that_does_not_come_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.service.inspector.server.CONTENT_SECONDS", 0.05)
    async with inspecting(tmp_path, small=1) as i:
        relay = i.relay()
        for number in range(3):
            relay.ask(number)
        for _ in range(3):
            asked = await relay.heard()
            assert asked is not None
            assert asked.outcome == "need"
            assert await relay.heard() == InspectReply(asked.number, "later", "content")
        await i.all_free()
        relay.hand_over(2)  # it was on the way: no nonsense
        assert (await relay.asked(4)).outcome == "held"


@pytest.mark.parametrize("turns", range(3))
async def test_a_content_that_comes_in_the_moment_in_which_nobody_waits_any_more_is_no_nonsense(
    tmp_path: Path, turns: int
) -> None:
    async with inspecting(tmp_path) as i:
        relay = i.relay()
        for number in (1, 2):
            relay.ask(number)
            assert await relay.heard() == InspectReply(number, "need")
        (server,) = i.server._relays
        question = server.questions[1]
        question.end(late=True)
        for _ in range(turns):
            await asyncio.sleep(0)
        with in_memory(BAD) as fd:
            server._heard(encode(ContentDescriptor(1, len(BAD), False, None)), [os.dup(fd)])
        relay.hand_over(2)
        assert (await relay.answered(2)).outcome == "held"
        await i.all_free()
        assert not [event for event in i.events if isinstance(event, Unexpected)]


async def test_a_relay_that_hangs_keeps_nothing_for_longer_than_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.service.inspector.server._GRACE_SECONDS", 0.0)
    async with inspecting(tmp_path, small=1) as i:
        i.reader.gate.clear()
        first, hung = i.relay(), i.relay()
        first.ask(1, CLEAN)
        assert await first.heard() == InspectReply(1, "need")
        first.hand_over(1, CLEAN)
        await i.until(lambda: i.reader.at_work == 1)
        hung.ask(1, seconds=0.05)
        await i.until(lambda: i.waiting() == 1)
        await i.until(lambda: i.waiting() == 0)
        i.reader.gate.set()
        assert (await first.answered(1)).outcome == "pass"
        await i.all_free()


@pytest.mark.parametrize(("content", "outcome"), [(CLEAN, "pass"), (BAD, "held"), (LARGE, "pass")])
async def test_the_answer_of_a_message_that_was_late_is_there_for_the_retry(
    tmp_path: Path, content: bytes, outcome: str
) -> None:
    async with inspecting(tmp_path) as i:
        i.reader.gate.clear()
        relay = i.relay()
        relay.ask(1, content)
        assert await relay.heard() == InspectReply(1, "need")
        relay.hand_over(1, content)
        await i.until(lambda: i.reader.at_work == 1)
        relay.cancel(1, late=True)
        await i.until(lambda: i.server.questions == 0)
        i.reader.gate.set()
        await i.all_free()
        assert i.reader.reads == 1
        i.reader.gate.clear()  # whoever reads now would wait
        assert (await relay.asked(2, content)).outcome == outcome
        assert i.reader.reads == 1
        assert len(i.store.quarantine.summaries()) == (outcome == "held")
        i.reader.gate.set()


async def test_a_retry_joins_the_inspection_that_runs_and_needs_no_place(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        i.reader.gate.clear()
        relay = i.relay()
        relay.ask(1, LARGE)
        assert await relay.heard() == InspectReply(1, "need")
        relay.hand_over(1, LARGE)
        await i.until(lambda: i.reader.at_work == 1)
        relay.cancel(1, late=True)
        for number in (2, 3):
            relay.ask(number, LARGE)
            assert await relay.heard() == InspectReply(number, "need")
            relay.hand_over(number, LARGE)
        await i.until(lambda: i.server.questions == 2 and i.taken("known") == 0)
        relay.cancel(2)
        await i.until(lambda: i.server.questions == 1)
        assert i.reader.at_work == i.taken("large") == 1  # somebody still waits for it
        i.reader.gate.set()
        assert (await relay.answered(3)).outcome == "pass"
        assert i.reader.reads == 1
        await i.all_free()


async def answer_kept(i: Inspecting) -> Relay:
    """Of a clean message whose client left when it was too late for it."""
    i.reader.gate.clear()
    relay = i.relay()
    relay.ask(1, CLEAN)
    assert await relay.heard() == InspectReply(1, "need")
    relay.hand_over(1, CLEAN)
    await i.until(lambda: i.reader.at_work == 1)
    relay.cancel(1, late=True)
    i.reader.gate.set()
    await i.all_free()
    return relay


async def test_an_answer_that_was_kept_is_not_given_once_a_report_came_in(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        relay = await answer_kept(i)
        i.store.reports.put((replace(REPORT, id="R-2", identity=(Item("name", "当晚情况"),)),), "test")
        assert (await relay.asked(2, CLEAN)).outcome != "pass"
        assert i.reader.reads > 1


@pytest.mark.parametrize(
    "to",
    [
        envelope("xinger@streamers.example", "NOTIFY=NEVER"),
        replace(envelope(), sender="other@platform.example"),
        replace(envelope(), parameters=("ENVID=x",)),
        replace(envelope(), client=Client("::1", "another")),
    ],
)
async def test_an_answer_that_was_kept_is_for_the_same_envelope_alone(tmp_path: Path, to: Envelope) -> None:
    async with inspecting(tmp_path) as i:
        relay = await answer_kept(i)
        assert (await relay.asked(2, CLEAN, to=to)).outcome == "pass"
        other = CLEAN.replace(b"1@platform.example", b"2@platform.example")
        assert (await relay.asked(3, other)).outcome == "pass"
        assert i.reader.reads == 3


async def test_a_small_message_never_waits_behind_large_ones(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        i.reader.gate.clear()
        relay = i.relay()
        for number in range(8):
            relay.ask(number, varied(LARGE, number))
        first = await relay.heard()
        assert first is not None
        relay.hand_over(first.number, varied(LARGE, first.number))
        await i.until(lambda: i.reader.at_work == 1 and i.places.line("large").waiting == 7)
        relay.ask(20)
        assert await relay.heard() == InspectReply(20, "need")
        relay.close()
        await i.all_free()


async def test_a_message_that_takes_too_long_is_held_and_not_told_to_come_back_for_ever(tmp_path: Path) -> None:
    async with inspecting(tmp_path, budget=0.1) as i:
        i.reader.gate.clear()
        assert await i.relay().asked(1, CLEAN) == InspectReply(1, "later", "late")
        assert not i.store.quarantine.summaries("held")
        answer = await i.relay().asked(2, CLEAN)
        assert answer.outcome == "held"
        assert [held.id for held in i.store.quarantine.summaries("held")] == [answer.word]
        await i.all_free()


async def test_a_message_that_was_late_on_a_busy_machine_goes_out_when_there_is_time(tmp_path: Path) -> None:
    async with inspecting(tmp_path, budget=2) as i:
        i.reader.gate.clear()
        assert await i.relay().asked(1, CLEAN) == InspectReply(1, "later", "late")
        i.reader.gate.set()
        assert (await i.relay().asked(2, CLEAN)).outcome == "pass"
        assert not i.store.quarantine.summaries()
        await i.all_free()


def beside_a_picture() -> bytes:
    """A picture, and something that cannot be read."""
    message = EmailMessage()
    message.set_content("请看附件。")
    message.add_attachment(png(avatar(7)), maintype="image", subtype="png", filename="a.png")
    rubbish = b"\0\1" + random.Random(1).randbytes(400)
    message.add_attachment(rubbish, maintype="application", subtype="octet-stream", filename="a.bin")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


async def test_what_was_held_early_is_looked_through_when_nothing_else_is_to_do(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        i.reader.steps = True
        content = beside_a_picture()
        answer = await i.relay().asked(1, content)
        assert answer.outcome == "held"
        await i.until(lambda: not i.inspector.completions.waiting)
        assert EvidenceCompleted(answer.word) in i.events
        held = i.store.quarantine.open(answer.word, "t", "test")
        assert held is not None
        assert held.looked_through
        assert held.reading is not None
        assert len(held.reading.pictures) == 1
        assert (await i.relay().asked(2, content)).word == answer.word


async def test_what_ends_while_the_rest_is_looked_through_loses_no_hold(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        i.reader.steps = True
        content = beside_a_picture()
        i.reader.whole.clear()  # the rest is never there
        answer = await i.relay().asked(1, content)
        assert answer.outcome == "held"
        await asyncio.to_thread(i.inspector.completions.close)
        held = i.store.quarantine.open(answer.word, "t", "test")
        assert held is not None
        assert not held.looked_through
        assert held.findings
        assert (await i.relay().asked(2, content)).word == answer.word
        i.reader.whole.set()


async def test_a_message_for_which_no_reader_is_free_comes_again_once_and_is_then_held(tmp_path: Path) -> None:
    async with inspecting(tmp_path, budget=0.1) as i:
        i.reader.gate.clear()
        i.reader.busy = True
        assert await i.relay().asked(1, CLEAN) == InspectReply(1, "later", "reader")
        assert (await i.relay().asked(2, CLEAN)).outcome == "held"
        await i.all_free()


async def test_what_was_settled_before_its_client_left_is_durable_and_the_retry_gets_its_id(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        relay = i.relay()
        relay.ask(1)
        assert await relay.heard() == InspectReply(1, "need")
        relay.hand_over(1)
        await i.until(lambda: len(i.store.quarantine.summaries()) == 1)
        relay.close()
        await i.all_free()
        (held,) = i.store.quarantine.summaries("held")
        assert (await i.relay().asked(2)).word == held.id


async def test_a_canary_comes_back_and_is_no_mail(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        relay = i.relay()
        relay.probe(1, 5.0)
        assert await relay.heard() == InspectReply(1, "need")
        relay.hand_over(1, b"Subject: canary\r\n\r\nIs anybody there?\r\n")
        assert await relay.heard() == InspectReply(1, "pass")
        assert i.events == []
        await i.all_free()


@pytest.mark.parametrize("part", ["places", "content", "reader", "store"])
async def test_a_canary_says_what_does_not_answer(tmp_path: Path, part: str) -> None:
    canary = b"Subject: canary\r\n\r\nIs anybody there?\r\n"
    async with inspecting(tmp_path, small=1) as i:
        relay = i.relay()
        if part in ("places", "reader"):
            i.reader.gate.clear()
        if part == "places":
            relay.ask(1)
            assert await relay.heard() == InspectReply(1, "need")
            relay.hand_over(1)
            await i.until(lambda: i.reader.at_work == 1)
        if part == "store":
            (tmp_path / "s.db").rename(tmp_path / "away.db")
        relay.probe(2, 0.2)
        if part in ("content", "reader"):
            assert await relay.heard() == InspectReply(2, "need")
        if part == "reader":
            relay.hand_over(2, canary)
        assert await relay.heard() == InspectReply(2, "later", part)
        if part == "store":
            (tmp_path / "away.db").rename(tmp_path / "s.db")
        i.reader.gate.set()
        if part == "places":
            assert (await relay.answered(1)).outcome == "held"
        await i.all_free()
        relay.probe(3, 5.0)
        assert await relay.answered(3, canary) == InspectReply(3, "pass")


async def test_a_canary_goes_before_all_who_wait(tmp_path: Path) -> None:
    async with inspecting(tmp_path, small=1) as i:
        i.reader.gate.clear()
        relay = i.relay()
        for number in range(5):
            relay.ask(number, varied(BAD, number))
        asked = await relay.heard()
        assert asked is not None
        await i.until(lambda: i.waiting() == 4)
        relay.probe(9, 5.0)
        await i.until(lambda: i.waiting() == 5)
        relay.cancel(asked.number)
        assert await relay.heard() == InspectReply(9, "need")
        relay.close()
        await i.all_free()


async def test_places_that_are_kept_for_longer_than_any_work_takes_are_no_readiness(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large message that no deadline stops: small mail goes on, large mail would not."""
    monkeypatch.setattr("gateway.service.inspector.canary.patience_of", lambda budget: budget + 0.05)
    async with inspecting(tmp_path, budget=0.05) as i:
        i.reader.gate.clear()
        i.reader.deaf = True
        relay = i.relay()
        relay.ask(1, LARGE)
        assert await relay.heard() == InspectReply(1, "need")
        relay.hand_over(1, LARGE)
        await i.until(lambda: i.places.line("large").held > 0.15)
        relay.probe(2, 5.0)
        assert await relay.heard() == InspectReply(2, "later", "places")
        i.reader.gate.set()
        await i.until(lambda: i.taken("large") == 0)


async def test_the_end_of_the_inspector_is_the_end_of_what_it_works_on(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        i.reader.gate.clear()
        relay = i.relay()
        relay.ask(1)
        assert await relay.heard() == InspectReply(1, "need")
        relay.hand_over(1)
        await i.until(lambda: i.reader.at_work == 1)
        i.server.close()
        await asyncio.to_thread(i.inspector.close)  # it waits for no reader that hangs
        assert i.reader.at_work == 0
        assert i.store.quarantine.summaries() == ()
