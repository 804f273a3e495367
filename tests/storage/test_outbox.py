"""The outbox under everything that can happen to it: every notice is sent, none has two who send it, none more than
two dots; and justifications are few, and sealed."""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from gateway.errors import StoreUnavailable
from gateway.model import HoldEvent, NewHold, NewRewrite
from gateway.model.notice import OutboxEntry, SenderNotice
from gateway.storage import outbox, tables
from gateway.storage.context import Ground
from gateway.storage.engine import open_store
from gateway.storage.outbox import MOST_DOTS, OutboxStore
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault
from quarantine.conftest import new_hold
from storage.conftest import Place

LEASE = timedelta(minutes=4)


class Outgoing(RuleBasedStateMachine):
    """Workers that claim, mark, settle, give back, and die; a clock that goes on."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.now = datetime(2026, 11, 30, tzinfo=UTC)
        url = f"sqlite:///{self.folder.name}/s.db"
        self.store = open_store(url, Vault(b"k" * 32), clock=lambda: self.now)
        self.hands: list[tuple[OutboxEntry, datetime]] = []  # claimed, and until when
        self.dots: dict[int, int] = {}
        self.settled: set[int] = set()
        self.held = 0

    @rule()
    def hold(self) -> None:
        self.store.quarantine.hold(new_hold(f"Subject: {self.held}\r\n\r\nx\r\n".encode()), "relay")
        self.held += 1

    @rule(seconds=st.sampled_from([1, 20, 200, 300]))
    def later(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def claim(self) -> None:
        entry = self.store.outbox.claim(LEASE)
        if entry is not None:
            assert entry.number not in self.settled
            assert not [one for one, until in self.hands if one.number == entry.number and until > self.now]
            assert entry.content.dots == self.dots.get(entry.number, 0)
            self.hands = [(one, until) for one, until in self.hands if one.number != entry.number or until <= self.now]
            self.hands.append((entry, self.now + LEASE))

    @rule(data=st.data(), end=st.sampled_from(["dot", "sent", "retry", "gone"]))
    def work(self, data: st.DataObject, end: str) -> None:
        if not self.hands:
            return
        entry, _ = data.draw(st.sampled_from(self.hands))
        newest = max(one.attempts for one, _ in self.hands if one.number == entry.number) == entry.attempts
        if end == "gone":  # it dies
            return
        if end == "dot":
            if entry.content.dots >= MOST_DOTS:
                return  # the worker settles it
            marked = self.store.outbox.dot(entry)
            assert (marked is not None) == (newest and entry.number not in self.settled and self._mine(entry))
            if marked is not None:
                self.dots[entry.number] = marked.content.dots
                self.hands = [(marked if one is entry else one, when) for one, when in self.hands]
            return
        mine = newest and self._mine(entry)
        done = self.store.outbox.settle(entry, "sent") if end == "sent" else self.store.outbox.retry(entry, self.now)
        assert done == mine
        if done and end == "retry":
            self.dots[entry.number] = entry.content.dots
        self.hands = [(one, when) for one, when in self.hands if one is not entry]
        if done and end == "sent":
            self.settled.add(entry.number)

    def _mine(self, entry: OutboxEntry) -> bool:
        """Nobody claimed it since, and it was neither settled nor given back."""
        with self.store._ground.transactions.read() as connection:
            row = connection.execute(select(tables.outbox).where(tables.outbox.c.number == entry.number)).one()
        return bool(row.attempts == entry.attempts and row.state == "sending")

    @invariant()
    def nobody_sends_three_times(self) -> None:
        assert all(count <= MOST_DOTS for count in getattr(self, "dots", {}).values())

    def teardown(self) -> None:
        """Whatever happened, all that is left is claimed in the end: nothing is lost."""
        if not hasattr(self, "store"):
            return
        self.now += timedelta(days=1)
        while (entry := self.store.outbox.claim(LEASE)) is not None:
            assert isinstance(entry.content, SenderNotice)
            assert self.store.outbox.settle(entry, "sent")
            self.settled.add(entry.number)
        assert len(self.settled) == self.held
        self.store.shut()
        self.folder.cleanup()


Outgoing.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestOutgoing = Outgoing.TestCase


def test_a_justification_is_sealed_once_and_not_after_the_decision(store: SqlStore, place: Place) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    add = store.justifications.add
    assert [add(held, f"理由{number}", "relay", 3) for number in (1, 1, 2, 3, 4, 3)] == [True] * 4 + [False, True]
    assert [one.text for one in store.justifications.of(held)] == ["理由1", "理由2", "理由3"]
    assert "理由".encode() not in b"".join(path.read_bytes() for path in place.path.parent.iterdir())
    assert store.quarantine.move(held, "discard", "t", "why") == "discarded"
    assert not add(held, "late", "relay", 9)
    assert not add("Q-AAAAAAAAAA", "nobody", "relay", 9)


def test_what_becomes_of_a_message_is_written_down_with_it(store: SqlStore) -> None:
    one, two, three = (store.quarantine.hold(new_hold(bytes([65 + at])), "relay") for at in range(3))
    store.quarantine.move(one, "return", "t", "because of 张小鸣", note="改")
    store.quarantine.move(two, "discard", "t", "because")
    store.quarantine.move(three, "claim", "t", "because", lease="l")
    store.quarantine.move(three, "upstream_took", "t", "because", lease="l")
    assert store.quarantine.move(one, "discard", "t", "because") is None
    entries = []
    later = Ground(store._ground.transactions, store._ground.vault, lambda: datetime.now(UTC) + timedelta(minutes=1))
    while (entry := OutboxStore(later).claim(LEASE)) is not None:
        assert isinstance(entry.content, SenderNotice)
        entries.append((entry.subject, entry.content.event, entry.content.note))
    assert sorted(entries) == sorted(
        [(id_, "hold", "") for id_ in (one, two, three)]
        + [(one, "return", "改"), (two, "discard", ""), (three, "release", "")]
    )


@pytest.fixture
def told(store: SqlStore) -> Callable[[], list[str]]:
    """Of what senders are told by now, in order, and each once."""
    later = Ground(store._ground.transactions, store._ground.vault, lambda: datetime.now(UTC) + timedelta(minutes=1))

    def events() -> list[str]:
        found = list[str]()
        while (entry := OutboxStore(later).claim(LEASE)) is not None:
            assert isinstance(entry.content, SenderNotice)
            found.append(entry.content.event)
            OutboxStore(later).settle(entry, "sent")
        return found

    return events


def rewriting(hold: NewHold, sent: bytes = b"s" * 32) -> NewRewrite:
    return NewRewrite(
        hold.envelope, hold.content, hold.digest, sent, "r", "p", (), (), (), (), None, shown=b"Subject: x\r\n"
    )


def test_of_a_held_message_that_leaves_rewritten_its_sender_hears_once_it_has_left(
    store: SqlStore, told: Callable[[], list[str]]
) -> None:
    hold = new_hold()
    held = store.quarantine.hold(hold, "relay")

    def tried(event: HoldEvent, sent: bytes = b"s" * 32) -> None:
        store.rewrites.keep(rewriting(hold, sent), "t", True, held)
        store.quarantine.move(held, "claim", "t", "r", "rewritten", lease="l")
        store.quarantine.move(held, event, "t", "r", lease="l")

    assert told() == ["hold"]
    tried("upstream_refused")
    assert told() == []
    store.rewrites.keep(rewriting(hold, b"o" * 32), "t", True, held)  # another form, of a process that died then
    tried("upstream_took")
    assert told() == ["rewrite"]


@pytest.mark.parametrize("when", ["before the claim", "after the claim"])
def test_of_a_rewritten_form_that_was_prepared_and_never_left_nobody_hears(
    store: SqlStore, told: Callable[[], list[str]], when: str
) -> None:
    """Its process died, or another reviewer was quicker: the message leaves as it was."""
    hold = new_hold()
    held = store.quarantine.hold(hold, "relay")
    told()
    if when == "before the claim":
        store.rewrites.keep(rewriting(hold), "t", True, held)
    assert store.quarantine.move(held, "claim", "u", "r", lease="l") == "releasing"
    if when == "after the claim":
        store.rewrites.keep(rewriting(hold), "t", True, held)
        assert store.quarantine.move(held, "claim", "t", "r", "rewritten", lease="m") is None
    assert store.quarantine.move(held, "upstream_took", "u", "r", lease="l") == "released"
    assert told() == ["release"]


def test_what_does_not_open_is_settled_and_keeps_its_message_no_longer(store: SqlStore, place: Place) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    store.quarantine.move(held, "discard", "t", "r")
    outside = place.outside()
    outside.execute("UPDATE outbox SET sealed = X'00', due_at = ''")
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            store.outbox.claim(LEASE)
    assert store.outbox.claim(LEASE) is None
    assert outside.execute("SELECT DISTINCT state, length(sealed) FROM outbox").fetchall() == [("failed", 0)]
    assert [entry.event for entry in store.audit.entries()][-2:] == ["notice_failed"] * 2
    assert store.keeping.decided(None, 9) == (held,)


def test_erasing_takes_what_was_to_be_told(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/s.db", Vault(b"k" * 32))
    held = store.quarantine.hold(new_hold(), "relay")
    store.justifications.add(held, "x", "relay", 5)
    with store._ground.transactions.write() as connection:
        outbox.remove(connection, [held])
    assert store.justifications.of(held) == ()
    store.shut()
