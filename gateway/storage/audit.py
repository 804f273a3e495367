"""The audit log: each entry is chained to the one before, and its newest is remembered under a seal.

The chain shows a changed entry to anybody. The head, sealed with the vault's key and changed in the same transaction,
shows a cut-off tail to whoever has the key. Triggers refuse UPDATE and DELETE to honest code with a bug.

Free text of a person (a reason) may name a reporter, so it goes into `detail` sealed; `reveal` opens it again.
Checkpoints (`checkpoints.py`) show a log that was written anew to whoever knows the public key.
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from gateway.errors import StoreUnavailable
from gateway.model.audit_chain import canonical, export_statement, link
from gateway.storage import tables
from gateway.storage.audit_protocols import SEALED, AuditEntry, AuditFilter, Checkpoint
from gateway.storage.audit_search import about, distinct, find
from gateway.storage.checkpoints import made_signing_key, sign_entry, signed_entries, signing_key
from gateway.storage.context import Ground
from gateway.storage.encrypted_codec import unseal_bytes
from gateway.vault.vault import Vault

_PAGE = 500
_WORD = re.compile(r"[A-Za-z0-9_.:-]{0,64}")
_LOOK_AGAIN = timedelta(hours=1)


def head_seal(vault: Vault, seq: int, digest: str) -> bytes:
    """What only the holder of the key can write beside the newest entry."""
    return vault.digest("audit-head", f"{seq}:{digest}".encode())


def record(
    connection: Connection, ground: Ground, actor: str, event: str, subject: str, detail: dict[str, str | int]
) -> None:
    """Append one entry inside the caller's transaction: what happened and its entry are durable together."""
    entry = _append(connection, ground, actor, event, subject, detail)
    sign_entry(connection, ground, entry.seq, entry.at, entry.digest)


def _append(
    connection: Connection, ground: Ground, actor: str, event: str, subject: str, detail: dict[str, str | int]
) -> AuditEntry:
    head = connection.execute(select(tables.audit_head.c.seq, tables.audit_head.c.digest)).one_or_none()
    if head is None:
        raise StoreUnavailable("the head of the audit log is missing")
    seq, at, text = head.seq + 1, ground.now(), canonical(detail)
    digest = link(seq, at, actor, event, subject, text, head.digest)
    entry = AuditEntry(seq, at, actor, event, subject, text, head.digest, digest)
    connection.execute(
        insert(tables.audit).values(
            seq=seq, at=at, actor=actor, event=event, subject=subject, detail=text, previous=head.digest, digest=digest
        )
    )
    concerned = [{"report": report, "seq": seq} for report in set(str(detail.get("reports", "")).split())]
    if concerned:
        connection.execute(insert(tables.audit_reports), concerned)
    connection.execute(
        update(tables.audit_head).values(seq=seq, digest=digest, seal=head_seal(ground.vault, seq, digest))
    )
    return entry


def private(ground: Ground, words: str) -> str:
    """Free text for a `detail`, sealed."""
    sealed = ground.vault.seal(words.encode("utf-8", "surrogatepass"), "audit")
    return SEALED + base64.b64encode(sealed).decode("ascii")


def plain_or_private(ground: Ground, words: str) -> str:
    """A short word of ours (`review`, `550`) in clear, anything else sealed."""
    return words if _WORD.fullmatch(words) else private(ground, words)


