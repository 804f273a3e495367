"""What a process remembers of pictures, and how much processor time it may still spend on those of one message.

Looks are kept by the digest of the picture's pixels, whole files by that of their bytes (so that a logo that stands in
a message a hundred times is decoded once), the oldest given up beyond `MOST_BYTES`. A reader lives for one message, and
its memory with it; across messages remembers who gets pixels alone (`sandbox.eyes`). What is kept is sealed with a
key that exists in that process alone, so that no page of memory that is left behind has text in it.

Time is processor time, of this process and of whoever looks for it: how busy the machine is says nothing of a message.
What was seen before costs what it cost then, so that the same message has the same answer.

In: digests, pieces. Out: the same pieces. `message` is one message. Raises: PictureTimeSpent where its time is used up.
"""

import math
import os
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
from cachetools import LRUCache
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.model import Patch, PictureFragment, TextFragment, Unreadable

_COST = struct.Struct(">d")
MOST_BYTES = 96 * 1024 * 1024
_SEALING = 12 + 16  # a nonce before, a tag behind

Kept = PictureFragment | TextFragment | Unreadable


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at a picture, wherever it stands."""

    phash: int | None
    patches: tuple[Patch, ...]
    texts: tuple[TextFragment, ...] = field(repr=False)
    unsure: bool
    points: bytes = field(default=b"", repr=False)


class _Memory:
    """Sealed bytes by digest, up to so many octets."""

    def __init__(self, most: int) -> None:
        self._kept: LRUCache[bytes, bytes] = LRUCache(most, getsizeof=len)
        self._key: AESGCM | None = None  # made by the first need: a process that is forked later has another

    @property
    def _sealer(self) -> AESGCM:
        if self._key is None:
            self._key = AESGCM(AESGCM.generate_key(bit_length=256))
        return self._key

    def get(self, mark: bytes) -> bytes | None:
        sealed = self._kept.get(mark)
        if sealed is None:
            return None
        return self._sealer.decrypt(sealed[:12], sealed[12:], mark)

    def put(self, mark: bytes, data: bytes) -> None:
        if len(data) + _SEALING > self._kept.maxsize // 8 or mark in self._kept:
            return
        nonce = os.urandom(12)
        self._kept[mark] = nonce + self._sealer.encrypt(nonce, data, mark)

    def clear(self) -> None:
        self._kept.clear()


_memory = _Memory(MOST_BYTES)
_looks = msgspec.msgpack.Decoder(Seen)
_until: list[float] = []


class PictureTimeSpent(Exception):
    """The time that a message's pictures may take is used up."""


def recalled(mark: bytes) -> Seen | None:
    """The look of that digest, if it is still known."""
    data = _memory.get(mark)
    return _looks.decode(data) if data is not None else None


def keep(mark: bytes, seen: Seen) -> None:
    _memory.put(mark, msgspec.msgpack.encode(seen))


def skimmed(mark: bytes) -> Seen | None:
    """What is known of it without having read it."""
    data = _memory.get(b"skim" + mark)
    return _looks.decode(data) if data is not None else None


def keep_skimmed(mark: bytes, seen: Seen) -> None:
    _memory.put(b"skim" + mark, msgspec.msgpack.encode(seen))


def cached_answer(mark: bytes) -> tuple[bytes, float] | None:
    """What was answered to a question of that digest, and the seconds that it took."""
    data = _memory.get(b"told" + mark)
    return None if data is None else (data[_COST.size :], _COST.unpack_from(data)[0])


def keep_told(mark: bytes, answer: bytes, cost: float) -> None:
    _memory.put(b"told" + mark, _COST.pack(cost) + answer)


class _Pieces(msgspec.Struct):
    pictures: list[tuple[int, PictureFragment]]
    texts: list[tuple[int, TextFragment]]
    unreadable: list[tuple[int, Unreadable]]


_pieces = msgspec.msgpack.Decoder(_Pieces)


def file_recalled(mark: bytes) -> list[Kept] | None:
    """All pieces of a picture file, in their order."""
    data = _memory.get(b"file" + mark)
    if data is None:
        return None
    found = _pieces.decode(data)
    numbered: list[tuple[int, Kept]] = [*found.pictures, *found.texts, *found.unreadable]
    return [piece for _, piece in sorted(numbered, key=lambda entry: entry[0])]


def keep_file(mark: bytes, pieces: Sequence[Kept]) -> None:
    sorted_out = _Pieces([], [], [])
    for number, piece in enumerate(pieces):
        match piece:
            case PictureFragment():
                sorted_out.pictures.append((number, piece))
            case TextFragment():
                sorted_out.texts.append((number, piece))
            case Unreadable():
                sorted_out.unreadable.append((number, piece))
    _memory.put(b"file" + mark, msgspec.msgpack.encode(sorted_out))


@contextmanager
def message(seconds: float) -> Iterator[None]:
    """One message: its pictures have so many seconds from now, and what is read after it has nothing of its limit."""
    _until[:] = [time.process_time() + seconds]
    try:
        yield
    finally:
        _until.clear()


def left() -> float:
    """Seconds that the message's pictures may still take. Outside a message there is no limit."""
    return _until[0] - time.process_time() if _until else math.inf


def charge(seconds: float) -> None:
    """Somebody else spent so much on them."""
    if _until:
        _until[0] -= seconds


def late() -> bool:
    """Whether it is used up."""
    return left() < 0


def check() -> None:
    """Nothing while there is some left. Raises: PictureTimeSpent."""
    if late():
        raise PictureTimeSpent


def forget() -> None:
    """Everything."""
    _memory.clear()
