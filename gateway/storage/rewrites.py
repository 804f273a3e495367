"""Originals of messages that went out rewritten. Row, bytes, evidence and audit entry are one transaction.

Everything that says who is sealed, as in the quarantine. Where the rules keep no originals there is the audit entry
alone. The same message again on the same day, while its original is kept, is the same rewriting: a client that got no
answer tries once more. A row is written before the message goes on: it says what was to be sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, delete, insert, select

from gateway.fingerprints.thread_ties import thread_of
from gateway.model import Edit, Envelope, Finding, NewRewrite, Reading, RewriteMessage, RewriteSummary
from gateway.storage import outbox, tables
from gateway.storage.audit import plain_or_private, record
from gateway.storage.chunks import REWRITES
from gateway.storage.context import Ground, stamp
from gateway.storage.encrypted_codec import encode, pack, seal, unseal
from gateway.storage.held_terms import keys_of_people
from gateway.storage.ids import new_id
from gateway.storage.tallies import count_found
from gateway.text.covering import covered, found_words

_MOST_FORGOTTEN = 50
"""At once, each in a transaction of its own: one may have many megabytes, and others write meanwhile."""


@dataclass(frozen=True, slots=True)
class ListedRewrite:
    """What the list shows beyond the plain columns."""

    sender: str
    recipients: tuple[str, ...]
    reports: tuple[str, ...]
    kinds: tuple[str, ...]
    shown: tuple[str, ...]
    edits: int
    thread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RewriteEvidence:
    """What a reviewer sees beyond the list."""

    envelope: Envelope
    findings: tuple[Finding, ...]
    rules: tuple[str, ...]
    edits: tuple[Edit, ...]


class RewriteStore:
    """`protocols.Rewrites` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def keep(self, new: NewRewrite, actor: str, original: bool, held: str = "") -> str:
        """See `protocols.Rewrites`."""
        request = self._request(new)
        known = select(tables.rewrites.c.id).where(tables.rewrites.c.request == request)
        with self._ground.transactions.read() as connection:
            before = connection.execute(known).scalar()
            if before and not held:  # of a held message its sender has to be told anew: the first time may have failed
                return str(before)
        id_ = new_id("W")
        row = self._row(id_, request, new) if original else {}
        keys = self._keys(new) if original else []
        parts = (("content", new.content), ("reading", pack(new.reading))) if original else ()
        chunks = [row for kind, data in parts for row in REWRITES.rows(self._ground.vault, id_, kind, data)]
        with self._ground.transactions.write() as connection:
            if before := connection.execute(known).scalar():
                self._tell(connection, str(before), request, new, held)
                return str(before)
            if original:
                made = connection.execute(insert(tables.rewrites).values(**row))
                number = cast(tuple[int], made.inserted_primary_key)[0]
                if keys:
                    connection.execute(insert(tables.rewrite_terms), [{"key": key, "rewrite": number} for key in keys])
                connection.execute(insert(tables.rewrite_chunks), chunks)
            record(connection, self._ground, actor, "rewritten", id_, _facts(new, held))
            self._tell(connection, id_, request, new, held)
            if not held:  # what a person sends counts when it is released
                count_found(connection, self._ground, "rewritten", new.envelope, new)
        return id_

    def _tell(self, connection: Connection, id_: str, request: bytes, new: NewRewrite, held: str) -> None:
        """Write down for the sender that it leaves rewritten; of a held message once it has left, in this form."""
        if held:
            outbox.drop_parked(connection, held)
        outbox.tell(
            connection,
            self._ground,
            "rewrite",
            held or id_,
            new.envelope,
            new.addressed,
            rewritten=new.shown,
            once=request + held.encode(),
            parked=bool(held),
            rule="" if held else new.rule,
        )

    def summaries(self, most: int = 1000) -> tuple[RewriteSummary, ...]:
        """Newest first."""
        query = select(*_SUMMARY).order_by(tables.rewrites.c.number.desc()).limit(most)
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        return tuple(self._summary(row) for row in rows)

    def open(self, rewrite: str, actor: str, purpose: str) -> RewriteMessage | None:
        """The look is audited before anything is returned."""
        table = tables.rewrites
        with self._ground.transactions.write() as connection:
            if connection.execute(select(table.c.id).where(table.c.id == rewrite)).scalar() is None:
                return None
            detail: dict[str, str | int] = {"purpose": plain_or_private(self._ground, purpose)}
            record(connection, self._ground, actor, "opened", rewrite, detail)
        with self._ground.transactions.read() as connection:
            row = connection.execute(select(*_SUMMARY, table.c.sealed).where(table.c.id == rewrite)).one_or_none()
            if row is None:
                return None
            content = REWRITES.read(connection, self._ground.vault, rewrite, "content")
            reading = REWRITES.reading(connection, self._ground.vault, rewrite)
        evidence = unseal(self._ground.vault, row.sealed, REWRITES.context(rewrite, "evidence"), RewriteEvidence)
        return RewriteMessage(
            self._summary(row), evidence.envelope, evidence.findings, evidence.rules, evidence.edits, content, reading
        )

    def forget(self, before: datetime) -> int:
        """See `protocols.Rewrites`."""
        table = tables.rewrites
        old = select(table.c.id).where(table.c.at < stamp(before), table.c.kept.is_(False)).limit(_MOST_FORGOTTEN)
        with self._ground.transactions.read() as connection:
            ids = list(connection.execute(old).scalars())
        for id_ in ids:
            with self._ground.transactions.write() as connection:
                remove(connection, [id_])
        if ids:
            self._ground.transactions.tidy()
        return len(ids)

    def _request(self, new: NewRewrite) -> bytes:
        envelope = new.envelope
        recipients = sorted(recipient.address for recipient in envelope.recipients)
        day = envelope.received_at.date().isoformat()  # the same mail on another day is another one
        return self._ground.vault.digest("rewrite", encode((envelope.sender, recipients, new.digest, new.sent, day)))

    def _row(self, id_: str, request: bytes, new: NewRewrite) -> dict[str, Any]:
        vault, envelope = self._ground.vault, new.envelope
        people = (envelope.sender, *(recipient.address for recipient in envelope.recipients))
        words = found_words(new.reading or Reading(), new.findings)
        shown = tuple(covered(address, words) for address in people)
        thread = thread_of(new.reading or Reading())
        listed = ListedRewrite(people[0], people[1:], new.reports, _kinds(new), shown, len(new.edits), thread)
        evidence = RewriteEvidence(envelope, new.findings, new.rules, new.edits)
        return {
            "id": id_,
            "at": stamp(envelope.received_at),
            "rule": new.rule,
            "size": len(new.content),
            "request": request,
            "summary": seal(vault, listed, REWRITES.context(id_, "summary")),
            "sealed": seal(vault, evidence, REWRITES.context(id_, "evidence")),
        }

    def _keys(self, new: NewRewrite) -> list[int]:
        recipients, thread = [one.address for one in new.envelope.recipients], thread_of(new.reading or Reading())
        return sorted(set(keys_of_people(self._ground.vault, new.envelope.sender, recipients, thread).values()))

    def _summary(self, row: Any) -> RewriteSummary:
        listed = unseal(self._ground.vault, row.summary, REWRITES.context(row.id, "summary"), ListedRewrite)
        return RewriteSummary(
            id=row.id,
            at=datetime.fromisoformat(row.at),
            sender=listed.sender,
            recipients=listed.recipients,
            rule=row.rule,
            reports=listed.reports,
            size=row.size,
            kinds=listed.kinds,
            shown=listed.shown,
            edits=listed.edits,
        )


