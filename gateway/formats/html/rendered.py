"""The text that a page shows, in the order of its source: inline tags join what stands around them, block tags do not.

In: a page's source, one way to cut it, its sheet, what is left out. Out: `Mapped` text. Nothing is raised.
"""

import re
import string
from collections.abc import Sequence

from gateway.formats.html.css_visibility import MOST_ADDED, UNSEEN, Sheet
from gateway.formats.html.references import IN_TEXT, decoded_reference
from gateway.formats.html.tokens import EMPTY, HtmlToken
from gateway.formats.html.values import add_value
from gateway.text.offset_map import Builder, Mapped, Span, merged

_BLOCK_WORDS = """
address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure
footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe legend li main menu nav noscript ol optgroup option p
pre section select summary table tbody template textarea tfoot thead tr ul
"""
BLOCKS, CELLS = frozenset(_BLOCK_WORDS.split()), frozenset(("td", "th"))
UNSHOWN = frozenset(("script", "style", "title"))
"""Raw text that stands in no page."""
NOT_DRAWN = frozenset(("defs", "desc", "metadata", "symbol"))
"""What SVG holds and does not show."""
PREFORMATTED = frozenset(("pre", "textarea"))
_FILLED = {
    "area": ("alt",),
    "image": ("alt",),
    "img": ("alt",),
    "input": ("value", "placeholder", "alt"),
    "option": ("label",),
    "optgroup": ("label",),
    "textarea": ("placeholder",),
}
"""Attributes that are shown where their element stands, at least while its picture is not loaded."""
_AROUND = 80
_BEGINS = re.compile("[0-9A-Za-z&]")
_TOUCHING = string.ascii_letters + string.digits
_IN_TEXT = re.compile(rf"[ \t\r\n\f]{{2,}}|[\t\r\n\f]|{IN_TEXT}")
_IN_PRE = re.compile(IN_TEXT)
_IN_RAW = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")


class _Hiding:
    """Follows which elements are hidden for the reasons in `unseen`; `reasons` are all that were met."""

    def __init__(self, source: str, sheet: Sheet, unseen: int) -> None:
        self.source, self.sheet, self.unseen = source, sheet, unseen
        self.name = ""
        self.depth = 0
        self.reasons = 0

    def sees(self, token: HtmlToken) -> bool:
        """Whether what follows this tag is hidden."""
        if self.depth:
            if token.name == self.name:
                self.depth += 1 if token.kind == "start" else -1
            elif token.kind == "end" and token.name == "svg" and self.name in NOT_DRAWN:
                self.depth = 0
        elif token.kind == "start" and token.name not in EMPTY:
            reasons = self.sheet.hides(token.name, _written(self.source, token, self.sheet))
            self.reasons |= reasons
            if reasons & self.unseen:
                self.name, self.depth = token.name, 1
        return self.depth > 0


def visible_text(
    source: str,
    cut: Sequence[HtmlToken],
    sheet: Sheet,
    unseen: int = 0,
    places: list[Span] | None = None,
    parted: bool = False,
) -> tuple[Mapped, int]:
    """The text without what is `unseen` (reasons of `css_visibility`), and the reasons that anything in it has.

    With `places`, values of attributes stand where they are shown, and where in the text is added to that list. With
    `parted`, what touches across a tag has a blank between, as boxes of a page look though no letter says it.
    """
    builder = Builder()
    hiding = _Hiding(source, sheet, unseen)
    hidden = tagged = False
    preformatted = added = 0
    for token in cut:
        if token.kind in ("start", "end"):
            hidden = hiding.sees(token)
            tagged = parted
            if token.name in PREFORMATTED:
                preformatted = max(0, preformatted + (1 if token.kind == "start" else -1))
            if token.name in BLOCKS:
                if not builder.ends_with("\n"):
                    builder.add("\n")
            elif token.name in CELLS and not builder.ends_with("\n\t"):
                builder.add("\t")
            if places is not None and token.kind == "start" and token.name in _FILLED and not hidden:
                _fill(builder, source, token, places)
            if added < MOST_ADDED and sheet.content and token.kind == "start" and not hidden:
                words = sheet.adds(token.name, _written(source, token, sheet))
                builder.add(words)
                added += len(words)
        elif token.kind != "comment" and token.name not in UNSHOWN and not hidden:
            if tagged and token.start < token.end and builder.length and builder.ends_with(_TOUCHING):
                builder.add(" " if _BEGINS.match(source, token.start) else "")
            tagged = False
            if token.kind == "raw":
                _text(builder, source, token, _IN_RAW, keep_blanks=False)
            else:
                _text(builder, source, token, _IN_PRE if preformatted else _IN_TEXT, preformatted > 0)
    return builder.done(), hiding.reasons


def filled(source: str, cut: Sequence[HtmlToken], sheet: Sheet) -> Mapped | None:
    """What stands around values that are shown in their place, and these; None where there is none."""
    if not any(token.name in _FILLED for token in cut):
        return None
    places: list[Span] = []
    text, _ = visible_text(source, cut, sheet, UNSEEN[0], places)
    builder = Builder(text)
    around = [
        (max(0, start - _AROUND), min(len(text.text), end + _AROUND))
        for start, end in places
        if (text.text[max(0, start - _AROUND) : start] + text.text[end : end + _AROUND]).strip()
    ]
    for start, end in merged(around):
        builder.copy(text.text[start:end], start)
        builder.add("\n")
    return builder.done() if builder.length else None


def _fill(builder: Builder, source: str, token: HtmlToken, places: list[Span]) -> None:
    values = {a.name: a for a in reversed(token.attributes)}  # the first of its name counts
    if "type" in values and source[values["type"].start : values["type"].end].lower() == "hidden":
        return
    for name in _FILLED[token.name]:
        if (value := values.get(name)) is not None and value.end > value.start:
            start = builder.length
            add_value(builder, source, value.start, value.end)
            places.append((start, builder.length))
            return


def _written(source: str, token: HtmlToken, sheet: Sheet) -> list[tuple[str, str]]:
    return [(a.name, source[a.start : a.end]) for a in token.attributes if a.name.strip() in sheet.telling]


def _text(builder: Builder, source: str, token: HtmlToken, pattern: re.Pattern[str], keep_blanks: bool) -> None:
    at = token.start
    for match in pattern.finditer(source, token.start, token.end):
        _copied(builder, source, at, match.start(), keep_blanks)
        piece = match[0]
        if piece[0] == "&":
            builder.put(decoded_reference(piece), match.start(), len(piece))
        elif not builder.ends_with("\n\t "):
            builder.put(" ", match.start(), len(piece))
        at = match.end()
    _copied(builder, source, at, token.end, keep_blanks)


def _copied(builder: Builder, source: str, start: int, end: int, keep_blanks: bool) -> None:
    if not keep_blanks and start < end and source[start] == " " and builder.ends_with("\n\t "):
        start += 1
    builder.copy(source[start:end], start)
