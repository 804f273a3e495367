"""Plain text in its charsets and forms, and words taken out of it."""

import base64
import binascii
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats import Change, Child, FileEdits, Source
from gateway.formats.text import FORMAT
from gateway.model import Ambiguity, Location, TextFragment, Unreadable

NAME = "张小鸣"


def source(data: bytes, charset: str = "utf-8") -> Source:
    return Source(data, Location("1"), charset=charset, editable=True)


def fragments(data: bytes, charset: str = "utf-8") -> list[TextFragment]:
    return [piece for piece in FORMAT.read(source(data, charset)) if isinstance(piece, TextFragment)]


def replacing(data: bytes, charset: str, old: str = NAME, new: str = "[举报人]") -> tuple[bytes, str]:
    changes = []
    for ordinal, fragment in enumerate(f for f in fragments(data, charset) if f.editable):
        start = fragment.text.find(old)
        while start >= 0:
            changes.append(Change(ordinal, (start, start + len(old)), new))
            start = fragment.text.find(old, start + len(old))
    assert changes, "the word was not found in any editable fragment"
    assert FORMAT.rewrite is not None
    made = FORMAT.rewrite(source(data, charset), FileEdits(tuple(changes)))
    return made.data, made.codec


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("关于张 \r\n小鸣的", "a soft line break"),
        ("> 关于张 \r\n> 小鸣的", "a soft line break in a quotation"),
        (r'{"name": "\u5f20\u5c0f\u9e23"}', "JSON"),
        ("https://x.example/?n=%E5%BC%A0%E5%B0%8F%E9%B8%A3", "a link"),
        ("https://x.example/?n=%D5%C5%D0%A1%C3%F9", "a link in GBK"),
        ("N:=E5=BC=A0=E5=B0=8F=E9=B8=A3;x", "quoted-printable"),
        ("N:=E5=BC=A0=E5=B0=\r\n=8F=E9=B8=A3;x", "quoted-printable over two lines"),
        ("&#24352;&#x5c0f;鸣", "character references"),
        ("看这个 5byg5bCP6bij 好吗", "base64"),
        ("see 1cXQocP5", "base64 of GBK"),
        (
            "\u8bf7\u770b\r\n5Li+5oql5Lq65piv5byg5bCP6bij77yM5LuW5Zyo55u05pKt6Ze05YaZ5LqG5b6I5aSa6K+d\r\n77yM5LiN6KaB5ZGK6K+J5Li75pKt\r\n",
            "two lines",
        ),
        ("e5bca0e5b08fe9b8a3", "hexadecimal"),
        ("E5 BC A0 E5 B0 8F E9 B8 A3", "hexadecimal with blanks"),
        ("BEGIN:VCALENDAR\r\nSUMMARY:张\r\n 小鸣\r\nEND:VCALENDAR", "a folded line"),
    ],
)
def test_a_name_is_read_through_its_escapes_and_can_be_taken_out(text: str, what: str) -> None:
    data = text.encode()
    assert any(NAME in fragment.text for fragment in fragments(data)), what
    out, codec = replacing(data, "utf-8")
    assert codec == "utf-8"
    assert not any(NAME in fragment.text for fragment in fragments(out)), what
    assert "[举报人]" in out.decode()


def test_only_the_lines_with_escapes_are_read_twice() -> None:
    second = fragments("你好\nhttps://x.example/%E5%BC%A0 张\n再见\n%E5%B0%8F%E9%B8%A3 y\n完".encode())[1]
    assert second.text == "https://x.example/张 张\n小鸣 y"


def test_plain_text_is_read_once() -> None:
    assert len(fragments("你好，\r\n50% off = good\r\na & b\r\n".encode())) == 1


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030", "utf-8", "utf-16-le", "big5", "hz", "utf-7"])
def test_words_are_replaced_in_the_charset_of_the_text_where_it_can_say_them(charset: str) -> None:
    name = "張小" if charset == "big5" else NAME
    data = f"你好，{name}，123".encode(charset)
    out, codec = replacing(data, charset, name, "[人]")
    assert out.decode(codec) == "你好，[人]，123"
    assert codecs.lookup(codec).name in (codecs.lookup(charset).name, "gb18030", "big5hkscs")


def test_text_becomes_utf8_where_its_charset_cannot_say_the_new_word() -> None:
    out, codec = replacing("xm@x.example 張".encode("big5"), "big5", "xm@x.example")
    assert (out.decode("utf-8"), codec) == ("[举报人] 張", "utf-8")


def test_a_name_seen_only_in_the_second_reading_is_taken_out_of_the_bytes() -> None:
    data = "關於張小鳴的檢舉".encode("big5")
    found = fragments(data, "")
    assert len(found) > 1
    assert any("張小鳴" in fragment.text and fragment.editable for fragment in found)
    out, _ = replacing(data, "", "張小鳴", "[x]")
    assert "張小鳴" not in out.decode("big5", "replace")


def test_bytes_beside_the_change_stay() -> None:
    data = "\ufeff你好 \t\r\n张小鸣\n\r\r\n完".encode()
    assert replacing(data, "utf-8")[0] == data.replace(NAME.encode(), "[举报人]".encode())


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (rb"{\rtf1\ansi \'d5\'c5}", "unsupported_format"),
        (b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM\r\n-----END PGP MESSAGE-----", "encrypted_text"),
        (bytes(range(128, 256)) * 2, "undecodable_text"),
        ("张小鸣你好".encode("gbk"), "charset_mismatch"),
        (b"a\0b", "nul_byte"),
    ],
)
def test_what_cannot_be_read_for_sure_is_said(data: bytes, word: str) -> None:
    pieces = list(FORMAT.read(source(data)))
    assert word in {piece.reason for piece in pieces if isinstance(piece, Unreadable | Ambiguity)}


