"""A page whose text leaves glyphs out is looked at; one that only has hyphens and marks of lists is not."""

import io
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Dictionary, Name

from gateway.formats import Source
from gateway.formats.pdf import FORMAT
from gateway.formats.pdf.mapped import says_all
from gateway.model import Location, TextFragment, steps

ENOUGH = "This page has enough words of its own that nobody needs to draw it."


def page(lines: list[str], mapped: dict[str, str]) -> bytes:
    """Lines in Helvetica, with a map to Unicode that says something else of some letters."""
    pdf = pikepdf.new()
    one: Any = pdf.add_blank_page(page_size=(595, 842))
    shown = "".join(f"1 0 0 1 72 {700 - 30 * n} Tm ({line}) Tj " for n, line in enumerate(lines))
    one.obj.Contents = pdf.make_stream(f"BT /F1 18 Tf {shown}ET".encode("latin-1"))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    if mapped:
        pairs = "\n".join(f"<{ord(letter):02x}> <{code}>" for letter, code in mapped.items())
        font.ToUnicode = pdf.make_stream(
            f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange {len(mapped)} beginbfchar\n{pairs}\n"
            "endbfchar endcmap".encode()
        )
    one.obj.Resources = Dictionary(Font=Dictionary(F1=font))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def of(data: bytes) -> bool:
    said = pdfium.PdfDocument(data)[0].get_textpage()
    return says_all(said, said.get_text_range())


def seen(data: bytes) -> str:
    pieces = FORMAT.read(Source(data, Location("2", (steps.file("a.pdf"),))))
    return "\n".join(one.text for one in pieces if isinstance(one, TextFragment) and one.medium == "picture")


@pytest.mark.parametrize("code", ["0000", "FFFD", "E123", "FFFE", "0002", "F0B7"])
@pytest.mark.parametrize("letters", ["Z", "ZX"])
def test_a_glyph_that_the_text_does_not_say_is_looked_at(code: str, letters: str) -> None:
    data = page([ENOUGH, "Zhang Xiaoming reports"], dict.fromkeys(letters, code))
    assert not of(data)
    assert "Zhang" in seen(data)


def test_a_page_that_says_all_is_not() -> None:
    data = page([ENOUGH, "Zhang Xiaoming reports"], {})
    assert of(data)
    assert seen(data) == ""


def test_marks_of_a_list_and_hyphens_at_the_end_of_a_line_are_what_they_look_like() -> None:
    assert of(page([ENOUGH, "* first", "* second"], {"*": "F0B7"}))
    assert of(page([ENOUGH, "This is a sen-", "tence, this is an-", "other, and here is the third-", "rate one"], {}))


def test_many_marks_are_looked_at_as_any_others() -> None:
    assert not of(page([ENOUGH, *["* item"] * 4], {"*": "F0B7"}))
