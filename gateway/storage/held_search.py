"""Pages of held messages and how many there are, by state, words and campaign, without reading them all.

A driver gives numbers in order from an index: of the rarest term that is asked for, of the states, of a campaign. What
else is asked is tried on each number by index alone. It is done in runs of bounded length until the page is full or
the time is up: then the page says how far it looked (`whole` is False) and goes on from there.

In SQL as text, since what matters is which index is taken. SQLite takes `INDEXED BY`; others choose for themselves.
"""

# ruff: noqa: S608 (every word of it is ours; values are bound)

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.sql.elements import TextClause

from gateway.model import HeldSummary
from gateway.model.held_query import HeldCount, HeldPage, HeldQuery, HeldRow
from gateway.storage import tables
from gateway.storage.context import Ground
from gateway.storage.held_terms import term_key
from gateway.text.search_terms import terms_asked

MOST_COUNTED = 10_000
MOST_ALIKE = 200
_RARE = 2_000
_RUNS = (200, 2_000, 5_000)
"""How many numbers of the driver are tried at once: few at first, since nearly always they do."""
_PAGE_SECONDS, _COUNT_SECONDS = 0.05, 0.02
_PLAIN = ("id", "number", "received_at", "state", "rule", "size", "campaign", "summary")
_SAME = "o.campaign = h.campaign AND o.state = h.state"
"""Of one lot: what waits for two different reasons is two rows."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A question as SQL asks it."""

    states: tuple[str, ...]
    keys: tuple[int, ...]
    campaign: bytes | None
    proposed: bool
    newest_first: bool
    hint: str
    by_state: bool = field(default=True)
    """The states drive, and not the first of `keys`."""


