"""Where in a page the rules of SVG and MathML hold, in which no element's text is raw and CDATA sections are text.

HTML standard 13.2.6.5 (tokens in foreign content), as far as a tokenizer needs it: a stack of what is open since the
outermost `svg` or `math`. What tree construction would do beyond that is `tree.py`'s to say.

In: the tags of a page, in order. Out: yes or no. Nothing is raised.
"""

from collections.abc import Iterable
from typing import Literal

_Space = Literal["html", "svg", "math"]
_BREAKOUT_WORDS = """
b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol
p pre ruby s small span strong strike sub sup table tt u ul var
"""
_BREAKOUT = frozenset(_BREAKOUT_WORDS.split())
_FONT = frozenset(("color", "face", "size"))
_HTML_POINTS = frozenset(("foreignobject", "desc", "title"))
_TEXT_POINTS = frozenset(("mi", "mo", "mn", "ms", "mtext"))
_MOST_OPEN = 64  # a search for what an end tag closes goes through them


class Foreign:
    """Follows the tags of one page."""

    def __init__(self) -> None:
        self._open: list[tuple[str, _Space, bool]] = []  # name, namespace, whether HTML may stand inside

    @property
    def current(self) -> bool:
        """Whether the innermost element is none of HTML's own."""
        return bool(self._open) and self._open[-1][1] != "html"

    def start(self, name: str, attributes: Iterable[tuple[str, str]], closed: bool, empty: bool) -> bool:
        """Takes a start tag (`closed`: it ends in `/>`; `empty`: in HTML it has no end tag); True where it is HTML's.

        `attributes` are (name, value as written), and are looked at for three elements only.
        """
        if not self._open and name not in ("svg", "math"):
            return True
        if self._foreign(name):
            if name not in _BREAKOUT and not (name == "font" and any(key in _FONT for key, _ in attributes)):
                self._enter(name, self._open[-1][1], attributes, closed)
                return False
            while self.current and not self._open[-1][2]:
                self._open.pop()
        if name in ("svg", "math"):
            self._enter(name, "svg" if name == "svg" else "math", (), closed)
            return False
        if self._open and not empty and len(self._open) < _MOST_OPEN:
            self._open.append((name, "html", False))
        return True

    def end(self, name: str) -> None:
        """Takes an end tag."""
        if not self._open:
            return
        if self.current and name in ("br", "p"):
            while self.current and not self._open[-1][2]:
                self._open.pop()
            return
        html = not self.current
        for at in range(len(self._open) - 1, -1, -1):
            if html and self._open[at][1] != "html":
                return  # what stands in a point of SVG is not closed from inside
            if self._open[at][0] == name:
                del self._open[at:]
                return

    def _foreign(self, name: str) -> bool:
        """Whether this start tag is taken by the rules of foreign content."""
        if not self.current:
            return False
        top, space, point = self._open[-1]
        if space == "math" and top in _TEXT_POINTS:
            return name in ("mglyph", "malignmark")
        return not point and not (space == "math" and top == "annotation-xml" and name == "svg")

    def _enter(self, name: str, space: _Space, attributes: Iterable[tuple[str, str]], closed: bool) -> None:
        if closed or len(self._open) >= _MOST_OPEN:
            return
        if space == "svg":
            point = name in _HTML_POINTS
        else:
            point = name in _TEXT_POINTS or (
                name == "annotation-xml"
                and any(k == "encoding" and v.lower() in ("text/html", "application/xhtml+xml") for k, v in attributes)
            )
        self._open.append((name, space, point))
