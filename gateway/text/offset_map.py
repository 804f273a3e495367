"""Text that knows where it came from: a reading of a source, each character of it leading back to the source's own.

A reader takes things out (tags, soft line breaks), puts things in (a line end for a block) and puts one thing for
another (an entity, an escape). `Builder` notes each step; `Mapped.resolve` leads a span back. Readings can be made of
readings. In: pieces in order. Out: spans of the source, half open, in order, none empty.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mapped:
    """`_steps`: (start in text, start in source, length in source, character by character or as one)."""

    text: str = field(repr=False)
    _steps: tuple[tuple[int, int, int, bool], ...] = field(repr=False)
    _parent: "Mapped | None" = field(default=None, repr=False)

    def resolve(self, start: int, end: int) -> list[Span]:
        """The spans of the source that characters `start` to `end` came from; empty for what was put in."""
        if not 0 <= start <= end <= len(self.text):
            raise ValueError("a span outside the text")
        runs: list[Span] = []
        index = bisect_right(self._steps, start, key=lambda step: step[0]) - 1
        while 0 <= index < len(self._steps) and self._steps[index][0] < end:
            at, source, length, linear = self._steps[index]
            until = self._steps[index + 1][0] if index + 1 < len(self._steps) else len(self.text)
            if until > start:
                if linear:
                    run = (source + max(start, at) - at, source + min(end, until) - at)
                else:
                    run = (source, source + length)
                if run[0] < run[1]:
                    if runs and runs[-1][1] == run[0]:
                        runs[-1] = (runs[-1][0], run[1])
                    else:
                        runs.append(run)
            index += 1
        if self._parent is None:
            return runs
        return merged(span for run in runs for span in self._parent.resolve(*run))


class Builder:
    """Collects the pieces of one `Mapped` text."""

    def __init__(self, parent: Mapped | None = None) -> None:
        self._parts: list[str] = []
        self._steps: list[tuple[int, int, int, bool]] = []
        self._parent = parent
        self.length = 0

    def copy(self, text: str, source: int) -> None:
        """The source's own characters, from offset `source` on."""
        if text:
            self._push(text, source, len(text), True)

    def put(self, text: str, source: int, length: int) -> None:
        """`text` stands for `length` characters of the source, as one: a part of it leads to all of them."""
        if text:
            self._push(text, source, length, False)

    def add(self, text: str) -> None:
        """Nothing of the source: a line end for a block."""
        if text:
            self._push(text, 0, 0, False)

    def ends_with(self, character: str) -> bool:
        """Whether the last character is one of these; True at the very start."""
        return not self._parts or self._parts[-1][-1] in character

    def done(self) -> Mapped:
        """The text so far."""
        return Mapped("".join(self._parts), tuple(self._steps), self._parent)

    def _push(self, text: str, source: int, length: int, linear: bool) -> None:
        self._steps.append((self.length, source, length, linear))
        self._parts.append(text)
        self.length += len(text)


def whole(text: str) -> Mapped:
    """The source itself, unchanged."""
    return Mapped(text, ((0, 0, len(text), True),))


def replaced(of: Mapped, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> Mapped | None:
    """A reading of `of` in which every match stands for something else; None where nothing changes."""
    builder = Builder(of)
    at = 0
    changed = False
    for match in pattern.finditer(of.text):
        new = by(match)
        if new == match[0]:
            continue
        changed = True
        builder.copy(of.text[at : match.start()], at)
        builder.put(new, match.start(), match.end() - match.start())
        at = match.end()
    if not changed:
        return None
    builder.copy(of.text[at:], at)
    return builder.done()


def merged(spans: Iterable[Span]) -> list[Span]:
    """Sorted, those that touch or overlap made one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def spliced(text: str, cuts: Sequence[tuple[list[Span], str]]) -> str:
    """`text` with each cut's spans taken out and its replacement where the first of them stood.

    Two readings of one source ask for the same cut twice: what overlaps is taken out once, the replacement of the
    cut that begins first (of the longest, where they begin together) stands for all.
    """
    out: list[str] = []
    at = 0
    for start, end, replacement in placed(cuts):
        out += (text[at:start], replacement)
        at = end
    out.append(text[at:])
    return "".join(out)


def placed(cuts: Sequence[tuple[list[Span], str]]) -> list[tuple[int, int, str]]:
    """The cuts as (start, end, replacement), sorted, none overlapping another."""
    flat: list[tuple[int, int, str]] = []
    for spans, replacement in cuts:
        for number, (start, end) in enumerate(spans):
            flat.append((start, end, "" if number else replacement))
    flat.sort(key=lambda cut: (cut[0], -cut[1], not cut[2]))
    out: list[tuple[int, int, str]] = []
    for start, end, replacement in flat:
        if out and start < out[-1][1]:
            first, last, kept = out[-1]
            out[-1] = (first, max(end, last), kept or replacement)
        else:
            out.append((start, end, replacement))
    return out
