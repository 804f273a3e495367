"""PDF files that tell who reported, made by the programs that people make them with.

LibreOffice (letters, sheets, slides, web pages), Chromium's print, reportlab and fpdf2, scans, forms, notes, bookmarks,
attachments, older versions. Texts, sizes, alignment and places vary; the words that have to stay are in `Case.kept`.
"""

import importlib.util
import io
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pikepdf
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from fpdf import FPDF
from openpyxl import Workbook
from pdfminer.high_level import extract_text
from PIL import Image, ImageDraw
from pptx import Presentation
from reportlab.lib.pagesizes import A4, letter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from gateway.demo.drawing import font
from rewritten import (
    PARTY_ADDRESS,
    REPORTER_ADDRESS,
    REPORTER_NAME,
    REPORTER_PHONE,
    REPORTER_WECHAT,
    SENDER,
    Case,
)

_FAMILY = "Noto Sans CJK TC"
_TELLING = (
    f"用户{REPORTER_NAME}反映您的直播间有不当内容，请在三日内说明情况。",
    f"{REPORTER_NAME}（微信{REPORTER_WECHAT}，电话{REPORTER_PHONE}）来信反映直播中出现违规商品，请核对后书面答复。",
    f"据{REPORTER_NAME}投诉，当晚的抽奖没有公布结果，请提供后台记录。",
    f"投诉人的联系方式是{REPORTER_PHONE}，请不要与其联系，由客服部统一处理。",
    f"Viewer {REPORTER_NAME} ({REPORTER_ADDRESS}) complained about your broadcast. Please answer in writing.",
    f"The complaint was sent from {REPORTER_ADDRESS} and concerns the goods that were shown.",
    f"经办：{REPORTER_NAME}反映一事，转运营组核实。",
)
_PLAIN = (
    "平台收到材料以后已经转给审核组，结果会在七个工作日之内告知。",
    "在此期间请保留全部录像和后台数据，不要删除或修改。",
    "如果对处理有不同意见，可以在收到通知之日起十日内提出复核申请。",
    "请注意直播间的公告和商品链接应当与实际销售的商品一致。",
    "The recordings of that evening have to be kept until the matter is closed.",
    "Please confirm that you have received this notice within three working days.",
    "本通知由平台客服部发出，任何问题请通过后台工单联系。",
)
_TITLES = ("关于直播内容的通知", "情况说明通知书", "Notice about a broadcast", "整改通知")
_LISTED = ("审核意见", "处理进度", "材料清单", "复核结果")

Made = tuple[bytes, tuple[str, ...]]
"""A file, and what of it has to stay."""


def cases(chance: random.Random, count: int, folder: Path) -> Iterator[Case]:
    """Messages with one PDF each, of every make in turn; one in fifteen is signed or encrypted and goes whole."""
    office = _office(chance, count, folder)
    makes: list[Callable[[random.Random, Path], Made]] = [
        _reportlab, _fpdf, _scan, _read_scan, _form, _noted, _attached, _older, _turned, _columns, _printed,
    ]  # fmt: skip
    for number in range(count):
        name = f"{number:03d}.pdf"
        if number % 15 == 14:
            yield Case("pdf", f"sealed-{number:03d}", _mail(_sealed(chance), name))
            continue
        if number in office:
            kind, data, kept = office[number]
        else:
            make = makes[number % len(makes)]
            kind = make.__name__.lstrip("_")
            data, kept = make(chance, folder)
        found = "".join(words(data, ".pdf").split())
        kept = tuple(word for text in kept for word in text.split() if "".join(word.split()) in found)
        yield Case("pdf", f"{kind}-{number:03d}", _mail(data, name), kept)


def words(data: bytes, suffix: str) -> str:
    """What pdfminer finds in the file's pages, and the words in a picture of a scan are not among it."""
    return extract_text(io.BytesIO(data)) if suffix == ".pdf" else ""


