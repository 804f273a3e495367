"""A page that a browser saved as one file is read as the parts that it is of."""

import pytest

from file_tools import read, reasons, words

BODY = b"""MIME-Version: 1.0\r
Content-Type: multipart/related;\r
\ttype="text/html";\r
\tboundary="----MB"\r
\r
------MB\r
Content-Type: text/html; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
Content-Location: http://x.example/\r
\r
<p>=E5=BC=A0<b>=E5=B0=8F</b>=E9=B8=A3</p>\r
------MB--\r
"""
CHROME = b"From: <Saved by Blink>\r\nSnapshot-Content-Location: http://x.example/\r\nSubject: t\r\n"


@pytest.mark.parametrize("head", [b"", CHROME, b"Content-Location: http://x.example/\r\n"])
@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_a_saved_page_is_opened(head: bytes, ends: bytes) -> None:
    reading = read((head + BODY).replace(b"\r\n", ends), "a.mht")
    assert "张小鸣" in words(reading, "html")
    assert reading.files[0].kind == "mime"
    assert reasons(reading) == []


def test_a_list_of_settings_is_none() -> None:
    assert read(b"name: x\nContent-Type: multipart/mixed\n\nhello\n").files[0].kind == "text"
