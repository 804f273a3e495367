"""Which fingerprints surely nobody has: a Bloom filter (Bloom, CACM 1970) of `marks`, in the store and in memory.

A mail of 10 KB has hundreds of fingerprints, and nearly always nobody has any of them. Each would be a page of the
index that has to be read; of a million reports that is more than fits into memory. Here each is three bits.

The filter is cut into parts that grow one by one, as in linear hashing (Litwin, VLDB 1980): part `n` comes in by
dividing part `n - 2^level`. A part has the keys of one range (its number is their first bits, reversed), so that it is
made anew from a short piece of the index. Sixteen bits a key let one strange fingerprint in 190 through; from 58
million keys on the filter stays as it is, and at 200 million one in eight passes.

What is in the table is as true as the index, since both change in one transaction: a key that was deleted is gone from
here as well. A process that holds the filter in memory follows by a log of the last changes; who is further behind
reads everything.
"""

import struct
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from gateway.errors import StoreUnavailable
from gateway.storage import tables
from gateway.text.splitmix import mixed

Keys = NDArray[np.int64]

PART_BYTES = 3584
MOST_PARTS = 1 << 15
"""112 MiB, about as much as the rest of the process has."""

_KEY_BITS = 48
_PART_BITS = 8 * PART_BYTES
_A_PART = _PART_BITS // 16
_LOG = 256
_AT_ONCE = 500
_STATE = struct.Struct(">QQQ")
_REVERSED = np.array([int(f"{n:016b}"[::-1], 2) for n in range(1 << 16)], np.int64)

_RANGE = text("SELECT DISTINCT key FROM marks WHERE key >= :low AND key < :high")


@dataclass(frozen=True, slots=True)
class FilterState:
    """`changes`: how often the marks changed; `count`: how many of texts and words there are at most; `parts`: of the
    filter, 0 where it has to be made."""

    changes: int
    count: int
    parts: int

    def packed(self) -> bytes:
        """As it is stored."""
        return _STATE.pack(self.changes, self.count, self.parts)


def state_of(connection: Connection) -> FilterState:
    """Raises `StoreUnavailable` where there is none."""
    value = connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == "marks")).scalar()
    if value is None or len(value) != _STATE.size:
        raise StoreUnavailable("the store is not whole")
    return FilterState(*_STATE.unpack(value))


