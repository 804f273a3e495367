"""The console as a process of its own: a slow page never slows mail, and what breaks it breaks nothing else.

Started by the supervisor as `python -c … CONTROL LISTENING CONFIG`; it opens the store at its first order, for the
inspector makes the store.
"""

import asyncio
import os
import socket
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gateway.console.setup import issue_setup_link
from gateway.errors import HushgateError
from gateway.service.control import Drain, Order, Orders, Ready, Reload, State, Wanted, first, say
from gateway.service.health import ANSWER_SECONDS, parts_of
from gateway.service.memory import settled
from gateway.service.observing import counted
from gateway.service.rules import policy_of
from gateway.service.setup_link import remove_link, setup_file, write_link
from gateway.service.web import ConsoleServer, base_url
from gateway.service.wiring import House, open_house
from gateway.telemetry.log import emit as log
from gateway.telemetry.metrics import Metrics


def main() -> None:
    """Run until told to end. A mistake in the configuration is one line and exit code 2."""
    control, page = (socket.socket(fileno=int(word)) for word in sys.argv[1:3])
    state = first(control, State)
    try:
        config = Path(sys.argv[3])
        with open_house(config, os.environ) as house:
            asyncio.run(_run(control, page, house, config, state))
    except HushgateError as error:
        print(f"hushgate: {error}", file=sys.stderr)
        sys.exit(2)


class _Service:
    """How it stands with the others, as the supervisor says. Asked on any thread."""

    def __init__(self, control: socket.socket, at_first: State) -> None:
        self._control, self._state = control, at_first
        self._number = 0
        self._changed = threading.Condition()

    def told(self, state: State) -> None:
        """The supervisor's word."""
        with self._changed:
            # What it says unasked carries no number, and does not answer who asked.
            self._state = msgspec.structs.replace(state, number=max(state.number, self._state.number))
            self._changed.notify_all()

    def now(self) -> State | None:
        """The state after this moment; None where the supervisor does not answer."""
        with self._changed:
            self._number += 1
            number = self._number
            if not say(self._control, Wanted(number)):
                return None
            if not self._changed.wait_for(lambda: self._state.number >= number, ANSWER_SECONDS):
                return None
            return self._state


async def _run(control: socket.socket, page: socket.socket, house: House, config: Path, at_first: State) -> None:
    metrics = Metrics()
    emit = counted(metrics, log)  # type: ignore[arg-type]  # every event is a dataclass
    end = asyncio.Event()
    service = _Service(control, at_first)

    def heard(order: Order) -> None:
        match order:
            case State():
                service.told(order)
                metrics.set_stuck(order.stuck)
            case Reload():
                with suppress(HushgateError):  # changed once more since the supervisor found it good
                    house.policy = policy_of(config)
            case Drain():
                end.set()
            case _:
                pass

    Orders(control, heard, end.set)
    console = ConsoleServer(house, metrics.render, lambda: parts_of(service.now()), emit, page)
    console.start()
    settled()
    file = setup_file(house.settings.storage)
    base = base_url(house.settings.console, console.address)
    link = issue_setup_link(house.store.people, datetime.now(UTC), base)
    if link is None:
        remove_link(file)
    else:
        write_link(file, link)
    say(control, Ready(*console.address, str(file) if link else ""))
    await end.wait()
    await asyncio.to_thread(console.stop)
