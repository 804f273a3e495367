"""The world: a small SMTP server that keeps what it gets, for the demo and the tests.

It can be told to misbehave as real servers do: refuse at a stage with any reply, close, answer out of step, be slow.
Strict where it matters to a proxy: lines end in CRLF, data ends in <CRLF>.<CRLF>, and a bare CR or LF in the content is
kept as it came, so that a test sees what really went over the wire.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal

Stage = Literal["connect", "ehlo", "starttls", "mail", "rcpt", "data", "dot", "taken", "rset", "order"]
"""Where an answer is due. `taken`: the message is kept, and only its answer is missing; `order`: any other answer."""
KEYWORDS = ("SIZE 52428800", "8BITMIME", "SMTPUTF8", "DSN", "PIPELINING", "ENHANCEDSTATUSCODES")


@dataclass(frozen=True, slots=True)
class Delivered:
    """One message. `sender` and `recipients` are addresses, `lines` the MAIL and RCPT lines whole."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes = field(repr=False)
    lines: tuple[str, ...] = ()


class Outbox:
    """`async with Outbox() as outbox:` then `outbox.port` and `outbox.messages`.

    `replies` gives other replies by stage (`{"rcpt": "550-5.1.1 No\\r\\n550 5.1.1 such user"}`); `cut` closes the
    connection where that stage should be answered; `delays` wait there, in seconds. `also` may answer any
    line, before all else. All may change while it runs.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        folder: Path | None = None,
        keywords: tuple[str, ...] = KEYWORDS,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
    ) -> None:
        self._port, self._folder, self._tls, self._starttls = port, folder, tls, starttls
        self.keywords = (*keywords, "STARTTLS") if starttls else keywords
        self.replies: dict[Stage, str] = {}
        self.cut: set[Stage] = set()
        self.delays: dict[Stage, float] = {}
        self.also: Callable[[str], str | None] = lambda line: None
        self.messages: list[Delivered] = []
        self.commands: list[str] = []
        self.connections = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._ending = False

    async def __aenter__(self) -> "Outbox":
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        # With a short queue the kernel forgets a connection that it said was made (SYN cookies), and both sides wait.
        self._server = await asyncio.start_server(
            self._client, "127.0.0.1", self._port, ssl=self._tls, limit=2**26, backlog=1024
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self._ending = True
        await asyncio.sleep(0)  # whoever was accepted just now has a task by then
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # a transport that was aborted closes its socket in the next turn

    @property
    def port(self) -> int:
        """The real one."""
        return self._port

    async def hang_up(self, last_word: str = "") -> None:
        """Close every connection, as a server does with a client that was silent for too long; wait until it is."""
        for writer in self._writers:
            if last_word:
                writer.write(last_word.encode("utf-8") + b"\r\n")
            writer.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        self.connections += 1
        try:
            await self._session(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError, _CloseNow):
            pass  # cancelled at the end of the outbox: asyncio's streams would print that
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            with contextlib.suppress(OSError, RuntimeError):
                if self._ending:
                    writer.transport.abort()  # what was not sent yet would keep it open
                else:
                    writer.close()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mail = _SinkTransaction()
        await self._answer(writer, "connect", "220 outbox.example ESMTP")
        while True:
            line = (await reader.readuntil(b"\r\n"))[:-2].decode("utf-8", "surrogateescape")
            self.commands.append(line)
            verb = line.split(" ", 1)[0].upper()
            if (other := self.also(line)) is not None:
                await self._answer(writer, "order", other)
            elif verb in ("EHLO", "HELO"):
                mail = _SinkTransaction()
                await self._answer(writer, "ehlo", self._hello(verb))
            elif verb == "STARTTLS" and self._starttls is not None:
                await self._answer(writer, "starttls", "220 2.0.0 Go ahead")
                await writer.start_tls(self._starttls)
            elif wrong := mail.out_of_order(verb):
                await self._answer(writer, "order", wrong)
            elif verb == "MAIL":
                if await self._answer(writer, "mail", "250 2.1.0 OK"):
                    mail = _SinkTransaction(_address(line), [], [line])
            elif verb == "RCPT":
                if await self._answer(writer, "rcpt", "250 2.1.5 OK"):
                    mail.recipients.append(_address(line))
                    mail.lines.append(line)
            elif verb == "DATA":
                if await self._answer(writer, "data", "354 Go ahead") == 354:
                    await self._take(reader, writer, mail)
                    mail = _SinkTransaction()
            elif verb == "RSET":
                mail = _SinkTransaction()
                await self._answer(writer, "rset", "250 2.0.0 OK")
            elif verb == "NOOP":
                await self._answer(writer, "order", "250 2.0.0 OK")
            elif verb == "QUIT":
                await self._answer(writer, "order", "221 2.0.0 Bye")
                return
            else:
                await self._answer(writer, "order", "500 5.5.2 Unknown command")

    def _hello(self, verb: str) -> str:
        words = ("outbox.example", *self.keywords) if verb == "EHLO" else ("outbox.example",)
        return "\r\n".join([f"250-{word}" for word in words[:-1]] + [f"250 {words[-1]}"])

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mail: "_SinkTransaction") -> None:
        content = await self._content(reader)
        message = Delivered(mail.sender or "", tuple(mail.recipients), content, tuple(mail.lines))
        if "taken" in self.cut:
            self._keep(message)
            raise _CloseNow
        await self._answer(writer, "dot", f"250 2.0.0 Queued as {len(self.messages) + 1}", taken=message)

    async def _answer(
        self, writer: asyncio.StreamWriter, stage: Stage, usual: str, taken: Delivered | None = None
    ) -> int:
        """Send the reply of a stage; its code where it is positive, else 0. With a positive one `taken` is kept, and
        before it is sent: whoever hears the answer, in another thread perhaps, must find the message."""
        if stage in self.delays:
            await asyncio.sleep(self.delays[stage])
        if stage in self.cut:
            raise _CloseNow
        reply = self.replies.get(stage, usual)
        code = int(reply[:3]) if reply[:3].isdigit() and reply < "4" else 0
        if code and taken is not None:
            self._keep(taken)
        writer.write(reply.encode("utf-8") + b"\r\n")
        await writer.drain()
        return code

    async def _content(self, reader: asyncio.StreamReader) -> bytes:
        lines = []
        while (line := await reader.readuntil(b"\r\n")) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def _keep(self, message: Delivered) -> None:
        if self._folder is not None:
            path = self._folder / f"{len(self.messages) + 1:04d}.eml"
            path.write_bytes(message.content)
        self.messages.append(message)


@dataclass(slots=True)
class _SinkTransaction:
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def out_of_order(self, verb: str) -> str:
        """What a server says to a command that has no place now; empty where it has one."""
        if verb == "MAIL" and self.sender is not None:
            return "503 5.5.1 Nested MAIL command"
        if verb in ("RCPT", "DATA") and self.sender is None:
            return "503 5.5.1 MAIL first"
        if verb == "DATA" and not self.recipients:
            return "554 5.5.1 No valid recipients"
        return ""


class _CloseNow(Exception):
    """The script says: close now."""


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
