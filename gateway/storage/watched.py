"""Mail that passed because rules only watch. A row says rule and week; who and what is sealed, as in the quarantine. It
goes when the originals of rewritten mail would. The bytes of the mail are not kept.

Above a bound the oldest lose what is sealed of them: a policy that takes everything must not fill the disk.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select, update

from gateway.model import Finding, HeldSummary, NewHold
from gateway.model.watched import Verdict, WatchedCount, WatchedEvidence, WatchedFilter, WatchedMail
from gateway.storage import tables
from gateway.storage.audit import record
from gateway.storage.chunks import WATCHED
from gateway.storage.context import Ground, stamp
from gateway.storage.encrypted_codec import encode, pack, seal, unseal
from gateway.storage.held_listing import ListedMessage, listed_message
from gateway.storage.ids import new_id

MOST_KEPT = 20_000
_COUNTED = timedelta(days=366)


class WatchedStore:
    """`watched_protocols.WatchedMails` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def note(self, new: NewHold) -> None:
        """See `watched_protocols.WatchedMails`."""
        table, vault = tables.watched, self._ground.vault
        request = self._request(new)
        known = select(table.c.id).where(table.c.request == request)
        with self._ground.transactions.read() as connection:
            if connection.execute(known).scalar() is not None:
                return
        id_ = new_id("M")
        values = {
            "id": id_,
            "at": stamp(new.envelope.received_at),
            "week": week_of(new.envelope.received_at).isoformat(),
            "rule": new.rule,
            "would": new.action,
            "size": len(new.content),
            "request": request,
            "verdict": "",
            "marked_by": "",
            "summary": seal(vault, listed_message(new), WATCHED.context(id_, "summary")),
            "sealed": seal(vault, new.findings, WATCHED.context(id_, "findings")),
        }
        chunks = list(WATCHED.rows(vault, id_, "reading", pack(new.reading)))
        with self._ground.transactions.write() as connection:
            if connection.execute(known).scalar() is not None:
                return
            connection.execute(insert(table).values(**values))
            connection.execute(insert(tables.watched_chunks), chunks)
            oldest = select(table.c.number).where(table.c.sealed.is_not(None)).order_by(table.c.number.desc())
            over = connection.execute(oldest.limit(1).offset(MOST_KEPT)).scalar()
            if over is not None:
                bare(connection, table.c.number <= over, table.c.sealed.is_not(None))

    def counts(self, since: date) -> tuple[WatchedCount, ...]:
        """See `watched_protocols.WatchedMails`."""
        table = tables.watched
        total = func.count()
        said = [func.sum(case((table.c.verdict == word, 1), else_=0)) for word in ("right", "false")]
        query = (
            select(table.c.week, table.c.rule, table.c.would, total, *said)
            .where(table.c.week >= week_of_day(since).isoformat())
            .group_by(table.c.week, table.c.rule, table.c.would)
            .order_by(table.c.week.desc(), total.desc(), table.c.rule, table.c.would)
        )
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            WatchedCount(date.fromisoformat(week), rule, would, int(count), int(right), int(false))
            for week, rule, would, count, right, false in rows
        )

    def page(self, wanted: WatchedFilter, most: int) -> tuple[WatchedMail, ...]:
        """See `watched_protocols.WatchedMails`."""
        table = tables.watched
        query = select(*_SUMMARY).order_by(table.c.number.desc()).limit(most)
        if wanted.week is not None:
            query = query.where(table.c.week == wanted.week.isoformat())
        if wanted.rule:
            query = query.where(table.c.rule == wanted.rule)
        if wanted.verdict:
            query = query.where(table.c.verdict == ("" if wanted.verdict == "none" else wanted.verdict))
        if wanted.before:
            query = query.where(table.c.number < wanted.before)
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        return tuple(self._mail(row) for row in rows)

    def open(self, watched: str, actor: str) -> WatchedEvidence | None:
        """See `watched_protocols.WatchedMails`."""
        table = tables.watched
        there = select(table.c.id).where(table.c.id == watched, table.c.sealed.is_not(None))
        with self._ground.transactions.write() as connection:
            if connection.execute(there).scalar() is None:
                return None
            record(connection, self._ground, actor, "opened", watched, {"purpose": "review"})
        with self._ground.transactions.read() as connection:
            row = connection.execute(select(*_SUMMARY, table.c.sealed).where(table.c.id == watched)).one_or_none()
            if row is None or row.sealed is None:
                return None
            reading = WATCHED.reading(connection, self._ground.vault, watched)
        found = unseal(self._ground.vault, row.sealed, WATCHED.context(watched, "findings"), tuple[Finding, ...])
        return WatchedEvidence(self._mail(row), reading, found)

    def mark(self, watched: str, verdict: Verdict, actor: str) -> bool:
        """See `watched_protocols.WatchedMails`."""
        table = tables.watched
        values = {"verdict": verdict, "marked_by": actor if verdict else "", "marked_at": self._ground.now()}
        with self._ground.transactions.write() as connection:
            row = connection.execute(select(table.c.verdict, table.c.rule).where(table.c.id == watched)).one_or_none()
            if row is None:
                return False
            if row.verdict != verdict:
                connection.execute(update(table).where(table.c.id == watched).values(**values))
                detail: dict[str, str | int] = {"verdict": verdict or "none", "rule": row.rule}
                record(connection, self._ground, actor, "watched_marked", watched, detail)
        return True

    def forget(self, before: datetime, most: int) -> int:
        """See `watched_protocols.WatchedMails`."""
        table = tables.watched
        old = select(table.c.number).where(table.c.at < stamp(before), table.c.sealed.is_not(None)).limit(most)
        ancient = select(table.c.number).where(table.c.at < stamp(self._ground.clock() - _COUNTED)).limit(most)
        with self._ground.transactions.read() as connection:
            numbers = list(connection.execute(old).scalars())
            gone = list(connection.execute(ancient).scalars())
        if numbers or gone:
            with self._ground.transactions.write() as connection:
                bare(connection, table.c.number.in_([*numbers, *gone]))
                connection.execute(delete(table).where(table.c.number.in_(gone)))
            self._ground.transactions.tidy()
        return len(numbers)

    def _request(self, new: NewHold) -> bytes:
        envelope = new.envelope
        recipients = sorted(recipient.address for recipient in envelope.recipients)
        day = envelope.received_at.date().isoformat()
        return self._ground.vault.digest("watched", encode((envelope.sender, recipients, new.digest, day)))

    def _mail(self, row: Any) -> WatchedMail:
        listed = ListedMessage("", (), (), ())
        if row.summary is not None:
            listed = unseal(self._ground.vault, row.summary, WATCHED.context(row.id, "summary"), ListedMessage)
        summary = HeldSummary(
            id=row.id,
            received_at=datetime.fromisoformat(row.at),
            sender=listed.sender,
            recipients=listed.recipients,
            rule=row.rule,
            reports=listed.reports,
            status="released",
            size=row.size,
            kinds=listed.kinds,
            shown=listed.shown,
            subject=listed.subject,
            author=listed.author,
            authors=listed.authors,
            reason=listed.reason,
            rules=listed.rules or (row.rule,),
            number=row.number,
        )
        marked = None if not row.verdict else datetime.fromisoformat(row.marked_at)
        return WatchedMail(summary, row.would, row.verdict, row.marked_by, marked, row.summary is None)


