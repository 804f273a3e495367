"""The texts of a page as lexbor shows them, a parser that builds the tree of the HTML standard (13.2.6).

What a table pushes out in front of it, what an element closes that never says so, what is hidden in which element:
only a tree knows. Where its text is another than those that `visible_text` gives, what differs is a text of its own, in
the order of the tree. It does not lead back to the source: what is found there alone is held. (Why lexbor:
docs/decisions/0001-html-trees.md.)

In: a page and the texts that were found in it. Out: texts. Raises `TooDeep` for a page that would take too long.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gateway.formats.html.css_visibility import INSTEAD, MOST_ADDED, NEVER, ONCE, OUTRIGHT, UNSEEN, WITHIN, Sheet
from gateway.formats.html.effort import effort
from gateway.formats.html.page import NOSCRIPT, Page
from gateway.formats.html.rendered import BLOCKS, CELLS, NOT_DRAWN, PREFORMATTED, UNSHOWN

_SPACES = re.compile(r"[ \t\r\n\f]+")
_POINTS = frozenset(("annotation-xml", "desc", "foreignobject", "mi", "mn", "mo", "ms", "mtext", "title"))
_BLANK = frozenset(("select", "svg"))
_DRAWN = frozenset(("button", "foreignobject", "option", "text"))
_STEPS_A_CHARACTER = 200
_STEPS_OF_ANY = 1_000_000
_UNSEEN = (*UNSEEN, *(OUTRIGHT | level for level in WITHIN))
_AROUND = 80  # characters on either side of what differs: a name may begin there, and end there


class TooDeep(Exception):
    """To build this tree would take longer than a reader may."""


@dataclass(frozen=True, slots=True)
class _Element:
    """One that is open. `foreign`: its namespace is not HTML's; `inside`: nor is that of what stands in it. `shut`: it
    is not unfolded; `blank`: of its text only what stands in certain elements is drawn."""

    identity: int | None
    name: str
    foreign: bool
    inside: bool
    reasons: int
    preformatted: bool
    shut: bool
    blank: bool


_Piece = tuple[str, int]  # text, reasons why it may not be seen; line ends of blocks have none


def built(page: Page, found: Iterable[str]) -> Iterator[str]:
    """What the tree shows and none of these texts does: the lines that differ, and a few words around them."""
    allowed = _STEPS_OF_ANY + _STEPS_A_CHARACTER * len(page.source)
    if any(effort(cut) > allowed for cut in page.cuts):
        raise TooDeep
    known = {_bare(text): text for text in found}
    for scripting in (False, True) if NOSCRIPT.search(page.source) else (False,):
        pieces = _pieces(LexborHTMLParser(page.source, scripting=scripting), page.sheet)
        met = 0
        for _, reasons in pieces:
            met |= reasons
        for unseen in dict.fromkeys((0, *(met & kind for kind in _UNSEEN))):
            text = "".join(text for text, reasons in pieces if not reasons & unseen)
            if (bare := _bare(text)) not in known:
                yield _difference(text, known.values())
                known[bare] = text


def _pieces(parser: LexborHTMLParser, sheet: Sheet) -> list[_Piece]:
    pieces: list[_Piece] = []
    if parser.root is None:
        return pieces
    contents = _contents(parser)
    passed_over: set[int] = set()
    added = 0
    opened = [_Element(None, "", foreign=False, inside=False, reasons=0, preformatted=False, shut=False, blank=False)]
    walks = [parser.root.traverse(include_text=True)]
    while walks:
        if (node := next(walks[-1], None)) is None:
            walks.pop()
            continue
        parent = node.parent
        identity = parent.mem_id if parent is not None else None
        while len(opened) > 1 and opened[-1].identity != identity:
            _break(pieces, opened.pop().name)
        within = opened[-1]
        if node.is_text_node:
            _text(pieces, node.text_content or "", within)
        elif node.is_element_node:
            content = contents.get(node.mem_id)
            written = [(name, value or "") for name, value in node.attributes.items() if name in sheet.telling]
            element = _element(node, content or node, within, sheet.hides(str(node.tag).lower(), written))
            if node.mem_id in passed_over:
                element = replace(element, reasons=element.reasons | NEVER)
            if element.name == "select" and not element.foreign:
                passed_over |= _passed_over(node)
            _break(pieces, element.name)
            if sheet.content and added < MOST_ADDED:
                words = sheet.adds(element.name, written)
                pieces.append((words, element.reasons))
                added += len(words)
            opened.append(element)
            if content is not None:
                contents |= _contents(content)
                walks.append(content.traverse(include_text=True))
    return pieces


def _contents(of: LexborHTMLParser | LexborNode) -> dict[int, LexborNode]:
    """What stands in the templates of a tree, by the template. (lexbor does not look into what stands in one.)"""
    return {f.parent.mem_id: f for f in of.template_fragments() if f.parent is not None}


def _element(node: LexborNode, holder: LexborNode, within: _Element, reasons: int) -> _Element:
    name = str(node.tag).lower()
    foreign = within.inside or name in ("svg", "math")
    inside = foreign and name not in _POINTS
    if foreign:
        reasons = reasons & ~(NEVER | INSTEAD) | (NEVER if name in NOT_DRAWN | UNSHOWN else 0)
    if reasons & ONCE and within.reasons & ONCE:
        reasons = reasons & ~ONCE | next((level for level in WITHIN if not within.reasons & level), WITHIN[-1])
    if within.shut and name != "summary":
        reasons |= INSTEAD
    return _Element(
        holder.mem_id,
        name,
        foreign,
        inside,
        within.reasons | reasons,
        within.preformatted or name in PREFORMATTED,
        shut=name == "details" and "open" not in node.attributes,
        blank=name in _BLANK or (within.blank and name not in _DRAWN),
    )


def _text(pieces: list[_Piece], text: str, within: _Element) -> None:
    if within.name in UNSHOWN and not within.foreign:
        return
    reasons = within.reasons | (INSTEAD if within.shut or within.blank else 0)
    pieces.append((text if within.preformatted else _SPACES.sub(" ", text), reasons))


def _break(pieces: list[_Piece], name: str) -> None:
    if name in BLOCKS:
        pieces.append(("\n", 0))
    elif name in CELLS:
        pieces.append(("\t", 0))


def _passed_over(select: LexborNode) -> set[int]:
    """The options of a menu that is shut, but for the one that it shows."""
    if "multiple" in select.attributes or "size" in select.attributes:
        return set()
    options = [node for node in select.traverse() if node.tag == "option"]
    chosen = [option for option in options if "selected" in option.attributes][-1:] or options[:1]
    return {option.mem_id for option in options} - {option.mem_id for option in chosen}


def _bare(text: str) -> str:
    return "".join(text.split())


def _difference(text: str, known: Iterable[str]) -> str:
    """The lines of `text` that are left without those that it begins and ends with as one of the known texts does."""
    lines = _lines(text)
    start, end = 0, len(lines)
    for other in known:
        theirs = _lines(other)
        first = _alike(zip(lines, theirs, strict=False))
        last = _alike(zip(reversed(lines), reversed(theirs), strict=False))
        last = min(last, min(len(lines), len(theirs)) - first)
        if len(lines) - last - first < end - start:
            start, end = first, len(lines) - last
    before, after = "\n".join(lines[:start])[-_AROUND:], "\n".join(lines[end:])[:_AROUND]
    return "\n".join((before, *lines[start:end], after)).strip("\n")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _alike(pairs: Iterable[tuple[str, str]]) -> int:
    """How many pairs say the same before the first that does not."""
    count = 0
    for one, other in pairs:
        if _bare(one) != _bare(other):
            break
        count += 1
    return count
