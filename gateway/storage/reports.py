"""Reports: the whole of each sealed in one row, and keyed digests of the addresses by which mail is matched.

`open_for` is asked once per message and touches digests alone: nothing is opened to say that mail concerns nobody.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal, cast

from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.errors import StoreUnavailable
from gateway.model import Report, ReportSummary
from gateway.storage import tables
from gateway.storage.audit import record
from gateway.storage.ground import Ground
from gateway.storage.interface import Relation
from gateway.storage.marks import MarkStore
from gateway.storage.sealed import seal, unseal
from gateway.text.addresses import fold_address

_AT_ONCE = 500  # addresses in one query: SQLite takes 32,766 parameters, PostgreSQL 65,535


class ReportStore:
    """`interface.Reports` on SQL."""

    def __init__(self, ground: Ground, marks: MarkStore) -> None:
        self._ground, self._marks = ground, marks
        self._known: tuple[object, frozenset[bytes]] | None = None  # version of the store, digests of open reports

    def put(self, reports: Sequence[Report], actor: str) -> None:
        """Add or replace all of them in one transaction, with an audit entry each."""
        rows = [(report, self._row(report), list(self._parties(report))) for report in reports]
        with self._ground.transactions.write() as connection:
            for report, row, parties in rows:
                self._put(connection, report, row, parties, actor)

    def _put(
        self,
        connection: Connection,
        report: Report,
        row: dict[str, Any],
        parties: list[dict[str, Any]],
        actor: str,
    ) -> None:
        table = tables.reports
        query = select(table.c.revision, table.c.number, table.c.sealed).where(table.c.id == report.id)
        before = connection.execute(query).one_or_none()
        revision = 1 if before is None else before.revision + 1
        if before is None:
            number = (connection.execute(select(func.max(table.c.number))).scalar() or 0) + 1
            connection.execute(insert(table).values(revision=revision, number=number, **row))
            self._marks.replace(connection, number, None, report)
        else:
            old = unseal(self._ground.vault, before.sealed, _context(report.id), Report)
            self._marks.replace(connection, before.number, old, report)
            connection.execute(update(table).where(table.c.id == report.id).values(revision=revision, **row))
            connection.execute(delete(tables.parties).where(tables.parties.c.report == report.id))
        if parties:
            connection.execute(insert(tables.parties), parties)
        detail: dict[str, str | int] = {
            "revision": revision,
            "status": report.status,
            "parties": len(report.reported),
            "addresses": len(parties),
            "items": len(report.identity),
            "avatars": len(report.avatars),
            "materials": len(report.materials),
        }
        record(
            connection, self._ground, actor, "report_added" if before is None else "report_changed", report.id, detail
        )

    def complete(self) -> None:
        """Make the marks of reports that were stored before there were any. One transaction; nothing where none."""
        table = tables.reports
        missing = select(table.c.id, table.c.sealed).where(table.c.number.is_(None))
        with self._ground.transactions.read() as connection:
            if connection.execute(missing.limit(1)).one_or_none() is None:
                return
        with self._ground.transactions.write() as connection:
            number = connection.execute(select(func.max(table.c.number))).scalar() or 0
            for row in connection.execute(missing.order_by(table.c.id)).all():
                number += 1
                report = unseal(self._ground.vault, row.sealed, _context(row.id), Report)
                values = {"number": number, "reporter": self._marks.reporter(report)}
                connection.execute(update(table).where(table.c.id == row.id).values(values))
                self._marks.replace(connection, number, None, report)

    def get(self, report: str) -> Report | None:
        """The report whole, opened."""
        table = tables.reports
        with self._ground.transactions.read() as connection:
            row = connection.execute(select(table.c.status, table.c.sealed).where(table.c.id == report)).one_or_none()
        if row is None:
            return None
        found = unseal(self._ground.vault, row.sealed, _context(report), Report)
        return replace(found, status=cast(Literal["open", "closed"], row.status))

    def summaries(self) -> tuple[ReportSummary, ...]:
        """All reports, newest first. Nothing of the reporter."""
        table = tables.reports
        query = select(table.c.id, table.c.status, table.c.opened_at, table.c.revision, table.c.parties)
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        found = [
            ReportSummary(
                id=row.id,
                status=row.status,
                opened_at=row.opened_at,
                reported=unseal(self._ground.vault, row.parties, _context(row.id, "parties"), tuple[str, ...]),
                revision=row.revision,
            )
            for row in rows
        ]
        found.sort(key=lambda one: (_moment(one.opened_at), one.id), reverse=True)
        return tuple(found)

    def close(self, report: str, actor: str) -> bool:
        """False where there is no such report."""
        table = tables.reports
        with self._ground.transactions.write() as connection:
            row = connection.execute(select(table.c.status, table.c.revision).where(table.c.id == report)).one_or_none()
            if row is None:
                return False
            if row.status == "open":
                revision = row.revision + 1
                connection.execute(update(table).where(table.c.id == report).values(status="closed", revision=revision))
                record(connection, self._ground, actor, "report_closed", report, {"revision": revision})
        return True

    def open_for(self, addresses: Sequence[str]) -> tuple[tuple[str, str, Relation], ...]:
        """(report id, address as given, relation) of open reports, in the order of the addresses."""
        wanted: dict[bytes, list[str]] = {}
        for address in dict.fromkeys(addresses):
            if folded := fold_address(address):
                wanted.setdefault(self._digest(folded), []).append(address)
        if not wanted:
            return ()
        keys = list(wanted)
        found: dict[str, list[tuple[str, str, Relation]]] = {}
        with self._ground.transactions.read() as connection:
            for start in range(0, len(keys), _AT_ONCE):
                query = (
                    select(tables.parties)
                    .join(tables.reports, tables.reports.c.id == tables.parties.c.report)
                    .where(
                        tables.reports.c.status == "open", tables.parties.c.digest.in_(keys[start : start + _AT_ONCE])
                    )
                    .order_by(tables.parties.c.report, tables.parties.c.relation)
                )
                for row in connection.execute(query):
                    for address in wanted[bytes(row.digest)]:
                        found.setdefault(address, []).append((row.report, address, cast(Relation, row.relation)))
        return tuple(hit for address in dict.fromkeys(addresses) for hit in found.get(address, ()))

    def surely_none(self, addresses: Sequence[str]) -> bool:
        """See `interface.Reports`. One `PRAGMA` and a keyed digest an address, where nothing was committed since."""
        try:
            version = self._ground.transactions.version()
        except StoreUnavailable:
            return False
        known = self._known
        if known is None or known[0] != version:
            return False
        return not any(self._digest(fold_address(address)) in known[1] for address in addresses)

    def learn(self) -> None:
        """See `interface.Reports`."""
        # Asked before the rows are read: what is committed in between makes the next look a fresh one.
        version = self._ground.transactions.version()
        if self._known is not None and self._known[0] == version:
            return
        query = (
            select(tables.parties.c.digest)
            .join(tables.reports, tables.reports.c.id == tables.parties.c.report)
            .where(tables.reports.c.status == "open")
        )
        with self._ground.transactions.read() as connection:
            self._known = version, frozenset(bytes(row.digest) for row in connection.execute(query))

    def revision(self, report: str) -> int:
        """0 where there is none."""
        query = select(tables.reports.c.revision).where(tables.reports.c.id == report)
        with self._ground.transactions.read() as connection:
            return connection.execute(query).scalar() or 0

    def _row(self, report: Report) -> dict[str, Any]:
        vault = self._ground.vault
        names = tuple(party.name or next(iter(party.addresses), "") for party in report.reported)
        return {
            "id": report.id,
            "status": report.status,
            "opened_at": report.opened_at,
            "parties": seal(vault, names, _context(report.id, "parties")),
            "sealed": seal(vault, report, _context(report.id)),
            "reporter": self._marks.reporter(report),
        }

    def _parties(self, report: Report) -> Iterator[dict[str, Any]]:
        seen: set[tuple[bytes, Relation]] = set()
        for party in report.reported:
            relations: tuple[tuple[Relation, tuple[str, ...]], ...] = (
                ("party", party.addresses),
                ("representative", party.representatives),
            )
            for relation, addresses in relations:
                yield from self._relations(report, relation, addresses, seen)
        # What was only learned from material may be anybody's: a mail to it is no mail to the reporter.
        own = [item.value for item in report.identity if item.kind == "address" and item.state != "suggested"]
        yield from self._relations(report, "reporter", own, seen)

    def _relations(
        self, report: Report, relation: Relation, addresses: Iterable[str], seen: set[tuple[bytes, Relation]]
    ) -> Iterator[dict[str, Any]]:
        for address in addresses:
            folded = fold_address(address)
            key = (self._digest(folded), relation)
            if folded and key not in seen:
                seen.add(key)
                yield {"report": report.id, "digest": key[0], "relation": relation}

    def _digest(self, folded: str) -> bytes:
        return self._ground.vault.digest("party", folded.encode("utf-8", "surrogatepass"))


def _context(report: str, column: str = "") -> str:
    return f"report/{report}" + (f"/{column}" if column else "")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
