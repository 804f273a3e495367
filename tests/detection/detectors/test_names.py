"""A reporter's name, in the writings in which it turns up, and what only looks like it."""

from collections.abc import Callable

import pytest

from gateway.detection import detect
from gateway.identity import Subject, compile_report
from gateway.model import Box, Finding, Item, Kind, Location, Medium, Party, Reading, Report, TextBox, TextFragment

Look = Callable[..., list[tuple[str, str]]]


def subject(*items: Item, name: str = "清凌凌", accounts: tuple[str, ...] = ()) -> Subject:
    return compile_report(Report("R-1", "open", "", (Party(name, ("qll@streamers.example",), accounts),), items))


def look(text: str, *subjects: Subject, medium: Medium = "text", threshold: float = 0.6) -> tuple[Finding, ...]:
    return detect(Reading(texts=(TextFragment(Location("1"), medium, text),)), subjects, threshold)


def words(text: str, *subjects: Subject, medium: Medium = "text") -> list[tuple[str, str]]:
    found = look(text, *subjects, medium=medium)
    return [(f.kind, text[f.span[0] : f.span[1]]) for f in found if f.span is not None]


ZHANG = subject(Item("name", "张小鸣"), Item("nickname", "鸣鸣不飞"))


@pytest.mark.parametrize(
    "text",
    [
        "张小鸣",
        "張小鳴",
        "张 小 鸣",
        "张　小　鸣",
        "张\u200b小\u200d鸣",
        "张-小-鸣",
        "张.小.鸣",
        "张。小。鸣",
        "张@小￥鸣",
        "张\n小\n鸣",
        "张小\n鸣",
        "张⼩鸣",
        "Zhang Xiaoming",
        "ZHANG XIAOMING",
        "zhangxiaoming",
        "Xiaoming Zhang",
        "xiaomingzhang",
        "Zhang, Xiao-Ming",
        "Zhāng Xiǎomíng",
        "Ｚｈａｎｇ　Ｘｉａｏｍｉｎｇ",
        "Zhаng Xiаoming",
        "z h a n g x i a o m i n g",
        "张xiaoming",
        "zhang小鸣",
        "小鸣张",
        "鸣小张",
        "鸣鸣不飞",
        "鸣鸣 不飞",
    ],
)
@pytest.mark.parametrize("around", ["{}", "关于举报人{}的来信", "Here is {} again", "({})"])
def test_every_writing_of_the_name_is_found_where_it_stands(text: str, around: str) -> None:
    sentence = around.format(text)
    found = words(sentence, ZHANG)
    assert any(kind in ("name", "nickname") and word == text for kind, word in found), found


def test_a_name_between_chinese_characters_is_found_though_they_are_word_characters_too() -> None:
    assert words("关于举报人张小鸣的来信", ZHANG) == [("name", "张小鸣")]


@pytest.mark.parametrize(
    "text",
    [
        "小鸣你好",
        "张先生,您好",
        "这样说很夸张。小鸣琴行的琴不错",
        "很夸张,小鸣叫声",
        "xiaoming is on stage",
        "Mr Zhang will call",
        "azhangxiaomingb",
        "张小明",
        "张 wrote to 小 and 鸣",
        "张" + " " * 12 + "小鸣",
    ],
)
def test_what_may_be_anybody_is_not_found(text: str) -> None:
    assert words(text, ZHANG) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("举报人小鸣的来信", "小鸣"),
        ("小鸣投诉您", "小鸣"),
        ("您的粉丝小鸣说", "小鸣"),
        ("小鸣先生", "小鸣"),
        ("the reporter Xiaoming says", "Xiaoming"),
        ("举报人张先生", "张先生"),
        ("张女士举报您", "张女士"),
        ("张某举报了您", "张某"),
        ("the complainant, Mr. Zhang", "Mr. Zhang"),
    ],
)
def test_a_weak_form_is_found_beside_a_word_of_reporting(text: str, word: str) -> None:
    assert ("name", word) in words(text, ZHANG)


