"""Tokens of the API in the store."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest

from gateway.errors import StoreUnavailable
from gateway.storage.store import SqlStore

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def test_a_token_is_known_while_the_store_takes_no_writes(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that only reads is answered all the same; when the token was used is said another time."""
    store.tokens.create("desk", "secret", ("quarantine:read",), "cli:root")

    def refuses() -> AbstractContextManager[None]:
        raise StoreUnavailable("the database is busy")

    monkeypatch.setattr(store._ground.transactions, "write", refuses)
    found = store.tokens.find("secret", NOW)
    assert found is not None
    assert (found.name, found.scopes, found.seen_at) == ("desk", ("quarantine:read",), None)
    monkeypatch.undo()
    store.tokens.find("secret", NOW)
    assert store.tokens.all()[0].seen_at == NOW
