"""The upstream client against a real server: every way in which it can end has its own name."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gateway.smtp.client import LineCut, NotStarted, Server, Uncertain, Unreachable, Upstream
from gateway.smtp.data_framing import wire_of
from gateway.smtp.sink import Outbox, Stage
from smtp.conftest import Certificate

TRACE = b"Received: by gate.example; Fri, 18 Sep 2020 10:00:00 +0000\r\n"
HELO = "gate.example"


def server(outbox: Outbox, **more: Any) -> Server:
    return Server(**{"host": "127.0.0.1", "port": outbox.port, "reply_seconds": 5, "data_seconds": 5, **more})


@asynccontextmanager
async def connected(outbox: Outbox, **more: Any) -> AsyncIterator[Upstream]:
    """With an envelope open."""
    upstream = await Upstream.connect(server(outbox, **more), HELO)
    try:
        assert (await upstream.command(b"MAIL FROM:<a@x.example>")).positive
        assert (await upstream.command(b"RCPT TO:<b@x.example>")).positive
        yield upstream
    finally:
        upstream.quit()


@asynccontextmanager
async def scripted(*script: tuple[bytes, bytes]) -> AsyncIterator[Server]:
    """A server that waits for each first, then says each second."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for wait, say in script:
            if wait:
                heard.append(await reader.readuntil(wait))
            writer.write(say)
        await reader.read()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        yield Server("127.0.0.1", listening.sockets[0].getsockname()[1], reply_seconds=2, data_seconds=2)


