"""A content that is handed to another process: its descriptor, how to read it, and how large ones are sealed on disk.

AES-256-GCM (NIST SP 800-38D): one key a content, which exists in memory alone; the piece's number is its nonce. Mail of
that size is rare: what faces the network loads cryptography for nothing else.

In: a descriptor, pieces. Out: the content. Raises: ValueError where it is not what the handle says.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.smtp.data_framing import PIECE, unstuffed

_TAG = 16


@dataclass(frozen=True, slots=True)
class ContentHandle:
    """A content in its wire form: `length` octets of `fd` from offset 0, dots still doubled where `stuffed` says so.

    With a `key` they are sealed as `sealed_piece` seals them. The descriptor belongs to the `Spooled` that gave it.
    """

    fd: int
    length: int
    stuffed: bool
    key: bytes | None = field(default=None, repr=False)


def new_key() -> bytes:
    """A key for one content."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM.generate_key(256)


def sealed_piece(piece: bytes, number: int, key: bytes) -> bytes:
    """The n-th piece, sealed: `PIECE` octets of a content, or the rest of it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).encrypt(number.to_bytes(12, "big"), piece, None)


def opened(handle: ContentHandle) -> bytes:
    """The content behind a handle, dots undone. Raises: ValueError where it is not what the handle says."""
    pieces: Iterator[bytes]
    if handle.key is None:
        pieces = (os.pread(handle.fd, min(PIECE, handle.length - at), at) for at in range(0, handle.length, PIECE))
    else:
        pieces = unsealed(handle.fd, handle.length, handle.key)
    whole = b"".join(pieces)
    if len(whole) != handle.length:
        raise ValueError("a spool is shorter than its handle says")
    return unstuffed(whole) if handle.stuffed else whole


def unsealed(fd: int, length: int, key: bytes) -> Iterator[bytes]:
    """The content in pieces. Raises: ValueError where a piece was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    aead = AESGCM(key)
    for number, start in enumerate(range(0, length, PIECE)):
        sealed = os.pread(fd, PIECE + _TAG, number * (PIECE + _TAG))
        try:
            piece = aead.decrypt(number.to_bytes(12, "big"), sealed, None)
        except InvalidTag:
            raise ValueError("a spool was changed") from None
        yield piece[: length - start]
