"""The record of decisions: one row for each message in which something was found, and by day how many had nothing.

A row is written beside the answer, so it may lack where the process was killed within a second; it is never half. The
same message with the same outcome is one row, however often it comes; evidence that is completed later replaces what
was known. What a reviewer decides is written into it in the transaction of the decision. Rows go with a report that is
erased, and after `[retention] record_days`.

Who sent a message to whom, and what rules may ask of it, is sealed; the ids of its reports stand beside it, as they do
in the audit log, so that an erasure finds them.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, case, delete, func, select, text, update

from gateway.model import Action
from gateway.model.decision_record import RecordedDecision, RecordedSituations, ReviewOutcome, RuleRecord
from gateway.model.quarantine import FINAL
from gateway.storage import tables
from gateway.storage.context import Ground, stamp
from gateway.storage.encrypted_codec import seal, unseal
from gateway.storage.tallies import RETENTION_ACTOR

_PAGE = 2000
_SOME = 500
# ON CONFLICT is said alike by SQLite and Postgres; SQLAlchemy has it only by dialect.
_ADD = text(
    "INSERT INTO decisions (at, action, rule, would, would_rule, policy, message, held, review, sealed) VALUES "
    "(:at, :action, :rule, :would, :would_rule, :policy, :message, :held, :review, :sealed) "
    "ON CONFLICT (message, held) DO UPDATE SET at = excluded.at, action = excluded.action, rule = excluded.rule, "
    "would = excluded.would, would_rule = excluded.would_rule, policy = excluded.policy, sealed = excluded.sealed "
    "RETURNING number"
)
_COUNT = text(
    "INSERT INTO decision_days (day, clean) VALUES (:day, :clean) "
    "ON CONFLICT (day) DO UPDATE SET clean = decision_days.clean + excluded.clean"
)


@dataclass(frozen=True, slots=True)
class _Facts:
    """The sealed part of a row."""

    threshold: float
    proof_threshold: float
    personal_data: str
    judged: Action
    whole: bool
    by_name_alone: bool
    reports: tuple[str, ...]
    situations: RecordedSituations


class DecisionStore:
    """`protocols.Decisions` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def add(self, records: Sequence[RecordedDecision], clean: int = 0) -> None:
        """See `protocols.Decisions`."""
        rows = [(record, self._row(record)) for record in records]  # sealed before the transaction
        with self._ground.transactions.write() as connection:
            erased = _erased(connection, {report for record in records for report in record.reports})
            for record, row in rows:
                if erased.isdisjoint(record.reports):
                    self._write(connection, record, row)
            if clean:
                connection.execute(_COUNT, {"day": self._ground.now()[:10], "clean": clean})

    def since(self, at: datetime | None = None, newest_first: bool = False) -> Iterator[RecordedDecision]:
        """See `protocols.Decisions`."""
        number = tables.decisions.c.number
        table = tables.decisions
        query = select(*_COLUMNS).order_by(number.desc() if newest_first else number).limit(_PAGE)
        if at is not None:
            query = query.where(table.c.at >= stamp(at))
        page = query
        while True:
            with self._ground.transactions.read() as connection:
                rows = connection.execute(page).all()
            for row in rows:
                yield self._record(row)
            if len(rows) < _PAGE:
                return
            last = rows[-1].number
            page = query.where(number < last if newest_first else number > last)

    def clean(self, at: datetime | None = None) -> int:
        """See `protocols.Decisions`."""
        table = tables.decision_days
        query = select(func.sum(table.c.clean))
        if at is not None:
            query = query.where(table.c.day >= stamp(at)[:10])
        with self._ground.transactions.read() as connection:
            return int(connection.execute(query).scalar() or 0)

    def by_rule(self, at: datetime | None = None) -> tuple[RuleRecord, ...]:
        """See `protocols.Decisions`."""
        table = tables.decisions
        shown = case((table.c.would != "", table.c.would_rule), else_=table.c.rule).label("shown")
        columns = (shown, table.c.action, table.c.would, table.c.review)
        query = select(*columns, func.count().label("number")).group_by(*columns)
        if at is not None:
            query = query.where(table.c.at >= stamp(at))
        found: dict[str, dict[str, int]] = {}
        with self._ground.transactions.read() as connection:
            for row in connection.execute(query):
                counts = found.setdefault(row.shown, {})
                for word in _words(row.action, row.would, row.review):
                    counts[word] = counts.get(word, 0) + row.number
        return tuple(RuleRecord(rule, **counts) for rule, counts in sorted(found.items()))

    def forget(self, before: datetime, most: int = _PAGE) -> int:
        """See `protocols.Decisions`."""
        table = tables.decisions
        old = select(table.c.number).where(table.c.at < stamp(before)).order_by(table.c.at).limit(most)
        with self._ground.transactions.read() as connection:
            due = list(connection.execute(old).scalars())
        if not due:
            return 0
        with self._ground.transactions.write() as connection:
            _remove(connection, due)
        return len(due)

    def due(self, before: datetime) -> int:
        """See `protocols.Decisions`."""
        table = tables.decisions
        with self._ground.transactions.read() as connection:
            query = select(func.count()).select_from(table).where(table.c.at < stamp(before))
            return int(connection.execute(query).scalar() or 0)

    def _row(self, record: RecordedDecision) -> dict[str, Any]:
        message = self._ground.vault.digest("decision", record.message)
        facts = _Facts(
            record.threshold,
            record.proof_threshold,
            record.personal_data,
            record.judged,
            record.whole,
            record.by_name_alone,
            record.reports,
            record.situations,
        )
        return {
            "at": stamp(record.at),
            "action": record.action,
            "rule": record.rule,
            "would": record.would or "",
            "would_rule": record.would_rule,
            "policy": record.policy,
            "message": message,
            "held": record.held,
            "review": record.review,
            "sealed": seal(self._ground.vault, facts, _context(message)),
        }

    def _write(self, connection: Connection, record: RecordedDecision, row: dict[str, Any]) -> None:
        if record.held and not record.review:
            row = row | {"review": _reviewed(connection, record.held)}
        number = int(connection.execute(_ADD, row).scalar_one())
        table = tables.decision_reports
        connection.execute(delete(table).where(table.c.decision == number))
        if record.reports:
            named = [{"report": report, "decision": number} for report in dict.fromkeys(record.reports)]
            connection.execute(table.insert(), named)

    def _record(self, row: Any) -> RecordedDecision:
        facts = unseal(self._ground.vault, row.sealed, _context(row.message), _Facts)
        return RecordedDecision(
            datetime.fromisoformat(row.at),
            cast(Action, row.action),
            row.rule,
            row.policy,
            facts.threshold,
            facts.proof_threshold,
            facts.personal_data,
            facts.judged,
            facts.situations,
            facts.reports,
            cast(Action, row.would) if row.would else None,
            row.would_rule,
            facts.whole,
            facts.by_name_alone,
            row.held,
            cast(ReviewOutcome, row.review),
            row.number,
            row.message,
        )


