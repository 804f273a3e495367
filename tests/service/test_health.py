"""Who is ended because it does not answer, and who is not: relays that say what they are told, a clock of our own."""

import asyncio
from dataclasses import dataclass, field

import pytest

from gateway.ipc.control import ServiceState
from gateway.service import health
from gateway.service.budget import budget_of, patience_of
from gateway.service.health import Health, parts_of
from gateway.settings.schema import ReaderSettings, Settings, Smtp

PATIENCE = 100.0


@dataclass(eq=False)
class Process:
    """Answers a probe with `part`; None: not at all."""

    part: str | None = ""
    health: list[Health] = field(default_factory=list)

    def probe(self, number: int, seconds: float) -> None:
        if self.part is not None:
            asyncio.get_running_loop().call_soon(self.health[0].came_back, self, number, self.part)


class Service:
    """Two relays and an inspector; `looks` lets time go by."""

    def __init__(self) -> None:
        self.now = 0.0
        self.relays, self.inspector = [Process(), Process()], Process()
        self.ended: list[tuple[object, str]] = []
        self.health = Health(
            lambda: self.relays,
            lambda: self.inspector,
            lambda process, part, seconds: self.ended.append((process, part)),
            PATIENCE,
            lambda event: None,
            lambda: self.now,
        )
        for process in (*self.relays, self.inspector):
            process.health.append(self.health)

    async def looks(self, times: int, seconds: float = 10.0) -> str:
        for _ in range(times):
            self.now += seconds
            part = await self.health.look()
        return part

    async def two_look(self) -> tuple[asyncio.Task[str], asyncio.Task[str]]:
        """One whose look has begun, and one who asks a second later."""
        looking = asyncio.create_task(self.health.look())
        await asyncio.sleep(0.01)
        self.now += 1.0
        asked = asyncio.create_task(self.health.look())
        await asyncio.sleep(0)
        return looking, asked


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr(health, "PROBE_SECONDS", -0.99)
    return Service()


async def test_where_all_come_back_nobody_is_ended(service: Service) -> None:
    assert await service.looks(30) == ""
    assert service.ended == []


async def test_a_look_from_before_somebody_died_is_not_fresh(service: Service) -> None:
    assert await service.looks(1) == ""
    service.health.forget(service.inspector)
    for relay in service.relays:
        relay.part = "inspector"
    assert await service.looks(1, seconds=0.01) == "inspector"


async def test_a_look_during_which_somebody_died_is_taken_once_more(service: Service) -> None:
    well, slow = service.relays
    slow.part = None
    looking = asyncio.create_task(service.health.look())
    for _ in range(3):
        await asyncio.sleep(0)
    well.part = slow.part = "inspector"  # it died when one relay's canary was back already
    service.health.forget(service.inspector)
    asked_after_it = asyncio.create_task(service.health.look())
    await asyncio.sleep(0)
    service.health.came_back(slow, service.health._probes[slow].number, "")  # it too, just before
    assert await asked_after_it == "inspector"
    assert await looking == "inspector"
    assert service.health.part == "inspector"


@pytest.mark.parametrize(
    ("part", "after"), [("inspector", health.SILENT_SECONDS), ("places", PATIENCE), ("reader", PATIENCE)]
)
async def test_an_inspector_whose_canaries_fail_for_long_is_ended_once(
    service: Service, part: str, after: float
) -> None:
    for relay in service.relays:
        relay.part = part
    assert await service.looks(int(after / 10)) == part
    assert service.ended == []
    await service.looks(2)
    assert service.ended == [(service.inspector, part)]


async def test_the_store_s_fault_or_one_relay_s_ends_no_inspector(service: Service) -> None:
    for relay in service.relays:
        relay.part = "store"
    assert await service.looks(30) == "store"
    service.relays[0].part, service.relays[1].part = "places", ""
    assert await service.looks(30) == "places"
    assert service.ended == []


async def test_a_relay_that_says_nothing_is_ended_and_one_that_is_slow_is_not(service: Service) -> None:
    hung, slow = service.relays
    hung.part, slow.part = None, None
    for _ in range(12):
        assert await service.looks(1) == "relay"
        service.health.came_back(slow, service.health._probes[slow].number, "")
    assert service.ended[0] == (hung, "relay")
    assert slow not in [process for process, _ in service.ended]


async def test_one_that_died_while_it_was_asked_counts_no_more(service: Service) -> None:
    gone = service.relays[0]
    gone.part = None
    looking = asyncio.create_task(service.looks(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    service.relays.remove(gone)
    service.health.forget(gone)
    assert await looking == ""
    assert await service.looks(10) == ""
    assert service.ended == []


async def test_what_was_seen_before_somebody_asked_does_not_say_that_all_is_well(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process was killed in between, and nobody has noticed yet."""
    monkeypatch.setattr(health, "PROBE_SECONDS", 5.0)
    slow = service.relays[1]
    slow.part = None
    looking, asked = await service.two_look()
    for relay in service.relays:
        relay.part = "inspector"
    service.health.came_back(slow, service.health._probes[slow].number, "")
    assert await looking == ""
    assert await asked == "inspector"


async def test_what_fails_already_is_said_to_whoever_asks_meanwhile(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PROBE_SECONDS", 5.0)
    for relay in service.relays:
        relay.part = None
    looking, asked = await service.two_look()
    for relay in service.relays:
        service.health.came_back(relay, service.health._probes[relay].number, "store")
    assert await looking == await asked == "store"
    assert service.health._number == len(service.relays)


async def test_several_who_ask_at_once_share_one_look(service: Service) -> None:
    service.now = 10.0
    assert set(await asyncio.gather(*(service.health.look() for _ in range(20)))) == {""}
    assert service.health._number == len(service.relays)


def test_each_part_is_named() -> None:
    assert set(parts_of(ServiceState(2, True)).values()) == {True}
    for part in ("relay", "inspector", "places", "reader", "store"):
        assert [name for name, well in parts_of(ServiceState(2, True, part)).items() if not well] == [part]
    assert parts_of(ServiceState(0, True))["relay"] is False
    assert parts_of(ServiceState(2, False))["inspector"] is False
    assert parts_of(None) == {"supervisor": False}


@pytest.mark.parametrize(("answer", "reader", "budget"), [(95, 60, 225), (95, 10, 90), (10, 60, 225), (300, 60, 295)])
def test_an_inspection_may_take_what_a_client_waits_and_never_less_than_reading(
    answer: int, reader: int, budget: float
) -> None:
    settings = Settings.__new__(Settings)
    object.__setattr__(settings, "smtp", Smtp(answer_seconds=answer))
    object.__setattr__(settings, "reader", ReaderSettings(seconds=reader))
    assert budget_of(settings) == budget
    assert patience_of(budget) > budget
