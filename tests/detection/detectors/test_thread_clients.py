"""Ties to the reporter's mail as mail programs write them, each beside the same thing in the reported party's own
thread, which passes. The reporter's mail comes in by the real intake and the answers are read by the real reader.
"""

# ruff: noqa: E501 (what programs write is as long as it is)

import base64
from collections.abc import Sequence

import pytest

from gateway.detection import detect
from gateway.identity import Subject, compile_report
from gateway.intake.material_fingerprints import material_marks
from gateway.model import Finding, Item, Location, Party, Report
from gateway.reading.walk import read_file, read_mail
from gateway.text.providers import PROVIDERS
from gateway.text.thread_ids import conversation
from scene import mail

INDEX = base64.b64encode(b"\x01" + b"\xd6\x8d\x90\x11\x22" + b"reporters-guid-1" + b"\x00" * 5).decode()
INDEX_ANSWER = base64.b64encode(base64.b64decode(INDEX) + b"\x00\x00\x01\x02\x80").decode()
OTHER_INDEX = base64.b64encode(b"\x01" + b"\xd6\x8d\x90\x11\x22" + b"streamers-guid-2").decode()
TOPIC = "关于九月十二日晚直播的几点情况"
LETTER = mail(
    "我在直播间看到的情况如下。",
    f"Re: {TOPIC}",
    [f"Thread-Index: {INDEX}", f"Thread-Topic: {TOPIC}", "In-Reply-To: <form.receipt.55@platform.example>"],
    to="举报 <jubao@platform.example>",
).replace(b"<1@platform.example>", b"<20200918.8812@xiaoming-home.example>")


@pytest.fixture(scope="module")
def subject() -> Subject:
    marks = material_marks(read_file(LETTER, "report.eml"), "report.eml", LETTER)
    items = (
        Item("name", "张小鸣"),
        Item("nickname", "鸣鸣不飞"),
        Item("address", "xiaoming@xiaoming-home.example"),
        Item("address", "zxm_1990@qq.com"),
    )
    party = Party("星儿", ("xinger@streamers.example",), representatives=("pr@guild.example",))
    return compile_report(Report("R-1", "open", "", (party,), items, (), marks))


def threads(content: bytes, subject: Subject, to: Sequence[str] = ("xinger@streamers.example",)) -> list[Finding]:
    return [finding for finding in detect(read_mail(content), (subject,), 0.6, to) if finding.kind == "thread"]


def everything(content: bytes, subject: Subject) -> list[str]:
    """Kinds of what is found, the letter's own words apart: only the thread is looked at here."""
    return [f.kind for f in detect(read_mail(content), (subject,), 0.6, ("xinger@streamers.example",))]


