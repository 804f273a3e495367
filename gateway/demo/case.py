"""The court case (Guangzhou Internet Court, 2021) as material and mails: everything is made here, nobody is real.

Two reports. Against 清凌凌 by mail, with a chat screenshot in which the reporter's avatar stands. Against 星儿
through a regulator: no reporter is known, there is only the letter. Then the mails that staff wrote, the ones that
the platform was sued for among them, each with the one right answer.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from PIL import Image

from gateway.demo import drawing, letter
from gateway.model import Action

STAFF = "kefu07@platform.example"
QINGLINGLING = "qinglingling@streamers.example"
XINGER = "xinger@streamers.example"
AGENT = "pr@guild.example"
NOT_REPORTED = "yuanshan@streamers.example"
DOMAIN = "platform.example"

_PEOPLE = {QINGLINGLING: "清凌凌", XINGER: "星儿", AGENT: "星河公会", NOT_REPORTED: "远山"}

NAME, NICK, PHONE, WECHAT = "张小鸣", "鸣鸣不飞", "13800138000", "xm_feifei90"
REPORTER = "xiaoming@mail.example"
SECRETS = (NAME, NICK, PHONE, WECHAT, REPORTER, "xiaoming")

_REPORT_TEXT = (
    "您好，我是观众张小鸣。",
    "主播清凌凌在11月3日晚的直播中多次使用低俗语言，",
    "并引导未成年人打赏，录屏和聊天记录见附件。",
    "请平台核实处理，并为我的身份保密。",
    "联系电话：138 0013 8000，微信：xm_feifei90。",
)
_DECISION = (
    "处理意见",
    "主播清凌凌：",
    "观众张小鸣来信反映您11月3日的直播有低俗内容，经核实情况属实。",
    "现给予警告一次，请您于三日内登录后台提交书面说明。",
    "如有异议，可在七日内申诉。",
)
_TICKET = (
    "来信称主播在11月3日的直播中有不当言论。",
    "请主播于三日内提交书面说明，逾期按规定处理。",
)
_LETTER = (
    "举报信",
    "被举报人：星儿（直播间 88412345）",
    "举报人：张小鸣",
    "该主播于2020年9月12日晚间直播时，诱导观众添加私人账号并在站外收取款项，事后拒绝退还，涉及金额三千二百元。",
    "本人已保存全部录屏与转账凭证，恳请主管部门责令平台依法处理，并对本人信息严格保密。",
    "联系电话：13800138000",
    "此致",
    "敬礼",
    "张小鸣",
    "2020年9月18日",
)


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One mail that staff send, and what must become of it."""

    title: str
    title_en: str
    recipient: str
    content: bytes = field(repr=False)
    expected: Action
    must_stay: tuple[str, ...] = ()
    """Words that a rewritten mail still says."""

    @property
    def address(self) -> str:
        """The recipient without a display name."""
        return self.recipient.rpartition("<")[2].rstrip(">")

    @property
    def who(self) -> str:
        """The recipient as a person calls them."""
        return _PEOPLE[self.address]


@dataclass(frozen=True, slots=True)
class Case:
    """What the demo works on. `reports` is the JSONL file; its materials lie beside it."""

    reports: Path
    mails: tuple[DemoMail, ...]
    forbidden: tuple[Path, ...]
    """Files that must not get out."""


def build(folder: Path) -> Case:
    """Draw, write and compose everything below `folder`."""
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    face, friend = drawing.avatar(7), drawing.avatar(21)
    chat = drawing.chat(
        "清凌凌粉丝群",
        (
            drawing.Bubble("他刚才又在直播间说了那种话"),
            drawing.Bubble("我录屏了，准备去举报", mine=True),
            drawing.Bubble("小心别被他知道"),
            drawing.Bubble("平台会保密的", mine=True),
        ),
        face,
        friend,
    )
    shot = drawing.mail(
        "关于主播清凌凌违规直播的举报",
        ("发件人：张小鸣 <xiaoming@mail.example>", "收件人：jubao@platform.example", "时间：2019年11月5日 21:14"),
        _REPORT_TEXT[:4],
        ("附件：聊天记录.png", chat),
    )
    ticket = drawing.mail("工单 TK-3107", (f"来信人：{NAME}", "渠道：网页", "类别：直播内容"), _TICKET)
    report = _report_mail(drawing.png(chat))
    word = letter.docx(_LETTER, NAME)
    for name, data in {
        "xm.png": drawing.png(face),
        "report.eml": report,
        "聊天记录.png": drawing.png(chat),
        "举报信.docx": word,
    }.items():
        (files / name).write_bytes(data)
    (folder / "reports.jsonl").write_text(_jsonl(), encoding="utf-8")
    screenshot = folder / "举报邮件截图.png"
    screenshot.write_bytes(drawing.png(shot))
    forbidden = (screenshot, *(files / name for name in ("xm.png", "report.eml", "聊天记录.png", "举报信.docx")))
    return Case(folder / "reports.jsonl", tuple(_mails(shot, chat, report, word, ticket)), forbidden)


