"""A process that knows no key and no report: it reads who a mail is from and to, and the fingerprints of a plain mail.

The same work, by the same code, that a relay does for most mail, in the jail of a reader: no file, no network, no other
process. It reads one mail after the other, as a relay does; a mail that is more than text goes to a reader of its own.

In: contents on a pipe. Out: `Skimmed`. Raises: TimeoutError past a mail's time, EOFError where the process ended; it is
another one then.
"""

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

import gateway
from gateway.ipc import frames
from gateway.model import Fingerprints
from gateway.reading.plain import LARGEST, plain_fingerprints
from gateway.sandbox.jail import shut
from gateway.sandbox.users import User, parsed
from gateway.service.scan.envelopes import HEAD, WrittenEnvelope, written_in

_ROOT = str(Path(gateway.__file__).resolve().parent.parent)
_START = (
    "import sys; root = sys.argv.pop(1); root in sys.path or sys.path.insert(0, root); "
    "from gateway.service.scan.skimmer import main; main()"
)
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TZ")
_SECONDS, _START_SECONDS = 20.0, 60.0
_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Skimmed:
    """What one mail says at its head; `fingerprints` are None where it has to be read."""

    written: WrittenEnvelope
    fingerprints: Fingerprints | None = field(default=None, repr=False)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Skimmed).decode


def main() -> None:
    """Run until the other side is gone."""
    memory, parent, user = int(sys.argv[1]), int(sys.argv[2]), parsed(sys.argv[3])
    plain_fingerprints(b"Subject: x\r\n\r\nx\r\n")  # what is loaded when first needed is loaded before the jail shuts
    shut(memory, parent, user)
    frames.send(1, [b"ready"])
    with contextlib.suppress(EOFError):
        while True:
            content = frames.receive(0)
            prints = plain_fingerprints(content) if len(content) <= LARGEST else None
            frames.send(1, [_encode(Skimmed(written_in(content), prints))])


class Skimmer:
    """One such process, started when first asked. One mail at a time: not for several threads at once."""

    def __init__(self, memory_mb: int, user: User | None = None) -> None:
        self._memory_mb, self._user = memory_mb, user
        self._process: subprocess.Popen[bytes] | None = None

    def skim(self, content: bytes) -> Skimmed:
        """See the module."""
        process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        end = time.monotonic() + _SECONDS
        try:
            frames.send(process.stdin.fileno(), [memoryview(content)[:HEAD]], end)
            return _decode(frames.receive(process.stdout.fileno(), end, _ANSWER))
        except (EOFError, TimeoutError, ValueError) as error:
            self.close()
            raise EOFError("nonsense was answered") if isinstance(error, ValueError) else error from None

    def close(self) -> None:
        """End it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()

    def _started(self) -> "subprocess.Popen[bytes]":
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
        words = [str(self._memory_mb), str(os.getpid()), self._user.word() if self._user else ""]
        self._process = process = subprocess.Popen(  # noqa: S603 - our own interpreter with a fixed program
            [sys.executable, "-I", "-c", _START, _ROOT, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            close_fds=True,
            start_new_session=True,
            env=environment,
            cwd="/",
        )
        assert process.stdout is not None
        try:
            frames.receive(process.stdout.fileno(), time.monotonic() + _START_SECONDS, 16)
        except (EOFError, TimeoutError, ValueError):
            self.close()
            raise EOFError("no process could be started") from None
        return process
