"""kill -9 while a second person's word is carried out: it leaves once at most, and two people still decide."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.audit.verify import verify
from gateway.quarantine.release import Sent, release, sweep
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault
from quarantine.conftest import Upstream

pytestmark = pytest.mark.slow

PROGRAM = """
import asyncio, os, signal, sys
from sqlalchemy import Engine, event
from gateway.quarantine.release import Sent, release
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault
from quarantine.conftest import new_hold

url, point = sys.argv[1:]
store = open_store(url, Vault(b"k" * 32))
left = {"proposing": 1, "claiming": 1, "opening": 2, "marking": 3, "settling": 4}[point]

def die_at_commit():
    @event.listens_for(Engine, "commit")
    def committing(connection):
        global left
        if connection.get_execution_options().get("begin") == "BEGIN IMMEDIATE":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

async def send(envelope, content, before_dot):
    assert before_dot()
    with open(os.environ["SINK"], "ab") as sink:
        sink.write(b"x")
    return Sent()

held = store.quarantine.hold(new_hold(), "relay")
print(held, flush=True)
if point == "proposing":
    die_at_commit()
assert store.proposals.propose(held, "release", "console:alice", "why")
die_at_commit()
standing = store.proposals.of(held)
asyncio.run(release(store.quarantine, held, "console:bob", "why", send, confirming=standing))
"""


@pytest.mark.parametrize(
    ("point", "left", "state", "stands"),
    [
        ("proposing", 0, "held", False),
        ("claiming", 0, "held", True),
        ("opening", 0, "held", True),
        ("marking", 0, "held", True),
        ("settling", 1, "uncertain", False),
    ],
)
def test_killed_at_each_commit_two_people_still_decide(
    tmp_path: Path, point: str, left: int, state: str, stands: bool
) -> None:
    url, sink, root = f"sqlite:///{tmp_path / 'hushgate.db'}", tmp_path / "sink", Path(__file__).parents[2]
    sink.touch()
    environment = {"SINK": str(sink), "PYTHONPATH": f"{root}:{root}/tests"}
    command = [sys.executable, "-c", PROGRAM, url, point]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=root, check=False)
    assert done.returncode == -9, done.stderr
    held = done.stdout.strip()
    store = open_store(url, Vault(b"k" * 32), create=False)
    sweep(store.quarantine, datetime.now(UTC) + timedelta(hours=1), timedelta(minutes=15), "sweeper")
    summary, standing = store.quarantine.summary(held), store.proposals.of(held)
    assert summary is not None
    assert summary.status == state
    assert (standing is not None) is stands
    assert sink.stat().st_size == left
    if standing is not None:
        upstream = Upstream(Sent())
        outcome = asyncio.run(release(store.quarantine, held, "console:bob", "why", upstream, confirming=standing))
        assert outcome.state == "released"
        assert upstream.got + left == 1
    assert verify(store.audit.entries(), store.audit.head).sound
    store.shut()
