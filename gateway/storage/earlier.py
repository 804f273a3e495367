"""What was held or rewritten before a message, of the same people, and which message is to be decided next.

Who wrote to whom is sealed, so the newest rows before it are opened, a bounded number of them: a page says what it
knows, and where it looked no further. Raises StoreUnavailable.
"""

from datetime import datetime

from sqlalchemy import select

from gateway.storage import tables
from gateway.storage.chunks import HELD, REWRITES
from gateway.storage.context import Ground
from gateway.storage.encrypted_codec import unseal
from gateway.storage.held_listing import ListedMessage
from gateway.storage.protocols import EarlierMail, EarlierMessage
from gateway.storage.rewrites import ListedRewrite

_MOST = 600
_WAITING = ("held", "uncertain")


class EarlierStore:
    """Questions that the page of one message asks."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def before(self, held: str, most: int = _MOST) -> EarlierMail:
        """Of held and rewritten messages the newest before this one."""
        table, other, vault = tables.held, tables.rewrites, self._ground.vault
        columns = (table.c.id, table.c.received_at, table.c.state, table.c.summary)
        with self._ground.transactions.read() as connection:
            own = connection.execute(
                select(table.c.number, table.c.received_at).where(table.c.id == held)
            ).one_or_none()
            if own is None:
                return EarlierMail()
            rows = connection.execute(
                select(*columns).where(table.c.number < own.number).order_by(table.c.number.desc()).limit(most + 1)
            ).all()
            sent = connection.execute(
                select(other.c.id, other.c.at, other.c.summary)
                .where(other.c.at <= own.received_at)
                .order_by(other.c.number.desc())
                .limit(most + 1)
            ).all()
        found = []
        for row in rows[:most]:
            listed = unseal(vault, row.summary, HELD.context(row.id, "summary"), ListedMessage)
            at = datetime.fromisoformat(row.received_at)
            found.append(
                EarlierMessage(row.id, at, row.state, listed.sender, listed.recipients, listed.reports, listed.thread)
            )
        for one in sent[:most]:
            gone = unseal(vault, one.summary, REWRITES.context(one.id, "summary"), ListedRewrite)
            at = datetime.fromisoformat(one.at)
            found.append(
                EarlierMessage(one.id, at, "rewritten", gone.sender, gone.recipients, gone.reports, gone.thread)
            )
        cut = len(rows) > most or len(sent) > most
        return EarlierMail(tuple(sorted(found, key=lambda one: one.at, reverse=True)), cut)

    def following(self, held: str, filtered: str = "") -> str | None:
        """The message that waits longest behind this one, else the one that waits longest of all. None where no other
        waits. `filtered` is for stores that know filters of a queue."""
        table = tables.held
        waiting = select(table.c.id).where(table.c.state.in_(_WAITING), table.c.id != held).order_by(table.c.number)
        with self._ground.transactions.read() as connection:
            number = connection.execute(select(table.c.number).where(table.c.id == held)).scalar()
            later = connection.execute(waiting.where(table.c.number > (number or 0)).limit(1)).scalar()
            return later or connection.execute(waiting.limit(1)).scalar()
