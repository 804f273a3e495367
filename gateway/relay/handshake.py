"""A connection before it is an SMTP session: who is it, may it come in, and TLS where that comes first.

From a peer that is named as a proxy a PROXY header is awaited, and without a good one it is closed; the bytes of
everybody else are never taken for one. Then the client, as the header names it, is counted.
"""

import asyncio
import ssl
from asyncio import sslproto
from collections.abc import Callable
from typing import Any

from gateway.relay.client_limits import Clients, Entered
from gateway.relay.proxy_protocol import BadHeader, parse_proxy
from gateway.relay.replies import TOO_MANY

HEADER_SECONDS = 10.0
HANDSHAKE_SECONDS = 30


class Handshake(asyncio.Protocol):
    """`admitted` makes the session that gets the connection; `done` hears when this is over, either way."""

    def __init__(
        self,
        clients: Clients,
        context: Callable[[], ssl.SSLContext] | None,
        admitted: Callable[[Entered], asyncio.Protocol],
        done: Callable[["Handshake"], None],
    ) -> None:
        self._clients, self._context, self._admitted, self._done = clients, context, admitted, done
        self._bytes = b""
        self._transport: Any = None
        self._peer = ""
        self._slot: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._shaking: asyncio.Task[None] | None = None
        self._awaited = False

    def connection_made(self, transport: Any) -> None:
        """Somebody is there."""
        self._transport = transport
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._peer = address
        if self._clients.is_proxy(address):
            self._awaited = True
            self._timer = asyncio.get_running_loop().call_later(HEADER_SECONDS, transport.abort)
        else:
            self._enter(address)

    def data_received(self, data: bytes) -> None:
        """Of the header, or behind a handshake."""
        self._bytes += data
        if not self._awaited:
            return
        try:
            header = parse_proxy(self._bytes)
        except BadHeader:
            self._transport.abort()
            return
        if header is not None:
            self._awaited = False
            self._bytes = self._bytes[header.length :]
            if self._timer is not None:
                self._timer.cancel()
            self._enter(header.client or self._peer)

    def eof_received(self) -> bool:
        """It left."""
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """It never became a session."""
        if self._timer is not None:
            self._timer.cancel()
        if self._shaking is None:
            self._leave()

    def close(self) -> None:
        """We are shutting down."""
        if self._transport is not None:
            self._transport.abort()

    def _enter(self, address: str) -> None:
        self._slot = self._clients.enters(address)
        if self._slot is None:
            self._done(self)
            if self._context is None:
                self._transport.write(TOO_MANY.wire() + b"\r\n")
            self._transport.close()
        elif self._context is None:
            self._begin(self._transport, Entered(address, self._slot))
        else:
            self._transport.pause_reading()
            self._shaking = asyncio.get_running_loop().create_task(self._shake(address, self._slot, self._context()))

    async def _shake(self, address: str, slot: int, context: ssl.SSLContext) -> None:
        """Implicit TLS (RFC 8314)."""
        try:
            transport = await self._tls(context)
        except (OSError, asyncio.CancelledError):
            self._transport.abort()
            self._leave()
            return
        # One that was closed in mid-handshake asyncio gives back as if it were open.
        if transport is None or transport.is_closing() or self._transport.is_closing():
            self._leave()
            return
        self._begin(transport, Entered(address, slot, tls=True))

    async def _tls(self, context: ssl.SSLContext) -> Any:
        loop = asyncio.get_running_loop()
        if not self._bytes:
            return await loop.start_tls(
                self._transport, self, context, server_side=True, ssl_handshake_timeout=HANDSHAKE_SECONDS
            )
        # A client speaks first in TLS, so its first words often come together with a proxy's header: they were read
        # already, which `start_tls` cannot be told. This is what it does, with those words given first.
        waiter: asyncio.Future[None] = loop.create_future()
        layer: Any = sslproto.SSLProtocol(
            loop,
            self,
            context,
            waiter,
            server_side=True,
            call_connection_made=False,
            ssl_handshake_timeout=HANDSHAKE_SECONDS,
        )
        words, self._bytes = self._bytes, b""
        self._transport.set_protocol(layer)
        layer.connection_made(self._transport)
        layer.get_buffer(len(words))[: len(words)] = words
        layer.buffer_updated(len(words))
        self._transport.resume_reading()
        await waiter
        return layer._get_app_transport()

    def _begin(self, transport: Any, entered: Entered) -> None:
        session = self._admitted(entered)
        self._slot = None
        self._done(self)
        transport.set_protocol(session)
        session.connection_made(transport)
        if self._bytes:
            session.data_received(self._bytes)
            self._bytes = b""

    def _leave(self) -> None:
        if self._slot is not None:
            self._clients.leaves(self._slot)
            self._slot = None
        self._done(self)
