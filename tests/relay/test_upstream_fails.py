"""Whatever upstream does, the client hears its words or a 451, and no message is sent that was not decided."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.model import Envelope, Held, Message, Pass, Verdict
from gateway.smtp.sink import Outbox, Stage
from gateway.telemetry.events import UpstreamFailed
from relay.conftest import Judge, Worlds

MAIL = b"Subject: x\r\n\r\nbody\r\n"
DOT = b".\r\n"


@pytest.mark.parametrize(
    "words", ["550 5.1.1 No such user", "450-4.2.0 Greylisted\r\n450-\r\n450 4.2.0 come back\ttomorrow", "550", "550 "]
)
async def test_a_refused_recipient_hears_upstream_s_own_words_and_the_others_go_on(world: Worlds, words: str) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope(b"a@x.example")
        w.outbox.replies["rcpt"] = words
        assert await client.say(b"RCPT TO:<b@x.example>") == words.encode() + b"\r\n"
        w.outbox.replies.clear()
        assert (await client.say(b"RCPT TO:<c@x.example>")).startswith(b"250")
        assert (await client.data(MAIL + DOT)).startswith(b"250")
        assert w.got[0].recipients == ("a@x.example", "c@x.example")
        assert [recipient.address for recipient in w.judge.seen[0][0].recipients] == ["a@x.example", "c@x.example"]


@pytest.mark.parametrize("stage", ["mail", "data", "dot"])
async def test_upstream_s_refusal_is_mirrored_and_the_next_message_goes_through(world: Worlds, stage: Stage) -> None:
    words = "552-5.3.4 Too\r\n552 5.3.4 big"
    async with world() as w:
        client = await w.client()
        w.outbox.replies[stage] = words
        if stage == "mail":
            answer = await client.say(b"MAIL FROM:<a@platform.example>")
        else:
            await client.envelope()
            answer = await client.data(MAIL + DOT)
        assert answer == words.encode() + b"\r\n"
        w.outbox.replies.clear()
        await client.envelope()
        assert (await client.data(MAIL + DOT)).startswith(b"250")
        assert len(w.got) == 1
        assert w.outbox.connections == 1


async def test_an_upstream_that_is_away_is_451_at_mail_and_back_again_it_works_on_the_same_connection(
    world: Worlds,
) -> None:
    with socket.socket() as kept:  # bound and not listening: nobody else gets the port meanwhile
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        await is_away(world, kept.getsockname()[1])


async def is_away(world: Worlds, port: int) -> None:
    async with world(upstream={"port": port}) as w:
        client = await w.raw()
        await client.reply()
        offered = await client.say(b"EHLO a.example")
        assert b"SMTPUTF8" in offered  # a client that misses it bounces its mail
        assert (await client.say(b"MAIL FROM:<a@x.example> SMTPUTF8")).startswith(b"451 4.4.1")
        assert (await client.say(b"RCPT TO:<b@x.example>")).startswith(b"503")
        assert UpstreamFailed("connect", 0) in w.events
        async with Outbox(port=port) as back:
            await client.envelope()
            assert (await client.data(MAIL + DOT)).startswith(b"250")
            assert len(back.messages) == 1


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data", "dot"])
async def test_a_line_that_drops_is_451_and_never_5xx_and_leaves_nothing_half_sent(world: Worlds, stage: Stage) -> None:
    outbox = Outbox()
    outbox.cut.add(stage)
    async with world(outbox=outbox) as w:
        client = await w.raw()
        await client.reply()
        assert (await client.say(b"EHLO a.example")).startswith(b"250")
        answers = [await client.say(b"MAIL FROM:<a@x.example>")]
        if answers[-1].startswith(b"250"):
            answers += [await client.say(b"RCPT TO:<%s>" % to) for to in (b"b@x.example", b"c@x.example")]
            answers.append(await client.say(b"DATA"))
            if answers[-1].startswith(b"354"):
                client.writer.write(MAIL + DOT)
                answers.append(await client.reply())
        assert answers[-1].startswith(b"451 4.4."), answers
        assert not any(answer.startswith(b"5") for answer in answers), answers
        assert w.got == []
        outbox.cut.clear()
        await client.envelope()
        assert (await client.data(MAIL + DOT)).startswith(b"250")
        assert len(w.got) == 1


@pytest.mark.parametrize("stage", ["connect", "mail", "rcpt", "data", "dot"])
async def test_an_upstream_that_says_no_more_is_451_in_time(world: Worlds, stage: Stage) -> None:
    outbox = Outbox()
    outbox.delays[stage] = 20
    limits = {"reply_seconds": 0.2, "data_seconds": 0.2, "connect_seconds": 1}
    async with world(outbox=outbox, upstream=limits) as w:
        client = await w.client()
        answers = [await client.say(b"MAIL FROM:<a@x.example>")]
        if answers[-1].startswith(b"250"):
            answers.append(await client.say(b"RCPT TO:<b@x.example>"))
        if answers[-1].startswith(b"250"):
            answers.append(await client.data(MAIL + DOT))
        assert answers[-1].startswith(b"451 4.4."), answers


@pytest.mark.parametrize("answer", ["250 2.0.0 OK", "220 hello", "nonsense", "354-a\r\n250 b", "354 a\rb", "12"])
async def test_an_upstream_out_of_step_is_dropped_before_it_could_take_content_for_commands(
    world: Worlds, answer: str
) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope()
        w.outbox.replies["data"] = answer
        assert (await client.data(b"RSET\r\nMAIL FROM:<evil@x.example>\r\n" + DOT)).startswith(b"451 4.4.2")
        assert "MAIL FROM:<evil@x.example>" not in w.outbox.commands
        w.outbox.replies.clear()
        await client.envelope()
        assert (await client.data(MAIL + DOT)).startswith(b"250")
        assert len(w.got) == 1


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
async def test_one_reply_too_many_never_answers_the_next_command(world: Worlds, stage: Stage) -> None:
    async with world() as w:
        client = await w.client()
        w.outbox.replies[stage] = "250 2.1.0 OK\r\n250 2.1.5 one too many"
        if stage == "rcpt":
            await client.say(b"MAIL FROM:<a@x.example>")
            await client.say(b"RCPT TO:<b@x.example>")
        else:
            await client.say(b"MAIL FROM:<a@x.example>")
        w.outbox.replies.clear()
        w.outbox.replies["rcpt"] = "550 5.1.1 No such user"
        assert (await client.say(b"RCPT TO:<c@x.example>"))[:3] in (b"550", b"451")
        w.outbox.replies.clear()


async def test_a_line_that_upstream_closed_while_we_inspected_is_opened_and_replayed(
    world: Worlds, judge_type: type[Judge]
) -> None:
    async with world() as w:

        async def slow(envelope: Envelope, message: Message) -> Verdict:
            await w.outbox.hang_up()
            return Pass()

        w.judge.ask = slow
        client = await w.client()
        await client.say(b"MAIL FROM:<a@platform.example> ENVID=aB")
        await client.say(b"RCPT TO:<b@x.example> NOTIFY=NEVER")
        w.outbox.replies["rcpt"] = "550 5.1.1 No"
        await client.say(b"RCPT TO:<c@x.example>")
        w.outbox.replies.clear()
        assert await client.data(MAIL + DOT) == b"250 2.0.0 Queued as 1\r\n"
        assert w.outbox.connections == 2
        assert w.got[0].lines == ("MAIL FROM:<a@platform.example> ENVID=aB", "RCPT TO:<b@x.example> NOTIFY=NEVER")


async def test_a_421_said_while_we_inspected_is_no_answer_to_our_data(world: Worlds) -> None:
    async with world() as w:

        async def slow(envelope: Envelope, message: Message) -> Verdict:
            await w.outbox.hang_up("421 4.4.2 timeout exceeded")
            return Pass()

        w.judge.ask = slow
        client = await w.client()
        await client.envelope()
        assert await client.data(MAIL + DOT) == b"250 2.0.0 Queued as 1\r\n"
        assert len(w.got) == 1


async def test_a_replay_that_is_answered_otherwise_is_451(world: Worlds) -> None:
    async with world() as w:

        async def slow(envelope: Envelope, message: Message) -> Verdict:
            await w.outbox.hang_up()
            w.outbox.replies["rcpt"] = "550 5.1.1 No such user any more"
            return Pass()

        w.judge.ask = slow
        client = await w.client()
        await client.envelope()
        assert (await client.data(MAIL + DOT)).startswith(b"451 4.4.2")
        assert w.got == []


async def test_an_idle_line_that_upstream_closed_between_two_messages_is_opened_anew(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        for _ in range(2):
            await client.envelope()
            assert (await client.data(MAIL + DOT)).startswith(b"250")
            await w.outbox.hang_up()
        assert (len(w.got), w.outbox.connections) == (2, 2)


async def test_a_hold_is_answered_even_where_upstream_does_not_answer_our_reset(
    world: Worlds, judge_type: type[Judge], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.relay.upstream_session.RESET_SECONDS", 0.1)
    async with world(judge_type(Held("Q-1")), upstream={"reply_seconds": 60}) as w:
        client = await w.client()
        await client.envelope()
        w.outbox.delays["rset"] = 60
        assert (await client.data(MAIL + DOT)).startswith(b"250 2.7.1")
        w.outbox.delays.clear()
        w.judge.verdict = Pass()
        await client.envelope()
        assert (await client.data(MAIL + DOT)).startswith(b"250 2.0.0")
        assert len(w.got) == 1


async def test_a_refusal_before_the_whole_message_was_sent_is_mirrored(world: Worlds) -> None:
    """A server that answers and closes in the middle of a large message."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 x\r\n")
        while line := await reader.readline():
            if line.startswith(b"DATA"):
                writer.write(b"354 go\r\n")
                await reader.readexactly(100_000)
                writer.write(b"552 5.3.4 Enough\r\n")
                await writer.drain()
                got.append(await reader.read(-1))
                break
            writer.write(b"250 ok\r\n")
        writer.close()

    got: list[bytes] = []
    async with (
        await asyncio.start_server(serve, "127.0.0.1", 0) as server,
        world(upstream={"port": server.sockets[0].getsockname()[1]}) as w,
    ):
        client = await w.client()
        await client.envelope()
        assert await client.data(b"x" * 9_000_000 + b"\r\n" + DOT) == b"552 5.3.4 Enough\r\n"
    assert not b"".join(got).endswith(b"\r\n.\r\n")


