"""RTF: what is shown, what stands aside, what is inside."""

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from file_tools import SECRET, damaged, read, reasons, words

FONTS = rb"{\fonttbl{\f0\fcharset134 SimSun;}{\f1\fcharset136 MingLiU;}{\f2\fcharset0 Arial;}}"


def rtf(body: bytes) -> bytes:
    return rb"{\rtf1\ansi\ansicpg936" + FONTS + rb"\f0 " + body + b"}"


def escaped(text: str, charset: str = "gbk") -> bytes:
    return b"".join(b"\\'%02x" % byte for byte in text.encode(charset))


def numbered(text: str) -> bytes:
    return b"".join(b"\\u%d?" % (ord(c) - 65536 if ord(c) > 32767 else ord(c)) for c in text)


@pytest.mark.parametrize(
    "body",
    [
        escaped(SECRET),
        SECRET.encode("gbk"),
        numbered(SECRET),
        rb"{\f2 " + numbered(SECRET) + b"}",
        rb"\'be\'d9{\b \'b1\'a8\'c8\'cb}\'d5{\i \'c5\'d0\'a1}\'c3\'f9",
        numbered(SECRET[:3]) + rb"{\b " + escaped(SECRET[3:]) + b"}",
        rb"\uc2" + b"".join(b"\\u%d\\'3f\\'3f" % ord(c) for c in SECRET),
        rb"\uc0" + b"".join(b"\\u%d " % ord(c) for c in SECRET),
        numbered(SECRET[:2]) + b"\r\n" + numbered(SECRET[2:]),
        rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt " + numbered(SECRET) + b"}}",
        rb"{\deleted " + escaped(SECRET) + b"}",
    ],
)
def test_a_name_is_read_however_it_is_written(body: bytes) -> None:
    reading = read(rtf(body))
    assert SECRET in words(reading, "document")
    assert reasons(reading) == []
    assert reading.files[0].kind == "rtf"


def test_a_font_says_its_character_set() -> None:
    assert "張小鳴" in words(read(rtf(rb"{\f1 " + escaped("張小鳴", "big5") + b"}")), "document")


@pytest.mark.parametrize(
    "body",
    [
        rb"{\info{\author " + numbered(SECRET) + b"}}",
        rb"{\header " + escaped(SECRET) + b"}",
        rb"{\*\annotation " + escaped(SECRET) + b"}",
        rb"{\footnote " + escaped(SECRET) + b"}",
        rb"{\*\unheardof " + escaped(SECRET) + b"}",
        rb"{\v " + escaped(SECRET) + b"}",
        rb"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt " + escaped(SECRET) + b"}}}",
        rb"\uc12\u63 " + escaped(SECRET),
        rb"{\*\revtbl{Unknown;}{" + escaped(SECRET) + b";}}",
        rb"{\field{\*\fldinst HYPERLINK " + escaped(SECRET) + rb"}{\fldrslt x}}",
        rb"{\stylesheet{\s1 " + escaped(SECRET) + b";}}",
    ],
)
def test_what_stands_aside_is_read(body: bytes) -> None:
    assert SECRET in words(read(rtf(body)))


def test_html_inside_is_read_as_html() -> None:
    data = rb"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p title=\'27t\'27>}xm_{\*\htmltag84 <b>}feifei90{\*\htmltag92 </b>}\htmlrtf nothtml\htmlrtf0 {\*\htmltag72 </p>}}"  # noqa: E501
    reading = read(data)
    assert "xm_feifei90" in words(reading, "html")
    assert "nothtml" not in words(reading, "html")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 40), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        rb"{\pict\pngblip\picw30 " + picture().hex().encode() + b"}",
        rb"{\*\shppict{\pict{\*\picprop}\pngblip\bin" + str(len(picture())).encode() + b" " + picture() + b"}}",
    ],
)
def test_a_picture_is_looked_at(body: bytes) -> None:
    reading = read(rtf(body))
    assert [(p.width, p.height) for p in reading.pictures] == [(30, 40)]
    assert reasons(reading) == []


@pytest.mark.parametrize(("word", "reason"), [("wmetafile8", "broken_metafile"), ("macpict", "metafile_picture")])
def test_a_metafile_that_is_none_or_of_an_old_system_is_held(word: str, reason: str) -> None:
    assert reasons(read(rtf(rb"{\pict\%s 0102}" % word.encode()))) == [reason]


def test_the_metafile_that_word_puts_beside_a_picture_is_read() -> None:
    text = "张小鸣".encode("gbk")
    record = struct.pack("<LH4H", 7 + len(text) // 2, 0x0A32, 0, 0, len(text), 0) + text
    metafile = struct.pack("<HHHLHLH", 1, 9, 0x0300, 99, 0, 99, 0) + record + struct.pack("<LH", 3, 0)
    reading = read(rtf(rb"{\pict\wmetafile8 %s}" % metafile.hex().encode()))
    assert reasons(reading) == []
    assert "张小鸣" in words(reading, "document")


def test_an_object_is_opened() -> None:
    assert SECRET in words(read(rtf(rb"{\object\objemb{\*\objdata " + f"{SECRET}。".encode().hex().encode() + b"}}")))


def test_what_stands_behind_the_end_is_read_and_odd() -> None:
    reading = read(rtf(b"x") + SECRET.encode("gbk"))
    assert "trailing_bytes" in reasons(reading)
    assert SECRET in words(reading)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="?"), min_size=1, max_size=30))
def test_any_text_is_read_back(text: str) -> None:
    units = text.encode("utf-16-le")
    body = b"".join(
        b"\\u%d?" % int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)
    )
    reading = read(rtf(body + rb"\par ."))
    assert text in words(reading, "document")


@settings(max_examples=40)
@given(damaged(rtf(escaped(SECRET) + rb"{\pict\pngblip 00}{\*\x y}"), rtf(numbered(SECRET) + rb"\bin3 abc")))
def test_damage_is_read_or_held(data: bytes) -> None:
    read(data)


@pytest.mark.parametrize(
    "written",
    [
        rb"{\rtf1\ansi\ansicpg936{\info{\author \'ce\'c4\'be\'b2}}x}",
        rb"{\rtf1\ansi\ansicpg936{\info{\operator \'ce\'c4\'be\'b2}}x}",
        rb"{\rtf1\ansi\ansicpg936{\*\revtbl{Unknown;}{\'ce\'c4\'be\'b2;}}x}",
        rb"{\rtf1\ansi\ansicpg936 x{\*\atnid WJ}{\*\atnauthor \'ce\'c4\'be\'b2}{\*\annotation y}}",
        rb"{\rtf1\ansi\ansicpg936{\*\userprops{\propname A}\proptype30{\staticval \'ce\'c4\'be\'b2}}x}",
    ],
)
def test_who_wrote_and_changed_it_are_names(written: bytes) -> None:
    people = [line for one in read(written).texts if one.names_people for line in one.text.split("\n")]
    assert "文静" in people


def test_the_words_of_a_text_box_are_shown() -> None:
    box = rb"{\shp{\*\shpinst\shpleft0{\sp{\sn lTxid}{\sv 65536}}{\shptxt \pard\plain box\par}}}"
    shown = [one.text for one in read(rb"{\rtf1\ansi before" + box + rb"after}").texts if one.medium == "document"]
    assert shown[0].split() == ["before", "box", "after"]
