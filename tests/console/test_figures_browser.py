"""Figures, lessons and retention in a real browser: they fit, can be read in dark, heard, and used by the keyboard."""

# ruff: noqa: F811 - `address` is a fixture
import json
from datetime import UTC, datetime, timedelta

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from console.conftest import PASSWORD, Console, new_hold
from console.counted import fill
from console.test_browser import PHONE, WIDTHS, address  # noqa: F401 - a fixture
from gateway.console.setup import issue_setup_link
from pages import complaints, turn


def sign_in(browser: webdriver.Chrome, console: Console, base: str) -> None:
    browser.get(str(issue_setup_link(console.store.people, console.now, base)))
    for name, value in (("name", "审核员"), ("password", PASSWORD), ("again", PASSWORD)):
        browser.find_element(By.NAME, name).send_keys(value)
    turn(browser, By.CSS_SELECTOR, "main button")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_and_can_be_read(
    console: Console,
    address: str,
    browser: webdriver.Chrome,
    width: int,
    language: str,
    scheme: str,
) -> None:
    console.now = datetime.now(UTC)
    sign_in(browser, console, address)
    fill(console.store, console.now.date())
    held = console.store.quarantine.hold(new_hold(), "relay")
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**PHONE, "width": width, "mobile": width < 500})
    browser.add_cookie({"name": "lang", "value": language})
    for path in ("/figures", "/figures?weeks=52", "/lessons", "/retention", f"/retention/{held}"):
        browser.get(address + path)
        needed, there = browser.execute_script(WIDTHS)
        assert needed <= there <= width, path
        for found in browser.execute_script(CONTRASTS):
            assert found["contrast"] >= (3 if found["tag"] == "rect" else 4.5), (path, found)
    assert complaints(browser) == []


CONTRASTS = """
const lum = c => { const p = c.match(/[\\d.]+/g).map(Number).slice(0, 3).map(v => { v /= 255;
  return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }); return .2126 * p[0] + .7152 * p[1] + .0722 * p[2] };
const ground = e => { for (; e; e = e.parentElement) { const b = getComputedStyle(e).backgroundColor;
  if (!/, 0\\)$/.test(b) && b !== 'transparent') return b } return 'rgb(255, 255, 255)' };
const own = e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
const drawn = e => e.matches('svg text') || e.matches('rect.s0, rect.s1');
return [...document.querySelectorAll('main *')].filter(e => e.getClientRects().length && !e.matches('title, desc'))
 .filter(e => drawn(e) || (own(e) && !e.closest('svg'))).map(e => { const s = getComputedStyle(e);
  const a = lum(drawn(e) ? s.fill : s.color), b = lum(ground(e));
  return {tag: e.tagName.toLowerCase(), text: e.textContent.slice(0, 30),
          contrast: (Math.max(a, b) + .05) / (Math.min(a, b) + .05)} })
"""


def test_a_plot_is_heard_by_its_name_and_its_numbers(
    console: Console,
    address: str,
    browser: webdriver.Chrome,
) -> None:
    console.now = datetime.now(UTC)
    sign_in(browser, console, address)
    fill(console.store, console.now.date())
    browser.get(f"{address}/figures")
    browser.execute_cdp_cmd("Accessibility.enable", {})
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    plots = [node for node in tree if node.get("role", {}).get("value") in ("img", "image")]
    assert len(plots) == 8
    for plot in plots:
        name = json.dumps(plot["name"]["value"], ensure_ascii=False)
        assert "：" in name, name
        assert any(letter.isdigit() for letter in name)
    assert len(browser.find_elements(By.CSS_SELECTOR, ".plots details table")) == 8


def test_the_main_ways_go_by_the_keyboard_and_without_script(
    console: Console,
    address: str,
    browser: webdriver.Chrome,
) -> None:
    console.now = datetime.now(UTC)
    sign_in(browser, console, address)
    fill(console.store, console.now.date() - timedelta(days=1))
    held = console.store.quarantine.hold(new_hold(), "relay")
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(f"{address}/retention/{held}")
    browser.find_element(By.NAME, "reason").send_keys("案号 1", Keys.TAB, Keys.ENTER)
    WebDriverWait(browser, 30).until(lambda it: it.find_elements(By.CSS_SELECTOR, ".notice.good"))
    assert console.store.keeping.is_kept(held) is True
    browser.get(f"{address}/figures")
    browser.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    assert browser.find_element(By.CSS_SELECTOR, "details[open] tbody th").is_displayed()
