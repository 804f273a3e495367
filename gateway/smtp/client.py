"""One connection to upstream: commands one at a time, content byte for byte.

    UpstreamError
    ├── Unreachable     no connection, no greeting, no TLS: nothing was said
    ├── LineCut         the connection ended, or went silent, before the final dot: upstream does not have the message
    │   └── NotStarted  before the 354, as happens to a connection that was idle for long: another one may do
    └── Uncertain       it ended after the final dot: upstream may have it (RFC 1047)

No text of these reaches a client or a log. TLS is verified unless told otherwise; `starttls` never falls back;
`required` is another word for it.
"""

import asyncio
import functools
import ipaddress
import os
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from gateway.smtp.replies import Reply
from gateway.smtp.reply_stream import Lost, Wire


class UpstreamError(Exception):
    """Root of what can go wrong with the connection itself."""


class Unreachable(UpstreamError):
    """Upstream cannot be spoken to. `stage` is a word for the log."""

    def __init__(self, stage: Literal["connect", "tls", "greeting"], code: int = 0) -> None:
        self.stage, self.code = stage, code
        super().__init__(stage)


class LineCut(UpstreamError):
    """The connection ended before the final dot."""


class NotStarted(LineCut):
    """It ended before any of the content was sent. `reply` is upstream's 421, if it said one."""

    def __init__(self, reply: Reply | None = None) -> None:
        self.reply = reply
        super().__init__()


class Uncertain(UpstreamError):
    """The connection ended between the final dot and its answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where upstream is and how long it may take, in seconds."""

    host: str
    port: int
    tls: Literal["none", "starttls", "required", "implicit"] = "none"
    verify: bool = True
    ca_file: str = ""
    connect_seconds: float = 30
    reply_seconds: float = 300
    data_seconds: float = 600

    def context(self) -> ssl.SSLContext:
        """TLS 1.2 or newer; the certificate is checked against `host` unless `verify` is off."""
        changed = os.stat(self.ca_file).st_mtime_ns if self.ca_file else 0
        return _context(self.verify, self.ca_file, changed)