def test_a_cue_in_another_sentence_is_none() -> None:
    assert words("感谢举报。今天小鸣来了", ZHANG) == []
    assert words("感谢举报,今天小鸣来了", ZHANG) == [("name", "小鸣")]


def test_two_weak_signs_together_are_found() -> None:
    assert words("来的是张先生。自己说叫小鸣。", ZHANG) == [("name", "张先生"), ("name", "小鸣")]


def test_a_weak_form_shows_below_the_threshold_for_whoever_asks() -> None:
    (finding,) = look("小鸣你好", ZHANG, threshold=0.4)
    assert (finding.variant, finding.score) == ("given_name", 0.45)


def test_given_names_that_are_everyday_words_need_the_cue_at_their_side() -> None:
    person = subject(Item("name", "王建国"))
    assert words("有用户反映建国七十周年晚会很好看", person) == []
    assert words("举报人建国来信", person) == [("name", "建国")]
    assert words("王建国", person) == [("name", "王建国")]


def test_a_full_name_that_is_an_everyday_word_needs_the_cue_too() -> None:
    person = subject(Item("name", "高明"))
    assert words("您的做法很高明", person) == []
    assert words("举报人:高明", person) == [("name", "高明")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("曾凡一", "Zeng Fanyi"),
        ("仇英杰", "Qiu Yingjie"),
        ("区小明", "Ou Xiaoming"),
        ("长孙无忌", "Zhangsun Wuji"),
        ("吕布衣", "Lyu Buyi"),
        ("吕布衣", "Lv Buyi"),
        ("欧阳小鸣", "Ouyang Xiaoming"),
        ("阿不都·热合曼", "阿不都热合曼"),
        ("阿不都·热合曼", "阿不都•热合曼"),
        ("Maria Lopez", "LOPEZ, Maria"),
        ("Maria Lopez", "marialopez"),
        ("José Núñez", "Jose Nunez"),
        ("李雷", "李 雷"),
    ],
)
def test_other_names_are_found_as_they_are_read_and_written(name: str, text: str) -> None:
    assert words(f"from {text}.", subject(Item("name", name))) == [("name", text)]


def test_a_name_hidden_in_invisible_letters_is_found() -> None:
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "zhang xiaoming")
    assert words(f"您好{hidden},请说明", ZHANG) == [("name", hidden)]


def test_the_end_of_one_word_and_the_start_of_the_next_are_no_name() -> None:
    person = subject(Item("name", "王明"))
    assert words("国王明天到场", person) == []
    assert words("观众王明说", person) == [("name", "王明")]


@pytest.mark.parametrize("text", ["张先生,您好,有人举报您的直播间", "有观众举报张先生", "张先生的直播间被举报"])
def test_whoever_is_reported_or_only_greeted_is_not_the_one_who_reports(text: str) -> None:
    assert words(text, ZHANG) == []


def test_where_the_reported_has_the_same_surname_a_title_says_nothing() -> None:
    assert words("举报人张先生", subject(Item("name", "张小鸣"), name="张三")) == []


def test_short_pinyin_is_an_english_word_more_often_than_a_name() -> None:
    assert words("Please make a list", subject(Item("name", "马克"))) == []


def test_the_reported_partys_own_name_is_theirs() -> None:
    both = subject(Item("name", "清凌凌"), Item("nickname", "凌凌"), name="清凌凌")
    assert words("清凌凌您好,凌凌的直播", both) == []
    assert words("举报人凌凌", both) == [("nickname", "凌凌")]


def test_a_nickname_inside_the_partys_name_is_the_partys() -> None:
    assert words("小鸣子您好", subject(Item("name", "张小鸣"), name="小鸣子"), medium="text") == []
    assert words("举报人小鸣子", subject(Item("name", "张小鸣"), name="小鸣子")) == []


