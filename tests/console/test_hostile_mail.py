"""Hostile mails on a reviewer's page, in real Chromium: no script runs, nothing is asked for, the page stays ours."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from console.conftest import PASSWORD, Console, new_hold
from console.hostile import BODIES, mails
from console.serving import served
from gateway.console.setup import issue_setup_link
from gateway.model.shown_page import may_be_said
from gateway.reading.shown_page import shown_page
from gateway.reading.walk import read_mail
from pages import complaints, turn

FRAME = "iframe.mail"


class Counting(BaseHTTPRequestHandler):
    """Answers everything with a script that would tell, and writes down who asked."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(b"top.pwned=1")

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def counting() -> Iterator[str]:
    Counting.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def framing(console: Console) -> Console:
    """The console with a view of mails, taken apart in this process."""
    return console.given(shown_page=shown_page, earlier=console.store.earlier)


@pytest.fixture
def address(framing: Console) -> Iterator[str]:
    with served(framing.client.app) as at:
        yield at


def held(console: Console, content: bytes) -> str:
    hold = replace(new_hold(content), reading=read_mail(content), findings=())
    hold = replace(hold, digest=content[-32:].ljust(32, b"0"))
    return console.store.quarantine.hold(hold, "relay")


def test_there_are_sixty() -> None:
    assert len(mails("http://127.0.0.1:1")) >= 60


def test_a_frame_says_nothing_that_acts(framing: Console) -> None:
    """What is sent to the frame, letter by letter."""
    framing.set_up()
    for name, content in mails("http://127.0.0.1:1").items():
        says_nothing_that_acts(framing, name, content)


def says_nothing_that_acts(framing: Console, name: str, content: bytes) -> None:
    assert all(map(may_be_said, shown_page(content).pieces))
    id_ = held(framing, content)
    page = framing.client.get(f"/held/{id_}")
    assert "<script>" not in page.text.replace("&lt;script&gt;", "")
    frame = framing.client.get(f"/held/{id_}/mail")
    assert frame.status_code == 200, name
    policy = frame.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "script" not in policy
    body = frame.text.partition("<body>")[2].lower()
    for word in (
        "<script",
        "<iframe",
        "<img src=x",
        "<svg",
        "<form",
        "<a ",
        "href=",
        " on",
        "url(",
        "@import",
        "<link",
    ):
        markup = "".join(part.partition(">")[0] for part in body.split("<")[1:] if word[:1] != "<")
        assert word not in (body if word[:1] == "<" else markup), (name, word)


def test_in_a_browser_nothing_runs_and_nothing_leaves(
    framing: Console, address: str, browser: webdriver.Chrome, counting: str
) -> None:
    browser.get(str(issue_setup_link(framing.store.people, framing.now, address)))
    for field, value in (("name", "mei"), ("password", PASSWORD), ("again", PASSWORD)):
        browser.find_element(By.NAME, field).send_keys(value)
    turn(browser, By.CSS_SELECTOR, "main button")
    shown = 0
    for name, content in mails(counting).items():
        id_ = held(framing, content)
        browser.get(f"{address}/held/{id_}")
        assert browser.execute_script("return window.pwned") is None, name
        assert browser.current_url == f"{address}/held/{id_}", name
        # The page around stays usable: its buttons are there, on top, and can be reached.
        on_top = browser.execute_script(
            "const b=document.querySelector('.do .buttons button:last-child');b.scrollIntoView({block:'center'});"
            "const r=b.getBoundingClientRect();return document.elementFromPoint(r.x+r.width/2,r.y+r.height/2)===b"
        )
        assert on_top, name
        frames = browser.find_elements(By.CSS_SELECTOR, FRAME)
        assert len(browser.find_elements(By.TAG_NAME, "iframe")) == len(frames)
        if frames:
            assert frames[0].get_attribute("sandbox") == ""
            browser.switch_to.frame(frames[0])
            said = browser.find_element(By.TAG_NAME, "body").text
            shown += f"after {name}" in said
            assert browser.execute_script("return document.forms.length + document.scripts.length") == 0, name
            assert browser.execute_script("return document.querySelectorAll('iframe,object,embed,a,svg').length") == 0
            browser.switch_to.default_content()
            # Opened alone, without the attribute around it, it is as harmless.
            browser.get(f"{address}/held/{id_}/mail")
            assert browser.execute_script("return window.pwned") is None, name
        assert Counting.asked == [], name
    assert shown >= len(BODIES) - 6  # what opens a raw text element swallows the rest of its mail, in any program
    assert not [one for one in complaints(browser) if "favicon" not in one]