def test_text_with_one_damaged_byte_is_still_read_but_not_changed() -> None:
    found = fragments("关于张小鸣".encode() + b"\xff")
    assert any(NAME in fragment.text for fragment in found)
    assert not any(fragment.editable for fragment in found)


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04\x14\0\0\0", b"\x89PNG\r\n\x1a\n\0\0", b"%PDF-1.7\n", rb"{\rtf1}", b"\0\1\2zz"]
)
def test_other_kinds_of_file_are_not_taken_for_text(data: bytes) -> None:
    assert FORMAT.sniff(data) == "no"


def test_a_change_outside_the_text_is_refused() -> None:
    assert FORMAT.rewrite is not None
    for change in (Change(5, (0, 1), "x"), Change(0, (0, 9), "x"), Change(0, (0, 1), "x", whole_field=True)):
        with pytest.raises(ValueError, match=r"."):
            FORMAT.rewrite(source(b"abc"), FileEdits((change,)))


@given(st.text(max_size=60), st.sampled_from(["utf-8", "gb18030", "utf-16-le", ""]))
def test_any_text_is_read_back(text: str, charset: str) -> None:
    text = "".join(c for c in text if c.isprintable() or c in "\r\n\t")
    data = text.encode(charset or "utf-8", "ignore")
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    expected = data.decode(charset or "utf-8")
    assert expected in [fragment.text for fragment in fragments(data, charset)] or not data


def children(data: bytes) -> list[Child]:
    return [piece for piece in FORMAT.read(source(data)) if isinstance(piece, Child)]


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3


def uuencoded(data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[start : start + 45]) for start in range(0, len(data), 45)]
    return b"begin 644 a.png\n" + b"".join(lines) + b"`\nend\n"


def yencoded(data: bytes) -> bytes:
    out = bytearray()
    for byte in data:
        code = (byte + 42) % 256
        out += bytes((61, (code + 64) % 256)) if code in (0, 10, 13, 61) else bytes((code,))
    lines = [bytes(out[start : start + 128]) for start in range(0, len(out), 128)]
    for number in range(len(lines) - 1):  # an escape is never cut
        if lines[number].endswith(b"=") and not lines[number].endswith(b"=="):
            lines[number], lines[number + 1] = lines[number][:-1], b"=" + lines[number + 1]
    return b"=ybegin line=128 size=%d name=a.png\r\n" % len(data) + b"\r\n".join(lines) + b"\r\n=yend size=1\r\n"


@pytest.mark.parametrize(
    "text",
    [
        uuencoded(PNG),
        uuencoded(PNG).replace(b"\n", b"\r\n"),
        uuencoded(PNG).removesuffix(b"`\nend\n"),
        b"begin-base64 644 a.png\n" + base64.encodebytes(PNG) + b"====\n",
        yencoded(PNG),
        base64.encodebytes(PNG).replace(b"\n", b"\r\n"),
        b"".join(base64.b64encode(PNG)[at : at + 16] + b"\r\n" for at in range(0, 4 * len(PNG) // 3 + 4, 16)),
        base64.b64encode(PNG),
        b"> " + base64.encodebytes(PNG).replace(b"\n", b"\r\n> "),
        base64.urlsafe_b64encode(PNG),
        b'<img src="data:image/png;base64,' + base64.b64encode(PNG) + b'">',
    ],
)
def test_a_file_that_was_pasted_into_a_text_is_found(text: bytes) -> None:
    found = children(b"\r\nhello\r\n" + text + b"\r\nbye\r\n")
    assert any(child.data[: len(PNG)] == PNG for child in found)


@given(st.binary(min_size=1, max_size=300))
def test_uuencode_and_yenc_give_back_any_bytes(data: bytes) -> None:
    assert [child.data for child in children(uuencoded(data))][:1] == [data]
    assert [child.data for child in children(yencoded(data))][:1] == [data]


def test_binhex_is_named_as_what_cannot_be_read() -> None:
    text = b"(This file must be converted with BinHex 4.0)\r\n:$f*TEQKPH\r\n"
    assert Unreadable(Location("1"), "unsupported_format") in list(FORMAT.read(source(text)))


@pytest.mark.parametrize(
    "text",
    [
        "Please contact administration about internationalization of the documentation.",
        "https://platform.example/help/articles/2020-09-18-how-to-broadcast?id=a81Kx7Qp",
        "订单号 20200918123456789 请尽快处理，电话 400-800-8000",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 was deployed",
        "DKIM b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZVoG4ZHRNiYzR",
        "begin 2020 with a smile",
    ],
)
def test_long_words_and_numbers_are_no_wrapped_files(text: str) -> None:
    assert all(isinstance(piece, TextFragment) for piece in FORMAT.read(source(text.encode())))


@pytest.mark.parametrize("text", [uuencoded(b"x" * 9) * 101, b"begin-base64 644 x\n" * 101])
def test_more_wrapped_files_than_are_opened_make_the_text_unreadable(text: bytes) -> None:
    pieces = list(FORMAT.read(source(text)))
    assert len([piece for piece in pieces if isinstance(piece, Child)]) <= 100
    assert Unreadable(Location("1"), "too_many_parts") in pieces
