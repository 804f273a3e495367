"""A sender over a limit is answered later, and what waits so holds nothing that others need."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.ipc.messages import CANARY
from gateway.model import Envelope
from gateway.policy import SenderLimits
from gateway.telemetry.events import MessageAbandoned
from inspecting import CLEAN, Inspecting, envelope, inspecting
from scene import mail

LEAK = mail("电话 13800138000。")
STRANGER = "mine@elsewhere.example"
OTHER = replace(envelope(STRANGER), sender="other@platform.example")


async def slowed(i: Inspecting) -> Envelope:
    """What somebody sends who is."""
    assert (await i.relay().asked(1, LEAK, to=envelope(STRANGER))).outcome == "held"
    return envelope(STRANGER)


async def test_ten_that_wait_hold_no_place_and_others_are_answered_before_them(tmp_path: Path) -> None:
    async with inspecting(tmp_path, small=1, limits=SenderLimits(slow_per_hour=1, slow_seconds=0.5)) as i:
        theirs, relay = await slowed(i), i.relay()
        for number in range(2, 12):
            relay.ask(number, CLEAN, to=theirs)
        await i.until(lambda: i.server.questions == 10)
        relay.ask(12, LEAK, to=OTHER)
        relay.probe(13, 10.0)
        contents = {12: LEAK, 13: CANARY}
        order = list[int]()
        while len(order) < 12:
            answer = await relay.heard()
            assert answer is not None
            if answer.outcome == "need":
                relay.hand_over(answer.number, contents.get(answer.number, CLEAN))
                continue
            assert answer.outcome == ("held" if answer.number == 12 else "pass")
            order.append(answer.number)
            if len(order) == 2:
                assert i.server.questions == 10
                assert i.waiting() == i.reader.at_work == 0
        assert set(order[:2]) == {12, 13}
        await i.all_free()


@pytest.mark.parametrize("how", ["cancel", "late", "gone"])
async def test_who_waits_may_leave(tmp_path: Path, how: str) -> None:
    async with inspecting(tmp_path, budget=400.0, limits=SenderLimits(slow_per_hour=1, slow_seconds=30)) as i:
        theirs, relay = await slowed(i), i.relay()
        relay.ask(2, CLEAN, 60, to=theirs)
        await i.until(lambda: i.server.questions == 1)
        await asyncio.sleep(0)
        if how == "gone":
            relay.close()
        else:
            relay.cancel(2, late=how == "late")
        await i.all_free()
        assert [event.stage for event in i.events if isinstance(event, MessageAbandoned)] == ["waiting"]


async def test_nobody_is_slowed_for_longer_than_a_part_of_the_time_for_an_answer(tmp_path: Path) -> None:
    async with inspecting(tmp_path, limits=SenderLimits(slow_per_hour=1, slow_seconds=30)) as i:
        theirs = await slowed(i)
        assert (await i.relay().asked(2, CLEAN, 1.0, to=theirs)).outcome == "pass"
        await i.all_free()


async def test_a_retry_of_what_was_answered_meanwhile_waits_alike(tmp_path: Path) -> None:
    async with inspecting(tmp_path, limits=SenderLimits(slow_per_hour=1, slow_seconds=0.3)) as i:
        theirs, relay = await slowed(i), i.relay()
        i.reader.gate.clear()
        relay.ask(2, LEAK + b"x\r\n", to=theirs)
        answer = await relay.heard()
        assert answer is not None
        relay.hand_over(2, LEAK + b"x\r\n")
        await i.until(lambda: i.reader.at_work == 1)
        relay.cancel(2, late=True)
        i.reader.gate.set()
        await i.all_free()
        relay.ask(3, LEAK + b"x\r\n", to=theirs)
        relay.ask(4, LEAK, to=OTHER)
        assert (await relay.answered(4, LEAK)).outcome == "held"
        assert i.server.questions == 1
        assert (await relay.answered(3, LEAK + b"x\r\n")).outcome == "held"
        assert i.reader.reads == 3
