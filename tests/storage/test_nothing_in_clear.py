"""Nothing of a reporter, of a party or of a message stands in the files, in any encoding that text comes in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.model import NewHold, Report
from gateway.storage.account_protocols import SignInOrigin
from gateway.storage.store import SqlStore
from storage.conftest import Place
from storage.test_decisions import decision
from storage.test_passed_mail import passed
from storage.test_rewrites import new as rewriting

WORDS = (
    "张小鸣",
    "鸣鸣不飞",
    "xiaoming@mail.example",
    "13800138000",
    "xm_feifei90",
    "440106199001011234",
    "举报信",
    "xinger",
    "streamers.example",
    "guild.example",
    "星儿",
    "staff@platform.example",
    "核实",
    "192.0.2.7",
)


def everything(store: SqlStore, report: Report, new_hold: Callable[..., NewHold]) -> str:
    store.reports.put([report], "cli:root")
    store.reports.put([report], "cli:root")
    held = store.quarantine.hold(new_hold(), "relay")
    store.quarantine.open(held, "console:alice", "review of 张小鸣")
    store.quarantine.move(held, "claim", "console:alice", "张小鸣 said so", "to xinger@streamers.example")
    store.quarantine.sending(held, "console:alice")
    store.quarantine.sweep(datetime.now(UTC) + timedelta(days=1), datetime.now(UTC) + timedelta(days=2), "sweeper")
    store.quarantine.move(held, "discard", "console:alice", "张小鸣 said so")
    store.quarantine.record_rejection(new_hold(), "relay")
    store.senders.note(new_hold().envelope, b"digest", ("name",), lists=False)
    store.passwords.give("staff@platform.example", ["pair xinger@streamers.example"], ["张小鸣", "13800138000"])
    store.passwords.wait("staff@platform.example", ["to xinger@streamers.example"], held)
    store.directory.put(report.reported, "cli:root")
    store.reports.move(report.id, "close", "cli:root")
    beside(store, report, new_hold)
    return held


def beside(store: SqlStore, report: Report, new_hold: Callable[..., NewHold]) -> None:
    """What is kept of mail that left and of decisions, and what people say and are told."""
    rewrite = replace(rewriting(new_hold(b"rewritten")), shown="Subject: 核实\r\n\r\n张小鸣\r\n".encode())
    store.rewrites.keep(rewrite, "relay", original=True)
    store.watched.note(new_hold(b"watched"))
    store.passed.add([passed("张小鸣 13800138000", "xinger@streamers.example")])
    assert store.passed.check(report.id) == 1
    returned = store.quarantine.hold(new_hold(b"returned"), "relay")
    store.decisions.add([decision(held=returned)])
    assert store.justifications.add(returned, "张小鸣 asked for it", "relay", 3)
    assert store.proposals.propose(returned, "release", "console:alice", "张小鸣 said so")
    proposal = store.proposals.of(returned)
    assert proposal is not None
    assert store.proposals.turn_down(proposal, "console:bob", "of 张小鸣")
    assert store.proposals.propose(returned, "release", "console:alice", "张小鸣 said so")
    assert store.quarantine.move(returned, "return", "console:alice", "of 张小鸣", note="写给张小鸣的") == "returned"
    now = datetime.now(UTC)
    store.people.invite("mei", "reviewer", "a token", now + timedelta(days=1), "cli:root", "staff@platform.example")
    origin = SignInOrigin("198.51.100.9", "核实", "password")
    store.people.open_session("another", "mei", now + timedelta(days=1), origin)
    store.people.failed("mei", "password", SignInOrigin("198.51.100.9"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "gb18030"])
def test_no_secret_is_in_the_files(
    store: SqlStore, place: Place, report: Report, new_hold: Callable[..., NewHold], encoding: str
) -> None:
    held = everything(store, report, new_hold)
    raw = place.raw()
    assert held.encode() in raw  # the test looks at the right bytes
    assert report.id.encode() in raw
    for word in WORDS:
        assert word.encode(encoding) not in raw, word
        assert word.encode("unicode_escape") not in raw, word  # as JSON writes it


def test_no_secret_is_left_when_the_store_is_shut(
    store: SqlStore, place: Place, report: Report, new_hold: Callable[..., NewHold]
) -> None:
    everything(store, report, new_hold)
    store.shut()
    raw = place.raw()
    for word in WORDS:
        assert word.encode() not in raw, word


def test_an_address_is_not_found_by_a_plain_digest(store: SqlStore, place: Place, report: Report) -> None:
    import hashlib

    store.reports.put([report], "cli:root")
    for digest in (hashlib.sha256, hashlib.sha1, hashlib.md5):
        assert digest(b"xinger@streamers.example").digest() not in place.raw()
