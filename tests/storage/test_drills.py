"""Drills in the store: known by a token while they run, and nothing but how they ended afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gateway.errors import StoreUnavailable
from gateway.model.drill import CaseResult, DrillAnswer, DrillCase, DrillResult, DrillRoute
from gateway.storage.drills import LONGEST, MOST
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault
from storage.conftest import Place

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
CASE = DrillCase(DrillRoute(2525, "proof"), '{"id": "DRILL-1", "reporter": "张小鸣"}', {"letter.docx": b"PK\x03\x04"})
LASTS = timedelta(minutes=2)
GOOD = DrillResult(NOW, (CaseResult("text", "held", 0.2, "material"),), CaseResult("clean", "passed", 0.1))


class Hands:
    """A clock that a test sets."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def store(place: Place, hands: Hands) -> Iterator[SqlStore]:
    opened = open_store(place.url, Vault(place.key), clock=hands)
    yield opened
    opened.shut()


def rows(place: Place) -> int:
    with place.outside() as connection:
        return sum(
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("drills", "drill_answers")
        )


def events(store: SqlStore) -> list[str]:
    return [entry.event for entry in store.audit.entries()]


def test_a_drill_is_known_by_its_token_while_it_runs(store: SqlStore, hands: Hands) -> None:
    assert store.drills.begin("a" * 32, CASE, LASTS)
    assert store.drills.case("a" * 32) == CASE
    assert store.drills.case("b" * 32) is None
    hands.now = NOW + LASTS
    assert store.drills.case("a" * 32) is None


def test_what_the_rules_said_is_there_for_the_drill(store: SqlStore) -> None:
    store.drills.begin("a" * 32, CASE, LASTS)
    store.drills.answered("a" * 32, DrillAnswer("text", "redact", "identity-in-text"))
    store.drills.answered("a" * 32, DrillAnswer("text", "quarantine", "material"))
    assert store.drills.answers("a" * 32) == {"text": DrillAnswer("text", "quarantine", "material")}
    assert store.drills.answers("b" * 32) == {}


def test_nothing_is_left_of_one_that_ended_but_an_entry_and_its_outcome(store: SqlStore, place: Place) -> None:
    store.drills.begin("a" * 32, CASE, LASTS)
    store.drills.answered("a" * 32, DrillAnswer("text", "redact", "identity-in-text"))
    store.drills.finish("a" * 32, GOOD, "cli:root")
    assert rows(place) == 0
    assert store.drills.last() == GOOD
    assert events(store) == ["drilled"]
    with pytest.raises(StoreUnavailable, match="over"):
        store.drills.answered("a" * 32, DrillAnswer("text", "pass", "clean"))
    assert rows(place) == 0


def test_one_that_failed_says_so_in_the_log(store: SqlStore) -> None:
    store.drills.begin("a" * 32, CASE, LASTS)
    bad = DrillResult(NOW, (CaseResult("text", "passed", 0.2),), CaseResult("clean", "passed", 0.1))
    store.drills.finish("a" * 32, bad, "cli:root")
    assert events(store) == ["drill_failed"]
    assert store.audit.head()[2]


def test_one_that_nobody_ended_is_cleared_away_and_counts_as_failed(
    store: SqlStore, place: Place, hands: Hands
) -> None:
    store.drills.begin("a" * 32, CASE, LASTS)
    store.drills.begin("b" * 32, CASE, 2 * LASTS)
    assert store.drills.forget_old("sweeper") == 0
    hands.now = NOW + LASTS
    assert store.drills.forget_old("sweeper") == 1
    assert store.drills.case("b" * 32) == CASE
    assert rows(place) == 1
    assert events(store) == ["drill_abandoned"]
    last = store.drills.last()
    assert last is not None
    assert (last.held, last.passed, last.good) == (False, False, False)


def test_a_clock_that_was_set_back_keeps_none_for_ever(store: SqlStore, place: Place, hands: Hands) -> None:
    store.drills.begin("a" * 32, CASE, LASTS)
    hands.now = NOW - 2 * LONGEST
    assert store.drills.case("a" * 32) is None
    assert store.drills.forget_old("sweeper") == 1
    assert rows(place) == 0


def test_there_are_never_many_at_once(store: SqlStore, hands: Hands) -> None:
    assert all(store.drills.begin(f"{number:032x}", CASE, LASTS) for number in range(MOST))
    assert not store.drills.begin("f" * 32, CASE, LASTS)
    hands.now = NOW + LASTS
    assert store.drills.begin("f" * 32, CASE, LASTS)


def test_none_lasts_for_ever_whatever_is_asked_for(store: SqlStore, hands: Hands) -> None:
    store.drills.begin("a" * 32, CASE, timedelta(days=400))
    hands.now = NOW + LONGEST
    assert store.drills.case("a" * 32) is None


def test_neither_token_nor_report_stands_in_clear_in_the_file(store: SqlStore, place: Place) -> None:
    store.drills.begin("a1b2" * 8, CASE, LASTS)
    store.shut()
    data = b"".join(path.read_bytes() for path in place.path.parent.glob("hushgate.db*"))
    assert "张小鸣".encode() not in data
    assert b"a1b2" * 8 not in data
    assert b"DRILL-1" not in data
