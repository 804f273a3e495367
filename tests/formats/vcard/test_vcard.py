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


@pytest.mark.parametrize("over", range(3))
def test_a_photo_is_looked_at_without_its_padding(over: int) -> None:
    data = picture() + bytes(over)
    bare = base64.b64encode(data).rstrip(b"=")
    assert [(p.width, p.height) for p in read(card(b"PHOTO;ENCODING=b:" + bare)).pictures] == [(30, 40)]


def test_what_is_said_to_be_base64_and_is_not_is_text_too() -> None:
    assert "Zhang Xiaoming" in words(read(card(b"N;ENCODING=b:Xiaoming;Zhang;;;")))


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


def quoted(text: str, charset: str = "utf-8") -> bytes:
    return b"".join(b"=%02X" % b if b != 0x3B else b";" for b in text.encode(charset))


@pytest.mark.parametrize(
    "line",
    [
        b"N;CHARSET=UTF-8;ENCODING=BASE64:" + base64.b64encode("张;小鸣;;;".encode()),
        b"N;ENCODING=b:\r\n " + base64.b64encode("张;小鸣;;;".encode()),
        b"item1.N;CHARSET=GBK;BASE64:" + base64.b64encode("张;小鸣;;;".encode("gbk")),
        "N:张;小鸣;;;".encode(),
        "N:小鸣;张;;;".encode(),
        "item1.N;LANGUAGE=zh:张;小鸣".encode(),
        b"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:" + quoted("张;小鸣;;;"),
        b"N;ENCODING=QUOTED-PRINTABLE;CHARSET=GBK:" + quoted("小鸣;张;;;", "gbk"),
        b"N;CHARSET=GB2312;ENCODING=QUOTED-PRINTABLE:" + quoted("张;小鸣;;;", "gbk").replace(b"=D0", b"=\r\n=D0"),
        "N:;张小鸣;;;".encode(),
        "N:张小鸣;;;;".encode(),
        "N:张;小;鸣;;".encode(),
        'N;SORT-AS="张小鸣":Z;X'.encode(),
    ],
)
def test_a_structured_name_is_put_together(line: bytes) -> None:
    reading = read(card(line), "a.vcf")
    named = [text for text in reading.texts if text.names_people]
    assert any("张小鸣" in text.text.split("\n") for text in named)
    assert reasons(reading) == []


def test_a_structured_name_is_read_in_western_order_too() -> None:
    (named,) = (text for text in read(card(b"N:Zhang;Xiaoming;Lee;;")).texts if text.names_people)
    assert {"Xiaoming Zhang", "Zhang Xiaoming", "Xiaoming Lee Zhang"} <= set(named.text.split("\n"))


@pytest.mark.parametrize(
    "line",
    [
        "FN:文静",
        "NICKNAME:高兴,文静",
        "ATTENDEE;CN=文静;ROLE=CHAIR:mailto:x@mail.example",
        'ORGANIZER;CN="文静":mailto:x@mail.example',
        'ATTENDEE;PARTSTAT=ACCEPTED;CN="文静, 高兴;x:y":mailto:x@mail.example',
        "X-MANAGER:文静",
    ],
)
def test_a_field_of_names_says_so(line: str) -> None:
    (named,) = (text for text in read(card(line.encode())).texts if text.names_people)
    assert "文静" in named.text.split("\n")


@pytest.mark.parametrize("line", ["NOTE:文静", "SUMMARY:文静", "ORG:文静", "TITLE:文静", "N", ":文静"])
def test_another_field_does_not(line: str) -> None:
    assert not [text for text in read(card(line.encode())).texts if text.names_people]


ENTITIES = "".join(f"&#{ord(letter)};" for letter in "张小鸣")
HEX = "".join(f"&#x{ord(letter):x};" for letter in "张小鸣")


@pytest.mark.parametrize(
    "line",
    [
        f"X-ALT-DESC;FMTTYPE=text/html:<p>{ENTITIES}</p>",
        "X-ALT-DESC;FMTTYPE=TEXT/HTML:<p>张<b>小</b>鸣</p>",
        f"DESCRIPTION:来自 {ENTITIES} 的信",
        f"DESCRIPTION:{HEX}",
        "DESCRIPTION:<b>张</b>小<i>鸣</i>\\, 您好",
        f"STYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html:{ENTITIES}",
        'DESCRIPTION;ALTREP="data:text/html,%3Cp%3E'
        + "".join(f"%{b:02X}" for b in "张小鸣".encode())
        + '%3C%2Fp%3E":x',
        "X-ALT-DESC;FMTTYPE=text/html:张<span style='display:none'>x</span>小鸣",
    ],
)
def test_a_description_in_html_is_read_as_html(line: str) -> None:
    reading = read(card(line.encode()), "a.ics")
    assert "张小鸣" in words(reading, "html") + words(reading, "markup")
    assert reasons(reading) == []


def test_what_one_description_leaves_open_does_not_hide_the_next() -> None:
    lines = ["X-ALT-DESC;FMTTYPE=text/html:<!-- <style>", f"DESCRIPTION:{ENTITIES}"]
    assert "张小鸣" in words(read(card(*(line.encode() for line in lines))), "html")


def test_a_calendar_of_a_thousand_descriptions_is_read_whole() -> None:
    lines = [f"DESCRIPTION:<b>{number}</b> &amp;".encode() for number in range(1000)]
    reading = read(card(*lines, f"DESCRIPTION:{ENTITIES}".encode()))
    assert reasons(reading) == []
    assert "张小鸣" in words(reading, "html")


def test_a_line_without_end_ends() -> None:
    assert reasons(read(card(b"N" + b";" * 3_000_000))) == []
