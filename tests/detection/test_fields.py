"""Names that are words, where no sentence stands around them: columns, labels, file names, subjects, fields."""

import time

import pytest

from gateway.detection import detect
from gateway.detection.fields import places
from gateway.model import Item, Kind, Location, Medium, Party, Reading, Report, TextFragment
from gateway.reports import Subject, compile_report

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
    ("file_name", "投诉_{}.pdf"),
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


@pytest.mark.parametrize(
    "piece", ["姓名\t", "姓名,", "姓名 ", "姓名\n", "姓名\t安心\n", "|", "[", "投诉_", "a\tb,c|d e\n", "(" * 9]
)
@pytest.mark.parametrize("sort", ["", "file_name", "subject"])
def test_places_are_found_in_linear_time(piece: str, sort: str) -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        places(piece * times, sort)
        return time.process_time() - began

    assert seconds(100_000) < 40 * max(seconds(10_000), 0.01)
