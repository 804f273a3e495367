"""A mail with a picture of the reporter, as it goes out: examined, covered, read anew, searched again."""

import io
from collections.abc import Sequence
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, PngImagePlugin

from examining import examined, stored, tools_of
from gateway.demo.drawing import Bubble, avatar, chat, font
from gateway.formats.image.covered import FILL
from gateway.inspection.tools import InspectionDeps
from gateway.model import Examination, Item, Party, Report
from gateway.policy import Policy, packaged_policy

REPORT = Report(
    "R-1",
    "open",
    "2026-09-18T10:00:00+08:00",
    (Party("星儿", ("xinger@streamers.example",)),),
    (Item("name", "章晓鸣"), Item("phone", "13912345678")),
)


def redacting() -> Policy:
    """The packaged rules, with what is found in a picture covered."""
    policy = packaged_policy()
    rules = tuple(
        replace(rule, action="redact") if rule.name in ("identity-elsewhere", "material") else rule
        for rule in policy.rules
    )
    return replace(policy, rules=rules)


def png(picture: Image.Image, told: str = "") -> bytes:
    out, info = io.BytesIO(), PngImagePlugin.PngInfo()
    if told:
        info.add_itxt("Comment", told)
    picture.save(out, "PNG", pnginfo=info)
    return out.getvalue()


def mail(*files: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "kefu@platform.example", "xinger@streamers.example"
    message["Subject"], message["Message-ID"] = "请您说明情况", "<1@platform.example>"
    message["Date"] = "Fri, 18 Sep 2026 10:00:00 +0800"
    message.set_content("您好，请看附图，并于三日内说明情况。")
    for number, data in enumerate(files):
        message.add_attachment(data, maintype="image", subtype="png", filename=f"图{number}.png")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def sent(folder: Path, *files: bytes) -> Examination:
    tools: InspectionDeps = tools_of(stored(folder, REPORT), redacting())
    return examined(mail(*files), tools, "xinger@streamers.example")


def attached(message: bytes | None) -> Sequence[bytes]:
    assert message is not None
    parts = message_from_bytes(message, policy=default).iter_attachments()
    return [part.get_payload(decode=True) or b"" for part in parts]  # type: ignore[misc]  # bytes, of a leaf


def talk() -> Image.Image:
    said = [Bubble("您好，请问进展如何"), Bubble("我是章晓鸣，等待回复"), Bubble("我们正在核实", True)]
    return chat("平台客服", said, avatar(1), avatar(2))


def test_a_name_in_a_chat_is_covered_and_all_else_of_the_mail_stays(tmp_path: Path) -> None:
    other = png(avatar(5).resize((300, 200)))
    examination = sent(tmp_path, png(talk()), other)
    assert examination.decision.action == "redact"
    made, kept = attached(examination.rewritten)
    assert kept == other
    before, after = (np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) for data in (png(talk()), made))
    changed = np.argwhere((before != after).any(axis=2))
    top, left = changed.min(axis=0)
    bottom, right = changed.max(axis=0)
    # The name begins two characters into the second bubble, which begins at (160, 340).
    start = 190 + round(font(38).getlength("我是"))
    end = start + round(font(38).getlength("章晓鸣"))
    assert start - 12 <= left <= start + 4
    assert end - 4 <= right <= end + 20
    assert top >= 340
    assert bottom <= 440
    assert (after[top : bottom + 1, left : right + 1] == FILL).all()


def test_what_stands_beside_the_pixels_goes_and_the_pixels_stay(tmp_path: Path) -> None:
    picture = png(avatar(5).resize((300, 200)), told="章晓鸣拍摄")
    examination = sent(tmp_path, picture)
    assert examination.decision.action == "redact"
    (made,) = attached(examination.rewritten)
    assert "章晓鸣".encode() not in made
    assert (np.asarray(Image.open(io.BytesIO(made))) == np.asarray(Image.open(io.BytesIO(picture)))).all()


def test_a_code_is_covered_whole(tmp_path: Path) -> None:
    code = zxingcpp.create_barcode("https://pay.example/u/13912345678", zxingcpp.BarcodeFormat.QRCode)
    picture = Image.new("RGB", (500, 400), (250, 250, 250))
    picture.paste(Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(code, scale=5))).convert("RGB"), (60, 60))
    ImageDraw.Draw(picture).text((60, 320), "请扫码查看说明", font=font(24), fill=(20, 20, 20))
    examination = sent(tmp_path, png(picture))
    assert examination.decision.action == "redact"
    (made,) = attached(examination.rewritten)
    after = Image.open(io.BytesIO(made))
    assert not zxingcpp.read_barcodes(np.asarray(after))
    old, new = (np.asarray(one.convert("RGB"))[300:] for one in (picture, after))
    assert (old == new).all()
