"""Starts and stops what is measured: Hushgate, the bare forwarder, Postfix, Haraka, each in front of one sink."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "hushgate-bench"

HUSHGATE = """[smtp]
listen = "127.0.0.1:0"
hostname = "gate.platform.example"
processes = {processes}
[upstream]
host = "127.0.0.1"
port = {sink}
[storage]
url = "sqlite:///{folder}/hushgate.db"
key_file = "{folder}/master.key"
[organization]
domains = ["platform.example"]
[console]
listen = "127.0.0.1:0"
"""
REPORT = (
    '{"id": "R-1", "reported": [{"name": "星儿", "addresses": ["xinger@streamers.example"]}],'
    ' "reporter": {"names": ["张小鸣"]}}\n'
)


@dataclass(frozen=True, slots=True)
class Forwarder:
    """`root` is the process whose family is counted; `relays` are those of Hushgate that hold clients' connections."""

    name: str
    port: int
    root: int
    relays: tuple[int, ...] = ()


def built(program: str, folder: Path) -> Path:
    """A C program of this folder, compiled."""
    binary = folder / program
    subprocess.run(["cc", "-O2", "-o", str(binary), str(HERE / f"{program}.c")], check=True)
    return binary


@contextlib.contextmanager
def sink(folder: Path) -> Iterator[int]:
    """The port of the upstream that all share."""
    with _process([str(built("sink", folder))]) as process:
        yield _first_number(process)


def counted(port: int) -> tuple[int, int, int]:
    """Messages, octets and connections that the sink has seen."""
    with socket.create_connection(("127.0.0.1", port)) as end, end.makefile("rb") as lines:
        lines.readline()
        end.sendall(b"XCOUNT\r\n")
        _, messages, octets, connections = lines.readline().split()
    return int(messages), int(octets), int(connections)


@contextlib.contextmanager
def hushgate(sink_port: int, folder: Path, processes: int) -> Iterator[Forwarder]:
    """`hushgate serve` as it is installed, with one open report: everything that it does for clean mail is on."""
    folder.mkdir()
    (folder / "gateway.toml").write_text(HUSHGATE.format(processes=processes, sink=sink_port, folder=folder))
    (folder / "reports.jsonl").write_text(REPORT)
    command = [sys.executable, "-m", "gateway"]
    config = ["--config", str(folder)]
    subprocess.run(
        [*command, "reports", "import", str(folder / "reports.jsonl"), *config], check=True, capture_output=True
    )
    log = folder / "log"
    with log.open("wb") as errors, _process([*command, "serve", *config], errors) as process:
        port = _first_number(process, rb"smtp [^:]*:(\d+)")
        found = re.findall(r'"role": "relay", "pid": (\d+)', log.read_text())
        yield Forwarder(f"hushgate{processes}", port, process.pid, tuple(map(int, found)))


@contextlib.contextmanager
def bare(sink_port: int, folder: Path) -> Iterator[Forwarder]:
    """aiosmtpd and aiosmtplib, nothing else."""
    with _process([sys.executable, str(HERE / "bare.py"), str(sink_port)]) as process:
        yield Forwarder("bare", _first_number(process), process.pid)