@functools.lru_cache(maxsize=4)
def _context(verify: bool, ca_file: str, changed: int) -> ssl.SSLContext:
    # Reading the system's authorities takes tens of milliseconds; a file that `changed` is read anew.
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class Upstream:
    """Made by `connect`; ended by `quit` or `close`, and by itself on any error."""

    def __init__(self, wire: Wire, server: Server) -> None:
        self._wire, self._server = wire, server
        self.keywords: dict[str, str] = {}
        self.clients = 1  # who spoke on it, one after the other
        self.refused = False  # it said no to something

    @classmethod
    async def connect(cls, server: Server, helo: str) -> "Upstream":
        """Connect, greet, say EHLO (or HELO), with TLS as the server asks for. Raises: Unreachable."""
        implicit = server.tls == "implicit"
        try:
            async with asyncio.timeout(server.connect_seconds):
                _, wire = await asyncio.get_running_loop().create_connection(
                    Wire,
                    server.host,
                    server.port,
                    ssl=server.context() if implicit else None,
                    server_hostname=server.host if implicit else None,
                )
        except (OSError, UnicodeError, TimeoutError) as error:
            raise Unreachable("tls" if isinstance(error, ssl.SSLError) else "connect") from None
        upstream = cls(wire, server)
        try:
            greeting = await upstream._reply(server.reply_seconds)
            if greeting.code != 220:
                raise Unreachable("greeting", greeting.code)
            await upstream._hello(helo)
            if server.tls in ("starttls", "required"):
                await upstream._starttls(helo)
        except LineCut:
            raise Unreachable("greeting") from None
        except BaseException:
            upstream.close()
            raise
        return upstream

    @property
    def usable(self) -> bool:
        """Open as far as is known, and in step."""
        return self._wire.quiet

    @property
    def spotless(self) -> bool:
        """Usable, and as if nobody had said a word on it but a hello."""
        return self._wire.quiet and not self.refused

    @property
    def kept(self) -> bool:
        """Did another client speak on it before? Then upstream may be about to hang up."""
        return self.clients > 1

    @property
    def private(self) -> bool:
        """May a password be said on it: is it under TLS, or within this machine?"""
        transport = self._wire.transport
        if transport is None:
            return False
        if transport.get_extra_info("sslcontext") is not None:
            return True
        peer = transport.get_extra_info("peername")
        return isinstance(peer, tuple) and ipaddress.ip_address(str(peer[0]).partition("%")[0]).is_loopback

    async def command(self, line: bytes, seconds: float | None = None) -> Reply:
        """One command and its reply. Raises: LineCut."""
        wire = self._wire
        if wire.quiet:
            try:
                reply = await wire.ask(line + b"\r\n", self._server.reply_seconds if seconds is None else seconds)
            except (Lost, TimeoutError):
                pass
            else:
                if reply.code >= 400:
                    self.refused = True
                return reply
        self.close()
        raise LineCut

    async def data(self, trace: bytes, wire: Iterable[bytes], before_dot: Callable[[], bool] | None = None) -> Reply:
        """Send `trace` and the wire form of a content after a 354; the reply to the dot, or the one that was no 354.

        `before_dot` is called on a thread once everything but the dot is written; where it says False, or raises,
        the connection is closed without the dot. Raises: LineCut, NotStarted, Uncertain.
        """
        try:
            go = await self.command(b"DATA")
        except LineCut:
            raise NotStarted from None
        if go.code == 421:
            self.close()
            raise NotStarted(go)
        if go.code != 354:
            self.refused = True
            if go.code < 400:
                self.close()  # out of step: what it takes the next line for nobody knows
                raise LineCut
            return go
        try:
            last = await self._written(trace, wire)
            if before_dot is not None and self._wire.unasked is None:
                await self._write(last)
                last = b""
                if not await asyncio.to_thread(before_dot):
                    raise LineCut
            early = self._early()
            if early is not None:
                self.close()
                return early
            return await self._dot(last)
        except BaseException:
            # Whatever ends this early, a cancelled client too, must leave no half message for a next command to end.
            self.close()
            raise

    def quit(self) -> None:
        """Say QUIT and close without waiting: nothing depends on the answer."""
        if self._wire.quiet:
            self._wire.write(b"QUIT\r\n")
            self._wire.close()
        else:
            self._wire.abort()

    def close(self) -> None:
        """Close at once; nothing that is not on its way yet is sent."""
        self._wire.abort()

    async def _written(self, trace: bytes, wire: Iterable[bytes]) -> bytes:
        """Write all but the last piece, as fast as upstream takes it; stops where it answers early. The last piece
        goes out together with the dot: most mail is one packet."""
        last, first = trace, True
        for piece in wire:
            if first:
                last, first = last + piece, False
                continue
            await self._write(last)
            last = piece
            if self._wire.unasked is not None:
                break
        return last

    async def _write(self, piece: bytes) -> None:
        try:
            self._wire.write(piece)
            if self._wire.full:
                await self._wire.room(self._server.data_seconds)
        except (Lost, TimeoutError):
            raise LineCut from None

    def _early(self) -> Reply | None:
        """An answer before the dot: a refusal holds, for upstream has no whole message; anything else is no SMTP."""
        reply = self._wire.unasked
        if reply is None:
            return None
        if reply.code < 400:
            raise LineCut
        return reply

    async def _dot(self, last: bytes) -> Reply:
        try:
            self._wire.expect()
            self._wire.write(last + b".\r\n")
        except Lost:
            raise LineCut from None
        try:
            reply = await self._reply(self._server.data_seconds)
        except LineCut:
            raise Uncertain from None
        if reply.code >= 400:
            self.refused = True
        if 300 <= reply.code < 400:
            raise Uncertain  # no answer to a dot: it may have taken the message for something else
        return reply

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
        # What was sent in clear behind the reply must not be taken for words said under TLS (CVE-2021-38371).
        if reply.code != 220 or not self._wire.silent or self._wire.transport is None:
            raise Unreachable("tls", reply.code)
        try:
            async with asyncio.timeout(self._server.connect_seconds):
                self._wire.transport = await asyncio.get_running_loop().start_tls(
                    self._wire.transport, self._wire, self._server.context(), server_hostname=self._server.host
                )
        except (OSError, TimeoutError):
            raise Unreachable("tls") from None
        if self._wire.transport is None:
            raise Unreachable("tls")
        await self._hello(helo)

    async def _reply(self, seconds: float) -> Reply:
        try:
            return await self._wire.reply(seconds)
        except (Lost, TimeoutError):
            self.close()
            raise LineCut from None
