"""Accounts: one-time links, roles, locking, passwords, sessions; what each does at once, and what nobody can do."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from starlette.testclient import TestClient

from console.conftest import PASSWORD, SAME, Console
from gateway.console.browsers import browser_name
from gateway.console.texts import TEXTS
from gateway.model.roles import ROLES, Role
from gateway.storage.audit import AuditLog
from gateway.storage.protocols import Store

OTHER = "another long password"  # of nobody


@pytest.fixture
def admin(console: Console) -> Console:
    """The admin `mei` is signed in, now."""
    console.now = datetime.now(UTC)
    console.set_up("mei")
    return console


def token_of(client: TestClient) -> str:
    page: str = client.get("/account").text
    return page.split('name="token" value="', 1)[1].split('"', 1)[0]


def post(client: TestClient, path: str, **form: str) -> tuple[int, str]:
    """Status and page of a form of ours."""
    answer = client.post(path, data={"token": token_of(client), **form}, headers=SAME)
    return answer.status_code, answer.text


def link_in(page: str) -> str:
    found = re.search(r'<code class="link">[^<]*(/setup/[\w-]+)</code>', page)
    assert found is not None
    return found[1]


def invited(admin: Console, name: str, role: Role, host: str = "10.2.0.1") -> TestClient:
    """Somebody who was invited by the page, opened the link, and is signed in."""
    status, page = post(admin.client, "/users/invite", name=name, role=role)
    assert status == 200
    browser = admin.from_elsewhere(host)
    form = {"password": PASSWORD, "again": PASSWORD}
    assert browser.post(link_in(page), data=form, headers=SAME).status_code == 303
    return browser


def events(store: Store) -> list[tuple[str, str, str]]:
    return [(entry.actor, entry.event, entry.subject) for entry in store.audit.entries()]


def revealed(store: Store) -> list[tuple[str, dict[str, str | int]]]:
    """What happened, with every detail in clear."""
    assert isinstance(store.audit, AuditLog)
    return [(entry.event, store.audit.reveal(entry)) for entry in store.audit.entries()]


def test_an_invited_person_sets_a_password_once_and_has_the_role(admin: Console) -> None:
    status, page = post(admin.client, "/users/invite", name="li", role="auditor")
    assert status == 200
    link = link_in(page)
    li = admin.from_elsewhere("10.2.0.1")
    shown = li.get(link).text
    assert TEXTS["set_up_own"][0] in shown
    assert 'value="li"' in shown
    short = li.post(link, data={"password": "x", "again": "x"}, headers=SAME)
    assert short.status_code == 400
    # The name of the link counts, whatever the form says.
    done = li.post(link, data={"name": "mei", "password": PASSWORD, "again": PASSWORD}, headers=SAME)
    assert done.status_code == 303
    assert "li · 审计员" in li.get("/account").text
    assert li.get(link).status_code == 404
    again = {"password": OTHER, "again": OTHER}
    assert li.post(link, data=again, headers=SAME).status_code == 404
    assert ("console:mei", "invited", "li") in events(admin.store)
    assert ("console:li", "password_set", "li") in events(admin.store)


def test_a_link_lasts_a_day_and_a_new_one_replaces_it(admin: Console) -> None:
    _, page = post(admin.client, "/users/invite", name="li", role="reviewer")
    first = link_in(page)
    _, page = post(admin.client, "/users/reset", name="li")
    second = link_in(page)
    assert admin.client.get(first).status_code == 404
    assert admin.client.get(second).status_code == 200
    admin.now += timedelta(hours=24, minutes=1)
    assert admin.from_elsewhere().get(second).status_code == 404


def test_two_who_use_one_link_at_once_are_one(admin: Console) -> None:
    _, page = post(admin.client, "/users/invite", name="li", role="reviewer")
    token, people, start = link_in(page).rpartition("/")[2], admin.store.people, Barrier(8)

    def use(number: int) -> str | None:
        start.wait()
        return people.accept(token, f"hash {number}", admin.now)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(filter(None, pool.map(use, range(8)))) == ["li"]


def test_a_link_in_the_store_is_a_digest(admin: Console) -> None:
    _, page = post(admin.client, "/users/invite", name="li", role="reviewer")
    token = link_in(page).rpartition("/")[2]
    assert token not in "".join(map(str, admin.store.audit.entries()))


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"name": "mei", "role": "reviewer"}, 409, "name_taken"),
        ({"name": "MEI", "role": "reviewer"}, 409, "name_taken"),
        ({"name": "<b>", "role": "reviewer"}, 400, "bad_name"),
        ({"name": "..", "role": "reviewer"}, 400, "bad_name"),
        ({"name": "li", "role": "boss"}, 400, "bad_role"),
        ({"name": "li", "role": "reviewer", "address": "no address"}, 400, "bad_address"),
    ],
)
def test_an_invitation_that_is_wrong_says_why(admin: Console, form: dict[str, str], status: int, says: str) -> None:
    assert post(admin.client, "/users/invite", **form)[0] == status
    assert TEXTS[says][0] in post(admin.client, "/users/invite", **form)[1]
    assert [account.name for account in admin.store.people.all()] == ["mei"]


def test_a_role_acts_with_the_next_page(admin: Console) -> None:
    li = invited(admin, "li", "admin")
    assert li.get("/users").status_code == 200
    assert post(admin.client, "/users/role", name="li", role="reviewer")[0] == 200
    assert li.get("/users").status_code == 403
    assert li.get("/").status_code == 200
    assert ("console:mei", "role_changed", "li") in events(admin.store)


def test_a_locked_account_is_out_at_once_and_stays_out(admin: Console) -> None:
    li = invited(admin, "li", "reviewer")
    assert li.get("/").status_code == 200
    assert post(admin.client, "/users/disable", name="li")[0] == 200
    assert li.get("/").headers["location"] == "/login"
    right, wrong = ({"name": "li", "password": one} for one in (PASSWORD, OTHER))
    told = li.post("/login", data=right, headers=SAME)
    assert (told.status_code, TEXTS["account_disabled"][0] in told.text) == (403, True)
    hidden = li.post("/login", data=wrong, headers=SAME)  # who does not know the password learns nothing
    assert (hidden.status_code, TEXTS["account_disabled"][0] in hidden.text) == (401, False)
    assert post(admin.client, "/users/enable", name="li")[0] == 200
    assert li.get("/").headers["location"] == "/login"
    assert li.post("/login", data=right, headers=SAME).status_code == 303
    assert li.get("/").status_code == 200


def test_a_locked_account_s_link_opens_nothing(admin: Console) -> None:
    _, page = post(admin.client, "/users/invite", name="li", role="reviewer")
    link = link_in(page)
    post(admin.client, "/users/disable", name="li")
    assert admin.from_elsewhere().get(link).status_code == 404
    _, page = post(admin.client, "/users/reset", name="li")
    form = {"password": PASSWORD, "again": PASSWORD}
    assert admin.from_elsewhere().post(link_in(page), data=form, headers=SAME).status_code == 404


def test_a_reset_ends_password_sessions_and_second_factor(admin: Console) -> None:
    li = invited(admin, "li", "reviewer")
    admin.store.people.second_factors.propose("li", b"s" * 20)
    assert admin.store.people.second_factors.confirm("li", b"s" * 20, 1, ("one",))
    _, page = post(admin.client, "/users/reset", name="li")
    assert li.get("/").headers["location"] == "/login"
    assert li.post("/login", data={"name": "li", "password": PASSWORD}, headers=SAME).status_code == 401
    fresh = {"password": OTHER, "again": OTHER}
    assert li.post(link_in(page), data=fresh, headers=SAME).status_code == 303
    assert li.get("/").status_code == 200


def test_one_s_own_account_is_not_reset_by_oneself(admin: Console) -> None:
    status, page = post(admin.client, "/users/reset", name="mei")
    assert (status, TEXTS["own_reset"][0] in page) == (409, True)
    assert admin.client.get("/users").status_code == 200


@pytest.mark.parametrize(("path", "form"), [("/users/disable", {}), ("/users/role", {"role": "lead"})])
def test_the_last_admin_stays(admin: Console, path: str, form: dict[str, str]) -> None:
    invited(admin, "li", "reviewer")
    status, page = post(admin.client, path, name="mei", **form)
    assert (status, TEXTS["last_admin"][0] in page) == (409, True)
    # Nor does one count who cannot get in: locked, or with a link that ran out.
    invited(admin, "wu", "admin")
    post(admin.client, "/users/disable", name="wu")
    assert post(admin.client, path, name="mei", **form)[0] == 409
    post(admin.client, "/users/enable", name="wu")
    assert post(admin.client, path, name="mei", **form)[0] == 303
    assert admin.store.people.set_role("wu", "lead", "cli:x") == "last_admin"


def test_an_admin_who_was_invited_and_never_came_keeps_nobody_s_place(admin: Console) -> None:
    people = admin.store.people
    people.invite("wu", "admin", "token", admin.now - timedelta(minutes=1), "cli:x")
    assert people.disable("mei", "cli:x") == "last_admin"
    people.reset("wu", "fresh", admin.now + timedelta(days=1), "cli:x")
    assert people.disable("mei", "cli:x") == "done"


def test_admins_who_demote_each_other_at_once_leave_one(admin: Console) -> None:
    people = admin.store.people
    names = ("mei", "li", "wu", "he")
    for name in names[1:]:
        invited(admin, name, "admin")
    for _ in range(10):
        start = Barrier(4)

        def demote(number: int, start: Barrier = start) -> str:
            start.wait()
            return people.set_role(names[number - 1], "lead", f"console:{names[number]}")

        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(demote, range(4)))
        left = [account.name for account in people.all() if account.role == "admin"]
        assert left
        # Whoever was demoted first does nothing more.
        assert outcomes.count("done") <= 3
        for name in names:
            assert people.set_role(name, "admin", "cli:x") == "done"


def test_who_is_no_admin_any_more_changes_nothing(admin: Console) -> None:
    people = admin.store.people
    invited(admin, "li", "admin")
    people.set_role("li", "lead", "cli:x")
    until = admin.now + timedelta(days=1)
    assert people.set_role("mei", "lead", "console:li") == "no_right"
    assert people.disable("mei", "console:li") == "no_right"
    assert people.enable("mei", "console:li") == "no_right"
    assert people.reset("mei", "x", until, "console:li") == "no_right"
    assert people.invite("eve", "admin", "x", until, "console:li") == "no_right"
    assert people.invite("eve", "admin", "x", until, "console:nobody") == "no_right"


def test_a_password_is_changed_by_whoever_knows_the_old_one(admin: Console) -> None:
    li = invited(admin, "li", "reviewer")
    elsewhere = admin.from_elsewhere("10.2.0.9")
    assert elsewhere.post("/login", data={"name": "li", "password": PASSWORD}, headers=SAME).status_code == 303
    good = {"new": OTHER, "again": OTHER}
    status, page = post(li, "/account/password", password="not this one at all", **good)
    assert (status, TEXTS["wrong_password"][0] in page) == (403, True)
    assert post(li, "/account/password", password=PASSWORD, new=OTHER, again=PASSWORD)[0] == 400
    assert post(li, "/account/password", password=PASSWORD, new="short", again="short")[0] == 400
    assert elsewhere.get("/").status_code == 200
    assert post(li, "/account/password", password=PASSWORD, **good)[0] == 303
    assert li.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303
    assert elsewhere.post("/login", data={"name": "li", "password": PASSWORD}, headers=SAME).status_code == 401
    assert elsewhere.post("/login", data={"name": "li", "password": OTHER}, headers=SAME).status_code == 303
    assert ("console:li", "password_changed", "li") in events(admin.store)


def test_whoever_has_the_session_alone_cannot_guess_the_password(admin: Console) -> None:
    li = invited(admin, "li", "reviewer")
    wrong = {"password": "not this one at all", "new": OTHER, "again": OTHER}
    codes = [post(li, "/account/password", **wrong)[0] for _ in range(7)]
    assert codes == [403] * 5 + [429] * 2


def test_two_new_passwords_at_once_are_one(admin: Console) -> None:
    people, start = admin.store.people, Barrier(6)
    person = people.find("mei")
    assert person is not None

    def change(number: int) -> bool:
        start.wait()
        return people.change_password("mei", person.password_hash, f"hash {number}", "")

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(change, range(6))).count(True) == 1


def test_sessions_are_listed_and_ended_and_nobody_else_s_are(admin: Console) -> None:
    li = invited(admin, "li", "reviewer")
    phone = admin.from_elsewhere("203.0.113.77", **{"user-agent": "Mozilla/5.0 (iPhone; x) Version/17 Safari/604"})
    assert phone.post("/login", data={"name": "li", "password": PASSWORD}, headers=SAME).status_code == 303
    page = li.get("/account").text
    assert "203.0.113.77" in page
    assert "Safari, iPhone" in page
    assert page.count(TEXTS["this_one"][0]) == 1
    (session,) = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
    post(admin.client, "/account/sessions", session=session)  # mei's form, li's session
    assert phone.get("/").status_code == 200
    assert post(li, "/account/sessions", session=session)[0] == 303
    assert phone.get("/").status_code == 303
    assert li.get("/").status_code == 200
    phone.post("/login", data={"name": "li", "password": PASSWORD}, headers=SAME)
    assert post(li, "/account/sessions", session="others")[0] == 303
    assert (phone.get("/").status_code, li.get("/").status_code) == (303, 200)
    for nonsense in ("", "x", "0" * 64, "ё"):
        assert post(li, "/account/sessions", session=nonsense)[0] == 303
    phone.post("/login", data={"name": "li", "password": PASSWORD}, headers=SAME)
    assert post(admin.client, "/users/sign-out", name="li")[0] == 200
    assert (phone.get("/").status_code, li.get("/").status_code) == (303, 303)


def test_a_session_that_nobody_uses_ends_and_one_in_use_does_at_its_time(admin: Console) -> None:
    for _ in range(2):
        admin.now += timedelta(minutes=25)
        assert admin.client.get("/").status_code == 200
    admin.now += timedelta(minutes=11)  # an hour and a minute after the sign-in: `session_lasts`
    assert admin.client.get("/").status_code == 303


def test_what_a_page_fetches_by_itself_keeps_no_session(store: Store, admin: Console) -> None:
    people, cookie, hour = store.people, admin.client.cookies["hushgate"], timedelta(hours=1)
    later = admin.now + timedelta(minutes=40)
    assert people.session(cookie, later, hour, active=False) is not None
    assert people.session(cookie, later + timedelta(minutes=19), hour, active=False) is not None
    assert people.session(cookie, later + timedelta(minutes=20), hour) is None


def test_a_session_is_new_with_every_sign_in_and_a_planted_one_is_nobody_s(admin: Console) -> None:
    li = invited(admin, "li", "reviewer")
    planted = "x" * 43
    victim = admin.from_elsewhere("10.2.0.3")
    form, headers = {"name": "li", "password": PASSWORD}, {**SAME, "cookie": f"hushgate={planted}"}
    answer = victim.post("/login", data=form, headers=headers)
    assert answer.status_code == 303
    assert planted not in answer.headers["set-cookie"]
    assert admin.from_elsewhere("10.2.0.4").get("/", headers={"cookie": f"hushgate={planted}"}).status_code == 303
    assert li.get("/").status_code == 200


def test_a_failed_sign_in_is_in_the_log_with_the_account_and_never_with_what_was_typed(admin: Console) -> None:
    stranger = admin.from_elsewhere()
    stranger.post("/login", data={"name": "mei", "password": "geheim geheim"}, headers=SAME)
    stranger.post("/login", data={"name": "geheim geheim", "password": "geheim geheim"}, headers=SAME)
    failed = [entry for entry in admin.store.audit.entries() if entry.event == "sign_in_failed"]
    assert [(entry.actor, entry.subject) for entry in failed] == [("console:mei", "mei"), ("console", "")]
    assert "geheim" not in repr(list(admin.store.audit.entries()))
    assert "geheim" not in repr(revealed(admin.store))


def test_a_sign_in_says_from_where_and_how(admin: Console) -> None:
    (detail,) = (detail for event, detail in revealed(admin.store) if event == "signed_in")
    assert detail == {"how": "link", "from": "127.0.0.1"}


def test_an_account_without_a_password_costs_as_much_to_try_and_opens_to_none(
    admin: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.console import passwords

    post(admin.client, "/users/invite", name="li", role="reviewer")
    hashed: list[str] = []
    real = passwords._HASHER.verify

    class Noting:
        def verify(self, against: str, password: str) -> bool:
            hashed.append(against)
            return real(against, password)

        hash = passwords._HASHER.hash

    monkeypatch.setattr(passwords, "_HASHER", Noting())
    for name in ("li", "nobody", "mei"):
        for password in ("", "wrong wrong wrong"):
            form = {"name": name, "password": password}
            assert admin.from_elsewhere().post("/login", data=form, headers=SAME).status_code in (401, 429)
    assert len(hashed) == 5 + 1  # the sixth attempt of the client is another name: none is refused
    assert all(one.startswith("$argon2id$") for one in hashed)


def test_every_sort_of_person_begins_where_they_may(admin: Console) -> None:
    for number, role in enumerate(ROLES):
        browser = invited(admin, f"li{number}", role, f"10.3.0.{number}")
        answer = browser.get("/", follow_redirects=True)
        assert answer.status_code == 200, role
        assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    "to",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:1", "/%2f/"],
)
def test_a_sign_in_leads_to_our_own_pages_alone(admin: Console, to: str) -> None:
    browser = admin.from_elsewhere("10.2.0.8")
    form = {"name": "mei", "password": PASSWORD, "next": to}
    assert browser.post("/login", data=form, headers=SAME).headers["location"] == "/"
    assert "elsewhere" not in browser.get("/login", params={"next": to}).text
    form["next"] = "/held/Q-1"
    assert browser.post("/login", data=form, headers=SAME).headers["location"] == "/held/Q-1"
    assert 'value="/held/Q-1"' in browser.get("/login?next=/held/Q-1").text


def test_an_office_behind_one_address_opens_its_accounts_and_signs_in(admin: Console) -> None:
    for number in range(24):
        browser = invited(admin, f"li{number}", "reviewer", "10.7.0.1")
        assert browser.get("/").status_code == 200
    for number in range(24):
        form = {"name": f"li{number}", "password": PASSWORD}
        assert admin.from_elsewhere("10.7.0.1").post("/login", data=form, headers=SAME).status_code == 303


def test_whoever_asked_for_a_page_before_signing_in_gets_it_after(admin: Console) -> None:
    browser = admin.from_elsewhere("10.2.0.8")
    assert browser.get("/held/Q-1").headers["location"] == "/login"
    assert 'name="next" value="/held/Q-1"' in browser.get("/login").text
    form = {"name": "mei", "password": PASSWORD, "next": "/held/Q-1"}
    assert browser.post("/login", data=form, headers=SAME).headers["location"] == "/held/Q-1"
    assert 'name="next" value=""' in browser.get("/login").text
    for wanted in ("https://elsewhere.example", "//elsewhere.example", '"//elsewhere.example"', "/a b", "x"):
        page = admin.from_elsewhere().get("/login", headers={"cookie": f"hushgate-wanted={wanted}"}).text
        assert 'name="next" value=""' in page


def test_a_link_in_a_mail_leads_to_its_page_by_a_step_of_ours(admin: Console) -> None:
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    stranger = admin.from_elsewhere()
    page = stranger.get("/held/Q-1?status=all", headers=followed)
    assert (page.status_code, 'content="0; url=/held/Q-1?status=all"' in page.text) == (200, True)
    assert stranger.get("/held/Q-1?x=//elsewhere.example", headers=followed).text.count("elsewhere") == 0
    assert stranger.get("/held/Q-1", headers={**followed, "sec-fetch-dest": "image"}).status_code == 303
    assert stranger.post("/users/disable", data={"name": "mei"}, headers=followed).status_code == 303


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 13) AppleWebKit Chrome/116 Mobile MicroMessenger/8.0", "WeChat, Android"),
        ("curl/8.5", "curl/8.5"),
        ("", ""),
    ],
)
def test_a_browser_has_a_name_that_its_owner_knows(agent: str, name: str) -> None:
    assert browser_name(agent) == name


def test_an_attempt_costs_the_same_whoever_is_named(admin: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many hashes, reads and writes: for a name that is none, one with a second factor, one that is locked, one that
    was invited and never came."""
    from gateway.console import passwords

    people = admin.store.people
    for name in ("factor", "locked"):
        invited(admin, name, "reviewer")
    post(admin.client, "/users/invite", name="late", role="reviewer")
    people.second_factors.propose("factor", b"s" * 20)
    assert people.second_factors.confirm("factor", b"s" * 20, 1, ("one",))
    people.disable("locked", "cli:x")
    done: list[str] = []
    ground, verify = people._ground.transactions, passwords.matches  # type: ignore[attr-defined]  # of the real store

    def noting(name: str) -> None:
        real = getattr(ground, name)

        def call() -> object:
            done.append(name)
            return real()

        monkeypatch.setattr(ground, name, call)

    def matching(password: str, password_hash: str | None) -> bool:
        done.append("hash")
        return verify(password, password_hash)

    noting("read")
    noting("write")
    monkeypatch.setattr(passwords, "matches", matching)
    costs: dict[str, list[str]] = {}
    for number, name in enumerate(("mei", "nobody", "factor", "locked", "late")):
        done.clear()
        form = {"name": name, "password": "wrong wrong wrong"}
        assert admin.from_elsewhere(f"10.5.0.{number}").post("/login", data=form, headers=SAME).status_code == 401
        costs[name] = list(done)
    assert set(map(tuple, costs.values())) == {("read", "hash", "write")}


@pytest.mark.parametrize("name", [b"%ED%A0%80", b"%00", b"%FF", b"a%0d%0ab", b"%F0%9F%98%80", b"x" * 9000])
def test_a_name_that_is_no_name_is_answered_as_one(admin: Console, name: bytes) -> None:
    headers = {**SAME, "content-type": "application/x-www-form-urlencoded"}
    body = b"name=" + name + b"&password=wrong+wrong+wrong"
    assert admin.from_elsewhere("10.5.0.9").post("/login", content=body, headers=headers).status_code == 401
    token = token_of(admin.client).encode()
    body = b"token=" + token + b"&role=lead&name=" + name
    for what, status in (("role", 404), ("disable", 404), ("enable", 404), ("reset", 404), ("invite", 400)):
        answer = admin.client.post(f"/users/{what}", content=body, headers=headers)
        assert answer.status_code == status, what
    assert [event for event in admin.events if type(event).__name__ == "Unexpected"] == []
