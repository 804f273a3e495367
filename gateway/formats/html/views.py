"""The texts that one HTML source holds: what is shown, and, apart, what stands in attributes, comments and styles.

Inline tags join what they stand between and block tags break it, as a program lays it out; hidden text counts as
shown, and where there is any, the text without it is a second reading, for letters of size zero are put inside words
(ZeroFont, 2018). References are decoded (HTML standard 13.2.5.72), once and, where something is left, once more.

In: a source. Out: `View`s, each character of which leads back. Nothing is raised.
"""

import base64
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote_to_bytes

from gateway.formats.html.tokens import Attribute, Token, tokens
from gateway.text.charsets import decodings
from gateway.text.mapped import Builder, Mapped, replaced

Context = Literal["text", "attribute", "code"]
_BLOCK_WORDS = """
address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure
footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe legend li main menu nav noscript ol optgroup option p
pre section select summary table tbody template textarea tfoot thead tr ul
"""
_EMPTY_WORDS = "area base br col embed hr img input link meta source track wbr"
_BLOCKS, _EMPTY = frozenset(_BLOCK_WORDS.split()), frozenset(_EMPTY_WORDS.split())
_CELLS = frozenset(("td", "th"))
_REFERENCE = r"&(?:#[0-9]{1,9};?|#[xX][0-9a-fA-F]{1,8};?|[a-zA-Z][a-zA-Z0-9]{1,31};?)"
_IN_TEXT = re.compile(rf"[ \t\r\n\f]{{2,}}|[\t\r\n\f]|{_REFERENCE}")
_IN_PRE = re.compile(_REFERENCE)
_IN_ATTRIBUTE = re.compile(r"&(?:#[0-9]{1,9};?|#[xX][0-9a-fA-F]{1,8};?|[a-zA-Z][a-zA-Z0-9]{1,31};)")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_CSS = re.compile(r"\\([0-9a-fA-F]{1,6})[ \t\r\n\f]?")
_SCRIPT = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_HIDDEN = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|"
    r"(?:font-size|opacity|max-height|max-width|line-height)\s*:\s*0*(?:\.0+)?(?:[a-z%]+)?\s*(?:[;!\"']|$))",
    re.IGNORECASE,
)
_LINKS = frozenset(("href", "src", "action", "background", "cite", "poster", "longdesc", "formaction", "xlink:href"))
_MOST_LABELS = 200
_DATA = re.compile(r"data:([a-zA-Z0-9.+/-]*)((?:;[^,;\"'\s]{0,200}){0,9}),([^\"')\s<>]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class View:
    """`label` is empty for what is shown, else the attribute or `comment`, `style`, `script`, `title`."""

    label: str
    context: Context
    text: Mapped


def views(source: str) -> Iterator[View]:
    """All texts; the shown one first, even where it is empty."""
    cut = list(tokens(source))
    shown, any_hidden = _shown(source, cut, keep_hidden=True)
    yield View("", "text", shown)
    if any_hidden:
        yield View("", "text", _shown(source, cut, keep_hidden=False)[0])
    if "&" in shown.text and (again := replaced(shown, _IN_PRE, lambda m: html.unescape(m[0]))) is not None:
        yield View("", "text", again)
    yield from _markup(source, cut)


def embedded(source: str) -> Iterator[tuple[str, bytes]]:
    """(media type, bytes) of each `data:` URI (RFC 2397), and of each document in a `srcdoc`."""
    for match in _DATA.finditer(source):
        payload = unquote_to_bytes(html.unescape(match[3]))
        if "base64" in match[2].lower():
            payload = _base64(payload)
        if payload:
            yield match[1].lower(), payload
    if "srcdoc" in source.lower():
        for token in tokens(source):
            for attribute in token.attributes:
                if attribute.name == "srcdoc" and attribute.end > attribute.start:
                    yield "text/html", html.unescape(source[attribute.start : attribute.end]).encode("utf-8", "replace")


def _base64(payload: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", payload.replace(b"-", b"+").replace(b"_", b"/"))
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


class _Hiding:
    """Follows which elements are hidden, by their own style or attribute."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.name = ""
        self.depth = 0
        self.any = False

    def sees(self, token: Token) -> bool:
        """Whether what follows this tag is hidden."""
        if self.depth:
            if token.name == self.name:
                self.depth += 1 if token.kind == "start" else -1
        elif token.kind == "start" and token.name not in _EMPTY and any(map(self._hides, token.attributes)):
            self.name, self.depth, self.any = token.name, 1, True
        return self.depth > 0

    def _hides(self, attribute: Attribute) -> bool:
        if attribute.name == "hidden":
            return True
        return attribute.name == "style" and bool(_HIDDEN.search(self.source, attribute.start, attribute.end))


def _shown(source: str, cut: list[Token], keep_hidden: bool) -> tuple[Mapped, bool]:
    builder = Builder()
    hiding = _Hiding(source)
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
        shown, _ = _shown(source, [t for t in inner if t.kind != "comment"], keep_hidden=True)
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
    if label in _LINKS and (undone := replaced(text, _PERCENT, _percent)) is not None:
        yield undone
    if label == "style" and (undone := replaced(text, _CSS, _css)) is not None:
        yield undone
    if label == "script" and (undone := replaced(text, _SCRIPT, _script)) is not None:
        yield undone


def _percent(match: re.Match[str]) -> str:
    found = decodings(unquote_to_bytes(match[0]))
    return found[0].text if found and found[0].exact and found[0].text.isprintable() else match[0]


def _css(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else match[0]


def _script(match: re.Match[str]) -> str:
    units = b"".join(int(code, 16).to_bytes(2, "little") for code in match[0].split("\\u")[1:])
    text = units.decode("utf-16-le", "replace")
    return text if text.isprintable() else match[0]