class HeldSearch:
    """Questions to the table of held messages. `summary_of` makes a summary of a row; `now` is a clock in seconds."""

    def __init__(
        self, ground: Ground, summary_of: Callable[[Any], HeldSummary], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._ground, self._summary_of, self._now = ground, summary_of, now

    def page(self, query: HeldQuery) -> HeldPage:
        """See `protocols.Quarantine`."""
        with self._ground.transactions.read() as connection:
            asked = self._asked(connection, query)
            if asked is None:
                return HeldPage((), 0)
            found, after, whole = self._numbers(connection, asked, query)
            rows = self._rows(connection, asked, query, found[: query.most])
        if len(found) > query.most:
            return HeldPage(rows, found[query.most - 1])
        return HeldPage(rows, 0 if whole else after, whole)

    def count(self, query: HeldQuery, most: int = MOST_COUNTED) -> HeldCount:
        """See `protocols.Quarantine`."""
        until = self._now() + _COUNT_SECONDS
        with self._ground.transactions.read() as connection:
            asked = self._asked(connection, query)
            if asked is None:
                return HeldCount(0)
            if not asked.keys and asked.campaign is None and not asked.proposed:
                return _capped_at(self._of_states(connection, query.states, query.after, most + 1), most)
            total, after = 0, query.after
            for run in _runs():
                bound = self._bound(asked, after=after, run=run, most=most + 1 - total)
                total += int(connection.execute(_statement(_counted(asked), asked), bound).scalar_one())
                if total > most:
                    return HeldCount(most, exact=False)
                last, tried = self._end_of_run(connection, asked, bound)
                if tried < run:
                    return HeldCount(total)
                after = last
                if self._now() > until:
                    return HeldCount(total, exact=False)
        raise AssertionError("runs never end")

    def known(self, sort: str, terms: Sequence[str]) -> frozenset[str]:
        """Of these terms those that some message has."""
        keys = {term_key(self._ground.vault, term, sort): term for term in terms}
        table = tables.held_terms
        found = set[str]()
        with self._ground.transactions.read() as connection:
            for key, term in keys.items():
                if connection.execute(select(table.c.held).where(table.c.key == key).limit(1)).scalar() is not None:
                    found.add(term)
        return frozenset(found)

    def _asked(self, connection: Connection, query: HeldQuery) -> _Question | None:
        """None where nothing can be found."""
        campaign = None
        if query.campaign:
            table = tables.held
            row = connection.execute(
                select(table.c.campaign).where(table.c.id == query.campaign, table.c.campaign != b"")
            ).scalar()
            if row is None:
                return None
            campaign = bytes(row)
        terms = terms_asked(query.words)
        if query.words.strip() and not terms:
            return None
        hint = " INDEXED BY held_queue" if connection.dialect.name == "sqlite" else ""
        counted = [(self._capped(connection, key), key) for key in (term_key(self._ground.vault, one) for one in terms)]
        if any(count == 0 for count, _ in counted):
            return None
        keys = tuple(key for _, key in sorted(counted))
        by_state = not keys
        if keys and campaign is None and min(counted)[0] >= _RARE:
            by_state = self._of_states(connection, query.states, 0, _RARE) < _RARE
        return _Question(query.states, keys, campaign, query.proposed, query.newest_first, hint, by_state)

    def _capped(self, connection: Connection, key: int) -> int:
        query = "SELECT count(*) FROM (SELECT 1 FROM held_terms WHERE key = :key LIMIT :most) AS few"
        return int(connection.execute(text(query), {"key": key, "most": _RARE}).scalar_one())

    def _of_states(self, connection: Connection, states: Sequence[str], after: int, most: int) -> int:
        """How many there are behind a number, at most so many: of each state, since an index has them in that order."""
        query = "SELECT count(*) FROM (SELECT 1 FROM held WHERE state = :state AND number > :after LIMIT :most) AS few"
        total = 0
        for state in states:
            bound = {"state": state, "after": after, "most": most - total}
            total += int(connection.execute(text(query), bound).scalar_one())
            if total >= most:
                break
        return total

    def _numbers(self, connection: Connection, asked: _Question, query: HeldQuery) -> tuple[list[int], int, bool]:
        """Numbers for the page and one more, how far it looked, and whether that is to the end."""
        until = self._now() + _PAGE_SECONDS
        found: list[int] = []
        after = query.after
        for run in _runs(query.most):
            bound = self._bound(asked, after=after, run=run, most=query.most + 1 - len(found))
            statement = _statement(_chosen(asked, grouped=query.grouped), asked)
            found += connection.execute(statement, bound).scalars().all()
            if len(found) > query.most:
                return found, after, True
            last, tried = self._end_of_run(connection, asked, bound)
            if tried < run:
                return found, after, True
            after = last
            if self._now() > until:
                return found, after, False
        raise AssertionError("runs never end")

    def _end_of_run(self, connection: Connection, asked: _Question, bound: dict[str, Any]) -> tuple[int, int]:
        extreme = "min" if asked.newest_first else "max"
        query = f"SELECT {extreme}(number), count(*) FROM ({_driver(asked)}) AS d"
        last, tried = connection.execute(text(query), bound).one()
        return int(last or 0), int(tried)

    def _bound(self, asked: _Question, *, after: int, run: int, most: int) -> dict[str, Any]:
        start = after if after or not asked.newest_first else 1 << 62
        bound: dict[str, Any] = {"after": start, "run": run, "most": most, "nothing": b"", "states": list(asked.states)}
        bound |= {f"key{n}": key for n, key in enumerate(asked.keys)}
        bound |= {f"state{n}": state for n, state in enumerate(asked.states)}
        if asked.campaign is not None:
            bound["campaign"] = asked.campaign
        return bound

    def _rows(
        self, connection: Connection, asked: _Question, query: HeldQuery, numbers: Sequence[int]
    ) -> tuple[HeldRow, ...]:
        if not numbers:
            return ()
        alike = "1"
        if query.grouped:
            same = f"SELECT 1 FROM held AS o WHERE {_SAME} AND {_fits('o', asked)} LIMIT {MOST_ALIKE}"
            alike = f"CASE WHEN h.campaign = :nothing THEN 1 ELSE (SELECT count(*) FROM ({same}) AS s) END"
        columns = ", ".join(f"h.{name}" for name in _PLAIN)
        statement = f"SELECT {columns}, {alike} AS alike FROM held AS h WHERE h.number IN :numbers"
        bound = self._bound(asked, after=0, run=0, most=0) | {"numbers": list(numbers)}
        every = text(statement)
        every = every.bindparams(bindparam("numbers", expanding=True))
        if ":states" in statement:
            every = every.bindparams(bindparam("states", expanding=True))
        rows = {row.number: row for row in connection.execute(every, bound)}
        return tuple(HeldRow(self._summary_of(rows[one]), rows[one].alike) for one in numbers if one in rows)


def _capped_at(number: int, most: int) -> HeldCount:
    return HeldCount(min(number, most), number <= most)


def _runs(most: int = 0) -> Iterator[int]:
    """The first is never so short that a full page takes two."""
    first, *others = _RUNS
    yield max(first, 2 * most)
    yield others[0]
    while True:
        yield others[1]


def _driver(asked: _Question) -> str:
    """Numbers from one index, in order, at most `:run` of them."""
    beyond, order = ("number < :after", "number DESC") if asked.newest_first else ("number > :after", "number")
    if asked.keys and not asked.by_state:
        held = beyond.replace("number", "held"), order.replace("number", "held")
        return f"SELECT held AS number FROM held_terms WHERE key = :key0 AND {held[0]} ORDER BY {held[1]} LIMIT :run"
    if asked.campaign is not None:
        also = "campaign = :campaign AND "
    elif asked.proposed:
        return (
            "SELECT h.number AS number FROM proposals AS p CROSS JOIN held AS h WHERE h.id = p.held AND "
            f"h.{beyond} ORDER BY h.{order} LIMIT :run"
        )
    else:
        also = ""
    each = [
        f"SELECT * FROM (SELECT number FROM held WHERE {also}state = :state{n} AND {beyond} "
        f"ORDER BY {order} LIMIT :run) AS s{n}"
        for n in range(len(asked.states))
    ]
    return f"SELECT number FROM ({' UNION ALL '.join(each)}) AS u ORDER BY {order} LIMIT :run"


def _fits(row: str, asked: _Question) -> str:
    """Whether a row of `held` is of what is asked."""
    fits = [f"{row}.state IN :states"]
    fits += [
        f"EXISTS (SELECT 1 FROM held_terms AS t WHERE t.key = :key{n} AND t.held = {row}.number)"
        for n in range(len(asked.keys))
    ]
    if asked.campaign is not None:
        fits.append(f"{row}.campaign = :campaign")
    if asked.proposed:
        fits.append(f"EXISTS (SELECT 1 FROM proposals AS p WHERE p.held = {row}.id)")
    return " AND ".join(fits)


def _chosen(asked: _Question, *, grouped: bool) -> str:
    """The numbers that fit; where `grouped`, of each campaign the first alone."""
    before, order = ("o.number > h.number", "DESC") if asked.newest_first else ("o.number < h.number", "ASC")
    first = ""
    if grouped:
        others = f"SELECT 1 FROM held AS o WHERE {_SAME} AND {before} AND {_fits('o', asked)}"
        first = f" AND (h.campaign = :nothing OR NOT EXISTS ({others}))"
    return (
        f"SELECT h.number FROM ({_driver(asked)}) AS d CROSS JOIN held AS h{asked.hint} "
        f"WHERE h.number = d.number AND {_fits('h', asked)}{first} ORDER BY d.number {order} LIMIT :most"
    )


def _counted(asked: _Question) -> str:
    return f"SELECT count(*) FROM ({_chosen(asked, grouped=False)}) AS c"


def _statement(query: str, asked: _Question) -> TextClause:
    """With the states of `IN`."""
    return text(query).bindparams(bindparam("states", expanding=True))
