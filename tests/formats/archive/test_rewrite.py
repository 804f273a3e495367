"""Archives are rewritten inside out: members, their names, notes; all else stays as it was packed."""

import bz2
import gzip
import io
import lzma
import struct
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from edited import NOTICE, PLACEHOLDER, attached, edits_without, mail_with, rewritten, said
from gateway.errors import CannotRewrite
from gateway.formats import Change, Child, FileEdits, Paint, Removed, Rewritten, Source
from gateway.formats.archive.read import read
from gateway.formats.archive.rewrite import rewritten as rewritten_archive
from gateway.model import Location, TextFragment
from gateway.reading.walk import read_mail
from gateway.rewriting.apply import apply

NAME = "张小鸣"
WORDS = {NAME: PLACEHOLDER}
Members = dict[str, bytes]
LETTERS = "甲乙丙 abc\n，。"
TEXTS = st.lists(st.sampled_from([NAME, "说明", "材料。\n", "abc ", "，"]), max_size=12).map("".join)
NAMES = st.lists(st.sampled_from([NAME, "说明", "a", "b/", "目录/", "材料"]), min_size=1, max_size=4).map(
    lambda parts: "".join(parts).rstrip("/") + ".txt"
)
PACKED = st.dictionaries(NAMES, TEXTS, min_size=1, max_size=5)


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


def tarred(members: Members, format_: int = tarfile.PAX_FORMAT, mode: str = "w:") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=format_) as file:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode, info.uname = len(data), 1_600_000_000.5, 0o640, "kefu"
            file.addfile(info, io.BytesIO(data))
    return out.getvalue()


