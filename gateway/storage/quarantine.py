"""Held messages. Row, original bytes, evidence and audit entry are one transaction: all of them or none.

Sender, recipients and everything found are sealed; the bytes lie in sealed chunks of 1 MiB in a table of their own, so
that the list never reads them. The life of a message is `model.NEXT`: each UPDATE takes its WHERE from that table.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, case, delete, func, insert, or_, select, update

from gateway.errors import StoreUnavailable
from gateway.model import (
    NEXT,
    Envelope,
    Finding,
    HeldMessage,
    HeldSummary,
    HoldEvent,
    HoldState,
    NewHold,
    Proposal,
)
from gateway.model.held_query import HeldCount, HeldPage, HeldQuery
from gateway.model.notice import TO_ANYBODY, Addressed, NoticeKind
from gateway.model.quarantine import FINAL
from gateway.storage import outbox, tables
from gateway.storage.audit import plain_or_private, private, record
from gateway.storage.chunks import HELD
from gateway.storage.completion import complete_in_steps
from gateway.storage.context import Ground, stamp
from gateway.storage.decisions import note_review
from gateway.storage.encrypted_codec import encode, pack, seal, unseal
from gateway.storage.held_listing import (
    HeldListing,
    ListedMessage,
    RelationsOf,
    covered_senders,
    kinds_of,
    listing_of,
)
from gateway.storage.held_search import MOST_COUNTED, HeldSearch
from gateway.storage.held_terms import keys_of_people, term_keys, write_terms
from gateway.storage.ids import new_id
from gateway.storage.proposals import confirmed, drop_proposal
from gateway.storage.tallies import count_found, count_move
from gateway.text.addresses import address_key
from gateway.text.search_terms import terms_of_address, terms_of_text

_OLD_AT_ONCE = 50
_MOVES: dict[HoldEvent, str] = {
    "claim": "release_claimed",
    "upstream_took": "released",
    "upstream_refused": "release_refused",
    "line_cut": "release_uncertain",
    "discard": "discarded",
    "return": "returned",
}
_TOLD: dict[HoldState, NoticeKind] = {"released": "release", "returned": "return", "discarded": "discard"}


@dataclass(frozen=True, slots=True)
class HeldEvidence:
    """What a reviewer sees beyond the list."""

    envelope: Envelope
    findings: tuple[Finding, ...]
    rules: tuple[str, ...]
    whole: bool = True
    """All of the message was looked at."""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    addressed: Addressed = TO_ANYBODY


class QuarantineStore:
    """`protocols.Quarantine` on SQL."""

    def __init__(self, ground: Ground, relations_of: RelationsOf = lambda addresses: ()) -> None:
        self._ground, self._relations_of = ground, relations_of
        self._search = HeldSearch(ground, self._summary)

    def hold(self, new: NewHold, actor: str) -> str:
        """After return the message is ours for good; after an exception it never was, and the client hears 451."""
        request = self._request(new)
        with self._ground.transactions.read() as connection:
            if known := _live(connection, request):
                return known
        held = new_id("Q")
        listing = listing_of(held, new, self._relations_of)
        row, keys = self._row(held, request, new, listing), self._keys(listing)
        chunks = [
            *HELD.rows(self._ground.vault, held, "content", new.content),
            *HELD.rows(self._ground.vault, held, "reading", pack(new.reading)),
        ]  # sealed before the transaction, so that other writers wait for less
        with self._ground.transactions.write() as connection:
            if known := _live(connection, request):
                return known
            made = connection.execute(insert(tables.held).values(**row))
            write_terms(connection, cast(tuple[int], made.inserted_primary_key)[0], keys, first=True)
            connection.execute(insert(tables.held_chunks), chunks)
            record(connection, self._ground, actor, "held", held, _facts(new))
            outbox.tell(connection, self._ground, "hold", held, new.envelope, new.addressed, rule=new.rule)
            count_found(connection, self._ground, "held", new.envelope, new)
        return held

    def complete(self, held: str, new: NewHold, actor: str) -> bool:
        """See `protocols.Quarantine`."""
        listing = listing_of(held, new, self._relations_of)
        row, keys = self._evidence(held, new, listing), self._keys(listing)
        chunks = list(HELD.rows(self._ground.vault, held, "reading", pack(new.reading)))
        table = tables.held_chunks
        with self._ground.transactions.write() as connection:
            number = connection.execute(
                update(tables.held)
                .where(tables.held.c.id == held, tables.held.c.state == "held")
                .values(**row)
                .returning(tables.held.c.number)
            ).scalar()
            if number is None:
                return False
            write_terms(connection, number, keys)
            connection.execute(delete(table).where(table.c.held == held, table.c.kind == "reading"))
            connection.execute(insert(table), chunks)
            event = "opened_with_password" if new.opened else "evidence_completed"
            record(connection, self._ground, actor, event, held, _facts(new))
        return True

    def record_rejection(self, new: NewHold, actor: str) -> str:
        """Audit entry of a refused message, without its content; the id (`J-…`) names the entry."""
        rejected = new_id("J")
        with self._ground.transactions.write() as connection:
            record(connection, self._ground, actor, "rejected", rejected, _facts(new))
            count_found(connection, self._ground, "rejected", new.envelope, new)
        return rejected

    def summaries(self, status: HoldState | None = None) -> tuple[HeldSummary, ...]:
        """Newest first."""
        query = select(*_SUMMARY).order_by(tables.held.c.number.desc())
        if status is not None:
            query = query.where(tables.held.c.state == status)
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        return tuple(self._summary(row) for row in rows)

    def summary(self, held: str) -> HeldSummary | None:
        """See `protocols.Quarantine`."""
        with self._ground.transactions.read() as connection:
            row = connection.execute(select(*_SUMMARY).where(tables.held.c.id == held)).one_or_none()
        return None if row is None else self._summary(row)

    def page(self, query: HeldQuery) -> HeldPage:
        """See `protocols.Quarantine`."""
        return self._search.page(query)

    def count(self, query: HeldQuery, most: int = MOST_COUNTED) -> HeldCount:
        """See `protocols.Quarantine`."""
        return self._search.count(query, most)

    def newest(self) -> int:
        """See `protocols.Quarantine`."""
        with self._ground.transactions.read() as connection:
            return connection.execute(select(func.max(tables.held.c.number))).scalar() or 0

    def cover_line(self, held: str, subject: str, author: str) -> None:
        """See `protocols.Quarantine`."""
        table, vault = tables.held, self._ground.vault
        with self._ground.transactions.write() as connection:
            row = connection.execute(select(table.c.number, table.c.summary).where(table.c.id == held)).one_or_none()
            if row is None:
                return
            listed = unseal(vault, row.summary, HELD.context(held, "summary"), ListedMessage)
            gone = {*terms_of_text(listed.subject), *terms_of_text(listed.author)}
            stay = {*terms_of_text(subject), *terms_of_text(author)}
            keys, terms = term_keys(vault, gone - stay), tables.held_terms
            connection.execute(delete(terms).where(terms.c.held == row.number, terms.c.key.in_(keys)))
            now = seal(vault, replace(listed, subject=subject, author=author), HELD.context(held, "summary"))
            connection.execute(update(table).where(table.c.number == row.number).values(summary=now))

    def cover_addresses(self, held: str, addresses: Collection[str]) -> bool:
        """See `protocols.Quarantine`."""
        table, vault, terms = tables.held, self._ground.vault, tables.held_terms
        with self._ground.transactions.write() as connection:
            row = connection.execute(select(table.c.number, table.c.summary).where(table.c.id == held)).one_or_none()
            if row is None:
                return False
            listed = unseal(vault, row.summary, HELD.context(held, "summary"), ListedMessage)
            covered = {address_key(one) for one in addresses}
            others = [one for one in (listed.sender, *listed.recipients) if address_key(one) not in covered]
            gone = {term for one in addresses for term in terms_of_address(one)}
            stay = {term for one in others for term in terms_of_address(one)}
            stay |= {*terms_of_text(listed.subject), *terms_of_text(listed.author)}
            query = delete(terms).where(terms.c.held == row.number, terms.c.key.in_(term_keys(vault, gone - stay)))
            return connection.execute(query).rowcount > 0

    def covered_senders(self, addresses: Collection[str]) -> frozenset[str]:
        """See `protocols.Quarantine`."""
        return self._search.known("covered-sender", tuple(addresses))

    def complete_search(self) -> None:
        """Make what an older store lacks: lines, campaigns and terms of its messages."""

        def some(connection: Connection, after: int) -> int | None:
            rows = self._old_rows(connection, after)
            for row in rows:
                self._describe(connection, row)
            return int(rows[-1].number) if len(rows) == _OLD_AT_ONCE else None

        complete_in_steps(self._ground, "searchable", some)

    def _old_rows(self, connection: Connection, after: int) -> list[Any]:
        table = tables.held
        query = select(*_SUMMARY, table.c.sealed).where(table.c.number > after).order_by(table.c.number)
        return list(connection.execute(query.limit(_OLD_AT_ONCE)).all())

    def _describe(self, connection: Connection, row: Any) -> None:
        """The line of a message that was held by an older version. One that does not open keeps what it has."""
        vault = self._ground.vault
        try:
            listed = unseal(vault, row.summary, HELD.context(row.id, "summary"), ListedMessage)
            evidence = unseal(vault, row.sealed, HELD.context(row.id, "evidence"), HeldEvidence)
            reading = HELD.reading(connection, vault, row.id)
        except StoreUnavailable:
            return
        new = NewHold(
            evidence.envelope, b"", b"", "quarantine", row.rule, "", listed.reports, evidence.findings, evidence.rules,
            reading, evidence.whole, listed.opened,
        )  # fmt: skip
        listing = listing_of(row.id, new, self._relations_of)
        kept = listing.listed if listed.shown else replace(listing.listed, shown=())
        if not listed.recipients and not listed.sender:
            return  # erased
        values = {
            "summary": seal(vault, kept, HELD.context(row.id, "summary")),
            "campaign": self._campaign(listing.campaign),
        }
        connection.execute(update(tables.held).where(tables.held.c.number == row.number).values(**values))
        write_terms(connection, row.number, self._keys(listing))

    def _keys(self, listing: HeldListing) -> list[int]:
        vault, listed = self._ground.vault, listing.listed
        of_people = keys_of_people(vault, listed.sender, listed.recipients, listed.thread)
        return sorted({*term_keys(vault, listing.terms, covered_senders(listed)), *of_people.values()})

    def _campaign(self, said: bytes) -> bytes:
        return self._ground.vault.digest("campaign", said) if said else b""

    def open(self, held: str, actor: str, purpose: str) -> HeldMessage | None:
        """The look is audited before anything is returned."""
        with self._ground.transactions.write() as connection:
            if connection.execute(select(tables.held.c.id).where(tables.held.c.id == held)).scalar() is None:
                return None
            detail: dict[str, str | int] = {"purpose": plain_or_private(self._ground, purpose)}
            record(connection, self._ground, actor, "opened", held, detail)
        with self._ground.transactions.read() as connection:
            row = connection.execute(
                select(*_SUMMARY, tables.held.c.sealed).where(tables.held.c.id == held)
            ).one_or_none()
            if row is None:
                return None
            content = HELD.read(connection, self._ground.vault, held, "content")
            reading = HELD.reading(connection, self._ground.vault, held)
        evidence = unseal(self._ground.vault, row.sealed, HELD.context(held, "evidence"), HeldEvidence)
        return HeldMessage(
            self._summary(row),
            evidence.envelope,
            evidence.findings,
            evidence.rules,
            content,
            reading,
            looked_through=evidence.whole,
            passwords=evidence.passwords,
            addressed=evidence.addressed,
        )

    def move(
        self,
        held: str,
        event: HoldEvent,
        actor: str,
        reason: str,
        detail: str = "",
        lease: str = "",
        confirming: Proposal | None = None,
        note: str = "",
    ) -> HoldState | None:
        """Apply the table in one UPDATE; the new state, or None where it does not allow it.

        `lease` names the attempt that claimed the message; only the same attempt may settle it. What somebody proposed
        stands until the message is decided, and through a release that upstream refused; a line that was cut ends it,
        since who sends it then risks a duplicate, and that is another decision.
        """
        with self._ground.transactions.write() as connection:
            if confirming is not None and not confirmed(connection, confirming, actor):
                return None
            state = self._apply(connection, held, event, lease)
            if state is not None:
                facts: dict[str, str | int] = {"state": state, "reason": private(self._ground, reason)}
                if detail:
                    facts["detail"] = plain_or_private(self._ground, detail)
                if confirming is not None:
                    facts["proposed_by"] = plain_or_private(self._ground, confirming.person)
                if state not in ("held", "releasing"):
                    drop_proposal(connection, held)
                record(connection, self._ground, actor, _MOVES[event], held, facts)
                self._tell(connection, held, state, note)
                count_move(connection, self._ground, held, state, actor, detail)
                note_review(connection, held, state, actor)
            over = state in FINAL and self._drop_passwords(connection, held)
        if over:
            with suppress(StoreUnavailable):  # what was decided is decided; the log is cut some other time
                self._ground.transactions.tidy()
        return state

    def _tell(self, connection: Connection, held: str, state: HoldState, note: str) -> None:
        """Write down for the sender what became of it. What is parked is told only where that form left: whoever
        prepares a rewritten one and dies, or is too late to claim the message, leaves a notice behind."""
        if state == "releasing":
            return
        form = connection.execute(select(tables.held.c.form).where(tables.held.c.id == held)).scalar_one()
        if state == "released" and form == "rewritten" and outbox.unpark(connection, self._ground, held):
            return
        outbox.drop_parked(connection, held)
        event = _TOLD.get(state)
        evidence = None if event is None else self._evidence_of(connection, held)
        if event is not None and evidence is not None:
            outbox.tell(connection, self._ground, event, held, evidence.envelope, evidence.addressed, note=note)

    def _drop_passwords(self, connection: Connection, held: str) -> bool:
        """Whether there were any that opened it: nobody looks at it again, so nobody needs them."""
        evidence = self._evidence_of(connection, held)
        if evidence is None or not evidence.passwords:
            return False
        bare = seal(self._ground.vault, replace(evidence, passwords=()), HELD.context(held, "evidence"))
        connection.execute(update(tables.held).where(tables.held.c.id == held).values(sealed=bare))
        return True

    def _evidence_of(self, connection: Connection, held: str) -> HeldEvidence | None:
        """None where it is damaged, which does not keep a message from being decided."""
        sealed = connection.execute(select(tables.held.c.sealed).where(tables.held.c.id == held)).scalar_one()
        try:
            return unseal(self._ground.vault, sealed, HELD.context(held, "evidence"), HeldEvidence)
        except StoreUnavailable:
            return None

    def sending(self, held: str, actor: str, lease: str = "") -> bool:
        """True once per claim, to the attempt that claimed: whoever hears False must not send."""
        table = tables.held
        with self._ground.transactions.write() as connection:
            marked = connection.execute(
                update(table)
                .where(
                    table.c.id == held,
                    table.c.state == "releasing",
                    table.c.lease == lease,
                    table.c.sending.is_(False),
                )
                .values(sending=True)
            )
            if marked.rowcount != 1:
                return False
            record(connection, self._ground, actor, "release_sending", held, {})
        return True

    def sweep(self, older_than: datetime, newer_than: datetime, actor: str) -> int:
        """See `protocols.Quarantine`."""
        table = tables.held
        swept = 0
        with self._ground.transactions.write() as connection:
            query = select(table.c.id, table.c.sending, table.c.lease).where(
                table.c.state == "releasing",
                or_(table.c.lease_at < stamp(older_than), table.c.lease_at > stamp(newer_than)),
            )
            for row in connection.execute(query).all():
                event: HoldEvent = "line_cut" if row.sending else "upstream_refused"
                state = self._apply(connection, row.id, event, row.lease)
                if state is not None:
                    swept += 1
                    if state == "uncertain":
                        drop_proposal(connection, row.id)
                    record(connection, self._ground, actor, "lease_swept", row.id, {"state": state})
                    outbox.drop_parked(connection, row.id)
        return swept

    def _apply(self, connection: Connection, held: str, event: HoldEvent, lease: str) -> HoldState | None:
        table = tables.held
        targets = {source: target for (source, happened), target in NEXT.items() if happened == event}
        claims = "releasing" in targets.values()
        deciding = [source for source, target in targets.items() if target in FINAL]
        statement = (
            update(table)
            .where(
                table.c.id == held,
                table.c.state.in_(list(targets)),
                or_(table.c.state != "releasing", table.c.lease == lease),
            )
            .values(
                state=case(targets, value=table.c.state),
                lease=lease if claims else "",
                lease_at=self._ground.now() if claims else None,
                sending=False,
                decided_at=case((table.c.state.in_(deciding), self._ground.now()), else_=None),
            )
            .returning(table.c.state)
        )
        return cast(HoldState | None, connection.execute(statement).scalar())

    def _request(self, new: NewHold) -> bytes:
        """The same envelope and content, said in one keyed digest.

        Recipients are taken as given: `a+1@…` and `a+2@…` may be two mailboxes, and treating a mail to the second as a
        retry of the first would lose it. A client that tries again writes them the same way.
        """
        envelope = new.envelope
        recipients = sorted(recipient.address for recipient in envelope.recipients)
        return self._ground.vault.digest("request", encode((envelope.sender, recipients, new.digest)))

    def _row(self, held: str, request: bytes, new: NewHold, listing: HeldListing) -> dict[str, Any]:
        return {
            "id": held,
            "received_at": stamp(new.envelope.received_at),
            "state": "held",
            "rule": new.rule,
            "size": len(new.content),
            "request": request,
            "lease": "",
            "lease_at": None,
            "sending": False,
            **self._evidence(held, new, listing),
        }

    def _evidence(self, held: str, new: NewHold, listing: HeldListing) -> dict[str, bytes]:
        vault = self._ground.vault
        evidence = HeldEvidence(new.envelope, new.findings, new.rules, new.whole, new.passwords, new.addressed)
        return {
            "summary": seal(vault, listing.listed, HELD.context(held, "summary")),
            "campaign": self._campaign(listing.campaign),
            "sealed": seal(vault, evidence, HELD.context(held, "evidence")),
        }

    def _summary(self, row: Any) -> HeldSummary:
        listed = unseal(self._ground.vault, row.summary, HELD.context(row.id, "summary"), ListedMessage)
        return HeldSummary(
            id=row.id,
            received_at=datetime.fromisoformat(row.received_at),
            sender=listed.sender,
            recipients=listed.recipients,
            rule=row.rule,
            reports=listed.reports,
            status=cast(HoldState, row.state),
            size=row.size,
            kinds=listed.kinds,
            shown=listed.shown,
            opened=listed.opened,
            subject=listed.subject,
            author=listed.author,
            authors=listed.authors,
            reason=listed.reason,
            rules=listed.rules or (row.rule,),
            number=row.number,
            campaign=row.campaign,
        )


_SUMMARY = tuple(
    tables.held.c[name] for name in ("id", "number", "received_at", "state", "rule", "size", "campaign", "summary")
)


def _live(connection: Connection, request: bytes) -> str | None:
    table = tables.held
    query = select(table.c.id).where(table.c.request == request, table.c.state.in_(tables.LIVE))
    return connection.execute(query).scalar()


def _facts(new: NewHold) -> dict[str, str | int]:
    """What the audit log says of a message: our words and ids, its size and its digest."""
    return {
        "action": new.action,
        "rule": new.rule,
        "policy": new.policy,
        "reports": " ".join(new.reports),
        "kinds": " ".join(kinds_of(new)),
        "size": len(new.content),
        "sha256": new.digest.hex(),
    }
