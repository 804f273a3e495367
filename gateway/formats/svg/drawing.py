"""Goes through an SVG: what is shown and what is written, each character with the node that says it.

In: the file. Out: `Drawing`. Raises ValueError for what is no XML, or has entities.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote_to_bytes

from lxml import etree

from gateway.text.lenient_base64 import lenient
from gateway.text.offset_map import Mapped, replaced, whole

_DOCTYPE = re.compile(rb"<!DOCTYPE\s+svg[^>\[]{0,500}>")
_FORBIDDEN = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_DATA = re.compile(r"data:([^,]{0,200}),(.*)", re.DOTALL)
_LINES = frozenset(("d", "points"))
MOST_LINES = 600
"""Characters of paths and points: an arrow, a frame and a round button need so many, a word needs more."""
_LETTERS = frozenset(("font", "glyph", "font-face-src", "missing-glyph"))
_BLOCKS = frozenset(("text", "title", "desc", "p", "div", "style", "script", "metadata", "foreignObject", "textPath"))
_MOST_CHARACTERS = 5_000_000
_MOST_CHILDREN = 200
_LINE_END, _BLANK = re.compile(r"[ \t]*\n\s*"), re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Node:
    """Where a text stands: in an element, behind it, or in an attribute of it."""

    element: etree._Element = field(repr=False)
    place: Literal["text", "tail", "attribute"]
    key: str = ""

    def get(self) -> str:
        if self.place == "attribute":
            return str(self.element.get(self.key) or "")
        return str((self.element.text if self.place == "text" else self.element.tail) or "")

    def set(self, text: str) -> None:
        if self.place == "attribute":
            self.element.set(self.key, text)
        elif self.place == "text":
            self.element.text = text
        else:
            self.element.tail = text


@dataclass(slots=True)
class Drawing:
    """`shown`: pieces of its text in order, those without a node put in for a block; `written`: everything else that is
    written, once, with each node that says it; `pictures` in `data:` links. `drawn`: how much is drawn."""

    root: etree._Element
    shown: list[tuple[str, Node | None]] = field(default_factory=list)
    written: dict[str, list[Node]] = field(default_factory=dict)
    pictures: list[tuple[Node, bytes]] = field(default_factory=list)
    drawn: int = 0
    too_large: bool = False

    def text(self) -> str:
        return "".join(piece for piece, _ in self.shown)

    def views(self) -> Iterator[Mapped]:
        """Its text as it is shown: with its lines, and with nothing between its characters; each once."""
        base = whole(self.text())
        seen: set[str] = set()
        for pattern, instead in ((_LINE_END, "\n"), (_BLANK, "")):
            view = replaced(base, pattern, lambda _, instead=instead: instead) or base  # type: ignore[misc]
            if view.text.strip() and view.text not in seen:
                seen.add(view.text)
                yield view

    def words(self) -> list[str]:
        """What is written beside it, line by line."""
        return [value for value in self.written if len(value) > 1]


def drawing_of(data: bytes) -> Drawing:
    data = _DOCTYPE.sub(b"", data, count=1)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    if _FORBIDDEN.search(data):
        raise ValueError("entities")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("no XML") from error
    drawing = Drawing(root)
    for around in (*root.itersiblings(preceding=True), *root.itersiblings()):
        drawing.written.setdefault(str(around.text or ""), []).append(Node(around, "text"))
    length = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            drawing.written.setdefault(str(element.text or ""), []).append(Node(element, "text"))
            drawing.shown.append((str(element.tail or ""), Node(element, "tail")))
            continue
        name = etree.QName(element).localname
        if event == "end":
            drawing.shown.append(("\n" if name in _BLOCKS else "", None))
            if element is not root:
                drawing.shown.append((str(element.tail or ""), Node(element, "tail")))
            continue
        drawing.shown.append((str(element.text or ""), Node(element, "text")))
        length += len(element.text or "") + len(element.tail or "")
        drawing.drawn += MOST_LINES + 1 if name in _LETTERS else 0
        for key, value in element.attrib.items():
            length += _attribute(drawing, element, str(key), str(value))
        if length > _MOST_CHARACTERS or len(drawing.pictures) > _MOST_CHILDREN:
            drawing.too_large = True
            break
    text = drawing.text()
    if "@font-face" in text or "data:" in text:
        drawing.drawn += MOST_LINES + 1
    return drawing


def _attribute(drawing: Drawing, element: etree._Element, key: str, value: str) -> int:
    """Its length, where it is words."""
    node = Node(element, "attribute", key)
    if etree.QName(key).localname in _LINES:
        drawing.drawn += len(value)
    elif (match := _DATA.match(value.strip())) is not None:
        drawing.pictures.append((node, _decoded(match[1], match[2])))
    else:
        drawing.written.setdefault(value, []).append(node)
        return len(value)
    return 0


def _decoded(kind: str, body: str) -> bytes:
    raw = unquote_to_bytes(body)
    if "base64" not in kind.lower():
        return raw
    return lenient(raw)
