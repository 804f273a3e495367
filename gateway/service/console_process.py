"""The console as a process of its own: a slow page never slows mail, and what breaks it breaks nothing else.

Started by the supervisor as `python -c … CONTROL LISTENING CONFIG COPY`; it opens the store at its first order, for the
inspector makes the store.
"""

import asyncio
import os
import socket
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gateway.console.setup import issue_setup_link
from gateway.errors import HushgateError
from gateway.ipc.control import (
    Drain,
    Order,
    Orders,
    Prepare,
    Ready,
    Reload,
    ServiceState,
    Wanted,
    first_order,
    send_packet,
)
from gateway.service.console_server import ConsoleServer, base_url
from gateway.service.gc_tuning import freeze_loaded
from gateway.service.health import ANSWER_SECONDS, parts_of
from gateway.service.links import note_address
from gateway.service.metrics_from_events import counting_emit
from gateway.service.reloading import Reloading
from gateway.service.setup_link import remove_link, setup_file, write_link
from gateway.service.wiring import Application, open_house
from gateway.telemetry.log import emit as log
from gateway.telemetry.metrics import Metrics


def main() -> None:
    """Run until told to end. A mistake in the configuration is one line and exit code 2."""
    control, page = (socket.socket(fileno=int(word)) for word in sys.argv[1:3])
    state = first_order(control, ServiceState)
    try:
        config = Path(sys.argv[3])
        with open_house(config, os.environ, copy=Path(sys.argv[4])) as house:
            asyncio.run(_run(control, page, house, config, state))
    except HushgateError as error:
        print(f"hushgate: {error}", file=sys.stderr)
        sys.exit(2)


class _LastState:
    """How it stands with the others, as the supervisor says. Asked on any thread."""

    def __init__(self, control: socket.socket, at_first: ServiceState) -> None:
        self._control, self._state = control, at_first
        self._number = 0
        self._changed = threading.Condition()

    def update(self, state: ServiceState) -> None:
        """The supervisor's word."""
        with self._changed:
            # What it says unasked carries no number, and does not answer who asked.
            self._state = msgspec.structs.replace(state, number=max(state.number, self._state.number))
            self._changed.notify_all()

    def now(self) -> ServiceState | None:
        """The state after this moment; None where the supervisor does not answer."""
        with self._changed:
            self._number += 1
            number = self._number
            if not send_packet(self._control, Wanted(number)):
                return None
            if not self._changed.wait_for(lambda: self._state.number >= number, ANSWER_SECONDS):
                return None
            return self._state


async def _run(
    control: socket.socket, page: socket.socket, house: Application, config: Path, at_first: ServiceState
) -> None:
    metrics = Metrics()
    emit = counting_emit(metrics, log)  # type: ignore[arg-type]  # every event is a dataclass
    end = asyncio.Event()
    service = _LastState(control, at_first)
    reloading = Reloading(house, config, control, lambda fresh, folder: None)
    house.rules_refused = at_first.refused
    metrics.set_refused(bool(at_first.refused))

    def on_order(order: Order) -> None:
        match order:
            case ServiceState():
                service.update(order)
                metrics.set_stuck(order.stuck)
                metrics.set_refused(bool(order.refused))
                house.rules_refused = order.refused
            case Prepare():
                reloading.prepare(order)
            case Reload():
                if not reloading.take(order):
                    end.set()
            case Drain():
                end.set()
            case _:
                pass

    Orders(control, on_order, end.set)
    console = ConsoleServer(house, metrics.render, lambda: parts_of(service.now()), emit, page)
    console.start()
    freeze_loaded()
    file = setup_file(house.settings.storage)
    base = base_url(house.settings.console, console.address)
    note_address(house, base)
    link = issue_setup_link(house.store.people, datetime.now(UTC), base)
    if link is None:
        remove_link(file)
    else:
        write_link(file, link)
    send_packet(control, Ready(*console.address, str(file) if link else ""))
    await end.wait()
    await asyncio.to_thread(console.stop)
