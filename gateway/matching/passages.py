"""What a message says, passage by passage: a line and what stands around it, a row of a table and its head.

In: texts. Out: passages, and what words each of them has. Pure; linear.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from gateway.matching import service_words as words
from gateway.matching.lexicon import OURS, Lexicon
from gateway.text.normalize import letters, letters_alone, normalise

FIRST_PAGE, BESIDE = 3000, 40
AROUND = 300
_EDGE, _BEFORE_FORMULA = 40, 6
_LEAST_NUMBERS, _LEAST_CELLS, _MANY = 3, 3, 10
_CELLS = re.compile(r"^(?=[^\n]*[\t,;|])[^\n]*$", re.MULTILINE)
_NUMBER = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){6,17}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Said:
    """One text in the two forms in which words are looked for, without what stands under any mail."""

    letters: str = field(repr=False)
    folded: str = field(repr=False)
    lexicon: Lexicon = OURS

    @classmethod
    def of(cls, text: str, lexicon: Lexicon = OURS) -> "Said":
        letters, folded = lexicon.not_complaint.zh.sub(" ", letters_alone(text)), normalise(text).text
        folded = lexicon.not_complaint.en.sub(" ", folded)
        return cls(words.FORMULA_ZH.sub(" ", letters), words.FORMULA_EN.sub(" ", folded), lexicon)

    def speaks_of_a_lawsuit(self) -> bool:
        return self.has(words.LAWSUIT_ZH, words.LAWSUIT_EN)

    def speaks_of_a_debt(self) -> bool:
        return words.DEBT_ZH.search(self.letters) is not None

    def has(self, zh: re.Pattern[str], en: re.Pattern[str]) -> bool:
        return zh.search(self.letters) is not None or en.search(self.folded) is not None

    def complains(self) -> bool:
        return (
            self.has(words.COMPLAINT_ZH, words.COMPLAINT_EN)
            or self.has(self.lexicon.complaint.zh, self.lexicon.complaint.en)
            or self.has(words.POINTING_ZH, words.POINTING_EN)
            or self.has(words.STAGE_ZH, words.STAGE_EN)
            or words.SETTLE_ZH.search(self.letters) is not None
        )

    def complains_of_something(self) -> bool:
        return self.has(words.LESSER_ZH, words.LESSER_EN)

    def answers_a_report(self) -> bool:
        """Whether a letter that greets the reporter says what a letter about a parcel would not."""
        if words.PUNISHED_ZH.search(self.letters) is not None:
            return True
        return all(part.search(self.letters) for part in (words.REFLECTED_ZH, words.ABOUT_A_SHOW_ZH))

    def speaks_of_a_person(self) -> bool:
        return words.PERSON.search(self.folded) is not None

    def speaks_to_somebody(self) -> bool:
        return self.has(words.TO_YOU_ZH, words.TO_YOU_EN)

    def is_of_something_brought(self) -> bool:
        return words.CARRIED.search(self.folded) is not None

    def speaks_of_viewers(self) -> bool:
        if self.has(words.VIEWER_ZH, words.VIEWER_EN):
            return True
        return words.FAN_EN.search(self.folded) is not None and words.COOLING_EN.search(self.folded) is None

    def gives_somebody_away(self) -> bool:
        return self.has(words.GIVEN_ZH, words.GIVEN_EN)

    def speaks_of_a_show(self) -> bool:
        return self.has(words.SHOW_ZH, words.SHOW_EN)

    def speaks_to_a_streamer(self) -> bool:
        if self.has(words.STREAMER_ZH, words.STREAMER_EN):
            return True
        if words.YOUR_FANS_EN.search(self.folded) and words.COOLING_EN.search(self.folded) is None:
            return True
        if words.SHOW_BEGINS_EN.search(self.folded) and words.THEATRE_EN.search(self.folded) is None:
            return True
        return self.has(words.ROOM_ZH, words.ROOM_EN) and words.LODGING.search(self.folded) is None

    def says_who_reported(self) -> bool:
        return self.has(words.REPORTED_ZH, words.REPORTED_EN)

    def services(self) -> frozenset[str]:
        own = self.lexicon.service
        found = frozenset((*words.SERVICE_ZH.findall(self.letters), *words.SERVICE_EN.findall(self.folded)))
        return (found - self.lexicon.not_service).union(own.zh.findall(self.letters), own.en.findall(self.folded))

    def general(self) -> frozenset[str]:
        found = frozenset((*words.GENERAL_ZH.findall(self.letters), *words.GENERAL_EN.findall(self.folded)))
        return found - self.lexicon.not_service

    def signals(self) -> frozenset[str]:
        found = {signal.pattern for signal in words.SIGNALS_FOLDED if signal.search(self.folded)}
        return frozenset(found | {"second"} if words.SECOND_ZH.search(self.letters) else found)


class Row:
    """Fragments that are one text: lines of a picture, paragraphs of a document, a body."""

    def __init__(self, numbers: Sequence[int], texts: Sequence[str], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._firsts: dict[int, int] = {}
        at = 0
        for number, text in zip(numbers, texts, strict=True):
            self._firsts[number] = at
            at += len(text) + 1
        self._text = "\n".join(texts)
        self._said: dict[tuple[int, int], Said] = {}
        self._starts = [0, *(match.end() for match in re.finditer("\n", self._text))]
        self._head = min([*self._starts[2:3], AROUND])  # a title, and what the columns are

    @property
    def is_table(self) -> bool:
        """Whether it lists several people, a line each."""
        return self._listed >= _LEAST_NUMBERS

    @property
    def worth(self) -> int:
        """One for a list of several people, two for one of many: one of them is a customer like the others."""
        return self.is_table + (self._listed >= _MANY)

    @cached_property
    def _listed(self) -> int:
        numbered = (
            line
            for line in map(re.Match.group, _CELLS.finditer(self._text))
            if self._is_cells(line) and _NUMBER.search(line)
        )
        return sum(1 for _ in islice(numbered, _MANY))

    def place(self, fragment: int, offset: int) -> int:
        """Where in the row a character of a fragment stands."""
        return self._firsts[fragment] + offset

    def prose(self, start: int, length: int) -> str:
        """The first page from `start` on: the lines that are no row of a table, and the head of the table."""
        kept: list[str] = []
        left, head, stop = FIRST_PAGE, True, start + length
        while start < stop and left > 0:
            end = self._text.find("\n", start, stop)
            line = self._text[start : end if end >= 0 else stop]
            cells = self.is_table and self._is_cells(line)
            if not cells or head:
                kept.append(line[:left])
                left -= len(line) + 1
            head = head and not cells
            start += len(line) + 1
        return "\n".join(kept)

    def of_all(self, whole: bool) -> Said:
        """All that is said, or its title; but for what is said of one of several people."""
        text = self._text if whole else self._text[: self._head]
        if not self.is_table:
            return Said.of(text, self._lexicon)
        lines = (line for line in text.split("\n") if not (self._is_cells(line) and _NUMBER.search(line)))
        return Said.of("\n".join(lines), self._lexicon)

    def entry(self, place: int) -> tuple[int, int] | None:
        """The line in which a place stands, where it is that of one of several people who are listed."""
        low, high = self._line(place)
        line = self._text[low:high]
        return (low, high) if self.is_table and self._is_cells(line) and _NUMBER.search(line) else None

    def around(self, start: int, end: int) -> Iterator[Said]:
        """What stands beside a place: the line, or some letters of it; then what stands near, or heads the table."""
        line, stop = self._line(start)
        if self.is_table and self._is_cells(self._text[line:stop]):
            yield self._at(line, min(max(stop, end), line + FIRST_PAGE))
            yield self._at(0, self._head)
        else:
            yield self._at(max(line, start - BESIDE), max(end, min(stop, end + BESIDE)))
            yield self._at(max(0, start - AROUND), end + AROUND)

    def _line(self, place: int) -> tuple[int, int]:
        number = bisect_right(self._starts, place) - 1
        last = number + 1 == len(self._starts)
        return self._starts[number], len(self._text) if last else self._starts[number + 1] - 1

    def _at(self, low: int, high: int) -> Said:
        if (low, high) not in self._said:
            self._said[low, high] = Said.of(self._whole_formulas(low, high), self._lexicon)
        return self._said[low, high]

    def _whole_formulas(self, low: int, high: int) -> str:
        """These characters, and on either side what belongs to a formula that a cut would break (`needs evidence of the
        pay|ment`), with what stands before it."""
        first, last = max(0, low - _EDGE), high + _EDGE
        text = self._text[first:last]
        kept = [low - first, high - first]
        own, shown, folded = self._lexicon.not_complaint, letters(text), normalise(text)
        patterns = ((words.FORMULA_ZH, shown), (words.FORMULA_EN, folded), (own.zh, shown), (own.en, folded))
        for pattern, form in patterns:
            for found in pattern.finditer(form.text):
                start, end = form.origin(*found.span())
                if start < low - first < end:
                    kept[0] = min(kept[0], max(0, start - _BEFORE_FORMULA))
                if start < high - first < end:
                    kept[1] = max(kept[1], end)
        return text[slice(*kept)]

    @staticmethod
    def _is_cells(line: str) -> bool:
        return max(line.count("\t"), line.count(","), line.count("|"), line.count(";")) >= _LEAST_CELLS - 1
