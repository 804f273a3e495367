"""Names that are words, where no sentence stands around them: columns, labels, file names, subjects, fields."""

import time

import pytest

from gateway.detection import detect
from gateway.detection.fields import places
from gateway.identity import Subject, compile_report
from gateway.model import Item, Kind, Location, Medium, Party, Reading, Report, TextFragment

NAMES = ("高兴", "文静", "安心", "江山", "Will Young")


def subject(name: str, kind: Kind = "name") -> Subject:
    return compile_report(Report("R-1", "open", "", (Party("清凌凌"),), (Item(kind, name),)))


def words(text: str, one: Subject, medium: Medium = "document", label: str = "", named: bool = False) -> list[str]:
    fragment = TextFragment(Location("1"), medium, text, label, names_people=named)
    return [text[f.span[0] : f.span[1]] for f in detect(Reading(texts=(fragment,)), (one,)) if f.span is not None]


FILLED: tuple[tuple[Medium, str], ...] = (
    ("document", "编号\t投诉人\t时间\n1\t{}\t9月"),
    ("document", "编号\t姓名\t时间\n1\t张三\t9月\n2\t李四\t9月\n3\t{}\t9月"),
    ("text", "编号,举报人,时间\n1,{},9月\n"),
    ("text", '编号,用户昵称,时间\r\n1,"{}",9月\r\n'),
    ("text", "编号;客户姓名;时间\n1;{};9月\n"),
    ("html", "编号\t投诉人\t时间\t\n1\t{}\t9月\t\n"),
    ("text", "| 编号 | 投诉人 |\n| --- | --- |\n| 1 | {} |\n"),
    ("picture", "编号 投诉人 时间\n1 {} 9月"),
    ("picture", "投诉人\n2020-09-18\n{}\n待处理"),
    ("document", "编号\n投诉人\n1\n{}\n备注\n无"),
    ("document", "姓名\t{}\t电话\t138"),
    ("document", "姓名：\n{}"),
    ("document", "举报人姓名（必填）\t{}"),
    ("text", "No,Reporter,Date\n1,{},May\n"),
    ("text", "id\tName\n7\t{}\n"),
    ("document", "编号\t反馈用户\t时间\n1\t{}\t9月"),
    ("document", "编号\t申诉用户姓名\t时间\n1\t{}\t9月"),
    ("document", "编号\t来访者\t时间\n1\t{}（女）\t9月"),
    ("document", "编号\t投诉人\n1\t张三丰、{}\n"),
    ("document", "编号\t投诉人\n1\t{} 13800001111\n"),
    ("document", "编号\t投诉人/时间\n1\t{} / 9月3日\n"),
    ("document", "编号 举报人 时间 状态\n1 张三丰 9 月 1\n日\n待处理\n2 {} 9 月 3\n日\n已回复"),
    ("text", "Ticket,Filed by,Date\n1,{},May\n"),
    ("file_name", "投诉_{}.pdf"),
    ("file_name", "{}_screenshot.png"),
    ("file_name", "投诉回复函-{}.docx"),
    ("file_name", "{}.docx"),
    ("file_name", "{}-身份证正面.jpg"),
    ("file_name", "2020年9月 举报信（{}）.docx"),
)


@pytest.mark.parametrize(
    ("name", "medium", "text"),
    [
        (name, medium, text)
        for name in NAMES
        for medium, text in FILLED
        if " " not in name or not (medium == "file_name" or text.startswith("编号 "))  # there it is no single piece
    ],
)
def test_a_name_that_fills_a_place_for_names_is_found(name: str, medium: Medium, text: str) -> None:
    assert words(text.format(name), subject(name), medium) == [name]


@pytest.mark.parametrize("name", NAMES[:-1])
@pytest.mark.parametrize(
    "subject_line",
    [
        "[{}] 工单待回复",
        "【{}】投诉处理进度",
        "工单 | {} | 待回复",
        "投诉-{}",
        "Re: [{}] case 17",
        "「{}」的反馈:请核实",
    ],
)
def test_a_piece_of_a_subject_about_a_ticket_is_a_name(name: str, subject_line: str) -> None:
    assert words(subject_line.format(name), subject(name), "header", "subject") == [name]


@pytest.mark.parametrize("name", NAMES[:-1])
@pytest.mark.parametrize(
    ("sort", "title"),
    [
        ("subject", "Re: {}的投诉"),
        ("subject", "回复：{}的投诉"),
        ("subject", "投诉：{}"),
        ("subject", "关于{}投诉的处理"),
        ("subject", "关于{}反映的情况"),
        ("subject", "工单#1234 {}"),
        ("subject", "{}投诉案"),
        ("subject", "{}来信的回复"),
        ("thread-topic", "[{}] 投诉"),
        ("file_name", "{}的聊天记录.png"),
        ("file_name", "附件1：{}举报信.docx"),
        ("file_name", "{}微信截图.png"),
        ("file_name", "致{}的回复.docx"),
        ("file_name", "举报人{}.m4a"),
    ],
)
def test_in_a_title_words_stand_side_by_side(name: str, sort: str, title: str) -> None:
    medium: Medium = "file_name" if sort == "file_name" else "header"
    assert words(title.format(name), subject(name), medium, sort) == [name]


