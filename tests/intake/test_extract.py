"""What letters, forms, mails and photographed mails tell of who wrote them, and what they must not be taken to tell."""

import pytest

from gateway.intake.extract import learn
from gateway.model import Item, Location, MailAddress, MailFacts, Medium, Party, Reading, TextFragment, steps

PARTIES = (
    Party("清凌凌", ("qll@streamers.example",), ("room:88412345", "qll_live88"), ("pr@guild.example",)),
    Party("星儿", ("xinger@streamers.example",)),
)
OFFICIAL = ("platform.example", "regulator.example")


def items(reading: Reading) -> tuple[Item, ...]:
    return learn(reading, "材料 信.docx", PARTIES, OFFICIAL)


def learned(text: str, medium: Medium = "document") -> set[tuple[str, str]]:
    reading = Reading(texts=(TextFragment(Location("1", (steps.file("信.docx"),)), medium, text),))
    return {(item.kind, item.value) for item in items(reading)}


NAME = ("name", "张小鸣")


@pytest.mark.parametrize(
    "letter",
    [
        "举报人:张小鸣",
        "举报人：张小鸣",
        "举 报 内 容:…\n举报人 : 张小鸣 ",
        "举报人姓名:张小鸣",
        "举报人(实名):张小鸣",
        "实名举报人:张小鸣(手印)",
        "投诉人:张小鸣",
        "来信人:张小鸣",
        "反映人:张小鸣",
        "姓名:张小鸣",
        "姓  名:张 小 鸣",
        "您的姓名:张小鸣",
        "真实姓名:张小鸣",
        "署名:张小鸣",
        "联系人:张小鸣 先生",
        "1、姓名:张小鸣",
        "(1)姓名:张小鸣",
        "| 姓名 | 张小鸣 | 电话 | 13800138000 |",
        "姓名\t张小鸣",
        "被举报人:清凌凌;举报人:张小鸣;",
        "我叫张小鸣,是一名观众。",
        "我的名字叫张小鸣。",
        "您好!我是张小鸣,我要举报清凌凌。",
        "本人张小鸣,现举报主播清凌凌违规。",
        "事情就是这样。\n此致\n敬礼\n张小鸣\n2020年9月18日",
        "事情就是这样。\n此致\n敬礼!\n\n        举报人:张小鸣\n        二〇二〇年九月十八日",
        "事情就是这样。\n此致 敬礼\n2020.9.18 张小鸣",
        "请处理。谢谢!\n观众 张小鸣 敬上",
        "请处理。\n\n张小鸣\n2020-09-18",
        "请处理。\n此致\n敬礼\n张小鸣(签名)",
    ],
)
def test_a_letter_tells_its_writers_name(letter: str) -> None:
    assert NAME in learned(letter)
    assert [value for kind, value in learned(letter) if kind == "name"] == ["张小鸣"]


@pytest.mark.parametrize(
    ("letter", "name"),
    [
        ("Reporter: Zhang Xiaoming", "Zhang Xiaoming"),
        ("Name: Maria Lopez\nPhone: +44 20 7946 0000", "Maria Lopez"),
        ("Hello, my name is Maria Lopez, I watch the show.", "Maria Lopez"),
        ("Please act.\n\nYours sincerely,\nMaria Lopez", "Maria Lopez"),
        ("Please act.\n\nBest regards,\n\nMaria Lopez\n18 September", "Maria Lopez"),
        ("此致\n敬礼\n阿不都·热合曼", "阿不都·热合曼"),
        ("举报人:欧阳小鸣", "欧阳小鸣"),
        ("举报人:长孙鸣", "长孙鸣"),
    ],
)
def test_other_names_are_learned_too(letter: str, name: str) -> None:
    assert ("name", name) in learned(letter)


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        ("联系电话:138 0013 8000", "phone", "138 0013 8000"),
        ("手机:13800138000", "phone", "13800138000"),
        ("电 话：１３８００１３８０００", "phone", "13800138000"),
        ("联系方式:020-12345678", "phone", "020-12345678"),
        ("Phone: +86 138 0013 8000", "phone", "+86 138 0013 8000"),
        ("微信号:xm_feifei90", "account", "xm_feifei90"),
        ("微信:xm_feifei90", "account", "xm_feifei90"),
        ("QQ:12345678", "account", "12345678"),
        ("抖音号:feifei.90", "account", "feifei.90"),
        ("B站:mingming_88", "account", "mingming_88"),
        ("用户ID:99887766", "account", "99887766"),
        ("身份证号:440106199001011234", "government_id", "440106199001011234"),
        ("居民身份证号码:44010619900101123X", "government_id", "44010619900101123X"),
        ("邮箱:xiaoming@mail.example", "address", "xiaoming@mail.example"),
        ("E-mail: xiaoming@mail.example", "address", "xiaoming@mail.example"),
        ("昵称:鸣鸣不飞", "nickname", "鸣鸣不飞"),
        ("我的抖音昵称:鸣鸣不飞", "nickname", "鸣鸣不飞"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "举报人:张小鸣,{},谢谢", "  2. {}\n完"])
