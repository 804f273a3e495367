"""Words that were found in a message, and how a text is shown in which they are covered wherever they stand. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.model import Finding, Location, Reading
from gateway.text.digits import fold_digits
from gateway.text.escaped import Span, written_escaped
from gateway.text.normalize import letters

COVER = "███"
_MOST_WORDS, _MOST_PLAIN_WORDS = 300, 100
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class CoveredPlace:
    """A place as it may be shown, the words that were found covered in the names on the way to it.

    `names` are those of attachments, where the way goes through MIME parts: of `where.part` first, then one for each
    step, empty where it has none. `2.1` of an attached mail has two: `转发.eml › 材料.zip`.
    """

    where: Location
    names: tuple[str, ...]

    def __str__(self) -> str:
        words = (str(Location(self.where.part)), *map(str, self.where.steps))
        return " › ".join(f"{word} ({name})" if name else word for word, name in zip(words, self.names, strict=True))


class FileNames:
    """The names of a reading's files, by their places. `cover` takes a name and covers what was found in it."""

    def __init__(self, reading: Reading, cover: Callable[[str], str]) -> None:
        self._cover = cover
        self._names: dict[Location, str] = {}
        self._covered: dict[Location, str] = {}
        for part in reading.files:
            if part.name:
                self._names.setdefault(part.where, printable(part.name))

    def on_the_way(self, where: Location) -> CoveredPlace:
        """The place with the names of the attachments it is in."""
        numbers = where.part.split(".")
        parts = [Location(".".join(numbers[:count])) for count in range(1, len(numbers) + 1)] if where.part else []
        names = [" › ".join(self._name(part) for part in parts if part in self._names)]
        for count, step in enumerate(where.steps, 1):
            names.append(self._name(Location(where.part, where.steps[:count])) if step.kind == "part" else "")
        steps = tuple(replace(step, text=self._cover(step.text)) if step.text else step for step in where.steps)
        return CoveredPlace(Location(where.part, steps), tuple(names))

    def _name(self, where: Location) -> str:
        if where not in self._names:
            return ""
        if where not in self._covered:  # each once: a name may be as long as a header, and have many findings in it
            shown = self._cover(self._names[where])  # before it is cut: half a word would not be known again
            self._covered[where] = shown if len(shown) <= _LONGEST_NAME else shown[:_LONGEST_NAME] + "…"
        return self._covered[where]


def found_words(reading: Reading, findings: Sequence[Finding]) -> re.Pattern[str] | None:
    """What was found, but for material. Single letters would cover half of any text, and tell nobody anything."""
    found = set[str]()
    for finding in findings:
        if finding.fragment is None or finding.span is None or finding.kind == "material":
            continue
        if finding.fragment < len(reading.texts):
            start, end = finding.span
            word = reading.texts[finding.fragment].text[max(0, start) : max(0, end)].strip()
            found |= {word, printable(word)} if len(word) > 1 else set()
    if not found:
        return None
    shortest = sorted(found, key=len)[:_MOST_WORDS]  # they cover the most; each span is covered by itself anyway
    longest_first = sorted(shortest, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


def plain_words(reading: Reading, findings: Sequence[Finding]) -> tuple[str, ...]:
    """What was found, as letters and digits alone; none so short that it stands in any text."""
    found = set[str]()
    for finding in findings:
        number = finding.fragment
        if finding.kind == "material" or finding.span is None or number is None or number >= len(reading.texts):
            continue
        start, end = finding.span
        found.add(fold_digits(letters(reading.texts[number].text[max(0, start) : max(0, end)]).text))
    # The shortest cover the most.
    return tuple(sorted((word for word in found if len(word) > 1), key=lambda word: (len(word), word)))[
        :_MOST_PLAIN_WORDS
    ]


def written_otherwise(text: str, words: Sequence[str]) -> Iterator[Span]:
    """Where words stand with other signs, widths, letters that look the same, or as escapes. Linear in the text for
    each word: whoever shows a text bounds it."""
    if not words:
        return
    yield from written_escaped(text, words)
    view = letters(text)
    folded = fold_digits(view.text)
    for word in words:
        at = folded.find(word)
        while at >= 0:
            yield view.origin(at, at + len(word))
            at = folded.find(word, at + len(word))


def cover(text: str, spans: Iterable[Span]) -> str:
    """The text with these spans covered; neighbours become one."""
    out: list[str] = []
    at = 0
    for start, end in merged(spans, len(text)):
        out += (text[at:start], COVER)
        at = end
    return "".join((*out, text[at:]))


def merged(spans: Iterable[Span], length: int) -> list[Span]:
    """The spans in order, inside the text, those that touch as one."""
    found: list[Span] = []
    for start, end in sorted((max(0, start), min(length, end)) for start, end in spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def covered(text: str, words: re.Pattern[str] | None) -> str:
    """The text with these words covered."""
    return words.sub(COVER, text) if words else text


def file_at(reading: Reading, where: Location, words: re.Pattern[str] | None) -> str:
    """The name of the attachment that a place is in, with these words covered; empty where it has none."""
    names = (part.name for part in reading.files if part.where.part == where.part and not part.where.steps)
    return covered(printable(next(names, "")), words) if where.part else ""


def printable(name: str) -> str:
    """As readers write a file name into a place: letter for letter."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)
