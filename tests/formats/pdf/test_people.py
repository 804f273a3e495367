"""Who wrote a PDF and its notes; and everything that stands in object streams."""

import io
from collections.abc import Callable

import pikepdf
import pytest

from file_tools import read, reasons, words
from gateway.containers.xmp import authors

Change = Callable[[pikepdf.Pdf], None]
MODES = [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate]


def pdf(mode: pikepdf.ObjectStreamMode, change: Change) -> bytes:
    file = pikepdf.new()
    file.add_blank_page(page_size=(300, 300))
    change(file)
    out = io.BytesIO()
    file.save(out, object_stream_mode=mode)
    return out.getvalue()


def author(file: pikepdf.Pdf) -> None:
    file.docinfo["/Author"] = "文静"


def note(file: pikepdf.Pdf) -> None:
    annotation = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents="举报人张小鸣", T="文静"
    )
    file.pages[0].Annots = pikepdf.Array([file.make_indirect(annotation)])


def field(file: pikepdf.Pdf) -> None:
    widget = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Tx,
        Rect=[0, 0, 9, 9],
        T="文静",
        V="张小鸣",
    )
    made = file.make_indirect(widget)
    file.pages[0].Annots = pikepdf.Array([made])
    file.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([made]))


def outline(file: pikepdf.Pdf) -> None:
    with file.open_outline() as found:
        found.root.append(pikepdf.OutlineItem("举报人张小鸣", 0))


def attachment(file: pikepdf.Pdf) -> None:
    file.attachments["举报人张小鸣.txt"] = pikepdf.AttachedFileSpec(file, b"x", filename="举报人张小鸣.txt")


def metadata(file: pikepdf.Pdf) -> None:
    with file.open_metadata() as found:
        found["dc:creator"] = ["文静", "高兴"]
        found["dc:title"] = "举报人张小鸣"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("change", [author, note, metadata])
def test_who_wrote_it_is_in_a_field_of_names(mode: pikepdf.ObjectStreamMode, change: Change) -> None:
    (people,) = (text for text in read(pdf(mode, change)).texts if text.names_people)
    assert "文静" in people.text.split("\n")


@pytest.mark.parametrize("mode", MODES)
def test_the_name_of_a_field_of_a_form_is_no_name(mode: pikepdf.ObjectStreamMode) -> None:
    assert not [text for text in read(pdf(mode, field)).texts if text.names_people]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("change", [note, field, outline, attachment, metadata])
def test_what_stands_in_object_streams_is_read(mode: pikepdf.ObjectStreamMode, change: Change) -> None:
    reading = read(pdf(mode, change))
    assert "张小鸣" in words(reading)
    assert reasons(reading) == []


def test_what_was_replaced_in_an_object_stream_is_read_in_the_older_version() -> None:
    first = pdf(pikepdf.ObjectStreamMode.generate, note)
    with pikepdf.open(io.BytesIO(first)) as file:
        number = file.pages[0].Annots[0].objgen[0]
    # An update that says nothing of the note: a table that points at an empty object instead.
    at = len(first)
    previous = first.rpartition(b"startxref")[2].split()[0].decode()
    with pikepdf.open(io.BytesIO(first)) as file:
        root = file.Root.objgen[0]
        size = int(file.trailer.Size)
    update = f"{number} 0 obj\nnull\nendobj\n".encode()
    table = f"xref\n{number} 1\n{at:010d} 00000 n \ntrailer\n<< /Size {size} /Root {root} 0 R /Prev {previous} >>\n"
    whole = first + update + table.encode() + f"startxref\n{at + len(update)}\n%%EOF\n".encode()
    assert "张小鸣" in words(read(whole))


@pytest.mark.parametrize(
    "xml",
    [
        "<dc:creator><rdf:Seq><rdf:li>文静</rdf:li><rdf:li>x</rdf:li></rdf:Seq></dc:creator>",
        "<pdf:Author>文静</pdf:Author>",
        "<rdf:Description pdf:Author='文静'/>",
        '<rdf:Description tiff:Artist="&#25991;静"/>',
    ],
)
def test_an_author_in_xmp_is_found(xml: str) -> None:
    assert "文静" in authors(xml)


def test_xmp_without_end_ends() -> None:
    assert len(list(authors("<dc:creator>a" * 100_000))) < 100_000


def test_an_object_stream_that_no_table_points_to_is_read() -> None:
    def orphan(file: pikepdf.Pdf) -> None:
        note = (
            b"<</Type/Annot/Subtype/Text/Contents <"
            + ("\ufeff举报人张小鸣".encode("utf-16-be")).hex().encode()
            + b">>>"
        )
        stream = file.make_stream(b"90 0 " + note)
        stream.Type, stream.N, stream.First = pikepdf.Name.ObjStm, 1, 5
        file.Root.Orphan = stream

    reading = read(pdf(pikepdf.ObjectStreamMode.disable, orphan))
    assert "张小鸣" in words(reading)
