"""The warm parent of readers as the pool sees it: started, asked for a reader, killed, buried.

Nothing of our environment but what a Python needs reaches it, nor what it forks.
"""

import contextlib
import fcntl
import os
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

import gateway
from gateway.sandbox.jobs import READY
from gateway.sandbox.process import ReaderProcess
from gateway.sandbox.users import User

_ROOT = str(Path(gateway.__file__).resolve().parent.parent)
_START = (
    "import sys; root = sys.argv.pop(1); root in sys.path or sys.path.insert(0, root); "
    "from gateway.sandbox.worker import main; main()"
)
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TZ", "SYSTEMROOT")
_PIPE_BYTES = 1024 * 1024
_BIRTH_SECONDS = 20.0
"""A fork takes milliseconds; one that takes so long never comes."""


class Nursery:
    """Made by one thread that outlives it: PDEATHSIG follows the thread that started a process, not its process.
    `user`: who it and its readers are, where we are root."""

    def __init__(self, memory_mb: int, places: int, user: User | None = None) -> None:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {
            "LANG": "C.UTF-8",
            "HOME": "/nonexistent",
            "OMP_NUM_THREADS": "2",
            # A second thread would not come along when readers are forked.
            "OPENBLAS_NUM_THREADS": "1",
            # Each arena reserves 64 MB of addresses, and addresses are what is limited.
            "MALLOC_ARENA_MAX": "2",
        }
        words = [str(memory_mb), str(os.getpid()), str(places), user.word() if user else ""]
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter with a fixed program
                    [sys.executable, "-I", "-c", _START, _ROOT, *words],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    close_fds=True,
                    start_new_session=True,
                    env=environment,
                    cwd="/",
                )
        except BaseException:
            self._orders.close()
            raise
        self.started = time.monotonic()
        self.ready = False

    def fileno(self) -> int:
        """What to poll: readable when ready, and when it died."""
        return self._orders.fileno()

    def greeted(self, seconds: float = 1.0) -> bool:
        """Take its first word, which says that it is ready. False where it died instead."""
        self._orders.settimeout(seconds)
        try:
            self.ready = self._orders.recv(16) == READY.encode()
        except OSError:
            return False
        return self.ready

    def is_gone(self) -> bool:
        """Ready once, it says nothing unasked: what is to be read is its end."""
        poller = select.poll()
        poller.register(self.fileno(), select.POLLIN)
        return bool(poller.poll(0))

    def born(self, place: int, anew: bool) -> ReaderProcess:
        """A new reader. `anew`: the one before it at this place was killed. Raises: OSError where none can be."""
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            (incoming, questions), (answers, outgoing) = os.pipe(), os.pipe()
            for end in (questions, answers):
                ours.callback(os.close, end)
                with contextlib.suppress(OSError):  # the user's quota of pipe memory is used up: smaller ones do
                    fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
            for end in (incoming, outgoing):
                theirs.callback(os.close, end)
            self._orders.settimeout(_BIRTH_SECONDS)
            order = place.to_bytes(2, "big") + (b"!" if anew else b"")
            socket.send_fds(self._orders, [order], [incoming, outgoing])
            packet, handles, _, _ = socket.recv_fds(self._orders, 16, 1)
            if not packet or not handles:
                raise OSError("no reader could be forked")
            ours.pop_all()
            return ReaderProcess(place, int(packet), handles[0], questions, answers)

    def kill(self) -> None:
        """At once, and all its readers with it; `bury` waits for it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def bury(self) -> None:
        """Wait for its end, which `kill` made certain, and close what led to it."""
        self._process.wait()
        self._orders.close()
