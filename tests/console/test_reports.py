"""A report on the screen: masked, in clear when it is asked for, and what a reviewer says of it."""

from dataclasses import replace

import pytest

from console.conftest import SAME, Console
from gateway.model import Item, Party, Report
from gateway.storage.protocols import Store

ITEMS = (
    Item("name", "张小鸣", source="材料 信.docx: signature", score=0.7, state="suggested"),
    Item("phone", "13800138000", source="材料 信.docx: form line", score=0.9, state="learned"),
    Item("name", "李梅", source="report"),
)


def put(store: Store) -> None:
    store.reports.put([Report("R-7", "open", "2026-01-01T00:00:00+00:00", (Party("星儿"),), ITEMS)], "test")


def said(console: Console, what: str, **form: object) -> tuple[int, str]:
    data = {"token": console.token(), **{key: str(value) for key, value in form.items()}}
    answer = console.client.post(f"/reports/R-7/{what}", data=data, headers=SAME)
    return answer.status_code, answer.text


def states(store: Store) -> list[str]:
    found = store.reports.get("R-7")
    assert found is not None
    return [item.state for item in found.identity]


def test_a_report_is_masked_until_somebody_asks_and_both_looks_are_audited(console: Console, store: Store) -> None:
    put(store)
    console.set_up()
    assert "R-7" in console.client.get("/reports").text
    page = console.client.get("/reports/R-7").text
    assert "张**" in page
    assert "小鸣" not in page
    assert "待确认" in page
    status, clear = said(console, "reveal", reason="x")
    assert status == 200
    assert "张小鸣" in clear
    seen = [entry.event for entry in store.audit.entries() if entry.subject == "R-7"]
    assert seen[-2:] == ["report.viewed", "report.revealed"]


def test_a_reviewer_confirms_and_strikes_and_it_is_audited_without_the_value(console: Console, store: Store) -> None:
    put(store)
    console.set_up()
    assert said(console, "confirm", item=1, revision=1)[0] == 200
    assert said(console, "strike", item=2, revision=2)[0] == 200
    assert states(store) == ["confirmed", "struck", "given"]
    entries = [entry for entry in store.audit.entries() if entry.event.startswith("item_")]
    assert [(entry.event, entry.actor) for entry in entries] == [
        ("item_confirmed", "console:审核员1"),
        ("item_struck", "console:审核员1"),
    ]
    assert "13800138000" not in "".join(entry.detail for entry in entries)


def test_a_report_that_changed_meanwhile_and_a_given_item_are_left_alone(console: Console, store: Store) -> None:
    put(store)
    console.set_up()
    put(store)  # revision 2
    assert said(console, "strike", item=1, revision=1)[0] == 409
    assert said(console, "strike", item=3, revision=2)[0] == 409
    assert said(console, "strike", item=9, revision=2)[0] == 404
    assert said(console, "strike", item="x", revision="y")[0] in (404, 409)
    assert states(store) == ["suggested", "learned", "given"]


def test_nobody_reviews_without_a_session_or_its_token(console: Console, store: Store) -> None:
    put(store)
    assert console.client.get("/reports/R-7", follow_redirects=False).status_code == 303
    console.set_up()
    answer = console.client.post("/reports/R-7/strike", data={"item": "1", "revision": "1"}, headers=SAME)
    assert answer.status_code == 403
    assert states(store) == ["suggested", "learned", "given"]
    assert console.client.get("/reports/R-none").status_code == 404


def test_a_page_says_who_is_not_protected_and_a_reviewer_marks_the_name(console: Console, store: Store) -> None:
    store.reports.put([Report("R-7", "open", "2026-01-01T00:00:00+00:00", (Party("星儿"),))], "test")
    console.set_up()
    assert "无人可保护" in console.client.get("/reports").text
    page = console.client.get("/reports/R-7").text
    assert "未找到姓名" in page
    assert "未找到电话" in page
    status, marked = said(console, "protect", kind="name", value=" 褚云起 ")
    assert status == 200
    assert "褚云起" not in marked
    assert "未找到姓名" not in marked
    assert "褚**" in marked
    assert said(console, "protect", kind="address", value="nothing")[0] == 422
    assert said(console, "protect", kind="material", value="x")[0] == 422
    assert states(store) == ["confirmed"]
    (entry,) = [entry for entry in store.audit.entries() if entry.event == "item_marked"]
    assert entry.actor == "console:审核员1"
    assert "褚" not in entry.detail


SHOWN = {
    "zh": ("待决定 1", "待决定，未生效", "确认之前"),
    "en": ("to be decided 1", "not in force", "until you"),
}


@pytest.mark.parametrize(("language", "words"), SHOWN.items(), ids=SHOWN)
def test_what_is_asked_about_is_shown_and_decided(
    console: Console, store: Store, language: str, words: tuple[str, str, str]
) -> None:
    items = (replace(ITEMS[0], value="霜溪", state="asked"), *ITEMS[1:])
    store.reports.put([Report("R-7", "open", "2026-01-01T00:00:00+00:00", (Party("星儿"),), items)], "test")
    console.set_up()
    console.client.cookies.set("lang", language)
    assert words[0] in console.client.get("/reports").text
    page = console.client.get("/reports/R-7").text
    assert all(word in page for word in words)
    assert "霜溪" not in page
    status, after = said(console, "confirm", item=1, revision=1)
    assert status == 200
    assert words[2] not in after
    assert states(store) == ["confirmed", "learned", "given"]
