"""From findings to edits: everything is covered, nothing else is touched, or there is no plan."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection import detect
from gateway.identity import compile_report
from gateway.model import Box, Edit, Finding, Item, Kind, Location, Medium, Party, Reading, Report, TextFragment
from gateway.rewriting.places import IN_TEXT
from planning import plan

WHERE = Location("1")


def text(content: str, medium: Medium = "text", label: str = "", editable: bool = True) -> TextFragment:
    return TextFragment(WHERE, medium, content, label=label, editable=editable)


def finding(kind: Kind, span: tuple[int, int] | None, fragment: int | None = 0, score: float = 0.9) -> Finding:
    return Finding(kind, "R-1", WHERE, "text", "names", score, "", fragment, span)


def applied(content: str, edits: tuple[Edit, ...] | None) -> str:
    assert edits is not None
    for edit in sorted(edits, key=lambda e: e.span, reverse=True):
        content = content[: edit.span[0]] + edit.replacement + content[edit.span[1] :]
    return content


def redacted(content: str, *findings: Finding) -> str:
    return applied(content, plan(Reading(texts=(text(content),)), findings))


@pytest.mark.parametrize(
    ("kind", "chinese", "english"),
    [
        ("name", "[姓名略]", "[name removed]"),
        ("nickname", "[昵称略]", "[nickname removed]"),
        ("address", "[邮箱略]", "[email removed]"),
        ("phone", "[电话略]", "[phone removed]"),
        ("account", "[账号略]", "[account removed]"),
        ("government_id", "[证件号略]", "[ID number removed]"),
        ("personal_data", "[个人信息略]", "[personal data removed]"),
    ],
)
def test_a_placeholder_says_what_stood_there_in_the_language_around_it(kind: Kind, chinese: str, english: str) -> None:
    assert redacted("来自XXXXX的信", finding(kind, (2, 7))) == f"来自{chinese}的信"
    assert redacted("from XXXXX.", finding(kind, (5, 10))) == f"from {english}."


def test_a_chinese_name_in_an_english_sentence_does_not_make_it_chinese() -> None:
    assert redacted("Dear streamer, 张小鸣 wrote to us", finding("name", (15, 18))) == (
        "Dear streamer, [name removed] wrote to us"
    )
    assert redacted("张小鸣", finding("name", (0, 3))) == "[姓名略]"


def test_two_names_beside_each_other_stay_two() -> None:
    assert redacted("张小鸣 李雷来信", finding("name", (0, 3)), finding("name", (4, 6))) == "[姓名略] [姓名略]来信"


def test_of_findings_that_overlap_everything_is_covered_once_and_named_after_the_longest() -> None:
    content = "写信xiaoming@mail.example吧"
    assert redacted(content, finding("name", (2, 10)), finding("address", (2, 23))) == "写信[邮箱略]吧"
    assert redacted("零一二三四五", finding("name", (1, 3)), finding("phone", (2, 5))) == "零[电话略]五"
    assert redacted("零一二三四五", finding("name", (1, 3)), finding("name", (1, 3))) == "零[姓名略]三四五"


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(1, 40), st.sampled_from(sorted(IN_TEXT))), max_size=6),
)
def test_edits_touch_no_character_outside_the_findings_and_every_one_inside(
    content: str, raw: list[tuple[int, int, Kind]]
) -> None:
    findings = [finding(kind, (a, b)) for a, b, kind in raw if a < b <= len(content)]
    edits = plan(Reading(texts=(text(content),)), findings)
    assert edits is not None
    covered = {i for f in findings if f.span is not None for i in range(*f.span)}
    assert {i for edit in edits for i in range(*edit.span)} == covered
    ends = [edit.span for edit in edits]
    assert all(one[1] <= other[0] for one, other in pairwise(ends))


def test_the_ordinal_counts_editable_fragments_only() -> None:
    texts = (text("a", editable=False), text("张小鸣"), text("b", editable=False), text("张小鸣"))
    edits = plan(Reading(texts=texts), [finding("name", (0, 3), 3), finding("name", (0, 3), 1)])
    assert edits is not None
    assert [edit.ordinal for edit in edits] == [0, 1]


@pytest.mark.parametrize(
    "outside",
    [
        finding("name", (0, 3), 1),  # not editable
        finding("name", None, None),
        finding("avatar", None, 0),
        finding("qr_code", (0, 2)),
        finding("uninspectable", None, None),
        finding("name", (2, 99)),
        finding("name", (2, 2)),
        finding("name", (0, 3), 7),
        Finding("material", "R-1", WHERE, "picture", "material", 1.0, fragment=0, box=Box(0, 0, 9, 9)),
    ],
)
def test_what_is_not_in_text_that_can_be_edited_has_no_plan(outside: Finding) -> None:
    reading = Reading(texts=(text("张小鸣来信"), text("张小鸣", editable=False)))
    assert plan(reading, [finding("name", (0, 3)), outside]) is None


def test_nothing_found_needs_no_edit() -> None:
    assert plan(Reading(texts=(text("您好"),)), []) == ()


def test_a_thread_field_goes_whole_and_once() -> None:
    field = text("<a@x.example> <b@x.example>", "header", "references")
    findings = [finding("thread", (1, 12)), finding("address", (15, 26))]
    assert plan(Reading(texts=(field,)), findings) == (Edit(0, WHERE, (0, 27), "", "field"),)


def test_an_address_field_keeps_a_placeholder_for_a_name_and_goes_for_an_address() -> None:
    field = "张小鸣 <xiaoming@mail.example>"
    for label in ("cc", "reply-to", "to"):
        reading = Reading(texts=(text(field, "header", label),))
        assert applied(field, plan(reading, [finding("name", (0, 3))])) == "[姓名略] <xiaoming@mail.example>"
        edits = plan(reading, [finding("name", (0, 3)), finding("address", (5, 26))])
        assert edits is not None
        assert [edit.kind for edit in edits] == ["field"]


def test_a_name_inside_the_address_of_a_field_makes_it_go_too() -> None:
    field = text("Staff <zhangxiaoming@mail.example>", "header", "cc")
    edits = plan(Reading(texts=(field,)), [finding("name", (7, 20))])
    assert edits is not None
    assert edits[0].kind == "field"


def test_from_cannot_go_so_a_reporters_address_there_has_no_plan() -> None:
    field = text("客服 <xiaoming@mail.example>", "header", "from")
    assert plan(Reading(texts=(field,)), [finding("address", (4, 25))]) is None


def test_a_subject_is_written_in_the_language_of_the_mail() -> None:
    subject = text("Re: XXX", "header", "subject")
    edits = plan(Reading(texts=(subject, text("您好"))), [finding("name", (4, 7))])
    assert edits is not None
    assert edits[0].replacement == "[姓名略]"


def test_a_structured_field_that_cannot_hold_a_placeholder_goes() -> None:
    field = text("by mx.example for <xiaoming@mail.example>", "header", "received")
    edits = plan(Reading(texts=(field,)), [finding("address", (19, 40))])
    assert edits is not None
    assert edits[0].kind == "field"


def test_what_was_planned_leaves_nothing_to_find() -> None:
    items = (
        Item("name", "张小鸣"),
        Item("nickname", "鸣鸣不飞"),
        Item("address", "xiaoming@mail.example"),
        Item("phone", "13800138000"),
        Item("account", "xm_feifei90"),
    )
    subject = compile_report(Report("R-1", "open", "", (Party("星儿"),), items))
    content = (
        "星儿您好,张小鸣(昵称鸣鸣不飞,Zhang Xiaoming Zhang,邮箱 xiaoming@mail.example,电话+86 138-0013-8000,"
        "微信xm_feifei90)举报了您。举报人小鸣,张先生举报。"
    )
    reading = Reading(texts=(text(content),))
    after = applied(content, plan(reading, detect(reading, (subject,), threshold=0.4)))
    assert detect(Reading(texts=(text(after),)), (subject,), threshold=0.4) == ()
    assert after.startswith("星儿您好,[姓名略](昵称[昵称略],[姓名略],邮箱 [邮箱略],电话")


ENGLISH = "We heard from XXXXX about the stream of last week, please tell us what happened."


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("您好，XXXXX 来信，请说明情况。", "Dear all, XXXXX wrote."), ["[姓名略]", "[姓名略]"]),
        ((ENGLISH, "XXXXX 云雀客服"), ["[name removed]", "[name removed]"]),  # a signature
        ((ENGLISH, ENGLISH, "你好 XXXXX"), ["[name removed]"] * 3),
        (("XXXXX",), ["[name removed]"]),
    ],
)
def test_a_mail_has_placeholders_of_one_language(texts: tuple[str, ...], words: list[str]) -> None:
    found = []
    for number, content in enumerate(texts):
        at = content.index("XXXXX")
        found.append(replace(finding("name", (at, at + 5)), fragment=number))
    edits = plan(Reading(texts=tuple(map(text, texts))), found)
    assert edits is not None
    assert [edit.replacement for edit in edits] == words
