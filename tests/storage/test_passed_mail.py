"""Fingerprints of mail that passed, and what a later report finds in them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from gateway.model import Item, Party, Report
from gateway.reading.plain import plain_fingerprints
from gateway.storage import passed_mail
from gateway.storage.passed_protocols import NewPassed
from gateway.storage.store import SqlStore
from storage.conftest import Place

NOW = datetime.now(UTC)
TO = "xinger@streamers.example"
TEXT = "她叫王小红，电话 139 1234 5678，邮箱 hong@mail.example。"


def passed(text: str, *to: str, at: datetime = NOW, message: str = "m-1", known: tuple[str, ...] = ()) -> NewPassed:
    content = f"From: kf@platform.example\r\nTo: {', '.join(to)}\r\nSubject: x\r\n\r\n{text}\r\n".encode()
    prints = plain_fingerprints(content)
    assert prints is not None
    return NewPassed(message, at, "kf@platform.example", to, prints, known)


def report(*items: Item, id_: str = "R-1", party: Party | None = None) -> Report:
    return Report(id_, "open", NOW.isoformat(), (party or Party("星儿", (TO,)),), items)


def given(kind: str, value: str) -> Item:
    return Item(kind, value)  # type: ignore[arg-type]  # each is a kind


def opened(store: SqlStore, *reports: Report) -> None:
    store.reports.put(reports, "test")


def test_each_kind_is_found_in_mail_to_a_party_and_in_no_other(store: SqlStore) -> None:
    store.passed.add([passed(TEXT, TO), passed(TEXT, "somebody@else.example"), passed("您好", TO)])
    opened(store, report(given("name", "王小红"), given("phone", "13912345678"), given("address", "hong@mail.example")))
    assert [one for one, _ in store.passed.unchecked(10)] == ["R-1"]
    assert store.passed.check("R-1") == 1
    assert store.passed.check("R-1") == 0, "each once"
    (match,) = store.passed.matches(10)
    assert set(match.kinds) == {"name", "phone", "address"}
    assert (match.message, match.sender, match.recipients) == ("m-1", "kf@platform.example", (TO,))
    assert match.passed_at == NOW


@pytest.mark.parametrize(
    "item",
    [
        given("name", "李四"),
        given("name", "直播"),
        given("name", "陈大文"),
        given("phone", "13900000000"),
        given("account", "live"),
    ],
)
def test_what_is_not_there_or_is_too_short_is_not_found(store: SqlStore, item: Item) -> None:
    store.passed.add([passed(TEXT + "李四的直播", TO)])
    opened(store, report(item))
    assert store.passed.check("R-1") == 0


def test_a_report_that_changes_is_looked_for_again(store: SqlStore) -> None:
    store.passed.add([passed(TEXT, TO)])
    opened(store, report(given("name", "陈大文")))
    todo = store.passed.unchecked(10)
    assert store.passed.check("R-1") == 0
    store.passed.checked(todo)
    assert store.passed.unchecked(10) == ()
    opened(store, report(given("name", "王小红")))
    assert [one for one, _ in store.passed.unchecked(10)] == ["R-1"]
    assert store.passed.check("R-1") == 1


def test_a_party_by_domain_counts_and_a_closed_report_that_protects_nobody_does_not(store: SqlStore) -> None:
    store.passed.add([passed(TEXT, "a@east.guild.example")])
    opened(store, report(given("name", "王小红"), party=Party("公会", ("@guild.example",))))
    assert store.passed.check("R-1") == 1


def test_what_the_rules_let_pass_knowingly_is_no_late_match(store: SqlStore) -> None:
    store.passed.add([passed(TEXT, TO, known=("R-1",))])
    opened(store, report(given("name", "王小红")), report(given("name", "王小红"), id_="R-2"))
    assert (store.passed.check("R-1"), store.passed.check("R-2")) == (0, 1)


def test_behind_a_number(store: SqlStore) -> None:
    store.passed.add([passed(TEXT, TO)])
    last = store.passed.newest()
    store.passed.add([passed(TEXT, TO, message="m-2")])
    opened(store, report(given("name", "王小红")))
    assert store.passed.check("R-1", after=last) == 1
    assert store.passed.matches(10)[0].message == "m-2"


def test_old_ones_go_and_above_a_size_the_oldest(store: SqlStore) -> None:
    old = [passed(TEXT, TO, at=NOW - timedelta(days=100)) for _ in range(7)]
    store.passed.add([*old, *(passed(TEXT, TO, message=f"m-{n}") for n in range(5))])
    assert store.passed.forget(90, 5, 0) == 5
    assert store.passed.forget(90, 5, 0) == 2
    assert store.passed.forget(90, 5, 0) == 0
    assert store.passed.forget(90, 3, 100) == 3
    assert store.passed.forget(0, 500, 0) == 2
    opened(store, report(given("name", "王小红")))
    assert store.passed.check("R-1") == 0


def test_late_matches_go_after_as_many_days_and_with_their_report(store: SqlStore) -> None:
    store.passed.add([passed(TEXT, TO)])
    opened(store, report(given("name", "王小红")))
    assert store.passed.check("R-1") == 1
    store.reports.erase("R-1", "test", False)
    assert store.passed.count() == 0


def test_nothing_is_in_clear(store: SqlStore) -> None:
    store.passed.add([passed(TEXT, TO)])
    opened(store, report(given("name", "王小红")))
    store.passed.check("R-1")
    with store._ground.transactions.read() as connection:
        for table in ("passed", "passed_recipients", "late_matches"):
            written = str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
            for word in ("xinger", "platform", "m-1", "王小红"):
                assert word not in written
                assert repr(word.encode())[2:-1] not in written


def test_a_mail_of_any_length_takes_a_bounded_room(store: SqlStore) -> None:
    words = " ".join(f"字{n:05}号码{n * 7919}" for n in range(60_000))
    prints = replace(passed("x", TO).fingerprints, words=bytes(range(256)) * 4000, text=bytes(range(256)) * 4000)
    store.passed.add([replace(passed("x", TO), fingerprints=prints)])
    assert len(words) > 500_000
    with store._ground.transactions.read() as connection:
        size = connection.exec_driver_sql("SELECT size FROM passed").scalar_one()
    assert 0 < size < 120_000


@drawn(st.lists(st.integers(0, (1 << 48) - 1), max_size=50), st.sampled_from([4, 5]))
def test_what_is_packed_comes_back_cut_each_once_and_in_order(keys: list[int], octets: int) -> None:
    packed = passed_mail._packed(np.array(keys, np.int64), octets, 1000)
    assert passed_mail._unpacked(packed, octets).tolist() == sorted({key & ((1 << 8 * octets) - 1) for key in keys})


def test_in_a_store_of_before_nothing_is_to_be_looked_for_until_a_report_changes(place: Place) -> None:
    store = place.open()
    opened(store, report(given("name", "王小红")))
    store.shut()
    place.age("0019")
    store = place.open()
    assert store.passed.unchecked(10) == ()
    store.passed.add([passed(TEXT, TO)])
    opened(store, report(given("name", "王小红"), given("phone", "13912345678")))
    assert [one for one, _ in store.passed.unchecked(10)] == ["R-1"]
    assert store.passed.check("R-1") == 1


def test_a_party_of_the_directory_counts(store: SqlStore) -> None:
    store.passed.add([passed(TEXT, "private@else.example")])
    store.directory.put([Party("星儿", ("private@else.example",), ("room:88412345",))], "test")
    opened(store, report(given("name", "王小红"), party=Party("星儿", (), ("room:88412345",))))
    assert store.passed.check("R-1") == 1


@pytest.mark.parametrize("column", ["keys", "words", "sealed"])
def test_a_row_that_is_damaged_costs_that_mail_alone(store: SqlStore, column: str) -> None:
    store.passed.add([passed(TEXT, TO, message="m-1"), passed(TEXT, TO, message="m-2")])
    with store._ground.transactions.write() as connection:
        connection.exec_driver_sql(f"UPDATE passed SET {column} = x'00ff' WHERE number = 1")
    opened(store, report(given("name", "王小红")))
    assert store.passed.check("R-1") == 1
    assert [one.message for one in store.passed.matches(10)] == ["m-2"]
