"""Which codes of which fonts a document shows: on its pages, on pages off its list, in forms and cells.

Asked before a document is changed and after, the difference is what its fonts have to lose.

In: an open document. Out: codes by font. ValueError for more content than is looked through.
"""

from dataclasses import dataclass, field
from typing import Any

import pikepdf

from gateway.formats.pdf.content import Key, is_drawing, key_of, parsed, size_of
from gateway.formats.pdf.glyphs import Font, font_of
from gateway.formats.pdf.objects import hidden_in

_MOST_BYTES = 64 * 1024 * 1024
_SHOWING = frozenset(("Tj", "TJ", "'", '"'))
_DEEPEST = 12
_MOST_FORMS = 20_000


@dataclass(slots=True)
class CodesInUse:
    """By the font's object. Of a font whose strings cannot be cut into codes, the strings: it is one of `uncut`."""

    codes: dict[Key, set[bytes]] = field(default_factory=dict)
    uncut: set[Key] = field(default_factory=set)


def codes_in_use(pdf: Any) -> CodesInUse:
    """Of everything that would be saved."""
    return _CodeWalk(pdf).found


def reachable(pdf: Any) -> set[Key]:
    """Objects that the document needs, and that are saved with it."""
    seen: set[Key] = set()
    left: list[Any] = [pdf.trailer]
    while left:
        thing = left.pop()
        if thing.is_indirect:
            key = key_of(thing)
            if key in seen:
                continue
            seen.add(key)
        inside = thing.values() if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)) else thing
        left += [one for one in inside if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array))]
    return seen


class _CodeWalk:
    def __init__(self, pdf: Any) -> None:
        self.found = CodesInUse()
        self._left, self._followed = _MOST_BYTES, 0
        self._fonts: dict[Key, Font | None] = {}
        saved = reachable(pdf)
        for page in pdf.pages:
            self._weigh(size_of(page.obj.get("/Contents")))
            self._follow(page, page.obj.get("/Resources", pikepdf.Dictionary()), 0)
        for page in hidden_in(pdf):
            self._weigh(size_of(page.get("/Contents")))
            self._follow(pikepdf.Page(page), page.get("/Resources", pikepdf.Dictionary()), 0)
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream) and is_drawing(thing) and key_of(thing) in saved:
                self._weigh(len(thing.read_bytes()))
                self._follow(thing, thing.get("/Resources", pikepdf.Dictionary()), 0)

    def _weigh(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise ValueError("more content than is looked through")

    def _follow(self, thing: Any, resources: Any, depth: int) -> None:
        self._followed += depth > 0
        if depth > _DEEPEST or self._followed > _MOST_FORMS:
            raise ValueError("forms in forms")
        fonts = resources.get("/Font") if isinstance(resources, pikepdf.Dictionary) else None
        named = dict(fonts.items()) if isinstance(fonts, pikepdf.Dictionary) else {}
        own_forms = resources.get("/XObject", pikepdf.Dictionary())
        font: Any = None
        stack: list[Any] = []
        for operands, operator in parsed(thing):
            if operator == "Tf" and operands:
                font = named.get(str(operands[0]))
            elif operator == "q":
                stack.append(font)
            elif operator == "Q":
                font = stack.pop() if stack else font
            elif operator in _SHOWING and font is not None and operands:
                self._add(font, operands[-1])
            elif operator == "Do" and operands and isinstance(own_forms, pikepdf.Dictionary):
                form = own_forms.get(str(operands[0]))
                # A form with resources of its own is met by itself; what it draws with its page's is found here.
                if isinstance(form, pikepdf.Stream) and is_drawing(form) and "/Resources" not in form:
                    self._weigh(len(form.read_bytes()))
                    self._follow(form, resources, depth + 1)

    def _add(self, thing: Any, shown: Any) -> None:
        key = key_of(thing) if isinstance(thing, pikepdf.Dictionary) else (0, 0)
        if key == (0, 0):
            return
        if key not in self._fonts:
            try:
                self._fonts[key] = font_of(thing)
            except (ValueError, TypeError, KeyError, IndexError):
                self._fonts[key] = None
        codes = self.found.codes.setdefault(key, set())
        for part in shown if isinstance(shown, pikepdf.Array) else [shown]:
            if isinstance(part, pikepdf.String):
                codes.update(self._cut(key, bytes(part)))

    def _cut(self, key: Key, string: bytes) -> list[bytes]:
        font = self._fonts[key]
        if font is not None:
            try:
                return font.codes(string)
            except ValueError:
                pass
        self.found.uncut.add(key)
        return [string]
