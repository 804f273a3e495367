"""Two people over the real service: a configuration, its rules, and a sink that is upstream."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.errors import Problem
from gateway.model import Client, Envelope, Message, NewHold, Recipient
from gateway.service import sending
from gateway.service.sending import decider_of, discard_held, release_held
from gateway.service.wiring import Application, open_house
from gateway.smtp.sink import Outbox

RULES = """[[rule]]
name = "material"
action = "quarantine"
four_eyes = true
when = { kinds = ["material"] }

[[rule]]
name = "rest"
action = "quarantine"
"""
CONTENT = b"Subject: x\r\n\r\nx\r\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "policy.toml").write_text(RULES)
    return folder


def hold(house: Application, rule: str, rules: tuple[str, ...] = ()) -> str:
    content = CONTENT + rule.encode() + b" ".join(one.encode() for one in rules)
    to, client = (Recipient("xinger@streamers.example"),), Client("192.0.2.1", "desk")
    envelope = Envelope("kefu@platform.example", to, client, datetime.now(UTC))
    digest = Message("m", content).digest
    return house.store.quarantine.hold(
        NewHold(envelope, content, digest, "quarantine", rule, "p", ("R-1",), (), rules, None), "relay"
    )


async def opened(config: Path, outbox: Outbox) -> Application:
    (config / "gateway.toml").write_text(
        f'[upstream]\nhost = "127.0.0.1"\nport = {outbox.port}\n[organization]\ndomains = ["platform.example"]\n'
        f'[storage]\nurl = "sqlite:///{config}/hushgate.db"\nkey_file = "{config}/key"\n'
    )
    return open_house(config, {}).__enter__()


@pytest.mark.parametrize(("rule", "rules"), [("material", ()), ("rest", ("rest", "material"))])
def test_a_release_takes_two_people_and_the_world_gets_it_once(config: Path, rule: str, rules: tuple[str, ...]) -> None:
    async def walked() -> None:
        async with Outbox() as outbox:
            house = await opened(config, outbox)
            held = hold(house, rule, rules)
            assert (await release_held(house, held, "console:a", "why")).result == "proposed"
            assert outbox.messages == []
            with pytest.raises(Problem, match="second person"):
                await release_held(house, held, "console:a", "why")
            results = await asyncio.gather(
                *(release_held(house, held, actor, "why") for actor in ("console:b", "api:desk", "console:b")),
                return_exceptions=True,
            )
            sent = [one for one in results if not isinstance(one, BaseException)]
            assert [one.result for one in sent] == ["sent"]
            assert all(isinstance(one, Problem) for one in results if one not in sent)
            assert len(outbox.messages) == 1
            house.store.shut()

    asyncio.run(walked())


def test_another_rule_takes_one_person(config: Path) -> None:
    async def walked() -> None:
        async with Outbox() as outbox:
            house = await opened(config, outbox)
            assert (await release_held(house, hold(house, "rest"), "console:a", "why")).result == "sent"
            assert len(outbox.messages) == 1
            house.store.shut()

    asyncio.run(walked())


def test_nobody_decides_on_mail_of_their_own(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def walked() -> None:
        async with Outbox() as outbox:
            house = await opened(config, outbox)
            held = hold(house, "rest")
            monkeypatch.setattr(sending, "address_of", lambda house, name: "Kefu@platform.example")
            assert decider_of(house, "console:kefu").address == "Kefu@platform.example"
            assert decider_of(house, "cli:root").address == ""
            with pytest.raises(Problem, match="sent themselves"):
                await release_held(house, held, "console:kefu", "why")
            with pytest.raises(Problem, match="sent themselves"):
                discard_held(house, held, "console:kefu", "why")
            discard_held(house, held, "cli:root", "why")
            house.store.shut()

    asyncio.run(walked())
