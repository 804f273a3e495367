"""Finding in the audit log says what looking through all of it would say, and never does that."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from gateway.storage.audit_protocols import AuditEntry, AuditFilter
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault

CONCERNED = {"R-1": {"R-1", "Q-1", "Q-2"}, "R-2": {"R-2", "Q-2"}}
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
ACTORS, EVENTS, SUBJECTS = ("console:a", "console:b", "relay"), ("held", "released", "opened"), ("Q-1", "Q-2", "")


def _reports(number: int) -> dict[str, str]:
    """Message Q-1 was once found to concern two reports, and Q-2 one of them."""
    return {"reports": {2: "R-1", 6: "R-1 R-2", 12: "R-1"}.get(number, "")}


class Log:
    """A store with a clock that tests set."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.store = open_store(f"sqlite:///{folder}/x.db", Vault(b"k" * 32), clock=lambda: self.now)
        self.asked: list[str] = []

    def plans(self) -> list[str]:
        """How the database goes about what was asked since."""
        found = []
        with self.store._ground.transactions.read() as connection:
            for statement, parameters in self._statements:
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
                found += [str(row[-1]) for row in rows]
        return found

    def watch(self) -> None:
        self._statements: list[tuple[str, Any]] = []

        def executed(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
            if statement.startswith("SELECT"):
                self._statements.append((statement, parameters))

        event.listen(self.store._ground.transactions._engine, "before_cursor_execute", executed)  # type: ignore[attr-defined]  # of this database


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    log = Log(tmp_path_factory.mktemp("log"))
    for number in range(240):
        log.now = START + timedelta(hours=7 * number)
        if 100 < number < 110:
            log.now -= timedelta(hours=20)  # the clock was set back
        log.store.audit.append(
            ACTORS[number % 3], EVENTS[number // 2 % 3], SUBJECTS[number // 5 % 3], {"n": number, **_reports(number)}
        )
    yield log
    log.store.shut()


def fits(entry: AuditEntry, wanted: AuditFilter) -> bool:
    at = datetime.fromisoformat(entry.at)
    return (
        (not wanted.actors or entry.actor in wanted.actors)
        and (not wanted.events or entry.event in wanted.events)
        and (not wanted.subject or entry.subject in CONCERNED.get(wanted.subject, {wanted.subject}))
        and (wanted.since is None or at >= wanted.since)
        and (wanted.until is None or at < wanted.until)
    )


moments = st.none() | st.integers(-50, 1750).map(lambda hours: START + timedelta(hours=hours))
filters = st.builds(
    AuditFilter,
    st.lists(st.sampled_from((*ACTORS, "nobody")), unique=True).map(tuple),
    st.lists(st.sampled_from((*EVENTS, "never")), unique=True).map(tuple),
    st.sampled_from((*SUBJECTS, "Q-9", *CONCERNED)),
    moments,
    moments,
)


@settings(deadline=None, max_examples=100)
@given(filters, st.none() | st.integers(-3, 260), st.integers(1, 60))
def test_it_finds_what_looking_through_all_would(log: Log, wanted: AuditFilter, before: int | None, most: int) -> None:
    whole = [entry for entry in log.store.audit.entries() if fits(entry, wanted)]
    expected = [entry for entry in reversed(whole) if before is None or entry.seq < before][:most]
    assert list(log.store.audit.find(wanted, before, most)) == expected


@pytest.mark.parametrize(
    "wanted",
    [
        AuditFilter(),
        AuditFilter(("relay",)),
        AuditFilter((), ("held",)),
        AuditFilter(("relay", "console:a"), ("held", "opened")),
        AuditFilter(subject="Q-1"),
        AuditFilter(("relay",), ("held",), "Q-1"),
        AuditFilter(since=START + timedelta(days=9), until=START + timedelta(days=10)),
        AuditFilter(("relay",), ("held",), "Q-1", START, START + timedelta(days=10)),
    ],
)
def test_nothing_is_looked_through_whole_or_sorted(log: Log, wanted: AuditFilter) -> None:
    log.watch()
    log.store.audit.find(wanted, 200, 51)
    log.store.audit.actors()
    log.store.audit.events()
    plans = log.plans()
    assert len(plans) >= 3
    assert not [plan for plan in plans if "TEMP B-TREE" in plan]
    assert not [plan for plan in plans if plan.startswith("SCAN audit") and "USING" not in plan]
    if wanted.subject:
        assert [plan for plan in plans if "audit_subject" in plan]


def test_of_a_report_also_the_messages_that_concern_it(log: Log) -> None:
    assert {name: set(log.store.audit.about(name)) for name in CONCERNED} == CONCERNED
    assert log.store.audit.about("Q-1") == ("Q-1",)


def test_who_and_what_stands_in_the_log(log: Log) -> None:
    assert log.store.audit.actors() == tuple(sorted(ACTORS))
    assert log.store.audit.events() == tuple(sorted(EVENTS))


def test_the_first_and_the_last_year_are_no_error(log: Log) -> None:
    far = AuditFilter(since=datetime.min.replace(tzinfo=UTC), until=datetime.max.replace(tzinfo=UTC))
    assert len(log.store.audit.find(far, None, 500)) == 240


def test_a_look_is_noted_once_an_hour(tmp_path: Path) -> None:
    log = Log(tmp_path)
    audit: Any = log.store.audit
    for minutes in (0, 10, 59, 61, 70):
        log.now = START + timedelta(minutes=minutes)
        audit.note_look("console:a", "queue")
    audit.note_look("console:b", "queue")
    audit.note_look("console:a", "reports")
    looked = [(entry.actor, entry.subject) for entry in audit.entries()]
    assert looked == [("console:a", "queue")] * 2 + [("console:b", "queue"), ("console:a", "reports")]
    store: SqlStore = log.store
    store.shut()


def test_a_filter_is_a_value() -> None:
    assert replace(AuditFilter(), subject="Q-1") == AuditFilter(subject="Q-1")
