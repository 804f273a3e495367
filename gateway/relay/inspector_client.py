"""Asking the inspector in another process: packets over a Unix socket, contents and rewritten messages as descriptors.

unix(7), SOCK_SEQPACKET with SCM_RIGHTS; packets are MessagePack. The envelope goes first, with what
a plain content is looked up by (`relay.plain_mail`): the content of a message that concerns nobody never leaves the
process that read it. Only where the inspector asks for it is the descriptor handed over.

Every question ends on both sides. The inspector gone, silent, or saying what makes no sense: everybody who waits hears
`TryLater`. The client gone, or the time over: the inspector hears `CancelRequest`, and hears it again where it asks for
the content of such a one. Whether the client left or was told to come back (`late`) is said too, for who comes back
will ask the same, and finds what was found meanwhile.
"""

import asyncio
import os
import socket
from collections.abc import Callable

import msgspec

from gateway.ipc.channel import LONGEST, Channel, in_memory
from gateway.ipc.content_handle import ContentHandle, opened
from gateway.ipc.inspector import Spooled
from gateway.ipc.messages import (
    CANARY,
    CancelRequest,
    ContentDescriptor,
    DrillReply,
    DrillRequest,
    InspectReply,
    InspectRequest,
    ProbeRequest,
)
from gateway.model import Envelope, Held, Pass, Rejected, Send, TryLater, Verdict
from gateway.model.drill import DrillRoute
from gateway.relay.plain_mail import fingerprints_of
from gateway.relay.spool import Spool, SpoolRoom
from gateway.telemetry.events import unexpected

_RETRY_SECONDS = 0.2
_LEAST_SECONDS = 0.1
_DRILL_SECONDS = 30.0
"""The inspector reads the drill's made-up report first."""
_ITS_SHARE = 0.8
"""Of the time for a probe: the inspector has to say in time which of its parts did not answer."""


class _PendingRequest:
    """A message that was asked about. `settled`: the inspector has answered, or is told already that nobody waits."""

    __slots__ = ("answer", "end", "number", "settled", "spooled")

    def __init__(self, number: int, answer: asyncio.Future[Verdict], spooled: Spooled, end: float) -> None:
        self.number, self.answer, self.spooled, self.end = number, answer, spooled, end
        self.settled = False

    def settle(self, verdict: Verdict) -> None:
        """The end of it: whoever waits for it goes on."""
        self.settled = True
        if not self.answer.done():  # else its task was cancelled
            self.answer.set_result(verdict)


