"""Mail that passed because rules only watch: counted by rule and week, sealed, marked by people, and gone in time."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.model import NewHold, Party, Report
from gateway.model.watched import WatchedCount, WatchedFilter
from gateway.storage import watched
from gateway.storage.store import SqlStore
from storage.conftest import SECRETS, Place

Build = Callable[..., NewHold]
AT = datetime(2020, 9, 18, 10, 0, tzinfo=UTC)  # a Friday
MONDAY = date(2020, 9, 14)
EVERY = WatchedFilter()


def passed(
    hold: NewHold, rule: str = "material", would: str = "quarantine", days: int = 0, mark: bytes = b""
) -> NewHold:
    envelope = replace(hold.envelope, received_at=AT + timedelta(days=days))
    digest = (mark + hold.digest)[:32]
    return replace(hold, envelope=envelope, rule=rule, action=would, digest=digest)  # type: ignore[arg-type]  # an action


def test_it_is_counted_by_rule_and_week_and_by_what_people_said(store: SqlStore, new_hold: Build) -> None:
    for number in range(3):
        store.watched.note(passed(new_hold(b"a"), mark=b"%d" % number))
    store.watched.note(passed(new_hold(b"a"), "identity-in-text", "redact", mark=b"x"))
    store.watched.note(passed(new_hold(b"a"), days=3, mark=b"y"))
    newest, *_, first = store.watched.page(EVERY, 10)
    assert store.watched.mark(first.id, "false", "console:li")
    assert store.watched.mark(newest.id, "right", "console:li")
    assert store.watched.counts(MONDAY) == (
        WatchedCount(date(2020, 9, 21), "material", "quarantine", 1, 1, 0),
        WatchedCount(MONDAY, "material", "quarantine", 3, 0, 1),
        WatchedCount(MONDAY, "identity-in-text", "redact", 1, 0, 0),
    )
    assert store.watched.counts(date(2020, 9, 22))[0].total == 1
    assert len(store.watched.counts(date(2020, 9, 28))) == 0


def test_the_same_mail_of_a_client_that_tries_again_counts_once_a_day(store: SqlStore, new_hold: Build) -> None:
    for days in (0, 0, 1):
        store.watched.note(passed(new_hold(b"a"), days=days))
    assert len(store.watched.page(EVERY, 10)) == 2


def test_a_list_is_narrowed_and_goes_on(store: SqlStore, new_hold: Build) -> None:
    for number in range(5):
        store.watched.note(passed(new_hold(b"a"), "a" if number % 2 else "b", days=number, mark=b"%d" % number))
    every = store.watched.page(EVERY, 10)
    assert [one.summary.rule for one in every] == ["b", "a", "b", "a", "b"]
    store.watched.mark(every[0].id, "right", "console:li")
    assert len(store.watched.page(WatchedFilter(rule="a"), 10)) == 2
    assert [one.id for one in store.watched.page(WatchedFilter(verdict="right"), 10)] == [every[0].id]
    assert len(store.watched.page(WatchedFilter(verdict="none"), 10)) == 4
    assert len(store.watched.page(WatchedFilter(week=MONDAY), 10)) == 3
    assert store.watched.page(WatchedFilter(before=every[1].summary.number), 2) == every[2:4]


def test_who_marked_it_is_known_and_a_mark_is_taken_back(store: SqlStore, new_hold: Build) -> None:
    store.watched.note(passed(new_hold(b"a")))
    (one,) = store.watched.page(EVERY, 10)
    assert (one.verdict, one.marked_by, one.marked_at) == ("", "", None)
    for verdict in ("false", "false", "right", ""):
        assert store.watched.mark(one.id, verdict, "console:li")
        (now,) = store.watched.page(EVERY, 10)
        assert (now.verdict, now.marked_by) == (verdict, "console:li" if verdict else "")
        assert (now.marked_at is None) == (not verdict)
    said = [json.loads(entry.detail)["verdict"] for entry in store.audit.entries() if entry.event == "watched_marked"]
    assert said == ["false", "right", "none"]
    assert not store.watched.mark("M-NOBODY", "right", "console:li")


def test_a_look_is_in_the_log_and_brings_what_was_found(store: SqlStore, new_hold: Build) -> None:
    made = passed(new_hold(b"a"))
    store.watched.note(made)
    (one,) = store.watched.page(EVERY, 10)
    assert [entry.event for entry in store.audit.entries()] == []  # that it passed is no event of the log
    opened = store.watched.open(one.id, "console:li")
    assert opened is not None
    assert (opened.findings, opened.reading, opened.mail) == (made.findings, made.reading, one)
    assert [entry.event for entry in store.audit.entries()] == ["opened"]
    assert store.watched.open("M-NOBODY", "console:li") is None


def test_nobody_is_named_in_clear(store: SqlStore, place: Place, new_hold: Build) -> None:
    made = passed(new_hold(b"a"))
    store.watched.note(made)
    store.shut()
    data = b"".join(path.read_bytes() for path in place.path.parent.glob("hushgate.db*"))
    for word in (*SECRETS, made.envelope.sender, made.envelope.recipients[0].address):
        assert word.encode() not in data


def test_who_and_what_goes_in_time_and_the_count_stays(store: SqlStore, new_hold: Build) -> None:
    store.watched.note(passed(new_hold(b"a")))
    store.watched.note(passed(new_hold(b"a"), days=40))
    old = store.watched.page(EVERY, 10)[1]
    assert store.watched.forget(AT + timedelta(days=1), 20) == 1
    assert store.watched.forget(AT + timedelta(days=1), 20) == 0
    # this store's clock is today's: what is older than a year is gone altogether
    assert [one.id for one in store.watched.page(EVERY, 10)] == []
    assert store.watched.open(old.id, "console:li") is None


def test_of_what_was_forgotten_rule_week_and_verdict_stay(store: SqlStore, new_hold: Build) -> None:
    now = datetime.now(UTC)
    envelope = replace(new_hold(b"a").envelope, received_at=now)
    store.watched.note(replace(new_hold(b"a"), envelope=envelope, rule="material"))
    (one,) = store.watched.page(EVERY, 10)
    store.watched.mark(one.id, "false", "console:li")
    assert store.watched.forget(now + timedelta(seconds=1), 20) == 1
    (now_bare,) = store.watched.page(EVERY, 10)
    assert now_bare.forgotten
    assert (now_bare.summary.sender, now_bare.summary.recipients, now_bare.summary.subject) == ("", (), "")
    assert (now_bare.verdict, now_bare.summary.rule) == ("false", "material")
    assert store.watched.open(one.id, "console:li") is None
    assert store.watched.counts(now.date())[0].false == 1


def test_an_erased_report_takes_what_was_seen_of_it_along(store: SqlStore, new_hold: Build) -> None:
    made = passed(new_hold(b"a"))
    for report in made.reports:
        store.reports.put(
            [Report(report, "open", "2020-09-18T10:00:00+08:00", (Party("星儿", ("x@s.example",)),))], "t"
        )
    store.watched.note(made)
    store.watched.note(replace(passed(new_hold(b"a"), mark=b"o"), reports=("R-other",)))
    store.reports.erase(made.reports[0], "test", keep_digests=False)
    other, erased = store.watched.page(EVERY, 10)
    assert erased.forgotten
    assert not other.forgotten


def test_a_rule_that_takes_everything_does_not_fill_the_disk(
    store: SqlStore, new_hold: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "MOST_KEPT", 3)
    for number in range(6):
        store.watched.note(passed(new_hold(b"a"), mark=b"%d" % number))
    assert [one.forgotten for one in store.watched.page(EVERY, 10)] == [False] * 3 + [True] * 3
    assert store.watched.counts(MONDAY)[0].total == 6
