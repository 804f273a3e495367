"""`hushgate serve`: starts the processes, watches them, starts them again, drains them at the end.

The supervisor holds no key and opens no store. It keeps the ports and the inspector's socket for whoever is
started next, so that none is ever gone while one process is replaced.

    inspector ×1   works first: it makes the key and the store where there are none
    console   ×1
    relay     ×N   last: mail is taken only when it can be judged

All are started at once, for what takes long is to load their programs; console and relays then wait for their first
order, which they get when the one before them is ready.
"""

import asyncio
import contextlib
import dataclasses
import errno
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path

from gateway.errors import HushgateError, Problem
from gateway.ipc.control import (
    Drain,
    Prepare,
    Prepared,
    Probed,
    Reload,
    ReloadRefused,
    ServiceState,
    Wanted,
    receive,
    send_packet,
)
from gateway.ipc.relay_options import RelayOptions
from gateway.relay.connection_counter import ROWS, ConnectionCounter
from gateway.sandbox.users import RELAY, user_of
from gateway.service.budget import budget_of, patience_of
from gateway.service.config_snapshot import is_being_written
from gateway.service.files_in_force import ConfigCopy, FilesInForce, NotTaken, place_in, refusal
from gateway.service.health import Health, Probeable, part_of
from gateway.service.listeners import listening, reserved, shown_address
from gateway.service.process import Role, ServiceProcess, StartFailed, ended, exit_of, few_of, first_word, start_process
from gateway.service.relay_grants import bound_for, grants, share, spool_folder
from gateway.service.smtp_address import forget_smtp_port, note_smtp_port
from gateway.service.upstream import relay_options
from gateway.telemetry.events import (
    ProcessEnded,
    ProcessStarted,
    ProcessStuck,
    Reloaded,
    ServiceStarted,
    ServiceStopped,
)
from gateway.telemetry.log import emit, tell

_FILES_SECONDS = 5.0
_LOOK_SECONDS = 0.5
_LONGEST_OPEN = 60
"""Looks after which a file that keeps still is read, though somebody has it open to write to."""
_PREPARE_SECONDS = 30.0
_RETRY_LOOKS = 10
"""Looks after which files that were refused are read again: what was wrong may be a file that they name."""
_LONGEST_PROBLEM = 1000
_LONGEST_WATCH = 300.0
_LONGEST_REST = 10.0
"""Seconds between two starts of a process that dies at once; doubles from a tenth of a second."""
_STEADY = 30.0


