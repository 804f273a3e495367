"""DATA is said to upstream before the content is whole, for mail that passes whatever is in it: and nothing is lost,
doubled or half sent for it."""

from typing import Any

import pytest

from gateway.demo.outbox import Outbox
from gateway.model import Held, Pass

BODY = b"Subject: x\r\n\r\nbody\r\n"
DOT = b".\r\n"


async def opened(w: Any, client: Any) -> None:
    """In the middle of a content, with DATA said upstream."""
    said = w.outbox.commands.count("DATA")
    assert (await client.say(b"DATA")).startswith(b"354")
    client.writer.write(BODY)
    await w.until(lambda: w.outbox.commands.count("DATA") > said)


def sure(judge_type: Any) -> Any:
    return judge_type(surely=0.01)


async def test_the_content_follows_when_it_is_whole_byte_for_byte(world: Any, judge_type: Any) -> None:
    async with world(sure(judge_type)) as w:
        client = await w.client()
        for number in range(3):
            await client.envelope()
            await opened(w, client)
            client.writer.write(b"%d\r\n" % number + DOT)
            assert (await client.reply()).startswith(b"250")
        assert [message.content.partition(b"\r\n")[2] for message in w.got] != []
        assert all(message.content.endswith(BODY + b"%d\r\n" % n) for n, message in enumerate(w.got))
        assert w.outbox.connections == 1
        assert w.judge.forgot == 3


@pytest.mark.parametrize("bad", [b"a\nb\r\n", b"a\rb\r\n", b"\0\r\n"])
async def test_a_content_that_is_refused_leaves_nothing_upstream(world: Any, judge_type: Any, bad: bytes) -> None:
    async with world(sure(judge_type)) as w:
        client = await w.client()
        await client.envelope()
        await opened(w, client)
        client.writer.write(bad + DOT)
        assert (await client.reply()).startswith(b"554 5.5.2")
        assert w.got == []
        await client.envelope()
        await opened(w, client)
        client.writer.write(DOT)
        assert (await client.reply()).startswith(b"250")
        assert [message.content.endswith(BODY) for message in w.got] == [True]


async def test_a_client_that_leaves_in_the_middle_leaves_nothing_upstream(world: Any, judge_type: Any) -> None:
    async with world(sure(judge_type)) as w:
        client = await w.client()
        await client.envelope()
        await opened(w, client)
        client.writer.close()
        await w.until(lambda: w.relay.sessions == 0)
        other = await w.client()
        await other.envelope()
        assert (await other.data(BODY + DOT)).startswith(b"250")
        assert len(w.got) == 1
        assert "QUIT" not in w.outbox.commands  # it would be a line of the content


async def test_upstream_that_hangs_up_while_the_content_comes_gets_it_on_another_connection(
    world: Any, judge_type: Any
) -> None:
    async with world(sure(judge_type)) as w:
        client = await w.client()
        await client.envelope()
        await opened(w, client)
        await w.outbox.hang_up()
        client.writer.write(DOT)
        assert (await client.reply()).startswith(b"250")
        assert (len(w.got), w.outbox.connections) == (1, 2)


@pytest.mark.parametrize(
    ("words", "answer"),
    [("452 4.3.1 Full", b"452 4.3.1 Full"), ("550 5.7.1 No", b"550 5.7.1 No"), ("250 2.0.0 OK", b"451 4.4.2")],
)
async def test_the_answer_to_a_data_said_ahead_is_the_clients(
    world: Any, judge_type: Any, words: str, answer: bytes
) -> None:
    async with world(sure(judge_type)) as w:
        client = await w.client()
        await client.envelope()
        w.outbox.replies["data"] = words
        await opened(w, client)
        client.writer.write(DOT)
        assert (await client.reply()).startswith(answer)
        assert w.got == []
        assert "body" not in w.outbox.commands
        w.outbox.replies.clear()
        await client.envelope()
        await opened(w, client)
        client.writer.write(DOT)
        assert (await client.reply()).startswith(b"250")
        assert len(w.got) == 1


@pytest.mark.parametrize("late", [False, True])
async def test_an_upstream_that_says_no_more_after_data_is_451_in_time(world: Any, judge_type: Any, late: bool) -> None:
    """Also where the word comes after the content, when DATA was said already."""
    outbox = Outbox()
    async with world(sure(judge_type), outbox=outbox, upstream={"reply_seconds": 0.2}) as w:
        client = await w.client()
        await client.envelope()
        outbox.delays["data"] = 20
        if late:
            assert (await client.data(BODY + DOT)).startswith(b"451 4.4.2")
        else:
            await opened(w, client)
            client.writer.write(DOT)
            assert (await client.reply()).startswith(b"451 4.4.2")
        assert w.got == []


async def test_one_that_breaks_off_after_its_354_gets_the_content_once_on_another(world: Any, judge_type: Any) -> None:
    """421 while the content comes: it has nothing of it."""
    async with world(sure(judge_type)) as w:
        client = await w.client()
        await client.envelope()
        await opened(w, client)
        await w.outbox.hang_up("421 4.4.2 Timeout")
        client.writer.write(DOT)
        assert (await client.reply()).startswith(b"250")
        assert len(w.got) == 1


async def test_a_message_that_is_held_after_all_leaves_nothing_upstream(world: Any, judge_type: Any) -> None:
    """A report came in while its content was coming."""
    async with world(judge_type(surely=0.01, verdict=Held("Q-1"))) as w:
        client = await w.client()
        await client.envelope()
        await opened(w, client)
        client.writer.write(DOT)
        assert (await client.reply()).startswith(b"250 2.7.1")
        assert w.got == []
        assert not {"RSET", "QUIT"} & set(w.outbox.commands)
        w.judge.verdict = Pass()
        await client.envelope()
        assert (await client.data(BODY + DOT)).startswith(b"250")
        assert (len(w.got), w.outbox.connections) == (1, 2)


async def test_nothing_is_said_ahead_without_an_answer(world: Any, judge_type: Any) -> None:
    async with world(judge_type(verdict=Held("Q-1"))) as w:
        client = await w.client()
        await client.envelope()
        assert (await client.data(BODY + DOT)).startswith(b"250 2.7.1")
        assert "DATA" not in w.outbox.commands
