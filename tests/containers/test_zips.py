"""Zips: every byte is accounted for, no packer's habits are held against it, and no bomb is unpacked."""

import io
import struct
import time
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.containers.zips import MOST_MEMBERS, ArchiveTooLarge, Damaged, EncryptedMember, Member, Strange, Zip

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

SECRET = "举报人张小鸣".encode()
CLEAN = b"clean and quite ordinary text"


def packed(*names: str, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name in names or ("a.txt",):
            file.writestr(name, b"" if name.endswith("/") else CLEAN)
        file.comment = comment
    return out.getvalue()


def deflated(data: bytes) -> bytes:
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return machine.compress(data) + machine.flush()


def by_hand(
    body: bytes = deflated(CLEAN),
    *,
    name: bytes = b"a.txt",
    method: int = 8,
    flags: int = 0,
    extra: bytes = b"",
    local_name: bytes | None = None,
    local_extra: bytes | None = None,
    local_numbers: tuple[int, int, int] | None = None,
    descriptor: bytes = b"",
    gap: bytes = b"",
    comment: bytes = b"",
    size: int = len(CLEAN),
    crc: int = zlib.crc32(CLEAN),
) -> bytes:
    """One member, any field of it as wished."""
    first = name if local_name is None else local_name
    before = extra if local_extra is None else local_extra
    numbers = local_numbers or (crc, len(body), size)
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, 33, *numbers, len(first), len(before))
    start = head + first + before + body + descriptor + gap
    row = struct.pack(
        "<4s6H3L5H2L",
        *(b"PK\1\2", 20, 20, flags, method, 0, 33, crc, len(body), size),
        *(len(name), len(extra), len(comment), 0, 0, 0, 0),
    )
    row += name + extra + comment
    return start + row + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(row), len(start), 0)


def field(kind: int, body: bytes) -> bytes:
    return struct.pack("<2H", kind, len(body)) + body


def unicode_field(kind: int, text: bytes, of: bytes = b"a.txt") -> bytes:
    return field(kind, struct.pack("<BL", 1, zlib.crc32(of)) + text)


def members(data: bytes) -> list[Member]:
    return list(Zip(data).members())


def is_held(data: bytes) -> bool:
    try:
        archive = Zip(data)
        return archive.disagreements() or not list(archive.members())
    except (Damaged, EncryptedMember, ArchiveTooLarge):
        return True


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_what_python_packs_is_read_whole_and_not_strange(method: int) -> None:
    data = packed("a.txt", "文件夹/", "文件夹/张小鸣.txt", method=method, comment="说明".encode())
    assert [member.names[0] for member in members(data)] == ["a.txt", "文件夹/", "文件夹/张小鸣.txt"]
    assert members(data)[2].data == CLEAN
    assert not Zip(data).disagreements()
    assert Zip(data).comment.decode() == "说明"


def test_an_empty_zip_is_not_strange() -> None:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    assert not Zip(out.getvalue()).disagreements()


