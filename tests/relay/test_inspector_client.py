"""Asking over the Unix socket: real sockets, and an inspector that answers as it likes."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.ipc.channel import LONGEST, Channel, in_memory
from gateway.ipc.content_handle import ContentHandle, opened
from gateway.ipc.messages import CANARY, CancelRequest, ContentDescriptor, InspectReply, InspectRequest, ProbeRequest
from gateway.model import (
    Amendment,
    Client,
    Envelope,
    Fingerprints,
    Held,
    Pass,
    Recipient,
    Rejected,
    Send,
    TryLater,
    Verdict,
)
from gateway.relay.inspector_client import RemoteInspector
from gateway.relay.spool import Spool, SpoolRoom

BODY = b"Subject: x\r\n\r\n.hidden dots\r\n"
ENVELOPE = Envelope("a@platform.example", (Recipient("b@x.example"),), Client("::1", "h"), datetime.now(UTC))
AMENDMENT = Amendment(("ENVID",), ((0, "ORCPT"),), name=True)
encode = msgspec.msgpack.encode


def spooled(times: int = 1) -> Spool:
    spool = Spool("m", 10**9, SpoolRoom())
    assert spool.feed(BODY.replace(b"\r\n.", b"\r\n..") * times + b".\r\n") == b""
    return spool


class Other:
    """The inspector's end: what it was asked, and a way to say anything."""

    def __init__(self, end: socket.socket, answer: Callable[["Other", InspectRequest], None]) -> None:
        self.asked: list[InspectRequest] = []
        self.contents: list[bytes] = []
        self.cancelled: list[CancelRequest] = []
        self._answer = answer
        self.line = Channel(end, self._heard, lambda: None)

    def say(self, number: int, *words: Any, fd: int | None = None) -> None:
        self.line.send(encode(InspectReply(number, *words)), fd)

    def _heard(self, packet: bytes, fds: list[int]) -> None:
        said = msgspec.msgpack.decode(packet, type=InspectRequest | ContentDescriptor | CancelRequest | ProbeRequest)
        if isinstance(said, CancelRequest):
            self.cancelled.append(said)
        elif isinstance(said, ProbeRequest):
            self._answer(self, InspectRequest(said.number, "probe", 0, None, None, said.seconds))
        elif isinstance(said, InspectRequest):
            if said.envelope is None:
                large = os.pread(fds[0], 2**24, 0)
                said = InspectRequest(
                    said.number,
                    said.message,
                    said.size,
                    *msgspec.msgpack.decode(large, type=tuple[Envelope, Fingerprints | None]),
                    said.seconds,
                )
            self.asked.append(said)
            self._answer(self, said)
        else:
            self.contents.append(opened(ContentHandle(fds[0], said.length, said.stuffed, said.key)))
            self.say(said.number, "held", "Q-1")
        for fd in fds:
            os.close(fd)


@asynccontextmanager
async def asking(
    folder: Path, answer: Callable[[Other, InspectRequest], None], seconds: float = 5.0
) -> AsyncIterator[tuple[RemoteInspector, list[Other], list[object]]]:
    others: list[Other] = []
    events: list[object] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(str(folder / "s"))
        listening.listen()
        listening.setblocking(False)
        loop = asyncio.get_running_loop()
        loop.add_reader(listening.fileno(), lambda: others.append(Other(listening.accept()[0], answer)))
        inspector = RemoteInspector(str(folder / "s"), seconds, events.append, ("platform.example",))
        try:
            yield inspector, others, events
        finally:
            inspector.close()
            loop.remove_reader(listening.fileno())
            for other in others:
                other.line.close()


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        (("pass",), Pass()),
        (("pass", "", 0, AMENDMENT), Pass(AMENDMENT)),
        (("held", "Q-7"), Held("Q-7")),
        (("rejected", "A-1"), Rejected("A-1")),
        (("later", "store"), TryLater("store")),
    ],
)
async def test_an_answer_is_what_becomes_of_the_message(
    tmp_path: Path, words: tuple[object, ...], verdict: Verdict
) -> None:
    async with asking(tmp_path, lambda other, ask: other.say(ask.number, *words)) as (inspector, others, _):
        assert await inspector.inspect(ENVELOPE, spooled()) == verdict
        assert others[0].asked[0].envelope == ENVELOPE
        assert others[0].asked[0].size == len(BODY)
        assert others[0].contents == []  # nobody asked for it


@pytest.mark.parametrize("times", [1, 100_000])
async def test_the_content_is_handed_over_where_it_is_asked_for(tmp_path: Path, times: int) -> None:
    async with asking(tmp_path, lambda other, ask: other.say(ask.number, "need")) as (inspector, others, _):
        assert await inspector.inspect(ENVELOPE, spooled(times)) == Held("Q-1")
        assert others[0].contents == [BODY * times]


