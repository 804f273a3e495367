"""The record of decisions: what goes in comes out, sealed; what is decided, erased or old changes it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.model import NewHold, Report
from gateway.model.decision_record import RecordedDecision, RecordedSituations
from gateway.storage.store import SqlStore
from storage.conftest import Place

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
SITUATIONS = RecordedSituations(
    {"sender": "staff@platform.example", "recipients": ["xinger@streamers.example"], "report": "R-2020-0918"},
    ("kind", "score"),
    (("name", 0.97, 1), ("phone", 0.5, 2)),
)


def decision(**given: object) -> RecordedDecision:
    known = RecordedDecision(
        AT, "quarantine", "identity", "p" * 64, 0.6, 0.4, "off", "quarantine", SITUATIONS, ("R-2020-0918",),
        held="Q-AAAA", message=b"one",
    )  # fmt: skip
    return replace(known, **given)  # type: ignore[arg-type]  # each test gives a field its own type


def kept(store: SqlStore) -> list[RecordedDecision]:
    return list(store.decisions.since())


def test_what_was_recorded_comes_back(store: SqlStore) -> None:
    records = [
        decision(),
        decision(action="pass", rule="service-mail", held="", message=b"two", would="quarantine", would_rule="x"),
        decision(action="redact", held="", message=b"three", whole=False, by_name_alone=True, judged="redact"),
    ]
    store.decisions.add(records)
    found = kept(store)
    assert [replace(one, number=0, message=b"") for one in found] == [replace(one, message=b"") for one in records]
    assert [one.number for one in found] == [1, 2, 3]
    assert [one.number for one in store.decisions.since(newest_first=True)] == [3, 2, 1]
    assert list(store.decisions.since(AT + timedelta(seconds=1))) == []


def test_pages_lack_nothing_and_repeat_nothing(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.storage.decisions._PAGE", 3)
    store.decisions.add([decision(message=str(number).encode(), held="") for number in range(8)])
    for backwards in (False, True):
        assert sorted(one.number for one in store.decisions.since(newest_first=backwards)) == list(range(1, 9))


def test_nothing_of_people_is_in_clear(store: SqlStore, place: Place) -> None:
    store.decisions.add([decision()])
    raw = place.raw()
    assert b"R-2020-0918" in raw  # the test looks at the right bytes
    for word in (b"staff@", b"xinger", b"streamers.example", b"phone"):
        assert word not in raw


def test_the_same_message_with_the_same_outcome_is_one_row(store: SqlStore) -> None:
    store.decisions.add([decision(whole=False), decision(message=b"two")])
    more = replace(SITUATIONS, rows=(*SITUATIONS.rows, ("address", 0.9, 1)))
    store.decisions.add([decision(situations=more, reports=("R-2020-0918", "R-2"))])
    first, second = kept(store)
    assert (first.whole, len(first.situations.rows), first.reports) == (True, 3, ("R-2020-0918", "R-2"))
    assert second.held == first.held
    store.decisions.add([decision(held="Q-BBBB")])  # released, and sent again: another message in the quarantine
    assert len(kept(store)) == 3


def test_messages_in_which_nothing_was_are_a_count_by_day(store: SqlStore) -> None:
    store.decisions.add([], clean=7)
    store.decisions.add([decision()], clean=5)
    assert store.decisions.clean() == 12
    assert store.decisions.clean(datetime.now(UTC)) == 12
    assert store.decisions.clean(datetime.now(UTC) + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("events", "actor", "review"),
    [
        ((("claim", ""), ("upstream_took", "")), "console:alice", "released"),
        ((("claim", "rewritten"), ("upstream_took", "")), "console:alice", "released_rewritten"),
        ((("return", ""),), "console:alice", "returned"),
        ((("discard", ""),), "console:alice", "discarded"),
        ((("discard", ""),), "retention", "expired"),
        ((("claim", ""), ("upstream_refused", "")), "console:alice", ""),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_a_reviewers_decision_is_in_the_record_whichever_comes_first(
    store: SqlStore,
    new_hold: Callable[..., NewHold],
    events: tuple[tuple[str, str], ...],
    actor: str,
    review: str,
    late: bool,
) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    if not late:
        store.decisions.add([decision(held=held)])
    for event, detail in events:
        assert store.quarantine.move(held, event, actor, "why", detail)  # type: ignore[arg-type]  # an event
    if late:
        store.decisions.add([decision(held=held)])
    assert [one.review for one in kept(store)] == [review]
    store.decisions.add([decision(held=held)])  # evidence that is completed takes no decision back
    assert [one.review for one in kept(store)] == [review]


def test_it_goes_with_a_report_that_is_erased(store: SqlStore, place: Place, report: Report) -> None:
    store.reports.put([report, replace(report, id="R-2")], "cli:root")
    other = decision(reports=("R-2",), message=b"two")
    both = decision(reports=("R-2", report.id), message=b"three", rule="of-both")
    store.decisions.add([decision(), other, both])
    store.reports.erase(report.id, "cli:root", keep_digests=False)
    assert [one.reports for one in kept(store)] == [("R-2",)]
    assert b"of-both" not in place.raw()
    store.decisions.add([decision(message=b"late"), decision(message=b"four", reports=("R-2",))], clean=1)
    assert [one.reports for one in kept(store)] == [("R-2",), ("R-2",)]
    with store._ground.transactions.read() as connection:
        rows = connection.exec_driver_sql("SELECT DISTINCT report FROM decision_reports").scalars().all()
    assert rows == ["R-2"]


def test_what_is_old_is_forgotten(store: SqlStore) -> None:
    store.decisions.add([decision(at=AT + timedelta(days=day), message=bytes([day]), held="") for day in range(5)])
    until = AT + timedelta(days=3)
    assert store.decisions.due(until) == 3
    assert store.decisions.forget(until, most=2) == 2
    assert store.decisions.forget(until) == 1
    assert store.decisions.forget(until) == 0
    assert [one.at for one in kept(store)] == [until, until + timedelta(days=1)]


def test_by_rule_what_it_took_and_what_people_did(store: SqlStore) -> None:
    rows = [
        decision(held="Q-1", message=b"1", review="released"),
        decision(held="Q-2", message=b"2", review="discarded"),
        decision(held="Q-3", message=b"3", review="returned"),
        decision(held="Q-4", message=b"4", review="released_rewritten"),
        decision(held="Q-5", message=b"5"),
        decision(held="Q-6", message=b"6", review="expired"),
        decision(held="", message=b"7", action="pass", rule="service-mail"),
        decision(held="", message=b"8", action="pass", rule="clean", would="reject", would_rule="identity"),
    ]
    store.decisions.add(rows)
    identity, service = store.decisions.by_rule()
    assert (identity.rule, identity.held, identity.right, identity.released) == ("identity", 6, 2, 1)
    assert (identity.released_rewritten, identity.waiting, identity.would) == (1, 1, 1)
    assert (service.rule, service.passed) == ("service-mail", 1)


def test_a_surrogate_in_an_address_is_no_obstacle(store: SqlStore) -> None:
    odd = replace(SITUATIONS, common=SITUATIONS.common | {"sender": "a\udcff@x.example"})
    store.decisions.add([decision(situations=odd)])
    assert kept(store)[0].situations == odd


def test_a_store_of_before_there_was_a_record_gets_one(place: Place, report: Report) -> None:
    store = place.open()
    store.reports.put([report], "cli:root")
    store.shut()
    place.age("0019")
    store = place.open()
    store.decisions.add([decision()], clean=1)
    assert (len(kept(store)), store.decisions.clean(), store.reports.get(report.id) is not None) == (1, 1, True)
