"""Material that is no prose: lists, a letter of a sentence, a link that bears a file's name; in mail to anybody."""

import io
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import quote

import openpyxl
import pytest
from docx import Document

from gateway.inspection.tools import InspectionDeps, Subjects
from gateway.intake.material_fingerprints import material_marks
from gateway.matching import TrustedRecipients
from gateway.model import MaterialMark, Party, Report
from gateway.policy import packaged_policy
from gateway.reading.walk import read_file
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault
from inspection.test_strangers import PARTY, STRANGER, Here, outcome
from scene import mail

Row = tuple[datetime, int, str]
TIERS = (6, 30, 98, 198, 328, 648)
SENTENCE = "主播在九月三日晚骂我是丑八怪，还公布了我的小区。"
ENGLISH = "He called me an ugly thief on air, then named my street and my shop."


def payments(seed: int, count: int = 60) -> list[Row]:
    chance = random.Random(seed)
    first = datetime(2026, 9, 1)
    return [
        (
            first + timedelta(minutes=chance.randrange(60 * 24 * 30)),
            chance.choice(TIERS),
            str(chance.randrange(10**15, 10**16)),
        )
        for _ in range(count)
    ]


MINE = payments(1)


def sheet(rows: list[Row], orders: bool = True) -> bytes:
    """As a program writes it: moments are numbers, orders are words."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["日期", "金额", "订单"][: 2 + orders])
    for moment, amount, order in rows:
        page.append([moment, amount, order][: 2 + orders])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def letter(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def marks(data: bytes, name: str) -> tuple[MaterialMark, ...]:
    return material_marks(read_file(data, name), name, data)


def attached(data: bytes, name: str = "明细.xlsx") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "kefu@platform.example", PARTY, "核实"
    message.set_content("请查收附件。")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def html(body: str) -> bytes:
    return mail(f"<html><body>{body}</body></html>").replace(b"text/plain", b"text/html")


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InspectionDeps]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('store')}/s.db", Vault(b"k" * 32))
    handed_in = {
        "R-1": marks(sheet(MINE), "充值记录.xlsx"),
        "R-2": marks(sheet(payments(2), orders=False), "b.xlsx"),
        "R-3": marks(letter(SENTENCE), "来信.docx"),
        "R-4": marks(letter(ENGLISH), "letter.docx"),
        "R-5": marks(letter("关于直播间的情况，另见录屏。" * 3), "举报材料-直播录屏.docx"),
        "R-6": marks(letter("当晚的画面见附件，请一并查看。" * 3), "IMG_2041.docx"),
    }
    party = (Party("星儿", (PARTY,), ("room:88412345",)),)
    store.reports.put(
        [Report(id, "open", "2026-09-18", party, materials=found) for id, found in handed_in.items()], "t"
    )
    yield InspectionDeps(
        store.reports,
        Subjects(store.reports),
        Here(),
        packaged_policy(),
        store.quarantine,
        store.marks,
        store.callings,
        circle=TrustedRecipients(frozenset(("platform.example",))),
    )
    store.shut()


def lines(rows: list[Row], how: str) -> str:
    return "\n".join(how.format(at=at, sum=amount, order=order) for at, amount, order in rows)


EIGHT = sorted(MINE)[20:28]
LISTS = {
    "sorted": attached(sheet(sorted(MINE, key=lambda row: row[1:]))),
    "halved": attached(sheet(random.Random(3).sample(MINE, 30))),
    "csv": attached(("日期,金额,订单\r\n" + lines(MINE, "{at:%Y/%m/%d %H:%M},{sum}.00,{order}")).encode(), "明细.csv"),
    "csv of China": attached(lines(MINE, "{order},{sum},{at:%Y年%m月%d日 %H:%M:%S}").encode("gb18030"), "明细.csv"),
    "pasted": mail("请核对：\n" + lines(EIGHT, "{at:%Y-%m-%d %H:%M}\t{sum}\t{order}")),
    "words between": mail(lines(EIGHT, "{at:%m月%d日}充值{sum}元，订单号{order}；")),
    "orders alone": mail("、".join(order for _, _, order in EIGHT)),
    "four orders": mail("请核对订单 " + "，".join(order for _, _, order in EIGHT[:4])),
    "in groups": mail("\n".join(" ".join(order[at : at + 4] for at in range(0, 16, 4)) for _, _, order in EIGHT)),
    "what Excel keeps": mail("\n".join(order[:15] + "0" for _, _, order in EIGHT)),
    "full width": mail("\n".join("".join(chr(ord(c) + 0xFEE0) for c in order) for _, _, order in EIGHT)),
    "unseen between": mail("\n".join("\u200b".join(order) for _, _, order in EIGHT)),
    "table": html(
        "<table>" + lines(EIGHT, "<tr><td>{at:%Y/%m/%d}</td><td>{sum}</td><td>{order}</td></tr>") + "</table>"
    ),
    "among others": mail(lines([*payments(7, 20), *EIGHT[:4]], "{order}")),
}
ROWS = {
    "rows sorted": attached(sheet(sorted(payments(2)), orders=False)),
    "rows halved": attached(sheet(payments(2)[::2], orders=False)),
    "rows pasted": mail(lines(sorted(payments(2))[:8], "{at:%Y-%m-%d %H:%M:%S} {sum}")),
    "rows turned": mail(lines(sorted(payments(2))[:8], "{sum}元 {at:%Y年%m月%d日} {at:%H:%M}")),
    "rows as csv": attached(lines(payments(2), "{at:%Y/%m/%d %H:%M},{sum}").encode(), "a.csv"),
    "four rows": mail(lines(sorted(payments(2))[8:12], "{sum} 元，{at:%Y-%m-%d %H:%M}")),
    **{
        f"rows as {how}": mail(lines(random.Random(4).sample(payments(2), 12), how))
        for how in (
            "{at:%m-%d %H:%M} {sum}",
            "{at.month}月{at.day}日{at.hour}点{at.minute}分有一笔{sum}元的打赏",
            "{at:%m/%d/%Y %I:%M %p}, ${sum}.00",
            "{at:%d.%m.%Y %H:%M}\t{sum}",
            "{at:%d %b %Y %H:%M} | {sum}",
            "{at:%b %d, %Y %I:%M:%S %p} paid {sum}",
            "{at:%Y-%m-%dT%H:%M:%S}+08:00;{sum}",
            "{at:%Y%m%d%H%M%S},{sum}",
            "{at:%y-%m-%d %H:%M} {sum}",
            "{at:%Y/%m/%d} 下午{at:%I:%M} 火箭 3 个 {sum}",
        )
    },
}
LETTERS = {
    "sentence": mail(f"有人来信称：\n{SENTENCE}\n请说明。"),
    "sentence in another": mail(f"有人来信称{SENTENCE[:-1]}，请说明。"),
    "sentence in HTML": html(f"<p>来信原文：</p><blockquote>{SENTENCE}</blockquote>"),
    "English": mail(f"Somebody wrote: {ENGLISH}"),
    "attached": attached(letter(SENTENCE), "a.docx"),
}
CLOUD = {
    "Exmail": html(
        '<div><a href="https://wx.mail.platform.example/ftn/download?func=3&amp;k=5ab2">举报材料-直播录屏.docx</a>'
        " (68.2M, 2026年12月29日 到期)</div><div>从企业邮箱发来的超大附件</div>"
    ),
    "163": html(
        '<a href="https://mail.163.example/large-attachment-download/?file=a1">下载</a> 举报材料-直播录屏.docx'
    ),
    "Baidu": mail("通过网盘分享的文件：举报材料-直播录屏.docx\n链接: https://pan.baidu.example/s/1ab 提取码: 1234"),
    "OneDrive": html('<a href="https://1drv.example/w/s!Ab?e=x">举报材料-直播录屏.docx</a>'),
    "another ending": mail("https://drive.example/file/d/1a/view\n举报材料-直播录屏.pdf"),
    "a copy": mail("https://drive.example/file/d/1a/view 请看举报材料-直播录屏(1).docx"),
    "in the address": html(f'<a href="https://oss.example/{quote("举报材料-直播录屏.docx")}">这里</a>'),
}


@pytest.mark.parametrize("to", [PARTY, STRANGER])
@pytest.mark.parametrize("name", [*LISTS, *ROWS, *LETTERS, *CLOUD])
def test_what_was_handed_in_goes_to_nobody_in_any_shape(tools: InspectionDeps, name: str, to: str) -> None:
    assert outcome({**LISTS, **ROWS, **LETTERS, **CLOUD}[name], to, tools) == "quarantine"


OTHERS = {
    "somebody else's list": attached(sheet(payments(11))),
    "somebody else's rows": mail(lines(payments(12), "{at:%Y-%m-%d %H:%M} {sum}")),
    "the same days and sums": mail(lines(MINE, "{at:%Y-%m-%d} {sum}")),
    "a month's settlement": attached(sheet(sorted([*payments(13, 900), *MINE[:20]]))),
    "three orders of the reporter's": mail("您好，请核对订单 " + "，".join(order for _, _, order in EIGHT[:3])),
    "three rows": mail(lines(sorted(payments(2))[8:11], "{at:%Y-%m-%d %H:%M} {sum}")),
    "a month's income of one room": attached(sheet(sorted([*payments(14, 300), *payments(2)[:20]]), orders=False)),
    "somebody else's rows without a year": mail(lines(payments(15, 200), "{at:%m-%d %I:%M} {sum}")),
    "the same day": mail("您在9月3日晚的直播中有辱骂观众的行为，请说明。"),
    "other words": mail("主播您好，九月三日晚的直播已被限流，请于三日内说明情况。"),
    "half of a clause": mail("请问主播在九月三日晚的直播是几点开始的？"),
    "a usual name": html(
        '<a href="https://drive.example/a">IMG_2041.jpg</a> <a href="https://drive.example/b">截图.png</a>'
    ),
    "a usual name of a report": html('<a href="https://drive.example/a">直播录屏.mp4</a> 2026年12月29日到期'),
    "a longer name": html('<a href="https://drive.example/a">举报材料-直播录屏说明.docx</a>'),
    "no link": mail("请您把举报材料-直播录屏.docx 之外的文件补齐。"),
    "a week's streams": mail("\n".join(f"2026-09-{day:02} 20:00-23:30 {day * 37} 人" for day in range(1, 29))),
}


@pytest.mark.parametrize("to", [PARTY, STRANGER])
@pytest.mark.parametrize("name", OTHERS)
def test_what_others_have_as_well_passes(tools: InspectionDeps, name: str, to: str) -> None:
    assert outcome(OTHERS[name], to, tools) == "pass"
