"""One name after another is seen though nobody is found; ordinary mail to a party is not."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from gateway.inspection.limits import VARIATION
from gateway.inspection.variations import Variations
from gateway.model import Recipient
from gateway.policy import NO_LIMITS, SenderLimits
from gateway.telemetry.events import SenderOverLimit
from inspection.test_limits import NUMBER, REPORT, Desk
from inspection.test_limits import desk as _desk
from scene import mail

desk = _desk
PARTY = REPORT.reported[0].addresses[0]
NAMES = ("王伟", "李娜", "刘洋", "陈静", "杨磊", "黄丽", "周强", "吴敏", "徐杰", "孙涛", "朱燕", "马超", "胡斌")
ORDINARY = (
    "您好，您申请的提现已经到账，请查收。",
    "本周六晚八点有新人主播培训，欢迎参加。",
    "您的直播间封面未通过审核，请更换后重新提交。",
    "关于上月的分成比例，财务会在周五前答复您。",
    "已经为您开通连麦功能，有问题随时联系我们。",
    "您寄来的合同我们收到了，盖章后会寄回一份。",
    "昨晚的卡顿是机房线路问题，现在已经恢复。",
    "好的，收到，谢谢。",
    "请您把营业执照的扫描件发给我们。",
    "节日快乐！平台为您准备了一份礼物。",
)


def noted(desk: Desk) -> list[tuple[str, ...]]:
    return [one.kinds for one in desk.store.senders.after(0)]


def test_one_name_after_another_to_a_party_is_counted_and_reviewers_are_told(desk: Desk) -> None:
    desk.limits(SenderLimits(alert_per_hour=10))
    for name in NAMES:
        desk.send(mail(f"您好，请问当晚的事是不是{name}告诉您的？盼复。", to=PARTY), PARTY)
    assert noted(desk) == [(VARIATION,)] * (len(NAMES) - 2)
    assert [event.effect for event in desk.events if isinstance(event, SenderOverLimit)] == ["alert"]
    # The words are kept nowhere, and the answer of each was the same as ever: the mail went out.
    assert desk.rules() == []


def test_ordinary_mail_to_a_party_is_not(desk: Desk) -> None:
    signature = (
        "\n\n-- \n客服七号\n星河直播平台运营中心 创作者服务部\n工作时间：周一至周五 9:00 至 18:00\n> 上一封的引文"
    )
    for text in ORDINARY * 2:
        desk.send(mail(text + signature, subject=text[:6], to=PARTY), PARTY)
    assert noted(desk) == []


def test_what_cannot_be_read_is_none_of_a_row_and_where_rules_only_watch_nothing_is_counted(desk: Desk) -> None:
    for name in NAMES:
        message = EmailMessage()
        message.set_content(f"您好：\n{name}\n盼复。")
        message.add_attachment(b"\x01\x02\xfe\xff\x03\x04", maintype="application", subtype="x", filename="a.bin")
        desk.send(message.as_bytes(), PARTY)
    assert desk.rules() == ["unreadable"] * len(NAMES)
    desk.limits(NO_LIMITS)
    for name in NAMES:
        desk.send(mail(f"您好，请问当晚的事是不是{name}告诉您的？盼复。", to=PARTY), PARTY)
        desk.send_as(f"pc-{NUMBER}.platform.example", f"您好，{name}。", Recipient(PARTY))
    assert noted(desk) == []


@pytest.fixture
def seen() -> Variations:
    return Variations()


def test_other_recipients_other_senders_and_the_same_again_are_not_the_same_row(seen: Variations) -> None:
    for number, name in enumerate(NAMES):
        assert not seen.one_of_many(b"s", (f"{number}@x.example",), name.encode(), f"请问是{name}说的吗")
        assert not seen.one_of_many(str(number).encode(), ("a@x.example",), name.encode(), f"请问是{name}说的吗")
        assert not seen.one_of_many(b"t", ("a@x.example",), b"same", "请问是王伟说的吗")
        assert not seen.one_of_many(b"u", ("a@x.example",), name.encode(), "")


def test_a_name_on_a_line_of_its_own_is_a_row_too(seen: Variations) -> None:
    found = [seen.one_of_many(b"s", ("a",), name.encode(), f"您好：\n{name}\n盼复") for name in NAMES]
    assert found == [False, False] + [True] * (len(NAMES) - 2)


def test_a_long_text_is_looked_at_in_linear_time(seen: Variations) -> None:
    for number in range(40):
        seen.one_of_many(b"s", ("a@x.example",), str(number).encode(), "字" * 2000 + str(number))


def test_the_third_of_a_row_is_one_wherever_the_word_stands(seen: Variations) -> None:
    for to, frame in (
        ("a", "{}是您说的人吗，请回复我们"),
        ("b", "请回复我们，您说的人是不是{}"),
        ("c", "{0}，请问是{0}吗，请回复我们谢谢"),
    ):
        found = [seen.one_of_many(b"s", (to,), name.encode(), frame.format(name)) for name in NAMES]
        assert found == [False, False] + [True] * (len(NAMES) - 2), frame


def test_of_a_page_without_words_nothing_is_said(seen: Variations, tmp_path: Path) -> None:
    assert not any(seen.one_of_many(b"s", ("a",), str(number).encode(), " \n") for number in range(9))
