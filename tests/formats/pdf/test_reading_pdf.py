"""What a PDF says on its pages and beside them; what cannot be opened is said."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image

from gateway.formats import Child, Piece, Source
from gateway.formats.pdf import FORMAT
from gateway.model import Ambiguity, Location, PictureFragment, TextFragment, Unreadable, steps

WORD = "ZhangXiaoming"


def document(content: bytes = b"", more: Callable[[pikepdf.Pdf, pikepdf.Page], None] | None = None) -> pikepdf.Pdf:
    """One page with text in Helvetica, longer than what counts as little."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(400, 300))
    font = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    text = b"BT /F1 12 Tf 20 250 Td (Please explain what was broadcast on the third of November.) Tj ET\n"
    page.Contents = pdf.make_stream(text + content)
    if more is not None:
        more(pdf, page)
    return pdf


def saved(pdf: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    out = io.BytesIO()
    pdf.save(out, encryption=encryption)
    return out.getvalue()


def read(data: bytes) -> list[Piece]:
    return list(FORMAT.read(Source(data, Location("2"))))


def texts(pieces: list[Piece]) -> str:
    return "\n".join(piece.text for piece in pieces if isinstance(piece, TextFragment))


def test_a_clean_document_is_read_whole_and_nothing_is_wrong_with_it() -> None:
    pieces = read(saved(document()))
    assert "third of November" in texts(pieces)
    assert not [piece for piece in pieces if isinstance(piece, Unreadable | Ambiguity)]
    assert not [piece for piece in pieces if isinstance(piece, PictureFragment)]  # a page of text is not drawn


def _note(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[10, 10, 30, 30], Contents=pikepdf.String(WORD)
    )
    page.Annots = pikepdf.Array([pdf.make_indirect(note)])


def _info(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    pdf.docinfo["/Author"] = WORD


def _outline(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(WORD, 0))


def _xmp(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    with pdf.open_metadata() as xmp:
        xmp["dc:creator"] = [WORD]


@pytest.mark.parametrize("plant", [_note, _info, _outline, _xmp])
def test_what_stands_beside_the_pages_is_read(plant: Callable[[pikepdf.Pdf, pikepdf.Page], None]) -> None:
    assert WORD in texts(read(saved(document(more=plant))))


@pytest.mark.parametrize(
    "content",
    [
        f"BT 3 Tr /F1 12 Tf 20 100 Td ({WORD}) Tj ET".encode(),  # invisible
        f"BT /F1 12 Tf 2000 100 Td ({WORD}) Tj ET".encode(),  # off the page
        f"BT 1 1 1 rg /F1 1 Tf 20 100 Td ({WORD}) Tj ET".encode(),  # white and tiny
        b"BT /F1 12 Tf 20 100 Td [(Zhang) -5 (Xiao) 5 (ming)] TJ ET",  # letter by letter
        f"BT /F1 12 Tf 20 100 Td ({WORD}) Tj ET 0 g 10 90 200 30 re f".encode(),  # behind a black box
    ],
)
def test_text_that_nobody_sees_is_read_all_the_same(content: bytes) -> None:
    assert WORD in texts(read(saved(document(content))))


@pytest.mark.parametrize("name", ["宋体", "章晓鸣"])
@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_names_in_the_charset_of_a_chinese_windows_are_read(name: str, charset: str) -> None:
    written = b"/" + "".join(f"#{byte:02x}" for byte in name.encode(charset)).encode()

    def named(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.obj.Resources.Font.F1.BaseFont = pikepdf.Object.parse(written)
        page.obj.Own = pikepdf.Object.parse(b"<< " + written + b" (a) >>")

    pieces = read(saved(document(more=named)))
    assert not [piece for piece in pieces if isinstance(piece, Unreadable)]
    assert texts(pieces).count(name) >= 1
    assert "third of November" in texts(pieces)


def test_an_attached_file_is_a_file_of_its_own() -> None:
    def attach(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        pdf.attachments["letter.txt"] = pikepdf.AttachedFileSpec(pdf, WORD.encode(), filename="letter.txt")

    children = [piece for piece in read(saved(document(more=attach))) if isinstance(piece, Child)]
    assert WORD.encode() in [child.data for child in children]


def test_an_older_version_of_the_file_is_read() -> None:
    before = saved(document(f"BT /F1 12 Tf 20 100 Td ({WORD}) Tj ET".encode()))
    # An incremental update whose page has other content: the old text is in the file and shown by nobody.
    pdf = pikepdf.open(io.BytesIO(before))
    number = pdf.pages[0].Contents.objgen[0]
    update = f"{number} 0 obj\n<</Length 3>>\nstream\nq Q\nendstream\nendobj\n".encode()
    offset = len(before) + 1
    start = before.rindex(b"startxref")
    old = before[start:].split()[1].decode()
    root = pdf.Root.objgen[0]
    table = f"xref\n{number} 1\n{offset:010d} 00000 n \ntrailer\n<</Size 99/Root {root} 0 R/Prev {old}>>\n"
    after = before + b"\n" + update + table.encode() + f"startxref\n{offset + len(update)}\n%%EOF\n".encode()
    assert WORD in texts(read(after))


def test_a_password_and_a_broken_file_are_said() -> None:
    sealed = saved(document(), encryption=pikepdf.Encryption(owner="o", user="u"))
    assert [piece.reason for piece in read(sealed) if isinstance(piece, Unreadable)] == ["encrypted_pdf"]
    broken = [piece.reason for piece in read(b"%PDF-1.7\nnothing more") if isinstance(piece, Unreadable)]
    assert "broken_pdf" in broken


def test_a_document_that_opens_without_a_password_is_read() -> None:
    opened = saved(document(), encryption=pikepdf.Encryption(owner="o", user=""))
    assert "third of November" in texts(read(opened))


def test_a_page_that_is_a_picture_is_looked_at() -> None:
    out = io.BytesIO()
    picture = Image.new("RGB", (300, 200), (250, 250, 250))
    picture.paste(Image.linear_gradient("L").resize((120, 120)).convert("RGB"), (40, 40))
    picture.save(out, "PDF")
    pictures = [piece for piece in read(out.getvalue()) if isinstance(piece, PictureFragment)]
    assert len(pictures) == 1
    assert pictures[0].where.steps[0] == steps.page(1)
