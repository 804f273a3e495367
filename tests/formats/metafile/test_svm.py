"""LibreOffice's metafile, as it keeps the preview of a table: what it says and shows, and what nobody understands."""

import io
import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from PIL import Image

from file_tools import SECRET, damaged, read, reasons, words


def action(kind: int, body: bytes = b"", version: int = 1) -> bytes:
    return struct.pack("<2HL", kind, version, len(body)) + body


def metafile(*actions: bytes, behind: bytes = b"") -> bytes:
    head = struct.pack("<L", 0) + bytes(33) + struct.pack("<2lL", 20000, 10000, len(actions))
    return b"VCLMTF" + struct.pack("<HL", 1, len(head)) + head + b"".join(actions) + behind


def wide(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<L", len(raw) // 2) + raw


def again(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<H", len(raw) // 2) + raw


def text_array(
    text: str, x: int = 0, y: int = 0, first: int = 0, count: int | None = None, old: str | None = None
) -> bytes:
    count = len(text) if count is None else count
    body = struct.pack("<2l", x, y) + wide(text if old is None else old) + struct.pack("<2H", first, count)
    return action(113, body + struct.pack("<L", count) + bytes(4 * count) + again(text), 2)


def plain_text(text: str, version: int) -> bytes:
    body = struct.pack("<2l", 5, 5) + wide(text) + struct.pack("<2H", 0, len(text))
    return action(112, body + (again(text) if version >= 2 else b""), version)


def octet_text(text: str) -> bytes:
    raw = text.encode("gb18030")
    body = struct.pack("<2lH", 5, 5, len(raw)) + raw + struct.pack("<2H", 0, len(text))
    return action(112, body + again(text), 2)


def stretched(text: str) -> bytes:
    body = struct.pack("<2l", 5, 5) + wide(text) + struct.pack("<L2H", 100, 0, len(text)) + again(text)
    return action(114, body, 2)


def boxed(text: str) -> bytes:
    return action(115, struct.pack("<4l", 0, 0, 9, 9) + wide(text) + struct.pack("<H", 0) + again(text), 2)


def comment(name: bytes, data: bytes = b"") -> bytes:
    return action(512, struct.pack("<H", len(name)) + name + struct.pack("<lL", 0, len(data)) + data)


def outline(*points: tuple[int, int]) -> bytes:
    return struct.pack("<H", len(points)) + b"".join(struct.pack("<2l", *point) for point in points)


def stroke(*points: tuple[int, int], behind: bytes = bytes(48)) -> bytes:
    path = outline(*points) + b"\0"
    inner = struct.pack("<HL", 1, len(path)) + path
    return comment(b"XPATHSTROKE_SEQ_BEGIN", struct.pack("<HL", 1, len(inner) + len(behind)) + inner + behind)


def bitmap(width: int = 60, height: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(out, "BMP")
    return out.getvalue()


def seen(data: bytes) -> list[str]:
    return reasons(read(data))


TABLE = (
    action(137, bytes(33)),
    action(139, struct.pack("<H", 3)),
    action(133, struct.pack("<LB", 0x4F81BD, 1)),
    action(111, struct.pack("<H", 1) + outline((0, 0), (100, 0), (100, 50), (0, 50)) + struct.pack("<H", 0), 2),
    action(140),
    comment(b"XTEXT_PAINTSHAPE_BEGIN"),
    text_array(SECRET),
    comment(b"XTEXT_EOC"),
    stroke((0, 0), (100, 0)),
    action(109, outline((0, 0), (100, 0)) + bytes(30), 3),
)


def test_the_preview_of_a_table_is_read() -> None:
    found = read(metafile(*TABLE))
    assert SECRET in words(found, "document")
    assert reasons(found) == []


@pytest.mark.parametrize(
    "made",
    [
        text_array(SECRET),
        plain_text(SECRET, 2),
        octet_text(SECRET),
        stretched(SECRET),
        boxed(SECRET),
        text_array(SECRET, old="another text"),
        text_array(f"xx{SECRET}yy", first=2, count=len(SECRET)),
    ],
)
def test_a_text_of_any_kind_is_read(made: bytes) -> None:
    found = read(metafile(made))
    assert SECRET in [text.text for text in found.texts if text.medium == "document"]
    assert reasons(found) == []


def test_letters_drawn_one_by_one_out_of_other_words_are_one_line() -> None:
    letters = [text_array(f"ab{letter}cd", x=100 * at, first=2, count=1) for at, letter in enumerate(SECRET)]
    assert SECRET in words(read(metafile(*letters)), "document")


def test_a_string_in_the_other_form_is_read_as_well() -> None:
    """Which form it is the character set of a font says, and nothing else: a decoy may end where the action ends."""
    letters = []
    for letter in SECRET:
        # As octets: none, then 0 and 0; then what is drawn. As UTF-16: a string that goes on to the end.
        behind = struct.pack("<2H", 0, 1) + again(letter) + bytes(4)
        letters.append(action(112, struct.pack("<2lH", 0, 0, 2) + b"\0\0" + behind, 2))
    assert SECRET in words(read(metafile(*letters)))


def test_a_bitmap_is_a_picture_of_its_own() -> None:
    data = bitmap()
    for kind, place in ((116, bytes(8)), (117, bytes(16)), (118, bytes(32)), (119, bytes(8))):
        found = read(metafile(action(kind, data + place)))
        assert reasons(found) == []
        assert len(found.pictures) == 1
    masked = data + struct.pack("<2LB", 0x25091962, 0xACB20201, 2) + bitmap(61) + bytes(16)
    assert len(read(metafile(action(120, masked))).pictures) >= 2


@pytest.mark.parametrize(
    "actions",
    [
        (action(999, b"x"),),
        (action(143, b"%!PS"),),
        (action(147, b"VCLMTF"),),
        (action(127, bytes(8)),),
        (action(116, b"SD" + bytes(60)),),
        (action(116, bitmap()[:-200] + bytes(8)),),
        (action(116, bitmap() + b"more" * 20 + bytes(8)),),
        (comment(b"EMF_PLUS", b"x" * 40),),
        (comment(b"XPATHFILL_SEQ_BEGIN", b"x" * 40),),
        (stroke((0, 0), (1, 1), behind=bytes(400)),),
        (text_array("a"), action(137, bytes(33))),
        (plain_text(SECRET, 1),),
        (action(110, outline((0, 0), (5, 5), (5, 0)) + b"\1" + bytes(20), 2),),
        (action(111, struct.pack("<H", 1) + outline((0, 0), (5, 5)) + struct.pack("<H", 1), 2),),
    ],
)
def test_what_is_not_understood_is_held(actions: tuple[bytes, ...]) -> None:
    assert "metafile_picture" in seen(metafile(*actions))


def test_what_stands_behind_the_last_action_is_held() -> None:
    found = read(metafile(*TABLE, behind=SECRET.encode("utf-16-le")))
    assert "metafile_picture" in reasons(found)


@pytest.mark.parametrize(
    "data",
    [
        b"VCLMTF",
        b"VCLMTF" + struct.pack("<HL", 1, 4_000_000_000),
        metafile(action(112, b"x")),
        metafile(action(113, struct.pack("<2lL", 0, 0, 4_000_000_000))),
        metafile(action(111, b"\xff\xff")),
        metafile(action(132, b"")),
        metafile(*TABLE)[:-9],
    ],
)
def test_a_broken_one_is_held(data: bytes) -> None:
    assert seen(data) != []


def test_more_actions_than_a_drawing_has_are_not_walked() -> None:
    data = bytearray(metafile(action(0)))
    at = data.rindex(action(0)) - 4
    struct.pack_into("<L", data, at, 4_000_000_000)
    assert "broken_metafile" in seen(bytes(data))


@settings(max_examples=80, deadline=None)
@given(damaged(metafile(*TABLE), metafile(stretched(SECRET), action(117, bitmap() + bytes(16)))))
def test_damage_is_read_or_held(data: bytes) -> None:
    reading = read(data)
    assert reading.faults == ()


@pytest.mark.parametrize("said", [SECRET.encode("utf-16-le"), SECRET.encode()], ids=["UTF-16", "UTF-8"])
@pytest.mark.parametrize(
    "made",
    [
        lambda said: metafile(action(0, said)),
        lambda said: metafile(action(138, bytes(6) + said)),
        lambda said: metafile(action(139, struct.pack("<H", 3) + said)),
        lambda said: metafile(action(103, struct.pack("<4l", 0, 0, 9, 9) + said)),
        lambda said: metafile(stroke((0, 0), (100, 0), behind=said.ljust(48, b"\0"))),
        lambda said: metafile(action(112, plain_text("ab", 2)[8:] + said, 2)),
    ],
)
def test_words_in_an_action_that_draws_none_are_read(made: Callable[[bytes], bytes], said: bytes) -> None:
    assert SECRET in words(read(made(said)))


def test_letters_drawn_after_colours_were_taken_up_again_are_read() -> None:
    from formats.metafile.test_metafile import strokes

    areas = [action(110, outline(*area), 1) for area in strokes("张小鸣")]
    pushed = action(139, struct.pack("<H", 3))
    no_line, no_area = action(132, struct.pack("<LB", 0, 0)), action(133, struct.pack("<LB", 0, 0))
    white = action(132, struct.pack("<LB", 0xFFFFFF, 1)) + action(133, struct.pack("<LB", 0xFFFFFF, 1))
    black = action(133, struct.pack("<LB", 0, 1))
    for hidden in (no_line + no_area, white):
        count = 4 + len(areas) + 1
        made = metafile(*[b""] * count)
        data = made + black + pushed + hidden + action(140) + b"".join(areas)
        assert "张小鸣" in words(read(data))
