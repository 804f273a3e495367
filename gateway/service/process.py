"""One process of the service: how it is started, what it says first, how it ends.

In: a role, and what the process is given. Out: a `ServiceProcess`. Raises: OSError where no process can be started.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

import gateway
from gateway.errors import HushgateError
from gateway.ipc.control import ProbeOrder, Ready, send_packet
from gateway.service.relay_grants import Grants

Role = Literal["inspector", "console", "relay"]
_ROOT = str(Path(gateway.__file__).resolve().parent.parent)
_MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "1048576"}
"""Of a relay (mallopt(3)): what a large content took goes back to the system with it. Left alone, glibc raises the
second one with what it meets, and keeps the gaps."""

_MODULES = {"inspector": "inspector.process", "console": "console_process", "relay": "relay_process"}
_START = (
    "import gc, sys; gc.disable(); root = sys.argv.pop(1); parent = int(sys.argv.pop(1)); "
    "root in sys.path or sys.path.insert(0, root); "
    "from gateway.sandbox.hardening import harden; harden(); "
    "from gateway.sandbox.jail import die_with; die_with(parent); "
    "from gateway.service.{module} import main; main()"
)
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TZ", "LANG", "LC_ALL", "TMPDIR", "PROMETHEUS_MULTIPROC_DIR")
READY_SECONDS = 60.0
DRAIN_SECONDS = 130.0


class StartFailed(HushgateError):
    """A process ended before it was ready; it has said why."""


@dataclass(slots=True, eq=False)
class ServiceProcess:
    """One process and our end of what we say to each other."""

    role: Role
    process: subprocess.Popen[bytes]
    control: socket.socket
    started: float = field(default_factory=time.monotonic)
    ready: Ready | None = None
    row: int | None = None
    """A relay's place in the count of clients."""
    begun: bool = False
    """Has it had its first order? Before that it holds nothing, and understands no other."""
    retiring: bool = False
    """Another one has its place already."""
    rules: int = 0
    """The number of the files that it goes by; 0 for a relay, which knows no rules."""
    grants: Grants | None = None
    """What a relay may see: what was granted when it was started."""

    def probe(self, number: int, seconds: float) -> None:
        """See `health.Probeable`. One that takes no more orders says nothing, as one that hangs."""
        send_packet(self.control, ProbeOrder(number, seconds))


def few_of(environ: Mapping[str, str]) -> dict[str, str]:
    """What a relay may see of the environment, and how its memory is to be used."""
    return {name: environ[name] for name in _PASSED_ON if name in environ} | _MEMORY


def start_process(
    role: Role, words: Sequence[str], environment: Mapping[str, str], passed: Sequence[int]
) -> subprocess.Popen[bytes]:
    """A process of this role with these words and descriptors. Raises: OSError."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter with a fixed program
        [sys.executable, "-I", "-c", _START.format(module=_MODULES[role]), _ROOT, str(os.getpid()), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=environment,
        pass_fds=passed,
        start_new_session=True,
    )


def first_word(child: ServiceProcess) -> Ready | None:
    """The first thing that a child says; None where it ended instead."""
    child.control.settimeout(READY_SECONDS)
    try:
        packet = child.control.recv(64 * 1024)
        return msgspec.json.decode(packet, type=Ready) if packet else None
    except (OSError, msgspec.DecodeError):
        return None


async def exit_of(child: ServiceProcess) -> int:
    """Its exit code. A pidfd, for a thread that waits could not be cancelled (pidfd_open(2))."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    try:
        handle = os.pidfd_open(child.process.pid)
    except OSError:  # no descriptor is left
        while (code := child.process.poll()) is None:  # noqa: ASYNC110 - nothing else tells of a process's end
            await asyncio.sleep(1)
        return code
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)
    return child.process.wait()


def ended(child: ServiceProcess) -> None:
    """Wait until it has ended as it was told, and end it where it does not."""
    try:
        child.process.wait(DRAIN_SECONDS)
    except subprocess.TimeoutExpired:
        child.process.kill()
        child.process.wait()
