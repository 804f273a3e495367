"""What supervisor and children say to each other, one JSON packet each way at a time (unix(7), SOCK_SEQPACKET).

    child → supervisor   Ready(…) once it can work
    supervisor → child   Reload, State, Drain; the end of the socket means: end
    supervisor → child   Prepare: read these files, and change nothing   child → supervisor   Prepared
    supervisor → relay   Probe: would a mail be inspected now?      relay → supervisor   Probed
    console → supervisor   Wanted: how does it stand?               supervisor → console   State

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

from gateway.ipc.relay_options import RelayOptions

T = TypeVar("T")
_LONGEST = 64 * 1024


class Ready(msgspec.Struct, frozen=True, tag=True):
    """A child can work. `address` where it listens, `setup_file` holds the link for the
    first account, where there is none yet. `another`: it is another user than we are."""

    host: str = ""
    port: int = 0
    setup_file: str = ""
    another: bool = False


class Prepare(msgspec.Struct, frozen=True, tag=True):
    """Read the rules and settings in this folder, where they stay as they are. They hold from a `Reload` with the same
    number on, once everybody could read them."""

    number: int
    folder: str


class Prepared(msgspec.Struct, frozen=True, tag=True):
    """It has read them; `problem` says why it cannot take them, else it is empty."""

    number: int
    problem: str = ""


class Reload(msgspec.Struct, frozen=True, tag=True):
    """Settings or rules were changed; they were found good, and lie in this folder. A relay gets what it needs."""

    relay: RelayOptions | None = None
    number: int = 0
    folder: str = ""


class ReloadRefused(msgspec.Struct, frozen=True, tag=True):
    """Files were changed and are not taken, for there is a mistake at `place` (FILE:LINE); the old rules hold."""

    place: str


class ServiceState(msgspec.Struct, frozen=True, tag=True):
    """What the console tells who asks whether mail can be taken: how many relays are at work, whether an inspector is,
    and which part of the way failed a canary (none: empty). `number` is that of the `Wanted` which it answers. `stuck`
    processes were ended so far. `refused`: what is wrong with the files, where older rules hold than stand in them."""

    relays: int
    inspector: bool
    part: str = ""
    number: int = 0
    stuck: int = 0
    refused: str = ""


class Drain(msgspec.Struct, frozen=True, tag=True):
    """Finish what was accepted, then end."""


class ProbeOrder(msgspec.Struct, frozen=True, tag=True):
    """Send a canary to the inspector, which has so many seconds."""

    number: int
    seconds: float


class Probed(msgspec.Struct, frozen=True, tag=True):
    """What became of it: empty where it came back, else the part that failed."""

    number: int
    part: str


class Wanted(msgspec.Struct, frozen=True, tag=True):
    """Somebody asks whether mail can be taken now."""

    number: int


Order = Reload | ServiceState | Drain | ProbeOrder | Prepare | ReloadRefused
Said = Probed | Wanted | Prepared


def send_packet(end: socket.socket, what: Ready | Order | Said) -> bool:
    """False where the other side is gone."""
    try:
        end.send(msgspec.json.encode(what))
    except OSError:
        return False
    return True


def first_order(end: socket.socket, kind: type[T]) -> T:
    """A child's first order, which is of this kind. The process ends where there comes none: nobody needs it."""
    packet = end.recv(_LONGEST)
    if not packet:
        sys.exit(0)
    return msgspec.json.decode(packet, type=kind)


def receive(end: socket.socket) -> Said | None:
    """The next thing that a child at work says. Raises: EOFError where it is gone; None where it is nothing."""
    try:
        packet = end.recv(_LONGEST)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        packet = b""
    if not packet:
        raise EOFError
    try:
        return msgspec.json.decode(packet, type=Said)  # type: ignore[no-any-return]  # a union is no type to it
    except msgspec.DecodeError:
        return None


class Orders:
    """A child's side: calls `receive` for every order, `ended` once the supervisor is gone or says no more."""

    def __init__(self, end: socket.socket, receive: Callable[[Order], None], ended: Callable[[], None]) -> None:
        self._end, self._heard, self._ended = end, receive, ended
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
