"""What was only suggested and stands in the organisation's ordinary mail: counted, and over a limit asked about.

Kept of an item are keyed digests by which mail has it (`fingerprints.sightings`), and a row for each day on which mail
had it: two bitmaps, of who wrote it and to which domains, at places that are keyed digests. Item 0 is all ordinary
mail, whatever stands in it. Nothing of it can be read, and there is never more than a row for an item and a day.

Asked about is what many people wrote, to many domains, on several days, and in a large share of all that was written:
a brand, a hotline. A name that many people have (王伟) is met by everybody now and then and is no large share of
anything. No sender has more than one place in a bitmap, so one member of staff counts once a day however much is sent.

What was learned surely, was given or was confirmed is not counted and never asked about.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import log

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.fingerprints.sightings import groups_of
from gateway.model import Fingerprints, Item, Report
from gateway.storage import tables
from gateway.storage.context import Ground
from gateway.storage.encrypted_codec import decode, encode
from gateway.storage.protocols import Sighting
from gateway.text.addresses import fold_address
from gateway.text.normalize import letters

WINDOW_DAYS = 30
SENDER_BITS, DOMAIN_BITS = 4096, 1024
MOST_ROWS = 20_000
"""Of items and days; of the oldest day the first to go."""
MOST_ITEMS = 100_000
_ALL = 0
_BITS = (1 << 48) - 1
_NAMES = ("name", "nickname")
_CHANGES = "relations"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AskLimits:
    """From when on an item is asked about. `share` is a hundredth of what senders wrote, day by day; 0: never."""

    share: int = 20
    senders: int = 5
    domains: int = 5
    days: int = 3


@dataclass(frozen=True, slots=True)
class _Watched:
    """Keys of everything that is counted, in order, and for each key the groups that begin with it."""

    keys: NDArray[np.int64]
    groups: dict[int, list[tuple[tuple[int, ...], int]]]


_NOTHING = _Watched(np.zeros(0, np.int64), {})


class SuggestionStore:
    """`protocols.Suggestions` on SQL."""

    def __init__(self, ground: Ground, limits: AskLimits) -> None:
        self._ground, self._limits = ground, limits
        self._known: tuple[object, bytes, _Watched] | None = None  # version, changes, what is watched
        self._learning = threading.Lock()

    def items_in(self, fingerprints: Fingerprints) -> tuple[int, ...]:
        """See `protocols.Suggestions`."""
        watched = self._watched()
        if not len(watched.keys):
            return ()
        values = np.concatenate([_read(fingerprints.words), _read(fingerprints.identifiers)])
        met = set(np.intersect1d(self._keys(values), watched.keys).tolist())
        begun = (one for key in sorted(met) for one in watched.groups.get(key, ()))
        return tuple(dict.fromkeys(item for group, item in begun if met.issuperset(group)))

    def any(self) -> bool:
        """See `protocols.Suggestions`."""
        return bool(len(self._watched().keys))

    def note(self, seen: Sequence[Sighting]) -> tuple[int, ...]:
        """See `protocols.Suggestions`."""
        if not self._limits.share:
            return ()
        rows: dict[int, tuple[set[int], set[int]]] = {}
        for one in seen:
            sender = self._place("sighting-sender", one.sender, SENDER_BITS)
            domains = {self._place("sighting-domain", domain, DOMAIN_BITS) for domain in one.domains}
            for item in (_ALL, *one.items):
                senders, to = rows.setdefault(item, (set(), set()))
                senders.add(sender)
                to |= domains if item != _ALL else set()
        day, table = self._day(), tables.sightings
        with self._ground.transactions.read() as connection:
            before = dict(_rows_of(connection, rows, day))
        new = {item: _joined(before.get(item), marked) for item, marked in rows.items()}
        changed = {item: bitmaps for item, bitmaps in new.items() if before.get(item) != bitmaps}
        if changed:
            with self._ground.transactions.write() as connection:
                now = dict(_rows_of(connection, changed, day))  # another inspector may have been quicker
                for item in _still_counted(connection, changed):
                    wrote, got = _joined(now.get(item), rows[item])
                    if item in now:
                        which = (table.c.item == item, table.c.day == day)
                        connection.execute(update(table).where(*which).values(senders=wrote, domains=got))
                    else:
                        connection.execute(insert(table).values(item=item, day=day, senders=wrote, domains=got))
                connection.execute(delete(table).where(table.c.day < self._day(WINDOW_DAYS)))
                connection.execute(delete(table).where(table.c.day > self._day(-2)))  # the clock was set back
                _trim(connection)
        return self.over(item for item in rows if item != _ALL)

    def over(self, items: Iterable[int]) -> tuple[int, ...]:
        """Of these items those that are to be asked about."""
        wanted = sorted(set(items))
        if not self._limits.share or not wanted:
            return ()
        table, days = tables.sightings, dict[int, dict[str, tuple[bytes, bytes]]]()
        since = self._day(WINDOW_DAYS)
        with self._ground.transactions.read() as connection:
            for at in range(0, len(wanted), _AT_ONCE):
                some = [_ALL, *wanted[at : at + _AT_ONCE]]
                query = select(table).where(table.c.item.in_(some), table.c.day >= since)
                for row in connection.execute(query):
                    days.setdefault(row.item, {})[row.day] = bytes(row.senders), bytes(row.domains)
        return tuple(item for item in wanted if self._is_over(days.get(item, {}), days.get(_ALL, {})))

    def reports_of(self, items: Iterable[int]) -> tuple[str, ...]:
        """Reports in which any of these is suggested and not asked about yet."""
        table, found, wanted = tables.suggestions, dict[str, None](), sorted(set(items))
        with self._ground.transactions.read() as connection:
            for at in range(0, len(wanted), _AT_ONCE):
                some = table.c.item.in_(wanted[at : at + _AT_ONCE])
                query = select(table.c.report).where(some, table.c.asked.is_(False))
                found |= dict.fromkeys(connection.execute(query).scalars())
        return tuple(found)

    def reports(self) -> tuple[str, ...]:
        """Reports in which anything is suggested and not asked about yet."""
        table = tables.suggestions
        with self._ground.transactions.read() as connection:
            query = select(table.c.report).where(table.c.asked.is_(False)).distinct()
            return tuple(connection.execute(query).scalars())

    def with_questions(self, report: Report) -> Report:
        """The report in which what is over a limit already is asked about from the beginning."""
        suggested = {self.item_of(item) for item in report.identity if item.state == "suggested"}
        over = set(self.over(suggested))
        return asking_about(report, lambda item: self.item_of(item) in over) if over else report

    def replace(self, connection: Connection, report: Report) -> None:
        """Make its rows those of the report as it is now, in the transaction that changes it."""
        self.forget(connection, report.id)
        rows: dict[int, dict[str, object]] = {}
        for item in report.identity:
            if item.state in ("suggested", "asked"):
                # One that cannot be met in mail may still be the organisation's by its settings.
                keys = [self._keys(np.array(group, np.uint64)).tolist() for group in groups_of(item.kind, item.value)]
                number, is_asked = self.item_of(item), item.state == "asked"
                row = {"item": number, "report": report.id, "groups": encode(keys), "asked": is_asked}
                if number not in rows or not is_asked:
                    rows[number] = row
        if rows:
            connection.execute(insert(tables.suggestions), list(rows.values()))

    def forget(self, connection: Connection, report: str) -> None:
        """Nothing of this report is counted any more."""
        connection.execute(delete(tables.suggestions).where(tables.suggestions.c.report == report))

    def forget_sightings(self, connection: Connection, before: Report) -> None:
        """What was counted of an erased report's items, where no other report has them."""
        items = {self.item_of(item) for item in before.identity}
        table, kept = tables.sightings, tables.suggestions
        for item in sorted(items):
            if connection.execute(select(kept.c.report).where(kept.c.item == item).limit(1)).scalar() is None:
                connection.execute(delete(table).where(table.c.item == item))

    def item_of(self, item: Item) -> int:
        """By which an item is counted, in whichever report it stands: a keyed digest."""
        kind = "name" if item.kind in _NAMES else item.kind
        value = fold_address(item.value) if item.kind == "address" else letters(item.value).text
        digest = self._ground.vault.digest("suggestion", f"{kind}\0{value}".encode("utf-8", "replace"))
        return (int.from_bytes(digest[:8], "big") & _BITS) or 1

    def _is_over(self, days: dict[str, tuple[bytes, bytes]], total: dict[str, tuple[bytes, bytes]]) -> bool:
        """Since the first day on which it was met, as far back as is remembered."""
        limits = self._limits
        if len(days) < limits.days:
            return False
        if _count(_or(senders for senders, _ in days.values())) < limits.senders:
            return False
        if _count(_or(domains for _, domains in days.values())) < limits.domains:
            return False
        first = min(days)
        every = sum(_estimate(senders, SENDER_BITS) for day, (senders, _) in total.items() if day >= first)
        wrote = sum(_estimate(senders, SENDER_BITS) for senders, _ in days.values())
        return 100 * wrote >= limits.share * every

    def _watched(self) -> _Watched:
        """What is counted, as the store has it."""
        version = self._ground.transactions.version()
        known = self._known
        if known is not None and known[0] == version:
            return known[2]
        with self._learning, self._ground.transactions.read() as connection:
            query = select(tables.meta.c.value).where(tables.meta.c.key == _CHANGES)
            changes = bytes(connection.execute(query).scalar_one())
            if known is not None and known[1] == changes:
                self._known = version, changes, known[2]
                return known[2]
            watched = _loaded(connection) if self._limits.share else _NOTHING
            self._known = version, changes, watched
            return watched

    def _keys(self, values: NDArray[np.uint64]) -> NDArray[np.int64]:
        blocks = np.zeros((len(values), 2), np.uint64)
        blocks[:, 0] = values
        tags = np.frombuffer(self._ground.vault.tags("suggestion", blocks.tobytes()), np.uint64)
        return (tags[::2] & np.uint64(_BITS)).astype(np.int64)

    def _place(self, purpose: str, value: str, bits: int) -> int:
        digest = self._ground.vault.digest(purpose, value.encode("utf-8", "surrogatepass"))
        return int.from_bytes(digest[:8], "big") % bits

    def _day(self, ago: int = 0) -> str:
        return (self._ground.clock() - timedelta(days=ago)).date().isoformat()


