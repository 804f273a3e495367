"""Held messages. Row, original bytes, evidence and audit entry are one transaction: all of them or none.

Sender, recipients and everything found are sealed; the bytes lie in sealed chunks of 1 MiB in a table of their own, so
that the list never reads them. The life of a message is `model.NEXT`: each UPDATE takes its WHERE from that table.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, case, delete, insert, or_, select, update

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
    Opened,
    Reading,
)
from gateway.storage import tables
from gateway.storage.audit import plain_or_private, private, record
from gateway.storage.chunks import HELD
from gateway.storage.context import Ground, stamp
from gateway.storage.encrypted_codec import encode, pack, seal, unpack, unseal
from gateway.text.covering import covered, found_words

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # base32, RFC 4648: can be read out over a telephone
_MOVES: dict[HoldEvent, str] = {
    "claim": "release_claimed",
    "upstream_took": "released",
    "upstream_refused": "release_refused",
    "line_cut": "release_uncertain",
    "discard": "discarded",
    "return": "returned",
}


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """What the list shows beyond the plain columns."""

    sender: str
    recipients: tuple[str, ...]
    reports: tuple[str, ...]
    kinds: tuple[str, ...]
    shown: tuple[str, ...] = ()
    """Sender and recipients with what was found covered; none in lines of before there was this."""
    opened: Opened = ""


@dataclass(frozen=True, slots=True)
class HeldEvidence:
    """What a reviewer sees beyond the list."""

    envelope: Envelope
    findings: tuple[Finding, ...]
    rules: tuple[str, ...]
    whole: bool = True
    """All of the message was looked at."""
    passwords: tuple[str, ...] = field(default=(), repr=False)


class QuarantineStore:
    """`protocols.Quarantine` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def hold(self, new: NewHold, actor: str) -> str:
        """After return the message is ours for good; after an exception it never was, and the client hears 451."""
        request = self._request(new)
        with self._ground.transactions.read() as connection:
            if known := _live(connection, request):
                return known
        held = f"Q-{_random()}"
        row = self._row(held, request, new)
        chunks = [
            *HELD.rows(self._ground.vault, held, "content", new.content),
            *HELD.rows(self._ground.vault, held, "reading", pack(new.reading)),
        ]  # sealed before the transaction, so that other writers wait for less
        with self._ground.transactions.write() as connection:
            if known := _live(connection, request):
                return known
            connection.execute(insert(tables.held).values(**row))
            connection.execute(insert(tables.held_chunks), chunks)
            record(connection, self._ground, actor, "held", held, _facts(new))
        return held

    def complete(self, held: str, new: NewHold, actor: str) -> bool:
        """See `protocols.Quarantine`."""
        row, chunks = self._evidence(held, new), list(HELD.rows(self._ground.vault, held, "reading", pack(new.reading)))
        table = tables.held_chunks
        with self._ground.transactions.write() as connection:
            changed = connection.execute(
                update(tables.held).where(tables.held.c.id == held, tables.held.c.state == "held").values(**row)
            )
            if changed.rowcount != 1:
                return False
            connection.execute(delete(table).where(table.c.held == held, table.c.kind == "reading"))
            connection.execute(insert(table), chunks)
            event = "opened_with_password" if new.opened else "evidence_completed"
            record(connection, self._ground, actor, event, held, _facts(new))
        return True

    def record_rejection(self, new: NewHold, actor: str) -> str:
        """Audit entry of a refused message, without its content; the id (`J-…`) names the entry."""
        rejected = f"J-{_random()}"
        with self._ground.transactions.write() as connection:
            record(connection, self._ground, actor, "rejected", rejected, _facts(new))
        return rejected

    def summaries(self, status: HoldState | None = None) -> tuple[HeldSummary, ...]:
        """Newest first."""
        query = select(*_SUMMARY).order_by(tables.held.c.number.desc())
        if status is not None:
            query = query.where(tables.held.c.state == status)
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        return tuple(self._summary(row) for row in rows)

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
            reading = unpack(HELD.read(connection, self._ground.vault, held, "reading"), Reading | None)  # type: ignore[arg-type]  # a union is no type[T] to mypy
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
        )

    def move(
        self, held: str, event: HoldEvent, actor: str, reason: str, detail: str = "", lease: str = ""
    ) -> HoldState | None:
        """Apply the table in one UPDATE; the new state, or None where it does not allow it.

        `lease` names the attempt that claimed the message; only the same attempt may settle it.
        """
        with self._ground.transactions.write() as connection:
            state = self._apply(connection, held, event, lease)
            if state is not None:
                facts: dict[str, str | int] = {"state": state, "reason": private(self._ground, reason)}
                if detail:
                    facts["detail"] = plain_or_private(self._ground, detail)
                record(connection, self._ground, actor, _MOVES[event], held, facts)
            over = state in ("released", "discarded", "returned") and self._drop_passwords(connection, held)
        if over:
            with suppress(StoreUnavailable):  # what was decided is decided; the log is cut some other time
                self._ground.transactions.tidy()
        return state

    def _drop_passwords(self, connection: Connection, held: str) -> bool:
        """Whether there were any that opened it: nobody looks at it again, so nobody needs them."""
        table = tables.held
        sealed = connection.execute(select(table.c.sealed).where(table.c.id == held)).scalar_one()
        try:
            evidence = unseal(self._ground.vault, sealed, HELD.context(held, "evidence"), HeldEvidence)
        except StoreUnavailable:
            return False  # damaged evidence does not keep a message from being decided
        if not evidence.passwords:
            return False
        bare = seal(self._ground.vault, replace(evidence, passwords=()), HELD.context(held, "evidence"))
        connection.execute(update(table).where(table.c.id == held).values(sealed=bare))
        return True

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
                    record(connection, self._ground, actor, "lease_swept", row.id, {"state": state})
        return swept

    def _apply(self, connection: Connection, held: str, event: HoldEvent, lease: str) -> HoldState | None:
        table = tables.held
        targets = {source: target for (source, happened), target in NEXT.items() if happened == event}
        claims = "releasing" in targets.values()
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

    def _row(self, held: str, request: bytes, new: NewHold) -> dict[str, Any]:
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
            **self._evidence(held, new),
        }

    def _evidence(self, held: str, new: NewHold) -> dict[str, bytes]:
        vault = self._ground.vault
        sender, recipients = new.envelope.sender, tuple(recipient.address for recipient in new.envelope.recipients)
        words = found_words(new.reading or Reading(), new.findings)
        listed = ListedMessage(
            sender=sender,
            recipients=recipients,
            reports=new.reports,
            kinds=_kinds(new),
            shown=tuple(covered(address, words) for address in (sender, *recipients)),
            opened=new.opened,
        )
        evidence = HeldEvidence(new.envelope, new.findings, new.rules, new.whole, new.passwords)
        return {
            "summary": seal(vault, listed, HELD.context(held, "summary")),
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
        )


_SUMMARY = tuple(tables.held.c[name] for name in ("id", "received_at", "state", "rule", "size", "summary"))


def _live(connection: Connection, request: bytes) -> str | None:
    table = tables.held
    query = select(table.c.id).where(table.c.request == request, table.c.state.in_(tables.LIVE))
    return connection.execute(query).scalar()


def _kinds(new: NewHold) -> tuple[str, ...]:
    return tuple(sorted({finding.kind for finding in new.findings}))


def _facts(new: NewHold) -> dict[str, str | int]:
    """What the audit log says of a message: our words and ids, its size and its digest."""
    return {
        "action": new.action,
        "rule": new.rule,
        "policy": new.policy,
        "reports": " ".join(new.reports),
        "kinds": " ".join(_kinds(new)),
        "size": len(new.content),
        "sha256": new.digest.hex(),
    }


def _random() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))