async def test_rewritten_bytes_come_back_as_a_descriptor(tmp_path: Path) -> None:
    new = b"rewritten\r\n.\r\n" * 50_000

    def answer(other: Other, ask: InspectRequest) -> None:
        with in_memory(new) as fd:
            other.say(ask.number, "send", "", len(new), AMENDMENT, fd=fd)

    async with asking(tmp_path, answer) as (inspector, _, _):
        assert await inspector.inspect(ENVELOPE, spooled()) == Send(new, AMENDMENT)


async def test_an_envelope_longer_than_a_packet_arrives(tmp_path: Path) -> None:
    crowd = tuple(Recipient(f"{number}-{'x' * 200}@x.example", ("NOTIFY=NEVER",)) for number in range(2000))
    long = Envelope("a@platform.example", crowd, Client("::1", "h"), datetime.now(UTC))
    async with asking(tmp_path, lambda other, ask: other.say(ask.number, "pass")) as (inspector, others, _):
        assert await inspector.inspect(long, spooled()) == Pass()
        assert len(encode(long)) > LONGEST
        assert others[0].asked[0].envelope == long


async def test_many_questions_are_answered_in_any_order(tmp_path: Path) -> None:
    waiting: list[InspectRequest] = []

    def answer(other: Other, ask: InspectRequest) -> None:
        waiting.append(ask)
        if len(waiting) == 500:
            for one in reversed(waiting):
                other.say(one.number, "held", one.message)

    async with asking(tmp_path, answer) as (inspector, _, _):
        spools = [Spool(f"m{number}", 10**9, SpoolRoom()) for number in range(500)]
        answers = await asyncio.gather(*(inspector.inspect(ENVELOPE, spool) for spool in spools))
        assert answers == [Held(f"m{number}") for number in range(500)]


async def test_an_inspector_that_goes_away_is_try_later_at_once_and_the_next_one_is_found(tmp_path: Path) -> None:
    async with asking(
        tmp_path, lambda other, ask: other.line.close() if ask.number == 1 else other.say(ask.number, "pass"), 60
    ) as (inspector, others, _):
        assert await inspector.inspect(ENVELOPE, spooled()) == TryLater("inspector")
        assert await inspector.inspect(ENVELOPE, spooled()) == Pass()
        assert len(others) == 2


async def test_an_inspector_that_is_silent_is_try_later_in_time(tmp_path: Path) -> None:
    async with asking(tmp_path, lambda other, ask: None, 0.1) as (inspector, _, _):
        assert await inspector.inspect(ENVELOPE, spooled()) == TryLater("late")


