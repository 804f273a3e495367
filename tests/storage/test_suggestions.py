"""What was only suggested is asked about where many people of ours write it; a few never bring that about."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.errors import StoreUnavailable
from gateway.fingerprints.of_reading import fingerprints_of_reading
from gateway.model import Fingerprints, Item, ItemState, Location, Party, Reading, Report, TextFragment
from gateway.storage import suggestions
from gateway.storage.engine import open_store
from gateway.storage.protocols import Sighting
from gateway.storage.store import SqlStore
from gateway.storage.suggestions import AskLimits
from gateway.vault.vault import Vault
from storage.conftest import Place

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
NOW = [START]
LIMITS = AskLimits(share=20, senders=5, domains=5, days=3)
NAME = Item("name", "霜溪", source="材料 信.docx: signed", score=0.6, state="suggested")
PHONE = Item("phone", "4008001234", source="材料 信.docx: line", score=0.7, state="suggested")


def report(id: str = "R-1", *items: Item) -> Report:
    party = Party("星儿", ("xinger@streamers.example",))
    return Report(id, "open", "2026-02-01T10:00:00+08:00", (party,), items or (NAME, PHONE))


@pytest.fixture
def counting(tmp_path: Path) -> Iterator[SqlStore]:
    NOW[0] = START
    store = open_store(f"sqlite:///{tmp_path}/s.db", Vault(b"k" * 32), clock=lambda: NOW[0], ask=LIMITS)
    yield store
    store.shut()


def mail(text: str, sender: str = "客服") -> Fingerprints:
    where = Location("1")
    texts = (
        TextFragment(where, "header", f"{sender} <kefu@platform.example>", "from"),
        TextFragment(where, "text", text),
    )
    return fingerprints_of_reading(Reading(texts=texts))


def states(store: SqlStore, id: str = "R-1") -> list[ItemState]:
    found = store.reports.get(id)
    assert found is not None
    return [item.state for item in found.identity]


def scalar(store: SqlStore, query: str) -> Any:
    with store._ground.transactions.read() as connection:
        return connection.exec_driver_sql(query).scalar()


def write(store: SqlStore, senders: int, domains: int = 6, text: str = "霜溪客服中心", others: int = 0) -> int:
    """A day of ordinary mail: so many write the text, so many others something else. How many items are asked about."""
    items = store.suggestions.items_in(mail(text))
    to = tuple(f"firma{number}.example" for number in range(domains))
    seen = [Sighting(f"a{number}@platform.example", to, items) for number in range(senders)]
    seen += [Sighting(f"b{number}@platform.example", to) for number in range(others)]
    return store.reports.ask(store.suggestions.note(seen), "relay")


def days(store: SqlStore, count: int, senders: int, domains: int = 6, others: int = 0) -> int:
    total = 0
    for _ in range(count):
        total += write(store, senders, domains, others=others)
        NOW[0] += timedelta(days=1)
    return total


def test_what_many_write_to_many_on_several_days_is_asked_about_once(counting: SqlStore) -> None:
    counting.reports.put([report()], "t")
    assert days(counting, 2, 6) == 0
    assert states(counting) == ["suggested", "suggested"]
    assert days(counting, 1, 6) == 1
    assert states(counting) == ["asked", "suggested"]
    assert days(counting, 5, 6) == 0
    entries = [entry for entry in counting.audit.entries() if entry.event == "item_asked"]
    assert [(entry.subject, entry.detail) for entry in entries] == [("R-1", '{"item":1,"kind":"name"}')]


@pytest.mark.parametrize(
    ("senders", "domains", "count", "others"),
    [(4, 50, 20, 0), (50, 4, 20, 0), (50, 50, 2, 0), (6, 50, 20, 60)],
    ids=["few write it", "to few", "on few days", "a small part of what is written"],
)
def test_what_lacks_one_of_it_stays_in_force(
    counting: SqlStore, senders: int, domains: int, count: int, others: int
) -> None:
    counting.reports.put([report()], "t")
    assert days(counting, count, senders, domains=domains, others=others) == 0
    assert states(counting) == ["suggested", "suggested"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.lists(st.integers(0, 90), min_size=1, max_size=30), st.booleans()),
        min_size=1,
        max_size=15,
    )
)
def test_four_insiders_never_bring_it_about_however_much_they_write(
    tmp_path_factory: pytest.TempPathFactory, mails: list[tuple[int, list[int], bool]]
) -> None:
    NOW[0] = START
    folder = tmp_path_factory.mktemp("s")
    store = open_store(f"sqlite:///{folder}/s.db", Vault(b"k" * 32), clock=lambda: NOW[0], ask=LIMITS)
    store.reports.put([report()], "t")
    items = store.suggestions.items_in(mail("霜溪 400-800-1234"))
    assert len(items) == 2
    for sender, domains, next_day in mails:
        to = tuple(f"d{number}.example" for number in domains)
        over = store.suggestions.note([Sighting(f"insider{sender}@platform.example", to, items)] * 3)
        assert over == ()
        NOW[0] += timedelta(days=1) if next_day else timedelta(0)
    assert states(store) == ["suggested", "suggested"]
    store.shut()


@pytest.mark.parametrize("state", ["given", "learned", "confirmed", "struck"])
def test_nothing_else_is_ever_asked_about(counting: SqlStore, state: ItemState) -> None:
    counting.reports.put([report("R-1", replace(NAME, state=state))], "t")
    assert not counting.suggestions.any()
    assert days(counting, 5, 20) == 0
    assert states(counting) == [state]
    # Nor where another report only suggests the same.
    counting.reports.put([report("R-2")], "t")
    assert days(counting, 3, 20) == 1
    assert (states(counting), states(counting, "R-2")[0]) == ([state], "asked")


def test_what_was_counted_before_is_asked_about_from_the_beginning(counting: SqlStore) -> None:
    counting.reports.put([report()], "t")
    days(counting, 3, 6)
    counting.reports.put([report("R-2", replace(NAME, kind="nickname")), report("R-3", PHONE)], "t")
    assert states(counting, "R-2") == ["asked"]
    assert states(counting, "R-3") == ["suggested"]
    counting.reports.put([report("R-4", replace(NAME, state="given"))], "t")
    assert states(counting, "R-4") == ["given"]


def test_a_person_decides_and_it_is_not_asked_again(counting: SqlStore) -> None:
    counting.reports.put([report()], "t")
    days(counting, 3, 6)
    revision = counting.reports.revision("R-1")
    assert counting.reports.review("R-1", 1, "confirmed", "console:alice", revision) == "done"
    assert days(counting, 4, 30) == 0
    assert states(counting) == ["confirmed", "suggested"]


def test_asked_items_point_to_nobody_and_confirmed_ones_do_again(counting: SqlStore) -> None:
    counting.reports.put([report()], "t")
    asked = mail("热线 400-800-1234")
    assert counting.marks.trace(asked).reports
    for _ in range(3):
        write(counting, 6, text="热线 400-800-1234")
        NOW[0] += timedelta(days=1)
    assert states(counting) == ["suggested", "asked"]
    assert counting.marks.trace(asked).reports == ()
    counting.reports.review("R-1", 2, "confirmed", "t", counting.reports.revision("R-1"))
    assert counting.marks.trace(asked).reports


def test_a_name_that_many_people_have_is_a_small_part_of_what_is_written(counting: SqlStore) -> None:
    """王伟 stands in a mail of each member of staff some day, and is still a reporter's name."""
    counting.reports.put([report("R-1", replace(NAME, value="王伟"))], "t")
    items = counting.suggestions.items_in(mail("王伟先生您好"))
    assert items
    for day in range(25):
        seen = [
            Sighting(f"a{number}@platform.example", (f"d{day}.example",), items if number % 25 == day else ())
            for number in range(50)
        ]
        assert counting.suggestions.note(seen) == ()
        NOW[0] += timedelta(days=1)


