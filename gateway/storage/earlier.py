"""What was held or rewritten before a message, of the same people, and which message is to be decided next.

Who wrote to whom is sealed. Keyed digests of sender, recipients and thread (`held_terms`, `rewrite_terms`) say which
rows to open, however long ago they were written; of each no more than a bounded number. Raises StoreUnavailable.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from gateway.errors import StoreUnavailable
from gateway.model.held_query import HeldPage, HeldQuery
from gateway.model.quarantine import WAITING
from gateway.storage import tables
from gateway.storage.chunks import HELD, REWRITES, Chunks
from gateway.storage.completion import complete_in_steps
from gateway.storage.context import Ground
from gateway.storage.earlier_protocols import EarlierMail, EarlierMessage
from gateway.storage.encrypted_codec import unseal
from gateway.storage.held_listing import ListedMessage
from gateway.storage.held_terms import keys_of_people
from gateway.storage.rewrites import ListedRewrite

_MOST = 600
_MOST_OPENED = 2400
"""Rows of each table that one page opens: of many recipients fewer each."""
_MOST_KEYS = 60
_OLD_AT_ONCE = 500
_MOST_LOOKS = 40
"""Each takes a twentieth of a second at most; a search finds what waits long before."""


class EarlierStore:
    """Questions that the page of one message asks. `page` answers what is asked of the queue."""

    def __init__(self, ground: Ground, page: Callable[[HeldQuery], HeldPage]) -> None:
        self._ground, self._page = ground, page

    def before(self, held: str, most: int = _MOST) -> EarlierMail:
        """See `protocols.EarlierMessages`."""
        table, other, vault = tables.held, tables.rewrites, self._ground.vault
        with self._ground.transactions.read() as connection:
            own = connection.execute(
                select(table.c.number, table.c.received_at, table.c.summary).where(table.c.id == held)
            ).one_or_none()
            if own is None:
                return EarlierMail()
            listed = unseal(vault, own.summary, HELD.context(held, "summary"), ListedMessage)
            keys = keys_of_people(vault, listed.sender, listed.recipients, listed.thread)
            chosen = list(keys.items())[:_MOST_KEYS]
            each = min(most, max(1, _MOST_OPENED // max(1, len(chosen))))
            numbers, gone, cut = set[int](), set[int](), len(keys) > _MOST_KEYS
            for (sort, _), key in chosen:
                terms, sent = tables.held_terms.c, tables.rewrite_terms.c
                newest = select(terms.held).where(terms.key == key, terms.held < own.number)
                found = connection.execute(newest.order_by(terms.held.desc()).limit(each + 1)).scalars().all()
                leaving = (
                    select(sent.rewrite)
                    .join_from(tables.rewrite_terms, other, other.c.number == sent.rewrite)
                    .where(sent.key == key, other.c.at <= own.received_at)
                    .order_by(sent.rewrite.desc())
                )
                left = connection.execute(leaving.limit(each + 1)).scalars().all()
                cut = cut or len(found) > each or len(left) > each
                numbers |= set(found[:each])
                gone |= set(left[:each])
                if sort == "recipient":
                    first = connection.execute(select(func.min(terms.held)).where(terms.key == key)).scalar_one()
                    numbers |= {first} if first is not None and first < own.number else set()
            rows = _rows(connection, table, ("id", "received_at", "state", "summary"), numbers)
            sent_rows = _rows(connection, other, ("id", "at", "summary"), gone)
        messages = []
        for row in rows:
            one = unseal(vault, row.summary, HELD.context(row.id, "summary"), ListedMessage)
            at = datetime.fromisoformat(row.received_at)
            messages.append(EarlierMessage(row.id, at, row.state, one.sender, one.recipients, one.reports, one.thread))
        for row in sent_rows:
            left_ = unseal(vault, row.summary, REWRITES.context(row.id, "summary"), ListedRewrite)
            at = datetime.fromisoformat(row.at)
            messages.append(
                EarlierMessage(row.id, at, "rewritten", left_.sender, left_.recipients, left_.reports, left_.thread)
            )
        return EarlierMail(tuple(sorted(messages, key=lambda one: one.at, reverse=True)), cut)

    def following(self, held: str, asked: HeldQuery | None = None) -> str | None:
        """See `protocols.EarlierMessages`."""
        with self._ground.transactions.read() as connection:
            table = tables.held
            number = connection.execute(select(table.c.number).where(table.c.id == held)).scalar() or 0
        states = tuple(state for state in WAITING if asked is None or state in asked.states)
        wanted = replace(asked or HeldQuery(WAITING), states=states or WAITING, grouped=False, most=2)
        starts = (number, 0) if number else (0,)
        return next((one for one in (self._first(replace(wanted, after=at), held) for at in starts) if one), None)

    def _first(self, asked: HeldQuery, but: str) -> str | None:
        """The first that is asked for; a search that did not come to its end goes on."""
        for _ in range(_MOST_LOOKS):
            page = self._page(asked)
            found = next((row.summary.id for row in page.rows if row.summary.id != but), None)
            if found is not None or not page.next:
                return found
            asked = replace(asked, after=page.next)
        return None

    def complete(self) -> None:
        """Make what an older store lacks: whose mail each of its messages is."""
        self._complete(tables.held, tables.held_terms, "held", HELD, ListedMessage)
        self._complete(tables.rewrites, tables.rewrite_terms, "rewrite", REWRITES, ListedRewrite)

    def _complete(
        self, table: Table, terms: Table, column: str, chunks: Chunks, kind: type[ListedMessage] | type[ListedRewrite]
    ) -> None:
        vault, every = self._ground.vault, select(table.c.number, table.c.id, table.c.summary).order_by(table.c.number)
        into = f"INSERT INTO {terms.name} (key, {column}) VALUES (:key, :number) ON CONFLICT DO NOTHING"  # noqa: S608 - ours

        def some(connection: Connection, after: int) -> int | None:
            rows = connection.execute(every.where(table.c.number > after).limit(_OLD_AT_ONCE)).all()
            lacking: list[dict[str, int]] = []
            for row in rows:
                try:
                    one = unseal(vault, row.summary, chunks.context(row.id, "summary"), kind)
                except StoreUnavailable:  # one that does not open is nobody's
                    continue
                found = keys_of_people(vault, one.sender, one.recipients, one.thread).values()
                lacking += [{"key": one_key, "number": row.number} for one_key in sorted(set(found))]
            if lacking:
                connection.execute(text(into), lacking)
            return int(rows[-1].number) if len(rows) == _OLD_AT_ONCE else None

        complete_in_steps(self._ground, f"earlier_{column}", some)


def _rows(connection: Connection, table: Table, columns: Sequence[str], numbers: set[int]) -> list[Any]:
    """The rows with these numbers."""
    ordered, found = sorted(numbers), list[Any]()
    for at in range(0, len(ordered), _OLD_AT_ONCE):
        chosen = table.c.number.in_(ordered[at : at + _OLD_AT_ONCE])
        found += connection.execute(select(*(table.c[name] for name in columns)).where(chosen)).all()
    return found
