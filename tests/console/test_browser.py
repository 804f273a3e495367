"""The pages in a real browser, as wide as a phone: nothing scrolls sideways, nothing breaks our own content policy."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from console.conftest import PASSWORD, Console, new_hold
from gateway.console.setup import issue_setup_link

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=zh-CN",
]
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
WIDTHS = "return [document.documentElement.scrollWidth, window.innerWidth]"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={tmp_path}/profile"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"intl.accept_languages": "zh-CN,zh"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.implicitly_wait(5)
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    yield driver
    driver.quit()


@pytest.fixture
def address(console: Console) -> Iterator[str]:
    """The application of the fixture on a real socket."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(console.client.app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()


def test_every_page_fits_a_phone_and_keeps_to_its_policy(
    console: Console, address: str, browser: webdriver.Chrome
) -> None:
    def fits() -> None:
        needed, there = browser.execute_script(WIDTHS)
        assert needed <= there

    browser.get(str(issue_setup_link(console.store.people, console.now, address)))
    fits()
    for name, value in (("name", "审核员"), ("password", PASSWORD), ("again", PASSWORD)):
        browser.find_element(By.NAME, name).send_keys(value)
    browser.find_element(By.CSS_SELECTOR, "main button").click()
    assert browser.find_element(By.CSS_SELECTOR, ".empty")

    held = console.store.quarantine.hold(new_hold(b"\r\n", "a-very-long-name-indeed@streamers.example"), "relay")
    browser.refresh()
    fits()
    browser.find_element(By.PARTIAL_LINK_TEXT, held).click()
    fits()
    picture = browser.find_element(By.CSS_SELECTOR, "main img")
    assert browser.execute_script("return arguments[0].naturalWidth", picture) == 100
    assert "张小鸣" not in browser.page_source

    browser.find_element(By.LINK_TEXT, "English").click()
    assert browser.current_url == f"{address}/held/{held}"
    fits()
    browser.find_element(By.CSS_SELECTOR, "button.good").click()  # no reason yet: the browser itself asks for one
    assert browser.current_url == f"{address}/held/{held}"
    browser.find_element(By.NAME, "reason").send_keys("checked")
    browser.find_element(By.CSS_SELECTOR, "button.good").click()
    assert browser.find_element(By.CSS_SELECTOR, ".notice").text == "Discarded."
    fits()
    assert [entry["message"] for entry in browser.get_log("browser")] == []


def test_a_page_of_another_site_cannot_decide(
    console: Console, address: str, browser: webdriver.Chrome, tmp_path: Path
) -> None:
    console.set_up("mei")
    held = console.store.quarantine.hold(new_hold(), "relay")
    browser.get(f"{address}/login")
    browser.find_element(By.NAME, "name").send_keys("mei")
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    browser.find_element(By.CSS_SELECTOR, "main button").click()
    browser.find_element(By.PARTIAL_LINK_TEXT, held).click()
    token = browser.find_element(By.CSS_SELECTOR, "section input[name=token]").get_attribute("value")
    trap = tmp_path / "trap.html"
    trap.write_text(
        f'<form method="post" action="{address}/held/{held}/release"><input name="token" value="{token}">'
        '<input name="reason" value="x"><button>win a prize</button></form>'
    )
    browser.get(trap.as_uri())
    browser.find_element(By.TAG_NAME, "button").click()
    assert browser.find_element(By.TAG_NAME, "main")  # ours, saying no or asking who it is
    assert console.released == []
