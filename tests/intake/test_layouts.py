"""A letter tells who wrote it in whatever layout: name and telephone are learned, and those of others are not."""

import io
import re
from collections.abc import Sequence

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from file_tools import read
from gateway.intake.extract import learn
from gateway.model import Location, Party, Reading, TextFragment, steps

NAME, PHONE = "褚云起", "13600001111"
PARTY = Party("青山亭", ("qst@streamers.example",), ("room:88412345",))
ABOUT = "举报信\n主播青山亭（电话15911112222）公布我的住址，引来多人堵门。\n请依规处理。平台举报热线：400-800-1234\n"


def of(reading: Reading) -> set[tuple[str, str]]:
    kinds = ("name", "nickname", "phone")
    return {(item.kind, item.value) for item in learn(reading, "信", (PARTY,)) if item.kind in kinds}


def of_text(text: str) -> set[tuple[str, str]]:
    return of(Reading(texts=(TextFragment(Location("1", (steps.file("信.docx"),)), "document", text),)))


BOTH = {("name", NAME), ("phone", PHONE)}
LAYOUTS = r"""
举报人：N　电话：P
举报人：N  电话：P
举报人：N\t电话：P
举报人：N，电话：P
举报人:N;手机:P
举报人/N/电话/P
| 姓名 | N | 手机号 | P |
举报人 N 手机 P
举报人：N 手机 P
举报人：N电话：P
联系人：N P
联系人：N/P
联系人：N（P）
N　P
N  P
N/P
N，P
N、P
N（P）
N（电话：P）
N (P)
N 手机：P
举报人：N（电话：P）
举报人：N ( P )
举报人：N，P
举报人：N，男，1990年生，电话P
姓名：N　性别：男　联系方式：P
姓名：N　性别：男　年龄：33　联系电话：P　住址：衡山路18弄
姓　　名：N\n联 系 电 话：P
姓名\nN\n联系电话\nP
姓名\n联系电话\n被举报人\n事由\nN\nP\n青山亭\n公布住址
姓名 联系电话 被举报人 事由\nN P 青山亭 公布住址
联系方式：N P
联系方式：P（N）
被举报人：青山亭　电话：15911112222\n举报人：N　电话：P
举报人：N　电话：P　被举报人：青山亭　电话：15911112222
举报人：N\n电话：P\n被举报人：青山亭\n电话：15911112222
举报人：N　电话：P\n\n受理单位：网信办　经办人：孙立军　联系电话：13911113333
举报人：N　电话：P（例如：13800138000）
举报人：N（例如：李雷）　电话：P
此致\n敬礼\n\n举报人（签名）：N\n电话 P\n2026年9月4日
此致\n敬礼！\nN\nP\n2026年9月4日
此致 敬礼\n联系电话 P\nN\n2026.9.4
请核实。\n此致\n敬礼\nN\n电话：P　邮箱：cyq@mail.example
姓名：___N___  电话：___P___
姓名………N\n电话………P
【姓名】N\n【电话】P
[姓名]N [手机]P
<姓名> N\n<电话> P
您的姓名？\nN\n您的电话？\nP
问：您的姓名？答：N。\n问：联系电话？答：P。
实名举报人 N P
反馈用户：N\n反馈用户电话：P
来访人：N　电话：P
客户姓名：N\n客户电话：P
联系人及电话：N，P
举报人信息：N，女，P
如需核实请联系N（P）。
姓：褚　名：云起　电话：P
姓\n名\tN\n电\n话\tP
""".strip().split("\n")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_name_and_telephone_are_learned_in_every_layout_and_nobody_elses(layout: str) -> None:
    text = layout.replace("\\n", "\n").replace("\\t", "\t").replace("N", NAME).replace("P", PHONE)
    assert of_text(ABOUT + text) == BOTH


@pytest.mark.parametrize(
    "layout",
    [
        "Name: N Phone: P",
        "Name: N, Phone: P",
        "Complainant: N, Tel: P",
        "Reporter | N | Mobile | P",
        "Contact: N (P)",
        "Contact: N, P",
        "N | P",
        "N (P)",
        "Yours faithfully,\nN\nTel P",
        "Yours faithfully, N, Tel P",
        "Kind regards,\n\nN\nMobile: P\n",
        "Kind regards,\n\nN\nP\n",
        "Name\tPhone\tReason\nN\tP\tabuse",
        "Name ........ N\nTel ........ P",
        "Thanks,\nN\nT: P",
        "First name: Maria\nLast name: Lopez\nPhone: P",
        "Surname: Lopez\nGiven name: Maria\nPhone: P",
        "I, N, can be reached at P.",
    ],
)
def test_english_letters_likewise(layout: str) -> None:
    text = "The streamer 青山亭 (phone 15911112222) published my address.\nPlease act.\n"
    filled = re.sub(r"\bN\b", "Maria Lopez", re.sub(r"\bP\b", "+44 7700 900123", layout))
    found = of_text(text + filled)
    assert found == {("name", "Maria Lopez"), ("phone", "+44 7700 900123")}


