"""Whether a text is an older one with some of its words replaced: nothing moved, nothing more, nothing in between.

A word that an edit takes out of one text stands in other texts of the same file too: the source of a page, a link, the
same bytes in another character set. Such a text is honest if every word that is missing in it is one that an edit takes
out, and a placeholder stands exactly there.

In: the words that go and what stands for them, older texts, a newer one. Out: a truth value. Texts are given without
blanks, which folding and wrapping move. Raises what the deadline raises.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from json import dumps
from urllib.parse import quote

from gateway.model.deadline import Deadline

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_NO_NAME = re.compile(r"[^\w]+")
"""What may not stand in the name of a sheet or of a bookmark."""
_WRITTEN_IN = ("utf-8", "gb18030", "big5hkscs")
_READ_IN = (*_WRITTEN_IN, "cp1252", "latin-1")
_ESCAPED = re.compile(r"(?:\\u[0-9a-fA-F]{4}\w*+)+")
"""A string of JSON in which everything is escaped: reading takes it for one word."""
_MOST_STATES = 20_000
"""Of one comparison: honest texts need two for each word that goes."""
_STEPS, _SIGNS = 256, 64
"""Steps between two looks at the clock, and how many signs compared are one."""


class Cuts:
    """`words` leads from each word that goes to what stands for it in edits."""

    def __init__(self, words: Mapping[str, Iterable[str]], deadline: Deadline) -> None:
        instead: dict[str, set[str]] = {}
        for word, replacements in words.items():
            for replacement in replacements:
                by_rule = {without_blanks(replacement), quote(replacement), _NO_NAME.sub("_", replacement).strip("_")}
                for old, new in zip(_forms(word), _forms(replacement), strict=True):
                    if old and (new or not replacement):
                        instead.setdefault(old, set()).update((new, *by_rule))
        self._instead = {old: tuple(sorted(new)) for old, new in instead.items()}
        self._sizes: dict[str, set[int]] = {}  # of the words that begin with a sign
        for old in instead:
            self._sizes.setdefault(old[0], set()).add(len(old))
        self._first = _one_of(self._sizes)
        self._all = tuple(sorted({new for every in self._instead.values() for new in every}))
        by_length = sorted(filter(None, self._all), key=len, reverse=True)
        self._replaced = re.compile("|".join(map(re.escape, by_length)) or r"(?!)")
        self._signs = _one_of({sign for old, new in instead.items() for one in (old, *new) for sign in one})
        self._deadline = deadline
        self._tried = 0

    def skeleton(self, text: str) -> str:
        """What an honest newer text has in common with its older one: the signs that no word of the edits has."""
        return self._signs.sub("", _ESCAPED.sub("", text))

    def has_a_replacement(self, text: str) -> bool:
        """Whether a word stands in it that edits put there, in one of its forms."""
        return self._replaced.search(text) is not None

    def leads(self, old: str, new: str) -> bool:
        """Whether the new text is the old one, with words replaced or not."""
        self._deadline.check()
        return old == new or len(new) in self._ends(old, new, 0, sorted(set(self._places(old))))

    def leads_on_a_page(self, old: str, new: str) -> bool:
        """The same for a line of a page, whose pieces a reader puts together by where they stand: it may take them from
        right to left, and miss one sign that stands alone beside a word that went."""
        self._deadline.check()
        places = sorted({*(found := set(self._places(old))), *_with_lone_signs(found, len(old))})
        if len(new) in self._ends(old, new, 0, places):
            return True
        pieces = self._replaced.split(new)
        words = self._replaced.findall(new)
        turned = [
            pieces[-1],
            *(one for pair in zip(reversed(words), reversed(pieces[:-1]), strict=True) for one in pair),
        ]
        return len(words) > 0 and len(new) in self._ends(old, "".join(turned), 0, places)

    def are_one_after_another(self, olds: Iterable[str], new: str) -> bool:
        """Whether the new text is nothing but old ones, each with words replaced or not, in any order."""
        by_first: dict[str, list[tuple[str, list[_Place]]]] = {}
        for old in {one for one in olds if one}:
            places = sorted(set(self._places(old)))
            firsts = {old[0], *(new[:1] for start, _, every in places if not start for new in every)}
            for first in firsts:
                by_first.setdefault(first, []).append((old, places))
        pending, seen = [0], set[int]()
        while pending:
            at = pending.pop()
            if at == len(new):
                return True
            if at in seen:
                continue
            seen.add(at)
            for old, places in by_first.get(new[at], ()):
                pending += self._ends(old, new, at, places) - {at}
        return False

    def _ends(self, old: str, new: str, first: int, places: "Sequence[_Place]") -> set[int]:
        """Where in the new text, from `first` on, all of the old one may have ended."""
        self._look(1)
        pending, seen, ends = [(0, 0, first)], set[tuple[int, int, int]](), set[int]()
        while pending:
            state = pending.pop()
            if state in seen:
                continue
            seen.add(state)
            self._look(1)
            if len(seen) > _MOST_STATES:
                break
            number, at, there = state
            while number < len(places) and places[number][0] < at:
                number += 1
            stop = places[number][0] if number < len(places) else len(old)
            self._look((stop - at) // _SIGNS)
            if not new.startswith(old[at:stop], there):
                continue
            there += stop - at
            if number == len(places):
                ends.add(there)
                continue
            _, end, replacements = places[number]
            pending.append((number + 1, stop, there))
            pending += [(number, end, there + len(one)) for one in replacements if new.startswith(one, there)]
        return ends

    def _look(self, steps: int) -> None:
        """So many steps more, of all comparisons: the clock is looked at from time to time."""
        self._tried += steps
        if self._tried >= _STEPS:
            self._tried = 0
            self._deadline.check()

    def _places(self, old: str) -> "Iterator[_Place]":
        """Every word that goes, also where it begins or lies in another."""
        runs = [match.span() for match in _ESCAPED.finditer(old)]
        run = 0
        for match in self._first.finditer(old):
            start = match.start()
            for size in self._sizes[match[0]]:
                self._look(1 + size // _SIGNS)
                instead = self._instead.get(old[start : start + size])
                if instead is None:
                    continue
                yield start, start + size, instead
                while run < len(runs) and runs[run][1] <= start:
                    run += 1
                if run < len(runs) and runs[run][0] <= start:  # one word of them may be all of them
                    yield *runs[run], self._all


_Place = tuple[int, int, tuple[str, ...]]
"""From where to where a word stands, and what may stand there instead."""


def _with_lone_signs(places: Iterable[_Place], size: int) -> Iterator[_Place]:
    """Each place together with the one sign between it and the end of the line, or another place."""
    ends = {0, *(end for _, end, _ in places)}
    starts = {size, *(start for start, _, _ in places)}
    for start, end, replacements in places:
        before, behind = start - 1 in ends, end + 1 in starts
        if before:
            yield start - 1, end, replacements
        if behind:
            yield start, end + 1, replacements
        if before and behind:
            yield start - 1, end + 1, replacements


def _one_of(signs: Iterable[str]) -> re.Pattern[str]:
    """Any of these signs; where there is none, nothing."""
    joined = re.escape("".join(sorted(signs)))
    return re.compile(f"[{joined}]" if joined else r"(?!)")


def _forms(word: str) -> Iterator[str]:
    """A word as files say it without blanks, always as many forms in the same order: as it is, with `_` for what ASCII
    has not, as a name without brackets, escaped for HTML and for JSON, with percent signs, in quoted-printable, and
    read in other charsets."""
    yield without_blanks(word)
    yield without_blanks(_NOT_ASCII.sub("_", word))
    yield _NO_NAME.sub("_", word).strip("_")
    yield without_blanks(escape(word))
    yield without_blanks(dumps(word)[1:-1])
    yield quote(word)
    for charset in _WRITTEN_IN:
        try:
            data = word.encode(charset)
        except UnicodeError:
            data = b""
        yield "".join(chr(one) if 32 < one < 127 and one != ord("=") else f"={one:02X}" for one in data)
        for other in _READ_IN:
            try:
                yield without_blanks(data.decode(other))
            except UnicodeError:
                yield ""


def without_blanks(text: str) -> str:
    """The text without blanks, which folding and wrapping move."""
    return "".join(text.split())
