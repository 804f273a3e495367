"""Which passwords mail gave lately, and which held messages wait for one: sealed, found by keyed digests of what ties
two mails together, for a bounded time, and bounded by tie, by sender and in all.

The same is remembered once, with its newest time. What is too old is never given out, and is deleted for good.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select

from gateway.storage import tables
from gateway.storage.context import Ground, stamp
from gateway.storage.encrypted_codec import encode, seal, unseal
from gateway.text.addresses import address_key

OF_A_TIE, OF_A_SENDER, IN_ALL = 8, 1000, 100_000
"""Rows that are kept, the newest."""
MOST_GIVEN = 12
MOST_TIES = 200
_Kind = Literal["given", "waits"]


class PasswordStore:
    """`protocols.Passwords` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._lasts = timedelta(hours=ground.password_hours)

    def give(self, sender: str, ties: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
        """See `protocols.Passwords`."""
        if not (self._lasts and words and ties):
            return ()
        with self._ground.transactions.write() as connection:
            self._add(connection, "given", sender, ties, list(words))
            waiting = list(self._of(connection, "waits", ties))
        return tuple(dict.fromkeys(held for one in waiting for held in one))

    def given(self, ties: Sequence[str]) -> tuple[str, ...]:
        """See `protocols.Passwords`."""
        if not (self._lasts and ties):
            return ()
        with self._ground.transactions.read() as connection:
            found = list(self._of(connection, "given", ties))
        # The first words of each mail before the second ones of any: one chatty mail hides no other's.
        in_turn = (word for words in zip_longest(*found) for word in words if word is not None)
        return tuple(dict.fromkeys(in_turn))[:MOST_GIVEN]

    def wait(self, sender: str, ties: Sequence[str], held: str) -> None:
        """See `protocols.Passwords`."""
        if self._lasts and ties:
            with self._ground.transactions.write() as connection:
                self._add(connection, "waits", sender, ties, [held])

    def forget_old(self) -> int:
        """See `protocols.Passwords`."""
        table = tables.passwords
        with self._ground.transactions.read() as connection:
            if not connection.execute(select(func.count()).select_from(table).where(self._old())).scalar():
                return 0
        with self._ground.transactions.write() as connection:
            count = connection.execute(delete(table).where(self._old())).rowcount
        self._ground.transactions.tidy()
        return count

    def _add(self, connection: Connection, kind: _Kind, sender: str, ties: Sequence[str], what: list[str]) -> None:
        table, vault = tables.passwords, self._ground.vault
        whose = vault.digest("password-sender", _bytes(address_key(sender)))
        connection.execute(delete(table).where(self._old()))
        for tie in dict.fromkeys(ties[:MOST_TIES]):
            key = self._key(tie)
            value = vault.digest("password-value", encode((kind, key, what)))
            connection.execute(delete(table).where(table.c.value == value))
            sealed = seal(vault, what, _context(kind, key))
            row = {"at": self._ground.now(), "kind": kind, "sender": whose, "tie": key, "value": value}
            connection.execute(insert(table).values(**row, sealed=sealed))
            _trim(connection, OF_A_TIE, table.c.tie == key, table.c.kind == kind)
        _trim(connection, OF_A_SENDER, table.c.sender == whose)
        _trim(connection, IN_ALL)

    def _of(self, connection: Connection, kind: _Kind, ties: Sequence[str]) -> Iterator[list[str]]:
        """The newest first."""
        table = tables.passwords
        keys = [self._key(tie) for tie in dict.fromkeys(ties[:MOST_TIES])]
        query = select(table.c.tie, table.c.sealed, table.c.at).where(table.c.tie.in_(keys), table.c.kind == kind)
        now = self._ground.clock()
        for row in connection.execute(query.order_by(table.c.number.desc())).all():
            if abs(now - datetime.fromisoformat(row.at)) < self._lasts:
                yield unseal(self._ground.vault, row.sealed, _context(kind, row.tie), list[str])

    def _old(self) -> ColumnElement[bool]:
        """What lies further ahead than it lasts was written before the clock was set back."""
        at, now = tables.passwords.c.at, self._ground.clock()
        return or_(at <= stamp(now - self._lasts), at > stamp(now + self._lasts))

    def _key(self, tie: str) -> bytes:
        return self._ground.vault.digest("password-tie", _bytes(tie))


def _trim(connection: Connection, most: int, *which: ColumnElement[bool]) -> None:
    table = tables.passwords
    oldest = select(table.c.number).where(*which).order_by(table.c.number.desc()).limit(1).offset(most)
    number = connection.execute(oldest).scalar()
    if number is not None:
        connection.execute(delete(table).where(*which, table.c.number <= number))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _context(kind: _Kind, key: bytes) -> str:
    return f"password/{kind}/{key.hex()}"
