"""A process's part of a reload: reads the rules when it is told to prepare, takes them when everybody could.

In two steps, so that no process goes by new rules that another one cannot read. Both steps read the same copy.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path

from gateway.errors import HushgateError
from gateway.ipc.control import Prepare, Prepared, Reload, send_packet
from gateway.service.wiring import Application, ReadAnew, read_anew


class Reloading:
    """On the event loop of its process. `took` hears what was taken, and in which folder its files lie."""

    def __init__(
        self, house: Application, config: Path, control: socket.socket, took: Callable[[ReadAnew, Path], None]
    ) -> None:
        self._house, self._config, self._control, self._took = house, config, control, took
        self._read: tuple[int, ReadAnew] | None = None
        self._work: set[asyncio.Task[None]] = set()

    def prepare(self, order: Prepare) -> None:
        """Read, beside what else is done, and answer."""
        task = asyncio.create_task(self._prepare(order))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def take(self, order: Reload) -> bool:
        """Whether it could: what was prepared holds from now on. Who was started meanwhile reads it now, as others did;
        where it cannot, it would go by older rules than they, and should end: another comes, with those that hold."""
        folder = Path(order.folder)
        if self._read is None or self._read[0] != order.number:
            try:
                self._read = order.number, read_anew(folder, os.environ, self._config)
            except HushgateError:  # somebody tidied it up
                return False
        fresh, self._read = self._read[1], None
        self._house.take(fresh)
        self._took(fresh, folder)
        return True

    async def _prepare(self, order: Prepare) -> None:
        problem = ""
        try:
            self._read = order.number, await asyncio.to_thread(read_anew, Path(order.folder), os.environ, self._config)
        except HushgateError as error:
            problem = str(error) or type(error).__name__
        except Exception as error:  # a fault of ours; its text may quote a file
            problem = f"fault of the program: {type(error).__name__}"
        send_packet(self._control, Prepared(order.number, problem[:1000]))
