"""What strings say whose codes are characters, or are said to be, in fonts that the file does not carry.

Where no font is at hand for such a string, PDFium finds no room for a letter that stands in a string by itself, and
leaves it out; whoever has the font reads a name that is written letter by letter.

In: an open document. Out: a text for each page and form that has such strings. Raises pikepdf's errors, ValueError.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

from gateway.formats.pdf.content import MOST_BYTES, parsed, size_of
from gateway.formats.pdf.to_unicode import characters_by_code

_CODECS = {
    "UCS2-H": "utf-16-be", "UCS2-V": "utf-16-be", "UTF16-H": "utf-16-be", "UTF16-V": "utf-16-be",
    "GBK-EUC-H": "gb18030", "GBK-EUC-V": "gb18030", "GBKp-EUC-H": "gb18030", "GBKp-EUC-V": "gb18030",
    "GBK2K-H": "gb18030", "GBK2K-V": "gb18030", "GB-EUC-H": "gb18030", "GB-EUC-V": "gb18030",
    "ETen-B5-H": "big5hkscs", "ETen-B5-V": "big5hkscs", "HKscs-B5-H": "big5hkscs", "90ms-RKSJ-H": "cp932",
    "KSCms-UHC-H": "cp949",
}  # fmt: skip
"""Character sets of the predefined tables (ISO 32000-2 table 116), by how the table's name ends."""
_CARRIED = ("/FontFile", "/FontFile2", "/FontFile3")
_SHOWING = frozenset(("Tj", "TJ", "'", '"'))
_MOST_BYTES = 64 * 1024 * 1024

Decoder = Callable[[bytes], str]


def spelled(pdf: Any) -> Iterator[str]:
    """Strings in the order in which they are drawn."""
    left = _MOST_BYTES
    known: dict[tuple[int, int], Decoder | None] = {}
    forms = (one for one in pdf.objects if isinstance(one, pikepdf.Stream) and str(one.get("/Subtype", "")) == "/Form")
    for thing in (*pdf.pages, *forms):
        owner = thing.obj if isinstance(thing, pikepdf.Page) else thing
        decoders = _decoders(owner.get("/Resources"), known)
        if not any(decoders.values()):
            continue
        size = size_of(owner.Contents) if isinstance(thing, pikepdf.Page) else len(owner.read_bytes())
        left -= size
        if size > MOST_BYTES or left < 0:
            raise ValueError("more content than a page has")
        if text := _text(thing, decoders):
            yield text


def _text(thing: Any, decoders: dict[str, Decoder | None]) -> str:
    decode: Decoder | None = None
    stack: list[Decoder | None] = []
    found = []
    for operands, operator in parsed(thing):
        if operator == "Tf" and operands:
            decode = decoders.get(str(operands[0]))
        elif operator == "q":
            stack.append(decode)
        elif operator == "Q" and stack:
            decode = stack.pop()
        elif operator in _SHOWING and decode is not None and operands:
            parts = operands[-1] if isinstance(operands[-1], pikepdf.Array) else [operands[-1]]
            found += [decode(bytes(part)) for part in parts if isinstance(part, pikepdf.String)]
    return "".join(found)


def _decoders(resources: Any, known: dict[tuple[int, int], Decoder | None]) -> dict[str, Decoder | None]:
    fonts = resources.get("/Font") if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(fonts, pikepdf.Dictionary):
        return {}
    decoders: dict[str, Decoder | None] = {}
    for name, font in fonts.items():
        if not isinstance(font, pikepdf.Dictionary):
            continue
        key = (int(font.objgen[0]), int(font.objgen[1]))
        if key == (0, 0) or key not in known:
            known[key] = _decoder(font)
        decoders[name] = known[key]
    return decoders


def _decoder(font: Any) -> Decoder | None:
    """None for a font that the file carries, and for one whose codes say nothing."""
    below = font.get("/DescendantFonts")
    if str(font.get("/Subtype", "")) != "/Type0" or not isinstance(below, pikepdf.Array) or not len(below):
        return None
    descriptor = below[0].get("/FontDescriptor") if isinstance(below[0], pikepdf.Dictionary) else None
    if isinstance(descriptor, pikepdf.Dictionary) and any(key in descriptor for key in _CARRIED):
        return None
    if isinstance(font.get("/ToUnicode"), pikepdf.Stream):
        by_code = characters_by_code(font.ToUnicode)
        return lambda string: "".join(by_code.get(string[at : at + 2], "") for at in range(0, len(string), 2))
    name = str(font.get("/Encoding", ""))
    codec = next((codec for end, codec in _CODECS.items() if name.endswith(end)), "")
    return (lambda string: string.decode(codec, "replace")) if codec else None
