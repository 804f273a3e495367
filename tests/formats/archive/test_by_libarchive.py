"""Archives that libarchive opens, and what stands beside their files."""

import io
import struct
import zlib

import libarchive
import pytest
import zstandard
from hypothesis import given, settings

from file_tools import SECRET, damaged, read, reasons, words
from gateway.formats.archive import by_libarchive

FILES = {"张小鸣举报.txt": f"{SECRET}。".encode(), "b.txt": "鸣鸣不飞".encode()}


def packed(form: str, files: dict[str, bytes] | None = None, packing: str | None = None) -> bytes:
    out = io.BytesIO()
    with libarchive.custom_writer(out.write, form, packing) as archive:
        for name, data in (FILES if files is None else files).items():
            archive.add_file_from_memory(name, len(data), data)
    return out.getvalue()


def vint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


def rar_block(head: bytes, data: bytes = b"") -> bytes:
    body = vint(len(head)) + head
    return struct.pack("<L", zlib.crc32(body)) + body + data


def rar(name: str, content: bytes, comment: bytes = b"", sealed: bool = False) -> bytes:
    """RAR 5 with one stored file (RAR 5.0 archive format, sections 'Main archive header' and on)."""
    out = b"Rar!\x1a\x07\x01\x00"
    if sealed:
        return out + rar_block(vint(4) + vint(0) + vint(0) + vint(1) + bytes(17)) + bytes(64)
    out += rar_block(vint(1) + vint(0) + vint(0))
    for kind, label, body in ((2, name.encode(), content), (3, b"CMT", comment)):
        if body:
            head = vint(kind) + vint(2) + vint(len(body)) + vint(4) + vint(len(body)) + vint(0)
            head += struct.pack("<L", zlib.crc32(body)) + vint(0) + vint(1) + vint(len(label)) + label
            out += rar_block(head, body)
    return out + rar_block(vint(5) + vint(0) + vint(0))


@pytest.mark.parametrize("form", ["7zip", "cpio", "iso9660"])
def test_every_file_and_name_is_read(form: str) -> None:
    reading = read(packed(form))
    for secret in (f"{SECRET}。", "鸣鸣不飞", "张小鸣举报.txt"):
        assert secret in words(reading), secret
    assert reasons(reading) == []
    assert reading.files[0].kind == "archive"


def test_a_rar_and_its_comment_are_read() -> None:
    reading = read(rar("张小鸣.txt", FILES["b.txt"], "注释 xm_feifei90".encode()))
    for secret in ("张小鸣.txt", "鸣鸣不飞", "注释 xm_feifei90"):
        assert secret in words(reading), secret
    assert reasons(reading) == []


def test_a_rar_with_sealed_names_is_held() -> None:
    assert reasons(read(rar("a", b"x", sealed=True))) == ["encrypted_archive"]


@pytest.mark.parametrize("data", [packed("7zip"), rar("a.txt", b"plain")])
def test_what_stands_behind_is_read_and_odd(data: bytes) -> None:
    reading = read(data + SECRET.encode())
    assert SECRET in words(reading, "text")
    assert reasons(reading) == ["trailing_bytes"]


@pytest.mark.parametrize(
    "data",
    [
        zstandard.compress(f"{SECRET}。".encode()),
        zstandard.compress(SECRET[:2].encode()) + zstandard.compress(f"{SECRET[2:]}。".encode()),
        b"\x50\x2a\x4d\x18" + struct.pack("<L", 4) + b"skip" + zstandard.compress(f"{SECRET}。".encode()),
        packed("raw", {"x": f"{SECRET}。".encode()}, "lz4"),
        packed("raw", {"x": f"{SECRET}。".encode()}, "lzip"),
        packed("raw", {"x": f"{SECRET}。".encode()}, "compress"),
    ],
)
def test_a_stream_is_unpacked(data: bytes) -> None:
    reading = read(data, "信.txt.zst")
    assert f"{SECRET}。" in words(reading, "text")
    assert reasons(reading) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [(packed("7zip"), "closed_7z"), (rar("a", b"x"), "closed_rar"), (b"MSCF" + bytes(60), "closed_cab")],
)
def test_without_libarchive_it_is_held_and_its_kind_named(
    data: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_libarchive, "libarchive", None)
    assert reasons(read(data)) == [reason]


def test_an_encrypted_seven_zip_is_held() -> None:
    # Written by 7-Zip's own layout: a folder whose one coder is AES-256 (06F10701), which nothing here can undo.
    names = "张小鸣.txt".encode("utf-16-le") + b"\0\0"
    coder = b"\x24\x06\xf1\x07\x01\x12\x53\x0f" + bytes(16) + b"\0"
    header = b"\x01\x04\x06\x00\x01\x09\x10\x00\x07\x0b\x01\x00\x01" + coder[:-1] + b"\x0c\x0c\x00\x08\x0a\x01"
    header += struct.pack("<L", 0) + b"\x00\x00\x05\x01\x11" + vint(len(names) + 1) + b"\0" + names + b"\0\0"
    start = struct.pack("<2QL", 16, len(header), zlib.crc32(header))
    data = b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<L", zlib.crc32(start)) + start + bytes(16) + header
    assert set(reasons(read(data))) <= {"encrypted_archive", "broken_archive"}
    assert reasons(read(data))


@settings(max_examples=30)
@given(damaged(rar("a.txt", b"plain"), zstandard.compress(b"plain" * 20), packed("raw", {"x": b"plain"}, "lz4")))
def test_damage_is_read_or_held(data: bytes) -> None:
    read(data)
