"""How long messages are kept: which are due, which are under a legal hold, and removing one so that nothing is left.

A message that waits for a decision is never removed here. Each removal is a small transaction of its own with its audit
entry: a message may have fifty megabytes, and mail is held meanwhile. `secure_delete` overwrites what is deleted;
`clean` cuts its copies off the log and gives free room back to the system.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, select, update

from gateway.model.quarantine import WAITING
from gateway.storage import rewrites, tables
from gateway.storage.audit import private, record
from gateway.storage.context import Ground, stamp
from gateway.storage.keeping_protocols import KeptMessage, StoreUse

_STEP = 4 * 1024 * 1024
"""Octets that are given back in one transaction."""


class KeepingStore:
    """`protocols.Keeping` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._unclean = True  # a process that was killed may have left something

    def keep(self, message: str, on: bool, actor: str, reason: str) -> bool | None:
        """See `protocols.Keeping`."""
        table = _table(message)
        with self._ground.transactions.write() as connection:
            now = connection.execute(select(table.c.kept).where(table.c.id == message)).scalar()
            if now is None or bool(now) == on:
                return None if now is None else False
            connection.execute(update(table).where(table.c.id == message).values(kept=on))
            detail: dict[str, str | int] = {"reason": private(self._ground, reason)}
            record(connection, self._ground, actor, "legal_hold" if on else "legal_hold_ended", message, detail)
        return True

    def kept(self) -> tuple[KeptMessage, ...]:
        """See `protocols.Keeping`."""
        held, sent = tables.held, tables.rewrites
        with self._ground.transactions.read() as connection:
            rows = connection.execute(select(held.c.id, held.c.received_at, held.c.state).where(held.c.kept)).all()
            more = connection.execute(select(sent.c.id, sent.c.at).where(sent.c.kept)).all()
        found = [KeptMessage(id_, datetime.fromisoformat(at), state) for id_, at, state in rows]
        found += [KeptMessage(id_, datetime.fromisoformat(at), "rewritten") for id_, at in more]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True))

    def is_kept(self, message: str) -> bool | None:
        """See `protocols.Keeping`."""
        table = _table(message)
        with self._ground.transactions.read() as connection:
            now = connection.execute(select(table.c.kept).where(table.c.id == message)).scalar()
        return None if now is None else bool(now)

    def room(self) -> StoreUse:
        """See `protocols.Keeping`."""
        held, sent = tables.held, tables.rewrites
        with self._ground.transactions.read() as connection:
            counting = select(held.c.state, func.count()).group_by(held.c.state)
            states: dict[str, int] = {row[0]: row[1] for row in connection.execute(counting)}
            rewritten = connection.execute(select(func.count()).select_from(sent)).scalar() or 0
            kept = connection.execute(select(func.count()).select_from(held).where(held.c.kept)).scalar() or 0
            kept += connection.execute(select(func.count()).select_from(sent).where(sent.c.kept)).scalar() or 0
        waiting = sum(count for state, count in states.items() if state in tables.LIVE)
        return StoreUse(self._ground.transactions.size(), waiting, sum(states.values()) - waiting, rewritten, kept)

    def overdue(self, before: datetime, most: int) -> tuple[str, ...]:
        """See `protocols.Keeping`."""
        table = tables.held
        old = and_(table.c.state.in_(WAITING), table.c.received_at < stamp(before), table.c.kept.is_(False))
        return self._ids(table, old, table.c.number, most)

    def decided(self, before: datetime | None, most: int) -> tuple[str, ...]:
        """See `protocols.Keeping`."""
        table, outbox = tables.held, tables.outbox
        telling = and_(outbox.c.subject == table.c.id, outbox.c.state.in_(("waiting", "sending")))
        due = and_(table.c.decided_at.is_not(None), table.c.kept.is_(False), table.c.state.not_in(tables.LIVE))
        if before is not None:
            due = and_(due, table.c.decided_at < stamp(before))
        return self._ids(table, and_(due, ~exists().where(telling)), table.c.decided_at, most)

    def rewritten(self, before: datetime | None, most: int) -> tuple[str, ...]:
        """See `protocols.Keeping`."""
        table = tables.rewrites
        due = table.c.kept.is_(False)
        return self._ids(table, due if before is None else and_(due, table.c.at < stamp(before)), table.c.at, most)

    def remove(self, message: str, actor: str, why: str) -> int:
        """See `protocols.Keeping`."""
        table = _table(message)
        with self._ground.transactions.write() as connection:
            row = connection.execute(select(table).where(table.c.id == message)).mappings().one_or_none()
            if row is None or row["kept"] or row.get("state") in tables.LIVE:
                return 0
            if table is tables.rewrites:
                rewrites.remove(connection, [message])
            else:
                _remove_held(connection, message, row["number"])
            detail: dict[str, str | int] = {"why": why, "size": row["size"]}
            record(connection, self._ground, actor, "purged", message, detail)
        self._unclean = True
        return int(row["size"]) or 1

    def clean(self, most: int, dirty: bool = False) -> bool:
        """See `protocols.Keeping`."""
        self._unclean = self._unclean or dirty
        if not self._unclean:
            return True
        given = 0
        while given < most and (step := self._ground.transactions.compact(min(_STEP, most - given))):
            given += step
        tidy = self._ground.transactions.tidy()  # after it: what was moved into free room is in the log too
        self._unclean = not tidy or given >= most
        return not self._unclean

    def _ids(self, table: Table, due: ColumnElement[bool], order: ColumnElement[object], most: int) -> tuple[str, ...]:
        with self._ground.transactions.read() as connection:
            return tuple(connection.execute(select(table.c.id).where(due).order_by(order).limit(most)).scalars())


def under_legal_hold(connection: Connection, messages: list[str]) -> list[str]:
    """Which of these are kept."""
    found: list[str] = []
    for table in (tables.held, tables.rewrites):
        kept = set(connection.execute(select(table.c.id).where(table.c.kept)).scalars())
        found += [one for one in messages if one in kept]
    return found


def _table(message: str) -> Table:
    return tables.rewrites if message.startswith("W-") else tables.held


def _remove_held(connection: Connection, held: str, number: int) -> None:
    """All rows that are of it; the audit log keeps that there was such a message."""
    connection.execute(delete(tables.outbox).where(tables.outbox.c.subject == held))
    connection.execute(delete(tables.held_terms).where(tables.held_terms.c.held == number))
    for table in (tables.held_chunks, tables.proposals, tables.justifications):
        connection.execute(delete(table).where(table.c.held == held))
    connection.execute(delete(tables.held).where(tables.held.c.id == held))
