"""`hushgate serve`: relay and console in one process, until SIGTERM or SIGINT.

The relay has the event loop of the main thread; the console one of its own, so that a slow page never slows mail.
Prints one line on stdout once it is ready; the one-time set-up link, at the first start, on stderr.
"""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.console.setup import issue_setup_link
from gateway.errors import StoreUnavailable
from gateway.relay.server import RelayServer
from gateway.service.asking import LocalInspector
from gateway.service.observing import counted
from gateway.service.upstream import relay_options
from gateway.service.web import ConsoleServer
from gateway.service.wiring import House, open_house
from gateway.telemetry.events import LeasesSwept, ServiceStarted, ServiceStopped, StoreFailed, unexpected
from gateway.telemetry.log import emit
from gateway.telemetry.metrics import Metrics

SWEEP_SECONDS = 30
LEASE = timedelta(minutes=15)
"""Longer than any release takes: the answer to the final dot may take ten minutes (RFC 5321 section 4.5.3.2.6)."""
DRAIN_SECONDS = 120.0


def serve(config: Path, environ: Mapping[str, str]) -> int:
    """Run until told to stop; what was accepted is finished first."""
    started = time.monotonic()
    with open_house(config, environ) as house:
        asyncio.run(_serve(house, started))
    return 0


@dataclass(frozen=True, slots=True)
class Running:
    """A started service. Ports are the real ones, where the settings asked for 0."""

    smtp: tuple[str, int]
    console: tuple[str, int]
    setup_link: str | None


async def _serve(house: House, started: float) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with running(house, _logged) as service:
        print(f"smtp {shown_address(service.smtp)}, console {shown_address(service.console)}", flush=True)
        if service.setup_link:
            print(f"console: set up the first account at {service.setup_link}", file=sys.stderr, flush=True)
        emit(ServiceStarted(service.smtp[1], service.console[1], round((time.monotonic() - started) * 1000)))
        await stop.wait()
    emit(ServiceStopped())


def _logged(event: object) -> None:
    emit(event)  # type: ignore[arg-type]  # every event is a dataclass; the rooms below know them as objects


@asynccontextmanager
async def running(house: House, emit: Callable[[object], None]) -> AsyncIterator[Running]:
    """Relay, console and sweeper, started; drained at the end."""
    metrics = Metrics()
    emit = counted(metrics, emit)
    house.reader(emit)
    tools = house.tools()
    inspector = LocalInspector(lambda: tools, metrics, emit)
    async with AsyncExitStack() as stack:
        stack.callback(inspector.close)
        relay = RelayServer(relay_options(house.settings), inspector, emit)

        def scraped() -> tuple[bytes, str]:
            metrics.set_sessions(relay.sessions)
            return metrics.render()

        console = ConsoleServer(house, scraped, lambda: relay.serving, emit)
        console.start()
        stack.callback(console.stop)
        await relay.start()
        stack.push_async_callback(relay.drain, DRAIN_SECONDS)
        sweeper = asyncio.create_task(_sweep(house, metrics, emit))
        stack.callback(sweeper.cancel)
        link = issue_setup_link(house.store.people, datetime.now(UTC), f"http://{shown_address(console.address)}")
        yield Running(relay.address, console.address, link)


async def _sweep(house: House, metrics: Metrics, emit: Callable[[object], None]) -> None:
    """Give back the leases of releases whose process died, and keep the gauges true."""
    while True:
        try:
            count = await asyncio.to_thread(_sweep_once, house, metrics)
            if count:
                emit(LeasesSwept(count))
        except StoreUnavailable:
            emit(StoreFailed("sweep"))
        except Exception as error:
            emit(unexpected(error))  # the next round may do better; the relay goes on
        await asyncio.sleep(SWEEP_SECONDS)


def _sweep_once(house: House, metrics: Metrics) -> int:
    count = house.store.quarantine.sweep(datetime.now(UTC) - LEASE, "sweeper")
    metrics.set_held(len(house.store.quarantine.summaries("held")))
    metrics.set_audit_entries(house.store.audit.head()[0])
    return count


def shown_address(address: tuple[str, int]) -> str:
    """`host:port`, with brackets around an IPv6 address."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
