"""Originals of rewritten messages: whole, once, sealed, for a time, and gone with their report."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from gateway.model import Edit, Location, NewHold, NewRewrite, Report
from gateway.storage.store import SqlStore
from storage.conftest import Place

Build = Callable[..., NewHold]
AT = datetime(2020, 9, 18, 10, 0, tzinfo=UTC)


def new(hold: NewHold, sent: bytes = b"s" * 32) -> NewRewrite:
    edits = (Edit(0, Location("1"), (0, 3), "[姓名略]", file=(0,)), Edit(0, Location("2"), (0, 0), "", "remove", (1,)))
    return NewRewrite(
        hold.envelope, hold.content, hold.digest, sent, "identity-in-text", hold.policy, hold.reports, hold.findings,
        hold.rules, edits, hold.reading,
    )  # fmt: skip


def test_an_original_comes_back_with_what_was_done_to_it(store: SqlStore, new_hold: Build) -> None:
    made = new(new_hold(bytes(range(256)) * 9000))
    id_ = store.rewrites.keep(made, "relay", original=True)
    assert id_.startswith("W-")
    kept = store.rewrites.open(id_, "console:alice", "review")
    assert kept is not None
    assert (kept.content, kept.edits, kept.findings, kept.reading) == (
        made.content,
        made.edits,
        made.findings,
        made.reading,
    )
    (listed,) = store.rewrites.summaries()
    assert (listed.id, listed.edits, listed.kinds, listed.at) == (id_, 2, ("name",), AT)
    (first, *_, last) = store.audit.entries()
    assert (first.event, first.subject, json.loads(first.detail)["edits"]) == ("rewritten", id_, "remove:1 text:1")
    assert json.loads(first.detail)["sent_sha256"] == (b"s" * 32).hex()
    assert (last.event, json.loads(last.detail)["purpose"]) == ("opened", "review")


def test_a_client_that_tries_again_makes_no_second_one(store: SqlStore, new_hold: Build) -> None:
    made = new(new_hold(b"a"))
    assert store.rewrites.keep(made, "relay", original=True) == store.rewrites.keep(made, "relay", original=True)
    assert (
        store.rewrites.keep(new(new_hold(b"a"), b"t" * 32), "relay", original=True) != store.rewrites.summaries()[1].id
    )
    assert len(store.rewrites.summaries()) == 2


def test_without_an_original_there_is_the_audit_entry_alone(store: SqlStore, new_hold: Build) -> None:
    id_ = store.rewrites.keep(new(new_hold(b"a")), "relay", original=False)
    assert store.rewrites.summaries() == ()
    assert store.rewrites.open(id_, "cli:root", "show") is None
    assert [entry.event for entry in store.audit.entries()] == ["rewritten"]


def test_what_is_older_is_forgotten_and_nothing_else(store: SqlStore, new_hold: Build) -> None:
    store.rewrites.keep(new(new_hold(b"a")), "relay", original=True)
    assert store.rewrites.forget(AT) == 0
    assert len(store.rewrites.summaries()) == 1
    assert store.rewrites.forget(datetime(2020, 10, 19, tzinfo=UTC)) == 1
    assert store.rewrites.summaries() == ()
    assert store.rewrites.forget(datetime(2020, 10, 19, tzinfo=UTC)) == 0


def test_nothing_of_it_stands_in_clear(place: Place, store: SqlStore, new_hold: Build) -> None:
    store.rewrites.keep(new(new_hold("张小鸣的信 xinger@streamers.example".encode())), "relay", original=True)
    files = b"".join(path.read_bytes() for path in place.path.parent.iterdir() if path.is_file())
    for word in ("张小鸣", "xinger@streamers", "staff@platform"):
        assert word.encode() not in files


@pytest.mark.parametrize("keep", [True, False])
def test_it_is_gone_with_its_report(store: SqlStore, new_hold: Build, keep: bool) -> None:
    store.reports.put((Report("R-2020-0918", "open", "2020-09-18T10:00:00+08:00", ()),), "test")
    store.rewrites.keep(new(new_hold(b"a")), "relay", original=True)
    assert store.reports.erase("R-2020-0918", "cli:root", keep_digests=keep) is not None
    assert store.rewrites.summaries() == ()
