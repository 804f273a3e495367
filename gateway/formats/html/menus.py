"""Where in a page the menus are in which, until 2025, every tag but a few went unread.

HTML standard of 2024, 13.2.6.4.16 and 17 ("in select"): there a `style` begins no raw text, an `svg` nothing foreign.
Browsers have since let markup into menus; mail programs are older than browsers.

In: the tokens of a page, in order. Out: a word for each. Nothing is raised.
"""

from typing import Literal

_LEAVING = frozenset(("input", "keygen", "textarea"))
_READ = frozenset(("option", "optgroup", "hr", "script", "template"))
_TABLE = frozenset(("caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"))


How = Literal["read", "unread", "ends", "leaves"]


class Menus:
    """Follows the tokens of one page."""

    def __init__(self) -> None:
        self._inside = False
        self._tables = 0

    def meets(self, kind: str, name: str) -> How:
        """What becomes of a token: it is read or not, it ends a menu (and is no more than that), it ends it first."""
        if self._inside and kind in ("start", "end"):
            return self._in_menu(kind, name)
        if kind == "start":
            self._inside = name == "select"
            self._tables += name == "table"
        elif kind == "end":
            self._tables = max(0, self._tables - (name == "table"))
        return "read"

    def _in_menu(self, kind: str, name: str) -> How:
        if name == "select":
            self._inside = False
            return "read" if kind == "end" else "ends"
        if (name in _TABLE and self._tables) or (kind == "start" and name in _LEAVING):
            self._inside = False
            self.meets(kind, name)
            return "leaves"
        return "read" if name in _READ else "unread"