def test_short_nicknames_wait_for_a_cue() -> None:
    person = subject(Item("nickname", "Q"), Item("nickname", "阿飞"), Item("nickname", "abc"))
    assert words("Q: what? A: abc", person) == []
    assert words("阿飞", person) == [("nickname", "阿飞")]
    assert words("用户:abc", person) == [("nickname", "abc")]


def test_a_nickname_of_signs_is_found_as_it_is() -> None:
    assert words("昵称🌸✿🌸的", subject(Item("nickname", "🌸✿🌸"))) == [("nickname", "🌸✿🌸")]


def test_characters_that_look_alike_are_found_in_pictures_and_beside_a_cue_in_text() -> None:
    assert words("张小呜", ZHANG, medium="picture") == [("name", "张小呜")]
    assert words("张小呜", ZHANG, medium="text") == []
    assert words("发件人 张小呜", ZHANG, medium="text") == [("name", "张小呜")]
    person = subject(Item("account", "xm_feifei90"))
    assert words("微信 xm_feifei9O", person, medium="picture") == [("account", "xm_feifei9O")]


def test_a_finding_in_a_picture_has_the_box_of_its_lines() -> None:
    lines = (TextBox(0, 4, Box(10, 20, 40, 12), 0.9), TextBox(5, 8, Box(10, 40, 30, 12), 0.9))
    fragment = TextFragment(Location("2"), "picture", "主题举报\n张小鸣", boxes=lines)
    (finding,) = detect(Reading(texts=(fragment,)), (ZHANG,))
    assert (finding.box, finding.fragment, finding.medium) == (Box(10, 40, 30, 12), 0, "picture")


def test_each_fragment_and_each_report_has_its_own_finding() -> None:
    other = compile_report(Report("R-2", "open", "", (Party("星儿"),), (Item("name", "张小鸣"),)))
    texts = tuple(TextFragment(Location(str(i)), "text", "张小鸣") for i in (1, 2))
    found = detect(Reading(texts=texts), (ZHANG, other))
    assert sorted((f.report, f.fragment) for f in found) == [("R-1", 0), ("R-1", 1), ("R-2", 0), ("R-2", 1)]


def test_overlapping_findings_of_one_kind_are_one_over_all_they_cover() -> None:
    text = "Zhang Xiaoming Zhang"
    (finding,) = look(text, ZHANG)
    assert finding.span == (0, len(text))


def test_a_name_repeated_is_found_as_often_as_it_stands() -> None:
    assert words("张小鸣 张小鸣张小鸣", ZHANG) == [("name", "张小鸣")] * 3


def test_what_a_code_says_is_a_finding_of_its_own_kind() -> None:
    (finding,) = look("https://u.example/zhangxiaoming", ZHANG, medium="code")
    assert (finding.kind, finding.variant) == ("qr_code", "pinyin")


def test_nobody_is_looked_for_where_there_is_no_subject() -> None:
    assert look("张小鸣") == ()
    assert look("张小鸣", subject()) == ()


def test_findings_hold_no_words() -> None:
    (finding,) = look("关于张小鸣的来信", ZHANG)
    assert "张" not in repr(finding)
    assert "张" not in repr(ZHANG)


