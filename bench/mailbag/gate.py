"""The product as an operator has it: reports imported by its command, mail handed to its port, and what came out behind.

Nothing of it is imported; its answers and what a server behind it got are all that is looked at.
"""

import json
import os
import re
import signal
import smtplib
import socketserver
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
HUSHGATE = (sys.executable, "-m", "gateway")


class Behind:
    """The next mail server: keeps what it is given, by the sender of the envelope."""

    def __init__(self) -> None:
        self.got: dict[str, bytes] = {}
        got = self.got

        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                sender = ""
                self.say(b"220 behind ESMTP")
                for line in self.rfile:
                    verb = line[:4].upper()
                    if verb == b"EHLO":
                        self.say(b"250-behind\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250 SIZE 52428800")
                    elif verb == b"MAIL":
                        sender = line.partition(b"<")[2].partition(b">")[0].decode()
                        self.say(b"250 ok")
                    elif verb == b"DATA":
                        self.say(b"354 go on")
                        rows = []
                        for row in self.rfile:
                            if row == b".\r\n":
                                break
                            rows.append(row[1:] if row.startswith(b".") else row)
                        else:
                            return
                        got[sender] = b"".join(rows)
                        self.say(b"250 2.0.0 taken")
                    elif verb == b"QUIT":
                        self.say(b"221 bye")
                        return
                    else:
                        self.say(b"250 ok")

            def say(self, text: bytes) -> None:
                self.wfile.write(text + b"\r\n")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail. `word`: passed, rewritten, held, refused, later."""

    word: str
    answer: str
    seconds: float
    got: bytes = field(default=b"", repr=False)
    tries: int = 1


class Gate:
    """`hushgate serve` in a folder of its own. `python` may be another tree's."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.behind = folder, Behind()
        self._config = folder / "config"
        self._config.mkdir(parents=True, exist_ok=True)
        (self._config / "gateway.toml").write_text(
            f"""[smtp]
listen = "127.0.0.1:0"
hostname = "gate.platform.example"
[upstream]
host = "127.0.0.1"
port = {self.behind.port}
[storage]
url = "sqlite:///{folder}/var/hushgate.db"
key_file = "{folder}/var/master.key"
[organization]
domains = ["platform.example"]
[console]
listen = "127.0.0.1:0"
""",
            encoding="utf-8",
        )
        (folder / "var").mkdir(exist_ok=True)
        # Limits against guessing count what one client has found. Here one client sends hundreds of leaks on purpose.
        packaged = (ROOT / "config" / "policy.toml").read_text(encoding="utf-8")
        rules = re.sub(r"(?m)^((?:alert|slow|lists|found)_per_\w+) = \d+", r"\1 = 0", packaged)
        (self._config / "policy.toml").write_text(rules, encoding="utf-8")
        self._process: subprocess.Popen[str] | None = None
        self._address = ("", 0)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [*HUSHGATE, *words, "--config", str(self._config)]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=self._environ(), check=False)

    def start(self) -> None:
        self._log = (self.folder / "log").open("w")
        command = [*HUSHGATE, "serve", "--config", str(self._config)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self._log, text=True, cwd=ROOT, env=self._environ()
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("smtp "):
            raise SystemExit((self.folder / "log").read_text())
        host, _, port = line.removeprefix("smtp ").partition(",")[0].rpartition(":")
        self._address = (host, int(port))

    def close(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
            self._log.close()
        self.behind.close()

    def send(self, number: int, content: bytes, recipients: tuple[str, ...], sender: str = "") -> Outcome:
        """Hand one mail in, again where it says to try later, as a client does."""
        sender = sender or f"bounce-{number}@platform.example"
        code, answer, seconds, tries = 0, "", 0.0, 0
        while tries < 4:
            tries += 1
            with smtplib.SMTP(*self._address, timeout=400) as client:
                client.ehlo("desk.platform.example")
                client.mail(sender, ["BODY=8BITMIME"])
                for one in recipients:
                    client.rcpt(one)
                client.docmd("DATA")
                wire = re.sub(rb"(?m)^\.", b"..", content)
                wire = wire if wire.endswith(b"\r\n") else wire + b"\r\n"
                started = time.monotonic()
                client.send(wire + b".\r\n")
                code, told = client.getreply()
                seconds += time.monotonic() - started
                answer = told.decode("utf-8", "replace")
            if code != 451:
                break
            time.sleep(2)
        got = self.behind.got.get(sender, b"")
        sent = content if content.endswith(b"\r\n") else content + b"\r\n"
        if code == 451:
            word = "later"
        elif code >= 500:
            word = "refused"
        elif not got:
            word = "held"
        else:
            word = "passed" if got.endswith(sent) and got.startswith(b"Received: ") else "rewritten"
        return Outcome(word, f"{code} {answer}", seconds, got, tries)

    def held(self) -> dict[str, dict[str, Any]]:
        """What waits for review, by the sender of the envelope."""
        listed = json.loads(self.command("quarantine", "list", "--json").stdout)
        return {one["sender"]: one for one in listed}

    def evidence(self, number: str) -> dict[str, Any]:
        shown: dict[str, Any] = json.loads(self.command("quarantine", "show", number, "--json").stdout)
        return shown

    def _environ(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("HUSHGATE_")}
        return {**plain, "PYTHONPATH": str(ROOT)}
