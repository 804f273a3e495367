"""Cards and calendars."""

import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from file_tools import SECRET, damaged, read, reasons, words


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 40), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def card(*lines: bytes) -> bytes:
    return b"\r\n".join((b"BEGIN:VCARD", b"VERSION:2.1", *lines, b"END:VCARD", b""))


@pytest.mark.parametrize(
    "line",
    [
        f"FN:{SECRET}".encode(),
        f"FN:{SECRET[:2]}\r\n {SECRET[2:]}".encode(),
        f"FN:{SECRET}".encode()[:8] + b"\r\n " + f"FN:{SECRET}".encode()[8:],
        b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:" + b"".join(b"=%02X" % b for b in SECRET.encode()),
        b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E4=B8=\r\n=BE"
        + b"".join(b"=%02X" % b for b in SECRET.encode()[3:]),
        b"FN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:" + b"".join(b"=%02X" % b for b in SECRET.encode("gbk")),
        f"FN:{SECRET}".encode("gbk"),
        b"NOTE;ENCODING=b:" + base64.b64encode(f"{SECRET}。".encode()),
        b"NOTE;ENCODING=BASE64:\r\n " + base64.b64encode(f"{SECRET}。".encode()),
    ],
)
def test_a_value_is_read_however_it_is_written(line: bytes) -> None:
    reading = read(card(line), "a.vcf")
    assert SECRET in words(reading)
    assert reasons(reading) == []
    assert reading.files[0].kind == "vcard"


@pytest.mark.parametrize(
    "head", [b"PHOTO;ENCODING=b;TYPE=PNG:", b"PHOTO;PNG;BASE64:\r\n ", b"PHOTO:data:image/png;base64,"]
)
def test_a_photo_is_looked_at(head: bytes) -> None:
    coded = base64.b64encode(picture())
    folded = b"\r\n ".join(coded[at : at + 70] for at in range(0, len(coded), 70))
    assert [(p.width, p.height) for p in read(card(head + folded)).pictures] == [(30, 40)]


def test_a_calendar_is_read() -> None:
    data = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTENDEE;CN=张小\r\n 鸣:mailto:xm@mail.example\r\nDESCRIPTION:微信\\, xm_\r\n feifei90\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()  # noqa: E501
    reading = read(data, "a.ics")
    assert "张小鸣" in words(reading)
    assert "微信, xm_feifei90" in words(reading)
    assert reasons(reading) == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip), st.integers(1, 40))
def test_folding_hides_nothing(text: str, width: int) -> None:
    raw = ("NOTE:" + text.replace("\\", "/")).encode()
    folded = b"\r\n ".join(raw[at : at + width] for at in range(0, len(raw), width))
    assert text.replace("\\", "/").strip() in words(read(card(folded)))


@settings(max_examples=40)
@given(damaged(card(b"PHOTO;ENCODING=b:" + base64.b64encode(picture()), f"FN:{SECRET}".encode())))
def test_damage_is_read_or_held(data: bytes) -> None:
    read(data)
