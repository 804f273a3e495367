"""Asking the inspector in another process: packets over a Unix socket, contents and rewritten messages as descriptors.

unix(7), SOCK_SEQPACKET with SCM_RIGHTS; packets are MessagePack. The envelope goes first, with what
a plain content is looked up by (`relay.glance`): the content of a message that concerns nobody never leaves the process
that read it. Only where the inspector asks for it is the descriptor handed over.

    Ask       relay → inspector   number, envelope, gist, size; in a memory file of its own where it is long
    Content   relay → inspector   number, how to read the descriptor that comes with it
    Answer    inspector → relay   number, what shall become of it; the rewritten bytes as a descriptor

The inspector gone, silent, or saying what makes no sense: everybody who waits hears `TryLater`.
"""

import array
import asyncio
import contextlib
import os
import socket
from collections import deque
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from gateway.model import AS_IT_CAME, Amendment, Envelope, Gist, Held, Pass, Rejected, Send, TryLater, Verdict
from gateway.relay.glance import glanced
from gateway.relay.inspector import Handle, Spooled
from gateway.relay.spool import opened
from gateway.smtp.eager import Waiter
from gateway.telemetry.events import unexpected

LONGEST = 96 * 1024
"""Octets of a packet; the kernel's own limit is the send buffer, about twice as much."""
_RETRY_SECONDS = 0.2
_HOLDS_SECONDS = 1.0
"""How long a word that was said ahead of the content holds: a report that comes in meanwhile counts within two."""
_BESIDE = socket.CMSG_LEN(4 * array.array("i").itemsize)
_CUT_OFF = int(socket.MSG_TRUNC | socket.MSG_CTRUNC)  # as a number: an enum's `|` is as dear as the whole packet


