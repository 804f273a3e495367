"""What a relay says to the inspector is a stranger's word: it is checked, and nonsense ends the connection alone."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.model import Client, Envelope, Held, Recipient, Send, Verdict
from gateway.relay.handover import Answer, Ask, Content, in_memory
from gateway.service.answering import AnsweringServer

ENVELOPE = Envelope("a@platform.example", (Recipient("b@x.example"),), Client("::1", "h"), datetime.now(UTC))
encode = msgspec.msgpack.encode


class Inspecting:
    """Looks at every content, and answers with its length."""

    def __init__(self) -> None:
        self.at_work = self.most = 0
        self.left = asyncio.Event()

    def at_once(self, envelope: Envelope, asked: Any) -> Verdict | None:
        return None

    async def after_a_look(self, envelope: Envelope, asked: Any, content: Callable[[], Awaitable[bytes]]) -> Verdict:
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        try:
            whole = await content()
            return Send(whole.upper()) if asked.id == "send" else Held(f"Q-{len(whole)}")
        finally:
            self.at_work -= 1
            self.left.set()


@asynccontextmanager
async def answering(
    folder: Path, at_work: int = 4
) -> AsyncIterator[tuple[Callable[[], socket.socket], Inspecting, list[object]]]:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listening.bind(str(folder / "s"))
    listening.listen()
    inspecting, events, ends = Inspecting(), [], []
    server = AnsweringServer(listening, inspecting, events.append, at_work)  # type: ignore[arg-type]  # by its methods

    def relay() -> socket.socket:
        end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        end.connect(str(folder / "s"))
        end.setblocking(False)
        ends.append(end)
        return end

    try:
        yield relay, inspecting, events
    finally:
        server.close()
        listening.close()
        for end in ends:
            end.close()


async def heard(end: socket.socket) -> Answer | None:
    """The next answer; None where the connection was ended."""
    packet = await asyncio.get_running_loop().sock_recv(end, 4096)
    return msgspec.msgpack.decode(packet, type=Answer) if packet else None


async def test_the_content_is_asked_for_and_judged(tmp_path: Path) -> None:
    async with answering(tmp_path) as (relay, _, _):
        end = relay()
        end.send(encode(Ask(7, "m", 5, ENVELOPE)))
        assert await heard(end) == Answer(7, "need")
        with in_memory(b"..x\r\n.\r\n") as fd:
            socket.send_fds(end, [encode(Content(7, 5, True, None))], [fd])
        assert await heard(end) == Answer(7, "held", "Q-4")


def _pipe() -> int:
    out, into = os.pipe()
    os.close(into)
    return out


def _short() -> int:
    fd = os.memfd_create("x")
    os.write(fd, b"ab")
    return fd


@pytest.mark.parametrize(
    ("packet", "make"),
    [
        (b"\xc1", None),
        (encode(["Ask", 1]), None),
        (encode(Ask(2, "m", 5, None)), None),  # an envelope that did not come
        (encode(Ask(2, "m", 5, None)), _short),
        (encode(Content(9, 5, False, None)), _short),  # nobody asked for it
        (encode(Content(1, 5, False, None)), None),
        (encode(Content(1, 5, False, None)), _short),
        (encode(Content(1, -1, False, None)), _short),
        (encode(Content(1, 2, False, b"no key")), _short),
        (encode(Content(1, 0, False, None)), _pipe),
    ],
)
async def test_nonsense_ends_the_connection_and_no_other(
    tmp_path: Path, packet: bytes, make: Callable[[], int] | None
) -> None:
    before = len(os.listdir("/proc/self/fd"))
    async with answering(tmp_path) as (relay, inspecting, events):
        good, bad = relay(), relay()
        for end in (good, bad):
            end.send(encode(Ask(1, "m", 5, ENVELOPE)))
            assert await heard(end) == Answer(1, "need")
        fds = [] if make is None else [make()]
        socket.send_fds(bad, [packet], fds)
        for fd in fds:
            os.close(fd)
        assert await heard(bad) is None
        with in_memory(b"hello") as fd:
            socket.send_fds(good, [encode(Content(1, 5, False, None))], [fd])
        assert await heard(good) == Answer(1, "held", "Q-5")
        await asyncio.sleep(0)
        assert inspecting.at_work == 0
        assert len(events) == 1
    assert len(os.listdir("/proc/self/fd")) <= before  # fewer where something of an earlier test went meanwhile


async def test_no_more_contents_are_held_than_can_be_worked_on(tmp_path: Path) -> None:
    async with answering(tmp_path, 3) as (relay, inspecting, _):
        end = relay()
        for number in range(20):
            end.send(encode(Ask(number, "m", 5, ENVELOPE)))
        done = 0
        while done < 20:
            answer = await heard(end)
            assert answer is not None
            if answer.outcome == "need":
                with in_memory(b"hello") as fd:
                    socket.send_fds(end, [encode(Content(answer.number, 5, False, None))], [fd])
            else:
                done += 1
        assert inspecting.most == 3


async def test_a_relay_that_goes_away_leaves_nothing_behind(tmp_path: Path) -> None:
    async with answering(tmp_path) as (relay, inspecting, _):
        end = relay()
        end.send(encode(Ask(1, "m", 5, ENVELOPE)))
        assert await heard(end) == Answer(1, "need")
        end.close()
        await inspecting.left.wait()
        assert inspecting.at_work == 0
