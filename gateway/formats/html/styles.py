"""What style sheets do to what is seen: which elements may not be, and which words are in the sheet alone.

No cascade is computed: an element is hidden here if any rule or attribute of its could hide it, for the text with it
and the text without it are both looked at. White, tiny and far away count as hidden.

In: the text of `<style>` elements and attributes. Out: `Sheet`, and for what reasons an element may not be seen.
Nothing is raised. CSS 2.2, CSS Syntax 3; HTML standard 15.3.1 (what is never rendered).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.formats.html.hiding import may_hide
from gateway.formats.html.references import decoded

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\r\n\f]?|([^0-9a-fA-F\r\n\f]))")
_RULE = re.compile(r"\{([^{}]*)\}")
_LONGEST_SELECTOR = 2000
_LONGEST_LAST = 200
_LAST = re.compile(r"([a-zA-Z][\w-]*)?((?:[.#][\w-]+)*)(?:\[[^\]]*\])*(?:::?[\w-]+(?:\([^)]*\))?)*\s*\Z")
_CONTENT = re.compile(r"(?<![\w-])content\s*:\s*((?:\"[^\"]*\"|'[^']*'|\s)+)", re.IGNORECASE)
_STRING = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_ZERO = r"\s*:\s*0*(?:\.0+)?(?:[a-z%]+)?\s*(?:[;!\"'}]|$)"
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|"
    rf"(?:font-size|opacity|max-height|max-width|line-height|zoom|transform\s*:\s*scale){_ZERO}|"
    r"font-size\s*:\s*0*[0-2](?:\.\d+)?(?:px|pt)|(?:left|top|right|bottom|text-indent|margin-left)\s*:\s*-\d{3}|"
    r"(?<![\w-])color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\)|"
    r"rgba\([^)]*,\s*0?\.?0*\s*\))|clip\s*:\s*rect\(\s*0",
    re.IGNORECASE,
)
_OUTRIGHT = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_DISPLAYED = re.compile(r"display\s*:\s*(?!none)[a-z]", re.IGNORECASE)
_WHITE = frozenset(("white", "#fff", "#ffffff", "fff", "ffffff"))
_BESIDE = frozenset(("rt", "rp"))  # read out, or shown small beside the word
_NEVER = frozenset(("datalist", "iframe", "noembed", "noframes", "template"))
_INSTEAD_WORDS = "audio canvas defs desc metadata noscript object select svg symbol video"
_INSTEAD = frozenset(_INSTEAD_WORDS.split())

OUTRIGHT, STYLED, NEVER, INSTEAD, BESIDE = 1, 2, 4, 8, 16
"""Why something may not be seen: its own tag says so; a style, colour or size; its kind is never shown (what frames
and templates hold); only some programs show it (scripts, sound, pictures, drawings, windows); it stands for
how ruby is drawn."""
ONCE = 32
"""A style might hide it, in some program."""
WITHIN = (ONCE, ONCE * 2, ONCE * 4, ONCE * 8)
"""The same, by how many elements of which that is true stand around each other: what is around all of a page hides
nothing of what a letter inside it hides."""
MOST_ADDED = 100_000
"""Characters that a sheet adds to one text: a rule of one word for an element that stands there a million times."""
UNSEEN = (
    OUTRIGHT | NEVER,
    OUTRIGHT | NEVER | BESIDE,
    OUTRIGHT | STYLED,
    OUTRIGHT | STYLED | NEVER,
    OUTRIGHT | STYLED | NEVER | INSTEAD,
)
"""What kinds of programs leave out, each kind a set of these reasons."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`hidden` are tags, `.classes` and `#ids` that a rule may hide; `outright` those that it hides whatever stands
    around them, `displayed` those that another may show; `content` is what a rule writes for them; `maybe` are `hidden`
    and those that a rule might hide in some program."""

    hidden: frozenset[str] = frozenset()
    outright: frozenset[str] = frozenset()
    displayed: frozenset[str] = frozenset()
    content: dict[str, str] = field(default_factory=dict)
    maybe: frozenset[str] = frozenset()

    def hides(self, name: str, attributes: Iterable[tuple[str, str]]) -> int:
        """The reasons why an element with this name and these attributes (name, value as written) may not be seen."""
        reasons = STYLED if name in self.hidden or name in _BESIDE else 0
        if name == "rp":
            reasons |= BESIDE
        if name in _NEVER:
            reasons |= NEVER
        elif name in _INSTEAD:
            reasons |= INSTEAD
        shut = name == "dialog"
        keys = [name]
        displayed = False
        for attribute, written in attributes:
            value = decoded(written)
            if attribute == "hidden":
                reasons |= OUTRIGHT
            elif attribute.strip() == "hidden":
                reasons |= STYLED  # behind a full-width blank, which is one to some
            elif attribute == "style":
                plain = _plain(value)
                displayed = _DISPLAYED.search(plain) is not None
                if _HIDDEN.search(plain):
                    reasons |= OUTRIGHT if _OUTRIGHT.search(plain) else STYLED
                elif may_hide(plain):
                    reasons |= ONCE
            elif attribute == "color" and value.strip().lower() in _WHITE:
                reasons |= STYLED
            elif attribute == "open":
                shut = False
            if self.maybe:
                keys += _keys(attribute, value)
        if self.hidden and any(key in self.hidden for key in keys):
            reasons |= STYLED
            if not displayed and any(k in self.outright for k in keys) and not any(k in self.displayed for k in keys):
                reasons |= OUTRIGHT
        if reasons & STYLED or (self.maybe and any(key in self.maybe for key in keys)):
            reasons |= ONCE
        return reasons | (INSTEAD if shut else 0)

    def adds(self, name: str, attributes: Iterable[tuple[str, str]]) -> str:
        """The words that the sheet writes before or behind such an element."""
        if not self.content:
            return ""
        keys = [name, *(key for attribute, value in attributes for key in _keys(attribute, value))]
        return "".join(self.content.get(key, "") for key in keys)


def sheet_of(styles: Iterable[str]) -> Sheet:
    """The rules of all style elements of a page."""
    hidden: set[str] = set()
    maybe: set[str] = set()
    outright: set[str] = set()
    displayed: set[str] = set()
    content: dict[str, str] = {}
    for style in styles:
        plain = _plain(style)
        at = depth = 0
        for rule in _RULE.finditer(plain):
            depth += plain.count("{", at, rule.start()) - plain.count("}", at, rule.start())
            at = rule.end()
            hides = _HIDDEN.search(rule[1]) is not None
            may = hides or may_hide(rule[1])
            shows = _DISPLAYED.search(rule[1]) is not None
            words = "".join(a or b for found in _CONTENT.findall(rule[1]) for a, b in _STRING.findall(found))
            if not may and not shows and not words.strip():
                continue
            for selector in _selectors(plain, rule.start()):
                if not (key := _key(selector)):
                    continue
                if may:
                    maybe.add(key)
                if hides:
                    hidden.add(key)
                    if depth == 0 and key == selector.strip() and _OUTRIGHT.search(rule[1]):
                        outright.add(key)
                if shows:
                    displayed.add(key)
                if words.strip():
                    content[key] = content.get(key, "") + words
    return Sheet(frozenset(hidden), frozenset(outright), frozenset(displayed), content, frozenset(maybe))


def _selectors(style: str, end: int) -> list[str]:
    """What stands before a rule's brace."""
    first = max(0, end - _LONGEST_SELECTOR)
    start = max(first, style.rfind("{", first, end) + 1, style.rfind("}", first, end) + 1)
    return style[start:end].split(",")


def _key(selector: str) -> str:
    """The most telling part of the element that a selector ends in."""
    last = _LAST.search(selector[-_LONGEST_LAST:])
    if last is None:
        return ""
    marks = re.findall(r"[.#][\w-]+", last[2] or "")
    return next((m for m in marks if m[0] == "#"), marks[-1] if marks else (last[1] or "").lower())


def _keys(attribute: str, value: str) -> Iterable[str]:
    if attribute == "class":
        return ["." + word for word in value.split()[:20]]
    return ["#" + value.strip()] if attribute == "id" else ()


def _plain(style: str) -> str:
    return unescaped(_COMMENT.sub("", style)) if "/*" in style or "\\" in style else style


def unescaped(style: str) -> str:
    """CSS escapes undone."""
    return _ESCAPE.sub(character, style)


def character(match: re.Match[str]) -> str:
    """The character of one CSS escape."""
    if match[1] is None:
        return match[2]
    code = int(match[1], 16)
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else match[0]
