"""A message read step by step comes to what it comes to when it is read at once, whichever steps were asked for."""

import io
import zipfile
from email.message import EmailMessage
from functools import cache

import pytest

from gateway.demo.drawing import avatar, png
from gateway.demo.letter import docx
from gateway.images.extract import analysis_cache
from gateway.model import Reading, Step
from gateway.reading.walk import read_mail, read_mail_by_steps, skim_mail
from gateway.reading.walker import ReadingLimits


@cache
def mixed() -> bytes:
    """Text, a picture, an archive with a document, a picture and rubbish, and text behind them all."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("信.docx", docx(["举报人张小鸣"], "x"))
        archive.writestr("图.png", png(avatar(9, 200)))
        archive.writestr("坏.png", png(avatar(3, 90))[:400])
        archive.writestr("x.bin", bytes(range(200, 256)) * 9)
    message = EmailMessage()
    message["Subject"], message["From"] = "材料", "a@x.example"
    message.set_content("正文")
    message.add_attachment(png(avatar(4, 300)), maintype="image", subtype="png", filename="头像.png")
    message.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="材料.zip")
    message.add_attachment("最后一句\n", filename="尾.txt")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def by_steps(content: bytes, asked: tuple[Step, ...]) -> list[tuple[Step, Reading]]:
    analysis_cache.forget()
    steps = read_mail_by_steps(content)
    return [next(steps), *(steps.send(step) for step in asked)]


def test_the_first_step_has_all_but_what_has_to_be_looked_at() -> None:
    ((step, reading),) = by_steps(mixed(), ())
    whole = read_mail(mixed())
    assert step == "sifted"
    assert not reading.pictures
    assert reading.files == whole.files
    assert "举报人张小鸣" in "".join(text.text for text in reading.texts)
    assert set(reading.unreadable) <= set(whole.unreadable)
    assert [text for text in whole.texts if text in reading.texts] == list(reading.texts), "nothing changes its place"


@pytest.mark.parametrize("asked", [("whole",), ("skimmed", "whole"), ("skimmed", "skimmed", "whole")])
def test_the_last_step_is_the_whole_reading(asked: tuple[Step, ...]) -> None:
    analysis_cache.forget()
    whole = read_mail(mixed())
    assert by_steps(mixed(), asked)[-1] == ("whole", whole)


def test_the_second_step_is_the_skimmed_reading() -> None:
    analysis_cache.forget()
    skimmed = skim_mail(mixed())
    assert by_steps(mixed(), ("skimmed",))[-1] == ("skimmed", skimmed)
    assert len(skimmed.pictures) == 2


@pytest.mark.parametrize("asked", [("whole",), ("skimmed", "whole")])
@pytest.mark.parametrize(
    "limits",
    [
        ReadingLimits(files=4),
        ReadingLimits(total_bytes=3000),
        ReadingLimits(characters=40),
        ReadingLimits(pixel_bytes=100_000),
    ],
)
def test_limits_count_alike_whoever_stopped_in_between(limits: ReadingLimits, asked: tuple[Step, ...]) -> None:
    analysis_cache.forget()
    whole = read_mail(mixed(), limits)
    assert whole.unreadable
    analysis_cache.forget()
    steps = read_mail_by_steps(mixed(), limits)
    last = next(steps)
    for step in asked:
        if last[0] != "whole":
            last = steps.send(step)
    assert last[1] == whole


def test_what_has_nothing_to_be_looked_at_is_whole_at_once() -> None:
    message = EmailMessage()
    message.set_content("正文")
    message.add_attachment(docx(["信"], "x"), maintype="application", subtype="octet-stream", filename="信.docx")
    assert [step for step, _ in by_steps(message.as_bytes(), ())] == ["whole"]
