"""How many clients are connected, over all relay processes, without a lock.

One anonymous memory file that every relay maps. Each process writes its own row alone and reads the others': a row has
a slot for each connection, with the keyed digest of who it is (no address stands there), and says how many of its
slots to look at. Counting is add first, then look: a limit is never passed, at most two that come in the same
microsecond are both turned away.

    header   key of the digests, 16 octets
    row      slots in use at most (8 octets), slots (8 octets each)

`ConnectionCounter.create` and `clear` are for whoever starts the processes: the row of one that died is zeroed.
"""

import ctypes
import functools
import hashlib
import heapq
import mmap
import os

CAPACITY = 100_000
"""Connections of one process. Pages that nobody touched take no memory."""
ROWS = 64
_HEADER = 16
_ROW = 8 * (1 + CAPACITY)
_SIZE = _HEADER + ROWS * _ROW


class ConnectionCounter:
    """The table as one process sees it, with its own row."""

    def __init__(self, descriptor: int, row: int) -> None:
        if not 0 <= row < ROWS:
            raise ValueError("no such row")
        self._map = mmap.mmap(descriptor, _SIZE)
        key = self._map[:_HEADER]
        self._rows = [
            (ctypes.c_uint64 * (1 + CAPACITY)).from_buffer(self._map, _HEADER + number * _ROW) for number in range(ROWS)
        ]
        self._mine = self._rows[row]
        self._free: list[int] = []
        self._next = 1
        self.digest = functools.lru_cache(maxsize=4096)(functools.partial(_digest, key))

    @staticmethod
    def create() -> int:
        """The descriptor of a new table."""
        descriptor = os.memfd_create("tally", os.MFD_CLOEXEC)
        os.ftruncate(descriptor, _SIZE)
        os.pwrite(descriptor, os.urandom(_HEADER), 0)
        return descriptor

    @staticmethod
    def clear(descriptor: int, row: int) -> None:
        """Its process is gone."""
        start = _HEADER + row * _ROW
        used = int.from_bytes(os.pread(descriptor, 8, start), "little")
        os.pwrite(descriptor, bytes(8 * (1 + min(used, CAPACITY))), start)

    def enter(self, client: str, most: int, most_each: int) -> int | None:
        """A slot for one more connection of `client`; None where there are too many of it or in all."""
        if not self._free and self._next > CAPACITY:
            return None
        slot = heapq.heappop(self._free) if self._free else self._next
        if slot == self._next:
            self._next += 1
        digest = self.digest(client)
        self._mine[slot] = digest
        self._mine[0] = max(self._mine[0], slot)
        of_all = of_client = 0
        for row in self._rows:
            used = row[0]
            if used:
                slots = row[1 : used + 1]
                of_all += used - slots.count(0)
                of_client += slots.count(digest)
        if of_all > most or of_client > most_each:
            self.leave(slot)
            return None
        return slot

    def leave(self, slot: int) -> None:
        """That connection is gone."""
        mine = self._mine
        mine[slot] = 0
        heapq.heappush(self._free, slot)
        if mine[0] == slot:
            used = slot
            while used and not mine[used]:
                used -= 1
            mine[0] = used


def _digest(key: bytes, client: str) -> int:
    return int.from_bytes(hashlib.blake2b(client.encode(), key=key, digest_size=8).digest(), "little") or 1