def _mail(data: bytes, name: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, PARTY_ADDRESS, "通知"
    message["Date"], message["Message-ID"] = "Mon, 02 Nov 2026 10:00:00 +0800", f"<{name}@platform.example>"
    message.set_content("您好，通知见附件，请查收。\n客服部\n")
    message.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _text(chance: random.Random) -> tuple[list[str], tuple[str, ...]]:
    """Paragraphs, some of which tell, and those that do not."""
    telling = chance.sample(_TELLING, chance.randint(1, 3))
    plain = chance.sample(_PLAIN, chance.randint(3, 5))
    paragraphs = telling + plain
    chance.shuffle(paragraphs)
    return paragraphs, tuple(plain)


def _office(chance: random.Random, count: int, folder: Path) -> dict[int, tuple[str, bytes, tuple[str, ...]]]:
    """By LibreOffice, all in one go: half of the cases."""
    made: dict[int, tuple[str, Path, tuple[str, ...]]] = {}
    kinds = (("letter", _letter), ("sheet", _sheet), ("slides", _slides), ("tagged", _letter), ("web", _web))
    for place, number in enumerate(range(0, count, 2)):
        if number % 15 == 14:
            continue
        kind, make = kinds[place % len(kinds)]
        path, kept = make(chance, folder / f"{kind}-{number:03d}")
        made[number] = (kind, path, kept)
    tagged = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
    for how, paths in (
        ("pdf", [path for kind, path, _ in made.values() if kind not in ("tagged", "web")]),
        (tagged, [path for kind, path, _ in made.values() if kind == "tagged"]),
        ("pdf:writer_web_pdf_Export", [path for kind, path, _ in made.values() if kind == "web"]),
    ):
        if paths:
            command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", how]
            subprocess.run([*command, "--outdir", str(folder), *map(str, paths)], env=_fonts(folder),
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    return {
        number: (kind, path.with_suffix(".pdf").read_bytes(), kept)
        for number, (kind, path, kept) in made.items()
        if path.with_suffix(".pdf").exists()
    }


def _fonts(folder: Path) -> dict[str, str]:
    """Surroundings in which other programs find Noto Sans CJK."""
    spec = importlib.util.find_spec("cvttf_NotoSansCJK_Regular")
    assert spec is not None
    assert spec.origin is not None
    settings = folder / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/usr/share/fonts</dir>'
        f"<dir>{Path(spec.origin).parent}</dir><cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    return {**os.environ, "FONTCONFIG_FILE": str(settings)}


def _letter(chance: random.Random, path: Path) -> tuple[Path, tuple[str, ...]]:
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FAMILY, Pt(chance.choice((9, 10.5, 12, 14)))
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FAMILY)
    paragraphs, kept = _text(chance)
    document.add_heading(chance.choice(_TITLES), 1).alignment = chance.choice(
        (WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER)
    )
    how = chance.choice(
        (WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT)
    )
    for text in paragraphs:
        paragraph = document.add_paragraph()
        paragraph.alignment = how
        before, name, after = text.partition(REPORTER_NAME)
        paragraph.add_run(before)
        run = paragraph.add_run(name)
        run.bold, run.underline, run.italic = chance.random() < 0.3, chance.random() < 0.3, chance.random() < 0.2
        paragraph.add_run(after)
    if chance.random() < 0.5:
        document.core_properties.author = REPORTER_NAME
    path = path.with_suffix(".docx")
    document.save(str(path))
    return path, kept


def _sheet(chance: random.Random, path: Path) -> tuple[Path, tuple[str, ...]]:
    book = Workbook()
    sheet: Any = book.active
    kept = []
    for row in range(chance.randint(2, 5)):
        value = f"{chance.choice(_LISTED)}{row}"
        sheet.append([str(row), value, chance.choice(_PLAIN)[:12]])
        kept.append(value)
    sheet.append(["说明", chance.choice(_TELLING)])
    sheet.column_dimensions["B"].width = chance.choice((16, 90))
    path = path.with_suffix(".xlsx")
    book.save(path)
    return path, tuple(kept)


def _slides(chance: random.Random, path: Path) -> tuple[Path, tuple[str, ...]]:
    slides = Presentation()
    paragraphs, kept = _text(chance)
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text = chance.choice(_TITLES)
    slide.placeholders[1].text = "\n".join(paragraphs)
    other = slides.slides.add_slide(slides.slide_layouts[1])
    other.shapes.title.text = "其他事项"
    other.placeholders[1].text = "\n".join(kept[:2])
    path = path.with_suffix(".pptx")
    slides.save(str(path))
    return path, kept


def _page(chance: random.Random, style: str = "") -> tuple[str, tuple[str, ...]]:
    paragraphs, kept = _text(chance)
    body = "".join(f"<p>{text.replace(REPORTER_NAME, f'<b>{REPORTER_NAME}</b>')}</p>" for text in paragraphs)
    look = f"font-family:'{_FAMILY}';font-size:{chance.choice((10, 12, 14))}pt;{style}"
    title = chance.choice(_TITLES)
    return f"<html><head><meta charset='utf-8'></head><body style=\"{look}\"><h2>{title}</h2>{body}</body></html>", kept


def _web(chance: random.Random, path: Path) -> tuple[Path, tuple[str, ...]]:
    page, kept = _page(chance)
    path = path.with_suffix(".html")
    path.write_text(page, encoding="utf-8")
    return path, kept


def _printed(chance: random.Random, folder: Path, style: str = "") -> Made:
    page, kept = _page(chance, style or f"text-align:{chance.choice(('left', 'justify', 'center', 'right'))};")
    source, target = folder / "page.html", folder / "page.pdf"
    source.write_text(page, encoding="utf-8")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program is not None, "Chromium is not installed"
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    subprocess.run([*command, f"--print-to-pdf={target}", source.as_uri()], env=_fonts(folder), check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    return target.read_bytes(), kept


def _columns(chance: random.Random, folder: Path) -> Made:
    return _printed(chance, folder, f"columns:{chance.choice((2, 3))};column-gap:2em;text-align:justify;")


def _drawn(chance: random.Random, draw: Callable[[Any], None] | None = None) -> Made:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    paragraphs, kept = _text(chance)
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=chance.choice((A4, letter)))
    size = chance.choice((9, 11, 12))
    page.setFont("STSong-Light", size)
    middle = page._pagesize[0] / 2
    centred = chance.random() < 0.3
    for number, text in enumerate(paragraphs):
        high = 720 - number * 2.2 * size
        (page.drawCentredString if centred else page.drawString)(middle if centred else 60, high, text)
    if draw is not None:
        draw(page)
    page.save()
    return out.getvalue(), kept


def _reportlab(chance: random.Random, folder: Path) -> Made:
    return _drawn(chance)


def _form(chance: random.Random, folder: Path) -> Made:
    def draw(page: Any) -> None:
        page.acroForm.textfield(name="who", value="x", x=60, y=300, width=200, height=20)

    data, kept = _drawn(chance, draw)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and str(thing.get("/FT", "")) == "/Tx":
                thing.V = pikepdf.String(f"用户{REPORTER_NAME}反映")
        return _saved(pdf), kept


def _noted(chance: random.Random, folder: Path) -> Made:
    def draw(page: Any) -> None:
        page.bookmarkPage("a")
        page.addOutlineEntry(f"{REPORTER_NAME}投诉一事", "a")
        page.linkURL(f"mailto:{REPORTER_ADDRESS}", (60, 700, 200, 712))

    data, kept = _drawn(chance, draw)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[20, 20, 40, 40],
            Contents=pikepdf.String(f"{REPORTER_NAME}反映的问题已经记录。"), T=pikepdf.String("客服部"),
        )  # fmt: skip
        pdf.pages[0].obj.Annots.append(pdf.make_indirect(note))
        with pdf.open_metadata() as properties:
            properties["dc:creator"] = [REPORTER_NAME]
        return _saved(pdf), kept


