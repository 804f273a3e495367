"""The page of a message over the court case, in a real browser: what a reviewer needs is above the fold, two clicks
decide, and the mouse, the keyboard alone, or no script at all lead to the same."""

import contextlib
import re
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from gateway.console.texts import TEXTS
from gateway.demo.case import SECRETS
from office import Office, open_office, sign_in, size
from pages import complaints, turn

FOLD = "return [...document.querySelectorAll(arguments[0])].map(e => e.getBoundingClientRect().bottom)"
WIDTHS = "return [document.documentElement.scrollWidth, window.innerWidth]"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office")) as opened:
        yield opened


@pytest.fixture
def signed_in(office: Office, browser: webdriver.Chrome) -> webdriver.Chrome:
    sign_in(office, browser)
    return browser


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_reviewer_needs_is_within_the_first_900_pixels(
    office: Office, signed_in: webdriver.Chrome, language: str
) -> None:
    signed_in.add_cookie({"name": "lang", "value": language})
    assert len(office.waiting) >= 8
    for held in office.waiting:
        signed_in.get(f"{office.url}/held/{held}")
        for needed in (".who", ".what .sentence", ".do h2", ".do .because", ".do .buttons button"):
            bottoms = signed_in.execute_script(FOLD, needed)
            assert bottoms, (held, needed)
            assert max(bottoms) < 900, (held, needed)
        sentence = signed_in.find_element(By.CSS_SELECTOR, ".sentence").text
        assert not re.search(r"\d\.\d|part|[a-z]+_[a-z]+", sentence), sentence
        source = signed_in.page_source
        assert not [word for word in SECRETS if word in source]
    assert complaints(signed_in) == []


def test_no_page_is_wider_than_a_phone(office: Office, signed_in: webdriver.Chrome) -> None:
    for width in (390, 360):
        size(signed_in, width, 844)
        for language in ("zh", "en"):
            signed_in.add_cookie({"name": "lang", "value": language})
            for held in office.waiting:
                signed_in.get(f"{office.url}/held/{held}")
                signed_in.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
                needed, there = signed_in.execute_script(WIDTHS)
                assert needed <= there, (width, language, held)
        signed_in.get(f"{office.url}/held/{office.about('关于')}")
        turn(signed_in, By.CSS_SELECTOR, "button[formaction$='/rewritten']")
        needed, there = signed_in.execute_script(WIDTHS)
        assert needed <= there


def test_the_frame_shows_the_mail_with_the_reporter_covered(office: Office, signed_in: webdriver.Chrome) -> None:
    held = office.about("请协助联系主播")
    signed_in.get(f"{office.url}/held/{held}")
    frame = signed_in.find_element(By.CSS_SELECTOR, "iframe.mail")
    signed_in.switch_to.frame(frame)
    for _ in range(200):
        said = signed_in.find_element(By.TAG_NAME, "body").text
        if said:
            break
        time.sleep(0.05)
    assert "请协助联系主播" in said
    assert not [word for word in SECRETS if word in signed_in.page_source]
    signed_in.switch_to.default_content()


