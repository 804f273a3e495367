"""Behind a load balancer: the client is whom the PROXY header names, and only a trusted peer may name one."""

import asyncio
import struct

import pytest

from gateway.relay.proxy_protocol import V2
from relay.conftest import Worlds

MAIL = b"Subject: x\r\n\r\nbody\r\n"
HERE = ("127.0.0.0/8",)
V1 = b"PROXY TCP4 192.0.2.9 198.51.100.2 4000 25\r\n"
BINARY = V2 + b"\x21\x11\x00\x0c" + bytes((192, 0, 2, 9, 198, 51, 100, 2)) + struct.pack("!HH", 4000, 25)


@pytest.mark.parametrize("header", [V1, BINARY])
@pytest.mark.parametrize("split", [1, 13, 1000])
async def test_the_client_is_whom_the_header_names(world: Worlds, header: bytes, split: int) -> None:
    async with world(proxy_networks=HERE, networks=("192.0.2.0/24",)) as w:
        client = await w.raw()
        together = header + b"EHLO a.example\r\n"
        client.writer.write(together[:split])
        await client.writer.drain()
        await asyncio.sleep(0.01)
        client.writer.write(together[split:])
        assert (await client.reply()).startswith(b"220 ")
        assert (await client.reply()).startswith(b"250")
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
        assert w.got[0].content.startswith(b"Received: from a.example ([192.0.2.9])")
        assert w.judge.seen[0][0].client.host == "192.0.2.9"


async def test_networks_hold_for_the_client_and_not_for_the_balancer(world: Worlds) -> None:
    async with world(proxy_networks=HERE, networks=HERE) as w:
        client = await w.raw()
        client.writer.write(V1)
        await client.start()
        assert (await client.say(b"MAIL FROM:<a@x.example>")).startswith(b"550 5.7.1")
        health = await w.raw()
        health.writer.write(V2 + b"\x20\x00\x00\x00")
        await health.start()
        assert (await health.say(b"MAIL FROM:<a@x.example>")).startswith(b"250")


async def test_limits_hold_for_the_client(world: Worlds) -> None:
    async with world(proxy_networks=HERE, max_sessions_per_client=1) as w:
        for number, answer in ((1, b"220 "), (2, b"220 "), (1, b"421 4.7.0")):
            client = await w.raw()
            client.writer.write(b"PROXY TCP4 192.0.2.%d 198.51.100.2 4000 25\r\n" % number)
            assert (await client.reply()).startswith(answer)


@pytest.mark.parametrize("said", [b"EHLO a.example\r\n", b"PROXY TCP4 x\r\n", b"\x16\x03\x01\x00\xa5", V1[:10]])
async def test_a_balancer_that_names_nobody_is_cut_off_unheard(
    world: Worlds, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.relay.handshake.HEADER_SECONDS", 0.2)
    async with world(proxy_networks=HERE) as w:
        client = await w.raw()
        client.writer.write(said)
        assert await client.closed()
        assert w.relay.sessions == 0
        await w.until(lambda: not w.relay._entering)


async def test_a_header_of_somebody_else_is_no_header(world: Worlds) -> None:
    async with world(networks=HERE, proxy_networks=("192.0.2.0/24",)) as w:
        client = await w.raw()
        client.writer.write(V1)
        assert (await client.reply()).startswith(b"220 ")
        assert (await client.reply()).startswith(b"500 5.5.2")
        assert (await client.say(b"EHLO a.example")).startswith(b"250")
        await client.envelope()
        await client.data(MAIL + b".\r\n")
        assert b"([127.0.0.1])" in w.got[0].content
