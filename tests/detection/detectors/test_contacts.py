"""What leads to a reporter: addresses, numbers and accounts, spelled and masked in every usual way."""

import pytest

from gateway.detection import detect
from gateway.identity import Subject, compile_report
from gateway.identity.patterns import THRESHOLD
from gateway.model import Item, Location, Party, Reading, Report, TextFragment


def subject(*items: Item) -> Subject:
    party = Party("清凌凌", ("qll@streamers.example",), ("room:88412345", "qll_live88"), ("pr@guild.example",))
    return compile_report(Report("R-1", "open", "", (party,), items))


def words(text: str, *items: Item) -> list[tuple[str, str]]:
    found = detect(Reading(texts=(TextFragment(Location("1"), "text", text),)), (subject(*items),))
    return [(f.kind, text[f.span[0] : f.span[1]]) for f in found if f.span is not None]


ADDRESS = Item("address", "xiaoming@mail.example")
PHONE = Item("phone", "+86 138 0013 8000")
ACCOUNT = Item("account", "xm_feifei90", "wechat")
ID = Item("government_id", "44010619900101123X")


@pytest.mark.parametrize(
    "written",
    [
        "xiaoming@mail.example",
        "XiaoMing@MAIL.Example",
        "xiaoming+report@mail.example",
        "xiaoming @ mail . example",
        "xiaoming[at]mail.example",
        "xiaoming (at) mail (dot) example",
        "xiaoming AT mail DOT example",
        "xiaoming#艾特#mail点example",
        "ｘｉａｏｍｉｎｇ＠ｍａｉｌ．ｅｘａｍｐｌｅ",
        "xiаoming@mail.example",
        "xiao\u200bming@mail.example",
        "xiaoming%40mail.example",
    ],
)
def test_an_address_is_found_however_it_is_written(written: str) -> None:
    assert ("address", written) in words(f"请回复 {written} 谢谢", ADDRESS)


def test_an_address_between_chinese_characters_and_at_a_sentences_end_is_found() -> None:
    assert words("邮箱xiaoming@mail.example的", ADDRESS) == [("address", "xiaoming@mail.example")]
    assert words("Write to xiaoming@mail.example.", ADDRESS) == [("address", "xiaoming@mail.example")]
    assert words('"小" <xiaoming@mail.example>', ADDRESS) == [("address", "xiaoming@mail.example")]


@pytest.mark.parametrize(
    "other",
    ["wang.xiaoming@mail.example", "dxiaoming@mail.example", "xiaoming@mail.examples", "xiaoming2@mail.example"],
)
def test_a_longer_address_is_somebody_elses(other: str) -> None:
    assert words(f"请回复 {other}", ADDRESS) == []


def test_an_international_domain_is_found_in_both_its_forms() -> None:
    item = Item("address", "xiaoming@例子.example")
    assert words("xiaoming@xn--fsqu00a.example", item) == [("address", "xiaoming@xn--fsqu00a.example")]
    assert words("写信给 xiaoming@例子.example", item) == [("address", "xiaoming@例子.example")]


def test_a_local_part_that_nobody_else_would_have_is_a_sign_alone() -> None:
    item = Item("address", "xm_feifei90@mail.example")
    assert words("来自xm_feifei90的邮件", item) == [("address", "xm_feifei90")]
    assert words("来自xiaoming的邮件", ADDRESS) == []
    assert words("QQ12345678", Item("address", "12345678@qq.example")) == [("address", "12345678")]


@pytest.mark.parametrize(
    "written",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "138.0013.8000",
        "138(0013)8000",
        "１３８００１３８０００",
        "①③⑧⓪⓪①③⑧⓪⓪⓪",
        "幺三八洞洞幺三八洞洞洞",
        "一三八零零一三八零零零",
        "壹叁捌〇〇壹叁捌〇〇〇",
        "138零零1三8000",
        "138\u200b0013\u200b8000",
        "138****8000",
        "138XXXX8000",
        "尾号8000",
        "ending in 8000",
    ],
)
@pytest.mark.parametrize("around", ["手机{}谢谢", "tel {}.", "+86{}"])
def test_a_telephone_number_is_found_however_it_is_written(written: str, around: str) -> None:
    if around.startswith("+") and not written[0].isdecimal():
        return
    assert ("phone", written) in words(around.format(written), PHONE)


