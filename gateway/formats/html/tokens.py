"""HTML cut into tokens, each with its place in the source.

After the tokenizer of the HTML standard (13.2.5): what counts as a tag, where an attribute ends, which elements hold
text that is no markup. A tag that never ends is text here: some program shows it. Which elements hold raw text is
where programs differ (no scripts, no frames, old ones that know neither), so that is said by `Rules`, and a page in
which it matters has several readings. Linear in the length of the source.

In: a source text and a range of it. Out: `HtmlToken`s that cover the range in order. Nothing is raised.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from gateway.formats.html.foreign import Foreign
from gateway.formats.html.menus import Menus

TokenKind = Literal["text", "start", "end", "comment", "raw", "rcdata"]
_EMPTY_WORDS = "area base br col embed hr img input link meta param source track wbr"
EMPTY = frozenset(_EMPTY_WORDS.split())
"""Elements without an end tag."""
_BLANK = " \t\n\r\f"  # no others: Python's `\s` would end a name at a full-width blank, and make `<style　>` a style
_TAG = re.compile(rf"</?([a-zA-Z][^{_BLANK}/>]*)")
_SPACE = re.compile(rf"[{_BLANK}/]*")
_NAME = re.compile(rf"=?[^{_BLANK}/>=]*")
_EQUALS = re.compile(rf"[{_BLANK}]*=[{_BLANK}]*")
_UNQUOTED = re.compile(rf"[^{_BLANK}>]*")
_COMMENT_END = re.compile(r"--!?>")
_CDATA = "<![CDATA["
_MOST_UNENDED = 20  # each costs a look to the end of the source; by the standard the first one ends the page
_SCRIPT = (
    re.compile(rf"<!--|</script(?=[{_BLANK}/>])", re.IGNORECASE),
    re.compile(rf"-->|</?script(?=[{_BLANK}/>])", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`start` to `end` is the value in the source, without quotes."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HtmlToken:
    """`start` to `end`: the text itself, the inside of a comment or of a raw element, or the whole tag.

    `raw` holds no references, `rcdata` does.
    """

    kind: TokenKind
    start: int
    end: int
    name: str = ""
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """`raw` and `rcdata`: elements whose text is no markup. `exact`: scripts and `plaintext` end where the standard
    says, and a CDATA section is text in foreign content alone, else it is everywhere. `foreign`: whether there is such
    content. `menus`: whether tags inside `select` go unread, as they did by the standard until 2025."""

    raw: frozenset[str]
    rcdata: frozenset[str]
    exact: bool = True
    foreign: bool = True
    menus: bool = False


LOOSE = Rules(frozenset(("script", "style")), frozenset(("title",)), exact=False, foreign=False)
"""As programs read that know little of HTML."""
STANDARD = Rules(
    frozenset(("iframe", "noembed", "noframes", "plaintext", "script", "style", "xmp")),
    frozenset(("textarea", "title")),
)
"""HTML standard 13.2.6.4, scripts off: mail programs."""
SCRIPTED = replace(STANDARD, raw=STANDARD.raw | {"noscript"})
"""The same, scripts on: browsers."""
BARE = Rules(frozenset(), frozenset(), foreign=False)
"""Nothing is raw: whoever takes tags away takes away what is raw by them."""


def tokens(source: str, start: int = 0, end: int | None = None, rules: Rules = LOOSE) -> Iterator[HtmlToken]:
    """All tokens of `source[start:end]`."""
    end = len(source) if end is None else end
    at = text_start = start
    last = source.rfind(">", start, end)
    unended = 0
    foreign, menus = Foreign(), Menus()
    while unended < _MOST_UNENDED:
        sign = source.find("<", at, end)
        if sign < 0 or (sign > last and not source.startswith(("<!--", _CDATA), sign)):
            break
        found = _one(source, sign, end, not rules.exact or foreign.current)
        if found is None:
            unended += source[sign + 1 : sign + 2] not in ("", "<", " ")
            at = sign + 1
            continue
        token, after = found
        if sign > text_start:
            yield HtmlToken("text", text_start, sign)
        at = text_start = after
        how = menus.meets(token.kind, token.name) if rules.menus else "read"
        if how in ("ends", "leaves"):
            yield HtmlToken("end", sign, sign, "select")
        if how in ("ends", "unread"):
            continue
        yield token
        if token.kind == "end":
            foreign.end(token.name)
        if token.kind != "start":
            continue
        if rules.foreign and not _is_html(source, token, foreign):
            continue
        if token.name in rules.raw or token.name in rules.rcdata:
            close = _close_of(source, token.name, at, end, rules)
            yield HtmlToken("raw" if token.name in rules.raw else "rcdata", at, close, token.name)
            at = text_start = close
    if text_start < end:
        yield HtmlToken("text", text_start, end)


def _is_html(source: str, token: HtmlToken, foreign: Foreign) -> bool:
    closed = source.endswith("/>", token.start, token.end)
    attributes = ((a.name, source[a.start : a.end]) for a in token.attributes)
    return foreign.start(token.name, attributes, closed, token.name in EMPTY)


def _one(source: str, at: int, end: int, cdata: bool) -> tuple[HtmlToken, int] | None:
    """The token that begins with `<` at `at`, and where it ends; None where that sign is text."""
    tag = _TAG.match(source, at, end)
    if tag is not None:
        return _tag(source, tag, end)
    if source.startswith("<!--", at):
        return _comment(source, at + 4, end)
    if cdata and source.startswith(_CDATA, at):
        close = source.find("]]>", at, end)
        stop = end if close < 0 else close
        return HtmlToken("text", at + len(_CDATA), stop), min(stop + 3, end)
    if source.startswith(("<!", "<?", "</"), at):
        close = source.find(">", at, end)
        if close < 0:
            return None
        return HtmlToken("comment", at + 2, close), close + 1
    return None


def _comment(source: str, at: int, end: int) -> tuple[HtmlToken, int]:
    for short in (">", "->"):
        if source.startswith(short, at):
            return HtmlToken("comment", at, at), at + len(short)
    close = _COMMENT_END.search(source, at, end)
    if close is None:
        return HtmlToken("comment", at, end), end
    return HtmlToken("comment", at, close.start()), close.end()


def _tag(source: str, tag: re.Match[str], end: int) -> tuple[HtmlToken, int] | None:
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
    return HtmlToken(kind, tag.start(), at + 1, tag[1].lower(), tuple(attributes)), at + 1


def _past(pattern: re.Pattern[str], source: str, at: int, end: int) -> int:
    match = pattern.match(source, at, end)
    return match.end() if match else at


def _close_of(source: str, name: str, at: int, end: int, rules: Rules) -> int:
    """Where the text of an element ends: 13.2.5.2 to 13.2.5.4 (appropriate end tag), and 13.2.5.5 (no end)."""
    if name == "plaintext":
        return end
    if name == "script" and rules.exact:
        return _end_of_script(source, at, end)
    found = _end_tag(name).search(source, at, end)
    return found.start() if found else end


@cache
def _end_tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?=[{_BLANK}/>])", re.IGNORECASE)


def _end_of_script(source: str, at: int, end: int) -> int:
    """13.2.5.15 to 13.2.5.31: inside `<!--` a start tag makes the next end tag none."""
    escaped = double = False
    while (found := _SCRIPT[escaped].search(source, at, end)) is not None:
        sign = found[0]
        at = found.end()
        if sign == "<!--":
            escaped, at = True, found.start() + 2  # its dashes count: `<!-->` ends at once
        elif sign == "-->":
            escaped = double = False
        elif sign[1] != "/":
            double = True
        elif double:
            double = False
        else:
            return found.start()
    return end
