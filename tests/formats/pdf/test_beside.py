"""What stands beside a page's text and pixels is read: drawn notes, and what a photograph says of itself."""

import io

import pikepdf
import pytest
from PIL import Image

from gateway.formats.pdf.photographs import beside
from gateway.reading.walk import read_file

NAME = "章晓鸣"
ENOUGH = b"BT /F1 12 Tf 50 700 Td (This page has a good deal of text, so that nobody would look at it twice.) Tj ET"


def photograph(comment: bytes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 80), (200, 30, 30)).save(out, "JPEG", comment=comment)
    return out.getvalue()


def page(note: pikepdf.Name | None = None, picture: bytes = b"") -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    one = pdf.pages[0]
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    one.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    one.Contents = pdf.make_stream(ENOUGH)
    if note is not None:
        look = pdf.make_stream(
            b"BT /F1 24 Tf 10 20 Td (Reported by Zhang Xiaoming) Tj ET",
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 400, 60],
            Resources=one.Resources,
        )
        made = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=note, Rect=[50, 400, 450, 460], AP=pikepdf.Dictionary(N=look), F=4
        )
        one.Annots = pikepdf.Array([pdf.make_indirect(made)])
    if picture:
        shown = pdf.make_stream(
            picture, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=120, Height=80, BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        one.Resources.XObject = pikepdf.Dictionary(I=shown)
        one.Contents = pdf.make_stream(ENOUGH + b" q 120 0 0 80 50 300 cm /I Do Q")
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["Watermark", "FreeText", "Square", "Stamp"])
def test_a_note_that_is_drawn_is_looked_at(kind: str) -> None:
    seen = [text.text for text in read_file(page(pikepdf.Name("/" + kind)), "a.pdf").texts if text.medium == "picture"]
    assert any("Xiaoming" in text for text in seen)


def test_a_page_without_drawn_notes_is_not_looked_at() -> None:
    assert not [text for text in read_file(page(), "a.pdf").texts if text.medium == "picture"]


def test_what_a_photograph_says_of_itself_is_read() -> None:
    texts = read_file(page(picture=photograph(f"举报人{NAME}".encode())), "a.pdf").texts
    assert any(NAME in text.text for text in texts if text.medium == "metadata")


def test_a_photograph_that_says_nothing_brings_no_file() -> None:
    assert beside(photograph(b"")) is None
    assert beside(b"no picture") is None
    assert beside(b"\xff\xd8") is None
    assert [part.kind for part in read_file(page(picture=photograph(b"")), "a.pdf").files] == ["pdf"]
