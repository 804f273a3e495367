"""Nothing of a reporter, of a party or of a message stands in the files, in any encoding that text comes in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gateway.model import NewHold, Report
from gateway.storage.store import SqlStore
from storage.conftest import Place

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
    return held


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
