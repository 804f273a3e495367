"""Held messages: whole, once, sealed, and moving only as the table says."""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.errors import StoreUnavailable
from gateway.model import EVENTS, HoldEvent, Location, NewHold, PictureFragment, Pixels, Reading, TextFragment, steps
from gateway.storage.store import SqlStore
from storage.conftest import Place

Build = Callable[..., NewHold]
FUTURE = datetime.now(UTC) + timedelta(days=1)
LATER = FUTURE + timedelta(minutes=15)


def events(store: SqlStore) -> list[str]:
    return [entry.event for entry in store.audit.entries()]


def test_a_held_message_comes_back_byte_for_byte(store: SqlStore, new_hold: Build) -> None:
    new = new_hold(bytes(range(256)) * 5000)
    held = store.quarantine.hold(new, "relay")
    found = store.quarantine.open(held, "console:alice", "review")
    assert found is not None
    assert found.content == new.content
    assert (found.envelope, found.findings, found.rules, found.reading) == (
        new.envelope,
        new.findings,
        new.rules,
        new.reading,
    )


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_any_size_comes_back(store: SqlStore, new_hold: Build, size: int) -> None:
    held = store.quarantine.hold(new_hold(b"x" * size), "relay")
    found = store.quarantine.open(held, "cli:root", "show")
    assert found is not None
    assert found.content == b"x" * size
    assert found.summary.size == size


def test_the_list_says_what_the_contract_says(store: SqlStore, new_hold: Build) -> None:
    held = store.quarantine.hold(new_hold(b"a", "xinger@streamers.example", "pr@guild.example"), "relay")
    (one,) = store.quarantine.summaries()
    assert held.startswith("Q-")
    assert len(held) == 12
    assert (one.id, one.sender, one.recipients) == (
        held,
        "staff@platform.example",
        ("xinger@streamers.example", "pr@guild.example"),
    )
    assert (one.rule, one.reports, one.status, one.kinds) == ("avatar-held", ("R-2020-0918",), "held", ("name",))
    assert one.received_at == datetime(2020, 9, 18, 10, 0, tzinfo=UTC)


def test_the_list_is_newest_first_and_can_be_narrowed(store: SqlStore, new_hold: Build) -> None:
    ids = [store.quarantine.hold(new_hold(bytes([number])), "relay") for number in range(3)]
    store.quarantine.move(ids[1], "discard", "console:alice", "r")
    assert [one.id for one in store.quarantine.summaries()] == ids[::-1]
    assert [one.id for one in store.quarantine.summaries("held")] == [ids[2], ids[0]]
    assert [one.id for one in store.quarantine.summaries("discarded")] == [ids[1]]
    assert store.quarantine.summaries("released") == ()


def test_a_retry_gets_the_same_id_and_holds_nothing_more(store: SqlStore, new_hold: Build) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    again = replace(new_hold(), envelope=replace(new_hold().envelope, received_at=FUTURE, trace=b"Received: later\r\n"))
    assert store.quarantine.hold(again, "relay") == held
    assert len(store.quarantine.summaries()) == 1
    assert events(store) == ["held"]


def test_the_order_of_recipients_makes_no_other_message(store: SqlStore, new_hold: Build) -> None:
    held = store.quarantine.hold(new_hold(b"c", "a@x.example", "b@x.example"), "relay")
    assert store.quarantine.hold(new_hold(b"c", "b@x.example", "a@x.example"), "relay") == held


@pytest.mark.parametrize(
    ("content", "recipient", "sender"),
    [
        (b"d", "a@x.example", "staff@platform.example"),
        (b"c", "a+1@x.example", "staff@platform.example"),
        (b"c", "b@x.example", "staff@platform.example"),
        (b"c", "a@x.example", "boss@platform.example"),
        (b"c", "a@x.example", ""),
    ],
)
def test_anything_else_is_another_message(
    store: SqlStore, new_hold: Build, content: bytes, recipient: str, sender: str
) -> None:
    held = store.quarantine.hold(new_hold(b"c", "a@x.example"), "relay")
    assert store.quarantine.hold(new_hold(content, recipient, sender=sender), "relay") != held


@pytest.mark.parametrize(
    ("moves", "same"),
    [
        ([], True),
        (["claim"], True),
        (["claim", "line_cut"], True),
        (["claim", "upstream_refused"], True),
        (["discard"], False),
        (["claim", "upstream_took"], False),
    ],
)
def test_the_same_again_after_it_was_settled_is_a_new_message(
    store: SqlStore, new_hold: Build, moves: list[HoldEvent], same: bool
) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    for event in moves:
        assert store.quarantine.move(held, event, "console:alice", "r")
    assert (store.quarantine.hold(new_hold(), "relay") == held) is same


