"""A connection to upstream serves one client after the other, and no client notices whose it was."""

import asyncio

import pytest

from gateway.relay.connection_pool import MOST, MOST_CLIENTS, Destination, UpstreamPool
from gateway.smtp.client import Server, Upstream
from gateway.smtp.sink import KEYWORDS, Outbox, Stage
from relay.conftest import Peer, World, Worlds

MAIL = b"Subject: x\r\n\r\nbody\r\n.\r\n"


async def one_message(w: World, *before: bytes) -> Peer:
    client = await w.client()
    if before:
        await client.say(*before)
    await client.envelope()
    assert (await client.data(MAIL)).startswith(b"250")
    return client


async def leaves(client: Peer) -> None:
    assert (await client.say(b"QUIT")).startswith(b"221")
    assert await client.closed()


async def test_the_next_client_speaks_on_the_connection_that_one_left(world: Worlds) -> None:
    async with world() as w:
        for _ in range(3):
            await leaves(await one_message(w))
        assert (len(w.got), w.outbox.connections) == (3, 1)
        assert [line[:4] for line in w.outbox.commands].count("EHLO") == 1
        assert "QUIT" not in w.outbox.commands


async def test_clients_at_the_same_time_have_one_each(world: Worlds) -> None:
    async with world() as w:
        clients = [await one_message(w) for _ in range(3)]
        assert w.outbox.connections == 3
        for client in clients:
            await leaves(client)
        await asyncio.gather(*(one_message(w) for _ in range(3)))
        assert w.outbox.connections == 3


async def test_with_no_seconds_each_client_has_its_own(world: Worlds) -> None:
    async with world(keep_seconds=0) as w:
        for _ in range(2):
            await leaves(await one_message(w))
        assert w.outbox.connections == 2


async def test_it_is_closed_with_quit_when_nobody_comes(world: Worlds) -> None:
    async with world(keep_seconds=0.1) as w:
        await leaves(await one_message(w))
        await w.until(lambda: "QUIT" in w.outbox.commands)


@pytest.mark.parametrize("last_word", ["", "421 4.4.2 Idle for too long"])
async def test_one_that_upstream_hung_up_on_is_replaced_and_the_client_hears_nothing_of_it(
    world: Worlds, last_word: str
) -> None:
    async with world() as w:
        await leaves(await one_message(w))
        await w.outbox.hang_up(last_word)
        await one_message(w)
        assert (len(w.got), w.outbox.connections) == (2, 2)


@pytest.mark.parametrize("how", ["cut", "421"])
async def test_one_that_upstream_hangs_up_on_at_the_next_command_is_replaced(world: Worlds, how: str) -> None:
    """As where its FIN is still on its way: it is seen only once the next client's first command is answered."""
    async with world() as w:
        await leaves(await one_message(w))
        client = await w.client()
        if how == "cut":
            w.outbox.cut.add("mail")
            w.outbox.also = lambda line: w.outbox.cut.clear() if line.startswith("EHLO") else None
        else:
            w.outbox.replies["mail"] = "421 4.3.2 Shutting down"
            w.outbox.also = lambda line: w.outbox.replies.clear() if line.startswith("EHLO") else None
        await client.envelope()
        assert (await client.data(MAIL)).startswith(b"250")
        assert (len(w.got), w.outbox.connections) == (2, 2)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
async def test_one_that_said_no_serves_nobody_else(world: Worlds, stage: Stage) -> None:
    """Servers count errors by connection, and slow down the next client for those of the last."""
    async with world() as w:
        client = await w.client()
        w.outbox.replies[stage] = "550 5.7.1 No"
        for line in (b"MAIL FROM:<a@platform.example>", b"RCPT TO:<b@x.example>", b"DATA"):
            if not (await client.say(line)).startswith((b"250", b"354")):
                break
        else:
            client.writer.write(MAIL)
            assert (await client.reply()).startswith(b"550")
        w.outbox.replies.clear()
        await leaves(client)
        await one_message(w)
        assert w.outbox.connections == 2


async def test_an_open_transaction_is_nobody_elses(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope(b"secret@x.example")
        await leaves(client)
        await one_message(w)
        assert w.outbox.connections == 2
        assert w.got[0].recipients == ("xinger@streamers.example",)


async def test_whoever_signs_in_has_a_connection_alone(world: Worlds) -> None:
    outbox = Outbox(keywords=(*KEYWORDS, "AUTH PLAIN"))
    outbox.also = lambda line: "235 2.7.0 Welcome" if line.startswith("AUTH") else None
    async with world(outbox=outbox) as w:
        await leaves(await one_message(w))
        await leaves(await one_message(w, b"AUTH PLAIN AGEAYg=="))
        assert w.outbox.connections == 2  # not on the one that was left
        await leaves(await one_message(w))
        assert w.outbox.connections == 3  # and nobody after it
        assert len(w.got) == 3


async def test_what_is_said_for_one_client_holds_for_no_other(world: Worlds) -> None:
    outbox = Outbox(keywords=(*KEYWORDS, "XFORWARD ADDR"))
    outbox.also = lambda line: "250 2.0.0 Ok" if line.startswith("XFORWARD") else None
    async with world(outbox=outbox, xclient_networks=("127.0.0.0/8",)) as w:
        await leaves(await one_message(w, b"XFORWARD ADDR=192.0.2.1"))
        await one_message(w)
        assert w.outbox.connections == 2


async def test_a_few_are_kept_and_not_for_ever() -> None:
    async with Outbox() as outbox:
        server = Server("127.0.0.1", outbox.port)
        place, spares = Destination(server, "a.example"), UpstreamPool(5)
        many = [await Upstream.connect(server, "a.example") for _ in range(MOST + 1)]
        for upstream in many:
            spares.give(place, upstream)
        assert not many[0].usable
        assert all(upstream.usable for upstream in many[1:])
        assert spares.take(place) is many[-1]
        many[-1].clients = MOST_CLIENTS
        spares.give(place, many[-1])
        assert not many[-1].usable
        assert spares.take(Destination(server, "b.example")) is None  # who greeted by another name
        assert not any(upstream.usable for upstream in many)
        spares.close()