_SUMMARY = tuple(tables.rewrites.c[name] for name in ("id", "at", "rule", "size", "summary"))


def of_report(connection: Connection, ground: Ground, report: str) -> dict[str, tuple[str, ...]]:
    """Ids of those that concern it, and to whom each went. That is sealed, so all are opened: an erasure is rare."""
    table, found = tables.rewrites, dict[str, tuple[str, ...]]()
    for row in connection.execute(select(table.c.id, table.c.summary)):
        listed = unseal(ground.vault, row.summary, REWRITES.context(row.id, "summary"), ListedRewrite)
        if report in listed.reports:
            found[row.id] = listed.recipients
    return found


def remove(connection: Connection, ids: Sequence[str]) -> None:
    """Originals, evidence and rows; the audit log keeps that there were such messages."""
    connection.execute(delete(tables.rewrite_chunks).where(tables.rewrite_chunks.c.rewrite.in_(ids)))
    numbers = select(tables.rewrites.c.number).where(tables.rewrites.c.id.in_(ids))
    connection.execute(delete(tables.rewrite_terms).where(tables.rewrite_terms.c.rewrite.in_(numbers)))
    connection.execute(delete(tables.rewrites).where(tables.rewrites.c.id.in_(ids)))


def _kinds(new: NewRewrite) -> tuple[str, ...]:
    return tuple(sorted({finding.kind for finding in new.findings}))


def _facts(new: NewRewrite, held: str) -> dict[str, str | int]:
    """What the audit log says of it: our words and ids, sizes and digests."""
    done: dict[str, int] = {}
    for edit in new.edits:
        done[edit.kind] = done.get(edit.kind, 0) + 1
    return {
        "action": "redact",
        "rule": new.rule,
        "policy": new.policy,
        "reports": " ".join(new.reports),
        "kinds": " ".join(_kinds(new)),
        "size": len(new.content),
        "sha256": new.digest.hex(),
        "sent_sha256": new.sent.hex(),
        "edits": " ".join(f"{kind}:{count}" for kind, count in sorted(done.items())),
        **({"held": held} if held else {}),
    }
