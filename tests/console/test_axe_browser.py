"""axe-core over every page of every room, in both languages, light and dark, on a desk and on a phone: nothing serious.
Each page is seen in both languages, and on each of four screens in one of them.

The pages are counted by their templates: whoever adds one adds it here.
"""

# ruff: noqa: F811 - `address` is a fixture
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.support.wait import WebDriverWait
from starlette.requests import Request
from starlette.responses import Response

import gateway.console
from accessible import grave, show
from console.conftest import PASSWORD, Console, filled, findings, new_hold, reading
from console.counted import fill
from console.test_browser import address  # noqa: F401 - a fixture
from console.test_message_page import Proposed, World, world  # noqa: F401 - a fixture
from console.test_rules import tried_by
from gateway.console import second_factor
from gateway.console.site import Site
from gateway.model import NewRewrite
from gateway.model.notice import Justification
from pages import TURNED

PIECES = {"base.html", "_pieces.html", "queue_line.html"}
SUBMIT = """
const form = document.createElement('form');
form.method = 'post'; form.action = arguments[0];
const token = document.querySelector('input[name=token]');
for (const [name, value] of Object.entries({token: token ? token.value : '', ...arguments[1]})) {
  const field = document.createElement('input'); field.type = 'hidden'; field.name = name; field.value = value;
  form.append(field);
}
document.body.append(form); window.hushgateOld = true; form.submit();
"""


