"""Relay and inspector in any order of asking, leaving, being late, finishing and dying: every place comes back.

Both ends are the real ones, over a real socket; the reader in this process hangs until it is told to go on.
"""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.model import TryLater, Verdict
from gateway.relay.inspector_client import RemoteInspector
from gateway.relay.spool import Spool, SpoolRoom
from inspecting import BAD, CLEAN, KINDS, LARGE, Inspecting, Relay, envelope, inspecting

pytestmark = pytest.mark.slow

_T = TypeVar("_T")
CONTENTS = (CLEAN, BAD, LARGE)
SETTLED = 0.02
"""Seconds in which packets arrive; what has not arrived by then arrives later, and is one order more."""


class GoingAway(RuleBasedStateMachine):
    """What is asked of one inspector with two small places and one large one."""

    @initialize()
    def started(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self._open = contextlib.AsyncExitStack()
        self.i: Inspecting = self.run(self._open.enter_async_context(inspecting(Path(self.folder.name), small=2)))
        self.relays = [self.run(self._remote(60.0)), self.run(self._remote(0.05))]
        self.rude: list[Relay] = []
        self.asked: list[asyncio.Task[Verdict]] = []

    def run(self, work: Awaitable[_T]) -> _T:
        return self.loop.run_until_complete(asyncio.wait_for(work, 15))

    async def _remote(self, seconds: float) -> RemoteInspector:
        return RemoteInspector(self.i.address, seconds, self.i.events.append)

    def settle(self) -> None:
        self.run(asyncio.sleep(SETTLED))

    @rule(content=st.sampled_from(CONTENTS), relay=st.integers(0, 1), more=st.integers(0, 3))
    def ask(self, content: bytes, relay: int, more: int) -> None:
        """Relay 1 is tired at once; contents of equal `more` are one and the same."""
        spool = Spool("m", 10**9, SpoolRoom())
        spool.feed(content + b"x" * more + b"\r\n.\r\n")
        self.asked.append(self.loop.create_task(self.relays[relay].inspect(envelope(), spool)))
        self.settle()

    @rule(content=st.sampled_from(CONTENTS), answers=st.integers(0, 2))
    def ask_rudely(self, content: bytes, answers: int) -> None:
        """A relay that asks and does not hand over, or hands over what nobody asked for."""
        relay = self.i.relay()
        self.rude.append(relay)
        relay.ask(1, content)
        self.settle()
        if answers:
            relay.hand_over(answers, content)
        self.settle()

    @rule()
    def probe(self) -> None:
        self.run(self.relays[0].probe(0.05))

    @precondition(lambda self: any(not task.done() for task in self.asked))
    @rule(which=st.integers(0, 1000))
    def leave(self, which: int) -> None:
        waiting = [task for task in self.asked if not task.done()]
        waiting[which % len(waiting)].cancel()
        self.settle()

    @rule(which=st.integers(0, 1))
    def kill_relay(self, which: int) -> None:
        self.relays[which].close()
        self.relays[which] = self.run(self._remote((60.0, 0.05)[which]))
        self.settle()

    @precondition(lambda self: self.rude)
    @rule()
    def kill_rude(self) -> None:
        self.rude.pop().close()
        self.settle()

    @rule()
    def readers_hang(self) -> None:
        self.i.reader.gate.clear()

    @rule()
    def readers_go_on(self) -> None:
        self.i.reader.gate.set()
        self.settle()

    @invariant()
    def no_place_without_a_question(self) -> None:
        if not hasattr(self, "i"):
            return
        at_work = len(self.i.inspector.inspections.at_work()) + 1  # a canary
        taken = sum(self.i.places.line(kind).taken for kind in KINDS)
        assert taken <= self.i.server.questions + at_work
        if not self.i.server.questions:
            assert self.i.waiting() == 0
            assert taken <= at_work

    def teardown(self) -> None:
        if not hasattr(self, "i"):
            return
        self.i.reader.gate.set()
        while self.rude:
            self.rude.pop().close()
        try:
            self.run(self._over())
        finally:
            for relay in self.relays:
                relay.close()
            self.run(self._open.aclose())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()
            self.folder.cleanup()

    async def _over(self) -> None:
        verdicts = await asyncio.gather(*self.asked, return_exceptions=True)
        await self.i.all_free()
        for verdict in verdicts:
            assert not isinstance(verdict, Exception)
            assert not isinstance(verdict, TryLater) or verdict.reason in ("late", "inspector")
        assert await self.relays[0].probe(10.0) == ""


TestGoingAway = GoingAway.TestCase
EXAMPLES = 300 if os.environ.get("HYPOTHESIS_PROFILE") else 12
TestGoingAway.settings = settings(max_examples=EXAMPLES, stateful_step_count=15)
