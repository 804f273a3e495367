"""Who wrote, changed and commented a document: fields that hold names."""

import io
import random
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from openpyxl import Workbook
from openpyxl.comments import Comment
from pptx import Presentation

from file_tools import read, reasons
from gateway.formats.ooxml.parts import NotXml
from gateway.formats.ooxml.people import people

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def named(data: bytes) -> list[str]:
    reading = read(data)
    assert reasons(reading) == []
    return [line for text in reading.texts if text.names_people for line in text.text.split("\n")]


def saved(save: Callable[[io.BytesIO], None]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def test_the_author_of_what_real_writers_write_is_in_a_field_of_names() -> None:
    letter, slides, book = Document(), Presentation(), Workbook()
    for properties in (letter.core_properties, slides.core_properties):
        properties.author, properties.last_modified_by = "文静", "高兴"
    book.properties.creator, book.properties.lastModifiedBy = "文静", "高兴"
    letter.add_comment(letter.add_paragraph("好").runs, text="批注", author="江山", initials="J")
    book.active["A1"] = "好"
    book.active["A1"].comment = Comment("批注", "江山")
    assert {"文静", "高兴", "江山"} <= set(named(saved(letter.save)))
    assert {"文静", "高兴"} <= set(named(saved(slides.save)))
    assert {"文静", "高兴", "江山"} <= set(named(saved(book.save)))


@pytest.mark.parametrize(
    "part",
    [
        f'<w:document {W}><w:p><w:ins w:author="文静" w:date="2020"><w:r><w:t>x</w:t></w:r></w:ins></w:p></w:document>',
        f'<w:document {W}><w:p><w:del w:author="文静"><w:r><w:delText>x</w:delText></w:r></w:del></w:p></w:document>',
        '<w15:people xmlns:w15="p"><w15:person w15:author="文静"/></w15:people>',
        '<comments xmlns="s"><authors><author>文静</author></authors></comments>',
        '<personList xmlns="t"><person displayName="文静" id="{1}"/></personList>',
        '<p:cmAuthorLst xmlns:p="p"><p:cmAuthor id="0" name="文静" initials="w"/></p:cmAuthorLst>',
        '<p188:authorLst xmlns:p188="p"><p188:author id="{1}" name="文静"/></p188:authorLst>',
        '<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>文静</dc:creator></cp:coreProperties>',
        '<Properties xmlns="e"><Manager>文静</Manager></Properties>',
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="v">'
        '<property name="投诉人"><vt:lpwstr>文静</vt:lpwstr></property></Properties>',
        '<o:a xmlns:o="o" xmlns:meta="m"><meta:initial-creator>文静</meta:initial-creator></o:a>',
        '<o:a xmlns:o="o" xmlns:meta="m"><meta:user-defined meta:name="投诉人">文静</meta:user-defined></o:a>',
        '<office:annotation xmlns:office="o" xmlns:dc="d"><dc:creator>文静</dc:creator><text/></office:annotation>',
        '<text:p xmlns:text="t">来自<text:author-name>文静</text:author-name></text:p>',
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_each_place_of_a_name_is_known(part: str, charset: str) -> None:
    head = f'<?xml version="1.0" encoding="{charset}"?>'
    assert people((head + part).encode(charset)) == ("文静",)


@pytest.mark.parametrize(
    "part",
    [
        "<cp:coreProperties xmlns:cp='c' xmlns:dc='d'><dc:title>文静</dc:title><dc:creator/></cp:coreProperties>",
        "<a xmlns='x'><category>文静</category><t author=''>文静</t></a>",
        "<Properties xmlns='e'><Company>文静</Company><Manager></Manager></Properties>",
    ],
)
def test_another_place_is_no_field_of_names(part: str) -> None:
    assert people(part.encode()) == ()


def test_a_document_with_entities_names_nobody() -> None:
    with pytest.raises(NotXml):
        people(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a author='&b;'/>")


def test_authors_without_end_end() -> None:
    part = "<a xmlns='x'>" + "".join(f"<b author='{number}'/>" for number in range(5000)) + "</a>"
    assert len(people(part.encode())) == 2000


def test_a_field_of_names_in_an_archive_that_is_no_document_is_none() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.bin", random.Random(1).randbytes(100))
    assert not [text for text in read(out.getvalue()).texts if text.names_people]
