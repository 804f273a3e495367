"""Addresses, numbers and accounts are found by their shape, and under the form under which a report's items are."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.identifiers import _NUMBER, _has_numerals, _runs, candidates, digests, forms, message_digests


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("phone", "+86 138 0013 8000", "电话13800138000谢谢"),
        ("phone", "13800138000", "电话 138-0013-8000"),
        ("phone", "13800138000", "+86 138 0013 8000"),
        ("phone", "13800138000", "(0086)13800138000"),
        ("phone", "13800138000", "１３８００１３８０００"),
        ("phone", "13800138000", "①③⑧00138000"),
        ("phone", "13800138000", "幺三八零零一三八零零零"),
        ("phone", "020-8123 4567", "请打 020 81234567 找我"),
        ("phone", "13800138000", "分别是 13900139000、13800138000"),
        ("government_id", "44010619900101123X", "身份证：44010619900101123x。"),
        ("government_id", "440106199001011234", "440106 19900101 1234"),
        ("account", "xm_feifei90", "微信号XM_feifei90，"),
        ("account", "xm_feifei90", "微信:xmfeifei90"),
        ("account", "2718281828", "QQ 2718281828"),
        ("account", "feifeiliveshow", "id=feifeiliveshow"),
        ("address", "Xiaoming@Mail.example", "邮箱xiaoming@mail.example。"),
        ("address", "xiaoming@mail.example", "＜xiaoming＠mail．example＞"),
        ("address", "xiaoming@mail.example", "<xiaoming+live@mail.example>"),
        ("address", "小鸣@例子.example", "小鸣@例子.example"),
        ("address", "小鸣@例子.example", "写给 小鸣@xn--fsqu00a.example 吧"),
    ],
)
def test_an_item_is_found_in_each_way_of_writing_it(kind: str, value: str, written: str) -> None:
    assert set(forms(kind, value)) & candidates(written)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("account", "sunshine"),
        ("account", "12345"),
        ("phone", "110"),
        ("name", "张小鸣"),
        ("address", "xiaoming"),
        ("account", "小鸣"),
    ],
)
def test_what_may_be_anybodys_word_is_no_strong_sign(kind: str, value: str) -> None:
    assert list(forms(kind, value)) == []


def test_a_longer_number_is_not_the_number_in_it() -> None:
    assert not set(forms("phone", "13800138000")) & candidates("订单号 9913800138000123")


@given(st.text(max_size=300))
def test_any_text_gives_forms_of_the_four_shapes(text: str) -> None:
    assert all(re.match("[@=#].", form) for form in candidates(text))


@pytest.mark.parametrize("one", ["1 ", "1-", "@", "a@", "a.", "三", "张@"])
def test_a_hostile_text_takes_no_more_than_its_length(one: str) -> None:
    start = time.process_time()
    candidates(one * 50_000)
    assert time.process_time() - start < 20  # a quadratic search would take minutes


def test_message_ids_are_the_same_with_and_without_brackets() -> None:
    assert message_digests(["<Abc-1@mail.example>"]) == message_digests(["abc-1@mail.example "]) != b""
    assert message_digests(["<a@b>", ""]) == b""
    assert len(digests(["#1", "#2"])) == 16


@given(st.text(alphabet="0123 .x-a?", min_size=7, max_size=50))
def test_a_number_begins_with_the_first_digit_of_its_run(text: str) -> None:
    slow = re.compile(rb"(?<![0-9])[0-9](?:[ \t.()+/_\-~?]{0,3}[0-9]){6,}x?")
    assert _NUMBER.findall(text.encode()) == slow.findall(text.encode())


@given(st.text(alphabet="012xX .-(a张?", max_size=80))
def test_the_runs_are_those_that_the_pattern_finds_in_the_whole_text(text: str) -> None:
    plain = text.encode("ascii", "replace")
    assert _runs(plain) == set(_NUMBER.findall(plain))


@given(st.text(alphabet="一零柒1张\U0001f600", max_size=12))
def test_three_numerals_side_by_side_are_a_number_written_out(text: str) -> None:
    assert _has_numerals(text) == (re.search("[一零柒]{3}", text) is not None)
