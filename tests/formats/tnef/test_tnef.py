"""winmail.dat: what Outlook sends to Outlook."""

import struct

from hypothesis import given, settings

from file_tools import SECRET, damaged, read, reasons, words

WIDE = "utf-16-le"


def attribute(kind: int, data: bytes, level: int = 1) -> bytes:
    return struct.pack("<BLL", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def value(tag: int, kind: int, data: bytes, name: bytes = b"") -> bytes:
    out = struct.pack("<2H", kind, tag)
    if tag >= 0x8000:
        out += bytes(16) + struct.pack("<2L", 1, len(name)) + padded(name)
    if kind in (0x0003, 0x000B):
        return out + padded(data)
    return out + struct.pack("<2L", 1, len(data)) + padded(data)


def props(*values: bytes) -> bytes:
    return struct.pack("<L", len(values)) + b"".join(values)


INNER = b"\x78\x9f\x3e\x22\1\0" + attribute(0x2800C, "里层的正文".encode("gbk"))
FILE = b"\x78\x9f\x3e\x22\1\0" + b"".join(
    (
        attribute(0x18004, "主题张小鸣".encode("gbk") + b"\0"),
        attribute(
            0x69003,
            props(
                value(0x1000, 0x1F, "正文鸣鸣不飞".encode(WIDE)),
                value(0x0017, 0x03, b"\1\0\0\0"),
                value(0x8001, 0x1E, b"xm_feifei90", "自定义".encode(WIDE)),
                value(0x1009, 0x102, struct.pack("<4L", 25, 13, 0x414C454D, 0) + b"{\\rtf1 rtf-x}"),
                value(0x1013, 0x102, "<p>网页<b>张</b>小鸣</p>".encode()),
            ),
        ),
        attribute(0x69004, struct.pack("<L", 1) + props(value(0x3003, 0x1E, b"xiaoming@mail.example\0"))),
        attribute(0x69002, bytes(14), 2),
        attribute(0x18010, "举报信.txt".encode("gbk") + b"\0", 2),
        attribute(0x6800F, f"附件里的{SECRET}".encode(), 2),
        attribute(0x69002, bytes(14), 2),
        attribute(0x69005, props(value(0x3701, 0x0D, bytes(16) + INNER)), 2),
    )
)


def test_everything_in_it_is_read() -> None:
    reading = read(FILE, "winmail.dat")
    everything = words(reading)
    wanted = ["主题张小鸣", "正文鸣鸣不飞", "xm_feifei90", "自定义", "rtf-x", "网页张小鸣", "xiaoming@mail.example"]
    wanted += ["举报信.txt", f"附件里的{SECRET}", "里层的正文"]
    assert [secret for secret in wanted if secret not in everything] == []
    assert [file.kind for file in reading.files] == ["tnef", "rtf", "html", "text", "tnef"]
    assert reasons(reading) == []


def test_one_that_breaks_off_is_held() -> None:
    assert reasons(read(FILE[:-40])) == ["broken_tnef"]


@settings(max_examples=40)
@given(damaged(FILE))
def test_damage_is_read_or_held(data: bytes) -> None:
    read(data)
