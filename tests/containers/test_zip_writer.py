"""A zip written again: what changes is changed, and every other byte stays."""

import io
import random
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.containers.layout import local_header, member_end
from gateway.containers.zip_writer import MemberChange, rewritten_zip
from gateway.containers.zips import Zip

NAMES = st.sampled_from(["a.txt", "目录/甲.txt", "b/c.bin", "mimetype", "乙", "long/" * 20 + "x"])
MEMBERS = st.dictionaries(
    NAMES,
    st.tuples(st.binary(max_size=300), st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])),
    min_size=1,
)


class _Pipe(io.RawIOBase):
    """Somewhere to write that cannot go back, as a pipe: sizes then stand behind the data."""

    def __init__(self) -> None:
        self.out = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.out += data  # type: ignore[arg-type]
        return len(data)  # type: ignore[arg-type]


def written(members: dict[str, tuple[bytes, int]], piped: bool = False, wide: bool = False, comment: str = "") -> bytes:
    out: io.BytesIO | _Pipe = _Pipe() if piped else io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, (data, method) in members.items():
            info = zipfile.ZipInfo(name, (2020, 9, 18, 10, 0, 2))
            info.compress_type, info.external_attr = method, 0o644 << 16
            info.comment = f"note {len(name)}".encode()
            with file.open(info, "w", force_zip64=wide) as member:
                member.write(data)
        file.comment = comment.encode()
    return bytes(out.out) if isinstance(out, _Pipe) else out.getvalue()


def packed_bytes(data: bytes) -> dict[str, bytes]:
    """Header and packed data of each member."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        found = {}
        for entry in file.infolist():
            local = local_header(data, entry.header_offset)
            assert local is not None
            found[entry.filename] = data[entry.header_offset : member_end(data, entry, local)]
    return found


@given(MEMBERS, st.booleans())
def test_nothing_asked_is_the_same_bytes(members: dict[str, tuple[bytes, int]], piped: bool) -> None:
    data = written(members, piped)
    assert rewritten_zip(data, {}) == data
    assert rewritten_zip(data, {0: MemberChange()}) == data


@settings(max_examples=200)
@given(MEMBERS, st.booleans(), st.booleans(), st.data())
def test_what_is_changed_is_changed_and_all_else_stays(
    members: dict[str, tuple[bytes, int]], piped: bool, wide: bool, data: st.DataObject
) -> None:
    before = written(members, piped, wide, "kept")
    names = list(members)
    chosen = data.draw(st.sets(st.integers(0, len(names) - 1), max_size=3))
    changes = {
        number: MemberChange(
            data.draw(st.none() | st.binary(max_size=500)), data.draw(st.none() | st.just(f"[姓名略]{number}.txt"))
        )
        for number in chosen
    }
    after = rewritten_zip(before, changes)
    assert not Zip(after).disagreements()
    with zipfile.ZipFile(io.BytesIO(after)) as file:
        assert file.testzip() is None
        assert file.comment == b"kept"
        entries = file.infolist()
        assert len(entries) == len(names)
        for number, entry in enumerate(entries):
            change = changes.get(number, MemberChange())
            assert entry.filename == (change.name or names[number])
            assert file.read(entry) == (members[names[number]][0] if change.data is None else change.data)
            assert entry.date_time == (2020, 9, 18, 10, 0, 2)
            assert entry.external_attr == 0o644 << 16
            assert entry.comment == f"note {len(names[number])}".encode()
    kept = packed_bytes(after)
    for number, name in enumerate(names):
        if changes.get(number, MemberChange()) == MemberChange():
            assert kept[name] == packed_bytes(before)[name]
    assert list(Zip(after).members())


def test_a_stored_member_stays_stored_and_a_comment_goes_where_asked() -> None:
    before = written(
        {"mimetype": (b"application/x", zipfile.ZIP_STORED), "b": (b"b", zipfile.ZIP_DEFLATED)}, comment="c"
    )
    after = rewritten_zip(before, {0: MemberChange(b"application/y"), 1: MemberChange(comment=False)}, comment=False)
    assert after.startswith(b"PK\x03\x04")
    assert after[38:51] == b"application/y"
    with zipfile.ZipFile(io.BytesIO(after)) as file:
        assert file.comment == b""
        assert [entry.comment for entry in file.infolist()] == [b"note 8", b""]
    assert not Zip(after).disagreements()


def test_a_name_in_gbk_with_its_unicode_field_is_said_in_utf8_afterwards() -> None:
    before = written({"gbk.txt": (b"x", zipfile.ZIP_STORED), "kept": (b"y", zipfile.ZIP_STORED)})
    before = before.replace(b"gbk.txt", "张三丰".encode("gbk") + b"x")
    after = rewritten_zip(before, {0: MemberChange(name="[姓名略].txt")})
    assert Zip(after).names() == ("[姓名略].txt", "kept")
    assert "张三丰".encode("gbk") not in after


@pytest.mark.parametrize("change", [MemberChange(name=""), MemberChange(name="a\0b"), MemberChange(name="x" * 70_000)])
def test_a_name_that_is_none_is_refused(change: MemberChange) -> None:
    with pytest.raises(ValueError, match="name"):
        rewritten_zip(written({"a": (b"x", zipfile.ZIP_STORED)}), {0: change})


def test_a_zip_that_programs_read_differently_is_not_written() -> None:
    good = written({"a": (b"x", zipfile.ZIP_STORED)})
    change = {0: MemberChange(b"y")}
    with pytest.raises(ValueError, match="differently"):
        rewritten_zip(b"MZ before" + good, change)
    with pytest.raises(ValueError, match="differently"):
        rewritten_zip(good.replace(b"a", b"b", 1), change)
    with pytest.raises(ValueError, match="no such member"):
        rewritten_zip(good, {1: MemberChange(b"y")})


@settings(max_examples=300, deadline=None)
@given(MEMBERS, st.integers(0, 2**32))
def test_damaged_bytes_are_refused_or_written_whole(members: dict[str, tuple[bytes, int]], seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(written(members, piped=seed % 2 == 0))
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        after = rewritten_zip(bytes(data), {0: MemberChange(b"new")})
    except ValueError:
        return
    with zipfile.ZipFile(io.BytesIO(after)) as file:
        assert file.read(file.infolist()[0]) == b"new"


def test_zip64_records_say_the_new_places() -> None:
    before = bytearray(written({"a": (b"x" * 50, zipfile.ZIP_DEFLATED), "b": (b"y", zipfile.ZIP_STORED)}))
    end = before.rfind(b"PK\x05\x06")
    count, size, begin = struct.unpack_from("<H2L", before, end + 10)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, begin)
    wide += struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    struct.pack_into("<2L", before, end + 12, 0xFFFFFFFF, 0xFFFFFFFF)
    data = bytes(before[:end]) + wide + bytes(before[end:])
    assert not Zip(data).disagreements()
    after = rewritten_zip(data, {0: MemberChange(b"other")})
    assert [member.data for member in Zip(after).members()] == [b"other", b"y"]
    assert not Zip(after).disagreements()
