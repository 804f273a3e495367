"""Tokens of the API, and the answers that are known by an `Idempotency-Key`. Of a secret only its keyed digest is kept.

An answer is kept sealed for a day. A request that was begun and never answered, since the process ended in the middle,
gives its key free after some minutes: whoever asks again does it again, and what an API call changes is the same twice.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, delete, insert, select, update

from gateway.errors import StoreUnavailable
from gateway.model.scopes import SCOPES, Scope
from gateway.storage import tables
from gateway.storage.audit import record
from gateway.storage.context import Ground, moment_of, stamp
from gateway.storage.encrypted_codec import seal, unseal
from gateway.storage.token_protocols import ApiToken, KnownAnswer, TokenOutcome

_NOTED_EVERY = timedelta(minutes=1)
_KEPT, _UNANSWERED = timedelta(days=1), timedelta(minutes=10)


class TokenStore:
    """`token_protocols.ApiTokens` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def create(
        self, name: str, secret: str, scopes: Sequence[Scope], actor: str, expires: datetime | None = None
    ) -> TokenOutcome:
        """See `token_protocols.ApiTokens`."""
        table, ordered = tables.tokens, " ".join(scope for scope in SCOPES if scope in scopes)
        row = {
            "name": name,
            "digest": self._digest(secret),
            "scopes": ordered,
            "made_at": self._ground.now(),
            "expires": stamp(expires) if expires is not None else None,
        }
        with self._ground.transactions.write() as connection:
            if connection.execute(select(table.c.name).where(table.c.name == name)).scalar() is not None:
                return "taken"
            connection.execute(insert(table).values(**row))
            record(connection, self._ground, actor, "token_created", name, {"scopes": ordered})
        return "done"

    def rotate(self, name: str, secret: str, actor: str) -> TokenOutcome:
        """See `token_protocols.ApiTokens`."""
        table = tables.tokens
        with self._ground.transactions.write() as connection:
            values = {"digest": self._digest(secret), "made_at": self._ground.now()}
            if not connection.execute(update(table).where(table.c.name == name).values(**values)).rowcount:
                return "missing"
            record(connection, self._ground, actor, "token_rotated", name, {})
        return "done"

    def revoke(self, name: str, actor: str) -> TokenOutcome:
        """See `token_protocols.ApiTokens`."""
        table, answers = tables.tokens, tables.answers
        with self._ground.transactions.write() as connection:
            if not connection.execute(delete(table).where(table.c.name == name)).rowcount:
                return "missing"
            connection.execute(delete(answers).where(answers.c.token == name))
            record(connection, self._ground, actor, "token_revoked", name, {})
        return "done"

    def all(self) -> tuple[ApiToken, ...]:
        """See `token_protocols.ApiTokens`."""
        with self._ground.transactions.read() as connection:
            return tuple(_token(row) for row in connection.execute(select(tables.tokens).order_by("name")))

    def find(self, secret: str, now: datetime) -> ApiToken | None:
        """See `token_protocols.ApiTokens`."""
        table = tables.tokens
        with self._ground.transactions.read() as connection:
            row = connection.execute(select(table).where(table.c.digest == self._digest(secret))).one_or_none()
        if row is None:
            return None
        token = _token(row)
        if token.expires is not None and token.expires <= now:
            return None
        if token.seen_at is None or abs(now - token.seen_at) >= _NOTED_EVERY:
            # A store that takes no writes now still answers what only reads.
            with suppress(StoreUnavailable), self._ground.transactions.write() as connection:
                connection.execute(update(table).where(table.c.digest == row.digest).values(seen_at=stamp(now)))
        return token

    def begin(self, token: str, key: str, request: bytes, now: datetime) -> KnownAnswer | None:
        """See `token_protocols.ApiTokens`."""
        table, digest = tables.answers, self._key(token, key)
        with self._ground.transactions.write() as connection:
            connection.execute(delete(table).where(table.c.at <= stamp(now - _KEPT)))
            begun = (table.c.status == 0) & (table.c.at <= stamp(now - _UNANSWERED))
            connection.execute(delete(table).where(begun))
            row = connection.execute(select(table).where(table.c.key == digest)).one_or_none()
            if row is None:
                values = {"key": digest, "token": token, "request": request, "status": 0, "at": stamp(now)}
                connection.execute(insert(table).values(sealed=b"", **values))
                return None
        body = unseal(self._ground.vault, row.sealed, _context(digest), bytes) if row.status else b""
        return KnownAnswer(row.request, row.status, body)

    def answered(self, token: str, key: str, status: int, body: bytes) -> None:
        """See `token_protocols.ApiTokens`."""
        table, digest = tables.answers, self._key(token, key)
        sealed = seal(self._ground.vault, body, _context(digest))
        with self._ground.transactions.write() as connection:
            connection.execute(update(table).where(table.c.key == digest).values(status=status, sealed=sealed))

    def given_up(self, token: str, key: str) -> None:
        """See `token_protocols.ApiTokens`."""
        table = tables.answers
        with self._ground.transactions.write() as connection:
            connection.execute(delete(table).where(table.c.key == self._key(token, key), table.c.status == 0))

    def _digest(self, secret: str) -> bytes:
        return self._ground.vault.digest("token", secret.encode("utf-8", "replace"))

    def _key(self, token: str, key: str) -> bytes:
        return self._ground.vault.digest("answer", f"{token}\0{key}".encode("utf-8", "replace"))


def digest_of(*parts: bytes) -> bytes:
    """One digest of what a request asks: two requests are the same where each part is."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.digest()


def _token(row: Row[Any]) -> ApiToken:
    scopes = tuple(cast(Scope, scope) for scope in row.scopes.split() if scope in SCOPES)
    return ApiToken(
        row.name, scopes, datetime.fromisoformat(row.made_at), moment_of(row.expires), moment_of(row.seen_at)
    )


def _context(digest: bytes) -> str:
    return f"answer/{digest.hex()}"