@pytest.mark.parametrize("size", [0, 10, 262_143, 262_144, 300_000, 5_000_000])
@pytest.mark.parametrize("hook", [False, True])
async def test_content_arrives_as_it_is_whatever_its_size(size: int, hook: bool) -> None:
    content = b"".join((b".", b"..x", b"\xff" * 100)[n % 3] + b"\r\n" for n in range(size // 30))
    async with Outbox() as outbox, connected(outbox) as upstream:
        reply = await upstream.data(TRACE, wire_of(content), (lambda: True) if hook else None)
        assert reply.wire() == b"250 2.0.0 Queued as 1"
        assert outbox.messages[0].content == TRACE + content


async def test_the_hook_is_asked_on_a_thread_once_all_but_the_dot_is_sent() -> None:
    asked: list[tuple[bool, int]] = []
    async with Outbox() as outbox, connected(outbox) as upstream:

        def before_dot() -> bool:
            asked.append((threading.current_thread() is threading.main_thread(), len(outbox.messages)))
            return True

        assert (await upstream.data(TRACE, wire_of(b"x\r\n"), before_dot)).positive
        assert asked == [(False, 0)]
        assert len(outbox.messages) == 1


@pytest.mark.parametrize("answer", [False, RuntimeError("store")])
@pytest.mark.parametrize("size", [3, 3_000_000])
async def test_without_the_hook_s_consent_no_dot_is_sent(answer: bool | Exception, size: int) -> None:
    def before_dot() -> bool:
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with Outbox() as outbox:
        async with connected(outbox) as upstream:
            with pytest.raises(LineCut if answer is False else RuntimeError):
                await upstream.data(TRACE, wire_of(b"x" * size), before_dot)
            assert not upstream.usable
        await outbox.hang_up()
        assert outbox.messages == []
        assert outbox.commands[-1] == "DATA"  # and no QUIT, which would be content


@pytest.mark.parametrize("piece", [256 * 1024, 2**30])  # the larger one puts the dot into the buffer at once
async def test_a_cancelled_delivery_sends_no_dot_that_is_still_in_a_buffer(piece: int) -> None:
    content = b"x" * 30_000_000 + b"\r\n"
    pieces = [content[start : start + piece] for start in range(0, len(content), piece)]
    got: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 x\r\n")
        while not (await reader.readline()).startswith(b"DATA"):
            writer.write(b"250 x\r\n")
        writer.write(b"354 x\r\n")
        got.append(await reader.readexactly(1000))
        slow.set()
        await go_on.wait()
        try:
            got.append(await reader.read(-1))
        except ConnectionError:
            got.append(b"reset")
        writer.close()
        done.set()

    slow, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        upstream = await Upstream.connect(Server("127.0.0.1", listening.sockets[0].getsockname()[1]), HELO)
        sending = asyncio.create_task(upstream.data(TRACE, pieces))
        await slow.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        go_on.set()
        await done.wait()
        assert not got[-1].endswith(b".\r\n")


@pytest.mark.parametrize(("cut", "error"), [("data", NotStarted), ("dot", Uncertain), ("taken", Uncertain)])
async def test_a_cut_before_the_dot_is_certain_and_after_it_is_not(cut: Stage, error: type[Exception]) -> None:
    async with Outbox() as outbox:
        outbox.cut.add(cut)
        async with connected(outbox) as upstream:
            with pytest.raises(error) as raised:
                await upstream.data(TRACE, wire_of(b"x\r\n"))
            assert type(raised.value) is error
            assert not upstream.usable
        assert len(outbox.messages) == (cut == "taken")


async def test_a_cut_while_the_hook_is_asked_is_before_the_dot() -> None:
    async with Outbox() as outbox, connected(outbox) as upstream:
        loop = asyncio.get_running_loop()

        def before_dot() -> bool:
            asyncio.run_coroutine_threadsafe(outbox.hang_up(), loop).result(5)
            while upstream.usable:
                time.sleep(0.001)
            return True

        with pytest.raises(LineCut):
            await upstream.data(TRACE, wire_of(b"x\r\n"), before_dot)


@pytest.mark.parametrize(("stage", "error"), [("data", NotStarted), ("dot", Uncertain)])
async def test_silence_is_a_cut(stage: Stage, error: type[Exception]) -> None:
    async with Outbox() as outbox:
        outbox.delays[stage] = 20
        async with connected(outbox, reply_seconds=0.1, data_seconds=0.1) as upstream:
            with pytest.raises(error):
                await upstream.data(TRACE, wire_of(b"x\r\n"))


async def test_a_421_at_data_is_no_answer_about_the_message() -> None:
    async with Outbox() as outbox:
        outbox.replies["data"] = "421 4.3.2 Shutting down"
        async with connected(outbox) as upstream:
            with pytest.raises(NotStarted) as raised:
                await upstream.data(TRACE, wire_of(b"x\r\n"))
            assert raised.value.reply is not None
            assert raised.value.reply.wire() == b"421 4.3.2 Shutting down"


async def test_an_old_server_is_greeted_with_helo_and_has_no_keywords() -> None:
    async with Outbox() as outbox:
        outbox.replies["ehlo"] = "250 old.example"
        async with connected(outbox) as upstream:
            assert upstream.keywords == {}
    async with scripted(
        (b"", b"220 x\r\n"), (b"EHLO gate.example\r\n", b"502 what\r\n"), (b"HELO gate.example\r\n", b"250 x\r\n")
    ) as old:
        upstream = await Upstream.connect(old, HELO)
        assert upstream.keywords == {}
        upstream.quit()


async def test_keywords_are_read_with_their_values() -> None:
    async with Outbox(keywords=("size 1000", "8BITMIME", "AUTH PLAIN LOGIN")) as outbox, connected(outbox) as upstream:
        assert upstream.keywords == {"SIZE": "1000", "8BITMIME": "", "AUTH": "PLAIN LOGIN"}


@pytest.mark.parametrize(
    ("greeting", "code"), [(b"554 5.3.2 No\r\n", 554), (b"421 busy\r\n", 421), (b"hello\r\n", 0), (b"250 ok\r\n", 250)]
)
async def test_a_server_that_does_not_greet_is_unreachable(greeting: bytes, code: int) -> None:
    async with scripted((b"", greeting)) as unkind:
        with pytest.raises(Unreachable) as raised:
            await Upstream.connect(unkind, HELO)
        assert (raised.value.stage, raised.value.code) == ("greeting", code)


async def test_nobody_there_is_unreachable_and_names_no_host() -> None:
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))  # and not listening: the port is nobody else's meanwhile
        with pytest.raises(Unreachable) as raised:
            await Upstream.connect(Server("127.0.0.1", kept.getsockname()[1]), HELO)
    assert str(raised.value) == "connect"
    with pytest.raises(Unreachable):
        await Upstream.connect(Server("a..b", 25), HELO)