def test_of_many_retries_at_once_one_is_held(store: SqlStore, new_hold: Build) -> None:
    gate, ids = threading.Barrier(8), []

    def work() -> None:
        gate.wait()
        ids.append(store.quarantine.hold(new_hold(), "relay"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1
    assert events(store) == ["held"]


def test_of_many_who_claim_at_once_one_has_it(store: SqlStore, new_hold: Build) -> None:
    held, gate, got = store.quarantine.hold(new_hold(), "relay"), threading.Barrier(8), []

    def work(number: int) -> None:
        gate.wait()
        got.append(store.quarantine.move(held, "claim", f"console:{number}", "r", lease=str(number)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got, key=str) == [None] * 7 + ["releasing"]


def test_the_look_is_in_the_audit_log_before_anything_is_seen(store: SqlStore, place: Place, new_hold: Build) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    place.outside().execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(StoreUnavailable):
        store.quarantine.open(held, "console:alice", "review")
    place.outside().execute("DROP TRIGGER full")
    store.quarantine.open(held, "console:alice", "review")
    entry = list(store.audit.entries())[-1]
    assert (entry.actor, entry.event, entry.subject, entry.detail) == (
        "console:alice",
        "opened",
        held,
        '{"purpose":"review"}',
    )


def test_what_is_not_there_is_none_and_leaves_no_entry(store: SqlStore) -> None:
    assert store.quarantine.open("Q-NONE", "cli:root", "show") is None
    assert store.quarantine.move("Q-NONE", "claim", "cli:root", "r") is None
    assert not store.quarantine.sending("Q-NONE", "cli:root")
    assert events(store) == []


def test_what_the_table_does_not_allow_changes_nothing(store: SqlStore, new_hold: Build) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    store.quarantine.move(held, "discard", "console:alice", "r")
    before = events(store)
    for event in EVENTS:
        assert store.quarantine.move(held, event, "console:alice", "r") is None
    assert store.quarantine.summaries()[0].status == "discarded"
    assert events(store) == before


def test_only_the_attempt_that_claimed_may_mark_and_settle(store: SqlStore, new_hold: Build) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    store.quarantine.move(held, "claim", "console:alice", "r", lease="one")
    for event in ("upstream_took", "upstream_refused", "line_cut"):
        assert store.quarantine.move(held, event, "console:bob", "r", lease="two") is None
    assert not store.quarantine.sending(held, "console:bob", "two")
    assert store.quarantine.sending(held, "console:alice", "one")
    assert not store.quarantine.sending(held, "console:alice", "one")
    assert store.quarantine.move(held, "upstream_took", "console:alice", "r", lease="one") == "released"


def test_a_claim_is_a_new_one_each_time(store: SqlStore, new_hold: Build) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    for _ in range(2):
        assert store.quarantine.move(held, "claim", "a", "r", lease="one") == "releasing"
        assert store.quarantine.sending(held, "a", "one")
        assert store.quarantine.move(held, "upstream_refused", "a", "r", lease="one") == "held"


@pytest.mark.parametrize(("sending", "state"), [(False, "held"), (True, "uncertain")])
def test_the_sweeper_gives_back_what_was_not_sent_and_doubts_the_rest(
    store: SqlStore, new_hold: Build, sending: bool, state: str
) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    store.quarantine.move(held, "claim", "console:alice", "r", lease="one")
    if sending:
        store.quarantine.sending(held, "console:alice", "one")
    past = datetime.now(UTC) - timedelta(minutes=15)
    assert store.quarantine.sweep(past, LATER, "sweeper") == 0
    assert store.quarantine.sweep(FUTURE, LATER, "sweeper") == 1
    assert store.quarantine.summaries()[0].status == state
    assert store.quarantine.sweep(FUTURE, LATER, "sweeper") == 0
    assert events(store)[-1] == "lease_swept"


def test_a_reason_is_kept_and_nobody_reads_it_without_the_key(store: SqlStore, new_hold: Build) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    store.quarantine.move(held, "discard", "console:alice", "张小鸣 asked for it", "550 xinger@streamers.example")
    entry = list(store.audit.entries())[-1]
    assert "asked" not in entry.detail
    assert "xinger" not in entry.detail
    assert store.audit.reveal(entry) == {
        "state": "discarded",
        "reason": "张小鸣 asked for it",
        "detail": "550 xinger@streamers.example",
    }


def test_a_rejection_is_an_entry_and_no_held_message(store: SqlStore, new_hold: Build) -> None:
    new = replace(new_hold(), action="reject")
    first, second = store.quarantine.record_rejection(new, "relay"), store.quarantine.record_rejection(new, "relay")
    assert first != second
    assert store.quarantine.summaries() == ()
    assert [(entry.event, entry.subject) for entry in store.audit.entries()] == [
        ("rejected", first),
        ("rejected", second),
    ]


def test_what_was_settled_keeps_its_bytes(store: SqlStore, new_hold: Build) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    store.quarantine.move(held, "discard", "console:alice", "r")
    found = store.quarantine.open(held, "console:alice", "review")
    assert found is not None
    assert found.content == new_hold().content


def test_a_message_that_no_encoding_can_write_is_held_all_the_same(store: SqlStore, new_hold: Build) -> None:
    where = Location("1", (steps.file("\udcff.zip"),))
    reading = Reading(
        texts=(TextFragment(where, "text", "\ud800张"),),
        pictures=(PictureFragment(where, 2, 1, Pixels(2, 1, b"\xff" * 6), 2**64 - 1),),
    )
    new = new_hold(b"c", "\udce5@streamers.example", reading=reading)
    held = store.quarantine.hold(new, "relay")
    assert store.quarantine.hold(new, "relay") == held
    found = store.quarantine.open(held, "cli:root", "show")
    assert found is not None
    assert (found.envelope, found.reading) == (new.envelope, reading)


def test_a_message_whose_reading_failed_is_held_without_one(store: SqlStore, new_hold: Build) -> None:
    held = store.quarantine.hold(replace(new_hold(), reading=None), "relay")
    found = store.quarantine.open(held, "cli:root", "show")
    assert found is not None
    assert found.reading is None


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM held_chunks WHERE kind = 'content' AND number = 1",
        "DELETE FROM held_chunks WHERE kind = 'content' AND number = 2",
        "UPDATE held_chunks SET sealed = substr(sealed, 2) WHERE kind = 'content' AND number = 0",
        "UPDATE held_chunks SET number = 5 - number WHERE kind = 'content'",
        "UPDATE held SET sealed = summary",
        "DELETE FROM held_chunks WHERE kind = 'reading'",
    ],
)
def test_damage_is_never_shown_as_the_message(store: SqlStore, place: Place, new_hold: Build, damage: str) -> None:
    held = store.quarantine.hold(new_hold(bytes(3 * 2**20)), "relay")
    outside = place.outside()
    outside.execute("PRAGMA foreign_keys = OFF")
    outside.execute(damage)
    with pytest.raises(StoreUnavailable):
        store.quarantine.open(held, "cli:root", "show")


def test_neither_row_nor_bytes_nor_entry_without_the_others(store: SqlStore, place: Place, new_hold: Build) -> None:
    outside = place.outside()
    for table in ("held_chunks", "audit"):
        outside.execute(f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END")
        with pytest.raises(StoreUnavailable):
            store.quarantine.hold(new_hold(), "relay")
        outside.execute("DROP TRIGGER full")
        for name in ("held", "held_chunks", "audit"):
            assert outside.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,)
    assert store.audit.head()[0] == 0
    assert store.quarantine.hold(new_hold(), "relay").startswith("Q-")


@pytest.mark.parametrize(
    ("moves", "state", "kept"),
    [
        (("discard",), "discarded", False),
        (("claim", "upstream_took"), "released", False),
        (("claim", "upstream_refused"), "held", True),
        (("claim", "line_cut"), "uncertain", True),
        (("claim", "line_cut", "discard"), "discarded", False),
    ],
)
def test_passwords_that_opened_a_message_go_with_the_decision(
    store: SqlStore,
    place: Place,
    new_hold: Callable[..., NewHold],
    moves: tuple[HoldEvent, ...],
    state: str,
    kept: bool,
) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    opened = replace(new_hold(), opened="given", passwords=("Ab#12x",))
    assert store.quarantine.complete(held, opened, "t")
    for move in moves:
        assert store.quarantine.move(held, move, "t", "r", lease="L") is not None
    message = store.quarantine.open(held, "t", "t")
    assert message is not None
    assert message.summary.status == state
    assert message.passwords == (("Ab#12x",) if kept else ())
    assert message.findings == opened.findings  # the evidence stays


def test_damaged_evidence_does_not_keep_a_message_from_being_decided(
    store: SqlStore, place: Place, new_hold: Callable[..., NewHold]
) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    place.outside().execute("UPDATE held SET sealed = X'00'")
    assert store.quarantine.move(held, "discard", "t", "r") == "discarded"


def test_a_store_of_before_messages_were_returned_returns_them(place: Place, new_hold: Build) -> None:
    store = place.open()
    held, decided = store.quarantine.hold(new_hold(b"one"), "relay"), store.quarantine.hold(new_hold(b"two"), "relay")
    assert store.quarantine.move(decided, "discard", "console:mei", "x") == "discarded"
    store.shut()
    place.age("0012")
    store = place.open()
    assert store.quarantine.move(held, "return", "console:mei", "x") == "returned"
    assert {one.id: one.status for one in store.quarantine.summaries()} == {held: "returned", decided: "discarded"}
    message = store.quarantine.open(held, "console:mei", "review")
    assert message is not None
    assert message.content == new_hold(b"one").content
    store.shut()
    assert place.outside().execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with pytest.raises(sqlite3.IntegrityError, match="held_state"):
        place.outside().execute("UPDATE held SET state = 'lost'")
