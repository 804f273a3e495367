"""What of one sender was held or rewritten, for a day: found by keyed digests, the address sealed."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, delete, func, insert, or_, select

from gateway.model import Envelope
from gateway.storage import tables
from gateway.storage.context import Ground, stamp
from gateway.storage.encrypted_codec import encode, seal, unseal
from gateway.storage.protocols import Noted
from gateway.text.addresses import address_key
from gateway.text.hosts import line_of

DAY = timedelta(days=1)


class SenderStore:
    """`protocols.Senders` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def note(self, envelope: Envelope, digest: bytes, kinds: Sequence[str], lists: bool) -> None:
        """See `protocols.Senders`."""
        table = tables.senders
        recipients = sorted((recipient.address, recipient.parameters) for recipient in envelope.recipients)
        stated = (envelope.sender, envelope.parameters, recipients, digest)
        request = self._ground.vault.digest("sender-request", encode(stated))
        now, sender = self._ground.clock(), self.sender_key(envelope.sender)
        sealed = seal(self._ground.vault, address_key(envelope.sender), _context(sender))
        with self._ground.transactions.write() as connection:
            # What lies further ahead than a day was noted before the clock was set back.
            connection.execute(delete(table).where(or_(table.c.at <= stamp(now - DAY), table.c.at > stamp(now + DAY))))
            if connection.execute(select(table.c.number).where(table.c.request == request)).scalar() is not None:
                return
            connection.execute(
                insert(table).values(
                    request=request,
                    sender=sender,
                    sealed=sealed,
                    client=self.client_key(envelope.client.host),
                    at=stamp(now),
                    kinds=" ".join(kinds),
                    lists=lists,
                )
            )

    def after(self, number: int) -> tuple[Noted, ...]:
        """See `protocols.Senders`."""
        table = tables.senders
        with self._ground.transactions.read() as connection:
            rows = connection.execute(select(table).where(table.c.number > number).order_by(table.c.number)).all()
        return tuple(_noted(row) for row in rows)

    def of(self, sender: bytes) -> tuple[Noted, ...]:
        """See `protocols.Senders`."""
        table = tables.senders
        with self._ground.transactions.read() as connection:
            rows = connection.execute(select(table).where(table.c.sender == sender).order_by(table.c.number)).all()
        return tuple(_noted(row) for row in rows)

    def busiest(self, least: int, lists: int) -> tuple[Noted, ...]:
        """See `protocols.Senders`."""
        table = tables.senders
        listing = func.sum(case((table.c.lists, 1), else_=0))
        many = or_(func.count() >= max(1, least), listing >= max(1, lists))
        busy = select(table.c.sender).group_by(table.c.sender).having(many)
        query = select(table).where(table.c.sender.in_(busy)).order_by(table.c.number)
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        return tuple(_noted(row) for row in rows)

    def addresses(self, senders: Collection[bytes]) -> dict[bytes, str]:
        """See `protocols.Senders`."""
        table = tables.senders
        newest = select(func.max(table.c.number)).where(table.c.sender.in_(list(senders))).group_by(table.c.sender)
        query = select(table.c.sender, table.c.sealed).where(table.c.number.in_(newest))
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        return {row.sender: unseal(self._ground.vault, row.sealed, _context(row.sender), str) for row in rows}

    def sender_key(self, sender: str) -> bytes:
        """See `protocols.Senders`."""
        return self._ground.vault.digest("sender", address_key(sender).encode("utf-8", "surrogatepass"))

    def client_key(self, host: str) -> bytes:
        """See `protocols.Senders`."""
        return self._ground.vault.digest("sender-client", line_of(host).encode("utf-8", "surrogatepass"))


def _context(sender: bytes) -> str:
    return f"sender/{sender.hex()}"


def _noted(row: Row[Any]) -> Noted:
    kinds = tuple(row.kinds.split())
    return Noted(row.number, row.sender, row.client, datetime.fromisoformat(row.at), kinds, row.lists)