TABLES: dict[str, Sequence[Sequence[str]]] = {
    "label beside value": [["举报人姓名", NAME, "手机号", PHONE], ["被举报人", "青山亭", "联系电话", "15911112222"]],
    "a row a field": [["姓名", NAME], ["联系电话", PHONE], ["被举报人", "青山亭"]],
    "heads above": [["姓名", "联系电话", "被举报人", "事由"], [NAME, PHONE, "青山亭", "公布住址"]],
    "heads above, a cell empty": [["序号", "姓名", "身份证号", "电话"], ["1", NAME, "", PHONE]],
    "heads that nobody knows": [["流水", "姓名", "违规类型", "电话"], ["A-1", NAME, "低俗", PHONE]],
    "sections at the left": [
        ["举报人", "姓名", NAME, "电话", PHONE],
        ["", "年龄", "33", "邮编", "200000"],
        ["被举报人", "姓名", "李雷", "电话", "15911112222"],
        ["", "昵称", "凌凌七", "抖音号", "lilei_88"],
    ],
    "several heads": [["姓名", "电话"], [NAME, PHONE], ["被举报人", "时间"], ["青山亭", "9月3日"]],
    "an office below": [
        ["举报人", NAME, "联系电话", PHONE],
        ["受理单位", "网信办", "经办人", "孙立军"],
        ["", "", "联系电话", "13911113333"],
    ],
    "label in two lines": [["举报人\n姓名", NAME], ["联系\n电话", PHONE]],
}


