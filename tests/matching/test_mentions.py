"""Whether a mail speaks of a report at all."""

import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from gateway.matching import mentions_report
from gateway.reading.walk import read_mail


def speaks(text: str, subject: str = "您好", name: str = "") -> bool:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "a@platform.example", "b@streamers.example", subject
    message.set_content(text)
    if name:
        message.add_attachment(b"x", maintype="text", subtype="plain", filename=name)
    return mentions_report(read_mail(message.as_bytes()))


@pytest.mark.parametrize(
    "text",
    [
        "张小鸣反映您昨晚骂人。",
        "有观众舉報您的直播。",
        "经核实，情况属实。",
        "请于三日内说明情况。",
        "您的申诉已收到。",
        "平台决定扣除信用分。",
        "请协助联系主播，核对张小鸣所说的情况。",
        "请联系张小鸣。",
        "A viewer complained about your stream.",
        "Your appeal is under review.",
    ],
)
def test_a_mail_about_a_report_does(text: str) -> None:
    assert speaks(text)
    assert speaks("见附件", subject=text.strip("。."))


@pytest.mark.parametrize(
    "text",
    [
        "本周礼物榜：张小鸣送了火箭。",
        "张小鸣的快递已寄出，请查收。",
        "诚邀张小鸣参加您的见面会。",
        "周年庆嘉宾名单：张小鸣、李小龙。",
        "The parcel of Zhang is on its way.",
        "新年快乐，礼物已寄出！\n投诉电话：400-820-8820\n",
    ],
)
def test_a_mail_about_the_readers_own_business_does_not(text: str) -> None:
    assert not speaks(text)


def test_the_name_of_a_file_counts() -> None:
    assert speaks("见附件", name="投诉处理结果.txt")
    assert not speaks("见附件", name="礼物清单.txt")


def test_a_long_text_takes_time_by_its_length() -> None:
    for word in ("如果您发现", "投诉与", "违", "complaint", "证据"):
        begun = time.perf_counter()
        speaks(word * 20_000)
        assert time.perf_counter() - begun < 20
