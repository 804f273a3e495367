"""The index by which a content is found among all reports: keyed digests of fingerprints, and whose they are.

A fingerprint becomes 48 bits of AES-CMAC under a key of its own: whoever steals the table learns neither a word nor a
number, and cannot try one. A look-up is one probe of the primary key for each fingerprint, whatever the number of
reports. Where the table is small, a bitmap in memory answers for most fingerprints that nobody has them.

What many unrelated reports have says nothing of any of them (the platform's own form, a law's text, a signature). A
fingerprint that `COMMON` different reporters have is remembered as such and not stored again. Reports of one reporter
count once, and so do all whose reporter is not known.

Pictures: hashes that differ in at most four of 64 bits share three of seven bands, so each of the 35 threes is stored.
Pieces of pictures have words of 24 bits, which strangers share by chance: a report needs `LEAST_PIECES` of them.
"""

import itertools
import json
import struct
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from gateway.errors import StoreUnavailable
from gateway.model import Gist, Report, Trace, Traced
from gateway.storage import tables
from gateway.storage.ground import Ground
from gateway.storage.life import protects, since
from gateway.text.addresses import fold_address
from gateway.text.identifiers import digests, forms, message_digests

COMMON = 5
LEAST_PIECES = 2
FILTER_MOST = 400_000
"""Marks up to which the bitmap is kept: reading them takes less than half a second."""

_KINDS: tuple[Trace, ...] = ("text", "identifiers", "mails", "files", "pictures", "pieces")
_STRONG = ("address", "phone", "account", "government_id")
_BITS = np.uint64((1 << 48) - 1)
_AT_ONCE = 500
_BANDS = ((0, 9), (9, 9), (18, 9), (27, 9), (36, 9), (45, 9), (54, 10))
_THREES = tuple(itertools.combinations(range(len(_BANDS)), 3))
_STATE = struct.Struct(">QQ")  # how often the marks changed, and how many there are at most

_PROBES = text("SELECT m.key, m.report FROM json_each(:keys) AS k CROSS JOIN marks AS m ON m.key = k.value")
"""One statement and one parameter for any number of keys, and `CROSS JOIN` so that each key is one probe. In
PostgreSQL it is `json_array_elements_text(:keys)::bigint`."""

Values = NDArray[np.uint64]
Keys = NDArray[np.int64]


