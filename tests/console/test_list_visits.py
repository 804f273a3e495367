"""A look at a list is written once an hour; the store is not asked for each page."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.console.list_visits import LISTS, ListVisits
from gateway.errors import StoreUnavailable


def test_once_an_hour_a_person_and_a_list() -> None:
    now, noted = [datetime(2026, 1, 1, tzinfo=UTC)], list[tuple[str, str]]()
    visits = ListVisits(lambda actor, what: noted.append((actor, what)), lambda: now[0])
    for path in ("/", "/", "/reports", "/reports/unresolved", "/held/Q-1", "/login"):
        visits.note("console:a", path)
    visits.note("console:b", "/")
    assert noted == [("console:a", "queue"), ("console:a", "reports"), ("console:b", "queue")]
    now[0] += timedelta(minutes=61)
    visits.note("console:a", "/")
    assert len(noted) == 4
    now[0] -= timedelta(days=1)  # a clock that was set back hides nothing
    visits.note("console:a", "/")
    assert len(noted) == 5


def test_what_could_not_be_written_is_tried_again() -> None:
    broken = [True]

    def note(actor: str, what: str) -> None:
        if broken[0]:
            raise StoreUnavailable("x")

    visits = ListVisits(note, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(StoreUnavailable):
        visits.note("console:a", "/")
    broken[0] = False
    visits.note("console:a", "/")


def test_memory_is_bounded() -> None:
    visits = ListVisits(lambda actor, what: None, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for number in range(10_500):
        visits.note(f"console:{number}", "/")
    assert len(visits._noted) <= 10_000


def test_each_list_has_a_sentence() -> None:
    from gateway.audit.sentences import _WORDS

    assert set(LISTS.values()) <= set(_WORDS)
