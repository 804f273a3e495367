"""Every address × every role × every method: who is answered, who is sent away, and nothing changes without a form of
ours. A route that is not in the table is a failure: whoever adds one says who may open it."""

import re
from datetime import UTC, datetime

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from console.conftest import PASSWORD, SAME, Console, new_hold
from console.test_accounts import invited, token_of
from gateway.model.roles import ROLES, Right, Role, may

OPEN = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/static/style.css",
    "/favicon.ico",
    "/language/{language}",
    "/setup/{token}",
)
SIGNING_IN = ("/login", "/login/code", "/login/oidc", "/login/oidc/callback")
OWN = "own"
"""Whoever is signed in, and only about themselves."""
NEEDS: dict[str, Right | str] = {
    "/logout": OWN,
    "/account": OWN,
    "/account/password": OWN,
    "/account/sessions": OWN,
    "/account/second-factor": OWN,
    "/account/second-factor/confirm": OWN,
    "/account/second-factor/off": OWN,
    "/account/second-factor/codes": OWN,
    "/account/provider": OWN,
    "/account/provider/off": OWN,
    "/users": "keep_accounts",
    "/users/invite": "keep_accounts",
    "/users/role": "keep_accounts",
    "/users/disable": "keep_accounts",
    "/users/enable": "keep_accounts",
    "/users/reset": "keep_accounts",
    "/users/sign-out": "keep_accounts",
}
MINE = tuple(NEEDS)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.fixture
def admin(console: Console) -> Console:
    console.now = datetime.now(UTC)
    console.set_up("mei")
    return console


def routes(console: Console) -> dict[str, set[str]]:
    """The methods of each address."""
    found: dict[str, set[str]] = {}
    for route in console.client.app.routes:  # type: ignore[attr-defined]  # a Starlette
        assert isinstance(route, Route)
        found.setdefault(route.path, set()).update(route.methods or ())
    return found


def people(admin: Console) -> dict[str, TestClient]:
    """A browser for nobody, and for each role."""
    browsers = {"nobody": admin.from_elsewhere("10.4.0.99")}
    for number, role in enumerate(ROLES):
        browsers[role] = invited(admin, f"a-{role}", role, f"10.4.0.{number}")
    return browsers


def allowed(needed: Right | str, who: str) -> bool:
    if who == "nobody":
        return False
    return needed == OWN or may(who, needed)  # type: ignore[arg-type]  # the rest are rights


def test_every_address_of_accounts_answers_whom_it_is_for_and_no_other(admin: Console) -> None:
    there, browsers, wrong = routes(admin), people(admin), []
    for path in MINE:
        if path not in there:
            assert path.startswith("/account/provider")  # without a provider there is none
            continue
        for who, browser in browsers.items():
            for method in METHODS:
                before = admin.store.people.all()
                answer = browser.request(method, path, headers=SAME, data={} if method == "POST" else None)
                if method not in there[path]:
                    expected = {405}
                elif who == "nobody":
                    expected = {303}
                elif not allowed(NEEDS[path], who):
                    expected = {403}
                elif method == "POST":
                    expected = {403}  # without this session's token
                else:
                    expected = {200, 303}
                if answer.status_code not in expected or (
                    who == "nobody" and answer.status_code == 303 and (answer.headers["location"] != "/login")
                ):
                    wrong.append((path, who, method, answer.status_code))
                assert admin.store.people.all() == before, (path, who, method)
    assert wrong == []


@pytest.mark.parametrize("who", ROLES)
def test_with_a_form_of_ours_too_nobody_does_what_they_have_no_right_to(admin: Console, who: Role) -> None:
    browser = invited(admin, "somebody", who)
    before = admin.store.people.all()
    for path in MINE:
        if NEEDS[path] == "keep_accounts" and path != "/users" and not may(who, "keep_accounts"):
            form = {"token": token_of(browser), "name": "mei", "role": "auditor"}
            assert browser.post(path, data=form, headers=SAME).status_code == 403, path
    after = admin.store.people.all()
    assert [(one.name, one.role, one.state) for one in after] == [(one.name, one.role, one.state) for one in before]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {},
    ],
)
def test_a_form_from_elsewhere_does_nothing_with_its_token_even(admin: Console, headers: dict[str, str]) -> None:
    token, before = token_of(admin.client), admin.store.people.all()
    for path in routes(admin):
        if path in NEEDS and path != "/users" and path != "/account":
            form = {"token": token, "name": "mei", "role": "auditor", "session": "others", "password": PASSWORD}
            assert admin.client.post(path, data=form, headers=headers).status_code == 403, path
    for path in ("/login", "/login/code", "/setup/x"):
        assert admin.client.post(path, data={"name": "mei", "password": PASSWORD}, headers=headers).status_code in (
            303, 403,
        ), path  # fmt: skip
    assert admin.store.people.all() == before
    assert admin.client.get("/").status_code == 200


def test_the_token_of_another_session_is_none(admin: Console) -> None:
    li = invited(admin, "li", "admin")
    form = {"token": token_of(li), "name": "li"}
    assert admin.client.post("/users/disable", data=form, headers=SAME).status_code == 403
    assert li.post("/users/sign-out", data={**form, "name": "nobody"}, headers=SAME).status_code == 200


def test_every_page_that_shows_something_is_asked_for_its_right(admin: Console) -> None:
    """Of every address of the console, whoever added it: nobody signed in sees nothing."""
    held = admin.store.quarantine.hold(new_hold(), "relay")
    stranger, filled = admin.from_elsewhere("10.4.0.98"), {"held": held, "report": "R-1", "number": "0"}
    for path, methods in routes(admin).items():
        if path in OPEN or path in SIGNING_IN or path.startswith("/static/"):
            continue
        where = re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: filled.get(name[1], "x"), path)
        for method in methods & {"GET", "POST"}:
            answer = stranger.request(method, where, headers=SAME, data={"x": "y"} if method == "POST" else None)
            assert answer.status_code in (303, 401, 404), (method, path, answer.status_code)
            if answer.status_code == 303:
                assert answer.headers["location"] == "/login", path
            assert held not in answer.text


def test_every_answer_keeps_other_sites_out_of_its_window(admin: Console) -> None:
    for path in ("/login", "/users", "/account", "/nowhere", "/static/style.css"):
        headers = admin.client.get(path).headers
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert path.startswith("/static") or headers["cache-control"] == "no-store"
