"""A quoted mail goes whole: its head, its lines, and nothing of the answer around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rewriting.quotations import quotation

# Gmail, Apple Mail, Thunderbird: a sentence, then `>` lines; the answer above and below.
GMAIL = "在 2020年9月18日，张小鸣 <a@b.example> 写道：\n\n> 我要投诉主播\n> 昨晚他骂人\n>\n> 谢谢"
GMAIL_EN = "On Fri, 18 Sep 2020 at 10:00, Zhang <a@b.example> wrote:\n> I complain\n> of him"
# Outlook, Foxmail: fields; everything to the end.
FIELDS = "发件人: 张小鸣 <a@b.example>\n发送时间: 2020年9月18日 10:00\n收件人: 客服\n主题: 投诉\n\n我要投诉\n\n张小鸣"
OUTLOOK = "-----Original Message-----\nFrom: Zhang\nSent: Friday\nTo: staff\nSubject: x\n\nI complain\n"
RULED = "________________________________\n发件人: 张小鸣\n主题: 投诉\n\n内容\n"
NESTED = ">> 2020-09-18 张小鸣 写道：\n>> 我要投诉\n>> 他"
QUOTED = [
    ("您好，见下。\n\n", GMAIL, "\n\n已转相关部门。\n客服\n"),
    ("Dear streamer,\n\n", GMAIL_EN, "\nRegards\n"),
    ("请看。\n\n", FIELDS, ""),
    ("See below.\n", OUTLOOK, ""),
    ("见下\n", RULED, ""),
    ("回复如下\n> 同事写的\n", NESTED, "\n> 同事接着写\n完\n"),
]


@pytest.mark.parametrize(("above", "quoted", "below"), QUOTED)
def test_a_quotation_goes_from_its_head_to_its_last_line(above: str, quoted: str, below: str) -> None:
    text = above + quoted + below
    name = "张小鸣" if "张小鸣" in quoted else "Zhang"
    at = text.index(name)
    start, end = quotation(text, (at, at + len(name)))
    assert text[:start] == above
    assert text[end:].strip() == below.strip()
    assert text[start:end].strip() == quoted.strip()


@given(st.text("ab>\n :：发件人写道-", max_size=80), st.data())
def test_it_covers_the_place_that_says_who_in_any_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    low, high = quotation(text, (start, end))
    assert 0 <= low <= start
    assert end <= high <= len(text)
