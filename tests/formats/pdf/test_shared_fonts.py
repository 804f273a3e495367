"""Fonts that share a program, codes or a map to characters lose what none of them shows, and nothing else."""

import io
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name

from gateway.formats import Paint
from gateway.formats.pdf.glyphs import standard_widths
from gateway.model import Box, steps
from pdf_files import (
    HERE,
    carried,
    changes,
    characters_of_fonts,
    document,
    page_texts,
    rewritten,
    saved,
    without,
    written,
)

WHO, MASK = "章晓鸣", "[姓名略]"
INNOCENT = "文章写于拂晓，鸟鸣山间"


def two_fonts(lines: list[str], shared: tuple[str, ...], of_descendant: tuple[str, ...]) -> bytes:
    """The last line in a second font of the same program; what they share beside it is named."""
    with pikepdf.open(io.BytesIO(carried(lines))) as pdf:
        page = pdf.pages[0]
        fonts = page.obj.Resources.Font
        name = next(iter(fonts.keys()))
        first = fonts[name]
        below = first.DescendantFonts[0]
        second = Dictionary({key: value for key, value in first.items() if key in shared or not copied(value)})
        for key, value in first.items():
            if key not in shared and copied(value):
                second[key] = pdf.make_stream(value.read_bytes(), dict(value.items()))
        own = Dictionary(dict(below.items()))
        for key, value in below.items():
            if key not in of_descendant and isinstance(value, pikepdf.Stream):
                own[key] = pdf.make_stream(value.read_bytes())
        second.DescendantFonts = Array([pdf.make_indirect(own)]) if of_descendant != ("all",) else first.DescendantFonts
        fonts["/Second"] = pdf.make_indirect(second)
        made: list[Any] = list(pikepdf.parse_content_stream(page))
        last = max(at for at, (_, operator) in enumerate(made) if str(operator) in ("Tj", "TJ"))
        size = next(operands[1] for operands, operator in made if str(operator) == "Tf")
        made.insert(last, ([Name("/Second"), size], pikepdf.Operator("Tf")))
        page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(made))
        return saved(pdf)


def copied(value: Any) -> bool:
    return isinstance(value, pikepdf.Stream)


def look(data: bytes) -> np.ndarray[Any, Any]:
    pdf = pdfium.PdfDocument(data)
    try:
        return np.array(pdf[0].render(scale=2).to_numpy())
    finally:
        pdf.close()


@pytest.mark.parametrize(
    ("shared", "of_descendant"),
    [((), ()), (("/ToUnicode",), ()), ((), ("/CIDToGIDMap", "/W")), (("/ToUnicode", "/Encoding"), ("all",))],
)
def test_what_another_font_still_shows_stays(shared: tuple[str, ...], of_descendant: tuple[str, ...]) -> None:
    data = two_fonts([f"用户{WHO}反映您的直播间", INNOCENT], shared, of_descendant)
    assert INNOCENT in "".join(page_texts(data)[0].split())
    made = without(data, {WHO: MASK})
    said = "".join(page_texts(made)[0].split())
    assert INNOCENT in said
    assert WHO not in said
    before, after = look(data), look(made)
    assert (before[110:] == after[110:]).all()  # below the first line
    assert (before[:110] != after[:110]).any()


def test_what_none_of_them_shows_is_in_none() -> None:
    data = two_fonts([f"用户{WHO}反映您的直播间", "请在三日内说明情况"], ("/ToUnicode", "/Encoding"), ("all",))
    assert set(WHO) & set(characters_of_fonts(data))
    assert not set(WHO) & set(characters_of_fonts(without(data, {WHO: MASK})))


