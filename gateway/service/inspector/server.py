"""The inspector's end of the hand-over: who asks is a relay, and what it says is checked like a stranger's bytes.

Mail that concerns nobody is answered at once, on the event loop, or after a look at envelope and fingerprints. For the
rest the content is asked for, as many at a time as can be worked on: what waits, waits in the relay's memory, not here.

Every question ends: with its answer, with the relay's `CancelRequest`, with the relay, or when the time is over that
the relay said it waits. Whatever it had goes with it: its turn in the line, the content that it waits for, its place.
The inspection that it waits for is none of its own (`service.inspector.inspections`).
"""

import asyncio
import os
import socket
import stat
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Literal

import msgspec

from gateway.errors import Unavailable
from gateway.ipc.channel import LONGEST, Channel, in_memory
from gateway.ipc.content_handle import ContentHandle, opened
from gateway.ipc.messages import (
    CancelRequest,
    ContentDescriptor,
    DrillReply,
    DrillRequest,
    InspectReply,
    InspectRequest,
    ProbeRequest,
)
from gateway.model import Envelope, Fingerprints, Held, Message, Pass, Rejected, Send, TryLater, Verdict
from gateway.service.inspector.canary import Canaries
from gateway.service.inspector.drills import OVER, RunningDrills, is_drilled
from gateway.service.inspector.engine import LocalInspector, LookupResult
from gateway.service.inspector.inspections import Inspection, question_of
from gateway.service.inspector.work_slots import LARGE, WorkSlots, kind_of
from gateway.service.os_users import peer_of
from gateway.telemetry.events import MessageAbandoned, unexpected

CONTENT_SECONDS = 10.0
"""A descriptor from a process of the same machine; a relay that takes longer hangs."""
_LARGEST_ENVELOPE = 16 * 1024 * 1024
_SEAL_OVERHEAD = 2  # times: a sealed spool is a little longer than what is in it
_LONGEST_WAIT = 3600.0
_GRACE_SECONDS = 1.0
"""The relay says itself that it is tired of waiting, unless it hangs."""

_Said = InspectRequest | ContentDescriptor | CancelRequest | ProbeRequest | DrillRequest


@dataclass(frozen=True, slots=True)
class _RelayMessage:
    id: str
    size: int
    fingerprints: Fingerprints | None


class AnsweringServer:
    """Answers on a listening Unix socket until `close`. Who asks is who we are, or one of `users` (their ids)."""

    def __init__(
        self,
        listening: socket.socket,
        inspector: LocalInspector,
        emit: Callable[[object], None],
        places: WorkSlots,
        users: Iterable[int] = (),
        drills: RunningDrills | None = None,
    ) -> None:
        self._drills = drills
        self._listening, self._inspector, self._emit, self._places = listening, inspector, emit, places
        self._users = frozenset((os.geteuid(), *users))
        self._canaries = Canaries(inspector, places)
        self._relays: set[_Relay] = set()
        listening.setblocking(False)
        asyncio.get_running_loop().add_reader(listening.fileno(), self._accept)

    def close(self) -> None:
        """Answer nobody any more."""
        asyncio.get_running_loop().remove_reader(self._listening.fileno())
        for relay in list(self._relays):
            relay.line.close()

    @property
    def questions(self) -> int:
        """How many are not answered yet."""
        return sum(len(relay.questions) for relay in self._relays)

    def _accept(self) -> None:
        try:
            end, _ = self._listening.accept()
        except OSError:
            return
        if peer_of(end)[1] not in self._users:
            end.close()
            return
        relay = _Relay(
            end, self._inspector, self._emit, self._places, self._canaries, self._relays.discard, self._drills
        )
        self._relays.add(relay)


class _InspectTask:
    """One that a relay waits for. `stage` is how far it is."""

    def __init__(self, number: int, message: str) -> None:
        self.number, self.message = number, message
        self.stage: Literal["waiting", "content", "work"] = "waiting"
        self.content: asyncio.Future[Message] | None = None
        self.inspection: Inspection | None = None
        self.task: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None

    def at_work(self, inspection: Inspection) -> None:
        """It waits for this one."""
        self.stage, self.inspection = "work", inspection

    def end(self, late: bool = False) -> None:
        """Nobody waits for it. `late`: but somebody will ask the same again."""
        if late and self.inspection is not None:
            self.inspection.lasting = True
        if self.task is not None:
            self.task.cancel()


