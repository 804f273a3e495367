"""PDF files for tests: made by other programs and by hand, changed as the product changes them, searched by others."""

import importlib.util
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from fpdf import FPDF
from pdfminer.high_level import extract_text
from pikepdf import Array, Dictionary, Name, Pdf
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from gateway.formats import Change, FileEdits, Paint, Source
from gateway.formats.pdf import FORMAT
from gateway.images.extract import skimming
from gateway.model import Location, TextFragment, steps

HERE = Location("2", (steps.file("a.pdf"),))


def saved(pdf: Pdf, **how: Any) -> bytes:
    """The file of a document."""
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def document(content: bytes, pages: int = 1, **resources: Any) -> Pdf:
    """Pages of this content, with Helvetica as F1 and a Chinese face as F2."""
    pdf = pikepdf.new()
    latin = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    below = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/STSong-Light"), DW=1000, W=Array([1, 95, 500]),
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"GB1", Supplement=4),
    )  # fmt: skip
    han = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/STSong-Light"), Encoding=Name("/UniGB-UCS2-H"),
        DescendantFonts=Array([pdf.make_indirect(below)]),
    )  # fmt: skip
    fonts = Dictionary(F1=latin, F2=pdf.make_indirect(han))
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Contents = pdf.make_stream(content)
        page.obj.Resources = Dictionary(Font=fonts, **resources)
    return pdf


def shown(text: str) -> bytes:
    """A string for F1 or F2."""
    if text.isascii():
        return pikepdf.String(text.encode("ascii")).unparse()
    return pikepdf.String(text.encode("utf-16-be")).unparse()


def written(lines: Sequence[str], size: float = 12, left: float = 60) -> bytes:
    """Content with one line below the other."""
    made = [b"BT"]
    for number, line in enumerate(lines):
        name = b"/F1" if line.isascii() else b"/F2"
        made.append(b"%s %g Tf 1 0 0 1 %g %g Tm %s Tj" % (name, size, left, 780 - 20 * number, shown(line)))
    return b"\n".join([*made, b"ET"])


def drawn(lines: Sequence[str], more: Callable[[Any], None] | None = None) -> bytes:
    """By reportlab."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.setFont("STSong-Light", 12)
    for number, line in enumerate(lines):
        page.drawString(60, 780 - 20 * number, line)
    if more is not None:
        more(page)
    page.save()
    return out.getvalue()


def carried(lines: Sequence[str], align: str = "L", font: Path | None = None) -> bytes:
    """By fpdf2, with the letters of a font in the file."""
    page = FPDF()
    page.add_page()
    page.add_font("own", fname=str(font or han_font()))
    page.set_font("own", size=12)
    for line in lines:
        page.multi_cell(0, 8, line, align=align, new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())


def han_font() -> Path:
    """Noto Sans CJK, of the wheel that carries it."""
    spec = importlib.util.find_spec("cvttf_NotoSansCJK_Regular")
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.glob("*.otf"))


def source(data: bytes) -> Source:
    """As the walker hands over a file that can be written back."""
    return Source(data, HERE, "a.pdf", editable=True)


def editable(data: bytes) -> list[TextFragment]:
    """In their order."""
    with skimming():
        return [one for one in FORMAT.read(source(data)) if isinstance(one, TextFragment) and one.editable]


def changes(data: bytes, words: Mapping[str, str]) -> list[Change]:
    """Every place of these words, and what comes in place of each."""
    return [
        Change(ordinal, found.span(), new)
        for ordinal, fragment in enumerate(editable(data))
        for old, new in words.items()
        for found in re.finditer(r"\s*".join(map(re.escape, old)), fragment.text)
    ]


def rewritten(data: bytes, edits: Sequence[Change], paints: Sequence[Paint] = ()) -> bytes:
    """The file with the edits made."""
    assert FORMAT.rewrite is not None
    with skimming():
        return FORMAT.rewrite(source(data), FileEdits(tuple(edits), tuple(paints))).data


def without(data: bytes, words: Mapping[str, str]) -> bytes:
    """The file with these words replaced wherever they are read."""
    edits = changes(data, words)
    assert edits
    return rewritten(data, edits)


def page_texts(data: bytes) -> list[str]:
    """By PDFium."""
    pdf = pdfium.PdfDocument(data)
    try:
        return [str(page.get_textpage().get_text_range()) for page in pdf]
    finally:
        pdf.close()


def said_by_others(data: bytes) -> Iterator[str]:
    """What pypdf and pdfminer find on the pages, and every string of every object, by QPDF."""
    for page in PdfReader(io.BytesIO(data)).pages:
        yield page.extract_text()
    yield extract_text(io.BytesIO(data))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            yield from _strings(thing, 0)


def _strings(thing: Any, depth: int) -> Iterator[str]:
    if isinstance(thing, pikepdf.String):
        yield str(thing)
        yield bytes(thing).decode("gb18030", "ignore")
    elif isinstance(thing, pikepdf.Name):
        yield bytes(thing).decode("utf-8", "ignore")
        yield bytes(thing).decode("gb18030", "ignore")
    elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)) and depth < 40:
        for key, value in thing.items():
            yield key
            if not (isinstance(value, pikepdf.Object) and value.is_indirect):
                yield from _strings(value, depth + 1)
    elif isinstance(thing, pikepdf.Array) and depth < 40:
        for value in thing:
            if not (isinstance(value, pikepdf.Object) and value.is_indirect):
                yield from _strings(value, depth + 1)


def unpacked(data: bytes) -> bytes:
    """As `qpdf --qdf` writes it: no stream is packed, no object in a stream."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return saved(pdf, qdf=True)


def holds(data: bytes, word: str) -> list[str]:
    """Where a word is left, by whoever finds it."""
    found = [f"text {text[:40]!r}" for text in said_by_others(data) if word in re.sub(r"\s", "", text)]
    for raw in (data, unpacked(data)):
        for code in ("utf-8", "utf-16-be", "utf-16-le", "gb18030"):
            form = word.encode(code)
            if form in raw or form.hex().encode() in raw.lower():
                found.append(f"bytes in {code}")
    return found


def characters_of_fonts(data: bytes) -> str:
    """Every character that a map to Unicode of the file gives, of those written as one."""
    found = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and isinstance(thing.get("/ToUnicode"), pikepdf.Stream):
                codes = re.findall(rb"<([0-9A-Fa-f]{4})>", bytes(thing.ToUnicode.read_bytes()))
                found += [chr(int(code, 16)) for code in codes]
    return "".join(found)
