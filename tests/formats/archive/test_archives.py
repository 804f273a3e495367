"""Archives: every member, name and comment is read; what cannot be opened, and every bomb, is said to be unreadable."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.containers.zips import MOST_MEMBERS
from gateway.formats import Child, Piece, Source
from gateway.formats.archive import FORMAT
from gateway.formats.archive.kinds import kind_of
from gateway.model import Ambiguity, Location, Reading, TextFragment, Unreadable, steps
from gateway.model.uninspectable_reasons import REASONS
from gateway.reading.walk import read_file

HERE = Location("2", (steps.file("材料"),))
Pack = Callable[[bytes], bytes]
SECRET = "举报人张小鸣"
BODY = f"{SECRET}的材料".encode()


def read(data: bytes, name: str = "") -> list[Piece]:
    assert FORMAT.sniff(data) == "sure"
    pieces = list(FORMAT.read(Source(data, HERE, name)))
    assert set(reasons(pieces)) <= set(REASONS)
    return pieces


def reasons(pieces: list[Piece]) -> list[str]:
    return [piece.reason for piece in pieces if isinstance(piece, (Unreadable, Ambiguity))]


def texts(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces if isinstance(piece, TextFragment)]


def children(pieces: list[Piece]) -> dict[str, bytes]:
    return {piece.name: piece.data for piece in pieces if isinstance(piece, Child)}


def zipped(members: dict[str, bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
        file.comment = comment
    return out.getvalue()


def without_utf8_flag(name: bytes) -> bytes:
    """A zip whose one member has these bytes for a name, as Windows packs it."""
    data = zipped({"x" * len(name): BODY})
    return data.replace(b"x" * len(name), name)


def test_a_member_without_a_name_is_read_and_is_no_fault() -> None:
    assert "\0" not in zipfile.ZipInfo("\0.txt").filename, "the library cuts a name at NUL"
    data = zipped({"a.txt": BODY}).replace(b"a.txt", b"\0.txt")
    reading = walked(data)
    assert reading.faults == ()
    assert held(reading) <= set(REASONS)


def tarred(form: int = tarfile.PAX_FORMAT, *names: str, encoding: str = "utf-8") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form, encoding=encoding) as file:
        for name in names or ("张小鸣.txt",):
            member = tarfile.TarInfo(name)
            member.size = len(BODY)
            file.addfile(member, io.BytesIO(BODY))
    return out.getvalue()


def summed(tar: bytearray) -> None:
    """Its first header's checksum, right again."""
    tar[148:156] = b"%06o\0 " % (sum(tar[:148]) + 8 * 32 + sum(tar[156:512]))


# zip


def test_members_names_and_comments_of_a_zip_are_read() -> None:
    data = zipped({"说明.txt": BODY, "张小鸣/": b"", "张小鸣/图.txt": b""}, "微信 xm_feifei90".encode())
    pieces = read(data)
    assert children(pieces)["说明.txt"] == BODY
    assert {"说明.txt", "张小鸣/", "张小鸣/图.txt", "微信 xm_feifei90"} <= set(texts(pieces))
    assert not reasons(pieces)


def test_a_comment_of_one_member_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        entry = zipfile.ZipInfo("a.txt")
        entry.comment = SECRET.encode("gbk")
        file.writestr(entry, b"x")
    assert SECRET in texts(read(out.getvalue()))


@pytest.mark.parametrize("charset", ["gbk", "utf-8", "big5"])
def test_a_zip_name_without_a_charset_is_given_in_every_reading(charset: str) -> None:
    name = "張小鳴.txt" if charset == "big5" else "张小鸣举报.txt"
    pieces = read(without_utf8_flag(name.encode(charset)))
    assert name in texts(pieces)
    assert not reasons(pieces)


def test_a_zip_name_that_says_it_is_utf8_has_one_reading() -> None:
    assert texts(read(zipped({"张小鸣.txt": b""}))) == ["张小鸣.txt"]


def test_the_names_in_an_encrypted_zip_are_read_and_the_rest_is_held() -> None:
    data = bytearray(zipped({"张小鸣.txt": BODY}))
    data[6] |= 1
    data[data.find(b"PK\1\2") + 8] |= 1
    pieces = read(bytes(data))
    assert "张小鸣.txt" in texts(pieces)
    assert reasons(pieces) == ["encrypted_zip"]
    assert not children(pieces)


@pytest.mark.parametrize("behind", [SECRET.encode(), zipped({"b.txt": BODY})], ids=["text", "zip"])
def test_bytes_behind_a_zip_make_it_strange(behind: bytes) -> None:
    assert "strange_zip" in reasons(read(zipped({"a.txt": b"clean"}) + behind))


