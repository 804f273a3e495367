"""The text of one XML part, as a reader of the document sees it and as it is stored.

Runs are joined inside a paragraph, for a name is split over runs whenever one letter of it was corrected. Where a part
holds deleted text or readings above the line (ruby), it is given with and without them. Cells of a row stand in one
line with tabs between them, in text documents as in sheets, an empty or merged one as nothing between two tabs, so that
a value stands in the column of its head; shared strings are put in their places.

In: bytes of a part. Out: `XmlPart`. Raises NotXml for what does not parse or brings a DOCTYPE (entities are how XML
grows without end, and no office program writes one); DocumentTooLong over the limit of text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from gateway.formats.ooxml.strands import PLAIN, Key, Teller

MOST_CHARACTERS = 20_000_000
_INLINE_NAMESPACE = "urn:oasis:"
"""OpenDocument: inside a paragraph all text is the paragraph's. In Office Open XML some elements' text is not."""
_ROWS = frozenset(("row", "tr", "table-row"))
_PARAGRAPHS = frozenset(("p", "h", "si", *_ROWS, "list-item"))
_CELLS = frozenset(("c", "tc", "table-cell", "covered-table-cell"))
_BOXES = frozenset(("tc", "table-cell"))
"""Cells that hold paragraphs."""
_SHORT_CELL = 40
"""Characters up to which the paragraphs of a cell are one line: `联系` over `电话` is one label."""
_LONG = 16
"""Characters of a prefix that stands for a namespace, from which it is more than one."""
_MOST_SKIPPED = 64
"""Empty cells in a row that are kept: sheets say with one number that 16,384 are."""
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "s": " ", "line-break": "\n", "ptab": "\t"}
_TEXT = frozenset(("t", "delText", "v"))
_FIELD = frozenset(("instrText", "delInstrText", "f"))
"""What makes a field or a cell's value: kept apart from the text that it would cut in two."""
_RUNS = frozenset((*_TEXT, *_FIELD, "r", "span", "a", "del", "ins", "is", "fld", "rt", "rPh"))
"""Elements whose text goes on in the same line."""
_ASIDE = frozenset(("del", "moveFrom", "rt", "rPh", "tracked-changes", "annotation", "note", "ruby-text"))
_DULL = re.compile(r"-?[0-9.]{1,6}%?|[A-Z]{1,3}[0-9]{1,7}(?::[A-Z]{1,3}[0-9]{1,7})?|[0-9A-F]{8}|true|false|rId[0-9]+")
_VOCABULARY = re.compile(r"https?://(?:schemas|purl|www\.w3)\.[a-z./]|urn:(?:schemas|oasis)|application/vnd\.")
_DOCTYPE = re.compile(rb"<\s*!\s*DOCTYPE|<\s*!\s*ENTITY", re.IGNORECASE)


class NotXml(Exception):
    """The part does not parse, or brings a document type."""


class DocumentTooLong(Exception):
    """More text than a document has."""


@dataclass(frozen=True, slots=True)
class XmlPart:
    """`texts`: as stored, then without what stands aside, where that differs. `strings`: paragraphs, one each.

    `holders`: of a part that is traced, every place that has the value of a line of `attributes`. `outside`: what is
    written where no program looks for words, a line each: around the root, in names of elements and attributes."""

    texts: tuple[str, ...] = field(repr=False)
    attributes: str = field(repr=False)
    strings: tuple[str, ...] = field(repr=False)
    holders: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    outside: str = field(default="", repr=False)


def part_of(data: bytes, strings: tuple[str, ...] = (), lenient: bool = False) -> XmlPart:
    """Everything that is written in the part."""
    return part_in(tree_of(data, lenient), strings)


def part_in(tree: etree._Element, strings: tuple[str, ...] = (), teller: Teller = PLAIN) -> XmlPart:
    """Everything that is written in a tree."""
    walk = _PartWalker(strings, teller)
    walk.over(tree)
    return walk.part()


def tree_of(data: bytes, lenient: bool = False) -> etree._Element:
    """The part, parsed."""
    if _DOCTYPE.search(data.replace(b"\0", b"") if b"\0" in data[:200] else data):  # UTF-16 is letters and zeros
        raise NotXml
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=lenient, remove_pis=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotXml from error
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise NotXml
    return root


