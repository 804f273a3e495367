"""The audit log only grows."""

import sqlite3
from datetime import UTC, datetime

import pytest

from gateway.errors import StoreUnavailable
from gateway.model.audit_chain import GENESIS
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault
from storage.conftest import Place


def test_entries_come_back_in_order_each_naming_the_one_before(store: SqlStore) -> None:
    for number in range(3):
        store.audit.append("cli:root", "noted", f"S-{number}", {"b": number, "a": "词"})
    found = list(store.audit.entries())
    assert [entry.seq for entry in found] == [1, 2, 3]
    assert [entry.previous for entry in found] == [GENESIS, found[0].digest, found[1].digest]
    assert found[0].detail == '{"a":"\\u8bcd","b":0}'
    assert store.audit.head() == (3, found[2].digest, True)


def test_a_new_store_has_an_empty_log_with_a_good_head(store: SqlStore) -> None:
    assert list(store.audit.entries()) == []
    assert store.audit.head() == (0, GENESIS, True)


def test_the_time_is_that_of_the_clock(place: Place) -> None:
    moment = datetime(2020, 9, 18, 10, 0, tzinfo=UTC)
    store = open_store(place.url, Vault(place.key), clock=lambda: moment)
    store.audit.append("cli:root", "noted", "", {})
    assert next(store.audit.entries()).at == "2020-09-18T10:00:00.000000+00:00"
    store.shut()


def test_more_than_a_page_is_read_whole_while_others_write(store: SqlStore) -> None:
    for number in range(503):
        store.audit.append("cli:root", "noted", str(number), {})
    reading = store.audit.entries()
    first = next(reading)
    store.audit.append("cli:root", "noted", "meanwhile", {})
    assert [first.seq, *(entry.seq for entry in reading)] == list(range(1, 505))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET detail = '{}'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = 1",
        "UPDATE audit_head SET digest = ''",
        "INSERT INTO audit_head VALUES (2, 1, '', x'')",
    ],
)
def test_the_database_itself_refuses_a_change(store: SqlStore, place: Place, statement: str) -> None:
    store.audit.append("cli:root", "noted", "", {})
    store.audit.append("cli:root", "noted", "", {})
    with pytest.raises(sqlite3.IntegrityError):
        place.outside().execute(statement)
    assert len(list(store.audit.entries())) == 2


def test_a_head_that_somebody_without_the_key_wrote_has_a_bad_seal(store: SqlStore, place: Place) -> None:
    store.audit.append("cli:root", "noted", "", {})
    store.audit.append("cli:root", "noted", "", {})
    outside = place.outside()
    outside.execute("DROP TRIGGER audit_head_goes_on")
    outside.execute("UPDATE audit_head SET seq = 1, digest = (SELECT digest FROM audit WHERE seq = 1)")
    assert store.audit.head()[2] is False


def test_without_its_head_the_log_takes_nothing_more(store: SqlStore, place: Place) -> None:
    outside = place.outside()
    outside.execute("DROP TRIGGER audit_head_no_delete")
    outside.execute("DELETE FROM audit_head")
    assert store.audit.head() == (0, "", False)
    with pytest.raises(StoreUnavailable):
        store.audit.append("cli:root", "noted", "", {})
