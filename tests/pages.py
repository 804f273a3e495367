"""Turning from one page to another in a real browser, without looking at the page that goes away."""

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.remote.command import Command
from selenium.webdriver.support.wait import WebDriverWait

MARK = "window.hushgateOld = true"
TURNED = "return window.hushgateOld === undefined && document.readyState === 'complete'"


def turn(browser: webdriver.Chrome, by: str, what: str) -> None:
    """Click what leads to another page, and wait until that one stands whole.

    A click returns before the old page is gone. An element of the old page says so with any of several errors,
    so the new page is known by lacking a mark; whatever the browser answers between the two is asked again.
    """
    browser.execute_script(MARK)
    browser.find_element(by, what).click()
    WebDriverWait(browser, 30, ignored_exceptions=(WebDriverException,)).until(lambda it: it.execute_script(TURNED))


def complaints(browser: webdriver.Chrome) -> list[str]:
    """What the browser's log has got since it was last asked for."""
    return [entry["message"] for entry in browser.execute(Command.GET_LOG, {"type": "browser"})["value"]]
