"""The page of late matches: what passed to whom, masked, for whoever may see messages."""

from datetime import UTC, datetime, timedelta

import pytest
from selenium import webdriver

from console.conftest import SAME, Console
from console.test_accounts import invited
from console.test_browser import PHONE, WIDTHS, address  # noqa: F401 - a fixture
from console.test_figures_browser import CONTRASTS, sign_in
from gateway.model import Item, Party, Report
from pages import complaints
from storage.test_passed_mail import TEXT, TO, passed

NOW = datetime.now(UTC)
REPORTER = "hong@mail.example"


def leaked(console: Console, count: int = 1) -> None:
    """So much mail that passed, and then the report."""
    at = NOW - timedelta(days=3)
    for number in range(count):
        console.store.passed.add([passed(TEXT, TO, REPORTER, "viewer123@qq.com", at=at, message=f"M-{number}")])
    items = (Item("phone", "13912345678"), Item("address", REPORTER))
    report = Report("R-LATE", "open", NOW.isoformat(), (Party("星儿", (TO,)),), items)
    console.store.reports.put([report], "test")
    assert console.store.passed.check("R-LATE") == count


def test_it_says_which_mail_and_what_and_names_no_reporter(console: Console) -> None:
    console.now = NOW
    console.set_up("mei")
    assert "没有事后发现的邮件" in console.client.get("/late").text
    leaked(console)
    page = console.client.get("/late").text
    for word in ("M-0", "R-LATE", TO, "kf@platform.example", "电话", "邮箱", "v***3@qq.com", "h***@m***.example"):
        assert word in page, word
    for word in (REPORTER, "hong", "13912345678", "viewer123", "王小红"):
        assert word not in page
    assert 'href="/late" aria-current="page"' in page
    console.client.cookies.set("lang", "en")
    assert "Late matches" in console.client.get("/late").text


def test_who_sees_messages_sees_it_and_a_look_is_in_the_log(console: Console) -> None:
    console.now = NOW
    console.set_up("mei")
    assert invited(console, "r", "reviewer", "10.4.0.1").get("/late").status_code == 200
    assert invited(console, "a", "auditor", "10.4.0.2").get("/late").status_code == 403
    assert console.from_elsewhere("10.4.0.3").get("/late", headers=SAME).status_code == 303
    looked = [
        one for one in console.store.audit.entries() if "late" in (one.subject, one.detail) or '"late"' in one.detail
    ]
    assert looked


def test_many_are_turned_over(console: Console) -> None:
    console.now = NOW
    console.set_up("mei")
    leaked(console, 130)
    first = console.client.get("/late").text
    assert first.count("<section") == 100
    older = first.partition("/late?before=")[2].partition('"')[0]
    second = console.client.get(f"/late?before={older}").text
    assert second.count("<section") == 30
    assert "M-129" in first
    assert "M-0<" in second
    for word in ("x", "-1", "9" * 30, "0"):
        assert console.client.get(f"/late?before={word}").status_code == 200


@pytest.mark.browser
@pytest.mark.parametrize(("width", "language", "scheme"), [(390, "zh", "dark"), (1280, "en", "light")])
def test_it_fits_and_can_be_read(
    console: Console,
    address: str,  # noqa: F811
    browser: webdriver.Chrome,
    width: int,
    language: str,
    scheme: str,
) -> None:
    console.now = NOW
    sign_in(browser, console, address)
    leaked(console, 3)
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**PHONE, "width": width, "mobile": width < 500})
    browser.add_cookie({"name": "lang", "value": language})
    browser.get(f"{address}/late")
    needed, there = browser.execute_script(WIDTHS)
    assert needed <= there <= width
    assert all(found["contrast"] >= 4.5 for found in browser.execute_script(CONTRASTS))
    assert complaints(browser) == []