def test_form_lines_tell_how_to_reach_the_writer(line: str, kind: str, value: str, around: str) -> None:
    assert (kind, value) in learned(around.format(line))


@pytest.mark.parametrize(
    "text",
    [
        "被举报人:清凌凌",
        "被举报人姓名:李雷",
        "被举报人:李雷\n被举报人电话:13900139000\n被举报人微信号:lilei_88",
        "主播姓名:李雷,主播抖音号:lilei_88",
        "举报对象:李雷",
        "被投诉人 姓名:李雷",
        "被举报人信息\n姓名:李雷\n昵称:凌凌七\n电话:13900139000\n抖音号:lilei_88",
        "举报人:匿名",
        "举报人:",
        "姓名:无\n电话:保密\n微信:无",
        "举报人:清凌凌",
        "昵称:星儿",
        "抖音号:qll_live88",
        "邮箱:service@platform.example",
        "邮箱:qll@streamers.example",
        "我是一名观众,我要举报。",
        "我叫不出名字,我是学生,本人认为,本人未成年。",
        "请平台处理。\n谢谢",
        "请处理\n此致\n敬礼\n平台客服中心",
        "举报时间:2020年9月18日\n举报平台:抖音\n举报内容:打赏",
        "My name is not important. I am very angry. Name of the show: Evening",
        "举报人身份证号:略",
        "",
    ],
)
def test_the_reported_the_platform_and_empty_forms_are_not_learned(text: str) -> None:
    assert learned(text) == set()


def test_after_the_section_of_the_reported_party_comes_the_reporters() -> None:
    form = "一、被举报人信息\n姓名:李雷\n抖音号:lilei_88\n\n二、举报人信息\n姓名:张小鸣\n抖音号:xm_feifei90"
    assert learned(form) == {NAME, ("account", "xm_feifei90")}
    close = "被举报人:\n姓名:李雷\n电话:13900139000\n姓名:张小鸣\n电话:13800138000"
    assert learned(close) == {NAME, ("phone", "13800138000")}
    first = "举报人信息\n姓名:张小鸣\n被举报人信息\n姓名:李雷"
    assert learned(first) == {NAME}


def test_a_form_read_paragraph_by_paragraph_is_one_form() -> None:
    lines = ("被举报人信息", "姓名:李雷", "举报人信息", "姓名:张小鸣", "此致", "敬礼")
    texts = tuple(
        TextFragment(Location("1", (steps.file("信.docx"), steps.file(f"paragraph {i}"))), "document", t)
        for i, t in enumerate(lines)
    )
    assert {(i.kind, i.value) for i in items(Reading(texts=texts))} == {NAME}


def mail(*addresses: MailAddress, where: Location = Location("")) -> MailFacts:  # noqa: B008  # frozen
    return MailFacts(where, addresses, "<1@mail.example>")


def from_mails(*mails: MailFacts) -> set[tuple[str, str]]:
    return {(item.kind, item.value) for item in items(Reading(mails=mails))}


