"""When the database cannot be trusted, nothing is decided and nothing is lost."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from gateway.errors import Problem, StoreUnavailable
from gateway.model import NewHold, Report
from gateway.storage.engine import connect, open_store, store_exists
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault
from storage.conftest import Place

Build = Callable[..., NewHold]


def pragma(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_commit_survives_power_loss(store: SqlStore, place: Place) -> None:
    connection = connect(place.path)
    try:
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "synchronous") == 2
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "secure_delete") == 1
        assert pragma(connection, "busy_timeout") == 2000
    finally:
        connection.close()


def test_the_connections_that_are_used_are_those_that_were_tested(store: SqlStore) -> None:
    for transaction in (store._ground.transactions.read, store._ground.transactions.write):
        with transaction() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1


def test_nobody_else_may_read_the_store(store: SqlStore, place: Place, report: Report) -> None:
    store.reports.put([report], "cli:root")
    assert {file.stat().st_mode & 0o777 for file in place.path.parent.iterdir()} == {0o600}
    assert place.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_missing_store_is_made_once_and_otherwise_a_problem(place: Place, report: Report) -> None:
    assert not store_exists(place.url)
    with pytest.raises(Problem, match=r"hushgate\.db: the store is missing; restore it"):
        place.open(create=False)
    assert not store_exists(place.url)
    place.open().reports.put([report], "cli:root")
    assert store_exists(place.url)
    assert place.open(create=False).reports.get(report.id) == report


def test_another_key_is_a_problem_and_not_an_empty_store(store: SqlStore, place: Place) -> None:
    with pytest.raises(Problem, match="sealed with another key"):
        place.open(key=b"x" * 32)


@contextmanager
def locked(place: Place, how: str) -> Iterator[None]:
    outside = place.outside()
    outside.execute("PRAGMA locking_mode = NORMAL")
    outside.execute(f"BEGIN {how}")
    try:
        yield
    finally:
        outside.execute("ROLLBACK")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds of waiting are right for mail and long for a test."""
    monkeypatch.setattr("gateway.storage.engine.BUSY_SECONDS", 0.05)


def test_a_locked_store_takes_nothing_and_says_so(
    impatient: None, place: Place, report: Report, new_hold: Build
) -> None:
    store = place.open()
    with locked(place, "EXCLUSIVE"):
        with pytest.raises(StoreUnavailable, match="SQLITE_BUSY"):
            store.quarantine.hold(new_hold(), "relay")
        with pytest.raises(StoreUnavailable):
            store.reports.put([report], "cli:root")
        with pytest.raises(StoreUnavailable):
            store.ping()
    store.ping()
    assert store.quarantine.summaries() == ()
    assert store.quarantine.hold(new_hold(), "relay").startswith("Q-")


def test_a_store_that_is_locked_at_the_start_is_read_and_not_written(
    impatient: None, place: Place, new_hold: Build
) -> None:
    """To see that it is up to date takes no lock: who starts does not wait for who writes."""
    place.open().shut()
    with locked(place, "EXCLUSIVE"):
        store = place.open()
        assert store.quarantine.summaries() == ()
        with pytest.raises(StoreUnavailable):
            store.ping()
        with pytest.raises(StoreUnavailable):
            store.quarantine.hold(new_hold(), "relay")


def test_mail_is_matched_while_another_process_writes(store: SqlStore, place: Place, report: Report) -> None:
    store.reports.put([report], "cli:root")
    with locked(place, "IMMEDIATE"):
        assert len(store.reports.open_for(["xinger@streamers.example"])) == 1


def use_everything(store: SqlStore, new: NewHold) -> list[Callable[[], object]]:
    return [
        lambda: store.reports.open_for(["xinger@streamers.example"]),
        lambda: store.reports.get("R-2020-0918"),
        lambda: store.reports.summaries(),
        lambda: store.reports.revision("R-2020-0918"),
        lambda: store.quarantine.hold(new, "relay"),
        lambda: store.quarantine.record_rejection(new, "relay"),
        lambda: store.quarantine.summaries(),
        lambda: store.audit.head(),
        lambda: list(store.audit.entries()),
        lambda: store.people.any(),
        lambda: store.ping(),
    ]


def test_a_deleted_store_is_never_an_empty_one(store: SqlStore, place: Place, report: Report, new_hold: Build) -> None:
    store.reports.put([report], "cli:root")
    for file in place.path.parent.iterdir():
        file.unlink()
    for use in use_everything(store, new_hold()):
        with pytest.raises(StoreUnavailable, match="gone"):
            use()
    assert list(place.path.parent.iterdir()) == []


def test_a_replaced_store_is_not_read_and_not_written(
    store: SqlStore, place: Place, report: Report, new_hold: Build
) -> None:
    store.reports.put([report], "cli:root")
    other = place.path.parent / "other.db"
    open_store(f"sqlite:///{other}", Vault(place.key)).shut()
    os.replace(other, place.path)
    for use in use_everything(store, new_hold()):
        with pytest.raises(StoreUnavailable, match="replaced"):
            use()


