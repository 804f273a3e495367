"""An inspector with a real store and places, its reader in this process, and relays that say what they are told."""

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gateway.errors import Abandoned
from gateway.inspection.limits import Limiter
from gateway.inspection.tools import Further, InspectionDeps, Subjects
from gateway.ipc.channel import in_memory
from gateway.ipc.messages import CancelRequest, ContentDescriptor, InspectReply, InspectRequest, ProbeRequest
from gateway.matching import TrustedRecipients
from gateway.model import Client, Edit, Envelope, Item, Party, Reading, Recipient, Report
from gateway.model.deadline import Deadline, no_deadline
from gateway.policy import SenderLimits, packaged_policy
from gateway.reading.walk import read_file, read_mail, read_mail_by_steps
from gateway.rewriting.apply import apply
from gateway.service.inspector.engine import LocalInspector
from gateway.service.inspector.server import AnsweringServer
from gateway.service.inspector.work_slots import Kind, WorkSlots
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.storage.suggestions import AskLimits
from gateway.telemetry.metrics import Metrics
from gateway.vault.vault import Vault
from scene import mail, unreadable

CLEAN, BAD = mail("请说明当晚情况。"), unreadable()
LARGE = CLEAN + b"".join(b"%07d %s\r\n" % (number, b"y" * 60) for number in range(5000))
REPORT = Report(
    "R-1",
    "open",
    "2020-09-18T10:00:00+08:00",
    (Party("星儿", ("xinger@streamers.example",)),),
    (Item("name", "张小鸣"), Item("phone", "13800138000")),
)
encode = msgspec.msgpack.encode


def envelope(to: str = "xinger@streamers.example", *parameters: str) -> Envelope:
    recipient = Recipient(to, parameters)
    return Envelope("kefu@platform.example", (recipient,), Client("::1", "h"), datetime.now(UTC))


class Gated:
    """A reader in this process. While it is shut it hangs: until it is opened, or nobody waits for it any more."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.deaf = False  # does it know no deadline?
        self.busy = False  # is none free until the time is over?
        self.steps = False  # can it stop on the way?
        self.whole = threading.Event()  # does it get to the end of a message that is read at once?
        self.whole.set()
        self.reads = self.at_work = self.most = 0
        self._lock = threading.Lock()

    def read_mail(self, content: bytes, deadline: Deadline | None = None, passwords: tuple[str, ...] = ()) -> Reading:
        deadline = deadline or no_deadline()
        with self._lock:
            self.reads += 1
            self.at_work += 1
            self.most = max(self.most, self.at_work)
        try:
            while not self.gate.wait(0.005):
                if self.busy and not deadline.left:
                    raise Abandoned("no reader was free in time")
                if not self.deaf:
                    deadline.check()
            while not self.whole.wait(0.005):
                deadline.check()
            return read_mail(content, earlier=passwords)
        finally:
            with self._lock:
                self.at_work -= 1

    def skim_mail(self, content: bytes, deadline: Deadline | None = None, passwords: tuple[str, ...] = ()) -> Reading:
        return self.read_mail(content, deadline, passwords)

    def read_by_steps(
        self, content: bytes, further: Further, deadline: Deadline | None = None, passwords: tuple[str, ...] = ()
    ) -> Reading:
        if not self.steps:
            return self.read_mail(content, deadline, passwords)
        reads = read_mail_by_steps(content, earlier=passwords)
        step, reading = next(reads)
        while step != "whole" and (wanted := further(reading, step)) is not None:
            step, reading = reads.send(wanted)
        return reading

    def read_file(self, content: bytes, name: str) -> Reading:
        return read_file(content, name)

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: Deadline | None = None) -> bytes:
        return apply(content, edits)


class Relay:
    """A relay's end of the socket."""

    def __init__(self, address: str) -> None:
        self.end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.end.connect(address)
        self.end.setblocking(False)

    def ask(self, number: int, content: bytes = BAD, seconds: float = 60, to: Envelope | None = None) -> None:
        self.end.send(encode(InspectRequest(number, f"m{number}", len(content), to or envelope(), None, seconds)))

    def probe(self, number: int, seconds: float) -> None:
        self.end.send(encode(ProbeRequest(number, seconds)))

    def cancel(self, number: int, late: bool = False) -> None:
        self.end.send(encode(CancelRequest(number, late)))

    def hand_over(self, number: int, content: bytes = BAD) -> None:
        with in_memory(content) as fd:
            socket.send_fds(self.end, [encode(ContentDescriptor(number, len(content), False, None))], [fd])

    async def heard(self) -> InspectReply | None:
        """The next answer; None where the connection was ended."""
        packet = await asyncio.get_running_loop().sock_recv(self.end, 4096)
        return msgspec.msgpack.decode(packet, type=InspectReply) if packet else None

    async def asked(
        self, number: int, content: bytes = BAD, seconds: float = 60, to: Envelope | None = None
    ) -> InspectReply:
        """Ask, hand over what is asked for; the answer to it, other answers passed by."""
        self.ask(number, content, seconds, to)
        return await self.answered(number, content)

    async def answered(self, number: int, content: bytes = BAD) -> InspectReply:
        while True:
            answer = await self.heard()
            assert answer is not None
            if answer.number == number and answer.outcome == "need":
                self.hand_over(number, content)
            elif answer.number == number:
                return answer

    def close(self) -> None:
        self.end.close()


