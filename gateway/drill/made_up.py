"""A made-up report and the mails that go with it: made anew each time, so that nothing that was seen before, by readers
or rules, answers for it. Nobody in them is real."""

import io
import json
import secrets
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from PIL import Image, ImageDraw, ImageFont

from gateway.demo import drawing, letter
from gateway.errors import Problem
from gateway.model.drill import DOMAIN, SENDER, DrillAddress

CLEAN, TEXT, SCREENSHOT, LETTER = "clean", "text", "screenshot", "letter"
LEAKS = (TEXT, SCREENSHOT, LETTER)
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹窦苏潘葛范彭鲁韦马苗方俞任袁柳"
_GIVEN = "嘉铭昱泽瑞宸雨桐梓涵浩宇欣怡诗琪俊熙子墨若曦晨阳可馨博文思源静姝明远清妍逸凡书瑶景行怀瑾知夏云舒"
_LATIN = ("Alder", "Birch", "Cedar", "Hazel", "Linden", "Maple", "Rowan", "Willow", "Juniper", "Laurel")
_DID = ("私下收款", "虚假宣传", "辱骂观众", "诱导打赏", "抽奖造假", "售卖假货")
_LETTERS, _DIGITS = "abcdefghijkmnpqrstuvwxyz", "0123456789"
_SEVEN_BITS = SMTP.clone(cte_type="7bit")
_DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")


@dataclass(frozen=True, slots=True)
class DrillMail:
    """One mail. `secrets`: what must not get out; empty for the clean one."""

    name: str
    sender: str
    recipient: str
    content: bytes = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    files: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A drill's report as a line of JSONL with the files that it names, and its mails, the clean one first."""

    report: str = field(repr=False)
    files: dict[str, bytes] = field(repr=False)
    mails: tuple[DrillMail, ...]


@dataclass(frozen=True, slots=True)
class _Someone:
    name: str
    phone: str
    account: str
    latin: str

    @property
    def spaced_phone(self) -> str:
        return f"{self.phone[:3]} {self.phone[3:7]} {self.phone[7:]}"


def made_up(token: str, ours: Container[str] = ()) -> MadeUp:
    """Everything of one drill. `ours`: names that no made-up person may have."""
    reporter, accused = _someone(ours), _someone(ours)
    did, day = secrets.choice(_DID), datetime.now(UTC) - timedelta(days=1 + secrets.randbelow(60))
    when = f"{day.month}月{day.day}日"
    said = f"直播间编号 {_digits(9)}，涉及金额 {1 + secrets.randbelow(9000)} 元，订单尾号 {_digits(6)}。"
    body = (
        "举报信",
        f"本人{reporter.name}，现举报主播{accused.name}于{when}晚间在直播中{did}。",
        said,
        "本人已保存录屏与转账凭证，请平台依法处理，并对本人信息严格保密。",
        f"联系电话：{reporter.spaced_phone}，微信：{reporter.account}",
        f"举报人：{reporter.name}",
    )
    report = {
        "id": f"DRILL-{token[:8]}",
        "status": "open",
        "opened_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "reported": [
            {
                "name": accused.name,
                "addresses": [str(DrillAddress(name, token)) for name in (CLEAN, *LEAKS)],
                "accounts": [f"room:{_digits(9)}"],
            }
        ],
        "reporter": {
            "names": [reporter.name, reporter.latin],
            "phones": [reporter.phone],
            "accounts": [{"kind": "wechat", "value": reporter.account}],
        },
        "materials": ["letter.docx"],
    }
    known = (reporter.name, reporter.phone, reporter.account)
    passed_on = letter.docx((*body[:2], said, f"（转办编号 {_digits(10)}）", *body[3:]), reporter.name)
    shot = _shot(reporter, ("请平台核实处理。", f"联系电话：{reporter.spaced_phone}"))
    greeting, ending = f"{accused.name}您好：\n\n", "\n请于三日内回复。\n\n平台客服\n"
    told = f"观众{reporter.name}（电话 {reporter.spaced_phone}）来信反映您{when}晚间在直播中{did}，请您作出说明。"
    asked = f"请您就{when}晚间 {19 + secrets.randbelow(4)} 点的直播内容作出说明，并附上当晚的回放链接。"
    mails = (
        _mail(token, CLEAN, "请您说明直播情况", greeting + asked + ending),
        _mail(token, TEXT, "请您说明直播情况", greeting + told + ending, known),
        _mail(
            token, SCREENSHOT, "请您核实", greeting + "来信内容见截图，请您核实。" + ending, known,
            ("image", "png", f"IMG_{_digits(8)}.png", shot),
        ),
        _mail(
            token, LETTER, "转发材料", greeting + "材料见附件，请您核实。" + ending, known,
            (*_DOCX, f"材料{_digits(6)}.docx", passed_on),
        ),
    )  # fmt: skip
    return MadeUp(json.dumps(report, ensure_ascii=False), {"letter.docx": letter.docx(body, reporter.name)}, mails)


def _someone(ours: Container[str]) -> _Someone:
    name = next(name for _ in range(1000) if (name := _name()) not in ours)
    phone = f"1{secrets.choice('35789')}{_digits(9)}"
    account = (
        secrets.choice(_LETTERS) + "".join(secrets.choice(_LETTERS + _DIGITS) for _ in range(9)) + "_" + _digits(3)
    )
    tail = "".join(secrets.choice(_LETTERS) for _ in range(5)).capitalize()
    return _Someone(name, phone, account, f"{secrets.choice(_LATIN)} {secrets.choice(_LATIN)}{tail.lower()}")


def _name() -> str:
    return secrets.choice(_FAMILY) + secrets.choice(_GIVEN) + secrets.choice(_GIVEN)


def _digits(count: int) -> str:
    return "".join(secrets.choice(_DIGITS) for _ in range(count))


def _shot(reporter: _Someone, lines: Sequence[str]) -> bytes:
    """A mail as a webmail page shows it; where no Chinese font is installed, one that a foreigner wrote."""
    try:
        return drawing.png(drawing.mail("举报信", (f"发件人：{reporter.name}",), lines))
    except Problem:
        return _latin_shot(reporter)


def _latin_shot(reporter: _Someone) -> bytes:
    font, picture = ImageFont.load_default(36), Image.new("RGB", (1080, 420), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    said = (
        f"From: {reporter.latin}",
        "I saw what happened in the broadcast last night",
        "and want to report it. Please keep my name to yourselves.",
        f"You can reach me at {reporter.phone}.",
        reporter.latin,
    )
    for number, line in enumerate(said):
        draw.text((56, 48 + 66 * number), line, font=font, fill=(24, 24, 28))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _mail(
    token: str,
    name: str,
    subject: str,
    text: str,
    known: tuple[str, ...] = (),
    file: tuple[str, str, str, bytes] | None = None,
) -> DrillMail:
    sender, recipient = str(DrillAddress(SENDER, token)), str(DrillAddress(name, token))
    mail = EmailMessage(_SEVEN_BITS)
    mail["From"] = f"平台客服 <{sender}>"
    mail["To"] = recipient
    mail["Subject"] = f"{subject}（{_digits(6)}）"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{secrets.token_hex(12)}@{DOMAIN}>"
    mail.set_content(text)
    if file is not None:
        main, sub, called, content = file
        mail.add_attachment(content, main, sub, filename=called)
    return DrillMail(name, sender, recipient, mail.as_bytes(), known, () if file is None else (file[3],))