@pytest.mark.parametrize(
    ("text", "word", "variant"),
    [
        ("发件人章晓明", "章晓明", "homophone"),
        ("弓长小口鸟", "弓长小口鸟", "split"),
        ("弓长 小 口鸟", "弓长 小 口鸟", "split"),
        ("zhang1 xiao3 ming2", "zhang1 xiao3 ming2", "pinyin"),
        ("ㄓㄤ ㄒㄧㄠˇ ㄇㄧㄥˊ", "ㄓㄤ ㄒㄧㄠˇ ㄇㄧㄥ", "bopomofo"),
        ("张*鸣", "张*鸣", "masked"),
        ("张X鸣", "张X鸣", "masked"),
        ("张某鸣", "张某鸣", "masked"),
        ("张小*", "张小*", "masked"),
        ("举报人张**", "张**", "masked"),
        ("用户张xm", "张xm", "initials"),
        ("举报人zxm", "zxm", "initials"),
        ("举报人 Z.X.M.", "Z.X.M.", "initials"),
        ("Mingming Bufei 这个微信", "Mingming Bufei", "pinyin"),
    ],
)
def test_a_name_that_is_played_with_is_found_and_the_form_is_named(text: str, word: str, variant: str) -> None:
    found = [(text[f.span[0] : f.span[1]], f.variant) for f in look(text, ZHANG) if f.span is not None]
    assert (word, variant) in found


@pytest.mark.parametrize("text", ["小张会联系您", "zxm", "张**", "张总好", "李*鸣", "张某", "章晓明的歌"])
def test_what_many_people_are_called_says_nothing_alone(text: str) -> None:
    assert look(text, ZHANG) == ()


def test_a_weak_form_counts_beside_any_other_sign_of_the_same_reporter_in_the_message() -> None:
    person = subject(Item("name", "张小鸣"), Item("phone", "13800138000"))
    texts = (TextFragment(Location("", ()), "header", "小张的事"), TextFragment(Location("1"), "text", "13800138000"))
    found = detect(Reading(texts=texts), (person,))
    assert [(f.kind, f.variant, f.support, f.base) for f in found if f.kind == "name"] == [
        ("name", "surname_call", "together", 0.35)
    ]


def test_another_persons_full_name_with_the_same_given_name_is_not_the_reporter() -> None:
    assert words("用户李小鸣您好", ZHANG) == []
    assert words("感谢小鸣,这位用户", ZHANG) == [("name", "小鸣")]


def test_a_name_field_is_a_names_place() -> None:
    person = subject(Item("name", "高兴"))
    assert words("很高兴为您服务", person) == []
    reading = Reading(texts=(TextFragment(Location(""), "header", "高兴 <g@mail.example>", "from"),))
    assert [f.support for f in detect(reading, (person,))] == ["cue"]


def test_a_word_of_reporting_is_not_a_name_that_sounds_like_it() -> None:
    """举报人反映 of somebody called 范莹: nearly every mail about a complaint has it."""
    fan = subject(Item("name", "范莹"))
    assert words("有观众反映,举报人反映当晚没有公示规则。", fan) == []
    assert words("来信人:范盈", fan) == [("name", "范盈")]


def test_among_many_reporters_a_plain_word_is_no_name_that_sounds_like_it() -> None:
    many = [subject(Item("name", "高星"))]
    many += [
        compile_report(Report(f"R-{n}", "open", "", (Party("清凌凌"),), (Item("name", f"陈{chr(0x4E00 + n)}远"),)))
        for n in range(30)
    ]
    assert words("当晚的气氛让人高兴。", *many) == []
    assert words("举报人高兴要求道歉。", *many) == [("name", "高兴")]


def test_among_many_reporters_two_weak_signs_still_speak_for_one() -> None:
    """What is set aside for being weak is not lost for what stands beside it."""
    many = [ZHANG]
    many += [
        compile_report(Report(f"R-{n}", "open", "", (Party("清凌凌"),), (Item("name", f"陈{chr(0x4E00 + n)}远"),)))
        for n in range(30)
    ]
    assert ("name", "小鸣") in words("张先生昨天来过。小鸣的车停在楼下。", *many)
    assert words("小鸣的车停在楼下。", *many) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("欧阳小鸣", "Xiaoming Ouyang"),
        ("欧阳小鸣", "Xiao Ming Ou Yang"),
        ("欧阳小鸣", "Ou-yang, Xiaoming"),
        ("欧阳小鸣", "xiaoming.ouyang@mail.example"),
        ("司马光华", "Guang-hua Si-ma"),
        ("司马光华", "Guanghua SIMA"),
        ("司马光华", "Si Ma, Guang Hua"),
    ],
)
def test_a_compound_surname_is_found_in_pinyin_in_either_order(name: str, text: str) -> None:
    found = words(f"from {text}.", subject(Item("name", name)))
    assert [word for _, word in found] == [text.removesuffix("@mail.example")]