def _attached(chance: random.Random, folder: Path) -> Made:
    data, kept = _drawn(chance)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.attachments["记录.txt"] = f"用户{REPORTER_NAME}反映，{REPORTER_PHONE}\n".encode()
        return _saved(pdf), kept


def _older(chance: random.Random, folder: Path) -> Made:
    """Saved a second time by appending: the first version tells more."""
    first, kept = _drawn(chance)
    at = first.rindex(b"startxref")
    before = int(first[at:].split()[1])
    with pikepdf.open(io.BytesIO(first)) as pdf:
        root, size = pdf.Root.objgen[0], int(pdf.trailer.Size)
        text = pikepdf.String(f"{REPORTER_NAME}反映的问题已经记录。").unparse()
    added = b"%d 0 obj\n<</Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents %s>>\nendobj\n" % (size, text)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, len(first), size + 1, root, before, len(first) + len(added),
    )  # fmt: skip
    return first + added + table, kept


def _turned(chance: random.Random, folder: Path) -> Made:
    data, kept = _drawn(chance)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.pages[0].obj.Rotate = chance.choice((90, 180, 270))
        return _saved(pdf), kept


def _fpdf(chance: random.Random, folder: Path) -> Made:
    spec = importlib.util.find_spec("cvttf_NotoSansCJK_Regular")
    assert spec is not None
    assert spec.origin is not None
    paragraphs, kept = _text(chance)
    page = FPDF(format=chance.choice(("A4", "letter")))
    page.add_page()
    page.add_font("noto", fname=str(next(Path(spec.origin).parent.glob("*.otf"))))
    page.set_font("noto", size=chance.choice((9, 11, 13)))
    for text in paragraphs:
        page.multi_cell(0, 8, text, align=chance.choice(("L", "J", "C")), new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output()), kept


