"""Reports: found by whoever is written to, sealed at rest."""

import threading
from dataclasses import replace

import pytest

from gateway.errors import StoreUnavailable
from gateway.model import Item, Party, Report
from gateway.storage.store import SqlStore
from storage.conftest import Place


def events(store: SqlStore) -> list[tuple[str, str, str]]:
    return [(entry.actor, entry.event, entry.subject) for entry in store.audit.entries()]


def test_a_report_comes_back_as_it_was_put(store: SqlStore, report: Report) -> None:
    store.reports.put([report], "cli:root")
    assert store.reports.get(report.id) == report
    assert store.reports.get("R-none") is None


def test_whoever_opens_the_store_next_finds_it(place: Place, report: Report) -> None:
    place.open().reports.put([report], "cli:root")
    assert place.open().reports.get(report.id) == report


@pytest.mark.parametrize(
    ("written", "relation"),
    [
        ("xinger@streamers.example", "party"),
        ('"星儿" <XINGER+vip@Streamers.Example.>', "party"),
        ("pr@guild.example", "representative"),
    ],
)
def test_a_party_is_found_however_the_address_is_written(
    store: SqlStore, report: Report, written: str, relation: str
) -> None:
    store.reports.put([report], "cli:root")
    assert store.reports.open_for([written]) == ((report.id, written, relation),)


@pytest.mark.parametrize("address", ["other@streamers.example", "xinger@other.example", "", "not an address"])
def test_nobody_else_is_found(store: SqlStore, report: Report, address: str) -> None:
    store.reports.put([report], "cli:root")
    assert store.reports.open_for([address]) == ()


def test_hits_stand_in_the_order_of_the_addresses_for_every_report(store: SqlStore, report: Report) -> None:
    other = replace(report, id="R-1", reported=(Party("公会", ("pr@guild.example",)),))
    store.reports.put([report, other], "cli:root")
    assert store.reports.open_for(["pr@guild.example", "x@y.example", "xinger@streamers.example"]) == (
        ("R-1", "pr@guild.example", "party"),
        (report.id, "pr@guild.example", "representative"),
        (report.id, "xinger@streamers.example", "party"),
    )


def test_a_mail_to_very_many_is_matched_whole(store: SqlStore, report: Report) -> None:
    store.reports.put([report], "cli:root")
    crowd = [f"viewer{number}@mail.example" for number in range(1200)]
    assert len(store.reports.open_for([*crowd, "xinger@streamers.example"])) == 1


def test_closing_twice_is_closing_once(store: SqlStore, report: Report) -> None:
    store.reports.put([report], "cli:root")
    assert store.reports.move(report.id, "close", "cli:root") == "closed"
    assert store.reports.move(report.id, "close", "cli:root") == "closed"
    assert store.reports.revision(report.id) == 2
    assert [event for _, event, _ in events(store)] == ["report_added", "report_closed"]
    assert store.reports.move("R-none", "close", "cli:root") is None
    assert store.reports.get(report.id) == replace(report, status="closed")
    assert store.reports.summaries()[0].status == "closed"


def test_every_change_grows_the_revision_by_one(store: SqlStore, report: Report) -> None:
    assert store.reports.revision(report.id) == 0
    for number in (1, 2, 3):
        store.reports.put([report], "cli:root")
        assert store.reports.revision(report.id) == number


def test_replacing_a_report_forgets_the_addresses_it_had(store: SqlStore, report: Report) -> None:
    store.reports.put([report], "cli:root")
    moved = replace(report, reported=(Party("星儿", ("new@streamers.example",)),), identity=(Item("name", "李雷"),))
    store.reports.put([moved], "cli:root")
    assert store.reports.open_for(["xinger@streamers.example", "pr@guild.example"]) == ()
    assert len(store.reports.open_for(["new@streamers.example"])) == 1
    assert store.reports.get(report.id) == moved
    assert [event for _, event, _ in events(store)] == ["report_added", "report_changed"]


def test_the_list_is_newest_first_by_time_and_names_the_parties_only(store: SqlStore, report: Report) -> None:
    later = replace(report, id="R-b", opened_at="2020-09-18T03:00:00Z")  # 11:00 in +08:00
    earlier = replace(report, id="R-c", opened_at="2020-09-18T10:30:00+08:00")
    nameless = replace(report, id="R-a", opened_at="nonsense", reported=(Party("", ("x@y.example",)),))
    store.reports.put([earlier, nameless, later, report], "cli:root")
    found = store.reports.summaries()
    assert [one.id for one in found] == ["R-b", "R-c", report.id, "R-a"]
    assert [one.reported for one in found] == [("星儿",), ("星儿",), ("星儿",), ("x@y.example",)]
    assert "张" not in repr(found)


def test_all_of_an_import_or_nothing_of_it(store: SqlStore, place: Place, report: Report) -> None:
    outside = place.outside()
    outside.execute(
        "CREATE TRIGGER disk_error BEFORE INSERT ON reports WHEN NEW.id = 'R-3' BEGIN SELECT RAISE(ABORT, 'disk'); END"
    )
    with pytest.raises(StoreUnavailable):
        store.reports.put([replace(report, id=f"R-{number}") for number in (1, 2, 3, 4)], "cli:root")
    assert store.reports.summaries() == ()
    assert store.reports.open_for(["xinger@streamers.example"]) == ()
    assert events(store) == []


def test_strange_text_comes_back_as_it_was(store: SqlStore, report: Report) -> None:
    strange = replace(report, identity=(Item("name", "张\ud800\x00鸣"), Item("account", "🦜" * 50)))
    store.reports.put([strange], "cli:root")
    assert store.reports.get(report.id) == strange


