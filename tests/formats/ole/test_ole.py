"""Compound files: Word, Excel, PowerPoint of 1997 to 2003, Outlook's items, and what is none of these."""

import io
import struct
import zlib

import pytest
import xlwt
from hypothesis import given, settings
from PIL import Image

from compound import compound
from file_tools import SECRET, damaged, read, reasons, words
from gateway.formats.registry import chosen

WIDE = "utf-16-le"


def word(
    text: str, *, narrow: str = "", flags: int = 0, version: int = 0x00C1, old: bytes = b""
) -> dict[tuple[str, ...], bytes]:
    """A Word document of one or two pieces, as MS-DOC lays them out; `old`: what a fast save left behind."""
    head = bytearray(0x400)
    struct.pack_into("<2H", head, 0, 0xA5EC, version)
    struct.pack_into("<H", head, 10, flags)
    wide_at, narrow_at = len(head), len(head) + 2 * len(text)
    body = text.encode(WIDE) + narrow.encode("latin-1") + old
    pieces = [(len(text), wide_at)] + ([(len(narrow), narrow_at * 2 | 1 << 30)] if narrow else [])
    places = [sum(size for size, _ in pieces[:n]) for n in range(len(pieces) + 1)]
    table = struct.pack(f"<{len(places)}L", *places)
    table += b"".join(struct.pack("<HLH", 0, offset, 0) for _, offset in pieces)
    clx = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<L", len(table)) + table
    struct.pack_into("<2L", head, 0x1A2, 0, len(clx))
    return {("WordDocument",): bytes(head) + body, ("0Table",): clx}


def atom(kind: int, body: bytes, version: int = 0) -> bytes:
    return struct.pack("<2HL", version, kind, len(body)) + body


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 30), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def blip(picture: bytes, kind: int = 0xF01E) -> bytes:
    return struct.pack("<2HL", 0x6E00, kind, 17 + len(picture)) + b"d" * 16 + b"\xff" + picture


