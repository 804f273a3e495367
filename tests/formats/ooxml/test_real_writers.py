"""Documents as real programs write them, with something in every place that a library can fill."""

import io
import zipfile

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation
from pptx.util import Inches

from file_tools import read, reasons, words

NAMES = [f"甲{c}乙" for c in "一丁七万丈三上下不与丑专且世丘丙业丛东丝"]


def word() -> bytes:
    made, out = docx.Document(), io.BytesIO()
    made.core_properties.author, made.core_properties.comments = NAMES[0], NAMES[1]
    made.add_heading(NAMES[2], 1)
    paragraph = made.add_paragraph(NAMES[3][0])
    paragraph.add_run(NAMES[3][1]).bold = True
    paragraph.add_run(NAMES[3][2])
    hidden = made.add_paragraph().add_run(NAMES[4])
    hidden.font.hidden = True
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = NAMES[5], NAMES[6]
    section = made.sections[0]
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = NAMES[7], NAMES[8]
    made.add_comment(paragraph.runs[0], text=NAMES[9], author=NAMES[10])
    deleted, run, text = OxmlElement("w:del"), OxmlElement("w:r"), OxmlElement("w:delText")
    deleted.set(qn("w:author"), NAMES[11])
    text.text = NAMES[12]
    run.append(text)
    deleted.append(run)
    made.add_paragraph("x")._p.append(deleted)
    made.save(out)
    return out.getvalue()


def excel() -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    sheet["A1"], sheet["B1"] = NAMES[0], f"={NAMES[1]!r}".replace("'", '"')
    sheet["A1"].comment = Comment(NAMES[2], NAMES[3])
    sheet["A2"].hyperlink = f"http://x.example/{NAMES[4]}"
    sheet.oddHeader.center.text, sheet.evenFooter.left.text = NAMES[5], NAMES[6]
    validation = DataValidation(type="list", formula1=f'"{NAMES[7]},b"')
    validation.prompt = NAMES[8]
    sheet.add_data_validation(validation)
    validation.add("C1")
    for name, state, value in (("b", "hidden", NAMES[9]), ("c", "veryHidden", NAMES[10])):
        other = made.create_sheet(name)
        other.sheet_state, other["A1"] = state, value
    made.create_sheet(NAMES[11])
    sheet["A5"] = NAMES[12]
    sheet.row_dimensions[5].hidden = True
    made.properties.creator = NAMES[13]
    made.save(out)
    return out.getvalue()


def powerpoint() -> bytes:
    made, out = pptx.Presentation(), io.BytesIO()
    made.core_properties.author = NAMES[0]
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = NAMES[1]
    box = slide.shapes.add_textbox(Inches(30), 0, Inches(1), Inches(1))
    box.text_frame.text, box.name = NAMES[2], NAMES[3]
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 9, 9).text_frame.text = NAMES[4]
    table = slide.shapes.add_table(1, 1, 0, 0, 9, 9).table
    table.cell(0, 0).text = NAMES[5]
    slide.notes_slide.notes_text_frame.text = NAMES[6]
    hidden = made.slides.add_slide(made.slide_layouts[5])
    hidden._element.set("show", "0")
    hidden.shapes.title.text = NAMES[7]
    box._element.nvSpPr.cNvPr.set("descr", NAMES[8])
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("made", "count"), [(word, 13), (excel, 14), (powerpoint, 9)])
def test_every_place_of_a_real_document_is_read(made: object, count: int) -> None:
    assert callable(made)
    reading = read(made())
    everything = words(reading)
    assert [number for number, name in enumerate(NAMES[:count]) if name not in everything] == []
    assert reasons(reading) == []


SPREADSHEET = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="table">
<office:body><table:table table:name="{0}" table:style-name="hidden"><table:table-row table:visibility="collapse">
<table:table-cell><text:p>{1}</text:p><office:annotation><dc:creator xmlns:dc="dc">{2}</dc:creator><text:p>{3}</text:p>
</office:annotation></table:table-cell></table:table-row></table:table><text:p>甲<text:span>东</text:span>
<text:note><text:note-body><text:p>{5}</text:p></text:note-body></text:note>乙</text:p>
<text:tracked-changes><text:deletion><text:p>{6}</text:p></text:deletion></text:tracked-changes>
<draw:frame xmlns:draw="draw"><draw:text-box><text:p>{7}</text:p></draw:text-box>
<svg:desc xmlns:svg="svg">{8}</svg:desc>
</draw:frame><presentation:notes xmlns:presentation="p"><text:p>{9}</text:p></presentation:notes></office:body>
</office:document-content>"""


def test_every_place_of_an_open_document_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", SPREADSHEET.format(*NAMES))
        file.writestr("styles.xml", f"<s><header>{NAMES[10]}</header></s>")
        file.writestr("meta.xml", f"<m><creator>{NAMES[11]}</creator></m>")
        file.writestr("Object 1/content.xml", f"<o>{NAMES[12]}</o>")
    reading = read(out.getvalue())
    everything = words(reading)
    assert [n for n, name in enumerate(NAMES[:13]) if n != 4 and name not in everything] == []
    assert "甲东乙" in words(reading, "document").replace("\n", "")
    assert reasons(reading) == []
