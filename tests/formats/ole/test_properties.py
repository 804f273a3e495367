"""Property sets of compound files: authors, titles, what somebody defined, previews."""

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from compound import compound
from file_tools import damaged, read, reasons
from gateway.formats.ole.properties import properties
from gateway.model import steps

SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
DOCUMENT = bytes.fromhex("02d5cdd59c2e1b10939708002b2cf9ae")
DEFINED = bytes.fromhex("05d5cdd59c2e1b10939708002b2cf9ae")
TITLE, AUTHOR, KEYWORDS, LAST, THUMBNAIL, MANAGER, COMPANY, PARTS = 2, 4, 5, 8, 17, 14, 15, 13
NARROW, WIDE, VECTOR = 0x1E, 0x1F, 0x1000


def string(text: str, page: int) -> bytes:
    if page == 1200:
        raw = text.encode("utf-16-le") + b"\0\0"
        body = struct.pack("<2L", NARROW, len(raw)) + raw
    else:
        raw = text.encode({936: "gbk", 950: "big5", 65001: "utf-8", 1252: "gbk", 0: "gbk"}[page]) + b"\0"
        body = struct.pack("<2L", NARROW, len(raw)) + raw
    return body + b"\0" * (-len(body) % 4)


def wide(text: str) -> bytes:
    raw = text.encode("utf-16-le") + b"\0\0"
    body = struct.pack("<2L", WIDE, len(raw) // 2) + raw
    return body + b"\0" * (-len(body) % 4)


def clip(number: int, data: bytes, marker: int = -1) -> bytes:
    body = struct.pack("<lL", marker, number) + data
    return struct.pack("<2L", 0x47, len(body)) + body + b"\0" * (-len(body) % 4)


def property_set(values: dict[int, bytes], page: int = 936) -> bytes:
    values = ({1: struct.pack("<LHH", 2, page, 0)} if page else {}) | values
    head, body = b"", b""
    for number, value in values.items():
        head += struct.pack("<2L", number, 8 + 8 * len(values) + len(body))
        body += value
    return struct.pack("<2L", 8 + len(head) + len(body), len(values)) + head + body


def stream(*sets: tuple[bytes, bytes]) -> bytes:
    at = 28 + 20 * len(sets)
    head, body = struct.pack("<2HL16sL", 0xFFFE, 0, 0, b"", len(sets)), b""
    for identifier, data in sets:
        head += struct.pack("<16sL", identifier, at + len(body))
        body += data
    return head + body


def people(data: bytes) -> list[str]:
    return [one for found in properties(data) if found.names_people for one in found.texts]


@pytest.mark.parametrize("page", [936, 950, 1200, 65001, 1252, 0])
@pytest.mark.parametrize("name", ["文静", "高兴", "张小鸣", "江山"])
def test_a_name_of_two_letters_is_read_in_every_code_page(page: int, name: str) -> None:
    if page == 950:
        name = {"文静": "文靜", "高兴": "高興", "张小鸣": "張小鳴"}.get(name, name)
    found = people(stream((SUMMARY, property_set({AUTHOR: string(name, page), LAST: string(name, page)}, page))))
    assert found.count(name) == 2


def test_which_property_it_is_says_whether_it_names_a_person() -> None:
    values = {TITLE: string("安心", 936), AUTHOR: string("文静", 936), KEYWORDS: string("高兴", 936)}
    beside = {MANAGER: string("江山", 936), COMPANY: string("白雪", 936)}
    data = stream((SUMMARY, property_set(values)), (DOCUMENT, property_set(beside)))
    found = {one.name: (one.texts[0], one.names_people) for one in properties(data)}
    assert found == {
        "title": ("安心", False),
        "author": ("文静", True),
        "keywords": ("高兴", False),
        "manager": ("江山", True),
        "company": ("白雪", False),
    }


@pytest.mark.parametrize("page", [936, 1200])
def test_what_somebody_defined_is_read_with_its_name(page: int) -> None:
    name = "投诉人"
    raw = name.encode("utf-16-le" if page == 1200 else "gbk") + (b"\0\0" if page == 1200 else b"\0")
    length = len(raw) // 2 if page == 1200 else len(raw)
    entry = struct.pack("<2L", 2, length) + raw
    dictionary = struct.pack("<L", 1) + entry + b"\0" * (-len(entry) % 4)
    data = stream((DEFINED, property_set({0: dictionary, 2: wide("文静")}, page)))
    assert [(one.name, one.texts, one.names_people) for one in properties(data)] == [
        ("name", ("投诉人",), False),
        ("投诉人", ("文静",), True),
    ]


@pytest.mark.parametrize("unit", [1, 4])
def test_the_names_of_parts_are_read_as_office_and_as_the_standard_write_them(unit: int) -> None:
    def piece(text: str) -> bytes:
        raw = text.encode("gbk") + b"\0"
        return struct.pack("<L", len(raw)) + raw + b"\0" * (-len(raw) % unit)

    value = struct.pack("<2L", VECTOR | NARROW, 2) + piece("投诉") + piece("文静")
    data = stream((DOCUMENT, property_set({PARTS: value + b"\0" * 4})))
    (found,) = properties(data)
    assert {"投诉", "文静"} <= set(found.texts)


def test_an_author_of_an_old_document_is_in_a_field_of_names() -> None:
    values = {AUTHOR: string("文静", 936)}
    summary = stream((SUMMARY, property_set(values)))
    reading = read(compound({("PowerPoint Document",): bytes(8), ("\x05SummaryInformation",): summary}))
    (author,) = (text for text in reading.texts if text.names_people)
    assert "文静" in author.text.split("\n")
    assert author.where.steps[-1] == steps.document_property("author")


def test_a_preview_that_is_a_bitmap_is_looked_at() -> None:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), (10, 200, 30)).save(out, "BMP")
    data = stream((SUMMARY, property_set({THUMBNAIL: clip(8, out.getvalue()[14:])})))
    reading = read(compound({("PowerPoint Document",): bytes(8), ("\x05SummaryInformation",): data}))
    assert [(one.width, one.height) for one in reading.pictures] == [(80, 60)]
    assert reasons(reading) == []