@dataclass
class Inspecting:
    """One inspector, and its parts."""

    address: str
    store: SqlStore
    reader: Gated
    places: WorkSlots
    server: AnsweringServer
    inspector: LocalInspector
    events: list[object]
    relay: Callable[[], Relay]

    def taken(self, kind: Kind) -> int:
        return self.places.line(kind).taken

    def waiting(self) -> int:
        return sum(self.places.line(kind).waiting for kind in KINDS)

    async def until(self, so: Callable[[], bool]) -> None:
        while not so():  # noqa: ASYNC110  # what happens on threads has no event
            await asyncio.sleep(0.005)

    async def all_free(self) -> None:
        """Nothing is asked, nobody waits, every place is free."""
        await self.until(
            lambda: self.server.questions == self.waiting() == sum(self.taken(kind) for kind in KINDS) == 0
        )


KINDS: tuple[Kind, ...] = ("small", "large", "known")


@asynccontextmanager
async def inspecting(
    folder: Path,
    small: int = 4,
    large: int = 1,
    budget: float = 30.0,
    limits: SenderLimits | None = None,
    ask: AskLimits | None = None,
) -> AsyncIterator[Inspecting]:
    """Started on a real socket; everything is closed at the end, and no descriptor is left. Without limits nobody
    is over one."""
    store = open_store(f"sqlite:///{folder}/s.db", Vault(b"k" * 32), ask=ask)
    store.reports.put((REPORT,), "test")
    reader, events, ends = Gated(), list[object](), list[Relay]()
    policy = packaged_policy()
    tools = InspectionDeps(
        store.reports,
        Subjects(store.reports),
        reader,
        policy if limits is None else replace(policy, limits=limits),
        store.quarantine,
        store.marks,
        store.callings,
        circle=TrustedRecipients(frozenset(("platform.example",)), frozenset()),
        passwords=store.passwords,
        suggestions=store.suggestions,
        decisions=store.decisions,
        limiter=Limiter(None if limits is None else store.senders, events.append),
    )
    inspector = LocalInspector(lambda: tools, Metrics(), events.append, budget, small + large + 2)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    address = str(folder / "s")
    listening.bind(address)
    listening.listen()
    places = WorkSlots(small, large)
    server = AnsweringServer(listening, inspector, events.append, places)

    def relay() -> Relay:
        ends.append(Relay(address))
        return ends[-1]

    try:
        yield Inspecting(address, store, reader, places, server, inspector, events, relay)
    finally:
        server.close()
        listening.close()
        os.unlink(address)
        reader.deaf = False
        await asyncio.to_thread(inspector.close)
        reader.gate.set()
        store.shut()
        for end in ends:
            end.close()