class Supervisor:
    """All processes of one configuration."""

    def __init__(self, config: Path, environ: Mapping[str, str], folder: Path) -> None:
        self._config, self._environ, self._folder = config, dict(environ), folder
        self._files = FilesInForce(config, self._environ, folder)  # a mistake is one line now, not three from processes
        self._settings = self._files.now.settings
        smtp = self._settings.smtp.listen
        self._port = reserved("smtp.listen", smtp.host, smtp.port)
        page = self._settings.console.listen
        self._page = listening("console.listen", page.host, page.port)
        self._relays = user_of(self._settings.service.relay_user, RELAY)
        share(str(folder), self._relays, 0o710)
        self._counts = folder / "counts"
        self._counts.mkdir(mode=0o700)
        self._grants = grants(self._settings, spool_folder(self._settings, folder, self._relays))
        self._socket = str(folder / "inspector")
        self._asking = bound_for(self._socket, self._relays)
        self._tally = ConnectionCounter.create()
        self._reloading = asyncio.Lock()
        self._prepared: dict[ServiceProcess, asyncio.Future[str]] = {}
        self._refused, self._refusal_noted = "", True
        self._children: list[ServiceProcess] = []
        self._watchers: set[asyncio.Task[None]] = set()
        self._stopping = self._behind = False
        self._replacing = asyncio.Lock()
        self._stuck = 0
        patience = patience_of(budget_of(self._settings))
        self._health = Health(lambda: self._at_work("relay"), self._inspector, self._end, patience, _log)

    async def start(self) -> tuple[tuple[str, int], tuple[str, int], str]:
        """(SMTP address, console address, file of the set-up link) once all are ready. Raises: StartFailed."""
        inspector, page = self._spawn("inspector"), self._spawn("console")
        relays = [self._spawn("relay") for _ in range(self._settings.smtp.processes)]
        await self._begun(inspector)
        console = (await self._begun(page)).ready
        await asyncio.gather(*(self._begun(relay) for relay in relays))
        self._keep(self._watch_files())
        self._keep(self._watch_config())
        first = relays[0].ready
        assert console is not None
        assert first is not None
        self._keep(self._health.run())
        note_smtp_port(self._settings, first.port)
        return (first.host, first.port), (console.host, console.port), console.setup_file

    def reload(self) -> None:
        """Read settings and rules anew; with a mistake in them the old ones stay everywhere, and one line says so."""
        self._keep(self._reload(asked=True))

    async def _reload(self, *, asked: bool) -> None:
        """`asked`: by a person; else because files were seen to have changed, which may be by mistake."""
        async with self._reloading:
            try:
                fresh = self._files.read(asked=asked)
                if fresh is None:
                    if self._refused:  # what is in force stands in the files again
                        emit(Reloaded(False, self._files.now.policy, self._files.now.policy))
                    self._taken_back()
                    return
                same = fresh.settings.smtp.spool_folder == self._settings.smtp.spool_folder
                spool = self._grants.spool if same else spool_folder(fresh.settings, self._folder, self._relays)
                seen = grants(fresh.settings, spool)
                await self._all_prepared(fresh)
            except Exception as fault:  # also one of ours, or of the disk: whoever watches the files goes on
                error = refusal(fault)
                if asked or str(error)[:_LONGEST_PROBLEM] != self._refused:
                    self._refuse(error)
                return
            before = self._files.now.policy
            self._files.take(fresh)
            others = seen.differs(self._grants, self._closely)
            self._settings, self._grants = fresh.settings, seen
            if others:
                self._keep(self._relays_replaced())
            for child in self._children:
                if child.role == "relay" and child.begun and not others:
                    send_packet(child.control, Reload(self._options()))
                elif child.role != "relay" and child.ready is not None:
                    self._take(child)
            self._files.forget(min((child.rules for child in self._children if child.rules), default=fresh.number))
            emit(Reloaded(others, before, fresh.policy))
            self._taken_back()

    async def _all_prepared(self, fresh: ConfigCopy) -> None:
        """Returns once each process that goes by rules has read the new ones. Raises Problem where one cannot."""
        loop = asyncio.get_running_loop()
        asked = self._at_work("inspector") + self._at_work("console")
        self._prepared = {child: loop.create_future() for child in asked}
        try:
            for child in asked:
                send_packet(child.control, Prepare(fresh.number, str(fresh.folder)))
            async with asyncio.timeout(_PREPARE_SECONDS):
                said = await asyncio.gather(*self._prepared.values())
        except TimeoutError:
            raise Problem(str(self._config), "a process does not answer", "reload again") from None
        finally:
            self._prepared = {}
        for problem in said:
            if problem:
                raise NotTaken(self._files.in_their_own_words(problem, fresh))

    def _take(self, child: ServiceProcess) -> None:
        """It goes by the rules of now from here on."""
        child.rules = self._files.now.number
        send_packet(child.control, Reload(None, child.rules, str(self._files.now.folder)))

    def _refuse(self, error: HushgateError) -> None:
        """The old rules hold: say so in the log, to the console, and once in the audit log."""
        tell("NotReloaded", f"hushgate: not reloaded: {error}")
        self._refused, self._refusal_noted = str(error)[:_LONGEST_PROBLEM], False
        self._note_refusal()
        self._tell()

    def _note_refusal(self) -> None:
        for child in self._at_work("inspector"):
            if self._refused and not self._refusal_noted:
                self._refusal_noted = send_packet(child.control, ReloadRefused(place_in(self._refused)))

    def _taken_back(self) -> None:
        """What stands in the files is in force."""
        if self._refused:
            self._refused, self._refusal_noted = "", True
            self._tell()

    async def _watch_config(self) -> None:
        """Reload what was changed once it keeps still: an editor may write in several steps, and rename; and a file
        that somebody has open to write to is not written to its end."""
        seen, still = self._files.stamp, 0
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            stamp = self._files.stamp_now()
            if stamp != seen:
                seen, still = stamp, 0
                continue
            still += 1
            if stamp != self._files.stamp:
                if not is_being_written(self._config) or still > _LONGEST_OPEN:
                    await self._reload(asked=False)
                    still = 0
            elif self._refused and still % _RETRY_LOOKS == 0:
                await self._reload(asked=False)

    async def stop(self) -> None:
        """Relays finish what they accepted; then the others end."""
        self._stopping = True
        forget_smtp_port(self._settings, self._port.getsockname()[1])
        for watcher in self._watchers:
            watcher.cancel()
        for child in self._children:
            if not child.begun:
                child.process.kill()
        for roles in (("relay",), ("console",), ("inspector",)):
            ending = [child for child in self._children if child.role in roles]
            for child in ending:
                send_packet(child.control, Drain())
            await asyncio.gather(*(asyncio.to_thread(ended, child) for child in ending))

    def kill(self) -> None:
        """At once."""
        for child in self._children:
            child.process.kill()
            child.process.wait()
        shutil.rmtree(self._grants.spool, ignore_errors=True)

    async def _begun(self, child: ServiceProcess) -> ServiceProcess:
        """Let it work, and wait until it does. Raises: StartFailed."""
        child.begun = True
        if child.role == "relay":
            send_packet(child.control, Reload(self._options()))
        elif child.role == "console":
            send_packet(child.control, self._state())
        try:
            ready = await asyncio.to_thread(first_word, child)
        except RuntimeError:  # no thread can be started
            ready = None
        if ready is None:
            child.process.kill()
            child.process.wait()
            self._forget(child)
            raise StartFailed("")
        child.ready = ready
        emit(ProcessStarted(child.role, child.process.pid))
        if child.rules and child.rules != self._files.now.number:  # others took new ones while it started
            self._take(child)
        child.control.setblocking(False)
        asyncio.get_running_loop().add_reader(child.control.fileno(), self._said, child)
        self._note_refusal()
        self._tell()
        if not self._stopping:
            self._keep(self._watch(child))
        return child

    def _keep(self, work: Coroutine[object, object, None]) -> None:
        """Work that goes on until the end."""
        watcher = asyncio.create_task(work)
        self._watchers.add(watcher)
        watcher.add_done_callback(self._watchers.discard)

    def _said(self, child: ServiceProcess) -> None:
        try:
            said = receive(child.control)
        except EOFError:
            asyncio.get_running_loop().remove_reader(child.control.fileno())
            return
        match said:
            case Probed(number=number, part=part):
                self._health.came_back(child, number, part)
            case Wanted(number=number):
                self._keep(self._look_for(child, number))
            case Prepared(number=number, problem=problem):
                if number == self._files.last:
                    self._heard(child, problem)
            case None:
                pass

    async def _look_for(self, console: ServiceProcess, number: int) -> None:
        await self._health.look()
        if console in self._children:
            send_packet(console.control, self._state(number))

    def _at_work(self, role: Role) -> list[ServiceProcess]:
        at_work = (child for child in self._children if child.ready is not None and not child.retiring)
        return [child for child in at_work if child.role == role]

    def _inspector(self) -> ServiceProcess | None:
        return next(iter(self._at_work("inspector")), None)

    def _end(self, process: Probeable, part: str, seconds: float) -> None:
        """It is stuck: another takes its place as soon as it is gone."""
        for child in self._children:
            if child is process:
                emit(ProcessStuck(child.role, child.process.pid, part_of(part), round(seconds)))
                self._stuck += 1
                child.process.kill()

    @property
    def _closely(self) -> bool:
        """Are relays another user, who cannot read anew what they read as root? Perhaps, while none has said so."""
        ready = [relay.ready for relay in self._at_work("relay") if relay.ready is not None]
        return self._relays is not None and (not ready or any(one.another for one in ready))

    async def _watch_files(self) -> None:
        """A jail holds files, not their names: where another file came in the place of one, so do other relays."""
        rest = _FILES_SECONDS
        while True:
            await asyncio.sleep(rest)
            self._made_again()
            if self._grants.changed(self._closely):
                self._grants = grants(self._settings, self._grants.spool)
            await self._relays_replaced()
            rest = min(2 * rest, _LONGEST_WATCH) if self._behind else _FILES_SECONDS

    def _made_again(self) -> None:
        """Who tidies up temporary files takes socket, spool and staff directory along: all, and their owners, anew."""
        with contextlib.suppress(OSError, Problem):
            if not os.path.isdir(self._folder):
                os.mkdir(self._folder, 0o700)  # fails where it is somebody else's by now
                share(str(self._folder), self._relays, 0o710)
            self._counts.mkdir(mode=0o700, exist_ok=True)
            if not os.path.isdir(self._grants.spool):
                self._grants = grants(self._settings, spool_folder(self._settings, self._folder, self._relays))
            if not os.path.exists(self._socket):
                asking, self._asking = self._asking, bound_for(self._socket, self._relays)
                asking.close()
                for child in self._children:
                    if child.role == "inspector":
                        child.process.kill()
            self._files.now.written()

    async def _relays_replaced(self) -> None:
        """Those that were granted something else, one after the other: a new one listens before an old one takes no
        more clients, and an old one stays where none can be started in its place, which is tried again later. One that
        retires already has been replaced."""
        async with self._replacing:
            self._behind = False
            for child in self._at_work("relay"):
                granted = child.grants
                if granted is None or not self._grants.differs(granted, self._closely) or child not in self._children:
                    continue
                if len(self._children) >= ROWS:  # it makes room first, and `_watch` puts another in its place
                    send_packet(child.control, Drain())
                    continue
                try:
                    fresh = await self._begun(self._spawn("relay"))
                except StartFailed:
                    self._behind = True
                    continue
                one_too_many = child if child in self._children else fresh  # it died, and `_watch` knew of no other
                one_too_many.retiring = True
                send_packet(one_too_many.control, Drain())

    async def _watch(self, child: ServiceProcess) -> None:
        """Wait for its end, which is none of ours, and put another in its place."""
        code = await exit_of(child)
        self._forget(child)
        emit(ProcessEnded(child.role, child.process.pid, code))
        self._tell()
        if child.retiring:
            return
        rest = 0.1 if time.monotonic() - child.started > _STEADY else 0.2
        while not self._stopping:
            try:
                await self._begun(self._spawn(child.role))
            except StartFailed:
                await asyncio.sleep(rest)
                rest = min(rest * 2, _LONGEST_REST)
            else:
                return

    def _forget(self, child: ServiceProcess) -> None:
        if child in self._children:
            self._children.remove(child)
            if child.row is not None:
                ConnectionCounter.clear(self._tally, child.row)
        self._heard(child, "")  # another one comes in its place, and reads what holds then
        self._health.forget(child)
        asyncio.get_running_loop().remove_reader(child.control.fileno())
        child.control.close()
        # What a dead process counted stays in the sums; what it measured does not.
        with contextlib.suppress(OSError):
            for file in self._counts.glob(f"gauge_live*_{child.process.pid}.db"):
                file.unlink()

    def _heard(self, child: ServiceProcess, problem: str) -> None:
        answer = self._prepared.get(child)
        if answer is not None and not answer.done():
            answer.set_result(problem)

    def _tell(self) -> None:
        for child in self._children:
            if child.role == "console" and child.begun:
                send_packet(child.control, self._state())

    def _state(self, number: int = 0) -> ServiceState:
        inspector = self._inspector() is not None
        relays, part = len(self._at_work("relay")), self._health.part
        return ServiceState(relays, inspector, part, number, self._stuck, self._refused)

    def _options(self) -> RelayOptions:
        host, port = self._port.getsockname()[:2]
        options = relay_options(self._settings)
        return dataclasses.replace(options, host=host, port=port, shared=True, spool_folder=self._grants.spool)

    def _spawn(self, role: Role) -> ServiceProcess:
        """Raises: StartFailed."""
        try:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                try:
                    return self._spawned(role, ours, theirs)
                except BaseException:
                    ours.close()
                    raise
        except OSError as error:  # no process, no memory, no descriptor; there may be one later
            tell("ProcessNotStarted", f"hushgate: {role}: cannot be started ({error.strerror})")
            raise StartFailed("") from error

    def _spawned(self, role: Role, ours: socket.socket, theirs: socket.socket) -> ServiceProcess:
        passed = [theirs.fileno()]
        words = [str(theirs.fileno())]
        metrics = {"PROMETHEUS_MULTIPROC_DIR": str(self._counts)}
        environment = self._environ | metrics
        row: int | None = None
        word = self._relays.word() if self._relays else ""
        if role == "relay":
            environment = few_of(self._environ) | metrics
            taken = {child.row for child in self._children}
            row = next((number for number in range(ROWS) if number not in taken), None)
            if row is None:
                raise OSError(errno.EUSERS, os.strerror(errno.EUSERS))
            passed.append(self._tally)
            words += [self._socket, str(self._tally), str(row), self._grants.words(), word]
        else:
            listening = (self._asking if role == "inspector" else self._page).fileno()
            passed.append(listening)
            words += [str(listening), str(self._config), str(self._files.now.written()), word]
        process = start_process(role, words, environment, passed)
        rules = 0 if role == "relay" else self._files.now.number
        granted = self._grants if role == "relay" else None
        child = ServiceProcess(role, process, ours, row=row, grants=granted, rules=rules)
        self._children.append(child)
        return child


