"""A report that comes after a leak finds it: in the real service, and at the edges of its thread."""

import re
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.errors import StoreUnavailable
from gateway.model import Client, Envelope, Fingerprints, Party, Recipient, Report
from gateway.model.report import Item
from gateway.service.inspector import late_matching
from gateway.service.inspector.late_matching import LateMatching
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.telemetry.events import LateMatchesFound, PassedNotKept, StoreFailed
from gateway.vault.vault import Vault
from scene import Scene, mail
from storage.test_passed_mail import NOW, TEXT, TO, passed

REPORT = Report("R-1", "open", NOW.isoformat(), (Party("星儿", (TO,)),), (Item("phone", "13912345678"),))
LATE = {
    "id": "R-LATE",
    "opened_at": "2026-01-01T00:00:00Z",
    "reported": [{"name": "星儿", "addresses": [TO]}],
    "reporter": {"names": ["王小红"], "phones": ["13912345678"], "addresses": ["hong@mail.example"]},
}


@pytest.fixture
def store(tmp_path: Path) -> Any:
    opened = open_store(f"sqlite:///{tmp_path}/x.db", Vault(b"k" * 32))
    yield opened
    opened.shut()


def matching(store: SqlStore, events: list[object], passed: Any = None) -> LateMatching:
    circle = SimpleNamespace(stands=lambda one: "internal" if one.endswith("@platform.example") else "unknown")
    tools: Any = SimpleNamespace(reports=store.reports, circle=circle)
    return LateMatching(passed or store.passed, lambda: tools, events.append, writes=0.0, looks=0.02)


def envelope(*to: str) -> Envelope:
    return Envelope("kf@platform.example", tuple(map(Recipient, to)), Client("h", "h"), NOW)


def until(so: Any) -> None:
    end = time.monotonic() + 30
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.slow
def test_a_report_finds_what_passed_before_it(scene: Scene) -> None:
    scene.start()
    for text, to in (
        (TEXT, TO),
        ("您好，申请已通过。", TO),
        (TEXT, "somebody@else.example"),
        (TEXT, "a@platform.example"),
    ):
        assert scene.send(mail(text), to)[0] == 250
    assert len(scene.got) == 4
    scene.import_reports(LATE)
    scene.until(lambda: "hushgate_late_matches_total 1.0" in scene.get("/metrics")[1])
    log = scene.stderr()
    assert re.search(r"LateMatchesFound.*R-LATE", log)
    for word in ("王小红", "xinger", "hong@"):
        assert word not in log
    scene.stop()


def test_mail_that_was_decided_before_a_report_and_is_written_behind_it_is_found(store: SqlStore) -> None:
    events: list[object] = []
    late = matching(store, events)
    late.start()
    store.reports.put([REPORT], "test")
    until(lambda: not store.passed.unchecked(1))
    late.add(envelope(TO), passed(TEXT, TO).fingerprints, "m-1")
    until(lambda: store.passed.count() == 1)
    late.close()
    assert events == [LateMatchesFound("R-1", 1)]


def test_what_stays_inside_is_not_kept_and_what_waits_is_written_at_the_end(store: SqlStore) -> None:
    late = matching(store, [])
    late.add(envelope("a@platform.example"), passed(TEXT, TO).fingerprints, "m-1")
    late.add(envelope("a@platform.example", TO), passed(TEXT, TO).fingerprints, "m-2")
    late.add(envelope(TO), None, "m-3")
    late.start()
    late.close()
    assert store.passed.newest() == 1


def test_what_is_too_much_is_counted_and_costs_who_adds_nothing(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_matching, "_MOST", 10)
    events: list[object] = []
    late = matching(store, events)
    prints = Fingerprints(words=bytes(8))
    begun = time.process_time()
    for number in range(10_000):
        late.add(envelope(TO), prints, f"m-{number}")
    assert time.process_time() - begun < 1.0
    late.start()
    late.close()
    assert PassedNotKept(9_990) in events
    assert store.passed.newest() == 10


