"""The audit log in a real browser: both languages, wide and narrow, with the keyboard alone, without script."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from console.conftest import PASSWORD, Console, new_hold
from console.serving import served
from gateway.audit.sentences import SENTENCES
from gateway.console.setup import issue_setup_link
from pages import complaints, turn

SECRET = "附件里有张小鸣的身份证"


@pytest.fixture
def address(console: Console) -> Iterator[str]:
    """The application of the fixture on a real socket."""
    with served(console.client.app) as at:
        yield at


def screen(browser: webdriver.Chrome, width: int, scheme: str) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def sign_in(browser: webdriver.Chrome, console: Console, address: str) -> None:
    console.now = datetime.now(UTC)
    browser.get(str(issue_setup_link(console.store.people, console.now, address)))
    for name, value in (("name", "李敏"), ("password", PASSWORD), ("again", PASSWORD)):
        browser.find_element(By.NAME, name).send_keys(value)
    turn(browser, By.CSS_SELECTOR, "main button")


def test_every_entry_fits_every_screen_in_both_languages(
    console: Console, address: str, browser: webdriver.Chrome
) -> None:
    long = "a-very-long-identifier-without-a-blank-" * 5
    for event in (*SENTENCES, "an_event_of_later"):
        console.store.audit.append(f"console:{long}", event, long, {"reason": "sealed:AA", "rule": long, long: long})
    sign_in(browser, console, address)
    for language in ("zh", "en"):
        browser.add_cookie({"name": "lang", "value": language})
        for width, scheme in ((1280, "light"), (390, "dark")):
            screen(browser, width, scheme)
            for path in ("/log", "/log?event=accounts", "/log?person=nobody", "/log?since=x"):
                browser.get(address + path)
                needed, there = browser.execute_script(
                    "document.querySelectorAll('details').forEach(one => one.open = true);"
                    "return [document.documentElement.scrollWidth, window.innerWidth]"
                )
                assert needed <= there <= width, (language, width, path)
    refused = [one for one in complaints(browser) if "400" not in str(one)]
    assert refused == []


def test_with_the_keyboard_alone_and_without_script(console: Console, address: str, browser: webdriver.Chrome) -> None:
    held = console.store.quarantine.hold(new_hold(), "relay")
    console.store.quarantine.move(held, "discard", "console:陈静", SECRET)
    sign_in(browser, console, address)
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(f"{address}/log")
    assert SECRET not in browser.page_source

    def to(what: str) -> None:
        """Tab on to an element."""
        for _ in range(80):
            browser.switch_to.active_element.send_keys(Keys.TAB)
            if browser.switch_to.active_element == browser.find_element(By.CSS_SELECTOR, what):
                return
        raise AssertionError(what)

    to("input[name=person]")
    browser.switch_to.active_element.send_keys("陈静", Keys.ENTER)
    browser.find_element(By.PARTIAL_LINK_TEXT, "清除条件")
    (entry,) = browser.find_elements(By.CSS_SELECTOR, ".log-day li")
    assert f"陈静 作废了邮件 {held}，理由已封存" in entry.text
    to("summary")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert "discarded" in browser.find_element(By.CSS_SELECTOR, ".log-day li dl").text
    to("textarea[name=reason]")
    browser.switch_to.active_element.send_keys("复核")
    to("form[action='/log/reveal'] button")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    browser.find_element(By.CSS_SELECTOR, ".notice.good")
    assert f"理由：{SECRET}" in browser.find_element(By.CSS_SELECTOR, ".log-day").text
    assert browser.get_cookies()  # signed in as before
