"""The list in a real browser: by keys alone, without script, on a phone, and with what comes in meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from console.serving import served
from console.test_queue import Desk
from gateway.storage.protocols import Store
from pages import complaints, turn

WIDTHS = "return [document.documentElement.scrollWidth, window.innerWidth]"


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, datetime.now(UTC))


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with served(desk.app) as at:
        yield at


def signed_in(browser: webdriver.Chrome, address: str, name: str, language: str = "zh") -> webdriver.Chrome:
    browser.get(f"{address}/static/style.css")
    for cookie, value in (("hushgate", f"session-{name}"), ("lang", language)):
        browser.add_cookie({"name": cookie, "value": value})
    browser.get(address)
    return browser


def press(browser: webdriver.Chrome, *keys: str) -> None:
    for key in keys:
        ActionChains(browser).send_keys(key).perform()


def focused(browser: webdriver.Chrome) -> str:
    found = browser.execute_script(
        "const row = document.activeElement.closest('li.row'); return row ? row.dataset.held : ''"
    )
    return str(found)


def test_a_message_is_decided_by_keys_alone(desk: Desk, address: str, browser: webdriver.Chrome) -> None:
    held = [desk.hold(number) for number in range(3)]
    signed_in(browser, address, "reviewer")
    press(browser, "j")
    assert focused(browser) == held[0]
    press(browser, "j", "j", "j")
    assert focused(browser) == held[2]  # and no further
    press(browser, "k")
    assert focused(browser) == held[1]
    press(browser, "?")
    assert browser.find_element(By.ID, "keys").get_attribute("open") is not None
    press(browser, "?")
    press(browser, "/")
    press(browser, "d", "x")  # written into the search box, and no decision
    assert browser.find_element(By.ID, "q").get_attribute("value") == "dx"
    press(browser, Keys.ESCAPE, "k", "j", "d")
    WebDriverWait(browser, 20).until(lambda it: "/bulk?" in it.current_url)
    assert held[1] in browser.current_url
    press(browser, "checked")  # the reason has the focus
    press(browser, Keys.TAB, Keys.ENTER)
    WebDriverWait(browser, 20).until(lambda it: "1 封已按要求处理" in it.page_source)
    assert desk.store.quarantine.summary(held[1]).status == "discarded"  # type: ignore[union-attr]
    assert complaints(browser) == []


def test_enter_opens_a_message_and_r_asks_before_anything(desk: Desk, address: str, browser: webdriver.Chrome) -> None:
    held = desk.hold(1)
    signed_in(browser, address, "reviewer", "en")
    press(browser, "j", "r")
    WebDriverWait(browser, 20).until(lambda it: "/bulk?action=release&" in it.current_url)
    assert "Release as written" in browser.page_source
    assert desk.sent == []
    browser.back()
    WebDriverWait(browser, 20).until(lambda it: it.find_elements(By.CSS_SELECTOR, "li.row"))
    press(browser, "j", Keys.ENTER)
    WebDriverWait(browser, 20).until(lambda it: f"/held/{held}" in it.current_url)


def test_what_comes_in_is_announced_within_five_seconds(desk: Desk, address: str, browser: webdriver.Chrome) -> None:
    desk.hold(1)
    signed_in(browser, address, "reviewer")
    news = browser.find_element(By.ID, "news")
    assert not news.is_displayed()
    desk.hold(2)
    desk.hold(3)
    WebDriverWait(browser, 8).until(lambda it: "有 2 封新邮件" in news.text)
    turn(browser, By.CSS_SELECTOR, "#news a")
    assert len(browser.find_elements(By.CSS_SELECTOR, "li.row")) == 3
    assert complaints(browser) == []


def test_a_lot_is_decided_without_script(desk: Desk, address: str, browser: webdriver.Chrome) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    lot = [desk.hold(number, said="同样的话") for number in range(4)]
    signed_in(browser, address, "lead")
    browser.find_element(By.LINK_TEXT, "展开").click()
    browser.find_element(By.LINK_TEXT, "全部勾选").click()
    assert len(browser.find_elements(By.CSS_SELECTOR, ".members input:checked")) == 4
    browser.find_element(By.CSS_SELECTOR, ".members input").click()  # the first is left out
    turn(browser, By.CSS_SELECTOR, ".lot button[value=discard]")
    assert "3 封将作废" in browser.page_source
    browser.find_element(By.NAME, "reason").send_keys("重复")
    turn(browser, By.CSS_SELECTOR, "main form button")
    assert "3 封已按要求处理" in browser.page_source
    states = {one.id: one.status for one in desk.store.quarantine.summaries()}
    assert states == {lot[0]: "held", **dict.fromkeys(lot[1:], "discarded")}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_of_the_queue_fits(
    desk: Desk, address: str, browser: webdriver.Chrome, width: int, scheme: str
) -> None:
    screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    desk.four_eyes()
    to = "a-very-long-name-indeed-of-somebody-somewhere@streamers-of-the-whole-world.example"
    lot = [desk.hold(number, said="同样的话", to=to, minutes="4000") for number in range(30)]
    single = desk.hold(99, sender="a-desk-with-a-very-long-name-indeed@platform.example")
    desk.decide("reviewer", "release", [single])
    paths = [
        "/", "/?status=all", "/?status=proposed", "/?q=%E5%A4%A9%E4%B9%A6", f"/?expand={lot[0]}&mark=all",
        f"/?campaign={lot[0]}", f"/bulk?action=release&held={'&held='.join(lot)}", f"/proposals/{single}",
    ]  # fmt: skip
    for language in ("zh", "en"):
        signed_in(browser, address, "lead", language)
        for path in paths:
            browser.get(address + path)
            needed, there = browser.execute_script(WIDTHS)
            assert needed <= there <= width, (language, path)
            assert browser.find_elements(By.CSS_SELECTOR, "main .card, main .queue")
    assert complaints(browser) == []
