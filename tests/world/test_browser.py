"""A reviewer's day in a real browser: set up, sign in, look, release."""

from email.message import EmailMessage
from email.policy import SMTP

from selenium import webdriver
from selenium.webdriver.common.by import By

from conftest import XINGER
from gateway.demo.letter import docx
from pages import complaints, turn
from scene import Scene, under_one_received

TO = "xinger@streamers.example"


def test_a_reviewer_sets_up_looks_and_releases(scene: Scene, browser: webdriver.Chrome) -> None:
    scene.import_reports(XINGER)
    scene.start()
    content = _with_letter()
    code, answer = scene.send(content, TO)
    assert (code, answer[:5]) == (250, "2.7.1")
    held = answer.split("id ")[1].strip()

    browser.get(scene.setup_link())
    for name, value in (("name", "审核员"), ("password", "correct horse battery"), ("again", "correct horse battery")):
        browser.find_element(By.NAME, name).send_keys(value)
    turn(browser, By.CSS_SELECTOR, "main button")

    assert "待审邮件" in browser.find_element(By.TAG_NAME, "h1").text
    turn(browser, By.CSS_SELECTOR, f'a.subject[href^="/held/{held}"]')
    page = browser.find_element(By.TAG_NAME, "main").text
    assert "张小鸣" not in browser.page_source
    assert "会暴露谁" in page
    assert "姓名" in page
    assert "█" in page
    card = browser.find_element(By.CSS_SELECTOR, ".card")
    assert card.value_of_css_property("border-top-style") == "solid"  # our style sheet came through the policy

    browser.find_element(By.NAME, "reason").send_keys("已核对，可放行")
    turn(browser, By.CSS_SELECTOR, "button.danger")
    assert "已原样放行" in browser.find_element(By.CSS_SELECTOR, ".notice").text
    assert under_one_received(scene.got[0].content, content)
    assert len(scene.got) == 1

    # What the policy of the pages forbids is reported in the browser's log: nothing of ours may be.
    assert [message for message in complaints(browser) if "favicon" not in message] == []
    turn(browser, By.CSS_SELECTOR, "header button")
    browser.get(scene.console + f"/held/{held}")
    assert browser.current_url.endswith("/login")


def _with_letter() -> bytes:
    made = EmailMessage(SMTP)
    made["From"], made["To"], made["Subject"] = "kefu07@platform.example", TO, "材料"
    made.set_content("请看附件。\n")
    letter = docx(("情况说明", "观众张小鸣反映的内容。"), "kefu")
    kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    made.add_attachment(letter, "application", kind, filename="说明.docx")
    made.add_attachment(
        bytes(range(256)), "application", "octet-stream", filename="数据.bin"
    )  # read by nobody: it is held
    return made.as_bytes()
