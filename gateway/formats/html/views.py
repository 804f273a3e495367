"""The texts that one HTML source holds: what is shown, and, apart, what stands in attributes, comments and styles.

Inline tags join what they stand between and block tags break it, as a program lays it out; hidden text counts as
shown, and where there is any, the text without it is a second reading, for letters of size zero are put inside words
(ZeroFont, 2018). References are decoded (HTML standard 13.2.5.72), and whatever else is written in another writing.
What a page turns around is read both ways, and a table that is read downwards downwards.

In: a source. Out: `View`s, each character of which leads back. Nothing is raised.
"""

import base64
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote_to_bytes

from gateway.formats.html.layout import columns, turned
from gateway.formats.html.styles import Sheet, character, sheet_of
from gateway.formats.html.tokens import Token, tokens
from gateway.text.escapes import undone
from gateway.text.mapped import Builder, Mapped, replaced

Context = Literal["text", "attribute", "code"]
_BLOCK_WORDS = """
address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure
footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe legend li main menu nav noscript ol optgroup option p
pre section select summary table tbody template textarea tfoot thead tr ul
"""
_EMPTY_WORDS = "area base br col embed hr img input link meta source track wbr"
_BLOCKS, _EMPTY = frozenset(_BLOCK_WORDS.split()), frozenset(_EMPTY_WORDS.split())
_TELLING = frozenset(("style", "class", "id", "hidden", "color"))
_CELLS = frozenset(("td", "th"))
_REFERENCE = r"&(?:#0{0,99}[0-9]{1,9};?|#[xX]0{0,99}[0-9a-fA-F]{1,8};?|[a-zA-Z][a-zA-Z0-9]{1,31};?)"
_IN_TEXT = re.compile(rf"[ \t\r\n\f]{{2,}}|[\t\r\n\f]|{_REFERENCE}")
_IN_PRE = re.compile(_REFERENCE)
_IN_ATTRIBUTE = re.compile(r"&(?:#0{0,99}[0-9]{1,9};?|#[xX]0{0,99}[0-9a-fA-F]{1,8};?|[a-zA-Z][a-zA-Z0-9]{1,31};)")
_CSS = re.compile(r"\\([0-9a-fA-F]{1,6})[ \t\r\n\f]?")
_TURNED = re.compile(
    r"<bdo\b|bidi-override|row-reverse|column-reverse|direction\s*:\s*rtl|float\s*:\s*right|\bdir\s*=\s*[\"']?rtl",
    re.IGNORECASE,
)
_LONGEST_TURNED = 200_000
_MOST_LABELS = 200
_DATA = re.compile(r"data:([a-zA-Z0-9.+/-]*)((?:;[^,;\"'\s]{0,200}){0,9}),([^\"')\s<>]*)", re.IGNORECASE)
_WHOLE_DATA = re.compile(r"\s*data:([a-zA-Z0-9.+/-]*)((?:;[^,;\"']{0,200}){0,9}),(.*)\Z", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class View:
    """`label` is empty for what is shown, else the attribute or `comment`, `style`, `script`, `title`."""

    label: str
    context: Context
    text: Mapped


def views(source: str) -> Iterator[View]:
    """All texts; the shown one first, even where it is empty."""
    cut = list(tokens(source))
    sheet = sheet_of(source[token.start : token.end] for token in cut if token.name == "style" and token.kind == "raw")
    shown, any_hidden = _shown(source, cut, sheet, keep_hidden=True)
    seen = [shown]
    if any_hidden:
        seen.append(_shown(source, cut, sheet, keep_hidden=False)[0])
    for text in seen:
        yield View("", "text", text)
    for text in seen:
        for other in undone(text):
            yield View("", "text", other)
    if shown.text and len(shown.text) <= _LONGEST_TURNED and _TURNED.search(source):
        yield View("", "text", turned(shown))
    if (down := columns(source, cut)) is not None:
        yield View("", "text", down)
    yield from _markup(source, cut)


def embedded(source: str) -> Iterator[tuple[str, bytes]]:
    """(media type, bytes) of each `data:` URI (RFC 2397), and of each document in a `srcdoc`."""
    whole: list[tuple[int, int]] = []  # attributes that are one URI: blanks and line ends in it do not end it
    if "data:" in source.lower():
        for token in tokens(source):
            for attribute in token.attributes:
                value = source[attribute.start : attribute.end]
                if value.lstrip()[:5].lower() == "data:" and (match := _WHOLE_DATA.match(value)):
                    whole.append((attribute.start, attribute.end))
                    if payload := _payload(match):
                        yield match[1].lower(), payload
    for match in _DATA.finditer(source):
        if any(start <= match.start() < end for start, end in whole):
            continue
        if payload := _payload(match):
            yield match[1].lower(), payload
    if "srcdoc" in source.lower():
        for token in tokens(source):
            for attribute in token.attributes:
                if attribute.name == "srcdoc" and attribute.end > attribute.start:
                    yield "text/html", html.unescape(source[attribute.start : attribute.end]).encode("utf-8", "replace")


def _payload(match: re.Match[str]) -> bytes:
    payload = unquote_to_bytes(html.unescape(match[3]))
    return _base64(payload) if "base64" in match[2].lower() else payload


def _base64(payload: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", payload.replace(b"-", b"+").replace(b"_", b"/"))
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


class _Hiding:
    """Follows which elements are hidden, by their own style or attribute."""

    def __init__(self, source: str, sheet: Sheet) -> None:
        self.source, self.sheet = source, sheet
        self.name = ""
        self.depth = 0
        self.any = False

    def sees(self, token: Token) -> bool:
        """Whether what follows this tag is hidden."""
        if self.depth:
            if token.name == self.name:
                self.depth += 1 if token.kind == "start" else -1
        elif (
            token.kind == "start"
            and token.name not in _EMPTY
            and self.sheet.hides(token.name, _written(self.source, token))
        ):
            self.name, self.depth, self.any = token.name, 1, True
        return self.depth > 0


def _written(source: str, token: Token) -> list[tuple[str, str]]:
    return [(a.name, source[a.start : a.end]) for a in token.attributes if a.name in _TELLING]


def _shown(source: str, cut: list[Token], sheet: Sheet, keep_hidden: bool) -> tuple[Mapped, bool]:
    builder = Builder()
    hiding = _Hiding(source, sheet)
    hidden = False
    preformatted = 0
    for token in cut:
        if token.kind == "text":
            if keep_hidden or not hidden:
                _text(builder, source, token, preformatted > 0)
        elif token.kind in ("start", "end"):
            hidden = hiding.sees(token)
            if token.name in ("pre", "textarea"):
                preformatted = max(0, preformatted + (1 if token.kind == "start" else -1))
            if token.name in _BLOCKS:
                if not builder.ends_with("\n"):
                    builder.add("\n")
            elif token.name in _CELLS and not builder.ends_with("\n\t"):
                builder.add("\t")
            if sheet.content and token.kind == "start":
                builder.add(sheet.adds(token.name, _written(source, token)))
    return builder.done(), hiding.any


def _text(builder: Builder, source: str, token: Token, preformatted: bool) -> None:
    at = token.start
    for match in (_IN_PRE if preformatted else _IN_TEXT).finditer(source, token.start, token.end):
        _copied(builder, source, at, match.start(), preformatted)
        piece = match[0]
        if piece[0] == "&":
            builder.put(html.unescape(piece), match.start(), len(piece))
        elif not builder.ends_with("\n\t "):
            builder.put(" ", match.start(), len(piece))
        at = match.end()
    _copied(builder, source, at, token.end, preformatted)


def _copied(builder: Builder, source: str, start: int, end: int, preformatted: bool) -> None:
    if not preformatted and start < end and source[start] == " " and builder.ends_with("\n\t "):
        start += 1
    builder.copy(source[start:end], start)


def _markup(source: str, cut: list[Token]) -> Iterator[View]:
    builders: dict[str, Builder] = {}
    comments: list[Token] = []
    for token in cut:
        for attribute in token.attributes:
            if attribute.end > attribute.start:
                _value(_open(builders, attribute.name), source, attribute.start, attribute.end)
            elif not attribute.name.isascii():
                _open(builders, "").copy(attribute.name, attribute.start - len(attribute.name))
        if token.kind in ("raw", "title") and token.end > token.start:
            _value(_open(builders, token.name), source, token.start, token.end)
        elif token.kind == "comment" and token.end > token.start:
            _without_data(_open(builders, "comment"), source, token.start, token.end)
            if "<" in source[token.start : token.end]:
                comments.append(token)
        elif not token.name.isascii():
            at = token.start + (2 if token.kind == "end" else 1)
            _open(builders, "").copy(source[at : at + len(token.name)], at)
    for label, builder in builders.items():
        text = builder.done()
        context: Context = "code" if label in ("comment", "style", "script", "") else "attribute"
        yield View(label or "tag", context, text)
        for other in _undone(label, text):
            yield View(label or "tag", context, other)
    for token in comments:  # `<!--[if mso]>…`: some programs show what is inside
        inner = list(tokens(source, token.start, token.end))
        shown, _ = _shown(source, [t for t in inner if t.kind != "comment"], Sheet(), keep_hidden=True)
        if shown.text.strip():
            yield View("comment", "text", shown)


def _open(builders: dict[str, Builder], label: str) -> Builder:
    """The builder of one label, on a new line. A page with a flood of names of its own gets one for the rest."""
    if label not in builders and len(builders) >= _MOST_LABELS:
        label = "attribute"
    if label in builders:
        builders[label].add("\n")
    return builders.setdefault(label, Builder())


def _value(builder: Builder, source: str, start: int, end: int) -> None:
    at = start
    for match in _IN_ATTRIBUTE.finditer(source, start, end):
        _without_data(builder, source, at, match.start())
        builder.put(html.unescape(match[0]), match.start(), len(match[0]))
        at = match.end()
    _without_data(builder, source, at, end)


def _without_data(builder: Builder, source: str, start: int, end: int) -> None:
    """Copies, but leaves out encoded pictures: they are children, and text searches would choke on them."""
    at = start
    if "data:" in source[start:end]:
        for match in _DATA.finditer(source, start, end):
            if "base64" in match[2].lower():
                builder.copy(source[at : match.start(3)], at)
                at = match.end()
    builder.copy(source[at:end], at)


def _undone(label: str, text: Mapped) -> Iterator[Mapped]:
    """The same with its escapes undone, where there are any."""
    if label == "style" and (plain := replaced(text, _CSS, character)) is not None:
        yield plain
        text = plain
    yield from undone(text)
