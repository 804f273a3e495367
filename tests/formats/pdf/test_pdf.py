"""PDF files: whatever is written or drawn anywhere in the file is found, also what no reader shows."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from gateway.demo.drawing import avatar, mail
from gateway.formats import Child, Piece, Source
from gateway.formats.pdf import FORMAT
from gateway.formats.pdf.pages import MOST_LOOKS
from gateway.model import Location, PictureFragment, TextFragment, Unreadable, steps
from gateway.model.uninspectable_reasons import REASONS

HERE = Location("2", (steps.file("材料.pdf"),))
WHO = "张小鸣"
LATIN = "Zhang Xiaoming reports"
FILLER = b"BT /F1 12 Tf 72 700 Td (This page has enough words of its own that nobody needs to draw it.) Tj ET "


def document(content: bytes = FILLER, pages: int = 1) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Contents = pdf.make_stream(content)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
    return pdf


def saved(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def read(data: bytes) -> list[Piece]:
    pieces = list(FORMAT.read(Source(data, HERE)))
    assert {piece.reason for piece in pieces if isinstance(piece, Unreadable)} <= set(REASONS)
    return pieces


def texts(pieces: list[Piece], medium: str | None = None) -> str:
    return "\n".join(p.text for p in pieces if isinstance(p, TextFragment) and (medium is None or p.medium == medium))


def reasons(pieces: list[Piece]) -> list[str]:
    return [piece.reason for piece in pieces if isinstance(piece, Unreadable)]


def image(pdf: pikepdf.Pdf, picture: Image.Image) -> pikepdf.Stream:
    stream = pdf.make_stream(zlib.compress(picture.convert("RGB").tobytes()))
    stream.Type, stream.Subtype, stream.ColorSpace = Name.XObject, Name.Image, Name.DeviceRGB
    stream.Width, stream.Height, stream.BitsPerComponent = picture.width, picture.height, 8
    stream.Filter = Name.FlateDecode
    return stream


def show(pdf: pikepdf.Pdf, page: pikepdf.Page, picture: Image.Image, behind: bytes = b"", before: bytes = b"") -> None:
    """Draw a picture, 500 points wide, on a page."""
    page.obj.Resources.XObject = Dictionary(Im=image(pdf, picture))
    height = 500 * picture.height // picture.width
    page.obj.Contents = pdf.make_stream(before + b"q 500 0 0 %d 40 100 cm /Im Do Q " % height + behind)


def test_text_is_read_page_by_page() -> None:
    pdf = document()
    second = b"BT /F1 12 Tf 72 700 Td (Zhang Xiao) Tj (ming reports what was broadcast in a room) Tj ET"
    other = document(second)
    pdf.pages.append(other.pages[0])
    pages = [p for p in read(saved(pdf)) if isinstance(p, TextFragment) and p.medium == "document"]
    assert [page.where.steps[-1] for page in pages] == [steps.page(1), steps.page(2)]
    assert "Zhang Xiaoming reports" in pages[1].text


def test_a_page_of_text_is_not_drawn() -> None:
    assert not [p for p in read(saved(document())) if isinstance(p, PictureFragment)]


HIDDEN: dict[str, bytes] = {
    "invisible text": FILLER + b"BT 3 Tr /F1 12 Tf 72 600 Td (Zhang Xiaoming reports) Tj ET",
    "white text": FILLER + b"1 g BT /F1 12 Tf 72 600 Td (Zhang Xiaoming reports) Tj ET",
    "text off the page": FILLER + b"BT /F1 12 Tf 72 6000 Td (Zhang Xiaoming reports) Tj ET",
    "text under a black box": FILLER + b"BT /F1 12 Tf 72 600 Td (Zhang Xiaoming reports) Tj ET 60 590 300 30 re f",
    "text clipped away": FILLER + b"q 0 0 1 1 re W n BT /F1 12 Tf 72 600 Td (Zhang Xiaoming reports) Tj ET Q",
    "text to be read aloud": FILLER + b"/Span <</ActualText (Zhang Xiaoming reports)>> BDC EMC",
    "the same in hexadecimal": FILLER + b"/Span <</ActualText <" + LATIN.encode().hex().encode() + b">>> BDC EMC",
}


@pytest.mark.parametrize("way", HIDDEN)
def test_text_is_found_however_it_is_hidden(way: str) -> None:
    assert LATIN in texts(read(saved(document(HIDDEN[way]))))


def note(pdf: pikepdf.Pdf, **entries: Any) -> None:
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **entries))])


def outline(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=pdf.make_indirect(Dictionary(Title=String(WHO)))))


def metadata(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as properties:
        properties["dc:creator"] = [WHO]


def layer(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OCProperties = Dictionary(OCGs=Array([pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(WHO)))]))


def form(pdf: pikepdf.Pdf) -> None:
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("who"), V=String(WHO)))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


PLACES: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "a note": lambda pdf: note(pdf, Subtype=Name.Text, Contents=String(WHO)),
    "the author of a note": lambda pdf: note(pdf, Subtype=Name.Text, T=String(WHO)),
    "a link": lambda pdf: note(
        pdf, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(f"https://x.example/{WHO}"))
    ),
    "the properties": lambda pdf: pdf.docinfo.__setitem__("/Author", WHO),
    "the properties in XML": metadata,
    "a bookmark": outline,
    "the name of a layer": layer,
    "a form": form,
    "a script": lambda pdf: setattr(pdf.Root, "OpenAction", Dictionary(S=Name.JavaScript, JS=String(WHO))),
    "a long script": lambda pdf: setattr(pdf.Root, "OpenAction", Dictionary(JS=pdf.make_stream(WHO.encode()))),
    "a form in XML": lambda pdf: setattr(pdf.Root, "AcroForm", Dictionary(XFA=pdf.make_stream(f"<x>{WHO}".encode()))),
    "properties in GBK": lambda pdf: pdf.docinfo.__setitem__("/Author", String(WHO.encode("gbk"))),
    "an object that nothing uses": lambda pdf: setattr(pdf.Root, "Odd", pdf.make_indirect(Dictionary(X=String(WHO)))),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_name_is_found_in(place: str) -> None:
    pdf = document()
    PLACES[place](pdf)
    for mode in (pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate):
        pieces = read(saved(pdf, object_stream_mode=mode))
        assert WHO in texts(pieces)
        assert not reasons(pieces)


def test_embedded_files_are_files_of_their_own() -> None:
    pdf = document()
    pdf.attachments["举报信.txt"] = WHO.encode()
    pdf.Root.Loose = pdf.make_stream(b"nobody names me", Type=Name.EmbeddedFile)
    children = {piece.name: piece.data for piece in read(saved(pdf)) if isinstance(piece, Child)}
    assert children == {"举报信.txt": WHO.encode(), "embedded file": b"nobody names me"}


def test_a_file_attached_to_a_note_is_found_without_its_type() -> None:
    pdf = document()
    note(pdf, Subtype=Name.FileAttachment, FS=Dictionary(UF="信", EF=Dictionary(F=pdf.make_stream(b"\x00inside"))))
    assert [(p.name, p.data) for p in read(saved(pdf)) if isinstance(p, Child)] == [("信", b"\x00inside")]


SCAN = mail("举报星儿", [f"发件人:{WHO}"], ["我要举报"])


def test_a_scanned_page_is_read_once_however_often_it_is_shown() -> None:
    out = io.BytesIO()
    SCAN.save(out, "PDF", save_all=True, append_images=[SCAN])
    pieces = read(out.getvalue())
    assert WHO in texts(pieces, "picture")
    assert len([piece for piece in pieces if isinstance(piece, PictureFragment)]) == 1


def test_a_picture_under_a_black_box_is_read_by_itself() -> None:
    pdf = document()
    show(pdf, pdf.pages[0], SCAN, behind=b"0 0 595 842 re f ")
    assert WHO in texts(read(saved(pdf)), "picture")


def test_a_picture_cut_by_its_frame_is_read_whole() -> None:
    pdf = document()
    show(pdf, pdf.pages[0], SCAN, before=FILLER + b"40 100 10 10 re W n ")
    assert WHO in texts(read(saved(pdf)), "picture")


def test_a_picture_stamped_on_a_page_of_text_is_read() -> None:
    pdf = document()
    shape = pdf.make_stream(b"500 0 0 250 0 0 cm /Im Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 500, 250])
    shape.Resources = Dictionary(XObject=Dictionary(Im=image(pdf, SCAN)))
    note(pdf, Subtype=Name.Stamp, AP=Dictionary(N=shape), F=4)
    pdf.pages[0].obj.Annots[0].Rect = Array([40, 100, 540, 350])
    assert WHO in texts(read(saved(pdf)), "picture")


def test_an_avatar_on_a_page_is_a_picture_of_its_own() -> None:
    pdf = document()
    show(pdf, pdf.pages[0], avatar(3, 120), before=FILLER)
    (picture,) = [piece for piece in read(saved(pdf)) if isinstance(piece, PictureFragment)]
    assert (picture.width, picture.height) == (120, 120)


def test_an_empty_page_is_nothing() -> None:
    pieces = read(saved(document(b"")))
    assert not [piece for piece in pieces if isinstance(piece, (PictureFragment, Unreadable))]


def test_more_pictures_than_can_be_read_are_said_to_be_unread() -> None:
    pdf = document(pages=MOST_LOOKS + 1)
    for number, page in enumerate(pdf.pages):
        show(pdf, page, Image.effect_noise((25, 25), 90 + number), before=FILLER)
    assert "too_many_pictures" in reasons(read(saved(pdf)))


def test_what_was_there_before_the_file_was_saved_again_is_read() -> None:
    secret = saved(document(FILLER.replace(b"This page", b"Zhang Xiaoming")))
    at = secret.rindex(b"startxref")
    before = int(secret[at:].split()[1])
    with pikepdf.open(io.BytesIO(secret)) as pdf:
        number = pdf.pages[0].obj.Contents.objgen[0]
        size, root = int(pdf.trailer.Size), pdf.Root.objgen[0]
    later = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, len(FILLER), FILLER)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        number, len(secret), size, root, before, len(secret) + len(later),
    )  # fmt: skip
    pieces = read(secret + later + table)
    current = [p.text for p in pieces if isinstance(p, TextFragment) and p.where == HERE.inside(steps.page(1))]
    assert len(current) == 1
    assert "This page" in current[0]
    assert "Zhang Xiaoming" in texts(pieces)


def test_a_page_taken_off_the_list_is_still_read() -> None:
    pdf = document()
    other = document(FILLER.replace(b"This page", b"Zhang Xiaoming"))
    pdf.Root.Odd = pdf.copy_foreign(other.pages[0].obj)
    assert len(pdf.pages) == 1
    assert "Zhang Xiaoming" in texts(read(saved(pdf)), "document")


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "a password": (lambda: saved(document(), encryption=pikepdf.Encryption(user="a", owner="b")), "encrypted_pdf"),
    "a head alone": (lambda: b"%PDF-1.7 nothing", "broken_pdf"),
    "half a file": (lambda: saved(document())[:300], "broken_pdf"),
    "no pages": (lambda: saved(pikepdf.new()), "broken_pdf"),
    "more pages than a document has": (lambda: saved(document(pages=501)), "document_too_large"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_is_said_to_be(case: str) -> None:
    make, reason = BAD[case]
    assert reason in reasons(read(make()))


def test_a_file_that_only_may_not_be_printed_is_read() -> None:
    pieces = read(saved(document(), encryption=pikepdf.Encryption(user="", owner="b")))
    assert "enough words" in texts(pieces)
    assert not reasons(pieces)


def test_bytes_decide() -> None:
    assert FORMAT.sniff(saved(document())) == "sure"
    assert FORMAT.sniff(b"junk before " + saved(document())) == "maybe"
    assert FORMAT.sniff(b"hello") == "no"


WHOLE = saved(document(pages=2))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(WHOLE)))
def test_a_damaged_file_gives_something_and_never_raises(noise: bytes, at: int) -> None:
    for broken in (WHOLE[:at] + noise + WHOLE[at:], WHOLE[:at] + noise + WHOLE[at + len(noise) :]):
        assert list(FORMAT.read(Source(broken, HERE)))
