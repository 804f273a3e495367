"""Erasing a report: what says who somebody is goes for good; what is left is its id, its times and the audit log.

Gone are the report itself, the digests by which its parties and its reporter are known (unless they are to be kept, so
that mail can still be recognised by who nobody can read), of decided messages that concerned it the original, the
envelope and the evidence, and of all mail that did the record of the decision. A message that waits for a decision is
somebody's to decide: while there is one, nothing is erased; nor before the sender of one that was given back is told,
who would wait for an answer for ever. `secure_delete` overwrites what is deleted; the write-ahead log is cut
afterwards.

What is not reached: backups, and what reviewers wrote as a reason, which is sealed in a log that only grows.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.errors import Problem
from gateway.model import Client, Envelope, Reading, Report
from gateway.storage import outbox, rewrites, tables, watched
from gateway.storage.audit import record
from gateway.storage.chunks import HELD
from gateway.storage.context import Ground
from gateway.storage.decisions import forget_report
from gateway.storage.encrypted_codec import pack, report_context, seal, unseal
from gateway.storage.fingerprint_index import MarkStore
from gateway.storage.held_listing import ListedMessage
from gateway.storage.held_terms import forget_terms
from gateway.storage.keeping import under_legal_hold
from gateway.storage.party_index import Relations
from gateway.storage.passed_mail import forget_late_matches
from gateway.storage.protocols import Erased
from gateway.storage.quarantine import HeldEvidence
from gateway.storage.suggestions import SuggestionStore
from gateway.storage.tallies import forget_people


def erase(
    ground: Ground,
    relations: Relations,
    marks: MarkStore,
    suggestions: SuggestionStore,
    report: str,
    actor: str,
    keep_digests: bool,
) -> Erased | None:
    """See `protocols.Reports.erase`. Once more, it takes the digests that were kept at first."""
    table = tables.reports
    with ground.transactions.write() as connection:
        columns = (table.c.status, table.c.revision, table.c.opened_at, table.c.number, table.c.sealed)
        query = select(*columns).where(table.c.id == report)
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        held = _of_report(connection, ground, report)
        waiting = [one.id for one in held if one.state in tables.LIVE]
        if waiting:
            wrong = f"{len(waiting)} message(s) of it wait for a decision ({', '.join(waiting[:3])})"
            raise Problem(report, wrong, "release or discard them, then erase")
        if untold := outbox.untold(connection, [one.id for one in held if one.state == "returned"]):
            wrong = f"{len(untold)} message(s) of it were given back, and who sent them is not told yet"
            raise Problem(report, f"{wrong} ({', '.join(untold[:3])})", "let the service tell them, then erase")
        sent = rewrites.of_report(connection, ground, report)
        if bound := under_legal_hold(connection, [*(one.id for one in held), *sent]):
            wrong = f"{len(bound)} message(s) of it are under a legal hold ({', '.join(bound[:3])})"
            raise Problem(report, wrong, "end the legal hold (hushgate quarantine unkeep), then erase")
        forget_people(connection, ground, {address for one in held for address in one.listed.recipients})
        forget_people(connection, ground, {address for recipients in sent.values() for address in recipients})
        for one in held:
            _scrub(connection, ground, one)
        if sent:
            rewrites.remove(connection, list(sent))
        seen = watched.of_report(connection, ground, report)
        watched.bare(connection, tables.watched.c.number.in_(seen))
        outbox.remove(connection, [*(one.id for one in held), *sent])
        forget_report(connection, report)
        if not keep_digests:
            connection.execute(delete(tables.parties).where(tables.parties.c.report == report))
            relations.callings.forget(connection, report)
        counting = select(func.count()).select_from(tables.parties).where(tables.parties.c.report == report)
        kept = connection.execute(counting).scalar() or 0
        bare = Report(report, "erased", row.opened_at, ())
        before = unseal(ground.vault, row.sealed, report_context(report), Report)
        named = {one for party in before.reported for one in (*party.addresses, *party.representatives)}
        forget_people(connection, ground, named)
        forget_late_matches(connection, report)
        suggestions.forget(connection, report)  # nobody is left to decide
        suggestions.forget_sightings(connection, before)
        if keep_digests:
            marks.forget_holder(connection, row.number, before)
        elif row.status == "erased":  # what it was is not known any more, so all marks are looked through
            marks.forget(connection, row.number)
        else:
            marks.replace(connection, [(row.number, before, bare)])
        values = {
            "status": "erased",
            "revision": row.revision + 1,
            "ended_at": ground.now(),
            "parties": seal(ground.vault, (), report_context(report, "parties")),
            "sealed": seal(ground.vault, bare, report_context(report)),
        }
        connection.execute(update(table).where(table.c.id == report).values(**values))
        relations.changed(connection)
        counts = {"held": len(held), "rewritten": len(sent), "digests_kept": kept}
        detail: dict[str, str | int] = {"revision": row.revision + 1, **counts}
        record(connection, ground, actor, "report_erased", report, detail)
    return Erased(len(held), kept, ground.transactions.tidy())


@dataclass(frozen=True, slots=True)
class _HeldOfReport:
    """A held message of the report."""

    id: str
    number: int
    state: str
    received_at: str
    listed: ListedMessage


def _of_report(connection: Connection, ground: Ground, report: str) -> list[_HeldOfReport]:
    """Held messages that concern it. Which they are is sealed, so all are opened: an erasure is rare."""
    table = tables.held
    found = []
    for row in connection.execute(
        select(table.c.id, table.c.number, table.c.state, table.c.summary, table.c.received_at)
    ):
        listed = unseal(ground.vault, row.summary, HELD.context(row.id, "summary"), ListedMessage)
        if report in listed.reports:
            found.append(_HeldOfReport(row.id, row.number, row.state, row.received_at, listed))
    return found


def _scrub(connection: Connection, ground: Ground, held: _HeldOfReport) -> None:
    """The row stays, as a message that was decided; nobody can say any more to whom it went or what it said."""
    listed = ListedMessage("", (), held.listed.reports, held.listed.kinds)
    nobody = Envelope("", (), Client("", ""), datetime.fromisoformat(held.received_at))
    values = {
        "summary": seal(ground.vault, listed, HELD.context(held.id, "summary")),
        "sealed": seal(ground.vault, HeldEvidence(nobody, (), ()), HELD.context(held.id, "evidence")),
        "size": 0,
        "campaign": b"",
    }
    forget_terms(connection, [held.number])
    connection.execute(update(tables.held).where(tables.held.c.id == held.id).values(**values))
    chunks = tables.held_chunks
    connection.execute(delete(chunks).where(chunks.c.held == held.id))
    nothing: Reading | None = None
    for kind, data in (("content", b""), ("reading", pack(nothing))):
        connection.execute(insert(chunks), list(HELD.rows(ground.vault, held.id, kind, data)))
