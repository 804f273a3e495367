"""Files by the programs that people use: LibreOffice, Chromium, openpyxl, python-docx, zip, 7z, tar.

A file is described first (`Made`) and made later, all of one kind in one start of its program (`Workshop.make`).
"""

import csv
import io
import os
import random
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

Content = "bytes | Made"


@dataclass(frozen=True, slots=True)
class Made:
    """A file to be made: by which program, from what. `parts` are the files that go into a container."""

    program: str  # "soffice:docx", "page:png", "page:jpeg", "page:pdf", "zip", "tar", "7z"
    source: bytes = b""
    parts: tuple[tuple[str, "bytes | Made"], ...] = ()
    size: tuple[int, int] = (900, 1200)


@dataclass(frozen=True, slots=True)
class File:
    """A file in a mail. One with a `cid` is shown by the HTML."""

    name: str
    type: str
    content: "bytes | Made" = field(repr=False)
    cid: str = ""

    @property
    def data(self) -> bytes:
        assert isinstance(self.content, bytes), f"{self.name} was not made"
        return self.content


class Workshop:
    """Makes what was described. Missing programs are named in `missing`, and their files come out as None."""

    def __init__(self) -> None:
        self.missing: set[str] = set()

    def make(self, wanted: Iterable["bytes | Made"]) -> dict[Made, bytes | None]:
        """Everything that was described, containers after what goes into them."""
        all_made: list[Made] = []

        def gather(one: "bytes | Made") -> None:
            if isinstance(one, Made) and one not in seen:
                seen.add(one)
                for _, part in one.parts:
                    gather(part)
                all_made.append(one)

        seen: set[Made] = set()
        for one in wanted:
            gather(one)
        done: dict[Made, bytes | None] = {}
        for target in sorted({one.program for one in all_made if one.program.startswith("soffice:")}):
            done.update(self._office([one for one in all_made if one.program == target], target.partition(":")[2]))
        done.update(self._pages([one for one in all_made if one.program.startswith("page:")]))
        for one in all_made:
            if one not in done:
                parts = [(name, part if isinstance(part, bytes) else done[part]) for name, part in one.parts]
                whole = [(name, part) for name, part in parts if part is not None]
                done[one] = self._packed(one, whole) if len(whole) == len(parts) else None
        return done

    def _office(self, wanted: list[Made], target: str) -> dict[Made, bytes | None]:
        if shutil.which("soffice") is None:
            self.missing.add("soffice")
            return dict.fromkeys(wanted)
        ending = target.partition(":")[0]
        found: dict[Made, bytes | None] = {}
        with tempfile.TemporaryDirectory() as folder:
            groups: dict[str, list[tuple[Made, Path]]] = {}
            for number, one in enumerate(wanted):
                kind = "csv" if not one.source.lstrip().startswith((b"<", b"PK")) else "html"
                kind = "pptx" if one.source.startswith(b"PK") else kind
                path = Path(folder, f"{number}.{kind}")
                path.write_bytes(one.source)
                groups.setdefault(kind, []).append((one, path))
            for kind, group in groups.items():
                reader = {"csv": "--infilter=CSV:44,34,76,1", "html": "--infilter=HTML (StarWriter)"}.get(kind)
                if ending in ("xlsx", "xls", "ods") and kind == "html":
                    reader = "--infilter=HTML (StarCalc)"
                command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
                command += [*([reader] if reader else []), "--convert-to", target, "--outdir", folder + "/out"]
                command += [str(path) for _, path in group]
                environ = {**os.environ, "FONTCONFIG_FILE": str(fonts(Path(folder)))}
                subprocess.run(command, check=True, capture_output=True, timeout=900, env=environ)
                for one, path in group:
                    made = Path(folder, "out", f"{path.stem}.{ending}")
                    found[one] = made.read_bytes() if made.exists() else None
        return found

    def _pages(self, wanted: list[Made]) -> dict[Made, bytes | None]:
        if not wanted:
            return {}
        driver_path = shutil.which("chromedriver")
        if driver_path is None:
            self.missing.add("chromium")
            return dict.fromkeys(wanted)
        from selenium import webdriver

        options = webdriver.ChromeOptions()
        for word in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--allow-file-access-from-files",
        ):
            options.add_argument(word)
        found: dict[Made, bytes | None] = {}
        with tempfile.TemporaryDirectory() as folder:
            os.environ["FONTCONFIG_FILE"] = str(fonts(Path(folder)))
            driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver_path))
            try:
                for one in wanted:
                    found[one] = _shot(driver, Path(folder, "page.html"), one)
            finally:
                driver.quit()
                os.environ.pop("FONTCONFIG_FILE")
        return found

    def _packed(self, one: Made, parts: Sequence[tuple[str, bytes]]) -> bytes | None:
        out = io.BytesIO()
        if one.program == "zip":
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, data in parts:
                    archive.writestr(name, data)
            return out.getvalue()
        if one.program == "tar":
            with tarfile.open(fileobj=out, mode="w:gz") as tar:
                for name, data in parts:
                    entry = tarfile.TarInfo(name)
                    entry.size = len(data)
                    tar.addfile(entry, io.BytesIO(data))
            return out.getvalue()
        if one.program.startswith(("7z", "zip:")):
            if shutil.which("7z") is None:
                self.missing.add("7z")
                return None
            _, _, password = one.program.partition(":")
            with tempfile.TemporaryDirectory() as folder:
                for name, data in parts:
                    Path(folder, name).write_bytes(data)
                target = Path(folder, "packed." + one.program.partition(":")[0])
                command = ["7z", "a", "-bd", *([f"-p{password}"] if password else []), str(target)]
                subprocess.run([*command, *(name for name, _ in parts)], cwd=folder, check=True, capture_output=True)
                return target.read_bytes()
        raise ValueError(one.program)


