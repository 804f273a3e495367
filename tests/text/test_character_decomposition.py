"""Characters in parts, as people write them to get past a filter."""

import hashlib
from importlib import resources

import pytest

from gateway.text.character_decomposition import taken_apart


def data(name: str) -> bytes:
    return resources.files("gateway.text").joinpath(name).read_bytes()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("张小鸣", "弓长小口鸟"),
        ("李雷", "木子雨田"),
        ("刘江", "文刂水工"),
        ("陈好", "耳东女子"),
        ("胡月明", "古月月日月"),
        ("湘", "水相"),
        ("林", "木木"),
    ],
)
def test_a_name_is_known_in_its_parts(name: str, written: str) -> None:
    assert written in set(taken_apart(name))


def test_one_character_of_a_name_may_stand_whole() -> None:
    assert {"张小口鸟", "弓长小鸣"} <= set(taken_apart("张小鸣"))


@pytest.mark.parametrize("name", ["", "a", "1", "一", "人", "\n", "#", "\t", "😀"])
def test_what_has_no_parts_is_written_in_one_way(name: str) -> None:
    assert list(taken_apart(name)) == []


def test_the_table_is_the_one_that_was_compared_with_its_source() -> None:
    """For every character of Unicode the ways were those of Hanzi Chaizi 0.4.0 when this digest was taken."""
    lines = data("parts.txt").decode("utf-8").split("\n")
    rows = [line for line in lines if line and not line.startswith("#")]
    assert len(rows) == 18_985
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    assert digest == "313dd121ac35662ab0aa26984a13d93ece03ca05b907a8613e434d40edef9366"


def test_the_table_has_its_licence_in_it_and_beside_it() -> None:
    head = [line for line in data("parts.txt").decode("utf-8").split("\n") if line.startswith("#")]
    assert any("开放词典" in line and "CC BY 3.0" in line and "Hanzi Chaizi" in line for line in head)
    assert any("Changed:" in line and "parts-licence.txt" in line for line in head)
    licence = data("parts-licence.txt").decode("utf-8")
    for words in ("开放词典", "creativecommons.org/licenses/by/3.0", "Apache License 2.0", "Changes made here"):
        assert words in licence, words


def test_the_table_is_text_of_moderate_size() -> None:
    assert len(data("parts.txt")) < 2**20
