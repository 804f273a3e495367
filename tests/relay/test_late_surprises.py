"""What upstream does late: hangs up at DATA, answers a dot with a 3xx; and what a client does behind its content."""

import asyncio
import contextlib
import random
import socket
import struct
from typing import Any

import pytest

from gateway.model import Envelope, Message, Pass, Verdict
from gateway.relay.spool import Spool, SpoolRoom
from gateway.smtp.data_framing import stuffed
from gateway.smtp.sink import Outbox, Stage
from relay.conftest import Judge, Worlds

MAIL = b"Subject: x\r\n\r\nbody\r\n"


class Once(dict[Stage, str]):
    """Replies that are given one time."""

    def get(self, stage: Stage, usual: Any = None) -> Any:
        return self.pop(stage, usual)


async def test_an_upstream_that_hangs_up_only_at_data_is_asked_once_more_on_a_new_connection(world: Worlds) -> None:
    async with world() as w:
        w.outbox.replies = Once(data="421 4.4.2 Idle for too long")
        client = await w.client()
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250 2.0.0 Queued")
        assert (w.outbox.connections, len(w.got)) == (2, 1)
        assert w.got[0].recipients == ("xinger@streamers.example",)


@pytest.mark.parametrize("reply", ["354 go on", "334 what"])
async def test_a_dot_that_is_answered_with_3xx_is_451_and_never_sent_twice(world: Worlds, reply: str) -> None:
    async with world() as w:
        w.outbox.replies["dot"] = reply
        client = await w.client()
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"451 4.4.2")
        assert w.outbox.commands.count("DATA") == 1


async def test_a_client_that_leaves_behind_a_flood_of_commands_has_nothing_sent(
    world: Worlds, judge_type: type[Judge]
) -> None:
    decide, noticed = asyncio.Event(), asyncio.Event()

    async def wait(envelope: Envelope, message: Message) -> Verdict:
        try:
            await decide.wait()
        finally:
            noticed.set()
        return Pass()

    async with world(judge_type(ask=wait)) as w:
        client = await w.client()
        await client.envelope()
        await client.say(b"DATA")
        client.writer.write(MAIL + b".\r\n")
        await w.judge.asked.wait()
        client.writer.write(b"NOOP\r\n" * 300_000)
        with contextlib.suppress(TimeoutError):  # until no more is taken, by us or by anybody between
            await asyncio.wait_for(client.writer.drain(), 0.3)
        there = client.writer.transport
        there.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        there.abort()
        await noticed.wait()
        decide.set()
        await asyncio.sleep(0)
        assert "DATA" not in w.outbox.commands
        assert w.got == []


@pytest.mark.parametrize("seed", range(40))
def test_a_size_is_over_the_limit_by_its_own_octets_however_it_was_cut_into_packets(seed: int) -> None:
    pick = random.Random(seed)
    for _ in range(100):
        content = b"".join(pick.choice([b".", b"..", b"a.", b"abc", b""]) + b"\r\n" for _ in range(pick.randint(0, 6)))
        for limit in (len(content), max(0, len(content) - 1)):
            spool, wire = Spool("m", limit, SpoolRoom()), stuffed(content) + b".\r\n"
            while spool.feed(wire[: (step := pick.randint(1, 6))]) is None:
                wire = wire[step:]
            assert spool.scan.too_large == (len(content) > limit)
            if not spool.scan.too_large:
                assert b"".join(spool.wire()) == stuffed(content)


async def test_an_outbox_that_closes_prints_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async with Outbox() as outbox:
        reader, writer = await asyncio.open_connection("127.0.0.1", outbox.port)
        await reader.readline()
    writer.close()
    await asyncio.sleep(0)
    assert [record.message for record in caplog.records if record.name == "asyncio"] == []


@pytest.mark.parametrize(("parameters", "word"), [(b"", b"ESMTP"), (b" SMTPUTF8", b"UTF8SMTP")])
async def test_received_says_by_which_protocol_it_came(world: Worlds, parameters: bytes, word: bytes) -> None:
    async with world() as w:
        client = await w.client()
        await client.say(b"MAIL FROM:<kefu@platform.example>" + parameters)
        await client.say(b"RCPT TO:<xinger@streamers.example>")
        await client.data(MAIL + b".\r\n")
        assert b" with " + word + b" id " in w.got[0].content.replace(b"\r\n\t", b" ")
