"""Listens, limits how many clients there are, and drains at the end."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import cast

from gateway.errors import Problem
from gateway.relay.access import Clients
from gateway.relay.inspector import Inspector
from gateway.relay.options import RelayOptions
from gateway.relay.session import ClientSession
from gateway.relay.spool import SpoolRoom
from gateway.relay.words import TOO_MANY


class RelayServer:
    """`start`, then `address` and `serving`; `drain` finishes what was accepted."""

    def __init__(self, options: RelayOptions, inspector: Inspector, emit: Callable[[object], None]) -> None:
        self._options, self._inspector, self._emit = options, inspector, emit
        self._server: asyncio.Server | None = None
        self._sessions: set[ClientSession] = set()
        self._clients = Clients(options.networks, options.max_sessions_per_client)
        self._room = SpoolRoom(options.spool_memory, folder=options.spool_folder)
        self.serving = False
        self.address: tuple[str, int] = (options.host, options.port)

    @property
    def sessions(self) -> int:
        """How many clients are connected."""
        return len(self._sessions)

    async def start(self) -> None:
        """Begin to listen. Raises: Problem where the address cannot be had."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                self._session,
                self._options.host,
                self._options.port,
                backlog=1024,
                reuse_address=True,
                reuse_port=self._options.shared or None,
            )
        except OSError as error:
            place = f"smtp.listen {self._options.host}:{self._options.port}"
            raise Problem(place, f"cannot listen ({error.strerror})", "choose a free port") from error
        name = self._server.sockets[0].getsockname()
        self.address = (name[0], name[1])
        self.serving = True

    def change(self, options: RelayOptions) -> None:
        """For every client that comes from now on. Where to listen does not change."""
        self._options = options
        self._clients.change(options.networks, options.max_sessions_per_client)
        self._room.each, self._room.folder = options.spool_memory, options.spool_folder

    async def drain(self, seconds: float) -> None:
        """Take no more clients, let transactions that run end, say 421 to the others."""
        self.serving = False
        if self._server is not None:
            self._server.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._sessions:
                    for session in [session for session in self._sessions if not session.busy]:
                        session.say_goodbye()
                    await asyncio.sleep(0.05)
        for session in list(self._sessions):
            session.say_goodbye()

    def _session(self) -> asyncio.BaseProtocol:
        if len(self._sessions) >= self._options.max_sessions or not self.serving:
            return _Full()
        loop = asyncio.get_running_loop()
        session = ClientSession(
            self._options, self._inspector, self._emit, loop, self._sessions.discard, self._room, self._clients
        )
        self._sessions.add(session)
        return session


class _Full(asyncio.Protocol):
    """One client too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods alone
        transport.write(TOO_MANY.wire() + b"\r\n")
        transport.close()
