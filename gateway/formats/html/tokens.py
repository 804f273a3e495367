"""HTML cut into tokens, each with its place in the source.

After the tokenizer of the HTML standard (13.2.5), which every mail program follows in the main: what counts as a tag,
where an attribute ends, which elements hold text that is no markup. A tag that never ends is text here: some program
shows it. Linear in the length of the source.

In: a source text and a range of it. Out: `Token`s that cover the range in order. Nothing is raised.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["text", "start", "end", "comment", "raw", "title"]
_TAG = re.compile(r"</?([a-zA-Z][^\s/>]*)")
_SPACE = re.compile(r"[\s/]*")
_NAME = re.compile(r"=?[^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_UNQUOTED = re.compile(r"[^\s>]*")
_COMMENT_END = re.compile(r"--!?>")
_MOST_UNENDED = 20  # each costs a look to the end of the source; by the standard the first one ends the page
_RAW = frozenset(("script", "style"))
_TITLE = frozenset(("title",))


@dataclass(frozen=True, slots=True)
class Attribute:
    """`start` to `end` is the value in the source, without quotes."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """`start` to `end`: the text itself, the inside of a comment or of a raw element, or the whole tag."""

    kind: TokenKind
    start: int
    end: int
    name: str = ""
    attributes: tuple[Attribute, ...] = ()


def tokens(source: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """All tokens of `source[start:end]`."""
    end = len(source) if end is None else end
    at = text_start = start
    last = source.rfind(">", start, end)
    unended = 0
    while unended < _MOST_UNENDED:
        sign = source.find("<", at, end)
        if sign < 0 or (sign > last and not source.startswith("<!--", sign)):
            break
        found = _one(source, sign, end)
        if found is None:
            unended += source[sign + 1 : sign + 2] not in ("", "<", " ")
            at = sign + 1
            continue
        token, after = found
        if sign > text_start:
            yield Token("text", text_start, sign)
        if token is not None:
            yield token
        at = text_start = after
        if token is not None and token.kind == "start" and token.name in _RAW | _TITLE:
            close = _close_of(source, token.name, at, end)
            yield Token("raw" if token.name in _RAW else "title", at, close, token.name)
            at = text_start = close
    if text_start < end:
        yield Token("text", text_start, end)


def _one(source: str, at: int, end: int) -> tuple[Token | None, int] | None:
    """The token that begins with `<` at `at`, and where it ends; None where that sign is text."""
    tag = _TAG.match(source, at, end)
    if tag is not None:
        return _tag(source, tag, end)
    if source.startswith("<!--", at):
        return _comment(source, at + 4, end)
    if source.startswith("<![CDATA[", at):
        close = source.find("]]>", at, end)
        stop = end if close < 0 else close
        return Token("text", at + 9, stop), min(stop + 3, end)
    if source.startswith(("<!", "<?", "</"), at):
        close = source.find(">", at, end)
        if close < 0:
            return None
        return Token("comment", at + 2, close), close + 1
    return None


def _comment(source: str, at: int, end: int) -> tuple[Token, int]:
    for short in (">", "->"):
        if source.startswith(short, at):
            return Token("comment", at, at), at + len(short)
    close = _COMMENT_END.search(source, at, end)
    if close is None:
        return Token("comment", at, end), end
    return Token("comment", at, close.start()), close.end()


def _tag(source: str, tag: re.Match[str], end: int) -> tuple[Token, int] | None:
    attributes: list[Attribute] = []
    at = tag.end()
    while True:
        at = _past(_SPACE, source, at, end)
        if at >= end:
            return None
        if source[at] == ">":
            break
        name_start, at = at, _past(_NAME, source, at, end)
        name = source[name_start:at].lower()
        equals = _EQUALS.match(source, at, end)
        if equals is None:
            attributes.append(Attribute(name, at, at))
            continue
        at = equals.end()
        if at >= end:
            return None
        if source[at] in "\"'":
            close = source.find(source[at], at + 1, end)
            if close < 0:
                return None
            attributes.append(Attribute(name, at + 1, close))
            at = close + 1
        else:
            value, at = at, _past(_UNQUOTED, source, at, end)
            attributes.append(Attribute(name, value, at))
    kind: TokenKind = "end" if source[tag.start() + 1] == "/" else "start"
    return Token(kind, tag.start(), at + 1, tag[1].lower(), tuple(attributes)), at + 1


def _past(pattern: re.Pattern[str], source: str, at: int, end: int) -> int:
    match = pattern.match(source, at, end)
    return match.end() if match else at


def _close_of(source: str, name: str, at: int, end: int) -> int:
    found = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, at, end)
    return found.start() if found else end
