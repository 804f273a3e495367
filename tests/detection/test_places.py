"""Names that are words of everyday speech: found where a name stands, left alone where the word stands.

安心, 高兴, Will Young, Grace Price: context decides, both ways. The names here are words all; each sentence is tried
with every one of them. `bench/everyday.py` does the same over public text.
"""

import time

import pytest

from gateway.detection import detect
from gateway.identity import Subject, compile_report
from gateway.model import Item, Kind, Location, Medium, Party, Reading, Report, TextFragment

CHINESE = [
    "安心",
    "高兴",
    "文静",
    "江山",
    "白雪",
    "张开",
    "连麦",
    "平安",
    "安全",
    "成长",
    "温馨",
    "明白",
    "张扬",
    "陈述",
]
ENGLISH = ("Will Young", "Mark Field", "Grace Price", "Bill Case", "May Long", "Sue Law", "Rose Wood", "Jack Black")


def subject(kind: Kind, name: str) -> Subject:
    return compile_report(Report("R-1", "open", "", (Party("清凌凌"),), (Item(kind, name),)))


def words(text: str, one: Subject, medium: Medium = "text", label: str = "") -> list[str]:
    found = detect(Reading(texts=(TextFragment(Location("1"), medium, text, label),)), (one,))
    return [text[f.span[0] : f.span[1]] for f in found if f.span is not None]


@pytest.mark.parametrize("name", CHINESE)
@pytest.mark.parametrize(
    "text",
    [
        "让用户{}消费是我们的责任。",
        "请举报人{}等待处理结果。",
        "为观众{}的体验,请注意。",
        "我们提倡{}直播。",
        "本次活动主题为“{}”,欢迎参加。",
        "关于{}的规定请见附件。",
        "很{}为您服务。",
        "请注意{},谢谢。",
        "{}是直播的基础。",
        "直播间要{}、有序。",
        "【{}】提醒:请遵守规范。",
        "粉丝{}地离开了直播间。",
        "请说明当时{}的情况。",
        "欢迎用户{}举报违规内容。",
        "账号{}提示:请修改密码。",
        "对{}负责。",
        "据可靠消息,{}最重要。",
        "{}说明:请在七日内提交。",
        "昵称:{}向上的主播",
        "1.{}:请勿传播。",
        "举报渠道{}、畅通",
        "{}的投诉渠道已开通。",
    ],
)
def test_a_word_of_a_sentence_is_no_name(name: str, text: str) -> None:
    assert words(text.format(name), subject("name", name)) == []


@pytest.mark.parametrize("name", CHINESE)
@pytest.mark.parametrize(
    "text",
    [
        "据{}描述,您当晚辱骂观众。",
        "据「{}」反映,当晚没有公示规则。",
        "根据{}的描述,您有违规。",
        "举报人:{}",
        "举报人({})要求退款。",
        "举报人{}称您辱骂他。",
        "举报人\n{}\n2020年9月",
        "投诉人是{}。",
        "举报您的是{}。",
        "用户{}举报了您。",
        "昵称为“{}”的观众投诉您。",
        "姓名:{},电话另附",
        "姓名 {} 电话 另附",
        "{}先生反映您的直播间有问题。",
        "{}女士您好",
        "我们已联系{}核实。",
        "请与{}联系。",
        "材料由{}提供。",
        "请向{}道歉。",
        "{}说您在直播中骂人。",
        "{}也举报了您的直播间。",
        "{}的投诉已受理。",
        "名叫{}的用户来信。",
        "署名:{}",
        "@{} 请查收",
        "网友“{}”爆料。",
        "{}:\n您好,来信收到。",
        "{},您好!",
        "此致\n敬礼\n{}\n2020年9月1日",
        "张三、{}、李小四都在场。",
        "张三丰,{},李晓",
        "姓名:____{}____ 电话:____",
        "来访者:{}",
        "> {} 写道:",
        "{} <x@mail.example>",
        "1. {}(投诉人)",
        "{}(举报人)您好",
        "{},女,33岁,反映",
        "经核实,{}所述属实。",
    ],
)
def test_a_name_that_is_a_word_is_found_in_a_names_place(name: str, text: str) -> None:
    assert words(text.format(name), subject("name", name)) == [name]


@pytest.mark.parametrize("text", ["明天,我们将公布名单。", "明天的投诉会议改到十点。", "收件人很多,明天再发"])
def test_a_word_for_a_time_begins_many_a_sentence(text: str) -> None:
    assert words(text, subject("name", "明天")) == []
    assert words("明天的投诉已受理。", subject("name", "明天")) == ["明天"]


@pytest.mark.parametrize("name", CHINESE)
def test_a_word_that_is_all_of_a_value_is_a_name(name: str) -> None:
    assert words(name, subject("name", name), "markup", "alt") == [name]
    assert words(f"“{name}”", subject("name", name), "header", "subject") == [f"{name}"]
    assert words(f"[{name}]", subject("name", name), "markup", "alt") == []  # the sign of a face: [微笑]
    assert words(f"{name}的直播", subject("name", name), "markup", "alt") == []


@pytest.mark.parametrize("nickname", ["阳光", "弹幕", "向日葵", "关注"])
def test_a_nickname_that_is_a_word_needs_a_names_place_too(nickname: str) -> None:
    one = subject("nickname", nickname)
    assert words(f"请感谢{nickname}的支持,{nickname}很好。", one) == []
    assert words(f"昵称“{nickname}”的粉丝来信", one) == [nickname]
    assert words(f"观众{nickname}投诉您", one) == [nickname]


def test_a_given_name_that_is_a_word_needs_a_names_place_too() -> None:
    one = subject("name", "李平安")
    assert words("让用户平安出行", one) == []
    assert words("用户平安举报了您", one) == ["平安"]


