"""The same, on the log of a real store that somebody edited with a database tool."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.audit.verify import verify
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hushgate.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    store = open_store(f"sqlite:///{path}", Vault(b"k" * 32))
    for number in range(1, 6):
        store.audit.append("cli:root", "noted", f"S-{number}", {"说": "话"})
    yield store
    store.shut()


def tamper(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_an_untouched_log_is_sound(store: SqlStore) -> None:
    result = verify(store.audit.entries(), store.audit.head)
    assert result.sound
    assert result.count == 5


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["UPDATE audit SET actor = 'nobody' WHERE seq = 3"], 3),
        (["DELETE FROM audit WHERE seq = 3"], 3),
        (["DELETE FROM audit WHERE seq > 3"], 4),
        (["DELETE FROM audit"], 1),
        (
            [
                "DELETE FROM audit WHERE seq > 3",
                "UPDATE audit_head SET seq = 3, digest = (SELECT digest FROM audit WHERE seq = 3)",
            ],
            4,
        ),
        (["DELETE FROM audit_head"], 6),
    ],
)
def test_a_hand_in_the_database_is_found(store: SqlStore, path: Path, statements: list[str], broken: int) -> None:
    tamper(path, *statements)
    result = verify(store.audit.entries(), store.audit.head)
    assert not result.sound
    assert result.broken == broken
