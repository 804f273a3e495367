"""Where a placeholder would tell who was taken out, and where it tells nothing: read, searched and planned for real."""

import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection import detect
from gateway.identity import compile_report
from gateway.model import Item, Kind, Location, Medium, Party, Report, TextFragment
from gateway.reading.walk import read_mail
from gateway.rewriting.apply import apply
from gateway.rewriting.places import IN_TEXT
from gateway.rewriting.telling import Replacement, tells
from planning import plan, telling
from scene import mail

ITEMS = (
    Item("name", "张小鸣"),
    Item("name", "Maria Lopez"),
    Item("nickname", "鸣鸣不飞"),
    Item("address", "xiaoming@mail.example"),
    Item("phone", "13800138000"),
    Item("account", "xm_feifei90"),
)
SUBJECT = compile_report(Report("R-1", "open", "", (Party("星儿", ("xinger@streamers.example",)),), ITEMS))


def found(content: bytes) -> str | None:
    """Why it is held; None where it is rewritten. Something must be found, and there must be a plan for it."""
    reading = read_mail(content)
    findings = detect(reading, (SUBJECT,), 0.4)
    assert findings
    assert plan(reading, findings) is not None
    return telling(reading, findings)


def page(markup: str) -> bytes:
    """A mail of HTML alone."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "kefu@platform.example", "xinger@streamers.example", "x"
    message.set_content(f"<html><body>{markup}</body></html>", subtype="html")
    return message.as_bytes(policy=SMTP)


TELLING = {
    "list": [
        "1  李小龙  100\n2  张小鸣  200",
        "#1 李小龙\n#2 张小鸣",
        "- 李小龙投诉，已处理\n- 张小鸣投诉，已处理",
        "a@x.example b@x.example xiaoming@mail.example c@x.example",
        "当晚在场的有李小龙、章晓鸣、张小鸣、王大锤。",
        "当晚在场的有李小龙﹑张小鸣﹑王大锤。",
        "当晚在场：李小龙 张小鸣 王大锤",
        "当晚在场：王大锤　张小鸣",
        "李小龙-张小鸣-王大锤反映了此事。",
        "除了张小鸣，还有李小龙投诉您。",
        "涉及观众：李小龙、张小鸣。",
        "李小龙/张小鸣/王大锤都在群里。",
        "请联系李小龙，张小鸣，王大锤。",
        "名单：李小龙, 张小鸣, 王大锤",
        "张小鸣和李小龙反映了此事。",
        "李小龙与张小鸣投诉了您。",
        "王大锤以及观众张小鸣举报了您。",
        "Ben Miller, Maria Lopez, and Ana Silva complained.",
        "Maria Lopez and John Smith reported you.",
        "John Smith & Maria Lopez reported you.",
        "昵称有：小鱼儿、鸣鸣不飞、大白兔。",
        "昵称有：小鱼儿，鸣鸣不飞，大白兔。",
        "“小鱼儿”、“鸣鸣不飞”两位投诉了您。",
        "投诉的有张小鸣（佛山）、李小龙（广州）。",
        "以下观众投诉：\n李小龙\n张小鸣\n王大锤",
        "以下观众投诉：\n- 李小龙\n- 张小鸣\n- 王大锤",
        "以下观众投诉：\n1. 李小龙\n2. 张小鸣\n3. 王大锤",
        "以下观众投诉：\n一、李小龙\n二、张小鸣",
        "以下观众投诉：\n① 王大锤 100\n② 张小鸣 200",
        "投诉人:\nJohn Smith\nMaria Lopez\nAna Silva",
        "投诉人:\n小鱼儿\n鸣鸣不飞\n大白兔",
        "火箭：张小鸣\n游艇：李小龙",
        "李小龙,100,广州\n张小鸣,200,佛山",
        "李小龙 100\n张小鸣 200",
        "投诉电话有 13900139000、13800138000。",
        "请联系 li@mail.example, xiaoming@mail.example。",
    ],
    "table": [
        "姓名\t金额\n李小龙\t100\n张小鸣\t200",
        "| 姓名 | 金额 |\n| 李小龙 | 100 |\n| 张小鸣 | 200 |",
    ],
    "question": [
        "是不是李小龙还是张小鸣投诉了您？",
        "您认识张小鸣吗？",
        "是张小鸣投诉的吗",
        "投诉您的是不是张小鸣",
        "张小鸣是谁？",
        "请问张小鸣，您有印象吗？",
        "您知道张小鸣么？",
        "难道是张小鸣举报的？",
        "请核对是否认识张小鸣。",
        "请问微信 xm_feifei90 是谁的？",
        "Do you know Maria Lopez?",
        "Was it Maria Lopez who complained?",
        "Who is Maria Lopez?",
        "投诉您的是谁？张小鸣。",
        "Who complained? Maria Lopez.",
        "The complaint is from Maria Lopez?",
    ],
    "quoted": [
        "见下文。\n\n> 肯定是张小鸣投诉的\n> 我知道",
        "收到。\n\n在 2020年9月18日，星儿写道：\n肯定是张小鸣投诉的。",
        "Noted.\n\nOn Fri, 18 Sep 2020, Star wrote:\nIt was Maria Lopez who complained.",
        "收到。\n\n-----原始邮件-----\n请转告张小鸣。",
        "收到。\n\n发件人: 星儿\n发送时间: 2020年9月18日\n主题: 投诉\n\n是张小鸣投诉的。",
    ],
    "pointing": [
        "您的前女友张小鸣投诉了您。",
        "您昨天拉黑的张小鸣投诉了您。",
        "投诉人是您的房东张小鸣。",
        "三名助理中，只有张小鸣投诉了您。",
        "Your landlord Maria Lopez complained about you.",
        "昨晚张小鸣在您的直播间送了火箭。",
        "张小鸣昨晚送出嘉年华后投诉了您。",
        "昨晚送火箭的是张小鸣。",
        "榜一张小鸣投诉了您。",
        "张小鸣上了榜单第三名。",
        "坐在3号座的张小鸣反映了此事。",
        "中奖的是张小鸣。",
        "请将奖品寄给张小鸣。",
        "张小鸣的订单已经发货。",
        "邀请张小鸣作为嘉宾出席。",
        "观众张小鸣给您写了一封表扬信。",
        "昨晚八点张小鸣进了直播间。",
        "鸣鸣不飞刷了游艇。",
        "张小鸣说，他昨晚送了火箭。",
        "张小鸣反映，他打赏了三万元没有退款。",
        "鸣鸣不飞 打赏 300元",
        "昨晚20:15，张小鸣进入。",
        "感谢张小鸣的礼物！",
        "Maria Lopez gifted you a rocket last night.",
        "Please ship the prize to Maria Lopez.",
        "Top fan Maria Lopez was in your stream.",
    ],
}  # fmt: skip
PAGES = {
    "table": [
        "<table><tr><th>姓名</th><th>金额</th></tr><tr><td>李小龙</td><td>100</td></tr>"
        "<tr><td>张小鸣</td><td>200</td></tr></table>",
        "<table><tr><td>李小龙</td><td>张小鸣</td><td>王大锤</td></tr></table>",
    ],
    "list": [
        "<ul><li>李小龙</li><li>张<b>小</b>鸣</li><li>王大锤</li></ul>",
        "<ol><li>John Smith</li><li>Maria Lopez</li></ol>",
        "<p>李小龙<br>张小鸣<br>王大锤</p>",
        "<div>李小龙</div><div>张小鸣</div>",
        "<table><tr><td>李小龙</td></tr><tr><td>张小鸣</td></tr></table>",
    ],
    "question": ["<p>您认识<b>张小鸣</b>吗？</p>"],
    "pointing": ["<p>昨晚<b>张小鸣</b>在您的直播间送了<i>火箭</i>。</p>"],
}
HARMLESS = [
    "观众张小鸣反映您11月3日的直播有低俗内容，请您说明当晚情况。",
    "观众张小鸣（138-0013-8000）反映您的直播，请说明。",
    "张小鸣举报了您。",
    "张小鸣举报了主播，电话13800138000。",
    "关于张小鸣举报一事，请您在三日内书面回复。",
    "您好，张小鸣投诉说没有收到退款，您看怎么处理？",
    "请您对张小鸣反映的问题逐条答复。",
    "据张小鸣称，您在私信里要求转账。",
    "这封举报信是张小鸣写的，请您核实内容。",
    "您被张小鸣实名举报，请准备材料。",
    "举报人：张小鸣\n电话：13800138000\n微信：xm_feifei90\n邮箱：xiaoming@mail.example",
    "观众张小鸣反映您在直播中诱导打赏，是否属实？",
    "张小鸣反映的情况是否属实，请于三日内回复。",
    "用户“鸣鸣不飞”说，请说明当晚情况。",
    "张小鸣反映您诱导他打赏了三万元，请说明。",
    "观众张小鸣说那天的抽奖没有公示。",
    "来信人 xiaoming@mail.example，请说明当晚情况。",
    "微信 xm_feifei90 的用户说，请说明当晚情况。",
    "请协助联系主播，核对张 小 鸣（微信 xm_feifei90）所说的情况。",
    "星儿您好：\n\n观众张小鸣反映您的直播，请说明。\n\n平台客服\n2020年9月18日",
    "1. 观众张小鸣反映您在直播中辱骂他人，请说明。\n2. 请提交当晚的录屏。",
    "您好，张小鸣，不愿意透露身份，投诉了您的直播。",
    "星儿您好,张小鸣(昵称鸣鸣不飞,邮箱 xiaoming@mail.example,电话+86 138-0013-8000,微信xm_feifei90)举报了您。",
    "请与张小鸣和平台客服联系，处理投诉。",
    "您和张小鸣的纠纷已经转给公会。",
    "您好，请在回复中说明您与鸣鸣不飞投诉内容相关的情况。",
    "请如实说明你和张小鸣投诉的情况。",
    "The complaint was filed by Maria Lopez; please answer within three days.",
    "Maria Lopez reported your channel.",
    "Dear streamer, Maria Lopez complained about the draw. Please explain.",
    "Our reporter, Maria Lopez, says that you asked for money in private.",
    "Could you explain what you said? We have a report from Maria Lopez about your shop.",
]
HARMLESS_PAGES = [
    "<p>您好：</p>\n<p>请协助联系主播，核对<b>张</b>小<i>鸣</i>（微信 <code>xm_feifei90</code>）所说的情况。</p>",
    "<table><tr><td>平台</td><td><p>星儿您好，观众张小鸣反映您的直播有低俗内容，请您于三日内说明当晚情况。</p></td></tr></table>",
    "<ul><li>观众张小鸣反映您的直播有低俗内容。</li><li>请您于三日内说明当晚情况。</li></ul>",
]


@pytest.mark.parametrize(("why", "text"), [(why, text) for why, texts in TELLING.items() for text in texts])
def test_a_place_that_tells_is_seen(why: str, text: str) -> None:
    assert found(mail(text)) is not None, text
    assert len(TELLING) == 5


@pytest.mark.parametrize("text", HARMLESS)
def test_a_plain_mention_is_rewritten(text: str) -> None:
    assert found(mail(text)) is None


def test_a_number_beside_it_is_no_name_of_another_charset() -> None:
    """`mark-008` is base64 of bytes that are characters of GBK."""
    held = [n for n in range(800, 900) if found(mail(f"mark-{n:05}-end 张小鸣举报了您，请说明。"))]
    assert len(held) < 3  # all hundred were


@pytest.mark.parametrize(("why", "markup"), [(why, page) for why, pages in PAGES.items() for page in pages])
def test_a_place_in_a_page_that_tells_is_seen(why: str, markup: str) -> None:
    assert found(page(markup)) == why


@pytest.mark.parametrize("markup", HARMLESS_PAGES)
def test_a_plain_mention_in_a_page_is_rewritten(markup: str) -> None:
    assert found(page(markup)) is None


@pytest.mark.parametrize(
    "subject", ["Re: 关于张小鸣的投诉", "回复：张小鸣是谁", "答复: 张小鸣", "谁是张小鸣？", "李小龙、张小鸣"]
)
def test_a_subject_that_tells_is_seen(subject: str) -> None:
    assert found(mail("请说明当晚情况。", subject)) is not None


@pytest.mark.parametrize("subject", ["关于张小鸣的投诉", "张小鸣反映的情况", "投诉（张小鸣）"])
def test_a_plain_subject_is_rewritten(subject: str) -> None:
    assert found(mail("请说明当晚情况。", subject)) is None


def test_a_name_among_those_who_get_it_is_seen() -> None:
    to = "星儿 <xinger@streamers.example>, 张小鸣 <other@mail.example>"
    assert found(mail("请说明当晚情况。", to=to)) == "list"


REPORT_WORDS = ("举报", "投诉", "检举", "反映", "来信", "report", "complain", "reporter")


@pytest.mark.parametrize(
    "content",
    [mail(text) for text in (*HARMLESS, *(text for texts in TELLING.values() for text in texts))]
    + [page(markup) for markup in (*HARMLESS_PAGES, *(one for pages in PAGES.values() for one in pages))]
    + [mail("张小鸣", "张小鸣", headers=("X-Note: xiaoming@mail.example",)), mail("Maria Lopez", "Maria Lopez")],
)
def test_no_rewriting_says_more_of_a_report_than_the_original(content: bytes) -> None:
    """Held or not: what would go out."""
    before = read_mail(content)
    edits = plan(before, detect(before, (SUBJECT,), 0.4))
    assert edits
    after = read_mail(apply(content, edits))
    for word in REPORT_WORDS:
        said = [sum(text.text.lower().count(word) for text in reading.texts) for reading in (before, after)]
        assert said[1] <= said[0], word


cuts = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12), st.sampled_from(sorted(IN_TEXT))), max_size=5)
pieces = st.sampled_from(
    ["张小鸣", "李小龙", "、", "，", ",", "\n", "\r\n", "\t", "|", " ", "- ", "1. ", "和", "and ", "？", "?", "是不是",
     "> ", "您好", "投诉", "Maria Lopez", "wrote:", "送了", "：", "(", "“", "\ue000", "a@b.example", "13900139000",
     "\u202e"]
)  # fmt: skip


@given(st.lists(pieces, max_size=30).map("".join), cuts, st.sampled_from(["text", "html", "header", "markup"]))
def test_any_text_and_any_cuts_have_an_answer(text: str, raw: list[tuple[int, int, Kind]], medium: Medium) -> None:
    taken, at = [], 0
    for start, length, kind in sorted(raw):
        if at <= start < start + length <= len(text):
            taken.append(Replacement(start, start + length, kind))
            at = start + length
    fragment = TextFragment(Location("1"), medium, text, "subject" if medium == "header" else "")
    assert tells(fragment, taken) in (None, "quoted", "question", "list", "table", "pointing")
    assert tells(fragment, ()) is None, "nothing is told where nothing is taken out"


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.text(st.characters(codec="utf-8"), max_size=80))
def test_a_list_is_seen_whatever_stands_around_it(before: str, behind: str) -> None:
    text = f"{before}\n李小龙、张小鸣、王大锤\n{behind}"
    start = len(before) + len("\n李小龙、")
    fragment = TextFragment(Location("1"), "text", text)
    assert tells(fragment, (Replacement(start, start + 3, "name"),)) is not None


def test_a_page_of_blanks_around_each_of_many_cuts_is_looked_at_in_no_time() -> None:
    """Nothing interrupts the look, so that a run of blanks must not be tried in every way it can be shared out."""
    page = " " * 236 + "x"
    text = (page + "张小鸣" + page[::-1]) * 2000
    step = len(text) // 2000
    taken = [Replacement(at, at + 3, "name") for at in range(len(page), len(text), step)]
    started = time.process_time()
    assert tells(TextFragment(Location("1"), "text", text), taken) is None
    assert time.process_time() - started < 15


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("工单信息\n来信人\n张小鸣\n联系电话\n13800138000\n问题类型\n直播付款", None),
        ("来信人\n张小鸣\n问题类型\n直播付款", None),
        ("来信人\n张小鸣\n李小龙\n王子涵", "list"),
        ("举报人\n张小鸣\n13900139000\n问题类型", "list"),
        ("举报人李四\n张小鸣\n问题类型\n直播付款", "list"),
        ("榜单\n张小鸣\n问题类型\n直播付款", "list"),
    ],
)
def test_the_value_of_a_form_is_none_of_a_list_unless_others_follow_it(text: str, why: str | None) -> None:
    fragment = TextFragment(Location("2"), "picture", text)
    cuts = [Replacement(at, at + 3, "name", 1.0) for at in [text.index("张小鸣")]]
    phone = text.find("13800138000")
    if phone >= 0:
        cuts.append(Replacement(phone, phone + 11, "phone", 1.0))
    assert tells(fragment, cuts) == why


def in_metadata(text: str, names: bool = False) -> str | None:
    """Of `张小鸣` in the metadata of a file."""
    fragment = TextFragment(Location("2"), "metadata", text, names_people=names)
    start = text.index("张小鸣")
    return tells(fragment, [Replacement(start, start + 3, "name")])


@pytest.mark.parametrize(
    ("text", "names", "why"),
    [
        ("Picture 1\n张小鸣提交的截图\nimage.png\nrect", False, None),
        ("李雷\n张小鸣\n韩梅梅", False, None),  # attributes stand beside each other by chance
        ("mailto:张小鸣?subject=x", False, None),
        ("李雷、张小鸣、韩梅梅", False, "list"),
        ("姓名\t李雷\t张小鸣", False, "table"),
        ("您认识张小鸣吗？", False, "question"),
        ("昨晚张小鸣在您的直播间送了火箭", False, "pointing"),
        ("张小鸣", True, None),
        ("张小鸣\n李雷", True, None),
        ("张小鸣\n李雷\n14.0000\nOn-screen Show (4:3)", True, None),
        ("张小鸣\n李雷\n韩梅梅", True, "list"),
    ],
)
def test_a_field_of_metadata_stands_for_itself(text: str, names: bool, why: str | None) -> None:
    assert in_metadata(text, names) == why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("举报人的邮箱 mailto:张小鸣?subject=a，请勿回复。", None),
        ("是不是这个 mailto:张小鸣 ?", "question"),
        ("Is it mailto:张小鸣?", "question"),
        ("Is it mailto:张小鸣?x the one? You know 张小鸣?", "question"),
    ],
)
def test_the_question_mark_of_an_address_asks_nobody(text: str, why: str | None) -> None:
    start = text.index("张小鸣")
    fragment = TextFragment(Location("1"), "text", text)
    assert tells(fragment, [Replacement(start, start + 3, "name")]) == why