def test_text_is_selected_and_a_box_drawn_with_the_mouse(office: Office, signed_in: webdriver.Chrome) -> None:
    held = office.about("工单待回复")
    signed_in.get(f"{office.url}/held/{held}")
    turn(signed_in, By.CSS_SELECTOR, "button[formaction$='/rewritten']")
    # Two characters of the original: 截图
    signed_in.execute_script(
        """const original = document.querySelectorAll('.sides section')[1];
        const walker = document.createTreeWalker(original, NodeFilter.SHOW_TEXT);
        let node; while ((node = walker.nextNode())) if (node.data.includes('截图')) break;
        const range = document.createRange(), at = node.data.indexOf('截图');
        range.setStart(node, at); range.setEnd(node, at + 2);
        getSelection().removeAllRanges(); getSelection().addRange(range);"""
    )
    turn(signed_in, By.CSS_SELECTOR, "button[data-span]")
    after = signed_in.find_element(By.CSS_SELECTOR, ".sides section:first-child").text
    assert "截图" not in after
    assert "请说明情况" in after
    picture = signed_in.find_element(By.CSS_SELECTOR, ".draw img")
    signed_in.execute_script("arguments[0].scrollIntoView({block: 'center'})", picture)
    across = picture.size["width"]
    drawing = ActionChains(signed_in).move_to_element_with_offset(picture, -across // 2 + 5, 0)
    drawing.click_and_hold().move_by_offset(across // 2, 25).release().perform()
    numbers = signed_in.find_element(By.NAME, "box").get_attribute("value")
    assert numbers is not None
    found = [int(one) for one in numbers.split(", ")]
    assert found[2] > 300  # in pixels of the picture as sent, which is shown smaller
    turn(signed_in, By.CSS_SELECTOR, "form.box button")
    assert signed_in.find_elements(By.CSS_SELECTOR, ".notice") == []
    undo = signed_in.find_elements(By.CSS_SELECTOR, "button[name=undo]")
    assert len(undo) >= 1
    # What tells cannot be kept, and the page says so; what was added stays.
    turn(signed_in, By.CSS_SELECTOR, "button[name=drop]")
    assert signed_in.find_element(By.CSS_SELECTOR, ".notice").text == TEXTS["cannot_drop"][0]
    assert "截图" not in signed_in.find_element(By.CSS_SELECTOR, ".sides section:first-child").text
    # Another form than the one on the screen is not sent.
    here, count = signed_in.current_url, len(office.got)
    signed_in.execute_script("document.querySelector('[name=digest]').value = 'e'.repeat(64)")
    turn(signed_in, By.CSS_SELECTOR, "form[action$='/release-rewritten'] button")
    assert signed_in.find_element(By.CSS_SELECTOR, ".notice").text == TEXTS["cannot_moved"][0]
    assert office.state(held) == "held"
    assert (len(office.got), signed_in.current_url) == (count, here.replace("/rewritten", "/release-rewritten"))
    turn(signed_in, By.CSS_SELECTOR, "button[formaction$='/rewritten']")
    signed_in.find_element(By.NAME, "word").send_keys("截图")
    turn(signed_in, By.CSS_SELECTOR, "form.word button")
    turn(signed_in, By.CSS_SELECTOR, "form[action$='/release-rewritten'] button")
    assert office.state(held) == "released"
    assert len(office.got) == count + 1
    sent = message_from_bytes(office.got[-1].content, policy=default)
    assert "截图" not in sent.get_body().get_content()  # type: ignore[union-attr]
    assert not [one for one in complaints(signed_in) if "409 (Conflict)" not in one]


def test_two_clicks_decide_and_the_next_message_comes(office: Office, signed_in: webdriver.Chrome) -> None:
    held = office.about("关于")
    signed_in.get(f"{office.url}/held/{held}")
    count = len(office.got)
    turn(signed_in, By.CSS_SELECTOR, ".do button.good")  # one: what is proposed
    turn(signed_in, By.CSS_SELECTOR, ".verdict button.good")  # two: send what is shown
    assert office.state(held) == "released"
    assert len(office.got) == count + 1
    assert not [word for word in SECRETS if word.encode() in office.got[-1].content]
    assert signed_in.current_url.split("?")[0] != f"{office.url}/held/{held}"
    assert TEXTS["ok_rewritten"][0] in signed_in.find_element(By.CSS_SELECTOR, ".notice").text
    here = signed_in.current_url.split("?")[0].rpartition("/")[2]
    turn(signed_in, By.CSS_SELECTOR, "button[formaction$='/discard']")  # one click
    assert office.state(here) == "discarded"
    assert signed_in.find_element(By.CSS_SELECTOR, ".questions")


def test_the_keyboard_alone_decides_without_script(office: Office, signed_in: webdriver.Chrome) -> None:
    held = office.about("监管部门")
    signed_in.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        signed_in.get(f"{office.url}/held/{held}")
        wanted: Any = f"/held/{held}/discard"
        for _ in range(60):
            ActionChains(signed_in).send_keys(Keys.TAB).perform()
            if (signed_in.switch_to.active_element.get_attribute("formaction") or "").endswith(wanted):
                break
        else:
            raise AssertionError("the button is not reached")
        ActionChains(signed_in).send_keys(Keys.ENTER).perform()
        for _ in range(100):
            if office.state(held) == "discarded":
                break
            time.sleep(0.05)
        assert office.state(held) == "discarded"
        another = office.about("补充材料")
        signed_in.get(f"{office.url}/held/{another}")
        signed_in.find_element(By.CSS_SELECTOR, "button[formaction$='/rewritten']").click()
        word = signed_in.find_element(By.NAME, "word")
        word.send_keys("补充一张" + Keys.ENTER)
        for _ in range(200):
            with contextlib.suppress(StaleElementReferenceException):  # the old page goes while it is read
                after = signed_in.find_elements(By.CSS_SELECTOR, ".sides section:first-child")
                if after and "补充一张" not in after[0].text:
                    break
            time.sleep(0.05)
        assert signed_in.find_elements(By.CSS_SELECTOR, "button[name=undo]")
    finally:
        signed_in.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
