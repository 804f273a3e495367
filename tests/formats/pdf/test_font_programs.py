"""Programs of fonts lose the letters that are shown no more, with names and routines, and draw the others alike."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from fontTools.cffLib import CFFFontSet, EncodingCompiler, SubrsIndex
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as ReportlabFont
from reportlab.pdfgen import canvas

from gateway.formats.pdf.compact_programs import blank_compact
from gateway.formats.pdf.font_programs import blank_truetype
from gateway.formats.pdf.lost_shapes import LostShapes
from gateway.formats.pdf.to_unicode import map_of
from pdf_files import carried, document, han_font, saved, without

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
ONE_OF_TWO = pytest.mark.skipif(not DEJAVU.exists(), reason="needs the font DejaVu Sans")


def programs(data: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [
            bytes(thing[key].read_bytes())
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary)
            for key in ("/FontFile", "/FontFile2", "/FontFile3")
            if key in thing
        ]


def look(data: bytes) -> np.ndarray[Any, Any]:
    pdf = pdfium.PdfDocument(data)
    try:
        return np.array(pdf[0].render(scale=2).to_numpy())
    finally:
        pdf.close()


def opened(program: bytes) -> Any:
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(program), TTFont(), isCFF2=False)
    return fonts[0]


def ink(shape: Any) -> list[Any]:
    """What is drawn of it, without its width."""
    shape.decompile()
    return [part for part in shape.program if part != "endchar"]


# CIDs.


def test_no_number_is_left_of_letters_that_went() -> None:
    """Every copy of the font says which letter a CID is."""
    with TTFont(han_font(), lazy=True) as font:
        cids = {char: int(name[3:]) for char, name in font.getBestCmap().items() if chr(char) in "张三丰"}
    data = carried(["用户张三丰反映您的直播间，三日内说明", "请在三日内说明情况"])
    made = without(data, {"张三丰": "[姓名略]"})
    (before,), (after,) = map(programs, (data, made))
    assert {f"cid{cid:05d}" for cid in cids.values()} < set(opened(before).charset)
    assert set(opened(after).charset) == set(opened(before).charset) - {f"cid{cids[ord(one)]:05d}" for one in "张丰"}
    assert len(opened(after).CharStrings.charStringsIndex) == len(opened(after).charset)
    assert len(opened(after).FDSelect) == len(opened(after).charset)
    assert (look(data)[110:] == look(made)[110:]).all()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        (file,) = (one.FontFile3 for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile3" in one)
        assert "/Length1" not in file


def test_a_program_whose_cids_viewers_take_differently_is_refused() -> None:
    """In an OpenType file some take the CID for the place."""
    (program,) = programs(carried(["用户张三丰反映您的直播间"]))
    with pytest.raises(ValueError, match="differently"):
        blank_compact(wrapped(program), LostShapes(places={1}))


def wrapped(program: bytes) -> bytes:
    """The same in an OpenType file."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(list(opened(program).charset))
    builder.setupCharacterMap({ord(name): name for name in opened(program).charset if len(name) == 1})
    builder.setupCFF("Own", {"FullName": "Own"}, outlines(""), {})
    fonts = builder.font["CFF "].cff
    fonts.decompile(io.BytesIO(program), builder.font, isCFF2=False)
    builder.setupHorizontalMetrics(dict.fromkeys(opened(program).charset, (600, 0)))
    builder.setupHorizontalHeader(ascent=700, descent=0)
    builder.setupNameTable({"familyName": "Own"})
    builder.setupPost()
    out = io.BytesIO()
    builder.font.save(out)
    return out.getvalue()


# Names.


def outlines(letters: str) -> dict[str, Any]:
    """Boxes, each of its own width."""
    made = {}
    for number, name in enumerate([".notdef", "space", *letters]):
        pen = T2CharStringPen(600, None)
        if name not in (".notdef", "space"):
            pen.moveTo((50, 0))
            for point in ((50, 700), (60 + 9 * number, 700), (60 + 9 * number, 0)):
                pen.lineTo(point)
            pen.closePath()
        made[name] = pen.getCharString()
    return made