def from_zip(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def from_tar(data: bytes) -> Members:
    with tarfile.open(fileobj=io.BytesIO(data)) as file:
        return {one.name: file.extractfile(one).read() for one in file.getmembers()}  # type: ignore[union-attr]


KINDS: dict[str, tuple[str, Callable[[Members], bytes], Callable[[bytes], Members]]] = {
    "zip": ("a.zip", zipped, from_zip),
    "stored": ("a.zip", lambda members: zipped(members, zipfile.ZIP_STORED), from_zip),
    "pax": ("a.tar", tarred, from_tar),
    "gnu": ("a.tar", lambda members: tarred(members, tarfile.GNU_FORMAT), from_tar),
    "ustar": ("a.tar", lambda members: tarred(members, tarfile.USTAR_FORMAT), from_tar),
    "tgz": ("a.tar.gz", lambda members: tarred(members, mode="w:gz"), from_tar),
    "tbz": ("a.tar.bz2", lambda members: tarred(members, mode="w:bz2"), from_tar),
    "txz": ("a.txz", lambda members: tarred(members, mode="w:xz"), from_tar),
    "tzst": (
        "a.tar.zst",
        lambda members: zstandard.ZstdCompressor().compress(tarred(members)),
        lambda data: from_tar(zstandard.ZstdDecompressor().decompressobj().decompress(data)),
    ),
    "nested": (
        "a.zip",
        lambda members: zipped({"inner.tar": tarred(members), "b.txt": b"b"}),
        lambda data: from_tar(from_zip(data)["inner.tar"]),
    ),
}


@settings(max_examples=15, deadline=None)
@pytest.mark.parametrize("kind", KINDS)
@given(packed=PACKED)
def test_words_go_and_all_others_stay(kind: str, packed: dict[str, str]) -> None:
    file_name, write, reread = KINDS[kind]
    mail = mail_with((file_name, write({name: text.encode() for name, text in packed.items()})))
    if not any(NAME in name + text for name, text in packed.items()):
        return
    out, _ = rewritten(mail, WORDS)
    after = reread(attached(out))
    wanted = sorted(text.replace(NAME, PLACEHOLDER) for text in packed.values())
    assert sorted(data.decode() for data in after.values()) == wanted
    assert len(after) == len(packed)
    for name, text in packed.items():
        if NAME not in name:
            assert after[name].decode() == text.replace(NAME, PLACEHOLDER)


def test_members_that_nobody_asked_about_stay_as_they_were_packed() -> None:
    members = {"a.txt": NAME.encode(), "b.bin": b"some more text\n" * 9, "目录/c.txt": "丙".encode() * 99}
    before = zipped(members)
    after = attached(rewritten(mail_with(("a.zip", before)), WORDS)[0])
    assert before[before.index(b"PK\x03\x04", 4) : before.index(b"PK\x01\x02")] in after
    before = tarred(members)
    after = attached(rewritten(mail_with(("a.tar", before)), WORDS)[0])
    assert before[before.index(b"b.bin") :].rstrip(b"\0") == after[after.index(b"b.bin") :].rstrip(b"\0")
    assert len(after) % 10240 == 0


@pytest.mark.parametrize("kind", ["zip", "pax", "gnu", "tgz", "nested"])
def test_a_member_that_is_taken_out_leaves_one_look_for_all(kind: str) -> None:
    file_name, write, reread = KINDS[kind]
    members = {f"目录/{NAME}举报信.bin.txt": b"one", "b.txt": b"two", "c.txt": b"three"}
    mail = mail_with((file_name, write(members)))
    out, _ = rewritten(mail, WORDS, lambda part: part.size in (3, 5) and part.kind == "text")
    after = reread(attached(out))
    assert after == {
        "[附件略].txt": f"{NOTICE}\r\n".encode(),
        "[附件略] 2.txt": f"{NOTICE}\r\n".encode(),
        "[附件略] 3.txt": f"{NOTICE}\r\n".encode(),
    }


@pytest.mark.parametrize("kind", ["7z", "cab"])
def test_an_archive_that_is_not_written_is_taken_out_whole(kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NAME)
    subprocess.run(["7z", "a", "-bd", "x.7z", "a.txt"], cwd=tmp_path, check=True, capture_output=True)
    data = (tmp_path / "x.7z").read_bytes() if kind == "7z" else b"MSCF\0\0\0\0" + bytes(60)
    reading = read_mail(mail_with((f"x.{kind}", data)))
    inside = [part for part in reading.files if part.where.steps]
    assert not any(part.editable for part in inside)
    assert [part.kind for part in reading.files if part.editable] == ["text", "archive"]
    assert not any(text.editable for text in reading.texts if text.where.steps)


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_a_name_without_its_flag_is_rewritten_whatever_it_is_written_in(charset: str) -> None:
    raw = f"{NAME}的材料清单".encode(charset)
    data = zipped({"x" * len(raw): b"x", "b.txt": b"y"}).replace(b"x" * len(raw), raw)
    out, _ = rewritten(mail_with(("a.zip", data)), WORDS)
    assert from_zip(attached(out)) == {f"{PLACEHOLDER}的材料清单": b"x", "b.txt": b"y"}
    assert raw[:6] not in attached(out)


def test_a_name_in_the_unicode_field_goes_with_the_field() -> None:
    raw, unicode_name = b"zxm.txt", f"{NAME}.txt".encode()
    info = zipfile.ZipInfo("zxm.txt")
    info.extra = struct.pack("<2HBL", 0x7075, 5 + len(unicode_name), 1, zlib.crc32(raw)) + unicode_name
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(info, b"x")
    mail, _ = rewritten(mail_with(("a.zip", out.getvalue())), WORDS)
    assert from_zip(attached(mail)) == {f"{PLACEHOLDER}.txt": b"x"}
    assert NAME.encode() not in attached(mail)
    assert b"zxm" not in attached(mail)


def test_comments_of_a_zip_go_where_something_is_found_in_them() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, comment in (("a", f"来自{NAME}"), ("b", "不相干")):
            info = zipfile.ZipInfo(name)
            info.comment = comment.encode()
            file.writestr(info, b"x")
        file.comment = f"{NAME}打包".encode()
    mail, _ = rewritten(mail_with(("a.zip", out.getvalue())), WORDS)
    with zipfile.ZipFile(io.BytesIO(attached(mail))) as file:
        assert file.comment == b""
        assert [info.comment.decode() for info in file.infolist()] == ["", "不相干"]


def test_two_members_whose_names_become_one_are_told_apart() -> None:
    words = {NAME: PLACEHOLDER, "章晓鸣": PLACEHOLDER}
    for write, reread in ((zipped, from_zip), (tarred, from_tar)):
        data = write({f"d/{NAME}.txt": b"1", "d/章晓鸣.txt": b"2"})
        after = reread(attached(rewritten(mail_with(("a", data)), words)[0]))
        assert after == {f"d/{PLACEHOLDER}.txt": b"1", f"d/{PLACEHOLDER} 2.txt": b"2"}


def test_links_owners_and_records_of_a_tar() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as file:
        info = tarfile.TarInfo(f"{NAME}.txt")
        info.size, info.uname = 1, NAME
        info.pax_headers = {"comment": f"由{NAME}", "kept": "不相干"}
        file.addfile(info, io.BytesIO(b"x"))
        for kind in (tarfile.LNKTYPE, tarfile.SYMTYPE):
            link = tarfile.TarInfo(f"link{kind.decode()}")
            link.type, link.linkname = kind, f"{NAME}.txt"
            file.addfile(link)
    mail, _ = rewritten(mail_with(("a.tar", out.getvalue())), WORDS)
    assert NAME.encode() not in attached(mail)
    with tarfile.open(fileobj=io.BytesIO(attached(mail))) as file:
        first, hard, soft = file.getmembers()
        assert (first.name, first.uname, first.pax_headers["kept"]) == (f"{PLACEHOLDER}.txt", "", "不相干")
        assert "comment" not in first.pax_headers
        assert (hard.linkname, soft.linkname) == (f"{PLACEHOLDER}.txt",) * 2
        assert file.extractfile(hard).read() == b"x"  # type: ignore[union-attr]


def test_a_hard_link_follows_a_member_that_is_taken_out() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        info = tarfile.TarInfo("a.txt")
        info.size = 3
        file.addfile(info, io.BytesIO(b"abc"))
        link = tarfile.TarInfo("b.txt")
        link.type, link.linkname = tarfile.LNKTYPE, "a.txt"
        file.addfile(link)
    mail, _ = rewritten(mail_with(("a.tar", out.getvalue())), WORDS | {"abc": "[略]"}, lambda part: part.size == 3)
    assert set(from_tar(attached(mail)).values()) == {f"{NOTICE}\r\n".encode()}


@pytest.mark.parametrize("name", ["a.txt.gz", f"{NAME}.txt.gz"])
@pytest.mark.parametrize("inner", ["", "a.txt", f"{NAME}.txt"])
def test_a_file_in_gzip_keeps_its_time_and_its_name_where_nothing_was_found_in_it(name: str, inner: str) -> None:
    out = io.BytesIO()
    with gzip.GzipFile(inner, "wb", fileobj=out, mtime=1_600_000_000) as file:
        file.write(f"{NAME}说\n".encode())
    data = attached(rewritten(mail_with((name, out.getvalue())), WORDS)[0])
    assert gzip.decompress(data).decode() == f"{PLACEHOLDER}说\n"
    assert data[4:8] == out.getvalue()[4:8]
    assert (b"a.txt\0" in data) == (inner == "a.txt")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.ZstdCompressor().compress])