def gist_of(report: Report) -> Gist:
    """Everything by which a content of this report is found. Nothing that is a reported party's own."""
    own: set[str] = set()
    for party in report.reported:
        for address in (*party.addresses, *party.representatives):
            own.update(forms("address", address))
        for account in party.accounts:
            own.update(form for part in (account, account.rpartition(":")[2]) for form in forms("account", part))
    # What a reviewer struck is somebody else's.
    theirs = [item for item in report.identity if item.kind in _STRONG and item.state != "struck"]
    items = {form for item in theirs for form in forms(item.kind, item.value)}
    marks = report.materials
    return Gist(
        text=b"".join({mark.prints for mark in marks}),
        identifiers=digests(sorted(items - own)),
        mails=message_digests(mark.message_id for mark in marks),
        files=b"".join({mark.sha256[:8] for mark in marks if mark.size}),
        pictures=b"".join(mark.phash.to_bytes(8, "little") for mark in marks if mark.phash is not None),
        pieces=b"".join({mark.pieces for mark in marks}),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The keys of a gist, each once, and the value and the kind that each was made of."""

    keys: Keys
    values: Values
    kinds: NDArray[np.uint8]


class MarkStore:
    """`interface.Marks` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: tuple[object, int, NDArray[np.uint8] | None] | None = None  # version, changes, bitmap
        self._learning = threading.Lock()

    def trace(self, gist: Gist) -> Traced:
        """See `interface.Marks`."""
        asked = self._asked(gist)
        bitmap = self._fresh_bitmap()
        if bitmap is not None:
            asked = _where(asked, _in_bitmap(bitmap, asked.keys))
        if not len(asked.keys):
            return Traced()
        with self._ground.transactions.read() as connection:
            owners = list(_owners(connection, self._ground, asked))
            common = set(_common(connection, sorted({key for key, _ in owners}))) if owners else set()
        return _traced(asked, owners, common)

    def surely_none(self, gist: Gist) -> bool:
        """See `interface.Marks`."""
        try:
            bitmap = self._fresh_bitmap()
        except StoreUnavailable:
            return False
        return bitmap is not None and not _in_bitmap(bitmap, self._asked(gist).keys).any()

    def learn(self) -> None:
        """See `interface.Marks`."""
        version = self._ground.transactions.version()
        if self._known is not None and self._known[0] == version:
            return
        if not self._learning.acquire(blocking=False):
            return  # whoever is at it is nearly done, and the store answers as well
        try:
            with self._ground.transactions.read() as connection:
                changes, count = _state(connection)
                if self._known is not None and self._known[1] == changes:
                    self._known = version, changes, self._known[2]
                    return
                bitmap = None
                if count <= FILTER_MOST:
                    rows = connection.exec_driver_sql("SELECT DISTINCT key FROM marks")
                    bitmap = _bitmap(np.fromiter((row[0] for row in rows), np.int64))
                self._known = version, changes, bitmap
        finally:
            self._learning.release()

    def replace(self, connection: Connection, number: int, before: Report | None, after: Report) -> None:
        """Make the marks of a report those of its new form, in the transaction that changes it."""
        old = set(self._keys_of(before)) if before is not None else set()
        new = set(self._keys_of(after))
        table = tables.marks
        gone = [{"gone": key} for key in sorted(old - new)]
        if gone:
            statement = delete(table).where(table.c.key == bindparam("gone"), table.c.report == number)
            connection.execute(statement, gone)
        added = sorted(new - old)
        known = set(_common(connection, added))
        added = [key for key in added if key not in known]
        if added:
            connection.execute(insert(table), [{"key": key, "report": number} for key in added])
            self._learn_common(connection, added)
        if gone or added:
            changes, count = _state(connection)
            value = _STATE.pack(changes + 1, count + len(added))
            connection.execute(update(tables.meta).where(tables.meta.c.key == "marks").values(value=value))

    def forget(self, connection: Connection, number: int) -> None:
        """All marks of a report of which nothing else is known any more. Looks through the whole table."""
        connection.execute(delete(tables.marks).where(tables.marks.c.report == number))
        changes, count = _state(connection)
        value = _STATE.pack(changes + 1, count)
        connection.execute(update(tables.meta).where(tables.meta.c.key == "marks").values(value=value))

    def reporter(self, report: Report) -> bytes | None:
        """By which reports of one person are known to be of one: a keyed digest, None where nobody is known."""
        values = sorted(
            (item.kind not in _STRONG, item.state == "suggested", item.kind, item.value)
            for item in report.identity
            if item.state != "struck"
        )
        if not values:
            return None
        kind, value = values[0][2:]
        folded = fold_address(value) if kind == "address" else value.casefold()
        return self._ground.vault.digest("reporter", f"{kind}\0{folded}".encode("utf-8", "replace"))[:16]

    def _learn_common(self, connection: Connection, keys: Sequence[int]) -> None:
        """Of these keys those that enough unrelated reports have by now."""
        people: dict[int, set[bytes | None]] = {}
        marks, reports = tables.marks, tables.reports
        joined = marks.join(reports, reports.c.number == marks.c.report)
        for at in range(0, len(keys), _AT_ONCE):
            some = keys[at : at + _AT_ONCE]
            query = select(marks.c.key, reports.c.reporter).select_from(joined).where(marks.c.key.in_(some))
            for row in connection.execute(query):
                people.setdefault(row.key, set()).add(row.reporter)
        common = [{"key": key} for key, known in people.items() if len(known) >= COMMON]
        if common:
            connection.execute(insert(tables.common_marks), common)

    def _keys_of(self, report: Report) -> list[int]:
        return [int(key) for key in self._asked(gist_of(report)).keys]

    def _fresh_bitmap(self) -> NDArray[np.uint8] | None:
        known = self._known
        if known is None or known[0] != self._ground.transactions.version():
            return None
        return known[2]

    def _asked(self, gist: Gist) -> _Asked:
        read = [_read(getattr(gist, kind)) for kind in _KINDS]
        pictures = _KINDS.index("pictures")
        rows = [_threes(values) if kind == pictures else values for kind, values in enumerate(read)]
        kinds = np.repeat(np.arange(len(rows), dtype=np.uint8), [len(row) for row in rows])
        tagged = np.concatenate(rows)
        blocks = np.empty((len(tagged), 2), np.uint64)
        blocks[:, 0], blocks[:, 1] = tagged, kinds
        tags = np.frombuffer(self._ground.vault.tags("mark", blocks.tobytes()), np.uint64)
        keys, first = np.unique((tags[::2] & _BITS).astype(np.int64), return_index=True)
        read[pictures] = np.repeat(read[pictures], len(_THREES))
        values = np.concatenate(read)
        return _Asked(keys, values[first], kinds[first])


def _read(packed: bytes) -> Values:
    return np.frombuffer(packed[: len(packed) // 8 * 8], "<u8")


def _threes(hashes: Values) -> Values:
    """The 35 numbers of each picture: which bands, and what is in them."""
    bands = [(hashes >> np.uint64(at)) & np.uint64((1 << width) - 1) for at, width in _BANDS]
    found = [
        (bands[a] << np.uint64(20)) | (bands[b] << np.uint64(10)) | bands[c] | np.uint64(number << 32)
        for number, (a, b, c) in enumerate(_THREES)
    ]
    return np.stack(found, axis=1).ravel() if len(hashes) else hashes


def _where(asked: _Asked, so: NDArray[np.bool_]) -> _Asked:
    return _Asked(asked.keys[so], asked.values[so], asked.kinds[so])


def _bitmap(keys: Keys) -> NDArray[np.uint8]:
    """Sixteen bits and more for each key: one of sixteen strange fingerprints or fewer is asked for in vain."""
    bits = max(16, int(len(keys) * 16).bit_length())
    bitmap = np.zeros(1 << (bits - 3), np.uint8)
    places = keys & ((1 << bits) - 1)
    np.bitwise_or.at(bitmap, places >> 3, (1 << (places & 7)).astype(np.uint8))
    return bitmap


def _in_bitmap(bitmap: NDArray[np.uint8], keys: Keys) -> NDArray[np.bool_]:
    places = keys & (len(bitmap) * 8 - 1)
    return np.asarray((bitmap[places >> 3] >> (places & 7).astype(np.uint8)) & 1, np.bool_)


def _owners(connection: Connection, ground: Ground, asked: _Asked) -> Iterator[tuple[int, str]]:
    """(key, report id) of reports that protect. The keys are in order, so that neighbours are found on one page."""
    keys = {"keys": json.dumps(asked.keys.tolist())}
    hits = _told([(key, number) for key, number in connection.execute(_PROBES, keys)], asked)
    reports = tables.reports
    numbers = sorted({number for _, number in hits})
    ids: dict[int, str] = {}
    for at in range(0, len(numbers), _AT_ONCE):
        some = numbers[at : at + _AT_ONCE]
        query = select(reports.c.number, reports.c.id).where(reports.c.number.in_(some), protects(ground))
        ids.update((row.number, row.id) for row in connection.execute(query, since(ground)))
    for key, number in hits:
        if number in ids:
            yield key, ids[number]


def _told(hits: Sequence[tuple[int, int]], asked: _Asked) -> Sequence[tuple[int, int]]:
    """Without the words of pieces of which a report has fewer than tell anything."""
    words = set(asked.keys[asked.kinds == _KINDS.index("pieces")].tolist())
    if not words:
        return hits
    count = Counter(number for key, number in hits if key in words)
    return [(key, number) for key, number in hits if key not in words or count[number] >= LEAST_PIECES]


def _common(connection: Connection, keys: Sequence[int]) -> Iterator[int]:
    table = tables.common_marks
    for at in range(0, len(keys), _AT_ONCE):
        yield from connection.execute(select(table.c.key).where(table.c.key.in_(keys[at : at + _AT_ONCE]))).scalars()


def _state(connection: Connection) -> tuple[int, int]:
    value = connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == "marks")).scalar()
    if value is None or len(value) != _STATE.size:
        raise StoreUnavailable("the store is not whole")
    changes, count = _STATE.unpack(value)
    return changes, count


def _traced(asked: _Asked, owners: Iterable[tuple[int, str]], common: set[int]) -> Traced:
    place = {int(key): at for at, key in enumerate(asked.keys)}
    seen: Counter[tuple[str, Trace]] = Counter()
    for key, report in owners:
        if key not in common:
            seen[report, _KINDS[asked.kinds[place[key]]]] += 1
    lists: dict[str, list[bytes]] = {}
    for key in sorted(common):
        at = place[key]
        lists.setdefault(_KINDS[asked.kinds[at]], []).append(int(asked.values[at]).to_bytes(8, "little"))
    fields: dict[str, Any] = {kind: b"".join(dict.fromkeys(values)) for kind, values in lists.items()}
    return Traced(tuple((report, kind, count) for (report, kind), count in seen.items()), Gist(**fields))