def test_a_large_organisation_is_counted_about_right(counting: SqlStore) -> None:
    counting.reports.put([report()], "t")
    assert days(counting, 3, 900, others=2400) == 1  # 27 %
    assert states(counting)[0] == "asked"


def test_a_share_of_zero_asks_about_nothing(tmp_path: Path) -> None:
    NOW[0] = START
    limits = replace(LIMITS, share=0)
    store = open_store(f"sqlite:///{tmp_path}/s.db", Vault(b"k" * 32), clock=lambda: NOW[0], ask=limits)
    store.reports.put([report()], "t")
    assert not store.suggestions.any()
    assert days(store, 4, 30) == 0
    store.shut()


def test_counts_are_remembered_for_thirty_days_and_survive_a_restart(tmp_path: Path) -> None:
    NOW[0] = START
    url, vault = f"sqlite:///{tmp_path}/s.db", Vault(b"k" * 32)
    one = open_store(url, vault, clock=lambda: NOW[0], ask=LIMITS)
    one.reports.put([report()], "t")
    days(one, 2, 6)
    one.shut()
    other = open_store(url, vault, clock=lambda: NOW[0], ask=LIMITS)
    NOW[0] += timedelta(days=31)
    assert days(other, 2, 6) == 0  # what was before is forgotten
    assert days(other, 1, 6) == 1
    oldest = scalar(other, "SELECT min(day) FROM sightings")
    assert oldest > START.date().isoformat()
    other.shut()


