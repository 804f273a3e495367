"""The service's end of `hushgate inspect`: a Unix socket in the folder of the store, for the same user and root alone.

A mail that is asked about takes a place like any other, and has the time of any other; few are at work at once, so that
whoever asks holds up no mail. Nothing is sent, stored or counted.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from gateway import __version__
from gateway.errors import HushgateError, Problem, Unavailable
from gateway.model.deadline import Deadline
from gateway.service.asking import LENGTH, LONGEST_QUESTION, SOCKET, ExplainAnswer, ExplainRequest, reached
from gateway.service.inspector.inspecting import Explaining, inspected
from gateway.service.inspector.work_slots import WorkSlots, kind_of
from gateway.service.os_users import actor_of, peer_of
from gateway.telemetry.events import unexpected

_AT_ONCE = 2
_WAITING = 16
_HEARD_SECONDS = 20.0


class ExplainServer:
    """Answers from `start` to `close`. `means` is asked once a mail, so that a reload holds for the next. `largest`: of
    a mail, in octets; `budget`: seconds for one."""

    def __init__(
        self,
        config: Path,
        folder: Path,
        means: Callable[[], Explaining],
        places: WorkSlots,
        emit: Callable[[object], None],
        largest: int,
        budget: float,
    ) -> None:
        self._config, self._folder, self._means = os.path.realpath(config), folder, means
        self._places, self._emit, self._largest, self._budget = places, emit, largest, budget
        self._few = asyncio.Semaphore(_AT_ONCE)
        self._server: asyncio.Server | None = None
        self._ours: tuple[int, int] = (0, 0)
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen, in the place of one that is gone. Where that cannot be, nobody is answered: mail goes on."""
        end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            reached(self._folder, lambda path: _bound(end, path))
            found = os.stat(self._folder / SOCKET)
            self._ours = found.st_dev, found.st_ino
            self._server = await asyncio.start_unix_server(self._met, sock=end, backlog=_WAITING)
        except OSError as error:
            end.close()
            self._emit(unexpected(error))

    def close(self) -> None:
        """Answer nobody any more, and leave the place to whoever has taken it."""
        if self._server is not None:
            self._server.close()
        for client in self._clients:
            client.cancel()
        with suppress(OSError):
            found = os.stat(self._folder / SOCKET)
            if (found.st_dev, found.st_ino) == self._ours:
                os.unlink(self._folder / SOCKET)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        task.add_done_callback(self._clients.discard)
        try:
            end: socket.socket = writer.get_extra_info("socket")
            process, user = peer_of(end)
            known = user in (0, os.geteuid()) and not is_child(process, os.getppid())
            if known and len(self._clients) <= _WAITING:
                answer = msgspec.msgpack.encode(await self._answered(reader, actor_of(process, user)))
                writer.write(LENGTH.pack(len(answer)) + answer)
                async with asyncio.timeout(_HEARD_SECONDS):
                    await writer.drain()
        except (OSError, EOFError, TimeoutError, msgspec.DecodeError, ValueError):
            pass  # it went, or said what makes no sense
        except Exception as error:
            self._emit(unexpected(error))
        finally:
            writer.close()

    async def _answered(self, reader: asyncio.StreamReader, actor: str) -> ExplainAnswer:
        async with asyncio.timeout(_HEARD_SECONDS):
            (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
            if length > LONGEST_QUESTION:
                raise ValueError("a question that makes no sense")
            asked = msgspec.msgpack.decode(await reader.readexactly(length), type=ExplainRequest)
            if (asked.version, asked.config) != (__version__, self._config):
                return ExplainAnswer(wrong="other")
            if not 0 <= asked.size <= self._largest:
                return ExplainAnswer(
                    wrong="problem", why=("mail", "is larger than smtp.max_size", "no relay would take it")
                )
            content = await reader.readexactly(asked.size)
        deadline = Deadline.after(self._budget)
        async with self._few:
            place = await self._places.take(kind_of(asked.size))
            work = asyncio.ensure_future(asyncio.to_thread(inspected, content, asked, self._means(), deadline, actor))
            work.add_done_callback(lambda done: place.leave())
            gone = asyncio.ensure_future(reader.read(1))
            try:
                await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
                if not work.done():
                    deadline.cancel()  # nobody waits for it any more
                return await asyncio.shield(work)
            except Problem as problem:
                return ExplainAnswer(wrong="problem", why=(problem.place, problem.wrong, problem.remedy))
            except Unavailable as error:
                return ExplainAnswer(wrong="unavailable", why=(str(error) or type(error).__name__, "", ""))
            except HushgateError as error:
                return ExplainAnswer(wrong="problem", why=("mail", type(error).__name__, ""))
            finally:
                gone.cancel()
                if not work.done():
                    deadline.cancel()


def is_child(process: int, parent: int) -> bool:
    """Whether it was started by that one. Relays may be the same user as we are, and are to know no more than an answer
    to a mail; they can start no process that would ask for them."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1]) == parent
    except (OSError, ValueError, IndexError):
        return False


def _bound(end: socket.socket, path: str) -> None:
    """Take the place of what is there: bound beside it and renamed, with its rights from the beginning."""
    beside = f"{path}.{os.getpid()}"
    with suppress(FileNotFoundError):
        os.unlink(beside)
    before = os.umask(0o177)
    try:
        end.bind(beside)
    finally:
        os.umask(before)
    os.replace(beside, path)
