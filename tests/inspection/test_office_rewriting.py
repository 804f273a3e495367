"""Office documents by the whole way: found, planned, rewritten, proved; what cannot be rewritten is taken out whole."""

import email
import email.policy
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
import xlwt

from examining import examined, stored, tools_of
from gateway.inspection.tools import InspectionDeps
from gateway.model import Item, Party, Report
from gateway.policy import packaged_policy

TO = "xinger@streamers.example"
REPORT = Report(
    "R-1",
    "open",
    "2020-09-18T10:00:00+08:00",
    (Party("星儿", (TO,)),),
    (Item("name", "张小鸣"), Item("phone", "13800138000"), Item("address", "xiaoming@mail.example")),
)
TOLD = "举报人张小鸣（电话13800138000）反映您的直播存在违规。"


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[InspectionDeps]:
    """With the packaged rules, where what cannot be changed in a file takes the file out."""
    policy = packaged_policy()
    rules = tuple(
        replace(rule, action="redact", remove=True) if rule.name == "identity-in-files" else rule
        for rule in policy.rules
    )
    store = stored(tmp_path, REPORT)
    yield tools_of(store, replace(policy, rules=rules))
    store.shut()


def mail(data: bytes, name: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "kefu@platform.example", TO, "处理材料"
    message.set_content("您好，材料见附件。\n")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    message.add_attachment(b"\x89PNG", maintype="text", subtype="plain", filename="b.txt")
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def attachments(content: bytes) -> list[tuple[str | None, bytes]]:
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    return [(part.get_filename(), bytes(part.get_payload(decode=True))) for part in parsed.iter_attachments()]


def everything(data: bytes) -> str:
    """All members, with tags and without."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        text = "\n".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())
    return text + re.sub("<[^>]*>", "", text)


def letter() -> bytes:
    document = docx.Document()
    document.core_properties.author = "张小鸣"
    paragraph = document.add_paragraph("举报人张")
    paragraph.add_run("小").bold = True
    paragraph.add_run("鸣反映您的直播存在违规。")
    document.sections[0].header.paragraphs[0].text = TOLD
    document.add_comment(paragraph.runs, text=TOLD, author="张小鸣")
    document.add_paragraph("请在三个工作日内提交说明。")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "张小鸣举报"
    sheet["A1"] = TOLD
    sheet["A3"] = 13800138000
    sheet["A5"] = "请在三个工作日内提交说明。"
    book.create_sheet("二")["A1"] = "='张小鸣举报'!A5"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def slides() -> bytes:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = TOLD
    slide.placeholders[1].text_frame.text = "请在三个工作日内提交说明。"
    slide.notes_slide.notes_text_frame.text = TOLD
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("name", "make"), [("a.docx", letter), ("a.xlsx", workbook), ("a.pptx", slides)])
def test_a_document_goes_out_with_placeholders(tools: InspectionDeps, name: str, make: object) -> None:
    assert callable(make)
    content = mail(make(), name)
    result = examined(content, tools, TO)
    assert result.rewritten is not None, result.decision
    (first, data), second = attachments(result.rewritten)
    assert first == name
    assert second == attachments(content)[1]
    said = everything(data)
    for secret in ("张小鸣", "13800138000"):
        assert secret not in said
    for kept in ("请在三个工作日内提交说明。", "姓名略", "反映您的直播存在违规。"):
        assert kept in said


def test_an_rtf_goes_out_with_placeholders(tools: InspectionDeps) -> None:
    told = "".join(f"\\u{ord(character)}?" for character in TOLD).encode()
    result = examined(mail(rb"{\rtf1\ansi\uc1 " + told + rb"\par kept}", "a.rtf"), tools, TO)
    assert result.rewritten is not None
    data = attachments(result.rewritten)[0][1]
    assert data.startswith(rb"{\rtf1\ansi\uc1 ")
    assert data.endswith(rb"\par kept}")
    assert "".join(f"\\u{ord(character)}?" for character in "张小鸣").encode() not in data


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("一").write(0, 0, TOLD)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_old_workbook_is_taken_out_with_a_notice(tools: InspectionDeps) -> None:
    content = mail(old_workbook(), "张小鸣.xls")
    result = examined(content, tools, TO)
    assert result.rewritten is not None
    (name, notice), second = attachments(result.rewritten)
    assert name is None
    assert notice.decode().strip() == "[附件略]"
    assert second == attachments(content)[1]


def test_an_old_workbook_in_a_document_becomes_a_notice_in_its_place(tools: InspectionDeps) -> None:
    out = io.BytesIO(letter())
    with zipfile.ZipFile(out, "a") as file:
        file.writestr("word/embeddings/oleObject1.bin", old_workbook())
    result = examined(mail(out.getvalue(), "a.docx"), tools, TO)
    assert result.rewritten is not None
    with zipfile.ZipFile(io.BytesIO(attachments(result.rewritten)[0][1])) as file:
        assert file.read("word/embeddings/oleObject1.bin").decode() == "[附件略]"


def test_a_signed_document_is_held(tools: InspectionDeps) -> None:
    out = io.BytesIO(letter())
    with zipfile.ZipFile(out, "a") as file:
        file.writestr("_xmlsignatures/sig1.xml", "<s/>")
    result = examined(mail(out.getvalue(), "a.docx"), tools, TO)
    assert result.rewritten is None
    assert (result.decision.action, result.decision.rule) == ("quarantine", "cannot-rewrite")


def test_a_name_beside_others_in_a_table_is_held(tools: InspectionDeps) -> None:
    document = docx.Document()
    document.add_paragraph("投诉情况如下：")
    table = document.add_table(rows=0, cols=2)
    for name in ("张小鸣", "李雷", "韩梅梅"):
        for cell, text in zip(table.add_row().cells, (name, "火箭"), strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    result = examined(mail(out.getvalue(), "a.docx"), tools, TO)
    assert result.rewritten is None
    assert result.decision.action == "quarantine"
