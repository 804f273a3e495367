"""Windows' metafiles: what they say, what they show, and what nothing here understands."""

import io
import random
import struct
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image, ImageDraw, ImageFont

from compound import compound
from file_tools import SECRET, damaged, read, reasons, words
from gateway.formats import Source
from gateway.formats.metafile import FORMAT
from gateway.formats.metafile.canvas import MOST_POINTS
from gateway.model import Location, PictureFragment, steps

HERE = Location("2", (steps.file("图.wmf"),))


def bmp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "BMP")
    return out.getvalue()[14:]


def plain(width: int = 60, height: int = 40) -> Image.Image:
    drawn = Image.new("RGB", (width, height), (200, 30, 30))
    ImageDraw.Draw(drawn).rectangle((5, 5, 30, 20), fill=(10, 10, 200))
    return drawn


# WMF


def record(kind: int, *values: int, data: bytes = b"") -> bytes:
    body = struct.pack(f"<{len(values)}h", *values) + data
    body += b"\0" * (len(body) % 2)
    return struct.pack("<LH", 3 + len(body) // 2, kind) + body


def wmf(*records: bytes, placeable: bool = False) -> bytes:
    window = record(0x020B, 0, 0) + record(0x020C, 1000, 1000)
    body = window + b"".join(records) + struct.pack("<LH", 3, 0)
    head = struct.pack("<HHHLHLH", 1, 9, 0x0300, 9 + len(body) // 2, 8, 5000, 0)
    first = b"\xd7\xcd\xc6\x9a" + bytes(18) if placeable else b""
    return first + head + body


def text_out(text: str, x: int = 0, y: int = 0, charset: str = "gbk") -> bytes:
    raw = text.encode(charset)
    return record(0x0A32, y, x, len(raw), 0, data=raw)


def stretch(picture: Image.Image, left: int = 0, top: int = 0, width: int = 1000, height: int = 1000) -> bytes:
    place = (picture.height, picture.width, 0, 0, height, width, top, left)
    return record(0x0F43, 0x0020, 0x00CC, 0, *place, data=bmp(picture))


# EMF


def enhanced(*records: bytes) -> bytes:
    head = struct.pack("<2L8l4s", 1, 108, 0, 0, 1000, 1000, 0, 0, 1000, 1000, b" EMF").ljust(108, b"\0")
    return head + b"".join(records) + struct.pack("<2L", 14, 20) + bytes(12)


def erecord(kind: int, data: bytes) -> bytes:
    data += b"\0" * (-len(data) % 4)
    return struct.pack("<2L", kind, 8 + len(data)) + data


def etext(text: str, x: int = 0, y: int = 0, options: int = 0) -> bytes:
    raw = text.encode("utf-16-le")
    body = (
        bytes(16) + struct.pack("<Lff", 1, 1, 1) + struct.pack("<2l4L4l", x, y, len(text), 76, options, 0, 0, 0, 0, 0)
    )
    return erecord(84, body[:68].ljust(68, b"\0") + raw)


def estretch(picture: Image.Image) -> bytes:
    data = bmp(picture)
    body = bytes(16) + struct.pack("<6l", 0, 0, 0, 0, picture.width, picture.height)
    body += struct.pack("<6L", 80, 40, 120, len(data) - 40, 0, 0x00CC0020) + struct.pack("<2l", 1000, 1000)
    return erecord(81, body + data)


def comment(data: bytes) -> bytes:
    return erecord(70, struct.pack("<L", len(data)) + data)


def plus(kind: int, body: bytes, flags: int = 0) -> bytes:
    return struct.pack("<2H2L", kind, flags, 12 + len(body), len(body)) + body


def strokes(text: str) -> Iterator[list[tuple[int, int]]]:
    """The letters as many small areas, as a font's outlines are without the font."""
    from importlib.resources import files

    font = ImageFont.truetype(str(files("cvttf_NotoSansCJK_Regular") / "NotoSansCJKtc-Regular.otf"), 80)
    drawn = Image.new("L", (90 * len(text), 110))
    ImageDraw.Draw(drawn).text((5, 0), text, font=font, fill=255)
    grey = drawn.tobytes()
    for y in range(drawn.height):
        begin = None
        for x in range(drawn.width + 1):
            ink = x < drawn.width and grey[y * drawn.width + x] > 128
            if ink and begin is None:
                begin = x
            elif not ink and begin is not None:
                yield [(begin, y), (x, y), (x, y + 1), (begin, y + 1)]
                begin = None


@pytest.mark.parametrize("placeable", [False, True])
@pytest.mark.parametrize("charset", ["gbk", "big5hkscs", "utf-8"])
def test_the_texts_of_a_wmf_are_read(placeable: bool, charset: str) -> None:
    name = "張小鳴" if charset == "big5hkscs" else "张小鸣"
    reading = read(
        wmf(text_out(f"举报人{name}" if charset != "big5hkscs" else name, charset=charset), placeable=placeable)
    )
    assert name in words(reading)
    assert reasons(reading) == []
    assert reading.files[0].kind == "metafile"


def test_letters_that_are_drawn_one_by_one_are_one_line() -> None:
    letters = [text_out(letter, x=x) for x, letter in enumerate(SECRET)]
    random.Random(1).shuffle(letters)
    assert SECRET in words(read(wmf(*letters)))
    wide = [etext(letter, x=x) for x, letter in enumerate(SECRET)]
    assert SECRET in words(read(enhanced(*reversed(wide))))


def test_the_texts_of_an_emf_are_read() -> None:
    reading = read(enhanced(etext(SECRET)))
    assert SECRET in words(reading, "document")
    assert reasons(reading) == []


@pytest.mark.parametrize("data", [wmf(stretch(plain())), enhanced(estretch(plain()))], ids=["wmf", "emf"])
def test_a_bitmap_is_a_picture(data: bytes) -> None:
    reading = read(data)
    assert [(one.width, one.height) for one in reading.pictures] == [(60, 40)]
    assert reasons(reading) == []


def test_a_picture_cut_into_strips_is_looked_at_whole() -> None:
    whole = plain(400, 200)
    strips = [stretch(whole.crop((0, top, 400, top + 40)), 0, top * 5, 1000, 200) for top in range(0, 200, 40)]
    pieces = list(FORMAT.read(Source(wmf(*strips), HERE)))
    assert [piece.width for piece in pieces if isinstance(piece, PictureFragment)] == [1248]


def test_letters_made_of_lines_are_drawn_and_read() -> None:
    areas = list(strokes("张小鸣"))
    brush = record(0x02FC, 0, 0, 0, 0) + record(0x012D, 0)
    shapes = [record(0x0324, 4, *(value for point in area for value in point)) for area in areas]
    assert "张小鸣" in words(read(wmf(brush, *shapes)))
    black = erecord(39, struct.pack("<4L", 1, 0, 0, 0)) + erecord(37, struct.pack("<L", 1))
    numbers = [
        erecord(86, bytes(16) + struct.pack("<L8h", 4, *(value for point in area for value in point))) for area in areas
    ]
    assert "张小鸣" in words(read(enhanced(black, *numbers)))


def test_a_frame_and_an_arrow_are_no_words() -> None:
    shapes = (record(0x041B, 900, 900, 10, 10), record(0x0325, 3, 0, 0, 50, 50, 90, 0))
    pieces = list(FORMAT.read(Source(wmf(*shapes), HERE)))
    assert pieces == []


@pytest.mark.parametrize(
    "data",
    [
        wmf(record(0x0A32, 0, 0, 4, 0x10, data=b"\1\0\2\0")),
        wmf(record(0x0922, *range(40))),
        wmf(record(0x0228, 1, 2)),
        wmf(record(0x7777, 1, 2)),
        enhanced(etext("ab", options=0x10)),
        enhanced(erecord(71, bytes(60))),
        enhanced(comment(b"EMF+" + plus(0x4036, struct.pack("<4L", 0, 0, 0, 2) + b"\1\0\2\0"))),
        enhanced(comment(b"EMF+" + plus(0x4008, struct.pack("<2L", 0xDBC01002, 500) + bytes(900), 0x0300))),
        enhanced(comment(b"EMF+" + plus(0x4008, bytes(900), 0x0500))),
    ],
    ids=["glyphs", "old bitmap", "region", "unknown", "glyphs of emf", "region of emf", "glyphs+", "path+", "image+"],
)
def test_what_is_drawn_and_not_understood_is_held(data: bytes) -> None:
    assert reasons(read(data)) == ["metafile_picture"]


def test_the_strings_and_pictures_of_gdi_plus_are_read() -> None:
    string = struct.pack("<3L4f", 0, 0, len(SECRET), 1, 2, 3, 4) + SECRET.encode("utf-16-le")
    assert SECRET in words(read(enhanced(comment(b"EMF+" + plus(0x401C, string)))), "document")
    out = io.BytesIO()
    plain().save(out, "PNG")
    image = struct.pack("<2L", 0xDBC01002, 1) + bytes(20) + out.getvalue()
    reading = read(enhanced(comment(b"EMF+" + plus(0x4008, image, 0x0500))))
    assert [one.width for one in reading.pictures] == [60]


def test_an_enhanced_metafile_inside_a_wmf_is_read() -> None:
    inner = enhanced(etext(SECRET))
    escapes = []
    for at in range(0, len(inner), 60):
        piece = inner[at : at + 60]
        head = b"WMFC" + struct.pack("<LLHL4L", 1, 0x10000, 0, 0, 1, len(piece), 0, len(inner))
        escapes.append(record(0x0626, 0x0F, len(head) + len(piece), data=head + piece))
    assert SECRET in words(read(wmf(*escapes)), "document")


def test_a_preview_of_a_presentation_is_read() -> None:
    """PowerPoint puts one into every file that it writes."""
    from formats.ole.test_properties import SUMMARY, THUMBNAIL, clip, property_set, stream

    preview = clip(3, bytes(8) + wmf(stretch(plain()), text_out(SECRET)))
    data = compound(
        {
            ("PowerPoint Document",): bytes(8),
            ("\x05SummaryInformation",): stream((SUMMARY, property_set({THUMBNAIL: preview}))),
        }
    )
    reading = read(data)
    assert reasons(reading) == []
    assert SECRET in words(reading, "document")
    assert len(reading.pictures) == 1


def test_endless_shapes_end_soon() -> None:
    began = time.monotonic()
    shapes = record(0x0325, 30000, *(0,) * 10, data=bytes(4 * 30000 - 20)) * (2 * MOST_POINTS // 30000)
    assert reasons(read(wmf(shapes))) == ["document_too_large"]
    assert time.monotonic() - began < 20


@settings(max_examples=80, deadline=None)
@given(damaged(wmf(text_out(SECRET), stretch(plain())), enhanced(etext(SECRET), estretch(plain()))))
def test_damage_is_read_or_held(data: bytes) -> None:
    reasons(read(data))


WIDE, UTF8 = SECRET.encode("utf-16-le"), SECRET.encode()
RECTANGLE = struct.pack("<4l", 10, 10, 900, 900)


@pytest.mark.parametrize("said", [WIDE, UTF8, SECRET.encode("gbk")], ids=["UTF-16", "UTF-8", "GBK"])
@pytest.mark.parametrize(
    "made",
    [
        lambda said: wmf(record(0x041B, data=said + struct.pack("<4h", 900, 900, 10, 10))),
        lambda said: wmf(record(0x02FB, *[0] * 9, data=said)),
        lambda said: wmf(record(0x0103, 8, data=said)),
        lambda said: wmf(record(0x0A32, 0, 0, 2, 0, data=b"ab" + said)),
        lambda said: wmf(record(0x0142, data=said)),
        lambda said: wmf() + said,
        lambda said: enhanced(erecord(43, RECTANGLE + said)),
        lambda said: enhanced(erecord(82, bytes(8) + said)),
        lambda said: enhanced(erecord(17, struct.pack("<L", 8) + said)),
        lambda said: enhanced(erecord(84, etext("ab")[8:] + said)),
        lambda said: enhanced(erecord(81, estretch(plain())[8:] + said)),
        lambda said: enhanced(comment(b"EMF+" + plus(0x4008, said, 0x0600))),
        lambda said: enhanced(comment(b"EMF+" + plus(0x402A, said))),
        lambda said: enhanced() + said,
    ],
)
def test_words_in_a_record_that_draws_none_are_read(made: Callable[[bytes], bytes], said: bytes) -> None:
    assert SECRET in words(read(made(said)))


@pytest.mark.parametrize(
    "made",
    [
        lambda file: wmf(record(0x041B, data=file + struct.pack("<4h", 900, 900, 10, 10))),
        lambda file: wmf(record(0x02FB, *[0] * 9, data=file)),
        lambda file: enhanced(erecord(43, RECTANGLE + file)),
        lambda file: enhanced() + file,
    ],
)
def test_a_file_in_a_record_that_draws_none_is_held(made: Callable[[bytes], bytes]) -> None:
    out = io.BytesIO()
    plain().save(out, "PNG")
    assert reasons(read(made(out.getvalue()))) == ["metafile_picture"]


def test_the_picture_of_a_brush_of_gdi_plus_is_looked_at() -> None:
    out = io.BytesIO()
    plain().save(out, "PNG")
    brush = struct.pack("<2L", 0xDBC01002, 2) + bytes(12) + out.getvalue()
    reading = read(enhanced(comment(b"EMF+" + plus(0x4008, brush, 0x0100))))
    assert [(one.width, one.height) for one in reading.pictures] == [(60, 40)]
    assert reasons(reading) == []


def emf_select(number: int) -> bytes:
    return erecord(37, struct.pack("<L", number))


NULL_PEN, NULL_BRUSH, WHITE_PEN, BLACK_BRUSH, WHITE_BRUSH = (0x80000000 | n for n in (8, 5, 6, 4, 0))


def emf_areas(text: str) -> list[bytes]:
    return [
        erecord(86, bytes(16) + struct.pack("<L8h", 4, *(value for point in area for value in point)))
        for area in strokes(text)
    ]


def wmf_areas(text: str, flipped: int = 0) -> list[bytes]:
    return [
        record(0x0324, 4, *(value for x, y in area for value in (x, flipped - y if flipped else y)))
        for area in strokes(text)
    ]


def emf_hidden() -> dict[str, bytes]:
    """The same letters, in ways that a viewer shows and a simple player does not."""
    areas = emf_areas("张小鸣")
    lost = emf_select(NULL_PEN) + emf_select(NULL_BRUSH)
    save, restore = erecord(33, b""), erecord(34, struct.pack("<l", -1))
    begin, end, fill = erecord(59, b""), erecord(60, b""), erecord(62, bytes(16))
    far = erecord(87, bytes(16) + struct.pack("<L4h", 2, 0, 0, 1, 1))
    line = erecord(27, struct.pack("<2l", 0, 0)) + erecord(54, struct.pack("<2l", 9_000_000, 9_000_000))
    view = erecord(9, struct.pack("<2l", 1, 1)) + erecord(11, struct.pack("<2l", 100_000_000, 100_000_000))
    return {
        "restored": enhanced(emf_select(BLACK_BRUSH), save, lost, restore, *areas),
        "filled path": enhanced(emf_select(WHITE_PEN), emf_select(BLACK_BRUSH), begin, *areas, end, fill),
        "in no colour": enhanced(lost, *areas),
        "white": enhanced(emf_select(WHITE_PEN), emf_select(WHITE_BRUSH), *areas),
        "not scaled": enhanced(view, emf_select(BLACK_BRUSH), *areas),
        "far line": enhanced(far, emf_select(BLACK_BRUSH), *areas, line),
    }


@pytest.mark.parametrize("how", emf_hidden())
def test_letters_of_an_emf_are_read_whatever_colour_and_scale_hide_them(how: str) -> None:
    reading = read(emf_hidden()[how])
    assert "张小鸣" in words(reading) or "metafile_picture" in reasons(reading)
    if how != "far line":
        assert "张小鸣" in words(reading)


def test_letters_of_a_wmf_are_read_that_grow_upwards_or_were_put_by() -> None:
    brush = record(0x02FC, 0, 0, 0, 0) + record(0x012D, 0)
    upwards = record(0x020C, -1000, 1000)
    assert "张小鸣" in words(read(wmf(upwards, brush, *wmf_areas("张小鸣", 200))))
    hollow = record(0x02FA, 5, 0, 0, 0, 0) + record(0x012D, 1)
    put_by = record(0x001E) + hollow + record(0x0127, -1)
    assert "张小鸣" in words(read(wmf(brush, put_by, *wmf_areas("张小鸣"))))


def test_areas_with_holes_keep_them() -> None:
    outer, inner = [(0, 0), (100, 0), (100, 100), (0, 100)], [(30, 30), (70, 30), (70, 70), (30, 70)]
    both = [*outer, *inner] * 6
    body = bytes(16) + struct.pack("<2L12L", 12, 48, *[4] * 12)
    body += b"".join(struct.pack("<2h", x + 120 * (n // 8), y) for n, (x, y) in enumerate(both))
    pieces = FORMAT.read(Source(enhanced(emf_select(NULL_PEN), emf_select(BLACK_BRUSH), erecord(91, body)), HERE))
    picture = next(piece for piece in pieces if isinstance(piece, PictureFragment))
    grey = np.frombuffer(picture.pixels.rgb, np.uint8).reshape(picture.pixels.height, picture.pixels.width, 3)
    assert grey[grey.shape[0] // 2].min(axis=1).max() == 255  # in the middle row there are holes


@pytest.mark.parametrize(("kind", "ahead"), [(0x400A, 4), (0x400B, 0)])
def test_rectangles_of_gdi_plus_that_may_be_letters_are_held(kind: int, ahead: int) -> None:
    many = bytes(ahead) + struct.pack("<L", 447) + struct.pack("<4f", 1, 2, 3, 4) * 447
    few = bytes(ahead) + struct.pack("<L", 20) + struct.pack("<4f", 1, 2, 3, 4) * 20
    assert reasons(read(enhanced(comment(b"EMF+" + plus(kind, many))))) == ["metafile_picture"]
    assert reasons(read(enhanced(comment(b"EMF+" + plus(kind, few))))) == []
    arcs = plus(0x4012, bytes(24)) * 61
    assert reasons(read(enhanced(comment(b"EMF+" + arcs)))) == ["metafile_picture"]


def test_coordinates_that_no_drawing_has_are_held() -> None:
    world = erecord(35, struct.pack("<6f", float("nan"), 0, 0, 1, 0, 0))
    two = (estretch(plain()), estretch(plain(80, 50)))
    assert "metafile_picture" in reasons(read(enhanced(world, *two)))
    far = erecord(54, struct.pack("<2l", 2_000_000_000, 5))
    assert "metafile_picture" in reasons(read(enhanced(far)))


def test_many_pens_and_many_places_of_a_bitmap_end_soon() -> None:
    started = time.process_time()
    read(wmf(*[record(0x02FA, 0, 0, 0, 0, 0)] * 100_000))
    assert time.process_time() - started < 5
    reading = read(wmf(*[stretch(plain())] * 501))
    assert "document_too_large" in reasons(reading)
