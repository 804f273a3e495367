"""A real store on a real file, and the values that are put into it. All invented."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from gateway.model import (
    AvatarMark,
    Client,
    Envelope,
    Finding,
    Item,
    Location,
    MaterialMark,
    Message,
    NewHold,
    Party,
    Pixels,
    Reading,
    Recipient,
    Report,
    TextFragment,
    steps,
)
from gateway.storage import migrate
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault

SECRETS = ("张小鸣", "鸣鸣不飞", "xiaoming@mail.example", "13800138000", "xm_feifei90", "440106199001011234")
PIXELS = Pixels(2, 1, b"\x00\x01\x02\xfd\xfe\xff")


class Place:
    """Where the store of one test lies, and ways to look at it from outside."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "var" / "hushgate.db"
        self.url = f"sqlite:///{self.path}"
        self.key = b"k" * 32
        self._to_shut: list[Callable[[], None]] = []

    def open(self, key: bytes | None = None, create: bool = True) -> SqlStore:
        store = open_store(self.url, Vault(key or self.key), create=create)
        self._to_shut.append(store.shut)
        return store

    def outside(self) -> sqlite3.Connection:
        """Somebody else's connection to the same file."""
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=0.1)
        self._to_shut.append(connection.close)
        return connection

    def age(self, version: str, *undone: str) -> None:
        """Make the store, which nobody has open, one of an earlier version with the same rows; `undone` are keys of
        `meta`."""
        older = self.path.with_name("older.db")
        engine = create_engine(f"sqlite:///{older}")
        with engine.begin() as connection:
            config = migrate._config()
            config.attributes["connection"] = connection
            command.upgrade(config, version)
        engine.dispose()
        with closing(sqlite3.connect(older, isolation_level=None)) as copy:
            (application,) = sqlite3.connect(self.path).execute("PRAGMA application_id").fetchone()
            copy.execute(f"PRAGMA application_id = {application}")
            copy.execute("ATTACH ? AS newer", (str(self.path),))
            for (table,) in copy.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
                had = [row[1] for row in copy.execute(f"PRAGMA main.table_info({table})")]
                has = {row[1] for row in copy.execute(f"PRAGMA newer.table_info({table})")}
                if shared := ", ".join(name for name in had if name in has and table != "alembic_version"):
                    how = "REPLACE" if table == "meta" else "IGNORE"
                    copy.execute(f"INSERT OR {how} INTO main.{table} ({shared}) SELECT {shared} FROM newer.{table}")
            copy.executemany("DELETE FROM main.meta WHERE key = ?", [(key,) for key in undone])
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        older.replace(self.path)

    def raw(self) -> bytes:
        """Every byte on disk."""
        return b"".join(file.read_bytes() for file in sorted(self.path.parent.iterdir()))

    def shut(self) -> None:
        for shut in self._to_shut:
            shut()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.shut()


@pytest.fixture
def store(place: Place) -> SqlStore:
    return place.open()


@pytest.fixture
def report() -> Report:
    return Report(
        id="R-2020-0918",
        status="open",
        opened_at="2020-09-18T10:00:00+08:00",
        reported=(
            Party(
                name="星儿",
                addresses=("XingEr@Streamers.example", "xinger+live@streamers.example"),
                accounts=("room:88412345",),
                representatives=("pr@guild.example",),
            ),
        ),
        identity=(
            Item("name", "张小鸣"),
            Item("nickname", "鸣鸣不飞", source="材料 report.eml: From", score=0.8, state="suggested"),
            Item("address", "xiaoming@mail.example"),
            Item("phone", "13800138000"),
            Item("account", "xm_feifei90", detail="wechat"),
            Item("government_id", "440106199001011234"),
        ),
        avatars=(AvatarMark(b"a" * 32, PIXELS),),
        materials=(MaterialMark("张小鸣的举报信.docx", "docx", 9, b"m" * 32, 9, b"s" * 16, 2**64 - 1, PIXELS),),
    )


@pytest.fixture
def new_hold() -> Callable[..., NewHold]:
    def build(
        content: bytes = "Subject: 核实\r\n\r\n张小鸣 13800138000\r\n".encode(),
        *recipients: str,
        sender: str = "staff@platform.example",
        reading: Reading | None = None,
    ) -> NewHold:
        message = Message("m1", content)
        envelope = Envelope(
            sender,
            tuple(Recipient(address, ("NOTIFY=NEVER",)) for address in recipients or ("xinger@streamers.example",)),
            Client("192.0.2.7", "desk.platform.example"),
            datetime(2020, 9, 18, 10, 0, tzinfo=UTC),
            ("BODY=8BITMIME",),
            b"Received: from desk\r\n",
        )
        where = Location("1", (steps.file("材料.zip"), steps.file("举报信.docx")))
        return NewHold(
            envelope=envelope,
            content=message.content,
            digest=message.digest,
            action="quarantine",
            rule="avatar-held",
            policy="p1",
            reports=("R-2020-0918",),
            findings=(Finding("name", "R-2020-0918", where, "text", "names", 0.97, "exact", 0, (3, 6)),),
            rules=("avatar-held",),
            reading=reading or Reading(texts=(TextFragment(where, "text", "举报人张小鸣"),)),
        )

    return build