def asking_about(report: Report, which: Callable[[Item], bool]) -> Report:
    """The report in which what is only suggested, and `which` says so of, is asked about."""
    identity = tuple(
        replace(item, state="asked") if item.state == "suggested" and which(item) else item for item in report.identity
    )
    return replace(report, identity=identity)


def _loaded(connection: Connection) -> _Watched:
    table = tables.suggestions
    groups: dict[int, list[tuple[tuple[int, ...], int]]] = {}
    for item, packed in connection.execute(select(table.c.item, table.c.groups).distinct().limit(MOST_ITEMS)):
        for group in decode(bytes(packed), list[tuple[int, ...]]):
            groups.setdefault(group[0], []).append((group, item))
    keys = {key for found in groups.values() for group, _ in found for key in group}
    return _Watched(np.array(sorted(keys), np.int64), groups)


def _rows_of(connection: Connection, items: Iterable[int], day: str) -> Iterator[tuple[int, tuple[bytes, bytes]]]:
    table, wanted = tables.sightings, sorted(items)
    for at in range(0, len(wanted), _AT_ONCE):
        query = select(table).where(table.c.item.in_(wanted[at : at + _AT_ONCE]), table.c.day == day)
        for row in connection.execute(query):
            yield row.item, (bytes(row.senders), bytes(row.domains))