def test_a_table_of_codes_that_two_fonts_share_keeps_what_the_other_shows() -> None:
    pdf = document(b"")
    signs = "Xiaomng Hur"
    names = Array([65, *(Name("/space" if sign == " " else "/" + sign) for sign in signs)])
    encoding = pdf.make_indirect(Dictionary(Type=Name.Encoding, Differences=names))
    fonts = {
        name: pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type1,
                BaseFont=Name("/" + face),
                Encoding=encoding,
                FirstChar=65,
                LastChar=75,
                Widths=Array([round(1000 * standard_widths(face)[ord(sign)]) for sign in signs]),
            )
        )
        for name, face in (("/A", "Helvetica"), ("/B", "Times-Roman"))
    }
    page = pdf.pages[0].obj
    page.Resources.Font = Dictionary({**fonts, "/F1": page.Resources.Font.F1})
    # "Humming Xiaoming Hurrah" in one font, "Xi among" in the other.
    page.Contents = pdf.make_stream(
        written(["Please answer in writing by Monday."])
        + b" BT /A 12 Tf 60 700 Td (IJEEBFGHABCDEBFGHIJKKCI) Tj ET BT /B 12 Tf 60 650 Td (ABHCEDFG) Tj ET"
    )
    data = saved(pdf)
    assert "Xiaoming" in page_texts(data)[0]
    made = without(data, {"Xiaoming": "[name removed]"})
    assert "Xi among" in page_texts(made)[0].replace("Xi  among", "Xi among")
    assert "Xiaoming" not in page_texts(made)[0]
    assert (look(data)[350:] == look(made)[350:]).all()


def test_a_covered_page_leaves_its_letters_in_no_font() -> None:
    with pikepdf.open(io.BytesIO(carried([f"用户{WHO}反映"]))) as pdf:
        with pikepdf.open(io.BytesIO(carried([f"用户{WHO}反映"]))) as other:
            pdf.pages.append(other.pages[0])
        fonts = pdf.pages[0].obj.Resources.Font
        pdf.pages[1].obj.Resources = Dictionary(Font=fonts)
        form = pdf.make_stream(
            pdf.pages[0].obj.Contents.read_bytes(), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842],
            Resources=Dictionary(Font=fonts),
        )  # fmt: skip
        plain = next(
            operands[0]
            for operands, operator in list[Any](pikepdf.parse_content_stream(pdf.pages[0]))
            if str(operator) == "Tj"
        )
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Fm=form))
        pdf.pages[0].obj.Contents = pdf.make_stream(b"/Fm Do 0 0 1 rg 300 300 100 100 re f")
        name = next(iter(fonts.keys()))
        pdf.pages[1].obj.Contents = pdf.make_stream(
            b"BT %s 12 Tf 60 700 Td %s Tj ET" % (name.encode(), pikepdf.String(bytes(plain)[:4]).unparse())
        )
        data = saved(pdf)
    assert set(WHO) <= set(characters_of_fonts(data))
    paint = Paint(HERE.inside(steps.page(1)), (Box(600, 800, 100, 100),))
    made = rewritten(data, changes(data, {WHO: MASK}), [paint])
    assert not set(WHO) & set(characters_of_fonts(made))
    assert "用" in characters_of_fonts(made)


def test_the_structure_says_no_letter_of_what_was_taken_out() -> None:
    pdf = document(written([f"用户{WHO}反映您的直播间", "请在三日内说明情况"]))
    pages = [
        pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Span, ActualText=pikepdf.String(sign)))
        for sign in WHO
    ]
    figure = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Figure, Alt=pikepdf.String("A red square")))
    inside = Dictionary(S=Name.Span, Alt=pikepdf.String("鸣"))
    pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([*pages, figure, inside])))
    made = without(saved(pdf), {WHO: MASK})
    with pikepdf.open(io.BytesIO(made)) as after:
        left = [str(value) for thing in after.objects for value in strings(thing)]
    assert not any(sign in text for sign in WHO for text in left)
    assert "A red square" in left


def strings(thing: Any) -> list[Any]:
    if isinstance(thing, pikepdf.String):
        return [thing]
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        inside = list(thing.values())
    elif isinstance(thing, pikepdf.Array):
        inside = list(thing)
    else:
        return []
    return [text for one in inside if not getattr(one, "is_indirect", False) for text in strings(one)]