def named(shapes: Mapping[str, Any], encoding: list[str] | str = "StandardEncoding", **private: Any) -> bytes:
    """A CFF whose glyphs have names."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(list(shapes))
    builder.setupCharacterMap({})
    builder.setupCFF("Own", {"FullName": "Own"}, dict(shapes), private)
    top = builder.font["CFF "].cff[0]
    top.Encoding = encoding
    out = io.BytesIO()
    builder.font["CFF "].cff.compile(out, builder.font, isCFF2=False)
    return out.getvalue()


def in_a_page(program: bytes, lines: list[str], subtype: Any = Name.Type1C, **font: Any) -> bytes:
    pdf = document(b"")
    widths = Array([600] * 224)
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/ABCDEF+Own"), Flags=4, FontBBox=[0, 0, 1000, 1000], ItalicAngle=0,
        Ascent=700, Descent=0, CapHeight=700, StemV=80, FontFile3=pdf.make_stream(program, Subtype=subtype),
    )  # fmt: skip
    own = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/ABCDEF+Own"), FirstChar=32, LastChar=255, Widths=widths,
        FontDescriptor=pdf.make_indirect(descriptor), **font,
    )  # fmt: skip
    page = pdf.pages[0].obj
    page.Resources.Font = Dictionary({"/O": pdf.make_indirect(own), "/F1": page.Resources.Font.F1})
    shown = b" ".join(b"BT /O 12 Tf 60 %d Td %s Tj ET" % (780 - 40 * number, pikepdf.String(line.encode()).unparse())
                      for number, line in enumerate(lines))  # fmt: skip
    page.Contents = pdf.make_stream(shown)
    return saved(pdf)


LETTERS = "QuincyreportdalsT"
LINES = ["Quincy reported it", "The cat sat on it".replace("h", "r")]


@pytest.mark.parametrize("encoding", ["StandardEncoding", "own"])
@pytest.mark.parametrize("dictionary", ["nothing", "a table", "differences"])
def test_a_letter_goes_whatever_explains_its_code(encoding: str, dictionary: str) -> None:
    table = [chr(code) if chr(code) in LETTERS else "space" if code == 32 else ".notdef" for code in range(256)]
    program = named(outlines(LETTERS), table if encoding == "own" else encoding)
    tables: dict[str, dict[str, Any]] = {
        "nothing": {},
        "a table": {"Encoding": Name.WinAnsiEncoding},
        "differences": {"Encoding": Dictionary(Differences=Array([81, Name.Q, 117, Name.u]))},
    }
    data = in_a_page(program, LINES, **tables[dictionary])
    made = without(data, {"Quincy": "[name removed]"})
    (after,) = programs(made)
    assert set(opened(after).charset) == {".notdef", "space", *LETTERS} - set("Quy")
    assert (look(data)[150:] == look(made)[150:]).all()
    assert (look(data)[150:] != 255).any()


def test_a_font_that_shows_nothing_any_more_has_no_letters() -> None:
    shapes = {name: shape for name, shape in outlines("Quincy").items() if name != "space"}
    program = named(shapes, [chr(code) if chr(code) in "Quincy" else ".notdef" for code in range(256)])
    with pikepdf.open(io.BytesIO(in_a_page(program, ["Quincy"]))) as pdf:
        page, more = pdf.pages[0].obj, b" BT /F1 12 Tf 60 600 Td (Please answer soon) Tj ET"
        page.Contents = pdf.make_stream(page.Contents.read_bytes() + more)
        made = without(saved(pdf), {"Quincy": "[name removed]"})
    assert programs(made)
    assert all(set(opened(program).charset) == {".notdef"} for program in programs(made))


def test_a_letter_that_was_shown_and_is_not_found_is_refused() -> None:
    program = named(outlines("abc"), "ExpertEncoding")
    lost = LostShapes(coded={(97, "")}, shown={(97, "")})
    with pytest.raises(ValueError, match="not found"):
        blank_compact(program, lost)
    assert "a" not in opened(blank_compact(program, LostShapes(coded={(97, "a")}, shown={(97, "a")}))).charset
    assert blank_compact(program, LostShapes(coded={(32, ""), (99, "d")}, shown={(32, "")})) == program


def test_of_two_codes_of_a_glyph_the_one_stays_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library that writes the table writes one of them."""

    class WithSupplement(EncodingCompiler):  # type: ignore[misc]  # the library has no types
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            supplement = bytes((1, 65, 0, 66))  # code 65 is the string 66, an a
            own: bytes = self.data
            self.data: bytes = bytes((own[0] | 0x80,)) + own[1:] + supplement

    with monkeypatch.context() as patched:
        patched.setattr("fontTools.cffLib.EncodingCompiler", WithSupplement)
        program = named(outlines("ab"), [{66: "a", 67: "b"}.get(code, ".notdef") for code in range(256)])

    def codes(*kept: int) -> list[int]:
        lost = LostShapes(coded={(98, "b")}, kept={(code, "") for code in kept})
        return [code for code, name in enumerate(opened(blank_compact(program, lost)).Encoding) if name == "a"]

    assert codes(65) == [65]
    assert codes(66) == [66]
    with pytest.raises(ValueError, match="two codes"):
        codes(65, 66)


