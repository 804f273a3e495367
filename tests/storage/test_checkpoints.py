"""Signatures under the audit log: made when due, with their entry or not at all, and by one key that stays."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from gateway.audit.verify import verify
from gateway.storage import checkpoints
from gateway.storage.audit_protocols import AuditFilter
from gateway.storage.engine import open_store
from gateway.storage.migrations.versions import m0018_audit
from gateway.storage.store import SqlStore
from gateway.vault.signing import is_signed
from gateway.vault.vault import Vault
from storage.conftest import Place


def signed(store: SqlStore) -> list[int]:
    return [one.seq for one in store.audit.checkpoints()]


def sound(store: SqlStore) -> bool:
    return verify(store.audit.entries(), store.audit.head, store.audit.checkpoints()).sound


def add(store: SqlStore, count: int = 1) -> None:
    for number in range(count):
        store.audit.append("cli:root", "noted", f"S-{number}", {})


def test_the_first_entry_each_so_many_and_each_day_are_signed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVERY", 4)
    now = [datetime(2026, 3, 1, 23, 50, tzinfo=UTC)]
    store = open_store(place.url, Vault(place.key), clock=lambda: now[0])
    add(store, 10)
    assert signed(store) == [1, 5, 9]
    now[0] += timedelta(minutes=20)
    add(store, 2)
    assert signed(store) == [1, 5, 9, 11]
    assert all(one.good for one in store.audit.checkpoints())
    result = verify(store.audit.entries(), store.audit.head, store.audit.checkpoints())
    assert (result.sound, result.count, result.signed) == (True, 12, 11)
    store.shut()


def test_an_export_has_a_signature_under_its_own_entry(store: SqlStore) -> None:
    add(store, 3)
    entry = store.audit.append_signed("cli:root", "log_exported", "", {"format": "jsonl"}, "why")
    assert signed(store) == [1, 4]
    assert list(store.audit.entries())[-1] == entry
    assert store.audit.reveal(entry) == {"format": "jsonl", "reason": "why"}


def test_a_signature_is_undone_with_its_entry(store: SqlStore) -> None:
    from gateway.storage.audit import record

    class Stop(Exception):
        pass

    def crash() -> None:
        with store._ground.transactions.write() as connection:
            record(connection, store._ground, "cli:root", "noted", "", {})
            raise Stop

    with pytest.raises(Stop):
        crash()
    assert signed(store) == []
    assert list(store.audit.entries()) == []


def test_the_key_stays_and_is_nowhere_in_clear(store: SqlStore, place: Place) -> None:
    public = store.audit.public_key()
    add(store)
    assert place.open().audit.public_key() == public
    (one,) = store.audit.checkpoints()
    assert not is_signed(public, b"something else", one.signature)
    sealed = place.outside().execute("SELECT value FROM meta WHERE key = 'audit_key'").fetchone()[0]
    seed = store._ground.vault.open(sealed, "audit-key")
    assert len(seed) == 32
    assert seed not in place.raw()


def test_two_stores_have_two_keys(store: SqlStore, tmp_path: object) -> None:
    other = open_store(f"sqlite:///{tmp_path}/other.db", Vault(b"k" * 32))
    assert other.audit.public_key() != store.audit.public_key()
    other.shut()


@pytest.mark.parametrize("statement", ["UPDATE checkpoints SET digest = ''", "DELETE FROM checkpoints"])
def test_the_database_itself_refuses_a_change(store: SqlStore, place: Place, statement: str) -> None:
    add(store)
    with pytest.raises(sqlite3.IntegrityError):
        place.outside().execute(statement)


def tamper(place: Place, *statements: str) -> None:
    outside = place.outside()
    for (name,) in outside.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        outside.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        outside.execute(statement)


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["UPDATE checkpoints SET signature = (SELECT signature FROM checkpoints WHERE seq = 1) WHERE seq = 5"], 2),
        (["UPDATE checkpoints SET digest = (SELECT digest FROM audit WHERE seq = 4) WHERE seq = 5"], 2),
        (["UPDATE checkpoints SET at = '2026' WHERE seq = 9"], 6),
        (["DELETE FROM checkpoints WHERE seq = 5"], 2),
        (["DELETE FROM checkpoints WHERE seq = 1"], 1),
        (["UPDATE checkpoints SET signature = 'zz' WHERE seq = 1"], 1),
        (["DELETE FROM meta WHERE key = 'audit_key'"], 1),
        (["UPDATE checkpoints SET seq = 400 WHERE seq = 9"], 11),
    ],
)
def test_a_hand_in_the_database_is_found(
    store: SqlStore, place: Place, monkeypatch: pytest.MonkeyPatch, statements: list[str], broken: int
) -> None:
    monkeypatch.setattr(checkpoints, "EVERY", 4)
    add(store, 10)
    assert sound(store)
    tamper(place, *statements)
    result = verify(store.audit.entries(), store.audit.head, store.audit.checkpoints())
    assert (result.sound, result.broken) == (False, broken)


def test_a_log_that_was_digested_again_is_found_by_its_signatures_alone(
    store: SqlStore, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who can write into the database, and has no key."""
    from dataclasses import replace

    from gateway.model.audit_chain import GENESIS, link

    monkeypatch.setattr(checkpoints, "EVERY", 4)
    add(store, 10)
    entries, previous = [], GENESIS
    for one in store.audit.entries():
        changed = replace(one, actor="cli:nobody" if one.seq == 7 else one.actor, previous=previous)
        previous = link(one.seq, one.at, changed.actor, one.event, one.subject, one.detail, previous)
        entries.append(replace(changed, digest=previous))
    assert verify(entries).sound
    result = verify(entries, checkpoints=store.audit.checkpoints())
    assert (result.broken, result.signed) == (6, 5)
    assert "not what was signed" in result.why


def test_a_log_of_an_older_version_is_signed_from_its_next_entry_on(store: SqlStore, place: Place) -> None:
    add(store, 3)
    tamper(place, "DELETE FROM checkpoints", "DELETE FROM meta WHERE key = 'audit_key'")
    assert sound(store)
    add(store)
    assert signed(store) == [4]
    assert sound(store)


def test_a_report_of_an_older_log_is_found_with_its_messages(store: SqlStore, place: Place) -> None:
    """What the migration makes is what the code would have made."""
    store.audit.append("relay", "held", "Q-1", {"reports": "R-1 R-2"})
    store.audit.append("relay", "held", "Q-2", {"reports": ""})
    store.audit.append("cli:root", "discarded", "Q-1", {"state": "discarded"})
    made = place.outside().execute("SELECT report, seq FROM audit_reports ORDER BY 1, 2").fetchall()
    assert made == [("R-1", 1), ("R-2", 1)]
    with store._ground.transactions.write() as connection:
        connection.exec_driver_sql("DELETE FROM audit_reports")
        with Operations.context(MigrationContext.configure(connection)):
            m0018_audit._concerning_reports()
    assert place.outside().execute("SELECT report, seq FROM audit_reports ORDER BY 1, 2").fetchall() == made
    assert [entry.event for entry in store.audit.find(AuditFilter(subject="R-1"))] == ["discarded", "held"]