@pytest.mark.parametrize(
    "text", ["2138001380001", "13800138001", "1380013800", "138 0013 80001", "总额13800138.10", "尾号8001"]
)
def test_other_numbers_are_not_the_reporters(text: str) -> None:
    assert words(text, PHONE) == []


@pytest.mark.parametrize("given", ["13800138000", "+8613800138000", "0086-138-0013-8000", "８６１３８００１３８０００"])
def test_a_number_is_known_however_the_report_gives_it(given: str) -> None:
    assert words("13800138000", Item("phone", given)) == [("phone", "13800138000")]


def test_fixed_lines_and_foreign_numbers_are_found_with_and_without_their_codes() -> None:
    assert words("020-12345678", Item("phone", "020-12345678")) == [("phone", "020-12345678")]
    assert words("电话12345678", Item("phone", "020-12345678")) == [("phone", "12345678")]
    assert words("6123 4567", Item("phone", "+852 6123 4567")) == [("phone", "6123 4567")]


@pytest.mark.parametrize(
    "written", ["xm_feifei90", "XM_FeiFei90", "хm_feifei90", "xm feifei90", "xm_feifei９０", "@xm_feifei90"]
)
def test_an_account_is_found_however_it_is_written(written: str) -> None:
    assert ("account", written.removeprefix("@")) in words(f"微信号{written}的用户", ACCOUNT)


@pytest.mark.parametrize("other", ["axm_feifei90", "xm_feifei901", "my_xm_feifei90", "xm_feifei90_2", "xmfeifei900"])
def test_a_piece_of_a_longer_account_is_somebody_elses(other: str) -> None:
    assert words(f"微信号 {other} 的", ACCOUNT) == []


def test_accounts_that_are_words_or_short_numbers_wait_for_a_cue() -> None:
    word, number = Item("account", "sunshine"), Item("account", "8823")
    assert words("a day of sunshine", word) == []
    assert words("微信号 sunshine", word) == [("account", "sunshine")]
    assert words("共8823人", number) == []
    assert words("用户ID 8823", number) == [("account", "8823")]


def test_a_numeric_account_is_no_piece_of_a_longer_number() -> None:
    item = Item("account", "12345678", "qq")
    assert words("QQ12345678,", item) == [("account", "12345678")]
    assert words("https://space.example/12345678/video", item) == [("account", "12345678")]
    assert words("112345678 123456789 ab12345678", item) == []


@pytest.mark.parametrize(
    "written",
    [
        "44010619900101123X",
        "44010619900101123x",
        "440106 19900101 123X",
        "４４０１０６１９９００１０１１２３Ｘ",
        "4401**********123X",
        "440106********123x",
    ],
)
def test_a_government_id_is_found_however_it_is_written(written: str) -> None:
    assert words(f"身份证号{written}的", ID) == [("government_id", written)]


@pytest.mark.parametrize("text", ["微信xm_f***i90", "他的vx: xm_f****90"])
def test_an_account_that_was_half_covered_counts_beside_what_says_that_it_is_one(text: str) -> None:
    found = detect(Reading(texts=(TextFragment(Location("1"), "text", text),)), (subject(ACCOUNT),))
    assert [f.score >= THRESHOLD for f in found] == [True]
    plain = detect(Reading(texts=(TextFragment(Location("1"), "text", "xm_f***i90"),)), (subject(ACCOUNT),))
    assert all(f.score < THRESHOLD for f in plain)


def test_other_ids_are_not_the_reporters() -> None:
    assert words("440106199001011230 4401061990010112345", ID) == []
    assert words("E12345678 AE12345678", Item("government_id", "E12345678")) == [("government_id", "E12345678")]


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (Item("address", "QLL+x@streamers.example"), "qll@streamers.example"),
        (Item("address", "pr@guild.example"), "pr@guild.example"),
        (Item("account", "88412345"), "直播间88412345"),
        (Item("account", "QLL_live88"), "qll_live88"),
    ],
)
def test_what_is_the_reported_partys_own_too_is_no_sign(item: Item, text: str) -> None:
    assert words(text, item) == []