@dataclass(slots=True)
class _LineBuilder:
    """A line being put together: as stored, without what stands aside, and what fields it has; or a row or a cell."""

    name: str = ""
    whole: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)


class _PartWalker:
    """One part under way. Paragraphs can stand inside paragraphs (text boxes): each has a line of its own."""

    def __init__(self, strings: tuple[str, ...], teller: Teller) -> None:
        self._shared, self._teller = strings, teller
        self._lines: list[str] = []
        self._plain_lines: list[str] = []
        self._open = [_LineBuilder()]
        self._attributes: dict[str, None] = {}
        self._holders: dict[str, list[str]] = {}
        self._outside: dict[str, None] = {}
        self._aside = 0
        self._length = 0
        self._cell_type = ""
        self._column = 0

    def part(self) -> XmlPart:
        self._end_line()
        whole, plain = (self._teller.joined(lines, "\n") for lines in (self._lines, self._plain_lines))
        texts = [text for text in dict.fromkeys((whole, plain)) if text.strip()]
        outside = "\n".join(self._outside)
        return XmlPart(tuple(texts), "\n".join(self._attributes), tuple(self._lines), self._holders, outside)

    def over(self, root: etree._Element) -> None:
        for node in (*root.itersiblings(preceding=True), *root.itersiblings()):
            self._stands_outside(str(getattr(node, "target", "")), node.text or "")
        self._stands_outside(*(name for name in root.nsmap if name and (not name.isascii() or len(name) > _LONG)))
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            if event in ("comment", "pi"):
                self._apart(element.text, element, "text")
                self._between(element.tail, element.getparent(), element, "tail")
            elif event == "start":
                self._start(element, etree.QName(element).localname)
            else:
                self._end(element, etree.QName(element).localname)

    def _stands_outside(self, *words: str) -> None:
        for word in words:
            if word.strip():
                self._grow(word)
                self._outside[word] = None

    def _start(self, element: etree._Element, name: str) -> None:
        if not str(element.tag).isascii() or not (element.prefix or "").isascii():
            self._stands_outside(str(element.tag), element.prefix or "")
        for raw in element.attrib:
            if not str(raw).isascii():
                self._stands_outside(str(raw))
        if name in _PARAGRAPHS or name in _BOXES:
            self._open.append(_LineBuilder(name))
            if name in _ROWS:
                self._column = 0
        elif name not in _RUNS and name not in _CELLS:
            self._end_loose()
        self._aside += name in _ASIDE
        if name in _BREAKS:
            self._add(_BREAKS[name], element, "break")
        if name == "c":
            self._cell_type = element.get("t", "")  # its other attributes are its place and its style
            self._skip(element.get("r", ""))
        else:
            self._note(element)
        if name in _FIELD and element.text:
            self._grow(element.text)
            self._open[-1].fields.append(self._teller.traced(element.text, element, "text"))
        elif name == "v" and self._cell_type == "s":
            self._add(self._string(element.text or ""))
        elif name in _TEXT:
            self._add(element.text or "", element, "text")
        else:
            self._between(element.text, element, element, "text")

    def _end(self, element: etree._Element, name: str) -> None:
        self._aside -= name in _ASIDE
        if name in _PARAGRAPHS and self._open[-2].name in _BOXES:
            self._into_cell()
        elif name in _PARAGRAPHS:
            self._end_line()
            self._open.pop()
        elif name in _BOXES:
            self._end_cell(element)
        elif name in _CELLS:
            self._add("\t")
        elif name not in _RUNS:
            self._end_loose()
        self._between(element.tail, element.getparent(), element, "tail")

    def _skip(self, place: str) -> None:
        """Tabs for the cells of a sheet that are left out since they are empty."""
        match = _PLACE.fullmatch(place)
        if match is None:
            return
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        if 0 < column - 1 - self._column <= _MOST_SKIPPED:
            self._add("\t" * (column - 1 - self._column))
        self._column = column

    def _into_cell(self) -> None:
        """A paragraph of a cell, or a row of a table in it, is a line of the cell."""
        line, cell = self._open.pop(), self._open[-1]
        for parts, lines in ((line.whole, cell.whole), (line.plain, cell.plain)):
            if text := self._teller.joined(parts).strip("\r\n\t"):
                lines += [text] if not lines else ["\n", text]
        cell.fields += line.fields

    def _end_cell(self, element: etree._Element) -> None:
        cell, row = self._open.pop(), self._open[-1]
        gap = "\t" * (1 + _spanned(element))
        for parts, line in ((cell.whole, row.whole), (cell.plain, row.plain)):
            text = self._teller.joined(parts)
            line += [self._teller.in_one_line(text) if len(text) <= _SHORT_CELL else text, gap]
        row.fields += cell.fields
        self._grow(gap)

    def _string(self, number: str) -> str:
        index = int(number) if re.fullmatch(r"\s*[0-9]{1,9}\s*", number) else len(self._shared)
        return self._shared[index] if index < len(self._shared) else number

    def _between(self, text: str | None, element: etree._Element | None, of: etree._Element, key: Key) -> None:
        """Text of an element that is not made for text: of the paragraph in OpenDocument, else a line of its own."""
        if not text or (text.isspace() and "\n" in text):
            return
        namespace = "" if element is None else etree.QName(element).namespace or ""
        if len(self._open) == 1 or namespace.startswith(_INLINE_NAMESPACE) or text.isspace():
            self._add(text, of, key)
        else:
            self._apart(text, of, key)

    def _add(self, text: str, of: etree._Element | None = None, key: Key = "") -> None:
        """Text of a tree, or one that is put in or came from another tree."""
        self._grow(text)
        if of is not None:
            text = self._teller.traced(text, of, key)
        self._open[-1].whole.append(text)
        if not self._aside:
            self._open[-1].plain.append(text)

    def _apart(self, text: str | None, of: etree._Element, key: Key) -> None:
        if text:
            self._open.append(_LineBuilder())
            self._add(text, of, key)
            self._end_line()
            self._open.pop()

    def _end_loose(self) -> None:
        """Text outside all paragraphs: each element that is no run has its own line."""
        if len(self._open) == 1:
            self._end_line()

    def _end_line(self) -> None:
        line = self._open[-1]
        inside = len(self._open) > 1  # a string's number is its place in the list, so an empty one counts
        for parts, lines in ((line.whole, self._lines), (line.plain, self._plain_lines)):
            text = self._teller.joined(parts)
            if text.strip() or inside:
                lines.append(text.rstrip("\r\n\t") if line.name in _ROWS else text.strip("\r\n\t"))
            if fields := self._teller.joined(line.fields).strip():
                lines.append(fields)
            parts.clear()
        line.fields.clear()

    def _note(self, element: etree._Element) -> None:
        for key, raw in element.attrib.items():
            value = str(raw)
            if value in self._attributes and not self._teller.traces:
                continue
            if len(value) < 2 or _DULL.fullmatch(value) or _VOCABULARY.match(value):
                continue
            told = self._teller.traced(value, element, f"@{key!s}") if self._teller.traces else value
            self._hold(told)
            if "%" in value:
                self._hold(self._teller.unquoted(told))

    def _hold(self, value: str) -> None:
        if value not in self._attributes:
            self._grow(value)
            self._attributes[value] = None
        if self._teller.traces:
            self._holders.setdefault(str(value), []).append(value)

    def _grow(self, text: str) -> None:
        self._length += len(text)
        if self._length > MOST_CHARACTERS:
            raise DocumentTooLong


def _spanned(cell: etree._Element) -> int:
    """Further columns that a cell covers, as far as they are no elements of their own; of repeated ones, how often."""
    for element in (cell, *cell.iterchildren("{*}tcPr")):
        for child in (element, *element.iterchildren("{*}gridSpan")):
            for raw, value in child.attrib.items():
                name = etree.QName(str(raw)).localname
                number = name == "number-columns-repeated" or (name == "val" and child is not element)
                if number and re.fullmatch(r"[0-9]{1,5}", str(value)):
                    return min(_MOST_SKIPPED, max(0, int(str(value)) - 1))
    return 0
