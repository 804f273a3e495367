"""A relay between a client and the world: real sockets on all three, and an inspector that says what it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from gateway.ipc.content_handle import opened
from gateway.ipc.inspector import Spooled
from gateway.ipc.relay_options import RelayOptions
from gateway.model import Envelope, Message, Pass, Verdict
from gateway.relay.server import RelayServer
from gateway.smtp.client import Server
from gateway.smtp.sink import Delivered, Outbox

STAFF, XINGER = b"kefu07@platform.example", b"xinger@streamers.example"


@dataclass
class Judge:
    """Answers with `verdict`, or with what `ask` says. Keeps what it was asked; `asked` is set by the first."""

    verdict: Verdict = field(default_factory=Pass)
    ask: Callable[[Envelope, Message], Awaitable[Verdict]] | None = None
    seen: list[tuple[Envelope, Message]] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def inspect(self, envelope: Envelope, spooled: Spooled) -> Verdict:
        message = Message(spooled.id, spooled.read())
        assert opened(spooled.handle()) == message.content
        self.seen.append((envelope, message))
        self.asked.set()
        return self.verdict if self.ask is None else await self.ask(envelope, message)


class Peer:
    """A client that sends exactly the bytes it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def reply(self) -> bytes:
        """One reply with its line ends; empty where the connection is closed."""
        whole = b""
        while True:
            try:
                line = await self.reader.readline()
            except ConnectionError:
                return whole
            whole += line
            if line[3:4] != b"-":
                return whole

    async def say(self, *lines: bytes) -> bytes:
        """Send lines, one by one; the reply to the last."""
        for line in lines:
            self.writer.write(line + b"\r\n")
            answer = await self.reply()
        return answer

    async def start(self, helo: bytes = b"EHLO staff.platform.example") -> None:
        assert (await self.reply()).startswith(b"220 ")
        assert (await self.say(helo)).startswith(b"250")

    async def envelope(self, *to: bytes) -> None:
        for line in (b"MAIL FROM:<%s>" % STAFF, *(b"RCPT TO:<%s>" % address for address in to or (XINGER,))):
            assert (await self.say(line)).startswith(b"250"), line

    async def data(self, wire: bytes) -> bytes:
        """DATA and these bytes, end included; the reply to them."""
        assert (await self.say(b"DATA")).startswith(b"354")
        self.writer.write(wire)
        return await self.reply()

    async def closed(self) -> bool:
        """Wait for the relay to close."""
        try:
            return await self.reader.read() == b""
        except ConnectionError:
            return True


@dataclass
class World:
    """The parts of a scene."""

    relay: RelayServer
    outbox: Outbox
    judge: Judge
    events: list[object]
    peers: list[Peer] = field(default_factory=list)

    @property
    def got(self) -> list[Delivered]:
        return self.outbox.messages

    async def client(self, helo: bytes = b"EHLO staff.platform.example") -> Peer:
        peer = await self.raw()
        await peer.start(helo)
        return peer

    async def until(self, true: Callable[[], object]) -> None:
        while not true():  # noqa: ASYNC110  # the state of a socket has no event
            await asyncio.sleep(0.005)

    async def raw(self, **how: Any) -> Peer:
        peer = Peer(*await asyncio.open_connection(*self.relay.address, limit=2**24, **how))
        self.peers.append(peer)
        return peer


@asynccontextmanager
async def scene(
    judge: Judge | None = None, *, upstream: dict[str, Any] | None = None, outbox: Outbox | None = None, **options: Any
) -> AsyncIterator[World]:
    async with outbox or Outbox() as box:
        server = Server(
            **{"host": "127.0.0.1", "port": box.port, "reply_seconds": 5, "data_seconds": 5, **(upstream or {})}
        )
        events: list[object] = []
        judge = judge or Judge()
        relay = RelayServer(
            RelayOptions("127.0.0.1", 0, server, "gate.platform.example", **options), judge, events.append
        )
        await relay.start()
        world = World(relay, box, judge, events)
        try:
            yield world
        finally:
            for peer in world.peers:
                peer.writer.close()
            await relay.drain(2)


Worlds = Callable[..., AbstractAsyncContextManager[World]]
"""`scene`, as a fixture."""


@pytest.fixture
def world() -> Worlds:
    """`async with world(...) as w:`"""
    return scene


@pytest.fixture
def judge_type() -> type[Judge]:
    return Judge