def test_joined_streams_become_one(pack: Callable[[bytes], bytes]) -> None:
    data = pack(f"{NAME}说\n".encode()) + pack("完\n".encode())
    _, after = rewritten(mail_with(("a.log.gz", data)), WORDS)
    assert f"{PLACEHOLDER}说\n完\n" in said(after)


def test_a_strange_archive_is_not_written() -> None:
    for data in (zipped({"a.txt": NAME.encode()}) + b"more", tarred({"a.txt": NAME.encode()}) + b"more"):
        reading = read_mail(mail_with(("a.zip", data)))
        assert reading.ambiguities
        try:
            edits = edits_without(reading, WORDS)
            assert not edits or apply(mail_with(("a.zip", data)), edits)
        except CannotRewrite:
            continue
        assert not edits


@pytest.mark.parametrize("kind", ["zip", "pax", "tgz"])
def test_an_edit_without_a_place_is_refused(kind: str) -> None:
    source = Source(KINDS[kind][1]({"a.txt": b"x"}), Location("2"), "a", editable=True)
    child = next(piece for piece in read(source) if isinstance(piece, Child))
    for edits in (
        FileEdits(changes=(Change(99, (0, 1), "x"),)),
        FileEdits(changes=(Change(0, (0, 99), "x"),)),
        FileEdits(changes=(Change(0, (0, 1), "x", whole_field=True),)),
        FileEdits(paints=(Paint(Location("2"), ()),)),
        FileEdits(children=((child, Rewritten(b"y")), (child, Rewritten(b"z")))),
        FileEdits(children=((Child(Location("2"), b"", path=(7,)), Removed("x")),)),
    ):
        with pytest.raises((ValueError, LookupError)):
            rewritten_archive(source, edits)
    if kind == "zip":
        for name in ("a/b", "..", "x\\y", "a\nb"):
            with pytest.raises(ValueError, match="name"):
                rewritten_archive(source, FileEdits(changes=(Change(0, (0, 5), name),)))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["zip", "pax", "gnu", "tgz"]), st.data())
def test_damaged_bytes_are_refused_or_read_as_planned(kind: str, data: st.DataObject) -> None:
    packed = bytearray(KINDS[kind][1]({"a.txt": NAME.encode(), f"{NAME}.txt": b"x" * 40}))
    for _ in range(data.draw(st.integers(1, 3))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    source = Source(bytes(packed), Location("2"), "a", editable=True)
    texts = [p for p in read(source) if isinstance(p, TextFragment) and p.editable]
    changes = []
    for ordinal, fragment in enumerate(texts):
        at = fragment.text.find(NAME)
        if at >= 0:
            changes.append(Change(ordinal, (at, at + 3), PLACEHOLDER))
    if not changes:
        return
    try:
        out = rewritten_archive(source, FileEdits(tuple(changes))).data
    except ValueError:
        return
    again = [p for p in read(Source(out, Location("2"), "a", editable=True)) if isinstance(p, TextFragment)]
    assert not any(NAME in fragment.text for fragment in again if fragment.medium == "file_name")
