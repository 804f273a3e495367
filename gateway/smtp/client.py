"""One connection to upstream: commands one at a time, content byte for byte.

    UpstreamError
    ├── Unreachable   no connection, no greeting, no TLS: nothing was said
    ├── LineCut       the connection ended, or went silent, before the final dot: upstream does not have the message
    └── Uncertain     it ended after the final dot: upstream may have it (RFC 1047)

No text of these reaches a client or a log. TLS is verified unless told otherwise; `starttls` never falls back.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gateway.smtp.content import stuffed
from gateway.smtp.replies import BadReply, Reply, parse_line

_LINE_LIMIT = 64 * 1024
_MOST_LINES = 200


class UpstreamError(Exception):
    """Root of what can go wrong with the connection itself."""


class Unreachable(UpstreamError):
    """Upstream cannot be spoken to. `stage` is a word for the log."""

    def __init__(self, stage: Literal["connect", "tls", "greeting"], code: int = 0) -> None:
        self.stage, self.code = stage, code
        super().__init__(stage)


class LineCut(UpstreamError):
    """The connection ended before the final dot."""


class Uncertain(UpstreamError):
    """The connection ended between the final dot and its answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where upstream is and how long it may take, in seconds."""

    host: str
    port: int
    tls: Literal["none", "starttls", "implicit"] = "none"
    verify: bool = True
    ca_file: str = ""
    connect_seconds: float = 30
    reply_seconds: float = 300
    data_seconds: float = 600

    def context(self) -> ssl.SSLContext:
        """TLS 1.2 or newer; the certificate is checked against `host` unless `verify` is off."""
        context = ssl.create_default_context(cafile=self.ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class Upstream:
    """Made by `connect`; closed by `close` or `quit`, and by itself on any error."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: Server) -> None:
        self._reader, self._writer, self._server = reader, writer, server
        self.keywords: dict[str, str] = {}
        self.closed = False

    @classmethod
    async def connect(cls, server: Server, helo: str) -> "Upstream":
        """Connect, greet, say EHLO (or HELO), with TLS as the server asks for. Raises: Unreachable."""
        stage: Literal["connect", "tls", "greeting"] = "tls" if server.tls == "implicit" else "connect"
        try:
            async with asyncio.timeout(server.connect_seconds):
                reader, writer = await asyncio.open_connection(
                    server.host,
                    server.port,
                    limit=_LINE_LIMIT,
                    ssl=server.context() if server.tls == "implicit" else None,
                    server_hostname=server.host if server.tls == "implicit" else None,
                )
        except (OSError, TimeoutError) as error:
            raise Unreachable("tls" if isinstance(error, ssl.SSLError) else stage) from None
        upstream = cls(reader, writer, server)
        try:
            greeting = await upstream._reply(server.reply_seconds)
            if not greeting.positive:
                raise Unreachable("greeting", greeting.code)
            await upstream._hello(helo)
            if server.tls == "starttls":
                await upstream._starttls(helo)
        except LineCut:
            raise Unreachable("greeting") from None
        except BaseException:
            upstream.close()
            raise
        return upstream

    async def command(self, line: bytes) -> Reply:
        """One command and its reply. Raises: LineCut."""
        await self._send(line + b"\r\n")
        return await self._reply(self._server.reply_seconds)

    async def data(self, trace: bytes, content: bytes, before_dot: Callable[[], bool] | None = None) -> Reply:
        """Send `trace` and `content` after a 354; the reply to the final dot, or the one that was no 354.

        `before_dot` is called on a thread once everything but the dot is written; where it says False the connection
        is closed without the dot. Raises: LineCut, Uncertain.
        """
        go = await self.command(b"DATA")
        if go.code != 354:
            if go.positive:
                self.close()  # out of step: what it takes the next line for nobody knows
                raise LineCut
            return go
        body = stuffed(content)
        await self._send(trace, body if before_dot is not None else body + b".\r\n")
        if before_dot is not None:
            if not await asyncio.to_thread(before_dot):
                self.close()
                raise LineCut
            await self._send(b".\r\n", final=True)
        try:
            return await self._reply(self._server.data_seconds)
        except LineCut:
            raise Uncertain from None

    def quit(self) -> None:
        """Say QUIT and close without waiting: nothing depends on the answer."""
        if not self.closed:
            with contextlib.suppress(OSError, RuntimeError):
                self._writer.write(b"QUIT\r\n")
        self.close()

    def close(self) -> None:
        """Close at once."""
        self.closed = True
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.close()

    def at_eof(self) -> bool:
        """Has upstream closed, as far as is known?"""
        return self.closed or self._reader.at_eof() or self._writer.is_closing()

    async def _hello(self, helo: str) -> None:
        reply = await self.command(f"EHLO {helo}".encode("ascii"))
        if reply.positive:
            self.keywords = {}
            for line in reply.lines[1:]:
                name, _, value = line.decode("ascii", "replace").partition(" ")
                self.keywords[name.upper()] = value
            return
        reply = await self.command(f"HELO {helo}".encode("ascii"))
        if not reply.positive:
            raise Unreachable("greeting", reply.code)

    async def _starttls(self, helo: str) -> None:
        if "STARTTLS" not in self.keywords:
            raise Unreachable("tls")
        reply = await self.command(b"STARTTLS")
        if reply.code != 220:
            raise Unreachable("tls", reply.code)
        # What was sent in clear behind the reply must not be taken for words said under TLS (CVE-2021-38371).
        if not await self._nothing_waits():
            raise Unreachable("tls")
        try:
            async with asyncio.timeout(self._server.connect_seconds):
                await self._writer.start_tls(self._server.context(), server_hostname=self._server.host)
        except (OSError, TimeoutError):
            raise Unreachable("tls") from None
        await self._hello(helo)

    async def _nothing_waits(self) -> bool:
        try:
            async with asyncio.timeout(0):
                return not await self._reader.read(1)
        except TimeoutError:
            return True

    async def _send(self, *chunks: bytes, final: bool = False) -> None:
        try:
            for chunk in chunks:
                self._writer.write(chunk)
            async with asyncio.timeout(self._server.data_seconds):
                await self._writer.drain()
        except (OSError, RuntimeError, TimeoutError):
            self.close()
            raise (Uncertain if final else LineCut) from None

    async def _reply(self, seconds: float) -> Reply:
        lines: list[bytes] = []
        try:
            async with asyncio.timeout(seconds):
                while len(lines) < _MOST_LINES:
                    line = await self._reader.readuntil(b"\n")
                    code, more, text = parse_line(line.rstrip(b"\r\n"))
                    lines.append(text)
                    if not more:
                        return Reply(code, tuple(lines))
        except (OSError, TimeoutError, BadReply, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        self.close()
        raise LineCut
