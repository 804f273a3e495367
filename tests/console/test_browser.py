"""The pages in a real browser, as wide as a phone: nothing scrolls sideways, nothing breaks our own content policy."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from console.conftest import PASSWORD, Console, filled, new_hold
from console.serving import served
from gateway.console.setup import issue_setup_link
from gateway.model.notice import Justification
from pages import complaints, turn

PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
WIDTHS = "return [document.documentElement.scrollWidth, window.innerWidth]"


@pytest.fixture
def phone(browser: webdriver.Chrome) -> webdriver.Chrome:
    """The browser with the screen of a small phone."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    return browser


@pytest.fixture
def address(console: Console) -> Iterator[str]:
    """The application of the fixture on a real socket."""
    with served(console.client.app) as at:
        yield at


def test_every_page_fits_a_phone_and_keeps_to_its_policy(
    console: Console, address: str, phone: webdriver.Chrome
) -> None:
    def fits() -> None:
        needed, there = phone.execute_script(WIDTHS)
        assert needed <= there

    phone.get(str(issue_setup_link(console.store.people, console.now, address)))
    fits()
    for name, value in (("name", "审核员"), ("password", PASSWORD), ("again", PASSWORD)):
        phone.find_element(By.NAME, name).send_keys(value)
    turn(phone, By.CSS_SELECTOR, "main button")
    assert phone.find_element(By.CSS_SELECTOR, ".empty")

    held = console.store.quarantine.hold(new_hold(b"\r\n", "a-very-long-name-indeed@streamers.example"), "relay")
    phone.refresh()
    fits()
    turn(phone, By.CSS_SELECTOR, f"#{held} a.subject")
    fits()
    picture = phone.find_element(By.CSS_SELECTOR, "main img")
    assert phone.execute_script("return arguments[0].naturalWidth", picture) == 100
    assert "张小鸣" not in phone.page_source

    turn(phone, By.LINK_TEXT, "English")
    assert phone.current_url == f"{address}/held/{held}"
    fits()
    phone.find_element(By.NAME, "reason").send_keys("checked")
    turn(phone, By.CSS_SELECTOR, "button[formaction$='/discard']")
    assert phone.find_element(By.CSS_SELECTOR, ".notice").text == "Discarded."
    fits()
    assert complaints(phone) == []


@pytest.mark.parametrize("width", [390, 360])
def test_every_page_in_every_state_fits_a_phone_in_both_languages(
    console: Console, address: str, phone: webdriver.Chrome, width: int
) -> None:
    phone.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**PHONE, "width": width})
    console.now = datetime.now(UTC)
    phone.get(str(issue_setup_link(console.store.people, console.now, address)))
    for name, value in (
        ("name", "reviewer.of-the-complaints-desk-at-night"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ):
        phone.find_element(By.NAME, name).send_keys(value)
    turn(phone, By.CSS_SELECTOR, "main button")
    paths = filled(console)
    phone.get(address)
    assert phone.find_element(By.CSS_SELECTOR, "section[role=alert]")
    for language in ("zh", "en"):
        phone.add_cookie({"name": "lang", "value": language})
        for path in paths:
            phone.get(address + path)
            needed, there = phone.execute_script(WIDTHS)
            assert needed <= there <= width, (language, path)
            assert phone.find_elements(By.CSS_SELECTOR, "main .card, main .queue")


def test_a_page_of_another_site_cannot_decide(
    console: Console, address: str, phone: webdriver.Chrome, tmp_path: Path
) -> None:
    console.set_up("mei")
    held = console.store.quarantine.hold(new_hold(), "relay")
    phone.get(f"{address}/login")
    phone.find_element(By.NAME, "name").send_keys("mei")
    phone.find_element(By.NAME, "password").send_keys(PASSWORD)
    turn(phone, By.CSS_SELECTOR, "main button")
    turn(phone, By.CSS_SELECTOR, f"#{held} a.subject")
    token = phone.find_element(By.CSS_SELECTOR, "section input[name=token]").get_attribute("value")
    trap = tmp_path / "trap.html"
    trap.write_text(
        f'<form method="post" action="{address}/held/{held}/release"><input name="token" value="{token}">'
        '<input name="reason" value="x"><button>win a prize</button></form>'
    )
    phone.get(trap.as_uri())
    turn(phone, By.TAG_NAME, "button")
    assert phone.find_element(By.TAG_NAME, "main")  # ours, saying no or asking who it is
    assert console.released == []


def test_a_thousand_lines_of_a_sender_hide_no_button_and_are_text(
    console: Console, phone: webdriver.Chrome, request: pytest.FixtureRequest
) -> None:
    """What a sender says for a mail is long, or markup, or both, five times over."""
    said = "\n".join(f"<b onmouseover=alert(1)>第 {number} 行</b><script>x</script>" for number in range(1000))[:4000]
    console.given(justifications_of=lambda held: [Justification(console.now, said)] * 5)
    base = request.getfixturevalue("address")
    console.set_up("mei")
    held = console.store.quarantine.hold(new_hold(), "relay")
    phone.get(f"{base}/login")
    phone.find_element(By.NAME, "name").send_keys("mei")
    phone.find_element(By.NAME, "password").send_keys(PASSWORD)
    turn(phone, By.CSS_SELECTOR, "main button")
    for width in (1280, 390):
        phone.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**PHONE, "width": width, "mobile": width < 500})
        phone.get(f"{base}/held/{held}")
        ends = phone.execute_script(
            "return [...document.querySelectorAll('.do .buttons button')].map(e => e.getBoundingClientRect().bottom)"
        )
        assert ends
        assert max(ends) < 900, width
        assert phone.find_elements(By.CSS_SELECTOR, ".justified b, .justified script") == []
        box = phone.find_element(By.CSS_SELECTOR, ".justified")
        assert phone.execute_script("return arguments[0].scrollHeight > arguments[0].clientHeight", box)
        assert box.get_attribute("tabindex") == "0"  # it scrolls by the keyboard too
    assert complaints(phone) == []
