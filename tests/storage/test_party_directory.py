"""The directory of parties: whoever is named by an account or a name is found by the address, now and later."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import ListedParty, Party, Report
from gateway.storage.party_index import account_key
from gateway.storage.store import SqlStore
from gateway.text.addresses import fold_mailbox
from storage.conftest import Place

ROOM = Report("R-room", "open", "2026-01-01", (Party(accounts=("room:88412345",)),))
NAMED = Report("R-named", "open", "2026-01-02", (Party(name="星儿"),))
STAR = Party("星儿", ("private@home.example",), ("room:88412345", "uid:7001"), ("@guild.example",))


def found(store: SqlStore, *addresses: str) -> set[tuple[str, str]]:
    return {(report, relation) for report, _, relation in store.reports.open_for(addresses)}


@pytest.mark.parametrize("first", ["reports", "parties"])
def test_a_room_number_leads_to_addresses_whichever_comes_first(store: SqlStore, first: str) -> None:
    if first == "reports":
        store.reports.put([ROOM, NAMED], "cli:root")
        assert store.reports.unresolved() == ("R-room", "R-named")
        assert found(store, "private@home.example") == set()
        store.directory.put([STAR], "cli:root")
    else:
        store.directory.put([STAR], "cli:root")
        store.reports.put([ROOM, NAMED], "cli:root")
    assert store.reports.unresolved() == ()
    assert found(store, "Private+x@Home.example") == {("R-room", "party"), ("R-named", "party")}
    assert found(store, "anybody@guild.example", "x@y.example") == {
        ("R-room", "representative"),
        ("R-named", "representative"),
    }
    assert found(store, "anybody@office.guild.example") != set()
    assert found(store, "anybody@notguild.example", "guild.example@x.example") == set()


@pytest.mark.parametrize(
    ("report", "party"),
    [
        ("88412345", "room:88412345"),
        ("ROOM：8841 2345", "room:88412345"),
        ("douyin:star_live", "Star_Live"),
        ("房间:８８４１２３４５", "88412345"),
    ],
)
def test_an_account_is_the_same_however_it_is_written(store: SqlStore, report: str, party: str) -> None:
    store.reports.put([replace(ROOM, reported=(Party(accounts=(report,)),))], "cli:root")
    store.directory.put([replace(STAR, accounts=(party,))], "cli:root")
    assert found(store, "private@home.example") == {("R-room", "party")}


def test_a_known_address_brings_the_private_ones_too(store: SqlStore, report: Report) -> None:
    store.reports.put([report], "cli:root")
    store.directory.put([Party("别名", ("xinger@streamers.example", "private@home.example"))], "cli:root")
    assert found(store, "private@home.example") == {(report.id, "party")}


def test_where_an_account_says_who_it_is_a_namesake_is_not_meant(store: SqlStore) -> None:
    store.reports.put([replace(ROOM, reported=(Party("星儿", accounts=("room:1000001",)),))], "cli:root")
    store.directory.put([STAR], "cli:root")
    assert found(store, "private@home.example") == set()
    assert store.reports.unresolved() == ("R-room",)


def test_the_same_party_again_replaces_what_was_known(store: SqlStore) -> None:
    store.reports.put([ROOM], "cli:root")
    (first,) = store.directory.put([STAR], "cli:root")
    moved = replace(STAR, addresses=("new@home.example",), representatives=())
    assert store.directory.put([moved], "cli:root") == (first,)
    assert found(store, "private@home.example", "x@guild.example") == set()
    assert found(store, "new@home.example") == {("R-room", "party")}
    assert store.directory.parties() == (ListedParty(first, moved),)
    assert store.directory.get(first) == ListedParty(first, moved, 1)
    assert store.directory.get("P-none") is None
    events = [(entry.event, entry.detail) for entry in store.audit.entries()][1:]
    assert events == [
        ("parties_imported", '{"added":1,"changed":0}'),
        ("parties_imported", '{"added":0,"changed":1}'),
    ]


def test_the_directory_is_part_of_what_is_learnt(place: Place) -> None:
    here, elsewhere = place.open(), place.open()
    here.reports.put([ROOM], "cli:root")
    here.reports.learn()
    assert here.reports.cannot_match(["private@home.example", "x@guild.example"])
    elsewhere.directory.put([STAR], "cli:root")
    assert not here.reports.cannot_match(["private@home.example"])
    here.reports.learn()
    assert not here.reports.cannot_match(["private@home.example"])
    assert not here.reports.cannot_match(["x@guild.example"])
    assert here.reports.cannot_match(["x@other.example"])


def test_nobody_closed_or_erased_is_unresolved(store: SqlStore) -> None:
    store.reports.put([ROOM, NAMED], "cli:root")
    store.reports.move("R-room", "close", "cli:root")
    assert store.reports.unresolved() == ("R-named",)
    assert store.reports.unresolved(among=("R-room", "R-x")) == ()
    store.reports.erase("R-named", "cli:root", True)
    assert store.reports.unresolved() == ()


@given(st.text(max_size=40))
def test_keys_of_anything_are_stable(written: str) -> None:
    assert account_key(account_key(written)) == account_key(written)
    assert fold_mailbox(fold_mailbox(written)) == fold_mailbox(written)
