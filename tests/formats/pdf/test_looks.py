"""What ordinary documents draw costs few looks, and what a stranger draws costs little time and memory."""

import zlib
from collections.abc import Iterator
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Dictionary, Name, Pdf
from PIL import Image, ImageDraw, ImageFilter

from gateway.demo.drawing import font
from gateway.formats import Source
from gateway.formats.pdf import FORMAT, undrawn
from gateway.formats.pdf import pages as reader
from gateway.formats.pdf.masks import may_be_letters
from gateway.formats.pdf.undrawn import doubted_in, undrawn_in
from gateway.model import Location, Unreadable
from gateway.reading.walk import read_file
from pdf_files import document, saved, written

ENOUGH = written(["This page has enough words of its own that nobody needs to draw it for a look."])
WHO = "章晓鸣"
RANDOM = np.random.default_rng(7)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The rasters that would be looked at, one by one; none is read."""
    seen: list[Any] = []

    def look_at(raster: Any, where: Location) -> Iterator[Any]:
        seen.append(raster)
        yield from ()

    monkeypatch.setattr(reader, "look_at", look_at)
    return seen


def held(data: bytes) -> list[str]:
    pieces = FORMAT.read(Source(data, Location("2")))
    return [piece.reason for piece in pieces if isinstance(piece, Unreadable)]


def image(pdf: Pdf, pixels: Any, **more: Any) -> Any:
    height, width = pixels.shape[:2]
    return pdf.make_stream(
        zlib.compress(np.ascontiguousarray(pixels).tobytes()), Type=Name.XObject, Subtype=Name.Image, Width=width,
        Height=height, BitsPerComponent=8, Filter=Name.FlateDecode,
        ColorSpace=Name.DeviceGray if pixels.ndim == 2 else Name.DeviceRGB, **more,
    )  # fmt: skip


@pytest.mark.parametrize("size", [(0, 0), (0, 40), (40, 0)])
def test_a_picture_of_no_size_stops_nothing(size: tuple[int, int]) -> None:
    pdf = document(ENOUGH)
    odd = image(pdf, np.zeros((1, 1), np.uint8), SMask=image(pdf, np.zeros((1, 1), np.uint8)))
    odd.Width, odd.Height = size
    pdf.pages[0].obj.Resources.XObject = Dictionary(Im=odd)
    pdf.pages[0].obj.Contents = pdf.make_stream(ENOUGH + b" q 9 0 0 9 60 300 cm /Im Do Q")
    assert set(held(saved(pdf))) <= {"unknown_picture"}


def photograph(width: int = 640, height: int = 480) -> Any:
    """All tones, changing from place to place."""
    small = RANDOM.integers(0, 256, (height // 16, width // 16, 3), np.uint8)
    return np.array(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))


def photographs(count: int, mask: Any) -> bytes:
    pdf = document(ENOUGH, count)
    for page in pdf.pages:
        page.obj.Resources.XObject = Dictionary(Im=image(pdf, photograph(), SMask=image(pdf, mask)))
        page.obj.Contents = pdf.make_stream(ENOUGH + b" q 320 0 0 240 60 300 cm /Im Do Q")
    return saved(pdf)


def rounded(width: int = 640, height: int = 480) -> Any:
    made = Image.new("L", (4 * width, 4 * height), 0)
    ImageDraw.Draw(made).rounded_rectangle((0, 0, 4 * width - 1, 4 * height - 1), 160, fill=255)
    return np.array(made.resize((width, height), Image.Resampling.LANCZOS))


def faded(width: int = 640, height: int = 480) -> Any:
    """Solid but for the rim."""
    across = np.minimum(np.arange(width), np.arange(width)[::-1])
    down = np.minimum(np.arange(height), np.arange(height)[::-1])
    return (np.minimum(np.minimum(down[:, None], across[None, :]), 20) * 255 // 20).astype(np.uint8)


def oval(width: int = 640, height: int = 480) -> Any:
    made = Image.new("L", (width, height), 0)
    ImageDraw.Draw(made).ellipse((0, 0, width - 1, height - 1), fill=255)
    return np.array(made)


def cut_out(width: int = 640, height: int = 480) -> Any:
    """A head and shoulders."""
    made = Image.new("L", (width, height), 0)
    ImageDraw.Draw(made).ellipse((width // 3, 20, 2 * width // 3, height // 2), fill=255)
    ImageDraw.Draw(made).ellipse((width // 6, height // 2 - 40, 5 * width // 6, 3 * height // 2), fill=255)
    return np.array(made)


SHAPES = {"round corners": rounded, "an oval": oval, "a rim that fades": faded}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_photograph_with_round_corners_is_looked_at_once(shape: str, looked: list[Any]) -> None:
    assert held(photographs(22, SHAPES[shape]())) == []
    assert len(looked) == 22


def test_people_cut_out_of_their_photographs_are_seen_over_both_grounds_together(looked: list[Any]) -> None:
    assert held(photographs(25, cut_out())) == []
    assert len(looked) <= 25 + 8


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("by", [1, 3])
def test_a_shape_without_a_dent_is_no_letters(shape: str, by: int) -> None:
    assert not may_be_letters(SHAPES[shape](by * 200, by * 150))


def _drawn(word: str, mark: int, ground: int) -> Any:
    made = Image.new("L", (300, 60), ground)
    ImageDraw.Draw(made).text((30, 10), word, font=font(30), fill=mark)
    return np.array(made)


LETTERS = {
    "letters": _drawn("张", 255, 0),
    "a hole": _drawn("一", 0, 255),
    "letters in what is half seen": _drawn("张", 200, 120),
    "faint letters in what is solid": _drawn("张", 225, 255),
    "letters hardly seen": _drawn("张", 14, 0),
    "letters beside a solid": np.concatenate([np.full((200, 300), 255, np.uint8), _drawn("张", 255, 0)]),
    "a plain tone": np.full((60, 300), 128, np.uint8),
    "one stroke": _drawn("L", 255, 0),
}


@pytest.mark.parametrize("shape", LETTERS)
def test_what_may_be_letters_is_not_passed_over(shape: str) -> None:
    assert may_be_letters(LETTERS[shape])
    assert may_be_letters(np.ascontiguousarray(LETTERS[shape].T))


@given(st.integers(0, 7), st.integers(20, 60), st.integers(1, 40))
def test_a_dent_is_seen_wherever_it_is(turn: int, at: int, deep: int) -> None:
    shape = np.full((80, 90), 255, np.uint8)
    shape[:deep, at : at + 4] = 0
    shape = np.rot90(shape[:, :: -1 if turn > 3 else 1], turn)
    assert may_be_letters(np.ascontiguousarray(shape))


@pytest.mark.parametrize("tone", [0, 120, 255])
def test_letters_cut_out_of_a_photograph_stand_out(tone: int) -> None:
    """Their insides have all tones, their edges one."""
    pdf = document(ENOUGH)
    mask = Image.new("L", (640, 160), 0)
    ImageDraw.Draw(mask).text((20, 20), WHO, font=font(110), fill=255)
    inner = np.array(mask.filter(ImageFilter.MinFilter(9)))[..., None] > 0
    pixels = np.where(inner, photograph(640, 160), np.uint8(tone))
    data = showing(pdf, image(pdf, pixels, SMask=image(pdf, np.array(mask))))
    assert WHO in "".join("".join(text.text.split()) for text in read_file(data, "a.pdf").texts)


def showing(pdf: Pdf, picture: Any) -> bytes:
    pdf.pages[0].obj.Resources.XObject = Dictionary(Im=picture)
    pdf.pages[0].obj.Contents = pdf.make_stream(ENOUGH + b" q 320 0 0 80 60 300 cm /Im Do Q")
    return saved(pdf)


def _sharing(pages: int, forms: int) -> Pdf:
    """Pages that all name the same forms."""
    pdf = document(ENOUGH, pages)
    own = [
        pdf.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9]) for _ in range(forms)
    ]
    shared = pdf.make_indirect(Dictionary({f"/F{number}": one for number, one in enumerate(own)}))
    for page in pdf.pages:
        page.obj.Resources.XObject = shared
    return pdf


@pytest.mark.parametrize("content", [ENOUGH, b" ".join(b"/F%d Do" % number for number in range(1500))])
def test_what_many_pages_name_is_opened_once(content: bytes) -> None:
    pdf = _sharing(1500, 1500)
    shared = pdf.make_stream(content)
    for page in pdf.pages:
        page.obj.Contents = shared
    began = process_time()
    assert doubted_in(pdf) == set()
    assert undrawn_in(pdf) == [] or content is ENOUGH
    assert process_time() - began < 4


def test_more_names_than_pages_have_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undrawn, "_MOST_NAMES", 900)
    pdf = _sharing(10, 100)
    assert doubted_in(pdf) == set()
    for page in pdf.pages:
        page.obj.Resources.XObject = Dictionary(dict(page.obj.Resources.XObject.items()))
    with pytest.raises(ValueError, match="names"):
        doubted_in(pdf)


@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5))), st.sets(st.integers(0, 5)), st.booleans())
def test_a_page_is_doubted_if_any_way_leads_to_a_cell_that_writes(
    draws: set[tuple[int, int]], odd: set[int], in_place: bool
) -> None:
    """Forms name one another, in circles as well; each page names one of them."""
    pdf = document(ENOUGH, 6)
    forms = [pdf.make_stream(b"%d w" % number, Type=Name.XObject, Subtype=Name.Form) for number in range(6)]
    cell = pdf.make_stream(b"BT (x) Tj ET", PatternType=1, BBox=[0, 0, 9, 9])
    for number, form in enumerate(forms):
        inner = Dictionary({f"/F{to}": forms[to] for by, to in draws if by == number})
        form.Resources = Dictionary(XObject=inner if in_place else pdf.make_indirect(inner))
        if number in odd:
            form.Resources.Pattern = Dictionary(P=cell)
        pdf.pages[number].obj.Resources.XObject = Dictionary(F=form)
    reached = [{number} for number in range(6)]
    for _ in range(6):
        for own in reached:
            own |= {to for by, to in draws if by in own}
    assert doubted_in(pdf) == {number for number, own in enumerate(reached) if own & odd}


def test_what_many_fonts_draw_with_is_opened_once() -> None:
    pdf = _sharing(1, 1500)
    for _ in range(1500):
        pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type3, Resources=Dictionary(XObject=pdf.pages[0].obj.Resources.XObject)
            )
        )
    loose = image(pdf, np.zeros((40, 40), np.uint8))
    began = process_time()
    assert [one.objgen for one in undrawn_in(pdf) if "/Width" in one] == [loose.objgen]
    assert process_time() - began < 4