class _Pipe(io.RawIOBase):
    """Cannot seek, so that sizes follow the data in descriptors."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer") -> int:
        piece = bytes(data)
        self.written += piece
        return len(piece)


@pytest.mark.parametrize("wide", [False, True])
def test_what_is_packed_into_a_pipe_is_not_strange(wide: bool) -> None:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as file, file.open("a.txt", "w", force_zip64=wide) as member:
        member.write(CLEAN)
    data = bytes(pipe.written)
    assert not Zip(data).disagreements()
    assert members(data)[0].data == CLEAN


def test_zip64_is_not_strange() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file, file.open("a.txt", "w", force_zip64=True) as member:
        member.write(CLEAN)
    assert not Zip(out.getvalue()).disagreements()


def test_a_zip64_end_record_is_not_strange_unless_something_stands_beside_it() -> None:
    data = packed()
    end = data.rfind(b"PK\5\6")
    count, size, offset = struct.unpack_from("<H2L", data, end + 10)
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, 0xFFFFFFFF, 0)
    assert not Zip(data[:end] + record + locator + last).disagreements()
    assert is_held(data[:end] + SECRET + record + locator + last)


@pytest.mark.parametrize(
    ("packer", "extra", "flags"),
    [
        ("Info-ZIP", field(0x5455, b"\3" + bytes(8)) + field(0x7875, b"\1\4" + bytes(4) + b"\4" + bytes(4)), 0),
        ("7-Zip", field(0x000A, bytes(4) + struct.pack("<2H", 1, 24) + bytes(range(24))), 0),
        ("macOS", field(0x5855, bytes(range(12))), 0),
        ("Java", field(0xCAFE, b""), 0x800),
        ("Office", field(0xA220, b"\x28\xa0\x08\x02" + bytes(516)), 6),
        ("Android", field(0xD935, b"\4\0\0\0"), 0),
        ("zipalign", b"\0\0\0", 0),
    ],
)
def test_extra_fields_of_ordinary_packers_are_not_strange(packer: str, extra: bytes, flags: int) -> None:
    assert not is_held(by_hand(extra=extra, flags=flags)), packer


def test_a_macos_zip_with_its_second_tree_is_not_strange() -> None:
    assert not is_held(packed("照片/a.txt", "__MACOSX/照片/._a.txt", "照片/.DS_Store"))


def test_headers_and_directory_may_have_other_extra_fields() -> None:
    assert not is_held(by_hand(extra=field(0x5455, b"\3" + bytes(4)), local_extra=field(0x5455, b"\3" + bytes(8))))


@pytest.mark.parametrize("mark", [b"PK\7\x08", b""])
@pytest.mark.parametrize("layout", ["<3L", "<L2Q"])
def test_a_descriptor_in_any_of_its_four_shapes_is_not_strange(mark: bytes, layout: str) -> None:
    body = deflated(CLEAN)
    descriptor = mark + struct.pack(layout, zlib.crc32(CLEAN), len(body), len(CLEAN))
    assert not is_held(by_hand(flags=8, descriptor=descriptor, local_numbers=(0, 0, 0)))
    assert is_held(by_hand(flags=8, descriptor=descriptor + SECRET, local_numbers=(0, 0, 0)))


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("behind the end record", packed() + SECRET),
        ("a second zip behind", packed() + packed("b.txt")),
        ("in front", SECRET + packed()),
        ("a zip in front", packed("b.txt") + packed()),
        ("before the directory", by_hand(gap=SECRET)),
        ("a member that the directory does not list", by_hand(gap=packed("b.txt")[:60])),
        ("behind the packed data", by_hand(deflated(CLEAN) + SECRET)),
        ("behind the stored data", by_hand(CLEAN + SECRET, method=0)),
        ("an unknown extra field", by_hand(extra=field(0x9999, SECRET))),
        ("an unknown extra field in front alone", by_hand(local_extra=field(0x9999, SECRET))),
        ("a known extra field grown long", by_hand(extra=field(0x5455, SECRET))),
        ("room to grow that is filled", by_hand(extra=field(0xA220, b"\x28\xa0\0\0" + SECRET))),
        ("an extra field that is none", by_hand(extra=b"\1")),
        ("an extra field longer than its room", by_hand(extra=struct.pack("<2H", 0x5455, 40) + SECRET)),
        ("another name in front", by_hand(local_name=SECRET)),
        ("a Unicode name that is none", by_hand(extra=unicode_field(0x7075, "张小鸣".encode("gbk")))),
        ("a Unicode name in front alone", by_hand(local_extra=unicode_field(0x7075, SECRET))),
        ("another size in front", by_hand(local_numbers=(zlib.crc32(CLEAN), 3, 3))),
        ("a name cut by a NUL", by_hand(name=b"a.txt\0" + SECRET)),
        ("a folder with content", by_hand(name=b"folder/")),
        ("a comment that is no text", by_hand(comment=b"\x01\x02PK")),
        ("a wrong checksum", by_hand(crc=1)),
        ("another size than stated", by_hand(size=5)),
        ("a method that is not known", by_hand(method=97)),
        ("packed data that says it is stored", by_hand(method=0)),
        ("a comment that is cut off", packed()[:-2] + b"\xff\0" + SECRET),
    ],
)
def test_bytes_that_nothing_accounts_for_are_held(what: str, data: bytes) -> None:
    assert is_held(data), what


def test_padding_is_no_content() -> None:
    assert not is_held(by_hand(gap=bytes(500)))
    assert not is_held(packed() + bytes(500))


def test_bytes_behind_packed_data_are_told_from_damage() -> None:
    with pytest.raises(Strange):
        members(by_hand(deflated(CLEAN) + SECRET))


def test_names_given_twice_are_a_disagreement() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = packed("a.txt", "a.txt")
    assert Zip(data).disagreements()


def test_a_name_in_gbk_is_given_in_every_reading() -> None:
    names = members(by_hand(name="张小鸣举报.txt".encode("gbk")))[0].names
    assert names[0] == "张小鸣举报.txt"
    assert len(names) > 1
    assert not is_held(by_hand(name="张小鸣举报.txt".encode("gbk")))


def test_a_second_name_and_a_second_comment_in_unicode_are_given() -> None:
    name, comment = b"a.txt", b"plain"
    extra = unicode_field(0x7075, "张小鸣.txt".encode(), name) + unicode_field(0x6375, "鸣鸣不飞".encode(), comment)
    data = by_hand(extra=extra, comment=comment)
    (member,) = members(data)
    assert member.names == ("张小鸣.txt", "a.txt")
    assert member.comment.decode().split("\n") == ["鸣鸣不飞", "plain"]
    assert list(Zip(data).all_names()) == [("张小鸣.txt", "a.txt")]
    assert not is_held(data)


@pytest.mark.parametrize("flag", [0x1, 0x41, 0x2000])
def test_an_encrypted_member_is_sealed_and_named(flag: int) -> None:
    archive = Zip(by_hand(flags=flag))
    assert list(archive.all_names()) == [("a.txt",)]
    with pytest.raises(EncryptedMember):
        list(archive.members())


def bomb(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", bytes(size))
    return out.getvalue()


def many(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for number in range(count):
            file.writestr(str(number), b"")
    return out.getvalue()


def overlapping(count: int) -> bytes:
    """Many rows that point to one kernel."""
    data = by_hand()
    directory = data.find(b"PK\1\2")
    row = data[directory : data.find(b"PK\5\6")]
    return (
        data[:directory]
        + row * count
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(row) * count, directory, 0)
    )


@pytest.mark.parametrize(
    "data", [bomb(32 * 1024 * 1024), many(MOST_MEMBERS + 1), overlapping(50)], ids=["ratio", "count", "overlap"]
)
def test_a_bomb_is_stopped_soon(data: bytes) -> None:
    begin = time.monotonic()
    with pytest.raises(ArchiveTooLarge):
        members(data)
    assert time.monotonic() - begin < 5


def test_a_small_file_may_compress_well() -> None:
    assert len(members(bomb(3 * 1024 * 1024))[0].data) == 3 * 1024 * 1024


def test_a_size_that_is_stated_falsely_is_not_believed() -> None:
    assert is_held(by_hand(size=0xFFFFFFF0, local_numbers=(0, 0, 0)))


@given(data=st.binary(max_size=300))
def test_any_bytes_are_a_zip_or_damaged(data: bytes) -> None:
    try:
        archive = Zip(b"PK\3\4" + data)
        archive.disagreements()
        list(archive.members())
    except (Damaged, EncryptedMember, ArchiveTooLarge):
        pass


_WHOLE = packed("a.txt", "张小鸣.txt", comment=b"note")


@settings(max_examples=300)
@given(at=st.integers(0, len(_WHOLE) - 1), value=st.integers(0, 255))
def test_a_changed_byte_never_raises_anything_else(at: int, value: int) -> None:
    try:
        archive = Zip(_WHOLE[:at] + bytes((value,)) + _WHOLE[at + 1 :])
        archive.disagreements()
        list(archive.members())
    except (Damaged, EncryptedMember, ArchiveTooLarge):
        pass


@settings(max_examples=200)
@given(at=st.integers(0, len(_WHOLE) - 1))
def test_bytes_put_in_anywhere_are_held_or_seen(at: int) -> None:
    data = _WHOLE[:at] + SECRET + _WHOLE[at:]
    assert is_held(data)
