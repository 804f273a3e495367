"""Bytes are read in every charset that could be meant; text goes back into the one it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.charsets import codec_of, decodings, encode

TEXT = "您好，举报人张小鸣的来信，朱镕基喆。"
BIG5 = "您好，檢舉人張小鳴的來信。"


def texts(data: bytes, declared: str = "") -> list[str]:
    return [reading.text for reading in decodings(data, declared)]


@pytest.mark.parametrize("label", ["gb2312", "GB2312", "gbk", "x-gbk", "GB_2312-80", '"gb2312"', "gb18030"])
def test_text_labelled_with_any_name_of_the_chinese_charset_is_read_in_its_largest_form(label: str) -> None:
    assert texts(TEXT.encode("gbk"), label) == [TEXT]


@pytest.mark.parametrize(
    "label", ["", "us-ascii", "x-unknown", "iso-8859-1", "windows-1252", "utf-8", "big5", "base64", "nonsense"]
)
def test_gbk_under_a_wrong_label_or_none_is_read(label: str) -> None:
    assert TEXT in texts(TEXT.encode("gbk"), label)


@pytest.mark.parametrize("label", ["", "us-ascii", "x-unknown", "iso-8859-1", "windows-1252", "gb2312", "iso-2022-jp"])
def test_utf8_under_a_wrong_label_or_none_is_read(label: str) -> None:
    assert TEXT in texts(TEXT.encode(), label)


@pytest.mark.parametrize("label", ["", "big5", "us-ascii", "utf-8"])
def test_big5_is_read(label: str) -> None:
    assert BIG5 in texts(BIG5.encode("big5"), label)


def test_without_a_label_chinese_bytes_are_read_as_mainland_and_as_taiwan_write() -> None:
    charsets = {reading.charset for reading in decodings(BIG5.encode("big5"))}
    assert charsets >= {"gb18030", "big5hkscs"}


@pytest.mark.parametrize("label", ["utf-8", "gb18030"])
def test_well_labelled_text_has_one_reading(label: str) -> None:
    assert texts(TEXT.encode(label), label) == [TEXT]
    assert texts(b"plain words + more - done", label) == ["plain words + more - done"]


@pytest.mark.parametrize("charset", ["iso2022_jp", "hz", "utf-7"])
@pytest.mark.parametrize("declared", ["", "us-ascii", "utf-8", "same"])
def test_text_that_hides_in_seven_bits_is_read(charset: str, declared: str) -> None:
    text = "関于張小明" if charset == "iso2022_jp" else "张小鸣说你好"
    assert text in texts(text.encode(charset), charset if declared == "same" else declared)


def test_iso_2022_cn_is_read() -> None:
    shifted = bytes(b & 0x7F for b in "张小鸣".encode("gb2312"))
    assert "张小鸣" in texts(b"\x1b$)A\x0e" + shifted + b"\x0f", "")


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("declared", ["", "gb2312", "utf-8"])
def test_a_byte_order_mark_wins(charset: str, declared: str) -> None:
    assert texts(TEXT.encode(charset), declared) == [TEXT]


def test_a_mark_before_bytes_of_another_charset_hides_nothing() -> None:
    data = b"\xff\xfe" + "檢舉人張小鳴來信".encode("big5")
    assert "檢舉人張小鳴來信" in texts(data)
    assert "檢舉人張小鳴來信" in texts(data, "big5")
    assert "檢舉人張小鳴來信" in texts(data, "utf-16")
    assert texts("<p>您好</p>".encode("utf-16")) == ["<p>您好</p>"]


@pytest.mark.parametrize("label", ["", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("at", [0, 3, 6])
@pytest.mark.parametrize("charset", ["gb18030", "big5"])
def test_chinese_with_an_octet_too_many_is_read_around_it(charset: str, at: int, label: str) -> None:
    text = BIG5 if charset == "big5" else TEXT
    found = texts(text[:at].encode(charset) + b"\xff" + text[at:].encode(charset), label)
    assert text[:at] + "\ufffd" + text[at:] in found


@pytest.mark.parametrize("text", ["Müller grüßt Zoë", "Ça coûte 5 €, n'est-ce pas ?"])
def test_latin_text_has_one_reading(text: str) -> None:
    assert texts(text.encode("cp1252"), "windows-1252") == texts(text.encode("cp1252")) == [text]


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen_by_its_zero_bytes(charset: str) -> None:
    assert "the name is here" in texts("the name is here".encode(charset))


def test_utf8_with_damage_is_read_around_the_damage() -> None:
    found = decodings(TEXT.encode() + b"\xe5\xbc", "utf-8")
    assert any("张小鸣" in reading.text and not reading.exact for reading in found)


def test_noise_is_not_text() -> None:
    assert decodings(b"\xff\xfa" * 50, "utf-8") == ()
    assert not any(reading.exact for reading in decodings(bytes(range(256)) * 3))


@pytest.mark.parametrize(
    "label", ["base64", "rot13", "zlib", "idna", "unicode_escape", "punycode", "hex", "张", "\0", "../x"]
)
def test_a_label_that_is_no_charset_is_none(label: str) -> None:
    assert codec_of(label) == ""


@pytest.mark.parametrize(("text", "label", "codec"), [
    ("[举报人]", "gb2312", "gb18030"),
    ("[举报人]", "big5", "utf-8"),
    ("[举报人]", "us-ascii", "utf-8"),
    ("[举报人]", "", "utf-8"),
    ("[reporter]", "us-ascii", "ascii"),
    ("[举报人]", "iso-2022-cn", "utf-8"),
])  # fmt: skip
def test_text_is_written_in_its_charset_or_in_utf8(text: str, label: str, codec: str) -> None:
    data, used = encode(text, label)
    assert (data.decode(used), used) == (text, codec)


@given(
    st.binary(max_size=80),
    st.sampled_from(["", "utf-8", "gb2312", "big5", "utf-7", "hz", "utf-16", "iso-2022-jp", "cp037", "latin1"]),
)
def test_any_bytes_give_readings_that_differ(data: bytes, label: str) -> None:
    found = texts(data, label)
    assert len(set(found)) == len(found)


@given(
    st.text(min_size=1, max_size=40).filter(lambda text: not text.startswith("\ufeff")),
    st.sampled_from(["utf-8", "gb18030"]),
)
def test_what_is_labelled_right_is_read_right(text: str, charset: str) -> None:
    text = "".join(c for c in text if c.isprintable())
    if text:
        assert text in texts(text.encode(charset), charset)
