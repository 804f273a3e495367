"""How long `hushgate serve` takes from start to ready, beside the import of Presidio alone (without spaCy), in one run.

    .venv/bin/python bench/start.py [ROUNDS]

Prints the median of each and their ratio, whether OCR was loaded by then, and the machine.
"""

import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONFIG = """[smtp]
listen = "127.0.0.1:0"
[upstream]
host = "127.0.0.1"
port = 9
[storage]
url = "sqlite:///{folder}/hushgate.db"
key_file = "{folder}/master.key"
[console]
listen = "127.0.0.1:0"
"""


def to_ready(folder: Path) -> tuple[float, bool]:
    """Seconds until the ready line, and whether any process of the service has OCR's models in memory then."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "gateway", "serve", "--config", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("smtp ")
        seconds = time.perf_counter() - started
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False)
        pids = [process.pid, *map(int, children.stdout.split())]
        loaded = any("onnxruntime" in Path(f"/proc/{pid}/maps").read_text() for pid in pids)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    return seconds, loaded


def presidio() -> float:
    """Seconds to import Presidio's analyzer in a fresh interpreter."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import gateway.detection.presidio"], check=True)
    return time.perf_counter() - started


def main() -> None:
    """Interleaved, so that a busy machine slows both."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "gateway.toml").write_text(CONFIG.format(folder=folder))
        pairs = [(to_ready(folder), presidio()) for _ in range(rounds)]
    ready = [seconds for (seconds, _), _ in pairs]
    alone = [seconds for _, seconds in pairs]
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ready, alone, strict=True))
    print(f"start to ready: median {statistics.median(ready):.2f} s (min {min(ready):.2f}, max {max(ready):.2f})")
    print(f"import of Presidio alone: median {statistics.median(alone):.2f} s; ratio {ratio:.2f}")
    print(f"OCR loaded when ready: {any(loaded for (_, loaded), _ in pairs)}")
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {rounds} rounds")


if __name__ == "__main__":
    main()
