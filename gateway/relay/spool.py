"""Where a content waits for its verdict: in this process, in a memory file, or, the largest, on disk, sealed.

What is on disk was written under a key that exists in memory alone (`ipc.content_handle`), in a file without a name: a
machine that loses its power keeps nothing that could be read.
The wire form is kept as it came, so that clean mail goes on without being taken apart.

In: bytes as the client sends them. Out: pieces of the wire form, a handle for another process, the content.
Raises: OSError where no memory file can be made for a handle. A full disk makes the spool `full`; the end is found.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.ipc.content_handle import ContentHandle, new_key, sealed_piece, unsealed
from gateway.smtp.data_framing import PIECE, ContentScan, unstuffed

_SMALL = 64 * 1024
"""Octets that a content may always have in this process."""
_LARGEST_HERE = 2 * 1024 * 1024
"""Octets of one content in this process, where there is room: writing them to a memory file and reading them back is
as dear as all the rest that is done with them."""
_CRUMB = 4096
"""Octets: pieces that are smaller are put together, for an object is larger than what is in it."""


@dataclass(slots=True)
class SpoolRoom:
    """What all contents of one process may have in memory, in octets: one alone (`each`), all in memory files
    (`together`, of which `taken`), all in the process itself (`together_here`, of which `here`)."""

    each: int = 4 * 1024 * 1024
    together: int = 256 * 1024 * 1024
    folder: str = ""
    taken: int = 0
    together_here: int = 10 * 1024 * 1024
    here: int = 0


class Spool:
    """Implements `ipc.inspector.Spooled`. `feed` until it gives the rest back; `close` when the message is done
    with."""

    def __init__(self, message: str, limit: int, room: SpoolRoom) -> None:
        self.id = message
        self.scan = ContentScan(limit)
        self.full = False
        self._room = room
        self._here: list[bytes | bytearray] = []
        self._size_here = 0
        self._store: _MemoryFile | _SealedFile | None = None
        self._handed: _MemoryFile | None = None

    @property
    def size(self) -> int:
        """Octets, dots undone."""
        return self.scan.size

    def feed(self, data: bytes) -> bytes | None:
        """None while the end has not come; else what came behind it, for the next command."""
        used = self.scan.feed(data)
        rest = None if used is None else data[used:]
        if used is not None:
            data = data[:used]
        if self.scan.too_large or not self.scan.clean or self.full:
            self._forget()  # it is refused in any case; only its end is still looked for
        elif self._store is None and self._fits_here(len(data)):
            self._keep_here(data)
        else:
            try:
                self._stored(data)
            except OSError:
                self.full = True
                self._forget()
        return rest

    def wire(self) -> Iterator[bytes]:
        """The wire form in pieces, without the final dot; only once the end was found."""
        length = self.scan.length
        if self._store is not None:
            yield from self._store.pieces(length)
            return
        for piece in self._here:
            if length < len(piece):  # behind it stands the end
                piece = piece[:length]
            length -= len(piece)
            if piece:
                yield bytes(piece)

    def handle(self) -> ContentHandle:
        """See `Spooled`. The descriptor is closed by `close`."""
        length, stuffed = self.scan.length, self.scan.stuffed
        if isinstance(self._store, _SealedFile):
            self._store.finish()
            return ContentHandle(self._store.fd, length, stuffed, self._store.key)
        if self._store is None and self._handed is None:
            self._handed = _MemoryFile()
            for piece in self._here:
                self._handed.write(piece)
        at = self._store or self._handed
        assert at is not None
        return ContentHandle(at.fd, length, stuffed)

    def read(self) -> bytes:
        """See `Spooled`."""
        whole = b"".join(self.wire())
        return unstuffed(whole) if self.scan.stuffed else whole

    def close(self) -> None:
        """Give back memory and descriptors. Closing twice is closing once."""
        self._forget()
        if self._handed is not None:
            self._handed.close()
            self._handed = None

    def _stored(self, data: bytes) -> None:
        """Write to where larger contents wait, and what was in memory before it."""
        more = self._size_here + len(data)
        store = self._store
        if not isinstance(store, _SealedFile):
            size = more if store is None else more + store.size
            if size > self._room.each or self._room.taken + more > self._room.together:
                self._store = sealed = _SealedFile(self._room.folder)
                if store is not None:
                    for piece in store.pieces(store.size):
                        sealed.write(piece)
                    self._leave(store)
                store = sealed
            else:
                if store is None:
                    self._store = store = _MemoryFile()
                self._room.taken += more
                store.counted += more
        for held in self._here:
            store.write(held)
        self._leave_here()
        store.write(data)

    def _fits_here(self, more: int) -> bool:
        size = self._size_here + more
        here = self._room.here + more
        return size <= _SMALL or (size <= min(_LARGEST_HERE, self._room.each) and here <= self._room.together_here)

    def _keep_here(self, data: bytes) -> None:
        self._size_here += len(data)
        self._room.here += len(data)
        last = self._here[-1] if self._here else b""
        if isinstance(last, bytearray) and len(last) < _SMALL:
            last += data
        else:
            self._here.append(bytearray(data) if len(data) < _CRUMB else data)

    def _leave_here(self) -> None:
        self._room.here -= self._size_here
        self._size_here = 0
        self._here.clear()

    def _forget(self) -> None:
        self._leave_here()
        if isinstance(self._store, _MemoryFile):
            self._leave(self._store)
        elif self._store is not None:
            self._store.close()
        self._store = None

    def _leave(self, store: "_MemoryFile") -> None:
        self._room.taken -= store.counted
        store.close()


class _MemoryFile:
    """memfd_create(2): pages without a name that go with their last descriptor."""

    def __init__(self) -> None:
        self.fd = os.memfd_create("spool", os.MFD_CLOEXEC)
        self.size = 0
        self.counted = 0  # octets that the room counts for it

    def write(self, data: bytes | bytearray) -> None:
        with memoryview(data) as view:
            at = 0
            while at < len(view):
                at += os.write(self.fd, view[at:])
        self.size += len(data)

    def pieces(self, length: int) -> Iterator[bytes]:
        for start in range(0, length, PIECE):
            yield os.pread(self.fd, min(PIECE, length - start), start)

    def close(self) -> None:
        os.close(self.fd)


class _SealedFile:
    """An unlinked file of sealed pieces. The last, short one is written when it is read for the first time."""

    def __init__(self, folder: str) -> None:
        self.key = new_key()
        self._file = tempfile.TemporaryFile(buffering=0, dir=folder or None)  # noqa: SIM115  # lives as long as the spool
        self.fd = self._file.fileno()
        self._rest = bytearray()
        self._count = 0
        self._closed = False

    def write(self, data: bytes | bytearray) -> None:
        self._rest += data
        while len(self._rest) >= PIECE:
            self._seal(bytes(self._rest[:PIECE]))
            del self._rest[:PIECE]

    def finish(self) -> None:
        """Nothing more is written."""
        if not self._closed:
            self._closed = True
            self._seal(bytes(self._rest))
            self._rest.clear()

    def pieces(self, length: int) -> Iterator[bytes]:
        self.finish()
        return unsealed(self.fd, length, self.key)

    def close(self) -> None:
        self._file.close()

    def _seal(self, piece: bytes) -> None:
        view = memoryview(sealed_piece(piece, self._count, self.key))
        while view:
            view = view[self._file.write(view) or 0 :]
        self._count += 1
