"""Whether mail can be taken now: canaries through every relay to the inspector, and what is done where none comes back.

A relay is asked over its control socket, sends a canary on its own line to the inspector, and says what came of it. So
a canary meets what a mail would meet: a relay that hangs, an inspector that hangs, places that are not given back, no
reader.

An inspector whose canaries have failed for longer than any honest work takes is ended, and so is a relay that says
nothing: the supervisor starts another. Not for the store's sake, which no new process would mend.
"""

import asyncio
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.ipc.control import ServiceState
from gateway.telemetry.events import PARTS, Part, unexpected

LOOK_SECONDS = 5.0
"""Between two looks that nobody asked for."""
PROBE_SECONDS = 5.0
"""What a canary may take: the places may be full of honest work for a moment."""
ANSWER_SECONDS = 13.0
"""What whoever asks has to wait at most: for a look that runs already, and then for one of their own."""
SILENT_SECONDS = 45.0
"""A process that does nothing else than answer, and does not."""
_APART_SECONDS = 0.2
"""Between the beginnings of two looks, however many ask."""
_AGAIN_SECONDS = 1.0
"""Between two looks while something fails."""
_LEAST_LOOKS = 2
"""Failed in a row before a process is ended: one look proves little on a machine that was asleep."""
_ITS_OWN = frozenset(("inspector", "places", "reader"))
"""What fails in an inspector and ends with it."""


class Probeable(Hashable, Protocol):
    """A relay, or the inspector."""

    def probe(self, number: int, seconds: float) -> None:
        """Send a canary; what came of it is said to `Health.came_back`."""
        ...


@dataclass(slots=True)
class _ProbeResult:
    number: int
    since: float
    part: asyncio.Future[str]


@dataclass(slots=True)
class _Failing:
    since: float
    looks: int = 1


class Health:
    """`relays` and `inspector` are those at work now; `stuck` is told whom to end, why, and how long it has been so."""

    def __init__(
        self,
        relays: Callable[[], Sequence[Probeable]],
        inspector: Callable[[], Probeable | None],
        stuck: Callable[[Probeable, str, float], None],
        patience: float,
        emit: Callable[[object], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._relays, self._inspector, self._stuck = relays, inspector, stuck
        self._patience, self._emit, self._clock = patience, emit, clock
        self._number = 0
        self._probes: dict[Probeable, _ProbeResult] = {}
        self._failing: dict[Probeable, _Failing] = {}
        self._looking: asyncio.Task[str] | None = None
        self._began = -_APART_SECONDS
        self._seen_from: float | None = None
        """When the last look began; None where a process died during it or since."""
        self._gone = 0
        self.part = ""

    async def look(self) -> str:
        """Empty where mail can be taken, else the part that fails. That all is well is said by a look that began after
        the question alone: a process that was killed before it cannot bring a canary back. Several share one look."""
        asked = self._clock()
        while True:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())
            part = await asyncio.shield(self._looking)
            if self._seen_from is not None and (part or self._seen_from >= asked):
                return part

    async def run(self) -> None:
        """Look now and then."""
        while True:
            try:
                await self.look()
            except Exception as error:  # a bug in one look must not be the last look
                self._emit(unexpected(error))
            await asyncio.sleep(_AGAIN_SECONDS if self._failing else LOOK_SECONDS)

    def came_back(self, relay: Probeable, number: int, part: str) -> None:
        """What a relay's canary found."""
        probe = self._probes.get(relay)
        if probe is not None and probe.number == number and not probe.part.done():
            probe.part.set_result(part)
            self._failing.pop(relay, None)  # slow or not, it does not hang

    def forget(self, process: Probeable) -> None:
        """It is gone, and what was seen while it was there is old."""
        self._gone += 1
        self._seen_from = None
        self._failing.pop(process, None)
        probe = self._probes.pop(process, None)
        if probe is not None:
            probe.part.cancel()

    async def _look(self) -> str:
        await asyncio.sleep(max(0.0, self._began + _APART_SECONDS - self._clock()))
        started, gone = self._clock(), self._gone
        self._began = started
        asked = tuple(self._relays())
        parts = dict(zip(asked, await asyncio.gather(*(self._probed(relay) for relay in asked)), strict=True))
        there = [relay for relay in self._relays() if relay in parts]  # one that died meanwhile is replaced already
        for relay in there:
            self._note(relay, parts[relay] if parts[relay] == "relay" else "", started, SILENT_SECONDS)
        found = [parts[relay] for relay in there if parts[relay] != "relay"]
        inspector = self._inspector()
        if inspector is not None and found:
            part = "" if "" in found else found[0]
            limit = min(self._patience, SILENT_SECONDS) if part == "inspector" else self._patience
            self._note(inspector, part if part in _ITS_OWN else "", started, limit)
        silent = len(found) < len(there) or not there
        self.part = "relay" if silent else next((part for part in found if part), "")
        self._seen_from = started if gone == self._gone else None
        return self.part

    async def _probed(self, relay: Probeable) -> str:
        """What its canary found; `relay` where it says nothing. One that hangs is not asked twice."""
        probe = self._probes.get(relay)
        if probe is None or probe.part.done():
            self._number += 1
            probe = self._probes[relay] = _ProbeResult(
                self._number, self._clock(), asyncio.get_running_loop().create_future()
            )
            relay.probe(probe.number, PROBE_SECONDS)
        done, _ = await asyncio.wait((probe.part,), timeout=PROBE_SECONDS + 1)
        return probe.part.result() if done and not probe.part.cancelled() else "relay"

    def _note(self, process: Probeable, part: str, since: float, limit: float) -> None:
        if not part:
            self._failing.pop(process, None)
            return
        failing = self._failing.get(process)
        if failing is None:
            self._failing[process] = _Failing(since)
            return
        failing.looks += 1
        seconds = self._clock() - failing.since
        if seconds >= limit and failing.looks >= _LEAST_LOOKS:
            del self._failing[process]
            self._stuck(process, part, seconds)


def parts_of(state: ServiceState | None) -> dict[str, bool]:
    """What `/readyz` says of each part; the supervisor's silence is nobody's readiness."""
    if state is None:
        return {"supervisor": False}
    return {
        "relay": state.relays > 0 and state.part not in ("relay", "content"),
        "inspector": state.inspector and state.part != "inspector",
        "places": state.part != "places",
        "reader": state.part != "reader",
        "store": state.part != "store",
    }


def part_of(word: str) -> Part:
    """A relay's word, as far as we know it."""
    return next((part for part in PARTS if part == word), "inspector")
