"""The warm parent of readers: loads everything once, and forks one reader for each job that is asked for.

Started by `sandbox.nursery` alone. It never sees a strange byte: an order says which place a reader is for, with the
two pipes that lead to it; the answer is the reader's process, as a number and a pidfd. Readers and the helper of each
place (`sandbox.eyes`) die with it (PDEATHSIG), and it with whoever started it.

Heavy libraries are imported before the first fork, in one thread: fork(2) takes no other along.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.sandbox import jail, users
from gateway.sandbox.jobs import READY

ANEW = b"!"
"""In an order: the place's helper may be at work for a reader that was killed; another takes its place."""
_WARM = b"Subject: =?gb18030?b?u/k=?=\r\n\r\n\xbb\xf9\r\n"
_USES = 1000
"""A helper is replaced after so many readers: what its libraries leak goes with it."""


@dataclass(slots=True)
class _Helper:
    """The process that looks at the pictures of one place, and where it is handed the pipes of the next reader."""

    pid: int
    end: socket.socket
    uses: int = 0


def main() -> None:
    """`python -c … MEMORY_MB PARENT PLACES USER`: serve until whoever gives the orders is gone."""
    memory_mb, parent, places = (int(word) for word in sys.argv[1:4])
    jail.die_with(parent)
    orders = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.close(null)
    from gateway.sandbox import reader

    reader.warm(_WARM)  # loads every format and its libraries, which the first message must not wait for
    sys.dont_write_bytecode = True
    enclosure = jail.enclose(memory_mb, places, users.parsed(sys.argv[4]))
    jail.die_with(parent)  # once more: a change of credentials took it off
    gc.collect()
    gc.freeze()  # pages of what is loaded stay shared
    family = _Family(orders, enclosure)
    orders.send(READY.encode())
    while family.obeyed():
        pass


class _Family:
    """Readers and helpers of all places."""

    def __init__(self, orders: socket.socket, enclosure: jail.Enclosure) -> None:
        self._orders, self._enclosure = orders, enclosure
        self._helpers: dict[int, _Helper] = {}

    def obeyed(self) -> bool:
        """One order carried out; False where there are no more."""
        packet, pipes, _, _ = socket.recv_fds(self._orders, 16, 2)
        if not packet:
            return False
        self._bury()
        try:
            pid = self._born(int.from_bytes(packet[:2], "big"), packet[2:] == ANEW, *pipes)
            handle = os.pidfd_open(pid)
        except OSError:  # no process, no memory, no descriptor
            self._orders.send(b"0")
            return True
        finally:
            for pipe in pipes:
                os.close(pipe)
        socket.send_fds(self._orders, [b"%d" % pid], [handle])
        os.close(handle)
        return True

    def _born(self, place: int, anew: bool, incoming: int, outgoing: int) -> int:
        helper = self._helpers.pop(place, None)
        if helper is not None and (anew or helper.uses >= _USES):
            os.kill(helper.pid, signal.SIGKILL)  # not buried yet, so that the number is its own
            helper.end.close()
            helper = None
        with contextlib.ExitStack() as stack:
            questions, asked = _pipe(stack)
            answered, answers = _pipe(stack)
            if helper is None or not _handed(helper, questions, answers):
                helper = self._helped()
                _handed(helper, questions, answers)
            self._helpers[place] = helper
            helper.uses += 1

            def life(parent: int) -> None:
                from gateway.sandbox import eyes, reader

                layers = jail.seal(self._enclosure, parent)
                reader.serve(incoming, outgoing, eyes.Through(asked, answered), layers)

            return _forked(life, (incoming, outgoing, asked, answered, *self._rules()))

    def _helped(self) -> _Helper:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

        def life(parent: int) -> None:
            from gateway.sandbox import eyes

            jail.seal(self._enclosure, parent, ("recvmsg",))
            eyes.serve(theirs)

        with theirs:
            return _Helper(_forked(life, (theirs.fileno(), *self._rules())), ours)

    def _rules(self) -> tuple[int, ...]:
        return () if self._enclosure.files is None else (self._enclosure.files,)

    def _bury(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                for place, helper in list(self._helpers.items()):
                    if helper.pid == pid:
                        self._helpers.pop(place).end.close()


def _handed(helper: _Helper, questions: int, answers: int) -> bool:
    """False where the helper is gone."""
    try:
        socket.send_fds(helper.end, [b"r"], [questions, answers])
    except OSError:
        helper.end.close()
        return False
    return True


def _pipe(stack: contextlib.ExitStack) -> tuple[int, int]:
    ends = os.pipe()
    for end in ends:
        stack.callback(os.close, end)
    return ends


def _forked(life: Callable[[int], None], kept: Iterable[int]) -> int:
    """A process that has these descriptors and the standard ones, lives so, and ends."""
    parent = os.getpid()
    if pid := os.fork():
        return pid
    try:
        os.setsid()
        first = 3
        for descriptor in sorted(kept):
            os.closerange(first, descriptor)
            first = descriptor + 1
        os.closerange(first, os.sysconf("SC_OPEN_MAX"))
        life(parent)
        os._exit(0)
    finally:
        os._exit(1)
