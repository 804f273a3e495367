"""The inspector as a process of its own: knows reporters, keys and rules, and has no open port.

Started by the supervisor as `python -c … CONTROL LISTENING CONFIG COPY USER`; LISTENING is the Unix socket that relays
ask on, COPY has the files of CONFIG as they were found good, USER is who relays are where they are not who we are.
"""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import uvloop

from gateway.errors import HushgateError, StoreUnavailable
from gateway.images.match import opencv
from gateway.ipc.control import Drain, Order, Orders, Prepare, Ready, Reload, ReloadRefused, send_packet
from gateway.sandbox.users import User, parsed
from gateway.service.asking import state_folder
from gateway.service.budget import budget_of
from gateway.service.gc_tuning import freeze_loaded
from gateway.service.inspector.answers import Answers
from gateway.service.inspector.drills import RunningDrills
from gateway.service.inspector.engine import LocalInspector
from gateway.service.inspector.explain_server import ExplainServer
from gateway.service.inspector.inspecting import Explaining
from gateway.service.inspector.server import AnsweringServer
from gateway.service.inspector.work_slots import Kind, WorkSlots
from gateway.service.lease_sweeper import sweep
from gateway.service.metrics_from_events import counting_emit
from gateway.service.notifier import Notifier
from gateway.service.own_names import ask_about_ours
from gateway.service.reloading import Reloading
from gateway.service.rule_changes import note_changes, note_refused
from gateway.service.searching import Searching
from gateway.service.wiring import Application, ReadAnew, open_house
from gateway.settings.settings import store_path
from gateway.telemetry.events import StoreFailed, StoreOpened, SuggestionsAsked, unexpected
from gateway.telemetry.log import emit as log
from gateway.telemetry.log import tell
from gateway.telemetry.metrics import Metrics

_ASIDE = 2
"""Threads for canaries."""


def main() -> None:
    """Run until told to end. A mistake in the configuration is one line and exit code 2."""
    control, listening = (socket.socket(fileno=int(word)) for word in sys.argv[1:3])
    config, copy, relays = Path(sys.argv[3]), Path(sys.argv[4]), parsed(sys.argv[5])
    opencv.load()
    try:
        with open_house(config, os.environ, copy=copy) as house:
            uvloop.run(_run(control, listening, house, config, copy, relays))
    except HushgateError as error:
        print(f"hushgate: {error}", file=sys.stderr)
        sys.exit(2)


async def _run(
    control: socket.socket,
    listening: socket.socket,
    house: Application,
    config: Path,
    copy: Path,
    relays: User | None,
) -> None:
    metrics = Metrics()
    emit = counting_emit(metrics, log)  # type: ignore[arg-type]  # every event is a dataclass
    _say_which(house)
    house.reader(emit)
    tools = [house.tools(emit)]
    end = asyncio.Event()
    beside = list[asyncio.Task[None]]()

    def took(fresh: ReadAnew, folder: Path) -> None:
        tools[0] = house.again(tools[0], fresh)
        metrics.reloaded("done")
        metrics.set_rules(house.policy.digest)
        beside.append(asyncio.create_task(_ask_about_ours(house, emit)))
        beside.append(asyncio.create_task(_note_changes(house, folder, emit)))

    reloading = Reloading(house, config, control, took)
    metrics.set_rules(house.policy.digest)

    def on_order(order: Order) -> None:
        match order:
            case Prepare():
                reloading.prepare(order)
            case Reload():
                if not reloading.take(order):
                    end.set()
            case ReloadRefused(place=place):
                metrics.reloaded("refused")
                beside.append(asyncio.create_task(_note_refused(house, place, emit)))
            case Drain():
                end.set()
            case _:
                pass

    small, large = _places_for(house.readers)
    places_at_work = small + large + _ASIDE
    answers = Answers(house, emit)
    passed = house.store.passed if house.settings.retention.passed_days else None
    inspector = LocalInspector(
        lambda: tools[0], metrics, emit, budget_of(house.settings), places_at_work, answers, passed
    )
    inspector.late.start()
    places = WorkSlots(small, large)
    drills = RunningDrills(house, lambda: tools[0], emit, budget_of(house.settings), _beside(listening) / "drills")
    server = AnsweringServer(listening, inspector, emit, places, (relays.uid,) if relays else (), drills)
    search = Searching(house).found
    asked = ExplainServer(
        config,
        state_folder(house.settings),
        lambda: Explaining(tools[0], search, house.store.audit),
        places,
        emit,
        house.settings.smtp.max_size,
        budget_of(house.settings),
    )
    await asked.start()
    Orders(control, on_order, end.set)
    beside += [asyncio.create_task(sweep(house, metrics, emit)), asyncio.create_task(_count(places, metrics))]
    beside.append(asyncio.create_task(_ask_about_ours(house, emit)))
    notifier = Notifier(house, lambda: tools[0], emit)
    beside.append(asyncio.create_task(notifier.run()))
    beside.append(asyncio.create_task(_note_changes(house, copy, emit)))
    beside.append(asyncio.create_task(drills.watch()))
    freeze_loaded()
    send_packet(control, Ready())
    await end.wait()
    server.close()
    asked.close()
    for task in beside:
        task.cancel()
    await asyncio.to_thread(drills.close)
    await asyncio.to_thread(inspector.close)