@pytest.mark.parametrize("title", TABLES)
@pytest.mark.parametrize("kind", ["docx", "xlsx", "html"])
def test_tables_are_read_by_cell_and_head(title: str, kind: str) -> None:
    table = TABLES[title]
    if kind == "html":
        if "empty" in title or "left" in title or "below" in title or "lines" in title:
            table = [[cell.replace("\n", "") or "—" for cell in row] for row in table]
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table)
        data = f"<!doctype html><meta charset=utf-8><table>{rows}</table>".encode()
    elif kind == "docx":
        document, out = docx.Document(), io.BytesIO()
        grid = document.add_table(len(table), len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
        document.save(out)
        data = out.getvalue()
    else:
        workbook, out = openpyxl.Workbook(), io.BytesIO()
        for number, cells in enumerate(table, 3):
            for column, text in enumerate(cells, 2):
                if text:
                    workbook.active.cell(number, column, text)
        workbook.save(out)
        data = out.getvalue()
    assert of(read(data, f"表.{kind}")) == BOTH


def test_cells_that_are_merged_keep_the_columns_of_a_docx_table() -> None:
    document, out = docx.Document(), io.BytesIO()
    grid = document.add_table(3, 4)
    grid.cell(0, 0).merge(grid.cell(0, 3)).text = "举报登记表"
    for column, text in enumerate(("编号", "", "姓名", "电话")):
        grid.cell(1, column).text = text
    grid.cell(1, 0).merge(grid.cell(1, 1))
    for column, text in enumerate(("A-7", "2026", NAME, PHONE)):
        grid.cell(2, column).text = text
    document.save(out)
    assert of(read(out.getvalue(), "表.docx")) == BOTH


@pytest.mark.parametrize(
    "text",
    [
        "举报电话：12377　客服电话：400-800-1234",
        "受理单位：市网信办　联系人：孙立军　电话：13911113333",
        "被举报人：青山亭　电话：15911112222",
        "被举报人\t李雷\t电话\t15911112222",
        "主播青山亭电话15911112222",
        "青山亭（15911112222）",
        "填写示例\n姓名：王小明\n电话：13800138000",
        "姓名：（例如：王小明）　电话：（例：13800138000）",
        "姓名：张三　电话：",
        "举报人要求平台处理，联系人多次沟通未果，电话打不通。",
        "证人名单\n王小明 13800138001\n李小红 13800138002\n赵小刚 13800138003\n钱小勇 13800138004",
        "姓名\t电话\n王小明\t13800138001\n李小红\t13800138002",
        "经办人：孙立军\n审核人：李建业",
        "收款人：李雷　账号：6222020200011122233",
        "2026-09-04 2026-09-05",
        "金额 1999.00 时间 2026-09-04",
    ],
)
def test_what_is_somebody_elses_or_nobodys_is_not_learned(text: str) -> None:
    assert of_text("主播低俗。\n" + text + "\n请处理。") == set()


def test_a_list_of_complaints_names_a_reporter_in_each_row() -> None:
    rows = "投诉人\t投诉人电话\t被投诉人\n褚云起\t13600001111\t青山亭\n卫长安\t13600001724\t青山亭"
    assert of_text(rows) == BOTH | {("name", "卫长安"), ("phone", "13600001724")}


@given(st.text(alphabet="姓名电话举报人被：:\t\n　 /|（）()张小鸣0138例如是Tel:", max_size=200))
def test_any_text_is_read_without_failing(text: str) -> None:
    of_text(text)


@pytest.mark.parametrize("unit", ["举报人", "姓名\n", "姓名\t电话\n", "（例如", "电话：", "138 0013 ", "|", "我的"])
def test_the_time_is_linear_in_the_text(unit: str) -> None:
    of_text(unit * (60_000 // len(unit)))  # quadratic ones take minutes, and the run's time limit shows it


@pytest.mark.parametrize(
    "text",
    [
        "客户经理：李雷　电话：13911113333",
        "经办人及电话：李雷，13911113333",
        "负责人姓名及电话：李雷，13911113333",
        "请联系经办人李雷（13911113333）。",
        "请联系我的律师王强（13911113333）。",
        "请联系青山亭（15911112222）。",
        "【被举报人姓名】李雷\n【被举报人电话】15911112222",
        "被举报人：姓：李　名：雷",
        "被举报人信息：李雷，男，15911112222",
        "Reported streamer\nFirst name: Tom\nLast name: Hardy\nPhone: +44 7700 900999",
        "举报人信息：请勿泄露",
        "主播的姓名？李雷",
        "举报须知……请如实填写",
    ],
)
def test_what_looks_alike_and_is_somebody_elses_is_not_learned(text: str) -> None:
    assert of_text("举报信\n主播青山亭公布我的住址。\n\n" + text) == set()


def test_a_letterhead_above_whom_it_is_addressed_to() -> None:
    letter = "Maria Lopez\n12 High Street\n+44 7700 900123\n\nDear Sir or Madam,\nplease act.\nYours faithfully\n"
    assert of_text(letter) == {("name", "Maria Lopez"), ("phone", "+44 7700 900123")}
    office = "网信办举报中心\n王强\n010-65001234\n\n尊敬的平台负责人：\n请处理。\n附件两份，均为复印件。\n请查收\n"
    assert of_text(office) == set()


def test_a_thumbnail_and_substitutes_for_old_programs_teach_nothing() -> None:
    letter = TextFragment(
        Location("1", (steps.file("信.odt"), steps.package_part("content.xml"))),
        "document",
        f"举报人：{NAME}\n电话：{PHONE}",
    )
    small = TextFragment(
        Location("1", (steps.file("信.odt"), steps.package_part("thumbnail.png"))),
        "picture",
        "举报人：褚云\n电话：13600001171",
    )
    assert of(Reading(texts=(letter, small))) == BOTH
    shown, older = (
        TextFragment(Location("1", (steps.file("信.rtf"),)), "document", text)
        for text in (f"举报人（签字）：{NAME}", f"举报人（(签字)）：:{NAME}")
    )
    assert of(Reading(texts=(shown, older))) == {("name", NAME)}


def test_label_and_value_in_text_boxes_of_their_own() -> None:
    boxes = [f"center\ntop\n{text}\n{text}\n" for text in ("姓名：", NAME, "电话：", PHONE, "被举报人：", "青山亭")]
    assert of_text("举报信\n主播青山亭公布我的住址。\n" + "\n".join(boxes)) == BOTH
    assert of_text(f"举报信\n姓名：\n联系电话：\n被举报人：\n{NAME}\n{PHONE}\n青山亭") == BOTH


def test_a_section_of_the_reported_behind_empty_fields_is_theirs() -> None:
    assert of_text("举报人\n姓名：\n电话：\n被举报人：\n姓名：李雷\n电话：15911112222\n") == set()