class Tour:
    """A browser that looks at pages one after the other, and what was found on them."""

    def __init__(self, browser: webdriver.Chrome, base: str) -> None:
        self.browser, self.base = browser, base
        self.found: list[tuple[str, str, dict[str, Any]]] = []
        self.language = "zh"

    def speak(self, language: str) -> None:
        self.language = language
        self.browser.add_cookie({"name": "lang", "value": language})

    def look(self, path: str) -> None:
        """At a page as it is opened."""
        self.browser.get(self.base + path)
        self._inspect(path)

    def submit(self, path: str, on: str = "/account", **form: str) -> None:
        """At what a form of ours answers."""
        self.browser.get(self.base + on)
        self.browser.execute_script(SUBMIT, path, form)
        WebDriverWait(self.browser, 30, ignored_exceptions=(WebDriverException,)).until(
            lambda it: it.execute_script(TURNED)
        )
        self._inspect(path)

    def onward(self, console: Console) -> None:
        """At the page for whoever followed a link in a mail, without going where it leads."""
        sent = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        page = console.from_elsewhere(**sent).get("/reports", cookies={"lang": self.language}).text
        self.browser.get(self.base + "/login")
        frame = self.browser.execute_cdp_cmd("Page.getFrameTree", {})["frameTree"]["frame"]["id"]
        still = re.sub(r"<meta http-equiv[^>]*>", "", page)
        self.browser.execute_cdp_cmd("Page.setDocumentContent", {"frameId": frame, "html": still})
        self._inspect("onward")

    def _inspect(self, path: str) -> None:
        self.browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
        self.found += [(path, self.language, one) for one in grave(self.browser, self.language)]


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The templates of all pages that were shown."""
    seen: set[str] = set()
    page = Site.page

    def noted(self: Site, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        seen.add(template)
        return page(self, request, template, status, **values)

    monkeypatch.setattr(Site, "page", noted)
    return seen


def rewrite() -> NewRewrite:
    hold = new_hold()
    return NewRewrite(
        hold.envelope,
        b"Subject: x\r\n\r\nx\r\n",
        b"o" * 32,
        b"s" * 32,
        "material",
        "p",
        ("R-1",),
        findings(),
        (),
        (),
        reading(),
    )


def test_what_nobody_could_read_or_name_is_found(browser: webdriver.Chrome, tmp_path: Path) -> None:
    """The tool works: a page with faults has findings, and of those that matter alone."""
    page = tmp_path / "page.html"
    page.write_text(
        '<!doctype html><html lang="en"><title>x</title><main><h1>x</h1><p style="color:#bbb;background:#fff">pale</p>'
        "<button></button><input><img src='x.png'></main>"
    )
    browser.get(page.as_uri())
    assert {one["id"] for one in grave(browser, "zh")} == {"color-contrast", "button-name", "label", "image-alt"}


def test_no_page_has_a_serious_or_critical_finding(
    world: World, rendered: set[str], browser: webdriver.Chrome, request: pytest.FixtureRequest
) -> None:
    console = world.console
    console.now = datetime.now(UTC)
    tried_by(console).given(
        rewrites=console.store.rewrites,
        justifications_of=lambda held: (Justification(console.now, "当事人已经同意，请放行。"),),
    )
    tour = Tour(browser, request.getfixturevalue("address"))
    known = filled(console)
    fill(console.store, console.now.date())
    gone = console.store.rewrites.keep(rewrite(), "relay", original=True)
    held = [one.id for one in console.store.quarantine.summaries("held")]
    mine = console.store.quarantine.hold(replace(new_hold(b"one more\r\n")), "relay")
    assert (
        console.store.people.invite("li", "auditor", "l" * 32, console.now + timedelta(hours=9), "console:mei")
        == "done"
    )
    for language in ("zh", "en"):
        browser.get(f"{tour.base}/static/style.css")
        browser.delete_all_cookies()
        tour.speak(language)
        for path in ("/login", "/nowhere", f"/setup/{'l' * 32}", "/setup/none"):
            tour.look(path)
        tour.submit("/login", "/login", name="x", password="y")
        tour.onward(console)
        sign_in(tour)
        paths = [
            *(path for path in known if "?" not in path or path.endswith("=all")),
            f"/held/{mine}",
            "/?q=nothing-of-that-kind",
            "/rewritten",
            f"/rewritten/{gone}",
            "/figures",
            "/lessons",
            "/retention",
            f"/retention/{mine}",
            "/late",
            "/rules",
            "/log",
            "/users",
            "/account",
            "/account/second-factor",
            f"/bulk?action=release&held={mine}",
            f"/bulk?action=discard&held={held[0]}&held={held[1]}",
        ]
        for path in dict.fromkeys(paths):
            tour.look(path)
        world.proposal = Proposed(mine)
        for path in (f"/held/{mine}", f"/proposals/{mine}"):
            tour.look(path)
        world.proposal = None
        tour.submit(f"/held/{mine}/rewritten", f"/held/{mine}")
        tour.submit(f"/held/{mine}/release", f"/held/{mine}", reason="")
        tour.submit(f"/held/{mine}/reveal", f"/held/{mine}", place="1.2-5", reason="x")
        tour.submit("/reports/R-open/reveal", "/reports/R-open", reason="x")
        tour.submit("/users/invite", "/users", name=f"li-{language}", role="auditor")
        one = held[2 if language == "zh" else 3]
        tour.submit("/bulk", action="discard", held=one, effects=f"{one}:go", reason="x")
        second_step(tour, console)
    show(browser, 1280, dark=False)
    assert tour.found == []
    missing = {one.name for one in (Path(gateway.console.__path__[0]) / "templates").glob("*.html")}
    assert missing - PIECES - rendered == set()


def sign_in(tour: Tour) -> None:
    """With the password alone."""
    tour.browser.get(tour.base + "/login")
    tour.browser.execute_script(SUBMIT, "/login", {"name": "mei", "password": PASSWORD})
    WebDriverWait(tour.browser, 30, ignored_exceptions=(WebDriverException,)).until(
        lambda it: it.execute_script(TURNED)
    )


def second_step(tour: Tour, console: Console) -> None:
    """Setting up a second factor, its recovery codes, and the second step of a sign-in; then without it again."""
    tour.submit("/account/second-factor", password=PASSWORD)
    secret = console.store.people.second_factors.proposed("mei")
    assert secret is not None
    tour.submit(
        "/account/second-factor/confirm", code=second_factor.code_at(secret, second_factor.step_at(console.now))
    )
    tour.look("/account")
    tour.submit("/logout")
    tour.submit("/login", "/login", name="mei", password=PASSWORD)
    console.store.people.second_factors.drop("mei")
