"""A look at a list is written once an hour; the store is not asked for each page."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.console.looks import LISTS, Looks
from gateway.errors import StoreUnavailable


def test_once_an_hour_a_person_and_a_list() -> None:
    now, noted = [datetime(2026, 1, 1, tzinfo=UTC)], list[tuple[str, str]]()
    looks = Looks(lambda actor, what: noted.append((actor, what)), lambda: now[0])
    for path in ("/", "/", "/reports", "/reports/unresolved", "/held/Q-1", "/login"):
        looks.looked("console:a", path)
    looks.looked("console:b", "/")
    assert noted == [("console:a", "queue"), ("console:a", "reports"), ("console:b", "queue")]
    now[0] += timedelta(minutes=61)
    looks.looked("console:a", "/")
    assert len(noted) == 4
    now[0] -= timedelta(days=1)  # a clock that was set back hides nothing
    looks.looked("console:a", "/")
    assert len(noted) == 5


def test_what_could_not_be_written_is_tried_again() -> None:
    broken = [True]

    def note(actor: str, what: str) -> None:
        if broken[0]:
            raise StoreUnavailable("x")

    looks = Looks(note, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(StoreUnavailable):
        looks.looked("console:a", "/")
    broken[0] = False
    looks.looked("console:a", "/")


def test_memory_is_bounded() -> None:
    looks = Looks(lambda actor, what: None, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for number in range(10_500):
        looks.looked(f"console:{number}", "/")
    assert len(looks._noted) <= 10_000


def test_each_list_has_a_sentence() -> None:
    from gateway.audit.sentences import _WORDS

    assert set(LISTS.values()) <= set(_WORDS)
