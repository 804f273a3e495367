"""The inspector as a process of its own: knows reporters, keys and rules, and has no open port.

Started by the supervisor as `python -c … CONTROL LISTENING CONFIG`; LISTENING is the Unix socket that relays ask on.
"""

import asyncio
import os
import socket
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import uvloop

from gateway.errors import HushgateError
from gateway.inspection.tools import Tools
from gateway.service.answering import AnsweringServer
from gateway.service.asking import LocalInspector
from gateway.service.control import Drain, Order, Orders, Ready, Reload, say
from gateway.service.memory import settled
from gateway.service.observing import counted
from gateway.service.rules import policy_of
from gateway.service.sweeping import sweep
from gateway.service.wiring import House, open_house
from gateway.telemetry.log import emit as log
from gateway.telemetry.metrics import Metrics


def main() -> None:
    """Run until told to end. A mistake in the configuration is one line and exit code 2."""
    control, listening = (socket.socket(fileno=int(word)) for word in sys.argv[1:3])
    config = Path(sys.argv[3])
    try:
        with open_house(config, os.environ) as house:
            uvloop.run(_run(control, listening, house, config))
    except HushgateError as error:
        print(f"hushgate: {error}", file=sys.stderr)
        sys.exit(2)


async def _run(control: socket.socket, listening: socket.socket, house: House, config: Path) -> None:
    metrics = Metrics()
    emit = counted(metrics, log)  # type: ignore[arg-type]  # every event is a dataclass
    reader = house.reader(emit)
    tools = [house.tools()]
    end = asyncio.Event()

    def heard(order: Order) -> None:
        match order:
            case Reload():
                with suppress(HushgateError):  # changed once more since the supervisor found it good
                    house.policy = policy_of(config)
                    tools[0] = _again(house, tools[0])
            case Drain():
                end.set()
            case _:
                pass

    inspector = LocalInspector(lambda: tools[0], metrics, emit)
    server = AnsweringServer(listening, inspector, emit, max(4, 2 * reader.places))
    Orders(control, heard, end.set)
    sweeping = asyncio.create_task(sweep(house, metrics, emit))
    settled()
    say(control, Ready())
    await end.wait()
    server.close()
    sweeping.cancel()
    await asyncio.to_thread(inspector.close)


def _again(house: House, before: Tools) -> Tools:
    """New rules; what was learnt of reports and crashes stays."""
    return replace(before, policy=house.policy)
