"""The console on an event loop and thread of its own, so that a slow page never slows mail."""

import asyncio
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import uvicorn

from gateway.console.app import create_app
from gateway.console.deps import ConsoleDeps
from gateway.errors import Unavailable
from gateway.service.addresses import listening
from gateway.service.sending import discard_held, release_held
from gateway.service.wiring import House


class ConsoleServer:
    """uvicorn on a listening socket, its own or the given one. `address` is the real one where port 0 was asked for.
    `parts` says of each part of the service but the store whether it can take mail; it may block for some seconds."""

    def __init__(
        self,
        house: House,
        metrics: Callable[[], tuple[bytes, str]],
        parts: Callable[[], dict[str, bool]],
        emit: Callable[[object], None],
        bound: socket.socket | None = None,
    ) -> None:
        wanted = house.settings.console.listen
        self._socket = bound if bound is not None else listening("console.listen", wanted.host, wanted.port)
        name = self._socket.getsockname()
        self.address: tuple[str, int] = (name[0], name[1])
        config = uvicorn.Config(
            create_app(_deps(house, metrics, parts, emit)),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="console", daemon=True)

    def start(self) -> None:
        """Begin to answer; connections wait in the socket's queue until then."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests that run, at most five seconds."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(10)
        self._socket.close()

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))


def _deps(
    house: House,
    metrics: Callable[[], tuple[bytes, str]],
    parts: Callable[[], dict[str, bool]],
    emit: Callable[[object], None],
) -> ConsoleDeps:
    def ready() -> dict[str, bool]:
        state = {"store": True} | parts()
        try:
            house.store.ping()
        except Unavailable:
            state["store"] = False
        return state

    return ConsoleDeps(
        quarantine=house.store.quarantine,
        people=house.store.people,
        reports=house.store.reports,
        noted=lambda actor, event, report: house.store.audit.append(actor, event, report, {}),
        release=lambda held, actor, reason: release_held(house, held, actor, reason),
        discard=lambda held, actor, reason: discard_held(house, held, actor, reason),
        ready=ready,
        metrics=metrics,
        clock=lambda: datetime.now(UTC),
        emit=emit,
        session_lasts=timedelta(minutes=house.settings.console.session_minutes),
        secure_cookies=house.settings.console.secure_cookies,
    )
