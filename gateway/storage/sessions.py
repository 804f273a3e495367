"""Who is signed in, from where and since when. Of a token only its keyed digest is kept."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Row, delete, insert, select, update

from gateway.errors import StoreUnavailable
from gateway.model.roles import Role
from gateway.storage import tables
from gateway.storage.account_protocols import AccountState, Person, SessionSummary, SignInOrigin
from gateway.storage.account_secrets import private_of
from gateway.storage.audit import plain_or_private, record
from gateway.storage.context import Ground, moment_of, stamp
from gateway.storage.encrypted_codec import seal, unseal

_NOTED_EVERY = timedelta(minutes=1)
"""A session in use is written down no oftener: pages are read a hundred times as often as written."""


class SessionStore:
    """The sessions of `account_protocols.Accounts` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def open_session(
        self, token: str, name: str, expires: datetime, origin: SignInOrigin | None = None, now: datetime | None = None
    ) -> None:
        """Remember a sign-in; those that ran out are forgotten."""
        digest, since = self._digest("session", token), stamp(now or self._ground.clock())
        sealed = None if origin is None else seal(self._ground.vault, origin, _context(digest))
        detail: dict[str, str | int] = {}
        if origin is not None:
            detail = {"how": origin.how, "from": plain_or_private(self._ground, origin.address)}
        with self._ground.transactions.write() as connection:
            connection.execute(delete(tables.sessions).where(tables.sessions.c.expires <= self._ground.now()))
            connection.execute(
                insert(tables.sessions).values(
                    digest=digest, name=name, expires=stamp(expires), made_at=since, seen_at=since, sealed=sealed
                )
            )
            connection.execute(update(tables.people).where(tables.people.c.name == name).values(seen_at=since))
            record(connection, self._ground, f"console:{name}", "signed_in", "", detail)

    def session(self, token: str, now: datetime, idle: timedelta | None = None, active: bool = True) -> Person | None:
        """See `account_protocols.Accounts`."""
        table, digest = tables.sessions, self._digest("session", token)
        query = (
            select(tables.people, table.c.seen_at.label("used_at"), table.c.sealed.label("origin"))
            .join(table, table.c.name == tables.people.c.name)
            .where(table.c.digest == digest, table.c.expires > stamp(now), tables.people.c.state == "active")
        )
        with self._ground.transactions.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or _left_alone(row.used_at, now, idle):
            return None
        used = moment_of(row.used_at)
        if active and (used is None or now - used >= _NOTED_EVERY):
            self._note_use(digest, row.name, now)
        return person_of(self._ground, row, self._origin(digest, row.origin).how)

    def close_session(self, token: str) -> None:
        """Sign out. An unknown token is nothing to do."""
        table = tables.sessions
        with self._ground.transactions.write() as connection:
            name = connection.execute(
                delete(table).where(table.c.digest == self._digest("session", token)).returning(table.c.name)
            ).scalar()
            if name is not None:
                record(connection, self._ground, f"console:{name}", "signed_out", "", {})

    def sessions_of(self, name: str, now: datetime, idle: timedelta | None = None) -> tuple[SessionSummary, ...]:
        """See `account_protocols.Accounts`."""
        table = tables.sessions
        query = select(table).where(table.c.name == name, table.c.expires > stamp(now)).order_by(table.c.made_at.desc())
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            SessionSummary(
                row.digest.hex(), moment_of(row.made_at), moment_of(row.seen_at), self._origin(row.digest, row.sealed)
            )
            for row in rows
            if not _left_alone(row.seen_at, now, idle)
        )

    def session_id(self, token: str) -> str:
        """See `account_protocols.Accounts`."""
        return self._digest("session", token).hex()

    def end_session(self, name: str, session: str, actor: str) -> bool:
        """See `account_protocols.Accounts`."""
        try:
            digest = bytes.fromhex(session)
        except ValueError:
            return False
        table = tables.sessions
        with self._ground.transactions.write() as connection:
            ended = connection.execute(delete(table).where(table.c.digest == digest, table.c.name == name))
            if ended.rowcount != 1:
                return False
            record(connection, self._ground, actor, "sessions_ended", name, {"count": 1})
        return True

    def end_sessions(self, name: str, actor: str, keep: str = "") -> int:
        """See `account_protocols.Accounts`."""
        with self._ground.transactions.write() as connection:
            count = self._end_all(connection, name, keep)
            if count:
                record(connection, self._ground, actor, "sessions_ended", name, {"count": count})
        return count

    def _end_all(self, connection: Connection, name: str, keep: str = "") -> int:
        table = tables.sessions
        ending = delete(table).where(table.c.name == name)
        if keep:
            ending = ending.where(table.c.digest != self._digest("session", keep))
        return connection.execute(ending).rowcount

    def _note_use(self, digest: bytes, name: str, now: datetime) -> None:
        """A store that takes no writes now still shows its pages."""
        with suppress(StoreUnavailable), self._ground.transactions.write() as connection:
            sessions, people = tables.sessions, tables.people
            connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=stamp(now)))
            connection.execute(update(people).where(people.c.name == name).values(seen_at=stamp(now)))

    def _origin(self, digest: bytes, sealed: bytes | None) -> SignInOrigin:
        return SignInOrigin() if sealed is None else unseal(self._ground.vault, sealed, _context(digest), SignInOrigin)

    def _digest(self, purpose: str, token: str) -> bytes:
        return self._ground.vault.digest(purpose, token.encode("utf-8", "surrogatepass"))


def person_of(ground: Ground, row: Row[Any], how: str = "") -> Person:
    """Of a row of `people`."""
    private = private_of(ground, row)
    return Person(
        row.name,
        cast(Role, row.role),
        row.password_hash,
        cast(AccountState, row.state),
        bool(private.totp),
        row.subject is not None,
        private.address,
        how,
    )


def _left_alone(used_at: str, now: datetime, idle: timedelta | None) -> bool:
    used = moment_of(used_at)
    return idle is not None and used is not None and now - used >= idle


def _context(digest: bytes) -> str:
    return f"session/{digest.hex()}"
