"""Words that were found in a message, as one pattern: they are covered wherever they stand. Pure."""

import re
from collections.abc import Sequence

from gateway.model import Finding, Location, Reading

COVER = "███"
_MOST_WORDS = 300


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