def _sheet_of_paper(chance: random.Random) -> tuple[Image.Image, list[tuple[str, int, int]], tuple[str, ...]]:
    paragraphs, kept = _text(chance)
    size = chance.choice((26, 30, 34))
    picture = Image.new("RGB", (1240, 1754), (252, 251, 247))
    draw = ImageDraw.Draw(picture)
    lines, high = [], 140
    for text in paragraphs:
        for at in range(0, len(text), 34):
            lines.append((text[at : at + 34], 110, high))
            draw.text((110, high), text[at : at + 34], font=font(size), fill=(30, 30, 34))
            high += 2 * size
        high += size
    return picture, lines, kept


def _scan(chance: random.Random, folder: Path) -> Made:
    picture, _, _ = _sheet_of_paper(chance)
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150, quality=85)
    return out.getvalue(), ()


def _read_scan(chance: random.Random, folder: Path) -> Made:
    """A scan with its words in an invisible layer, as scanners make it."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    picture, lines, kept = _sheet_of_paper(chance)
    path = folder / "scan.jpg"
    picture.save(path, quality=85)
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.drawImage(str(path), 0, 0, *A4)
    scale = A4[0] / 1240
    for text, x, y in lines:
        words_of_line = page.beginText(x * scale, A4[1] - (y + 26) * scale)
        words_of_line.setFont("STSong-Light", 30 * scale)
        words_of_line.setTextRenderMode(3)
        words_of_line.textOut(text)
        page.drawText(words_of_line)
    page.save()
    return out.getvalue(), tuple(text for text in kept if len(text) <= 34)


def _sealed(chance: random.Random) -> bytes:
    data, _ = _drawn(chance)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if chance.random() < 0.5:
            return _saved(pdf, encryption=pikepdf.Encryption(user="", owner="x"))
        signature = pikepdf.Dictionary(
            Type=pikepdf.Name.Sig, Filter=pikepdf.Name("/Adobe.PPKLite"), ByteRange=[0, 1, 2, 3], Contents=b"\0" * 20
        )
        field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("s"), V=pdf.make_indirect(signature))
        pdf.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=pikepdf.Array([pdf.make_indirect(field)]))
        return _saved(pdf)


def _saved(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()
