"""A quoted mail goes whole: its head, its lines, and nothing of the answer around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rewriting.quotations import is_quoted_on, quotation

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
    assert 0 <= low <= start + len(text[start:end]) - len(text[start:end].lstrip())
    assert end <= high <= len(text)


@pytest.mark.parametrize(("above", "quoted", "below"), QUOTED)
def test_line_ends_of_two_characters_stay_whole(above: str, quoted: str, below: str) -> None:
    text = (above + quoted + below).replace("\n", "\r\n")
    name = "张小鸣" if "张小鸣" in quoted else "Zhang"
    start, end = quotation(text, (text.index(name), text.index(name) + len(name)))
    left = text[:start] + "[邮件略]" + text[end:]
    assert left.count("\n") == left.count("\r\n") == left.count("\r")


def test_the_line_before_a_head_stays_where_the_span_begins_with_its_end() -> None:
    text = "本平台已处理：警告一次，请整改。\n2026年1月1日 10:00，张小鸣 <a@b.example> 写道：\n\n我要投诉"
    at = text.index("\n")
    start, end = quotation(text, (at, text.index("写道")))
    assert text[:start] == "本平台已处理：警告一次，请整改。\n"
    assert end == len(text)


def test_a_field_of_a_form_is_a_line_and_no_mail() -> None:
    text = "发件人: 张小鸣 <a@b.example>\n处理结果：警告一次，请于三日内整改。\n"
    _, end = quotation(text, (5, 8))
    assert text[end:] == "\n处理结果：警告一次，请于三日内整改。\n"


def test_quoted_lines_behind_an_answer_are_seen() -> None:
    text = "2026年1月1日，张小鸣 <a@b.example> 写道：\n> 我要投诉\n\n好的\n\n> 我是他高中同桌\n"
    at = text.index("张小鸣")
    span = quotation(text, (at, at + 3))
    assert is_quoted_on(text, [span])
    assert not is_quoted_on(text[: span[1]], [span])


def test_quoted_lines_between_two_quotations_are_seen() -> None:
    head = "2026年1月1日，张小鸣 <a@b.example> 写道：\n"
    text = f"{head}> 我要投诉\n\n好的\n\n> 我是他高中同桌\n\n收到\n\n{head}> 请处理\n"
    spans = [quotation(text, (at, at + 3)) for at in (text.index("张小鸣"), text.rindex("张小鸣"))]
    assert text[spans[1][1] :].strip() == ""
    assert is_quoted_on(text, spans)
    assert is_quoted_on(text, spans[::-1])


def test_a_quotation_within_another_leaves_nothing_behind() -> None:
    text = "> 一\n> 二\n> 三\n\n好的"
    assert not is_quoted_on(text, [(0, text.index("\n\n")), (4, 7)])
