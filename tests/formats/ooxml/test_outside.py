"""Words in places of a package where no program looks for words, and files that only have the name of a font."""

import io
import zipfile

import pytest

from gateway.reading.walk import read_file

NAME = "章晓鸣"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BODY = "<w:body><w:p><w:r><w:t>您好</w:t></w:r></w:p></w:body>"
DOCUMENT = f'<?xml version="1.0"?><w:document xmlns:w="{W}">{BODY}</w:document>'
FONT = b"\0\1\0\0" + bytes(40)
SCRAMBLED = bytes(range(32)) + bytes(12) + b"glyf" + bytes(12) + b"head" + bytes(60)


def package(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(
            "[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
        )
        file.writestr("word/document.xml", DOCUMENT)
        file.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "xml",
    [
        f"<!--举报人{NAME}--><a>x</a>",
        f"<a>x</a><!--{NAME}-->",
        f"<?{NAME} x?><a/>",
        f"<a><{NAME}/></a>",
        f'<a {NAME}="1"/>',
        f'<a xmlns:{NAME}="urn:x"/>',
    ],
)
def test_words_around_the_root_and_in_names_are_read(xml: str) -> None:
    texts = read_file(package("customXml/item1.xml", xml.encode()), "a.docx").texts
    assert any(NAME in text.text for text in texts)
    assert not [text for text in texts if NAME in text.text and text.editable]


@pytest.mark.parametrize("name", ["word/fonts/font1.odttf", "ppt/fonts/font1.fntdata", "Fonts/a.xml"])
def test_what_is_no_font_is_read_whatever_it_is_called(name: str) -> None:
    data = f"<a>举报人{NAME}</a>" if name.endswith("xml") else f"举报人{NAME}"
    assert any(NAME in text.text for text in read_file(package(name, data.encode()), "a.docx").texts)


@pytest.mark.parametrize("data", [FONT, SCRAMBLED, bytes(34) + b"LP" + bytes(50)])
def test_a_font_is_no_file_to_be_read(data: bytes) -> None:
    reading = read_file(package("word/fonts/font1.odttf", data), "a.docx")
    assert not reading.unreadable
    assert len(reading.files) == 1
