"""Reads HTML in every charset that it names or could have.

In: the decoded bytes of a part or file. Out: text fragments (`html` for what is shown, `markup` for the rest of the
source), `Child` for what is embedded in it, `Unreadable` where no charset gives text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from gateway.formats import Child, Piece, Rank, Source
from gateway.formats.html.embedded import embedded
from gateway.formats.html.page import Page, has_shadows, page_of
from gateway.formats.html.tree import TooDeep, built
from gateway.formats.html.visible_text import TextView, turns, views
from gateway.formats.html.visual_order import turned
from gateway.model import Ambiguity, Medium, TextFragment, Unreadable, steps
from gateway.text.charsets import Decoding, codec_of, decodings
from gateway.text.edits import leads_back
from gateway.text.escapes import undone
from gateway.text.offset_map import whole

_SURE = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s|html|head|body|svg|\?xml|meta\s)", re.IGNORECASE | re.DOTALL)
_MAYBE = re.compile(r"<(?:p|div|br|table|span|a|img|b|i|font|ul|ol|h[1-6]|center|style)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_NAMED = re.compile(
    rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)|"
    rb"<\?xml\s[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]+)",
    re.IGNORECASE,
)
_HEAD = 4096
_HINTS = {"text/html": "html", "image/svg+xml": "html", "application/xhtml+xml": "html", "text/plain": "text"}


def sniff(data: bytes) -> Rank:
    """Sure by how it begins; maybe where there are tags of text further on."""
    head = data[:_HEAD]
    if b"<" not in head:
        return "no"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        found = decodings(head[: len(head) // 2 * 2])
        text = found[0].text if found else ""
    elif b"\0" in head:
        return "no"
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    if _SURE.match(text):
        return "sure"
    return "maybe" if _MAYBE.search(text) else "no"


def read(source: Source) -> Iterator[Piece]:
    """All fragments, reading by reading."""
    found = readings(source)
    pages = [page_of(reading.text) for reading in found]
    shown: list[list[str]] = [[] for _ in pages]
    for editable, number, view in all_views(source, found, pages):
        if view.text.text.strip() or not view.label:
            medium: Medium = "markup" if view.label else "html"
            yield TextFragment(source.where, medium, view.text.text, view.label, editable)
            if not view.label:
                shown[number].append(view.text.text)
    if any(has_shadows(page) for page in pages):
        yield Unreadable(source.where, "unsupported_format")
    try:
        for page, texts in zip(pages, shown, strict=True):
            yield from (TextFragment(source.where, "html", text) for text in in_tree(page, texts))
    except TooDeep:
        yield Unreadable(source.where, "too_deep")
    if not any(reading.exact for reading in found):
        yield Unreadable(source.where, "undecodable_text")
        return
    if not found[0].exact:
        yield Ambiguity(source.where, "charset_mismatch")
    if b"\0" in source.data and not found[0].charset.startswith(("utf-16", "utf-32")):
        yield Ambiguity(source.where, "nul_byte")
    for number, (kind, data) in enumerate(embedded(pages[0]), 1):
        yield Child(source.where.inside(steps.data(number)), data, hint=_HINTS.get(kind, ""))


def in_tree(page: Page, shown: Iterable[str]) -> Iterator[str]:
    """What only a tree of this page shows, as it stands and read as the other texts are."""
    for text in built(page, shown):
        base = whole(text)
        yield text
        yield from (other.text for other in undone(base))
        if turns(page.source, base):
            yield turned(base).text


def readings(source: Source) -> tuple[Decoding, ...]:
    """By the container's label, by the label inside, and by the bytes; best first."""
    inside = _NAMED.search(source.data, 0, _HEAD)
    named = (inside[1] or inside[2]).decode("ascii", "replace") if inside else ""
    if not codec_of(source.charset) or codec_of(source.charset) == "ascii":
        return decodings(source.data, named or source.charset)
    found = decodings(source.data, source.charset)
    if named and codec_of(named) != codec_of(source.charset):
        more = [r for r in decodings(source.data, named) if r.charset == codec_of(named) and r.exact]
        found += tuple(r for r in more if all(r.text != other.text for other in found))
    return found


def all_views(source: Source, found: Sequence[Decoding], pages: Sequence[Page]) -> Iterator[tuple[bool, int, TextView]]:
    """(editable, number of the reading, view): what `read` shows and `rewrite` resolves. `pages`: one a reading."""
    for number, (reading, page) in enumerate(zip(found, pages, strict=True)):
        editable = source.editable and found[0].exact and reading.exact
        if editable and number:
            editable = leads_back(source.data, reading) and leads_back(source.data, found[0])
        for view in views(page):
            yield editable, number, view