@asynccontextmanager
async def tired(verb: bytes, last_word: bytes) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server whose first connection ends when `verb` comes for the second time, or DATA at once. (port, commands)"""
    heard: list[bytes] = []
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        first = connections == 1
        seen = 0
        writer.write(b"220 x\r\n")
        while line := await reader.readline():
            heard.append(line)
            seen += line.startswith(verb)
            if first and seen == (1 if verb == b"DATA" else 2):
                writer.write(last_word)
                break
            writer.write(b"354 go\r\n" if line == b"DATA\r\n" else b"250 ok\r\n")
            if line == b"DATA\r\n":
                await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"250 taken\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], heard


@pytest.mark.parametrize("last_word", [b"", b"421 4.3.2 Shutting down\r\n"])
@pytest.mark.parametrize("verb", [b"MAIL", b"DATA"])
async def test_a_server_that_ends_an_old_connection_is_asked_again_on_a_new_one(
    world: Worlds, verb: bytes, last_word: bytes
) -> None:
    async with tired(verb, last_word) as (port, heard), world(upstream={"port": port}) as w:
        client = await w.client()
        for _ in range(2):
            await client.envelope()
            assert await client.data(MAIL + DOT) == b"250 taken\r\n"
        assert sum(line.startswith(b"EHLO") for line in heard) == 2


async def test_a_421_on_a_new_connection_is_upstream_s_own_word(world: Worlds) -> None:
    async with world() as w:
        client = await w.client(b"HELO a.example")
        w.outbox.replies["mail"] = "421 4.3.2 Shutting down"
        assert await client.say(b"MAIL FROM:<a@x.example>") == b"421 4.3.2 Shutting down\r\n"


async def test_after_a_drop_the_whole_transaction_is_451_until_it_is_begun_anew(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope(b"a@x.example")
        w.outbox.cut.add("rcpt")
        assert (await client.say(b"RCPT TO:<b@x.example>")).startswith(b"451 4.4.2")
        w.outbox.cut.clear()
        connections = w.outbox.connections
        assert (await client.say(b"RCPT TO:<c@x.example>")).startswith(b"451 4.4.2")
        assert (await client.say(b"DATA")).startswith(b"451 4.4.2")
        assert w.outbox.connections == connections  # nobody waits for an upstream that is away once per recipient
        await client.envelope()
        assert (await client.data(MAIL + DOT)).startswith(b"250")


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
async def test_a_3xx_where_a_yes_or_no_is_due_is_451(world: Worlds, stage: Stage) -> None:
    async with world() as w:
        client = await w.client()
        w.outbox.replies[stage] = "354 go ahead"
        answer = await client.say(b"MAIL FROM:<a@x.example>")
        if stage == "rcpt":
            answer = await client.say(b"RCPT TO:<b@x.example>")
        assert answer.startswith(b"451 4.4.2")


@pytest.mark.parametrize("greeting", ["554 5.7.1 go away", "421 4.3.2 busy"])
async def test_a_server_that_refuses_at_its_greeting_is_451_and_its_words_are_not_passed_on(
    world: Worlds, greeting: str
) -> None:
    async with world() as w:
        w.outbox.replies["connect"] = greeting
        client = await w.client()
        answer = await client.say(b"MAIL FROM:<kefu07@platform.example>")
        assert answer == b"451 4.4.1 Upstream cannot be reached, try again later\r\n"
        (event,) = w.events
        assert isinstance(event, UpstreamFailed)
        assert event.code == int(greeting[:3])
        del w.outbox.replies["connect"]
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
