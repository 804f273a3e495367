"""What is fingerprinted of what was handed in, so that any piece of it is known again."""

import hashlib

import numpy as np
import pytest

from gateway.detection import detect
from gateway.identity import compile_report
from gateway.intake.material_fingerprints import avatar_mark, material_marks
from gateway.model import (
    FilePart,
    Location,
    MailFacts,
    MaterialMark,
    Medium,
    Party,
    PictureFragment,
    Pixels,
    Reading,
    Report,
    TextFragment,
    steps,
)

LETTER = "今年九月十八日晚上,主播星儿在直播间多次向未成年观众推销盲盒,并且要求他们用家长的手机付款。"
DATA = b"the file as it was handed in" * 10


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def pixels(seed: int = 1, width: int = 300, height: int = 200) -> Pixels:
    small = np.random.default_rng(seed).integers(0, 256, (height // 20, width // 20, 3), np.uint8)
    return Pixels(width, height, small.repeat(20, axis=0).repeat(20, axis=1).tobytes())


def text(words: str, *names: str, part: str = "", medium: Medium = "document", label: str = "") -> TextFragment:
    return TextFragment(Location(part, tuple(map(steps.file, names))), medium, words, label=label)


def by_name(marks: tuple[MaterialMark, ...]) -> dict[str, MaterialMark]:
    return {mark.name: mark for mark in marks}


@pytest.mark.parametrize(
    ("kind", "name", "known"),
    [
        ("ooxml", "thumbnail.jpeg", False),
        ("ooxml", "Thumbnail.png", False),
        ("ooxml", "image1.jpeg", True),
        ("zip", "thumbnail.jpeg", True),
    ],
)
def test_what_an_office_file_shows_of_itself_is_no_material(kind: str, name: str, known: bool) -> None:
    shown = hashlib.sha256(b"a picture").digest()
    document = Location("").inside(steps.file("信.docx"))
    inside = document.inside(steps.package_part(name))
    reading = Reading(
        files=(
            FilePart(document, "信.docx", kind, len(DATA), sha(DATA)),
            FilePart(inside, name, "image", 9000, shown),
        ),
        pictures=(PictureFragment(inside, 300, 200, pixels(), 7),),
    )
    assert [mark.sha256 for mark in material_marks(reading, "信.docx", DATA)] == [sha(DATA), *[shown] * known]


def test_the_file_itself_is_the_first_mark_whatever_is_in_it() -> None:
    marks = material_marks(Reading(), "信.bin", DATA)
    assert [(m.name, m.size, m.sha256, m.shingles) for m in marks] == [("信.bin", len(DATA), sha(DATA), b"")]


def test_a_letter_read_in_paragraphs_has_one_fingerprint() -> None:
    half = len(LETTER) // 2
    reading = Reading(texts=(text(LETTER[:half], "document.xml"), text(LETTER[half:], "document.xml")))
    (mark,) = material_marks(reading, "信.docx", DATA)
    assert mark.length > 24
    assert len(mark.shingles) == 8 * (mark.length - 4)


def test_a_short_text_has_none() -> None:
    (mark,) = material_marks(Reading(texts=(text("举报主播星儿在直播间违规"),)), "信.txt", DATA)
    assert (mark.length, mark.shingles) == (0, b"")


def test_every_part_that_is_worth_it_has_a_mark_of_its_own() -> None:
    reading = Reading(
        texts=(
            text("举报", part="", medium="header", label="subject"),
            text("请见附件", part="1", medium="text"),
            text(LETTER, "信.docx", "document.xml", part="2"),
        ),
        files=(
            FilePart(Location("1"), "", "text", 12, sha(b"small")),
            FilePart(Location("2"), "信.docx", "docx", 900, sha(b"docx")),
            FilePart(Location("3"), "图.png", "png", 9000, sha(b"png")),
        ),
        pictures=(PictureFragment(Location("3"), 300, 200, pixels(), 77),),
        mails=(MailFacts(Location(""), message_id="<1@mail.example>"), MailFacts(Location("4"), message_id="<2@x>")),
    )
    # Locations inside a part lead through the part's own name; without it the text belongs to the whole.
    marks = material_marks(reading, "report.eml", DATA)
    known = by_name(marks)
    assert known["report.eml"].message_id in ("<1@mail.example>", "<2@x>")
    assert marks[0].message_id == "<1@mail.example>"
    assert {mark.message_id for mark in marks} == {"<1@mail.example>", "<2@x>", ""}
    assert sha(b"small") not in {mark.sha256 for mark in marks}
    assert known["信.docx"].shingles
    assert marks[0].shingles
    assert known["图.png"].phash == 77
    assert known["图.png"].thumb is not None


@pytest.mark.parametrize(("width", "height", "phash"), [(100, 100, 5), (80, 100, 5), (300, 200, None)])
def test_icons_and_plain_pictures_have_no_picture_mark(width: int, height: int, phash: int | None) -> None:
    picture = PictureFragment(Location(""), width, height, pixels(1, width, height), phash)
    (mark,) = material_marks(Reading(pictures=(picture,)), "图.png", DATA)
    assert (mark.phash, mark.thumb) == (None, None)


def test_a_picture_that_is_the_file_is_marked_with_it_and_pages_by_themselves() -> None:
    page = PictureFragment(Location("", (steps.page(1),)), 300, 200, pixels(2), 8)
    whole = PictureFragment(Location(""), 300, 200, pixels(1), 7)
    marks = material_marks(Reading(pictures=(whole, page)), "图.png", DATA)
    assert [(mark.sha256 == sha(DATA), mark.phash) for mark in marks] == [(True, 7), (False, 8)]


def test_the_same_file_twice_inside_has_one_mark() -> None:
    parts = tuple(FilePart(Location(str(i)), "a.docx", "docx", 900, sha(b"docx")) for i in (2, 3))
    assert len(material_marks(Reading(files=parts), "x.zip", DATA)) == 2


def test_what_was_marked_is_found_again_whole_and_in_part() -> None:
    reading = Reading(texts=(text(LETTER),), files=(FilePart(Location(""), "信.docx", "docx", len(DATA), sha(DATA)),))
    report = Report("R-1", "open", "", (Party("星儿"),), materials=material_marks(reading, "信.docx", DATA))
    subject = compile_report(report)
    found = detect(reading, (subject,))
    assert {finding.variant for finding in found} == {"digest", "text"}
    quoted = Reading(texts=(text(f"有人来信说:{LETTER[8:60]}", part="1", medium="html"),))
    assert [finding.variant for finding in detect(quoted, (subject,))] == ["text"]


def test_an_avatar_is_kept_small_and_a_plain_one_is_not_usable() -> None:
    good = avatar_mark(Reading(pictures=(PictureFragment(Location(""), 400, 400, pixels(3, 400, 400), 1),)), DATA)
    assert good is not None
    assert (good.sha256, good.usable, good.pixels.width) == (sha(DATA), True, 200)
    plain = Pixels(100, 100, b"\x50" * 30_000)
    mark = avatar_mark(Reading(pictures=(PictureFragment(Location(""), 100, 100, plain, None),)), DATA)
    assert mark is not None
    assert not mark.usable


def test_a_file_without_a_picture_is_no_avatar() -> None:
    assert avatar_mark(Reading(), DATA) is None
