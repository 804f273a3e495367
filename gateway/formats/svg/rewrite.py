"""Writes an SVG again with words of its texts and attributes replaced. What stands in front of the drawing stays byte
for byte; the drawing itself is the same tree, written by lxml.

In: the source that was read, edits. Out: the new bytes. Raises ValueError for an edit without a place.
"""

import base64
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from lxml import etree

from gateway.formats import Change, FileEdits, Removed, Rewritten, Source
from gateway.formats.svg.drawing import Drawing, Node, drawing_of
from gateway.formats.svg.sniff import START
from gateway.text.offset_map import Span, spliced

_Cut = tuple[list[Span], str]


def rewritten(source: Source, edits: FileEdits) -> Rewritten:
    """The file with the edits made."""
    if edits.paints:
        raise ValueError("an SVG is not drawn, so it has no boxes")
    if not edits.changes and not edits.children:
        return Rewritten(source.data)
    drawing = drawing_of(source.data)
    before = START.match(source.data)
    if before is None or drawing.too_large:
        raise ValueError("an SVG that is not read whole")
    cuts: dict[tuple[int, str, str], tuple[Node, list[_Cut]]] = {}
    for node, cut in _cuts(drawing, edits.changes):
        cuts.setdefault((id(node.element), node.place, node.key), (node, []))[1].append(cut)
    for child, new in edits.children:
        if child.path is None or len(child.path) != 1 or not 0 <= child.path[0] < len(drawing.pictures):
            raise ValueError("no such picture in this SVG")
        drawing.pictures[child.path[0]][0].set("" if isinstance(new, Removed) else _link(new.data))
    for node, own in cuts.values():
        if node.element.getparent() is None and node.element is not drawing.root:
            raise ValueError("words outside the drawing")
        node.set(spliced(node.get(), own))
    encoding = drawing.root.getroottree().docinfo.encoding or "utf-8"
    tree = etree.tostring(drawing.root, encoding=encoding, xml_declaration=False, with_tail=False)
    assert isinstance(tree, bytes), "an encoding gives bytes"
    return Rewritten(source.data[: before.start("root")] + tree + b"\n")


def _link(data: bytes) -> str:
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg" if data.startswith(b"\xff\xd8") else ""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _cuts(drawing: Drawing, changes: Sequence[Change]) -> Iterator[tuple[Node, _Cut]]:
    """Each change as characters of nodes."""
    views = list(drawing.views())
    words = drawing.words()
    pieces = [0, *accumulate(len(piece) for piece, _ in drawing.shown)]
    lines = [0, *accumulate(len(text) + 1 for text in words)]
    for change in changes:
        if change.whole_field or set(change.replacement) & set("\0\r\n"):
            raise ValueError("no word for an SVG")
        found = list[tuple[Node, _Cut]]()
        if 0 <= change.ordinal < len(views):
            spans = views[change.ordinal].resolve(*change.span)
            found = list(_in_shown(drawing, pieces, spans, change.replacement))
        elif change.ordinal == len(views) and words:
            found = list(_in_written(drawing, words, lines, change))
        if not found:
            raise ValueError("no such place in this SVG")
        yield from found


def _in_shown(drawing: Drawing, starts: Sequence[int], spans: list[Span], word: str) -> Iterator[tuple[Node, _Cut]]:
    """The word stands in the first node that says any of it."""
    for start, end in spans:
        which = bisect_right(starts, start) - 1
        while which < len(drawing.shown) and starts[which] < end:
            piece, node = drawing.shown[which]
            first, last = max(0, start - starts[which]), min(len(piece), end - starts[which])
            if node is not None and first < last:
                yield node, ([(first, last)], word)
                word = ""
            which += 1


def _in_written(
    drawing: Drawing, words: list[str], starts: Sequence[int], change: Change
) -> Iterator[tuple[Node, _Cut]]:
    start, end = change.span
    which = bisect_right(starts, start) - 1
    while 0 <= which < len(words) and starts[which] < end:
        text = words[which]
        first, last = max(0, start - starts[which]), min(len(text), end - starts[which])
        if first < last:
            for node in drawing.written[text]:
                yield node, ([(first, last)], change.replacement)
        which += 1
