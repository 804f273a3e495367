"""A drill's mail in the relay: for whom it is mail, where it goes, and what upstream hears of it."""

import pytest

from gateway.model import Pass, TryLater
from gateway.model.drill import DOMAIN, DrillAddress, DrillRoute
from gateway.smtp.sink import Outbox
from relay.conftest import Judge, Worlds

TOKEN = "0123456789abcdef" * 2
SENDER, TO = (str(DrillAddress(name, TOKEN)).encode() for name in ("staff", "text"))
MAIL = b"Subject: x\r\n\r\ny\r\n.\r\n"


class Knowing(Judge):
    """An inspector that knows of one drill."""

    route: DrillRoute | TryLater | None = None

    async def drill(self, token: str) -> DrillRoute | TryLater | None:
        return self.route if token == TOKEN else None


def knowing(route: DrillRoute | TryLater | None) -> Knowing:
    judge = Knowing(Pass())
    judge.route = route
    return judge


async def test_what_passes_goes_to_its_sink_and_upstream_hears_nothing(world: Worlds) -> None:
    async with Outbox() as sink, world(knowing(DrillRoute(sink.port, "proof"))) as w:
        client = await w.client()
        assert await client.say(b"MAIL FROM:<%s>" % SENDER) == b"250 2.1.0 proof\r\n"
        assert (await client.say(b"RCPT TO:<%s>" % TO)).startswith(b"250")
        assert (await client.data(MAIL)).startswith(b"250")
        assert [one.recipients for one in sink.messages] == [(TO.decode(),)]
        assert not w.got
        assert not [line for line in w.outbox.commands if DOMAIN in line]
        # The connection is the drill's from then on.
        assert (await client.say(b"MAIL FROM:<kefu@platform.example>")).startswith(b"550")
        assert (await client.say(b"MAIL FROM:<%s>" % SENDER)).startswith(b"250")


@pytest.mark.parametrize("route", [None, TryLater("drill")])
async def test_without_a_drill_there_is_no_such_address(world: Worlds, route: TryLater | None) -> None:
    async with world(knowing(route)) as w:
        client = await w.client()
        code = b"550" if route is None else b"451"
        assert (await client.say(b"MAIL FROM:<%s>" % SENDER)).startswith(code)
        assert (await client.say(b"MAIL FROM:<%s>" % SENDER.replace(b"01", b"10"))).startswith(b"550")
        await client.envelope()  # mail goes on as ever
        assert (await client.data(MAIL)).startswith(b"250")
        assert len(w.got) == 1


async def test_an_inspector_that_knows_of_no_drills_takes_none(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        assert (await client.say(b"MAIL FROM:<%s>" % SENDER)).startswith(b"550")
        await client.say(b"MAIL FROM:<kefu@platform.example>")
        assert (await client.say(b"RCPT TO:<%s>" % TO)).startswith(b"550")
        assert not [line for line in w.outbox.commands if DOMAIN in line]


async def test_a_sink_that_is_gone_is_no_upstream(world: Worlds) -> None:
    async with Outbox() as sink:
        port = sink.port
    async with world(knowing(DrillRoute(port, "proof"))) as w:
        client = await w.client()
        assert (await client.say(b"MAIL FROM:<%s>" % SENDER)).startswith(b"451")
        assert not w.got
