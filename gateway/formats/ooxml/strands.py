"""Text that knows which texts and attributes of a tree it was put together from.

Reading an XML part and rewriting it walk the same tree by the same code; only rewriting wants to know where each
character stands. A `Teller` makes the walker's texts: the plain one gives strings, `Tracer` gives strings with their
origins, which behave like any other string.

In: texts of nodes. Out: `Strand`s; `placed` leads a span back to the tree. Pure.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple
from urllib.parse import unquote

from lxml import etree

Key = Literal["text", "tail", "break"] | str
"""What of an element: its text, what follows it, the element itself (which is a character); else an attribute's name,
behind an `@`."""

_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


class TextSlot(NamedTuple):
    """One text of a tree."""

    element: etree._Element
    key: Key


class Origin(NamedTuple):
    """Characters `start` to `start + length` are `raw` characters of a slot from `offset` on: one by one where both
    lengths are the same, else as one."""

    start: int
    length: int
    slot: TextSlot
    offset: int
    raw: int


class Strand(str):
    """A string with origins, in their order; characters that were put in have none."""

    __slots__ = ("origins",)
    origins: tuple[Origin, ...]

    def strip(self, chars: str | None = None, /) -> "Strand":
        start = len(self) - len(str(self).lstrip(chars))
        return self.part(start, max(start, len(str(self).rstrip(chars))))

    def rstrip(self, chars: str | None = None, /) -> "Strand":
        return self.part(0, len(str(self).rstrip(chars)))

    def in_one_line(self) -> "Strand":
        return strand(str(self).replace("\n", " "), self.origins)

    def part(self, start: int, end: int) -> "Strand":
        """Characters `start` to `end`, with what they came from."""
        if start == 0 and end == len(self):
            return self
        kept = []
        for one in self.origins:
            low, high = max(one.start, start), min(one.start + one.length, end)
            if low < high:
                if one.raw == one.length:
                    kept.append(Origin(low - start, high - low, one.slot, one.offset + low - one.start, high - low))
                else:
                    kept.append(Origin(low - start, high - low, one.slot, one.offset, one.raw))
        return strand(str(self)[start:end], kept)

    def placed(self, start: int, end: int) -> Iterator[tuple[TextSlot, int, int]]:
        """The slots that a span came from, and from where to where in each."""
        first = max(0, bisect_right(self.origins, start, key=lambda one: one.start) - 1)
        for index in range(first, len(self.origins)):
            one = self.origins[index]
            if one.start >= end:
                return
            low, high = max(one.start, start), min(one.start + one.length, end)
            if low < high:
                if one.raw == one.length:
                    yield one.slot, one.offset + low - one.start, one.offset + high - one.start
                else:
                    yield one.slot, one.offset, one.offset + one.raw


class Teller:
    """Makes strings that know nothing."""

    traces = False

    def traced(self, text: str, element: etree._Element | None, key: Key) -> str:
        """A text of the tree."""
        return text

    def unquoted(self, text: str) -> str:
        """A text of the tree, without its percent signs."""
        return unquote(text)

    def joined(self, parts: Sequence[str], between: str = "") -> str:
        return between.join(parts)

    def in_one_line(self, text: str) -> str:
        return text.replace("\n", " ")


PLAIN = Teller()


class Tracer(Teller):
    """Makes `Strand`s."""

    traces = True

    def traced(self, text: str, element: etree._Element | None, key: Key) -> Strand:
        if element is None:
            return strand(text)
        return strand(text, [Origin(0, len(text), TextSlot(element, key), 0, len(text))] if text else ())

    def unquoted(self, text: str) -> Strand:
        origin = text.origins[0] if isinstance(text, Strand) and text.origins else None
        if origin is None:
            return strand(unquote(text))
        said, origins = _unquoted(str(text), origin.slot)
        return strand(said, origins)

    def joined(self, parts: Sequence[str], between: str = "") -> Strand:
        origins: list[Origin] = []
        at = 0
        for part in parts:
            if isinstance(part, Strand):
                if at:
                    origins += [Origin(one.start + at, *one[1:]) for one in part.origins]
                else:
                    origins += part.origins
            at += len(part) + len(between)
        return strand(between.join(parts), origins)

    def in_one_line(self, text: str) -> str:
        return text.in_one_line() if isinstance(text, Strand) else text.replace("\n", " ")


def strand(text: str, origins: Iterable[Origin] = ()) -> Strand:
    """A string with origins."""
    made = Strand(text)
    made.origins = tuple(origins)
    return made


def _unquoted(text: str, slot: TextSlot) -> tuple[str, list[Origin]]:
    """What a text with percent signs says, character by character; escapes that are no UTF-8 come from nowhere in
    particular, so their run is one."""
    said: list[str] = []
    origins: list[Origin] = []
    at = length = 0

    def note(part: str, start: int, raw: int) -> None:
        nonlocal length
        if part:
            said.append(part)
            origins.append(Origin(length, len(part), slot, start, raw))
            length += len(part)

    for run in _ESCAPES.finditer(text):
        note(text[at : run.start()], at, run.start() - at)
        octets = bytes.fromhex(run[0].replace("%", ""))
        place = run.start()
        try:
            for character in octets.decode("utf-8"):
                size = 3 * len(character.encode())
                note(character, place, size)
                place += size
        except UnicodeDecodeError:
            note(octets.decode("utf-8", "replace"), run.start(), len(run[0]))
        at = run.end()
    note(text[at:], at, len(text) - at)
    return "".join(said), origins
