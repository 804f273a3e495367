"""One source cut into tokens in every way in which programs do.

By the standard of now and that of 2024, with scripts and without; as programs do that know less of it; and, where raw
text holds what looks like markup, with nothing raw. Nearly every page has one way alone.

In: a source and a range of it. Out: `Page`. Nothing is raised.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from gateway.formats.html.css_visibility import Sheet, sheet_of
from gateway.formats.html.references import decoded
from gateway.formats.html.tokens import BARE, LOOSE, SCRIPTED, STANDARD, HtmlToken, tokens

_DIFFERS = re.compile(
    r"<(?:textarea|xmp|iframe|noembed|noframes|noscript|plaintext|script|select|svg|math)|<!\[CDATA\[", re.IGNORECASE
)
NOSCRIPT = re.compile(r"<noscript", re.IGNORECASE)
_SELECT = re.compile(r"<select", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-zA-Z/!?]")


@dataclass(frozen=True, slots=True)
class Page:
    """`cuts`: the tokens, way by way; `sheet`: the rules of all its style elements."""

    source: str = field(repr=False)
    cuts: tuple[Sequence[HtmlToken], ...] = field(repr=False)
    sheet: Sheet = field(repr=False)


def page_of(source: str, start: int = 0, end: int | None = None) -> Page:
    """The page that this range is."""
    end = len(source) if end is None else end
    cuts = [list(tokens(source, start, end, LOOSE))]
    if _DIFFERS.search(source, start, end):
        kinds = [STANDARD]
        if NOSCRIPT.search(source, start, end):
            kinds.append(SCRIPTED)
        if _SELECT.search(source, start, end):
            kinds += [replace(kind, menus=True) for kind in kinds]
        for kind in kinds:
            _add(cuts, list(tokens(source, start, end, kind)))
    if any(t.kind in ("raw", "rcdata") and _MARKUP.search(source, t.start, t.end) for cut in cuts for t in cut):
        _add(cuts, list(tokens(source, start, end, BARE)))
    return Page(source, tuple(cuts), sheet_of(dict.fromkeys(style for cut in cuts for style in _styles(source, cut))))


def has_shadows(page: Page) -> bool:
    """Whether a template says that its content is shown, in which browsers place the text around it (13.2.6.4.4)."""
    return any(
        token.name == "template" and any(attribute.name == "shadowrootmode" for attribute in token.attributes)
        for cut in page.cuts
        for token in cut
    )


def _add(cuts: list[list[HtmlToken]], cut: list[HtmlToken]) -> None:
    if cut not in cuts:
        cuts.append(cut)


def _styles(source: str, cut: Sequence[HtmlToken]) -> Iterator[str]:
    inside: list[str] | None = None
    for token in cut:
        if token.name == "style" and token.kind != "raw":
            if inside:
                yield "".join(inside)
            inside = [] if token.kind == "start" else None
        elif inside is not None and token.kind == "raw":
            inside.append(source[token.start : token.end])
        elif inside is not None and token.kind == "text":  # in foreign content, or read as if nothing were raw
            inside.append(decoded(source[token.start : token.end]))
    if inside:
        yield "".join(inside)