def test_a_mail_tells_its_sender_and_where_answers_go() -> None:
    found = from_mails(
        mail(
            MailAddress("from", "张小鸣", "xiaoming@mail.example"),
            MailAddress("reply-to", "鸣鸣不飞", "ming@else.example"),
            MailAddress("to", "客服", "service@platform.example"),
            MailAddress("cc", "李雷", "lilei@mail.example"),
        )
    )
    assert found == {
        NAME,
        ("address", "xiaoming@mail.example"),
        ("nickname", "鸣鸣不飞"),
        ("address", "ming@else.example"),
    }


def test_a_numeric_mailbox_of_qq_is_an_account_too() -> None:
    assert ("account", "12345678") in from_mails(mail(MailAddress("from", "", "12345678@qq.com")))


@pytest.mark.parametrize(
    "sender",
    [
        MailAddress("from", "王经理", "staff@platform.example"),
        MailAddress("from", "举报中心 李雷", "case@mail.regulator.example"),
        MailAddress("from", "李雷", "QLL+x@streamers.example"),
        MailAddress("from", "李雷", "pr@guild.example"),
        MailAddress("from", "李雷", ""),
    ],
)
def test_mail_from_the_house_a_regulator_or_the_reported_tells_nothing(sender: MailAddress) -> None:
    assert from_mails(mail(sender)) == set()


def test_only_the_outermost_mail_is_asked() -> None:
    inner = mail(MailAddress("from", "李雷", "lilei@mail.example"), where=Location("2"))
    outer = mail(MailAddress("from", "张小鸣", "xiaoming@mail.example"))
    assert from_mails(inner, outer) == {NAME, ("address", "xiaoming@mail.example")}


def test_the_sender_line_of_a_photographed_mail_is_learned_and_its_recipient_is_not() -> None:
    shot = "主题:举报主播清凌凌\n发件人:张小鸣 <xiaoming@mail.example>\n收件人:客服 <service@platform.example>"
    assert learned(shot, "picture") == {NAME, ("address", "xiaoming@mail.example")}
    assert learned("发件人:客服 <service@platform.example>", "picture") == set()
    assert learned(shot, "text") == set(), "in a mail's own text it is a quotation of somebody"


def test_every_item_says_how_sure_and_where_it_was_learned_but_not_in_words_of_the_letter() -> None:
    reading = Reading(
        texts=(TextFragment(Location("1"), "text", "我叫张小鸣。\n举报人:张小鸣\n电话:13800138000"),),
        mails=(mail(MailAddress("from", "", "xiaoming@mail.example")),),
    )
    found = {item.kind: item for item in items(reading)}
    assert {item.state for item in found.values()} == {"learned"}
    (signed,) = items(Reading(texts=(TextFragment(Location("1"), "text", "请处理。\n\n张小鸣\n2020-09-18"),)))
    assert (signed.state, signed.score) == ("suggested", 0.65)
    assert found["name"].source == "材料 信.docx: form line"
    assert found["address"].source == "材料 信.docx: From"
    assert all(0.6 <= item.score <= 1 for item in found.values())
    assert "小鸣" not in "".join(item.source for item in found.values()) + repr(found)


@pytest.mark.parametrize(
    "text", ["\n" * 50_000, "thanks" + " " * 50_000, "姓名:" * 10_000, "a@" * 20_000, "1" * 50_000]
)
def test_letters_made_to_take_long_do_not(text: str) -> None:
    learned(text, "picture")  # a quadratic expression takes minutes here, and the run's time limit shows it


def test_a_letter_copied_out_of_a_pdf_has_radicals_for_characters() -> None:
    letter = "尊敬的平台:\n主播辱骂观众。\n举报⼈:⻩⼩⻰\n联系电话:13911112222\n"
    reading = Reading(texts=(TextFragment(Location("1"), "document", letter),))
    found = {(item.kind, item.value) for item in learn(reading, "m", (Party("清凌凌"),))}
    assert {("name", "黄小龙"), ("phone", "13911112222")} <= found