def metafile(text: str) -> bytes:
    """A drawing of Windows that writes one text."""
    raw = text.encode("gbk")
    record = struct.pack("<LH4H", 7 + len(raw) // 2, 0x0A32, 0, 0, len(raw), 0) + raw
    return struct.pack("<HHHLHLH", 1, 9, 0x0300, 99, 0, 99, 0) + record + struct.pack("<LH", 3, 0)


def workbook() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("投诉")
    sheet.write(0, 0, SECRET)
    sheet.write(1, 0, 13800138000)
    sheet.write(1, 1, 1.5)
    sheet.write(2, 0, xlwt.Formula('HYPERLINK("http://x.example/xm_feifei90")'))
    sheet.header_str = b"header mmbf99"
    hidden = book.add_sheet("秘密表")
    hidden.visibility = 2
    hidden.write(0, 0, "隐藏的张小鸣")
    for row in range(300):  # so many that the table of strings is continued in further records
        hidden.write(row + 1, 0, f"第{row}行的说明文字，写得长一些，好让表格断开" * 3)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def item(**more: bytes) -> bytes:
    attachment, recipient = "__attach_version1.0_#00000000", "__recip_version1.0_#00000000"
    return compound(
        {
            ("__properties_version1.0",): bytes(32),
            ("__substg1.0_0037001F",): "主题张小鸣".encode(WIDE),
            ("__substg1.0_1000001E",): "正文鸣鸣不飞".encode("gbk"),
            ("__substg1.0_10130102",): "<p>网页<b>xm_</b>feifei90</p>".encode(),
            ("__substg1.0_10090102",): struct.pack("<4L", 25, 13, 0x414C454D, 0) + b"{\\rtf1 rtf-x}",
            ("__nameid_version1.0", "__substg1.0_00040102"): "自定义属性".encode(WIDE),
            (recipient, "__properties_version1.0"): bytes(8),
            (recipient, "__substg1.0_3003001F"): "xiaoming@mail.example".encode(WIDE),
            (attachment, "__substg1.0_3707001F"): "举报信.txt".encode(WIDE),
            (attachment, "__substg1.0_37010102"): "附件里的13800138000".encode(),
            ("__attach_version1.0_#00000001", "__substg1.0_3701000D", "__properties_version1.0"): bytes(24),
            ("__attach_version1.0_#00000001", "__substg1.0_3701000D", "__substg1.0_1000001F"): "里层的信".encode(WIDE),
        }
    )


DOCUMENT = compound(word("举报人张\x13 HYPERLINK xm_feifei90 \x14小鸣\x15\r", narrow="tel 13800138000"))
SLIDES = compound(
    {
        ("Current User",): bytes(12) + struct.pack("<L", 0xE391C05F) + "作者".encode(WIDE),
        ("PowerPoint Document",): atom(
            1000, atom(0x0FA0, SECRET.encode(WIDE)) + atom(0x0FA8, b"tel 13800138000"), version=0xF
        )
        + atom(0x0FBA, "批注xm_feifei90".encode(WIDE)),
        ("Pictures",): blip(png()),
    }
)
FILES = (DOCUMENT, SLIDES, item(), workbook())


def test_all_of_a_word_document_is_read() -> None:
    reading = read(DOCUMENT)
    assert "举报人张小鸣" in words(reading, "document"), "a field does not cut a name in two"
    assert "xm_feifei90" in words(reading, "document")
    assert "13800138000" in words(reading, "document")
    assert reasons(reading) == []
    assert reading.files[0].kind == "ole"


def test_what_a_fast_save_left_and_what_was_deleted_is_found() -> None:
    reading = read(compound(word("新的", old=SECRET.encode(WIDE)), free="删掉的鸣鸣不飞".encode(WIDE)))
    assert SECRET in words(reading, "metadata")
    assert "鸣鸣不飞" in words(reading, "metadata")
    assert SECRET not in words(reading, "document")


@pytest.mark.parametrize(("flags", "version", "reason"), [(0x0100, 0xC1, "encrypted_office"), (0, 0x65, "old_office")])
def test_an_encrypted_or_older_word_document_is_held(flags: int, version: int, reason: str) -> None:
    assert reason in reasons(read(compound(word(SECRET, flags=flags, version=version))))


def test_every_cell_of_a_workbook_is_read_hidden_or_not() -> None:
    reading = read(workbook())
    shown = words(reading, "document")
    for secret in (
        SECRET,
        "13800138000",
        "1.5",
        "隐藏的张小鸣",
        "mmbf99",
        "xm_feifei90",
        "秘密表",
        "第299行的说明文字",
    ):
        assert secret in shown, secret
    assert "第150行的说明文字，写得长一些，好让表格断开" * 3 in shown, "a string cut by a record's end is whole"
    assert reasons(reading) == []


def test_an_encrypted_workbook_is_held() -> None:
    book = struct.pack("<4H", 0x0809, 4, 0x0600, 5) + struct.pack("<2H", 0x002F, 2) + b"\0\0"
    assert reasons(read(compound({("Workbook",): book}))) == ["encrypted_office"]


def test_all_of_a_presentation_is_read() -> None:
    reading = read(SLIDES)
    for secret in (SECRET, "13800138000", "xm_feifei90"):
        assert secret in words(reading, "document")
    assert [picture.width for picture in reading.pictures] == [30]
    assert reasons(reading) == []


def test_an_object_in_a_presentation_is_opened() -> None:
    packed = struct.pack("<L", len(DOCUMENT)) + zlib.compress(DOCUMENT)
    reading = read(compound({("PowerPoint Document",): atom(0x1011, packed, version=1 << 4)}))
    assert SECRET in words(reading, "document")


def test_sound_in_a_presentation_is_held() -> None:
    reading = read(compound({("PowerPoint Document",): atom(0x07E7, b"RIFF")}))
    assert reasons(reading) == ["sound"]


def packed(kind: int, data: bytes) -> bytes:
    metafile = bytes(16) + bytes(32) + b"\x00\xfe" + data
    return compound({**word("x"), ("Data",): struct.pack("<2HL", 0x3D40, kind, len(metafile)) + metafile})


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        (0xF01A, zlib.compress(b"x"), "broken_metafile"),
        (0xF01B, zlib.compress(b"x" * 90)[:-9], "metafile_picture"),
        (0xF01A, zlib.compress(bytes(40_000_000)), "metafile_picture"),
        (0xF01C, zlib.compress(b"x"), "metafile_picture"),
    ],
)
def test_a_metafile_that_is_none_or_does_not_unpack_is_held(kind: int, data: bytes, reason: str) -> None:
    assert reasons(read(packed(kind, data))) == [reason]


