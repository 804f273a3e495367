"""What style sheets do to what is seen: which elements may not be, and which words are in the sheet alone.

No cascade is computed: an element is hidden here if any rule or attribute of its could hide it, for the text with it
and the text without it are both looked at. White, tiny and far away count as hidden.

In: the text of `<style>` elements and attributes. Out: `Sheet`, and for what reasons an element may not be seen.
Nothing is raised. CSS 2.2, CSS Syntax 3; HTML standard 15.3.1 (what is never rendered).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.formats.html.css import plain, rules
from gateway.formats.html.hiding import may_hide
from gateway.formats.html.references import decoded

_LONGEST_LAST = 200
_LAST = re.compile(r"([a-zA-Z][\w-]*)?((?:[.#][\w-]+)*)((?:\[[^\]]*\])*)(?:::?[\w-]+(?:\([^)]*\))?)*\s*\Z")
_MARK = re.compile(r"[.#][\w-]+")
_ATTRIBUTE = re.compile(r"\[\s*[\w-]+")
_CONTENT = re.compile(r"(?<![\w-])content\s*:\s*((?:\"[^\"]*\"|'[^']*'|\s)+)", re.IGNORECASE)
_STRING = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_ZERO = r"\s*:\s*0*(?:\.0+)?(?:[a-z%]+)?\s*(?:[;!\"'}]|$)"
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|"
    rf"(?:font-size|opacity|max-height|max-width|line-height|zoom|transform\s*:\s*scale){_ZERO}|"
    r"font-size\s*:\s*0*[0-2](?:\.\d+)?(?:px|pt)|(?:left|top|right|bottom|text-indent|margin-left)\s*:\s*-\d{3}|"
    r"(?<![\w-])color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\)|"
    r"rgba\([^)]{0,80},\s*0?\.?0*\s*\))|clip\s*:\s*rect\(\s*0",
    re.IGNORECASE,
)
_OUTRIGHT = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_DISPLAYED = re.compile(r"display\s*:\s*(?!none)[a-z]", re.IGNORECASE)
_WHITE = frozenset(("white", "#fff", "#ffffff", "fff", "ffffff"))
_BESIDE = frozenset(("rt", "rp"))  # read out, or shown small beside the word
_NEVER = frozenset(("datalist", "iframe", "noembed", "noframes", "template"))
_INSTEAD_WORDS = "audio canvas defs desc metadata noscript object select svg symbol video"
_INSTEAD = frozenset(_INSTEAD_WORDS.split())

TELLING = frozenset(("style", "class", "id", "hidden", "color", "open"))
"""Attributes that say whether something is seen."""
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
    and those that a rule might hide in some program; `telling` the attributes by which it is known."""

    hidden: frozenset[str] = frozenset()
    outright: frozenset[str] = frozenset()
    displayed: frozenset[str] = frozenset()
    content: dict[str, str] = field(default_factory=dict)
    maybe: frozenset[str] = frozenset()
    telling: frozenset[str] = TELLING

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
                declarations = plain(value)
                displayed = _DISPLAYED.search(declarations) is not None
                if _HIDDEN.search(declarations):
                    reasons |= OUTRIGHT if _OUTRIGHT.search(declarations) else STYLED
                elif may_hide(declarations):
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
    for rule in (rule for style in styles for rule in rules(style)):
        hides = _HIDDEN.search(rule.declarations) is not None
        may = hides or may_hide(rule.declarations)
        shows = _DISPLAYED.search(rule.declarations) is not None
        words = "".join(a or b for found in _CONTENT.findall(rule.declarations) for a, b in _STRING.findall(found))
        if not may and not shows and not words.strip():
            continue
        for selector in rule.selectors:
            if not (key := _key(selector)):
                continue
            if may:
                maybe.add(key)
            if hides:
                hidden.add(key)
                if not rule.inside and key == selector.strip().lower() and _OUTRIGHT.search(rule.declarations):
                    outright.add(key)
            if shows:
                displayed.add(key)
            if words.strip():
                content[key] = content.get(key, "") + words
    asked = {key[1:] for key in (*maybe, *displayed, *content) if key[0] == "["}
    return Sheet(
        frozenset(hidden), frozenset(outright), frozenset(displayed), content, frozenset(maybe), TELLING | asked
    )


def _key(selector: str) -> str:
    """The most telling part of the element that a selector ends in, in small letters: old pages mix them."""
    last = _LAST.search(selector[-_LONGEST_LAST:])
    if last is None:
        return ""
    marks = _MARK.findall(last[2] or "")
    attributes = _ATTRIBUTE.findall(last[3] or "")
    mark = next((m for m in marks if m[0] == "#"), (marks or attributes or [last[1] or ""])[-1])
    return str(mark).strip().lower()


def _keys(attribute: str, value: str) -> Iterable[str]:
    yield "[" + attribute
    if attribute == "class":
        yield from ("." + word for word in value.lower().split()[:20])
    elif attribute == "id":
        yield "#" + value.strip().lower()