_SUMMARY = tuple(
    tables.watched.c[name]
    for name in (
        "id", "number", "at", "rule", "would", "size", "verdict", "marked_by", "marked_at", "summary",
    )
)  # fmt: skip


def week_of(moment: datetime) -> date:
    """The Monday of its week, by UTC as all figures are."""
    return week_of_day(moment.date())


def week_of_day(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def bare(connection: Connection, *which: ColumnElement[bool]) -> None:
    """Who and what of these goes, and the request with it, a digest of who wrote to whom; that there was one stays."""
    table = tables.watched
    for number, id_ in connection.execute(select(table.c.number, table.c.id).where(*which)).all():
        connection.execute(delete(tables.watched_chunks).where(tables.watched_chunks.c.watched == id_))
        nobody = {"summary": None, "sealed": None, "request": str(number).encode(), "size": 0}
        connection.execute(update(table).where(table.c.number == number).values(**nobody))


def of_report(connection: Connection, ground: Ground, report: str) -> list[int]:
    """The numbers of those that concern it. That is sealed, so all are opened: an erasure is rare."""
    table = tables.watched
    query = select(table.c.number, table.c.id, table.c.summary).where(table.c.summary.is_not(None))
    return [
        row.number
        for row in connection.execute(query)
        if report in unseal(ground.vault, row.summary, WATCHED.context(row.id, "summary"), ListedMessage).reports
    ]
