"""Relay, inspector and console in one process, as the demo runs them. `supervisor` runs them apart.

The relay has the event loop of the main thread; the console one of its own, so that a slow page never slows mail.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.console.setup import issue_setup_link
from gateway.relay.server import RelayServer
from gateway.service.budget import budget_of
from gateway.service.console_server import ConsoleServer, base_url
from gateway.service.inspector.answers import Answers
from gateway.service.inspector.engine import LocalInspector
from gateway.service.lease_sweeper import sweep
from gateway.service.links import note_address
from gateway.service.metrics_from_events import counting_emit
from gateway.service.notifier import Notifier
from gateway.service.upstream import relay_options
from gateway.service.wiring import Application
from gateway.telemetry.metrics import Metrics

DRAIN_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Running:
    """A started service. Ports are the real ones, where the settings asked for 0."""

    smtp: tuple[str, int]
    console: tuple[str, int]
    setup_link: str | None


@asynccontextmanager
async def running(house: Application, emit: Callable[[object], None]) -> AsyncIterator[Running]:
    """Relay, console and sweeper, started; drained at the end."""
    metrics = Metrics()
    emit = counting_emit(metrics, emit)
    house.reader(emit)
    tools = house.tools(emit)
    answers = Answers(house, emit)
    passed = house.store.passed if house.settings.retention.passed_days else None
    inspector = LocalInspector(lambda: tools, metrics, emit, budget_of(house.settings), answers=answers, passed=passed)
    inspector.late.start()
    async with AsyncExitStack() as stack:
        stack.callback(inspector.close)
        relay = RelayServer(relay_options(house.settings), inspector, emit)

        def scraped() -> tuple[bytes, str]:
            metrics.set_sessions(relay.sessions)
            return metrics.render()

        console = ConsoleServer(house, scraped, lambda: {"relay": relay.serving}, emit)
        console.start()
        stack.callback(console.stop)
        await relay.start()
        stack.push_async_callback(relay.drain, DRAIN_SECONDS)
        base = base_url(house.settings.console, console.address)
        notifier = Notifier(house, lambda: tools, emit)
        for work in (sweep(house, metrics, emit), notifier.run()):
            stack.callback(asyncio.create_task(work).cancel)
        note_address(house, base)
        link = issue_setup_link(house.store.people, datetime.now(UTC), base)
        yield Running(relay.address, console.address, link)
