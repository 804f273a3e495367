"""Who may connect and who may send."""

from typing import Any

import pytest

from gateway.ipc.relay_options import RelayOptions
from gateway.relay.client_limits import Clients
from gateway.smtp.client import Server
from gateway.telemetry.events import MessageRefused
from relay.conftest import Worlds


def options(**changed: Any) -> RelayOptions:
    return RelayOptions("127.0.0.1", 0, Server("127.0.0.1", 25), "gate.platform.example", **changed)


MAIL = b"Subject: x\r\n\r\nbody\r\n"


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),  # IPv4 as a socket of both kinds shows it
        ("11.1.2.3", False),
        ("2001:db8:1::5", True),
        ("2001:db9::5", False),
        ("fe80::1%eth0", True),
        ("", False),
        ("unknown", False),
    ],
)
def test_who_is_in_one_of_the_networks_may_send(address: str, may: bool) -> None:
    clients = Clients(options(networks=("10.0.0.0/8", "2001:db8::/32", "fe80::/64")))
    assert clients.may_send(address) == may


def test_connections_are_counted_by_address_and_by_the_network_of_one_customer() -> None:
    clients = Clients(options(max_sessions_per_client=2))
    assert clients.enters("192.0.2.1")
    assert clients.enters("192.0.2.1")
    assert not clients.enters("192.0.2.1")
    assert clients.enters("192.0.2.2")
    slot = clients.enters("2001:db8::1")
    assert slot
    assert clients.enters("2001:db8::ffff:2")
    assert not clients.enters("2001:db8::3")
    assert clients.enters("2001:db8:0:1::3")
    clients.leaves(slot)
    assert clients.enters("2001:db8::3")


async def test_a_client_from_elsewhere_may_not_send_and_upstream_hears_nothing(world: Worlds) -> None:
    async with world(networks=("192.0.2.0/24",)) as w:
        client = await w.client()
        assert (await client.say(b"MAIL FROM:<kefu07@platform.example>")).startswith(b"550 5.7.1 ")
        assert (await client.say(b"RCPT TO:<a@x.example>")).startswith(b"503 ")
        assert (await client.say(b"DATA")).startswith(b"503 ")
        assert not any(command.startswith("MAIL") for command in w.outbox.commands)
        (event,) = w.events
        assert isinstance(event, MessageRefused)
        assert (event.code, event.reason) == (550, "network")


async def test_one_connection_too_many_of_one_client_is_421_until_another_leaves(world: Worlds) -> None:
    async with world(max_sessions_per_client=2) as w:
        first, second = await w.client(), await w.client()
        third = await w.raw()
        assert await third.reply() == b"421 4.7.0 Too many connections, try again later\r\n"
        assert await third.closed()
        await second.envelope()
        assert (await second.data(MAIL + b".\r\n")).startswith(b"250")
        await first.say(b"QUIT")
        assert await first.closed()
        await w.client()


async def test_one_that_is_turned_away_and_talks_on_hurts_nobody(world: Worlds) -> None:
    async with world(max_sessions_per_client=1) as w:
        await w.client()
        third = await w.raw()
        third.writer.write(b"EHLO x\r\nMAIL FROM:<kefu07@platform.example>\r\n" * 1000)
        await third.closed()
        first = w.peers[0]
        await first.envelope()
        assert (await first.data(MAIL + b".\r\n")).startswith(b"250")
        assert w.relay.sessions == 1
        assert w.outbox.commands.count("MAIL FROM:<kefu07@platform.example>") == 1
