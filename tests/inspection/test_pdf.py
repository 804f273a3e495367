"""A mail with a PDF in which the reporter is told: rewritten and proved, and a rewriter that lies is caught."""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from examining import Here, examined, stored, tools_of
from gateway.demo.drawing import mail as drawn_mail
from gateway.inspection.tools import InspectionDeps
from gateway.model import Edit, Examination
from gateway.policy import Policy, load_policy
from gateway.rewriting.apply import apply
from inspecting import REPORT
from pdf_files import carried, document, drawn, holds, page_texts, saved, written

PARTY = "xinger@streamers.example"
WHO = "张小鸣"
TOLD = [
    "用户张小鸣反映您的直播间有不当内容。",
    "请在三日内说明情况，谢谢配合，结果会在七个工作日之内告知，请勿删除录像。",
]


def mail(data: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "kefu@platform.example", PARTY, "通知"
    message["Date"], message["Message-ID"] = "Mon, 02 Nov 2026 10:00:00 +0800", "<1@platform.example>"
    message.set_content("您好，通知见附件。\n")
    message.add_attachment(data, maintype="application", subtype="pdf", filename="通知.pdf")
    message.set_boundary("b")
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def attached(content: bytes) -> bytes:
    (part,) = message_from_bytes(content, policy=policy.default).iter_attachments()
    data = part.get_content()
    assert isinstance(data, bytes)
    return data


def rules(folder: Path) -> Policy:
    """Those that the program carries, with every place of a document rewritten."""
    path = folder / "policy.toml"
    path.write_text(
        'threshold = 0.6\nproof_threshold = 0.4\n[[rule]]\nname = "unreadable"\naction = "quarantine"\n'
        'when = { kinds = ["uninspectable", "malformed"] }\n'
        '[[rule]]\nname = "rest"\naction = "redact"\nremove = true\n[default]\naction = "quarantine"\n',
        encoding="utf-8",
    )
    return load_policy(path)


@pytest.fixture
def tools(tmp_path: Path) -> InspectionDeps:
    return tools_of(stored(tmp_path, REPORT), rules(tmp_path))


def outcome(data: bytes, tools: InspectionDeps) -> Examination:
    return examined(mail(data), tools, PARTY)


def scan() -> bytes:
    out = io.BytesIO()
    drawn_mail("举报星儿", [f"发件人:{WHO}"], ["我要举报"]).save(out, "PDF", resolution=150)
    return out.getvalue()


def few_words() -> bytes:
    """A page with so little text that it is looked at."""
    return carried([f"经办:{WHO}", "已核实"])


def described() -> bytes:
    with pikepdf.open(io.BytesIO(drawn(TOLD[1:] * 3))) as pdf:
        pdf.docinfo["/Author"] = WHO
        return saved(pdf)


MADE: dict[str, Callable[[], bytes]] = {
    "letters in the file": lambda: carried(TOLD),
    "letters of the viewer": lambda: drawn(TOLD),
    "a scan": scan,
    "few words": few_words,
    "the author": described,
    "two pages": lambda: saved(document(written(TOLD), 2)),
}


@pytest.mark.parametrize("make", MADE)
def test_it_goes_out_rewritten_and_proved(make: str, tools: InspectionDeps) -> None:
    found = outcome(MADE[make](), tools)
    assert (found.decision.action, found.decision.rule) == ("redact", "rest")
    assert found.rewritten is not None
    made = attached(found.rewritten)
    assert not holds(made, WHO)
    assert "您好，通知见附件" in message_from_bytes(found.rewritten, policy=policy.default).get_body().get_content()  # type: ignore[union-attr]
    if make not in ("a scan", "few words"):
        assert "请在三日内说明情况" in "".join("".join(page_texts(made)).split())


def test_a_signed_file_goes_whole(tools: InspectionDeps) -> None:
    with pikepdf.open(io.BytesIO(drawn(TOLD))) as pdf:
        field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("s"), V=pikepdf.Dictionary(ByteRange=[0, 1]))
        pdf.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=pikepdf.Array([pdf.make_indirect(field)]))
        found = outcome(saved(pdf), tools)
    assert found.decision.action == "redact"
    assert found.rewritten is not None
    assert b"%PDF" not in found.rewritten
    assert b"JVBERi" not in found.rewritten


class Lying(Here):
    """A rewriter that was taken over: it does something else to the file that it has changed."""

    def __init__(self, lie: Callable[[pikepdf.Pdf], None]) -> None:
        self._lie = lie

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: object = None) -> bytes:
        honest = attached(apply(content, edits))
        with pikepdf.open(io.BytesIO(honest)) as pdf:
            self._lie(pdf)
            return mail(saved(pdf))


def other_words(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b" BT /F2 12 Tf 60 600 Td <53d6b5ab> Tj ET BT /F1 12 Tf 60 500 Td (Ask Mr Zhang) Tj ET")


def other_title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Mr Zhang wrote"


def other_note(pdf: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents=pikepdf.String("Mr Zhang")
    )
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(note)])


def other_picture(pdf: pikepdf.Pdf) -> None:
    picture = Image.effect_noise((200, 200), 90).convert("RGB")
    stream = pdf.make_stream(
        picture.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=200, Height=200,
        BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceRGB,
    )  # fmt: skip
    pdf.pages[0].obj.Resources.XObject = pikepdf.Dictionary(Im=stream)
    pdf.pages[0].contents_add(b" q 200 0 0 200 60 300 cm /Im Do Q")


def other_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"Mr Zhang"


def page_as_picture(pdf: pikepdf.Pdf) -> None:
    """What was text is a picture of something."""
    other_picture(pdf)
    pdf.pages[0].obj.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im Do Q")


LIES = (other_words, other_title, other_note, other_picture, other_file, page_as_picture)


@pytest.mark.parametrize("lie", LIES)
def test_a_rewriter_that_adds_something_is_caught(lie: Callable[[pikepdf.Pdf], None], tools: InspectionDeps) -> None:
    data = saved(document(written([TOLD[0], "Please answer in writing within three working days."])))
    assert outcome(data, replace(tools, reader=Lying(lambda pdf: None))).decision.action == "redact"
    found = outcome(data, replace(tools, reader=Lying(lie)))
    assert (found.decision.action, found.decision.rule) == ("quarantine", "not-proved")


def test_a_page_that_was_covered_shows_what_it_showed(tools: InspectionDeps) -> None:
    def swapped(pdf: pikepdf.Pdf) -> None:
        picture = Image.effect_noise((1240, 1754), 90).convert("RGB")
        image = pdf.pages[0].obj.Resources.XObject
        for name in list(image.keys()):
            image[name].write(picture.resize((int(image[name].Width), int(image[name].Height))).tobytes())
            if "/Filter" in image[name]:
                del image[name]["/Filter"]

    found = outcome(scan(), replace(tools, reader=Lying(swapped)))
    assert found.decision.action == "quarantine"