def test_a_store_that_goes_during_a_write_does_not_say_it_was_written(
    store: SqlStore, place: Place, report: Report
) -> None:
    def write() -> None:
        with store._ground.transactions.write() as connection:
            connection.exec_driver_sql("UPDATE meta SET value = x'00' WHERE key = 'pinged'")
            shutil.move(place.path, place.path.with_name("moved.db"))

    with pytest.raises(StoreUnavailable):
        write()


@pytest.mark.parametrize("what", ["junk over the first pages", "an empty file"])
def test_a_destroyed_store_decides_nothing(place: Place, report: Report, new_hold: Build, what: str) -> None:
    store = place.open()
    store.reports.put([report], "cli:root")
    store.shut()  # everything is in the main file now
    with place.path.open("r+b") as file:
        if what == "an empty file":
            file.truncate(0)
        else:
            file.write(os.urandom(3 * 4096))
    with pytest.raises(StoreUnavailable):
        store.reports.open_for(["xinger@streamers.example"])
    with pytest.raises(StoreUnavailable):
        store.quarantine.hold(new_hold(), "relay")


@contextmanager
def disk_with_room_for(octets: int) -> Iterator[None]:
    """No file of this process may grow beyond that: what a full disk does, without root."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_holds_nothing_and_breaks_nothing(
    store: SqlStore, place: Place, report: Report, new_hold: Build
) -> None:
    store.reports.put([report], "cli:root")
    with disk_with_room_for(400_000):
        with pytest.raises(StoreUnavailable):
            store.quarantine.hold(new_hold(os.urandom(2**20)), "relay")
        assert store.quarantine.summaries() == ()
        assert store.reports.get(report.id) == report
    with disk_with_room_for(0), pytest.raises(StoreUnavailable):
        store.ping()
    assert store.quarantine.hold(new_hold(os.urandom(2**20)), "relay").startswith("Q-")
    assert place.outside().execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_reader_sees_one_moment_while_others_write(store: SqlStore, place: Place, report: Report) -> None:
    store.reports.put([report], "cli:root")
    with store._ground.transactions.read() as connection:
        count = "SELECT count(*) FROM audit"
        before = connection.exec_driver_sql(count).scalar_one()
        writer = threading.Thread(target=lambda: store.reports.put([report], "cli:root"))
        writer.start()
        writer.join()
        assert connection.exec_driver_sql(count).scalar() == before
    assert place.outside().execute(count).fetchone() == (before + 1,)


HAMMER = """
import sys
from datetime import UTC, datetime
from gateway.errors import StoreUnavailable
from gateway.model import *
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault

def insisting(write, *given):  # as a mail server does that was told to try again: nothing was written
    while True:
        try:
            return write(*given)
        except StoreUnavailable:
            pass

store = insisting(open_store, sys.argv[1], Vault(b"k" * 32))
for number in range(15):
    party = Party("星儿", ("a@b.example",))
    report = Report(f"R-{sys.argv[2]}-{number}", "open", "2020-09-18T10:00:00Z", (party,))
    insisting(store.reports.put, [report], "cli:root")
    message = Message("m", b"x" * 1000 + str(number).encode())
    envelope = Envelope("a@b.example", (Recipient("c@d.example"),), Client("h", "h"), datetime.now(UTC))
    new = NewHold(envelope, message.content, message.digest, "quarantine", "r", "p", (), (), (), None)
    print(insisting(store.quarantine.hold, new, "relay"))
"""


def test_two_processes_that_make_and_fill_a_store_at_once_share_it(place: Place) -> None:
    """The same fifteen messages from each: fifteen are held, and both processes know them by the same ids."""
    running = [
        subprocess.Popen([sys.executable, "-c", HAMMER, place.url, str(n)], stdout=subprocess.PIPE, text=True)
        for n in range(3)
    ]
    said = [process.communicate(timeout=120)[0].split() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert said[0] == said[1] == said[2]
    store = place.open(create=False)
    assert len(store.reports.summaries()) == 45
    assert len(store.quarantine.summaries()) == 15
    assert [entry.seq for entry in store.audit.entries()] == list(range(1, 61))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://u:geheim@h/d", "x"])
def test_what_is_no_sqlite_file_is_a_problem(url: str) -> None:
    with pytest.raises(Problem) as caught:
        open_store(url, Vault(b"k" * 32))
    assert "geheim" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_a_problem(place: Place) -> None:
    place.path.parent.parent.joinpath("var").write_text("in the way")
    with pytest.raises(Problem, match="the store cannot be opened"):
        place.open()


def test_an_error_says_nothing_of_the_values(store: SqlStore, place: Place, report: Report) -> None:
    place.outside().execute("CREATE TRIGGER t BEFORE INSERT ON reports BEGIN SELECT RAISE(ABORT, '张小鸣'); END")
    with pytest.raises(StoreUnavailable) as caught:
        store.reports.put([report], "cli:root")
    assert str(caught.value) == "the database refused (SQLITE_CONSTRAINT_TRIGGER)"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
