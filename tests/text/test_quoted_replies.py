"""Lines in which programs say whose mail they quote: found anywhere, and never slower than the text is long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.quoted_replies import quoted_people


def who(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in quoted_people(text)]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("发件人: 甲 <a@x.example>\n日期: 9月", ["甲 <a@x.example>"]),
        ("发件人：甲 发送时间：昨天", ["甲"]),
        ("发件人:\n\n甲\n主题: x", ["甲"]),
        ("To: a@x.example,\n b@x.example\nSubject: x", ["a@x.example,\n b@x.example"]),
        ("> 收件人: 乙; 抄送: 丙\n> 主题: x", ["乙", "丙"]),
        ("On 9/18/20 10:02 AM, A <a@x.example>\n> wrote:", ["On 9/18/20 10:02 AM, A <a@x.example>\n>"]),
        ("好的。甲 于2020年9月18日写道：", ["甲 于2020年9月18日"]),
        ("请发货。收件人：乙，电话：1，地址：x", []),
        ("寄件人：甲\n收件人：乙\n日期：9月", []),
        ("收件人：乙 <b@x.example>，电话：1", ["乙 <b@x.example>，电话：1"]),
        ("寄件者: 甲\n收件者: 乙\n主旨: x", ["甲", "乙"]),
        ("他在信中写道：", []),
        ("From: ", []),
        ("Frometo: x", []),
        ("", []),
    ],
)
def test_who_is_quoted(text: str, people: list[str]) -> None:
    assert who(text) == people


@given(st.text("发件人收:： \n>*From To;,<a@x.>写道wrote 2020-09年", max_size=200))
def test_every_span_lies_in_the_text_and_says_something(text: str) -> None:
    for start, end in quoted_people(text):
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip()


@pytest.mark.parametrize("piece", ["发件人:", "From: ", "> \n", "写道 2020", "To: a <", "\n>" * 50, ": *_ "])
def test_a_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    started = time.monotonic()
    for _ in quoted_people(piece * (400_000 // len(piece))):
        pass
    assert time.monotonic() - started < 30  # a quadratic walk would take minutes
