"""Who wrote, changed and commented a document, as its parts say by element and attribute.

A word is a name there that is a word in a sentence: the author 文静, the commenter 高兴.

In: bytes of a part. Out: names. Raises parts.NotXml for what does not parse.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from gateway.formats.ooxml.parts import tree_of
from gateway.formats.ooxml.strands import PLAIN, Teller

_ELEMENTS = frozenset(
    # core and extended properties, OpenDocument's, authors of a workbook's comments, fields in a text
    ("creator", "lastModifiedBy", "Manager", "initial-creator", "printed-by", "author", "author-name")
)
_ATTRIBUTES = frozenset(("author", "displayName", "userName", "author-name", "lastModifiedBy", "creator"))
_OWNERS = frozenset(("cmAuthor", "author", "userInfo"))
"""Elements whose `name` is a person's: of comments in a presentation, of a workbook that several edit."""
_CUSTOM = frozenset(("property", "user-defined"))
_LONGEST = 64
_SHORT = 24
_MOST = 2000
_TOLD = re.compile(
    rb"uthor|reator|odifiedBy|Manager|printed-by|displayName|userName|userInfo|custom-properties|user-defined"
)


def people(data: bytes, lenient: bool = False) -> tuple[str, ...]:
    """Each name once, in their order."""
    if not _TOLD.search(data.replace(b"\0", b"") if b"\0" in data[:200] else data):
        return ()
    return tuple(people_in(tree_of(data, lenient)))


def people_in(tree: etree._Element, teller: Teller = PLAIN) -> Mapping[str, Sequence[str]]:
    """Each name, in their order, with every place that has it, if somebody traces them."""
    found: dict[str, list[str]] = {}
    for value in _values(tree, teller):
        text = value.strip()
        if 0 < len(text) <= _LONGEST and "\n" not in text and (text in found or len(found) < _MOST):
            places = found.setdefault(str(text), [])
            if teller.traces:
                places.append(text)
    return found


def _values(root: etree._Element, teller: Teller) -> Iterator[str]:
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        for key, value in element.attrib.items():
            attribute = etree.QName(str(key)).localname
            if attribute in _ATTRIBUTES or (attribute == "name" and name in _OWNERS):
                yield teller.traced(str(value), element, f"@{key!s}")
        if name in _ELEMENTS:
            yield teller.joined(list(_texts(element, teller)))
        elif name in _CUSTOM and len(text := teller.joined(list(_texts(element, teller)))) <= _SHORT:
            yield text  # somebody gave this property its name, so it may be a person's


def _texts(element: etree._Element, teller: Teller) -> Iterator[str]:
    """All that is written in an element, but for comments."""
    for event, inner in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start" and inner.text:
            yield teller.traced(inner.text, inner, "text")
        elif event != "start" and inner.tail and inner is not element:
            yield teller.traced(inner.tail, inner, "tail")
