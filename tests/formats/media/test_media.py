"""Sound and film: what is written beside it is read, what is heard and shown is held."""

import base64
import io
import struct

import pytest
from hypothesis import given, settings
from PIL import Image

from file_tools import SECRET, damaged, read, reasons, words

NAME = SECRET.encode()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 40), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def safe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def frame(name: bytes, body: bytes, version: int = 4) -> bytes:
    if version == 2:
        return name + len(body).to_bytes(3, "big") + body
    return name + (safe(len(body)) if version == 4 else len(body).to_bytes(4, "big")) + b"\0\0" + body


def id3(*frames: bytes, version: int = 4) -> bytes:
    body = b"".join(frames) + bytes(20)
    return b"ID3" + bytes((version, 0, 0)) + safe(len(body)) + body + b"\xff\xfb\x90\0" + bytes(400)


def vorbis(*comments: bytes) -> bytes:
    out = struct.pack("<L", 4) + b"test" + struct.pack("<L", len(comments))
    return out + b"".join(struct.pack("<L", len(comment)) + comment for comment in comments)


def block(kind: int, body: bytes, last: bool = False) -> bytes:
    return bytes((kind | (0x80 if last else 0),)) + len(body).to_bytes(3, "big") + body


def cover() -> bytes:
    data = picture()
    return (
        struct.pack(">2L", 3, 9) + b"image/png" + struct.pack(">L", 0) + bytes(16) + struct.pack(">L", len(data)) + data
    )


def page(body: bytes) -> bytes:
    lacing = bytes([255] * (len(body) // 255) + [len(body) % 255])
    return b"OggS\0\2" + bytes(8) + b"abcd" + bytes(8) + bytes((len(lacing),)) + lacing + body


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">L", 8 + len(body)) + name + body


def item(name: bytes, kind: int, body: bytes) -> bytes:
    return box(name, box(b"data", struct.pack(">2L", kind, 0) + body))


def element(kind: int, body: bytes) -> bytes:
    raw = kind.to_bytes((kind.bit_length() + 7) // 8, "big")
    return raw + b"\x01" + len(body).to_bytes(7, "big") + body


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<L", len(body)) + body + bytes(len(body) % 2)


MP3 = id3(frame(b"TIT2", b"\3" + NAME), frame(b"APIC", b"\0image/png\0\3\0" + picture()))
FLAC = b"fLaC" + block(0, bytes(34)) + block(4, vorbis(b"ARTIST=" + NAME)) + block(6, cover(), last=True)
OGG = page(b"\x01vorbis" + bytes(22)) + page(
    b"\x03vorbis" + vorbis(b"TITLE=" + NAME, b"METADATA_BLOCK_PICTURE=" + base64.b64encode(cover()))
)
WAV = (
    b"RIFF"
    + struct.pack("<L", 999)
    + b"WAVE"
    + chunk(b"LIST", b"INFO" + chunk(b"IART", "举报人张小鸣".encode("gbk")))
    + chunk(b"data", bytes(99))
)
MP4 = (
    box(b"ftyp", b"isom\0\0\0\0")
    + box(b"mdat", bytes(99))
    + box(
        b"moov",
        box(b"udta", box(b"meta", bytes(4) + box(b"ilst", item(b"\xa9nam", 1, NAME) + item(b"covr", 14, picture())))),
    )
)
MKV = element(0x1A45DFA3, b"") + element(
    0x18538067,
    element(0x1549A966, element(0x7BA9, NAME))
    + element(0x1941A469, element(0x61A7, element(0x466E, b"cover.png") + element(0x465C, picture()))),
)
BARE_OGG = page(b"\x01vorbis" + bytes(22)) + page(
    b"\x03vorbis" + vorbis(b"TITLE=" + NAME, b"COVERART=" + base64.b64encode(picture() + b"\0").rstrip(b"=") + b"A")
)
FILES = {"ogg with a letter too many": BARE_OGG, "mp3": MP3, "flac": FLAC, "ogg": OGG, "mp4": MP4, "mkv": MKV}


@pytest.mark.parametrize("kind", FILES)
def test_tags_and_covers_are_read_and_the_rest_is_held(kind: str) -> None:
    reading = read(FILES[kind])
    assert SECRET in words(reading, "metadata")
    assert [(p.width, p.height) for p in reading.pictures] == [(30, 40)]
    held = ["sound", "moving_pictures"] if kind in ("mp4", "mkv") else ["sound"]
    assert reasons(reading) == held


@pytest.mark.parametrize(
    "data",
    [
        id3(frame(b"TPE1", b"\1\xff\xfe" + SECRET.encode("utf-16-le"))),
        id3(frame(b"TPE1", b"\0" + SECRET.encode("gbk"), 3), version=3),
        id3(frame(b"TP1", b"\0" + SECRET.encode("gbk"), 2), version=2),
        id3(frame(b"COMM", b"\3chi\0" + NAME)),
        id3(frame(b"TXXX", b"\2" + "k\0".encode("utf-16-be") + SECRET.encode("utf-16-be"))),
        id3(frame(b"PRIV", b"owner\0" + NAME)),
        b"\xff\xfb\x90\0" + bytes(500) + b"TAG" + SECRET.encode("gbk").ljust(30, b"\0") + bytes(95),
        b"\xff\xfb\x90\0" + bytes(500) + b"APETAGEX" + struct.pack("<4L", 2000, 60, 1, 5 << 29) + bytes(8)
        + struct.pack("<2L", len(NAME), 0) + b"Title\0" + NAME + bytes(10),
        WAV,
        box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov", box(b"udta", box(b"\xa9cmt", b"\0\x12\0\0" + NAME))),
        box(b"ftyp", b"qt  \0\0\0\0") + box(b"free", NAME),
        bytes.fromhex("3026b2758e66cf11") + bytes(30) + SECRET.encode("utf-16-le") + bytes(500),
        b"\x02#!SILK_V3" + bytes(99) + NAME,
        b"#!AMR\n" + bytes(99) + NAME,
    ],
)  # fmt: skip
def test_a_name_beside_the_sound_is_read_however_it_is_written(data: bytes) -> None:
    reading = read(data)
    assert reading.files[0].kind == "media"
    assert SECRET in words(reading, "metadata")
    assert "sound" in reasons(reading)


def test_a_tag_that_breaks_off_is_said() -> None:
    assert "broken_media" in reasons(read(MP3[:60]))


@settings(max_examples=60)
@given(damaged(*FILES.values(), WAV))
def test_damage_is_read_or_held(data: bytes) -> None:
    reading = read(data)
    assert reading.unreadable or reading.files[0].kind != "media"


@pytest.mark.parametrize(
    "text",
    [
        "The wide road",
        "You skip it",
        "CWS 2020 年报告",
        "MP+ 更多",
        "FWS\n\n1",
        "TTA1 线",
        "fLaC 格式",
        "See ftyp x",
        "DKIF x",
    ],
)
def test_a_text_that_begins_with_their_letters_is_none(text: str) -> None:
    assert read((text + " 您好，请核实。\n").encode() * 9).files[0].kind == "text"
