"""A relay as a process of its own: it faces the network and knows no key, no report and no database.

Started by the supervisor as `python -c … CONTROL ADDRESS TALLY ROW GRANTS USER`, with its options as the first order on
CONTROL. What it may see besides the program (GRANTS) it is told once: then its jail shuts.

Where it is started as root, it binds its port and reads its key as root, for the port is shared among sockets of one
user alone (SO_REUSEPORT); then it is USER, before it listens.
"""

import asyncio
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import uvloop

from gateway.errors import HushgateError
from gateway.ipc.control import Drain, Order, Orders, Probed, ProbeOrder, Ready, Reload, first_order, send_packet
from gateway.ipc.relay_options import RelayOptions
from gateway.relay.connection_counter import ConnectionCounter
from gateway.relay.inspector_client import RemoteInspector
from gateway.relay.server import RelayServer, certificates_of
from gateway.relay.tls import Certificates
from gateway.sandbox.jail import die_with, reached
from gateway.sandbox.relay_jail import looked_up, shut
from gateway.sandbox.users import become, parsed
from gateway.service.gc_tuning import freeze_loaded
from gateway.service.listeners import shared
from gateway.service.metrics_from_events import counting_emit
from gateway.service.relay_grants import granted
from gateway.telemetry.events import RelayJailed
from gateway.telemetry.log import emit as log
from gateway.telemetry.log import quiet_libraries, tell
from gateway.telemetry.metrics import Metrics

DRAIN_SECONDS = 120.0


def main() -> None:
    """Run until told to drain."""
    control = socket.socket(fileno=int(sys.argv[1]))
    options = first_order(control, Reload).relay
    assert options is not None
    quiet_libraries()
    row = int(sys.argv[4])
    tally, metrics = ConnectionCounter(int(sys.argv[3]), row), Metrics()  # they open their files now
    try:
        certificates = certificates_of(options, log)  # type: ignore[arg-type]  # every event is a dataclass
        bound = shared("smtp.listen", options.host, options.port)
    except HushgateError as error:
        print(f"hushgate: {error}", file=sys.stderr)
        sys.exit(2)
    readable, spool = granted(sys.argv[5])
    another = _became(sys.argv[6], (sys.argv[2], spool, options.upstream.ca_file), row)
    if certificates is not None:
        certificates.kept = another
    layers = shut(readable, spool)
    log(RelayJailed("landlock" in layers, "seccomp" in layers, another))
    uvloop.run(_run(control, options, sys.argv[2], RelayParts(tally, metrics, certificates, bound, another)))


def _became(word: str, places: tuple[str, str, str], row: int) -> bool:
    """Whether this process is another user from now on. Where it should be and cannot, the first relay says why."""
    user, parent = parsed(word), os.getppid()
    if user is None:
        return False
    address, spool, authorities = places
    theirs = [(address, os.R_OK | os.W_OK), (spool, os.W_OK | os.X_OK), (authorities, os.R_OK)]
    hindered = become(user, (*reached(), *looked_up(), *theirs))
    die_with(parent)  # once more: a change of credentials took it off
    if hindered and row == 0:
        tell("RelaysStayRoot", f"hushgate: relays stay root: {hindered}")
    return not hindered


@dataclass(frozen=True, slots=True)
class RelayParts:
    """What was opened before the jail shut. `another`: we are another user than who opened it."""

    tally: ConnectionCounter
    metrics: Metrics
    certificates: Certificates | None
    bound: socket.socket
    another: bool


async def _run(control: socket.socket, options: RelayOptions, address: str, parts: RelayParts) -> None:
    # They look at long texts: each at work holds one, and more of them are no faster.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2, thread_name_prefix="plain-mail"))
    metrics = parts.metrics
    emit = counting_emit(metrics, log)  # type: ignore[arg-type]  # every event is a dataclass
    inspector = RemoteInspector(address, options.answer_seconds, emit, options.inside)
    relay = RelayServer(options, inspector, emit, parts.tally, parts.certificates)
    drain = asyncio.Event()
    probing: set[asyncio.Task[None]] = set()

    async def probe(number: int, seconds: float) -> None:
        send_packet(control, Probed(number, await inspector.probe(seconds)))

    def on_order(order: Order) -> None:
        match order:
            case Reload(relay=RelayOptions() as new):
                relay.change(new)
            case ProbeOrder(number=number, seconds=seconds):
                task = asyncio.create_task(probe(number, seconds))
                probing.add(task)
                task.add_done_callback(probing.discard)
            case Drain():
                drain.set()
            case _:
                pass

    Orders(control, on_order, drain.set)
    await relay.start(parts.bound)
    freeze_loaded()
    send_packet(control, Ready(*relay.address, another=parts.another))
    counting = asyncio.create_task(_count(relay, metrics))
    await drain.wait()
    await relay.drain(DRAIN_SECONDS)
    counting.cancel()
    inspector.close()


async def _count(relay: RelayServer, metrics: Metrics) -> None:
    while True:
        metrics.set_sessions(relay.sessions)
        await asyncio.sleep(1)
