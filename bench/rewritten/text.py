"""Mails whose text, HTML, subject or names of files tell: written as help desks write, by several mail libraries.

The sentences are put together from parts, so that no two are alike; each names the reporter in words about a report,
where a placeholder tells nothing. Some say what must be held: who sent the rocket, which of a list.
"""

import random
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

from rewritten import (
    PARTY_ADDRESS,
    PARTY_NAME,
    REPORTER_ADDRESS,
    REPORTER_NAME,
    REPORTER_NICKNAME,
    REPORTER_PHONE,
    REPORTER_WECHAT,
    SENDER,
    Case,
)

_WHO = (
    REPORTER_NAME, f"“{REPORTER_NAME}”", f"{REPORTER_NAME}女士", f"【{REPORTER_NAME}】", f"@{REPORTER_NICKNAME}",
    f"{REPORTER_NICKNAME}🐋", f"{REPORTER_NAME}（{REPORTER_PHONE}）", f"微信 {REPORTER_WECHAT}", "Zhang Xiaoming",
    f"电话 {REPORTER_PHONE[:3]} {REPORTER_PHONE[3:7]} {REPORTER_PHONE[7:]}", f"+86-{REPORTER_PHONE}", REPORTER_ADDRESS,
)  # fmt: skip
_SAYS = (
    "{who}于{day}投诉您的直播内容，现已受理。", "我们收到{who}的举报，请您在三日内说明情况。",
    "根据{who}反映的问题，平台已进行核查。", "{day}，{who}来信投诉，称直播中有不当言论。",
    "举报人为{who}，请您配合调查。", "此前{who}已就同一问题投诉两次。", "该举报由{who}提交，证据已核实。",
)  # fmt: skip
_SAYS_EN = (
    "We received a complaint from {who} about your stream on {day}.", "{who} reported your channel; please reply.",
    "The report by {who} is under review since {day}.",
)  # fmt: skip
_WHO_EN = ("Zhang Xiaoming", f"Ms. {REPORTER_NAME}", REPORTER_ADDRESS, f"+86 {REPORTER_PHONE}", REPORTER_NICKNAME)
_PLAIN = (
    "请您登录后台查看处理结果，并在规定时间内提交申诉材料。", "如有疑问，请联系您的运营专员，工作时间为九点至十八点。",
    "本次处理依据平台直播管理规范第三章第十二条。", "扣除的信用分将在九十日后恢复，请留意后台通知。",
    "感谢您对平台工作的理解与支持。", "相关回放已留存六十日，可申请调阅。",
)  # fmt: skip
_PLAIN_EN = (
    "Please sign in to the creator console to see the decision.", "An appeal can be filed within seven working days.",
    "Our opening hours are nine to six, Monday to Friday.",
)  # fmt: skip
_HELD = (
    "昨晚{who}在您的直播间送了火箭。", "是{who}投诉您的吗？", "当晚在场的有李小龙、{who}、王大锤。",
    "榜一大哥{who}昨晚投诉了您。",
)  # fmt: skip
_DAYS = ("9月18日", "2020年9月18日", "上周五", "本月初", "20日晚")


def cases(chance: random.Random, count: int, folder: Path) -> Iterator[Case]:
    """A quarter in English; one in eight is to be held."""
    for number in range(count):
        english = chance.random() < 0.25
        held = chance.random() < 0.125
        says: tuple[str, ...] = _SAYS_EN if english else _SAYS
        who: tuple[str, ...] = _WHO_EN if english else _WHO
        plain: tuple[str, ...] = _PLAIN_EN if english else _PLAIN
        if held:
            says, who, plain = _HELD, (REPORTER_NAME, REPORTER_NICKNAME), _PLAIN
        telling = chance.choice(says).format(who=chance.choice(who), day=chance.choice(_DAYS))
        kept = chance.sample(plain, 3)
        text = [kept[0], telling, *kept[1:]]
        way = chance.choice(("plain", "html", "both", "subject", "quoted", "flowed"))
        greeting = "Dear streamer," if english and not held else f"{PARTY_NAME}您好："
        mail, words = _made(chance, way, greeting, text, telling, tuple(kept))
        yield Case(way, f"text-{number}", mail, words, should="hold" if held and way != "quoted" else "rewrite")


