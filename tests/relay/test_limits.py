"""Clients that ask for too much, err too often, or take for ever."""

import asyncio
import os
import socket
from dataclasses import replace

from clock import LoopClock
from gateway.relay.connection_counter import ConnectionCounter
from gateway.relay.server import RelayServer
from relay.conftest import Peer, Worlds

MAIL = b"Subject: x\r\n\r\nbody\r\n"


async def test_one_recipient_too_many_is_452_and_the_others_get_their_mail(world: Worlds) -> None:
    async with world(max_recipients=3) as w:
        client = await w.client()
        await client.envelope(b"a@x.example", b"b@x.example", b"c@x.example")
        assert await client.say(b"RCPT TO:<d@x.example>") == b"452 4.5.3 Too many recipients\r\n"
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
        assert len(w.got[0].recipients) == 3


async def test_a_client_that_errs_and_errs_has_to_go(world: Worlds) -> None:
    async with world(max_errors=3) as w:
        client = await w.client()
        for _ in range(3):
            assert (await client.say(b"MAIL FROM:<broken")).startswith(b"501")
        assert await client.say(b"RCPT TO:<a@x.example>") == b"421 4.7.0 Too many errors\r\n"
        assert await client.closed()


async def test_a_message_that_was_sent_clears_the_count_and_refusals_of_upstream_are_no_errors(world: Worlds) -> None:
    async with world(max_errors=3) as w:
        client = await w.client()
        for _ in range(2):
            for _ in range(3):
                await client.say(b"RCPT TO:<a@x.example>")
            await client.envelope()
            w.outbox.replies["rcpt"] = "550 5.1.1 No such user"
            for _ in range(10):
                assert (await client.say(b"RCPT TO:<nobody@x.example>")).startswith(b"550 5.1.1")
            del w.outbox.replies["rcpt"]
            assert (await client.data(MAIL + b".\r\n")).startswith(b"250")


async def trickle(client: Peer, byte: bytes) -> bytes:
    """One octet each fifth of a second, until the relay says something."""
    clock = LoopClock()
    answer = asyncio.create_task(client.reply())
    while not answer.done():
        client.writer.write(byte)
        await clock.advance(0.2)
    return await answer


async def test_a_command_that_never_ends_is_cut(world: Worlds) -> None:
    async with world(idle_seconds=20, slow_seconds=3) as w:
        client = await w.client()
        assert await trickle(client, b"N") == b"421 4.4.2 Too slow\r\n"
        assert await client.closed()


async def test_commands_that_come_slowly_but_whole_are_fine(world: Worlds) -> None:
    clock = LoopClock()
    async with world(idle_seconds=20, slow_seconds=3) as w:
        client = await w.client()
        for _ in range(5):
            for byte in b"NOOP\r\n":
                client.writer.write(bytes((byte,)))
                await clock.advance(0.4)
            assert (await client.reply()).startswith(b"250")


async def test_content_that_trickles_below_the_least_rate_is_cut_and_not_judged(world: Worlds) -> None:
    async with world(idle_seconds=20, slow_seconds=3, slow_octets=100) as w:
        client = await w.client()
        await client.envelope()
        await client.say(b"DATA")
        assert await trickle(client, b"x") == b"421 4.4.2 Too slow\r\n"
        assert await client.closed()
        assert w.judge.seen == []


async def test_content_of_a_slow_but_honest_line_goes_through(world: Worlds) -> None:
    clock = LoopClock()
    async with world(idle_seconds=20, slow_seconds=3, slow_octets=100) as w:
        client = await w.client()
        await client.envelope()
        await client.say(b"DATA")
        for _ in range(60):
            client.writer.write(b"x" * 300 + b"\r\n")
            await clock.advance(0.2)
        client.writer.write(b".\r\n")
        assert (await client.reply()).startswith(b"250")


async def test_a_client_whose_machine_is_gone_will_be_noticed(world: Worlds) -> None:
    async with world() as w:
        await w.client()
        (session,) = w.relay._sessions
        accepted = session.transport.get_extra_info("socket")
        assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60


async def test_limits_hold_over_two_relays(world: Worlds) -> None:
    table = ConnectionCounter.create()
    async with world() as w:
        options = replace(w.relay._options, max_sessions=2)
        relays = [RelayServer(options, w.judge, w.events.append, ConnectionCounter(table, row)) for row in range(2)]
        for relay in relays:
            await relay.start()
        await w.relay.drain(1)
        w.relay, first = relays[0], await asyncio.open_connection(*relays[1].address)
        assert (await first[0].readline()).startswith(b"220")
        second, third = await w.raw(), await w.raw()
        assert (await second.reply()).startswith(b"220")
        assert (await third.reply()).startswith(b"421 4.7.0")
        first[1].close()
        await w.until(lambda: not relays[1].sessions)
        assert (await (await w.raw()).reply()).startswith(b"220")
        for relay in relays:
            await relay.drain(1)
    os.close(table)
