"""Behind Postfix: XCLIENT says whom it speaks for, XFORWARD tells upstream's log."""

import pytest

from gateway.smtp.sink import KEYWORDS, Outbox
from relay.conftest import Worlds

MAIL = b"Subject: x\r\n\r\nbody\r\n"
HERE = ("127.0.0.0/8",)
FORWARD = "XFORWARD NAME=mail.example ADDR=192.0.2.7 PORT=4000 PROTO=ESMTP HELO=mail.example SOURCE=REMOTE"


def taking_xforward() -> Outbox:
    box = Outbox(keywords=(*KEYWORDS, "XFORWARD NAME ADDR PROTO HELO PORT SOURCE IDENT"))
    box.also = lambda line: "250 2.0.0 Ok" if line.startswith("XFORWARD ") else None
    return box


async def test_xclient_starts_anew_as_the_client_that_it_names(world: Worlds) -> None:
    async with world(xclient_networks=HERE, networks=("192.0.2.0/24",)) as w:
        client = await w.raw()
        await client.reply()
        assert b"XCLIENT NAME ADDR PORT PROTO HELO" in await client.say(b"EHLO proxy.example")
        assert (await client.say(b"MAIL FROM:<a@x.example>")).startswith(b"550")
        assert (await client.say(b"XCLIENT ADDR=192.0.2.7 NAME=[UNAVAILABLE] HELO=mail.example")).startswith(b"220 ")
        assert (await client.say(b"MAIL FROM:<a@x.example>")).startswith(b"503")
        assert (await client.say(b"EHLO proxy.example")).startswith(b"250")
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
        assert w.got[0].content.startswith(b"Received: from mail.example ([192.0.2.7])")
        assert not any(line.startswith("XCLIENT") for line in w.outbox.commands)


async def test_xclient_counts_for_the_client_that_it_names(world: Worlds) -> None:
    async with world(xclient_networks=HERE, max_sessions_per_client=2) as w:
        clients = [await w.client() for _ in range(2)]
        for client in clients:
            assert (await client.say(b"XCLIENT ADDR=192.0.2.7")).startswith(b"220")
        third = await w.client()
        assert (await third.say(b"XCLIENT ADDR=192.0.2.7")).startswith(b"421 4.7.0")
        assert await third.closed()
        await w.client()


async def test_a_login_that_a_trusted_peer_names_lets_its_client_send(world: Worlds) -> None:
    async with world(xclient_networks=HERE, networks=("198.51.100.0/24",)) as w:
        client = await w.client()
        await client.say(b"XCLIENT ADDR=192.0.2.7 LOGIN=kefu07")
        await client.say(b"EHLO a.example")
        await client.envelope()
        await client.data(MAIL + b".\r\n")
        assert b"with ESMTPA id" in w.got[0].content
        await client.say(b"XCLIENT LOGIN=[UNAVAILABLE]")
        await client.say(b"EHLO a.example")
        assert (await client.say(b"MAIL FROM:<a@x.example>")).startswith(b"550")


@pytest.mark.parametrize("command", [b"XCLIENT ADDR=10.0.0.1", FORWARD.encode()])
async def test_nobody_else_is_offered_it_or_believed(world: Worlds, command: bytes) -> None:
    async with world(outbox=taking_xforward()) as w:
        client = await w.raw()
        await client.reply()
        assert b"XCLIENT" not in (offered := await client.say(b"EHLO a.example"))
        assert b"XFORWARD" not in offered
        assert (await client.say(command)).startswith(b"550 5.7.0")
        await client.envelope()
        await client.data(MAIL + b".\r\n")
        assert b"([127.0.0.1])" in w.got[0].content
        assert not any(line.startswith("XFORWARD") for line in w.outbox.commands)


async def test_xforward_is_passed_on_as_it_came_and_said_again_on_another_connection(world: Worlds) -> None:
    async with world(outbox=taking_xforward(), xclient_networks=HERE) as w:
        client = await w.raw()
        await client.reply()
        assert b"XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE" in await client.say(b"EHLO a.example")
        assert await client.say(FORWARD.encode()) == b"250 2.0.0 Ok\r\n"
        await client.envelope()
        assert (await client.say(FORWARD.encode())).startswith(b"503")
        await w.outbox.hang_up()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
        assert w.outbox.commands.count(FORWARD) == 2
        assert b"([127.0.0.1])" in w.got[0].content  # it is for the log: nobody is believed for it
        await client.envelope()
        await w.outbox.hang_up()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
        assert w.outbox.commands.count(FORWARD) == 2  # it held for one message


async def test_a_reset_forgets_it_upstream_too(world: Worlds) -> None:
    async with world(outbox=taking_xforward(), xclient_networks=HERE) as w:
        client = await w.client()
        await client.say(FORWARD.encode())
        await client.say(b"RSET")
        assert w.outbox.commands[-1] == "RSET"


async def test_xforward_is_not_offered_where_upstream_does_not_take_it(world: Worlds) -> None:
    async with world(xclient_networks=HERE) as w:
        client = await w.raw()
        await client.reply()
        assert b"XFORWARD" not in await client.say(b"EHLO a.example")
        assert (await client.say(FORWARD.encode())).startswith(b"502")


async def test_attributes_that_are_not_valid_are_501_and_in_a_transaction_503(world: Worlds) -> None:
    async with world(outbox=taking_xforward(), xclient_networks=HERE) as w:
        client = await w.client()
        for word in (b"ADDR=here", b"FOO=1", b"HELO=a+0D+0ARSET", b""):
            assert (await client.say(b"XCLIENT " + word)).startswith(b"501")
            assert (await client.say(b"XFORWARD " + word)).startswith(b"501")
        await client.envelope()
        assert (await client.say(b"XCLIENT ADDR=192.0.2.7")).startswith(b"503")
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