@pytest.mark.parametrize(
    ("word", "sort", "title"),
    [
        ("连麦", "subject", "关于连麦投诉的处理规则"),
        ("连麦", "subject", "Re: 连麦的投诉处理流程"),
        ("连麦", "subject", "关于连麦功能反馈的说明"),
        ("连麦", "subject", "连麦投诉案例汇编"),
        ("明天", "subject", "明天投诉处理会议"),
        ("明天", "subject", "回复：明天的会议"),
        ("明天", "subject", "答复明天给您"),
        ("安心", "subject", "安心消费投诉渠道公告"),
        ("安心", "subject", "安心反馈"),
        ("平安", "subject", "平安中秋，举报有奖"),
        ("平安", "subject", "平安反馈的处理"),
        ("成长", "subject", "关于成长的回复"),
        ("成长", "file_name", "成长微信公众号.docx"),
        ("成长", "file_name", "成长的材料说明.docx"),
        ("连麦", "file_name", "连麦截图.png"),
        ("连麦", "file_name", "连麦的投诉处理流程.pdf"),
        ("明天", "file_name", "明天的聊天记录整理.docx"),
        ("明天", "file_name", "明天_会议记录.docx"),
        ("江山", "file_name", "江山.mp3"),
        ("成长", "file_name", "用户成长.docx"),
    ],
)
def test_a_title_about_something_else_is_none(word: str, sort: str, title: str) -> None:
    medium: Medium = "file_name" if sort == "file_name" else "header"
    assert words(title, subject(word), medium, sort) == []


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("平安", "客户公司,联系人\n平安,李晓\n"),
        ("明天", "投诉人\t回访时间\n张三丰\t明天\n"),
        ("连麦", "编号,投诉内容,投诉人\n1,连麦,李晓\n"),
        ("连麦", "功能名称,客户反馈\n连麦,好\n"),
        ("阳光", "主播昵称,时间\n阳光,9月\n"),
        ("安心", "产品名称\t客户数\n安心\t5\n"),
        ("和平", "被投诉用户,区\n张三,和平\n"),
        ("May", "Any long that a user may report\nis logged as may."),
    ],
)
def test_a_cell_under_another_head_is_the_word(word: str, text: str) -> None:
    name = "May Long" if word == "May" else word
    assert words(text, subject(name)) == []


@pytest.mark.parametrize("name", NAMES[:-1])
@pytest.mark.parametrize(
    ("medium", "label", "text"),
    [
        ("document", "", "编号\t主题\t时间\n1\t{}\t9月"),
        ("document", "", "课程\n{}\n时间\n9月"),
        ("document", "", "编号\t投诉人\t主题\n1\t张三\t{}"),
        ("document", "", "编号\t投诉人\n1\t{}消费\n"),
        ("text", "", "编号,内容,时间\n1,{},9月\n"),
        ("file_name", "filename", "{}_直播培训.pdf"),
        ("file_name", "filename", "直播{}指南.docx"),
        ("header", "subject", "[{}] 升级提醒"),
        ("header", "subject", "【{}】中秋快乐"),
        ("header", "subject", "关于{}直播的投诉处理"),
        ("metadata", "", "{}"),
    ],
)
def test_the_word_anywhere_else_is_nothing(name: str, medium: Medium, label: str, text: str) -> None:
    assert words(text.format(name), subject(name), medium, label) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_field_of_names_is_a_names_place_line_by_line(name: str) -> None:
    assert words(name, subject(name), "metadata", named=True) == [name]
    assert words(f"张三\n{name}\n李四", subject(name), "document", named=True) == [name]


def test_a_given_name_in_a_column_of_names_needs_no_more() -> None:
    assert words("编号\t投诉人\n1\t小鸣\n", subject("张小鸣")) == ["小鸣"]
    assert words("编号\t主题\n1\t小鸣\n", subject("张小鸣")) == []


def test_a_nickname_of_one_sign_in_a_column_of_names_is_found() -> None:
    assert words("编号\t用户昵称\n1\t🌿\n", subject("🌿", "nickname")) == ["🌿"]
    assert words("编号\t图标\n1\t🌿\n", subject("🌿", "nickname")) == []


@pytest.mark.parametrize("piece", ["1", "回执", "关于明天投诉--", "信-", "的", "投诉_", "a"])
def test_a_long_file_name_costs_little(piece: str) -> None:
    began = time.process_time()
    places((piece * 512)[:506] + "x.pdf", "file_name")
    assert time.process_time() - began < 0.2


@pytest.mark.parametrize(
    "piece",
    [
        "姓名\t",
        "姓名,",
        "姓名 ",
        "姓名\n",
        "姓名\t安心\n",
        "|",
        "[",
        "投诉_",
        "a\tb,c|d e\n",
        "(" * 9,
        "关于明天投诉--",
    ],
)
@pytest.mark.parametrize("sort", ["", "file_name", "subject"])
def test_places_are_found_in_linear_time(piece: str, sort: str) -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        places(piece * times, sort)
        return time.process_time() - began

    assert seconds(100_000) < 40 * max(seconds(10_000), 0.01)