def _jsonl() -> str:
    first = {
        "id": "R-2019-1105",
        "status": "open",
        "opened_at": "2019-11-05T21:20:00+08:00",
        "reported": [
            {
                "name": "清凌凌",
                "addresses": [QINGLINGLING],
                "accounts": ["room:66120301"],
                "representatives": [AGENT],
            }
        ],
        "reporter": {"nicknames": [NICK], "avatars": ["files/xm.png"]},
        "materials": ["files/report.eml", "files/聊天记录.png"],
    }
    second = {
        "id": "R-2020-0918",
        "opened_at": "2020-09-18T10:00:00+08:00",
        "reported": [{"name": "星儿", "addresses": [XINGER], "accounts": ["room:88412345"]}],
        "materials": ["files/举报信.docx"],
    }
    return "".join(json.dumps(report, ensure_ascii=False) + "\n" for report in (first, second))


def _report_mail(chat: bytes) -> bytes:
    mail = EmailMessage(SMTP)
    mail["From"] = f"{NAME} <{REPORTER}>"
    mail["To"] = "jubao@platform.example"
    mail["Subject"] = "关于主播清凌凌违规直播的举报"
    mail["Date"] = "Tue, 05 Nov 2019 21:14:03 +0800"
    mail["Message-ID"] = "<20191105211403.7716@mail.example>"
    mail.set_content("\n".join(_REPORT_TEXT) + "\n")
    mail.add_attachment(chat, "image", "png", filename="聊天记录.png")
    return mail.as_bytes()


def _compose(
    to: str, subject: str, text: str, html: str = "", more: Callable[[EmailMessage], None] | None = None
) -> bytes:
    mail = EmailMessage(SMTP)
    mail["From"] = f"平台客服 <{STAFF}>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = "Fri, 18 Sep 2020 15:02:00 +0800"
    mail["Message-ID"] = f"<{hashlib.sha256((subject + to).encode()).hexdigest()[:16]}@{DOMAIN}>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    if more is not None:
        more(mail)
    return mail.as_bytes()