def test_a_name_counts_by_its_character_where_the_font_says_another() -> None:
    shapes = outlines("ab")
    shapes["uni00B5"] = shapes.pop("b")
    lost = LostShapes(coded={(181, "mu")}, shown={(181, "mu")})
    assert set(opened(blank_compact(named(shapes), lost)).charset) == {".notdef", "space", "a"}


def test_what_the_dictionary_names_is_not_kept_for_what_the_program_would_say() -> None:
    """Code 66 shows an a by its name, so nothing shows the B that the program has there."""
    made = blank_compact(named(outlines("aB")), LostShapes(coded={(200, "B")}, kept={(66, "a")}))
    assert set(opened(made).charset) == {".notdef", "space", "a"}


def test_glyphs_that_are_called_by_their_place_stay_there_without_a_name() -> None:
    program = named(outlines("abc"))
    made = opened(blank_compact(program, LostShapes(places={3})))
    assert len(made.charset) == 5
    assert "b" not in made.charset
    assert made.charset.index("c") == 4
    assert [ink(made.CharStrings[name]) != [] for name in made.charset[2:]] == [True, False, True]


def test_of_an_opentype_file_the_shapes_alone_are_left() -> None:
    """Its other tables say the same again."""
    data = in_a_page(wrapped(named(outlines(LETTERS))), LINES, subtype=Name.OpenType)
    made = without(data, {"Quincy": "[name removed]"})
    (after,) = programs(made)
    assert set(opened(after).charset) == {".notdef", "space", *LETTERS} - set("Quy")
    assert abs(look(data)[150:].astype(int) - look(made)[150:]).max() < 8
    assert b"/Type1C" in made


def test_fonts_of_one_program_may_all_have_shown_the_letter() -> None:
    with pikepdf.open(io.BytesIO(in_a_page(named(outlines(LETTERS)), LINES))) as pdf:
        page = pdf.pages[0].obj
        page.Resources.Font["/P"] = pdf.make_indirect(Dictionary(dict(page.Resources.Font.O.items())))
        more = b" BT /P 12 Tf 60 600 Td (Quincy is on it) Tj ET"
        page.Contents = pdf.make_stream(page.Contents.read_bytes() + more)
        data = saved(pdf)
    made = without(data, {"Quincy": "[name removed]"})
    assert set(opened(programs(made)[0]).charset) == {".notdef", "space", *LETTERS} - set("Quy")