async def until(so: Callable[[], object]) -> None:
    while not so():  # noqa: ASYNC110  # the other end of a socket has no event
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("content", [BODY, BODY * 5000])
async def test_of_a_client_that_left_the_inspector_hears(tmp_path: Path, content: bytes) -> None:
    async with asking(tmp_path, lambda other, ask: None) as (inspector, others, _):
        asked = asyncio.create_task(inspector.inspect(ENVELOPE, spooled(len(content) // len(BODY))))
        await until(lambda: others and others[0].asked)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        await until(lambda: others[0].cancelled)
        assert others[0].cancelled == [CancelRequest(others[0].asked[0].number)]


async def test_whoever_asks_for_a_content_of_a_client_that_left_hears_so_again(tmp_path: Path) -> None:
    async with asking(tmp_path, lambda other, ask: None) as (inspector, others, events):
        asked = asyncio.create_task(inspector.inspect(ENVELOPE, spooled()))
        await until(lambda: others and others[0].asked)
        number = others[0].asked[0].number
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        others[0].say(number, "need")
        await until(lambda: len(others[0].cancelled) == 2)
        assert others[0].cancelled == [CancelRequest(number), CancelRequest(number)]
        assert others[0].contents == []
        assert events == []


async def test_an_inspector_that_is_silent_hears_that_the_client_will_come_back(tmp_path: Path) -> None:
    async with asking(tmp_path, lambda other, ask: None, 0.1) as (inspector, others, _):
        assert await inspector.inspect(ENVELOPE, spooled()) == TryLater("late")
        await until(lambda: others[0].cancelled)
        (ask,) = others[0].asked
        assert 0 < ask.seconds <= 0.1
        assert others[0].cancelled == [CancelRequest(ask.number, late=True)]


async def test_whoever_was_answered_cancels_nothing(tmp_path: Path) -> None:
    async with asking(tmp_path, lambda other, ask: other.say(ask.number, "held", "Q-1")) as (inspector, others, _):
        assert await inspector.inspect(ENVELOPE, spooled()) == Held("Q-1")
        assert await inspector.inspect(ENVELOPE, spooled()) == Held("Q-1")
        assert others[0].cancelled == []


@pytest.mark.parametrize(
    ("words", "part"), [(("pass",), ""), (("later", "places"), "places"), (("held", "Q-1"), "inspector")]
)
async def test_a_canary_says_what_the_inspector_says(tmp_path: Path, words: tuple[str, ...], part: str) -> None:
    async with asking(tmp_path, lambda other, ask: other.say(ask.number, *words)) as (inspector, _, _):
        assert await inspector.probe(5.0) == part


async def test_a_canary_goes_over_as_a_content(tmp_path: Path) -> None:
    async with asking(tmp_path, lambda other, ask: other.say(ask.number, "need")) as (inspector, others, _):
        await inspector.probe(5.0)
        await inspector.probe(5.0)
        assert others[0].contents == [CANARY, CANARY]


async def test_a_canary_comes_to_its_end_where_the_inspector_is_silent_or_gone(tmp_path: Path) -> None:
    async with asking(tmp_path, lambda other, ask: None) as (inspector, others, _):
        assert await inspector.probe(0.1) == "inspector"
        await until(lambda: others[0].cancelled)
    nobody = RemoteInspector(str(tmp_path / "nobody"), 5.0, lambda event: None)
    assert await nobody.probe(0.1) == "inspector"


async def test_an_inspector_that_takes_no_connection_stops_no_relay(tmp_path: Path) -> None:
    """Its queue is full, for it hangs: whoever would connect and wait would wait for ever."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(str(tmp_path / "s"))
        listening.listen(0)
        ends = [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(2)]
        for end in ends:
            end.setblocking(False)
            end.connect_ex(str(tmp_path / "s"))
        inspector = RemoteInspector(str(tmp_path / "s"), 0.3, lambda event: None)
        assert await inspector.inspect(ENVELOPE, spooled()) == TryLater("inspector")
        for end in ends:
            end.close()


async def test_where_no_inspector_is_it_is_try_later_in_time(tmp_path: Path) -> None:
    inspector = RemoteInspector(str(tmp_path / "nobody"), 0.3, lambda event: None)
    assert await inspector.inspect(ENVELOPE, spooled()) == TryLater("inspector")


@pytest.mark.parametrize(
    "packet",
    [
        b"\xc1",
        b"x",
        encode(["InspectReply", 1, "perhaps"]),
        encode(["InspectReply", 1, "send", "", 10]),
        b"\0" * 120_000,
    ],
)
async def test_what_makes_no_sense_ends_the_connection_and_is_try_later(tmp_path: Path, packet: bytes) -> None:
    async with asking(tmp_path, lambda other, ask: other.line.send(packet)) as (inspector, _, events):
        assert await inspector.inspect(ENVELOPE, spooled()) == TryLater("inspector")
        assert "hidden" not in repr(events)


async def test_after_nonsense_whoever_is_not_answered_is_still_told_so_in_time(tmp_path: Path) -> None:
    async with asking(tmp_path, lambda other, ask: other.line.send(b"x") if ask.number == 1 else None, 0.2) as (
        inspector,
        _,
        _,
    ):
        assert await inspector.inspect(ENVELOPE, spooled()) == TryLater("inspector")
        async with asyncio.timeout(5):
            assert await inspector.inspect(ENVELOPE, spooled()) == TryLater("late")


async def test_after_nonsense_canaries_still_have_a_content(tmp_path: Path) -> None:
    def answer(other: Other, ask: InspectRequest) -> None:
        if ask.message == "probe":
            other.say(ask.number, "need")
        else:
            other.line.send(b"x")

    async with asking(tmp_path, answer) as (inspector, others, _):
        await inspector.probe(5.0)
        assert await inspector.inspect(ENVELOPE, spooled()) == TryLater("inspector")
        await inspector.probe(5.0)
        assert [other.contents for other in others] == [[CANARY], [CANARY]]


async def test_an_answer_for_a_client_that_is_gone_hurts_nobody(tmp_path: Path) -> None:
    async with asking(
        tmp_path, lambda other, ask: other.say(ask.number, "pass") if ask.message != "gone" else None
    ) as (inspector, others, _):
        gone = asyncio.create_task(inspector.inspect(ENVELOPE, Spool("gone", 10, SpoolRoom())))
        assert await inspector.inspect(ENVELOPE, spooled()) == Pass()
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        others[0].say(others[0].asked[0].number, "need")
        assert await inspector.inspect(ENVELOPE, spooled()) == Pass()


def test_a_key_is_not_shown() -> None:
    assert "secret" not in repr(ContentDescriptor(1, 2, False, b"secret"))


INSIDE = Envelope("a@platform.example", (Recipient("b@platform.example"),), Client("::1", "h"), datetime.now(UTC))


async def test_of_mail_that_stays_inside_is_asked_without_a_look(tmp_path: Path) -> None:
    async with asking(tmp_path, lambda other, ask: other.say(ask.number, "pass")) as (inspector, others, _):
        assert await inspector.inspect(ENVELOPE, spooled()) == Pass()
        assert await inspector.inspect(INSIDE, spooled()) == Pass()
        assert [ask.fingerprints is None for ask in others[0].asked] == [False, True]
        assert [ask.size for ask in others[0].asked] == [len(BODY), len(BODY)]
