"""Addresses, numbers and accounts are asked for wherever detection would find them, under the same prints."""

import os
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.detection import detect
from gateway.fingerprints.identifiers import identifier_prints, item_prints, literals, message_prints, telephone_numbers
from gateway.identity import compile_report
from gateway.model import Item, Kind, Location, Party, Reading, Report, TextFragment

ITEMS: tuple[tuple[Kind, str], ...] = (
    ("phone", "+86 138 0013 8765"),
    ("phone", "020-8123 4567"),
    ("government_id", "44010619900101123X"),
    ("government_id", "E1234567-8"),
    ("account", "xm_feifei90"),
    ("account", "2718281828"),
    ("account", "xiao.ming.feifei"),
    ("address", "xiaoming.zhang@mail.example"),
    ("address", "xm@vip.mail.example"),
    ("address", "小鸣@例子.example"),
    ("address", "feifei.90@gmail.com"),
)


def is_found(kind: str, value: str, written: str) -> bool:
    return bool(np.intersect1d(item_prints(kind, value), identifier_prints(written)).size)


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("phone", "+86 138 0013 8000", "电话13800138000谢谢"),
        ("phone", "13800138000", "电话 138-0013-8000"),
        ("phone", "13800138000", "+86 138 0013 8000"),
        ("phone", "13800138000", "(0086)13800138000"),
        ("phone", "13800138000", "8613800138000"),
        ("phone", "13800138000", "１３８００１３８０００"),
        ("phone", "13800138000", "①③⑧00138000"),
        ("phone", "13800138000", "幺三八零零一三八零零零"),
        ("phone", "13800138000", "幺三八00一三八零00"),
        ("phone", "13800138000", "1 3 8 0 0 1 3 8 0 0 0"),
        ("phone", "13800138000", "1\n3\n8\n0\n0\n1\n3\n8\n0\n0\n0"),
        ("phone", "13800138000", "138\r\n\r\n0013\r\n\r\n8000"),
        ("phone", "13800138000", "138        0013        8000"),
        ("phone", "13800138000", "138\u00a0\u00a0\u00a0\u00a0\t0013....8000"),
        ("phone", "13800138000", "138\u00ad001\u200b3\u20608000"),
        ("phone", "13800138000", "tel13800138000x"),
        ("phone", "020-8123 4567", "请打 020 81234567 找我"),
        ("phone", "020-8123 4567", "8123-4567"),
        ("phone", "13800138000", "分别是 13900139000、13800138000"),
        ("government_id", "44010619900101123X", "身份证：44010619900101123x。"),
        ("government_id", "440106199001011234", "440106 19900101 1234"),
        ("account", "xm_feifei90", "微信号XM_feifei90，"),
        ("account", "xm_feifei90", "微信:xmfeifei90"),
        ("account", "xm_feifei90", "x m _ f e i f e i 9 0"),
        ("account", "xm_feifei90", "微信xm_fei\u200bfei90号"),
        ("account", "2718281828", "QQ 2718281828"),
        ("account", "feifeiliveshow", "id=feifeiliveshow"),
        ("address", "Xiaoming@Mail.example", "邮箱xiaoming@mail.example。"),
        ("address", "xiaoming@mail.example", "＜xiaoming＠mail．example＞"),
        ("address", "xiaoming@mail.example", "<xiaoming+live@mail.example>"),
        ("address", "xiaoming@mail.example", "xiaoming @ mail . example"),
        ("address", "xiaoming@mail.example", "xiaoming (at) mail (dot) example"),
        ("address", "xiaoming@mail.example", "xiaomingATmailDOTexample"),
        ("address", "xiaoming@mail.example", "xiaoming艾特mail点example"),
        ("address", "xiaoming@mail.example", "xiao\u200bming@ma\u00adil.example"),
        ("address", "xiaoming@mail.example", "xiaoming%40mail.example"),
        ("address", "小鸣@例子.example", "小鸣@例子.example"),
        ("address", "小鸣@例子.example", "写给 小鸣@xn--fsqu00a.example 吧"),
        ("address", "fei.fei@gmail.com", "feifei@googlemail.com"),
        ("address", "a@b.cn", "写给a@b.cn吧"),
    ],
)
def test_an_item_is_found_in_each_way_of_writing_it(kind: str, value: str, written: str) -> None:
    assert is_found(kind, value, written)


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
    assert not item_prints(kind, value).size


