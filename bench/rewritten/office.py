"""Office documents in which the reporter is told: by python-docx, openpyxl, python-pptx and LibreOffice.

Each document has a few sentences, lists, tables and pictures of no interest, and the reporter in some of the places
where office programs keep words: runs that cut a name, headers, notes, comments, tracked changes, authors, properties,
text boxes, alternative texts, links, formulas, names of sheets, charts. Some documents should be held: the reporter in
a table beside others, or signed.
"""

import html
import io
import os
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import openpyxl
import pptx
import pypdfium2
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from mailbag.files import fonts
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from rewritten import (
    PARTY_ADDRESS,
    REPORTER_ADDRESS,
    REPORTER_NAME,
    REPORTER_NICKNAME,
    REPORTER_PHONE,
    REPORTER_WECHAT,
    SENDER,
    Case,
)

INNOCENT = (
    "根据平台社区公约第三章第十二条，现将有关情况通知如下。",
    "请您于三个工作日内登录创作者后台提交书面说明。",
    "逾期未提交的，平台将依据现有材料作出处理决定。",
    "本次核查不影响您已经取得的直播权限与收益结算。",
    "如对处理结果有异议，可以通过申诉通道提出复核。",
    "附件中的截图由系统自动留存，请勿再次传播。",
    "感谢您一直以来对平台内容治理工作的支持与配合。",
    "The review covers the session of 18 September and nothing else.",
    "Please answer in the creator centre within three working days.",
    "本通知一式两份，一份存档，一份送达。",
)
TOLD = (
    "举报人{name}反映您的直播间存在诱导打赏的行为。",
    "来信人{name}（电话{phone}）投诉称您在直播中辱骂用户。",
    "用户{nickname}举报您发布虚假宣传内容，平台已受理。",
    "本次投诉由{name}提交，联系邮箱{address}，材料已核对。",
    "举报人微信{account}，平台已经与其核实有关情况。",
    "The report was filed by {name}, who can be reached at {phone}.",
)
_WHO = {
    "name": REPORTER_NAME,
    "nickname": REPORTER_NICKNAME,
    "phone": REPORTER_PHONE,
    "address": REPORTER_ADDRESS,
    "account": REPORTER_WECHAT,
}
_FONTS = ("宋体", "微软雅黑", "Noto Sans CJK SC", "Arial", "SimHei")


def cases(chance: random.Random, count: int, folder: Path) -> Iterator[Case]:
    """Messages with one document each."""
    makers = (_letter, _sheet, _slides, _converted_letter, _converted_sheet, _converted_slides)
    wanted: dict[str, list[tuple[str, bytes, list[str], str]]] = {}
    for number in range(count):
        suffix, data, kept, should = makers[number % len(makers)](chance)
        wanted.setdefault(suffix, []).append((f"{number:03d}", data, kept, should))
    for change, documents in wanted.items():
        suffix, _, target = change.partition(">")
        made = dict(converted({name: data for name, data, _, _ in documents}, suffix, target, folder) if target else ())
        for name, data, kept, should in documents:
            final = made.get(name, data)
            yield Case(
                "office", f"{name}.{target or suffix}", _mail(chance, final, target or suffix), tuple(kept), (), should
            )


def words(data: bytes, suffix: str) -> str:
    """What LibreOffice shows, and all that stands in the package."""
    return f"{shown(data, suffix)}\n{stored(data)}"


def shown(data: bytes, suffix: str) -> str:
    """What LibreOffice shows."""
    suffix = suffix.lstrip(".")
    target = {"xlsx": "html", "ods": "html", "pptx": "pdf", "odp": "pdf"}.get(suffix, "txt:Text (encoded):UTF8")
    with TemporaryDirectory() as folder:
        made = dict(converted({"x": data}, suffix, target, Path(folder)))
    if "x" not in made:
        return ""
    if target == "pdf":
        document = pypdfium2.PdfDocument(made["x"])
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    text = made["x"].decode("utf-8", "replace")
    return re.sub(r"<[^>]*>", "", text) if target == "html" else text


