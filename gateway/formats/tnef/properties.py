"""A list of properties as TNEF stores them (MS-OXTNEF 2.1.3.4): padded to four bytes, named ones with their names.

In: bytes, where the list begins. Out: (tag, type, values) of each, names as values of tag 0. Raises struct.error or
ValueError for a list that breaks off.
"""

import struct
from collections.abc import Iterator

from gateway.containers import mapi

_MOST = 20_000


class properties(Iterator[tuple[int, int, list[bytes]]]):
    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._left = struct.unpack_from("<L", data, at)[0]
        self.end = at + 4
        if self._left > _MOST:
            raise ValueError("more properties than an item has")
        self._name: bytes | None = None

    def __next__(self) -> tuple[int, int, list[bytes]]:
        if self._name is not None:
            name, self._name = self._name, None
            return 0, mapi.UNICODE, [name]
        if not self._left:
            raise StopIteration
        self._left -= 1
        kind, tag = struct.unpack_from("<2H", self._data, self.end)
        self.end += 4
        if tag >= 0x8000:
            self._named()
        several = bool(kind & mapi.MULTIPLE)
        kind &= ~mapi.MULTIPLE
        fixed = mapi.FIXED_SIZES.get(kind, 0)
        count = self._number() if several or not fixed else 1
        if count > _MOST:
            raise ValueError("more values than a property has")
        return tag, kind, [self._padded(fixed or self._number()) for _ in range(count)]

    def _named(self) -> None:
        is_text = struct.unpack_from("<L", self._data, self.end + 16)[0]
        self.end += 20
        if is_text:
            self._name = self._padded(self._number())
        else:
            self.end += 4

    def _number(self) -> int:
        self.end += 4
        return int(struct.unpack_from("<L", self._data, self.end - 4)[0])

    def _padded(self, size: int) -> bytes:
        value = self._data[self.end : self.end + size]
        if len(value) != size:
            raise ValueError("a value behind the end")
        self.end += size + -size % 4
        return value
