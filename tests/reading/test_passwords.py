"""Which words of a mail may be a password: what people write, bounded whatever they write."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import Location, Medium, TextFragment
from gateway.reading.passwords import MOST, candidates


def said(text: str, *names: str, medium: Medium = "text", label: str = "") -> tuple[str, ...]:
    return candidates([TextFragment(Location("1"), medium, text, label)], names)


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ("密码：1234", "1234"),
        ("密码:1234,请查收", "1234"),
        ("解压密码是1234。", "1234"),
        ("解壓密碼為 Abc@99", "Abc@99"),
        ("压缩包口令为【xY-77】", "xY-77"),
        ("密 码 ： 1234", "1234"),
        ("打开密码\n\nqwe123\n", "qwe123"),
        ("提取码: 9k2p", "9k2p"),
        ("The password is 'hunter2'.", "hunter2"),
        ("Passcode = 0042", "0042"),
        ("pw: a.b.c", "a.b.c"),
        ("PIN 8899 for the file", "8899"),
        ("密码：星儿2020", "星儿2020"),
        ("“Ab12”为附件密码", "Ab12"),
        ("用 Ab12 unlock the file", "Ab12"),
    ],
)
def test_what_is_said_to_be_one_is_one(text: str, password: str) -> None:
    assert password in said(text)


def test_the_likeliest_come_first() -> None:
    text = "编号 889900 的材料，密码：1234。联系电话 13912345678\n\nother-word\n"
    assert said(text, "材料.zip").index("1234") < 3


def test_a_file_s_name_is_one_and_last_digits_where_they_are_spoken_of() -> None:
    assert {"结算单.v2", "结算单.v2.7z"} & set(said("见附件", "结算单.v2.7z"))
    assert "结算单" in said("见附件", "结算单.tar.gz")
    assert "5678" in said("密码是手机后四位，+86 139 1234 5678")
    assert "5678" not in said("手机 13912345678")


def test_only_what_people_read_says_one() -> None:
    assert said("密码：1234", medium="header", label="subject") != ()
    assert said("密码：1234", medium="header", label="message-id") == ()
    assert said("密码：1234", medium="metadata") == ()


@given(
    st.text(alphabet="密码：:是 aA1\n“”后四位0123456789手机", max_size=3000), st.lists(st.text(max_size=80), max_size=5)
)
def test_there_are_never_many(text: str, names: list[str]) -> None:
    found = said(text, *names)
    assert len(found) == len(set(found)) <= MOST
    assert all(0 < len(word) <= 64 for word in found)


@pytest.mark.parametrize(
    "piece", ["密码", "密码：", "password ", "1234567 ", "密 ", "x" * 30 + "\n", "：“", "后四位1 "]
)
def test_a_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    said(piece * 100_000)
    assert time.process_time() - started < 10