@pytest.mark.parametrize(("number", "marker"), [(2, -1), (99, -1), (3, -2), (0, 0)])
def test_a_preview_of_another_kind_is_held(number: int, marker: int) -> None:
    data = stream((SUMMARY, property_set({THUMBNAIL: clip(number, bytes(40), marker)})))
    reading = read(compound({("PowerPoint Document",): bytes(8), ("\x05SummaryInformation",): data}))
    assert reasons(reading) == ["metafile_picture"]


def test_a_vector_without_end_ends() -> None:
    value = struct.pack("<2L", VECTOR | 0x00, 0xFFFFFFFF)
    assert list(properties(stream((DOCUMENT, property_set({PARTS: value}))))) == []


WHOLE = stream((SUMMARY, property_set({AUTHOR: string("文静", 936), THUMBNAIL: clip(8, bytes(60))})))


@settings(max_examples=60)
@given(damaged(WHOLE))
def test_damage_is_read_or_held(data: bytes) -> None:
    read(compound({("PowerPoint Document",): bytes(8), ("\x05SummaryInformation",): data}))


@settings(max_examples=60)
@given(st.text(st.characters(codec="gbk", exclude_characters="\0"), min_size=1, max_size=30))
def test_any_author_in_the_code_page_of_china_is_read(name: str) -> None:
    assert name in people(stream((SUMMARY, property_set({AUTHOR: string(name, 936)}))))


def test_an_author_in_a_property_set_whose_tables_are_broken_is_read() -> None:
    data = bytearray(stream((SUMMARY, property_set({AUTHOR: string("文静", 936)}))))
    data[0:2] = b"\0\0"
    reading = read(compound({("PowerPoint Document",): bytes(8), ("\x05SummaryInformation",): bytes(data)}))
    assert any("文静" in text.text.split("\n") for text in reading.texts if text.names_people)
    assert reasons(reading) == []
