"""A colleague with the reporter's name may sign; nobody else may, nor may the name stand anywhere else."""

import pytest

from gateway.detection.detect import detect
from gateway.identity import compile_report
from gateway.inspection.colleagues import directory_of, without_colleagues
from gateway.model import Item, Party, Report
from gateway.model.organization import Colleague, Ours
from gateway.reading.walk import read_mail

SUBJECT = compile_report(Report("R-1", "open", "", (Party("星儿"),), (Item("name", "张小鸣"),)))
STAFF = directory_of(
    Ours(staff=(Colleague("张小鸣", "zxm@platform.example"), Colleague("李雷", "ll@platform.example")))
)
FROM = "张小鸣 <zxm@platform.example>"


def left(sender: str, body: str, **fields: str) -> int:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    mail = f"From: {sender}\r\nTo: x@s.example\r\n{more}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}".encode()
    reading = read_mail(mail)
    return len(without_colleagues(detect(reading, (SUBJECT,)), reading, STAFF))


SIGNED = "您好，您的工单已经处理。\r\n如有疑问请回复本邮件。\r\n\r\n张小鸣\r\n平台运营部\r\n"


@pytest.mark.parametrize(
    ("sender", "body"),
    [
        (FROM, "您好，您的工单已经处理。\r\n"),
        (FROM, SIGNED),
        (FROM, "您好。\r\n\r\n-- \r\n张小鸣\r\n客户运营\r\n"),
        ('"张小鸣" <ZXM@platform.example>', "您好。\r\n此致\r\n敬礼\r\n张小鸣\r\n"),
    ],
)
def test_from_and_signature_of_a_colleague_are_no_leak(sender: str, body: str) -> None:
    assert left(sender, body) == 0


@pytest.mark.parametrize(
    ("sender", "body"),
    [
        (FROM, "举报您的人是张小鸣。\r\n"),
        (FROM, "您问举报您的人是谁：\r\n张小鸣\r\n"),
        (FROM, "举报人姓名\r\n\r\n张小鸣\r\n"),
        (FROM, "张小鸣\r\n" + "第一行。\r\n" * 12),
        ("李雷 <ll@platform.example>", SIGNED),
        ("张小鸣 <other@platform.example>", "您好。\r\n"),
        ("张小鸣 <ll@platform.example>", "您好。\r\n"),
        ("张小鸣 举报人 <zxm@platform.example>", "您好。\r\n"),
        ("张小鸣 <zxm@platform.example>, 李雷 <ll@platform.example>", "您好。\r\n"),
    ],
)
def test_the_name_anywhere_else_or_of_anybody_else_is_found_as_ever(sender: str, body: str) -> None:
    assert left(sender, body) > 0


def test_other_fields_are_found_as_ever() -> None:
    assert left(FROM, "您好。\r\n", Subject="关于张小鸣的投诉") > 0
    assert left(FROM, "您好。\r\n", Cc="张小鸣 <zxm@platform.example>") > 0
