"""An application on a real socket, for tests that need a browser or a client of its own."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp


@contextmanager
def listening() -> Iterator[tuple[socket.socket, str]]:
    """A socket on a port that nobody has, and the address of what is served there."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        yield bound, f"http://127.0.0.1:{bound.getsockname()[1]}"


@contextmanager
def serving(app: ASGIApp, bound: socket.socket) -> Iterator[None]:
    """The application answers on that socket, by a thread of its own."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The address at which the application answers."""
    with listening() as (bound, address), serving(app, bound):
        yield address
