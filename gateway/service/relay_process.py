"""A relay as a process of its own: it faces the network and knows no key, no report and no database.

Started by the supervisor as `python -c … CONTROL ADDRESS TALLY ROW GRANTS`, with its options as the first order on
CONTROL. What it may see besides the program (GRANTS) it is told once: then its jail shuts.
"""

import asyncio
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import uvloop

from gateway.isolation.relay_jail import LAYERS, shut
from gateway.relay.handover import RemoteInspector
from gateway.relay.options import RelayOptions
from gateway.relay.server import RelayServer
from gateway.relay.tally import Tally
from gateway.service.control import Drain, Order, Orders, Probe, Probed, Ready, Reload, first, say
from gateway.service.memory import settled
from gateway.service.observing import counted
from gateway.service.relay_grants import granted
from gateway.telemetry.events import RelayJailed
from gateway.telemetry.log import emit as log
from gateway.telemetry.log import quiet_libraries
from gateway.telemetry.metrics import Metrics

DRAIN_SECONDS = 120.0


def main() -> None:
    """Run until told to drain."""
    control = socket.socket(fileno=int(sys.argv[1]))
    options = first(control, Reload).relay
    assert options is not None
    quiet_libraries()
    tally, metrics = Tally(int(sys.argv[3]), int(sys.argv[4])), Metrics()  # they open their files now
    layers = shut(*granted(sys.argv[5]))
    log(RelayJailed(*(layer in layers for layer in LAYERS)))
    uvloop.run(_run(control, options, sys.argv[2], tally, metrics))


async def _run(control: socket.socket, options: RelayOptions, address: str, tally: Tally, metrics: Metrics) -> None:
    # They look at long texts: each at work holds one, and more of them are no faster.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2, thread_name_prefix="glance"))
    emit = counted(metrics, log)  # type: ignore[arg-type]  # every event is a dataclass
    inspector = RemoteInspector(address, options.answer_seconds, emit, options.inside)
    relay = RelayServer(options, inspector, emit, tally)
    drain = asyncio.Event()
    probing: set[asyncio.Task[None]] = set()

    async def probe(number: int, seconds: float) -> None:
        say(control, Probed(number, await inspector.probe(seconds)))

    def heard(order: Order) -> None:
        match order:
            case Reload(relay=RelayOptions() as new):
                relay.change(new)
            case Probe(number=number, seconds=seconds):
                task = asyncio.create_task(probe(number, seconds))
                probing.add(task)
                task.add_done_callback(probing.discard)
            case Drain():
                drain.set()
            case _:
                pass

    Orders(control, heard, drain.set)
    await relay.start()
    settled()
    say(control, Ready(*relay.address))
    counting = asyncio.create_task(_count(relay, metrics))
    await drain.wait()
    await relay.drain(DRAIN_SECONDS)
    counting.cancel()
    inspector.close()


async def _count(relay: RelayServer, metrics: Metrics) -> None:
    while True:
        metrics.set_sessions(relay.sessions)
        await asyncio.sleep(1)
