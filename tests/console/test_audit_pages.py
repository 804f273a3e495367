"""The page of the audit log: who may see it, what it shows, and what stays sealed."""

from datetime import timedelta
from typing import get_args

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from console.conftest import SAME, Console, new_hold
from gateway.model.roles import Role, may
from gateway.storage.audit_protocols import AuditFilter
from gateway.storage.protocols import Person

SECRET = "附件里有张小鸣的身份证"
ROLES: tuple[Role, ...] = get_args(Role)


def signed_in(console: Console, role: Role) -> TestClient:
    """The browser of a person of that role."""
    name = f"{role}-mei"
    hasher, until = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1), console.now + timedelta(days=9)
    console.store.people.issue_setup("link-" + role, until)
    assert console.store.people.set_up("link-" + role, Person(name, role, hasher.hash("x")), console.now)
    console.store.people.open_session("token-" + role, name, until)
    browser = console.from_elsewhere()
    browser.cookies.set("hushgate", "token-" + role)
    browser.cookies.set("lang", "zh")
    return browser


def form_of(page: str, **values: str) -> dict[str, str]:
    token = page.split('name="token" value="', 1)[1].split('"', 1)[0]
    return {"token": token, **values}


def asks(browser: TestClient, path: str, method: str, token: str = "") -> int:
    if method == "POST":
        return int(browser.post(path, data={"token": token, "reason": "x"}, headers=SAME).status_code)
    return int(browser.request(method, path).status_code)


@pytest.fixture
def decided(console: Console) -> str:
    """A message that somebody discarded, and why."""
    held = console.store.quarantine.hold(new_hold(), "relay")
    console.store.quarantine.move(held, "discard", "console:陈静", SECRET)
    return held


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", ["/log", "/log/reveal"])
def test_every_role_and_method_at_every_address(console: Console, decided: str, role: Role, path: str) -> None:
    browser = signed_in(console, role)
    token = form_of(browser.get("/reports/unresolved").text)["token"]
    sees, reveals = may(role, "see_log"), may(role, "reveal")
    page = 200 if sees else 403
    opened = 200 if sees and reveals else 403
    redirect = 303 if reveals else 403
    expected = {
        "/log": {"GET": page, "HEAD": page, "POST": 405, "PUT": 405, "DELETE": 405, "PATCH": 405},
        "/log/reveal": {"GET": redirect, "HEAD": redirect, "POST": opened, "PUT": 405, "DELETE": 405, "PATCH": 405},
    }[path]
    assert {method: asks(browser, path, method, token) for method in expected} == expected
    nobody = console.from_elsewhere()
    for method in ("GET", "HEAD", "POST"):
        assert asks(nobody, path, method) == (405 if (path, method) == ("/log", "POST") else 303)


