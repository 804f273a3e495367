"""The types of files that rules may name are what a reader finds in their bytes, whatever they are called."""

import zipfile
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO

import docx
import openpyxl
import pptx
import pytest
from PIL import Image

from gateway.model.part_types import PART_TYPES, type_of
from gateway.policy.situations import types_of
from gateway.reading.walk import read_mail
from gateway.sandbox.checked import checked


def picture(kind: str) -> bytes:
    made = BytesIO()
    Image.linear_gradient("L").resize((64, 64)).convert("RGB").save(made, kind)
    return made.getvalue()


def document(make: object) -> bytes:
    made = BytesIO()
    make().save(made)  # type: ignore[operator]
    return made.getvalue()


def odt() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<office:document-content/>")
    return made.getvalue()


def packed(data: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.docx", data)
    return made.getvalue()


DOCX = document(docx.Document)
FILES = {
    "docx": DOCX,
    "xlsx": document(openpyxl.Workbook),
    "pptx": document(pptx.Presentation),
    "odt": odt(),
    "png": picture("PNG"),
    "jpeg": picture("JPEG"),
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "webp": picture("WEBP"),
    "rtf": rb"{\rtf1\ansi hello}",
    "archive": packed(DOCX),
    "pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "html": b"<!DOCTYPE html><html><body>hello</body></html>",
    "unknown": b"\x01\x02\xfe\xff\x03\x04\xf0" * 9,
    "heif": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200),
}


def types(data: bytes) -> set[str]:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mail["To"] = "a@b.example"
    mail.set_content("hello\n")
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename="list.dat")
    reading = checked(read_mail(mail.as_bytes()))
    return {kind for (part, _), kind in types_of(reading.files).items() if part == "2"}


@pytest.mark.parametrize("kind", FILES)
def test_the_bytes_say_the_type(kind: str) -> None:
    assert kind in types(FILES[kind])
    assert kind in PART_TYPES


def test_a_document_in_an_archive_has_both() -> None:
    assert {"archive", "docx"} <= types(FILES["archive"])


def test_a_mail_in_a_mail_is_a_mail() -> None:
    inner = EmailMessage(policy=SMTP)
    inner["From"], inner["Subject"] = "a@b.example", "x"
    inner.set_content("hello\n")
    outer = EmailMessage(policy=SMTP)
    outer["From"] = "a@b.example"
    outer.set_content("see below\n")
    outer.add_attachment(inner)
    reading = read_mail(outer.as_bytes())
    assert "mail" in types_of(reading.files).values()
    assert ("", ()) not in types_of(reading.files)


def test_a_format_without_a_word_is_unknown() -> None:
    assert type_of("nothing") == "unknown"
    assert type_of("image") == "picture"
    assert type_of("image", "png") == "png"
