"""How a font of a page cuts a string into codes, and how far each goes (ISO 32000-2 sections 9.6 to 9.8).

In: the font's dictionary. Out: `Font`. ValueError for fonts whose codes or widths are not plain to see.
"""

import ctypes
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pikepdf
import pypdfium2.raw as raw

from gateway.formats.pdf.geometry import matrix_of

_MOST_WIDTHS = 70_000
_TWO_BYTES = ("UCS2-H", "UTF16-H")
_MIXED = {"GBK-EUC-H": 814, "GBKp-EUC-H": 1, "GBK2K-H": 814, "GB-EUC-H": 814}
"""Tables of one and two bytes, and the CID of the blank in each."""
_SPACE = re.compile(rb"begincodespacerange\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*endcodespacerange")
_CID_BLOCK = re.compile(rb"begincid(char|range)(.*?)endcid\1", re.DOTALL)
_CID_CHAR = re.compile(rb"<([0-9A-Fa-f]{4})>()\s*(\d{1,5})\b")
_CID_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*(\d{1,5})\b")
_SIMPLE = frozenset(("/Type1", "/MMType1", "/TrueType", "/Type3"))


@dataclass(frozen=True, slots=True)
class Font:
    """`key` is its object's number, None for one that stands in place. `em` is how high its square is at size 1."""

    key: tuple[int, int] | None
    thing: Any = field(repr=False)
    is_wide: bool
    is_mixed: bool
    widths: dict[int, float] = field(repr=False)
    usual: float
    em: float = 1.0

    def codes(self, string: bytes) -> list[bytes]:
        """The string, code by code."""
        if not self.is_wide:
            return [string[at : at + 1] for at in range(len(string))]
        if not self.is_mixed:
            if len(string) % 2:
                raise ValueError("half a code")
            return [string[at : at + 2] for at in range(0, len(string), 2)]
        codes, at = [], 0
        while at < len(string):
            size = 1 if string[at] <= 0x80 else 2
            codes.append(string[at : at + size])
            at += size
        return codes

    def width(self, code: bytes) -> float:
        """In text space at size 1."""
        return self.widths.get(int.from_bytes(code, "big"), self.usual)


def font_of(thing: Any) -> Font:
    """Of its dictionary."""
    if not isinstance(thing, pikepdf.Dictionary):
        raise ValueError("no font")  # noqa: TRY004  # of the file, not of a call
    kind = str(thing.get("/Subtype", ""))
    key = tuple(thing.objgen) if thing.is_indirect else None
    if kind == "/Type0":
        return _composite(thing, key)
    if kind not in _SIMPLE:
        raise ValueError("a font of no known kind")
    return _simple(thing, key, kind)


def _simple(thing: Any, key: Any, kind: str) -> Font:
    unit, em = 0.001, 1.0
    if kind == "/Type3":
        matrix = matrix_of(thing.get("/FontMatrix"))
        if abs(matrix[1]) > 1e-9 or matrix[0] <= 0:
            raise ValueError("a font that is turned")
        unit, em = matrix[0], 1000 * matrix[0]
    usual = 0.0
    descriptor = thing.get("/FontDescriptor")
    if isinstance(descriptor, pikepdf.Dictionary):
        usual = float(descriptor.get("/MissingWidth", 0)) * 0.001
    given = thing.get("/Widths")
    if isinstance(given, pikepdf.Array):
        first = int(thing.get("/FirstChar", 0))
        widths = {first + number: float(width) * unit for number, width in enumerate(given) if number < 256}
    elif kind == "/Type3":
        raise ValueError("a font without widths")
    else:
        widths = standard_widths(str(thing.get("/BaseFont", ""))[1:])
    return Font(key, thing, False, False, widths, usual, em)


def _composite(thing: Any, key: Any) -> Font:
    encoding = thing.get("/Encoding")
    name = str(encoding)[1:] if isinstance(encoding, pikepdf.Name) else ""
    below = thing.get("/DescendantFonts")
    if not isinstance(below, pikepdf.Array) or len(below) != 1 or not isinstance(below[0], pikepdf.Dictionary):
        raise ValueError("a font of no known make")
    usual = float(below[0].get("/DW", 1000)) * 0.001
    widths = _listed(below[0].get("/W"))
    if name == "Identity-H":
        return Font(key, thing, True, False, widths, usual)
    if isinstance(encoding, pikepdf.Stream):
        by_code = {code: widths.get(number, usual) for code, number in numbers_in(encoding).items()}
        return Font(key, thing, True, False, by_code, usual)
    # In all four collections of Adobe the letters of ASCII are CID 1 to 95; what else is narrow is not known here.
    if name.endswith(_TWO_BYTES):
        letters = {code: widths.get(code - 0x1F, usual) for code in range(0x20, 0x7F)}
        return Font(key, thing, True, False, letters, usual)
    if name in _MIXED:
        letters = {code: widths.get(code - 0x20 + _MIXED[name], usual) for code in range(0x20, 0x7F)}
        return Font(key, thing, True, True, letters, usual)
    raise ValueError("codes of an unknown make")


def numbers_in(stream: Any) -> dict[int, int]:
    """CIDs by code, of a table that the file carries (section 9.7.5.4), where all codes are of two bytes."""
    data = bytes(stream.read_bytes())
    spaces = _SPACE.findall(data)
    if not spaces or any(len(low) != 4 or len(high) != 4 for low, high in spaces):
        raise ValueError("codes of an unknown make")
    if b"/WMode 1" in data or b"usecmap" in data:
        raise ValueError("codes of an unknown make")
    numbers: dict[int, int] = {}
    for block in _CID_BLOCK.finditer(data):
        for low, high, first in (_CID_RANGE if block[1] == b"range" else _CID_CHAR).findall(block[2]):
            start, end = int(low, 16), int(high or low, 16)
            if end - start > _MOST_WIDTHS or len(numbers) > _MOST_WIDTHS:
                raise ValueError("more codes than a font has")
            numbers.update((code, int(first) + code - start) for code in range(start, end + 1))
    return numbers


def _listed(array: Any) -> dict[int, float]:
    """`/W` of a font of CIDs (section 9.7.4.3)."""
    widths: dict[int, float] = {}
    if not isinstance(array, pikepdf.Array):
        return widths
    things = list(array)
    at = 0
    while at + 1 < len(things):
        first, second = int(things[at]), things[at + 1]
        if isinstance(second, pikepdf.Array):
            for number, width in enumerate(second):
                widths[first + number] = float(width) * 0.001
            at += 2
        elif at + 2 < len(things):
            if int(second) - first > _MOST_WIDTHS:
                raise ValueError("more widths than a font has")
            for code in range(first, int(second) + 1):
                widths[code] = float(things[at + 2]) * 0.001
            at += 3
        else:
            break
        if len(widths) > _MOST_WIDTHS:
            raise ValueError("more widths than a font has")
    return widths


@cache
def standard_widths(name: str) -> dict[int, float]:
    """Widths of a font that every viewer has (section 9.6.2.2), as PDFium knows them, by code of WinAnsi."""
    document = raw.FPDF_CreateNewDocument()
    try:
        font = raw.FPDFText_LoadStandardFont(document, name.encode("ascii", "replace"))
        if not font:
            raise ValueError("a font without widths")
        widths = {}
        for code in range(32, 256):
            sign = bytes((code,)).decode("cp1252", "replace")
            width = ctypes.c_float()
            if raw.FPDFFont_GetGlyphWidth(font, ord(sign), 1000.0, width):
                widths[code] = width.value * 0.001
        raw.FPDFFont_Close(font)
    finally:
        raw.FPDF_CloseDocument(document)
    return widths
