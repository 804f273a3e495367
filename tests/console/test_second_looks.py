"""What happens between a look and a click: another person's word, a purge, a decision elsewhere. And what is asked for
before a reporter is shown in clear."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from console.conftest import SAME, SUBJECT, Console, findings, new_hold, reading
from console.test_message_page import Proposed, World, world  # noqa: F401 - a fixture
from console.test_queue import Desk
from console.test_reports import put, said
from gateway.model import Finding, Item, NewRewrite, Party, Reading, Report, TextFragment
from gateway.storage.protocols import Store

# ruff: noqa: F811 - `world` is a fixture


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, datetime.now(UTC))


def form_on(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that leads there."""
    found = next(form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if action in form)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found))


def test_a_click_that_was_to_propose_never_sends(desk: Desk) -> None:
    """Two leads open the same message; each believes to be the first of two."""
    desk.four_eyes()
    li, mei = desk.of("lead"), desk.of("lead2")
    for number, page in enumerate(("/held/{}", "/bulk?action=release&held={}")):
        held = desk.hold(number)
        path = page.format(held)
        before = mei.get(path).text
        where = "/bulk" if "/bulk" in path else f"/held/{held}/release"
        target = "/bulk" if "/bulk" in path else f'formaction="{where}"'
        form = form_on(before, target)
        first = form_on(li.get(path).text, target)
        assert li.post(where, data={**first, "reason": "x"}, headers=SAME).status_code in (200, 303)
        answer = mei.post(where, data={**form, "reason": "x"}, headers=SAME)
        assert answer.status_code == 409, path
        assert desk.sent == []
        shown = form_on(answer.text, target)
        again = mei.post(where, data={**shown, "reason": "I have seen it"}, headers=SAME)
        assert again.status_code in (200, 303)
        assert desk.sent == [held]
        desk.sent.clear()


def test_one_who_proposed_is_no_second_person_in_another_browser(desk: Desk) -> None:
    desk.four_eyes()
    held = desk.hold(1)
    here, there = desk.of("lead"), desk.of("lead")
    desk.store.people.open_session("session-elsewhere", "lead", desk.now + timedelta(hours=1))
    there.cookies.set("hushgate", "session-elsewhere")
    form = form_on(here.get(f"/held/{held}").text, f'formaction="/held/{held}/release"')
    assert here.post(f"/held/{held}/release", data={**form, "reason": "x"}, headers=SAME).status_code in (200, 303)
    form = form_on(there.get(f"/held/{held}").text, f'formaction="/held/{held}/release"')
    assert there.post(f"/held/{held}/release", data={**form, "reason": "y"}, headers=SAME).status_code == 409
    assert desk.sent == []


def test_the_queue_hands_its_filter_to_the_message_and_on(world: World) -> None:
    first, other, last = world.held(1), world.held(2), world.held(3)
    world.console.store.quarantine.move(other, "discard", "x", "x")
    page = world.console.client.get("/?q=Q-NOTHING&order=newest").text
    assert first not in page
    page = world.console.client.get("/?q=kefu@platform.example&order=newest").text
    link = re.search(rf'class="subject" href="(/held/{last}[^"]*)"', page)
    assert link is not None
    asked = parse_qs(urlsplit(link[1].replace("&amp;", "&")).query)
    assert asked == {"in": ["q=kefu%40platform.example&order=newest"]}
    shown = world.console.client.get(link[1].replace("&amp;", "&")).text
    assert 'href="/?q=kefu%40platform.example&amp;order=newest"' in shown
    assert f'href="/held/{first}?in=' in shown


def test_a_filter_of_many_han_characters_is_carried_too(world: World) -> None:
    held = world.held(1)
    page = world.console.client.get("/?status=all&q=" + "投诉" * 60).text
    assert held not in page
    query = "status=all&q=" + "%E6%8A%95" * 150
    shown = world.console.client.get(f"/held/{held}", params={"in": query}).text
    assert query.replace("&", "&amp;") in shown


@pytest.mark.parametrize("what", ["release", "discard", "return", "reveal", "turn-down", "rewritten"])
def test_what_was_purged_between_look_and_click_is_not_there(world: World, what: str) -> None:
    held = world.held(1)
    store = world.console.store
    assert world.console.client.get(f"/held/{held}").status_code == 200
    form = {"token": world.console.token(), "reason": "x", "place": "1.2-5"}
    store.quarantine.move(held, "discard", "x", "x")
    world.proposal = Proposed(held)
    with store._ground.transactions.write() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("DELETE FROM outbox")
    assert store.keeping.remove(held, "x", "age") > 0
    answer = world.console.client.post(f"/held/{held}/{what}", data=form, headers=SAME)
    assert answer.status_code in (404, 409), what
    assert "张" not in answer.text
    assert world.returned == []


