"""Words taken out of a PDF are in none of its readings, everything else is, and no gap says how long a word was."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from gateway.formats import Change, Child, FileEdits, Removed, Rewritten
from gateway.formats.pdf import FORMAT, content
from gateway.model import TextFragment
from pdf_files import (
    carried,
    changes,
    characters_of_fonts,
    document,
    drawn,
    editable,
    holds,
    page_texts,
    rewritten,
    saved,
    shown,
    source,
    without,
    written,
)

WHO, MASK = "章晓鸣", "[姓名略]"
LINES = ["昨晚章晓鸣反映您的直播间有不当内容。", "请在三日内说明情况，谢谢配合。", "Please answer in writing."]
KEPT = ("反映您的直播间有不当内容", "请在三日内说明情况", "Pleaseanswerinwriting")
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")

SMALL = b" q 9 0 0 9 9 9 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x00\xff\x00\xff\nEI\nQ\n"
MADE: dict[str, Callable[[], bytes]] = {
    "by hand": lambda: saved(document(written(LINES))),
    "by reportlab": lambda: drawn(LINES),
    "by fpdf2": lambda: carried(LINES),
    "by fpdf2, justified": lambda: carried(LINES, "J"),
    "in a form": lambda: in_a_form(LINES),
    "with a picture in the content": lambda: saved(document(SMALL + written(LINES) + SMALL)),
    "turned": lambda: turned(LINES),
    "with objects in streams": lambda: saved(
        document(written(LINES)), object_stream_mode=pikepdf.ObjectStreamMode.generate
    ),
}


def in_a_form(lines: list[str]) -> bytes:
    pdf = document(b"q 0.9 0 0 0.9 10 20 cm /Fm Do Q")
    page = pdf.pages[0].obj
    form = pdf.make_stream(written(lines), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842])
    form.Resources = page.Resources
    page.Resources = Dictionary(XObject=Dictionary(Fm=form))
    return saved(pdf)


def turned(lines: list[str]) -> bytes:
    with pikepdf.open(io.BytesIO(carried(lines))) as pdf:
        page = pdf.pages[0]
        page.contents_add(b"q 0 1 -1 0 842 0 cm", prepend=True)
        page.contents_add(b"Q")
        page.obj.MediaBox, page.obj.Rotate = Array([0, 0, 842, 595]), 90
        return saved(pdf)


def text(data: bytes) -> str:
    return "".join("".join(page_texts(data)).split())


@pytest.mark.parametrize("make", MADE)
def test_a_word_is_gone_from_every_reading_and_the_others_stay(make: str) -> None:
    made = without(MADE[make](), {WHO: MASK})
    assert not holds(made, WHO)
    assert not set(WHO) & set(characters_of_fonts(made))
    assert all(one in text(made) for one in KEPT)
    assert "昨晚[姓名略]反映" in text(made)


@pytest.mark.parametrize("make", MADE)
def test_nothing_asked_is_nothing_done(make: str) -> None:
    data = MADE[make]()
    assert FORMAT.rewrite is not None
    assert FORMAT.rewrite(source(data), FileEdits()) == Rewritten(data)


def test_pages_that_nothing_is_asked_of_keep_their_content() -> None:
    pdf = document(written(LINES), 2)
    other = written(["No name on this page, and the same bytes afterwards."])
    pdf.pages[1].obj.Contents = pdf.make_stream(other)
    with pikepdf.open(io.BytesIO(without(saved(pdf), {WHO: MASK}))) as made:
        assert made.pages[1].obj.Contents.read_bytes() == other


def test_pages_that_say_the_same_lose_the_same() -> None:
    made = without(saved(document(written(LINES), 3)), {WHO: MASK})
    assert [WHO in page for page in page_texts(made)] == [False] * 3


def test_a_form_on_every_page_is_changed_once() -> None:
    with pikepdf.open(io.BytesIO(in_a_form(LINES))) as pdf:
        for number in range(2):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Resources = pdf.pages[0].obj.Resources
            fonts = pdf.pages[0].obj.Resources.XObject.Fm.Resources.Font
            page.obj.Resources.Font = fonts
            page.obj.Contents = pdf.make_stream(b"q 0.9 0 0 0.9 10 20 cm /Fm Do Q " + written([f"page {number}"]))
        data = saved(pdf)
    made = without(data, {WHO: MASK})
    assert not holds(made, WHO)
    assert text(made).count(MASK) == 3


# Whoever it was: files that differ in the name alone come out alike.

NAMES = ("Li", "Montgomery", "Wim Illi", "Wilhelmina-Augusta")
HAN_NAMES = ("张三", "章晓鸣", "欧阳晓明")


def left(name: str) -> bytes:
    return written([f"Viewer {name} wrote to us about it.", "Please answer in writing."])


def right(name: str) -> bytes:
    lines = [f"as {name} wrote to us", "please answer", "Yours"]
    return _aligned(lines, lambda width: 500 - width)


def centred(name: str) -> bytes:
    return _aligned([f"What {name} wrote to us", "Notice", "The end of it"], lambda width: 297.5 - width / 2)


def _aligned(lines: list[str], left_of: Callable[[float], float]) -> bytes:
    from gateway.formats.pdf.glyphs import standard_widths

    widths = standard_widths("Helvetica")
    made = []
    for number, line in enumerate(lines):
        width = 12 * sum(widths[ord(sign)] for sign in line)
        made.append(b"BT /F1 12 Tf %.5f %d Td %s Tj ET" % (left_of(width), 700 - 20 * number, shown(line)))
    return b"\n".join(made)


def justified(name: str) -> bytes:
    """Blanks are as wide as the line leaves them, by `Tw`."""
    from gateway.formats.pdf.glyphs import standard_widths

    widths = standard_widths("Helvetica")
    made = [b"BT /F1 12 Tf 60 700 Td 14 TL"]
    for line in (f"Viewer {name} wrote to us about the evening", "and asked for an answer in writing by Monday"):
        spare = 330 - 12 * sum(widths[ord(sign)] for sign in line)
        made.append(b"%.5f Tw %s Tj T*" % (spare / line.count(" "), shown(line)))
    return b"\n".join([*made, b"0 Tw (Yours) Tj ET"])


def kerned(name: str) -> bytes:
    parts = b" ".join(b"%s %d" % (shown(sign), (number * 7) % 40 - 20) for number, sign in enumerate(name))
    return b"BT /F1 12 Tf 60 700 Td [(Viewer ) 0 %s ( wrote) 15 ( to us)] TJ 0 -20 Td (Please answer) Tj ET" % parts


def spread(name: str) -> bytes:
    """Letter by letter, as a line that is filled spreads them."""
    parts = b" -200 ".join(shown(sign) for sign in name)
    return (
        b"BT /F1 12 Tf 60 700 Td [(Viewer ) -200 %s -200 ( wrote) 15 ( to us)] TJ 0 -20 Td (Please answer) Tj ET"
        % parts
    )


def pieces(name: str) -> bytes:
    """Each word placed by itself, and a line under the name."""
    from gateway.formats.pdf.glyphs import standard_widths

    width = 12 * sum(standard_widths("Helvetica")[ord(sign)] for sign in name)
    after = 100 + width + 3.4
    return b"BT /F1 12 Tf 60 700 Td (Viewer) Tj ET BT /F1 12 Tf 100 700 Td %s Tj ET " % shown(name) + (
        b"100 698 m %.4f 698 l S 99 697 %.4f 12 re f BT /F1 12 Tf %.4f 700 Td (wrote) Tj ET "
        b"BT /F1 12 Tf 60 680 Td (Please answer) Tj ET" % (100 + width, width + 2, after)
    )


LAYOUTS = {one.__name__: one for one in (left, right, centred, justified, kerned, spread, pieces)}


def content_of(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return bytes(pdf.pages[0].obj.Contents.read_bytes())


def look_of(data: bytes) -> bytes:
    pdf = pdfium.PdfDocument(data)
    try:
        return bytes(pdf[0].render(scale=2).to_numpy().tobytes())
    finally:
        pdf.close()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_gap_does_not_say_who_it_was(layout: str) -> None:
    made = {name: without(saved(document(LAYOUTS[layout](name))), {name: "[name removed]"}) for name in NAMES}
    assert len({look_of(data) for data in made.values()}) == 1
    assert len({text(data) for data in made.values()}) == 1
    assert all("[nameremoved]wrote" in text(data) for data in made.values())


@pytest.mark.parametrize("align", ["L", "C", "R"])
def test_the_gap_does_not_say_how_many_characters_a_name_had(align: str) -> None:
    files = {name: carried([f"用户{name}反映您的直播", "请在三日内说明情况", "客服部"], align) for name in HAN_NAMES}
    made = [without(data, {name: MASK}) for name, data in files.items()]
    assert len({look_of(data) for data in made}) == 1


def test_what_stands_in_the_next_cell_stays_there_and_is_not_run_into() -> None:
    content = written(["姓名"]) + b" BT /F2 12 Tf 100 700 Td %s Tj ET BT /F2 12 Tf 150 700 Td %s Tj ET" % (
        shown("张三"), shown("内容"),
    )  # fmt: skip
    bars = b" 0 0 0 rg 98 690 1 20 re f 145 690 1 20 re f"
    made = without(saved(document(content + bars)), {"张三": "[姓名已略去]"})
    assert "[姓名已略去]" in text(made)
    assert b"1 0 0 1 150 700 Tm" in content_of(made) or b"150 700 Td" in content_of(made)
    assert b"Tz" in content_of(made)


def test_a_word_over_two_lines_goes_from_both() -> None:
    made = without(saved(document(written(["昨晚章晓", "鸣反映您的直播间有不当内容。"]))), {"章晓\n鸣": MASK})
    assert not holds(made, WHO)
    assert "鸣" not in text(made)
    assert "反映您的直播间" in text(made)


def test_words_drawn_twice_for_a_bold_look_go_twice() -> None:
    twice = b"BT /F2 12 Tf 60 700 Td %s Tj ET BT /F2 12 Tf 60.4 700 Td %s Tj ET" % ((shown(LINES[0]),) * 2)
    made = without(saved(document(twice)), {WHO: MASK})
    assert not holds(made, WHO)
    assert WHO.encode("utf-16-be") not in content_of(made)


# What only the word needed goes with it.


def test_shapes_of_letters_that_no_page_shows_any_more_are_gone() -> None:
    for font in (None, DEJAVU):
        name = WHO if font is None else "Zxq Qvj"
        data = carried([f"ab {name} cd", "only letters of the first part ab cd"], font=font)
        made = without(data, {name: "[name removed]"})
        assert not set(name.replace(" ", "")) & set(characters_of_fonts(made))
        assert shapes(data) - shapes(made) >= len(set(name.replace(" ", "")))
        assert "onlyletters" in text(made)


def shapes(data: bytes) -> int:
    """How many letters of the fonts in a file have a shape."""
    from fontTools.cffLib import CFFFontSet
    from fontTools.ttLib import TTFont

    count = 0
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            if not isinstance(thing, pikepdf.Dictionary):
                continue
            if "/FontFile2" in thing:
                font = TTFont(io.BytesIO(bytes(thing.FontFile2.read_bytes())))
                count += sum(font["glyf"][name].numberOfContours != 0 for name in font.getGlyphOrder())
            if "/FontFile3" in thing:
                fonts = CFFFontSet()
                fonts.decompile(io.BytesIO(bytes(thing.FontFile3.read_bytes())), TTFont(recalcBBoxes=False))
                letters = fonts[0].CharStrings
                for name in letters.charStrings:
                    letters[name].decompile()
                    count += len(letters[name].program) > 2
    return count


def type3(pdf: pikepdf.Pdf, letters: str) -> Any:
    drawing = {f"/g{ord(one):x}": pdf.make_stream(b"600 0 d0 %d 0 300 700 re f" % (ord(one) % 90)) for one in letters}
    pairs = "\n".join(f"<{number:02x}> <{ord(one):04x}>" for number, one in enumerate(letters))
    to_unicode = f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange {len(letters)} beginbfchar\n{pairs}\n"
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 600, 700], FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
            CharProcs=Dictionary(drawing), FirstChar=0, LastChar=len(letters) - 1, Widths=[600] * len(letters),
            Encoding=Dictionary(Differences=[0, *(Name(name) for name in drawing)]), Resources=Dictionary(),
            ToUnicode=pdf.make_stream((to_unicode + "endbfchar endcmap").encode()),
        )
    )  # fmt: skip


def test_letters_that_are_drawings_of_the_file_go_too() -> None:
    pdf = document(b"")
    pdf.pages[0].obj.Resources.Font.F3 = type3(pdf, "用户章晓鸣反映直播")
    pdf.pages[0].obj.Contents = pdf.make_stream(b"BT /F3 12 Tf 60 700 Td <000102030405060708> Tj ET")
    data = saved(pdf)
    assert page_texts(data) == ["用户章晓鸣反映直播"]
    made = without(data, {WHO: MASK})
    with pikepdf.open(io.BytesIO(made)) as after:
        names = set(after.pages[0].obj.Resources.Font.F3.CharProcs.keys())
    assert names == {f"/g{ord(one):x}" for one in "用户反映直播"}
    assert not any(f"g{ord(one):x}".encode() in made for one in WHO)


def spoken_for(words: str, line: str) -> bytes:
    mark = b"/Span <</ActualText %s /MCID 3>> BDC " % pikepdf.String(words).unparse()
    return b"BT /F2 12 Tf 60 700 Td %s Tj %s %s Tj EMC %s Tj ET " % (
        shown("昨晚"), mark, shown(line), shown("反映您的直播间有不当内容，请说明。"),
    )  # fmt: skip


@pytest.mark.parametrize(("words", "line"), [(WHO, WHO), (WHO, "某某某"), (f"{WHO}先生", "章先生")])
def test_words_to_be_spoken_go_with_what_they_stand_for(words: str, line: str) -> None:
    made = without(saved(document(spoken_for(words, line))), {WHO: MASK})
    assert not holds(made, WHO)
    assert "章" not in text(made)
    assert "反映您的直播间有不当内容" in text(made)
    assert b"MCID" in content_of(made)


def test_a_page_that_is_spoken_in_other_words_is_refused() -> None:
    data = saved(document(spoken_for(f"{WHO}反映您的直播间", LINES[1] * 4)))
    with pytest.raises(ValueError, match="spoken"):
        without(data, {WHO: MASK})


def test_words_that_are_only_spoken_go_alone() -> None:
    mark = b"/Span <</ActualText %s>> BDC EMC " % pikepdf.String(WHO).unparse()
    made = without(saved(document(mark + written(LINES[1:]))), {WHO: MASK})
    assert not holds(made, WHO)
    assert "请在三日内说明情况" in text(made)


def test_a_link_over_the_word_goes_and_others_stay() -> None:
    pdf = document(written([LINES[0], LINES[1]]))
    for low, target in ((776, "https://one.example/"), (756, "https://two.example/")):
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[80, low, 130, low + 14])
        link.A = Dictionary(S=Name.URI, URI=String(target))
        notes = list(pdf.pages[0].obj.get("/Annots", ()))
        pdf.pages[0].obj.Annots = Array([*notes, pdf.make_indirect(link)])
    made = without(saved(pdf), {WHO: MASK})
    assert b"two.example" in made
    assert b"one.example" not in made


def test_a_link_over_the_word_goes_though_it_says_the_word_itself() -> None:
    pdf = document(written([LINES[0], LINES[1]]))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[80, 776, 130, 790], Contents=String(WHO))
    link.A = Dictionary(S=Name.URI, URI=String(f"https://one.example/{WHO}"))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
    made = without(saved(pdf), {WHO: MASK})
    assert not holds(made, WHO)
    assert b"one.example" not in made


def note(pdf: pikepdf.Pdf, **entries: Any) -> None:
    shape = pdf.make_stream(written([LINES[0]]), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    one = Dictionary(Type=Name.Annot, Rect=[9, 9, 99, 29], AP=Dictionary(N=shape), **entries)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(one)])


def field(pdf: pikepdf.Pdf) -> None:
    note(pdf, Subtype=Name.Widget, FT=Name.Tx, T=String("who"), V=String(f"用户{WHO}"), DA=String("/F1 9 Tf"))
    pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].obj.Annots)


def titled(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(f"{WHO}反映", 0))


def described(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Author"] = WHO
    with pdf.open_metadata() as properties:
        properties["dc:creator"] = [WHO]


def off_the_list(pdf: pikepdf.Pdf) -> None:
    other = document(written([LINES[0]]))
    pdf.Root.Odd = pdf.copy_foreign(other.make_indirect(other.pages[0].obj))


BESIDE: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "a note": lambda pdf: note(pdf, Subtype=Name.Text, Contents=String(f"{WHO}反映"), T=String(WHO)),
    "a link": lambda pdf: note(pdf, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(f"https://x/{WHO}"))),
    "a field": field,
    "a bookmark": titled,
    "the properties": described,
    "a script": lambda pdf: setattr(pdf.Root, "OpenAction", Dictionary(S=Name.JavaScript, JS=String(WHO))),
    "a long script": lambda pdf: setattr(
        pdf.Root, "OpenAction", Dictionary(S=Name.JavaScript, JS=pdf.make_stream(WHO.encode()))
    ),
    "properties in GBK": lambda pdf: pdf.docinfo.__setitem__("/Author", String(WHO.encode("gbk"))),
    "a note in GBK": lambda pdf: note(pdf, Subtype=Name.Text, Contents=String(WHO.encode("gbk"))),
    "a page off the list": off_the_list,
    "an object of nobody's": lambda pdf: setattr(pdf.Root, "Odd", pdf.make_indirect(Dictionary(X=String(WHO)))),
    "the name of a file": lambda pdf: pdf.attachments.__setitem__(f"{WHO}.txt", b"nothing"),
}


@pytest.mark.parametrize("place", BESIDE)
def test_what_stands_beside_the_pages_goes_too(place: str) -> None:
    pdf = document(written(["Nothing of anybody stands on this page, which has words enough."]))
    BESIDE[place](pdf)
    data = saved(pdf)
    assert any(WHO in one.text for one in editable(data))
    made = without(data, {WHO: MASK})
    assert not holds(made, WHO)
    assert not [one for one in editable(made) if WHO in one.text]
    assert "Nothingofanybody" in text(made)


@pytest.mark.parametrize("place", ["a note", "a field"])
def test_what_was_drawn_of_a_string_goes_with_it(place: str) -> None:
    pdf = document(written(["Nothing of anybody stands on this page, which has words enough."]))
    BESIDE[place](pdf)
    with pikepdf.open(io.BytesIO(without(saved(pdf), {WHO: MASK}))) as made:
        (one,) = made.pages[0].obj.Annots
        assert "/AP" not in one
        assert place == "a note" or bool(made.Root.AcroForm.NeedAppearances)


def test_a_file_changed_in_any_way_says_nothing_of_who_wrote_it() -> None:
    pdf = document(written(LINES))
    pdf.docinfo["/Author"], pdf.docinfo["/Producer"] = "客服一组", "an office program"
    made = without(saved(pdf), {WHO: MASK})
    with pikepdf.open(io.BytesIO(made)) as after:
        assert not after.docinfo
        assert "/Metadata" not in after.Root


def test_an_older_version_of_the_file_is_gone() -> None:
    first = saved(document(written(LINES)))
    with pikepdf.open(io.BytesIO(first)) as pdf:
        number, size, root = pdf.pages[0].obj.Contents.objgen[0], int(pdf.trailer.Size), pdf.Root.objgen[0]
    before = int(first[first.rindex(b"startxref") :].split()[1])
    later = written(["Nothing of anybody stands on this page, which has words enough."])
    body = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, len(later), later)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        number, len(first), size, root, before, len(first) + len(body),
    )  # fmt: skip
    made = without(first + body + table, {WHO: MASK})
    assert not holds(made, WHO)
    assert made.count(b"%%EOF") == 1


def test_files_inside_are_changed_or_taken_out() -> None:
    pdf = document(written(["Nothing of anybody stands on this page, which has words enough."]))
    for name in ("a.txt", "b.txt", "c.txt"):
        pdf.attachments[name] = f"{name} {WHO}".encode()
    data = saved(pdf)
    children = {one.name: one for one in FORMAT.read(source(data)) if isinstance(one, Child)}
    assert FORMAT.rewrite is not None
    edits = ((children["a.txt"], Rewritten(b"new")), (children["b.txt"], Removed("[附件略]")))
    made = FORMAT.rewrite(source(data), FileEdits(children=edits)).data
    after = {one.name: one.data for one in FORMAT.read(source(made)) if isinstance(one, Child)}
    assert after == {"a.txt": b"new", "c.txt": children["c.txt"].data}
    assert f"b.txt {WHO}".encode() not in made


# What is not done.


def test_a_file_inside_that_is_taken_out_may_be_called_by_the_word() -> None:
    pdf = document(written(LINES))
    pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, b"one", filename="a.txt", description=f"{WHO}反映")
    data = saved(pdf)
    (child,) = (one for one in FORMAT.read(source(data)) if isinstance(one, Child))
    assert FORMAT.rewrite is not None
    edits = FileEdits(tuple(changes(data, {WHO: MASK})), (), ((child, Removed("[附件略]")),))
    made = FORMAT.rewrite(source(data), edits).data
    assert not holds(made, WHO)
    with pikepdf.open(io.BytesIO(made)) as after:
        assert not list(after.attachments)


def signed() -> bytes:
    pdf = document(written(LINES))
    signature = Dictionary(Type=Name.Sig, ByteRange=[0, 1, 2, 3], Contents=b"\0" * 20)
    field = Dictionary(FT=Name.Sig, T=String("s"), V=pdf.make_indirect(signature))
    pdf.Root.AcroForm = Dictionary(SigFlags=3, Fields=Array([pdf.make_indirect(field)]))
    return saved(pdf)


def encrypted() -> bytes:
    return saved(document(written(LINES)), encryption=pikepdf.Encryption(user="", owner="x"))


@pytest.mark.parametrize("make", [signed, encrypted])
def test_a_signed_or_encrypted_file_is_never_changed(make: Callable[[], bytes]) -> None:
    data = make()
    fragments = [one for one in FORMAT.read(source(data)) if isinstance(one, TextFragment)]
    assert any(WHO in one.text for one in fragments)
    assert not any(one.editable for one in fragments)
    assert not any(one.path for one in FORMAT.read(source(data)) if isinstance(one, Child))
    with pytest.raises(ValueError, match="signed or encrypted"):
        rewritten(data, [Change(0, (0, 1), "x")])


def vertical() -> bytes:
    pdf = document(written(LINES))
    pdf.pages[0].obj.Resources.Font.F2.Encoding = Name("/UniGB-UCS2-V")
    return saved(pdf)


def nested() -> bytes:
    pdf = document(b"/Fm Do " + written(LINES))
    form = pdf.make_stream(b"/Fm Do /Fm Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.Resources = Dictionary(XObject=Dictionary(Fm=form))
    pdf.pages[0].obj.Resources.XObject = Dictionary(Fm=form)
    return saved(pdf)


def fanned() -> bytes:
    """Each form draws the next ten times."""
    pdf = document(b"/Fm Do " + written(LINES))
    inner: Any = None
    for _ in range(10):
        drawing = b"/Fm Do " * 10 if inner is not None else written(LINES)
        form = pdf.make_stream(drawing, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        form.Resources = Dictionary(Font=pdf.pages[0].obj.Resources.Font)
        if inner is not None:
            form.Resources.XObject = Dictionary(Fm=inner)
        inner = form
    pdf.pages[0].obj.Resources.XObject = Dictionary(Fm=inner)
    return saved(pdf)


def hollow() -> bytes:
    pdf = document(written(LINES) + b" BT /F3 12 Tf 60 90 Td (abcd) Tj ET")
    below = Dictionary(Type=Name.Font, Subtype=Name.Type0, Encoding=Name("/Identity-H"), DescendantFonts=Array([None]))
    pdf.pages[0].obj.Resources.Font["/F3"] = pdf.make_indirect(below)
    return saved(pdf)


def packed_by_nobody() -> bytes:
    pdf = document(written(LINES))
    form = pdf.make_stream(b"0 0 m", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.write(b"0 0 m", filter=Name("/Nobody"))
    pdf.pages[0].obj.Resources.XObject = Dictionary(Fm=form)
    return saved(pdf)


def test_a_font_may_be_named_in_the_charset_of_a_chinese_windows() -> None:
    pdf = document(written(LINES))
    pdf.pages[0].obj.Resources.Font.F2.BaseFont = pikepdf.Object.parse(b"/#cb#ce#cc#e5")
    made = without(saved(pdf), {WHO: MASK})
    assert not holds(made, WHO)


def of_gbk() -> bytes:
    pdf = document(written(LINES))
    name = "".join(f"#{byte:02x}" for byte in WHO.encode("gbk"))
    pdf.pages[0].obj.Resources.Font.F2.BaseFont = pikepdf.Object.parse(f"/{name}".encode())
    return saved(pdf)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "an operator of nobody's": lambda: saved(document(b"1 2 zz " + written(LINES))),
    "text that clips": lambda: saved(document(b"BT 7 Tr ET " + written(LINES))),
    "writing from top to bottom": vertical,
    "a font without the font below it": hollow,
    "a font of the word's own name": of_gbk,
    "a form packed in a way that no standard knows": packed_by_nobody,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_cannot_be_followed_is_refused(case: str) -> None:
    data = HOSTILE[case]()
    edits = changes(data, {WHO: MASK}) or [Change(0, (0, 2), MASK)]
    with pytest.raises(ValueError, match=r"\w"):
        rewritten(data, edits)


@pytest.mark.parametrize("make", [nested, fanned])
def test_forms_in_forms_are_not_followed_to_their_end(make: Callable[[], bytes]) -> None:
    with pikepdf.open(io.BytesIO(make())) as pdf, pytest.raises(ValueError, match="forms in forms"):
        content.drawn(pdf.pages[0])


def test_an_edit_without_a_place_is_refused() -> None:
    data = saved(document(written(LINES)))
    with pytest.raises(ValueError, match="does not have"):
        rewritten(data, [Change(99, (0, 1), MASK)])


# Whatever is written, and wherever it is cut.

ALPHABET = "请在三日内说明情况谢配合直播间abcXYZ 0189.,"
SIGNS = st.text(alphabet=ALPHABET, min_size=1, max_size=24).filter(str.strip)


def placed(lines: list[str], way: int, size: float) -> bytes:
    """Lines by one of several ways of placing text, in a font that the file carries."""
    made = [
        written(["This page has enough words of its own that nobody needs to draw it."], left=20),
        b"q 1 0 0 1 0 -40 cm BT 16 TL 60 780 Td /F3 %g Tf" % size,
    ]
    for number, line in enumerate(lines):
        string, first, second = map(coded, (line, line[: len(line) // 2], line[len(line) // 2 :]))
        match way:
            case 0:
                made.append(b"%s Tj 0 %g Td" % (string, -2 * size))
            case 1:
                made.append(b"%s '" % string)
            case 2:
                made.append(b'1 0.5 %s "' % string)
            case 3:
                made.append(b"[%s -20 %s] TJ 0 %g TD" % (first, second, -2 * size))
            case _:
                made.append(b"1 0 0 1 60 %g Tm 90 Tz %s Tj" % (780 - 3 * size * number, string))
    pdf = document(b"\n".join([*made, b"ET Q"]))
    pdf.pages[0].obj.Resources.Font.F3 = type3(pdf, ALPHABET)
    return saved(pdf)


def coded(line: str) -> bytes:
    return b"<%s>" % "".join(f"{ALPHABET.index(sign):02x}" for sign in line).encode()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(SIGNS, min_size=1, max_size=4),
    st.integers(0, 4),
    st.sampled_from([8, 11.5, 14]),
    st.integers(0, 60),
    st.integers(1, 8),
)
def test_wherever_it_is_cut_the_rest_is_there_and_the_word_is_not(
    lines: list[str], way: int, size: float, start: int, length: int
) -> None:
    data = placed(lines, way, size)
    pages = [one for one in editable(data) if one.medium == "document"]
    if "\n" not in pages[0].text:
        return
    said = pages[0].text
    first = said.index("\n") + 1
    start = first + start % (len(said) - first)
    end = min(len(said), start + length)
    if not said[start:end].strip() or "\n" in said[start:end]:
        return
    made = rewritten(data, [Change(0, (start, end), "[§]")])
    expected = "".join((said[:start] + "[§]" + said[end:]).split())
    assert text(made) == expected
