"""An upstream as a process of its own, that a test may kill: `python upstream.py PORT FOLDER`.

It is the demo's outbox; every message stands in FOLDER before its answer is given, so that what it said 250 to is there
after a SIGKILL too.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from gateway.smtp.sink import Outbox


class UpstreamProcess:
    """`kill` and `start` as often as a test likes; `messages` has what all of its lives took."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lives, self.port = folder, 0, 0
        self._process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> None:
        """On the same port as before."""
        self._lives += 1
        words = [sys.executable, __file__, str(self.port), str(self._folder / str(self._lives))]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process.stdout.close()

    def messages(self) -> list[bytes]:
        """Every content that was taken, wherever its answer went."""
        return [file.read_bytes() for file in sorted(self._folder.rglob("*.eml"))]


async def _serve(port: int, folder: Path) -> None:
    async with Outbox(port=port, folder=folder) as box:
        print(box.port, flush=True)
        parent = os.getppid()
        while os.getppid() == parent:  # noqa: ASYNC110  # a test that was killed leaves nothing behind
            await asyncio.sleep(1)


if __name__ == "__main__":
    for attempt in range(50):
        try:
            asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
        except OSError:
            if attempt == 49:
                raise
            time.sleep(0.1)  # the port of the life before is not free yet
        else:
            break
