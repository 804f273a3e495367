"""Style sheets cut into rules: strings, comments and rules inside rules are seen for what they are.

In: the text of a style sheet. Out: `StyleRule`s. Nothing is raised; what is left open ends with the sheet. Linear in
the length of the sheet. CSS Syntax 3, CSS Nesting 1, Selectors 4 (`:is()`, `:where()`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\r\n\f]?|([^0-9a-fA-F\r\n\f]))")
_BLANKS = re.compile(r"\s{2,}")
_SIGN = re.compile(r"/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\r\n\f]|\\.)*\"?|'(?:[^'\\\r\n\f]|\\.)*'?|\\.|[{};]", re.DOTALL)
_AMONG = re.compile(r":(?:is|where|matches|(?:-webkit-|-moz-)?any)\(|[(),]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StyleRule:
    """`selectors` and `declarations` as they are read, escapes undone. `inside`: it stands in another rule."""

    selectors: tuple[str, ...]
    declarations: str = field(repr=False)
    inside: bool


def rules(style: str) -> Iterator[StyleRule]:
    """All rules of a sheet, in the order in which they end."""
    parts: list[list[str]] = [[]]  # of the sheet, and of each rule that is open
    heads: list[str] = []
    at = 0
    for found in _SIGN.finditer(style):
        sign = found[0]
        parts[-1].append(style[at : found.start()])
        at = found.end()
        if sign == "{":
            heads.append(_head(parts[-1]))
            parts.append([])
        elif sign == "}":
            if heads:
                yield _rule(heads.pop(), parts.pop(), bool(heads))
            else:
                parts[-1].clear()
        elif not sign.startswith("/*"):
            parts[-1].append(sign)
    parts[-1].append(style[at:])
    while heads:
        yield _rule(heads.pop(), parts.pop(), bool(heads))


def plain(declarations: str) -> str:
    """Declarations as they are read: no comments, escapes undone, one blank for many."""
    if "/*" in declarations:
        declarations = _SIGN.sub(lambda sign: "" if sign[0].startswith("/*") else sign[0], declarations)
    return _undone(declarations)


def _undone(text: str) -> str:
    # For one blank more each, the patterns that look through it would take the square of their number.
    return _BLANKS.sub(" ", ESCAPE.sub(character, text) if "\\" in text else text)


def character(match: re.Match[str]) -> str:
    """The character of one CSS escape."""
    if match[1] is None:
        return match[2]
    code = int(match[1], 16)
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else match[0]


def _head(parts: list[str]) -> str:
    """What stands before a brace since the last declaration; it is taken out of `parts`."""
    first = len(parts)
    while first and parts[first - 1] != ";":
        first -= 1
    head = "".join(parts[first:])
    del parts[first:]
    return head


def _rule(head: str, parts: list[str], inside: bool) -> StyleRule:
    return StyleRule(tuple(_selectors(_undone(head))), _undone("".join(parts)), inside)


def _selectors(head: str) -> Iterator[str]:
    """Each without what stands in parentheses; each of a choice in parentheses is one, behind a star."""
    around: list[str | None] = []  # what stands before each parenthesis that is open; None where it is no choice
    selector = ""
    shut = at = 0  # parentheses that are open and are no choice
    for found in _AMONG.finditer(head):
        if not shut:
            selector += head[at : found.start()]
        at = found.end()
        sign = found[0]
        if sign == ",":
            if not shut:
                yield selector
                selector = "* " if around else ""
        elif sign != ")":
            choice = sign != "(" and not shut
            around.append(selector if choice else None)
            shut += not choice
            selector = "* " if choice else selector
        elif around:
            if around.pop() is None:
                shut -= 1
            else:
                yield selector
                selector = "* "  # what stood before belongs to each of the choice
    if not shut:
        yield selector + head[at:]
