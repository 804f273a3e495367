"""Ink that is in no text of a page is read: masks, cells, looks of fields, outlines, layers that are off."""

import zlib
from collections.abc import Callable
from typing import Any

import pytest
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageDraw

from gateway.demo.drawing import font
from gateway.model import PictureFragment
from gateway.reading.walk import read_file
from pdf_files import document, han_font, saved, written

WHO = "章晓鸣"
ENOUGH = written(["This page has enough words of its own that nobody needs to draw it for a look."])
SIZE = (300, 60)


def ink(ground: int = 0, mark: int = 255, size: tuple[int, int] = SIZE, high: int = 30) -> Image.Image:
    made = Image.new("L", size, ground)
    ImageDraw.Draw(made).text((size[0] // 10, (size[1] - high) // 2 - high // 8), WHO, font=font(high), fill=mark)
    return made


def image(pdf: Pdf, data: bytes, size: tuple[int, int], space: Any = None, bits: int = 8, **more: Any) -> Any:
    own = {} if space is None else {"ColorSpace": space}
    return pdf.make_stream(
        zlib.compress(data), Type=Name.XObject, Subtype=Name.Image, Width=size[0], Height=size[1],
        BitsPerComponent=bits, Filter=Name.FlateDecode, **own, **more,
    )  # fmt: skip


def bits() -> bytes:
    return ink().point(lambda value: 255 if value > 127 else 0).convert("1").tobytes()


def form(pdf: Pdf, content: bytes, box: tuple[int, int, int, int] = (0, 0, 300, 60), **more: Any) -> Any:
    return pdf.make_stream(
        content, Type=Name.XObject, Subtype=Name.Form, BBox=list(box), Resources=pdf.pages[0].obj.Resources, **more
    )


NAMED = b"BT /F1 20 Tf 10 20 Td (Zhang Xiaoming) Tj ET"


class _Path(BasePen):  # type: ignore[misc]  # the library has no types
    """Outlines of glyphs as a content stream."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.made: list[str] = []

    def _moveTo(self, pt: Any) -> None:
        self.made.append(f"{pt[0]:g} {pt[1]:g} m")

    def _lineTo(self, pt: Any) -> None:
        self.made.append(f"{pt[0]:g} {pt[1]:g} l")

    def _curveToOne(self, one: Any, other: Any, end: Any) -> None:
        self.made.append(" ".join(f"{number:g}" for number in (*one, *other, *end)) + " c")

    def _closePath(self) -> None:
        self.made.append("h")


def outlines(text: str = WHO) -> bytes:
    """The words as paths, one em after the other."""
    face = TTFont(han_font())
    glyphs, names = face.getGlyphSet(), face.getBestCmap()
    made = []
    for number, sign in enumerate(text):
        pen = _Path(glyphs)
        glyphs[names[ord(sign)]].draw(pen)
        made.append(f"q 1 0 0 1 {1000 * number} 0 cm {' '.join(pen.made)} %s Q")
    return " ".join(made).encode()


def masked(pdf: Pdf, colour: int) -> Any:
    mask = image(pdf, ink().tobytes(), SIZE, Name.DeviceGray)
    return image(pdf, bytes((colour,)) * (SIZE[0] * SIZE[1] * 3), SIZE, Name.DeviceRGB, SMask=mask)


def _one_pixel(pdf: Pdf) -> Any:
    return image(pdf, bytes(3), (1, 1), Name.DeviceRGB, SMask=image(pdf, ink().tobytes(), SIZE, Name.DeviceGray))


def _mask(pdf: Pdf) -> Any:
    mask = image(pdf, bits(), SIZE, bits=1, ImageMask=True, Decode=Array([1, 0]))
    return image(pdf, bytes(SIZE[0] * SIZE[1]), SIZE, Name.DeviceGray, Mask=mask)


def _stencil(pdf: Pdf) -> Any:
    return image(pdf, bits(), SIZE, bits=1, ImageMask=True)


def _key(pdf: Pdf) -> Any:
    return image(pdf, ink(0, 3).tobytes(), SIZE, Name.DeviceGray, Mask=Array([0, 0]), Decode=Array([0, 0.1]))


def _matte(pdf: Pdf) -> Any:
    mask = image(pdf, ink().tobytes(), SIZE, Name.DeviceGray, Matte=Array([0, 0, 0]))
    return image(pdf, bytes(SIZE[0] * SIZE[1] * 3), SIZE, Name.DeviceRGB, SMask=mask)


def _behind(pdf: Pdf) -> Any:
    """Ink that the mask lets nobody see."""
    mask = image(pdf, bytes(SIZE[0] * SIZE[1]), SIZE, Name.DeviceGray)
    return image(pdf, ink(255, 0).tobytes(), SIZE, Name.DeviceGray, SMask=mask)


def _low(pdf: Pdf) -> Any:
    size = (120, 22)
    return image(pdf, ink(255, 0, size, 18).tobytes(), size, Name.DeviceGray)


PICTURES: dict[str, Callable[[Pdf], Any]] = {
    "black in a soft mask": lambda pdf: masked(pdf, 0),
    "white in a soft mask": lambda pdf: masked(pdf, 255),
    "grey in a soft mask": lambda pdf: masked(pdf, 120),
    "one pixel under a soft mask": _one_pixel,
    "a mask of bits": _mask,
    "a stencil": _stencil,
    "a colour that is left out": _key,
    "a mask with a matte": _matte,
    "behind a mask": _behind,
    "22 pixels high": _low,
}


def showing(pdf: Pdf, content: bytes, **resources: Any) -> bytes:
    page = pdf.pages[0].obj
    page.Resources = Dictionary(Font=page.Resources.Font, **resources)
    page.Contents = pdf.make_stream(ENOUGH + b" " + content)
    return saved(pdf)


def said(data: bytes) -> str:
    """All that is read, on the pages and by sight, without blanks."""
    return "".join("".join(text.text.split()) for text in read_file(data, "a.pdf").texts)


@pytest.mark.parametrize("make", PICTURES)
def test_a_picture_shows_what_its_mask_lets_be_seen_and_what_not(make: str) -> None:
    pdf = document(ENOUGH)
    data = showing(pdf, b"q 0 g 300 0 0 60 60 300 cm /Im Do Q", XObject=Dictionary(Im=PICTURES[make](pdf)))
    assert WHO in said(data)


def slices(high: int) -> bytes:
    pdf = document(ENOUGH)
    whole = ink(255, 0)
    content, things = b"", {}
    for number in range(SIZE[1] // high):
        part = whole.crop((0, number * high, SIZE[0], (number + 1) * high))
        things[f"/I{number}"] = image(pdf, part.tobytes(), part.size, Name.DeviceGray)
        content += b"q %d 0 0 %d 60 %d cm /I%d Do Q " % (SIZE[0], high, 300 - number * high, number)
    return showing(pdf, content, XObject=Dictionary(things))


@pytest.mark.parametrize("high", [6, 10, 30])
def test_a_picture_in_slices_is_seen_as_it_stands(high: int) -> None:
    assert WHO in said(slices(high))


def _tiles() -> bytes:
    pdf = document(ENOUGH)
    cell = pdf.make_stream(
        b"BT /F1 20 Tf 5 10 Td (Zhang Xiaoming) Tj ET", Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1,
        BBox=[0, 0, 160, 40], XStep=160, YStep=40, Resources=pdf.pages[0].obj.Resources,
    )  # fmt: skip
    return showing(pdf, b"/Pattern cs /P scn 60 200 400 100 re f", Pattern=Dictionary(P=cell))


def _painted_tiles() -> bytes:
    pdf = document(ENOUGH)
    cell = pdf.make_stream(
        b"0.02 0 0 0.02 10 10 cm " + outlines("张晓明") .replace(b"%s", b"f"), Type=Name.Pattern, PatternType=1,
        PaintType=1, TilingType=1, BBox=[0, 0, 90, 40], XStep=90, YStep=40, Resources=Dictionary(),
    )  # fmt: skip
    return showing(pdf, b"/Pattern cs /P scn 60 200 85 38 re f", Pattern=Dictionary(P=cell))


def _widget(flags: int = 4, state: str = "N") -> bytes:
    pdf = document(ENOUGH)
    look = form(pdf, NAMED)
    blank = form(pdf, b" ")
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Btn,
            Ff=65536,
            T=String("b"),
            Rect=[60, 300, 360, 360],
            F=flags,
            AP=Dictionary({"/N": blank, "/" + state: look}),
        )
    )
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    return saved(pdf)


def _widget_with_a_picture() -> bytes:
    pdf = document(ENOUGH)
    shown = image(pdf, ink(255, 0).tobytes(), SIZE, Name.DeviceGray)
    look = form(pdf, b"q 300 0 0 60 0 0 cm /Im Do Q")
    look.Resources = Dictionary(XObject=Dictionary(Im=shown))
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Btn,
            Ff=65536,
            T=String("b"),
            Rect=[60, 300, 360, 360],
            F=4,
            AP=Dictionary(N=look),
        )
    )
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    return saved(pdf)


def _group() -> bytes:
    """A black area, seen through words."""
    pdf = document(ENOUGH)
    group = form(pdf, b"1 g " + NAMED, Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray))
    state = Dictionary(Type=Name.ExtGState, SMask=Dictionary(Type=Name.Mask, S=Name.Luminosity, G=group))
    return showing(pdf, b"q /G gs 0 g 0 0 300 60 re f Q", ExtGState=Dictionary(G=state))


def _undrawn() -> bytes:
    pdf = document(ENOUGH)
    return showing(pdf, b"", XObject=Dictionary(Fm=form(pdf, NAMED)))


def _paths(colour: bytes, how: bytes = b"f") -> bytes:
    pdf = document(ENOUGH)
    return showing(pdf, b"q %s 0.03 0 0 0.03 60 300 cm %s Q" % (colour, outlines().replace(b"%s", how)))


def _cut() -> bytes:
    """An area with letters for its edge."""
    each = b" ".join(
        b"q 0.03 0 0 0.03 %d 300 cm %s W n 0 0 1000 1000 re f Q" % (60 + 30 * number, part)
        for number, part in enumerate(_parts())
    )
    return showing(document(ENOUGH), b"0 g " + each)


def _parts() -> list[bytes]:
    return [outlines(sign).removeprefix(b"q 1 0 0 1 0 0 cm ").removesuffix(b" %s Q") for sign in WHO]


def _on_a_picture() -> bytes:
    """White outlines over a dark picture, which alone has no name."""
    pdf = document(ENOUGH)
    ground = image(
        pdf, Image.linear_gradient("L").point(lambda value: value // 4).tobytes(), (256, 256), Name.DeviceGray
    )
    content = b"q 300 0 0 60 50 290 cm /Im Do Q q 1 g 0.03 0 0 0.03 60 300 cm %s Q" % outlines().replace(b"%s", b"f")
    return showing(pdf, content, XObject=Dictionary(Im=ground))


def _layer() -> bytes:
    pdf = document(ENOUGH)
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Notes")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    content = b"/OC /L BDC q 0 g 0.03 0 0 0.03 60 300 cm %s Q EMC" % outlines().replace(b"%s", b"f")
    return showing(pdf, content, Properties=Dictionary(L=layer))


def _type3() -> bytes:
    """A letter that is a name."""
    pdf = document(ENOUGH)
    glyph = pdf.make_stream(b"3000 0 0 0 3000 900 d1 " + outlines().replace(b"%s", b"f"))
    face = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=[0, 0, 3000, 1000],
            FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
            CharProcs=Dictionary(A=glyph),
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name.A])),
            FirstChar=65,
            LastChar=65,
            Widths=[3000],
            Resources=Dictionary(),
        )
    )
    page = pdf.pages[0].obj
    page.Resources.Font.T = face
    page.Contents = pdf.make_stream(ENOUGH + b" BT /T 30 Tf 60 300 Td (A) Tj ET")
    return saved(pdf)


def _left_over() -> bytes:
    pdf = document(ENOUGH)
    return showing(pdf, b"", XObject=Dictionary(Im=image(pdf, ink(255, 0).tobytes(), SIZE, Name.DeviceGray)))


def _small_copy() -> bytes:
    """Of the page as it was once."""
    pdf = document(ENOUGH)
    small = image(pdf, ink(255, 0).tobytes(), SIZE, Name.DeviceGray)
    del small.Type, small.Subtype
    pdf.pages[0].obj.Thumb = small
    return saved(pdf)


def _tiny() -> bytes:
    """Outlines 4 points high."""
    pdf = document(ENOUGH)
    return showing(pdf, b"q 0 g 0.004 0 0 0.004 60 300 cm %s Q" % outlines().replace(b"%s", b"f"))


DRAWINGS: dict[str, Callable[[], bytes]] = {
    "words in a cell": _tiles,
    "outlines in a cell": _painted_tiles,
    "the look of a field": _widget,
    "the look of a field that is hidden": lambda: _widget(2),
    "the look of a field under the mouse": lambda: _widget(4, "R"),
    "a picture in the look of a field": _widget_with_a_picture,
    "a group that is a mask": _group,
    "a form that nothing draws": _undrawn,
    "outlines in black": lambda: _paths(b"0 g"),
    "outlines in white": lambda: _paths(b"1 g"),
    "outlines in lines": lambda: _paths(b"0 G 12 w", b"S"),
    "an area with an edge": _cut,
    "white outlines on a picture": _on_a_picture,
    "outlines in a layer that is off": _layer,
    "a letter that is a name": _type3,
    "a picture that nothing draws": _left_over,
    "a small copy of the page": _small_copy,
    "outlines that are tiny": _tiny,
}


@pytest.mark.parametrize("make", DRAWINGS)
def test_what_is_drawn_beside_the_text_is_read(make: str) -> None:
    found = said(DRAWINGS[make]())
    assert any(name in found for name in (WHO, "张晓明", "ZhangXiaoming"))


def test_a_picture_that_cannot_be_opened_is_said() -> None:
    pdf = document(ENOUGH)
    odd = pdf.make_stream(
        bytes(500), Type=Name.XObject, Subtype=Name.Image, Width=300, Height=60, Filter=Name.JPXDecode,
    )  # fmt: skip
    data = showing(pdf, b"q 300 0 0 60 60 300 cm /Im Do Q", XObject=Dictionary(Im=odd))
    assert [one.reason for one in read_file(data, "a.pdf").unreadable] == ["unknown_picture"]


# What ordinary pages draw is no reason for a look.


def looks(data: bytes) -> int:
    return sum(isinstance(one, PictureFragment) for one in read_file(data, "a.pdf").pictures)


ORDINARY = {
    "a table": b"0.5 w " + b" ".join(b"60 %d m 500 %d l S" % (at, at) for at in range(100, 700, 20)),
    "a grid in one path": b" ".join(b"60 %d m 500 %d l" % (at, at) for at in range(100, 700, 10)) + b" S",
    "frames": b" ".join(b"%d 100 20 20 re f" % (20 * at) for at in range(50)),
    "a frame with round corners": b"80 100 m 300 100 l 311 100 320 109 320 120 c 320 180 l 320 191 311 200 300 200 c "
    b"80 200 l 69 200 60 191 60 180 c 60 120 l 60 109 69 100 80 100 c s",
    "a dot": b"110 100 m 110 105.5 105.5 110 100 110 c 94.5 110 90 105.5 90 100 c 90 94.5 94.5 90 100 90 c "
    b"105.5 90 110 94.5 110 100 c f",
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_rules_and_frames_are_not_looked_at(kind: str) -> None:
    assert looks(showing(document(ENOUGH), ORDINARY[kind])) == 0


def test_a_hatch_is_not_looked_at() -> None:
    pdf = document(ENOUGH)
    cell = pdf.make_stream(
        b"0 0 m 8 8 l S", Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 8, 8], XStep=8,
        YStep=8, Resources=Dictionary(),
    )  # fmt: skip
    assert looks(showing(pdf, b"/Pattern cs /P scn 60 200 400 100 re f", Pattern=Dictionary(P=cell))) == 0


def test_an_emblem_on_every_page_is_looked_at_once() -> None:
    pdf = document(ENOUGH, 40)
    for number, page in enumerate(pdf.pages):
        content = written([f"Page {number} has enough words of its own that nobody needs to draw it."])
        page.obj.Contents = pdf.make_stream(
            content + b" q 0 g 0.03 0 0 0.03 60 60 cm %s Q" % outlines().replace(b"%s", b"f")
        )
    assert looks(saved(pdf)) == 1


def test_a_form_that_is_drawn_says_nothing_twice() -> None:
    pdf = document(ENOUGH)
    data = showing(pdf, b"/Fm Do", XObject=Dictionary(Fm=form(pdf, NAMED)))
    assert said(data).count("ZhangXiaoming") == 1