def test_a_reporter_is_shown_in_clear_for_a_reason_alone(console: Console, store: Store) -> None:
    put(store)
    console.set_up()
    status, page = said(console, "reveal")
    assert status == 400
    assert "小鸣" not in page
    status, page = said(console, "reveal", reason="  ")
    assert (status, "小鸣" in page) == (400, False)
    status, page = said(console, "reveal", reason="与当事人核对")
    assert (status, "小鸣" in page) == (200, True)
    last = list(store.audit.entries())[-1]
    assert last.event == "report.revealed"
    assert "核对" not in last.detail  # sealed
    assert store.audit.reveal(last)["reason"] == "与当事人核对"


def search_for(known: Sequence[str]) -> Callable[[Reading, Sequence[str]], list[Finding]]:
    """A search that finds these names, for the report of the fixtures."""

    def search(reading: Reading, reports: Sequence[str]) -> list[Finding]:
        return [
            Finding("name", "R-1", one.where, one.medium, "names", 0.9, "exact", number, (at, at + len(name)))
            for number, one in enumerate(reading.texts)
            for name in known
            if "R-1" in reports and (at := one.text.find(name)) >= 0
        ]

    return search


def test_the_original_of_a_rewritten_mail_covers_addresses_by_what_is_known_now(world: World) -> None:
    hold, store = new_hold(), world.console.store
    new = NewRewrite(hold.envelope, b"x", b"o" * 32, b"s" * 32, "r", "p", ("R-1",), findings(), (), (), reading())
    path = f"/rewritten/{store.rewrites.keep(new, 'relay', original=True)}"
    world.console.given(rewrites=store.rewrites)
    assert "kefu@platform.example" in world.console.client.get(path).text
    world.console.given(search=search_for(["kefu"]))
    page = world.console.client.get(path).text
    assert "@platform.example" in page
    assert "kefu" not in page


def test_the_reason_of_a_proposal_is_covered_on_its_page(world: World) -> None:
    """Whoever proposed may have named the reporter."""
    held = world.held()
    world.proposal = Proposed(held)
    world.console.given(search=search_for(["张小鸣"]))
    page = world.console.client.get(f"/proposals/{held}").text
    assert "同意" in page
    assert "张小鸣" not in page


def test_what_a_report_learned_since_is_covered_in_every_list(world: World) -> None:
    """The subject named somebody whom nobody knew to be the reporter when the message was held."""
    known: list[str] = []
    console = world.console
    console.given(search=search_for(known))
    hold = new_hold(b"later")
    late = Reading((TextFragment(SUBJECT, "header", "关于李晓梅与███", "subject"),))
    held = console.store.quarantine.hold(replace(hold, reading=late, findings=()), "relay")
    paths = ("/", "/?status=all", f"/bulk?action=discard&held={held}", f"/proposals/{held}")
    for path in (*paths, "/?q=李晓梅"):
        assert "李晓梅" in console.client.get(path).text, path
    assert console.client.get("/queue/news?q=李晓梅&since=0").text
    known.append("李晓梅")
    (report,) = console.store.reports.summaries()
    party = Party("星儿", ("xinger@streamers.example",), (), ("pr@guild.example",))
    console.store.reports.put([Report("R-1", "open", report.opened_at, (party,), (Item("name", "李晓梅"),))], "test")
    for path in ("/queue/news?q=李晓梅&since=0", "/?q=李晓梅", "/?q=李晓"):
        assert held not in console.client.get(path).text, path  # a search is no way to ask who reported
    assert console.client.get("/queue/news?q=李晓梅&since=0").text == ""
    assert held in console.client.get("/?q=关于").text
    for path in paths:
        page = console.client.get(path).text
        assert "李晓梅" not in page, path
        assert held in page, path


def test_an_address_that_became_a_reporter_s_finds_nothing(world: World) -> None:
    """Else whoever types it sees by the answer that its owner reported: the row says that a recipient is masked."""
    console, address = world.console, "wang.fang@mail.example"
    held = console.store.quarantine.hold(new_hold(b"to the reporter", address), "relay")
    asked = (address, "WANG.FANG@mail.example", f"{address} kefu@platform.example")
    for words in asked:
        assert held in console.client.get("/", params={"q": words}).text, words
    party = Party("星儿", ("xinger@streamers.example",), (), ("pr@guild.example",))
    console.store.reports.put([Report("R-1", "open", "2026-01-01", (party,), (Item("address", address),))], "test")
    assert console.client.get("/queue/news", params={"q": address, "since": "0"}).text == ""
    for words in asked:
        assert held not in console.client.get("/", params={"q": words}).text, words
    assert held in console.client.get("/", params={"q": "kefu@platform.example"}).text
