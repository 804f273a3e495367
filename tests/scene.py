"""The world in a test: `hushgate serve` as a process of its own, real clients, and an outbox that is upstream.

Nothing here is a stand-in: the relay listens on a real port, the outbox is the demo's real SMTP server, the store is a
real file. `scene.send(...)` is what the client heard, `scene.got` what the world has.
"""

import asyncio
import json
import os
import signal
import smtplib
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.header import Header
from pathlib import Path
from typing import Any

from gateway.smtp.sink import Delivered, Outbox
from written import WRITTEN

HUSHGATE = [sys.executable, "-m", "gateway"]
STAFF = "kefu07@platform.example"


class OutboxThread:
    """The outbox on an event loop of its own, so that a test may block."""

    def __init__(self, **options: Any) -> None:
        self.loop = asyncio.new_event_loop()
        self.box = Outbox(**options)
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.box.__aenter__(), self.loop).result(10)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.box.__aexit__(None, None, None), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


@dataclass
class Scene:
    """One installation in one folder."""

    folder: Path
    outbox: OutboxThread = field(default_factory=OutboxThread)
    process: subprocess.Popen[str] | None = None
    smtp: tuple[str, int] = ("", 0)
    console: str = ""
    environ: dict[str, str] = field(default_factory=dict)
    python: str = sys.executable

    def __post_init__(self) -> None:
        self.config.mkdir(parents=True, exist_ok=True)
        self.write_config()

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def database(self) -> Path:
        return self.folder / "var" / "hushgate.db"

    @property
    def got(self) -> list[Delivered]:
        """What the world has."""
        return self.outbox.box.messages

    def write_config(self, more: str = "", upstream: int | None = None) -> None:
        port = self.outbox.box.port if upstream is None else upstream
        text = f"""[smtp]
listen = "127.0.0.1:0"
hostname = "gate.platform.example"
[upstream]
host = "127.0.0.1"
port = {port}
[storage]
url = "sqlite:///{self.database}"
key_file = "{self.folder}/var/master.key"
[organization]
domains = ["platform.example"]
[console]
listen = "127.0.0.1:0"
{more}"""
        (self.config / "gateway.toml").write_text(text, encoding="utf-8")

    def start(self) -> "Scene":
        """Start the service and wait for its ready line."""
        self.log = (self.folder / "log").open("a+", encoding="utf-8")
        self.process = subprocess.Popen(
            [self.python, *HUSHGATE[1:], "serve", "--config", str(self.config)],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=self._environ(),
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("smtp "):
            self.process.wait(10)
            raise AssertionError(f"not ready: {line!r} {self.stderr()}")
        smtp, console = line.strip().removeprefix("smtp ").split(", console ")
        host, port = smtp.rsplit(":", 1)
        self.smtp, self.console = (host, int(port)), f"http://{console}"
        WRITTEN.ports.add(int(port))
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the service; its exit code."""
        assert self.process is not None
        with suppress(OSError):
            WRITTEN.note("metrics", str(self.folder), self.get("/metrics")[1])
        self.process.send_signal(how)
        code = self.process.wait(60)
        assert self.process.stdout is not None
        WRITTEN.note("stdout", str(self.folder), self.process.stdout.read())
        self.process.stdout.close()
        self.log.close()
        WRITTEN.note("log", str(self.folder), self.stderr())
        self.process = None
        return code

    def close(self) -> None:
        if self.process is not None:
            self.stop(signal.SIGKILL)
        self.outbox.close()

    def stderr(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    @property
    def setup_file(self) -> Path:
        """Where the link for the first account lies."""
        return self.folder / "var" / "setup-link"

    def setup_link(self) -> str:
        return self.setup_file.read_text(encoding="utf-8").strip()

    def pids(self, role: str) -> list[int]:
        """The processes of one role that run now, oldest first."""
        running: list[int] = []
        for line in self.stderr().splitlines():
            said = json.loads(line) if line.startswith("{") else {}
            if said.get("role") == role and said["event"] == "ProcessStarted":
                running.append(said["pid"])
            elif said.get("role") == role and said["event"] == "ProcessEnded":
                running.remove(said["pid"])
        return running

    def readers(self) -> list[int]:
        """The processes that parse messages, what they are forked from, and those that look at their pictures."""
        assert self.process is not None
        parents: dict[int, int] = {}
        found: list[int] = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                    if b"sandbox.worker" in (entry / "cmdline").read_bytes():
                        found.append(int(entry.name))
                except OSError:
                    continue

        def ours(pid: int) -> bool:
            return pid == self.process_id or (pid in parents and ours(parents[pid]))

        return [reader for reader in found if ours(reader)]

    @property
    def process_id(self) -> int:
        assert self.process is not None
        return self.process.pid

    def until(self, so: Callable[[], bool], seconds: float = 30) -> None:
        """Wait for what happens in other processes."""
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, self.stderr()[-3000:]
            time.sleep(0.02)

    def cli(self, *words: str, timeout: float = 180) -> subprocess.CompletedProcess[str]:
        """Run `hushgate …` with this configuration."""
        command = [self.python, *HUSHGATE[1:], *words, "--config", str(self.config)]
        done = subprocess.run(
            command, capture_output=True, text=True, env=self._environ(), timeout=timeout, check=False
        )
        WRITTEN.note("command", " ".join(words[:2]), done.stdout + done.stderr)
        return done

    def ask(self, *words: str) -> Any:
        """The JSON of a command that must not fail."""
        done = self.cli(*words, "--json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def import_reports(self, *reports: dict[str, Any]) -> None:
        path = self.folder / "reports.jsonl"
        path.write_text("".join(json.dumps(report, ensure_ascii=False) + "\n" for report in reports), encoding="utf-8")
        done = self.cli("reports", "import", str(path))
        assert done.returncode == 0, done.stderr

    def send(self, content: bytes, *to: str, sender: str = STAFF, timeout: float = 120) -> tuple[int, str]:
        """Code and text of the answer at the end of data."""
        with smtplib.SMTP(*self.smtp, timeout=timeout) as client:
            client.ehlo("staff.platform.example")
            client.mail(sender)
            for address in to:
                client.rcpt(address)
            code, text = client.data(content)
        return code, text.decode("utf-8", "replace")

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a console page."""
        try:
            with urllib.request.urlopen(self.console + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def held(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("quarantine", "list")
        return found

    def _environ(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("HUSHGATE_")}
        return {**plain, **self.environ}


def mail(
    text: str, subject: str = "请说明情况", headers: Sequence[str] = (), to: str = "xinger@streamers.example"
) -> bytes:
    """A small mail as a support tool writes it, UTF-8 and 8-bit, CRLF."""

    lines = [
        f"From: kefu <{STAFF}>",
        f"To: {to}",
        f"Subject: {Header(subject, 'utf-8').encode()}",
        "Date: Fri, 18 Sep 2020 15:02:00 +0800",
        "Message-ID: <1@platform.example>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        *headers,
        "",
        *text.split("\n"),
        "",
    ]
    return "\r\n".join(lines).encode()


def under_one_received(got: bytes, sent: bytes) -> bool:
    """Is it byte for byte what was sent, under exactly one added `Received` field?"""
    added, rest = got[: len(got) - len(sent)], got[len(got) - len(sent) :]
    lines = added.split(b"\r\n")
    return (
        rest == sent
        and added.startswith(b"Received: ")
        and lines[-1] == b""
        and all(line[:1] in b" \t" for line in lines[1:-1])
    )


def unreadable(mark: bytes = b"") -> bytes:
    """A mail whose attachment nobody can read."""
    head = mail("").replace(b"text/plain; charset=utf-8", b"application/octet-stream; name=a.bin")
    return head.rstrip(b"\r\n") + b"\r\n\r\n\x01\x02\xfe\xff\x03\x04\xf0" + mark + b"\r\n"
