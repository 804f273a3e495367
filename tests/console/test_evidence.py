"""What a reviewer is shown of a held message: everything but the reporter."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gateway.console.evidence import EvidencePage, evidence
from gateway.model import (
    Box,
    Finding,
    Kind,
    Location,
    Medium,
    PictureFragment,
    Pixels,
    Reading,
    TextBox,
    TextFragment,
    Unreadable,
    steps,
)
from gateway.text.covering import COVER

NAME = "张小鸣"
DARK = (32, 32, 36)
PART = Location("2")
STRIPES = Pixels(120, 120, b"".join(bytes([255 * (x // 2 % 2)] * 3) for _ in range(120) for x in range(120)))


def found(
    kind: Kind,
    where: Location = PART,
    medium: Medium | None = "text",
    fragment: int | None = None,
    span: tuple[int, int] | None = None,
    box: Box | None = None,
) -> Finding:
    return Finding(kind, "R-1", where, medium, "test", 0.9, "", fragment, span, box)


def picture(where: Location = PART) -> PictureFragment:
    return PictureFragment(where, 240, 240, STRIPES)  # looked at in half its size


def said(shown: EvidencePage) -> str:
    """Every text of the page."""
    runs = [piece.text for text in shown.texts for piece in text.pieces] + [piece.text for piece in shown.subject]
    return "\n".join([*runs, *(str(text.place) + text.label for text in shown.texts), *map(str, shown.places)])


def colours(png: bytes) -> set[tuple[int, ...]]:
    image = Image.open(BytesIO(png))
    assert image.mode == "RGB"
    octets = image.tobytes()
    return {tuple(octets[at : at + 3]) for at in range(0, len(octets), 3)}


@given(before=st.text(max_size=30), after=st.text(max_size=30), more=st.text(max_size=10))
def test_a_name_found_once_is_covered_wherever_it_stands(before: str, after: str, more: str) -> None:
    texts = (
        TextFragment(Location("1"), "text", before + NAME + after),
        TextFragment(Location("", (steps.name("header X-A"),)), "header", more + NAME, "subject"),
        TextFragment(Location("3"), "document", NAME + more + NAME),
    )
    finding = found("name", Location("1"), "text", 0, (len(before), len(before) + 3))
    assert NAME not in said(evidence(Reading(texts), [finding]))


@given(st.text(alphabet="张小鸣举报x.\u200b\n", min_size=1, max_size=300), st.integers(1, 120), st.data())
def test_a_file_name_is_covered_in_places_however_the_reader_cut_and_cleaned_it(
    name: str, longest: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    step = "".join(c if c.isprintable() else "\ufffd" for c in name)[:longest]
    where = Location("2", (steps.file(step),))
    shown = evidence(
        Reading((TextFragment(where, "file_name", name),)), [found("name", where, "file_name", 0, (start, end))]
    )
    if start < longest:
        assert COVER in str(shown.places[0])
    kept = step[:start] + step[end:]
    assert sum(str(shown.places[0]).count(c) for c in "张鸣") <= sum(("part 2 › " + kept).count(c) for c in "张鸣")


def test_a_name_across_the_cut_of_a_long_text_does_not_show_its_half() -> None:
    text = "观" * 19_998 + NAME + "众"
    shown = evidence(
        Reading((TextFragment(PART, "text", NAME), TextFragment(PART, "document", text))),
        [found("name", PART, "text", 0, (0, 3))],
    )
    assert shown.texts[1].cut
    assert "张小" not in said(shown)


def test_what_stands_in_report_material_is_marked_and_the_name_in_it_covered() -> None:
    shown = evidence(
        Reading((TextFragment(PART, "document", "举报人张小鸣,住址"),)),
        [found("material", PART, "document", 0, (0, 9)), found("name", PART, "document", 0, (3, 6))],
    )
    assert [(piece.text, piece.style) for piece in shown.texts[0].pieces] == [
        ("举报人", "material"),
        (COVER, "covered"),
        (",住址", "material"),
    ]


def test_all_text_of_a_file_that_was_handed_in_is_marked() -> None:
    texts = (
        TextFragment(Location("2", (steps.package_part("document.xml"),)), "document", "信"),
        TextFragment(Location("1"), "text", "问"),
    )
    shown = evidence(Reading(texts), [found("material", PART, None)])
    assert [text.pieces[0].style for text in shown.texts] == ["material", "plain"]


def test_a_span_out_of_bounds_covers_what_there_is() -> None:
    shown = evidence(Reading((TextFragment(PART, "text", "张小鸣"),)), [found("name", PART, "text", 0, (1, 99))])
    assert [piece.text for piece in shown.texts[0].pieces] == ["张", COVER]
    assert evidence(Reading(), [found("name", PART, "text", 7, (0, 3))]).texts == ()


def test_an_avatar_is_filled_where_it_stands() -> None:
    shown = evidence(Reading(pictures=(picture(),)), [found("avatar", PART, "picture", 0, None, Box(40, 40, 40, 40))])
    image = Image.open(BytesIO(shown.pictures[0].png))
    assert {image.getpixel((x, y)) for x in range(20, 40) for y in range(20, 40)} == {DARK}
    assert (255, 255, 255) in colours(shown.pictures[0].png)


def test_the_reporter_s_avatar_as_a_file_is_not_shown_at_all() -> None:
    shown = evidence(Reading(pictures=(picture(),)), [found("avatar", PART, None)])
    assert colours(shown.pictures[0].png) == {DARK}


@pytest.mark.parametrize(
    "finding",
    [
        found("material", PART, None),  # the file, by its digest
        found("material", PART, "picture", 0, None, Box(0, 0, 240, 240)),  # the picture, by its looks
        found("name", PART, "document", 0, (0, 2)),  # the text layer says what the page shows, but not where
    ],
)
def test_a_picture_of_which_too_little_is_known_is_a_mosaic(finding: Finding) -> None:
    shown = evidence(Reading((TextFragment(PART, "document", "张小鸣"),), (picture(),)), [finding])
    assert shown.pictures[0].coarse
    assert not {(255, 255, 255), (0, 0, 0)} & colours(shown.pictures[0].png)  # no stripe is left


def test_a_picture_whose_text_could_not_be_read_is_a_mosaic() -> None:
    reading = Reading(pictures=(picture(),), unreadable=(Unreadable(PART, "picture_text_unsure"),))
    assert evidence(reading, [found("uninspectable", PART, None)]).pictures[0].coarse


def test_a_picture_in_an_archive_that_was_handed_in_is_a_mosaic_and_one_beside_it_is_not() -> None:
    archive, beside = Location("2").inside(steps.file("a.zip")), Location("3")
    inside = archive.inside(steps.file("x.png"))
    shown = evidence(
        Reading(pictures=(picture(inside), picture(beside))),
        [found("material", archive, None)],
    )
    assert [each.coarse for each in shown.pictures] == [True, False]


def test_a_name_in_a_second_line_of_a_picture_is_filled_although_only_the_first_was_found() -> None:
    lines = (TextBox(0, 3, Box(0, 0, 240, 40), 0.9), TextBox(4, 7, Box(0, 120, 240, 40), 0.9))
    texts = (TextFragment(PART, "picture", f"{NAME}\n{NAME}", boxes=lines),)
    shown = evidence(Reading(texts, (picture(),)), [found("name", PART, "picture", 0, (0, 3))])
    image = Image.open(BytesIO(shown.pictures[0].png))
    assert image.getpixel((60, 10)) == image.getpixel((60, 70)) == DARK
    assert image.getpixel((61, 110)) != DARK
    assert not shown.pictures[0].coarse


def test_a_code_is_filled() -> None:
    code = TextFragment(PART, "code", "weixin://xm", boxes=(TextBox(0, 11, Box(100, 100, 100, 100), 1.0),))
    shown = evidence(Reading((code,), (picture(),)), [found("qr_code", PART, "code", 0, (9, 11))])
    assert Image.open(BytesIO(shown.pictures[0].png)).getpixel((75, 75)) == DARK
    assert "xm" not in said(shown)


def test_a_page_stays_small_and_shows_first_what_matters() -> None:
    texts = tuple(TextFragment(Location(str(n)), "text", "问" if n < 999 else NAME) for n in range(1000))
    pictures = tuple(picture(Location(str(n))) for n in range(60))
    findings = [
        found("name", Location("999"), "text", 999, (0, 3)),
        found("avatar", Location("59"), "picture", 59, None, Box(0, 0, 9, 9)),
    ]
    shown = evidence(Reading(texts, pictures), findings)
    assert len(shown.texts) + len(shown.pictures) + shown.left_out == 1060
    assert len(shown.texts) <= 200
    assert str(shown.texts[-1].place) == "part 999"
    assert str(shown.pictures[-1].place) == "part 59"


def test_nothing_was_read() -> None:
    assert [str(place) for place in evidence(None, [found("uninspectable", PART, None)]).places] == ["part 2"]


def test_a_picture_is_no_mosaic_because_its_file_name_tells() -> None:
    name = TextFragment(PART, "file_name", "张小鸣.png")
    shown = evidence(Reading((name,), (picture(),)), [found("name", PART, "file_name", 0, (0, 3))])
    assert not shown.pictures[0].coarse


@pytest.mark.parametrize(
    "beside",
    [
        "请加 xm feifei90 谢谢",
        "请加 ｘｍ＿ｆｅｉｆｅｉ９０ 谢谢",
        "请加 x\u200bm_fei\u00adfei90 谢谢",
        "请加 xm_feifei九零 谢谢",
        "请加 xm%5Ffeifei90 谢谢",
        "请加 &#120;m_feifei90 谢谢",
        "请加 \x1f\u0153feifeiz 谢谢",
    ],
)
def test_what_is_covered_in_one_reading_of_a_text_is_in_the_others(beside: str) -> None:
    text = "请加 xm_feifei90 谢谢"
    reading = Reading(tuple(TextFragment(PART, "text", one) for one in (text, beside)))
    shown = evidence(reading, [found("account", fragment=0, span=(3, 14))])
    assert [[piece.text for piece in one.pieces] for one in shown.texts] == [["请加 ", COVER, " 谢谢"]] * 2


def test_what_is_all_of_one_reading_hides_all_of_another_and_nothing_elsewhere() -> None:
    texts = (
        TextFragment(PART, "html", "xm_feifei90"),
        TextFragment(PART, "html", "b~_"),
        TextFragment(PART, "text", "b~_"),
        TextFragment(Location("3"), "html", "b~_"),
    )
    shown = evidence(Reading(texts), [found("account", medium="html", fragment=0, span=(0, 11))])
    assert ["".join(piece.text for piece in one.pieces) for one in shown.texts] == [COVER, COVER, "b~_", "b~_"]


@given(st.text(alphabet="观\r\n\0x", max_size=40))
def test_each_line_of_a_text_knows_its_place(text: str) -> None:
    """Browsers make one sign of CR and LF, and none of NUL: a place behind it must not be another one."""
    for piece in evidence(Reading((TextFragment(PART, "text", text, editable=True),)), []).texts[0].pieces:
        assert "".join(words for _, _, words in piece.lines) == piece.text
        for start, end, words in piece.lines:
            assert text[start:end] == words
            assert "\r\n" not in words[:-2]
            assert "\0" not in words[:-1]