def test_a_clock_that_was_set_back_keeps_nothing_for_ever(counting: SqlStore) -> None:
    counting.reports.put([report()], "t")
    NOW[0] += timedelta(days=900)
    days(counting, 2, 6)
    NOW[0] -= timedelta(days=902)
    write(counting, 6)
    newest = scalar(counting, "SELECT max(day) FROM sightings")
    assert newest == NOW[0].date().isoformat()


def test_two_inspectors_count_together(tmp_path: Path) -> None:
    NOW[0] = START
    url, vault = f"sqlite:///{tmp_path}/s.db", Vault(b"k" * 32)
    stores = [open_store(url, vault, clock=lambda: NOW[0], ask=LIMITS) for _ in range(2)]
    stores[0].reports.put([report()], "t")
    items = stores[1].suggestions.items_in(mail("霜溪客服中心"))
    over: tuple[int, ...] = ()
    for _ in range(3):
        for number, store in enumerate(stores):
            to = tuple(f"firma{number}{at}.example" for at in range(3))
            senders = [f"a{number}{at}@platform.example" for at in range(3)]
            over = store.suggestions.note([Sighting(sender, to, items) for sender in senders])
        NOW[0] += timedelta(days=1)
    assert over == items
    for store in stores:
        store.shut()


def test_an_erased_report_leaves_no_count_and_no_digest(counting: SqlStore) -> None:
    counting.reports.put([report()], "t")
    days(counting, 3, 6)
    counting.reports.put([report("R-2")], "t")
    counting.reports.erase("R-1", "t", True)
    assert counting.suggestions.any()  # the other report has the same
    counting.reports.erase("R-2", "t", True)
    assert scalar(counting, "SELECT count(*) FROM suggestions") == 0
    assert scalar(counting, "SELECT count(*) FROM sightings WHERE item != 0") == 0
    assert not counting.suggestions.any()


def test_a_mail_that_was_looked_at_before_the_erasure_brings_no_count_back(counting: SqlStore) -> None:
    counting.reports.put([report()], "t")
    items = counting.suggestions.items_in(mail("霜溪客服中心"))
    assert items
    counting.reports.erase("R-1", "t", False)
    counting.suggestions.note([Sighting("a@platform.example", ("firma.example",), items)])
    assert scalar(counting, "SELECT count(*) FROM sightings WHERE item != 0") == 0
    assert scalar(counting, "SELECT count(*) FROM sightings WHERE item = 0") == 1


@pytest.mark.parametrize("decision", ["confirmed", "struck"])
def test_nor_one_before_a_person_decided(counting: SqlStore, decision: Literal["confirmed", "struck"]) -> None:
    counting.reports.put([report()], "t")
    items = counting.suggestions.items_in(mail("霜溪客服中心"))
    assert counting.reports.review("R-1", 1, decision, "t", 1) == "done"
    counting.suggestions.note([Sighting("a@platform.example", ("firma.example",), items)])
    assert scalar(counting, "SELECT count(*) FROM sightings WHERE item != 0") == 0


def test_rows_are_bounded(counting: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "MOST_ROWS", 10)
    counting.reports.put([report()], "t")
    days(counting, 20, 3)
    assert scalar(counting, "SELECT count(*) FROM sightings") <= 12


def test_a_store_of_the_version_before_counts_its_reports(place: Place) -> None:
    first = place.open()
    first.reports.put([report()], "t")
    first.shut()
    place.age("0008", "suggestions", "ours", "all marks")
    again = place.open()
    assert len(again.suggestions.items_in(mail("霜溪客服 400-800-1234"))) == 2


def test_what_the_settings_say_is_ours_is_asked_about_at_once_and_once(counting: SqlStore) -> None:
    counting.reports.put([report(), report("R-2", replace(NAME, state="given"))], "t")

    def ours(item: Item) -> bool:
        return item.value == "霜溪"

    assert counting.reports.ask_about_ours(ours, b"names", "settings") == 1
    assert (states(counting), states(counting, "R-2")) == (["asked", "suggested"], ["given"])
    counting.reports.put([report("R-3")], "t")
    assert counting.reports.ask_about_ours(ours, b"names", "settings") == 0  # import leaves out what is ours
    assert counting.reports.ask_about_ours(ours, b"other names", "settings") == 1


def test_nothing_readable_is_kept_and_a_locked_store_says_so(counting: SqlStore, tmp_path: Path) -> None:
    counting.reports.put([report()], "t")
    days(counting, 3, 6)
    raw = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for word in ("霜溪", "4008001234", "firma0", "a0@platform", "platform.example"):
        assert word.encode() not in raw
    outside = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
    outside.execute("BEGIN IMMEDIATE")
    NOW[0] += timedelta(days=1)
    with pytest.raises(StoreUnavailable):
        write(counting, 6)
    outside.execute("ROLLBACK")
    outside.close()
