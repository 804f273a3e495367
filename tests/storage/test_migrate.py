"""The schema: made whole, migrated as a whole, refused where it is not ours."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from gateway.audit.verify import verify
from gateway.errors import Problem
from gateway.model import NewHold, Report
from gateway.storage import migrate, tables
from gateway.storage.store import SqlStore
from storage.conftest import Place
from storage.test_rewrites import new as rewriting

CHAIN = [one.revision for one in ScriptDirectory.from_config(migrate._config()).walk_revisions()][::-1]
MADE_SINCE = {"searchable": "0016", "tallied": "0019", "earlier_held": "0025", "earlier_rewrite": "0025"}
"""Keys of `meta` by which a store knows that something was made for its older rows, and the version of that."""


def test_the_migrations_make_the_tables_that_the_code_uses(store: SqlStore) -> None:
    with store._ground.transactions.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_the_newest_migration_is_the_one_that_the_code_names() -> None:
    script = ScriptDirectory.from_config(migrate._config())
    assert script.get_current_head() == migrate.HEAD


@pytest.mark.parametrize("version", CHAIN[CHAIN.index("0013") : -1])
def test_a_store_of_each_version_before_is_brought_up_with_all_that_is_in_it(
    place: Place, new_hold: Callable[..., NewHold], report: Report, version: str
) -> None:
    store = place.open()
    store.reports.put([report], "cli:root")
    waiting, decided = (store.quarantine.hold(new_hold(content), "relay") for content in (b"one", b"two"))
    store.quarantine.move(decided, "discard", "console:mei", "x")
    sent = store.rewrites.keep(rewriting(new_hold(b"three")), "relay", True)
    queue, log = store.quarantine.summaries(), list(store.audit.entries())
    store.shut()
    later = CHAIN[CHAIN.index(version) + 1 :]
    place.age(version, *(key for key, since in MADE_SINCE.items() if since in later))

    store = place.open()
    with store._ground.transactions.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    assert store.quarantine.summaries() == queue
    assert list(store.audit.entries()) == log
    assert verify(store.audit.entries(), store.audit.head, store.audit.checkpoints()).sound
    assert {"held", "discarded", "rewritten"} <= {
        entry.event for entry in store.audit.entries() if entry.subject in store.audit.about(report.id)
    }
    assert [one.id for one in store.earlier.before(waiting).messages] == [sent]
    while not store.tallies.complete():
        pass
    assert {(one.event, one.count) for one in store.tallies.sums(date(2020, 1, 6)) if one.axis == "total"} == {
        ("held", 2), ("discarded", 1), ("rewritten", 1),
    }  # fmt: skip
    opened, original = store.quarantine.open(waiting, "t", "t"), store.rewrites.open(sent, "t", "t")
    assert opened is not None
    assert original is not None
    assert (opened.content, original.content) == (b"one", b"three")
    assert store.keeping.decided(None, 9) == ()  # its sender is still to be told
    store.quarantine.move(waiting, "discard", "console:mei", "x")
    erased = store.reports.erase(report.id, "cli:root", keep_digests=False)
    assert erased is not None
    assert erased.held == 2
    store.shut()
    outside = place.outside()
    assert outside.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert outside.execute("PRAGMA foreign_key_check").fetchall() == []


def test_an_open_of_a_store_that_is_up_to_date_does_not_load_alembic(store: SqlStore, place: Place) -> None:
    program = (
        "import sys; from gateway.storage.engine import open_store; from gateway.vault.vault import Vault;"
        f"open_store({place.url!r}, Vault(b'k' * 32)); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_many_that_start_at_once_make_one_store(place: Place) -> None:
    gate, failures = threading.Barrier(6), []

    def start() -> None:
        gate.wait()
        try:
            place.open().ping()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {file.name for file in place.path.parent.iterdir()} <= {"hushgate.db", "hushgate.db-wal", "hushgate.db-shm"}


def test_a_store_of_a_newer_version_is_refused_and_left_alone(place: Place) -> None:
    place.open().shut()
    place.outside().execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Problem, match=r"hushgate\.db: the store was made by a newer version"):
        place.open()
    assert place.outside().execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_an_empty_file_is_no_store_and_is_not_filled(place: Place) -> None:
    place.path.parent.mkdir()
    place.path.touch()
    with pytest.raises(Problem, match="the store is empty; restore it"):
        place.open()
    assert place.path.stat().st_size == 0


def test_another_programs_database_is_left_alone(place: Place) -> None:
    place.path.parent.mkdir()
    connection = sqlite3.connect(place.path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = place.raw()
    with pytest.raises(Problem, match="not a store of Hushgate"):
        place.open()
    assert place.raw() == before


def test_a_file_that_is_no_database_is_refused(place: Place) -> None:
    place.path.parent.mkdir()
    place.path.write_bytes(b"not a database at all " * 1000)
    with pytest.raises(Problem, match="not a store of Hushgate"):
        place.open()


@pytest.mark.parametrize("damage", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
def test_a_store_whose_schema_is_gone_is_refused(place: Place, damage: str) -> None:
    place.open().shut()
    place.outside().execute(damage)
    with pytest.raises(Problem, match="no schema"):
        place.open()


KILLED = """
import os, signal, sys
from pathlib import Path
from gateway.storage import migrate
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(*{target}, die)
open_store(sys.argv[1], Vault(b"k" * 32))
"""


@pytest.mark.parametrize("target", ["(migrate, 'head_seal')", "(os, 'link')", "(migrate, 'remove_draft')"])
def test_killed_while_the_store_is_made_the_next_start_makes_it(place: Place, target: str) -> None:
    """Before the schema is committed, before it has its name, before anything: there is no half store."""
    done = subprocess.run([sys.executable, "-c", KILLED.replace("{target}", target), place.url])
    assert done.returncode == -9
    assert not place.path.exists()
    place.open().ping()
    assert not list(place.path.parent.glob("*.new*"))
    assert not list(place.path.parent.glob(".*"))


def test_the_scripts_are_in_the_package_that_gets_installed() -> None:
    """A folder without `__init__.py` would be left out of the wheel."""
    folder = Path(migrate.__file__).parent / "migrations"
    assert (folder / "env.py").exists()
    for inside in (folder, folder / "versions"):
        assert (inside / "__init__.py").exists()
    assert os.listdir(folder / "versions")
