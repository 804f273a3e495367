"""By which names, accounts and numbers a report is meant: keyed digests of `fingerprints.mentions`, found by index
probes.

A name says whose mail it may be, no more: whoever is found is searched for, and a match holds nothing. So many reports
may be about one person that of each name the first `MOST` are taken; mail to an address that a report knows is
matched by that, whatever it says.
"""

import json
import threading
from collections.abc import Iterable
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select, text, update

from gateway.errors import StoreUnavailable
from gateway.fingerprints.mentions import SHORTEST_WORD, Callings, callings_of
from gateway.model import Report
from gateway.storage import tables
from gateway.storage.context import Ground
from gateway.storage.retention import protects, since
from gateway.text.normalize import letters_alone

Sort = Literal["name", "number"]
MOST = 50
FILTER_MOST = 4_000_000
"""Keys up to which a bitmap in memory says of most words that nobody is called so: 8 MiB, and a second or two of
reading whenever a report changes. A mail of 10 KB has seven thousand words; asked for one by one among three million
keys they take the processor 25 ms."""

_PROBES = text(
    "SELECT k.value FROM json_each(:keys) AS k WHERE EXISTS (SELECT 1 FROM callings AS c WHERE c.key = k.value)"
)
"""One statement for any number of keys, each one probe. In PostgreSQL: `json_array_elements_text(:keys)::bigint`."""

_BITS = np.uint64((1 << 48) - 1)
_CHANGES = "callings"
_Bitmap = NDArray[np.uint8]


class CallingStore:
    """The rows of `callings`, and what they say."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: tuple[object, bytes, _Bitmap | None] | None = None  # version, changes, bitmap
        self._learning = threading.Lock()

    def called(self, values: bytes) -> tuple[tuple[str, Sort], ...]:
        """(report, by what) of reports that protect, each once; `values` as in `Fingerprints.words`."""
        keys = np.unique(self._keys(np.frombuffer(values[: len(values) // 8 * 8], "<u8")))
        bitmap = self._fresh()
        if bitmap is not None:
            keys = keys[_in_bitmap(bitmap, keys)]
        if not len(keys):
            return ()
        table, reports = tables.callings, tables.reports
        found: dict[tuple[str, Sort], None] = {}
        with self._ground.transactions.read() as connection:
            for (key,) in connection.execute(_PROBES, {"keys": json.dumps(keys.tolist())}).all():
                query = (
                    select(table.c.report, table.c.sort)
                    .join(reports, reports.c.id == table.c.report)
                    .where(table.c.key == key, protects(self._ground))
                    .limit(MOST)
                )
                found |= {
                    (row.report, cast(Sort, row.sort)): None for row in connection.execute(query, since(self._ground))
                }
        return tuple(found)

    def cannot_match(self, values: bytes) -> bool:
        """True where what was learnt is as fresh as the store is, and nobody is called so. Never raises."""
        try:
            bitmap = self._fresh()
        except StoreUnavailable:
            return False
        keys = self._keys(np.frombuffer(values[: len(values) // 8 * 8], "<u8"))
        return bitmap is not None and not _in_bitmap(bitmap, keys).any()

    def learn(self) -> None:
        """Make `cannot_match` able to answer until the next change of a report."""
        version = self._ground.transactions.version()
        known = self._known
        if known is not None and known[0] == version:
            return
        if not self._learning.acquire(blocking=False):
            return  # whoever is at it is nearly done, and the store answers as well
        try:
            with self._ground.transactions.read() as connection:
                query = select(tables.meta.c.value).where(tables.meta.c.key == _CHANGES)
                changes = bytes(connection.execute(query).scalar_one())
                if known is not None and known[1] == changes:
                    self._known = version, changes, known[2]
                    return
                rows = connection.exec_driver_sql("SELECT key FROM callings LIMIT ?", (FILTER_MOST + 1,))
                keys = np.fromiter((row[0] for row in rows), np.int64)
                self._known = version, changes, _bitmap(keys) if len(keys) <= FILTER_MOST else None
        finally:
            self._learning.release()

    def missing(self) -> bool:
        """Nothing was ever put in: the reports of an older store are still to be."""
        with self._ground.transactions.read() as connection:
            value = connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == _CHANGES)).scalar_one()
            return value == b"" and connection.execute(select(tables.reports.c.id).limit(1)).scalar() is not None

    def replace(self, connection: Connection, report: Report) -> None:
        """Make its rows those of the report as it is now, in the transaction that changes it."""
        self.forget(connection, report.id)
        rows = self._rows(report)
        if rows:
            connection.execute(insert(tables.callings), rows)

    def forget(self, connection: Connection, report: str) -> None:
        """Nobody is meant by this report any more."""
        connection.execute(delete(tables.callings).where(tables.callings.c.report == report))
        now = connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == _CHANGES)).scalar_one()
        value = (int.from_bytes(now, "big") + 1).to_bytes(8, "big")
        connection.execute(update(tables.meta).where(tables.meta.c.key == _CHANGES).values(value=value))

    def _rows(self, report: Report) -> list[dict[str, object]]:
        sorts: dict[int, Sort] = {}
        # `“R-1”` and `频道12` stand in anybody's mail: so short a number says no more than a name.
        numbers = sorted((report.id, *report.numbers), key=_is_short, reverse=True)
        for number in numbers:
            for key in self._all([number]):
                sorts[key] = "name" if _is_short(number) else "number"
        for party in report.reported:
            accounts = [account.rpartition(":")[2] for account in party.accounts]
            for key in self._all([party.name, *accounts]):
                sorts[key] = "name"
        return [{"key": key, "report": report.id, "sort": sort} for key, sort in sorts.items()]

    def _all(self, words: Iterable[str]) -> list[int]:
        found = [callings_of(word) for word in words]
        return [int(key) for key in self._keys(np.concatenate(found))] if found else []

    def _fresh(self) -> _Bitmap | None:
        known = self._known
        if known is None or known[0] != self._ground.transactions.version():
            return None
        return known[2]

    def _keys(self, values: Callings) -> NDArray[np.int64]:
        blocks = np.zeros((len(values), 2), np.uint64)
        blocks[:, 0] = values
        tags = np.frombuffer(self._ground.vault.tags("calling", blocks.tobytes()), np.uint64)
        return (tags[::2] & _BITS).astype(np.int64)


def _is_short(number: str) -> bool:
    return len(letters_alone(number)) < SHORTEST_WORD


def _bitmap(keys: NDArray[np.int64]) -> _Bitmap:
    """Sixteen bits and more for each key, of which two are set: one strange word of sixty is asked for in vain."""
    bits = max(16, int(len(keys) * 16).bit_length())
    bitmap = np.zeros(1 << (bits - 3), np.uint8)
    for places in (keys, keys >> 20):
        places = places & ((1 << bits) - 1)
        np.bitwise_or.at(bitmap, places >> 3, (1 << (places & 7)).astype(np.uint8))
    return bitmap


def _in_bitmap(bitmap: _Bitmap, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    found = np.ones(len(keys), np.bool_)
    for places in (keys, keys >> 20):
        places = places & (len(bitmap) * 8 - 1)
        found &= ((bitmap[places >> 3] >> (places & 7).astype(np.uint8)) & 1).astype(np.bool_)
    return found
