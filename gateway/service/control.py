"""What supervisor and children say to each other, one JSON packet each way at a time (unix(7), SOCK_SEQPACKET).

    child → supervisor   Ready(…) once it can work
    supervisor → child   Reload, State, Drain; the end of the socket means: end

A relay's first order is a Reload, a console's a State: only then they open what they work with.

Children ignore SIGTERM and SIGINT: whoever signals a whole group must not end the inspector before the relays.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from typing import TypeVar

import msgspec

from gateway.relay.options import RelayOptions

T = TypeVar("T")
_LONGEST = 64 * 1024


class Ready(msgspec.Struct, frozen=True, tag=True):
    """A child can work. `address` where it listens, `setup_file` holds the link for the
    first account, where there is none yet."""

    host: str = ""
    port: int = 0
    setup_file: str = ""


class Reload(msgspec.Struct, frozen=True, tag=True):
    """Settings or rules were changed; they were found good."""

    relay: RelayOptions | None = None


class State(msgspec.Struct, frozen=True, tag=True):
    """What the console tells who asks whether mail can be taken."""

    relays: int
    inspector: bool


class Drain(msgspec.Struct, frozen=True, tag=True):
    """Finish what was accepted, then end."""


Order = Reload | State | Drain


def say(end: socket.socket, what: Ready | Order) -> bool:
    """False where the other side is gone."""
    try:
        end.send(msgspec.json.encode(what))
    except OSError:
        return False
    return True


def first(end: socket.socket, kind: type[T]) -> T:
    """A child's first order, which is of this kind. The process ends where there comes none: nobody needs it."""
    packet = end.recv(_LONGEST)
    if not packet:
        sys.exit(0)
    return msgspec.json.decode(packet, type=kind)


class Orders:
    """A child's side: calls `heard` for every order, `ended` once the supervisor is gone or says no more."""

    def __init__(self, end: socket.socket, heard: Callable[[Order], None], ended: Callable[[], None]) -> None:
        self._end, self._heard, self._ended = end, heard, ended
        self._decode = msgspec.json.Decoder(Order).decode
        end.setblocking(False)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(name, lambda: None)
        loop.add_reader(end.fileno(), self._read)

    def _read(self) -> None:
        try:
            packet = self._end.recv(_LONGEST)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            packet = b""
        if packet:
            self._heard(self._decode(packet))
        else:
            asyncio.get_running_loop().remove_reader(self._end.fileno())
            self._ended()