# (program, what it writes); {who} is the one whose mail is quoted, {name} and {address} of it; {me} is staff.
QUOTED = {
    "Outlook zh": "\n\n发件人: {name} <{address}>\n发送时间: 2020年9月18日 10:02\n收件人: 客服 <{me}>\n主题: 情况\n\n正文",
    "Outlook zh, name alone": "\n\n-----邮件原件-----\n发件人: {name} \n发送时间: 2020年9月18日 10:02\n收件人: 客服\n主题: 情况\n\n正文",
    "Outlook en": "\n\nFrom: {name} <{address}>\nSent: Friday, September 18, 2020 10:02 AM\nTo: Support <{me}>\nSubject: it\n\ntext",
    "Outlook en, original message": "\n\n-----Original Message-----\nFrom: {name} [mailto:{address}]\nSent: Friday, September 18, 2020 10:02 AM\nTo: Support\nSubject: it\n\ntext",
    "Outlook for phones": "\n\n________________________________\n*From:* {name} <{address}>\n*Sent:* Friday, September 18, 2020 10:02\n*To:* Support <{me}>\n*Subject:* it\n",
    "Foxmail zh": "\n\n \n发件人： {address}\n发送时间： 2020-09-18 10:02\n收件人： kefu\n主题： 情况\n\n正文",
    "Foxmail zh, name": "\n\n发件人： {name}\n发送时间： 2020-09-18 10:02\n收件人： 客服\n抄送： boss\n主题： 情况\n\n正文",
    "Foxmail en": "\n\nFrom: {name}\nDate: 2020-09-18 10:02\nTo: kefu\nSubject: it\n\ntext",
    "NetEase zh": '\n\n在 2020-09-18 10:02:33，"{name}" <{address}> 写道：\n\n正文',
    "NetEase en": '\n\nAt 2020-09-18 10:02:33, "{name}" <{address}> wrote:\n\ntext',
    "NetEase zh, forward": '\n\n-------- 转发邮件信息 --------\n发件人："{name}" <{address}>\n发送日期：2020-09-18 10:02:33\n收件人："客服" <{me}>\n主题：情况\n',
    "NetEase en, forward": '\n\n-------- Forwarding messages --------\nFrom: "{name}" <{address}>\nDate: 2020-09-18 10:02:33\nTo: "kefu" <{me}>\nSubject: it\n',
    "QQ zh": '\n\n------------------ 原始邮件 ------------------\n发件人: "{name}"<{address}>; \n发送时间: 2020年9月18日(星期五) 上午10:02\n收件人: "客服"<{me}>; \n主题: 情况\n\n正文',
    "QQ zh, newer": "\n\n \n原始邮件\n \n发件人：{name} <{address}>\n发件时间：2020年9月18日 10:02\n收件人：客服 <{me}>\n主题：情况\n",
    "QQ en": '\n\n------------------ Original ------------------\nFrom:  "{name}"<{address}>;\nDate:  Fri, Sep 18, 2020 10:02 AM\nTo:  "kefu"<{me}>;\nSubject:  it\n\ntext',
    "QQ en, made flat": '好的。 ------------------ Original ------------------ From:  "{name}"<{address}>; Date:  Fri, Sep 18, 2020 10:02 AM To:  "kefu"<{me}>; Subject:  it',
    "Exmail zh": '\n\n------------------ 原始邮件 ------------------\n发件人:  "{name}"<{address}>;\n发送时间:  2020年9月18日(星期五) 上午10:02\n收件人:  "客服"<{me}>;\n抄送:  "主管"<boss@platform.example>;\n主题:  情况\n',
    "Exmail en": '\n\n------------------ Original ------------------\nFrom:  "{name}";<{address}>;\nDate:  Fri, Sep 18, 2020 10:02 AM\nTo:  "kefu"<{me}>;\n',
    "Apple Mail zh": "\n\n> 2020年9月18日 10:02，{name} <{address}> 写道：\n> \n> 正文",
    "Apple Mail zh, older": "\n\n在 2020年9月18日，上午10:02，{name} <{address}> 写道：\n\n> 正文",
    "Apple Mail en": "\n\n> On Sep 18, 2020, at 10:02 AM, {name} <{address}> wrote:\n> \n> text",
    "Apple Mail zh, forward": "\n\n开始转发的邮件：\n\n> 发件人: {name} <{address}>\n> 主题: 情况\n> 日期: 2020年9月18日 GMT+8 10:02:11\n> 收件人: 客服 <{me}>\n",
    "Apple Mail en, forward": "\n\nBegin forwarded message:\n\nFrom: {name} <{address}>\nSubject: it\nDate: September 18, 2020 at 10:02:11 GMT+8\nTo: kefu <{me}>\n",
    "Gmail zh": "\n\n{name} <{address}> 于2020年9月18日周五 上午10:02写道：\n\n> 正文",
    "Gmail en": "\n\nOn Fri, Sep 18, 2020 at 10:02 AM {name} <{address}> wrote:\n\n> text",
    "Gmail en, broken": "\n\nOn Fri, Sep 18, 2020 at 10:02 AM {name} <{address}>\nwrote:\n\n> text",
    "Gmail zh, forward": "\n\n---------- Forwarded message ---------\n发件人： {name} <{address}>\nDate: 2020年9月18日周五 上午10:02\nSubject: 情况\nTo: <{me}>\n",
    "Gmail en, forward": "\n\n---------- Forwarded message ---------\nFrom: {name} <{address}>\nDate: Fri, Sep 18, 2020 at 10:02 AM\nSubject: it\nTo: <{me}>\n",
    "Thunderbird zh": "\n\n在 2020/9/18 10:02, {name} 写道:\n> 正文",
    "Thunderbird zh, other": "\n\n{name} 于 2020/9/18 10:02 写道:\n> 正文",
    "Thunderbird en": "\n\nOn 9/18/20 10:02 AM, {name} wrote:\n> text",
    "Thunderbird zh, forward": "\n\n-------- 转发的消息 --------\n主题: \t情况\n日期: \tFri, 18 Sep 2020 10:02:00 +0800\n发件人: \t{name} <{address}>\n收件人: \t{me}\n",
    "Thunderbird en, forward": "\n\n-------- Forwarded Message --------\nSubject: \tit\nDate: \tFri, 18 Sep 2020 10:02:00 +0800\nFrom: \t{name} <{address}>\nTo: \t{me}\n",
    "mail to the reporter, quoted": "\n\n发件人: 客服 <{me}>\n发送时间: 2020年9月18日 11:00\n收件人: {name} <{address}>\n主题: 情况\n",
    "a copy to the reporter, quoted": "\n\nFrom: Support <{me}>\nSent: Friday, September 18, 2020 11:00\nTo: Legal\nCc: {name} <{address}>\nSubject: it\n",
}
REPORTER = {"name": "张小鸣", "address": "xiaoming@xiaoming-home.example", "me": "kefu07@platform.example"}
STREAMER = {"name": "星儿", "address": "xinger@streamers.example", "me": "kefu07@platform.example"}


