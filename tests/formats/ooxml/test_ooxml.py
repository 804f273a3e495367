"""Office documents: whatever is written anywhere in the package is found."""

import base64
import io
import random
import time
import zipfile
from collections.abc import Mapping
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.demo.letter import docx
from gateway.formats import Child, Piece, Source
from gateway.formats.ooxml import FORMAT
from gateway.formats.ooxml.parts import NotXml, part_of
from gateway.model import Ambiguity, Location, TextFragment, Unreadable, steps

HERE = Location("2", (steps.file("举报信.docx"),))
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def package(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def read(data: bytes) -> list[Piece]:
    return list(FORMAT.read(Source(data, HERE)))


def texts(pieces: list[Piece], medium: str | None = None) -> list[str]:
    return [p.text for p in pieces if isinstance(p, TextFragment) and (medium is None or p.medium == medium)]


def body(inner: str) -> str:
    return f"<w:document {W}><w:body>{inner}</w:body></w:document>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def lines_of(inner: str) -> list[str]:
    return part_of(body(inner).encode()).texts[0].split("\n")


def test_a_letter_is_read_a_line_a_paragraph() -> None:
    pieces = read(docx(["举报信", "举报人:张小鸣", "2020年9月18日"], "张小鸣"))
    (letter,) = [p for p in pieces if isinstance(p, TextFragment) and p.medium == "document"]
    assert letter.text == "举报信\n举报人:张小鸣\n2020年9月18日"
    assert [(step.kind, str(step)) for step in letter.where.steps] == [
        ("file", "举报信.docx"),
        ("package_part", "document.xml"),
    ]
    assert "张小鸣" in texts(pieces, "metadata"), "the author of the file"
    assert not [p for p in pieces if isinstance(p, (Unreadable, Ambiguity))]


def test_a_name_split_over_runs_is_one_name() -> None:
    runs = f"{run('张')}<w:proofErr/><w:r><w:rPr/><w:t>小</w:t></w:r>\n  {run('鸣')}"
    assert lines_of(f"<w:p>{runs}</w:p>") == ["张小鸣"]


def test_a_name_is_found_with_and_without_what_was_deleted_in_it() -> None:
    part = part_of(
        body(
            "<w:p><w:r><w:t>张</w:t></w:r><w:del w:author='客服'><w:r><w:delText>大</w:delText></w:r></w:del>"
            "<w:r><w:t>小鸣</w:t></w:r></w:p><w:p><w:del><w:r><w:delText>鸣鸣不飞</w:delText></w:r></w:del></w:p>"
        ).encode()
    )
    assert "张大小鸣" in part.texts[0]
    assert "鸣鸣不飞" in part.texts[0]
    assert "张小鸣" in part.texts[1]
    assert "客服" in part.attributes


def test_pronunciation_above_a_name_does_not_hide_it() -> None:
    ruby = "<w:ruby><w:rt><w:r><w:t>xiǎo</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>小</w:t></w:r></w:rubyBase></w:ruby>"
    part = part_of(body(f"<w:p><w:r><w:t>张</w:t></w:r><w:r>{ruby}</w:r><w:r><w:t>鸣</w:t></w:r></w:p>").encode())
    assert any("张小鸣" in text for text in part.texts)


def test_a_text_box_inside_a_paragraph_does_not_cut_it() -> None:
    box = "<w:pict><w:txbxContent><w:p><w:r><w:t>鸣鸣不飞</w:t></w:r></w:p></w:txbxContent></w:pict>"
    lines = lines_of(f"<w:p><w:r><w:t>张小</w:t></w:r><w:r>{box}</w:r><w:r><w:t>鸣</w:t></w:r></w:p>")
    assert sorted(lines) == ["张小鸣", "鸣鸣不飞"]


def test_the_code_of_a_field_is_read_apart_from_what_it_shows() -> None:
    codes = ("HYPERLINK mailto:xiao", "ming@mail.example")
    field = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    lines = lines_of(f"<w:p><w:r><w:t>张小</w:t></w:r>{field}<w:r><w:t>鸣</w:t></w:r></w:p>")
    assert lines == ["张小鸣", "HYPERLINK mailto:xiaoming@mail.example"]


WHO = "张小鸣"
P = f"<w:p>{run(WHO)}</w:p>"
SLIDE = f"<a:p {A}><a:r><a:t>张小</a:t></a:r><a:r><a:t>鸣</a:t></a:r></a:p>"
DEFINED = f"<definedNames><definedName name='{WHO}'>Sheet1!A1</definedName></definedNames>"
PLACES = {
    "word/header1.xml": f"<w:hdr {W}>{P}</w:hdr>",
    "word/footer2.xml": f"<w:ftr {W}>{P}</w:ftr>",
    "word/footnotes.xml": f"<w:footnotes {W}><w:footnote>{P}</w:footnote></w:footnotes>",
    "word/comments.xml": f"<w:comments {W}><w:comment w:author='{WHO}'><w:p/></w:comment></w:comments>",
    "word/people.xml": f"<w:people {W}><w:person w:author='{WHO}'/></w:people>",
    "word/settings.xml": f"<w:settings {W}><w:docVar w:name='x' w:val='{WHO}'/></w:settings>",
    "word/_rels/document.xml.rels": f"<Relationships><Relationship Target='https://x.example/{WHO}'/></Relationships>",
    "word/_rels/header1.xml.rels": f"<Relationships><Relationship Target='x://{quote(WHO)}'/></Relationships>",
    "customXml/item1.xml": f"<data><who>{WHO}</who></data>",
    "docProps/core.xml": f"<core><creator>{WHO}</creator></core>",
    "docProps/custom.xml": f"<p><property name='owner'><lpwstr>{WHO}</lpwstr></property></p>",
    "word/document.xml": body(f"<w:p><w:r><w:drawing><docPr descr='{WHO}'/></w:drawing></w:r></w:p>"),
    "word/glossary/document.xml": body(f"<w:sdt><w:sdtContent>{P}</w:sdtContent></w:sdt>"),
    "orphan.xml": f"<x><!-- {WHO} --></x>",
    "orphan2.xml": f"<x><?who {WHO}?></x>",
    "xl/workbook.xml": f"<workbook {S}>{DEFINED}</workbook>",
    "xl/worksheets/sheet1.xml": f"<worksheet {S}><headerFooter><oddHeader>{WHO}</oddHeader></headerFooter></worksheet>",
    "ppt/slides/slide1.xml": f"<p:sld xmlns:p='p'>{SLIDE}</p:sld>",
    "ppt/notesSlides/notesSlide1.xml": f"<p:notes xmlns:p='p'>{SLIDE}</p:notes>",
    "xl/drawings/vmlDrawing1.vml": f"<xml><v:textbox xmlns:v='v'><div>{WHO}<br></div></v:textbox></xml>",
    f"{WHO}.xml": "<x/>",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_name_is_found_in(place: str) -> None:
    pieces = read(package({place: PLACES[place]}))
    assert any("张小鸣" in text for text in texts(pieces)), pieces
    assert not [p for p in pieces if isinstance(p, Unreadable)]


def test_rows_of_a_workbook_are_lines_with_their_strings_in_place() -> None:
    strings = f"<sst {S}><si><t>姓名</t></si><si><t/></si><si><r><t>张小</t></r><r><t>鸣</t></r></si></sst>"
    sheet = (
        f"<worksheet {S}><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>2</v></c></row>"
        "<row r='2'><c r='A2'><v>13800138000</v></c><c r='B2' t='inlineStr'><is><t>鸣鸣</t></is></c>"
        "<c r='C2'><f>VLOOKUP(A1)</f><v>7</v></c></row></sheetData></worksheet>"
    )
    pieces = read(package({"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strings}))
    rows = texts(
        [p for p in pieces if isinstance(p, TextFragment) and p.where == HERE.inside(steps.package_part("sheet1.xml"))]
    )
    assert rows[0].split("\n") == ["姓名\t张小鸣", "13800138000\t鸣鸣\t7", "VLOOKUP(A1)"]


def test_an_opendocument_letter_is_read() -> None:
    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    letter = "<text:h>举报信</text:h><text:p>举报人<text:span>张小</text:span>鸣<text:s/>敬上</text:p>"
    content = (
        f"<o:document-content xmlns:o='{oasis}:office:1.0' xmlns:text='{oasis}:text:1.0'>{letter}</o:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        file.writestr("content.xml", content)
        file.writestr("meta.xml", "<meta><creator>鸣鸣不飞</creator></meta>")
    assert FORMAT.sniff(out.getvalue()) == "sure"
    pieces = read(out.getvalue())
    assert "举报信\n举报人张小鸣 敬上" in texts(pieces, "document")
    assert "鸣鸣不飞" in texts(pieces, "metadata")


def test_pictures_and_files_inside_are_files_of_their_own() -> None:
    files = {"word/media/image1.png": b"\x89PNG", "word/embeddings/old.doc": b"\xd0\xcf", "afchunk.html": b"<p>x"}
    pieces = read(package(files))
    children = {p.name: p for p in pieces if isinstance(p, Child)}
    assert set(children) == {"image1.png", "old.doc", "afchunk.html"}
    assert children["image1.png"].where == HERE.inside(steps.package_part("image1.png"))
    assert children["image1.png"].data == b"\x89PNG"


def test_the_printer_a_document_was_made_for_is_read_and_no_reason_to_hold_it() -> None:
    pieces = read(package({"xl/printerSettings/printerSettings1.bin": "\\\\SRV\\张小鸣的打印机".encode("utf-16-le")}))
    assert any("张小鸣" in text for text in texts(pieces, "metadata"))
    assert not [p for p in pieces if isinstance(p, (Unreadable, Child))]


BAD = {
    "a part that does not parse": (package({"word/document.xml": "<w:document"}), "broken_ooxml"),
    "a document type": (package({"word/document.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}), "broken_ooxml"),
    "a document type in UTF-16": (
        package({"word/document.xml": "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x><x/>".encode("utf-16")}),
        "broken_ooxml",
    ),
    "half a file": (docx(["张小鸣"] * 50, "x")[:-40], "broken_ooxml"),
    "an OpenDocument file with a password": (
        package({"META-INF/manifest.xml": "<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>"}),
        "encrypted_office",
    ),
    "a bomb": (package({"word/document.xml": body("<w:p/>") + " " * 60_000_000}), "document_too_large"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_is_said_to_be(case: str) -> None:
    data, reason = BAD[case]
    begun = time.monotonic()
    assert reason in [p.reason for p in read(data) if isinstance(p, Unreadable)]
    assert time.monotonic() - begun < 20, "a bomb must not be unpacked first"


def test_entities_do_not_grow() -> None:
    bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    with pytest.raises(NotXml):
        part_of((bomb + "]><x>&j;</x>").encode())


def test_a_shared_string_repeated_for_ever_stops_at_the_limit() -> None:
    strings = f"<sst {S}><si><t>{'长' * 100_000}</t></si></sst>"
    cells = "<row>" + "<c t='s'><v>0</v></c>" * 100_000 + "</row>"
    sheet = f"<worksheet {S}>{cells}</worksheet>"
    pieces = read(package({"xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet}))
    assert "document_too_large" in [p.reason for p in pieces if isinstance(p, Unreadable)]


def test_an_ordinary_zip_is_not_ours() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "x")
    assert FORMAT.sniff(out.getvalue()) == "no"
    assert FORMAT.sniff(docx(["x"], "x")) == "sure"
    assert FORMAT.sniff(b"hello") == "no"


XML_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="<>&\ufffe\uffff")
XML_TEXT = st.text(XML_LETTERS, min_size=1, max_size=12)


@given(st.lists(st.lists(XML_TEXT, min_size=1, max_size=5), min_size=1, max_size=6))
def test_any_text_in_any_runs_comes_out_as_its_paragraphs(paragraphs: list[list[str]]) -> None:
    inner = "".join(
        "<w:p>" + "".join(f'<w:r><w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs) + "</w:p>"
        for runs in paragraphs
    )
    found = part_of(body(inner).encode()).texts
    wanted = "\n".join("".join(runs) for runs in paragraphs)
    assert found == ((wanted,) if wanted.strip() else ())


@settings(max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 1200))
def test_a_damaged_file_never_raises(noise: bytes, at: int) -> None:
    data = docx(["举报信", "张小鸣"], "x")
    for broken in (data[:at] + noise + data[at:], data[:at] + noise + data[at + len(noise) :]):
        if FORMAT.sniff(broken) != "no":
            assert read(broken)


FLAT = """<?xml version="1.0"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:meta><x>作者</x></office:meta><office:body>
<text:p>举报人<text:span>张</text:span>小鸣</text:p><office:binary-data>{}</office:binary-data></office:body></office:document>"""


def test_a_document_in_one_xml_is_read_with_what_it_carries() -> None:
    carried = base64.b64encode("附件：鸣鸣不飞".encode()).decode()
    pieces = list(FORMAT.read(Source(FLAT.format(carried).encode(), Location("2"))))
    assert FORMAT.sniff(FLAT.format("").encode()) == "sure"
    assert any("举报人张小鸣" in piece.text for piece in pieces if isinstance(piece, TextFragment))
    assert [piece.data.decode() for piece in pieces if isinstance(piece, Child)] == ["附件：鸣鸣不飞"]
    assert not [piece for piece in pieces if isinstance(piece, Unreadable)]


GOOGLE = (
    '<Relationships><Relationship Id="r1" Type="http://customschemas.google.com/relationships/{}" Target="{}"/>'
    "</Relationships>"
)
NOISE = random.Random(3).randbytes(1369)


def of_google(content: bytes, kind: str = "presentationmetadata", target: str = "metadata") -> bytes:
    return package({"ppt/_rels/presentation.xml.rels": GOOGLE.format(kind, target), "ppt/metadata": content})


def held(pieces: list[Piece]) -> list[bytes]:
    return [piece.data for piece in pieces if isinstance(piece, Child)]


def test_what_google_slides_keeps_for_itself_is_known() -> None:
    assert held(read(of_google(NOISE))) == []
    assert held(read(of_google(NOISE, "workbookmetadata"))) == []


def test_words_in_what_google_slides_keeps_are_read_and_files_are_files() -> None:
    assert "举报人张小鸣" in "\n".join(texts(read(of_google(NOISE + "举报人张小鸣".encode()))))
    picture = b"\x89PNG\r\n\x1a\n" + bytes(30)
    assert held(read(of_google(NOISE + picture))) == [picture]


@pytest.mark.parametrize(
    "data",
    [
        of_google(NOISE, "image"),
        of_google(NOISE, target="metadata2"),
        of_google(random.Random(4).randbytes(300_000)),
        package({"ppt/metadata": NOISE}),
    ],
)
def test_a_part_of_that_name_alone_is_a_file_of_its_own(data: bytes) -> None:
    assert len(held(read(data))) == 1


def test_what_office_took_out_of_a_package_is_nothing_once_it_is_emptied() -> None:
    assert held(read(package({"[trash]/0000.dat": b"\xff\xff\xff\xff" + bytes(300)}))) == []
    assert held(read(package({"[trash]/0000.dat": b"\xff\xff\xff\xff" + b"secret"}))) == [b"\xff\xff\xff\xffsecret"]
