"""Boxes of pictures and of pages that were looked at are covered, everywhere and for good."""

import io
import zlib
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

from gateway.demo.drawing import font
from gateway.formats import Paint
from gateway.formats.pdf.page_pictures import FILL
from gateway.model import Box, PlaceStep, steps
from pdf_files import HERE, document, page_texts, rewritten, saved, written

ENOUGH = written(["This page has enough words of its own that nobody needs to draw it."])
BOX = Box(20, 30, 100, 40)


def picture(seed: int = 1) -> Image.Image:
    made = Image.new("RGB", (300, 200), (240, 240, 250))
    draw = ImageDraw.Draw(made)
    draw.text((20, 30), f"章晓鸣{seed}", font=font(30), fill=(10, 10, 20))
    draw.rectangle((200, 120, 290, 190), fill=(200, 30 * seed % 255, 30))
    return made


def stream(pdf: pikepdf.Pdf, made: Image.Image, lossy: bool = False) -> Any:
    if lossy:
        out = io.BytesIO()
        made.save(out, "JPEG", quality=90)
        data, way = out.getvalue(), Name.DCTDecode
    else:
        data, way = zlib.compress(made.tobytes()), Name.FlateDecode
    return pdf.make_stream(
        data, Type=Name.XObject, Subtype=Name.Image, Width=made.width, Height=made.height, BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB, Filter=way,
    )  # fmt: skip


def showing(pdf: pikepdf.Pdf, number: int, thing: Any) -> None:
    page = pdf.pages[number].obj
    page.Resources = Dictionary(Font=page.Resources.Font, XObject=Dictionary(Im=thing))
    page.Contents = pdf.make_stream(ENOUGH + b" q 300 0 0 200 60 300 cm /Im Do Q")


def pixels(data: bytes, page: int = 0) -> np.ndarray[Any, Any]:
    pdf = pdfium.PdfDocument(data)
    try:
        (image,) = [one for one in pdf[page].get_objects() if one.type == 3]
        return np.array(image.get_bitmap(render=False).to_pil().convert("RGB"))
    finally:
        pdf.close()


@pytest.mark.parametrize("lossy", [False, True])
def test_a_box_of_a_picture_is_covered_and_the_rest_is_not(lossy: bool) -> None:
    pdf = document(ENOUGH)
    showing(pdf, 0, stream(pdf, picture(), lossy))
    data = saved(pdf)
    made = rewritten(data, [], [Paint(HERE.inside(steps.page(1), steps.picture(1)), (BOX,))])
    before, after = pixels(data).astype(int), pixels(made).astype(int)
    inside = after[32:68, 22:118]
    assert np.abs(inside - FILL).max() <= (12 if lossy else 0)
    outside = np.abs(before - after)
    outside[24:80, 8:128] = 0
    assert outside.max() <= (24 if lossy else 0)
    assert "enough words" in page_texts(made)[0]


def test_the_same_picture_is_covered_wherever_it_is_shown() -> None:
    pdf = document(ENOUGH, 3)
    first = stream(pdf, picture())
    for number, thing in enumerate((first, stream(pdf, picture()), stream(pdf, picture(4)))):
        showing(pdf, number, thing)
    data = saved(pdf)
    made = rewritten(data, [], [Paint(HERE.inside(steps.page(1), steps.picture(1)), (BOX,))])
    assert (pixels(made, 0)[40, 40] == FILL).all()
    assert (pixels(made, 1)[40, 40] == FILL).all()
    assert (pixels(made, 2) == pixels(data, 2)).all()


def test_what_could_be_seen_through_is_solid_inside_the_box() -> None:
    pdf = document(ENOUGH)
    thing = stream(pdf, Image.new("RGB", (300, 200), (0, 0, 0)))
    mask = Image.new("L", (300, 200), 0)
    ImageDraw.Draw(mask).text((20, 30), "章晓鸣", font=font(30), fill=255)
    thing.SMask = pdf.make_stream(
        zlib.compress(mask.tobytes()), Type=Name.XObject, Subtype=Name.Image, Width=300, Height=200,
        BitsPerComponent=8, ColorSpace=Name.DeviceGray, Filter=Name.FlateDecode,
    )  # fmt: skip
    showing(pdf, 0, thing)
    made = rewritten(saved(pdf), [], [Paint(HERE.inside(steps.page(1), steps.picture(1)), (BOX,))])
    with pikepdf.open(io.BytesIO(made)) as after:
        left = _values(after.pages[0].obj.Resources.XObject.Im.SMask)
    assert (left[32:68, 22:118] == 255).all()


def _values(mask: Any) -> np.ndarray[Any, Any]:
    return np.array(pikepdf.PdfImage(mask).as_pil_image())


def test_a_page_that_is_covered_is_a_picture_and_nothing_else() -> None:
    pdf = document(b"0 0 1 rg 300 300 100 100 re f", 2)
    pdf.pages[0].obj.Annots = Array(
        [pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9]))]
    )
    pdf.pages[1].obj.Contents = pdf.make_stream(ENOUGH)
    made = rewritten(saved(pdf), [], [Paint(HERE.inside(steps.page(1)), (Box(600, 800, 100, 100),))])
    with pikepdf.open(io.BytesIO(made)) as after:
        assert set(after.pages[0].obj.keys()) <= {"/Type", "/Parent", "/MediaBox", "/Contents", "/Resources", "/Rotate"}
        assert b"re f" not in after.pages[0].obj.Contents.read_bytes()
        assert after.pages[1].obj.Contents.read_bytes() == ENOUGH
        assert [float(one) for one in after.pages[0].obj.MediaBox] == [0, 0, 595, 842]


def test_a_turned_page_stays_as_it_was_seen() -> None:
    pdf = document(b"0 0 1 rg 0 0 100 200 re f")
    pdf.pages[0].obj.Rotate = 90
    data = saved(pdf)
    made = rewritten(data, [], [Paint(HERE.inside(steps.page(1)), (Box(900, 900, 50, 50),))])
    before, after = (pdfium.PdfDocument(one)[0].render(scale=0.2).to_numpy() for one in (data, made))
    assert before.shape == after.shape
    assert (np.abs(before.astype(int) - after.astype(int)).max(axis=2) > 60).mean() < 0.02


@pytest.mark.parametrize(
    "where",
    [
        (steps.page(9),),
        (steps.page(1), steps.picture(7)),
        (steps.page(1), steps.file("odd")),
        (steps.page(0),),
        (steps.file("odd"),),
        (),
        (steps.page(1), steps.picture(1), steps.file("x")),
    ],
)
def test_a_place_that_is_not_there_is_refused(where: tuple[PlaceStep, ...]) -> None:
    pdf = document(ENOUGH)
    showing(pdf, 0, stream(pdf, picture()))
    with pytest.raises(ValueError, match=r"\w"):
        rewritten(saved(pdf), [], [Paint(HERE.inside(*where), (BOX,))])


def test_a_stencil_is_refused() -> None:
    pdf = document(ENOUGH)
    thing = pdf.make_stream(bytes(25 * 40), Type=Name.XObject, Subtype=Name.Image, Width=200, Height=40, ImageMask=True)
    showing(pdf, 0, thing)
    with pytest.raises(ValueError, match=r"\w"):
        rewritten(saved(pdf), [], [Paint(HERE.inside(steps.page(1), steps.picture(1)), (Box(0, 0, 9, 9),))])