def test_a_word_that_sounds_like_a_name_is_a_word() -> None:
    assert words("让用户安心消费", subject("name", "安馨")) == []


def test_a_word_in_a_name_field_is_a_name_where_it_is_all_of_the_name() -> None:
    one = subject("name", "平安")
    assert words("平安 <g1@mail.example>", one, "header", "from") == ["平安"]
    assert words("平安客服 <kefu@mail.example>", one, "header", "from") == []


@pytest.mark.parametrize("name", ENGLISH)
@pytest.mark.parametrize(
    "text",
    [
        "You {g} see the {s} later.",
        "How {g} {s} viewers be treated?",
        "Please {g} {s} 3 in the report.",
        "Please {g} the {s} again.",
        "The {s} is set by the {g} team.",
        "{G} you please confirm?",
        "{S} changes apply from Monday. {G} the users complain?",
        "We {g} report the {s} to users.",
        "In your {s}, the user {g} complain.",
        "IMPORTANT: {GG} AND {SS} NOTICE",
        "Any {s} that a user may report is logged as {g}.",
        "You may do so at {g}. {S} viewers were present.",
        "Under the Advertising {S}, a viewer has rights.",
        "您的 {s} 已更新,请在后台 {g} 一下。",
    ],
)
def test_words_of_an_english_sentence_are_no_name(name: str, text: str) -> None:
    given, surname = name.split()
    filled = {"g": given.lower(), "s": surname.lower(), "G": given, "S": surname}
    sentence = text.format(**filled, GG=given.upper(), SS=surname.upper())
    assert words(sentence, subject("name", name)) == []


@pytest.mark.parametrize("name", ENGLISH)
@pytest.mark.parametrize(
    "text",
    [
        "{G} {S} reported you.",
        "According to {G} {S}, you insulted him.",
        "{SS}, {G}",
        "{S}, {G}",
        "by {G} {S}",
        "{g}.{s}@mail.example wrote",
        "the complaint from {g} {s} arrived",
        "{g} {s} told us that you did it",
        "Reporter: {G}",
        "The user named {g} sent it.",
        "Yesterday {G} complained to us.",
        "We spoke with {G} about it.",
        "Dear {G},\n\nthank you",
        "举报人 {G} {S} 称",
        "用户{G}举报了您",
    ],
)
def test_a_name_of_english_words_is_found_in_a_names_place(name: str, text: str) -> None:
    given, surname = name.split()
    filled = {"g": given.lower(), "s": surname.lower(), "G": given, "S": surname}
    sentence = text.format(**filled, GG=given.upper(), SS=surname.upper())
    assert words(sentence, subject("name", name)), sentence


@pytest.mark.parametrize("name", [*ENGLISH, "Joy Fan", "Art Park", "Rose Hill", "Mark Bell"])
@pytest.mark.parametrize(
    "text",
    [
        "the reporter is {g} {s}.",
        "The complainant was {g} {s}, we hear.",
        "The customer's name is {g} {s}.",
        "{G} {I}. reported you",
        "{F}. {S} reported you",
        "We have heard of the {G} {S} complaint.",
        "You lied in the {G} {S} case.",
        "In the {G} {S}'s letter you are named.",
    ],
)
def test_a_name_of_words_is_found_where_somebody_is_said_to_be_it(name: str, text: str) -> None:
    given, surname = name.split()
    sentence = text.format(g=given.lower(), s=surname.lower(), G=given, S=surname, F=given[0], I=surname[0])
    assert words(sentence, subject("name", name)), sentence


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Joy Fan", "It was a joy, fan mail included."),
        ("Joy Fan", "Your fans bring joy. Fan clubs open on Monday."),
        ("Sunny Sun", "It will be sunny. Sun cream is provided."),
        ("Art Park", "The parking area of the Art Park is closed."),
        ("Rose Hill", "We meet at the Rose Hill studio."),
        ("May Ince", "May I ask you to report it?"),
        ("Will Adams", "Will A be shown before B to the user?"),
    ],
)
def test_words_between_which_a_sentence_ends_and_names_of_places_are_nobody(name: str, text: str) -> None:
    assert words(text, subject("name", name)) == []


def test_a_surname_that_is_no_word_is_found_behind_a_comma() -> None:
    for text in ("complaint by fan, joy", "Fan, Joy", "the user joy fan complained", "Joy Fan"):
        assert words(text, subject("name", "Joy Fan")), text


@pytest.mark.parametrize("text", ["In May 2020 you may report it.", "from May to June", "May 5, 2020", "until 3 May"])
def test_a_month_is_no_name(text: str) -> None:
    assert words(text, subject("name", "May Long")) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("李宁", "the lining of the box"),
        ("潘婷", "he was panting"),
        ("任婷", "about renting a room"),
        ("孙行", "a new hat"),
    ],
)
def test_a_word_that_pinyin_spells_is_a_word(name: str, text: str) -> None:
    assert words(text, subject("name", name)) == []


def test_a_name_that_is_no_word_is_found_as_before() -> None:
    one = subject("name", "Maria Lopez")
    assert words("maria lopez", one) == ["maria lopez"]
    assert words("the user maria complained", one) == ["maria"]


@pytest.mark.parametrize("piece", ["安心", "用户安心", "安心,", "will young ", "Will. ", "“安心”、", "  安心\n"])
def test_a_text_full_of_such_words_is_searched_in_linear_time(piece: str) -> None:
    one = subject("name", "安心" if "安" in piece else "Will Young")

    def seconds(times: int) -> float:
        began = time.process_time()
        words(piece * times, one)
        return time.process_time() - began

    seconds(100)
    assert seconds(8000) < 30 * max(seconds(1000), 0.02)
