"""What senders say for their held messages: sealed, few, short, and for a reviewer alone."""

from datetime import datetime

from sqlalchemy import func, insert, select

from gateway.model.notice import Justification
from gateway.storage import tables
from gateway.storage.audit import record
from gateway.storage.context import Ground
from gateway.storage.encrypted_codec import seal, unseal


class JustificationStore:
    """`notice_protocols.Justifications` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def add(self, held: str, text: str, actor: str, most: int) -> bool:
        """See `notice_protocols.Justifications`."""
        table, messages = tables.justifications, tables.held
        sealed = seal(self._ground.vault, text, _context(held))
        with self._ground.transactions.write() as connection:
            state = connection.execute(select(messages.c.state).where(messages.c.id == held)).scalar()
            count = connection.execute(select(func.count()).where(table.c.held == held)).scalar_one()
            newest = select(table.c.sealed).where(table.c.held == held).order_by(table.c.number.desc()).limit(1)
            last = connection.execute(newest).scalar()
            if last is not None and unseal(self._ground.vault, last, _context(held), str) == text:
                return state in tables.LIVE  # who got no answer tries once more
            if state not in tables.LIVE or count >= most:
                return False
            connection.execute(insert(table).values(held=held, at=self._ground.now(), sealed=sealed))
            record(connection, self._ground, actor, "justified", held, {"length": len(text)})
        return True

    def of(self, held: str) -> tuple[Justification, ...]:
        """See `notice_protocols.Justifications`."""
        table = tables.justifications
        query = select(table.c.at, table.c.sealed).where(table.c.held == held).order_by(table.c.number)
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Justification(datetime.fromisoformat(row.at), unseal(self._ground.vault, row.sealed, _context(held), str))
            for row in rows
        )


def _context(held: str) -> str:
    return f"justification/{held}"