def _made(
    chance: random.Random, way: str, greeting: str, text: list[str], telling: str, kept: tuple[str, ...]
) -> tuple[bytes, tuple[str, ...]]:
    charset = chance.choice(("utf-8", "utf-8", "gb18030", "gbk"))
    try:
        "\n".join(text).encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    body = f"{greeting}\n\n" + "\n".join(text) + "\n\n客服中心\n"
    subject = "处理通知"
    if way == "subject":
        subject, body = telling.rstrip("。."), f"{greeting}\n\n" + "\n".join(kept) + "\n"
    if way == "quoted":
        letter = f"我是{REPORTER_NAME}，我要投诉主播{PARTY_NAME}，电话 {REPORTER_PHONE}。请尽快处理。"
        head = chance.choice(
            (
                f"在 2020年9月18日 10:02，{REPORTER_NAME} <{REPORTER_ADDRESS}> 写道：\n\n> {letter}\n> 谢谢\n",
                f'------------------ 原始邮件 ------------------\n发件人: "{REPORTER_NAME}" <{REPORTER_ADDRESS}>;\n'
                f'发送时间: 2020年9月18日(星期五) 上午10:02\n收件人: "客服" <{SENDER}>;\n主题: 投诉\n\n{letter}\n',
            )
        )
        body = f"{greeting}\n\n" + "\n".join(kept) + f"\n\n{head}"
    html = (
        "<html><head><style>p{margin:0}</style></head><body>"
        + "".join(f"<p style='color:#333'>{_in_pieces(chance, line)}</p>" for line in body.split("\n"))
        + "</body></html>"
    )
    if way in ("html", "both"):
        made = MIMEMultipart("alternative")
        if way == "both":
            made.attach(MIMEText(body, "plain", charset))
        made.attach(MIMEText(html, "html", charset))
        made["From"], made["To"], made["Subject"] = SENDER, PARTY_ADDRESS, str(Header(subject, charset).encode())
        raw = made.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    else:
        message = EmailMessage(policy=policy.SMTP)
        message["From"], message["To"], message["Subject"] = SENDER, PARTY_ADDRESS, subject
        message["Message-ID"] = f"<{chance.getrandbits(48):x}@platform.example>"
        message.set_content(body, charset=charset, cte=chance.choice(("base64", "quoted-printable", "8bit")))
        if way == "flowed":
            message.set_param("format", "flowed")
        raw = message.as_bytes()
    return raw, kept


def _in_pieces(chance: random.Random, line: str) -> str:
    """A line as an editor leaves it: some of its words in tags of their own."""
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if len(line) > 8 and "&" not in line and chance.random() < 0.5:
        at = chance.randrange(1, len(line) - 2)
        return f"{line[:at]}<b>{line[at : at + 2]}</b>{line[at + 2 :]}"
    return line


def words(data: bytes, suffix: str) -> str:
    """By the standard library's parser, of a whole mail."""
    found = []
    message = message_from_bytes(data, policy=policy.default)
    found.append(str(message["Subject"]))
    for part in message.walk():
        if part.get_content_maintype() == "text":
            content = str(part.get_content())
            if part.get_content_subtype() == "html":
                content = _without_tags(content)
            found.append(content)
    return "\n".join(found)


def _without_tags(html: str) -> str:
    from html.parser import HTMLParser

    class Text(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: list[str] = []

        def handle_data(self, data: str) -> None:
            self.found.append(data)

    parser = Text()
    parser.feed(html)
    return "".join(parser.found)
