"""A PDF is changed inside the jail, where no library can be loaded any more."""

import io
from email.message import EmailMessage
from pathlib import Path

import pytest

from gateway.demo.drawing import mail as drawn_mail
from gateway.model import Box, Edit, Location, steps
from gateway.reading.walk import read_mail
from gateway.rewriting.plan import ordinals_of
from gateway.sandbox.pool import ReaderPool
from pdf_files import carried, drawn, saved, written
from pdf_files import document as pages_of

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
LINES = [
    "用户章晓鸣反映您的直播间有不当内容。",
    "请在三日内说明情况，谢谢配合，结果会另行告知，请勿删除任何录像和后台数据。",
]
LATIN = ["Viewer Zxq Qvj wrote to us about it.", "Please answer in writing within three working days, and keep it."]


def mail(data: bytes) -> bytes:
    message = EmailMessage()
    message["From"] = "staff@platform.example"
    message.set_content("您好\n")
    message.add_attachment(data, maintype="application", subtype="pdf", filename="a.pdf")
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (carried(LINES), "章晓鸣"),
        (carried(LATIN, font=DEJAVU), "Zxq Qvj"),
        (drawn(LINES), "章晓鸣"),
        (saved(pages_of(written(LATIN))), "Zxq Qvj"),
    ],
)
def test_words_are_taken_out_in_the_jail(pool: ReaderPool, data: bytes, word: str) -> None:
    content = mail(data)
    reading = read_mail(content)
    edits = []
    for index, ordinal in ordinals_of(reading.texts).items():
        fragment = reading.texts[index]
        if word in fragment.text:
            at = fragment.text.index(word)
            edits.append(Edit(ordinal, fragment.where, (at, at + len(word)), "[姓名略]", file=fragment.file))
    assert edits
    made = pool.rewrite(content, edits)
    assert not [one for one in read_mail(made).texts if word in one.text]
    assert [one for one in read_mail(made).texts if "[姓名略]" in one.text]


def test_a_scan_is_covered_in_the_jail(pool: ReaderPool) -> None:
    out = io.BytesIO()
    drawn_mail("举报星儿", ["发件人:章晓鸣"], ["我要举报"]).save(out, "PDF", resolution=150)
    content = mail(out.getvalue())
    (part,) = [one for one in read_mail(content).files if one.kind == "pdf"]
    where = Location(part.where.part, (*part.where.steps, steps.page(1), steps.picture(1)))
    edit = Edit(0, where, (0, 0), "", "paint", part.file, (Box(0, 0, 4000, 4000),))
    made = read_mail(pool.rewrite(content, [edit]))
    assert not [one for one in made.texts if one.medium == "picture" and one.text.strip()]
