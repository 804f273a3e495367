"""The table of states, walked at random on a real store: the world gets it once, and once more for each risk taken."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.audit.verify import verify
from gateway.errors import Problem
from gateway.model import EVENTS, NEXT, HoldEvent, HoldState
from gateway.quarantine.release import AnswerLost, NotReached, ReleaseRefused, SendResult, Sent, discard, release, sweep
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault
from quarantine.conftest import Upstream, new_hold

pytestmark = pytest.mark.slow

ENDS: list[tuple[SendResult | None, bool, bool]] = [
    # what the sender says (None: the process dies), whether the dot was marked, whether upstream has the message
    (Sent(), True, True),
    (ReleaseRefused(550), False, False),
    (ReleaseRefused(554), True, False),
    (NotReached(), False, False),
    (AnswerLost(), True, True),
    (AnswerLost(), True, False),
    (None, False, False),
    (None, True, False),
    (None, True, True),
]


class HeldMessage(RuleBasedStateMachine):
    """`state` is what the table says, `delivered` how often upstream has it, `risks` how often a person tried again."""

    @initialize()
    def a_message_is_held(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(f"sqlite:///{Path(self.folder.name) / 'hushgate.db'}", Vault(b"k" * 32))
        self.held = self.store.quarantine.hold(new_hold(), "relay")
        self.state: HoldState = "held"
        self.marked = False
        self.delivered = self.risks = 0

    def _expect(self, event: HoldEvent) -> bool:
        target = NEXT.get((self.state, event))
        if target is None:
            return False
        self.risks += (self.state, event) == ("uncertain", "claim")
        self.state = target
        return True

    @rule(end=st.sampled_from(ENDS))
    def somebody_releases(self, end: tuple[SendResult | None, bool, bool]) -> None:
        answer, dot, has_it = end
        upstream = Upstream(answer or Sent(), dot)
        if not self._expect("claim"):
            try:
                asyncio.run(release(self.store.quarantine, self.held, "console:alice", "why", upstream))
            except Problem:
                assert upstream.seen == []
                return
            raise AssertionError("released from a state that does not allow it")
        self.delivered += has_it
        if answer is None:  # killed: claimed and perhaps marked, never settled
            assert self.store.quarantine.move(self.held, "claim", "cli:root", "why", lease="dead") == "releasing"
            if dot:
                assert self.store.quarantine.sending(self.held, "cli:root", "dead")
            self.marked = dot
            return
        outcome = asyncio.run(release(self.store.quarantine, self.held, "console:alice", "why", upstream))
        match answer:
            case Sent():
                self._expect("upstream_took")
            case AnswerLost():
                self._expect("line_cut")
            case _:
                self._expect("upstream_refused")
        assert outcome.state == self.state

    @rule()
    def somebody_discards(self) -> None:
        allowed = self._expect("discard")
        try:
            discard(self.store.quarantine, self.held, "console:alice", "why")
        except Problem:
            assert not allowed
        else:
            assert allowed

    @rule(event=st.sampled_from(EVENTS))
    @precondition(lambda self: self.state == "releasing")
    def somebody_else_tries_to_settle(self, event: HoldEvent) -> None:
        assert self.store.quarantine.move(self.held, event, "console:mallory", "why", lease="other") is None

    @rule()
    def the_sweeper_comes_by(self) -> None:
        swept = sweep(self.store.quarantine, datetime.now(UTC) + timedelta(hours=1), timedelta(minutes=15), "sweeper")
        assert swept == (self.state == "releasing")
        if swept:
            self._expect("line_cut" if self.marked else "upstream_refused")

    @rule()
    def the_client_tries_again(self) -> None:
        if self.state in ("held", "releasing", "uncertain"):
            assert self.store.quarantine.hold(new_hold(), "relay") == self.held

    @invariant()
    def the_store_is_where_the_table_says(self) -> None:
        if hasattr(self, "store"):
            assert [one.status for one in self.store.quarantine.summaries()] == [self.state]

    @invariant()
    def nobody_gets_it_twice_by_accident(self) -> None:
        if hasattr(self, "store"):
            assert self.delivered <= 1 + self.risks
            assert self.delivered >= (self.state == "released")

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert verify(self.store.audit.entries(), self.store.audit.head).sound
            self.store.shut()
            self.folder.cleanup()


HeldMessage.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
TestHeldMessage = HeldMessage.TestCase
