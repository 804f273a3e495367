"""Frames on a pipe: eight bytes of length, big-endian, then so many bytes.

In: a file descriptor, a deadline on the monotonic clock (None for no end). Out: whole frames.
Raises: EOFError where the other end is gone; TimeoutError past the deadline; ValueError for a frame over the cap.
"""

import os
import select
import time
from collections.abc import Sequence

CAP = 512 * 1024 * 1024
_LENGTH = 8
_CHUNK = 1024 * 1024


def send(descriptor: int, parts: Sequence[bytes | memoryview], deadline: float | None = None) -> None:
    """One frame, made of the parts one after the other."""
    size = sum(map(len, parts))
    if size > CAP:
        raise ValueError("a frame over the cap")
    for part in (size.to_bytes(_LENGTH, "big"), *parts):
        rest = memoryview(part)
        while rest:
            _wait(descriptor, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(descriptor, rest[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise EOFError("the other end is gone") from None


def arrived(descriptor: int, deadline: float) -> bool:
    """Whether something is to be read, the end of the other side included; False once the deadline is there first."""
    return _poll(descriptor, select.POLLIN, max(0.0, deadline - time.monotonic()))


def receive(descriptor: int, deadline: float | None = None, cap: int = CAP) -> bytes:
    """The next frame."""
    size = int.from_bytes(_exactly(descriptor, _LENGTH, deadline), "big")
    if size > cap:
        raise ValueError("a frame over the cap")
    return _exactly(descriptor, size, deadline)


def _exactly(descriptor: int, size: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    while size:
        _wait(descriptor, select.POLLIN, deadline)
        try:
            part = os.read(descriptor, min(size, _CHUNK))
        except BlockingIOError:
            continue
        if not part:
            raise EOFError("the other end is gone")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _wait(descriptor: int, event: int, deadline: float | None) -> None:
    if deadline is None:
        if not os.get_blocking(descriptor):
            _poll(descriptor, event, None)
        return
    left = deadline - time.monotonic()
    if left <= 0 or not _poll(descriptor, event, left):
        raise TimeoutError("past the deadline")


def _poll(descriptor: int, event: int, seconds: float | None) -> bool:
    # Not select(): it knows no descriptor above 1023, and a busy relay has more.
    poller = select.poll()
    poller.register(descriptor, event)
    return bool(poller.poll(None if seconds is None else max(1, int(seconds * 1000))))