def test_a_store_that_refuses_is_told_and_the_thread_goes_on(store: SqlStore) -> None:
    events: list[object] = []
    refused = threading.Event()

    class Refusing:
        def __getattr__(self, name: str) -> Any:
            return getattr(store.passed, name)

        def add(self, mails: Any) -> None:
            if not refused.is_set():
                refused.set()
                raise StoreUnavailable("locked")
            store.passed.add(mails)

    late = matching(store, events, Refusing())
    late.start()
    late.add(envelope(TO), passed(TEXT, TO).fingerprints, "m-1")
    until(refused.is_set)
    late.add(envelope(TO), passed(TEXT, TO).fingerprints, "m-2")
    until(lambda: store.passed.newest() == 1)
    late.close()
    assert events[:2] == [PassedNotKept(1), StoreFailed("passed")]


def test_nothing_is_kept_where_nothing_is_to_be(store: SqlStore) -> None:
    late = LateMatching(None, lambda: None, lambda event: None)  # type: ignore[arg-type,return-value]
    late.start()
    late.add(envelope(TO), passed(TEXT, TO).fingerprints, "m-1")
    late.close()
    assert store.passed.newest() == 0


def test_a_store_that_is_gone_is_told_once(store: SqlStore) -> None:
    events: list[object] = []
    late = matching(store, events)
    asked = threading.Semaphore(0)

    def changes() -> bytes:
        asked.release()
        raise StoreUnavailable("gone")

    late._tools = lambda: SimpleNamespace(reports=SimpleNamespace(changes=changes))  # type: ignore[assignment,return-value]
    late.start()
    for _ in range(5):
        assert asked.acquire(timeout=10)
    late.close()
    assert events == [StoreFailed("passed")]


def other(name: str, to: str, number: str) -> Report:
    return Report(name, "open", NOW.isoformat(), (Party("月儿", (to,)),), (Item("phone", number),))


def test_a_report_that_cannot_be_looked_for_keeps_no_other_one_from_it(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_matching, "_REPORTS", 2)
    events: list[object] = []
    broken = {"A-1", "A-2", "A-3"}

    class Damaged:
        def __getattr__(self, name: str) -> Any:
            return getattr(store.passed, name)

        def check(self, report: str, after: int = 0) -> int:
            if report in broken:
                raise StoreUnavailable("damaged") if report == "A-1" else ValueError("damaged")
            return store.passed.check(report, after)

    store.passed.add([passed(TEXT, TO)])
    store.reports.put([other(name, TO, "13800001111") for name in sorted(broken)], "test")
    store.reports.put([REPORT], "test")
    late = matching(store, events, Damaged())
    late.start()
    until(lambda: store.passed.count() == 1)
    broken.clear()  # it is asked for again
    until(lambda: not store.passed.unchecked(10))
    late.close()
    assert LateMatchesFound("R-1", 1) in events
    assert len([one for one in events if not isinstance(one, LateMatchesFound)]) == 1


def test_a_mail_that_cannot_be_kept_costs_no_other_one(store: SqlStore) -> None:
    events: list[object] = []

    class Picky:
        def __getattr__(self, name: str) -> Any:
            return getattr(store.passed, name)

        def add(self, mails: Any) -> None:
            if any(one.message == "m-1" for one in mails):
                raise ValueError("a fault of ours")
            store.passed.add(mails)

    late = matching(store, events, Picky())
    for number in range(3):
        late.add(envelope(TO), passed(TEXT, TO).fingerprints, f"m-{number}")
    late.start()
    late.close()
    assert store.passed.newest() == 2
    assert PassedNotKept(1) in events


def test_what_one_inspector_writes_behind_another_one_s_look_is_found(store: SqlStore) -> None:
    events: list[object] = []
    late, replica = matching(store, events), matching(store, events)
    late.start()
    store.reports.put([REPORT], "test")
    until(lambda: not store.passed.unchecked(1))
    replica.add(envelope(TO), passed(TEXT, TO).fingerprints, "m-1")  # decided before the report
    replica.start()
    until(lambda: store.passed.count() == 1)
    late.close()
    replica.close()
    assert events == [LateMatchesFound("R-1", 1)]