def test_a_forged_form_opens_nothing(console: Console, decided: str) -> None:
    browser = signed_in(console, "lead")
    good = form_of(browser.get("/log").text, reason="x")
    assert browser.post("/log/reveal", data={**good, "token": "0" * 64}, headers=SAME).status_code == 403
    assert browser.post("/log/reveal", data=good, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert not console.store.audit.find(AuditFilter(events=("log_revealed",)))


def test_a_sentence_says_who_did_what_in_both_languages(console: Console, decided: str) -> None:
    browser = signed_in(console, "auditor")
    assert f"陈静 作废了邮件 {decided}，理由已封存" in browser.get("/log").text
    browser.cookies.set("lang", "en")
    assert f"陈静 discarded message {decided}; the reason is sealed" in browser.get("/log").text


def test_a_reason_is_sealed_until_somebody_with_the_right_says_why(console: Console, decided: str) -> None:
    auditor, lead = signed_in(console, "auditor"), signed_in(console, "lead")
    page = auditor.get("/log").text
    assert SECRET not in page
    assert "/log/reveal" not in page  # nothing is offered that would be refused
    page = lead.get("/log").text
    assert SECRET not in page
    assert lead.post("/log/reveal", data=form_of(page, reason=" "), headers=SAME).status_code == 400
    assert not console.store.audit.find(AuditFilter(events=("log_revealed",)))
    shown = lead.post("/log/reveal", data=form_of(page, reason="复核", event="decisions"), headers=SAME)
    assert f"陈静 作废了邮件 {decided}，理由：{SECRET}" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    (entry,) = console.store.audit.find(AuditFilter(events=("log_revealed",)))
    assert entry.actor == "console:lead-mei"
    assert console.store.audit.reveal(entry)["reason"] == "复核"
    assert "复核" not in entry.detail


def test_what_is_revealed_is_the_page_that_was_seen(console: Console, decided: str) -> None:
    """Entries that came since do not push out what somebody wanted to read."""
    lead = signed_in(console, "lead")
    page = lead.get("/log").text
    before = page.split('name="before" value="', 1)[1].split('"', 1)[0]
    for number in range(60):
        console.store.audit.append("relay", "held", f"Q-{number}", {"rule": "later"})
    shown = lead.post("/log/reveal", data=form_of(page, reason="复核", before=before), headers=SAME).text
    assert SECRET in shown
    assert "later" not in shown


def test_entries_are_found_by_person_event_subject_and_day(console: Console, decided: str) -> None:
    audit = console.store.audit
    audit.append("console:王磊", "released", "Q-OTHER", {"state": "released"})
    audit.append("cli:root", "report_closed", "R-7", {"revision": 2})
    auditor = signed_in(console, "auditor")

    def found(query: str) -> set[str]:
        text = auditor.get(f"/log?{query}").text
        kinds = {"discarded": "作废了邮件", "released": "放行了邮件", "closed": "结案了举报", "held": "扣留了邮件"}
        return {kind for kind, words in kinds.items() if words in text}

    assert found("") == {"discarded", "released", "closed", "held"}
    assert found("person=陈静") == {"discarded"}
    assert found("person=cli:root") == {"closed"}
    assert found("event=decisions") == {"discarded", "released"}
    assert found("event=report_closed") == {"closed"}
    assert found(f"subject={decided}") == {"discarded", "held"}
    assert found(f"subject={decided}&person=relay") == {"held"}
    assert found("person=nobody") == set()
    assert found("since=2001-01-01&until=2001-01-02") == set()
    assert found("since=2001-01-01") == {"discarded", "released", "closed", "held"}
    assert found("until=2001-01-01") == set()


@pytest.mark.parametrize(
    "query",
    [
        "since=never",
        "until=2026-13-01",
        "since=0001-01-01",
        "until=9999-12-31",
        "since=" + "9" * 400,
        "since=2026-01-01T00:00:00%2B08:00",
    ],
)
def test_a_date_that_is_none_is_said(console: Console, query: str) -> None:
    assert signed_in(console, "auditor").get(f"/log?{query}").status_code == 400


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 30, "１", "%00", "1%27--"])
def test_a_place_that_is_none_is_no_error(console: Console, before: str) -> None:
    assert signed_in(console, "auditor").get(f"/log?before={before}").status_code == 200


def test_pages_follow_each_other_without_a_gap(console: Console) -> None:
    for number in range(120):
        console.store.audit.append("relay", "held", f"Q-{number:03}", {"rule": "r"})
    auditor, seen, path = signed_in(console, "auditor"), list[str](), "/log?event=messages"
    while path:
        text = auditor.get(path).text
        seen += [f"Q-{number:03}" for number in reversed(range(120)) if f"扣留了邮件 Q-{number:03}" in text]
        path = (
            text.split('rel="next" href="', 1)[1].split('"', 1)[0].replace("&amp;", "&") if 'rel="next"' in text else ""
        )
    assert seen == [f"Q-{number:03}" for number in reversed(range(120))]


def test_what_others_chose_is_text_and_nothing_else(console: Console) -> None:
    hostile = '<script>alert(1)</script>"><img src=x onerror=y>'
    console.store.audit.append(hostile, hostile, hostile, {"<b>": hostile, "reason": hostile})
    console.store.audit.append("console:{0.__class__}", "released", "{subject}{x!r}", {"rule": "{rule}"})
    page = signed_in(console, "auditor").get("/log").text
    assert "<script" not in page
    assert "<img" not in page
    assert "{subject}{x!r}" in page
    assert "<script" not in signed_in(console, "lead").get("/log", params={"person": hostile, "event": hostile}).text


def test_a_look_at_a_list_is_in_the_log_once_an_hour(console: Console) -> None:
    console.set_up("mei")
    for path in ("/", "/", "/?page=2", "/reports", "/reports/unresolved", "/", "/rewritten", "/log", "/log"):
        assert console.client.get(path).status_code == 200
    looked = console.store.audit.find(AuditFilter(("console:mei",), ("list_viewed",)))
    assert sorted(entry.subject for entry in looked) == ["log", "queue", "reports", "rewritten_list"]


def test_who_may_not_look_is_not_said_to_have_looked(console: Console) -> None:
    signed_in(console, "auditor").get("/")
    signed_in(console, "reviewer").get("/log")
    assert not console.store.audit.find(AuditFilter(events=("list_viewed",)))
