"""Console accounts, the one-time set-up link and sessions. Of a token only its keyed digest is kept."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, delete, exists, insert, select, update

from gateway.model.roles import Role
from gateway.storage import tables
from gateway.storage.audit import record
from gateway.storage.context import Ground, stamp
from gateway.storage.protocols import Person

_FIRST = ""
"""Whose link makes the first account."""


class PeopleStore:
    """`protocols.Accounts` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def any(self) -> bool:
        """Whether somebody has been set up."""
        with self._ground.transactions.read() as connection:
            return bool(connection.execute(select(exists(select(tables.people.c.name)))).scalar())

    def issue_setup(self, token: str, expires: datetime) -> None:
        """One-time set-up link; replaces any earlier one."""
        digest = self._digest("setup", token)
        with self._ground.transactions.write() as connection:
            connection.execute(delete(tables.links).where(tables.links.c.name == _FIRST))
            connection.execute(
                insert(tables.links).values(digest=digest, name=_FIRST, role="admin", expires=stamp(expires))
            )
            record(connection, self._ground, "console", "setup_issued", "", {})

    def set_up(self, token: str, person: Person, now: datetime) -> bool:
        """Use the link up and add the person; one who is there already gets the new password and role.

        Their sessions end: whoever set a new password wants the old one's holder out.
        """
        digest = self._digest("setup", token)
        table = tables.people
        with self._ground.transactions.write() as connection:
            used = connection.execute(
                delete(tables.links).where(
                    tables.links.c.digest == digest, tables.links.c.name == _FIRST, tables.links.c.expires > stamp(now)
                )
            )
            if used.rowcount != 1:
                return False
            values = {"role": person.role, "password_hash": person.password_hash}
            changed = connection.execute(update(table).where(table.c.name == person.name).values(**values))
            if changed.rowcount == 0:
                connection.execute(insert(table).values(name=person.name, **values))
            connection.execute(delete(tables.sessions).where(tables.sessions.c.name == person.name))
            record(connection, self._ground, f"console:{person.name}", "person_set_up", "", {"role": person.role})
        return True

    def find(self, name: str) -> Person | None:
        """The account of that name."""
        with self._ground.transactions.read() as connection:
            return _person(connection.execute(select(tables.people).where(tables.people.c.name == name)).one_or_none())

    def open_session(self, token: str, name: str, expires: datetime) -> None:
        """Remember a sign-in; those that ran out are forgotten."""
        digest = self._digest("session", token)
        with self._ground.transactions.write() as connection:
            connection.execute(delete(tables.sessions).where(tables.sessions.c.expires <= self._ground.now()))
            connection.execute(insert(tables.sessions).values(digest=digest, name=name, expires=stamp(expires)))
            record(connection, self._ground, f"console:{name}", "signed_in", "", {})

    def session(self, token: str, now: datetime) -> Person | None:
        """Who signed in with this token, while it lasts."""
        table = tables.sessions
        query = (
            select(tables.people)
            .join(table, table.c.name == tables.people.c.name)
            .where(table.c.digest == self._digest("session", token), table.c.expires > stamp(now))
        )
        with self._ground.transactions.read() as connection:
            return _person(connection.execute(query).one_or_none())

    def close_session(self, token: str) -> None:
        """Sign out. An unknown token is nothing to do."""
        table = tables.sessions
        with self._ground.transactions.write() as connection:
            name = connection.execute(
                delete(table).where(table.c.digest == self._digest("session", token)).returning(table.c.name)
            ).scalar()
            if name is not None:
                record(connection, self._ground, f"console:{name}", "signed_out", "", {})

    def _digest(self, purpose: str, token: str) -> bytes:
        return self._ground.vault.digest(purpose, token.encode("utf-8", "surrogatepass"))


def _person(row: Row[Any] | None) -> Person | None:
    if row is None:
        return None
    return Person(row.name, cast(Role, row.role), row.password_hash)