@pytest.mark.parametrize("program", QUOTED)
def test_a_program_that_quotes_the_reporters_mail_is_seen_and_one_that_quotes_the_streamers_is_not(
    program: str, subject: Subject
) -> None:
    found = threads(mail("请说明。" + QUOTED[program].format(**REPORTER)), subject)
    assert [(f.where.part, f.medium, f.variant) for f in found][:1] == [("1", "text", "quoted")]
    assert everything(mail("请说明。" + QUOTED[program].format(**STREAMER)), subject) == []


@pytest.mark.parametrize("program", [name for name in QUOTED if "flat" not in name])
def test_the_same_in_html_in_rows_of_a_table_or_lines_of_their_own(program: str, subject: Subject) -> None:
    def page(who: dict[str, str]) -> bytes:
        text = QUOTED[program].format(**who).replace("<", "&lt;").replace(">", "&gt;").strip("\n")
        lines = "".join(f"<div><span>{line}</span></div>" for line in text.split("\n"))
        body = f"<html><body><p>请说明。</p><div style='border-top:solid 1pt'>{lines}</div></body></html>"
        return mail(body).replace(b"text/plain", b"text/html")

    assert [f.variant for f in threads(page(REPORTER), subject) if f.medium == "html"][:1] == ["quoted"]
    assert everything(page(STREAMER), subject) == []


def test_a_label_in_one_cell_and_the_name_in_the_next(subject: Subject) -> None:
    rows = "<table><tr><th>发件人:</th><td>{name} &lt;{address}&gt;</td></tr><tr><th>日期:</th><td>9月18日</td></tr></table>"
    for who, expected in ((REPORTER, True), (STREAMER, False)):
        content = mail(rows.format(**who)).replace(b"text/plain", b"text/html")
        assert bool(threads(content, subject)) is expected


@pytest.mark.parametrize(
    ("field", "clean"),
    [
        ("In-Reply-To: <20200918.8812@xiaoming-home.example>", "In-Reply-To: <77@streamers.example>"),
        (
            "References: <1@platform.example>\r\n <20200918.8812@xiaoming-home.example>",
            "References: <1@platform.example>",
        ),
        ("References: <form.receipt.55@platform.example>", "References: <form.receipt.56@platform.example>"),
        ("In-Reply-To: <5F64.0A1@xiaoming-home.example>", "In-Reply-To: <5F64.0A1@streamers.example>"),
        (
            "In-Reply-To: <1f2a.4c.1749.Coremail.zxm_1990@qq.com>",
            "In-Reply-To: <1f2a.4c.1749.Coremail.xinger@qq.com>",
        ),
        ("X-Forwarded-Message-Id: <20200918.8812@xiaoming-home.example>", "X-Forwarded-Message-Id: <9@guild.example>"),
        (f"Thread-Index: {INDEX}", f"Thread-Index: {OTHER_INDEX}"),
        (f"Thread-Index: {INDEX_ANSWER}", "Thread-Index: not base64!"),
        (f"Thread-Topic: {TOPIC}", "Thread-Topic: 请说明九月十二日晚直播的情况"),
        ("Reply-To: <xiaoming@xiaoming-home.example>", "Reply-To: <kefu07@platform.example>"),
        ("Resent-From: zhang <zxm_1990@qq.com>", "Resent-From: kefu <kefu07@platform.example>"),
        ("Resent-To: xiaoming@xiaoming-home.example", "Resent-To: xinger@streamers.example"),
        ("X-Forwarded-For: zxm_1990@qq.com kefu07@platform.example", "X-Forwarded-For: xinger@streamers.example"),
        ("X-Forwarded-To: xiaoming@xiaoming-home.example", "X-Forwarded-To: pr@guild.example"),
        ("Return-Path: <xiaoming@xiaoming-home.example>", "Return-Path: <kefu07@platform.example>"),
        ("X-Original-To: xiaoming@xiaoming-home.example", "X-Original-To: xinger@streamers.example"),
    ],
)
def test_a_header_field_that_ties_the_mail_to_the_reporters(field: str, clean: str, subject: Subject) -> None:
    (found, *_) = threads(mail("请说明。", headers=field.split("\r\n ") if "\r\n" not in field else [field]), subject)
    assert found.medium == "header"
    assert found.fragment is not None
    assert everything(mail("请说明。", headers=[clean]), subject) == []