@pytest.mark.parametrize(
    "text",
    [
        "来的是张先生（全名小鸣）",
        "姓张，名小鸣",
        "他姓张,名字是小鸣",
        "姓张名小鸣",
        "姓：张 名：小鸣",
        "小鸣，姓张",
        "张某（小鸣）",
        "姓张，叫小鸣",
    ],
)
def test_surname_and_given_name_a_few_words_apart_are_the_name(text: str) -> None:
    assert ("name", "小鸣") in words(text, ZHANG)


@pytest.mark.parametrize("text", ["姓张的主播很多。", "百家姓张姓最多", "李先生（全名小鸣）", "小鸣，姓李"])
def test_a_surname_alone_or_another_one_is_not(text: str) -> None:
    assert [word for _, word in words(text, ZHANG)] in ([], ["小鸣"] if "全名" in text else [])


def punycode(label: str) -> str:
    return "xn--" + label.encode("punycode").decode()


@pytest.mark.parametrize("around", ["https://{}.example/x", "user@{}.cn", "www.{}.com 请看", "HTTPS://{}.EXAMPLE"])
@pytest.mark.parametrize("label", ["张小鸣", "張小鳴", "我是张小鸣", "鸣鸣不飞"])
def test_a_name_that_an_internationalised_domain_spells_is_found(around: str, label: str) -> None:
    written = punycode(label)
    found = [word for _, word in words(around.format(written), ZHANG)]
    assert found == [written]


@pytest.mark.parametrize("text", [punycode("张小明"), "xn--a", "xn--" + "9" * 59, "a" + punycode("张小鸣")])
def test_a_domain_that_spells_somebody_else_or_nothing_is_not(text: str) -> None:
    assert words(f"https://{text}.example", ZHANG) == []


@pytest.mark.parametrize("name", ["安心", "文静"])
def test_a_domain_that_is_a_word_is_a_name_where_it_is_all_of_a_label(name: str) -> None:
    one = subject(Item("name", name))
    assert words(f"https://{punycode(name)}.example", one) != []
    assert words(f"https://{punycode(name + '直播')}.example", one) == []


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("phone", "13800138000", "138 0013 \n8000"),
        ("phone", "13800138000", "138 0013\r\n> 8000"),
        ("phone", "13800138000", "138 00\n> > 13 8000"),
        ("phone", "020-81234567", "020-8123 \n> > 4567"),
        ("account", "chen_yue3658", "chen _ yue3658"),
        ("account", "chen_yue3658", "chen  _  yue3658"),
        ("account", "chen_yue3658", "chen_\n> yue3658"),
        ("account", "chen_yue", "chen _ yue"),
        ("account", "12345678", "1234 \n> > 5678"),
        ("name", "张小鸣", "张\n> > 小鸣"),
        ("name", "张小鸣", "张小 \r\n>> 鸣"),
        ("name", "Maria Lopez", "Maria\n> > > Lopez"),
        ("name", "Maria Lopez", "Maria \n| Lopez"),
    ],
)
def test_a_soft_line_break_and_signs_of_quoting_part_nothing(kind: Kind, value: str, text: str) -> None:
    person = subject(Item(kind, value))
    assert text in [word for _, word in words(f"> wx: {text}", person)]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [("name", "Maria Lopez", "Maria.\n\n> Lopez street"), ("account", "chen_yue", "chen. We saw: yue")],
)
def test_what_ends_in_between_does(kind: Kind, value: str, text: str) -> None:
    person = subject(Item(kind, value))
    assert text not in [word for _, word in words(text, person)]