def _still_counted(connection: Connection, items: Iterable[int]) -> Iterator[int]:
    """Without those whose report was erased or decided about after the mail was looked at."""
    table, wanted = tables.suggestions, sorted(items)
    if _ALL in wanted:
        yield _ALL
    for at in range(0, len(wanted), _AT_ONCE):
        query = select(table.c.item).where(table.c.item.in_(wanted[at : at + _AT_ONCE])).distinct()
        yield from connection.execute(query).scalars().all()


def _trim(connection: Connection) -> None:
    table = tables.sightings
    count = connection.execute(select(func.count()).select_from(table)).scalar() or 0
    if count > MOST_ROWS:
        oldest = connection.execute(select(func.min(table.c.day))).scalar()
        connection.execute(delete(table).where(table.c.day == oldest))


def _joined(before: tuple[bytes, bytes] | None, marked: tuple[set[int], set[int]]) -> tuple[bytes, bytes]:
    senders, domains = before or (bytes(SENDER_BITS // 8), bytes(DOMAIN_BITS // 8))
    return _with(senders, marked[0]), _with(domains, marked[1])


def _with(bitmap: bytes, places: Iterable[int]) -> bytes:
    found = bytearray(bitmap)
    for place in places:
        found[place >> 3] |= 1 << (place & 7)
    return bytes(found)


def _or(bitmaps: Iterable[bytes]) -> bytes:
    found = 0
    size = 1
    for bitmap in bitmaps:
        found |= int.from_bytes(bitmap, "big")
        size = len(bitmap)
    return found.to_bytes(size, "big")


def _count(bitmap: bytes) -> int:
    """How many there are at least: two may share a place."""
    return int.from_bytes(bitmap, "big").bit_count()


def _estimate(bitmap: bytes, bits: int) -> float:
    """How many there probably are (linear counting, Whang 1990)."""
    taken = min(_count(bitmap), bits - 1)
    return -bits * log(1 - taken / bits)


def _read(packed: bytes) -> NDArray[np.uint64]:
    return np.frombuffer(packed[: len(packed) // 8 * 8], "<u8").astype(np.uint64)
