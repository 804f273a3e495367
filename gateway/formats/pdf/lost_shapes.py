"""What of a font's program is lost: glyphs by their numbers, and those that a simple font reaches by a code or a name.

In: codes with the names that the font's dictionary gives them. Out: names of glyphs. ValueError for a letter that was
shown and whose shape is not found, since it would be left behind.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from fontTools import agl

Coded = tuple[int, str]
"""A code of a simple font, and the glyph's name; no name where only the program's own table explains the code."""


@dataclass(frozen=True, slots=True)
class LostShapes:
    """`places` are numbers in the program (CIDs, where it has such). What `kept` and `kept_places` lead to stays; for
    what was `shown` there has to be a shape."""

    places: set[int] = field(default_factory=set)
    kept_places: set[int] = field(default_factory=set)
    coded: set[Coded] = field(default_factory=set)
    kept: set[Coded] = field(default_factory=set)
    shown: set[Coded] = field(default_factory=set)

    def is_by_place(self) -> bool:
        """Whether some font calls glyphs by their place."""
        return bool(self.places or self.kept_places)


def glyphs_lost(
    lost: LostShapes, name_at: Callable[[int], str], glyphs_of: Callable[[Coded], Iterable[str]]
) -> set[str]:
    """Names of the glyphs that lost places and codes lead to and kept ones do not."""
    gone = {name_at(place) for place in lost.places}
    for one in lost.coded:
        found = set(glyphs_of(one))
        if not found and one in lost.shown and not _is_blank(one):
            raise ValueError("a letter whose shape is not found")
        gone |= found
    for one in lost.kept:
        gone -= set(glyphs_of(one))
    return gone - {name_at(place) for place in lost.kept_places}


def _is_blank(coded: Coded) -> bool:
    """Blanks and marks for machines often have no glyph."""
    code, name = coded
    signs = agl.toUnicode(name) if name else chr(code)
    return name == ".notdef" or (
        signs != "" and all(one.isspace() or unicodedata.category(one) == "Cf" for one in signs)
    )


class NamedGlyphs:
    """Glyphs of a program, found as viewers find them: by name, or by its character where no glyph has the name."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)

    def of(self, name: str) -> set[str]:
        """Its name, or those of the same character."""
        if name in self.names:
            return {name}
        sign = agl.toUnicode(name) if "." not in name else ""
        return self._by_sign.get(sign, set()) if sign else set()

    @cached_property
    def _by_sign(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name in self.names:
            if "." not in name:
                found.setdefault(agl.toUnicode(name), set()).add(name)
        return found
