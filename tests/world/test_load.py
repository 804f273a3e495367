"""Many clients at once and many messages in a row: none is turned away, and no relay grows.

`make test` sends 2,000 messages, `make soak` 20,000 (HUSHGATE_SOAK=1).
"""

import asyncio
import contextlib
import json
import os
import resource
from pathlib import Path

import pytest

from conftest import XINGER
from scene import STAFF, Scene, mail, under_one_received

MESSAGES = 20_000 if os.environ.get("HUSHGATE_SOAK") == "1" else 2_000
CONNECTIONS = 20
SESSIONS = 500
CLEAN = mail("请说明当晚情况。", to="yuanshan@streamers.example")
RCPT = b"RCPT TO:<yuanshan@streamers.example>"
SEVERAL_MEGABYTES = 4 * 1024 * 1024
# A relay that looks at mail to strangers holds the readers of letters, and the table of old
# characters, for itself: 8 MB over the 36 that a relay has which only carries mail.
MOST_OF_A_RELAY = 48 * 1024 * 1024


@pytest.fixture
def own(scene: Scene) -> Scene:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    scene.import_reports(XINGER)
    scene.start()
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    return scene


class Client:
    """One connection, without the costs of a library: there are hundreds."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer

    @classmethod
    async def greeted(cls, scene: Scene) -> "Client":
        client = cls(*await asyncio.open_connection(*scene.smtp))
        assert (await client.reply()).startswith(b"220")
        assert (await client.say(b"EHLO staff.platform.example")).startswith(b"250")
        return client

    async def reply(self) -> bytes:
        while True:
            line = await self._reader.readline()
            if line[3:4] != b"-":
                return line

    async def say(self, line: bytes) -> bytes:
        self.writer.write(line + b"\r\n")
        return await self.reply()

    async def send(self, content: bytes = CLEAN) -> bytes:
        """The answer at the end of data."""
        for line, wanted in ((f"MAIL FROM:<{STAFF}>".encode(), b"250"), (RCPT, b"250"), (b"DATA", b"354")):
            answer = await self.say(line)
            assert answer.startswith(wanted), (line, answer)
        return await self.say(content + b".")

    async def close(self) -> None:
        await self.say(b"QUIT")
        await self.leave()

    async def leave(self) -> None:
        """Without a word."""
        self.writer.transport.abort()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


def sizes(scene: Scene) -> list[int]:
    """What each relay alone has in memory, octets."""
    found = []
    for pid in scene.pids("relay"):
        lines = (Path("/proc") / str(pid) / "smaps_rollup").read_text().splitlines()
        found.append(sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")))
    return found


def test_five_hundred_sessions_at_once_all_get_their_mail_out(own: Scene) -> None:
    async def run() -> list[bytes]:
        clients = await asyncio.gather(*(Client.greeted(own) for _ in range(SESSIONS)))
        answers = await asyncio.gather(*(client.send() for client in clients))
        await asyncio.gather(*(client.close() for client in clients))
        return answers

    answers = asyncio.run(asyncio.wait_for(run(), 600))
    assert [answer for answer in answers if not answer.startswith(b"250")] == []
    assert len(own.got) == SESSIONS
    assert all(under_one_received(got.content, CLEAN) for got in own.got)


def test_clients_that_say_nothing_or_leave_half_way_hinder_nobody(own: Scene) -> None:
    async def run() -> None:
        silent = [Client(*await asyncio.open_connection(*own.smtp)) for _ in range(100)]
        for number, client in enumerate(silent):
            client.writer.write((b"", b"EHL", b"EHLO a.example\r\nMAIL FROM:<a@b.exam")[number % 3])
        half = [await Client.greeted(own) for _ in range(30)]
        for client in half:
            await client.say(b"MAIL FROM:<a@platform.example>")
            await client.say(b"RCPT TO:<b@c.example>")
            await client.say(b"DATA")
            client.writer.write(CLEAN[:100])
            await client.leave()
        clients = await asyncio.gather(*(Client.greeted(own) for _ in range(30)))
        answers = await asyncio.gather(*(client.send() for client in clients))
        assert all(answer.startswith(b"250") for answer in answers)
        for client in (*silent, *clients):
            await client.leave()

    asyncio.run(asyncio.wait_for(run(), 300))
    assert len(own.got) == 30


def test_memory_stays_flat_over_many_messages(own: Scene) -> None:
    answered: list[bytes] = []

    async def run(count: int) -> None:
        async def one() -> None:
            client = await Client.greeted(own)
            answered.extend([await client.send() for _ in range(count // CONNECTIONS)])
            await client.close()

        await asyncio.gather(*(one() for _ in range(CONNECTIONS)))

    asyncio.run(asyncio.wait_for(run(MESSAGES // 4), 300))
    before = sizes(own)
    own.got.clear()
    asyncio.run(asyncio.wait_for(run(MESSAGES - MESSAGES // 4), 600))
    after = sizes(own)
    print(json.dumps({"messages": len(answered), "pss_before": before, "pss_after": after}))
    assert len(answered) == MESSAGES
    assert all(answer.startswith(b"250") for answer in answered)
    assert max(after) < MOST_OF_A_RELAY
    assert sum(after) - sum(before) < SEVERAL_MEGABYTES
