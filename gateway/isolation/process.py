"""One reader process as the pool sees it: started, asked, killed, buried.

In: limits and requests. Out: `Answer`s. Raises: EOFError where the process ended, TimeoutError past the deadline,
ValueError for an answer over the cap. Nothing of its environment but what a Python needs reaches the process.
"""

import contextlib
import fcntl
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import gateway
from gateway.isolation import frames
from gateway.isolation.jail import LAYERS
from gateway.isolation.jobs import READY, Outcome, Request, pack

_ROOT = str(Path(gateway.__file__).resolve().parent.parent)
_START = (
    "import sys; root = sys.argv.pop(1); root in sys.path or sys.path.insert(0, root); "
    "from gateway.isolation.worker import main; main()"
)
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TZ", "SYSTEMROOT")
_PIPE_BYTES = 1024 * 1024
_READY_CAP = 256


@dataclass(frozen=True, slots=True)
class Answer:
    """Outcome and the bytes after it, undecoded."""

    outcome: Outcome
    data: bytes = field(repr=False)


class ReaderProcess:
    """Made by one thread that outlives it: PDEATHSIG follows the thread that started a process, not its process."""

    def __init__(self, memory_mb: int) -> None:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {
            "LANG": "C.UTF-8",
            "HOME": "/nonexistent",
            "OMP_NUM_THREADS": "2",
            "OPENBLAS_NUM_THREADS": "1",
            # Each arena reserves 64 MB of addresses, and addresses are what is limited.
            "MALLOC_ARENA_MAX": "2",
        }
        command = [sys.executable, "-I", "-c", _START, _ROOT, str(memory_mb), str(os.getpid())]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter with a fixed program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            close_fds=True,
            start_new_session=True,
            env=environment,
            cwd="/",
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions, self._answers = self._process.stdin, self._process.stdout
        self.started = time.monotonic()
        self.jobs = 0
        self.layers: tuple[str, ...] = ()
        for end in (self._questions.fileno(), self._answers.fileno()):
            os.set_blocking(end, False)
            with contextlib.suppress(OSError):  # the user's quota of pipe memory is used up: smaller ones do
                fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    @property
    def pid(self) -> int:
        return self._process.pid

    def fileno(self) -> int:
        """What to poll: readable when ready, and when it died."""
        return self._answers.fileno()

    def greeted(self, seconds: float = 1.0) -> bool:
        """Take its first frame, which says that it is ready, and in what jail. False where it died instead."""
        try:
            words = frames.receive(self.fileno(), time.monotonic() + seconds, _READY_CAP).decode("ascii").split(" ")
        except (EOFError, TimeoutError, ValueError):
            return False
        self.layers = tuple(layer for layer in LAYERS if layer in words[1:])
        return words[0] == READY

    def has_spoken(self) -> bool:
        """Whether something is to be read from it, its end being one such thing."""
        poller = select.poll()
        poller.register(self.fileno(), select.POLLIN)
        return bool(poller.poll(0))

    def ask(self, request: Request, seconds: float) -> Answer:
        """One job within so many seconds."""
        self.jobs += 1
        deadline = time.monotonic() + seconds
        frames.send(self._questions.fileno(), [pack(request)], deadline)
        frame = frames.receive(self._answers.fileno(), deadline)
        if not frame:
            raise ValueError("an empty answer")
        return Answer(Outcome(frame[0]), frame[1:])

    def kill(self) -> None:
        """At once; `bury` waits for it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def bury(self) -> None:
        """Wait for its end, which `kill` made certain, and close what led to it."""
        self._process.wait()
        for pipe in (self._questions, self._answers):
            with contextlib.suppress(OSError):
                pipe.close()
