"""Bring a store into being, or to this version's schema.

A new store is made whole under another name (schema, key check, head of the audit log), synced and linked into place:
so a file under the store's own name always is a store, and one that is empty or truncated is refused, not filled.
An old one is migrated in one transaction. Processes that start at once wait for each other on a lock of the folder.

Raises: Problem (missing, another key, newer than this program, not a store), StoreUnavailable (locked now).
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, inspect, select, text

from gateway.errors import Problem, StoreUnavailable
from gateway.model.audit_chain import GENESIS
from gateway.storage import tables
from gateway.storage.audit import head_seal
from gateway.vault.keys import sync_folder
from gateway.vault.vault import NotOpened, Vault

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0026"
"""The newest migration, so that a store that has it opens without loading Alembic. A test compares the two."""

Connect = Callable[[Path, bool], AbstractContextManager[Connection]]
"""A transaction on a file; the second says whether it is to write."""
_MAGIC = b"SQLite format 3\x00"
_APPLICATION = 0x48555348  # "HUSH", in the header of the file: another program's database is never touched
_CHECK, _CHECK_CONTEXT = b"hushgate", "meta/key_check"


def prepare(path: Path, vault: Vault, *, create: bool, connect: Connect) -> None:
    """After return the file is a store of this schema and this key."""
    folder = path.parent
    if not path.exists() and not create:
        raise Problem(str(path), "the store is missing", "restore it from a backup, or correct [storage] url")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            if not path.exists():
                if not create:
                    raise Problem(str(path), "the store is missing", "restore it from a backup")
                _make(path, vault, connect)
            _update(path, vault, connect)
    except OSError as error:
        raise Problem(
            str(path), f"the store cannot be opened ({error.strerror})", "give a folder that may be written"
        ) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make(path: Path, vault: Vault, connect: Connect) -> None:
    draft = path.with_name(f".{path.name}.new")
    remove_draft(draft)  # what a process that was killed left behind
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        with connect(draft, True) as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION}")
            _upgrade(connection)
            connection.execute(
                insert(tables.meta),
                [
                    {"key": "key_check", "value": vault.seal(_CHECK, _CHECK_CONTEXT)},
                    {"key": "pinged", "value": b""},
                ],
            )
            connection.execute(
                insert(tables.audit_head).values(id=1, seq=0, digest=GENESIS, seal=head_seal(vault, 0, GENESIS))
            )
        sync_file(draft)
        os.link(draft, path)
    finally:
        remove_draft(draft)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """What is in the file is durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_header_of_ours(header: bytes) -> bool:
    """Whether a file that begins so is a store of Hushgate."""
    return header[:16] == _MAGIC and header[68:72] == _APPLICATION.to_bytes(4, "big")


def remove_draft(draft: Path) -> None:
    """Nothing is left of a file that is no store yet, nor of what lies beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _update(path: Path, vault: Vault, connect: Connect) -> None:
    with path.open("rb") as file:
        header = file.read(100)
    if not header:
        raise Problem(str(path), "the store is empty", "restore it from a backup")
    if not is_header_of_ours(header):
        raise Problem(str(path), "this is not a store of Hushgate", "correct [storage] url, or restore a backup")
    with connect(path, False) as connection:  # nearly always all there is to do: no need to wait for who is writing
        if _version(connection, path) == HEAD:
            _check_key(connection, path, vault)
            return
    with connect(path, True) as connection:
        now = _version(connection, path)  # another process may have been first
        if now != HEAD:
            _known(now, path)
            _upgrade(connection)
        _check_key(connection, path, vault)


def _version(connection: Connection, path: Path) -> str:
    found = None
    if inspect(connection).has_table("alembic_version"):
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is None:
        raise Problem(str(path), "the store has no schema", "restore it from a backup")
    return str(found)


def _known(revision: str, path: Path) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision not in known:
        raise Problem(
            str(path), "the store was made by a newer version of Hushgate", "install that version or a later one"
        )


def _upgrade(connection: Connection) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> "Config":
    """Alembic without a file: the scripts are beside this module, in a checkout and in a wheel alike."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _check_key(connection: Connection, path: Path, vault: Vault) -> None:
    sealed = connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == "key_check")).scalar()
    if sealed is None:
        raise StoreUnavailable("the store is not whole")
    try:
        vault.open(sealed, _CHECK_CONTEXT)
    except NotOpened:
        raise Problem(
            str(path),
            "the store was sealed with another key",
            "give the key file or HUSHGATE_STORAGE__KEY it was made with",
        ) from None
