"""A mail's HTML as plain pieces: what is left of a stranger's page when nothing of it can act any more.

Made by jailed code, and written anew as HTML by whoever shows it: names of elements and properties come from the lists
here, so that what is not in them cannot be said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PieceKind = Literal["open", "close", "text", "picture"]

ELEMENTS = frozenset(
    """
    p div span br hr b strong i em u s del ins sub sup small big h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody
    tfoot tr td th caption blockquote pre code center abbr cite q address section article header footer figure
    figcaption
    """.split()  # noqa: SIM905 - a list of words
)
EMPTY = frozenset(("br", "hr"))
"""Those that have no end."""
BLOCKS = frozenset(
    """
    p div br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr caption blockquote pre center address
    section article header footer figure figcaption
    """.split()  # noqa: SIM905 - a list of words
)
"""Those at whose ends a line ends."""
CELLS = frozenset(("td", "th"))

_COLOUR = r"(?:#[0-9a-f]{3,8}|[a-z]{3,24}|rgba?\([0-9., %]{1,40}\))"
_LENGTH = r"(?:0|\d{1,3}(?:\.\d{1,3})?(?:px|pt|em|rem|%))"
_SIZES = r"(?:x{0,2}-(?:small|large)|small(?:er)?|medium|large(?:r)?|[6-9](?:\.\d+)?p[xt]|[1-4]\d(?:\.\d+)?p[xt]"
STYLES: Mapping[str, re.Pattern[str]] = {
    "color": re.compile(_COLOUR),
    "background-color": re.compile(_COLOUR),
    "font-size": re.compile(_SIZES + r"|[0-3](?:\.\d{1,3})?r?em|[5-9]\d%|[1-3]\d\d%)"),
    "font-weight": re.compile(r"normal|bold|bolder|lighter|[1-9]00"),
    "font-style": re.compile(r"normal|italic|oblique"),
    "text-align": re.compile(r"left|right|center|justify|start|end"),
    "text-decoration": re.compile(r"none|underline|line-through"),
    "vertical-align": re.compile(r"top|middle|bottom|baseline|sub|super"),
    "white-space": re.compile(r"normal|pre|pre-wrap|pre-line"),
    "line-height": re.compile(r"normal|[1-3](?:\.\d{1,2})?"),
    "list-style-type": re.compile(r"none|disc|circle|square|decimal|cjk-ideographic"),
    "width": re.compile(_LENGTH),
    "padding": re.compile(rf"{_LENGTH}(?: {_LENGTH}){{0,3}}"),
    "margin": re.compile(rf"{_LENGTH}(?: {_LENGTH}){{0,3}}"),
    "border": re.compile(rf"none|0|\d{{1,2}}p[xt] (?:solid|dashed|dotted|double) {_COLOUR}"),
    "border-collapse": re.compile(r"collapse|separate"),
}
"""Properties that may be said, and which of their values. None moves a text to another place than its order."""
SPANS = frozenset(("colspan", "rowspan"))
_SPAN = re.compile(r"[1-9]\d?")


@dataclass(frozen=True, slots=True)
class PagePiece:
    """`name` and `style` of an element that begins, `name` of one that ends, a `text`, or a picture: by the SHA-256 of
    its file, which is empty where it lies outside of the mail."""

    kind: PieceKind
    name: str = ""
    style: tuple[tuple[str, str], ...] = ()
    text: str = field(default="", repr=False)
    sha256: bytes = b""


@dataclass(frozen=True, slots=True)
class ShownPage:
    """The pieces in order; none where the mail has no HTML. `hidden`: how many passages a mail program does not show,
    or would have needed a script, a drawing or another site for. `cut`: there was more."""

    pieces: tuple[PagePiece, ...] = ()
    hidden: int = 0
    cut: bool = False


def may_be_said(piece: PagePiece) -> bool:
    """Whether it is one that the lists know. Whoever made it is not trusted."""
    if piece.kind in ("text", "picture"):
        return not piece.name and not piece.style and len(piece.sha256) in (0, 32)
    if piece.name not in ELEMENTS:
        return False
    return all(
        (name in STYLES and STYLES[name].fullmatch(value) is not None)
        or (name in SPANS and _SPAN.fullmatch(value) is not None)
        for name, value in piece.style
    )
