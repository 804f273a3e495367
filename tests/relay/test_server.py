"""Clients that go away, stay silent or are too many, and a service that stops."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable

import pytest
import uvloop

from clock import LoopClock
from gateway.errors import Problem
from gateway.model import Envelope, Held, Message, Pass, Verdict
from relay.conftest import Judge, Worlds

MAIL = b"Subject: x\r\n\r\nbody\r\n"
DOT = b".\r\n"


async def until(true: Callable[[], object]) -> None:
    while not true():  # noqa: ASYNC110  # the state of a socket has no event
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("how", ["close", "half", "reset"])
async def test_a_client_that_goes_away_while_we_inspect_has_nothing_sent(
    world: Worlds, judge_type: type[Judge], how: str
) -> None:
    ready, ended = asyncio.Event(), asyncio.Event()

    async def stubborn(envelope: Envelope, message: Message) -> Verdict:
        try:
            await ready.wait()
        except asyncio.CancelledError:
            ended.set()
            return Pass()  # as an inspector might that does not notice
        ended.set()
        return Pass()

    async with world(judge_type(ask=stubborn)) as w:
        client = await w.client()
        await client.envelope()
        await client.say(b"DATA")
        client.writer.write(MAIL + DOT)
        await w.judge.asked.wait()
        if how == "close":
            client.writer.close()
        elif how == "half":
            client.writer.write_eof()
        else:
            client.writer.transport.abort()
        await ended.wait()
        await until(lambda: not w.relay._sessions)
        assert w.got == []
        assert "DATA" not in w.outbox.commands
        again = await w.client()
        await again.envelope()
        ready.set()
        assert (await again.data(MAIL + DOT)).startswith(b"250")
        assert len(w.got) == 1


@pytest.mark.parametrize("sent", [b"", b"Subject: x\r\n\r\nhal", b"Subject: x\r\n\r\nhalf\r\n", b"half\r\n."])
async def test_a_client_that_goes_away_in_its_data_has_nothing_judged(world: Worlds, sent: bytes) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope()
        await client.say(b"DATA")
        client.writer.write(sent)
        client.writer.close()
        await until(lambda: not w.relay._sessions)
        assert (w.judge.seen, w.got) == ([], [])


async def test_an_inspection_that_takes_long_is_waited_for_and_a_silent_client_is_not(
    world: Worlds, judge_type: type[Judge]
) -> None:
    clock = LoopClock()

    async def slow(envelope: Envelope, message: Message) -> Verdict:
        await clock.advance(6)
        return Held("Q-1")

    async with world(judge_type(ask=slow), idle_seconds=5) as w:
        client = await w.client()
        await client.envelope()
        assert (await client.data(MAIL + DOT)).startswith(b"250 2.7.1")
        await clock.advance(6)
        assert await client.reply() == b"421 4.4.2 Idle for too long\r\n"
        assert await client.closed()


async def test_an_upstream_that_takes_long_is_no_silence_of_the_client(world: Worlds) -> None:
    clock = LoopClock()
    async with world(idle_seconds=2) as w:
        w.outbox.delays["mail"] = 4
        client = await w.client()
        client.writer.write(b"MAIL FROM:<a@x.example>\r\n")
        await w.until(lambda: any(line.startswith("MAIL") for line in w.outbox.commands))
        await clock.advance(3)
        assert w.relay._sessions
        await clock.advance(1)
        assert (await client.reply()).startswith(b"250")


async def test_bytes_that_trickle_in_are_no_silence(world: Worlds) -> None:
    clock = LoopClock()
    async with world(idle_seconds=2) as w:
        client = await w.client()
        await client.envelope()
        await client.say(b"DATA")
        for byte in b"trickle" * 2:
            client.writer.write(bytes((byte,)))
            await clock.advance(1)
        client.writer.write(b"\r\n" + DOT)
        assert (await client.reply()).startswith(b"250")


async def test_one_client_too_many_is_421_until_another_leaves(world: Worlds) -> None:
    async with world(max_sessions=2) as w:
        first, _ = await w.client(), await w.client()
        third = await w.raw()
        assert await third.reply() == b"421 4.7.0 Too many connections, try again later\r\n"
        assert await third.closed()
        assert await first.say(b"QUIT") == b"221 2.0.0 Bye\r\n"
        await until(lambda: len(w.relay._sessions) < 2)
        await w.client()


async def test_a_drain_finishes_what_was_begun_and_says_421_to_the_others(
    world: Worlds, judge_type: type[Judge]
) -> None:
    go = asyncio.Event()

    async def slow(envelope: Envelope, message: Message) -> Verdict:
        await go.wait()
        return Pass()

    async with world(judge_type(ask=slow)) as w:
        idle, busy = await w.client(), await w.client()
        await busy.envelope()
        await busy.say(b"DATA")
        busy.writer.write(MAIL + DOT)
        await w.judge.asked.wait()
        assert w.relay.serving
        for session in w.relay._sessions:
            session._heard -= 100  # nobody said anything for long
        drained = asyncio.create_task(w.relay.drain(20))
        assert await idle.reply() == b"421 4.3.2 Shutting down, try again later\r\n"
        assert not w.relay.serving
        with pytest.raises(OSError):
            await asyncio.open_connection(*w.relay.address)
        assert not drained.done()
        go.set()
        assert (await busy.reply()).startswith(b"250 2.0.0 Queued")
        assert await busy.reply() == b"421 4.3.2 Shutting down, try again later\r\n"
        await drained
        assert len(w.got) == 1


@pytest.mark.parametrize("policy", [asyncio.DefaultEventLoopPolicy, uvloop.EventLoopPolicy])
def test_who_is_connected_and_not_yet_seen_when_a_drain_begins_is_not_reset(
    world: Worlds, policy: type[asyncio.AbstractEventLoopPolicy]
) -> None:
    async def drained() -> None:
        async with world() as w:
            with contextlib.ExitStack() as stack:
                clients = [
                    stack.enter_context(socket.create_connection(w.relay.address, timeout=5)) for _ in range(20)
                ]  # no turn of the loop
                await w.relay.drain(1)
                heard = [client.recv(200) for client in clients]
            assert {one[:3] for one in heard} == {b"220"}
            assert all(b"\r\n421 4.3.2 " in one for one in heard)

    with asyncio.Runner(loop_factory=policy().new_event_loop) as runner:
        runner.run(drained())


async def test_a_drain_that_runs_out_of_time_delivers_nothing_more(world: Worlds, judge_type: type[Judge]) -> None:
    async def never(envelope: Envelope, message: Message) -> Verdict:
        await asyncio.Event().wait()
        raise AssertionError

    async with world(judge_type(ask=never)) as w:
        client = await w.client()
        await client.envelope()
        await client.say(b"DATA")
        client.writer.write(MAIL + DOT)
        await w.judge.asked.wait()
        await w.relay.drain(0.1)
        assert (await client.reply()).startswith(b"421 4.3.2")
        assert w.got == []


async def test_a_port_that_is_taken_is_one_clear_line(world: Worlds) -> None:
    from dataclasses import replace

    from gateway.relay.server import RelayServer

    async with world() as w:
        options = replace(w.relay._options, port=w.relay.address[1])
        with pytest.raises(Problem, match=r"^smtp\.listen 127\.0\.0\.1:\d+: cannot listen \(.*\); choose a free port$"):
            await RelayServer(options, w.judge, w.events.append).start()


async def test_nothing_of_a_message_is_logged(world: Worlds, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with world() as w:
        client = await w.client()
        await client.say(b"GEHEIM 1")
        await client.envelope()
        await client.data(b"Subject: geheim\r\n\r\nxm_feifei90\r\n" + DOT)
        for word in ("GEHEIM", "geheim", "feifei", "xinger", "kefu07", "127.0.0.1"):
            assert word not in caplog.text
            assert word not in repr(w.events)


async def test_fifty_clients_at_once_lose_and_mix_nothing(world: Worlds) -> None:
    async with world() as w:

        async def one(number: int) -> None:
            client = await w.client()
            for turn in range(3):
                await client.envelope(b"to%d@x.example" % number)
                assert (await client.data(b"Subject: %d-%d\r\n\r\n" % (number, turn) + DOT)).startswith(b"250")

        await asyncio.gather(*(one(number) for number in range(50)))
        subjects = {(message.recipients[0], message.content.partition(b"Subject: ")[2].strip()) for message in w.got}
        assert len(w.got) == 150
        assert subjects == {
            (f"to{number}@x.example", b"%d-%d" % (number, turn)) for number in range(50) for turn in range(3)
        }