class RemoteInspector:
    """Implements `inspector.Inspector`. One connection for all messages of this relay; opened when it is needed."""

    def __init__(
        self, address: str, seconds: float, emit: Callable[[object], None], inside: tuple[str, ...] = ()
    ) -> None:
        self._inside = frozenset(domain.lower() for domain in inside)
        self._address, self._seconds, self._emit = address, seconds, emit
        self._loop = asyncio.get_running_loop()
        self._line: Channel | None = None
        self._asked: dict[int, _PendingRequest] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._number = 0
        self._canary = Spool("canary", len(CANARY), SpoolRoom())
        self._canary.feed(CANARY + b".\r\n")
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(InspectReply | DrillReply).decode
        self._drills: dict[int, asyncio.Future[DrillRoute | TryLater | None]] = {}

    async def inspect(self, envelope: Envelope, spooled: Spooled) -> Verdict:
        """See the Protocol. An inspector that is not there is waited for; one that dies meanwhile is not."""
        end = self._loop.time() + self._seconds
        fingerprints = None if self._stays_inside(envelope) else await fingerprints_of(spooled)
        line = await self._connected(end)
        if line is None:
            return TryLater("inspector")
        question = self._question(spooled, end)
        left = max(_LEAST_SECONDS, end - self._loop.time())
        try:
            self._ask(line, InspectRequest(question.number, spooled.id, spooled.size, envelope, fingerprints, left))
            return await question.answer
        finally:
            self._over(question)

    async def probe(self, seconds: float) -> str:
        """Empty where a mail would be inspected now, on the way that mail takes; else which part did not answer within
        the seconds. Nothing is sent or stored, and nothing is counted as mail."""
        end = self._loop.time() + seconds
        line = await self._connected(end)
        if line is None:
            return "inspector"
        question = self._question(self._canary, end)
        try:
            line.send(self._encode(ProbeRequest(question.number, seconds * _ITS_SHARE)))
            match await question.answer:
                case Pass():
                    return ""
                case TryLater(reason=part) if part != "late":
                    return part
                case _:
                    return "inspector"
        finally:
            self._over(question)

    async def drill(self, token: str) -> DrillRoute | TryLater | None:
        """See `ipc.inspector.KnowsDrills`."""
        end = self._loop.time() + _DRILL_SECONDS
        line = await self._connected(end)
        if line is None:
            return TryLater("inspector")
        self._number += 1
        number = self._number
        answer: asyncio.Future[DrillRoute | TryLater | None] = self._loop.create_future()
        self._drills[number] = answer
        try:
            async with asyncio.timeout_at(end):
                line.send(self._encode(DrillRequest(number, token, _DRILL_SECONDS)))
                return await answer
        except TimeoutError:
            return TryLater("late")
        finally:
            del self._drills[number]

    def _over(self, question: _PendingRequest) -> None:
        """Nobody waits for it here; the inspector hears so unless it has answered."""
        self._asked.pop(question.number, None)
        if not question.settled:
            question.settled = True
            self._cancel(question.number)

    def _cancel(self, number: int, late: bool = False) -> None:
        if self._line is not None and self._line.open:
            self._line.send(self._encode(CancelRequest(number, late)))

    def _question(self, spooled: Spooled, end: float) -> _PendingRequest:
        self._number += 1
        question = _PendingRequest(self._number, self._loop.create_future(), spooled, end)
        self._asked[self._number] = question
        if self._timer is None or self._timer.when() > end:
            self._set_timer(end)
        return question

    def _stays_inside(self, envelope: Envelope) -> bool:
        """A guess that spares a look: the inspector decides, and asks for the content where it sees it otherwise."""
        return all(one.address.rpartition("@")[2].lower() in self._inside for one in envelope.recipients)

    def close(self) -> None:
        """Hang up, and ask nothing any more."""
        self._hang_up()
        if self._timer is not None:
            self._timer.cancel()
        self._canary.close()

    def _hang_up(self) -> None:
        """The next question opens another connection."""
        if self._line is not None:
            self._line.close()

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
                self._give_up(question, "late")
        waiting = [question.end for question in self._asked.values() if not question.settled]
        if waiting and self._timer is None:
            self._set_timer(min(waiting))

    def _give_up(self, question: _PendingRequest, reason: str) -> None:
        """The client is told to come back."""
        if not question.settled:
            self._cancel(question.number, late=True)
            question.settle(TryLater(reason))

    def _ask(self, line: Channel, ask: InspectRequest) -> None:
        packet = self._encode(ask)
        if len(packet) <= LONGEST:
            line.send(packet)
            return
        with in_memory(self._encode((ask.envelope, ask.fingerprints))) as fd:
            line.send(self._encode(InspectRequest(ask.number, ask.message, ask.size, None, None, ask.seconds)), fd)

    async def _connected(self, until: float) -> Channel | None:
        while self._line is None or not self._line.open:
            end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            end.setblocking(False)  # one that hangs takes no more connections than its queue is long
            try:
                end.connect(self._address)  # local: it is there at once or not at all
            except OSError:
                end.close()
                if self._loop.time() + _RETRY_SECONDS >= until:
                    return None
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            self._line = Channel(end, self._heard, self._lost)
        return self._line

    def _heard(self, packet: bytes, fds: list[int]) -> None:
        try:
            answer = self._decode(packet)
            if isinstance(answer, DrillReply):
                asked = self._drills.get(answer.number)
                if asked is not None and not asked.done():
                    asked.set_result(_route(answer))
                return
            question = self._asked.get(answer.number)
            if question is None or question.settled:
                if answer.outcome == "need":
                    self._cancel(answer.number)  # its client is gone; whoever asks keeps a place for it
                return
            if answer.outcome != "need":
                question.settle(_verdict(answer, fds))
            else:
                self._hand_over(question)
        except (msgspec.DecodeError, ValueError, OSError) as error:
            self._emit(unexpected(error))
            self._hang_up()
        finally:
            for fd in fds:
                os.close(fd)

    def _hand_over(self, question: _PendingRequest) -> None:
        try:
            handle = question.spooled.handle()
        except OSError:  # no memory, no descriptor: this one's fault and no other's
            self._give_up(question, "content")
            return
        if self._line is not None:
            content = ContentDescriptor(question.number, handle.length, handle.stuffed, handle.key)
            self._line.send(self._encode(content), handle.fd)

    def _lost(self) -> None:
        for asked in self._drills.values():
            if not asked.done():
                asked.set_result(TryLater("inspector"))
        for question in list(self._asked.values()):
            if not question.settled:
                question.settle(TryLater("inspector"))


def _route(answer: DrillReply) -> DrillRoute | TryLater | None:
    if answer.later:
        return TryLater("drill")
    return DrillRoute(answer.port, answer.proof) if answer.port else None


def _verdict(answer: InspectReply, fds: list[int]) -> Verdict:
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
            return Send(opened(ContentHandle(fds[0], answer.length, False)), answer.amendment)
        case _:
            return TryLater(answer.word)
