"""The whole console as one table: every address × every role × every method, made from the application's own list of
routes. A route without a line fails, and so does a line without a route.

What single rooms test of themselves (sign-in, sessions, links, second factors, timing) is not repeated here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from console.conftest import PASSWORD, SAME, Console, findings, new_hold, reading
from console.test_accounts import invited, token_of
from console.test_message_page import World, world  # noqa: F401 - a fixture
from console.test_rules import tried_by
from console.test_watched import passed
from gateway.console.list_visits import LISTS
from gateway.model import NewRewrite
from gateway.model.roles import ROLES, Right, may
from gateway.model.watched import WatchedFilter

# ruff: noqa: F811 - `world` is a fixture

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")
LOOKS, FORMS = "look", "form"
EVERYBODY, OWN = "everybody", "own"


@dataclass(frozen=True, slots=True)
class Line:
    """Who may open an address (`EVERYBODY`, `OWN`: whoever is signed in, or a right), and what is there: a page, the
    target of a form, or both."""

    who: Right | str
    what: tuple[str, ...] = (LOOKS,)


BOTH, POSTED = (LOOKS, FORMS), (FORMS,)
TABLE: Mapping[str, Line] = {
    "/healthz": Line(EVERYBODY),
    "/readyz": Line(EVERYBODY),
    "/metrics": Line(EVERYBODY),
    "/favicon.ico": Line(EVERYBODY),
    "/static/style.css": Line(EVERYBODY),
    "/static/queue.js": Line(EVERYBODY),
    "/static/places.js": Line(EVERYBODY),
    "/language/{language}": Line(EVERYBODY),
    "/setup/{token}": Line(EVERYBODY, BOTH),
    "/login": Line(EVERYBODY, BOTH),
    "/login/code": Line(EVERYBODY, BOTH),
    "/login/oidc": Line(EVERYBODY),
    "/login/oidc/callback": Line(EVERYBODY),
    "/logout": Line(OWN, POSTED),
    "/account": Line(OWN),
    "/account/password": Line(OWN, BOTH),
    "/account/sessions": Line(OWN, BOTH),
    "/account/second-factor": Line(OWN, BOTH),
    "/account/second-factor/confirm": Line(OWN, BOTH),
    "/account/second-factor/off": Line(OWN, BOTH),
    "/account/second-factor/codes": Line(OWN, BOTH),
    "/account/provider": Line(OWN, POSTED),
    "/account/provider/off": Line(OWN, POSTED),
    "/": Line("see_messages"),
    "/queue/news": Line("see_messages"),
    "/bulk": Line("decide", BOTH),
    "/proposals/{held}": Line("decide", BOTH),
    "/held/{held}": Line("see_messages"),
    "/held/{held}/mail": Line("see_messages"),
    "/held/{held}/picture/{number:int}.png": Line("see_messages"),
    "/held/{held}/release": Line("decide", BOTH),
    "/held/{held}/rewritten": Line("decide", BOTH),
    "/held/{held}/release-rewritten": Line("decide", BOTH),
    "/held/{held}/unlock": Line("decide", BOTH),
    "/held/{held}/discard": Line("decide", BOTH),
    "/held/{held}/return": Line("decide", BOTH),
    "/held/{held}/turn-down": Line("decide", BOTH),
    "/held/{held}/reveal": Line("reveal", BOTH),
    "/rewritten": Line("see_messages"),
    "/rewritten/{rewrite}": Line("see_messages"),
    "/rewritten/{rewrite}/picture/{number:int}.png": Line("see_messages"),
    "/reports": Line("see_reports"),
    "/reports/unresolved": Line("see_reports"),
    "/reports/{report}": Line("see_reports"),
    "/reports/{report}/reveal": Line("reveal", BOTH),
    "/reports/{report}/protect": Line("review_reports", BOTH),
    "/reports/{report}/confirm": Line("review_reports", BOTH),
    "/reports/{report}/strike": Line("review_reports", BOTH),
    "/users": Line("keep_accounts"),
    "/users/invite": Line("keep_accounts", BOTH),
    "/users/role": Line("keep_accounts", BOTH),
    "/users/disable": Line("keep_accounts", BOTH),
    "/users/enable": Line("keep_accounts", BOTH),
    "/users/reset": Line("keep_accounts", BOTH),
    "/users/sign-out": Line("keep_accounts", BOTH),
    "/log": Line("see_log"),
    "/log/reveal": Line("reveal", BOTH),
    "/figures": Line("see_figures"),
    "/figures.csv": Line("see_figures"),
    "/lessons": Line(OWN),
    "/watched": Line("see_messages"),
    "/watched.csv": Line("see_figures"),
    "/watched/{watched}": Line("see_messages"),
    "/watched/{watched}/picture/{number:int}.png": Line("see_messages"),
    "/watched/{watched}/mark": Line("decide", POSTED),
    "/late": Line("see_messages"),
    "/rules": Line("try_rules", BOTH),
    "/retention": Line("keep_records"),
    "/retention/{message}": Line("keep_records", BOTH),
}


class NoProvider:
    """A provider that is never reached: its addresses are there."""

    gives_roles = False

    async def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        return "https://id.platform.example/authorize"

    async def identity(self, back: str, nonce: str, verifier: str, said: Mapping[str, str]) -> Any:
        raise AssertionError("nobody comes back")


@dataclass
class House:
    """The console with all of its rooms, a browser for nobody and for each role, and what its addresses are about."""

    world: World
    browsers: dict[str, TestClient]
    filled: dict[str, str]

    def at(self, path: str) -> str:
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: self.filled[name[1]], path)

    def state(self) -> tuple[object, ...]:
        """What no request may change that has no right to: messages, reports, accounts, what is kept."""
        store = self.world.console.store
        return (
            [(one.id, one.status) for one in store.quarantine.summaries()],
            [store.reports.revision(one.id) for one in store.reports.summaries()],
            [(one.name, one.role, one.state, one.second_factor) for one in store.people.all()],
            [store.keeping.is_kept(one.id) for one in store.quarantine.summaries()],
            self.world.returned,
            self.world.console.released,
            self.world.sent,
            self.world.down,
            self.world.revealed,
        )


@pytest.fixture
def house(world: World) -> House:
    console = world.console
    console.now = datetime.now(UTC)
    tried_by(console).given(provider=NoProvider(), rewrites=console.store.rewrites)
    console.client.post("/login", data={"name": "mei", "password": PASSWORD}, headers=SAME)
    hold = new_hold()
    rewrite = NewRewrite(hold.envelope, b"x", b"o" * 32, b"s" * 32, "r", "p", ("R-1",), findings(), (), (), reading())
    filled = {
        "held": world.held(1),
        "message": world.held(2),
        "rewrite": console.store.rewrites.keep(rewrite, "relay", original=True),
        "report": "R-1",
        "watched": watched_one(console),
        "number": "0",
        "token": "t" * 32,
        "language": "zh",
    }
    browsers = {"nobody": console.from_elsewhere("10.4.0.99")}
    for number, role in enumerate(ROLES):
        browsers[role] = invited(console, f"a-{role}", role, f"10.4.0.{number}")
    return House(world, browsers, filled)


def watched_one(console: Console) -> str:
    """The id of a mail that passed because rules only watch."""
    console.store.watched.note(passed())
    (newest,) = console.store.watched.page(WatchedFilter(), 1)
    return newest.id


def routes(console: Console) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for route in console.client.app.routes:  # type: ignore[attr-defined]  # a Starlette
        assert isinstance(route, Route), "what is mounted has to be looked through too"
        found.setdefault(route.path, set()).update(route.methods or ())
    return found


def allowed(line: Line, who: str) -> bool:
    if line.who == EVERYBODY:
        return True
    if who == "nobody":
        return False
    return line.who == OWN or may(who, line.who)  # type: ignore[arg-type]  # the rest are rights


def methods_of(line: Line) -> set[str]:
    return {*(("GET", "HEAD") if LOOKS in line.what else ()), *(("POST",) if FORMS in line.what else ())}


def test_every_route_has_its_line_and_every_line_its_route(house: House) -> None:
    there = routes(house.world.console)
    assert there.keys() == TABLE.keys()
    assert there == {path: methods_of(TABLE[path]) for path in there}
    assert LISTS.keys() <= there.keys()


def test_every_route_answers_every_role_by_every_method_as_the_table_says(house: House) -> None:
    wrong: list[tuple[object, ...]] = []
    before = house.state()
    for path, line in TABLE.items():
        for who, browser in house.browsers.items():
            for method in METHODS:
                answer = browser.request(method, house.at(path), headers=SAME, data={} if method == "POST" else None)
                if not right(answer, path, line, who, method):
                    wrong.append((path, who, method, answer.status_code, answer.headers.get("location")))
                if answer.headers.get("x-frame-options") not in ("DENY", "SAMEORIGIN"):
                    wrong.append((path, who, method, "may be framed", ""))
    assert wrong == []
    assert house.state() == before  # nothing was changed by whatever came without a form of ours


def right(answer: Any, path: str, line: Line, who: str, method: str) -> bool:
    status, to = answer.status_code, answer.headers.get("location", "")
    if method not in methods_of(line):
        return bool(status == 405)
    if line.who == EVERYBODY:
        return bool(status < 500)
    if who == "nobody":
        return bool(status == 303 and to == "/login")
    if not allowed(line, who):
        return bool(status == 303 and to not in ("/login", "/") if path == "/" else status == 403)
    if method == "POST":
        return bool(status == 403)  # without this session's token
    return bool(status < 500 and status != 403 and to != "/login")


@pytest.mark.parametrize("who", ROLES)
def test_with_the_token_of_their_own_session_nobody_gets_further_than_their_rights(house: House, who: str) -> None:
    browser, before = house.browsers[who], house.state()
    form = {"token": token_of(browser), "reason": "x", "name": "mei", "role": who, "held": house.filled["held"]}
    for path, line in TABLE.items():
        if FORMS not in line.what or allowed(line, who):
            continue
        answer = browser.post(house.at(path), data={**form, "action": "release", "on": "yes"}, headers=SAME)
        assert answer.status_code == 403, path
    assert house.state() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://x.example"},
        {"origin": "null"},
        {},
    ],
)
def test_with_a_right_and_a_token_a_form_of_another_site_does_nothing(house: House, headers: dict[str, str]) -> None:
    browser, before = house.browsers["admin"], house.state()
    form = {"token": token_of(browser), "reason": "x", "name": "mei", "role": "auditor", "held": house.filled["held"]}
    for path, line in TABLE.items():
        if FORMS in line.what and line.who != EVERYBODY:
            answer = browser.post(house.at(path), data={**form, "action": "discard", "on": "yes"}, headers=headers)
            assert answer.status_code == 403, path
    signing_in = {"name": "mei", "password": PASSWORD, "again": PASSWORD}
    for path, answered in (("/login", 403), ("/login/code", 303), ("/setup/x", 403)):
        assert browser.post(path, data=signing_in, headers=headers).status_code == answered, path
    assert house.state() == before
    assert browser.get("/account").status_code == 200  # still signed in


def test_another_session_s_token_opens_no_form(house: House) -> None:
    browser, before = house.browsers["admin"], house.state()
    form = {"token": token_of(house.browsers["lead"]), "reason": "x", "name": "mei", "held": house.filled["held"]}
    for path, line in TABLE.items():
        if FORMS in line.what and line.who != EVERYBODY:
            assert browser.post(house.at(path), data={**form, "action": "discard"}, headers=SAME).status_code == 403
    assert house.state() == before


OUTSIDE = ("//x.example", "/\\x.example", "https://x.example", "javascript:alert(1)", "/%0d%0aSet-Cookie:x=1", "\r\n/x")
LEADING: tuple[Callable[[str], str], ...] = (
    lambda to: f"/language/en?to={to}",
    lambda to: f"/login?next={to}",
    lambda to: f"/held/HELD?in={to}",
    lambda to: f"/bulk?action=discard&held=HELD&back={to}",
    lambda to: f"/?q={to}&campaign={to}&expand={to}&status={to}&order={to}",
    lambda to: f"/retention?id={to}",
    lambda to: f"/log?subject={to}&person={to}",
)


@pytest.mark.parametrize("to", OUTSIDE)
def test_no_parameter_leads_elsewhere_or_writes_a_header(house: House, to: str) -> None:
    browser = house.browsers["admin"]
    for way in LEADING:
        for written in (to, to.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")):
            path = way(written).replace("HELD", house.filled["held"]).replace("\r", "%0D").replace("\n", "%0A")
            answer = browser.get(path)
            assert answer.status_code < 500, path
            location = answer.headers.get("location", "/")
            assert re.fullmatch(r"/(?![/\\]).*|", location), (path, location)
            assert "x=1" not in answer.headers.get("set-cookie", "")
            for link in re.findall(r'(?:href|action|src)="([^"]*)"', answer.text):
                assert re.match(r"/(?![/\\])|#|\?|$", link), (path, link)


TRAVELLING = ("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cx", "%00")


@pytest.mark.parametrize("name", TRAVELLING)
@pytest.mark.parametrize(
    "under", ["/static/", "/held/", "/rewritten/", "/reports/", "/retention/", "/proposals/", "/setup/", "/language/"]
)
def test_no_address_leads_to_a_file(house: House, under: str, name: str) -> None:
    browser = house.browsers["admin"]
    answer = browser.get(f"{under}{name}")
    assert answer.status_code in (303, 404), (under, name, answer.status_code)
    assert "root:" not in answer.text


def test_what_one_session_was_shown_no_other_gets_by_its_address(house: House) -> None:
    """Pictures and frames are numbered; what is behind a number is of the session that saw the page."""
    lead, reviewer, held = house.browsers["lead"], house.browsers["reviewer"], house.filled["held"]
    assert lead.get(f"/held/{held}").status_code == 200
    assert lead.get(f"/held/{held}/picture/0.png").status_code == 200
    assert reviewer.get(f"/held/{held}/picture/0.png").status_code == 404
    assert reviewer.get(f"/held/{held}/mail").status_code == 404
    assert reviewer.get(f"/rewritten/{held}/picture/0.png").status_code == 404


def test_every_answer_keeps_other_sites_out_of_its_window(house: House) -> None:
    for path in ("/login", "/users", "/account", "/nowhere", "/static/style.css"):
        headers = house.browsers["admin"].get(path).headers
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert path.startswith("/static") or headers["cache-control"] == "no-store"


def test_a_download_is_named_by_us_alone(house: House) -> None:
    """No subject, name or address stands in a header."""
    for path in TABLE:
        answer = house.browsers["admin"].get(house.at(path))
        said = " ".join(f"{name}: {value}" for name, value in answer.headers.items() if name != "location")
        assert said.isascii(), path
        assert not re.search(r"xiaoming|kefu|xinger|R-1\b", said), (path, said)
