"""What is particular to SQLite: how the file is opened, what is asserted of it, and what its errors mean.

WAL, so that readers and one writer do not wait for each other. `synchronous=FULL`: NORMAL may forget a commit at power
loss, and by then the client has heard 250. Writes begin with BEGIN IMMEDIATE, since a read that turns into a write
fails at once where another writes. `mode=rw`: a file that is gone is an error and never a new, empty store, which would
know no report and let every leak pass. For the same reason the file's device and inode are compared before each
transaction (the path may lead to another file by now) and after each write (what went into a deleted file is lost).

Only `service.wiring` may import this module: nobody else knows which database it is.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from gateway.errors import Problem, StoreUnavailable
from gateway.storage import migrate
from gateway.storage.context import Ground
from gateway.storage.store import SqlStore
from gateway.storage.suggestions import AskLimits
from gateway.vault.vault import Vault

BUSY_SECONDS = 2.0
_SCHEME = "sqlite:///"
_WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,  # a tampered schema runs no functions of ours
}


def store_exists(url: str) -> bool:
    """Whether there is a store at this address already."""
    return _path(url).exists()


def open_store(
    url: str,
    vault: Vault,
    *,
    create: bool = True,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    protection_days: int = -1,
    password_hours: int = 72,
    ask: AskLimits | None = None,
    team_of: Callable[[str], str] = lambda address: "",
) -> SqlStore:
    """Open the store, brought to this version's schema; make it where there is none and `create` says so.
    `protection_days`: how long a report protects after it is over, -1 for ever. `password_hours`:
    how long passwords that mail gave are remembered. `ask`: from when on somebody is asked about what was suggested.
    `team_of`: which team a sender is of, for counting.

    Raises: Problem (missing, another key, newer schema, not a store), StoreUnavailable (locked now).
    """
    path = _path(url)
    migrate.prepare(path, vault, create=create, connect=_preparing)
    files = SqliteFile(path)
    store = SqlStore(
        Ground(files, vault, clock, protection_days, password_hours, team_of), files.shut, ask or AskLimits()
    )
    try:
        store.reports.complete()
        store.reports.complete_callings()
        store.reports.complete_domains()
        store.reports.complete_suggestions()
        store.reports.complete_marks()
        store.quarantine.complete_search()
        store.earlier.complete()
        store.tallies.begin()
    except BaseException:
        store.shut()
        raise
    return store


def _path(url: str) -> Path:
    name = url.removeprefix(_SCHEME)
    if not url.startswith(_SCHEME) or not name or name == ":memory:":
        raise Problem("storage.url", "names no SQLite file", 'write "sqlite:///var/hushgate.db"')
    return Path(os.path.abspath(name))


class SqliteFile:
    """`context.Transactions` on one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity = self._found()
        self._engine = _engine(self._connect)
        self._watch: sqlite3.Connection | None = None
        self._watching = threading.Lock()
        self._writing = threading.Lock()  # SQLite's own waiting is unfair among many threads

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view."""
        with _translated():
            self._same_file()
            with self._engine.begin() as connection:
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Durable when the block is left without an exception."""
        if not self._writing.acquire(timeout=5 * BUSY_SECONDS):
            raise StoreUnavailable("the database is busy")
        try:
            with _translated():
                self._same_file()
                with self._engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
                    yield connection
                self._same_file()
        finally:
            self._writing.release()

    def tidy(self) -> bool:
        """What was deleted is overwritten in the file (`secure_delete`); here its copies in the log are cut off."""
        with _translated(), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def size(self) -> int:
        """Pages that are not free, times the size of one."""
        with _translated(), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            pages, free, octets = (
                raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
            )
            return int((pages - free) * octets)

    def compact(self, most: int) -> int:
        """Free pages are cut off the end of the file, in a transaction of their own. A store of before there was this
        has to be made anew for it (`VACUUM`), which nothing that serves may do: there it gives back nothing."""
        if not self._writing.acquire(timeout=5 * BUSY_SECONDS):
            raise StoreUnavailable("the database is busy")
        try:
            with _translated(), self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                free, octets = (raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_size"))
                raw.execute(f"PRAGMA incremental_vacuum({max(1, most // octets)})").fetchall()
                left = raw.execute("PRAGMA freelist_count").fetchone()[0]
                return int((free - left) * octets)
        finally:
            self._writing.release()

    def version(self) -> object:
        """SQLite's `data_version`, on a connection that writes nothing itself: every commit of others changes it."""
        try:  # not `_translated`: this is asked for every message
            with self._watching:
                self._same_file()
                if self._watch is None:
                    self._watch = self._connect()
                return self._watch.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as error:
            raise StoreUnavailable(f"the database refused ({_name(error)})") from None

    def shut(self) -> None:
        """Close every connection."""
        self._engine.dispose()
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None

    def _connect(self) -> sqlite3.Connection:
        connection = connect(self._path)
        try:
            self._same_file()
        except StoreUnavailable:
            connection.close()
            raise
        return connection

    def _found(self) -> tuple[int, int]:
        try:
            found = os.stat(self._path)
        except OSError as error:
            raise StoreUnavailable("the database file is gone") from error
        return found.st_dev, found.st_ino

    def _same_file(self) -> None:
        if self._found() != self._identity:
            raise StoreUnavailable("the database file was replaced")


def connect(path: Path) -> sqlite3.Connection:
    """An open file with everything set that is not remembered in it, each setting read back."""
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # BEGIN is ours to say
        check_same_thread=False,
    )
    try:
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        for name, wanted in _WANTED.items():
            if connection.execute(f"PRAGMA {name}").fetchone()[0] != wanted:
                raise StoreUnavailable(f"the database does not take {name}")
    except BaseException:
        connection.close()
        raise
    return connection


def _engine(connector: Callable[[], sqlite3.Connection]) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=connector,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        pool_timeout=5 * BUSY_SECONDS,
        hide_parameters=True,  # an error's text reaches logs
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


@contextmanager
def _preparing(path: Path, writes: bool) -> Iterator[Connection]:
    """One transaction on a file that may not be in WAL mode yet, for making, checking and migrating it."""

    def connector() -> sqlite3.Connection:
        plain = sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None
        )
        try:
            if not path.stat().st_size:  # a file that is there keeps what it has, and is not locked for it
                plain.execute("PRAGMA auto_vacuum = INCREMENTAL")
            plain.execute("PRAGMA journal_mode = WAL")
        finally:
            plain.close()
        return connect(path)

    engine = _engine(connector)
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    try:
        with _translated(), engine.execution_options(begin=begin).begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    """Whatever the database says, callers do one thing: not now, and nothing was written.

    The text is SQLite's name of the error alone: its message can quote a value.
    """
    try:
        yield
    except DBAPIError as error:
        raise StoreUnavailable(f"the database refused ({_name(error.orig)})") from None
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the database refused ({_name(error)})") from None
    except PoolTimeoutError:
        raise StoreUnavailable("the database is busy") from None


def _name(error: BaseException | None) -> str:
    return str(getattr(error, "sqlite_errorname", type(error).__name__))