def attached(inner: bytes) -> bytes:
    """A mail with a mail in it, as Outlook and Thunderbird forward one as attachment."""
    head = mail("", to="xinger@streamers.example").split(b"Content-Type:", 1)[0]
    return (
        head + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee\r\n'
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n"
    )


@pytest.mark.parametrize(
    ("theirs", "clean"),
    [
        (b"From: <xiaoming@xiaoming-home.example>", b"From: <xinger@streamers.example>"),
        (b"From: <jubao@platform.example>\r\nTo: zhang <zxm_1990@qq.com>", b"From: <jubao@platform.example>"),
        (b"From: <x@platform.example>\r\nReturn-Path: <zxm_1990@qq.com>", b"From: <x@platform.example>"),
        (b"From: <x@platform.example>\r\nDelivered-To: zxm_1990@qq.com", b"From: <x@platform.example>"),
        (b"From: <x@platform.example>\r\nMessage-ID: <20200918.8812@xiaoming-home.example>", b"From: <x@g.example>"),
    ],
)
def test_an_attached_mail_of_the_reporter(theirs: bytes, clean: bytes, subject: Subject) -> None:
    rest = b"\r\nDate: Fri, 18 Sep 2020 10:02:00 +0800\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\nhello\r\n"
    assert threads(attached(theirs + rest), subject)
    assert everything(attached(clean + rest), subject) == []


def test_the_reporter_among_those_who_get_the_message(subject: Subject) -> None:
    plain = mail("请说明。")
    (found,) = threads(plain, subject, ("xinger@streamers.example", "Xiaoming@Xiaoming-Home.example"))
    assert (found.where, found.medium, found.variant) == (Location(""), None, "recipient")
    shown = mail("请说明。", headers=["Cc: zhang <xiaoming@xiaoming-home.example>"])
    assert ("recipient", None) in [(f.variant, f.medium) for f in threads(shown, subject)]
    assert everything(mail("请说明。", headers=["Cc: pr <pr@guild.example>"]), subject) == []


def test_a_provider_s_domain_is_many_people_s(subject: Subject) -> None:
    assert "163.com" in PROVIDERS
    assert subject.domains == {"xiaoming-home.example"}
    assert everything(mail("请说明。", headers=["References: <abc@qq.com> <tencent_7A@qq.com>"]), subject) == []


def test_a_colleague_of_the_reporter_who_writes_gives_nobody_away(subject: Subject) -> None:
    content = mail("请说明。", headers=["References: <2@xiaoming-home.example>"])
    assert threads(content, subject)
    assert not threads(content.replace(b"kefu07@platform.example", b"kefu@xiaoming-home.example"), subject)


@pytest.mark.parametrize(
    "text",
    [
        "发件人：建国路派出所",
        "我们在2020年9月18日给您写道：请说明。",
        "From: 2020-09-18 To: 2020-09-20",
        "请以收件人：星儿 为准，抄送：经纪人。",
        "On 9/18/20 at 10:02 we wrote:\nplease explain",
    ],
)
def test_ordinary_sentences_quote_nobody(text: str, subject: Subject) -> None:
    assert everything(mail(text), subject) == []


@pytest.mark.parametrize("value", ["", "AQ==", "????", base64.b64encode(b"\0" * 22).decode(), "A" * 5000 + "="])
def test_what_is_no_thread_index_names_no_conversation(value: str) -> None:
    assert conversation(value) == ""
