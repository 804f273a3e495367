"""Pages, counts and words of the queue, beside the plain way to say what they are; and what is never found."""

import itertools
import random
import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.cli.quarantine import newest_first
from gateway.model import (
    Finding,
    HeldSummary,
    HoldState,
    Item,
    Location,
    MailAddress,
    MailFacts,
    NewHold,
    Party,
    Reading,
    Report,
    TextFragment,
)
from gateway.model.held_query import HeldQuery
from gateway.storage import held_search
from gateway.storage.held_search import HeldSearch
from gateway.storage.store import SqlStore
from storage.conftest import Place

TOP, BODY = Location(""), Location("1")
Build = Callable[..., NewHold]
AUTHOR = MailAddress("from", "平台客服", "kefu@platform.example")
STATES: tuple[HoldState, ...] = ("held", "uncertain", "releasing", "released", "discarded")


def message(new_hold: Build, number: int, subject: str, body: str = "", **envelope: str) -> NewHold:
    read = Reading(
        (TextFragment(TOP, "header", subject, "subject"), TextFragment(BODY, "text", body or f"正文{number}")),
        mails=(
            MailFacts(TOP, (MailAddress("from", "平台客服", "kefu@platform.example"),), f"<m{number}@desk.example>"),
        ),
    )
    recipient = envelope.get("to", f"u{number}@fans.example")
    new = new_hold(b"%d\r\n" % number, recipient, sender=envelope.get("sender", "kefu@platform.example"), reading=read)
    return replace(new, findings=(Finding("uninspectable", "R-2020-0918", BODY, None, "encrypted_zip", 1.0),))


def decide(store: SqlStore, held: str, state: str) -> None:
    move = store.quarantine.move
    if state == "discarded":
        move(held, "discard", "t", "x")
    elif state != "held":
        move(held, "claim", "t", "x", "", "lease")
        if state != "releasing":
            store.quarantine.sending(held, "t", "lease")
            move(held, "upstream_took" if state == "released" else "line_cut", "t", "x", "", "lease")


@pytest.fixture
def many(store: SqlStore, new_hold: Build) -> list[str]:
    """Sixty messages of three subjects, in all states, some of them in lots that say the same."""
    chance = random.Random(7)
    ids = []
    for number in range(60):
        subject = ("核实直播内容", "补充材料 refund", "退款 refund status")[number % 3]
        body = "同样的话" if number % 4 == 0 else f"第{number}封"
        ids.append(store.quarantine.hold(message(new_hold, number, subject, body), "relay"))
        decide(store, ids[-1], chance.choice(STATES))
    return ids


def plainly(store: SqlStore, query: HeldQuery, word: str) -> list[tuple[str, int]]:
    """What a page must be, by reading everything."""
    found = [one for one in reversed(store.quarantine.summaries()) if one.status in query.states]
    found = [one for one in found if word in one.subject]
    if query.newest_first:
        found.reverse()
    lots: dict[tuple[bytes, str], list[HeldSummary]] = {}
    for one in found:
        lots.setdefault((one.campaign or one.id.encode(), one.status if query.grouped else one.id), []).append(one)
    return [(lot[0].id, len(lot)) for lot in lots.values()]


def walked(store: SqlStore, query: HeldQuery) -> list[tuple[str, int]]:
    """All pages, one after the other."""
    rows, after = [], 0
    for _ in range(1000):
        page = store.quarantine.page(replace(query, after=after))
        rows += [(row.summary.id, row.alike) for row in page.rows]
        if not page.next:
            return rows
        assert page.next != after
        after = page.next
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("runs", [(1, 2, 3), (200, 2000, 5000)])
@pytest.mark.parametrize("seconds", [0.0, 10.0])
def test_pages_are_what_reading_everything_gives(
    store: SqlStore, many: list[str], monkeypatch: pytest.MonkeyPatch, runs: tuple[int, int, int], seconds: float
) -> None:
    """Whatever the runs are, and even where the time is up at once."""
    monkeypatch.setattr(held_search, "_RUNS", runs)
    monkeypatch.setattr(held_search, "_PAGE_SECONDS", seconds)
    states: list[tuple[HoldState, ...]] = [("held",), ("held", "uncertain"), STATES, ("returned",)]
    for chosen, word, newest, grouped in itertools.product(
        states, ("", "refund", "核实"), (False, True), (False, True)
    ):
        query = HeldQuery(chosen, word, newest_first=newest, most=7, grouped=grouped)
        assert walked(store, query) == plainly(store, query, word), (chosen, word, newest, grouped)


