"""Reports: the whole of each sealed in one row, and keyed digests by which mail is matched (`relations`).

`open_for` is asked once per message and touches digests alone: nothing is opened to say that mail concerns nobody.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal, cast

from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.errors import Problem
from gateway.model import REPORT_NEXT, Item, Report, ReportEvent, ReportStatus, ReportSummary
from gateway.storage import tables
from gateway.storage.audit import record
from gateway.storage.context import Ground
from gateway.storage.encrypted_codec import report_context, seal, unseal
from gateway.storage.erasure import erase
from gateway.storage.fingerprint_index import MarkStore
from gateway.storage.party_index import Relations
from gateway.storage.protocols import Erased, Relation, Review
from gateway.storage.retention import protects
from gateway.storage.suggestions import SuggestionStore, asking_about

_AT_ONCE = 500
_DOMAINS, _SUGGESTIONS, _OURS, _MARKS = "own domains", "suggestions", "ours", "all marks"
_MOVES: dict[ReportEvent, str] = {
    "close": "report_closed",
    "withdraw": "report_withdrawn",
    "reopen": "report_reopened",
}


class ReportStore:
    """`protocols.Reports` on SQL."""

    def __init__(self, ground: Ground, relations: Relations, marks: MarkStore, suggestions: SuggestionStore) -> None:
        self._ground, self._relations, self._marks, self._suggestions = ground, relations, marks, suggestions

    def put(self, reports: Sequence[Report], actor: str) -> None:
        """Add or replace all of them in one transaction, with an audit entry each. Raises Problem for an erased one.
        What was counted in ordinary mail before, for another report, is asked about from the beginning."""
        reports = [self._suggestions.with_questions(report) for report in reports]
        rows = [(report, self._row(report), self._relations.rows(report)) for report in reports]
        with self._ground.transactions.write() as connection:
            changes = [self._put(connection, report, row, parties, actor) for report, row, parties in rows]
            self._marks.replace(connection, changes)
            self._relations.changed(connection)

    def _put(
        self,
        connection: Connection,
        report: Report,
        row: dict[str, Any],
        parties: list[dict[str, Any]],
        actor: str,
    ) -> tuple[int, Report | None, Report]:
        """Everything but the marks: the report's number, as it was and as it is now."""
        table, old = tables.reports, None
        columns = (table.c.revision, table.c.number, table.c.status, table.c.ended_at, table.c.sealed)
        query = select(*columns).where(table.c.id == report.id)
        before = connection.execute(query).one_or_none()
        if before is not None and before.status == "erased":
            raise Problem(report.id, "this report was erased and does not come back", "leave it out")
        revision = 1 if before is None else before.revision + 1
        ended = None if report.status == "open" else self._ground.now()
        row["ended_at"] = before.ended_at if before is not None and before.status == report.status else ended
        if before is None:
            number = (connection.execute(select(func.max(table.c.number))).scalar() or 0) + 1
            connection.execute(insert(table).values(revision=revision, number=number, **row))
        else:
            number = before.number
            old = unseal(self._ground.vault, before.sealed, report_context(report.id), Report)
            connection.execute(update(table).where(table.c.id == report.id).values(revision=revision, **row))
            connection.execute(delete(tables.parties).where(tables.parties.c.report == report.id))
        if parties:
            connection.execute(insert(tables.parties), parties)
        self._relations.callings.replace(connection, report)
        self._suggestions.replace(connection, report)
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
        return number, old, report

    def complete(self) -> None:
        """Make what an older store lacks: the marks of its reports, and what says whose they are not. One transaction;
        nothing where all is there."""
        table = tables.reports
        missing = select(table.c.id, table.c.sealed).where(table.c.number.is_(None))
        with self._ground.transactions.read() as connection:
            if self._marks.whole(connection) and connection.execute(missing.limit(1)).one_or_none() is None:
                return
        with self._ground.transactions.write() as connection:
            self._marks.make_whole(connection)
            number = connection.execute(select(func.max(table.c.number))).scalar() or 0
            for row in connection.execute(missing.order_by(table.c.id)).all():
                number += 1
                report = unseal(self._ground.vault, row.sealed, report_context(row.id), Report)
                connection.execute(update(table).where(table.c.id == row.id).values(number=number))
                self._marks.replace(connection, [(number, None, report)])

    def complete_callings(self) -> None:
        """The same for what names a report."""
        callings = self._relations.callings
        if callings.missing():
            with self._ground.transactions.write() as connection:
                for report in self._all(connection):
                    callings.replace(connection, report)

    def complete_domains(self) -> None:
        """The same for the domains of reporters' addresses."""

        def made(connection: Connection) -> None:
            table = tables.parties
            for report in self._all(connection):
                domains = [one for one in self._relations.rows(report) if one["relation"] == "domain"]
                connection.execute(delete(table).where(table.c.report == report.id, table.c.relation == "domain"))
                if domains:
                    connection.execute(insert(table), domains)

        self._once(_DOMAINS, made)

    def complete_suggestions(self) -> None:
        """The same for what is only suggested."""

        def made(connection: Connection) -> None:
            for report in self._all(connection):
                self._suggestions.replace(connection, report)
            self._relations.changed(connection)

        self._once(_SUGGESTIONS, made)

    def complete_marks(self) -> None:
        """The same for whose the reports are, what they gave, and marks of what was common."""
        reports, vault = tables.reports, self._ground.vault

        def made(connection: Connection) -> None:
            query = select(reports.c.number, reports.c.id, reports.c.sealed).where(reports.c.status != "erased")
            rows = connection.execute(query).all()
            self._marks.make_anew(
                connection, ((row.number, unseal(vault, row.sealed, report_context(row.id), Report)) for row in rows)
            )

        self._once(_MARKS, made)

    def _once(self, what: str, made: Callable[[Connection], None]) -> None:
        """What an older store lacks is made in one transaction, and never again, whichever process comes first."""
        table, done = tables.meta, tables.meta.c.key == what
        with self._ground.transactions.read() as connection:
            if connection.execute(select(table.c.key).where(done)).one_or_none() is not None:
                return
        with self._ground.transactions.write() as connection:
            if connection.execute(select(table.c.key).where(done)).one_or_none() is None:
                made(connection)
                connection.execute(insert(table).values(key=what, value=b""))

    def _all(self, connection: Connection) -> Iterator[Report]:
        rows = connection.execute(select(tables.reports.c.id, tables.reports.c.sealed)).all()
        return (unseal(self._ground.vault, row.sealed, report_context(row.id), Report) for row in rows)

    def get(self, report: str) -> Report | None:
        """The report whole, opened."""
        table = tables.reports
        with self._ground.transactions.read() as connection:
            row = connection.execute(select(table.c.status, table.c.sealed).where(table.c.id == report)).one_or_none()
        if row is None:
            return None
        found = unseal(self._ground.vault, row.sealed, report_context(report), Report)
        return replace(found, status=cast(ReportStatus, row.status))

    def summaries(self, among: Sequence[str] | None = None) -> tuple[ReportSummary, ...]:
        """See `protocols.Reports`."""
        table = tables.reports
        query = select(table.c.id, table.c.status, table.c.opened_at, table.c.revision, table.c.parties)
        with self._ground.transactions.read() as connection:
            if among is None:
                rows = list(connection.execute(query))
            else:
                parts = (among[start : start + _AT_ONCE] for start in range(0, len(among), _AT_ONCE))
                rows = [row for part in parts for row in connection.execute(query.where(table.c.id.in_(part)))]
        found = [self._summary(row) for row in rows]
        found.sort(key=lambda one: (_moment(one.opened_at), one.id), reverse=True)
        return tuple(found)

    def page(self, status: ReportStatus | None, after: str, most: int) -> tuple[ReportSummary, ...]:
        """See `protocols.Reports`."""
        table = tables.reports
        query = select(table.c.id, table.c.status, table.c.opened_at, table.c.revision, table.c.parties)
        query = query.where(table.c.status != "erased", table.c.id > after)
        if status is not None:
            query = query.where(table.c.status == status)
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query.order_by(table.c.id).limit(most)).all()
        return tuple(self._summary(row) for row in rows)

    def _summary(self, row: Any) -> ReportSummary:
        vault = self._ground.vault
        return ReportSummary(
            id=row.id,
            status=row.status,
            opened_at=row.opened_at,
            reported=unseal(vault, row.parties, report_context(row.id, "parties"), tuple[str, ...]),
            revision=row.revision,
        )

    def statuses(self, reports: Sequence[str]) -> dict[str, ReportStatus]:
        """Of those that there are."""
        table = tables.reports
        found: dict[str, ReportStatus] = {}
        with self._ground.transactions.read() as connection:
            for start in range(0, len(reports), _AT_ONCE):
                query = select(table.c.id, table.c.status).where(table.c.id.in_(reports[start : start + _AT_ONCE]))
                found |= {row.id: cast(ReportStatus, row.status) for row in connection.execute(query)}
        return found

    def move(self, report: str, event: ReportEvent, actor: str) -> ReportStatus | None:
        """See `protocols.Reports`."""
        table = tables.reports
        with self._ground.transactions.write() as connection:
            row = connection.execute(select(table.c.status, table.c.revision).where(table.c.id == report)).one_or_none()
            after = REPORT_NEXT.get((row.status, event)) if row is not None else None
            if row is None or after is None or after == row.status:
                return after
            ended = None if after == "open" else self._ground.now()
            values = {"status": after, "revision": row.revision + 1, "ended_at": ended}
            connection.execute(update(table).where(table.c.id == report).values(**values))
            self._relations.changed(connection)
            record(connection, self._ground, actor, _MOVES[event], report, {"revision": row.revision + 1})
        return after

    def erase(self, report: str, actor: str, keep_digests: bool) -> Erased | None:
        """See `protocols.Reports`."""
        return erase(self._ground, self._relations, self._marks, self._suggestions, report, actor, keep_digests)

    def review(
        self, report: str, number: int, state: Literal["confirmed", "struck"], actor: str, revision: int
    ) -> Review:
        """See `protocols.Reports`."""
        table = tables.reports
        with self._ground.transactions.write() as connection:
            row = connection.execute(select(table.c.revision, table.c.sealed).where(table.c.id == report)).one_or_none()
            if row is None:
                return "missing"
            if row.revision != revision:
                return "moved"
            found = unseal(self._ground.vault, row.sealed, report_context(report), Report)
            if not 1 <= number <= len(found.identity):
                return "missing"
            item = found.identity[number - 1]
            if item.state == "given":
                return "given"
            if item.state != state:
                identity = list(found.identity)
                identity[number - 1] = replace(item, state=state)
                self._reviewed(connection, found, replace(found, identity=tuple(identity)), revision + 1)
            event = "item_confirmed" if state == "confirmed" else "item_struck"
            record(connection, self._ground, actor, event, report, {"item": number, "kind": item.kind})
        return "done"

    def ask(self, items: Collection[int], actor: str) -> int:
        """See `protocols.Reports`."""
        wanted = frozenset(items)
        reports = self._suggestions.reports_of(wanted) if wanted else ()
        return self._ask(reports, lambda item: self._suggestions.item_of(item) in wanted, actor)

    def ask_about_ours(self, which: Callable[[Item], bool], said: bytes, actor: str) -> int:
        """See `protocols.Reports`."""
        table, done = tables.meta, tables.meta.c.key == _OURS
        value = self._ground.vault.digest("ours", said)
        with self._ground.transactions.read() as connection:
            before = connection.execute(select(table.c.value).where(done)).scalar()
        if before is not None and bytes(before) == value:
            return 0
        count = self._ask(self._suggestions.reports(), which, actor)
        with self._ground.transactions.write() as connection:
            connection.execute(delete(table).where(done))
            connection.execute(insert(table).values(key=_OURS, value=value))
        return count

    def _ask(self, reports: Sequence[str], which: Callable[[Item], bool], actor: str) -> int:
        """A transaction a report: a message that is being held does not wait for all of them."""
        table, count = tables.reports, 0
        for report in reports:
            query = select(table.c.revision, table.c.sealed).where(table.c.id == report, table.c.status != "erased")
            with self._ground.transactions.read() as connection:
                row = connection.execute(query).one_or_none()
            if row is None or self._asked_of(row.sealed, report, which) is None:
                continue
            with self._ground.transactions.write() as connection:
                row = connection.execute(query).one_or_none()
                found = None if row is None else self._asked_of(row.sealed, report, which)
                if row is None or found is None:
                    continue
                before, after = found
                self._reviewed(connection, before, after, row.revision + 1)
                for number, (one, other) in enumerate(zip(before.identity, after.identity, strict=True), 1):
                    if one != other:
                        count += 1
                        detail: dict[str, str | int] = {"item": number, "kind": one.kind}
                        record(connection, self._ground, actor, "item_asked", report, detail)
        return count

    def _asked_of(self, sealed: bytes, report: str, which: Callable[[Item], bool]) -> tuple[Report, Report] | None:
        """The report as it is and as it will be; None where nothing of it is asked about."""
        before = unseal(self._ground.vault, sealed, report_context(report), Report)
        after = asking_about(before, which)
        return None if after == before else (before, after)

    def protecting(self) -> int:
        """See `protocols.Reports`."""
        query = (
            select(func.count())
            .select_from(tables.reports)
            .where(protects(self._ground), tables.reports.c.status != "erased")
        )
        with self._ground.transactions.read() as connection:
            return int(connection.execute(query).scalar() or 0)

    def protect(self, report: str, items: Sequence[Item], actor: str) -> Literal["done", "missing"]:
        """See `protocols.Reports`."""
        table = tables.reports
        query = select(table.c.revision, table.c.status, table.c.sealed).where(table.c.id == report)
        with self._ground.transactions.write() as connection:
            row = connection.execute(query).one_or_none()
            if row is None or row.status == "erased":
                return "missing"
            found = unseal(self._ground.vault, row.sealed, report_context(report), Report)
            identity = list(found.identity)
            for item in items:
                known = [n for n, one in enumerate(identity) if (one.kind, one.value) == (item.kind, item.value)]
                if not known:
                    identity.append(item)
                elif identity[known[0]].state != "given":
                    identity[known[0]] = replace(identity[known[0]], state=item.state)
            self._reviewed(connection, found, replace(found, identity=tuple(identity)), row.revision + 1)
            for item in items:
                record(connection, self._ground, actor, "item_marked", report, {"kind": item.kind})
        return "done"

    def _reviewed(self, connection: Connection, before: Report, report: Report, revision: int) -> None:
        table = tables.reports
        number = connection.execute(select(table.c.number).where(table.c.id == report.id)).scalar_one()
        self._marks.replace(connection, [(number, before, report)])
        values = {
            "sealed": seal(self._ground.vault, report, report_context(report.id)),
            "revision": revision,
        }
        connection.execute(update(table).where(table.c.id == report.id).values(**values))
        connection.execute(delete(tables.parties).where(tables.parties.c.report == report.id))
        if parties := self._relations.rows(report):
            connection.execute(insert(tables.parties), parties)
        self._suggestions.replace(connection, report)
        self._relations.changed(connection)

    def open_for(self, addresses: Sequence[str]) -> tuple[tuple[str, str, Relation], ...]:
        """(report id, address as given, relation) of reports that protect, in the order of the addresses."""
        return self._relations.of(addresses)

    def shared_domains(self, domains: Collection[str]) -> frozenset[str]:
        """See `protocols.Reports`."""
        return self._relations.shared_domains(domains)

    def cannot_match(self, addresses: Sequence[str]) -> bool:
        """See `protocols.Reports`."""
        return self._relations.cannot_match(addresses)

    def learn(self) -> None:
        """See `protocols.Reports`."""
        self._relations.learn()

    def unresolved(self, most: int = 1000, among: Sequence[str] | None = None) -> tuple[str, ...]:
        """See `protocols.Reports`."""
        return self._relations.unresolved(most, among)

    def changes(self) -> bytes:
        """See `protocols.Reports`."""
        return self._relations.changes()

    def revision(self, report: str) -> int:
        """0 where there is none."""
        query = select(tables.reports.c.revision).where(tables.reports.c.id == report)
        with self._ground.transactions.read() as connection:
            return connection.execute(query).scalar() or 0

    def revisions(self, reports: Sequence[str]) -> dict[str, int]:
        """See `protocols.Reports`."""
        found: dict[str, int] = {}
        table = tables.reports
        with self._ground.transactions.read() as connection:
            for start in range(0, len(reports), _AT_ONCE):
                some = list(reports[start : start + _AT_ONCE])
                query = select(table.c.id, table.c.revision).where(table.c.id.in_(some))
                found.update((row.id, row.revision) for row in connection.execute(query))
        return found

    def _row(self, report: Report) -> dict[str, Any]:
        vault = self._ground.vault
        names = tuple(party.name or next(iter((*party.addresses, *party.accounts)), "") for party in report.reported)
        return {
            "id": report.id,
            "status": report.status,
            "opened_at": report.opened_at,
            "parties": seal(vault, names, report_context(report.id, "parties")),
            "sealed": seal(vault, report, report_context(report.id)),
        }


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