@pytest.mark.parametrize("written", ["订单号 9913800138000123", "xxm_feifei90x", "a" * 60 + "@mail.example"])
def test_a_piece_of_something_longer_is_not_it(written: str) -> None:
    assert not is_found("phone", "13800138000", written)
    assert not is_found("account", "xm_feifei90", written)
    assert not is_found("address", "a@mail.example", written)


def subject_of(kind: Kind, value: str) -> Report:
    return Report(
        id="R-1",
        status="open",
        opened_at="2026-09-18T10:00:00+08:00",
        reported=(Party("星儿", ("xinger@streamers.example",)),),
        identity=(Item(kind, value, "given"),),
    )


SUBJECTS = {item: compile_report(subject_of(*item)) for item in ITEMS}
SPOKEN = frozenset(("exact", "spelled", "without_area"))
"""Variants of a whole item. What is covered, misread or only a part of it is looked for where the report is known."""
STRONG = frozenset(("address", "phone", "account", "government_id"))

gaps = st.one_of(
    st.just(""),
    st.text(alphabet=" \t\u00a0\u3000-._·\u200b\u00ad\n>", max_size=7),
    st.sampled_from(("(at)", " at ", " dot ", "@", "[.]", "。", "\r\n", "＠", "艾特", "点")),
)


@st.composite
def writings(draw: st.DrawFn) -> tuple[tuple[str, str], str]:
    """An item and a text in which its letters stand, with anything between them and around."""
    item = draw(st.sampled_from(ITEMS))
    letters = [c for c in item[1] if draw(st.booleans()) or c.isalnum()]
    everywhere = draw(st.one_of(st.none(), gaps))
    text = "".join(
        c + (draw(gaps) if everywhere is None and draw(st.integers(0, 5)) == 0 else everywhere or "") for c in letters
    )
    around = st.text(alphabet="0189 86三一ax请打，:\n@.\u200b", max_size=6)
    return item, draw(around) + text + draw(around)


@settings(max_examples=60_000 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 300)
@given(writings())
def test_whatever_detection_finds_of_a_known_reporter_the_index_is_asked_for(
    case: tuple[tuple[Kind, str], str],
) -> None:
    item, text = case
    reading = Reading(texts=(TextFragment(Location("1"), "text", text),))
    found = [
        finding
        for finding in detect(reading, (SUBJECTS[item],))
        if finding.kind in STRONG and finding.variant in SPOKEN
    ]
    assert not found or is_found(*item, text)


@given(st.text(max_size=300))
def test_any_text_has_prints(text: str) -> None:
    assert identifier_prints(text).dtype == np.uint64


@given(st.text(alphabet="ab1 2三-\n@.t", max_size=200), st.integers(0, 200))
def test_a_long_text_is_asked_for_as_its_pieces_are(text: str, at: int) -> None:
    """Pieces of a text that lie whole in a part of it are asked for with the whole."""
    longer = "x" * 70_000 + "。" * 50 + text + "。" * 50 + "y" * 70_000
    assert set(identifier_prints("。" + text + "。").tolist()) <= set(identifier_prints(longer).tolist())


@pytest.mark.parametrize("one", ["1 ", "1-", "@", "a@", "a.", "三", "张@", "a ", "at ", "+a@b.c "])
def test_a_hostile_text_takes_no_more_than_its_length(one: str) -> None:
    start = time.process_time()
    identifier_prints(one * 50_000)
    assert time.process_time() - start < 20  # a quadratic search would take minutes


def test_message_ids_are_the_same_with_and_without_brackets() -> None:
    found = message_prints(["<Abc-1@mail.example>"])
    assert found.size == 1
    assert (found == message_prints(["abc-1@mail.example "])).all()
    assert not message_prints(["<a@b>", ""]).size


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        ("+86 138 0013 8765", ["13800138765"]),
        ("8613800138765", ["13800138765"]),
        ("0086-20-81234567", ["2081234567"]),
        ("020-8123 4567", ["02081234567", "81234567", "1234567"]),
        ("+852 5123 4567", ["51234567"]),
    ],
)
def test_a_telephone_number_is_known_without_its_codes(value: str, numbers: list[str]) -> None:
    assert list(telephone_numbers(value)) == numbers


def test_an_address_is_asked_for_in_every_spelling_of_its_signs() -> None:
    found = set(literals("address", "xm.ff@mail.example"))
    assert {"xmffmailexample", "xmffatmaildotexample", "xmff艾特mail点example", "xmff40mailexample"} <= found
    assert len(set(literals("address", "xm.ff@a.b.c.mail.example"))) == 15
