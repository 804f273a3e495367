"""What is found in a file is rewritten there, or it is held: no third way.

A place that says it can be rewritten is one of a format that rewrites, whose tests write every place. What stands in
any other goes with the smallest file around it that can be taken out.
"""

import io
import struct
import zipfile
from email.message import EmailMessage

import pytest

from compound import compound
from edited import LIGHT, PLACEHOLDER, edits_without, said
from file_tools import SECRET
from gateway.formats.registry import all_formats
from gateway.model import Location
from gateway.reading.walk import read_mail
from gateway.rewriting.apply import apply

WIDE = "utf-16-le"


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


W = "<w:document xmlns:w='w'><w:p><w:r><w:t>举报人张</w:t></w:r><w:r><w:t>小鸣</w:t></w:r></w:p></w:document>"
ITEM = compound({("__properties_version1.0",): bytes(32), ("__substg1.0_1000001F",): SECRET.encode(WIDE)})
FILES: dict[str, bytes] = {
    "der": b"\x30\x17\x02\x01\x01\x0c\x12" + SECRET.encode(),
    "archive": zipped({"a.txt": SECRET.encode()}),
    "metafile": b"\1\0\x09\0\0\3" + bytes(12) + struct.pack("<LH4H", 13, 0x0A32, 0, 0, 12, 0) + SECRET.encode("gbk"),
    "media": b"ID3\4\0\0\0\0\0\x40" + b"TIT2\0\0\0\x13\0\0\3" + SECRET.encode() + bytes(60),
    "mbox": f"From a@b.example Fri Sep 18 2020\nSubject: {SECRET}\n\nx\n".encode(),
    "ole": ITEM,
    "ooxml": zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": W.encode()}),
    "rtf": rb"{\rtf1 " + b"".join(b"\\u%d?" % ord(c) for c in SECRET) + b"}",
    "svg": f"<svg xmlns='http://www.w3.org/2000/svg'><text>{SECRET}</text></svg>".encode(),
    "tnef": b"\x78\x9f\x3e\x22\1\0\1" + struct.pack("<2L", 0x2800C, 12) + SECRET.encode("gbk") + b"\0\0",
    "vcard": f"BEGIN:VCARD\r\nFN:{SECRET}\r\nEND:VCARD\r\n".encode(),
}


def mail(data: bytes) -> bytes:
    message = EmailMessage()
    message["From"] = "staff@platform.example"
    message.set_content("您好\n")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename="a")
    return message.as_bytes()


SILENT = {name for name, format_ in all_formats().items() if not format_.rewrite}


def test_every_kind_without_a_rewriter_is_tried_here_or_has_pictures_alone() -> None:
    assert SILENT - {"mime", "image", "pdf", "sealed"} <= set(FILES)


@pytest.mark.parametrize("kind", sorted(SILENT & FILES.keys()))
def test_a_place_that_cannot_be_rewritten_does_not_say_it_can(kind: str) -> None:
    reading = read_mail(mail(FILES[kind]))
    found = [text for text in reading.texts if SECRET in text.text]
    assert found
    assert kind in [part.kind for part in reading.files]
    assert not [text for text in found if text.editable]


@pytest.mark.parametrize("kind", sorted(FILES))
def test_a_file_is_rewritten_in_each_of_its_places_or_taken_out_whole(kind: str) -> None:
    content = mail(FILES[kind])
    before = read_mail(content, LIGHT)
    out = apply(content, edits_without(before, {SECRET: PLACEHOLDER})) if kind not in SILENT else b""
    if SECRET in said(read_mail(out, LIGHT)) or kind in SILENT:
        out = apply(content, edits_without(before, {}, lambda part: part.where == Location("2")))
    after = read_mail(out, LIGHT)
    assert SECRET not in said(after)
    assert not after.ambiguities
