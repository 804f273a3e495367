"""What a reviewer sees and does; what nobody else can."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.requests import Request

from console.conftest import PASSWORD, SAME, TOKEN, Console, filled, new_hold, reading
from gateway.console.i18n import Translations
from gateway.console.sessions import same_site
from gateway.console.setup import issue_setup_link
from gateway.console.texts import TEXTS
from gateway.model import KINDS, FilePart, Item, Location, Party, Recipient, Report, steps
from gateway.quarantine.release import ReleaseOutcome
from gateway.telemetry.events import Unexpected


def test_without_signing_in_nothing_is_seen(console: Console) -> None:
    held = console.store.quarantine.hold(new_hold(), "relay")
    for path in ("/", f"/held/{held}", f"/held/{held}/picture/0.png"):
        answer = console.client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    for what in ("release", "discard"):
        answer = console.client.post(f"/held/{held}/{what}", data={"reason": "x"}, headers=SAME)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert console.released == []


def test_health_needs_no_account(console: Console) -> None:
    assert console.client.get("/healthz").status_code == 200
    assert console.client.get("/readyz").json() == {"ready": True, "relay": True, "store": True}
    console.broken = True
    assert console.client.get("/readyz").status_code == 503
    assert console.client.get("/healthz").status_code == 200
    assert console.client.get("/metrics").headers["content-type"] == "text/plain; version=0.0.4"


def test_the_set_up_link_works_once(console: Console) -> None:
    link = issue_setup_link(console.store.people, console.now, "http://c")
    assert link is not None
    assert link.startswith("http://c/setup/")
    form = {"name": "mei", "password": PASSWORD, "again": PASSWORD}
    path = link.removeprefix("http://c")
    assert "设置第一个账号" in console.client.get(path, headers={"accept-language": "zh-CN,en"}).text
    assert console.client.post(path, data=form, headers=SAME).status_code == 303
    assert "待审邮件" in console.client.get("/").text
    assert console.client.post(path, data={**form, "name": "eve"}, headers=SAME).status_code == 404
    assert issue_setup_link(console.store.people, console.now, "http://c") is None


def test_a_set_up_link_ends_after_a_day(console: Console) -> None:
    link = issue_setup_link(console.store.people, console.now, "")
    console.now += timedelta(hours=25)
    form = {"name": "mei", "password": PASSWORD, "again": PASSWORD}
    assert console.client.post(str(link), data=form, headers=SAME).status_code == 404
    assert not console.store.people.any()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": "mei", "password": "short", "again": "short"}, "short"),
        ({"name": "mei", "password": PASSWORD, "again": PASSWORD + "x"}, "differ"),
        ({"name": "<b>", "password": PASSWORD, "again": PASSWORD}, "bad_name"),
        ({}, "bad_name"),
    ],
)
def test_a_bad_set_up_says_what_is_wrong(console: Console, form: dict[str, str], says: str) -> None:
    link = issue_setup_link(console.store.people, console.now, "")
    answer = console.client.post(str(link), data=form, headers=SAME)
    assert answer.status_code == 400
    assert TEXTS[says][0] in answer.text
    assert not console.store.people.any()


def test_sign_in_and_out(console: Console) -> None:
    console.set_up("mei")
    token = console.token()
    assert console.client.post("/logout", data={"token": token}, headers=SAME).status_code == 303
    assert console.client.get("/").status_code == 303
    wrong = console.client.post("/login", data={"name": "mei", "password": "not this one"}, headers=SAME)
    unknown = console.client.post("/login", data={"name": "nobody", "password": "not this one"}, headers=SAME)
    assert wrong.status_code == unknown.status_code == 401
    assert TEXTS["wrong"][0] in wrong.text
    assert console.client.post("/login", data={"name": "mei", "password": PASSWORD}, headers=SAME).status_code == 303
    assert console.client.get("/").status_code == 200
    cookie = console.client.cookies.get("hushgate")
    assert cookie
    assert len(cookie) >= 40


def test_the_cookie_is_for_this_site_and_no_script(console: Console) -> None:
    link = issue_setup_link(console.store.people, console.now, "")
    form = {"name": "mei", "password": PASSWORD, "again": PASSWORD}
    header = console.client.post(str(link), data=form, headers=SAME).headers["set-cookie"].lower()
    assert "httponly" in header
    assert "samesite=strict" in header


def test_a_session_ends(console: Console) -> None:
    console.set_up()
    console.now += timedelta(minutes=61)
    assert console.client.get("/").status_code == 303


def test_guessing_a_password_is_slowed_and_the_right_one_gets_in_soon(console: Console) -> None:
    console.set_up("mei")
    stranger = console.from_elsewhere()
    form, right = {"name": "mei", "password": "wrong wrong wrong"}, {"name": "mei", "password": PASSWORD}
    answers = [stranger.post("/login", data=form, headers=SAME) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 401, 429]
    assert answers[-1].headers["retry-after"] == "1"
    assert stranger.post("/login", data=right, headers=SAME).status_code == 429
    console.now += timedelta(seconds=30)
    assert stranger.post("/login", data=right, headers=SAME).status_code == 303


def test_a_stranger_who_never_stops_shuts_nobody_out_elsewhere(console: Console) -> None:
    console.set_up("mei")
    stranger = console.from_elsewhere()
    wrong, right = {"name": "mei", "password": "wrong wrong wrong"}, {"name": "mei", "password": PASSWORD}
    for _ in range(40):
        stranger.post("/login", data=wrong, headers=SAME)
    assert console.from_elsewhere("203.0.113.9").post("/login", data=right, headers=SAME).status_code == 303


def test_a_browser_that_was_signed_in_before_does_not_wait_for_strangers_at_its_own_address(console: Console) -> None:
    console.set_up("mei")
    mine, stranger = console.from_elsewhere("10.1.1.1"), console.from_elsewhere("10.1.1.1")
    wrong, right = {"name": "mei", "password": "wrong wrong wrong"}, {"name": "mei", "password": PASSWORD}
    assert mine.post("/login", data=right, headers=SAME).status_code == 303
    for _ in range(40):
        stranger.post("/login", data=wrong, headers=SAME)
    assert stranger.post("/login", data=right, headers=SAME).status_code == 429
    assert mine.post("/login", data=right, headers=SAME).status_code == 303
    # It may guess no more than anybody, and its cookie is for nobody else and nothing else.
    mine.cookies.delete("hushgate")
    answers = [mine.post("/login", data=wrong, headers=SAME).status_code for _ in range(6)]
    assert answers[-1] == 429
    assert mine.get("/").status_code == 303


def test_a_made_up_device_is_a_stranger(console: Console) -> None:
    console.set_up("mei")
    wrong = {"name": "mei", "password": "wrong wrong wrong"}
    codes = []
    for number in range(7):
        stranger = console.from_elsewhere("10.1.1.1")
        stranger.cookies.set("hushgate-known", f"{number}." + "0" * 64)
        codes.append(stranger.post("/login", data=wrong, headers=SAME).status_code)
    assert codes[-1] == 429


def test_guessing_from_many_addresses_makes_answers_later_and_refuses_nobody(console: Console) -> None:
    console.set_up("mei")
    wrong = {"name": "mei", "password": "wrong wrong wrong"}
    unknown = {"name": "nobody", "password": "wrong wrong wrong"}
    for form in (wrong, unknown):
        console.paused.clear()
        for number in range(26):
            answer = console.from_elsewhere(f"203.0.113.{number}").post("/login", data=form, headers=SAME)
            assert answer.status_code == 401
        assert console.paused == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0]  # the same whether there is such a name
    right = {"name": "mei", "password": PASSWORD}
    assert console.from_elsewhere("203.0.113.200").post("/login", data=right, headers=SAME).status_code == 303
    assert console.paused[-1] == 1.0


def test_clients_behind_a_named_proxy_are_told_apart_and_nobody_else_is_by_what_they_write(console: Console) -> None:
    console.set_up("mei")
    wrong = {"name": "mei", "password": "wrong wrong wrong"}

    def tries(peer: str, number: int) -> int:
        headers = {**SAME, "x-forwarded-for": f"127.0.0.1, 198.51.100.{number}"}
        return int(console.from_elsewhere(peer).post("/login", data=wrong, headers=headers).status_code)

    assert [tries("10.0.0.7", number) for number in range(8)] == [401] * 8
    assert [tries("10.0.0.8", number) for number in range(8)][5:] == [429] * 3


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8025", "198.51.100.1", "", "testserver.evil.example"])
def test_a_name_that_a_stranger_s_dns_leads_here_is_answered_by_nothing(console: Console, host: str) -> None:
    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    for path in ("/", "/login", f"/held/{held}", "/metrics", "/healthz", "/static/style.css"):
        answer = console.client.get(path, headers={"host": host})
        assert answer.status_code == 421
        assert held not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:9", "review.platform.example", "testserver"])
def test_our_own_names_are_answered(console: Console, host: str) -> None:
    assert console.client.get("/login", headers={"host": host}).status_code == 200


def test_a_form_from_our_page_behind_a_proxy_is_ours_by_its_origin_too(console: Console) -> None:
    console.set_up("mei")
    right = {"name": "mei", "password": PASSWORD}
    headers = {"origin": "https://review.platform.example", "host": "127.0.0.1:8025"}
    assert console.client.post("/login", data=right, headers=headers).status_code == 303
    headers["origin"] = "https://evil.example"
    assert console.client.post("/login", data=right, headers=headers).status_code == 403


def test_cookies_are_for_https_where_a_named_proxy_was_asked_over_it(console: Console) -> None:
    console.set_up("mei")
    right = {"name": "mei", "password": PASSWORD}
    over_https = {**SAME, "x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "https"}
    for peer, secure in (("10.0.0.7", True), ("10.0.0.8", False)):
        answer = console.from_elsewhere(peer).post("/login", data=right, headers=over_https)
        cookies = answer.headers.get_list("set-cookie")
        assert len(cookies) == 2
        for cookie in cookies:
            assert ("secure" in cookie.lower()) is secure
            assert "httponly" in cookie.lower()
            assert "samesite=strict" in cookie.lower()


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.77", {}, 200),  # console.metrics_networks
        ("198.51.100.7", {}, 401),
        ("198.51.100.7", {"authorization": f"Bearer {TOKEN}"}, 200),
        ("198.51.100.7", {"authorization": f"bearer  {TOKEN}"}, 200),
        ("198.51.100.7", {"authorization": f"Bearer {TOKEN}x"}, 401),
        ("198.51.100.7", {"authorization": "Bearer "}, 401),
        ("198.51.100.7", {"authorization": f"Basic {TOKEN}"}, 401),
        ("198.51.100.7", {"x-forwarded-for": "127.0.0.1"}, 401),
        ("127.0.0.1", {"x-forwarded-for": "198.51.100.7"}, 401),  # a proxy on this machine that nobody named
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, 401),
        ("10.0.0.7", {"x-forwarded-for": "192.0.2.5"}, 200),
        ("10.0.0.7", {"x-forwarded-for": "198.51.100.7"}, 401),
        ("10.0.0.7", {"x-forwarded-for": "127.0.0.1, 198.51.100.7"}, 401),
    ],
)
def test_metrics_tell_nobody_for_whom_they_are_not(
    console: Console, peer: str, headers: dict[str, str], status: int
) -> None:
    answer = console.from_elsewhere(peer).get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("# HELP" in answer.text) is (status == 200)
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_head_is_get_without_a_body_everywhere(console: Console) -> None:
    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    paths = ["/", f"/held/{held}", "/held/Q-x", "/login", "/setup/x", "/healthz", "/readyz", "/metrics", "/nowhere"]
    paths += ["/static/style.css", "/favicon.ico", "/reports", "/reports/R-1", "/reports/unresolved"]
    paths += [f"/held/{held}/release", "/reports/R-1/reveal", "/language/en"]
    for path in paths:
        get, head = console.client.get(path), console.client.head(path)
        assert (head.status_code, head.headers) == (get.status_code, get.headers), path


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", "GET, HEAD"),
        ("/login", "GET, HEAD, POST"),
        ("/held/Q-1", "GET, HEAD"),
        ("/held/Q-1/release", "GET, HEAD, POST"),
        ("/reports/R-1/strike", "GET, HEAD, POST"),
        ("/logout", "POST"),
        ("/metrics", "GET, HEAD"),
    ],
)
def test_another_method_is_405_and_says_which_are_right(console: Console, path: str, allowed: str) -> None:
    answer = console.client.request("DELETE", path, headers=SAME)
    assert answer.status_code == 405
    assert sorted(answer.headers["allow"].split(", ")) == allowed.split(", ")


def test_a_look_at_the_set_up_link_by_head_does_not_use_it_up_and_the_use_is_told(console: Console) -> None:
    link = str(issue_setup_link(console.store.people, console.now, ""))
    assert console.client.head(link).status_code == 200
    assert console.used == 0
    console.client.post(link, data={"name": "mei", "password": PASSWORD, "again": PASSWORD}, headers=SAME)
    assert console.used == 1


def test_the_list_shows_who_to_whom_and_why_in_words(console: Console) -> None:
    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    page = console.client.get("/").text
    assert held in page
    assert "xinger@streamers.example" in page
    assert "姓名" in page
    assert "张小鸣" not in page
    assert TEXTS["none"][0] in console.client.get("/?status=released").text


def test_one_message_is_shown_with_the_reporter_covered(console: Console) -> None:
    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    page = console.client.get(f"/held/{held}").text
    assert "张小鸣" not in page
    assert "█" in page
    assert "反映 &lt;b&gt;直播&lt;/b&gt;" in page  # the message's own markup is text here
    assert "加密" in page  # the sentence for what could not be read
    assert "0.97" in page


def test_the_picture_is_shown_with_the_line_filled(console: Console) -> None:
    from io import BytesIO

    from PIL import Image

    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    assert console.client.get(f"/held/{held}/picture/0.png").status_code == 404  # only after its page
    console.client.get(f"/held/{held}")
    answer = console.client.get(f"/held/{held}/picture/0.png")
    picture = Image.open(BytesIO(answer.content))
    assert picture.getpixel((50, 40)) == (32, 32, 36)  # the line with the name: y 60 to 100 of 160, at half size
    assert picture.getpixel((50, 5)) == (255, 255, 255)  # the line above it
    assert console.client.get(f"/held/{held}/picture/1.png").status_code == 404


def test_each_look_is_audited(console: Console) -> None:
    console.set_up("mei")
    held = console.store.quarantine.hold(new_hold(), "relay")
    before = len(list(console.store.audit.entries()))
    console.client.get(f"/held/{held}")
    entries = list(console.store.audit.entries())[before:]
    assert [(entry.actor, entry.subject) for entry in entries] == [("console:mei", held)]


def test_a_release_goes_out_with_name_and_reason(console: Console) -> None:
    console.set_up("mei")
    held = console.store.quarantine.hold(new_hold(), "relay")
    assert console.decide(held, "release", "误报") == 200
    assert console.released == [(held, "console:mei", "误报")]


def test_a_discard_is_final(console: Console) -> None:
    console.set_up("mei")
    held = console.store.quarantine.hold(new_hold(), "relay")
    assert console.decide(held, "discard") == 200
    assert console.store.quarantine.summaries()[0].status == "discarded"
    assert console.decide(held, "discard") == 409
    assert TEXTS["done"][0] in console.client.get(f"/held/{held}").text


def test_a_decision_needs_a_reason(console: Console) -> None:
    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    assert console.decide(held, "release", "  ") == 400
    assert console.decide(held, "discard", "") == 400
    assert console.released == []
    assert console.store.quarantine.summaries()[0].status == "held"


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (ReleaseOutcome("held", "refused", 550, "5.1.1 no"), "refused"),
        (ReleaseOutcome("held", "not_reached"), "not_reached"),
        (ReleaseOutcome("uncertain", "cut"), "line_cut"),
    ],
)
def test_a_release_that_did_not_get_through_says_so(console: Console, outcome: ReleaseOutcome, says: str) -> None:
    console.set_up()
    console.outcome = outcome
    held = console.store.quarantine.hold(new_hold(), "relay")
    form = {"token": console.token(), "reason": "x"}
    answer = console.client.post(f"/held/{held}/release", data=form, headers=SAME)
    assert answer.status_code == 502
    assert TEXTS[says][0] in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(console: Console, headers: dict[str, str]) -> None:
    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    form = {"token": console.token(), "reason": "x"}
    assert console.client.post(f"/held/{held}/release", data=form, headers=headers).status_code == 403
    assert console.released == []


def test_a_form_without_this_session_s_token_changes_nothing(console: Console) -> None:
    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    for token in ("", "0" * 64):
        answer = console.client.post(f"/held/{held}/discard", data={"token": token, "reason": "x"}, headers=SAME)
        assert answer.status_code == 403
    assert console.store.quarantine.summaries()[0].status == "held"


def test_every_answer_is_strict(console: Console) -> None:
    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    for path in ("/", f"/held/{held}", "/login", "/nowhere", "/static/style.css", "/healthz"):
        headers = console.client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert console.client.get(f"/held/{held}").headers["cache-control"] == "no-store"
    page = console.client.get(f"/held/{held}").text
    assert not re.search(r"<script|style=|\son\w+=", page)


def test_a_page_that_is_not_there_is_a_plain_page(console: Console) -> None:
    console.set_up()
    answer = console.client.get("/held/Q-NOTTHERE")
    assert answer.status_code == 404
    assert TEXTS["not_found"][0] in answer.text


def test_a_form_too_large_is_refused(console: Console) -> None:
    form = {"name": "x" * 20_000, "password": "y"}
    assert console.client.post("/login", data=form, headers=SAME).status_code == 413


def test_a_store_that_is_away_is_a_page_and_not_a_traceback(console: Console, tmp_path: Path) -> None:
    console.set_up()
    (tmp_path / "console.db").unlink()
    answer = console.client.get("/")
    assert answer.status_code == 503
    assert TEXTS["unavailable"][0] in answer.text


def test_a_bug_is_a_page_without_its_text(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    console.set_up()

    def bug(*_: object) -> object:
        raise ValueError("张小鸣")

    monkeypatch.setattr(type(console.store.quarantine), "page", bug)
    answer = console.client.get("/")
    assert answer.status_code == 500
    assert "张小鸣" not in answer.text
    assert "张小鸣" not in repr(console.events)


def test_both_languages(console: Console) -> None:
    assert "登录" in console.client.get("/login").text
    assert "Sign in" in console.client.get("/login", headers={"accept-language": "en-GB,zh;q=0.5"}).text
    console.client.get("/language/en")
    assert '<html lang="en">' in console.client.get("/login").text


def test_every_text_is_there_in_both_languages() -> None:
    assert all(zh and en and zh != en for zh, en in TEXTS.values())


def test_a_recipient_who_is_no_reported_party_may_be_the_reporter_and_is_half_masked(console: Console) -> None:
    console.set_up()
    envelope = replace(
        new_hold().envelope,
        recipients=tuple(
            Recipient(a) for a in ("Xinger@Streamers.example", "boss@platform.example", "feifei@mail.example")
        ),
    )
    held = console.store.quarantine.hold(replace(new_hold(), envelope=envelope), "relay")
    for path in ("/", f"/held/{held}"):
        page = console.client.get(path).text
        assert "feifei" not in page
        assert "f***i@mail.example" in page
        assert "boss@platform.example" in page
        assert "Xinger@Streamers.example" in page


def test_recipients_whom_no_report_knows_are_told_apart_and_the_reporter_says_nothing(console: Console) -> None:
    console.set_up()
    identity = (Item("address", "sunny@mail.example"),)
    party = (Party("月儿", ("yue@s.example",)),)
    console.store.reports.put([Report("R-2", "open", "2026-01-02T00:00:00+00:00", party, identity)], "test")
    to = (
        "sue@e.example",
        "sam@e.example",
        "sue@f.example",
        "stanley@e.example",
        "sunny@mail.example",
        "x@张小鸣.example",
    )
    envelope = replace(new_hold().envelope, recipients=tuple(map(Recipient, to)))
    held = console.store.quarantine.hold(replace(new_hold(), envelope=envelope), "relay")
    page = console.client.get(f"/held/{held}").text
    for shown in ("s***@e.example (1), s***@e.example (2), s***@f.example, s***y@e.example", "s***@m***.example"):
        assert shown in page
    for hidden in ("sue", "sam@", "stanley", "sunny", "mail.example", "张小鸣"):
        assert hidden not in page.replace("name=", "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_made_for_every_state_and_kind(console: Console, language: str) -> None:
    console.set_up()
    console.client.cookies.set("lang", language)
    for path in filled(console):
        answer = console.client.get(path)
        assert answer.status_code == 200, path
        assert ("zh-CN" if language == "zh" else '"en"') in answer.text
    assert console.client.get("/reports/R-none").status_code == 404
    assert [event for event in console.events if isinstance(event, Unexpected)] == []


def test_head_is_answered_as_get_without_its_body(console: Console) -> None:
    link = str(issue_setup_link(console.store.people, console.now, ""))
    open_to_all = [
        "/healthz",
        "/readyz",
        "/metrics",
        "/static/style.css",
        "/favicon.ico",
        "/language/en",
        "/login",
        link,
    ]

    def same(path: str) -> None:
        got, head = console.client.get(path), console.client.head(path)
        assert (head.status_code, head.content) == (got.status_code, b""), path
        assert head.headers.get("content-type") == got.headers.get("content-type")

    for path in (*open_to_all, "/", "/held/Q-none", "/reports", "/no/such/page"):
        same(path)
    console.client.post(link, data={"name": "mei", "password": PASSWORD, "again": PASSWORD}, headers=SAME)
    paths = filled(console)
    held = next(path for path in paths if path.startswith("/held/"))
    for path in (*open_to_all, *paths, f"{held}/picture/0.png", f"{held}/release", "/reports/R-open/reveal"):
        same(path)
    assert console.client.head("/logout").status_code == console.client.get("/logout").status_code == 405


def test_what_waits_for_a_person_stands_first_in_the_list_the_uncertain_too(console: Console) -> None:
    console.set_up()
    quarantine = console.store.quarantine
    waiting, uncertain, gone = (quarantine.hold(new_hold(text), "relay") for text in (b"1\r\n", b"2\r\n", b"3\r\n"))
    quarantine.move(uncertain, "claim", "test", "x", "", "lease")
    quarantine.sending(uncertain, "test", "lease")
    quarantine.move(uncertain, "line_cut", "test", "x", "", "lease")
    quarantine.move(gone, "discard", "test", "x")
    page = console.client.get("/").text
    assert waiting in page
    assert uncertain in page
    assert gone not in page
    assert gone in console.client.get("/?status=all").text
    assert waiting not in console.client.get("/?status=discarded").text


def test_reports_without_addresses_are_listed_until_the_directory_knows_one(console: Console) -> None:
    assert console.client.get("/reports/unresolved").status_code == 303
    console.set_up()
    assert "所有立案举报都查得到邮箱" in console.client.get("/reports/unresolved").text
    reporter = (Item("name", "张小鸣"),)
    room = Report("R-room", "open", "2026-01-02T00:00:00+00:00", (Party(accounts=("room:88412345",)),), reporter)
    named = Report("R-<b>", "open", "2026-01-03T00:00:00+00:00", (Party("甲<b>"),), reporter)
    console.store.reports.put([room, named], "test")
    page = console.client.get("/reports/unresolved").text
    assert [word in page for word in ("R-room", "room:88412345", "R-&lt;b&gt;", "甲&lt;b&gt;", "2026-01-03")] == [
        True
    ] * 5
    assert "R-1" not in page
    assert "张" not in page
    console.store.directory.put([Party("x", ("x@y.example",), ("room:88412345",))], "test")
    assert "R-room" not in console.client.get("/reports/unresolved").text


def test_a_long_list_comes_in_pages(console: Console) -> None:
    console.set_up()
    texts = [replace(reading(), files=(FilePart(Location("3"), f"{n}.txt", "text", 1, b"%d" % n),)) for n in range(51)]
    held = [
        console.store.quarantine.hold(replace(new_hold(b"%d\r\n" % n), reading=text), "relay")
        for n, text in enumerate(texts)
    ]
    first = console.client.get("/").text
    after = first.split('rel="next" href="', 1)[1].split('"', 1)[0]
    second = console.client.get(after).text
    assert all((each in first, each in second) == (each != held[-1], each == held[-1]) for each in held)
    assert first.index(held[0]) < first.index(held[49])  # who waits longest stands first
    assert 'rel="next"' not in second
    for odd in ("x", "٢", "-1", "9" * 30, "1;DROP"):
        assert held[0] in console.client.get("/", params={"after": odd}).text


@pytest.mark.parametrize(
    ("to", "goes"),
    [
        ("/held/Q-1", "/held/Q-1"),
        ("/?status=all", "/?status=all"),
        ("/setup/abc_-1", "/setup/abc_-1"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("https://elsewhere.example/", "/"),
        ("/%0d%0aSet-Cookie:x", "/"),
        ("javascript:alert(1)", "/"),
        ("/?status=all&q=%E6%A0%B8%E5%AE%9E&after=12", "/?status=all&q=%E6%A0%B8%E5%AE%9E&after=12"),
        ("/?q=a:b", "/"),
        ("/?to=//elsewhere.example", "/"),
    ],
)
def test_the_language_switch_comes_back_to_the_page_and_never_leaves_the_house(
    console: Console, to: str, goes: str
) -> None:
    assert console.client.get("/language/en", params={"to": to}).headers["location"] == goes


def test_the_set_up_page_is_not_lost_by_switching_the_language(console: Console) -> None:
    link = str(issue_setup_link(console.store.people, console.now, ""))
    switch = re.search(r'href="(/language/en[^"]*)"', console.client.get(link).text)
    assert switch is not None
    back = console.client.get(switch[1]).headers["location"]
    assert back == link
    assert TEXTS["set_up"][1] in console.client.get(back).text


def test_many_tries_at_a_set_up_link_are_stopped_before_they_cost_a_hash(console: Console) -> None:
    form = {"name": "eve", "password": PASSWORD, "again": PASSWORD}
    answers = [console.client.post("/setup/guess", data=form, headers=SAME).status_code for _ in range(21)]
    assert answers == [404] * 20 + [429]


def test_a_new_session_at_each_sign_in_and_the_old_one_is_over(console: Console) -> None:
    console.now = datetime.now(UTC)  # the store forgets by its own clock what ran out
    console.set_up("mei")
    before = console.client.cookies["hushgate"]
    console.client.post("/login", data={"name": "mei", "password": PASSWORD}, headers=SAME)
    after = console.client.cookies["hushgate"]
    assert before != after
    assert console.store.people.session(before, console.now) is None
    assert console.store.people.session(after, console.now) is not None


def test_signed_out_the_pictures_are_gone_too(console: Console) -> None:
    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    console.client.get(f"/held/{held}")
    assert console.client.get(f"/held/{held}/picture/0.png").status_code == 200
    console.client.post("/logout", data={"token": console.token()}, headers=SAME)
    assert console.client.get(f"/held/{held}/picture/0.png").status_code == 303


def test_the_address_of_a_decision_opened_again_is_the_message(console: Console) -> None:
    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    assert console.client.get(f"/held/{held}/release").headers["location"] == f"/held/{held}"
    assert console.client.get("/held/%2F%2Felsewhere.example/discard").status_code == 404
    assert console.released == []


def test_an_origin_says_the_same_as_fetch_metadata_to_older_browsers(console: Console) -> None:
    console.set_up()
    held = console.store.quarantine.hold(new_hold(), "relay")
    form = {"token": console.token(), "reason": "x"}
    for origin, code in (("null", 403), ("http://testserver:1", 403), ("http://[", 403), ("http://testserver", 200)):
        answer = console.client.post(f"/held/{held}/discard", data=form, headers={"origin": origin})
        assert answer.status_code == code


def test_a_request_that_names_no_host_is_from_nowhere() -> None:
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"origin", b"null")]}
    assert not same_site(Request(scope))
    assert not same_site(Request({**scope, "headers": [(b"origin", b"null"), (b"host", b"")]}))
    assert same_site(Request({**scope, "headers": [(b"origin", b"http://c.example"), (b"host", b"c.example")]}))


def test_links_are_the_same_whatever_host_was_asked_for(console: Console) -> None:
    console.set_up()
    page = console.client.get("/", headers={"host": "review.platform.example:81"}).text
    assert "review.platform.example" not in page


@pytest.mark.parametrize("sender", ["张小鸣@platform.example", "kefu+张小鸣@platform.example"])
def test_what_was_found_is_covered_in_sender_and_recipients_in_the_list_as_on_the_page(
    console: Console, sender: str
) -> None:
    console.set_up()
    envelope = replace(
        new_hold().envelope,
        sender=sender,
        recipients=tuple(map(Recipient, ("张小鸣-2@platform.example", "xinger@streamers.example"))),
    )
    held = console.store.quarantine.hold(replace(new_hold(), envelope=envelope), "relay")
    for path in ("/", f"/held/{held}"):
        page = console.client.get(path).text
        assert "张小鸣" not in page
        assert sender.replace("张小鸣", "███") in page
        assert "███-2@platform.example" in page
        assert "xinger@streamers.example" in page


def test_a_sender_whom_a_report_knows_as_its_reporter_is_masked(console: Console) -> None:
    console.set_up()
    report = Report(
        "R-2",
        "open",
        "2026-01-02T00:00:00+00:00",
        (Party("月儿", ("yue@s.example",)),),
        (Item("address", "fei@m.example"),),
    )
    console.store.reports.put([report], "test")
    envelope = replace(new_hold().envelope, sender="Fei@m.example")
    held = console.store.quarantine.hold(replace(new_hold(), envelope=envelope), "relay")
    for path in ("/", f"/held/{held}"):
        page = console.client.get(path).text
        assert "Fei@m" not in page
        assert "F***@m***.example" in page


def test_reviewers_see_who_may_be_guessing_and_at_what(console: Console) -> None:
    console.now = datetime.now(UTC)
    console.set_up()
    senders, envelope = console.store.senders, new_hold().envelope
    held = console.store.quarantine.hold(new_hold(), "relay")
    for number in range(10):
        assert TEXTS["suspects"][0] not in console.client.get("/").text
        senders.note(envelope, b"%d" % number, ("phone",) if number else ("name", "phone"), lists=False)
    page = console.client.get("/").text
    assert TEXTS["suspects"][0] in page
    assert "kefu@platform.example" in page
    assert "已超过上限" not in page
    for each in (page, console.client.get(f"/held/{held}").text):
        assert f"{TEXTS['found_hour'][0]} 10, {TEXTS['found_day'][0]} 10" in each
        assert "电话 10" in each
        assert "姓名 1" in each
    senders.note(envelope, b"list", ("phone",), lists=True)
    for number in range(100):
        assert TEXTS["sender_slowed"][0] not in page
        senders.note(envelope, b"more %d" % number, ("phone",), lists=False)
    for path in ("/", f"/held/{held}"):
        page = console.client.get(path).text
        assert TEXTS["sender_lists_held"][0] in page
        assert TEXTS["sender_slowed"][0] in page
        assert TEXTS["sender_all_held"][0] not in page


def test_a_sender_s_address_in_which_a_reporter_was_found_is_masked_among_those_who_may_be_guessing(
    console: Console,
) -> None:
    """As servers write it that pack the recipient into the sender (VERP)."""
    console.now = datetime.now(UTC)
    console.set_up()
    envelope = replace(new_hold().envelope, sender="Bounce-张小鸣@platform.example")
    for number in range(10):
        console.store.senders.note(envelope, b"%d" % number, ("name",), lists=False)
    held = console.store.quarantine.hold(replace(new_hold(), envelope=envelope), "relay")
    for decided in (False, True):
        if decided:
            console.decide(held, "discard")
        page = console.client.get("/").text
        assert TEXTS["suspects"][0] in page
        assert "b***@p***.example" in page
        for path in ("/", "/?status=discarded", "/?status=all"):
            assert "张小鸣" not in console.client.get(path).text


def test_findings_that_look_alike_are_one_row(console: Console) -> None:
    console.set_up()
    many = tuple(replace(finding, score=0.5 + n / 100) for n in range(3) for finding in new_hold().findings[1:2])
    held = console.store.quarantine.hold(replace(new_hold(), findings=many), "relay")
    page = console.client.get(f"/held/{held}").text
    assert page.count("<tr>") == 2  # one is the head
    assert "×3" in page
    assert "0.52" in page


def test_a_finding_says_in_which_attachment_it_is_and_covers_its_name(console: Console) -> None:
    console.set_up()
    new = new_hold()
    assert new.reading is not None
    files = (FilePart(Location("2"), "张小鸣举报.zip", "zip", 9, b"d" * 32),)
    finding = replace(new.findings[1], where=Location("2").inside(steps.file("page 3"), steps.page(4)))
    reading = replace(new.reading, files=files)
    held = console.store.quarantine.hold(replace(new, reading=reading, findings=(finding,)), "relay")
    page = console.client.get(f"/held/{held}").text
    assert "第 2 部分（███举报.zip） › page 3 › 第 4 页" in page
    assert "张小鸣" not in page
    console.client.cookies.set("lang", "en")
    assert "part 2 (███举报.zip) › page 3 › page 4" in console.client.get(f"/held/{held}").text


def test_a_form_and_a_kind_of_finding_have_words(console: Console) -> None:
    for kind in KINDS:
        assert Translations("zh").kind(kind) != kind
        assert Translations("en").kind(kind)
    assert (Translations("zh").how("pinyin"), Translations("en").how("of_later_times")) == ("拼音", "of later times")


@pytest.mark.parametrize("role", ["auditor", "nobody we know"])
def test_whoever_lacks_the_right_sees_and_decides_nothing(console: Console, role: str) -> None:
    console.set_up("mei")
    held, token = console.store.quarantine.hold(new_hold(), "relay"), console.token()
    console.become(role)
    for path in ("/", "/rewritten", f"/held/{held}", f"/held/{held}/picture/0.png", "/reports", "/reports/unresolved"):
        answer = console.client.get(path, follow_redirects=False)
        assert answer.status_code == (303 if path == "/" else 403), path  # the first page leads where one may go
        assert "xinger" not in answer.text, path
        assert f'<a href="{path}">' not in answer.text.replace('<a href="/">', ""), path  # nor does the menu lead there
    form = {"token": token, "reason": "x"}
    for what in ("release", "rewritten", "release-rewritten", "unlock", "discard"):
        assert console.client.post(f"/held/{held}/{what}", data=form, headers=SAME).status_code == 403
    for what in ("reveal", "protect", "confirm", "strike"):
        assert console.client.post(f"/reports/R-1/{what}", data=form, headers=SAME).status_code == 403
    assert console.released == []
    assert [one.status for one in console.store.quarantine.summaries()] == ["held"]
    assert console.client.post("/logout", data=form, headers=SAME).status_code == 303