def test_fonts_that_share_a_table_only_keep_no_letters_for_each_other() -> None:
    """A bold name goes from the bold font, though the other font shows its letters still."""
    with pikepdf.open(io.BytesIO(in_a_page(named(outlines(LETTERS)), ["Quincy"]))) as pdf:
        page = pdf.pages[0].obj
        page.Resources.Font.O.Encoding = pdf.make_indirect(Dictionary(Differences=Array([81, Name.Q, 117, Name.u])))
        second = Dictionary(dict(page.Resources.Font.O.items()))
        descriptor = Dictionary(dict(second.FontDescriptor.items()))
        descriptor.FontFile3 = pdf.make_stream(named(outlines(LETTERS + "M")), Subtype=Name.Type1C)
        second.FontDescriptor = pdf.make_indirect(descriptor)
        page.Resources.Font["/P"] = pdf.make_indirect(second)
        more = b" BT /P 12 Tf 60 600 Td (Quit soon, it is an order) Tj ET"
        page.Contents = pdf.make_stream(page.Contents.read_bytes() + more)
        data = saved(pdf)
    letters = [set(opened(program).charset) for program in programs(without(data, {"Quincy": "[name removed]"}))]
    own, other = sorted(letters, key=lambda one: "M" in one)
    assert not own & set("Quincy")
    assert set("Quin") < other


@ONE_OF_TWO
@pytest.mark.parametrize("who", ["Jurgen Q", "Köln Z"])
def test_fonts_of_two_makes_may_share_a_program(who: str) -> None:
    """As in files by Word: a font of single bytes, and one of places in the program."""
    data = as_word_does([f"User {who} reported it"], ["Just an answer: Züge", "Mül Grün"])
    made = without(data, {who: "[name removed]"})
    assert (look(data)[150:] == look(made)[150:]).all()
    program, _ = programs(made)
    with TTFont(io.BytesIO(program)) as font:
        left = {sign for sign in who if ord(sign) in font.getBestCmap()}
    # The others are shown by one font or the other.
    assert set(who) - left == set("Q" if who.endswith("Q") else "Kö")


def as_word_does(lines: list[str], wide_lines: list[str]) -> bytes:
    pdf = document(b"")
    program = pdf.make_stream(DEJAVU.read_bytes())
    with TTFont(DEJAVU, lazy=True) as font:
        places = {sign: font.getGlyphID(font.getBestCmap()[ord(sign)]) for sign in "".join(wide_lines)}
    about: dict[str, Any] = {
        "Type": Name.FontDescriptor, "FontBBox": [0, 0, 1000, 1000], "Flags": 32, "FontName": Name("/ABCDEF+D"),
        "ItalicAngle": 0, "Ascent": 900, "Descent": -200, "CapHeight": 700, "StemV": 80, "FontFile2": program,
    }  # fmt: skip
    simple = Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/ABCDEF+D"), Encoding=Name.WinAnsiEncoding, FirstChar=32,
        LastChar=255, Widths=Array([600] * 224), FontDescriptor=pdf.make_indirect(Dictionary(**about)),
    )  # fmt: skip
    below = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/ABCDEF+D"), DW=700, CIDToGIDMap=Name.Identity,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(Dictionary(**about)),
    )  # fmt: skip
    wide = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/ABCDEF+D"), Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(below)]),
        ToUnicode=pdf.make_stream(map_of([(place, f"{ord(sign):04x}") for sign, place in places.items()], 2)),
    )  # fmt: skip
    page = pdf.pages[0].obj
    page.Resources.Font = Dictionary({"/S": pdf.make_indirect(simple), "/W": pdf.make_indirect(wide),
                                      "/F1": page.Resources.Font.F1})  # fmt: skip
    strings = [("/S", line.encode("cp1252")) for line in lines]
    strings += [("/W", b"".join(places[sign].to_bytes(2, "big") for sign in line)) for line in wide_lines]
    page.Contents = pdf.make_stream(b" ".join(
        b"BT %s 12 Tf 60 %d Td %s Tj ET" % (name.encode(), 780 - 40 * number, pikepdf.String(shown).unparse())
        for number, (name, shown) in enumerate(strings)
    ))  # fmt: skip
    return saved(pdf)


# Letters made of others.


def accented() -> dict[str, Any]:
    """An Acircumflex of A and circumflex, whose code is 195."""
    shapes = outlines("AB")
    shapes["circumflex"] = outlines("ABC")["C"]
    shapes["Acircumflex"] = T2CharString(program=[600, 0, 0, 65, 195, "endchar"])
    return shapes


