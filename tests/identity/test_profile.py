"""What is compiled from a report, and what is left out of it."""

import pytest

from gateway.identity import Pattern, compile_report
from gateway.identity.chinese_patterns import called
from gateway.model import AvatarMark, Item, ItemState, MaterialMark, Party, Pixels, Report


def patterns(*items: Item, party: Party = Party("清凌凌")) -> dict[str, Pattern]:  # noqa: B008  # frozen
    found = compile_report(Report("R-1", "open", "", (party,), items)).patterns
    return {p.literal: p for p in found if p.view in ("letters", "digits", "surname")}


def test_a_name_has_its_forms_and_the_weak_ones_need_a_cue() -> None:
    forms = patterns(Item("name", "张小鸣"))
    assert {forms[word].variant for word in ("zhangxiaoming", "xiaomingzhang")} == {"pinyin"}
    assert forms["张小鸣"].score > 0.9
    assert (forms["小鸣"].score, forms["小鸣"].cued) == (0.45, 0.75)
    assert (forms["张"].view, forms["张"].score) == ("surname", 0.4)
    assert {"张先生", "小张", "mrzhang"} <= {p.literal for p in called("张", forms["张"].form)}
    assert all(p.cue for p in forms.values() if p.score < 0.6)


def test_the_surname_reading_and_the_ordinary_one_are_both_looked_for() -> None:
    forms = patterns(Item("name", "曾凡一"))
    assert {"zengfanyi", "cengfanyi", "fanyizeng"} <= set(forms)


def test_what_is_the_reported_partys_own_is_left_out() -> None:
    party = Party("张小鸣", ("a@streamers.example",), ("room:88412345",), ("pr@guild.example",))
    items = (
        Item("name", "張小鳴"),
        Item("account", "88412345"),
        Item("address", "A+x@streamers.example"),
        Item("address", "pr@guild.example"),
    )
    subject = compile_report(Report("R-1", "open", "", (party,), items))
    assert subject.patterns == ()
    assert subject.addresses == frozenset()


def test_a_form_that_equals_the_partys_name_is_left_out_though_the_whole_is_not() -> None:
    forms = patterns(Item("name", "张小鸣"), party=Party("小鸣"))
    assert "小鸣" not in forms
    assert "张小鸣" in forms


def test_a_form_inside_the_partys_name_becomes_weak() -> None:
    assert patterns(Item("nickname", "凌凌"))["凌凌"].score < 0.6


@pytest.mark.parametrize("state", ["suggested", "given", "confirmed"])
def test_what_was_learned_protects_at_once_even_when_it_is_not_sure(state: ItemState) -> None:
    forms = patterns(Item("name", "张小鸣", score=0.5, state=state))
    assert forms["张小鸣"].score >= 0.6


def test_values_that_say_nothing_give_no_pattern_but_that_of_a_nickname_of_one_sign() -> None:
    items = [
        Item(kind, value)
        for kind in ("name", "nickname", "address", "phone", "account", "government_id")
        for value in ("", " ", "。", "\u200b", "张")
    ]
    weak = [p for p in compile_report(Report("R", "open", "", (), tuple(items))).patterns if p.score >= 0.6]
    assert {(p.kind, p.view) for p in weak} == {("nickname", "tiny")}  # where somebody is said to be called so


def test_kinds_that_have_no_text_give_no_pattern() -> None:
    assert patterns(Item("avatar", "张小鸣"), Item("material", "张小鸣")) == {}


def test_materials_avatars_and_message_ids_come_along() -> None:
    plain = AvatarMark(b"a", Pixels(1, 1, b"\0\0\0"), usable=False)
    good = AvatarMark(b"b", Pixels(1, 1, b"\0\0\0"))
    marks = (MaterialMark("m", "mail", 1, b"c", message_id="<1.2.3@mail.example>"), MaterialMark("n", "text", 1, b"d"))
    subject = compile_report(Report("R", "open", "", (), (), (plain, good), marks))
    assert subject.avatars == (good,)
    assert [material.mark for material in subject.materials] == list(marks)
    assert subject.message_ids == ("1.2.3@mail.example",)


def test_nothing_of_the_reporter_is_printed() -> None:
    subject = compile_report(Report("R", "open", "", (), (Item("name", "张小鸣"), Item("phone", "13800138000"))))
    assert "小鸣" not in repr(subject) + repr(subject.patterns)
    assert "138" not in repr(subject) + repr(subject.patterns)


def test_what_a_reviewer_struck_is_not_looked_for() -> None:
    items = (Item("name", "张小鸣", state="struck"), Item("address", "a@mail.example", state="struck"))
    subject = compile_report(Report("R", "open", "", (), items))
    assert (subject.items, subject.addresses, subject.patterns) == ((), frozenset(), ())
