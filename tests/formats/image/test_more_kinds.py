"""AVIF, icons, and kinds that are held."""

import io
import struct

import pytest
from hypothesis import given, settings
from PIL import Image

from file_tools import SECRET, damaged, read, reasons, words

RED = Image.new("RGB", (48, 32), (200, 30, 30))


def saved(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    RED.save(out, kind, **options)
    return out.getvalue()


def icon(*pictures: bytes) -> bytes:
    head = struct.pack("<3H", 0, 1, len(pictures))
    at = 6 + 16 * len(pictures)
    for picture in pictures:
        head += struct.pack("<4B2H2L", 48, 32, 0, 0, 1, 32, len(picture), at)
        at += len(picture)
    return head + b"".join(pictures)


def mask_bitmap() -> bytes:
    rows = saved("BMP")[54:]
    return struct.pack("<3L2H6L", 40, 48, 64, 1, 24, 0, 0, 0, 0, 0, 0) + rows + bytes(8 * 32)


EXIF = Image.Exif()
EXIF[0x013B] = SECRET.encode()


def test_an_avif_is_looked_at_and_its_metadata_read() -> None:
    reading = read(saved("AVIF", exif=EXIF.tobytes()))
    assert [(p.width, p.height) for p in reading.pictures] == [(48, 32)]
    assert SECRET in words(reading, "metadata")
    assert reasons(reading) == []


def test_what_stands_behind_an_avif_is_read() -> None:
    box = struct.pack(">L", 8 + len(SECRET.encode())) + b"free" + SECRET.encode()
    for data in (saved("AVIF") + box, saved("AVIF") + SECRET.encode()):
        assert SECRET in words(read(data))


def test_every_picture_of_an_icon_is_looked_at() -> None:
    reading = read(icon(saved("PNG"), mask_bitmap()))
    assert [(p.width, p.height) for p in reading.pictures] == [(48, 32), (48, 32)]
    assert reasons(reading) == []


def test_what_stands_behind_an_icon_is_odd() -> None:
    reading = read(icon(saved("PNG")) + SECRET.encode())
    assert "trailing_bytes" in reasons(reading)
    assert SECRET in words(reading)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\0\0\0\x18ftypheic" + bytes(16), "heic_picture"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0heic" + bytes(16), "heic_picture"),
        (b"8BPS\0\1" + bytes(30), "unknown_picture"),
        (icon(b""), "broken_image"),
    ],
)
def test_what_is_not_read_is_held_and_its_kind_named(data: bytes, reason: str) -> None:
    assert reasons(read(data)) == [reason]


@settings(max_examples=20)
@given(damaged(icon(saved("PNG"), mask_bitmap())))
def test_damage_is_read_or_held(data: bytes) -> None:
    read(data)