def stored(data: bytes) -> str:
    """Whatever stands in any member, tags left out and left in."""
    said = [data.decode("utf-8", "ignore"), data.decode("utf-16-le", "ignore")]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            said += [file.comment.decode("utf-8", "ignore"), *file.namelist()]
            for entry in file.infolist():
                content = file.read(entry)
                if content.startswith(b"PK"):
                    said.append(stored(content))
                text = content.decode("utf-8", "ignore")
                text += "\n" + html.unescape(text)
                said += [text, re.sub(r"<[^>]*>", "", text), content.decode("utf-16-le", "ignore")]
    return "\n".join(said)


def converted(files: dict[str, bytes], suffix: str, target: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each by its name, as LibreOffice writes it."""
    program = shutil.which("soffice")
    assert program is not None, "LibreOffice is needed"
    with TemporaryDirectory(dir=folder) as place:
        inside, outside = Path(place, "in"), Path(place, "out")
        inside.mkdir()
        for name, data in files.items():
            Path(inside, f"{name}.{suffix}").write_bytes(data)
        command = [program, f"-env:UserInstallation=file://{place}/profile", "--headless", "--convert-to", target]
        names = [str(Path(inside, f"{name}.{suffix}")) for name in files]
        extra = ["--infilter=HTML (StarWriter)"] if suffix == "html" else []
        environ = {**os.environ, "FONTCONFIG_FILE": str(fonts(Path(place)))}  # without one every letter is a box
        subprocess.run(
            [*command, *extra, "--outdir", str(outside), *names],
            check=False,
            capture_output=True,
            timeout=600,
            env=environ,
        )
        for name in files:
            made = Path(outside, f"{name}.{target.partition(':')[0]}")
            if made.is_file():
                yield name, made.read_bytes()


def _mail(chance: random.Random, data: bytes, suffix: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = SENDER, PARTY_ADDRESS
    message["Subject"] = chance.choice(("核查通知", "处理材料", "关于直播间的通知", "Notice"))
    message["Date"], message["Message-ID"] = "Fri, 18 Sep 2020 10:00:00 +0800", "<office@platform.example>"
    message.set_content(
        chance.choice(("您好：\n附件请查收。\n", "您好，材料见附件，请按要求办理。\n", "Please see the attachment.\n"))
    )
    message.add_attachment(
        data,
        maintype="application",
        subtype="octet-stream",
        filename=chance.choice(("通知", "材料", "notice")) + f".{suffix}",
    )
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _told(chance: random.Random) -> str:
    return chance.choice(TOLD).format(**_WHO)


def _innocent(chance: random.Random, most: int = 5) -> list[str]:
    return chance.sample(INNOCENT, chance.randint(2, most))


def _cut(chance: random.Random, text: str) -> list[str]:
    """In runs."""
    places = sorted(chance.sample(range(1, len(text)), min(len(text) - 1, chance.randint(0, 6))))
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


_Made = tuple[str, bytes, list[str], str]


def _letter(chance: random.Random) -> _Made:
    document = docx.Document()
    kept = _innocent(chance)
    should = "rewrite"
    for text in [chance.choice(kept), _told(chance), *kept]:
        paragraph = document.add_paragraph(style=chance.choice(("Normal", "List Bullet", "Heading 2", "Quote")))
        for piece in _cut(chance, text):
            run = paragraph.add_run(piece)
            run.bold, run.italic = chance.random() < 0.2, chance.random() < 0.1
            run.font.size, run.font.name = Pt(chance.choice((9, 10.5, 14, 22))), chance.choice(_FONTS)
            if chance.random() < 0.1:
                run.font.color.rgb = RGBColor(200, 0, 0)
            run.font.hidden = chance.random() < 0.03
    places: list[Callable[[], object]] = [
        lambda: document.sections[0].header.paragraphs[0].add_run(_told(chance)),
        lambda: document.sections[0].footer.paragraphs[0].add_run(f"经办：客服中心 {_told(chance)}"),
        lambda: document.add_comment(
            document.paragraphs[1].runs, text=_told(chance), author=REPORTER_NAME, initials="章"
        ),
        lambda: setattr(document.core_properties, "author", REPORTER_NAME),
        lambda: setattr(document.core_properties, "last_modified_by", REPORTER_NAME),
        lambda: setattr(document.core_properties, "title", f"{REPORTER_NAME}举报材料"),
        lambda: setattr(document.core_properties, "keywords", f"{REPORTER_NICKNAME} {REPORTER_PHONE}"),
        lambda: _link(document, f"mailto:{REPORTER_ADDRESS}?subject=x"),
        lambda: _tracked(document, _told(chance)),
        lambda: _alt_text(document, chance, f"{REPORTER_NAME}提交的截图"),
        lambda: document.add_paragraph().add_run(_told(chance)).add_break(WD_BREAK.PAGE),
    ]
    for place in chance.sample(places, chance.randint(0, 5)):
        place()
    if chance.random() < 0.15:
        _table(document, chance)
        should = "hold"
    elif chance.random() < 0.3:
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(
            [c for row in table.rows for c in row.cells], ("项目", "结果", "核查", "属实"), strict=True
        ):
            cell.text = text
        kept = [*kept, "属实"]
    out = io.BytesIO()
    document.save(out)
    return "docx", out.getvalue(), kept, should


def _table(document: "docx.document.Document", chance: random.Random) -> None:
    table = document.add_table(rows=0, cols=3)
    for name, gift in ((REPORTER_NAME, "火箭"), ("李雷", "玫瑰"), ("韩梅梅", "嘉年华")):
        for cell, text in zip(table.add_row().cells, (name, gift, str(chance.randint(1, 99))), strict=True):
            cell.text = text


def _link(document: "docx.document.Document", target: str) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    number = document.part.relate_to(target, kind, is_external=True)
    paragraph = document.add_paragraph("联系平台：")
    link = paragraph._p.makeelement(qn("w:hyperlink"), {qn("r:id"): number})
    link.append(paragraph.add_run("点此")._r)
    paragraph._p.append(link)


def _tracked(document: "docx.document.Document", text: str) -> None:
    paragraph = document.add_paragraph("修改记录：")
    names = {qn("w:author"): REPORTER_NAME, qn("w:id"): "77",
             qn("w:date"): "2020-09-18T10:00:00Z"}  # fmt: skip
    deleted = paragraph._p.makeelement(qn("w:del"), names)
    run = paragraph.add_run(text)._r
    for inner in run.findall(qn("w:t")):
        inner.tag = qn("w:delText")
    deleted.append(run)
    paragraph._p.append(deleted)


def _picture(chance: random.Random) -> io.BytesIO:
    from PIL import Image

    out = io.BytesIO()
    colour = tuple(chance.randint(0, 255) for _ in range(3))
    Image.new("RGB", (chance.randint(20, 90), chance.randint(20, 90)), colour).save(out, "PNG")
    out.seek(0)
    return out


def _alt_text(document: "docx.document.Document", chance: random.Random, text: str) -> None:
    shape = document.add_picture(_picture(chance))
    shape._inline.docPr.set("descr", text)


def _sheet(chance: random.Random) -> _Made:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    kept = _innocent(chance)
    should = "rewrite"
    sheet["A1"] = _told(chance)
    sheet["A1"].font = Font(name=chance.choice(_FONTS), size=chance.choice((9, 11, 16)), bold=chance.random() < 0.5)
    for row, text in enumerate(kept, 3):
        sheet.cell(row, 1, text)
    sheet.append(["月份", "场次", "收益"])
    for month in range(1, chance.randint(3, 9)):
        sheet.append([f"{month}月", chance.randint(1, 30), chance.randint(100, 9999)])
    if chance.random() < 0.2:
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=3, min_row=len(kept) + 3, max_row=sheet.max_row), titles_from_data=True)
        sheet.add_chart(chart, "F5")
    other = book.create_sheet("说明")
    other["A1"] = INNOCENT[0]
    kept = [*kept, INNOCENT[0]]

    def renamed() -> None:
        sheet.title = f"{REPORTER_NAME}举报"
        other["B2"] = f"='{sheet.title}'!B{sheet.max_row}"
        book.defined_names["合计"] = DefinedName("合计", attr_text=f"'{sheet.title}'!$B$5:$B$7")

    def hidden() -> None:
        aside = book.create_sheet("隐藏")
        aside.append([_told(chance)])
        aside.sheet_state = chance.choice(("hidden", "veryHidden", "visible"))

    places: list[Callable[[], object]] = [
        renamed,
        lambda: setattr(other["A3"], "value", int(REPORTER_PHONE)),
        lambda: setattr(other["A1"], "comment", Comment(_told(chance), REPORTER_NAME)),
        lambda: setattr(book.properties, "creator", REPORTER_NAME),
        lambda: setattr(book.properties, "lastModifiedBy", REPORTER_NAME),
        lambda: setattr(sheet.oddHeader.center, "text", _told(chance)),
        lambda: setattr(other["A5"], "value", f'=IF(A1="{REPORTER_NAME}","{REPORTER_PHONE}","")'),
        lambda: setattr(other["A6"], "hyperlink", f"mailto:{REPORTER_ADDRESS}"),
        hidden,
    ]
    for place in chance.sample(places, chance.randint(0, 5)):
        place()
    if chance.random() < 0.15:
        for gift in ((REPORTER_NAME, "火箭", 3), ("李雷", "玫瑰", 9)):
            sheet.append(gift)
        should = "hold"
    out = io.BytesIO()
    book.save(out)
    return "xlsx", out.getvalue(), kept, should


def _slides(chance: random.Random) -> _Made:
    show = pptx.Presentation()
    kept = _innocent(chance)
    first = show.slides.add_slide(show.slide_layouts[1])
    first.shapes.title.text = "核查通知"
    frame = first.placeholders[1].text_frame
    for text in [_told(chance), *kept]:
        paragraph = frame.add_paragraph()
        for piece in _cut(chance, text):
            run = paragraph.add_run()
            run.text, run.font.bold = piece, chance.random() < 0.2
            run.font.size = pptx.util.Pt(chance.choice((12, 18)))
    second = show.slides.add_slide(show.slide_layouts[6])

    def chart() -> None:
        data = CategoryChartData()  # type: ignore[no-untyped-call]  # python-pptx has no annotations
        data.categories = ["一季度", "二季度"]
        data.add_series(f"{REPORTER_NAME}举报以来", (3, 4))  # type: ignore[no-untyped-call]  # python-pptx has no annotations
        second.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(1), Inches(4), Inches(3), data)

    def box() -> None:
        second.shapes.add_textbox(Inches(1), Inches(4), Inches(5), Inches(1)).text_frame.text = _told(chance)

    def picture() -> None:
        shape = second.shapes.add_picture(_picture(chance), Inches(6), Inches(1))
        shape._element.nvPicPr.cNvPr.set("descr", f"{REPORTER_NAME}提交的截图")

    def link() -> None:
        run = second.shapes.add_textbox(Inches(1), Inches(5), Inches(5), Inches(1)).text_frame.paragraphs[0].add_run()
        run.text, run.hyperlink.address = "联系我们", f"mailto:{REPORTER_ADDRESS}"

    places: list[Callable[[], object]] = [
        chart,
        box,
        picture,
        link,
        lambda: setattr(first.notes_slide.notes_text_frame, "text", _told(chance)),
        lambda: setattr(show.core_properties, "author", REPORTER_NAME),
        lambda: setattr(show.core_properties, "last_modified_by", REPORTER_NAME),
    ]
    for place in chance.sample(places, chance.randint(0, 5)):
        place()
    out = io.BytesIO()
    show.save(out)
    return "pptx", out.getvalue(), kept, "rewrite"


def _converted_letter(chance: random.Random) -> _Made:
    """A page of the web, as LibreOffice makes a letter of it."""
    kept = _innocent(chance)
    told = _told(chance)
    pieces = "".join(
        f"<{tag}>{piece}</{tag}>" for piece in _cut(chance, told) for tag in [chance.choice(("b", "i", "span", "u"))]
    )
    link = f'<p><a href="mailto:{REPORTER_ADDRESS}">联系平台</a></p>' if chance.random() < 0.4 else ""
    author = f'<meta name="author" content="{REPORTER_NAME}">' if chance.random() < 0.4 else ""
    comment = f"<!-- {told} -->" if chance.random() < 0.3 else ""
    listed = "".join(f"<li>{text}</li>" for text in kept)
    page = (
        f'<html><head><meta charset="utf-8"><title>核查通知</title>{author}</head><body><h1>通知</h1><p>{pieces}</p>'
        f"{comment}<ul>{listed}</ul>{link}<table border=1><tr><td>项目</td><td>结果</td></tr></table></body></html>"
    )
    return f"html>{chance.choice(('odt', 'docx', 'rtf'))}", page.encode(), kept, "rewrite"


def _converted_sheet(chance: random.Random) -> _Made:
    _, data, kept, should = _sheet(chance)
    return "xlsx>ods", data, kept, should


def _converted_slides(chance: random.Random) -> _Made:
    _, data, kept, should = _slides(chance)
    return "pptx>odp", data, kept, should