def parts_for(count: int) -> int:
    """How many parts so many keys take."""
    return min(MOST_PARTS, max(1, -(-count // _A_PART)))


def part_of(keys: Keys, parts: int) -> Keys:
    """In which part each key is."""
    turned = _REVERSED[keys >> (_KEY_BITS - 16)]
    half = 1 << (parts.bit_length() - 1)
    number = turned & (2 * half - 1)
    found: Keys = np.where(number < parts, number, turned & (half - 1))
    return found


def range_of(part: int, parts: int) -> tuple[int, int]:
    """The keys of a part: the first, and the first behind the last."""
    level = parts.bit_length() - 1
    width = level + (part >= 1 << level or part < parts - (1 << level))
    prefix = int(f"{part:0{width}b}"[::-1], 2) if width else 0
    return prefix << (_KEY_BITS - width), (prefix + 1) << (_KEY_BITS - width)


def marked(bits: NDArray[np.uint8], places: Keys, keys: Keys) -> None:
    """Set the bits of keys, each in its row (`places`) of an array of parts."""
    at = places * PART_BYTES
    for place in _places(keys):
        np.bitwise_or.at(bits, at + (place >> 3), (1 << (place & 7)).astype(np.uint8))


def _places(keys: Keys) -> tuple[Keys, Keys, Keys]:
    """Three bits of each key: the 64 bits of its hash make three numbers of 21."""
    hashes = mixed(keys.astype(np.uint64))
    few = np.uint64((1 << 21) - 1)
    first, second, third = (((hashes >> np.uint64(at)) & few).astype(np.int64) * _PART_BITS >> 21 for at in (0, 21, 42))
    return first, second, third


def changed(connection: Connection, before: FilterState, added: Sequence[int], gone: Sequence[int]) -> None:
    """The filter, its log and the state after these keys came into `marks` and went, in the same transaction."""
    new, old = np.array(added, np.int64), np.array(gone, np.int64)
    new = new[~np.isin(new, old)]  # who else has it is asked for where its part is made anew
    state = FilterState(before.changes + 1, before.count + len(added), parts_for(before.count + len(added)))
    if before.parts == 0:
        make(connection, state)
        return
    state = FilterState(state.changes, state.count, max(state.parts, before.parts))  # a part does not come back
    anew = set(part_of(old, before.parts).tolist())
    for number in range(before.parts, state.parts):
        anew |= {number, number - (1 << (number.bit_length() - 1))}
    _make_anew(connection, sorted(anew), before.parts, state.parts)
    places = part_of(new, state.parts)
    _mark(connection, new[~np.isin(places, list(anew))], state.parts)
    log = tables.mark_changes
    if gone:
        for row in connection.execute(select(log.c.change, log.c.added)).all():
            keys: Keys = np.frombuffer(row.added, "<i8")
            kept = keys[~np.isin(keys, old)]
            if len(kept) < len(keys):
                connection.execute(update(log).where(log.c.change == row.change).values(added=kept.tobytes()))
    packed = np.array(sorted(anew), "<i8").tobytes()
    connection.execute(insert(log).values(change=state.changes, added=new.astype("<i8").tobytes(), anew=packed))
    connection.execute(delete(log).where(log.c.change <= state.changes - _LOG))
    _remember(connection, state)


def make(connection: Connection, state: FilterState) -> None:
    """Everything anew, out of the marks."""
    state = FilterState(state.changes, state.count, parts_for(state.count))
    connection.execute(delete(tables.mark_sieve))
    connection.execute(delete(tables.mark_changes))
    _make_anew(connection, range(state.parts), 0, state.parts)
    _remember(connection, state)


def _remember(connection: Connection, state: FilterState) -> None:
    connection.execute(update(tables.meta).where(tables.meta.c.key == "marks").values(value=state.packed()))


def _make_anew(connection: Connection, numbers: Iterable[int], had: int, parts: int) -> None:
    """`had`: how many parts were there before."""
    made = list[tuple[int, bytes]]()
    for number in numbers:
        low, high = range_of(number, parts)
        keys = connection.execute(_RANGE, {"low": low, "high": high}).scalars()
        found = np.fromiter(keys, np.int64)
        part = np.zeros(PART_BYTES, np.uint8)
        marked(part, np.zeros_like(found), found)
        made.append((number, part.tobytes()))
    if new := [{"part": number, "bits": bits} for number, bits in made if number >= had]:
        connection.execute(insert(tables.mark_sieve), new)
    _write(connection, [row for row in made if row[0] < had])


def _mark(connection: Connection, keys: Keys, parts: int) -> None:
    places = part_of(keys, parts)
    numbers = np.unique(places)
    rows = sorted(_parts(connection, numbers.tolist()))
    bits = np.frombuffer(b"".join(bits for _, bits in rows), np.uint8).copy()
    marked(bits, np.searchsorted(numbers, places), keys)
    _write(connection, [(n, bits[at * PART_BYTES : (at + 1) * PART_BYTES].tobytes()) for at, (n, _) in enumerate(rows)])


def _write(connection: Connection, rows: Sequence[tuple[int, bytes]]) -> None:
    table = tables.mark_sieve
    if rows:
        statement = update(table).where(table.c.part == bindparam("number")).values(bits=bindparam("made"))
        connection.execute(statement, [{"number": number, "made": bits} for number, bits in rows])


def _parts(connection: Connection, numbers: Sequence[int]) -> Iterable[tuple[int, bytes]]:
    """Raises `StoreUnavailable` where one is missing or of another size."""
    table, found = tables.mark_sieve, 0
    for at in range(0, len(numbers), _AT_ONCE):
        some = numbers[at : at + _AT_ONCE]
        for number, bits in connection.execute(select(table.c.part, table.c.bits).where(table.c.part.in_(some))):
            found += len(bits) == PART_BYTES
            yield number, bits
    if found != len(numbers):
        raise StoreUnavailable("the store is not whole")


class Sieve:
    """The filter in the memory of one process. Safe to share between threads."""

    def __init__(self) -> None:
        self._rows: NDArray[np.uint8] | None = None  # pages that nothing was written to take no memory
        self._parts, self._changes = 0, -1
        self._version: object = None
        self._held, self._following = threading.Lock(), threading.Lock()

    def fresh(self, version: object) -> bool:
        """Whether it says what the store says at this version."""
        return self._changes >= 0 and self._version == version

    def learn(self, connection: Connection, version: object, wait: bool = True) -> bool:
        """Make it say what this connection sees. False where another thread is at it and this one does not wait.
        `version` was asked for before the connection began to look."""
        if not self._following.acquire(blocking=wait):
            return False
        try:
            state = state_of(connection)
            if self._changes < state.changes:
                self._follow(connection, state)
            self._version = version
        finally:
            self._following.release()
        return True

    @property
    def learnt(self) -> bool:
        """Whether it knows anything; then what is new is learnt quickly."""
        return self._changes >= 0

    def passed(self, keys: Keys, wait: bool = True) -> NDArray[np.bool_] | None:
        """Of these the ones that somebody may have; None where nothing is known, or it is busy and must not be waited
        for."""
        if not self._held.acquire(blocking=wait):
            return None
        try:
            if self._rows is None or self._changes < 0:
                return None
            rows, flat = part_of(keys, self._parts) * PART_BYTES, self._rows
            so = np.ones(len(keys), np.bool_)
            for place in _places(keys):
                so &= (flat[rows + (place >> 3)] >> (place & 7).astype(np.uint8)) & 1 != 0
            return so
        finally:
            self._held.release()

    def _follow(self, connection: Connection, state: FilterState) -> None:
        log = tables.mark_changes
        query = select(log.c.added, log.c.anew).where(log.c.change > self._changes)
        rows = connection.execute(query).all() if self.learnt else []
        if not self.learnt or len(rows) != state.changes - self._changes:
            self._load(connection, state)
            return
        anew = {int(part) for row in rows for part in np.frombuffer(row.anew, "<i8")}
        parts = list(_parts(connection, sorted(anew)))
        keys = np.concatenate([np.frombuffer(row.added, "<i8") for row in rows])
        with self._held:
            assert self._rows is not None
            for number, bits in parts:
                self._rows[number * PART_BYTES : (number + 1) * PART_BYTES] = np.frombuffer(bits, np.uint8)
            marked(self._rows, part_of(keys, state.parts), keys)
            self._parts, self._changes = state.parts, state.changes

    def _load(self, connection: Connection, state: FilterState) -> None:
        """In place where there was one: two would be too much memory."""
        with self._held:
            if self._rows is None:
                self._rows = np.zeros(MOST_PARTS * PART_BYTES, np.uint8)
            self._changes, found = -1, 0  # should this fail halfway, nothing is known
            for number, bits in connection.exec_driver_sql("SELECT part, bits FROM mark_sieve ORDER BY part"):
                if number != found or len(bits) != PART_BYTES:
                    break
                self._rows[number * PART_BYTES : (number + 1) * PART_BYTES] = np.frombuffer(bits, np.uint8)
                found += 1
            if not found or found != state.parts:
                raise StoreUnavailable("the store is not whole")
            self._parts, self._changes = state.parts, state.changes