@pytest.mark.parametrize("rare", [1, 2000])
def test_counts_are_what_reading_everything_gives(
    store: SqlStore, many: list[str], monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    monkeypatch.setattr(held_search, "_RARE", rare)
    monkeypatch.setattr(held_search, "_COUNT_SECONDS", 10.0)
    states: list[tuple[HoldState, ...]] = [("held",), ("held", "uncertain"), STATES]
    for chosen, word in itertools.product(states, ("", "refund", "refund status")):
        query = HeldQuery(chosen, word)
        number = len(plainly(store, query, word))
        assert store.quarantine.count(query).number == number
        assert store.quarantine.count(query).exact
        if number > 3:
            capped = store.quarantine.count(query, 3)
            assert (capped.number, capped.exact) == (3, False)


def test_a_count_whose_time_is_up_says_so(store: SqlStore, many: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_search, "_RUNS", (1, 1, 1))
    monkeypatch.setattr(held_search, "_COUNT_SECONDS", -1.0)
    assert store.quarantine.count(HeldQuery(STATES, "refund")).exact is False


def test_a_page_is_of_one_campaign(store: SqlStore, new_hold: Build) -> None:
    lot = [store.quarantine.hold(message(new_hold, n, "通知", "同样的话"), "relay") for n in range(3)]
    other = store.quarantine.hold(message(new_hold, 9, "通知", "别的话"), "relay")
    page = store.quarantine.page(HeldQuery(("held",), campaign=lot[1]))
    assert [row.summary.id for row in page.rows] == lot
    (first, second) = store.quarantine.page(HeldQuery(("held",), grouped=True)).rows
    assert (first.summary.id, first.alike, second.summary.id, second.alike) == (lot[0], 3, other, 1)
    assert store.quarantine.page(HeldQuery(("held",), campaign="Q-UNKNOWN")).rows == ()


def test_what_waits_for_a_second_person_is_a_page(store: SqlStore, many: list[str]) -> None:
    waiting = [one.id for one in reversed(store.quarantine.summaries("held"))]
    for held in (waiting[3], waiting[1]):
        assert store.proposals.propose(held, "release", "console:a", "why")
    page = store.quarantine.page(HeldQuery(("held", "uncertain"), proposed=True))
    assert [row.summary.id for row in page.rows] == [waiting[1], waiting[3]]
    assert store.quarantine.count(HeldQuery(("held", "uncertain"), proposed=True)).number == 2


@pytest.mark.parametrize(
    "asked",
    [
        "核实", "直播内容", "kefu@platform.example", "platform.example", "平台客服", "u7@fans.example", "fans.example",
        "R-2020-0918", "r-2020-0918", "m7@desk.example", "<m7@desk.example>", "KEFU", "核实 R-2020-0918 fans.example",
    ],
)  # fmt: skip
def test_a_message_is_found_by_what_it_shows(store: SqlStore, new_hold: Build, asked: str) -> None:
    held = store.quarantine.hold(message(new_hold, 7, "请核实直播内容"), "relay")
    store.quarantine.hold(message(new_hold, 8, "别的", to="a@b.example", sender="x@y.example"), "relay")
    found = [row.summary.id for row in store.quarantine.page(HeldQuery(STATES, asked)).rows]
    assert held in found
    assert [row.summary.id for row in store.quarantine.page(HeldQuery(STATES, held.lower())).rows] == [held]


def test_nothing_that_was_found_and_nothing_of_a_reporter_is_a_term(store: SqlStore, new_hold: Build) -> None:
    party = Party("星儿", ("xinger@streamers.example",))
    reporter = (Item("address", "xiaoming@mail.example"), Item("name", "张小鸣"))
    store.reports.put([Report("R-1", "open", "2026-01-01", (party,), reporter)], "t")
    read = Reading(
        (
            TextFragment(TOP, "header", "关于张小鸣的投诉", "subject"),
            TextFragment(BODY, "text", "zhangsan 写道 张小鸣"),
        ),
        mails=(MailFacts(TOP, (MailAddress("from", "张小鸣", "xiaoming@mail.example"),)),),
    )
    new = new_hold(
        b"1", "xinger@streamers.example", "xiaoming@mail.example", "zhangsan@other.example", "fan@third.example",
        reading=read,
    )  # fmt: skip
    found = (
        Finding("name", "R-1", TOP, "header", "names", 0.9, "exact", 0, (2, 5)),
        Finding("account", "R-1", BODY, "text", "accounts", 0.9, "exact", 1, (0, 8)),
    )
    held = store.quarantine.hold(replace(new, findings=found), "relay")

    def finds(words: str) -> bool:
        return any(row.summary.id == held for row in store.quarantine.page(HeldQuery(STATES, words)).rows)

    assert finds("投诉")
    assert finds("xinger")
    assert finds("fan@third.example")
    for words in (
        "张小鸣", "小鸣", "张小", "关于张", "xiaoming", "xiaoming@mail.example", "mail.example", "zhangsan",
        "zhangsan@other.example", "fan",
    ):  # fmt: skip
        assert not finds(words), words


def test_terms_change_with_the_evidence_and_go_with_an_erasure(store: SqlStore, new_hold: Build, place: Place) -> None:
    store.reports.put([Report("R-2020-0918", "open", "2026-01-01", (Party("星儿", ("a@b.example",)),))], "t")
    new = message(new_hold, 1, "请核实")
    held = store.quarantine.hold(new, "relay")
    texts = (TextFragment(TOP, "header", "已拆封", "subject"),)
    assert store.quarantine.complete(held, replace(new, reading=Reading(texts), opened="later"), "t")
    assert not store.quarantine.page(HeldQuery(STATES, "核实")).rows
    assert store.quarantine.page(HeldQuery(STATES, "拆封")).rows
    store.quarantine.move(held, "discard", "t", "x")
    assert store.reports.erase("R-2020-0918", "t", keep_digests=False)
    assert not store.quarantine.page(HeldQuery(STATES, "拆封")).rows
    assert place.outside().execute("SELECT count(*) FROM held_terms").fetchone() == (0,)
    assert place.outside().execute("SELECT campaign FROM held").fetchone() == (b"",)


def test_a_store_of_the_version_before_gets_lines_lots_and_terms_once(place: Place, new_hold: Build) -> None:
    store = place.open()
    ids = [store.quarantine.hold(message(new_hold, n, "请核实", "同样的话"), "relay") for n in range(120)]
    before = [replace(one, received_at=one.received_at) for one in store.quarantine.summaries()]
    store.shut()
    outside = place.outside()
    outside.execute("DELETE FROM held_terms")
    outside.execute("DELETE FROM meta WHERE key = 'searchable'")
    outside.execute("UPDATE held SET campaign = X''")
    outside.execute("UPDATE held SET summary = X'00' WHERE number = 3")  # damaged
    store = place.open()
    with pytest.raises(Exception, match="does not open"):
        store.quarantine.summaries()
    assert place.outside().execute("SELECT count(DISTINCT held) FROM held_terms").fetchone() == (119,)
    page = store.quarantine.page(HeldQuery(("held",), "核实", grouped=True))
    assert [(row.summary, row.alike) for row in page.rows] == [(before[-1], 119)]
    outside.execute("DELETE FROM held_terms")
    place.open()
    assert outside.execute("SELECT count(*) FROM held_terms").fetchone() == (0,)
    assert ids[0] == before[-1].id


def test_no_term_or_line_is_on_disk_in_clear(place: Place, new_hold: Build) -> None:
    store = place.open()
    store.quarantine.hold(message(new_hold, 1, "请核实直播内容"), "relay")
    store.shut()
    raw = place.raw()
    for words in ("核实", "直播内容", "平台客服", "u1@fans.example", "fans.example"):
        assert words.encode() not in raw


def test_a_page_reads_no_message_but_its_own(store: SqlStore, many: list[str], place: Place) -> None:
    """The plan of the statement that looks for numbers: indexes alone."""
    statements: list[str] = []
    search = HeldSearch(store._ground, store.quarantine._summary)
    with store._ground.transactions.read() as connection:
        asked = search._asked(connection, HeldQuery(("held", "uncertain"), grouped=True))
        assert asked is not None
        statements.append(held_search._chosen(asked, grouped=True))
        asked = search._asked(connection, HeldQuery(("held",), "refund status", grouped=True))
        assert asked is not None
        statements.append(held_search._chosen(asked, grouped=True))
    outside: sqlite3.Connection = place.outside()
    for statement in statements:
        plain = statement.replace(":states", "('held')").replace(":nothing", "X''")
        names = dict.fromkeys(("after", "run", "most", "key0", "key1", "state0", "state1"), 1)
        plan = [row[3] for row in outside.execute(f"EXPLAIN QUERY PLAN {plain}", names)]
        touched = [line for line in plan if line.startswith(("SEARCH", "SCAN"))]
        assert not [line for line in touched if line.startswith("SCAN held")], plan
        assert not [line for line in touched if " h " in line and "COVERING INDEX" not in line], plan


def test_the_command_line_lists_what_is_found_newest_first(store: SqlStore, many: list[str]) -> None:
    found = [one.id for one in newest_first(store.quarantine, STATES, "refund", 0)]
    assert found == [one.id for one in store.quarantine.summaries() if "refund" in one.subject]
    assert [one.id for one in newest_first(store.quarantine, STATES, "", 3)] == many[:-4:-1]
