"""The table of items of a HEIF: what a photograph holds besides what it shows."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.image.heif import MOST_OTHERS, others


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L4s", 8 + len(body), kind) + body


def item(number: int, kind: bytes, hidden: bool = False) -> bytes:
    return box(b"infe", bytes((2, 0, 0, hidden)) + struct.pack(">2H4sB", number, 0, kind, 0))


def reference(kind: bytes, number: int, *to: int) -> bytes:
    return box(kind, struct.pack(f">2H{len(to)}H", number, len(to), *to))


def heif(items: list[bytes], references: list[bytes], shown: int = 1) -> bytes:
    meta = box(b"pitm", struct.pack(">LH", 0, shown))
    meta += box(b"iinf", struct.pack(">LH", 0, len(items)) + b"".join(items))
    meta += box(b"iref", bytes(4) + b"".join(references)) if references else b""
    return box(b"ftyp", b"heic\0\0\0\0") + box(b"meta", bytes(4) + meta)


def shown_by(data: bytes) -> int:
    at = data.index(b"pitm") + 8
    return int.from_bytes(data[at : at + 2], "big")


def test_one_picture_holds_no_other() -> None:
    assert list(others(heif([item(1, b"hvc1"), item(2, b"Exif", True)], [reference(b"cdsc", 2, 1)]))) == []


def test_tiles_are_shown_by_their_grid() -> None:
    tiles = [item(number, b"hvc1", True) for number in (2, 3)]
    assert list(others(heif([item(1, b"grid"), *tiles], [reference(b"dimg", 1, 2, 3)]))) == []


@pytest.mark.parametrize("kind", [b"thmb", b"auxl", b"cdsc", b""])
@pytest.mark.parametrize("hidden", [True, False])
def test_a_preview_a_depth_map_and_a_hidden_picture_are_shown_in_a_copy(kind: bytes, hidden: bool) -> None:
    references = [reference(kind, 5, 1)] if kind else []
    (copy,) = others(heif([item(1, b"hvc1"), item(5, b"hvc1", hidden)], references))
    assert shown_by(copy) == 5
    assert b"thmb" not in copy
    assert b"auxl" not in copy
    assert copy[copy.rindex(b"infe") + 7] == 0, "it is hidden no more"


@pytest.mark.parametrize("kind", [b"av01", b"jpeg", b"unci", b"abcd"])
def test_a_picture_of_another_kind_cannot_be_read(kind: bytes) -> None:
    with pytest.raises(ValueError, match="kind"):
        list(others(heif([item(1, b"hvc1"), item(2, kind)], [])))


def test_too_many_pictures_are_no_photograph() -> None:
    items = [item(number, b"hvc1") for number in range(1, MOST_OTHERS + 3)]
    with pytest.raises(ValueError, match="more pictures"):
        list(others(heif(items, [])))


@given(st.binary(max_size=200), st.integers(0, 200))
def test_a_broken_table_is_said_to_be(noise: bytes, at: int) -> None:
    whole = heif([item(1, b"grid"), item(2, b"hvc1")], [reference(b"dimg", 1, 2)])
    with suppress(struct.error, IndexError, ValueError, KeyError):
        list(others(whole[:at] + noise + whole[at + len(noise) :]))
