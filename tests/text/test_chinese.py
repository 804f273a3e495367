"""Names as they are read and as they can be."""

import pytest

from gateway.text.chinese import (
    is_ordinary_word,
    is_platform_word,
    is_plausible_name,
    readings,
    split_name,
)
from gateway.text.chinese_names import COMPOUND_SURNAMES, SURNAMES
from gateway.text.han import has_han, is_han


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("张小鸣", "zhang xiao ming"),
        ("曾凡一", "zeng fan yi"),
        ("仇英", "qiu ying"),
        ("区小明", "ou xiao ming"),
        ("解缙", "xie jin"),
        ("单雄信", "shan xiong xin"),
        ("查良镛", "zha liang yong"),
        ("长孙无忌", "zhang sun wu ji"),
        ("单于丹", "chan yu dan"),
        ("尉迟恭", "yu chi gong"),
    ],
)
def test_a_surname_is_read_as_a_surname_first(name: str, reading: str) -> None:
    assert " ".join(readings(name)[0]) == reading


def test_the_other_readings_follow_and_so_do_the_spellings_of_u_umlaut() -> None:
    assert ("ceng", "fan") in readings("曾凡")
    assert {syllables[0] for syllables in readings("吕布")} == {"lv", "lyu", "lu"}


def test_a_name_of_many_readings_has_at_most_the_limit() -> None:
    assert len(readings("单单单单单单单单")) == 32


@pytest.mark.parametrize("text", ["", "Maria", "张a", "·"])
def test_what_is_not_all_han_has_no_reading(text: str) -> None:
    assert readings(text) == ()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("张小鸣", ("张", "小鸣")),
        ("欧阳小鸣", ("欧阳", "小鸣")),
        ("欧阳", ("欧", "阳")),
        ("清凌凌", ("", "清凌凌")),
        ("", ("", "")),
    ],
)
def test_a_name_is_parted_after_its_surname(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


@pytest.mark.parametrize(
    "name", ["张小鸣", "李雷", "欧阳小鸣", "司马相如", "阿不都·热合曼", "Zhang Xiaoming", "Maria Lopez", "张李小鸣"]
)
def test_a_name_is_plausible(name: str) -> None:
    assert is_plausible_name(name)


@pytest.mark.parametrize(
    "text",
    ["", "清凌凌", "直播平台", "张先生", "举报人", "张小鸣的来信说", "maria", "2020年", "客服中心", "hello there"],
)
def test_what_is_no_name_is_not_plausible(text: str) -> None:
    assert not is_plausible_name(text)


def test_han_is_ideographs_and_not_their_punctuation() -> None:
    assert all(map(is_han, "张〇⼩𠮷"))
    assert not any(map(is_han, "a1。「·あ"))
    assert has_han("a 张")
    assert not has_han("Zhang。")


def test_everyday_words_and_platform_words_are_known() -> None:
    assert is_ordinary_word("建国")
    assert not is_ordinary_word("小鸣")
    assert is_platform_word("平台客服")
    assert not is_platform_word("张小鸣")


def test_the_tables_hold_what_they_say() -> None:
    assert all(len(surname) == 1 and is_han(surname) for surname in SURNAMES)
    assert all(len(surname) in (2, 4) for surname in COMPOUND_SURNAMES)
    assert {"张", "王", "李", "曾", "区"} <= SURNAMES