def test_bytes_behind_packed_data_make_a_zip_strange() -> None:
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = machine.compress(b"clean") + machine.flush() + SECRET.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", body)
    data = bytearray(out.getvalue())
    for at, crc_at in ((8, 14), (data.find(b"PK\1\2") + 10, data.find(b"PK\1\2") + 16)):
        data[at] = 8
        struct.pack_into("<3L", data, crc_at, zlib.crc32(b"clean"), len(body), 5)
    assert reasons(read(bytes(data))) == ["strange_zip"]


def test_a_zip_cut_off_is_broken() -> None:
    assert reasons(read(zipped({"a.txt": BODY})[:-30])) == ["broken_archive"]


# tar


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_of_any_kind_is_read(form: int) -> None:
    long = "文件夹/" * 12 + "张小鸣.txt" if form != tarfile.USTAR_FORMAT else "d/张小鸣.txt"
    pieces = read(tarred(form, "a.txt", long))
    assert children(pieces) == {"a.txt": BODY, long: BODY}
    assert long in texts(pieces)
    assert not reasons(pieces)


def test_a_tar_name_in_gbk_is_read() -> None:
    assert "张小鸣举报.txt" in texts(read(tarred(tarfile.GNU_FORMAT, "张小鸣举报.txt", encoding="gbk")))


def test_links_owners_and_records_of_a_tar_are_text() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"comment": "鸣鸣不飞"}) as file:
        link = tarfile.TarInfo("l")
        link.type, link.linkname, link.uname = tarfile.SYMTYPE, "/home/张小鸣", "xm_feifei90"
        link.pax_headers = {"LIBARCHIVE.note": "13800138000"}
        file.addfile(link)
    pieces = read(out.getvalue())
    assert {"/home/张小鸣", "xm_feifei90", "鸣鸣不飞", "13800138000"} <= set(texts(pieces))
    assert not reasons(pieces)


def test_a_member_of_an_unknown_type_is_read_as_a_file() -> None:
    data = bytearray(tarred(tarfile.USTAR_FORMAT, "a"))
    data[156:157] = b"Z"
    summed(data)
    assert children(read(bytes(data)))["a"] == BODY


@pytest.mark.parametrize(
    ("where", "at"), [("behind a name", 60), ("behind a link", 200), ("behind the member", 900), ("in the prefix", 480)]
)
def test_bytes_in_the_padding_of_a_tar_are_held(where: str, at: int) -> None:
    data = bytearray(tarred(tarfile.USTAR_FORMAT, "a.txt"))
    data[at : at + 5] = b"zhang"
    summed(data)
    assert reasons(read(bytes(data))) == ["trailing_bytes"], where


def test_bytes_behind_a_tar_are_held_and_read() -> None:
    pieces = read(tarred() + BODY)
    assert reasons(pieces) == ["trailing_bytes"]
    assert BODY in children(pieces).values()


def test_a_tar_whose_records_give_another_size_is_held() -> None:
    record = b"11 size=99\n"
    head = tarfile.TarInfo("pax")
    head.type, head.size = tarfile.XHDTYPE, len(record)
    start = head.tobuf(tarfile.USTAR_FORMAT) + record.ljust(512, b"\0")
    assert "trailing_bytes" in reasons(read(start + tarred(tarfile.USTAR_FORMAT, "a.txt")))


# streams


@pytest.mark.parametrize(
    ("data", "name", "inner"),
    [
        (bz2.compress(BODY), "a.txt.bz2", "a.txt"),
        (lzma.compress(BODY), "a.txt.xz", "a.txt"),
        (gzip.compress(BODY), "a.txt.gz", "a.txt"),
        (gzip.compress(BODY) + gzip.compress(b""), "a.tgz", "a.tar"),
    ],
    ids=["bzip2", "xz", "gzip", "two members"],
)
def test_a_stream_is_one_file_named_without_its_ending(data: bytes, name: str, inner: str) -> None:
    pieces = read(data, name)
    assert children(pieces) == {inner: BODY}
    assert not reasons(pieces)


def test_streams_joined_end_to_end_are_all_read() -> None:
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        assert list(children(read(pack(b"clean ") + pack(BODY))).values()) == [b"clean " + BODY]


def gzip_with(flags: int, *fields: bytes) -> bytes:
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = machine.compress(BODY) + machine.flush()
    head = b"\x1f\x8b\x08" + bytes((flags,)) + bytes(6)
    return head + b"".join(fields) + body + struct.pack("<2L", zlib.crc32(BODY), len(BODY))


def test_name_comment_and_extra_field_of_a_gzip_are_text() -> None:
    extra = "鸣鸣不飞".encode()
    data = gzip_with(28, struct.pack("<H", len(extra)) + extra, "张小鸣.txt\0".encode("gbk"), b"xm_feifei90\0")
    pieces = read(data)
    assert {"张小鸣.txt", "xm_feifei90", "鸣鸣不飞"} <= set(texts(pieces))
    assert list(children(pieces).values()) == [BODY]
    assert not reasons(pieces)