def _log(event: object) -> None:
    emit(event)  # type: ignore[arg-type]  # every event is a dataclass


def serve(config: Path, environ: Mapping[str, str]) -> int:
    """Run until told to stop; what was accepted is finished first."""
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="hushgate-"))  # mode 0700: sockets and counters of this service
    try:
        return asyncio.run(_serve(Supervisor(config, environ, folder), started))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _serve(supervisor: Supervisor, started: float) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    loop.add_signal_handler(signal.SIGHUP, supervisor.reload)
    try:
        starting, stopped = asyncio.create_task(supervisor.start()), asyncio.create_task(stop.wait())
        await asyncio.wait((starting, stopped), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            smtp, console, file = starting.result()
            if file:
                where = f"console: 首个账号的一次性链接在 the one-time link for the first account is in {file}"
                tell("SetUpLinkWritten", where)
            print(f"smtp {shown_address(smtp)}, console {shown_address(console)}", flush=True)
            emit(ServiceStarted(smtp[1], console[1], round((time.monotonic() - started) * 1000)))
        await stopped
        await supervisor.stop()
        await asyncio.gather(starting, return_exceptions=True)  # told to stop while it started: that is no failure
    except StartFailed:
        supervisor.kill()
        return 2
    finally:
        supervisor.kill()
    emit(ServiceStopped())
    return 0
