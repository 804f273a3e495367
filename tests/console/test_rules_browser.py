"""The page on which rules are tried, in a real browser: it fits, can be read in dark, and works by the keyboard."""

# ruff: noqa: F811 - `address` is a fixture
from datetime import UTC, datetime
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from console.conftest import Console
from console.test_browser import PHONE, WIDTHS, address  # noqa: F401 - a fixture
from console.test_figures_browser import CONTRASTS, sign_in
from console.test_rules import PASSING, tried_by
from pages import complaints, turn


@pytest.fixture
def console(console: Console) -> Console:
    """With a record, before the application is served."""
    console.now = datetime.now(UTC)
    return tried_by(console)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "language"), [(390, "zh"), (1280, "zh"), (390, "en"), (1280, "en")])
def test_a_file_is_tried_and_the_answer_fits(
    console: Console,
    address: str,
    browser: webdriver.Chrome,
    tmp_path: Path,
    width: int,
    language: str,
    scheme: str,
) -> None:
    sign_in(browser, console, address)
    emulated = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", emulated)
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**PHONE, "width": width, "mobile": width < 500})
    browser.add_cookie({"name": "lang", "value": language})
    file = tmp_path / "policy.toml"
    file.write_text(PASSING, encoding="utf-8")
    browser.get(f"{address}/rules")
    for given in (str(file), ""):
        if given:
            browser.find_element(By.NAME, "file").send_keys(given)
        else:
            area = browser.find_element(By.NAME, "policy")
            assert area.get_attribute("value") == PASSING  # to be changed and tried again
            area.send_keys(Keys.TAB)
            assert browser.switch_to.active_element.tag_name == "button"
        turn(browser, By.CSS_SELECTOR, "main form button")
        needed, there = browser.execute_script(WIDTHS)
        assert needed <= there <= width
        assert "Q-5" in browser.find_element(By.ID, "result").text
        for found in browser.execute_script(CONTRASTS):
            assert found["contrast"] >= 4.5, found
    assert complaints(browser) == []