def _mails(shot: Image.Image, chat: Image.Image, report: bytes, word: bytes, ticket: Image.Image) -> Iterable[DemoMail]:
    wordtype = "vnd.openxmlformats-officedocument.wordprocessingml.document"

    def picture(image: Image.Image, name: str) -> Callable[[EmailMessage], None]:
        return lambda mail: mail.add_attachment(drawing.png(image), "image", "png", filename=name)

    def file(data: bytes, main: str, sub: str, name: str) -> Callable[[EmailMessage], None]:
        return lambda mail: mail.add_attachment(data, main, sub, filename=name)

    yield DemoMail(
        "规范函：只问直播内容",
        "the proper mail: asks only what was broadcast",
        QINGLINGLING,
        _compose(
            QINGLINGLING,
            "请您说明11月3日晚直播情况",
            "清凌凌您好：\n\n请您就2019年11月3日晚20点至22点直播间的直播内容作出说明，\n"
            "包括当晚的话题、互动环节和打赏引导话术，并于三日内回复本邮件。\n\n平台客服\n",
        ),
        "pass",
    )
    yield DemoMail(
        "核实函：附举报邮件截图",
        "“please verify”, with a screenshot of the report mail",
        QINGLINGLING,
        _compose(
            QINGLINGLING,
            "请核实：有用户反映您的直播内容",
            "清凌凌您好：\n\n有用户反映您11月3日的直播，情况见附图，请核实。\n\n平台客服\n",
            more=picture(shot, "情况说明.png"),
        ),
        "quarantine",
    )
    yield DemoMail(
        "核实函：只附聊天截图（头像）",
        "“please verify”, with the chat screenshot alone (avatar)",
        QINGLINGLING,
        _compose(
            QINGLINGLING,
            "补充材料",
            "清凌凌您好：\n\n补充一张图供您参考。\n\n平台客服\n",
            more=picture(
                drawing.chat(
                    "群聊",
                    (drawing.Bubble("今晚几点开播"), drawing.Bubble("八点", mine=True)),
                    drawing.avatar(7),
                    drawing.avatar(33),
                ),
                "参考.png",
            ),
        ),
        "quarantine",
    )
    yield DemoMail(
        "正文和主题写出举报人姓名、电话",
        "name and phone of the reporter in subject and text",
        QINGLINGLING,
        _compose(
            QINGLINGLING,
            "关于张小鸣的投诉",
            "清凌凌您好：\n\n观众张小鸣（138-0013-8000）反映您11月3日的直播有低俗内容，请您说明当晚情况。\n\n平台客服\n",
        ),
        "redact",
        must_stay=("反映您11月3日的直播有低俗内容", "请您说明当晚情况", "[姓名略]", "[电话略]"),
    )
    yield DemoMail(
        "HTML 中拆开写的姓名与微信号，发给经纪公司",
        "name split over HTML tags and a WeChat id, to the guild",
        f"星河公会 <{AGENT}>",
        _compose(
            AGENT,
            "请协助联系主播",
            "您好：\n\n请协助联系主播，核对张 小 鸣（微信 xm_feifei90）所说的情况。\n",
            html="<p>您好：</p>\n<p>请协助联系主播，核对<b>张</b>小<i>鸣</i>"
            "（微信 <code>xm_feifei90</code>）所说的情况。</p>\n",
        ),
        "redact",
        must_stay=("请协助联系主播", "所说的情况"),
    )
    yield DemoMail(
        "把举报邮件作为附件转发",
        "the report mail forwarded as an attachment",
        QINGLINGLING,
        _compose(
            QINGLINGLING,
            "转发：请核实",
            "清凌凌您好：\n\n请看附件并回复。\n\n平台客服\n",
            more=file(report, "application", "octet-stream", "来信.eml"),
        ),
        "quarantine",
    )
    yield DemoMail(
        "把举报信原样转发",
        "the report letter forwarded as it was",
        XINGER,
        _compose(
            XINGER,
            "监管部门转来材料，请配合核实",
            "星儿您好：\n\n监管部门转来材料，见附件，请于三日内书面说明。\n\n平台客服\n",
            more=file(word, "application", wordtype, "举报信.docx"),
        ),
        "quarantine",
    )
    yield DemoMail(
        "把举报信改名压缩后转发",
        "the letter renamed and zipped",
        XINGER,
        _compose(
            XINGER,
            "材料",
            "星儿您好：\n\n材料见压缩包。\n\n平台客服\n",
            more=file(_zip("说明.dat", word), "application", "zip", "材料.zip"),
        ),
        "quarantine",
    )
    yield DemoMail(
        "引用举报信原文三句",
        "three sentences of the letter quoted",
        XINGER,
        _compose(
            XINGER,
            "请说明9月12日情况",
            "星儿您好：\n\n来信称：“" + _LETTER[3] + _LETTER[4] + "”请说明。\n\n平台客服\n",
        ),
        "quarantine",
    )
    yield DemoMail(
        "加密压缩包（无法检查）",
        "an encrypted archive (cannot be inspected)",
        XINGER,
        _compose(
            XINGER,
            "材料（加密）",
            "星儿您好：\n\n材料已加密，密码另发。\n\n平台客服\n",
            more=file(_zip("材料.txt", "无".encode(), encrypted=True), "application", "zip", "加密.zip"),
        ),
        "quarantine",
    )
    yield DemoMail(
        "处理意见（Word），其中写着举报人姓名",
        "the decision as a Word document that names the reporter",
        QINGLINGLING,
        _compose(
            QINGLINGLING,
            "处理意见",
            "清凌凌您好：\n\n处理意见见附件，请于三日内提交说明。\n\n平台客服\n",
            more=file(letter.docx(_DECISION, "平台客服"), "application", wordtype, "处理意见.docx"),
        ),
        "redact",
        must_stay=("处理意见见附件",),
    )
    yield DemoMail(
        "工单截图，来信人一栏是举报人姓名",
        "a screenshot of the ticket, with the reporter in its field",
        QINGLINGLING,
        _compose(
            QINGLINGLING,
            "工单待回复",
            "清凌凌您好：\n\n工单见截图，请说明情况。\n\n平台客服\n",
            more=file(drawing.png(ticket), "image", "png", "工单.png"),
        ),
        "redact",
        must_stay=("工单见截图",),
    )
    yield DemoMail(
        "规范函：只问9月12日直播内容",
        "the proper mail to 星儿",
        XINGER,
        _compose(
            XINGER,
            "请说明9月12日晚直播情况",
            "星儿您好：\n\n请就2020年9月12日晚的直播内容作书面说明，并保留当晚直播回放。\n\n平台客服\n",
        ),
        "pass",
    )
    yield DemoMail(
        "发给未被举报的人（提到同名观众）",
        "to somebody not reported, naming a viewer",
        NOT_REPORTED,
        _compose(
            NOT_REPORTED, "粉丝来信", "远山您好：\n\n观众张小鸣给您写了一封表扬信，已转到您的后台。\n\n平台客服\n"
        ),
        "pass",
    )


def _zip(name: str, data: bytes, *, encrypted: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2020, 9, 18, 10, 0, 0)), data, zipfile.ZIP_DEFLATED)
    raw = bytearray(out.getvalue())
    if encrypted:
        # The standard library cannot encrypt; bit 0 of the flags (APPNOTE 4.4.4) in both headers says that it is.
        for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            raw[raw.index(signature) + offset] |= 1
    return bytes(raw)