@pytest.mark.parametrize("mode", ["implicit", "starttls"])
async def test_tls_is_spoken_and_verified(mode: str, ours: Certificate, theirs: Certificate) -> None:
    def box(certificate: Certificate) -> Outbox:
        return Outbox(tls=certificate.server) if mode == "implicit" else Outbox(starttls=certificate.server)

    async with box(ours) as outbox:
        async with connected(outbox, tls=mode, ca_file=str(ours.path)) as upstream:
            assert (await upstream.data(TRACE, wire_of(b"x" * 2_000_000 + b"\r\n"))).positive
            assert outbox.commands.count("EHLO gate.example") == (2 if mode == "starttls" else 1)
        with pytest.raises(Unreachable) as raised:  # no authority that we trust
            await Upstream.connect(server(outbox, tls=mode), HELO)
        assert raised.value.stage == "tls"
    async with box(theirs) as outbox:
        with pytest.raises(Unreachable) as raised:  # trusted, but another host's
            await Upstream.connect(server(outbox, tls=mode, ca_file=str(theirs.path)), HELO)
        assert raised.value.stage == "tls"
        async with connected(outbox, tls=mode, verify=False) as upstream:
            assert (await upstream.data(TRACE, wire_of(b"x\r\n"))).positive
        with pytest.raises(Unreachable):
            await Upstream.connect(server(outbox, tls=mode, ca_file="/nowhere.pem"), HELO)


async def test_starttls_never_falls_back_to_clear_text(ours: Certificate) -> None:
    async with Outbox() as plain:
        with pytest.raises(Unreachable) as raised:
            await Upstream.connect(server(plain, tls="starttls"), HELO)
        assert raised.value.stage == "tls"
    async with Outbox(starttls=ours.server) as refusing:
        refusing.replies["starttls"] = "454 4.7.0 TLS not available"
        with pytest.raises(Unreachable) as raised:
            await Upstream.connect(server(refusing, tls="starttls"), HELO)
        assert (raised.value.stage, raised.value.code) == ("tls", 454)


async def test_words_slipped_in_before_tls_are_not_taken_for_words_under_it() -> None:
    script = (
        (b"", b"220 x\r\n"),
        (b"EHLO gate.example\r\n", b"250-x\r\n250 STARTTLS\r\n"),
        (b"STARTTLS\r\n", b"220 go\r\n250-x\r\n250 EVIL\r\n"),
    )
    async with scripted(*script) as evil:
        with pytest.raises(Unreachable) as raised:
            await Upstream.connect(Server("127.0.0.1", evil.port, "starttls", verify=False, reply_seconds=2), HELO)
        assert raised.value.stage == "tls"


async def test_a_word_nobody_asked_for_makes_the_connection_unusable() -> None:
    script = ((b"", b"220 x\r\n"), (b"EHLO gate.example\r\n", b"250 x\r\n"), (b"NOOP\r\n", b"250 a\r\n250 b\r\n"))
    async with scripted(*script) as odd:
        upstream = await Upstream.connect(odd, HELO)
        assert (await upstream.command(b"NOOP")).lines == (b"a",)
        assert not upstream.usable
        with pytest.raises(LineCut):
            await upstream.command(b"NOOP")
