"""What rewriting of packed files may write anew, and that it is no way to say anything else."""

import numpy as np
import pytest

from gateway.inspection.painted import looks_as_planned
from gateway.inspection.planned import as_planned
from gateway.model import Box, Edit, FilePart, Location, Medium, PictureFragment, Pixels, Reading, TextFragment, steps

WHERE = Location("2")


def reading(*texts: tuple[Medium, str]) -> Reading:
    file = FilePart(WHERE, "a.zip", "archive", 9, b"d", (1,), editable=True)
    fragments = tuple(TextFragment(WHERE, medium, text, editable=True, file=(1,)) for medium, text in texts)
    return Reading(fragments, (), (file,))


def edit(kind: str = "text") -> Edit:
    return Edit(0, WHERE, (0, 3), "[姓名略]", kind, (1,))  # type: ignore[arg-type]


BEFORE = reading(("file_name", "张小鸣.txt"), ("document", "FN:甲"))


@pytest.mark.parametrize(
    ("medium", "text", "kind", "honest"),
    [
        ("file_name", "[姓名略].txt", "text", True),
        ("file_name", "[姓名略]2.txt", "text", False),
        ("file_name", "[姓名略]1380.txt", "text", False),
        ("file_name", "2[姓名略].txt", "text", False),
        ("file_name", "[姓名略].exe", "text", False),
        ("document", "[姓名略]2", "text", False),
        ("document", "FN:[=E5=A7=93=E5=90=8D=E7=95=A5]", "text", False),
        ("document", "FN:=E5=A7=93", "text", False),
        ("metadata", "From MAILER-DAEMON", "text", False),
        ("metadata", "MAILER-DAEMON", "text", True),
        ("metadata", "path", "text", True),
        ("metadata", "comment", "text", False),
        ("file_name", "x.txt", "remove", False),
    ],
)
def test_a_form_of_ours_is_known_and_nothing_else_is(medium: Medium, text: str, kind: str, honest: bool) -> None:
    assert as_planned(BEFORE, [edit(kind)], reading((medium, text))) is honest


def misread(text: str) -> str:
    """As whoever takes GB 18030 for Big5 reads it."""
    return text.encode("gb18030").decode("big5hkscs")


@pytest.mark.parametrize(
    ("old", "new", "honest"),
    [
        ("FN:=E5=BC=A0=E5=A4=A7=E5=B1=B1", "FN:[=E5=A7=93=E5=90=8D=E7=95=A5]", True),
        ("FN:=E5=BC=A0=E5=A4=A7=E5=B1=B1", "FN:=E5=A7=93", False),
        ("FN:甲=E5=BC=A0=E5=A4=A7=E5=B1=B1", "FN:[=E5=A7=93=E5=90=8D=E7=95=A5]", False),
        (misread("张大山,100"), misread("[姓名略],100"), True),
        (misread("张大山,100"), misread("[姓名略],"), False),
        (misread("张大山,100"), misread("大山"), False),
        ("x:%E5%BC%A0%E5%A4%A7%E5%B1%B1?a", "x:%5B%E5%A7%93%E5%90%8D%E7%95%A5%5D?a", True),
        ("x:%E5%BC%A0%E5%A4%A7%E5%B1%B1?a", "x:%E5%A7%93", False),
        ("张大山举报!A1", "姓名略举报!A1", True),
        ("张大山举报!A1", "姓名略!A1", False),
        (r'"\u5f20\u5927\u5c71\u6765\u4fe1"', '"[姓名略]"', True),
        (r'"\u5f20\u5927\u5c71","\u6765\u4fe1"', '"[姓名略]"', False),
        (r'"\u5f20\u5927\u5c71 \u6765\u4fe1"', r'"[姓名略] \u6765\u4fe1"', True),
    ],
)
def test_a_word_goes_in_each_form_that_a_file_has_of_it(old: str, new: str, honest: bool) -> None:
    before = reading(("file_name", "张大山.txt"), ("document", old))
    assert as_planned(before, [edit()], reading(("document", new))) is honest


def picture(file: tuple[int, ...], where: Location, value: int, patch: int | None = None) -> PictureFragment:
    rgb = np.full((40, 60, 3), value, np.uint8)
    rgb[:, :30] = 255 - value
    if patch is not None:
        rgb[10:30, 10:50] = patch
    return PictureFragment(where, 60, 40, Pixels(60, 40, rgb.tobytes()), file=file)


def test_a_picture_in_a_file_that_was_renamed_is_the_same_picture() -> None:
    before = [picture((1, 0), WHERE.inside(steps.file("张小鸣.png")), 30)]
    moved = picture((1, 0), WHERE.inside(steps.file("[姓名略].png")), 30)
    assert looks_as_planned(before, [edit()], [moved])
    elsewhere = picture((1, 3), WHERE.inside(steps.file("x")), 30)
    assert not looks_as_planned(before, [edit()], [elsewhere])
    assert looks_as_planned(before, [edit(), edit("remove")], [elsewhere])  # what stood before it went
    assert not looks_as_planned(before, [edit()], [picture((1, 0), WHERE.inside(steps.file("[姓名略].png")), 30, 0)])
    assert not looks_as_planned(before, [edit()], [picture((1, 0), WHERE.inside(steps.file("[姓名略].png")), 90)])


def test_boxes_of_one_picture_excuse_no_other() -> None:
    before = [picture((1, 0), WHERE, 30), picture((1, 1), WHERE, 90)]
    paint = Edit(0, WHERE, (0, 0), "", "paint", (1, 0), (Box(8, 8, 44, 24),))
    assert looks_as_planned(before, [paint], [picture((1, 0), WHERE, 30, 0), picture((1, 1), WHERE, 90)])
    assert not looks_as_planned(before, [paint], [picture((1, 0), WHERE, 30), picture((1, 1), WHERE, 90, 0)])
