"""Drills in the inspector: each has a store of its own, in which its made-up report is the only one, and is thrown away
with it. The rules, the readers, the places at work and the code are those of all mail.

So nothing of a drill is ever in the real store but what it is asked for by (`storage.drills`): no report, no held
message, no notice to be sent, no count, and nobody is over a limit for it. No real report acts on a drill's mail, and a
drill's acts on no real mail.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from gateway.errors import Problem, StoreUnavailable, Unavailable
from gateway.inspection.limits import Limiter
from gateway.inspection.tools import Crashes, InspectionDeps, Subjects
from gateway.intake.importer import import_file
from gateway.model import Envelope, Message, Pass, TryLater, Verdict
from gateway.model.drill import DrillAnswer, DrillCase, DrillRoute, drill_address, is_of_a_drill
from gateway.service.inspector.engine import LocalInspector, LookupResult, MessageSummary
from gateway.service.inspector.evidence_completion import Completions, Openable, Unfinished
from gateway.service.inspector.inspections import Inspection
from gateway.service.inspector.work_slots import WorkSlot
from gateway.service.wiring import Application, passing_store
from gateway.storage.protocols import Store
from gateway.telemetry.events import MessageDecided, Outcome, StoreFailed, Unexpected, unexpected
from gateway.telemetry.metrics import Metrics

OVER = "drill-over"
"""Instead of an id: mail of a drill that does not run, or not any more."""
ACTOR = "drill"
_MOST = 8
_LASTS = 3600.0
_SWEEP = 5.0
Emit = Callable[[object], None]


def is_drilled(envelope: Envelope) -> bool:
    """Whether anything of it is a drill's; then it is judged as one, or not at all."""
    return is_of_a_drill(envelope.sender) or any(is_of_a_drill(one.address) for one in envelope.recipients)


class RunningDrills:
    """Those of one inspector; lives on its event loop. `folder`: where their stores lie while they run."""

    def __init__(
        self, house: Application, tools: Callable[[], InspectionDeps], emit: Emit, budget: float, folder: Path
    ) -> None:
        self._house, self._tools, self._emit, self._budget, self._folder = house, tools, emit, budget, folder
        self._running: dict[str, _Drill] = {}
        self._opening: dict[str, asyncio.Task[_Drill | None]] = {}
        self._one = asyncio.Lock()  # Alembic makes one store at a time
        shutil.rmtree(folder, ignore_errors=True)  # of an inspector that was killed

    async def route(self, token: str) -> DrillRoute | None:
        """Where what passes of it goes, once its made-up report is in force; None where no such drill runs. Raises:
        Unavailable where that cannot be said now, or its report cannot be read."""
        if token not in self._running and token not in self._opening:
            if len(self._running) + len(self._opening) >= _MOST:
                await self.sweep()
            if len(self._running) + len(self._opening) >= _MOST:
                raise Unavailable("too many drills")
            task = self._opening[token] = asyncio.create_task(self._opened(token))
            task.add_done_callback(lambda done: self._no_more_opening(token, done))
        opening = self._opening.get(token)
        drill = self._running.get(token) if opening is None else await asyncio.shield(opening)
        return None if drill is None else drill.case.route

    def of(self, envelope: Envelope) -> "DrillInspector | None":
        """Who judges it; None where not all of it is one running drill's."""
        sender = drill_address(envelope.sender)
        recipients = [drill_address(one.address) for one in envelope.recipients]
        if sender is None or len(recipients) != 1 or recipients[0] is None or recipients[0].token != sender.token:
            return None
        drill = self._running.get(sender.token)
        return None if drill is None else drill.inspector

    async def watch(self) -> None:
        """Throw away what is over, until cancelled."""
        while True:
            await asyncio.sleep(_SWEEP)
            try:
                await self.sweep()
            except StoreUnavailable:
                self._emit(StoreFailed("drill"))
            except Exception as error:
                self._emit(unexpected(error))

    async def sweep(self) -> None:
        """Throw away what is over. Raises: StoreUnavailable."""
        for token, drill in list(self._running.items()):
            old = time.monotonic() - drill.begun > _LASTS
            if old or await asyncio.to_thread(self._house.store.drills.case, token) is None:
                self._running.pop(token, None)
                await asyncio.to_thread(drill.close)

    def close(self) -> None:
        """End all. Blocks; not on the event loop."""
        for drill in self._running.values():
            drill.close()
        self._running.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _no_more_opening(self, token: str, done: "asyncio.Task[_Drill | None]") -> None:
        self._opening.pop(token, None)
        if not done.cancelled():
            done.exception()  # whoever waited heard it; perhaps nobody did

    async def _opened(self, token: str) -> "_Drill | None":
        try:
            async with self._one:
                drill = await asyncio.to_thread(self._open, token)
        except StoreUnavailable:
            self._emit(StoreFailed("drill"))
            raise
        except Unavailable:
            raise
        except Exception as error:  # a made-up report that nobody can read among them
            self._emit(unexpected(error))
            raise Unavailable("drill") from None
        if drill is not None:
            self._running[token] = drill
        return drill

    def _open(self, token: str) -> "_Drill | None":
        case = self._house.store.drills.case(token)
        if case is None:
            return None
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            store = passing_store(folder)
            try:
                _import(case, folder, store, self._tools(), self._house)
                inspector = DrillInspector(self._house.store, token, store, self._tools, self._emit, self._budget)
            except BaseException:
                store.shut()
                raise
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return _Drill(case, inspector, store, folder)


