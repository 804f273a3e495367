"""One end of a Unix socket that carries packets and descriptors (unix(7), SOCK_SEQPACKET with SCM_RIGHTS).

In: packets to send. Out: packets as they come, in order. Nothing here knows what they say.
"""

import array
import asyncio
import contextlib
import os
import socket
from collections import deque
from collections.abc import Callable, Iterator

LONGEST = 96 * 1024
"""Octets of a packet; the kernel's own limit is the send buffer, about twice as much."""
_BESIDE = socket.CMSG_LEN(4 * array.array("i").itemsize)
_CUT_OFF = int(socket.MSG_TRUNC | socket.MSG_CTRUNC)  # as a number: an enum's `|` is as dear as the whole packet


class Channel:
    """One end of the socket: packets out in order, packets in as they come. Closes itself when the other end does."""

    def __init__(self, end: socket.socket, heard: Callable[[bytes, list[int]], None], gone: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._end, self._heard, self._gone = end, heard, gone
        self._waiting: deque[tuple[bytes, int | None]] = deque()
        self._packet = bytearray(LONGEST + 4096)  # one for all: a new one for each packet is dearer than what is in it
        self.open = True
        end.setblocking(False)
        self._loop.add_reader(end.fileno(), self._read)

    def send(self, packet: bytes, fd: int | None = None) -> None:
        """Send one packet, now or as soon as there is room. The descriptor is duplicated where it has to wait."""
        if self._waiting or not self._sent(packet, fd):
            if not self.open:
                return
            self._waiting.append((packet, None if fd is None else os.dup(fd)))
            self._loop.add_writer(self._end.fileno(), self._write)

    def close(self) -> None:
        """Closing twice is closing once."""
        if not self.open:
            return
        self.open = False
        self._loop.remove_reader(self._end.fileno())
        self._loop.remove_writer(self._end.fileno())
        self._end.close()
        for _, fd in self._waiting:
            if fd is not None:
                os.close(fd)
        self._waiting.clear()
        self._gone()

    def _sent(self, packet: bytes, fd: int | None) -> bool:
        try:
            if fd is None:
                self._end.send(packet)
            else:
                socket.send_fds(self._end, [packet], [fd])
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            self.close()
            return False
        return True

    def _write(self) -> None:
        while self._waiting and self.open:
            packet, fd = self._waiting[0]
            if not self._sent(packet, fd):
                return
            self._waiting.popleft()
            if fd is not None:
                os.close(fd)
        if self.open:
            self._loop.remove_writer(self._end.fileno())

    def _read(self) -> None:
        """One packet; the loop calls again where there are more."""
        try:
            length, beside, flags, _ = self._end.recvmsg_into((self._packet,), _BESIDE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            length, beside, flags = 0, [], 0
        fds = _descriptors(beside) if beside else []
        if not length or flags & _CUT_OFF:
            for fd in fds:
                os.close(fd)
            self.close()
            return
        self._heard(bytes(memoryview(self._packet)[:length]), fds)


def _descriptors(beside: list[tuple[int, int, bytes]]) -> list[int]:
    fds = array.array("i")
    for level, kind, data in beside:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
    return list(fds)


@contextlib.contextmanager
def in_memory(content: bytes) -> Iterator[int]:
    """The descriptor of a memory file with these bytes, while the block lasts."""
    fd = os.memfd_create("content", os.MFD_CLOEXEC)
    try:
        with open(fd, "wb", closefd=False) as file:
            file.write(content)
        yield fd
    finally:
        os.close(fd)
