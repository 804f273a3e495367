"""Places in the language of the page: a step is told by its kind, and a name is shown as it stands."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.console.i18n import Translations
from gateway.console.places import CHINESE
from gateway.model import FilePart, Location, PlaceStep, Reading, StepKind, steps
from gateway.text.covering import FileNames

ZH, EN = Translations("zh"), Translations("en")
DIGEST = b"d" * 32
NAMED = (steps.file, steps.package_part, steps.stream, steps.name, steps.destination)


def file_at(where: Location, name: str) -> FilePart:
    return FilePart(where, name, "zip", 9, DIGEST)


def both(where: Location, *files: FilePart) -> tuple[str, str]:
    place = FileNames(Reading(files=files), lambda name: name.replace("张小鸣", "███")).on_the_way(where)
    return ZH.place(place), EN.place(place)


@pytest.mark.parametrize(
    ("where", "chinese"),
    [
        (Location(""), "邮件"),
        (Location("2"), "第 2 部分"),
        (
            Location("2").inside(steps.file("材料.zip"), steps.page(3), steps.picture(1)),
            "第 2 部分 › 材料.zip › 第 3 页 › 图 1",
        ),
        (Location("1").inside(steps.stream("Workbook"), steps.sheet(2)), "第 1 部分 › Workbook › 第 2 个工作表"),
        (Location("1").inside(steps.file("a.eml"), steps.part("2.1")), "第 1 部分 › a.eml › 第 2.1 部分"),
        (Location("").inside(steps.envelope("RCPT", 2), steps.envelope("ORCPT")), "邮件 › RCPT 2 › ORCPT"),
        (Location("1").inside(steps.attachment(2), steps.embedded_object()), "第 1 部分 › 附件 2 › 对象"),
        (Location("1").inside(steps.attachment()), "第 1 部分 › 附件"),
    ],
)
def test_places_are_told_in_the_language_of_the_page(where: Location, chinese: str) -> None:
    assert both(where) == (chinese, str(where))


def test_every_kind_of_step_is_told_in_chinese() -> None:
    assert set(CHINESE) == set(get_args(StepKind))


@given(st.text(min_size=1), st.sampled_from(NAMED))
@pytest.mark.parametrize(
    "name", ["page 3", "part 2", "frame 1", "decoded", "behind the archive", "a › page 3", "{}", "{0}"]
)
def test_a_name_that_reads_like_a_place_is_a_name(name: str, other: str, made: type) -> None:
    for one in (name, other):
        step: PlaceStep = made(one)
        assert both(Location("2").inside(step)) == (f"第 2 部分 › {one}", f"part 2 › {one}")


def test_the_attachments_name_is_shown_with_its_part() -> None:
    where = Location("2").inside(steps.package_part("document.xml"))
    assert both(where, file_at(Location("1"), ""), file_at(Location("2"), "举报信.docx")) == (
        "第 2 部分（举报信.docx） › document.xml",
        "part 2 (举报信.docx) › document.xml",
    )


def test_the_names_of_all_files_on_the_way_are_shown() -> None:
    """A mail that is attached, in it an archive, in that a mail with an attachment."""
    inner = Location("2.2").inside(steps.file("旧邮件.eml"))
    where = inner.inside(steps.part("3"), steps.page(1))
    files = (
        file_at(Location("2"), "转发.eml"),
        file_at(Location("2.2"), "材料.zip"),
        file_at(inner, "旧邮件.eml"),
        file_at(inner.inside(steps.part("3")), "张小鸣.pdf"),
        file_at(Location("3"), "别的.txt"),
    )
    assert both(where, *files) == (
        "第 2.2 部分（转发.eml › 材料.zip） › 旧邮件.eml › 第 3 部分（███.pdf） › 第 1 页",
        "part 2.2 (转发.eml › 材料.zip) › 旧邮件.eml › part 3 (███.pdf) › page 1",
    )


def test_a_long_name_is_cut_after_it_was_covered() -> None:
    (chinese, _) = both(Location("2"), file_at(Location("2"), "a" * 198 + "张小鸣.zip"))
    assert chinese == f"第 2 部分（{'a' * 198}██…）"


def test_a_name_that_cannot_be_printed_breaks_no_line() -> None:
    assert both(Location("2"), file_at(Location("2"), "a\n\u202eb.zip"))[0] == "第 2 部分（a\ufffd\ufffdb.zip）"
