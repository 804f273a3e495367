"""What may stand where in an office document, so that it opens without a repair.

A placeholder in brackets is a text like any other in a paragraph, not in the name of a sheet or in a formula. A cell
that held a number cannot hold a word while it says that it is a number; a date that is none goes; how a name is
pronounced goes with the name.

In: texts of trees before and after. Out: the form of a replacement at its place, trees put right, names that others
have to follow. Raises ValueError where nothing fits.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from lxml import etree

from gateway.formats.ooxml.strands import TextSlot

_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT_SHEETS = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"

_FORMULAS = frozenset(("f", "formula", "formula1", "formula2", "definedName", "oldFormula", "calculatedColumnFormula",
                       "totalsRowFormula", "sqref", "instrText", "delInstrText"))  # fmt: skip
"""Elements in whose text a word that is no string constant is a name."""
_FORMULA_ATTRIBUTES = re.compile(r"formula$|address(?:es)?$|ranges?$|^(?:condition|location|ref|sqref|instr)$")
_NAMES = re.compile(
    r"^(?:name|displayName|anchor|sheet|codeName|macro|dxf|id|list|styleId|bookmark|tag|shapeid|spid)$|-name$|^name-"
)
"""Attributes that name a thing, mostly by rules of their own."""
_REALLY_TEXT = frozenset(("tableColumn", "cacheField", "dataField", "cmAuthor", "userInfo", "docPr", "cNvPr"))
"""Elements whose `name` is a text like any other."""
_LINKS = frozenset(("Target", "href", "src", "address", "r:href"))
_VALUES = frozenset(
    ("value", "val", "v", "name", "descr", "title", "Target", "href", "display", "tooltip", "author", "string-value",
     "displayName", "formula", "date-value", "time-value", "defaultValue", "text")
)  # fmt: skip
"""Attributes that may hold digits that are no number."""
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{5,}(?:Z|[+-][0-9:]{5})?)?")
_DIGITS = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?")
_SIGN = re.compile(r"[^\w]+")
_NOT_IN_SHEET = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET = 31
_NUMBERS = frozenset(("i1", "i2", "i4", "i8", "int", "ui1", "ui2", "ui4", "ui8", "uint", "r4", "r8", "decimal", "bool",
                      "date", "filetime", "cy"))  # fmt: skip
"""Types of a property (ECMA-376 part 1, 22.4) that no word fits."""


def form_of(slot: TextSlot, text: str, start: int, end: int, word: str) -> str:
    """A replacement as it can stand in place of these characters of a text."""
    element, key = slot
    name = _local(element)
    if key.startswith("@"):
        attribute = etree.QName(key[1:]).localname
        if attribute in _LINKS:
            return as_name(word) if text.startswith("#") else quote(word)  # a place in the document has a name
        if _FORMULA_ATTRIBUTES.search(attribute):
            return _in_formula(text, start, end, word)
        if _NAMES.search(attribute) and not (attribute == "name" and name in _REALLY_TEXT):
            return as_name(word)
        return word
    if name in _FORMULAS and key == "text":
        return _in_formula(text, start, end, word)
    return word


def as_name(word: str) -> str:
    """Without what names may not have: `[姓名略]` as `姓名略`."""
    return _SIGN.sub("_", word).strip("_") or "_"


def _in_formula(text: str, start: int, end: int, word: str) -> str:
    """A string constant ends at a quote; all else is a name. Columns of a table are named in brackets."""
    if text.count('"', 0, start) % 2:
        return word.replace('"', "")
    opened = text.rfind("[", 0, start)
    if opened >= 0 and text.find("]", opened, start) < 0 and not text.startswith(("[.", "[$"), opened):
        raise ValueError("the name of a column in a formula")
    return as_name(word)


def fitted(news: Mapping[TextSlot, tuple[str, str]]) -> dict[str, str]:
    """Put right what stands around the texts that are others now (old and new). Out: names that formulas follow."""
    renamed: dict[str, str] = {}
    for slot, (old, new) in news.items():
        if old == new:
            continue
        if slot.key.startswith("@"):
            _fit_attribute(slot.element, slot.key[1:], old, new, renamed)
        elif slot.key == "text":
            _fit_text(slot.element, old, new)
        if slot.key in ("text", "tail"):
            _silence(slot)
        _fit_cell(slot)
    _check_names(news)
    return renamed


def _fit_attribute(element: etree._Element, key: str, old: str, new: str, renamed: dict[str, str]) -> None:
    name, attribute = _local(element), etree.QName(key).localname
    internal = attribute == "Target" and element.get("TargetMode") != "External" and not old.startswith("#")
    if attribute in ("PartName", "full-path", "ContentType", "Extension") or internal:
        raise ValueError("the name of a part")
    if key == f"{{http://www.w3.org/1999/xlink}}{attribute}" and not re.match(
        r"[A-Za-z][A-Za-z0-9+.-]*:|#|/|\.\./", old
    ):
        raise ValueError("the name of a part")
    if (name, attribute) in (("sheet", "name"), ("definedName", "name"), ("table", "name")):
        if name == "sheet" and (len(new) > _LONGEST_SHEET or _NOT_IN_SHEET.search(new) or not new):
            raise ValueError("no name for a sheet")
        if name != "table" or etree.QName(element).namespace not in (_SHEETS, _STRICT_SHEETS):
            renamed[old] = new
    if _MOMENT.fullmatch(old) and not _MOMENT.fullmatch(new) and attribute != "date-value":
        del element.attrib[key]
    elif _DIGITS.fullmatch(old) and attribute not in _VALUES:
        raise ValueError("a number of the document's own")


def _fit_text(element: etree._Element, old: str, new: str) -> None:
    name = _local(element)
    parent = element.getparent()
    if name in ("t", "delText", "instrText", "delInstrText") and new != new.strip():
        if not (etree.QName(element).namespace or "").endswith("drawingml/2006/main"):
            element.set(_SPACE, "preserve")
    elif name in _NUMBERS and parent is not None and _local(parent) in ("property", "vector", "variant"):
        element.tag = f"{{{etree.QName(element).namespace}}}lpwstr"
    elif name == "user-defined":
        _set_local(element, "value-type", "string")
    elif name == "v" and parent is not None and _local(parent) == "pt":
        levels = parent.getparent()
        if levels is not None and _local(levels) in ("numCache", "numLit"):
            _drop(parent)
    elif _MOMENT.fullmatch(old.strip()) and not _MOMENT.fullmatch(new.strip()) and len(element) == 0:
        _drop(element)


def _fit_cell(slot: TextSlot) -> None:
    """The cell around it, of a sheet, is one of text."""
    element: etree._Element | None = slot.element.getparent() if slot.key == "tail" else slot.element
    while element is not None:
        name = _local(element)
        if name in ("annotation", "frame", "shapes", "g", "custom-shape", "table", "sheetData", "txbxContent"):
            return
        if name in ("table-cell", "covered-table-cell"):
            _make_text(element)
            return
        if name == "c" and etree.QName(element).namespace in (_SHEETS, _STRICT_SHEETS):
            _make_string(element)
            return
        element = element.getparent()


def _make_text(cell: etree._Element) -> None:
    """OpenDocument shows what the value says, not what the text does."""
    kind = cell.get(f"{{{_OFFICE}}}value-type")
    if kind in (None, "string"):
        return
    _set_local(cell, "value-type", "string")
    for key in list(cell.attrib):
        if etree.QName(str(key)).localname in ("value", "date-value", "time-value", "boolean-value", "currency"):
            del cell.attrib[key]


def _make_string(cell: etree._Element) -> None:
    kind, value = cell.get("t", "n"), cell.find("{*}v")
    if kind in ("s", "str", "inlineStr") or value is None:
        return
    if cell.find("{*}f") is not None:
        cell.set("t", "str")
        return
    text = value.text or ""
    namespace = etree.QName(cell).namespace
    tail = value.tail
    _drop(value)
    if not text:
        if "t" in cell.attrib:
            del cell.attrib["t"]
        return
    cell.set("t", "inlineStr")
    said = etree.SubElement(cell, f"{{{namespace}}}is")
    said.tail = tail
    inner = etree.SubElement(said, f"{{{namespace}}}t")
    inner.text = text
    if text != text.strip():
        inner.set(_SPACE, "preserve")


def _silence(slot: TextSlot) -> None:
    """What says how the words are pronounced goes with them."""
    element: etree._Element | None = slot.element.getparent() if slot.key == "tail" else slot.element
    while element is not None:
        name = _local(element)
        if name in ("p", "h", "body", "sst"):
            return
        if name in ("si", "is"):
            for reading in element.findall("{*}rPh"):
                _drop(reading)
            return
        if name == "ruby":
            for inner in (*element.iterfind("{*}rt//{*}t"), *element.iterfind("{*}ruby-text")):
                inner.text = ""
            return
        element = element.getparent()


def _check_names(news: Mapping[TextSlot, tuple[str, str]]) -> None:
    """Names that may stand but once in their list do."""
    lists: dict[etree._Element, str] = {}
    for slot, (old, new) in news.items():
        parent = slot.element.getparent()
        if old == new or not slot.key.startswith("@") or parent is None:
            continue
        attribute = etree.QName(slot.key[1:]).localname
        kind = (_local(slot.element), attribute)
        if kind in _SINGLE or _local(parent) == "sharedItems":
            lists[parent] = slot.key[1:]
    for parent, key in lists.items():
        tags = Counter(
            (str(child.tag), str(child.get(key)).casefold(), child.get("localSheetId"))
            for child in parent
            if child.get(key) is not None
        )
        if any(count > 1 for count in tags.values()):
            raise ValueError("two things of one name")


_SINGLE = frozenset(
    (("sheet", "name"), ("definedName", "name"), ("tableColumn", "name"), ("cacheField", "name"), ("table", "name"))
)


def follow(tree: etree._Element, renamed: Mapping[str, str]) -> bool:
    """Whether some formula spoke of a thing that has another name now; it does no more."""
    found = False
    rules = [(_reference(old), new) for old, new in renamed.items()]
    for element in tree.iter(etree.Element):
        if _local(element) in _FORMULAS and element.text:
            new = _following(element.text, rules)
            if new != element.text:
                element.text, found = new, True
        for key, raw in element.attrib.items():
            if _FORMULA_ATTRIBUTES.search(etree.QName(str(key)).localname) or (
                _local(element) == "worksheetSource" and key in ("sheet", "name")
            ):
                new = _following(str(raw), rules)
                if new != raw:
                    element.set(key, new)
                    found = True
    return found


def _reference(name: str) -> re.Pattern[str]:
    """A name in a formula, bare or in single quotes, whole."""
    escaped = re.escape(name)
    quoted = re.escape(name.replace("'", "''"))
    return re.compile(rf"(?<!')'{quoted}'(?!')|(?<![\w'.]){escaped}(?![\w'])")


def _following(text: str, rules: Sequence[tuple[re.Pattern[str], str]]) -> str:
    """Outside of string constants."""
    pieces = text.split('"')
    for place in range(0, len(pieces), 2):
        for pattern, new in rules:
            pieces[place] = pattern.sub(lambda match, new=new: f"'{new}'" if match[0][0] == "'" else new, pieces[place])  # type: ignore[misc]
    return '"'.join(pieces)


def removed_breaks(elements: Iterable[etree._Element]) -> None:
    """Take out elements that are characters, but for those that are blanks."""
    for element in elements:
        if _local(element) == "noBreakHyphen":
            _drop(element)


def _drop(element: etree._Element) -> None:
    """An element goes; what follows it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _set_local(element: etree._Element, name: str, value: str) -> None:
    for key in list(element.attrib):
        if etree.QName(str(key)).localname == name:
            element.set(key, value)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