def test_a_metafile_in_a_document_is_read() -> None:
    assert SECRET in words(read(packed(0xF01B, zlib.compress(metafile(SECRET)))), "document")


@pytest.mark.parametrize(("number", "marker"), [(3, -1), (8, -1), (3, -2), (2, -1)])
def test_what_an_object_looks_like_is_read_or_held(number: int, marker: int) -> None:
    picture = metafile(SECRET) if number == 3 else Image.new("RGB", (30, 30), (9, 99, 9))
    if isinstance(picture, Image.Image):
        out = io.BytesIO()
        picture.save(out, "BMP")
        picture = out.getvalue()[14:]
    head = struct.pack("<lLLLlLLLL", marker, number, 4, 1, -1, 2, 0, 100, 100) + struct.pack("<L", len(picture))
    reading = read(compound({**word("x"), ("ObjectPool", "\x02OlePres000"): head + picture}))
    if marker == -1 and number != 2:
        assert reasons(reading) == []
        assert len(reading.pictures) == (number == 8)
        assert (SECRET in words(reading, "document")) == (number == 3)
    else:
        assert reasons(reading) == ["metafile_picture"]


def test_everything_in_an_outlook_item_is_read() -> None:
    reading = read(item())
    everything = words(reading)
    for secret in ("主题张小鸣", "正文鸣鸣不飞", "网页xm_feifei90", "rtf-x", "自定义属性", "xiaoming@mail.example",
                   "举报信.txt", "附件里的13800138000", "里层的信"):  # fmt: skip
        assert secret in everything, secret
    assert {"html", "rtf", "text"} <= {file.kind for file in reading.files}
    assert reasons(reading) == []


def test_a_packed_file_comes_out_with_its_name() -> None:
    name, content = "举报信.txt".encode("gbk"), f"{SECRET}。".encode()
    native = b"\2\0" + name + b"\0" + b"C:\\" + name + b"\0" + b"\0\0\3\0" + struct.pack("<L", 4) + b"C:\\\0"
    native += struct.pack("<L", len(content)) + content
    native = struct.pack("<L", len(native)) + native
    reading = read(compound({**word("x"), ("ObjectPool", "_1", "\x01Ole10Native"): native}))
    assert f"{SECRET}。" in words(reading, "text")
    assert "举报信.txt" in [file.name for file in reading.files]


def test_the_source_of_macros_is_read() -> None:
    text = b'Attribute VB_Name = "M"\r\n\' by ' + "张小鸣".encode("gbk") + b" aaaaaaaaaaaaaaaa\r\n"
    tokens = b"".join(b"\0" + text[at : at + 8] for at in range(0, len(text), 8))
    chunk = struct.pack("<H", 0xB000 | (len(tokens) - 1)) + tokens
    reading = read(compound({("VBA", "M"): b"compiled" * 9 + b"\x01" + chunk, ("VBA", "dir"): b"\x01"}))
    assert "张小鸣" in words(reading, "document")


@pytest.mark.parametrize("stream", ["EncryptedPackage", "EncryptedSummary"])
def test_an_encrypted_package_is_held(stream: str) -> None:
    assert reasons(read(compound({(stream,): b"x" * 100}))) == ["encrypted_office"]


def test_a_compound_file_of_another_program_is_held() -> None:
    assert "unsupported_format" in reasons(read(compound({("VisioDocument",): bytes(range(256)) * 20})))


def test_a_stream_that_nobody_knows_is_a_file_of_its_own() -> None:
    assert "unknown_binary" in reasons(read(compound({**word("x"), ("Strange",): bytes(range(256)) * 20})))
    assert len(read(compound({**word("x"), ("Strange",): png()})).pictures) == 1


def test_a_broken_one_is_held() -> None:
    assert reasons(read(DOCUMENT[:600])) == ["broken_ole"]
    assert reasons(read(compound({("WordDocument",): b"\xec\xa5\xc1\0" + bytes(8)})))


