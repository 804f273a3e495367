"""Values of `model` as sealed bytes, and large bytes as sealed chunks.

A value is msgpack (msgspec) under one leading byte. Text of strangers may hold lone surrogates, which UTF-8 cannot
write; such a value is kept as ASCII JSON instead, which can: an envelope must come back exactly as it was, and a
message that cannot be stored could not be held.

What an older version stored is read as it is (`old_places.py`).

Raises: StoreUnavailable where something does not open or is not what it should be: then nobody may act on it.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from gateway.errors import StoreUnavailable
from gateway.storage.old_places import with_kinds
from gateway.vault.vault import NotOpened, Vault

T = TypeVar("T")
CHUNK = 1024 * 1024
_MSGPACK, _JSON = b"m", b"j"


def encode(value: Any) -> bytes:
    """Any value of `model`."""
    try:
        return _MSGPACK + msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        return _JSON + json.dumps(msgspec.to_builtins(value), ensure_ascii=True).encode("ascii")


def decode(data: bytes, kind: type[T]) -> T:
    """The value back, checked against its type."""
    try:
        if data[:1] != _MSGPACK:
            return msgspec.convert(with_kinds(json.loads(data[1:])), kind)
        try:
            return msgspec.msgpack.decode(data[1:], type=kind)
        except msgspec.ValidationError:  # it may be of a version before steps had kinds
            return msgspec.convert(with_kinds(msgspec.msgpack.decode(data[1:])), kind)
    except (msgspec.MsgspecError, ValueError):
        raise StoreUnavailable("a stored value is not of its type") from None


def seal(vault: Vault, value: Any, context: str) -> bytes:
    return vault.seal(encode(value), context)


def unseal(vault: Vault, sealed: bytes, context: str, kind: type[T]) -> T:
    return decode(unseal_bytes(vault, sealed, context), kind)


def unseal_bytes(vault: Vault, sealed: bytes, context: str) -> bytes:
    try:
        return vault.open(sealed, context)
    except NotOpened as error:
        raise StoreUnavailable("a stored value does not open: it is damaged or not where it was put") from error


def seal_chunks(vault: Vault, data: bytes, context: str) -> Iterator[bytes]:
    """At least one chunk. Each is bound to its number and to their count: none can be left out, swapped or added."""
    count = max(1, -(-len(data) // CHUNK))
    view = memoryview(data)
    for number in range(count):
        part = bytes(view[number * CHUNK : (number + 1) * CHUNK])
        yield vault.seal(part, f"{context}/{number}/{count}")


def unseal_chunks(vault: Vault, chunks: Sequence[bytes], context: str) -> bytes:
    if not chunks:
        raise StoreUnavailable("stored bytes are missing")
    count = len(chunks)
    return b"".join(unseal_bytes(vault, chunk, f"{context}/{number}/{count}") for number, chunk in enumerate(chunks))


def pack(value: Any) -> bytes:
    """A large value, compressed: pictures of chats are mostly plain colour. Level 1, since a sender waits."""
    return zlib.compress(encode(value), 1)


def unpack(data: bytes, kind: type[T]) -> T:
    try:
        plain = zlib.decompress(data)
    except zlib.error:
        raise StoreUnavailable("a stored value is damaged") from None
    return decode(plain, kind)


def report_context(report: str, column: str = "") -> str:
    """What a sealed column of a report is bound to."""
    return f"report/{report}" + (f"/{column}" if column else "")
