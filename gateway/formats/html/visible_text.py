"""The texts that one HTML source holds: what is shown, and, apart, what stands in attributes, comments and styles.

Hidden text counts as shown, and where there is any, the text without it is a second reading, for letters of size zero
are put inside words (ZeroFont, 2018). References are decoded, and whatever else is written in another writing. What a
page turns around is read both ways, and a table that is read downwards downwards; words that stand for a picture or in
a form are read in their place too. All of it for every way in which
programs cut the page; what only a whole parser knows is in `tree.py`.

In: a source. Out: `TextView`s, each character of which leads back. Nothing is raised.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.formats.html.css import ESCAPE, character
from gateway.formats.html.css_visibility import UNSEEN, Sheet
from gateway.formats.html.page import Page, page_of
from gateway.formats.html.rendered import UNSHOWN, filled, visible_text
from gateway.formats.html.tokens import HtmlToken
from gateway.formats.html.values import add_value, add_without_data
from gateway.formats.html.visual_order import columns, turned
from gateway.text.escapes import undone
from gateway.text.offset_map import Builder, Mapped, replaced

Context = Literal["text", "attribute", "code"]
_TURNED = re.compile(
    r"<bdo\b|bidi-override|row-reverse|column-reverse|direction\s*:\s*rtl|float\s*:\s*right|\bdir\s*=\s*[\"']?rtl",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(
    r"<[/!?]?[A-Za-z-][^<>]{0,2000}>"
    r"|<(?:[/!?][A-Za-z0-9:-]{0,30}|[A-Za-z][A-Za-z0-9:-]{0,30})(?:\s{1,9}[\w:-]{1,30}\s{0,9}=\s{0,9}[\"']?)?\s{0,9}"
)
"""Of a tag that never ends, which is text to the standard's tokenizer: all up to a `>` in it, or its name alone.
Programs that only take away what looks like a tag join what stands on its sides."""
_LONGEST_TURNED = 200_000
_MOST_LABELS = 200


@dataclass(frozen=True, slots=True)
class TextView:
    """`label` is empty for what is shown, else the attribute or `comment`, `style`, `script`, `title`."""

    label: str
    context: Context
    text: Mapped


def views(page: Page) -> Iterator[TextView]:
    """All texts; the shown one first, even where it is empty. What two ways of cutting the page say is given once."""
    texts: dict[str, Mapped] = {}
    whole: dict[str, Mapped] = {}
    for cut in page.cuts:
        text, reasons = visible_text(page.source, cut, page.sheet)
        texts.setdefault(text.text, text)
        whole.setdefault(text.text, text)
        for unseen in dict.fromkeys(reasons & kind for kind in UNSEEN):
            if unseen:
                text, _ = visible_text(page.source, cut, page.sheet, unseen)
                texts.setdefault(text.text, text)
    for cut in page.cuts:
        text, _ = visible_text(page.source, cut, page.sheet, parted=True)
        texts.setdefault(text.text, text)
    for text in list(whole.values()):
        if (stripped := replaced(text, _LEFT_OPEN, _nothing)) is not None:
            texts.setdefault(stripped.text, stripped)
    escaped = {other.text: other for text in texts.values() for other in undone(text)}
    around = [turned(text) for text in whole.values() if turns(page.source, text)]
    down = {other.text: other for cut in page.cuts if (other := columns(page.source, cut)) is not None}
    for text in (*texts.values(), *escaped.values(), *around, *down.values()):
        yield TextView("", "text", text)
    inside = {other.text: other for cut in page.cuts if (other := filled(page.source, cut, page.sheet)) is not None}
    for text in inside.values():
        yield TextView("", "attribute", text)
    seen: set[tuple[str, str]] = set()
    for cut in page.cuts:
        new = [view for view in _markup(page.source, cut) if (view.label, view.text.text) not in seen]
        yield from new
        seen.update((view.label, view.text.text) for view in new)


def _nothing(_: re.Match[str]) -> str:
    return ""


def turns(source: str, text: Mapped) -> bool:
    """Whether the page says something that could turn its text around."""
    return bool(text.text) and len(text.text) <= _LONGEST_TURNED and _TURNED.search(source) is not None


def _markup(source: str, cut: Sequence[HtmlToken]) -> Iterator[TextView]:
    builders: dict[str, Builder] = {}
    comments: list[HtmlToken] = []
    for token in cut:
        for attribute in token.attributes:
            if attribute.end > attribute.start:
                add_value(_open(builders, attribute.name), source, attribute.start, attribute.end)
            elif not attribute.name.isascii():
                _open(builders, "").copy(attribute.name, attribute.start - len(attribute.name))
        if token.name in UNSHOWN and token.kind in ("raw", "rcdata") and token.end > token.start:
            add_value(_open(builders, token.name), source, token.start, token.end)
        elif token.kind == "comment" and token.end > token.start:
            add_without_data(_open(builders, "comment"), source, token.start, token.end)
            if "<" in source[token.start : token.end]:
                comments.append(token)
        elif not token.name.isascii():
            at = token.start + (2 if token.kind == "end" else 1)
            _open(builders, "").copy(source[at : at + len(token.name)], at)
    for label, builder in builders.items():
        text = builder.done()
        context: Context = "code" if label in ("comment", "style", "script", "") else "attribute"
        yield TextView(label or "tag", context, text)
        for other in _undone(label, text):
            yield TextView(label or "tag", context, other)
    for token in comments:  # `<!--[if mso]>…`: some programs show what is inside
        for inner in page_of(source, token.start, token.end).cuts:
            text, _ = visible_text(source, [t for t in inner if t.kind != "comment"], Sheet())
            if text.text.strip():
                yield TextView("comment", "text", text)


def _open(builders: dict[str, Builder], label: str) -> Builder:
    """The builder of one label, on a new line. A page with a flood of names of its own gets one for the rest."""
    if label not in builders and len(builders) >= _MOST_LABELS:
        label = "attribute"
    if label in builders:
        builders[label].add("\n")
    return builders.setdefault(label, Builder())


def _undone(label: str, text: Mapped) -> Iterator[Mapped]:
    """The same with its escapes undone, where there are any."""
    if label == "style" and (plain := replaced(text, ESCAPE, character)) is not None:
        yield plain
        text = plain
    yield from undone(text)