class AuditLog:
    """`protocols.Audit` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def append(self, actor: str, event: str, subject: str, detail: dict[str, str | int]) -> None:
        """One entry in a transaction of its own."""
        with self._ground.transactions.write() as connection:
            record(connection, self._ground, actor, event, subject, detail)

    def append_with_reason(
        self, actor: str, event: str, subject: str, detail: dict[str, str | int], reason: str
    ) -> None:
        """The same with a person's words, sealed, where there are any."""
        words = {"reason": private(self._ground, reason)} if reason else {}
        self.append(actor, event, subject, {**detail, **words})

    def append_signed(
        self, actor: str, event: str, subject: str, detail: dict[str, str | int], reason: str = ""
    ) -> AuditEntry:
        """See `protocols.Audit`."""
        facts = {**detail, "reason": private(self._ground, reason)} if reason else detail
        with self._ground.transactions.write() as connection:
            entry = _append(connection, self._ground, actor, event, subject, facts)
            sign_entry(connection, self._ground, entry.seq, entry.at, entry.digest, in_any_case=True)
        return entry

    def note_look(self, actor: str, what: str) -> None:
        """See `protocols.Audit`."""
        since = self._ground.clock() - _LOOK_AGAIN
        known = AuditFilter((actor,), ("list_viewed",), what, since)
        with self._ground.transactions.read() as connection:
            if find(connection, known, None, 1):
                return
        self.append(actor, "list_viewed", what, {})

    def entries(self, until: int | None = None) -> Iterator[AuditEntry]:
        """Oldest first, a page at a time, so that a slow reader holds up nobody."""
        after = None
        while True:
            query = select(tables.audit).order_by(tables.audit.c.seq).limit(_PAGE)
            if after is not None:
                query = query.where(tables.audit.c.seq > after)
            if until is not None:
                query = query.where(tables.audit.c.seq <= until)
            with self._ground.transactions.read() as connection:
                page = [AuditEntry(**row) for row in connection.execute(query).mappings()]
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].seq

    def find(self, wanted: AuditFilter, before: int | None = None, most: int = 50) -> tuple[AuditEntry, ...]:
        """See `protocols.Audit`."""
        with self._ground.transactions.read() as connection:
            return find(connection, wanted, before, most)

    def about(self, subject: str) -> tuple[str, ...]:
        """See `protocols.Audit`."""
        with self._ground.transactions.read() as connection:
            return about(connection, subject)

    def actors(self) -> tuple[str, ...]:
        """See `protocols.Audit`."""
        with self._ground.transactions.read() as connection:
            return distinct(connection, tables.audit.c.actor)

    def events(self) -> tuple[str, ...]:
        """See `protocols.Audit`."""
        with self._ground.transactions.read() as connection:
            return distinct(connection, tables.audit.c.event)

    def head(self) -> tuple[int, str, bool]:
        """(seq, digest, seal is good). A missing head is one whose seal is bad."""
        with self._ground.transactions.read() as connection:
            head = connection.execute(select(tables.audit_head)).one_or_none()
        if head is None:
            return 0, "", False
        good = hmac.compare_digest(head.seal, head_seal(self._ground.vault, head.seq, head.digest))
        return head.seq, head.digest, good

    def checkpoints(self) -> Iterator[Checkpoint]:
        """See `protocols.Audit`."""
        return signed_entries(self._ground)

    def public_key(self) -> str:
        """See `protocols.Audit`."""
        with self._ground.transactions.read() as connection:
            known = signing_key(connection, self._ground)
        if known is not None:
            return known.public
        with self._ground.transactions.write() as connection:
            return made_signing_key(connection, self._ground).public

    def sign_export(self, newest: AuditEntry, sha256: str) -> str:
        """See `protocols.Audit`."""
        statement = export_statement(newest.seq, newest.at, newest.digest, sha256)
        with self._ground.transactions.write() as connection:
            return made_signing_key(connection, self._ground).sign(statement)

    def reveal(self, entry: AuditEntry) -> dict[str, str | int]:
        """The detail of an entry with its sealed texts opened, for a person who may see them."""
        detail: dict[str, str | int] = json.loads(entry.detail)
        return {key: self._opened(value) for key, value in detail.items()}

    def _opened(self, value: str | int) -> str | int:
        if not isinstance(value, str) or not value.startswith(SEALED):
            return value
        try:
            sealed = base64.b64decode(value.removeprefix(SEALED), validate=True)
        except binascii.Error:
            return value
        return unseal_bytes(self._ground.vault, sealed, "audit").decode("utf-8", "surrogatepass")
