"""kill -9 at each point of the table, in a process of its own; then another process opens what is left."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.audit.verify import verify
from gateway.quarantine.release import sweep
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault
from quarantine.conftest import CONTENT, new_hold

PROGRAM = """
import asyncio, os, signal, sys
from sqlalchemy import Engine, event
from gateway.quarantine.release import Sent, release
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault
from quarantine.conftest import new_hold

url, point = sys.argv[1:]
store = open_store(url, Vault(b"k" * 32))

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def die_before_the_next_commit():
    @event.listens_for(Engine, "commit")
    def committing(connection):
        if connection.get_execution_options().get("begin") == "BEGIN IMMEDIATE":
            die()

async def send(envelope, content, before_dot):
    if point == "release: claimed":
        die()
    if point == "release: before the mark is durable":
        die_before_the_next_commit()
    assert before_dot()
    if point == "release: marked, dot not sent":
        die()
    with open(os.environ["SINK"], "ab") as sink:
        sink.write(content)
    if point == "release: dot sent, no answer":
        die()
    die_before_the_next_commit()  # answered, not settled
    return Sent()

if point == "hold: before commit":
    die_before_the_next_commit()
held = store.quarantine.hold(new_hold(), "relay")
print(held, flush=True)
if point == "hold: after commit":
    die()
asyncio.run(release(store.quarantine, held, "cli:root", "checked", send))
"""


class Killed:
    def __init__(self, folder: Path, point: str) -> None:
        self.url = f"sqlite:///{folder / 'hushgate.db'}"
        self.sink = folder / "sink"
        self.sink.touch()
        root = Path(__file__).parents[2]
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, self.url, point],
            capture_output=True,
            text=True,
            env={"SINK": str(self.sink), "PYTHONPATH": f"{root}:{root}/tests"},
            cwd=root,
        )
        assert done.returncode == -9, done.stderr
        self.said = done.stdout.strip()
        self.store: SqlStore = open_store(self.url, Vault(b"k" * 32), create=False)

    def states(self) -> list[str]:
        return [one.status for one in self.store.quarantine.summaries()]

    def sweep(self) -> None:
        sweep(self.store.quarantine, datetime.now(UTC) + timedelta(hours=1), timedelta(minutes=15), "sweeper")


@pytest.fixture
def killed(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Killed]:
    found = Killed(tmp_path, request.param)
    yield found
    assert verify(found.store.audit.entries(), found.store.audit.head).sound
    found.store.shut()


@pytest.mark.parametrize("killed", ["hold: before commit"], indirect=True)
def test_killed_before_the_commit_nothing_is_held_and_the_client_tries_again(killed: Killed) -> None:
    assert killed.states() == []
    assert list(killed.store.audit.entries()) == []
    assert killed.store.quarantine.hold(new_hold(), "relay").startswith("Q-")


@pytest.mark.parametrize("killed", ["hold: after commit"], indirect=True)
def test_killed_after_the_commit_the_message_is_held_and_a_retry_finds_it(killed: Killed) -> None:
    assert killed.states() == ["held"]
    assert killed.store.quarantine.hold(new_hold(), "relay") == killed.said
    found = killed.store.quarantine.open(killed.said, "cli:root", "show")
    assert found is not None
    assert found.content == CONTENT


@pytest.mark.parametrize("killed", ["release: claimed", "release: before the mark is durable"], indirect=True)
def test_killed_before_the_mark_the_message_is_held_again_and_nobody_has_it(killed: Killed) -> None:
    assert killed.states() == ["releasing"]
    killed.sweep()
    assert killed.states() == ["held"]
    assert killed.sink.read_bytes() == b""


@pytest.mark.parametrize(
    ("killed", "got"),
    [
        ("release: marked, dot not sent", b""),
        ("release: dot sent, no answer", CONTENT),
        ("release: answered, not settled", CONTENT),
    ],
    indirect=["killed"],
)
def test_killed_after_the_mark_a_person_decides(killed: Killed, got: bytes) -> None:
    assert killed.states() == ["releasing"]
    killed.sweep()
    assert killed.states() == ["uncertain"]
    assert killed.sink.read_bytes() == got
