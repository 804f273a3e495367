"""What is counted when it happens, outlives the message, and says of nobody more than it must."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from gateway.errors import Problem
from gateway.model import NewHold, Report
from gateway.model.tallies import waited_step
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.storage.tallies import RECIPIENT_DAYS
from gateway.vault.vault import Vault
from storage.conftest import Place
from storage.test_rewrites import new as rewriting

Build = Callable[..., NewHold]
BEGIN = datetime(2020, 9, 18, 10, 0, tzinfo=UTC)
EVER = date(2020, 1, 6)


class Clock:
    now = BEGIN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(tmp_path: Path, clock: Clock) -> SqlStore:
    teams = {"staff@platform.example": "客服一组"}
    return open_store(
        f"sqlite:///{tmp_path}/t.db", Vault(b"k" * 32), clock=clock, team_of=lambda one: teams.get(one, "")
    )


def counted(store: SqlStore) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for one in store.tallies.since(EVER):
        found[one.event, one.axis, one.value] += one.count
    return found


def sums(store: SqlStore) -> dict[tuple[str, str, str], int]:
    """Without what only the messages that are there say."""
    return {key: n for key, n in counted(store).items() if key[1] not in ("waited", "domain", "recipient")}


def release(store: SqlStore, held: str, form: str = "") -> None:
    store.quarantine.move(held, "claim", "console:mei", "x", form, "lease")
    store.quarantine.sending(held, "console:mei", "lease")
    store.quarantine.move(held, "upstream_took", "console:mei", "x", "250", "lease")


def test_a_held_message_counts_once_on_each_axis(timed: SqlStore, new_hold: Build) -> None:
    to = ("A@b.example", "a+live@b.example", "c@d.example")
    timed.quarantine.hold(new_hold(b"1", *to), "relay")
    timed.quarantine.hold(new_hold(b"1", *to), "relay")  # a client that tries again
    assert counted(timed) == {
        ("held", "total", ""): 1,
        ("held", "rule", "avatar-held"): 1,
        ("held", "kind", "name"): 1,
        ("held", "team", "客服一组"): 1,
        ("held", "domain", "b.example"): 1,
        ("held", "domain", "d.example"): 1,
        ("held", "recipient", "a@b.example"): 1,
        ("held", "recipient", "c@d.example"): 1,
    }


def test_sums_are_the_same_in_fewer(timed: SqlStore, clock: Clock, new_hold: Build) -> None:
    for number in range(4):
        timed.quarantine.move(timed.quarantine.hold(new_hold(b"%d" % number), "relay"), "discard", "console:mei", "x")
        clock.now += timedelta(days=number)
    summed: Counter[tuple[str, str, str]] = Counter()
    for one in timed.tallies.sums(EVER):
        summed[one.event, one.axis, one.value] += one.count
    assert summed == counted(timed)
    begin = BEGIN.date() - timedelta(days=BEGIN.weekday())
    assert len(timed.tallies.sums(begin)) < len(timed.tallies.since(EVER))
    for number in range(3):
        week = {begin + timedelta(days=day) for day in range(7 * number, 7 * number + 7)}
        by_week, by_day = (
            sum(one.count for one in found if one.axis == "waited" and one.day in week)
            for found in (timed.tallies.sums(begin), timed.tallies.since(EVER))
        )
        assert by_week == by_day
    assert {one.day for one in timed.tallies.sums(EVER) if one.axis == "kind"} == {
        (clock.now - timedelta(days=3)).date()
    }
    assert {one.axis for one in timed.tallies.since(EVER, ("total", "kind"))} == {"total", "kind"}
    assert timed.tallies.sums(clock.now.date() + timedelta(days=1)) == ()


def test_each_decision_is_counted_with_how_long_it_took(timed: SqlStore, clock: Clock, new_hold: Build) -> None:
    held = [timed.quarantine.hold(new_hold(b"%d" % n), "relay") for n in range(5)]
    clock.now = BEGIN + timedelta(minutes=7, seconds=1)
    release(timed, held[0])
    release(timed, held[1], "rewritten")
    timed.quarantine.move(held[2], "return", "console:mei", "x")
    timed.quarantine.move(held[3], "discard", "console:mei", "x")
    timed.quarantine.move(held[4], "discard", "retention", "x")
    found = counted(timed)
    for event in ("released", "released_rewritten", "returned", "discarded"):
        assert found[event, "total", ""] == found[event, "waited", "8"] == found[event, "rule", "avatar-held"] == 1
    assert found["expired", "total", ""] == 1
    assert not any(event == "expired" and axis == "waited" for event, axis, _ in found)


def test_a_release_that_was_refused_counts_nothing_and_does_not_remember_its_form(
    timed: SqlStore, new_hold: Build
) -> None:
    held = timed.quarantine.hold(new_hold(), "relay")
    timed.quarantine.move(held, "claim", "console:mei", "x", "rewritten", "one")
    timed.quarantine.move(held, "upstream_refused", "console:mei", "x", "550", "one")
    assert not any(event.startswith("released") for event, _, _ in counted(timed))
    release(timed, held)
    assert counted(timed)["released", "total", ""] == 1
    assert counted(timed)["released_rewritten", "total", ""] == 0


def test_a_hold_that_fails_counts_nothing(timed: SqlStore, new_hold: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("gateway.storage.quarantine.count_found", fails)
    with suppress(RuntimeError):
        timed.quarantine.hold(new_hold(), "relay")
    assert timed.quarantine.summaries() == ()
    monkeypatch.undo()
    timed.quarantine.hold(new_hold(), "relay")
    assert counted(timed)["held", "total", ""] == 1


def test_a_damaged_line_keeps_nobody_from_deciding(timed: SqlStore, new_hold: Build) -> None:
    held = timed.quarantine.hold(new_hold(), "relay")
    with timed._ground.transactions.write() as connection:
        connection.execute(text("UPDATE held SET summary = X'00'"))
    assert timed.quarantine.move(held, "discard", "console:mei", "x") == "discarded"
    assert counted(timed)["discarded", "total", ""] == 1


def test_what_is_counted_does_not_stand_in_clear(place: Place, new_hold: Build) -> None:
    store = open_store(place.url, Vault(place.key), team_of=lambda one: "夜班客服")
    store.quarantine.hold(new_hold(b"1", "xinger@streamers.example"), "relay")
    raw = place.raw()
    store.shut()
    for word in ("夜班客服", "streamers.example", "xinger"):
        assert word.encode() not in raw, word


def test_recipients_are_forgotten_after_a_time_and_all_else_stays(
    timed: SqlStore, clock: Clock, new_hold: Build
) -> None:
    timed.quarantine.hold(new_hold(), "relay")
    before = counted(timed)
    clock.now = BEGIN + timedelta(days=RECIPIENT_DAYS)
    assert timed.tallies.forget_old() == 0
    clock.now += timedelta(days=1)
    assert timed.tallies.forget_old() == 2  # the count and the word
    assert before - counted(timed) == {("held", "recipient", "xinger@streamers.example"): 1}
    with timed._ground.transactions.read() as connection:
        assert connection.execute(text("SELECT axis FROM tally_words WHERE axis = 'recipient'")).all() == []


def test_after_a_year_domains_and_teams_are_forgotten_too(timed: SqlStore, clock: Clock, new_hold: Build) -> None:
    timed.quarantine.hold(new_hold(), "relay")
    clock.now = BEGIN + timedelta(days=372)
    timed.tallies.forget_old()
    assert set(counted(timed)) == {("held", "total", ""), ("held", "rule", "avatar-held"), ("held", "kind", "name")}
    with timed._ground.transactions.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM tally_words")).scalar() == 0


def test_with_an_erased_report_its_recipients_are_forgotten(timed: SqlStore, new_hold: Build, report: Report) -> None:
    timed.reports.put([report], "cli:root")
    held = timed.quarantine.hold(new_hold(b"1", "xinger@streamers.example", "other@mail.example"), "relay")
    timed.quarantine.move(held, "discard", "console:mei", "x")
    timed.rewrites.keep(rewriting(new_hold(b"2", "third@mail.example")), "relay", True)
    timed.reports.erase(report.id, "cli:root", keep_digests=False)
    assert not any(axis == "recipient" for _, axis, _ in counted(timed))
    assert counted(timed)["held", "domain", "streamers.example"] == 1


def test_an_older_store_is_counted_once_from_its_log(
    place: Place, new_hold: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = place.open()
    recent = datetime.now(UTC) - timedelta(days=3)

    def of_now(content: bytes) -> NewHold:
        new = new_hold(content)
        return replace(new, envelope=replace(new.envelope, received_at=recent))

    held = [store.quarantine.hold(of_now(b"%d" % n), "relay") for n in range(5)]
    release(store, held[0])
    release(store, held[1], "rewritten")
    store.quarantine.move(held[2], "return", "console:mei", "x")
    store.quarantine.move(held[3], "discard", "console:mei", "x")
    store.quarantine.record_rejection(of_now(b"r"), "relay")
    store.rewrites.keep(rewriting(of_now(b"w")), "relay", True)
    store.rewrites.keep(rewriting(of_now(b"v")), "console:mei", True, held[1])
    at_the_time = sums(store)
    with_people = counted(store)
    store.shut()
    place.age("0013", "tallied")
    monkeypatch.setattr("gateway.storage.tallies._PAGE", 4)
    store = place.open()
    after = store.quarantine.hold(of_now(b"while it is counted"), "relay")
    rounds, turns = 1, cycle((store, place.open()))  # of two processes, neither of which sees all of it
    while not next(turns).tallies.complete():
        rounds += 1
    assert rounds > 2
    at_the_time["held", "total", ""] += 1
    at_the_time["held", "rule", "avatar-held"] += 1
    at_the_time["held", "kind", "name"] += 1
    store.quarantine.move(after, "discard", "console:mei", "x")
    for axis, word in (("total", ""), ("rule", "avatar-held"), ("kind", "name")):
        at_the_time["discarded", axis, word] += 1
    assert {
        key: n for key, n in counted(store).items() if key[1] not in ("waited", "domain", "recipient")
    } == at_the_time
    assert counted(store)["held", "recipient", "xinger@streamers.example"] == 6
    assert with_people["held", "recipient", "xinger@streamers.example"] == 5
    with store._ground.transactions.read() as connection:
        query = "SELECT count(*) FROM held WHERE decided_at IS NULL AND state NOT IN ('held', 'uncertain', 'releasing')"
        assert connection.execute(text(query)).scalar() == 0
    again = counted(store)
    store.shut()
    store = place.open()
    assert store.tallies.complete()
    assert counted(store) == again


@given(st.floats(0, 10_000_000), st.floats(0, 10_000_000))
def test_steps_of_waiting_are_never_shorter_and_keep_the_order(one: float, other: float) -> None:
    assert waited_step(one) >= one
    assert waited_step(one) <= max(one + 1, one * 1.1 + 10)
    assert (waited_step(one) <= waited_step(other)) == (waited_step(one) <= waited_step(other))
    if one <= other:
        assert waited_step(one) <= waited_step(other)


def test_an_erasure_waits_for_a_legal_hold(timed: SqlStore, new_hold: Build, report: Report) -> None:
    timed.reports.put([report], "cli:root")
    held = timed.quarantine.hold(new_hold(), "relay")
    timed.quarantine.move(held, "discard", "console:mei", "x")
    timed.keeping.keep(held, True, "console:mei", "for the court")
    with pytest.raises(Problem, match="under a legal hold"):
        timed.reports.erase(report.id, "cli:root", keep_digests=False)
    timed.keeping.keep(held, False, "console:mei", "over")
    assert timed.reports.erase(report.id, "cli:root", keep_digests=False)
