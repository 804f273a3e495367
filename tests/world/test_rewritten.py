"""A held message sent out rewritten, through the service as it runs: by command and on the page."""

import re
import urllib.request
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from io import BytesIO
from urllib.parse import urlencode

from PIL import Image

from conftest import XINGER
from scene import Scene, mail
from world.test_guessing import reviewer

PARTY = "xinger@streamers.example"
LETTER = "举报信\n主播星儿在九月十八日晚诱导未成年人打赏三千元，我当晚在场，愿意作证。\n张小鸣，138 0013 8000\n" * 3


def with_material(subject: str = "处理结果") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "kefu07@platform.example", PARTY, subject
    message.set_content("您好，处理结果见附件。\n")
    message.add_attachment(LETTER.encode(), maintype="text", subtype="plain", filename="举报信.txt")
    message.add_attachment(picture(), maintype="image", subtype="png", filename="流程图.png")
    return message.as_bytes()


def picture() -> bytes:
    made = BytesIO()
    Image.linear_gradient("L").resize((200, 120)).save(made, "PNG")
    return made.getvalue()


def served(scene: Scene) -> None:
    (scene.folder / "举报信.txt").write_text(LETTER)
    scene.import_reports({**XINGER, "materials": ["举报信.txt"]})
    scene.start()


def held(scene: Scene, content: bytes) -> str:
    answer = scene.send(content, PARTY)[1]
    assert answer.startswith("2.7.1"), answer
    return answer.rpartition("id ")[2].strip()


def check(content: bytes) -> None:
    """What the reporter wrote is not in it, and everything else is."""
    assert b"\xe4\xb8\xbe\xe6\x8a\xa5\xe4\xbf\xa1" not in content
    got = message_from_bytes(content, policy=default)
    body, notice, image = got.iter_parts()
    assert body.get_content().strip() == "您好，处理结果见附件。"
    assert notice.get_content().strip() == "[附件略]"
    assert notice.get_filename() is None
    assert image.get_content() == picture()
    assert "张小鸣" not in got.as_string()
    assert not any("张小鸣" in str(part.get_content()) for part in (body, notice))


def test_what_was_handed_in_is_taken_out_and_the_rest_goes_by_command(scene: Scene) -> None:
    served(scene)
    one = held(scene, with_material())
    done = scene.cli("quarantine", "release-rewritten", one, "--reason", "无其他内容")
    assert done.returncode == 0, done.stderr
    check(scene.got[-1].content)
    assert scene.held()[0]["status"] == "released"
    again = scene.cli("quarantine", "release-rewritten", one, "--reason", "twice")
    assert again.returncode == 2
    assert "cannot be released rewritten: it is released" in again.stderr
    assert len(scene.got) == 1


def test_what_cannot_be_rewritten_stays_held_and_says_why(scene: Scene) -> None:
    served(scene)
    one = held(scene, mail("是张小鸣送的火箭吗？"))
    done = scene.cli("quarantine", "release-rewritten", one, "--reason", "x")
    assert done.returncode == 2
    assert "what would be left still tells who it was" in done.stderr
    assert scene.held()[0]["status"] == "held"
    assert not scene.got
    missing = scene.cli("quarantine", "release-rewritten", "Q-NOSUCH", "--reason", "x")
    assert missing.returncode == 2
    assert "no such held message" in missing.stderr
    none = scene.cli("quarantine", "release-rewritten", one, "--reason", " ")
    assert none.returncode == 2
    assert "no reason given" in none.stderr


def test_a_reviewer_sees_it_before_and_after_and_sends_it(scene: Scene) -> None:
    served(scene)
    browser = reviewer(scene)
    one = held(scene, with_material("结果"))

    def page(path: str, **fields: str) -> str:
        form = urlencode({"token": token(browser, scene, one), **fields}).encode()
        asked = urllib.request.Request(
            scene.console + path, form, {"Sec-Fetch-Site": "same-origin", "Accept-Language": "zh-CN"}
        )
        return str(browser.open(asked, timeout=120).read().decode())

    shown = page(f"/held/{one}/rewritten")
    assert "改写后的邮件" in shown
    after, _, before = shown.partition("<h2>原文")
    assert "[附件略]" in after
    assert "处理结果见附件" in before
    assert "张小鸣" not in shown
    picture_path = re.search(rf"/held/{one}/picture/\d+\.png", shown)
    assert picture_path is not None
    with browser.open(scene.console + picture_path[0], timeout=30) as answer:
        assert answer.read(4) == b"\x89PNG"
    assert not scene.got
    digest = re.search(r'name="digest" value="(\w+)"', shown)
    assert digest is not None
    done = page(f"/held/{one}/release-rewritten", reason="已核对", digest=digest[1])
    assert "已放行改写后的邮件" in done
    check(scene.got[-1].content)


def token(browser: urllib.request.OpenerDirector, scene: Scene, one: str) -> str:
    page = browser.open(f"{scene.console}/held/{one}", timeout=60).read().decode()
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_what_went_out_rewritten_is_listed_with_its_original(scene: Scene) -> None:
    served(scene)
    content = mail("张小鸣投诉了您，请说明情况。")
    assert scene.send(content, PARTY)[0] == 250
    assert "张小鸣" not in message_from_bytes(scene.got[-1].content, policy=default).get_content()
    (one,) = scene.ask("quarantine", "rewritten")
    assert one["recipients"] == [PARTY]
    assert one["kinds"] == ["name"]
    assert scene.held() == []
    shown = scene.ask("quarantine", "show", one["id"])
    assert [change["instead"] for change in shown["changes"]] == ["[姓名略]"]
    browser = reviewer(scene)
    listed = browser.open(f"{scene.console}/rewritten", timeout=60).read().decode()
    assert one["id"] in listed
    page = browser.open(f"{scene.console}/rewritten/{one['id']}", timeout=60).read().decode()
    assert "请说明情况" in page
    assert "张小鸣" not in page + listed
