"""Nothing that is as wide as a name was is left: what was painted for it, cuts it or stands behind it elsewhere."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Dictionary, Name

from pdf_files import document, saved, shown, without, written

NAMES = ("张三", "欧阳晓明")
MASK = "[姓名略]"
ENOUGH = written(["请在三日内说明情况，谢谢配合。", "Please answer in writing by Monday."])


def width(name: str) -> float:
    return 12.0 * len(name)


def line(name: str, more: bytes) -> bytes:
    first = b"BT /F2 12 Tf 60 600 Td %s Tj ET " % shown(name)
    return first + b"BT /F2 12 Tf %g 600 Td %s Tj ET " % (60 + width(name), shown("反映")) + more


def alone(name: str, more: bytes) -> bytes:
    return more + b" BT 0 g /F2 12 Tf 60 600 Td %s Tj ET" % shown(name)


def inline(name: str) -> bytes:
    return line(name, b"q %g 0 0 1 60 597 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x00\nEI Q" % width(name))


def cut(name: str) -> bytes:
    return b"q 60 596 %g 16 re W n " % width(name) + line(name, b"") + b"Q"


def padded(padding: float, is_alone: bool) -> Callable[[str], bytes]:
    def made(name: str) -> bytes:
        box = b"0.9 g %g %g %g %g re f 0 g " % (
            60 - padding, 598 - padding, width(name) + 2 * padding, 12 + 2 * padding,
        )  # fmt: skip
        return alone(name, box) if is_alone else box + line(name, b"")

    return made


PAINTED: dict[str, Callable[[str], bytes]] = {
    "a picture for a line under it": inline,
    "an edge": cut,
    "a ground, 5 points around it alone": padded(5, True),
    "a ground, 8 points around it alone": padded(8, True),
    "a ground, 16 points around it alone": padded(16, True),
    "a ground, 5 points around it": padded(5, False),
    "a ground, 3 points around it": padded(3, False),
}


def look(data: bytes) -> bytes:
    pdf = pdfium.PdfDocument(data)
    try:
        return bytes(pdf[0].render(scale=2).to_numpy().tobytes())
    finally:
        pdf.close()


def content(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return bytes(pdf.pages[0].obj.Contents.read_bytes())


@pytest.mark.parametrize("kind", PAINTED)
def test_what_was_painted_for_a_name_goes_with_it(kind: str) -> None:
    made = [without(saved(document(ENOUGH + b" " + PAINTED[kind](name))), {name: MASK}) for name in NAMES]
    assert look(made[0]) == look(made[1])
    assert content(made[0]) == content(made[1])


OTHERS = {
    "a column's ground": b"40 560 400 80 re",
    "a rule across the page": b"60 590 450 0.5 re",
    "a picture below": b"30 0 0 30 60 540 cm",
    "the page's edge": b"0 0 595 842 re",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_was_painted_for_others_stays(kind: str) -> None:
    way = b"BI /W 1 /H 1 /BPC 8 /CS /G ID \x00\nEI" if b"cm" in OTHERS[kind] else b"W n" if "edge" in kind else b"f"
    drawn = b" q %s %s Q " % (OTHERS[kind], way) if b"cm" in OTHERS[kind] else b" %s %s " % (OTHERS[kind], way)
    made = without(saved(document(ENOUGH + drawn + line("张三", b""))), {"张三": MASK})
    assert OTHERS[kind] in content(made)


def in_a_form(name: str, line_of_page: int, more: bytes = b"") -> bytes:
    pdf = document(b"")
    page = pdf.pages[0].obj
    fonts = page.Resources.Font
    form = pdf.make_stream(
        b"BT /F2 12 Tf 60 600 Td %s Tj ET" % shown(name), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842],
        Resources=Dictionary(Font=fonts),
    )  # fmt: skip
    under = pdf.make_stream(more, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842])
    page.Resources = Dictionary(Font=fonts, XObject=Dictionary(Fm=form, Under=under))
    rest = b" BT /F2 12 Tf %g %d Td %s Tj ET" % (60 + width(name), line_of_page, shown("反映您的直播间"))
    page.Contents = pdf.make_stream(ENOUGH + b" /Fm Do /Under Do" + rest)
    return saved(pdf)


def test_a_name_in_a_form_amid_a_line_of_the_page_is_refused() -> None:
    with pytest.raises(ValueError, match="several streams"):
        without(in_a_form("张三", 600), {"张三": MASK})


def test_a_line_under_a_name_in_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="several streams"):
        without(in_a_form("张三", 500, b"60 598 24 0.5 re f"), {"张三": MASK})


def test_a_name_in_a_form_on_a_line_of_its_own_goes() -> None:
    made: list[Any] = [without(in_a_form(name, 500, b"60 400 m 90 400 l S"), {name: MASK}) for name in ("张三", "李四")]
    assert look(made[0]) == look(made[1])