class _Drill:
    """One that runs."""

    def __init__(self, case: DrillCase, inspector: "DrillInspector", store: Store, folder: Path) -> None:
        self.case, self.inspector, self._store, self._folder = case, inspector, store, folder
        self.begun = time.monotonic()

    def close(self) -> None:
        """Throw it away."""
        self.inspector.close()
        self._store.shut()
        shutil.rmtree(self._folder, ignore_errors=True)


class DrillInspector(LocalInspector):
    """As for all mail, on a store that holds the drill's report alone. What it decides is written down for the drill,
    in the real store: one that takes no write holds no mail either."""

    def __init__(
        self,
        real: Store,
        token: str,
        store: Store,
        tools: Callable[[], InspectionDeps],
        emit: Emit,
        budget: float,
    ) -> None:
        own = own_tools(store)
        self._decisions: dict[str, MessageDecided] = {}
        self._passed = set[str]()
        self._real, self._token, self._outside = real, token, emit

        def ours() -> InspectionDeps:
            return replace(tools(), **own)

        super().__init__(ours, _Uncounted(), self._hear, budget, threads=4)
        self.completions = _NothingMore(budget, lambda: 1, emit)

    def at_once(self, envelope: Envelope, spooled: MessageSummary) -> Verdict | None:
        """None: what is answered at once here is written down first."""
        if super().at_once(envelope, spooled) is not None:
            self._passed.add(spooled.id)
        return None

    async def look_up(
        self, envelope: Envelope, spooled: MessageSummary, seconds: float | None = None
    ) -> Verdict | LookupResult:
        """See `LocalInspector`."""
        if spooled.id in self._passed:
            self._passed.discard(spooled.id)
            return await self._noted(envelope, spooled.id, Pass())
        looked = await super().look_up(envelope, spooled, seconds)
        return looked if isinstance(looked, LookupResult) else await self._noted(envelope, spooled.id, looked)

    async def decide(
        self,
        envelope: Envelope,
        message: Message,
        looked: LookupResult,
        place: WorkSlot | None = None,
        begun: Callable[[Inspection], None] = lambda inspection: None,
    ) -> Verdict:
        """See `LocalInspector`."""
        return await self._noted(envelope, message.id, await super().decide(envelope, message, looked, place, begun))

    async def recognised(
        self, envelope: Envelope, message: Message, looked: LookupResult, begun: Callable[[Inspection], None]
    ) -> Verdict | None:
        """See `LocalInspector`."""
        verdict = await super().recognised(envelope, message, looked, begun)
        return None if verdict is None else await self._noted(envelope, message.id, verdict)

    async def _noted(self, envelope: Envelope, message: str, verdict: Verdict) -> Verdict:
        decided = self._decisions.pop(message, None)
        to = drill_address(envelope.recipients[0].address)
        if decided is None or to is None or isinstance(verdict, TryLater):
            return verdict
        answer = DrillAnswer(to.name, decided.action, decided.rule, decided.would or "")
        try:
            await asyncio.to_thread(self._real.drills.answered, self._token, answer)
        except StoreUnavailable:
            self._outside(StoreFailed("drill"))
            return TryLater("store")
        return verdict

    def _hear(self, event: object) -> None:
        """Neither log nor metrics count a drill's mail."""
        match event:
            case MessageDecided(message=message):
                self._decisions[message] = event
            case Unexpected():
                self._outside(event)
            case _:
                pass


SHARED = frozenset(
    ("reader", "policy", "circle", "staff", "failed", "pseudonym_key", "changes", "shows_rewritten")
)  # fmt: skip
"""What a drill has in common with all mail: nothing that writes, and nothing that knows a real report. A test holds
that all else of an inspection's tools is its own."""


def own_tools(store: Store) -> dict[str, Any]:
    """What of the tools is the drill's own. What writes anything that outlasts it is None."""
    return {
        "reports": store.reports,
        "subjects": Subjects(store.reports),
        "quarantine": store.quarantine,
        "marks": store.marks,
        "callings": store.callings,
        "crashes": Crashes(),
        "delays": Crashes(),
        "limiter": Limiter(),
        "passwords": None,
        "rewrites": None,
        "watched": None,
        "decisions": None,
        "suggestions": None,
    }


class _Uncounted(Metrics):
    """Counts nothing."""

    def __init__(self) -> None:
        pass

    def decided(self, action: Outcome, seconds: float, would: Outcome | None = None) -> None:
        pass

    def found(self, kinds: object) -> None:
        pass


class _NothingMore(Completions):
    """Looks at nothing again: what was held early in a drill was held."""

    def add(self, one: Unfinished | Openable) -> None:
        pass


def _import(case: DrillCase, folder: Path, store: Store, tools: InspectionDeps, house: Application) -> None:
    """Bring the made-up report into force, on the way of every report. Raises: Problem, Unavailable."""
    line = folder / "report.jsonl"
    line.write_text(case.report + "\n", encoding="utf-8")
    for name, content in case.files.items():
        if Path(name).name != name:
            raise Problem("drill", "a file that lies elsewhere", "run the drill of this version")
        (folder / name).write_bytes(content)
    import_file(line, tools.reader, store.reports, ACTOR, house.settings.organization.domains, ours=house.ours)
    for name in (line.name, *case.files):
        (folder / name).unlink(missing_ok=True)
