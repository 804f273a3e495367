"""Reads SVG (W3C, SVG 1.1 and 2): its texts as they are shown, everything else that is written, pictures inside.

Nothing here draws it. So a drawing with more lines than a simple sign needs is held, for its lines may be letters; so
is one that brings letters of its own (a font), whose characters show whatever they like.

In: the file. Out: texts, children; `Unreadable` for what would have to be drawn, and for what is no XML.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from lxml import etree

from gateway.formats import Child, Piece, Source
from gateway.model import TextFragment, Unreadable, steps
from gateway.text.lenient_base64 import lenient

_DOCTYPE = re.compile(rb"<!DOCTYPE\s+svg[^>\[]{0,500}>")
_FORBIDDEN = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_DATA = re.compile(r"data:([^,]{0,200}),(.*)", re.DOTALL)
_LINES = frozenset(("d", "points"))
_MOST_LINES = 600
"""Characters of paths and points: an arrow, a frame and a round button need so many, a word needs more."""
_LETTERS = frozenset(("font", "glyph", "font-face-src", "missing-glyph"))
_BLOCKS = frozenset(("text", "title", "desc", "p", "div", "style", "script", "metadata", "foreignObject", "textPath"))
_MOST_CHARACTERS = 5_000_000
_MOST_CHILDREN = 200


def read(source: Source) -> Iterator[Piece]:
    where = source.where
    data = _DOCTYPE.sub(b"", source.data, count=1)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        if _FORBIDDEN.search(data):
            raise ValueError("entities")
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        yield Unreadable(where, "broken_svg")
        return
    shown: list[str] = []
    written: dict[str, None] = {}
    drawn, number, length = 0, 0, 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            written[str(element.text or "")] = None
            shown.append(str(element.tail or ""))
            continue
        name = etree.QName(element).localname
        if event == "end":
            shown.append(("\n" if name in _BLOCKS else "") + (element.tail or ""))
            continue
        shown.append(element.text or "")
        length += len(element.text or "") + len(element.tail or "")
        drawn += _MOST_LINES + 1 if name in _LETTERS else 0
        for key, value in element.attrib.items():
            text = str(value)
            if etree.QName(key).localname in _LINES:
                drawn += len(text)
            elif (match := _DATA.match(text.strip())) is not None:
                number += 1
                yield Child(where.inside(steps.picture(number)), _decoded(match[1], match[2]))
            else:
                length += len(text)
                written[text] = None
        if length > _MOST_CHARACTERS or number > _MOST_CHILDREN:
            yield Unreadable(where, "document_too_large")
            break
    text = "".join(shown)
    if "@font-face" in text or "data:" in text:
        drawn += _MOST_LINES + 1
    for medium_text in dict.fromkeys((re.sub(r"[ \t]*\n\s*", "\n", text), re.sub(r"\s+", "", text))):
        if medium_text.strip():
            yield TextFragment(where, "document", medium_text)
    if said := "\n".join(value for value in written if len(value) > 1):
        yield TextFragment(where, "metadata", said)
    if drawn > _MOST_LINES:
        yield Unreadable(where, "drawn_picture")


def _decoded(kind: str, body: str) -> bytes:
    raw = unquote_to_bytes(body)
    return lenient(raw) if "base64" in kind.lower() else raw