def test_streams_that_share_their_sectors_are_a_bomb_and_held() -> None:
    # Twenty entries of the directory for one stream: a small file that reads as a large one. Found by fuzzing.
    data = compound({("WordDocument",): bytes(5000), **{(f"stream {n:02}",): b"x" for n in range(20)}})
    first = data[data.index("WordDocument".encode(WIDE)) + 116 :][:4]
    for number in range(20):
        at = data.index(f"stream {number:02}".encode(WIDE)) + 116
        data = data[:at] + first + struct.pack("<Q", 5000) + data[at + 12 :]
    assert reasons(read(data)) == ["broken_ole"]


@settings(max_examples=40)
@given(damaged(*FILES))
def test_damage_is_read_or_held(data: bytes) -> None:
    if chosen(data) and chosen(data)[0].name == "ole":
        read(data)


def test_what_excel_writes_into_every_workbook_is_no_text_of_this_one() -> None:
    """Fonts, styles and the theme. A packed file's bytes read as Han: every second workbook would quote every other."""
    theme, note = "压缩过的主题在每个文件里都一样" * 9, "旁注：十二日晚私下收款"
    records = [
        (0x0809, struct.pack("<4H", 0x0600, 5, 0, 0)),
        (0x0896, theme.encode(WIDE)),
        (0x0031, "Calibri".encode(WIDE)),
    ]
    records += [(0x01B6, note.encode(WIDE)), (0x000A, b"")]
    stream = b"".join(struct.pack("<2H", kind, len(body)) + body for kind, body in records)
    found = {fragment.medium: fragment.text for fragment in read(compound({("Workbook",): stream})).texts}
    assert note in found["document"]
    assert theme not in found["document"]
    assert "Calibri" not in found["document"]
    whole = [
        fragment.text for fragment in read(compound({("Workbook",): stream})).texts if fragment.medium == "metadata"
    ]
    assert any(theme in text and "Calibri" in text for text in whole)


def records(*bodies: bytes, version: int = 0x0601) -> bytes:
    """A stream of WPS: styles in the frame of a workbook's records."""
    start = (0x0809, struct.pack("<H", version) + bytes(14))
    rows = [start, *((0x0FFB, body) for body in bodies), (0x000A, b"")]
    return b"".join(struct.pack("<2H", kind, len(body)) + body for kind, body in rows)


STYLES = bytes.fromhex("cbf8b6464400ffff7f010000c0ff0000") * 40


def beside(stream: bytes) -> bytes:
    book = b"".join(struct.pack("<4H", 0x0809, 4, 0x0600, 5) for _ in range(1)) + struct.pack("<2H", 0x000A, 0)
    return compound({("Workbook",): book, ("ETExtData",): stream})


@pytest.mark.parametrize("version", [0x0600, 0x0601])
def test_the_styles_that_wps_keeps_beside_a_workbook_are_known(version: int) -> None:
    assert reasons(read(beside(records(STYLES, version=version)))) == []


@pytest.mark.parametrize("charset", ["utf-16-le", "gbk", "utf-8"])
def test_words_in_the_styles_of_wps_are_read(charset: str) -> None:
    assert SECRET in words(read(beside(records(STYLES, SECRET.encode(charset)))))


def test_a_table_of_word_is_read_in_rows() -> None:
    text = "清单\r编号\x07客户\x07\x071\x07\x07\x072\x07江山\x07\x07完\r"
    shown = [one.text for one in read(compound(word(text))).texts if one.medium == "document"]
    assert shown == ["清单\n编号\t客户\n1\t\n2\t江山\n完\n"]


@pytest.mark.parametrize("content", [png(), zlib.compress(SECRET.encode() * 9), compound(word(SECRET))])
def test_a_file_in_the_styles_of_wps_is_read_or_held(content: bytes) -> None:
    reading = read(beside(records(STYLES, content)))
    assert reading.pictures or reasons(reading) or SECRET in words(reading, "document")


def test_another_stream_under_the_name_of_the_styles_of_wps_is_unknown() -> None:
    noise = bytes(range(256)) * 20
    for stream in (noise, records(STYLES) + b"more than zeros", records(STYLES)[:-5] + noise):
        assert "unknown_binary" in reasons(read(beside(stream)))
