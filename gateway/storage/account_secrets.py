"""What of an account is sealed: its second factor, recovery codes, and mail address."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from gateway.storage import tables
from gateway.storage.context import Ground
from gateway.storage.encrypted_codec import seal, unseal


@dataclass(frozen=True, slots=True)
class Private:
    """`totp` is the secret in force, `proposed` one that was shown and not confirmed, `step` the last step of time of
    which a code was used, `recovery` keyed digests of the codes that are left."""

    totp: bytes = b""
    proposed: bytes = b""
    step: int = -1
    recovery: tuple[bytes, ...] = ()
    address: str = ""


def private_of(ground: Ground, row: Any) -> Private:
    """Of a row of `people` with its name and what is sealed."""
    return Private() if row.sealed is None else unseal(ground.vault, row.sealed, _context(row.name), Private)


def read_private(connection: Connection, ground: Ground, name: str) -> Private | None:
    """Of an account; None where there is none."""
    table = tables.people
    row = connection.execute(select(table.c.name, table.c.sealed).where(table.c.name == name)).one_or_none()
    return None if row is None else private_of(ground, row)


def write_private(connection: Connection, ground: Ground, name: str, private: Private) -> None:
    """In the caller's transaction."""
    table = tables.people
    connection.execute(update(table).where(table.c.name == name).values(sealed=sealed_private(ground, name, private)))


def sealed_private(ground: Ground, name: str, private: Private) -> bytes | None:
    """For the column; nothing where there is nothing to seal."""
    return None if private == Private() else seal(ground.vault, private, _context(name))


def _context(name: str) -> str:
    return f"account/{name}"