def test_what_others_are_made_of_keeps_its_shape_and_loses_its_code() -> None:
    table = [{65: "A", 66: "B", 194: "Acircumflex", 195: "circumflex"}.get(code, ".notdef") for code in range(256)]
    made = opened(blank_compact(named(accented(), table), LostShapes(coded={(65, ""), (66, ""), (195, "")})))
    assert set(made.charset) == {".notdef", "space", "A", "circumflex", "Acircumflex"}
    assert [name for name in made.Encoding if name != ".notdef"] == ["Acircumflex"]
    without_both = opened(blank_compact(named(accented()), LostShapes(coded={(65, ""), (194, "Acircumflex")})))
    assert set(without_both.charset) == {".notdef", "space", "B", "circumflex"}


def written_in(font: Path, lines: list[str]) -> bytes:
    """By reportlab, which takes a subset of the font."""
    pdfmetrics.registerFont(ReportlabFont("Carried", str(font)))
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.setFont("Carried", 14)
    for number, line in enumerate(lines):
        page.drawString(60, 780 - 40 * number, line)
    page.save()
    return out.getvalue()


@ONE_OF_TWO
def test_an_accented_letter_is_drawn_alike_without_the_plain_one() -> None:
    data = written_in(DEJAVU, ["Reuter said so", "Mül Grün ist da"])
    made = without(data, {"Reuter": "[name removed]"})
    assert (look(data)[150:] == look(made)[150:]).all()
    assert (look(data)[150:] != 255).any()
    (program,) = programs(made)
    font = TTFont(io.BytesIO(program))
    shapes = [name for name in font.getGlyphOrder() if font["glyf"][name].numberOfContours != 0]
    (before,) = (TTFont(io.BytesIO(one)) for one in programs(data))
    assert len(shapes) < sum(before["glyf"][name].numberOfContours != 0 for name in before.getGlyphOrder())


@ONE_OF_TWO
def test_a_part_of_a_part_stays() -> None:
    font = TTFont(DEJAVU)
    glyf = font["glyf"]
    order = font.getGlyphOrder()

    def parts(name: str) -> set[str]:
        below = set(glyf[name].getComponentNames(glyf))
        return below.union(*(parts(one) for one in below))

    deep = next(name for name in order if any(glyf[one].isComposite() for one in glyf[name].getComponentNames(glyf)))
    keep = {deep, order[0]}
    made = TTFont(io.BytesIO(blank_truetype(DEJAVU.read_bytes(), LostShapes(places={
        place for place, name in enumerate(order) if name not in keep
    }))))  # fmt: skip
    left = {place for place, name in enumerate(made.getGlyphOrder()) if made["glyf"][name].numberOfContours != 0}
    assert left == {order.index(name) for name in keep | parts(deep)}
    assert {tag for tag in made.keys() if tag in ("GSUB", "GPOS", "GDEF", "kern", "hdmx", "FFTM")} == set()  # noqa: SIM118


# Routines.


def test_routines_that_nothing_calls_any_more_are_empty() -> None:
    """Pieces of letters may stand there."""
    piece = [10, "hlineto", 20, "vlineto", "return"]
    shapes = outlines("abc")
    for number, name in enumerate("ab"):
        shapes[name] = T2CharString(program=[600, 50, 0, "rmoveto", number - 107, "callsubr", "endchar"])
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(list(shapes))
    builder.setupCharacterMap({})
    builder.setupCFF("Own", {"FullName": "Own"}, dict(shapes), {})
    fonts = builder.font["CFF "].cff
    routines = SubrsIndex()
    routines.items = [T2CharString(program=[*piece]) for _ in range(3)]
    fonts[0].Private.Subrs = routines
    fonts[0].Encoding = "StandardEncoding"
    out = io.BytesIO()
    fonts.compile(out, builder.font, isCFF2=False)
    made = opened(blank_compact(out.getvalue(), LostShapes(coded={(97, "")})))
    left = made.Private.Subrs
    assert [re.sub(rb"\x0b$", b"", left[number].bytecode) != b"" for number in range(3)] == [False, True, False]
    unchanged = opened(blank_compact(out.getvalue(), LostShapes(coded={(99, "")}))).Private.Subrs
    assert all(len(unchanged[number].bytecode) > 1 for number in range(3))
