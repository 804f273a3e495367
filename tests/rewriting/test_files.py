"""From findings to edits where a finding stands in a picture or a file: covered, taken out, or no plan."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.model import (
    Box,
    Edit,
    FilePart,
    Finding,
    Kind,
    Location,
    PictureFragment,
    Pixels,
    Reading,
    TextBox,
    TextFragment,
    steps,
)
from gateway.rewriting.boxes import boxes_of
from planning import plan

BODY, ZIP = Location("1"), Location("2", (steps.file("a.zip"),))
PNG = ZIP.inside(steps.file("b.png"))
READING = Reading(
    texts=(
        TextFragment(BODY, "text", "您好", editable=True, file=(0,)),
        TextFragment(PNG, "picture", "投诉人张小鸣", boxes=(TextBox(0, 6, Box(10, 20, 120, 20), 0.9),), file=(1, 0)),
        TextFragment(PNG, "metadata", "张小鸣", file=(1, 0)),
        TextFragment(BODY, "markup", "张小鸣", file=(0,)),
    ),
    pictures=(PictureFragment(PNG, 200, 100, Pixels(1, 1, b"\0\0\0"), file=(1, 0)),),
    files=(
        FilePart(BODY, "", "text", 6, b"a" * 32, (0,), True),
        FilePart(ZIP, "a.zip", "archive", 900, b"b" * 32, (1,), True),
        FilePart(PNG, "b.png", "image", 800, b"c" * 32, (1, 0), True, True),
        FilePart(PNG.inside(steps.file("x")), "x", "ole", 80, b"d" * 32, (1,), False),
    ),
)


def found(
    kind: Kind, fragment: int | None, span: tuple[int, int] | None, where: Location, box: Box | None = None
) -> Finding:
    return Finding(kind, "R-1", where, "picture", "names", 0.9, "", fragment, span, box)


NAME = found("name", 1, (3, 6), PNG)


def test_a_name_in_a_picture_is_covered_where_it_stands() -> None:
    edits = plan(READING, [NAME])
    assert edits is not None
    (edit,) = edits
    assert (edit.kind, edit.file, edit.where, edit.replacement) == ("paint", (1, 0), PNG, "")
    (box,) = edit.boxes
    assert 50 < box.x <= 70
    assert 130 <= box.x + box.width < 140
    assert box.y < 20
    assert 40 < box.y + box.height < 50


def test_an_avatar_is_covered_with_its_box_and_words_of_the_same_picture_go_in_one_edit() -> None:
    edits = plan(READING, [found("avatar", 0, None, PNG, Box(1, 2, 30, 30)), NAME])
    assert edits is not None
    (edit,) = edits
    face = edit.boxes[0]
    assert (face.x, face.y) == (0, 0)
    assert (face.width, face.height) > (30, 30)
    assert len(edit.boxes) == 2


def test_what_stands_beside_a_pictures_pixels_is_cleared() -> None:
    assert plan(READING, [found("name", 2, (0, 3), PNG)]) == (Edit(0, PNG, (0, 0), "", "paint", (1, 0), ()),)


def test_what_was_handed_in_is_not_covered_in_its_boxes() -> None:
    of_picture = found("material", 1, (0, 6), PNG)
    assert plan(READING, [of_picture]) is None
    removed = Edit(0, PNG, (0, 0), "[图片略]", "remove", (1, 0))
    assert plan(READING, [of_picture], removable={of_picture}) == (removed,)


def test_a_file_that_is_taken_out_takes_what_is_in_it_along() -> None:
    whole = Finding("material", "R-1", ZIP, None, "files", 1.0)
    edits = plan(READING, [NAME, whole, found("name", 2, (0, 3), PNG)], removable={whole})
    assert edits == (Edit(0, ZIP, (0, 0), "[附件略]", "remove", (1,)),)


def test_what_cannot_be_written_back_goes_with_the_file_around_it() -> None:
    inner = Finding("uninspectable", "R-1", PNG.inside(steps.file("x")), None, "unknown_binary", 1.0)
    edits = plan(READING, [inner], removable={inner})
    assert edits == (Edit(0, ZIP, (0, 0), "[附件略]", "remove", (1,)),)
    assert plan(READING, [inner]) is None


def test_what_the_mail_itself_says_is_never_taken_out_whole() -> None:
    hidden = found("name", 3, (0, 3), BODY)
    assert plan(READING, [hidden], removable={hidden}) is None


@given(st.text("张小鸣abc 1", min_size=1, max_size=30), st.data(), st.integers(1, 600), st.integers(1, 60))
def test_a_part_of_a_line_lies_in_its_box_and_grows_with_the_span(
    text: str, data: st.DataObject, width: int, height: int
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    line = Box(5, 7, width, height)
    fragment = TextFragment(PNG, "picture", text, boxes=(TextBox(0, len(text), line, 1.0),))
    (box,) = boxes_of(fragment, (start, end))
    assert line.x <= box.x
    assert box.x + box.width <= line.x + line.width
    assert line.y <= box.y
    assert box.y + box.height <= line.y + line.height
    assert box.width > 0
    assert box.height > 0
    (whole,) = boxes_of(fragment, (0, len(text)))
    assert whole == line
