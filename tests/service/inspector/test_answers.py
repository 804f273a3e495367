"""An answer to a notice that nobody waits for any more holds no reader."""

import asyncio
from pathlib import Path
from typing import cast

import pytest

from gateway.inspection.tools import InspectionDeps
from gateway.model import Envelope, Held, Message, Verdict
from gateway.model.deadline import Deadline
from gateway.service.inspector.answers import Answers
from inspecting import CLEAN, envelope, inspecting


class Read:
    """Takes what is addressed to one mailbox, once a reader has read it."""

    def takes(self, asked: Envelope) -> bool:
        return asked.recipients[0].address.startswith("hushgate+")

    def take(self, asked: Envelope, message: Message, tools: InspectionDeps, deadline: Deadline) -> Verdict:
        tools.reader.read_mail(message.content, deadline)
        return Held("Q-1")


@pytest.mark.parametrize("how", ["cancel", "gone"])
async def test_whose_client_is_gone_frees_its_reader(tmp_path: Path, how: str) -> None:
    async with inspecting(tmp_path, budget=400.0) as i:
        i.inspector._answers = cast(Answers, Read())
        i.reader.gate.clear()
        relay, to = i.relay(), envelope("hushgate+x@platform.example")
        relay.ask(1, CLEAN, to=to)
        asked = await relay.heard()
        assert asked is not None
        assert asked.outcome == "need"
        relay.hand_over(1, CLEAN)
        await i.until(lambda: i.reader.at_work == 1)
        if how == "cancel":
            relay.cancel(1)
        else:
            relay.close()
        async with asyncio.timeout(30):  # a tenth of what it would have
            await i.all_free()
            await i.until(lambda: i.reader.at_work == 0)
        i.reader.gate.set()
        assert (await i.relay().asked(2, CLEAN, to=to)).outcome == "held"
