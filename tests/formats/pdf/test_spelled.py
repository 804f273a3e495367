"""A name that is written letter by letter in a font of the viewer's is read, whether or not the font is at hand."""

import pikepdf
import pytest
from pikepdf import Name

from gateway.formats import Source
from gateway.formats.pdf import FORMAT
from gateway.model import Location, TextFragment
from pdf_files import document, saved, written

ENOUGH = written(["This page has enough words of its own that nobody needs to draw it."])
WHO = "章晓鸣"


def letters(code: str) -> bytes:
    strings = b" ".join(b"%s Tj 2 0 Td" % pikepdf.String(sign.encode(code)).unparse() for sign in f"用户{WHO}反映")
    return ENOUGH + b" BT /F2 12 Tf 60 700 Td " + strings + b" ET"


def read(data: bytes) -> str:
    pieces = FORMAT.read(Source(data, Location("2")))
    return "\n".join(one.text for one in pieces if isinstance(one, TextFragment) and one.medium == "document")


@pytest.mark.parametrize(
    ("table", "code"),
    [("UniGB-UCS2-H", "utf-16-be"), ("UniGB-UTF16-V", "utf-16-be"), ("GBK-EUC-H", "gbk"), ("ETen-B5-H", "big5")],
)
def test_letters_that_stand_alone_are_read(table: str, code: str) -> None:
    name = WHO if code != "big5" else "章曉鳴"
    pdf = document(letters("utf-16-be"))
    strings = b" ".join(b"%s Tj 2 0 Td" % pikepdf.String(sign.encode(code)).unparse() for sign in f"A{name}")
    pdf.pages[0].obj.Contents = pdf.make_stream(ENOUGH + b" BT /F2 12 Tf 60 700 Td " + strings + b" ET")
    pdf.pages[0].obj.Resources.Font.F2.Encoding = Name("/" + table)
    assert name in read(saved(pdf))


def test_letters_by_a_map_of_the_file_are_read() -> None:
    pdf = document(ENOUGH + b" BT /F2 12 Tf 60 700 Td <0001> Tj 2 0 Td <0002> Tj 2 0 Td <0003> Tj ET")
    font = pdf.pages[0].obj.Resources.Font.F2
    font.Encoding = Name("/Identity-H")
    pairs = "".join(f"<{number:04x}> <{ord(sign):04x}>\n" for number, sign in enumerate(WHO, 1))
    font.ToUnicode = pdf.make_stream(
        f"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange 3 beginbfchar\n{pairs}endbfchar".encode()
    )
    assert WHO in read(saved(pdf))


def test_what_the_page_says_is_not_said_twice() -> None:
    assert read(saved(document(written(["用户章晓鸣反映", "请答复"])))).count(WHO) == 1
