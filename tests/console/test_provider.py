"""Signing in by an identity provider: with a real one, and with one that says what no real one would."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from console.conftest import PASSWORD, SAME, Console
from console.identity_provider import IdentityProvider
from console.serving import listening, serving
from console.test_accounts import events
from gateway.console.app import create_app
from gateway.console.oidc import OidcProvider, Options, role_of
from gateway.console.texts import TEXTS
from gateway.model.roles import Role
from pages import complaints, turn

PEOPLE: dict[str, dict[str, Any]] = {
    "s-lead": {
        "preferred_username": "li@platform.example",
        "groups": ["staff", "hushgate-leads"],
        "email": "li@platform.example",
        "email_verified": True,
    },
    "s-admin": {"preferred_username": "he", "groups": ["hushgate-reviewers", "hushgate-admins"]},
    "s-staff": {"preferred_username": "wu", "groups": ["staff"]},
    "s-mei": {"preferred_username": "mei", "groups": "hushgate-leads"},
    "s-odd": {"preferred_username": "<b>", "groups": ["hushgate-leads"]},
}
ROLES: tuple[tuple[str, Role], ...] = (
    ("hushgate-admins", "admin"),
    ("hushgate-leads", "lead"),
    ("hushgate-reviewers", "reviewer"),
)


@dataclass
class House:
    """The console on a real socket beside its provider."""

    console: Console
    address: str
    provider: IdentityProvider
    people: dict[str, dict[str, Any]] = field(default_factory=dict)

    def browser(self) -> httpx2.Client:
        return httpx2.Client(follow_redirects=False, timeout=20, trust_env=False)

    def account(self, name: str) -> tuple[str, str]:
        return next((one.role, one.state) for one in self.console.store.people.all() if one.name == name)


@contextmanager
def house(console: Console, roles: bool = True, method: str = "client_secret_basic", **changed: Any) -> Iterator[House]:
    """`roles`: the provider gives them; else accounts are linked."""
    assert console.deps is not None
    console.now = datetime.now(UTC)
    with listening() as (bound, address):
        provider = IdentityProvider(f"{address}/login/oidc/callback", PEOPLE, method)
        options = Options(provider.issuer, "hushgate", provider.secret)
        if roles:
            options = replace(options, role_claim="groups", roles=ROLES)
        deps = replace(console.deps, url="", provider=OidcProvider(options), **changed)
        try:
            with serving(create_app(deps), bound):
                yield House(console, address, provider)
        finally:
            provider.close()


def through(browser: httpx2.Client, address: str, subject: str, change: Callable[[str], str] = str) -> httpx2.Response:
    """Follow the way by the provider, signed in there as `subject`; `change` is what becomes of the way back."""
    answer = browser.get(address)
    for _ in range(12):
        if answer.status_code in (302, 303):
            place = str(httpx2.URL(str(answer.request.url)).join(answer.headers["location"]))
            answer = browser.get(change(place) if "/login/oidc/callback" in place else place)
        elif form := re.search(
            r'<form[^>]*action="([^"]+)"', answer.text if "/interaction/" in str(answer.url) else ""
        ):
            prompt = "login" if 'name="login"' in answer.text else "consent"
            place = str(httpx2.URL(str(answer.url)).join(form[1]))
            answer = browser.post(place, data={"prompt": prompt, "login": subject, "password": "x"})
        else:
            return answer
    raise AssertionError("it goes round")


@pytest.mark.peers
def test_the_provider_s_word_makes_an_account_with_its_role(console: Console) -> None:
    with house(console) as served, served.browser() as browser:
        answer = through(browser, f"{served.address}/login/oidc", "s-lead")
        assert answer.status_code == 200
        assert 'content="0; url=/"' in answer.text
        assert served.account("li") == ("lead", "active")
        page = browser.get(f"{served.address}/account").text
        assert "li · 组长" in page
        assert TEXTS["by_oidc"][0] in page
        person = console.store.people.find("li")
        assert person is not None
        assert (person.address, person.linked, person.password_hash) == ("li@platform.example", True, "")
        said = events(console.store)
        assert ("console:li", "person_set_up", "") in said
        assert ("console:li", "signed_in", "") in said
        # It is the same account the next time, by whatever name.
        with served.browser() as again:
            assert through(again, f"{served.address}/login/oidc", "s-lead").status_code == 200
        assert [one.name for one in console.store.people.all()] == ["li"]
        # And nobody gets in by an empty password.
        for password in ("", PASSWORD):
            form = {"name": "li", "password": password}
            assert browser.post(f"{served.address}/login", data=form, headers=SAME).status_code == 401


@pytest.mark.peers
def test_a_role_follows_the_provider_and_whoever_has_none_any_more_is_out(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house(console) as served, served.browser() as browser, served.browser() as elsewhere:
        for one in (browser, elsewhere):
            assert through(one, f"{served.address}/login/oidc", "s-lead").status_code == 200
        console.store.people.set_role("li", "auditor", "cli:x")
        with served.browser() as third:
            through(third, f"{served.address}/login/oidc", "s-lead")
        assert served.account("li") == ("lead", "active")
        monkeypatch.setattr("gateway.console.oidc.role_of", lambda *_: None)
        with served.browser() as fourth:
            answer = through(fourth, f"{served.address}/login/oidc", "s-lead")
            assert (answer.status_code, TEXTS["provider_no_role"][0] in answer.text) == (403, True)
        assert elsewhere.get(f"{served.address}/account").status_code == 303


@pytest.mark.peers
def test_the_provider_locks_the_last_admin_out_as_little_as_anybody(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house(console) as served, served.browser() as browser:
        assert through(browser, f"{served.address}/login/oidc", "s-admin").status_code == 200
        assert served.account("he") == ("admin", "active")
        monkeypatch.setattr("gateway.console.oidc.role_of", lambda *_: "reviewer")
        answer = through(browser, f"{served.address}/login/oidc", "s-admin")
        assert (answer.status_code, TEXTS["last_admin"][0] in answer.text) == (403, True)
        assert served.account("he") == ("admin", "active")


@pytest.mark.peers
@pytest.mark.parametrize(
    ("subject", "says"), [("s-staff", "provider_no_role"), ("s-mei", "provider_taken"), ("s-odd", "provider_failed")]
)
def test_whoever_has_no_role_or_another_s_name_is_not_let_in(console: Console, subject: str, says: str) -> None:
    console.now = datetime.now(UTC)
    console.set_up("mei")  # by password: whom the provider calls so is somebody else
    with house(console) as served, served.browser() as browser:
        answer = through(browser, f"{served.address}/login/oidc", subject)
        assert (answer.status_code, TEXTS[says][0] in answer.text) == (403, True)
        assert [one.name for one in console.store.people.all()] == ["mei"]
        assert browser.get(f"{served.address}/").headers["location"] == "/login"
        failed = [entry for entry in console.store.audit.entries() if entry.event == "sign_in_failed"]
        assert '"how":"oidc"' in failed[-1].detail.replace(" ", "")


@pytest.mark.peers
def test_a_locked_account_is_locked_by_that_way_too(console: Console) -> None:
    with house(console) as served, served.browser() as browser:
        assert through(browser, f"{served.address}/login/oidc", "s-lead").status_code == 200
        assert console.store.people.disable("li", "cli:x") == "done"
        assert browser.get(f"{served.address}/account").status_code == 303
        answer = through(browser, f"{served.address}/login/oidc", "s-lead")
        assert (answer.status_code, TEXTS["account_disabled"][0] in answer.text) == (403, True)


@pytest.mark.peers
def test_without_roles_of_the_provider_an_account_is_tied_by_its_link_and_by_its_owner(console: Console) -> None:
    console.now = datetime.now(UTC)
    with house(console, roles=False, method="client_secret_post") as served, served.browser() as browser:
        people, until = console.store.people, console.now + timedelta(days=1)
        answer = through(browser, f"{served.address}/login/oidc", "s-lead")
        assert (answer.status_code, TEXTS["provider_unknown"][0] in answer.text) == (403, True)
        people.issue_setup("first", until)  # the very first account, by the provider alone
        with served.browser() as he:
            assert through(he, f"{served.address}/login/oidc?link=first", "s-admin").status_code == 200
        assert served.account("he") == ("admin", "active")
        people.invite("wu", "auditor", "second", until, "console:he")
        with served.browser() as wu:
            assert "/login/oidc?link=second" in wu.get(f"{served.address}/setup/second").text
            assert through(wu, f"{served.address}/login/oidc?link=second", "s-staff").status_code == 200
            assert served.account("wu") == ("auditor", "active")
            assert "wu · 审计员" in wu.get(f"{served.address}/account").text
            # A link works once, and whom the provider means has one account.
            assert through(wu, f"{served.address}/login/oidc?link=second", "s-staff").status_code == 403
            people.invite("lu", "admin", "third", until, "console:he")
            assert through(wu, f"{served.address}/login/oidc?link=third", "s-staff").status_code == 403
        assert people.accept("third", "hash", console.now) == "lu"  # which was not used up by that


@pytest.mark.peers
def test_one_s_own_account_is_tied_by_a_form_and_never_by_a_link_of_a_stranger(console: Console) -> None:
    with house(console, roles=False) as served, served.browser() as browser:
        console.set_up("mei")
        form = {"name": "mei", "password": PASSWORD}
        assert browser.post(f"{served.address}/login", data=form, headers=SAME).status_code == 303
        assert browser.get(f"{served.address}/account/provider").status_code == 405
        page = browser.get(f"{served.address}/account").text
        token = page.split('name="token" value="', 1)[1].split('"', 1)[0]
        form = {"token": token, "password": "not this one at all"}
        stolen = browser.post(f"{served.address}/account/provider", data=form, headers=SAME)
        assert (stolen.status_code, "set-cookie" in stolen.headers) == (403, False)
        form["password"] = PASSWORD
        onward = browser.post(f"{served.address}/account/provider", data=form, headers=SAME)
        place = re.search(r'content="0; url=([^"]+)"', onward.text)
        assert place is not None
        answer = through(browser, place[1].replace("&amp;", "&"), "s-staff")
        assert 'url=/account"' in answer.text
        person = console.store.people.find("mei")
        assert person is not None
        assert person.linked
        with served.browser() as other:
            assert through(other, f"{served.address}/login/oidc", "s-staff").status_code == 200
            assert "mei" in other.get(f"{served.address}/account").text
        browser.post(f"{served.address}/account/provider/off", data={"token": token}, headers=SAME)
        with served.browser() as other:
            assert through(other, f"{served.address}/login/oidc", "s-staff").status_code == 403
        said = [event for _, event, _ in events(console.store)]
        assert {"provider_linked", "provider_unlinked"} <= set(said)


@pytest.mark.peers
def test_passwords_can_be_switched_off(console: Console) -> None:
    console.now = datetime.now(UTC)
    console.set_up("mei")
    with house(console, roles=False, password_sign_in=False) as served, served.browser() as browser:
        page = browser.get(f"{served.address}/login").text
        assert 'name="password"' not in page
        assert TEXTS["by_provider"][0] in page
        form = {"name": "mei", "password": PASSWORD}
        assert browser.post(f"{served.address}/login", data=form, headers=SAME).status_code == 403
        console.store.people.reset("mei", "link", console.now + timedelta(days=1), "cli:x")
        assert 'name="password"' not in browser.get(f"{served.address}/setup/link").text
        form = {"password": PASSWORD, "again": PASSWORD}
        assert browser.post(f"{served.address}/setup/link", data=form, headers=SAME).status_code == 403
        assert through(browser, f"{served.address}/login/oidc?link=link", "s-staff").status_code == 200


@pytest.mark.peers
@pytest.mark.parametrize(
    "change",
    [
        lambda place: re.sub(r"state=[^&]*", "state=other", place),
        lambda place: re.sub(r"[?&]state=[^&]*", "?", place),
        lambda place: re.sub(r"iss=[^&]*", "iss=http%3A%2F%2Fevil.example", place),
        lambda place: re.sub(r"[?&]iss=[^&]*", "", place),
        lambda place: re.sub(r"code=[^&]*", "code=other", place),
        lambda place: place + "&error=access_denied",
    ],
    ids=["another state", "no state", "another issuer", "no issuer", "another code", "an error"],
)
def test_a_way_back_that_was_changed_opens_nothing(console: Console, change: Callable[[str], str]) -> None:
    with house(console) as served, served.browser() as browser:
        answer = through(browser, f"{served.address}/login/oidc", "s-lead", change)
        assert answer.status_code == 403
        assert browser.get(f"{served.address}/").headers["location"] == "/login"
        assert not console.store.people.any()


def test_ways_back_that_nobody_left_by_do_not_fill_the_log(console: Console) -> None:
    console.given(provider=OidcProvider(Options("https://id.platform.example", "hushgate")))
    stranger = console.from_elsewhere()
    said = [stranger.get("/login/oidc/callback?state=x&code=y").status_code for _ in range(40)]
    assert said[0] == 403
    assert said[-1] == 429
    assert [event for _, event, _ in events(console.store)].count("sign_in_failed") == said.count(403) <= 20


@pytest.mark.peers
def test_a_way_back_is_for_the_browser_that_left_and_once(console: Console) -> None:
    with house(console) as served, served.browser() as thief, served.browser() as victim:
        caught: list[str] = []

        def catch(place: str) -> str:
            caught.append(place)
            return f"{served.address}/healthz"

        through(thief, f"{served.address}/login/oidc", "s-admin", catch)
        # The thief's own way back, planted on somebody else, signs nobody in to the thief's account.
        assert victim.get(caught[0]).status_code == 403
        victim.get(f"{served.address}/login/oidc")
        assert victim.get(caught[0]).status_code == 403
        assert victim.get(f"{served.address}/").headers["location"] == "/login"
        assert thief.get(caught[0]).status_code == 200
        assert thief.get(caught[0]).status_code == 403


@pytest.mark.peers
@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "javascript:1"])
def test_it_leads_to_our_own_pages_alone(console: Console, to: str) -> None:
    with house(console) as served, served.browser() as browser:
        start = httpx2.URL(f"{served.address}/login/oidc", params={"next": to})
        assert 'url=/"' in through(browser, str(start), "s-lead").text
        answer = through(browser, f"{served.address}/login/oidc?next=/reports", "s-lead")
        assert 'url=/reports"' in answer.text


@pytest.mark.peers
def test_what_leaves_for_the_provider_has_pkce_state_and_nonce_and_no_secret(console: Console) -> None:
    with house(console) as served, served.browser() as browser:
        answers = [browser.get(f"{served.address}/login/oidc") for _ in range(2)]
        asked = [parse_qs(urlsplit(answer.headers["location"]).query) for answer in answers]
        for one in asked:
            assert one["code_challenge_method"] == ["S256"]
            assert one["response_type"] == ["code"]
            assert one["redirect_uri"] == [f"{served.address}/login/oidc/callback"]
            assert set(one["scope"][0].split()) == {"openid", "profile", "email"}
        for name in ("state", "nonce", "code_challenge"):
            assert asked[0][name] != asked[1][name]
        assert served.provider.secret not in repr(asked)
        cookie = answers[0].headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/login/oidc" in cookie


@pytest.mark.peers
def test_a_provider_that_is_away_is_a_page(console: Console) -> None:
    with house(console) as served, served.browser() as browser:
        served.provider.close()
        answer = browser.get(f"{served.address}/login/oidc")
        assert (answer.status_code, TEXTS["provider_failed"][0] in answer.text) == (403, True)
        assert browser.get(f"{served.address}/login").status_code == 200


@pytest.mark.peers
@pytest.mark.browser
def test_in_a_real_browser_the_session_is_there_after_coming_back_from_another_site(
    console: Console, browser: webdriver.Chrome
) -> None:
    """The provider is `localhost`, we are 127.0.0.1: two sites, and our cookie is not sent with a link of another."""
    with house(console) as served:
        browser.get(f"{served.address}/login")
        turn(browser, By.LINK_TEXT, TEXTS["by_provider"][0])
        browser.find_element(By.NAME, "login").send_keys("s-lead")
        browser.find_element(By.NAME, "password").send_keys("x")
        turn(browser, By.CSS_SELECTOR, "button[type=submit]")
        turn(browser, By.CSS_SELECTOR, "button[type=submit]")
        assert browser.find_element(By.PARTIAL_LINK_TEXT, "li")
        assert browser.current_url == f"{served.address}/"
        browser.get(f"{served.address}/account")
        assert TEXTS["by_oidc"][0] in browser.page_source
        assert [one for one in complaints(browser) if served.address in one] == []


@pytest.mark.parametrize(
    ("words", "role"),
    [
        (["hushgate-leads", "hushgate-admins"], "admin"),
        ("hushgate-leads", "lead"),
        (["hushgate-leadsx", "admin", ""], None),
        ([["hushgate-leads"], 1, None], None),
        ({"hushgate-leads": True}, None),
        (None, None),
        (7, None),
    ],
)
def test_of_several_words_the_first_of_our_list_holds(words: object, role: Role | None) -> None:
    assert role_of(words, ROLES) == role
