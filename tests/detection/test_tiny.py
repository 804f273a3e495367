"""Nicknames of one sign, where somebody is said to be called so; ornaments and brackets go with what they belong to."""

import pytest

from gateway.detection import detect
from gateway.identity import Subject, compile_report
from gateway.model import Item, Kind, Location, Medium, Party, Reading, Report, TextFragment


def subject(*items: tuple[Kind, str]) -> Subject:
    every = tuple(Item(kind, value) for kind, value in items)
    return compile_report(Report("R-1", "open", "", (Party("清凌凌"),), every))


def words(text: str, one: Subject, medium: Medium = "text", label: str = "") -> list[str]:
    found = detect(Reading(texts=(TextFragment(Location("1"), medium, text, label),)), (one,))
    return [text[f.span[0] : f.span[1]] for f in found if f.span is not None]


@pytest.mark.parametrize("sign", ["🌿", "🌸", "★", "A", "7", "ゝ"])
@pytest.mark.parametrize(
    "text",
    [
        "微信昵称为“{}”的观众举报您",
        "举报人：{}",
        "举报人:{},电话另附",
        "昵称：{} 电话",
        "用户“{}”反映",
        "用户{}举报您辱骂他人",
        "用户 {} 举报您",
        "观众{}称您骂人",
        "名叫“{}”的网友",
        "the user “{}” reported you",
        "nickname: {}",
        "ID为 {} 的用户举报您",
        "账号：{}",
        "一位叫{}的观众反映您骂人",
    ],
)
def test_a_nickname_of_one_sign_is_found_where_somebody_is_called_so(sign: str, text: str) -> None:
    assert words(text.format(sign), subject(("nickname", sign))) == [sign]


@pytest.mark.parametrize("sign", ["🌿", "A", "."])
@pytest.mark.parametrize(
    "text",
    [
        "感谢各位用户{}",
        "今天天气很好{}",
        "{}{}{}",
        "直播间 {} 档位",
        "用户数{}",
        "请说明。{}谢谢",
        "1{} 请用户注意",
        "Plan {} is fine for the user.",
        "请叫{}班的同学来",
        "Do not pay a paid{}",
        "您的账号{}级",
    ],
)
def test_the_sign_anywhere_else_is_nothing(sign: str, text: str) -> None:
    assert words(text.replace("{}", sign), subject(("nickname", sign))) == []


def test_a_full_stop_is_a_name_only_where_nothing_else_is_said() -> None:
    stop = subject(("nickname", "."))
    assert words("昵称为“.”的观众", stop) == ["."]
    assert words("举报人: .", stop) == ["."]
    assert words("我们已联系举报人. 请等待", stop) == []
    assert words("A. 用户. 观众", stop) == []


def test_a_sign_that_is_all_of_a_picture_or_a_field_is_a_name() -> None:
    assert words("🌿", subject(("nickname", "🌿")), "markup", "alt") == ["🌿"]
    assert words("🌿 <x@mail.example>", subject(("nickname", "🌿")), "header", "from") == ["🌿"]
    assert words("A", subject(("nickname", "A")), "markup", "alt") == []


def test_the_look_of_a_sign_goes_with_it() -> None:
    assert words("用户❤\ufe0f举报您", subject(("nickname", "❤\ufe0f"))) == ["❤\ufe0f"]


@pytest.mark.parametrize(
    ("nickname", "text", "whole"),
    [
        ("@小鸣^_^", "微信昵称为“@小鸣^_^”的观众", "@小鸣^_^"),
        ("꧁༺鸣飞飞༻꧂", "微信昵称为“꧁༺鸣飞飞༻꧂”的观众", "꧁༺鸣飞飞༻꧂"),
        ("꧁༺鸣飞飞༻꧂", "微信昵称为“鸣飞飞”的观众", "鸣飞飞"),
        ("꧁༺鸣飞飞༻꧂", "꧁ ༺鸣飞飞༻ ꧂举报您", "꧁ ༺鸣飞飞༻ ꧂"),
        ("~*小鸣飞*~", "用户~*小鸣飞*~举报", "~*小鸣飞*~"),
        ("小鸣飞🌙", "用户小鸣飞🌙,举报", "小鸣飞🌙"),
        ("xm_fei90!!", "nick xm_fei90!! reported", "xm_fei90!!"),
    ],
)
def test_the_ornaments_of_a_nickname_go_with_it(nickname: str, text: str, whole: str) -> None:
    assert words(text, subject(("nickname", nickname))) == [whole]


@pytest.mark.parametrize(
    ("kind", "value", "text", "whole"),
    [
        ("phone", "020-81234567", "请联系（020）8123 4567,谢谢", "（020）8123 4567"),
        ("phone", "020-81234567", "请联系(020)81234567)", "(020)81234567"),
        ("phone", "020-81234567", "(电话020)81234567", "020)81234567"),
        ("phone", "13912345678", "联系：1.3912345678E+10，请核实", "1.3912345678E+10"),
        ("phone", "13912345678", "联系：1.3912345678e10。", "1.3912345678e10"),
        ("phone", "13912345678", "13912345678E+10", "13912345678"),
        ("phone", "13912345678", "139(1234)5678", "139(1234)5678"),
        ("name", "张小鸣", "张(小鸣)来过", "张(小鸣)"),
    ],
)
def test_the_span_ends_where_the_number_or_the_bracket_ends(kind: Kind, value: str, text: str, whole: str) -> None:
    assert words(text, subject((kind, value))) == [whole]
