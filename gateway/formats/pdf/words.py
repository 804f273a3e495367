"""What is written in a page in place of what was taken out, in fonts that no file has to carry.

Latin letters stand in Helvetica, Han characters in the song face that every viewer of PDF finds a font for (ISO 32000-2
sections 9.6.2.2 and 9.7.5.2). How wide a word is depends on the word alone.

In: a word. Out: `Word`. ValueError for characters that neither font has.
"""

from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf

from gateway.formats.pdf.glyphs import standard_widths

_SERIF, _SANS = "STSong-Light", "Helvetica"
LATIN, HAN = "/HgLatin", "/HgHan"


@dataclass(frozen=True, slots=True)
class Word:
    """A string for `Tj` in the font of this resource name; `width` in em."""

    font: str
    string: bytes
    width: float


def word_of(text: str) -> Word:
    """In the simpler font that has all its characters."""
    text = " ".join(text.split())
    try:
        string = text.encode("cp1252")
    except UnicodeEncodeError:
        text.encode("gbk")  # what the other font has
        return Word(HAN, text.encode("utf-16-be"), sum(0.5 if sign.isascii() else 1.0 for sign in text))
    widths = standard_widths(_SANS)
    return Word(LATIN, string, sum(widths.get(code, 0.5) for code in string))


def font_for(pdf: Pdf, name: str) -> Any:
    """The font's dictionary, an object of the document."""
    if name == LATIN:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
        return pdf.make_indirect(font)
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/" + _SERIF), Flags=6, FontBBox=Array([-25, -254, 1000, 880]),
        ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=880, StemV=93,
    )  # fmt: skip
    below = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/" + _SERIF), DW=1000,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"GB1", Supplement=4),
        FontDescriptor=pdf.make_indirect(descriptor), W=Array([1, 95, 500]),
    )  # fmt: skip
    whole = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/" + _SERIF), Encoding=Name("/UniGB-UCS2-H"),
        DescendantFonts=Array([pdf.make_indirect(below)]),
    )  # fmt: skip
    return pdf.make_indirect(whole)