_COLUMNS = tuple(tables.decisions.c)


def _words(action: str, would: str, review: str) -> Iterator[str]:
    """Which counts of a rule one message is in."""
    if would:
        yield "would"
        return
    yield {"pass": "passed", "redact": "rewritten", "quarantine": "held", "reject": "rejected"}[action]
    if action == "quarantine":
        if review in ("released", "released_rewritten"):
            yield review
        elif review in ("discarded", "returned"):
            yield "right"
        elif not review:
            yield "waiting"


def note_review(connection: Connection, held: str, state: str, actor: str) -> None:
    """Write what was decided on a held message into its record, in the transaction of the decision."""
    if state in FINAL:
        form = connection.execute(select(tables.held.c.form).where(tables.held.c.id == held)).scalar() or ""
        table = tables.decisions
        outcome = _outcome(state, form, actor)
        connection.execute(update(table).where(table.c.held == held).values(review=outcome))


def forget_report(connection: Connection, report: str) -> int:
    """Remove the record of every message that concerned a report: how many."""
    table = tables.decision_reports
    numbers = list(connection.execute(select(table.c.decision).where(table.c.report == report)).scalars())
    _remove(connection, numbers)
    return len(numbers)


def _remove(connection: Connection, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), _SOME):
        some = numbers[start : start + _SOME]
        connection.execute(delete(tables.decision_reports).where(tables.decision_reports.c.decision.in_(some)))
        connection.execute(delete(tables.decisions).where(tables.decisions.c.number.in_(some)))


def _outcome(state: str, form: str, actor: str) -> ReviewOutcome:
    if state == "released":
        return "released_rewritten" if form == "rewritten" else "released"
    if state == "discarded":
        return "expired" if actor == RETENTION_ACTOR else "discarded"
    return "returned" if state == "returned" else ""


def _reviewed(connection: Connection, held: str) -> ReviewOutcome:
    """What was decided on it already: a record is written after its message is held, and a person may be quicker."""
    table, log = tables.held, tables.audit
    row = connection.execute(select(table.c.state, table.c.form).where(table.c.id == held)).one_or_none()
    if row is None or row.state not in FINAL:
        return ""
    wanted = select(log.c.actor).where(log.c.subject == held, log.c.event == row.state).order_by(log.c.seq.desc())
    return _outcome(row.state, row.form, connection.execute(wanted.limit(1)).scalar() or "")


def _erased(connection: Connection, reports: Collection[str]) -> set[str]:
    """Those that were erased while the record waited to be written."""
    found, wanted, table = set[str](), sorted(reports), tables.reports
    for start in range(0, len(wanted), _SOME):
        query = select(table.c.id).where(table.c.id.in_(wanted[start : start + _SOME]), table.c.status == "erased")
        found.update(connection.execute(query).scalars())
    return found


def _context(message: bytes) -> str:
    return f"decision/{message.hex()}"
