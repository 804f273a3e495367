"""Text is read by the indexes of the Encoding Standard, whole, and goes back into the octets that it came from."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.charsets import decodings, encode
from gateway.text.indexes import decoded, encoded
from gateway.text.normalize import fold_character, normalise
from gateway.text.private_use import public

INDEXES = sorted((Path(__file__).parent / "indexes").glob("*.txt"))
COUNTS = {
    "gb18030-gb18030": 23940,
    "big5hkscs-big5": 18590,
    "cp949-euc-kr": 17048,
    "cp932-jis0208": 7724,
    "euc_jp-jis0208": 7336,
    "euc_jp-jis0212": 6067,
}
LABELS = {
    "gb18030": ("gb18030", "gbk", "gb2312"),
    "big5hkscs": ("big5", "big5-hkscs"),
    "cp949": ("euc-kr",),
    "cp932": ("shift_jis",),
    "euc_jp": ("euc-jp",),
}
FOLDED = {
    "\ue5e5": "\u3000", "\ue76c": "€", "\ue7c7": "ḿ", "\ue7c8": "ǹ", "\ue78d": "︐", "\ue78f": "︑", "\ue796": "︙",
    "\ue7e7": "〾", "\ue7f3": "⿻", "\ue815": "⺁", "\ue816": "𠂇", "\ue831": "𡗗", "\ue855": "𤇾",
    "\ue863": "䶮", "\ue864": "龻",
}  # fmt: skip


def pairs(path: Path) -> Iterator[tuple[bytes, str]]:
    for line in path.read_text("utf-8").split("\n"):
        if line and not line.startswith("#"):
            lead, *rest = line.split(" ")
            for one in rest:
                yield bytes.fromhex(lead + one[:2]), one[2:]


@pytest.mark.parametrize("path", INDEXES, ids=lambda path: path.stem)
def test_every_character_of_an_index_is_read_as_the_standard_has_it(path: Path) -> None:
    codec = path.stem.split("-")[0]
    read = list(pairs(path))
    assert len(read) == COUNTS[path.stem]
    assert [(data, text) for data, text in read if decoded(data, codec) != text] == []
    for label in LABELS[codec]:
        assert [data for data, text in read if all(one.text != text for one in decodings(data, label))] == []


@pytest.mark.parametrize("path", INDEXES, ids=lambda path: path.stem)
def test_all_characters_of_an_index_in_a_row_are_read_and_written_again(path: Path) -> None:
    codec = path.stem.split("-")[0]
    read = list(pairs(path))
    text = "".join(character for _, character in read)
    assert decoded(b"".join(data for data, _ in read), codec) == text
    assert decoded(encode(text, codec)[0], encode(text, codec)[1]) == text
    for data, character in read:
        if (written := encode(character, codec))[1] == codec:
            assert decoded(written[0], codec) == character, data


def test_octets_of_gbk_that_the_standard_alone_reads_go_back_where_they_came_from() -> None:
    for data, character in pairs(next(path for path in INDEXES if path.stem == "gb18030-gb18030")):
        assert encoded(character, "gb18030") == data or character == "\u3000"


@given(st.binary(max_size=60), st.sampled_from(("gb18030", "big5hkscs", "euc_jp")))
def test_octets_are_taken_as_python_takes_them_but_for_the_table(data: bytes, codec: str) -> None:
    try:
        expected = data.decode(codec)
    except UnicodeDecodeError:
        decoded(data, codec, "replace").encode()
        return
    text = decoded(data, codec)
    assert len(text) <= len(expected)
    assert encoded(text, codec) == expected.encode(codec) or decoded(encoded(text, codec), codec) == text


@pytest.mark.parametrize("codec", ["gb18030", "big5hkscs", "euc_jp"])
@pytest.mark.parametrize(
    "piece", [b"\xfe\x59", b"\x87\x7a", b"\xad\xa1", b"\x87", b"\xfe", b"a\xfe", b"\x81\x30\x81\x30"]
)
def test_a_megabyte_is_read_in_linear_time(codec: str, piece: bytes) -> None:
    begun = time.process_time()
    decoded(piece * (1_000_000 // len(piece)), codec, "replace")
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(("private", "character"), FOLDED.items())
def test_a_private_character_of_gb18030_is_what_it_stands_for(private: str, character: str) -> None:
    assert public(private) == character
    assert fold_character(private) == fold_character(character)


def test_a_name_is_found_whichever_way_its_character_is_written() -> None:
    ways = ["王䶮", "王\ue863", b"\xcd\xf5\xfe\x9f".decode("gb18030"), decoded(b"\xcd\xf5\x83\x36\xcf\x39", "gb18030")]
    assert {normalise(way).text for way in ways} == {"王䶮"}
    assert normalise("王\ue863" * 1000).text == "王䶮" * 1000


def test_other_private_characters_are_nobodys() -> None:
    for code in (*range(0xE000, 0xE5E5), *range(0xE865, 0xF900)):
        assert public(chr(code)) == chr(code)
