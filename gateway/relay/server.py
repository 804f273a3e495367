"""Listens, limits how many clients there are, and drains at the end."""

import asyncio
import contextlib
import dataclasses
import os
import socket
from collections.abc import Callable, Iterable

from gateway.errors import Problem
from gateway.ipc.inspector import Inspector
from gateway.ipc.relay_options import RelayOptions
from gateway.relay.client_limits import Clients, Entered
from gateway.relay.connection_counter import ConnectionCounter
from gateway.relay.connection_pool import UpstreamPool
from gateway.relay.handshake import Handshake
from gateway.relay.protocol import Connection
from gateway.relay.session import ClientSession
from gateway.relay.spool import SpoolRoom
from gateway.relay.tls import Certificates
from gateway.telemetry.events import CertificateNotLoaded

_KEEPALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4),
)
"""A client whose machine is gone is noticed within two minutes. Accepted sockets have it from the listening one."""

_GREETING_SECONDS = 1.0
_QUEUE = 1024
"""Connections that may wait until they are seen."""


class RelayServer:
    """`start`, then `address` and `serving`; `drain` finishes what was accepted. `certificates`: read already."""

    def __init__(
        self,
        options: RelayOptions,
        inspector: Inspector,
        emit: Callable[[object], None],
        tally: ConnectionCounter | None = None,
        certificates: Certificates | None = None,
    ) -> None:
        self._options, self._inspector, self._emit = options, inspector, emit
        self._server: asyncio.Server | None = None
        self._sessions: set[Connection] = set()
        self._entering: set[Handshake] = set()
        self._clients = Clients(options, tally)
        self._certificates = certificates or certificates_of(options, emit)
        self._room = SpoolRoom(options.spool_memory, folder=options.spool_folder)
        self._spares = UpstreamPool(options.keep_seconds)
        self.serving = False
        self.address: tuple[str, int] = (options.host, options.port)

    @property
    def sessions(self) -> int:
        """How many clients are connected."""
        return len(self._sessions)

    async def start(self, bound: socket.socket | None = None) -> None:
        """Begin to listen, where somebody bound a socket for us there. Raises: Problem where the address cannot be
        had."""
        loop = asyncio.get_running_loop()
        try:
            if bound is not None:
                self._server = await loop.create_server(self._arrives, sock=bound, backlog=_QUEUE)
            else:
                self._server = await loop.create_server(
                    self._arrives,
                    self._options.host,
                    self._options.port,
                    backlog=_QUEUE,
                    reuse_address=True,
                    reuse_port=self._options.shared or None,
                )
        except OSError as error:
            place = f"smtp.listen {self._options.host}:{self._options.port}"
            raise Problem(place, f"cannot listen ({error.strerror})", "choose a free port") from error
        for listening in self._server.sockets:
            for level, option, value in _KEEPALIVE:
                listening.setsockopt(level, option, value)
        name = self._server.sockets[0].getsockname()
        self.address = (name[0], name[1])
        self.serving = True

    def change(self, options: RelayOptions) -> None:
        """For every client that comes from now on. Where to listen does not change."""
        try:
            if self._certificates is None or not self._certificates.kept:
                self._certificates = certificates_of(options, self._emit)
        except Problem:
            # It was found good a moment ago, by the supervisor.
            self._emit(CertificateNotLoaded())
            options = dataclasses.replace(
                options,
                tls=self._options.tls,
                certificate=self._options.certificate,
                private_key=self._options.private_key,
            )
        self._options = options
        self._clients.change(options)
        self._spares.change(options.keep_seconds)
        self._room.each, self._room.folder = options.spool_memory, options.spool_folder

    async def drain(self, seconds: float) -> None:
        """Take no more clients, let transactions that run end, say 421 to the others."""
        self.serving = False
        if self._server is not None:
            queued = _accepted(self._server.sockets)
            self._server.close()
            await self._greet(queued)
        for entrance in list(self._entering):
            entrance.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._sessions:
                    for session in [session for session in self._sessions if not session.busy]:
                        session.say_goodbye()
                    await asyncio.sleep(0.05)
        for session in list(self._sessions):
            session.say_goodbye()
        self._spares.close()

    async def _greet(self, clients: list[socket.socket]) -> None:
        """Sessions for these clients. Whoever is gone by now, or hangs, is nobody to be waited for."""
        loop = asyncio.get_running_loop()
        coming = {loop.create_task(loop.connect_accepted_socket(self._entrance, client)): client for client in clients}
        if not coming:
            return
        _, late = await asyncio.wait(coming, timeout=_GREETING_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*coming, return_exceptions=True)
        for task in coming:
            if task in late or task.cancelled() or task.exception() is not None:
                coming[task].close()

    def _arrives(self) -> asyncio.BaseProtocol:
        return self._entrance() if self.serving else _RefusingProtocol()

    def _entrance(self) -> Handshake:
        context = self._certificates.context if self._certificates and self._options.tls == "implicit" else None
        entrance = Handshake(self._clients, context, self._admitted, self._entering.discard)
        self._entering.add(entrance)
        return entrance

    def _admitted(self, entered: Entered) -> asyncio.Protocol:
        certificates = self._certificates
        session = ClientSession(
            self._options,
            self._inspector,
            self._emit,
            asyncio.get_running_loop(),
            self._sessions.discard,
            self._room,
            self._clients,
            entered,
            self._spares,
            None if certificates is None or entered.tls else certificates.context,
        )
        self._sessions.add(session)
        return session


def certificates_of(options: RelayOptions, emit: Callable[[object], None]) -> Certificates | None:
    """Those that are to be shown. Raises: Problem."""
    return None if options.tls == "none" else Certificates(options.certificate, options.private_key, emit)


def _accepted(listening: Iterable[socket.socket]) -> list[socket.socket]:
    """Who is connected already and was not seen yet: when a listening socket is closed the kernel resets them."""
    found: list[socket.socket] = []
    for one in listening:
        with socket.socket(fileno=os.dup(one.fileno())) as end, contextlib.suppress(OSError):
            end.setblocking(False)
            while len(found) <= _QUEUE:
                found.append(end.accept()[0])
    return found


class _RefusingProtocol(asyncio.Protocol):
    """Came when nobody is served any more."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()
