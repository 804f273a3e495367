"""The API as programs elsewhere use it: the real service's console over HTTP, a real store, jailed readers, an outbox
that is upstream. Everybody is invented."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from corpus.report import LETTER, NAME, PAYLOAD, PHONE, REPORTED, STAFF
from gateway.inspection.inspect import examine, held_as
from gateway.model import Client, Envelope, Message, Recipient
from gateway.model.scopes import SCOPES, Scope
from gateway.service.console_server import ConsoleServer
from gateway.service.wiring import Application, open_house
from scene import OutboxThread

REPORT = {
    "id": "R-2020-0918",
    "opened_at": "2020-09-18T10:00:00+08:00",
    "reported": [{"name": "星儿", "addresses": [REPORTED]}],
    "reporter": {"names": [NAME], "phones": [PHONE]},
    "materials": ["files/举报信.txt"],
}
FILES = {"files/举报信.txt": LETTER.encode()}


@dataclass
class Api:
    """A running service, and a client of it that has every scope."""

    house: Application
    url: str
    outbox: OutboxThread
    secret: str = field(repr=False)
    events: list[object] = field(default_factory=list)

    def token(self, *scopes: Scope) -> str:
        """The secret of a new token."""
        secret = secrets.token_urlsafe(8)
        assert self.house.store.tokens.create(secrets.token_hex(4), secret, scopes, "test") == "done"
        return secret

    def ask(self, method: str, path: str, secret: str | None = None, **more: Any) -> httpx2.Response:
        """One request; `headers` among what else there is."""
        headers = {"Authorization": f"Bearer {secret if secret is not None else self.secret}"} | more.pop("headers", {})
        with httpx2.Client(base_url=f"{self.url}/api/v1", timeout=120) as client:
            return client.request(method, path, headers=headers, **more)

    def hand_in(self, report: dict[str, Any], files: dict[str, bytes], **more: Any) -> httpx2.Response:
        """A report with its files."""
        parts = [("file", (name, data, "application/octet-stream")) for name, data in files.items()]
        return self.ask("POST", "/reports", data={"report": json.dumps(report)}, files=parts, **more)

    def hold(self, subject: str = "核实", text: str = PAYLOAD) -> str:
        """A message that is held now, and its id."""
        content = mail(subject, text)
        envelope = Envelope(STAFF, (Recipient(REPORTED),), Client("127.0.0.1", "staff"), datetime.now(UTC))
        message = Message(secrets.token_hex(4), content)
        examination = examine(envelope, message, self.house.tools())
        assert examination.decision.action == "quarantine"
        return self.house.store.quarantine.hold(held_as(envelope, message, examination), "test")


def mail(subject: str, text: str) -> bytes:
    """From staff to the reported party."""
    head = f"From: {STAFF}\r\nTo: {REPORTED}\r\nSubject: {subject} {secrets.token_hex(3)}\r\n"
    return f"{head}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("api")
    outbox = OutboxThread()
    config = folder / "config"
    write_config(config, folder, outbox.box.port)
    events: list[object] = []
    with open_house(config, {}, new_store=True) as house:
        server = ConsoleServer(house, lambda: (b"metrics 1\n", "text/plain"), dict, events.append)
        server.start()
        host, port = server.address
        secret = secrets.token_urlsafe(8)
        house.store.tokens.create("desk", secret, SCOPES, "test")
        api = Api(house, f"http://{host}:{port}", outbox, secret, events)
        assert api.hand_in(REPORT, FILES).status_code == 201
        yield api
        server.stop()
    outbox.close()


@pytest.fixture
def api(served: Api) -> Api:
    served.events.clear()
    return served


def write_config(config: Path, folder: Path, port: int, more: str = "") -> None:
    """Rules as packaged; releases of material take two people."""
    config.mkdir()
    (config / "gateway.toml").write_text(
        f'[smtp]\nlisten = "127.0.0.1:0"\nmax_size = 2097152\n[upstream]\nhost = "127.0.0.1"\n'
        f"port = {port}\n[storage]\n"
        f'url = "sqlite:///{folder}/h.db"\nkey_file = "{folder}/master.key"\n'
        f'[organization]\ndomains = ["platform.example"]\n[console]\nlisten = "127.0.0.1:0"\napi_rate = 1000\n{more}'
    )
