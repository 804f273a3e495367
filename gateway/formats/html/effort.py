"""What it would cost to build the tree of a page, estimated from its tags.

A parser looks through what is open at every tag (HTML standard 13.2.4.2, "has an element in scope"), and opens anew
what a block closed of `b`, `font` and the like (13.2.4.3): a page of 50 KB can cost seconds, or gigabytes.

In: tokens. Out: steps of about two nanoseconds. Nothing is raised.
"""

from collections import Counter
from collections.abc import Sequence

from gateway.formats.html.tokens import EMPTY, HtmlToken

_FORMATTING_WORDS = "b big code em font i nobr s small strike strong tt u"  # a new `a` closes the old one
_FORMATTING = frozenset(_FORMATTING_WORDS.split())
_CLOSES = {name: frozenset((name,)) for name in ("dd", "dt", "li", "option", "p")}
"""What a start tag ends that was left open."""
_SECTIONS = frozenset(("table", "tbody", "template", "tfoot", "thead"))
_INTO = {"caption": _SECTIONS, "td": _SECTIONS | {"tr"}, "th": _SECTIONS | {"tr"}, "tr": _SECTIONS}
"""What is left open in a table when one of these begins; all that stood in it is ended."""
_FENCES = frozenset(("caption", "td", "th"))
"""What is open of `b` and the like does not go into these, nor out of them."""
_CHOOSING, _COPYING = 8, 40
"""With every option lexbor looks anew for the one that its menu shows, and copies that (`selectedcontent`)."""
_MAKING = 20  # to make an element takes so many times as long as to look at one


def effort(cut: Sequence[HtmlToken]) -> int:
    """How many elements are looked at or opened anew, at most, if the page is cut in this way."""
    steps = 0
    opened: list[str] = []
    count: Counter[str] = Counter()
    formatting = [0]  # outside of tables, and in each cell that is open
    in_menu = 0
    copying = _COPYING if any(token.name == "selectedcontent" for token in cut) else _CHOOSING

    def close() -> str:
        name = opened.pop()
        count[name] -= 1
        if name in _FENCES and len(formatting) > 1:
            formatting.pop()
        return name

    for token in cut:
        name = token.name
        if token.kind == "start":
            if name in _INTO and count["table"] and not count["svg"] and not count["math"]:
                while opened[-1] not in _INTO[name]:
                    close()
            while opened and opened[-1] in _CLOSES.get(name, ()):
                close()
            if name not in EMPTY:
                opened.append(name)
                count[name] += 1
                if name in _FORMATTING:
                    formatting[-1] += 1
                elif name in _FENCES and count["table"]:
                    formatting.append(0)
        elif token.kind == "end" and count[name]:
            formatting[-1] -= name in _FORMATTING and formatting[-1] > 0
            while close() != name:
                pass
        in_menu = in_menu + (token.kind == "start") if count["select"] else 0
        if name == "option":
            steps += copying * in_menu
        steps += len(opened) + _MAKING * formatting[-1]
    return steps