def test_the_block_size_of_bgzip_is_no_text() -> None:
    assert not reasons(read(gzip_with(4, b"\6\0BC\2\0\x1b\x00")))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_bytes_behind_a_stream_are_held_and_read(pack: Pack) -> None:
    pieces = read(pack(b"clean") + BODY)
    assert reasons(pieces) == ["trailing_bytes"]
    assert BODY in children(pieces).values()
    assert not reasons(read(pack(b"clean") + bytes(512)))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_stream_cut_off_is_broken(pack: Pack) -> None:
    assert reasons(read(pack(BODY)[:-6])) == ["broken_archive"]


# what is not opened


@pytest.mark.parametrize(
    "start",
    [b"xar!\0\x1c", b".......**ACE**", b"\x60\xea", b"conectix"],
    ids=["xar", "ace", "arj", "vhd"],
)
def test_an_archive_of_another_kind_is_unknown(start: bytes) -> None:
    assert reasons(read(start + bytes(600))) == ["unknown_archive"]


def test_text_is_no_archive() -> None:
    for data in (b"", BODY, b"PK is a name", b"BZhi", bytes(512), b"a" * 512):
        assert FORMAT.sniff(data) == "no"


def test_an_office_document_is_left_to_those_who_know_it_better() -> None:
    assert FORMAT.sniff(zipped({"[Content_Types].xml": b"<Types/>"})) == "maybe"


# nested, and bombs


def walked(data: bytes, seconds: float = 8) -> Reading:
    begin = time.monotonic()
    reading = read_file(data, "材料")
    assert time.monotonic() - begin < seconds
    assert {place.reason for place in reading.unreadable} <= set(REASONS)
    return reading


def held(reading: Reading) -> set[str]:
    return {place.reason for place in reading.unreadable}


def test_archives_in_archives_are_read_to_the_last() -> None:
    data = BODY
    for _ in range(3):
        data = gzip.compress(zipped({"里面": lzma.compress(bz2.compress(data))}))
    reading = walked(data)
    assert any(SECRET in text.text for text in reading.texts)
    assert not held(reading)
    assert str(max(reading.files, key=lambda file: len(file.where.steps)).where).count("里面") == 3


def test_nesting_without_end_is_too_deep() -> None:
    data = BODY
    for _ in range(40):
        data = zipped({"a": data})
    assert held(walked(data)) == {"too_deep"}


def test_an_archive_that_seems_to_hold_itself_many_times_ends() -> None:
    data = zipped({str(number): BODY for number in range(20)})
    for _ in range(3):
        data = zipped({str(number): data for number in range(20)})
    assert "too_many_parts" in held(walked(data))


def test_a_bomb_inside_a_bomb_ends() -> None:
    inner = zipped({"a": bytes(15 * 1024 * 1024)})
    assert held(walked(zipped({str(number): inner for number in range(30)}))) & {"over_size"}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_stream_of_zeros_is_over_size(pack: Pack) -> None:
    assert held(walked(pack(bytes(20 * 1024 * 1024)))) == {"over_size"}


def test_a_gzip_of_endless_members_is_over_size() -> None:
    assert held(walked(gzip.compress(b"") * 5000)) == {"over_size"}


def test_a_zip_of_zeros_is_over_size() -> None:
    assert held(walked(zipped({"zeros": bytes(32 * 1024 * 1024)}))) == {"over_size"}


def test_a_zip_of_too_many_members_is_over_size() -> None:
    assert held(walked(zipped({str(number): b"" for number in range(MOST_MEMBERS + 1)}))) == {"over_size"}


def test_a_tar_of_too_many_members_is_held() -> None:
    block = tarred(tarfile.USTAR_FORMAT, "a")[:1024]
    assert "too_many_parts" in held(walked(block * (MOST_MEMBERS + 1)))
    assert "over_size" in reasons(read(block * (MOST_MEMBERS + 1)))


def test_a_tar_that_announces_more_than_it_has_is_held_at_once() -> None:
    data = bytearray(tarred(tarfile.USTAR_FORMAT, "a"))
    data[124:136] = b"77777777777\0"
    summed(data)
    assert held(walked(bytes(data), 2)) & {"over_size", "broken_archive"}


@settings(max_examples=200)
@given(
    data=st.binary(max_size=600),
    start=st.sampled_from([b"PK\3\4", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c"]),
)
def test_whatever_follows_a_known_start_is_read_or_held(data: bytes, start: bytes) -> None:
    assert kind_of(start + data)
    assert reasons(read(start + data))


_TAR = tarred(tarfile.GNU_FORMAT, "a.txt", "张小鸣" * 40)


@settings(max_examples=150)
@given(at=st.integers(0, len(_TAR) - 1), value=st.integers(1, 255))
def test_a_changed_byte_of_a_tar_raises_nothing(at: int, value: int) -> None:
    list(FORMAT.read(Source(_TAR[:at] + bytes((_TAR[at] ^ value,)) + _TAR[at + 1 :], HERE)))
