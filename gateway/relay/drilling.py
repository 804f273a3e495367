"""A drill in the relay: a connection on which a running drill's token was said takes its mail, and no other, to the
sink that the drill waits at, on this machine.

Whoever says such an address without a token, from another machine or for another client hears what is said of a name
that does not exist: no mail gets past inspection by it, and none gets to the sink.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gateway.ipc.inspector import Inspector, KnowsDrills
from gateway.ipc.relay_options import RelayOptions
from gateway.model import TryLater
from gateway.model.drill import DOMAIN, SENDER, DrillAddress, DrillRoute, drill_address
from gateway.relay.client_limits import is_here
from gateway.relay.connection_pool import UpstreamPool
from gateway.relay.upstream_session import UpstreamSession
from gateway.smtp.client import Server
from gateway.smtp.replies import Reply
from gateway.telemetry.events import Unexpected

NO_DRILL = Reply.of(550, "5.1.2 No such domain")
_WORD = DOMAIN.encode("ascii")
_SECONDS = 30.0


def mentions_a_drill(argument: bytes) -> bool:
    """Whether an argument may be about one; quick, for it is asked at every MAIL."""
    return _WORD in argument.lower()


def drill_of(address: str, peer: str, transport: Any, of: DrillAddress | None = None) -> DrillAddress | None:
    """The sender of a drill; or with `of`, one of its recipients. None where it is neither, or does not come from this
    machine, whoever speaks for it."""
    found = drill_address(address)
    if found is None or not (is_here(peer) or peer == _own(transport)) or not _local(transport):
        return None
    if of is None:
        return found if found.name == SENDER else None
    return found if found.token == of.token and found.name != SENDER else None


async def opened(named: DrillAddress, inspector: Inspector) -> DrillRoute | TryLater | None:
    """Where what passes of it goes; None where no such drill runs, `TryLater` where nobody can say so now."""
    return await inspector.drill(named.token) if isinstance(inspector, KnowsDrills) else None


def mirror_of(route: DrillRoute, options: RelayOptions, emit: Callable[[object], None]) -> UpstreamSession:
    """Its sink in upstream's place, on connections that nobody else gets."""
    sink = Server("127.0.0.1", route.port, connect_seconds=_SECONDS, reply_seconds=_SECONDS, data_seconds=_SECONDS)
    return UpstreamSession(replace(options, upstream=sink), emit, UpstreamPool(0))


def faults_alone(emit: Callable[[object], None]) -> Callable[[object], None]:
    """An `emit` for drills: neither log nor metrics count their mail."""
    return lambda event: emit(event) if isinstance(event, Unexpected) else None


def _own(transport: Any) -> str:
    """Our end's address."""
    return _address(transport, "sockname")


def _local(transport: Any) -> bool:
    peer = _address(transport, "peername")
    return bool(peer) and (is_here(peer) or peer == _own(transport))


def _address(transport: Any, which: str) -> str:
    found = None if transport is None else transport.get_extra_info(which)
    return str(found[0]) if isinstance(found, tuple) and found else ""