def fonts(folder: Path) -> Path:
    """A fonts.conf with a Chinese font, wherever the development packages put it."""
    import importlib.util

    path = folder / "fonts.conf"
    spec = importlib.util.find_spec("cvttf_NotoSansCJK_Regular")
    own = f"<dir>{Path(str(spec.origin)).parent}</dir>" if spec else ""
    text = f"<fontconfig><include>/etc/fonts/fonts.conf</include>{own}<cachedir>{folder}/cache</cachedir></fontconfig>"
    path.write_text(text, encoding="utf-8")
    return path


def _shot(driver: "Chrome", path: Path, one: Made) -> bytes:
    path.write_bytes(one.source)
    width, height = one.size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1.5, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.get(path.as_uri())
    driver.execute_script("return document.fonts.ready.then(() => 1)")
    kind = one.program.partition(":")[2]
    if kind == "pdf":
        return b64decode(driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
    asked = {"format": "png"} if kind == "png" else {"format": "jpeg", "quality": 75}
    return b64decode(driver.execute_cdp_cmd("Page.captureScreenshot", asked)["data"])


# sources


def paper(title: str, paragraphs: Iterable[str], rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A page as HTML, for LibreOffice and for the printer of Chromium."""
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    table = f'<table border="1" cellpadding="4">{lines}</table>' if rows else ""
    head = '<meta http-equiv="content-type" content="text/html; charset=utf-8">'
    return f"<html><head>{head}<title>{escape(title)}</title></head><body><h2>{escape(title)}</h2>{body}{table}</body></html>".encode()


def sheet(rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def openpyxl_book(rows: Iterable[Sequence[Any]], author: str = "", comment: str = "", hidden: str = "") -> bytes:
    from openpyxl import Workbook
    from openpyxl.comments import Comment

    book = Workbook()
    page = book.active
    page.title = "明细"
    for row in rows:
        page.append(list(row))
    if author:
        book.properties.creator = author
    if comment:
        page["A2"].comment = Comment(comment, author or "财务")
    if hidden:
        other = book.create_sheet("备份")
        other.append([hidden])
        other.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def python_docx(
    paragraphs: Iterable[str], author: str = "", header: str = "", comment: str = "", picture: bytes = b""
) -> bytes:
    from docx import Document

    document = Document()
    last = None
    for text in paragraphs:
        last = document.add_paragraph(text)
    if author:
        document.core_properties.author = author
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if comment and last is not None:
        with suppress(AttributeError):
            document.add_comment(last.runs, text=comment, author=author or "法务", initials="f")
    if picture:
        document.add_picture(io.BytesIO(picture))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def python_pptx(slides: Iterable[tuple[str, Sequence[str]]]) -> bytes:
    from pptx import Presentation

    show = Presentation()
    for title, lines in slides:
        page = show.slides.add_slide(show.slide_layouts[1])
        page.shapes.title.text = title
        page.placeholders[1].text = "\n".join(lines)
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def ofd(lines: Sequence[str]) -> bytes:
    """An OFD page (GB/T 33190) with these lines, as invoice programs write them."""
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    texts = "".join(
        f'<ofd:TextObject ID="{10 + n}" Boundary="20 {20 + 8 * n} 170 8" Font="2" Size="4"><ofd:FillColor Value="0 0 0"/>'
        f'<ofd:TextCode X="0" Y="4" DeltaX="g {max(len(line) - 1, 1)} 4">{escape(line)}</ofd:TextCode></ofd:TextObject>'
        for n, line in enumerate(lines)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    members = {
        "OFD.xml": f'{head}<ofd:OFD {ns} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>5f0c1b</ofd:DocID>'
        f"<ofd:Creator>InvoiceTool</ofd:Creator></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"{head}<ofd:Document {ns}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/PublicRes.xml": f'{head}<ofd:Res {ns} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="2" FontName="楷体" FamilyName="楷体"/></ofd:Fonts></ofd:Res>',
        "Doc_0/Pages/Page_0/Content.xml": f'{head}<ofd:Page {ns}><ofd:Content><ofd:Layer ID="3" Type="Body">{texts}</ofd:Layer></ofd:Content></ofd:Page>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


# pictures


def avatar(rng: random.Random) -> bytes:
    """A face as people choose them: overlapping coloured shapes, softened, as a PNG of 240 pixels."""
    picture = Image.new("RGB", (240, 240), tuple(rng.randint(40, 230) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(28):
        x, y, r = rng.randint(-20, 240), rng.randint(-20, 240), rng.randint(12, 90)
        colour = tuple(rng.randint(0, 255) for _ in range(3))
        if rng.random() < 0.5:
            draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)
        else:
            points = [(x + rng.randint(-r, r), y + rng.randint(-r, r)) for _ in range(rng.randint(3, 6))]
            draw.polygon(points, fill=colour)
    return png(picture.filter(ImageFilter.GaussianBlur(1.2)))


def photograph(rng: random.Random, size: tuple[int, int] = (1024, 768)) -> Image.Image:
    """Something like a photograph: noise at several scales."""
    picture = Image.new("RGB", size)
    for scale in (6, 24, 96):
        small = Image.frombytes("RGB", (scale, scale), rng.randbytes(scale * scale * 3)).resize(
            size, Image.Resampling.BICUBIC
        )
        picture = Image.blend(picture, small, 0.5)
    return picture


def jpeg(picture: Image.Image, quality: int = 82, exif: dict[int, str] | None = None) -> bytes:
    out = io.BytesIO()
    tags = Image.Exif()
    for tag, value in (exif or {}).items():
        tags[tag] = value
    picture.convert("RGB").save(out, "JPEG", quality=quality, exif=tags)
    return out.getvalue()


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def qr(text: str) -> bytes:
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    array = zxingcpp.write_barcode_to_image(code, scale=6, add_quiet_zones=True)
    return png(Image.fromarray(array).convert("L"))


# pages

_CHAT = """<html><meta charset=utf-8><style>body{{margin:0;background:#ededed;font:16px sans-serif;width:{width}px}}
header{{background:#f7f7f7;text-align:center;padding:14px;border-bottom:1px solid #ddd}}
.m{{display:flex;margin:14px 10px;align-items:flex-start}} .m.r{{flex-direction:row-reverse}}
.m img{{width:42px;height:42px;border-radius:5px;margin:0 8px}} .b{{background:#fff;border-radius:6px;padding:10px;max-width:62%}}
.r .b{{background:#95ec69}} .n{{font-size:12px;color:#888}}</style><header>{title}</header>{messages}</html>"""


def chat(title: str, messages: Sequence[tuple[str, str, bytes, bool]], width: int = 420, kind: str = "png") -> Made:
    """A chat on a phone. Messages: who, what, avatar, from the owner of the phone."""
    lines = []
    for who, what, face, own in messages:
        source = f"data:image/png;base64,{b64encode(face).decode()}"
        name = "" if own else f"<div class=n>{escape(who)}</div>"
        lines.append(
            f'<div class="m {"r" if own else ""}"><img src="{source}"><div>{name}<div class=b>{escape(what)}</div></div></div>'
        )
    html = _CHAT.format(width=width, title=escape(title), messages="".join(lines))
    return Made(f"page:{kind}", html.encode(), size=(width, 130 + 90 * len(messages)))


def page(
    title: str, lines: Sequence[str], kind: str = "png", size: tuple[int, int] = (800, 900), colour: str = "#fff"
) -> Made:
    """A page of a web site or an app, as somebody photographs it from the screen."""
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    html = (
        f"<html><meta charset=utf-8><body style='font:17px/1.7 sans-serif;margin:28px;background:{colour}'>"
        f"<h3>{escape(title)}</h3>{body}</body></html>"
    )
    return Made(f"page:{kind}", html.encode(), size=size)


def room(name: str, number: str, face: bytes, comments: Sequence[tuple[str, str]]) -> Made:
    """The streamer's own room, as the streamer sees it."""
    source = f"data:image/png;base64,{b64encode(face).decode()}"
    said = "".join(f"<div><b style='color:#8ce'>{escape(who)}</b>：{escape(what)}</div>" for who, what in comments)
    html = (
        "<html><meta charset=utf-8><body style='margin:0;background:linear-gradient(160deg,#412a5c,#a8577e);color:#fff;"
        f"font:16px sans-serif;height:800px'><div style='padding:14px;display:flex'><img src='{source}' "
        "style='width:48px;height:48px;border-radius:50%;margin-right:10px'><div>"
        f"{escape(name)}<br><small>房间号 {number} · 1.2万人看过</small></div></div>"
        f"<div style='position:absolute;bottom:30px;left:14px;line-height:2'>{said}</div></body></html>"
    )
    return Made("page:png", html.encode(), size=(420, 800))