class _Relay:
    """One relay process."""

    def __init__(
        self,
        end: socket.socket,
        inspector: LocalInspector,
        emit: Callable[[object], None],
        places: WorkSlots,
        canaries: Canaries,
        gone: Callable[["_Relay"], None],
        drills: RunningDrills | None = None,
    ) -> None:
        self._drills = drills
        self._inspector, self._emit, self._places, self._canaries, self._gone = inspector, emit, places, canaries, gone
        self._loop = asyncio.get_running_loop()
        self.questions: dict[int, _InspectTask] = {}
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(_Said).decode
        self.line = Channel(end, self._heard, self._lost)

    def _heard(self, packet: bytes, fds: list[int]) -> None:
        try:
            match self._decode(packet):
                case InspectRequest() as ask:
                    self._asked(ask, fds)
                case ContentDescriptor() as content:
                    self._received(content, fds)
                case CancelRequest(number=number, late=late):
                    if number in self.questions:  # else its answer is on the way
                        self.questions[number].end(late)
                case ProbeRequest(number=number, seconds=seconds):
                    question = self._questioned(number, "", seconds)
                    self._begin(question, self._probed(question, seconds))
                case DrillRequest(number=number, token=token, seconds=seconds):
                    question = self._questioned(number, "", seconds)
                    self._begin(question, self._drilled(question, token))
        except (msgspec.DecodeError, ValueError, OSError) as error:
            self._nonsense(error)
        finally:
            for fd in fds:
                os.close(fd)

    def _asked(self, ask: InspectRequest, fds: list[int]) -> None:
        envelope, fingerprints = (ask.envelope, ask.fingerprints) if ask.envelope is not None else _long(fds)
        asked = _RelayMessage(ask.message, ask.size, fingerprints)
        inspector = self._whose(envelope)
        if inspector is None:
            self._answer(ask.number, Rejected(OVER))
            return
        if (verdict := inspector.at_once(envelope, asked)) is not None:
            self._answer(ask.number, verdict)
            return
        question = self._questioned(ask.number, ask.message, ask.seconds)
        self._begin(question, self._look(question, envelope, asked, ask, inspector))

    def _whose(self, envelope: Envelope) -> LocalInspector | None:
        """Who decides on it: a drill's mail is no report's business but its own. None where the drill is over."""
        if not is_drilled(envelope):
            return self._inspector
        return None if self._drills is None else self._drills.of(envelope)

    async def _drilled(self, question: _InspectTask, token: str) -> None:
        number = question.number
        try:
            route = None if self._drills is None else await self._drills.route(token)
            reply = DrillReply(number) if route is None else DrillReply(number, route.port, route.proof)
        except Unavailable:
            reply = DrillReply(number, later=True)
        self.line.send(self._encode(reply))

    def _questioned(self, number: int, message: str, seconds: float) -> _InspectTask:
        if number in self.questions or not 0 < seconds <= _LONGEST_WAIT:
            raise ValueError("a question that makes no sense")
        question = self.questions[number] = _InspectTask(number, message)
        question.timer = self._loop.call_later(seconds + _GRACE_SECONDS, question.end, True)
        return question

    def _begin(self, question: _InspectTask, answering: Coroutine[None, None, None]) -> None:
        question.task = self._loop.create_task(answering)
        question.task.add_done_callback(lambda task: self._ended(question, task))

    def _ended(self, question: _InspectTask, task: "asyncio.Task[None]") -> None:
        del self.questions[question.number]
        if question.timer is not None:
            question.timer.cancel()
        if task.cancelled():
            # What is at work says so itself, if it is given up at all.
            if question.message and question.stage != "work":
                self._emit(MessageAbandoned(question.message, question.stage))
        elif (error := task.exception()) is not None:
            self._emit(unexpected(error, question.message))
            self._answer(question.number, TryLater("unexpected"))

    async def _look(
        self,
        question: _InspectTask,
        envelope: Envelope,
        asked: _RelayMessage,
        ask: InspectRequest,
        inspector: LocalInspector,
    ) -> None:
        looked = await inspector.look_up(envelope, asked, ask.seconds)
        if isinstance(looked, LookupResult):
            self._answer(question.number, await self._judged(question, envelope, looked, ask.size, inspector))
        else:
            self._answer(question.number, looked)

    async def _judged(
        self,
        question: _InspectTask,
        envelope: Envelope,
        looked: LookupResult,
        size: int,
        inspector: LocalInspector,
    ) -> Verdict:
        if inspector.inspections.likely(question_of(envelope), size):
            # Whoever asks again for what is at work, or was answered meanwhile, needs no place to be told.
            place = await self._places.take("known")
            try:
                message = await self._content(question)
            except TimeoutError:
                return TryLater("content")
            finally:
                place.leave()
            verdict = await inspector.recognised(envelope, message, looked, question.at_work)
            if verdict is not None:
                return verdict
            del message
            question.stage = "waiting"
        place = await self._places.take(kind_of(size))
        try:
            message = await self._content(question)
        except TimeoutError:
            place.leave()
            return TryLater("content")
        except BaseException:
            place.leave()
            raise
        return await inspector.decide(envelope, message, looked, place, question.at_work)

    async def _content(self, question: _InspectTask) -> Message:
        """Raises: TimeoutError."""
        question.stage = "content"
        coming: asyncio.Future[Message] = self._loop.create_future()
        question.content = coming
        self.line.send(self._encode(InspectReply(question.number, "need")))
        async with asyncio.timeout(CONTENT_SECONDS):
            message = await coming
        question.content = None  # else it would be held for as long as the question waits
        return message

    async def _probed(self, question: _InspectTask, seconds: float) -> None:
        part = await self._canaries.sings(seconds, lambda: self._content(question))
        self._answer(question.number, TryLater(part) if part else Pass())

    def _received(self, content: ContentDescriptor, fds: list[int]) -> None:
        question = self.questions.get(content.number)
        waiting = None if question is None else question.content
        if question is None or (waiting is not None and waiting.cancelled()):
            return  # its client left, or its time was over, while this was on the way
        if waiting is None or waiting.done():
            raise ValueError("a content that nobody asked for")
        if len(fds) != 1 or not _holds(fds[0], content.length):
            raise ValueError("a content that is not what it says")
        handle = ContentHandle(fds[0], content.length, content.stuffed, content.key)
        if content.length <= LARGE:
            waiting.set_result(Message(question.message, opened(handle)))
            return
        # To read and unseal it takes a while, in which others are to be answered.
        opening = self._loop.run_in_executor(None, _opened, question.message, handle, os.dup(fds[0]))
        opening.add_done_callback(lambda done: self._opened(waiting, done))

    def _opened(self, waiting: "asyncio.Future[Message]", opening: "asyncio.Future[Message]") -> None:
        error = opening.exception()
        if error is not None:
            self._nonsense(error)
        elif not waiting.done():
            waiting.set_result(opening.result())

    def _nonsense(self, error: BaseException) -> None:
        self._emit(unexpected(error))
        self.line.close()

    def _answer(self, number: int, verdict: Verdict) -> None:
        match verdict:
            case Pass(amendment=amendment):
                self.line.send(self._encode(InspectReply(number, "pass", amendment=amendment)))
            case Send(content=content, amendment=amendment):
                with in_memory(content) as fd:
                    answer = InspectReply(number, "send", length=len(content), amendment=amendment)
                    self.line.send(self._encode(answer), fd)
            case Held(id=held):
                self.line.send(self._encode(InspectReply(number, "held", held)))
            case Rejected(id=refused):
                self.line.send(self._encode(InspectReply(number, "rejected", refused)))
            case TryLater(reason=reason):
                self.line.send(self._encode(InspectReply(number, "later", reason)))

    def _lost(self) -> None:
        """Its clients are gone with it."""
        for question in list(self.questions.values()):
            question.end()
        self._gone(self)


def _opened(message: str, handle: ContentHandle, fd: int) -> Message:
    try:
        return Message(message, opened(ContentHandle(fd, handle.length, handle.stuffed, handle.key)))
    finally:
        os.close(fd)


def _long(fds: list[int]) -> tuple[Envelope, Fingerprints | None]:
    if len(fds) != 1:
        raise ValueError("an envelope that did not come")
    size = os.fstat(fds[0]).st_size
    if not LONGEST // 2 < size <= _LARGEST_ENVELOPE:
        raise ValueError("an envelope that is not what it says")
    return msgspec.msgpack.decode(os.pread(fds[0], size, 0), type=tuple[Envelope, Fingerprints | None])


def _holds(fd: int, length: int) -> bool:
    """A regular file that has so many octets, and no length that would make us read for ever."""
    found = os.fstat(fd)
    return stat.S_ISREG(found.st_mode) and 0 <= length <= found.st_size <= _SEAL_OVERHEAD * length + 1024 * 1024