def test_many_threads_write_and_read_without_losing_anything(store: SqlStore, report: Report) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                store.reports.put([replace(report, id=f"R-{number}-{turn}")], f"cli:{number}")
                assert store.reports.get(f"R-{number}-{turn}") is not None
                store.reports.open_for(["xinger@streamers.example"])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.reports.summaries()) == 40
    assert [entry.seq for entry in store.audit.entries()] == list(range(1, 41))


def test_a_report_put_in_anothers_row_is_not_believed(store: SqlStore, place: Place, report: Report) -> None:
    store.reports.put([report, replace(report, id="R-other", identity=())], "cli:root")
    place.outside().execute(
        "UPDATE reports SET sealed = (SELECT sealed FROM reports WHERE id = 'R-other') WHERE id = ?", [report.id]
    )
    with pytest.raises(StoreUnavailable):
        store.reports.get(report.id)


def test_a_damaged_report_is_not_skipped_in_the_list(store: SqlStore, place: Place, report: Report) -> None:
    store.reports.put([report], "cli:root")
    place.outside().execute("UPDATE reports SET parties = x'01', sealed = x'01'")
    with pytest.raises(StoreUnavailable):
        store.reports.get(report.id)
    with pytest.raises(StoreUnavailable):
        store.reports.summaries()


def test_surely_none_is_as_fresh_as_the_store_and_otherwise_says_nothing(place: Place, report: Report) -> None:
    here, elsewhere = place.open(), place.open()
    party, stranger = ["xinger@streamers.example"], ["somebody@x.example"]
    assert not here.reports.cannot_match(stranger)  # nothing was learnt yet
    here.reports.learn()
    assert here.reports.cannot_match(stranger)
    assert here.reports.cannot_match(party)
    elsewhere.reports.put([report], "cli:root")
    assert not here.reports.cannot_match(party)
    assert not here.reports.cannot_match(stranger)
    here.reports.learn()
    assert here.reports.cannot_match(stranger)
    assert not here.reports.cannot_match([*stranger, *party])
    here.reports.put([replace(report, reported=(Party("星儿"),))], "cli:root")  # by this store itself
    assert not here.reports.cannot_match(stranger)
    here.reports.learn()
    assert here.reports.cannot_match(party)


def test_a_commit_that_changes_no_report_is_learnt_without_reading_them_again(place: Place, report: Report) -> None:
    store = place.open()
    store.reports.put([report], "cli:root")
    store.reports.learn()
    known = store.reports._relations._known
    assert known is not None
    store.audit.append("cli:root", "something", "", {})
    assert not store.reports.cannot_match(["somebody@x.example"])
    store.reports.learn()
    assert store.reports.cannot_match(["somebody@x.example"])
    now = store.reports._relations._known
    assert now is not None
    assert now[2] is known[2]


def test_too_many_parties_for_the_memory_are_asked_for_one_by_one(
    place: Place, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.storage.party_index.KNOWN_MOST", 1)
    store = place.open()
    store.reports.put([report], "cli:root")
    store.reports.learn()
    assert not store.reports.cannot_match(["somebody@x.example"])
    assert len(store.reports.open_for(["xinger@streamers.example"])) == 1


def test_a_store_that_is_gone_makes_nothing_sure(place: Place, report: Report) -> None:
    store = place.open()
    store.reports.learn()
    assert store.reports.cannot_match(["somebody@x.example"])
    place.path.rename(place.path.with_name("away.db"))
    assert not store.reports.cannot_match(["somebody@x.example"])
    with pytest.raises(StoreUnavailable):
        store.reports.learn()


def test_the_reporter_is_known_by_what_was_given_and_not_by_what_was_only_learned(
    store: SqlStore, report: Report
) -> None:
    learned = Item("address", "agent@studio.example", source="材料 proof.eml: From", score=0.9, state="suggested")
    store.reports.put([replace(report, identity=(*report.identity, learned))], "cli:root")
    assert store.reports.open_for(["xiaoming@mail.example", "agent@studio.example"]) == (
        (report.id, "xiaoming@mail.example", "reporter"),
    )


def test_what_a_reviewer_says_of_an_item_is_kept_with_the_next_revision(store: SqlStore, report: Report) -> None:
    learned = replace(report, identity=(Item("name", "张小鸣", state="suggested"), Item("phone", "13800138000")))
    store.reports.put([learned], "cli:root")
    assert store.reports.review(report.id, 1, "struck", "cli:root", 1) == "done"
    assert store.reports.revision(report.id) == 2
    found = store.reports.get(report.id)
    assert found is not None
    assert [item.state for item in found.identity] == ["struck", "given"]
    assert store.reports.review(report.id, 1, "confirmed", "cli:root", 1) == "moved"
    assert store.reports.review(report.id, 2, "struck", "cli:root", 2) == "given"
    assert store.reports.review(report.id, 3, "struck", "cli:root", 2) == "missing"
    assert store.reports.review("R-none", 1, "struck", "cli:root", 2) == "missing"
    assert [event for _, event, _ in events(store)][-1] == "item_struck"


def test_the_revisions_of_many_are_asked_for_together(store: SqlStore, report: Report) -> None:
    store.reports.put([report, replace(report, id="R-2")], "cli:root")
    store.reports.move("R-2", "close", "cli:root")
    assert store.reports.revisions([report.id, "R-2", "R-none"]) == {report.id: 1, "R-2": 2}
    assert store.reports.revisions([]) == {}