@contextlib.contextmanager
def postfix(sink_port: int, folder: Path, options: str = "") -> Iterator[Forwarder]:
    """An instance whose smtpd hands every mail to the sink before its queue (SMTPD_PROXY_README)."""
    folder.chmod(0o755)
    root = Path(tempfile.mkdtemp(prefix="postfix-bench-"))  # its sockets' paths must be short, its user must reach it
    root.chmod(0o755)
    port = _free_port()
    for name in ("queue", "data", "etc"):
        (root / name).mkdir()
    shutil.chown(root / "data", "postfix", "postfix")
    (root / "etc" / "main.cf").write_text(
        f"compatibility_level = 3.6\nqueue_directory = {root}/queue\ndata_directory = {root}/data\n"
        "inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = postfix.platform.example\nmydestination =\n"
        f"alias_maps =\nmynetworks = 127.0.0.0/8\nmaillog_file = {root}/log\nmaillog_file_prefixes = {root}\n"
        "smtputf8_enable = yes\nmessage_size_limit = 104857600\nsmtpd_client_connection_count_limit = 0\n"
        "default_process_limit = 100\n"
    )
    (root / "etc" / "master.cf").write_text(
        f"127.0.0.1:{port} inet n - n - - smtpd -o smtpd_proxy_filter=127.0.0.1:{sink_port} {options}\n"
        "cleanup unix n - n - 0 cleanup\nrewrite unix - - n - - trivial-rewrite\nanvil unix - - n - 1 anvil\n"
        "proxymap unix - - n - - proxymap\npostlog unix-dgram n - n - 1 postlogd\n"
    )
    command = ["/usr/sbin/postfix", "-c", str(root / "etc")]
    subprocess.run([*command, "start"], check=True, capture_output=True)
    try:
        _reachable(port)
        yield Forwarder("postfix", port, int((root / "queue" / "pid" / "master.pid").read_text()))
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True)
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def postfix_speed(sink_port: int, folder: Path) -> Iterator[Forwarder]:
    """The same, storing each mail whole before it goes on, as Hushgate must."""
    with postfix(sink_port, folder, "-o smtpd_proxy_options=speed_adjust") as made:
        yield Forwarder("postfix_speed", made.port, made.root)


@contextlib.contextmanager
def haraka(sink_port: int, folder: Path) -> Iterator[Forwarder]:
    """Haraka (npm) with its plugin queue/smtp_proxy; installed into a cache on first use."""
    place = CACHE / "haraka"
    program = place / "node_modules" / "Haraka" / "bin" / "haraka"
    if not program.exists():
        print("bench: installing Haraka with npm into", place, file=sys.stderr)
        subprocess.run(["npm", "install", "--prefix", str(place), "Haraka"], check=True, capture_output=True)
    subprocess.run(["node", str(program), "-i", str(folder)], check=True, capture_output=True)
    port = _free_port()
    for name, text in {
        "config/smtp.ini": f"listen=127.0.0.1:{port}\nnodes=0\n",
        "config/plugins": "accept\nqueue/smtp_proxy\n",
        "config/smtp_proxy.ini": f"host=127.0.0.1\nport={sink_port}\n",
        "config/me": "haraka.platform.example\n",
        "config/loglevel": "LOGNOTICE\n",
        "config/databytes": "104857600\n",
        "plugins/accept.js": "exports.register = function () { this.register_hook('connect', 'all');"
        " this.register_hook('rcpt', 'yes') };\n"
        "exports.all = function (next, connection) { connection.relaying = true; next() };\n"
        "exports.yes = function (next) { next(OK) };\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    with (folder / "log").open("wb") as log, _process(["node", str(program), "-c", str(folder)], log, log) as process:
        _reachable(port)
        yield Forwarder("haraka", port, process.pid)


@contextlib.contextmanager
def direct(sink_port: int, folder: Path) -> Iterator[Forwarder]:
    """Nothing between: what client and sink cost by themselves."""
    yield Forwarder("direct", sink_port, 0)


ALL: dict[str, Callable[[int, Path], contextlib.AbstractContextManager[Forwarder]]] = {
    "direct": direct,
    "bare": bare,
    "hushgate": lambda port, folder: hushgate(port, folder, 1),
    "hushgate2": lambda port, folder: hushgate(port, folder, 2),
    "postfix": postfix,
    "postfix_speed": postfix_speed,
    "haraka": haraka,
}


@contextlib.contextmanager
def _process(
    command: list[str], errors: IO[bytes] | int | None = None, out: IO[bytes] | int = subprocess.PIPE
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=out, stderr=errors)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _first_number(process: subprocess.Popen[bytes], pattern: bytes = rb"(\d+)") -> int:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(pattern, line)
    if found is None:
        raise SystemExit(f"bench: {process.args!r} did not start; it said {line!r}")
    return int(found[1])


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _reachable(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as one:
            if one.recv(3) == b"220":
                return
        time.sleep(0.1)
    raise SystemExit(f"bench: nobody answers on port {port}")
