"""A rewritten message is held to what a client's own bytes are: no line end that another server could misread."""

import pytest

from gateway.model import Pass, Send
from relay.conftest import Judge, Worlds

MAIL = b"Subject: x\r\n\r\nbody\r\n"


@pytest.mark.parametrize(
    "written",
    [
        b"Subject: x\r\n\r\na\n.\r\nMAIL FROM:<evil@platform.example>\r\n",
        b"Subject: x\r\n\r\na\r.\rb\r\n",
        b"Subject: x\r\n\r\na\0\r\n",
        b"Subject: x\r\n\r\nthe CRLF that is added makes this CR a bare one\r",
    ],
    ids=["LF", "CR", "NUL", "last CR"],
)
async def test_a_rewriting_that_could_be_read_as_two_messages_is_451_and_never_sent(
    world: Worlds, judge_type: type[Judge], written: bytes
) -> None:
    async with world(judge_type(Send(written))) as w:
        client = await w.client()
        await client.envelope()
        assert await client.data(MAIL + b".\r\n") == b"451 4.7.1 Cannot decide now, try again later\r\n"
        assert "DATA" not in w.outbox.commands
        assert [getattr(event, "exception", "") for event in w.events] == ["BareLineEnding"]
        w.judge.verdict = Pass()
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250 2.0.0 Queued")
        assert [message.content.endswith(MAIL) for message in w.got] == [True]