class Ask(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """What shall become of this message? `envelope` None: both are in the memory file that came with the packet.
    `gist` None: the content is not plain, it has to be read. `size` None: it is still to come, and what cannot be
    said without it is `later`."""

    number: int
    message: str
    size: int | None
    envelope: Envelope | None
    gist: Gist | None = None


class Content(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """The content of the message that was asked about. Its descriptor comes with the packet."""

    number: int
    length: int
    stuffed: bool
    key: bytes | None

    def __repr__(self) -> str:
        return f"Content({self.number}, {self.length})"  # the key is nobody's to read


class Answer(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """`need` asks for the content. `word` is an id or a reason; `length` that of the descriptor of a `send`;
    `amendment` what of the envelope does not go on with a `pass` or `send`."""

    number: int
    outcome: Literal["pass", "send", "held", "rejected", "later", "need"]
    word: str = ""
    length: int = 0
    amendment: Amendment = AS_IT_CAME


class Line:
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


class _Question:
    """A message that was asked about. `holds`: until when the answer does; None where the content was whole before."""

    __slots__ = ("answer", "end", "holds", "number", "spooled")

    def __init__(self, number: int, answer: Waiter[Verdict], spooled: Spooled, end: float, holds: float | None) -> None:
        self.number, self.answer, self.spooled, self.end, self.holds = number, answer, spooled, end, holds


class RemoteInspector:
    """Implements `inspector.Inspector`. One connection for all messages of this relay; opened when it is needed."""

    def __init__(
        self, address: str, seconds: float, emit: Callable[[object], None], inside: tuple[str, ...] = ()
    ) -> None:
        self._inside = frozenset(domain.lower() for domain in inside)
        self._address, self._seconds, self._emit = address, seconds, emit
        self._loop = asyncio.get_running_loop()
        self._line: Line | None = None
        self._asked: dict[int, _Question] = {}
        self._early: dict[str, _Question] = {}  # by message: asked about before its content was whole
        self._timer: asyncio.TimerHandle | None = None
        self._number = 0
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Answer).decode

    def ahead(self, envelope: Envelope, spooled: Spooled, passes: Callable[[], None]) -> None:
        """See the Protocol. Asked for mail that stays inside: of most of it the envelope says enough."""
        line = self._line
        if line is None or not line.open or not self._stays_inside(envelope):
            return

        def answered(answer: Waiter[Verdict]) -> None:
            if isinstance(answer.result(), Pass):
                passes()

        now = self._loop.time()
        question = self._question(spooled, now + self._seconds, holds=now + _HOLDS_SECONDS)
        question.answer.add_done_callback(answered)
        self._early[spooled.id] = question
        self._ask(line, Ask(question.number, spooled.id, None, envelope))

    def forget(self, spooled: Spooled) -> None:
        """See the Protocol."""
        question = self._early.pop(spooled.id, None)
        if question is not None:
            self._asked.pop(question.number, None)

    async def inspect(self, envelope: Envelope, spooled: Spooled) -> Verdict:
        """See the Protocol. An inspector that is not there is waited for; one that dies meanwhile is not."""
        end = self._loop.time() + self._seconds
        early = self._early.get(spooled.id)
        if early is not None:
            if not early.answer.done:
                early.answer.forget()
                await early.answer
            if isinstance(early.answer.result(), Pass) and early.holds is not None and self._loop.time() <= early.holds:
                return Pass()
        gist = None if self._stays_inside(envelope) else await glanced(spooled)
        line = await self._connected(end)
        if line is None:
            return TryLater("inspector")
        question = self._question(spooled, end)
        try:
            self._ask(line, Ask(question.number, spooled.id, spooled.size, envelope, gist))
            return await question.answer
        finally:
            self._asked.pop(question.number, None)

    def _question(self, spooled: Spooled, end: float, holds: float | None = None) -> _Question:
        self._number += 1
        question = _Question(self._number, Waiter(self._loop), spooled, end, holds)
        self._asked[self._number] = question
        if self._timer is None or self._timer.when() > end:
            self._set_timer(end)
        return question

    def _stays_inside(self, envelope: Envelope) -> bool:
        """A guess that spares a look: the inspector decides, and asks for the content where it sees it otherwise."""
        return all(one.address.rpartition("@")[2].lower() in self._inside for one in envelope.recipients)

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
        if self._timer is not None:
            self._timer.cancel()

    def _set_timer(self, at: float) -> None:
        """One for all who wait: making one for each is dearer than asking."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(at, self._late)

    def _late(self) -> None:
        self._timer = None
        now = self._loop.time()
        for question in list(self._asked.values()):
            if question.end <= now:
                _resolve(question.answer, TryLater("late"))
        waiting = [question.end for question in self._asked.values() if not question.answer.done]
        if waiting and self._timer is None:
            self._set_timer(min(waiting))

    def _ask(self, line: Line, ask: Ask) -> None:
        packet = self._encode(ask)
        if len(packet) <= LONGEST:
            line.send(packet)
            return
        with in_memory(self._encode((ask.envelope, ask.gist))) as fd:
            line.send(self._encode(Ask(ask.number, ask.message, ask.size, None)), fd)

    async def _connected(self, until: float) -> Line | None:
        while self._line is None or not self._line.open:
            end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            try:
                end.connect(self._address)  # local: it is there at once or not at all
            except OSError:
                end.close()
                if self._loop.time() + _RETRY_SECONDS >= until:
                    return None
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            self._line = Line(end, self._heard, self._lost)
        return self._line

    def _heard(self, packet: bytes, fds: list[int]) -> None:
        try:
            answer = self._decode(packet)
            question = self._asked.get(answer.number)
            if question is None or question.answer.done:
                return  # its client is gone
            if answer.outcome != "need":
                question.answer.set_result(_verdict(answer, fds))
            elif question.holds is not None:
                raise ValueError("a content that is not there yet")
            else:
                self._hand_over(question)
        except (msgspec.DecodeError, ValueError, OSError) as error:
            self._emit(unexpected(error))
            self.close()
        finally:
            for fd in fds:
                os.close(fd)

    def _hand_over(self, question: _Question) -> None:
        handle = question.spooled.handle()
        if self._line is not None:
            content = Content(question.number, handle.length, handle.stuffed, handle.key)
            self._line.send(self._encode(content), handle.fd)

    def _lost(self) -> None:
        for question in list(self._asked.values()):
            _resolve(question.answer, TryLater("inspector"))


def _resolve(waiting: Waiter[Verdict], verdict: Verdict) -> None:
    if not waiting.done:
        waiting.set_result(verdict)


def _verdict(answer: Answer, fds: list[int]) -> Verdict:
    match answer.outcome:
        case "pass":
            return Pass(answer.amendment)
        case "held":
            return Held(answer.word)
        case "rejected":
            return Rejected(answer.word)
        case "send":
            if len(fds) != 1:
                raise ValueError("a rewritten message without its bytes")
            return Send(opened(Handle(fds[0], answer.length, False)), answer.amendment)
        case _:
            return TryLater(answer.word)


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
