"""The life of a report: what it may become, how long it protects, and that an erasure leaves nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.errors import Problem, StoreUnavailable
from gateway.model import REPORT_NEXT, Item, NewHold, Party, Report, ReportEvent, ReportStatus
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault
from storage.conftest import Place

TO = ["xinger@streamers.example"]


class Clock:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def protected(store: SqlStore) -> bool:
    return bool(store.reports.open_for(TO))


@pytest.mark.parametrize("event", ["close", "withdraw"])
@pytest.mark.parametrize(
    ("days", "after", "still"), [(-1, 40_000, True), (30, 29, True), (30, 31, False), (0, 0, False)]
)
def test_protection_goes_on_for_as_long_as_the_settings_say(
    place: Place, report: Report, event: ReportEvent, days: int, after: int, still: bool
) -> None:
    clock = Clock()
    store = open_store(place.url, Vault(place.key), clock=clock, protection_days=days)
    store.reports.put([report], "cli:root")
    clock.now += timedelta(days=365)
    assert protected(store)  # open reports protect whatever their age
    store.reports.move(report.id, event, "cli:root")
    clock.now += timedelta(days=after, seconds=1)
    assert protected(store) is still
    store.reports.put([replace(report, status="closed", identity=())], "cli:root")  # the file says so once more
    assert protected(store) is (
        still or (event == "withdraw" and days > 0)
    )  # from withdrawn to closed the time begins anew
    store.reports.move(report.id, "reopen", "cli:root")
    assert protected(store)
    store.shut()


def test_a_time_that_is_over_is_over_for_the_next_import_of_the_same_line_too(place: Place, report: Report) -> None:
    clock = Clock()
    store = open_store(place.url, Vault(place.key), clock=clock, protection_days=30)
    closed = replace(report, status="closed")
    store.reports.put([closed], "cli:root")
    clock.now += timedelta(days=20)
    store.reports.put([closed], "cli:root")
    clock.now += timedelta(days=20)
    assert not protected(store)
    store.shut()


def test_erased_is_nothing_left_in_the_files_but_the_id(
    place: Place, report: Report, new_hold: Callable[..., NewHold]
) -> None:
    store = place.open()
    other = replace(report, id="R-other")
    store.reports.put([report, other], "cli:root")
    held = store.quarantine.hold(new_hold(), "relay")
    outside = place.outside()
    gone = [bytes(row[0]) for row in outside.execute("SELECT sealed FROM reports WHERE id = ?", [report.id])]
    gone += [bytes(row[0]) for row in outside.execute("SELECT parties FROM reports WHERE id = ?", [report.id])]
    gone += [bytes(row[0]) for row in outside.execute("SELECT sealed FROM held_chunks")]
    gone += [bytes(row[0]) for row in outside.execute("SELECT sealed FROM held")]
    gone += [bytes(row[0]) for row in outside.execute("SELECT summary FROM held")]
    outside.close()
    assert all(part[13:45] in place.raw() for part in gone)
    with pytest.raises(Problem, match=r"1 message\(s\) of it wait for a decision"):
        store.reports.erase(report.id, "cli:root", False)
    assert protected(store)
    store.quarantine.move(held, "discard", "console:alice", "no")
    erased = store.reports.erase(report.id, "cli:root", False)
    assert erased is not None
    assert (erased.held, erased.digests_kept, erased.complete) == (1, 0, True)
    raw = place.raw()
    assert not [part for part in gone if part[13:45] in raw]
    assert store.reports.get(report.id) == Report(report.id, "erased", report.opened_at, ())
    assert {one.id: (one.status, one.reported) for one in store.reports.summaries()}[report.id] == ("erased", ())
    assert store.reports.open_for(TO) == (("R-other", TO[0], "party"),)
    message = store.quarantine.open(held, "console:alice", "why")
    assert message is not None
    assert (message.content, message.reading, message.summary.recipients, message.findings) == (b"", None, (), ())
    entry = list(store.audit.entries())[-2]
    assert (entry.event, entry.subject, entry.detail) == (
        "report_erased",
        report.id,
        '{"digests_kept":0,"held":1,"revision":2,"rewritten":0}',
    )


def test_an_erasure_waits_until_who_sent_a_message_is_told_that_it_was_given_back(
    place: Place, report: Report, new_hold: Callable[..., NewHold]
) -> None:
    clock = Clock()
    store = open_store(place.url, Vault(place.key), clock=clock)
    store.reports.put([report], "cli:root")
    held = store.quarantine.hold(new_hold(), "relay")
    store.quarantine.move(held, "return", "console:alice", "no", note="写给本人")
    with pytest.raises(Problem, match=r"given back, and who sent them is not told yet \(Q-"):
        store.reports.erase(report.id, "cli:root", False)
    assert protected(store)
    clock.now += timedelta(minutes=1)
    while (entry := store.outbox.claim(timedelta(minutes=4))) is not None:
        store.outbox.settle(entry, "sent")
    assert store.reports.erase(report.id, "cli:root", False) is not None
    store.shut()


def test_an_erased_report_may_leave_digests_that_still_recognise_and_name_nobody(
    store: SqlStore, report: Report
) -> None:
    store.reports.put([report], "cli:root")
    kept = store.reports.erase(report.id, "cli:root", True)
    assert kept is not None
    assert kept.digests_kept >= 3
    assert protected(store)
    known = store.reports.get(report.id)
    assert known is not None
    assert known.identity == ()
    gone = store.reports.erase(report.id, "cli:root", False)
    assert gone is not None
    assert gone.digests_kept == 0
    assert not protected(store)


def test_an_erased_report_does_not_come_back(store: SqlStore, report: Report) -> None:
    store.reports.put([report], "cli:root")
    store.reports.erase(report.id, "cli:root", False)
    with pytest.raises(Problem, match="was erased"):
        store.reports.put([replace(report, id="R-2"), report], "cli:root")
    assert store.reports.get("R-2") is None
    assert store.reports.erase("R-none", "cli:root", False) is None


def test_an_erasure_that_cannot_be_written_erases_nothing(store: SqlStore, place: Place, report: Report) -> None:
    store.reports.put([report], "cli:root")
    place.outside().execute("CREATE TRIGGER disk BEFORE UPDATE ON reports BEGIN SELECT RAISE(ABORT, 'disk'); END")
    with pytest.raises(StoreUnavailable):
        store.reports.erase(report.id, "cli:root", False)
    assert protected(store)
    assert store.reports.get(report.id) == report


class Life(RuleBasedStateMachine):
    """The store does what the table says, and protects whom it should, whatever happens in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.clock = Clock()
        url = f"sqlite:///{Path(self.folder.name)}/s.db"
        self.store = open_store(url, Vault(b"k" * 32), clock=self.clock, protection_days=10)
        self.state: ReportStatus | None = None
        self.ended = self.clock.now
        self.kept = False

    @rule(event=st.sampled_from(["close", "withdraw", "reopen"]))
    def moves(self, event: ReportEvent) -> None:
        after = REPORT_NEXT.get((self.state, event)) if self.state else None
        assert self.store.reports.move("R-1", event, "test") == after
        if after not in (None, self.state):
            self.state, self.ended = after, self.clock.now

    @rule(status=st.sampled_from(["open", "closed", "withdrawn"]))
    def imported(self, status: ReportStatus) -> None:
        report = Report("R-1", status, "", (Party("星儿", tuple(TO)),), (Item("name", "张小鸣"),))
        if self.state == "erased":
            with pytest.raises(Problem):
                self.store.reports.put([report], "test")
            return
        self.store.reports.put([report], "test")
        if status != self.state:
            self.state, self.ended = status, self.clock.now

    @rule(keep=st.booleans())
    def erased(self, keep: bool) -> None:
        found = self.store.reports.erase("R-1", "test", keep)
        assert (found is None) is (self.state is None)
        if found is not None:
            self.kept = keep and (self.kept or self.state != "erased")
            self.state = "erased"

    @rule(days=st.sampled_from([0, 3, 11]))
    def time_goes_on(self, days: int) -> None:
        self.clock.now += timedelta(days=days, seconds=1)

    @invariant()
    def it_protects_while_it_should(self) -> None:
        recent = self.clock.now - self.ended < timedelta(days=10)
        wanted = {
            None: False,
            "open": True,
            "closed": recent,
            "withdrawn": recent,
            "erased": self.kept,
        }[self.state]
        assert protected(self.store) is wanted
        report = self.store.reports.get("R-1")
        assert (report.status if report else None) == self.state
        assert report is None or bool(report.identity) is (self.state != "erased")

    def teardown(self) -> None:
        self.store.shut()
        self.folder.cleanup()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=15, stateful_step_count=12)
