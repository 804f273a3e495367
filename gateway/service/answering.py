"""The inspector's end of the hand-over: who asks is a relay, and what it says is checked like a stranger's bytes.

Mail that concerns nobody is answered at once, on the event loop. For the rest the content is asked for, as many at a
time as can be worked on: what waits, waits in the relay's memory, not here.
"""

import asyncio
import os
import socket
import stat
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from gateway.model import Envelope, Gist, Held, Pass, Rejected, Send, TryLater, Verdict
from gateway.relay.handover import LONGEST, Answer, Ask, Content, Line, in_memory
from gateway.relay.inspector import Handle
from gateway.relay.spool import opened
from gateway.service.asking import LocalInspector
from gateway.telemetry.events import unexpected

_LARGEST_ENVELOPE = 16 * 1024 * 1024
_SEAL_OVERHEAD = 2  # times: a sealed spool is a little longer than what is in it


@dataclass(frozen=True, slots=True)
class _Asked:
    id: str
    size: int | None
    gist: Gist | None


class AnsweringServer:
    """Answers on a listening Unix socket until `close`. At most `at_work` contents are held at a time."""

    def __init__(
        self, listening: socket.socket, inspector: LocalInspector, emit: Callable[[object], None], at_work: int
    ) -> None:
        self._listening, self._inspector, self._emit = listening, inspector, emit
        self._room = asyncio.Semaphore(at_work)
        self._relays: set[_Relay] = set()
        listening.setblocking(False)
        asyncio.get_running_loop().add_reader(listening.fileno(), self._accept)

    def close(self) -> None:
        """Answer nobody any more."""
        asyncio.get_running_loop().remove_reader(self._listening.fileno())
        for relay in list(self._relays):
            relay.line.close()

    def _accept(self) -> None:
        try:
            end, _ = self._listening.accept()
        except OSError:
            return
        relay = _Relay(end, self._inspector, self._emit, self._room, self._relays.discard)
        self._relays.add(relay)


class _Relay:
    """One relay process."""

    def __init__(
        self,
        end: socket.socket,
        inspector: LocalInspector,
        emit: Callable[[object], None],
        room: asyncio.Semaphore,
        gone: Callable[["_Relay"], None],
    ) -> None:
        self._inspector, self._emit, self._room, self._gone = inspector, emit, room, gone
        self._tasks: set[asyncio.Task[None]] = set()
        self._contents: dict[int, asyncio.Future[bytes]] = {}
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Ask | Content).decode
        self.line = Line(end, self._heard, self._lost)

    def _heard(self, packet: bytes, fds: list[int]) -> None:
        try:
            said = self._decode(packet)
            if isinstance(said, Content):
                self._received(said, fds)
            else:
                self._asked(said, fds)
        except (msgspec.DecodeError, ValueError, OSError) as error:
            self._emit(unexpected(error))
            self.line.close()
        finally:
            for fd in fds:
                os.close(fd)

    def _asked(self, ask: Ask, fds: list[int]) -> None:
        envelope, gist = (ask.envelope, ask.gist) if ask.envelope is not None else _long(fds)
        asked = _Asked(ask.message, ask.size, gist)
        verdict = self._inspector.at_once(envelope, asked)
        if verdict is None and ask.size is None:
            verdict = TryLater("content")  # no place at work is kept for what may be long in coming
        if verdict is not None:
            self._answer(ask.number, verdict)
            return
        task = asyncio.create_task(self._look(ask.number, envelope, asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self, number: int, envelope: Envelope, asked: _Asked) -> None:
        async def content() -> bytes:
            waiting: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            self._contents[number] = waiting
            self.line.send(self._encode(Answer(number, "need")))
            return await waiting

        try:
            async with self._room:
                self._answer(number, await self._inspector.after_a_look(envelope, asked, content))
        finally:
            self._contents.pop(number, None)

    def _received(self, content: Content, fds: list[int]) -> None:
        waiting = self._contents.get(content.number)
        if waiting is None or waiting.done():
            raise ValueError("a content that nobody asked for")
        if len(fds) != 1 or not _holds(fds[0], content.length):
            raise ValueError("a content that is not what it says")
        waiting.set_result(opened(Handle(fds[0], content.length, content.stuffed, content.key)))

    def _answer(self, number: int, verdict: Verdict) -> None:
        match verdict:
            case Pass(amendment=amendment):
                self.line.send(self._encode(Answer(number, "pass", amendment=amendment)))
            case Send(content=content, amendment=amendment):
                with in_memory(content) as fd:
                    answer = Answer(number, "send", length=len(content), amendment=amendment)
                    self.line.send(self._encode(answer), fd)
            case Held(id=held):
                self.line.send(self._encode(Answer(number, "held", held)))
            case Rejected(id=refused):
                self.line.send(self._encode(Answer(number, "rejected", refused)))
            case TryLater(reason=reason):
                self.line.send(self._encode(Answer(number, "later", reason)))

    def _lost(self) -> None:
        """What runs on threads runs on: what it holds, it holds for the retry."""
        for waiting in self._contents.values():
            waiting.cancel()
        self._gone(self)


def _long(fds: list[int]) -> tuple[Envelope, Gist | None]:
    if len(fds) != 1:
        raise ValueError("an envelope that did not come")
    size = os.fstat(fds[0]).st_size
    if not LONGEST // 2 < size <= _LARGEST_ENVELOPE:
        raise ValueError("an envelope that is not what it says")
    return msgspec.msgpack.decode(os.pread(fds[0], size, 0), type=tuple[Envelope, Gist | None])


def _holds(fd: int, length: int) -> bool:
    """A regular file that has so many octets, and no length that would make us read for ever."""
    found = os.fstat(fd)
    return stat.S_ISREG(found.st_mode) and 0 <= length <= found.st_size <= _SEAL_OVERHEAD * length + 1024 * 1024
