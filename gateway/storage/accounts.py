"""Console accounts and their one-time links. Of a token only its keyed digest is kept.

Whoever changes an account in the console must be an active admin in the same transaction, and one active admin who can
get in is left by each: two who demote each other at once cannot both succeed.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, and_, delete, exists, func, insert, or_, select, update

from gateway.model.roles import Role, may
from gateway.storage import tables
from gateway.storage.account_protocols import Account, AccountOutcome, AccountState, Person, SignInOrigin
from gateway.storage.account_secrets import Private, private_of, read_private, sealed_private, write_private
from gateway.storage.audit import plain_or_private, record
from gateway.storage.context import Ground, moment_of, stamp
from gateway.storage.second_factors import SecondFactorStore
from gateway.storage.sessions import SessionStore, person_of

_FIRST = ""
"""Whose link makes the first account."""
_CONSOLE = "console:"
_ADDRESS = "console_address"


class PeopleStore(SessionStore):
    """`account_protocols.Accounts` on SQL."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        self._second_factors = SecondFactorStore(ground)

    @property
    def second_factors(self) -> SecondFactorStore:
        return self._second_factors

    def any(self) -> bool:
        """Whether somebody has been set up."""
        with self._ground.transactions.read() as connection:
            return bool(connection.execute(select(exists(select(tables.people.c.name)))).scalar())

    def issue_setup(self, token: str, expires: datetime) -> None:
        """One-time link for the first account; replaces any earlier one."""
        with self._ground.transactions.write() as connection:
            self._issue(connection, _FIRST, "admin", token, expires)
            record(connection, self._ground, "console", "setup_issued", "", {})

    def set_up(self, token: str, person: Person, now: datetime) -> bool:
        """Use the link up and add the person; one who is there already gets the new password and role.

        Their sessions end: whoever set a new password wants the old one's holder out.
        """
        table = tables.people
        with self._ground.transactions.write() as connection:
            if self._use(connection, token, now, first=True) is None:
                return False
            values = {"role": person.role, "password_hash": person.password_hash, "state": "active"}
            changed = connection.execute(update(table).where(table.c.name == person.name).values(**values))
            if changed.rowcount == 0:
                connection.execute(insert(table).values(name=person.name, **values))
            self._end_all(connection, person.name)
            record(connection, self._ground, f"console:{person.name}", "person_set_up", "", {"role": person.role})
        return True

    def invite(
        self, name: str, role: Role, token: str, expires: datetime, actor: str, address: str = ""
    ) -> AccountOutcome:
        """See `account_protocols.Accounts`."""
        with self._ground.transactions.write() as connection:
            if not self._may(connection, actor):
                return "no_right"
            if self._taken(connection, name):
                return "taken"
            sealed = sealed_private(self._ground, name, Private(address=address))
            connection.execute(insert(tables.people).values(name=name, role=role, password_hash="", sealed=sealed))
            self._issue(connection, name, role, token, expires)
            record(connection, self._ground, actor, "invited", name, {"role": role})
        return "done"

    def invited(self, token: str, now: datetime) -> str | None:
        """See `account_protocols.Accounts`."""
        table = tables.links
        query = select(table.c.name).where(table.c.digest == self._digest("setup", token), table.c.expires > stamp(now))
        with self._ground.transactions.read() as connection:
            name: str | None = connection.execute(query).scalar()
        return name

    def accept(self, token: str, password_hash: str, now: datetime) -> str | None:
        """See `account_protocols.Accounts`."""
        table = tables.people
        with self._ground.transactions.write() as connection:
            name = self._peek(connection, token, now)
            if name is None or not self._is_active(connection, name) or self._use(connection, token, now) is None:
                return None
            connection.execute(update(table).where(table.c.name == name).values(password_hash=password_hash))
            self._end_all(connection, name)
            record(connection, self._ground, f"console:{name}", "password_set", name, {})
        return name

    def accept_subject(self, token: str, subject: str, name: str, now: datetime) -> str | None:
        """See `account_protocols.Accounts`."""
        digest, table = self._digest("subject", subject), tables.people
        with self._ground.transactions.write() as connection:
            owner = self._peek(connection, token, now)
            if owner is None or self._opens(connection, digest) is not None:
                return None
            if owner == _FIRST and (not name or self._taken(connection, name)):
                return None
            if owner != _FIRST and not self._is_active(connection, owner):
                return None
            self._use(connection, token, now, first=owner == _FIRST)
            if owner == _FIRST:
                connection.execute(insert(table).values(name=name, role="admin", password_hash="", subject=digest))
                record(connection, self._ground, f"console:{name}", "person_set_up", "", {"role": "admin"})
                owner = name
            else:
                connection.execute(update(table).where(table.c.name == owner).values(subject=digest))
            record(connection, self._ground, f"console:{owner}", "provider_linked", owner, {})
        return owner

    def find(self, name: str) -> Person | None:
        """The account of that name."""
        with self._ground.transactions.read() as connection:
            row = connection.execute(select(tables.people).where(tables.people.c.name == name)).one_or_none()
        return None if row is None else person_of(self._ground, row)

    def all(self, idle: timedelta | None = None) -> tuple[Account, ...]:
        """See `account_protocols.Accounts`."""
        people, links, sessions, now = tables.people, tables.links, tables.sessions, self._ground.now()
        used = stamp(self._ground.clock() - idle) if idle is not None else ""
        link = select(links.c.expires).where(links.c.name == people.c.name, links.c.expires > now).scalar_subquery()
        signed_in = (
            select(func.count())
            .select_from(sessions)
            .where(sessions.c.name == people.c.name, sessions.c.expires > now, sessions.c.seen_at >= used)
            .scalar_subquery()
        )
        query = select(people, link.label("link_until"), signed_in.label("signed_in")).order_by(people.c.name)
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Account(
                row.name,
                cast(Role, row.role),
                cast(AccountState, row.state),
                moment_of(row.seen_at),
                bool(row.password_hash),
                bool(private_of(self._ground, row).totp),
                row.subject is not None,
                moment_of(row.link_until),
                row.signed_in,
            )
            for row in rows
        )

    def set_role(self, name: str, role: Role, actor: str) -> AccountOutcome:
        """See `account_protocols.Accounts`."""
        with self._ground.transactions.write() as connection:
            if not self._may(connection, actor):
                return "no_right"
            return self._set_role(connection, name, role, actor)

    def disable(self, name: str, actor: str) -> AccountOutcome:
        """See `account_protocols.Accounts`."""
        with self._ground.transactions.write() as connection:
            if not self._may(connection, actor):
                return "no_right"
            if self._is_last_admin(connection, name):
                return "last_admin"
            if not self._set_state(connection, name, "disabled"):
                return "missing"
            ended = self._end_all(connection, name)
            connection.execute(delete(tables.links).where(tables.links.c.name == name))
            record(connection, self._ground, actor, "account_disabled", name, {"sessions": ended})
        return "done"

    def enable(self, name: str, actor: str) -> AccountOutcome:
        """See `account_protocols.Accounts`."""
        with self._ground.transactions.write() as connection:
            if not self._may(connection, actor):
                return "no_right"
            if not self._set_state(connection, name, "active"):
                return "missing"
            record(connection, self._ground, actor, "account_enabled", name, {})
        return "done"

    def reset(self, name: str, token: str, expires: datetime, actor: str) -> AccountOutcome:
        """See `account_protocols.Accounts`. The link keeps the last admin's door open."""
        table = tables.people
        with self._ground.transactions.write() as connection:
            if not self._may(connection, actor):
                return "no_right"
            row = connection.execute(select(table).where(table.c.name == name)).one_or_none()
            if row is None:
                return "missing"
            private = Private(address=private_of(self._ground, row).address)
            values = {"password_hash": "", "subject": None, "sealed": sealed_private(self._ground, name, private)}
            connection.execute(update(table).where(table.c.name == name).values(**values))
            ended = self._end_all(connection, name)
            self._issue(connection, name, cast(Role, row.role), token, expires)
            record(connection, self._ground, actor, "account_reset", name, {"sessions": ended})
        return "done"

    def change_password(self, name: str, old: str, new: str, keep: str) -> bool:
        """See `account_protocols.Accounts`."""
        table = tables.people
        with self._ground.transactions.write() as connection:
            changed = connection.execute(
                update(table).where(table.c.name == name, table.c.password_hash == old).values(password_hash=new)
            )
            if changed.rowcount != 1:
                return False
            ended = self._end_all(connection, name, keep)
            record(connection, self._ground, f"console:{name}", "password_changed", name, {"sessions": ended})
        return True

    def by_subject(self, subject: str) -> Person | None:
        """See `account_protocols.Accounts`."""
        table = tables.people
        with self._ground.transactions.read() as connection:
            query = select(table).where(table.c.subject == self._digest("subject", subject))
            row = connection.execute(query).one_or_none()
        return None if row is None else person_of(self._ground, row)

    def sign_in_subject(self, subject: str, name: str, role: Role, address: str) -> Person | AccountOutcome:
        """See `account_protocols.Accounts`."""
        digest, table = self._digest("subject", subject), tables.people
        with self._ground.transactions.write() as connection:
            known = self._opens(connection, digest)
            actor = f"console:{known or name}"
            if known is None:
                if self._taken(connection, name):
                    return "taken"
                connection.execute(insert(table).values(name=name, role=role, password_hash="", subject=digest))
                record(connection, self._ground, actor, "person_set_up", "", {"role": role, "how": "oidc"})
                known = name
            elif (outcome := self._set_role(connection, known, role, actor)) != "done":
                return outcome
            private = read_private(connection, self._ground, known) or Private()
            if address and private.address != address:
                write_private(connection, self._ground, known, replace(private, address=address))
            row = connection.execute(select(table).where(table.c.name == known)).one()
        return person_of(self._ground, row, "oidc")

    def link_subject(self, name: str, subject: str) -> bool:
        """See `account_protocols.Accounts`."""
        digest, table = self._digest("subject", subject), tables.people
        with self._ground.transactions.write() as connection:
            if self._opens(connection, digest) not in (None, name):
                return False
            changed = connection.execute(update(table).where(table.c.name == name).values(subject=digest))
            if changed.rowcount != 1:
                return False
            record(connection, self._ground, f"console:{name}", "provider_linked", name, {})
        return True

    def unlink_subject(self, name: str) -> bool:
        """See `account_protocols.Accounts`. Whoever has no password stays linked: nobody shuts themselves out."""
        table = tables.people
        with self._ground.transactions.write() as connection:
            with_both = and_(table.c.name == name, table.c.subject.is_not(None), table.c.password_hash != "")
            changed = connection.execute(update(table).where(with_both).values(subject=None))
            if changed.rowcount != 1:
                return False
            record(connection, self._ground, f"console:{name}", "provider_unlinked", name, {})
        return True

    def failed(self, name: str, why: str, origin: SignInOrigin) -> None:
        """See `account_protocols.Accounts`."""
        detail: dict[str, str | int] = {"why": why, "from": plain_or_private(self._ground, origin.address)}
        if origin.how:
            detail["how"] = origin.how
        actor = f"console:{name}" if name else "console"
        with self._ground.transactions.write() as connection:
            record(connection, self._ground, actor, "sign_in_failed", name, detail)

    def console_address(self) -> str:
        """See `account_protocols.Accounts`."""
        table = tables.meta
        with self._ground.transactions.read() as connection:
            value = connection.execute(select(table.c.value).where(table.c.key == _ADDRESS)).scalar()
        return value.decode("utf-8", "replace") if value is not None else ""

    def note_console_address(self, address: str) -> None:
        """See `account_protocols.Accounts`."""
        table = tables.meta
        with self._ground.transactions.write() as connection:
            connection.execute(delete(table).where(table.c.key == _ADDRESS))
            connection.execute(insert(table).values(key=_ADDRESS, value=address.encode()))

    def _issue(self, connection: Connection, name: str, role: Role, token: str, expires: datetime) -> None:
        digest = self._digest("setup", token)
        connection.execute(delete(tables.links).where(tables.links.c.name == name))
        connection.execute(insert(tables.links).values(digest=digest, name=name, role=role, expires=stamp(expires)))

    def _peek(self, connection: Connection, token: str, now: datetime) -> str | None:
        table = tables.links
        good = and_(table.c.digest == self._digest("setup", token), table.c.expires > stamp(now))
        name: str | None = connection.execute(select(table.c.name).where(good)).scalar()
        return name

    def _use(self, connection: Connection, token: str, now: datetime, first: bool = False) -> str | None:
        """Whose link it was; it works once."""
        name = self._peek(connection, token, now)
        if name is None or (name == _FIRST) is not first:
            return None
        connection.execute(delete(tables.links).where(tables.links.c.digest == self._digest("setup", token)))
        return name

    def _may(self, connection: Connection, actor: str) -> bool:
        """Whether they may keep accounts at this moment. Whoever is at the command line has the key itself."""
        if not actor.startswith(_CONSOLE):
            return True
        table = tables.people
        query = select(table.c.role).where(table.c.name == actor.removeprefix(_CONSOLE), table.c.state == "active")
        role: str | None = connection.execute(query).scalar()
        return role is not None and may(role, "keep_accounts")

    def _set_role(self, connection: Connection, name: str, role: Role, actor: str) -> AccountOutcome:
        table = tables.people
        before = connection.execute(select(table.c.role).where(table.c.name == name)).scalar()
        if before is None:
            return "missing"
        if before == role:
            return "done"
        if role != "admin" and self._is_last_admin(connection, name):
            return "last_admin"
        connection.execute(update(table).where(table.c.name == name).values(role=role))
        connection.execute(update(tables.links).where(tables.links.c.name == name).values(role=role))
        record(connection, self._ground, actor, "role_changed", name, {"before": before, "role": role})
        return "done"

    def _set_state(self, connection: Connection, name: str, state: AccountState) -> bool:
        table = tables.people
        return connection.execute(update(table).where(table.c.name == name).values(state=state)).rowcount == 1

    def _is_active(self, connection: Connection, name: str) -> bool:
        table = tables.people
        return connection.execute(select(table.c.state).where(table.c.name == name)).scalar() == "active"

    def _is_last_admin(self, connection: Connection, name: str) -> bool:
        """Whether this is an active admin beside whom no other can get in: by password, provider, or a link."""
        people, links = tables.people, tables.links
        admin = and_(people.c.role == "admin", people.c.state == "active")
        if connection.execute(select(people.c.name).where(admin, people.c.name == name)).scalar() is None:
            return False
        link = exists().where(links.c.name == people.c.name, links.c.expires > self._ground.now())
        gets_in = or_(people.c.password_hash != "", people.c.subject.is_not(None), link)
        return connection.execute(select(people.c.name).where(admin, people.c.name != name, gets_in)).first() is None

    def _taken(self, connection: Connection, name: str) -> bool:
        """Whether somebody is called so, or so alike that a person would take the one for the other."""
        folded = name.casefold()
        return any(one.casefold() == folded for one in connection.execute(select(tables.people.c.name)).scalars())

    def _opens(self, connection: Connection, subject: bytes) -> str | None:
        table = tables.people
        name: str | None = connection.execute(select(table.c.name).where(table.c.subject == subject)).scalar()
        return name
