"""A store as one file, consistent while others write to it; and such a file in a store's place.

SQLite's own backup in one step, which is one reading transaction: writers do not wait for it in WAL mode, and what they
write meanwhile is not in it. The copy keeps no log beside it, is checked, and gets its name when it is whole. What is
secret in it is sealed as in the store; no key is in it.

Only `service.wiring` may import this module: nobody else knows which database it is.
"""

import hashlib
import os
import secrets
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from gateway.errors import Problem
from gateway.storage.migrate import is_header_of_ours, remove_draft, sync_file
from gateway.vault.keys import sync_folder

_BESIDE = ("-wal", "-shm", "-journal")
_MARK = "backup_digest"


def back_up(store: Path, file: Path) -> int:
    """How many octets the copy has. A file of that name is replaced where it is a store or a backup of one.

    Raises: Problem.
    """
    if file.exists():
        if file.samefile(store):
            raise Problem(str(file), "is the store itself", "give another file")
        if not is_store(file):
            raise Problem(str(file), "is there, and is no backup of a store", "give another file, or move it away")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(6)}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        with closing(_opened(store, "ro")) as source, closing(_opened(draft, "rw")) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise Problem(str(store), "the store is damaged; a backup of it would be too", "restore an older one")
            copy.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_MARK, _digest(copy)))
        octets = draft.stat().st_size
        sync_file(draft)
        draft.replace(file)
        sync_folder(file.absolute().parent)
    except sqlite3.Error as error:
        raise Problem(
            str(file), f"the backup cannot be made ({_named(error)})", "try again, with room for it"
        ) from None
    except OSError as error:
        raise Problem(
            str(file), f"cannot be written ({error.strerror})", "give a file in a folder with room"
        ) from error
    finally:
        remove_draft(draft)
    return octets


def put_back(file: Path, store: Path) -> Path | None:
    """Put a backup in the store's place, whole or not at all; where the store that was there lies now, None where there
    was none. Nobody may have it open. Raises: Problem."""
    draft = store.with_name(f".{store.name}.{secrets.token_hex(6)}")
    aside: Path | None = None
    try:
        store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        shutil.copyfile(file, draft)
        with closing(_opened(draft, "rw")) as copy:  # what goes on is a store, and its rows change
            copy.execute("DELETE FROM meta WHERE key = ?", (_MARK,))
        sync_file(draft)
        if store.exists():
            with closing(_opened(store, "rw")) as before:  # what stands in its log belongs to it
                busy, _, _ = before.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if busy:
                    raise Problem(str(store), "somebody has the store open", "stop the service first")
            aside = store.with_name(f"{store.name}.before-{secrets.token_hex(4)}")
            os.link(store, aside)
        for suffix in _BESIDE:
            store.with_name(store.name + suffix).unlink(missing_ok=True)
        draft.replace(store)
        sync_folder(store.parent)
    except sqlite3.Error as error:
        raise Problem(str(store), f"the store cannot be replaced ({_named(error)})", "stop the service first") from None
    except OSError as error:
        raise Problem(str(store), f"cannot be written ({error.strerror})", "make room, or give rights") from error
    finally:
        remove_draft(draft)
    return aside


def checked(file: Path) -> None:
    """Raises Problem where a file is no whole backup of a store."""
    if not file.is_file():
        raise Problem(str(file), "no such file", "give a file that `hushgate backup` wrote")
    if not is_store(file):
        raise Problem(str(file), "is no backup of a store", "give a file that `hushgate backup` wrote")
    try:
        with closing(_opened(file, "ro")) as copy:
            found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            # A database knows its pages, and not whether the octets in a row are those that were written.
            mark = copy.execute("SELECT value FROM meta WHERE key = ?", (_MARK,)).fetchone()
            if mark is not None and mark[0] != _digest(copy):
                found = ""
    except (sqlite3.Error, UnicodeDecodeError):
        found = ""
    if found != "ok":
        raise Problem(str(file), "the backup is damaged", "take an older one")


def is_store(file: Path) -> bool:
    """Whether it begins as a store of ours does."""
    try:
        with file.open("rb") as opened:
            return is_header_of_ours(opened.read(100))
    except OSError:
        return False


def _digest(connection: sqlite3.Connection) -> bytes:
    """Of every row but the one that keeps it, in whatever order they come."""
    total = 0
    tables = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@' ORDER BY name"
    )
    for (name,) in connection.execute(tables).fetchall():
        for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - a name that the database gave
            if name == "meta" and _MARK in row:
                continue
            whole = hashlib.sha256(name.encode())
            for value in row:
                octets = value if isinstance(value, bytes) else repr(value).encode("utf-8", "replace")
                whole.update(b"%s %d:" % (type(value).__name__.encode(), len(octets)))
                whole.update(octets)
            total = (total + int.from_bytes(whole.digest(), "big")) % 2**256
    return total.to_bytes(32, "big")


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=10, isolation_level=None)


def _named(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", "") or type(error).__name__
