"""Where in a page the menus are in which, until 2025, every tag but a few went unread.

HTML standard of 2024, 13.2.6.4.16 and 17 ("in select"): there a `style` begins no raw text, an `svg` nothing foreign.
Browsers have since let markup into menus; mail programs are older than browsers.

In: the tokens of a page, in order. Out: yes or no. Nothing is raised.
"""

_LEAVING = frozenset(("select", "input", "keygen", "textarea"))
_READ = frozenset(("option", "optgroup", "hr", "script", "template"))
_TABLE = frozenset(("caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"))


class Menus:
    """Follows the tokens of one page."""

    def __init__(self) -> None:
        self._inside = False
        self._tables = 0

    def reads(self, kind: str, name: str) -> bool:
        """Takes a token; True where it is read."""
        if kind == "start":
            return self._start(name)
        return self._end(name) if kind == "end" else True

    def _start(self, name: str) -> bool:
        if self._inside:
            if name in _LEAVING or (name in _TABLE and self._tables):
                self._inside = False
                self._tables += name == "table"
                return name != "select"
            return name in _READ
        self._inside = name == "select"
        self._tables += name == "table"
        return True

    def _end(self, name: str) -> bool:
        if self._inside and (name == "select" or (name in _TABLE and self._tables)):
            self._inside = False
        elif self._inside:
            return name in _READ
        self._tables = max(0, self._tables - (name == "table"))
        return True
