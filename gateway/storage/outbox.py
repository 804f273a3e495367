"""What is still to be told to somebody. A notice is written in the transaction of what it tells of: a crash loses
neither or both.

A row is claimed by one UPDATE for a lease, which ends by itself: who died gives it back. `attempts` names the attempt;
it alone may settle the row. Before the final dot goes out that is written down (`dot`): a row that was in the hands of
somebody who died then is sent once more, and after that counts as sent. So a notice comes once, after a crash twice at
most, and never not at all. What it says is sealed, and gone once it is settled.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from gateway.errors import StoreUnavailable
from gateway.model import Envelope
from gateway.model.notice import Addressed, CountNotice, NoticeKind, OutboxEntry, OutboxKind, SenderNotice
from gateway.model.quarantine import WAITING
from gateway.storage import tables
from gateway.storage.audit import record
from gateway.storage.context import Ground, moment_of, stamp
from gateway.storage.encrypted_codec import seal, unseal
from gateway.text.addresses import address_key

ACTOR = "notifier"
SETTLING = timedelta(seconds=15)
"""From what happened to its notice: all wait as long, however long it took to find out what happens."""
_PARKED = "9999"
"""Due once the message that it is about has left."""
MOST_DOTS = 2
_DONE = ("sent", "failed")


def tell(
    connection: Connection,
    ground: Ground,
    event: NoticeKind,
    message: str,
    envelope: Envelope,
    addressed: Addressed,
    *,
    note: str = "",
    rewritten: bytes = b"",
    once: bytes = b"",
    parked: bool = False,
    rule: str = "",
) -> None:
    """Write down, inside the caller's transaction, that the sender is to be told. `once`: by what the same event is
    known, where that is not the id. `parked`: not before `unpark`."""
    if not envelope.sender:
        return
    smtputf8 = any(word.upper() == "SMTPUTF8" for word in envelope.parameters)
    recipients = tuple(one.address for one in envelope.recipients)
    told = SenderNotice(
        event,
        message,
        envelope.sender,
        recipients,
        envelope.received_at,
        addressed,
        note,
        rewritten,
        smtputf8,
        rule=rule,
    )
    due = _PARKED if parked else stamp(ground.clock() + SETTLING)
    request = ground.vault.digest("outbox", b"notice/" + event.encode() + b"/" + (once or message.encode()))
    _put(connection, ground, "notice", message, request, due, told, recipient_key(ground, envelope.sender))


def unpark(connection: Connection, ground: Ground, message: str) -> bool:
    """Whether there was something parked: the message has left, and it is due."""
    table = tables.outbox
    changed = connection.execute(
        update(table)
        .where(table.c.subject == message, table.c.due_at == _PARKED)
        .values(due_at=stamp(ground.clock() + SETTLING), made_at=ground.now())
    )
    return changed.rowcount > 0


def drop_parked(connection: Connection, message: str) -> None:
    """Forget what was parked: the message has not left in that form."""
    table = tables.outbox
    connection.execute(delete(table).where(table.c.subject == message, table.c.due_at == _PARKED))


def untold(connection: Connection, messages: Sequence[str]) -> list[str]:
    """Of these messages those of which somebody is still to be told."""
    table = tables.outbox
    waiting = select(table.c.subject).where(table.c.state.not_in(_DONE), table.c.subject != "").distinct()
    known = set(connection.execute(waiting).scalars())
    return [one for one in messages if one in known]


def remove(connection: Connection, messages: Sequence[str]) -> None:
    """All that is to be told, and was said, of these."""
    for table, column in (
        (tables.outbox, tables.outbox.c.subject),
        (tables.justifications, tables.justifications.c.held),
    ):
        connection.execute(delete(table).where(column.in_(list(messages))))


def recipient_key(ground: Ground, address: str) -> bytes:
    """By what one address is known, however it is written."""
    return ground.vault.digest("outbox-recipient", address_key(address).encode("utf-8", "surrogatepass"))


_SETTLED = {"sent": "notice_sent", "failed": "notice_failed"}


class OutboxStore:
    """`notice_protocols.PendingNotices` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def post(self, kind: OutboxKind, once: str, content: CountNotice, due: datetime) -> bool:
        """See `notice_protocols.PendingNotices`."""
        ground = self._ground
        request = ground.vault.digest("outbox", f"{kind}/{once}".encode("utf-8", "surrogatepass"))
        known = select(tables.outbox.c.number).where(tables.outbox.c.request == request)
        with ground.transactions.read() as connection:
            if connection.execute(known).scalar() is not None:
                return False
        with ground.transactions.write() as connection:
            return _put(connection, ground, kind, "", request, stamp(due), content, recipient_key(ground, content.to))

    def claim(self, lease: timedelta) -> OutboxEntry | None:
        """See `notice_protocols.PendingNotices`."""
        table, now = tables.outbox, self._ground.now()
        due = and_(table.c.state.in_(("waiting", "sending")), table.c.due_at <= now)
        first = select(table.c.number).where(due).order_by(table.c.due_at, table.c.number).limit(1)
        with self._ground.transactions.read() as connection:
            if connection.execute(first).scalar() is None:
                return None
        until = stamp(self._ground.clock() + lease)
        with self._ground.transactions.write() as connection:
            row = connection.execute(
                update(table)
                .where(table.c.number == first.scalar_subquery(), due)
                .values(state="sending", due_at=until, attempts=table.c.attempts + 1)
                .returning(table)
            ).one_or_none()
        if row is None:
            return None
        try:
            return self._entry(row)
        except StoreUnavailable:  # it will never open: nobody is told, and its message is not kept for it
            self._settle(row, "failed", {"kind": row.kind, "attempts": row.attempts, "why": "unreadable"})
            raise

    def dot(self, entry: OutboxEntry) -> OutboxEntry | None:
        """See `notice_protocols.PendingNotices`."""
        content = replace(entry.content, dots=entry.content.dots + 1)
        sealed = seal(self._ground.vault, content, _context(entry.kind))
        with self._ground.transactions.write() as connection:
            changed = connection.execute(update(tables.outbox).where(*_mine(entry)).values(sealed=sealed))
            return replace(entry, content=content) if changed.rowcount == 1 else None

    def settle(self, entry: OutboxEntry, state: Literal["sent", "failed"], why: str = "") -> bool:
        """See `notice_protocols.PendingNotices`."""
        detail: dict[str, str | int] = {"kind": entry.kind, "attempts": entry.attempts}
        if isinstance(entry.content, SenderNotice):
            detail["event"] = entry.content.event
        if why:
            detail["why"] = why
        return self._settle(entry, state, detail)

    def _settle(self, entry: OutboxEntry | Row[Any], state: str, detail: dict[str, str | int]) -> bool:
        with self._ground.transactions.write() as connection:
            values: dict[str, Any] = {"state": state, "done_at": self._ground.now(), "sealed": b""}
            changed = connection.execute(update(tables.outbox).where(*_mine(entry)).values(**values))
            if changed.rowcount != 1:
                return False
            record(connection, self._ground, ACTOR, _SETTLED[state], entry.subject, detail)
        return True

    def retry(self, entry: OutboxEntry, due: datetime) -> bool:
        """See `notice_protocols.PendingNotices`."""
        sealed = seal(self._ground.vault, entry.content, _context(entry.kind))
        values = {"state": "waiting", "due_at": stamp(due), "sealed": sealed}
        with self._ground.transactions.write() as connection:
            changed = connection.execute(update(tables.outbox).where(*_mine(entry)).values(**values))
        return changed.rowcount == 1

    def drop(self, entry: OutboxEntry) -> None:
        """See `notice_protocols.PendingNotices`."""
        with self._ground.transactions.write() as connection:
            connection.execute(delete(tables.outbox).where(*_mine(entry)))

    def gather(self, entry: OutboxEntry, once: str, content: CountNotice, due: datetime) -> bool:
        """See `notice_protocols.PendingNotices`."""
        ground, key = self._ground, recipient_key(self._ground, content.to)
        request = ground.vault.digest("outbox", f"summary/{once}/".encode() + key)
        with ground.transactions.write() as connection:
            changed = connection.execute(
                update(tables.outbox)
                .where(*_mine(entry))
                .values(kind="gathered", state="sent", done_at=ground.now(), sealed=b"")
            )
            if changed.rowcount != 1:
                return False
            _put(connection, ground, "summary", "", request, stamp(due), content, key)
        return True

    def sent_to(self, address: str, since: datetime) -> int:
        """See `notice_protocols.PendingNotices`."""
        return self._count("notice", address, since)

    def gathered_for(self, address: str, since: datetime) -> int:
        """See `notice_protocols.PendingNotices`."""
        return self._count("gathered", address, since)

    def waiting(self, without: Sequence[str] = ()) -> tuple[int, datetime | None]:
        """See `notice_protocols.PendingNotices`."""
        table = tables.held
        query = select(func.count(), func.min(table.c.received_at)).where(table.c.state.in_(WAITING))
        if without:
            query = query.where(table.c.rule.not_in(list(without)))
        with self._ground.transactions.read() as connection:
            count, oldest = connection.execute(query).one()
        return int(count), moment_of(oldest)

    def forget(self, before: datetime) -> int:
        """See `notice_protocols.PendingNotices`."""
        table = tables.outbox
        old = or_(
            and_(table.c.state.in_(_DONE), table.c.done_at < stamp(before)),
            and_(table.c.due_at == _PARKED, table.c.made_at < stamp(before)),
        )
        with self._ground.transactions.read() as connection:
            if connection.execute(select(table.c.number).where(old).limit(1)).scalar() is None:
                return 0
        with self._ground.transactions.write() as connection:
            return int(connection.execute(delete(table).where(old)).rowcount)

    def _count(self, kind: OutboxKind, address: str, since: datetime) -> int:
        table = tables.outbox
        query = select(func.count()).where(
            table.c.recipient == recipient_key(self._ground, address),
            table.c.done_at >= stamp(since),
            table.c.kind == kind,
            table.c.state == "sent",
        )
        with self._ground.transactions.read() as connection:
            return int(connection.execute(query).scalar_one())

    def _entry(self, row: Row[Any]) -> OutboxEntry:
        kind: type[SenderNotice] | type[CountNotice] = SenderNotice if row.kind == "notice" else CountNotice
        content = unseal(self._ground.vault, row.sealed, _context(row.kind), kind)
        return OutboxEntry(
            row.number, row.kind, row.subject, row.attempts, datetime.fromisoformat(row.made_at), content
        )


def _put(
    connection: Connection,
    ground: Ground,
    kind: OutboxKind,
    subject: str,
    request: bytes,
    due: str,
    content: SenderNotice | CountNotice,
    recipient: bytes,
) -> bool:
    table = tables.outbox
    if connection.execute(select(table.c.number).where(table.c.request == request)).scalar() is not None:
        return False
    connection.execute(
        insert(table).values(
            kind=kind,
            subject=subject,
            request=request,
            state="waiting",
            due_at=due,
            attempts=0,
            sealed=seal(ground.vault, content, _context(kind)),
            recipient=recipient,
            made_at=ground.now(),
        )
    )
    return True


def _mine(entry: OutboxEntry | Row[Any]) -> tuple[Any, ...]:
    table = tables.outbox
    return table.c.number == entry.number, table.c.state == "sending", table.c.attempts == entry.attempts


def _context(kind: str) -> str:
    return f"outbox/{kind}"
