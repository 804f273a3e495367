"""Accounts in a real browser: by the keyboard alone, as narrow as a phone, in both languages, in the dark."""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from console.conftest import PASSWORD, Console
from console.serving import served
from gateway.console import second_factor
from gateway.console.setup import issue_setup_link
from gateway.console.texts import TEXTS
from pages import MARK, TURNED, complaints, turn

NAME = "reviewer.of-the-complaints-desk-at-night"
FOCUSED = "return document.activeElement.tagName === 'INPUT'"
"""`autofocus` comes some moment after the page."""
WIDTHS = "return [document.documentElement.scrollWidth, window.innerWidth]"


@pytest.fixture
def address(console: Console) -> Iterator[str]:
    """The application of the fixture on a real socket."""
    console.now = datetime.now(UTC)
    with served(console.client.app) as at:
        yield at


def screen(browser: webdriver.Chrome, width: int, dark: bool = False) -> None:
    """A screen of this width."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wanted = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [wanted]})


def typed(browser: webdriver.Chrome, *keys: str) -> None:
    """Keys to the field that the page gave the focus, and on from there; the last one turns the page."""
    WebDriverWait(browser, 30).until(lambda it: it.execute_script(FOCUSED))
    browser.execute_script(MARK)
    for key in keys:
        browser.switch_to.active_element.send_keys(key)
    turned(browser)


def entered(browser: webdriver.Chrome, by: str, what: str) -> None:
    """Enter on a link or a button, which turns the page."""
    browser.execute_script(MARK)
    browser.find_element(by, what).send_keys(Keys.ENTER)
    turned(browser)


def turned(browser: webdriver.Chrome) -> None:
    WebDriverWait(browser, 30, ignored_exceptions=(WebDriverException,)).until(lambda it: it.execute_script(TURNED))


def secret_on(page: str) -> bytes:
    key = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].replace(" ", "")
    return base64.b32decode(key + "=" * (-len(key) % 8))


def code(console: Console, secret: bytes, off: int = 0) -> str:
    return second_factor.code_at(secret, second_factor.step_at(console.now) + off)


def test_from_the_first_link_to_a_second_factor_by_the_keyboard_alone(
    console: Console, address: str, browser: webdriver.Chrome
) -> None:
    browser.get(str(issue_setup_link(console.store.people, console.now, address)))
    typed(browser, NAME, Keys.TAB, PASSWORD, Keys.TAB, PASSWORD, Keys.ENTER)
    entered(browser, By.LINK_TEXT, NAME)
    entered(browser, By.LINK_TEXT, TEXTS["turn_on"][0])
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    typed(browser, Keys.ENTER)
    picture = browser.find_element(By.CSS_SELECTOR, "svg.qr")
    assert picture.size["width"] > 150
    secret = secret_on(browser.page_source)
    assert browser.switch_to.active_element.get_attribute("name") == "code"
    typed(browser, code(console, secret), Keys.ENTER)
    codes = [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".codes code")]
    assert len(codes) == 10
    entered(browser, By.CSS_SELECTOR, "header form button")
    typed(browser, NAME, Keys.TAB, PASSWORD, Keys.ENTER)
    assert browser.current_url == f"{address}/login/code"
    typed(browser, "000000", Keys.ENTER)
    assert TEXTS["wrong_code"][0] in browser.page_source
    typed(browser, code(console, secret, 1), Keys.ENTER)
    assert browser.current_url == f"{address}/"
    (wrong_code,) = complaints(browser)
    assert "401" in wrong_code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_accounts_fits_every_screen(
    console: Console, address: str, browser: webdriver.Chrome, language: str
) -> None:
    people, until = console.store.people, console.now + timedelta(days=1)
    browser.get(str(issue_setup_link(people, console.now, address)))
    typed(browser, NAME, Keys.TAB, PASSWORD, Keys.TAB, PASSWORD, Keys.ENTER)
    browser.add_cookie({"name": "lang", "value": language})
    for number, role in enumerate(("reviewer", "lead", "auditor")):
        people.invite(f"{NAME}-{number}", role, f"token-{number}", until, "cli:x")  # type: ignore[arg-type]
    people.second_factors.propose(NAME, b"s" * 20)

    def fits(width: int) -> None:
        needed, there = browser.execute_script(WIDTHS)
        assert needed <= there == width, (browser.current_url, needed, there)

    for width in (1280, 390):
        for path in ("/account", "/account/second-factor", "/users", "/login", "/setup/token-1"):
            screen(browser, width, dark=width == 390)
            browser.get(address + path)
            fits(width)
            for more in browser.find_elements(By.TAG_NAME, "summary"):
                more.click()
            fits(width)
            assert "<script" not in browser.page_source
    browser.get(f"{address}/users")
    browser.find_element(By.CSS_SELECTOR, "form[action='/users/invite'] [name=name]").send_keys("li")
    turn(browser, By.CSS_SELECTOR, "form[action='/users/invite'] button")
    fits(390)
    link = browser.find_element(By.CSS_SELECTOR, "code.link")
    assert link.text.startswith("https://review.platform.example/setup/")
    assert complaints(browser) == []


def test_a_link_of_another_site_opens_its_page_for_whoever_is_signed_in(
    console: Console, address: str, browser: webdriver.Chrome, tmp_path: Path
) -> None:
    browser.get(str(issue_setup_link(console.store.people, console.now, address)))
    typed(browser, NAME, Keys.TAB, PASSWORD, Keys.TAB, PASSWORD, Keys.ENTER)
    mail = tmp_path / "mail.html"
    mail.write_text(f'<a href="{address}/reports">a link in a mail</a>', encoding="utf-8")
    browser.get(mail.as_uri())
    turn(browser, By.TAG_NAME, "a")
    WebDriverWait(browser, 10).until(lambda it: TEXTS["all_reports"][0] in it.title)
    assert browser.current_url == f"{address}/reports"
    browser.delete_all_cookies()
    browser.get(mail.as_uri())
    turn(browser, By.TAG_NAME, "a")
    WebDriverWait(browser, 10).until(lambda it: it.current_url == f"{address}/login")
    typed(browser, NAME, Keys.TAB, PASSWORD, Keys.ENTER)
    assert browser.current_url == f"{address}/reports"