def _beside(listening: socket.socket) -> Path:
    """The folder of this service, which goes with it; one of its own where the socket has no name among files."""
    name = listening.getsockname()
    if isinstance(name, str) and name.startswith("/"):
        return Path(name).parent
    return Path(tempfile.mkdtemp(prefix="hushgate-"))


def _say_which(house: Application) -> None:
    """Which store this is and how many reports it protects, for whoever started us: a wrong one passes every leak."""
    count = house.store.reports.protecting()
    log(StoreOpened(count, house.created))
    made = "new and empty" if house.created else f"{count} report(s) protected"
    tell("StoreFound", f"store {store_path(house.settings.storage)}: {made}")


async def _ask_about_ours(house: Application, emit: Callable[[object], None]) -> None:
    """What was suggested before the settings said that it is ours: asked about, without counting first."""
    try:
        if asked := await asyncio.to_thread(ask_about_ours, house.store.reports, house.ours):
            emit(SuggestionsAsked(asked))
    except StoreUnavailable:
        emit(StoreFailed("suggestions"))  # at the next start or reload
    except Exception as error:
        emit(unexpected(error))


async def _note_changes(house: Application, config: Path, emit: Callable[[object], None]) -> None:
    """Which rules hold from now on, in the audit log."""
    try:
        await asyncio.to_thread(note_changes, house, config, "inspector")
    except StoreUnavailable:
        emit(StoreFailed("audit"))  # at the next start or reload
    except Exception as error:
        emit(unexpected(error))


async def _note_refused(house: Application, place: str, emit: Callable[[object], None]) -> None:
    """That files were changed and not taken, in the audit log."""
    try:
        await asyncio.to_thread(note_refused, house, place)
    except StoreUnavailable:
        emit(StoreFailed("audit"))
    except Exception as error:
        emit(unexpected(error))


def _places_for(readers: int) -> tuple[int, int]:
    """How many small and how many large messages are at work at once. While one is searched another is read; large
    ones never have all readers."""
    return max(4, 2 * readers), max(1, readers // 2)


async def _count(places: WorkSlots, metrics: Metrics) -> None:
    sizes: tuple[Kind, ...] = ("small", "large")
    while True:
        for size in sizes:
            line = places.line(size)
            metrics.set_places(
                size, taken=line.taken, free=line.free, waiting=line.waiting, oldest=line.oldest, held=line.held
            )
        await asyncio.sleep(0.5)
