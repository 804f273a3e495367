"""What may be shown of a held message: the one function that covers a reporter, on every page and in every form.

In: a reading, the findings that were kept with it, and a way to search once more. Out: which characters of a text are
covered. Words that were found once are covered wherever they stand and in whatever way they are written; and what our
own detectors would find in a text that is about to be shown is covered too, whether it was found before or not: a
message may have been held before all of it was looked at, and a report may know more now. Pure but for `search`.

What was not searched to its end, for want of time or for a fault of ours, is not shown.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from gateway.model import Finding, Location, Medium, Reading, TextFragment
from gateway.text.covering import COVER, cover, found_words, merged, plain_words, written_otherwise
from gateway.text.escaped import Span

Search = Callable[[Reading], Sequence[Finding]]
"""What the detectors find of the message's reports in texts; `findings` index them."""

_LONGEST = 40_000
_MOST_SEARCHED = 300_000
_LOOKS = 3


def nothing(reading: Reading) -> tuple[Finding, ...]:
    """A search that finds nothing: for a console that knows no report."""
    return ()


@dataclass(frozen=True, slots=True)
class Masking:
    """How texts of one message are shown. `findings` are those that were kept with it and those of a search of now."""

    reading: Reading
    findings: tuple[Finding, ...]
    search: Search = field(default=nothing, repr=False)
    unsearched: frozenset[int] = frozenset()
    """Texts that nobody searched to their end, by number: they are not shown."""

    @classmethod
    def of(
        cls, reading: Reading | None, findings: Sequence[Finding], search: Search = nothing, most: int = _LONGEST
    ) -> "Masking":
        """For a reading of which at most so many characters of each text are shown, and of all texts a bounded number:
        those in which something was found come first."""
        reading = reading or Reading()
        matter = {finding.fragment for finding in findings if finding.span is not None}
        room, short, unsearched = _MOST_SEARCHED, list(reading.texts), set[int]()
        for number in sorted(range(len(short)), key=lambda one: (one not in matter, one)):
            text = short[number].text[:most]
            if len(text) > room:
                unsearched.add(number)
                text = ""
            room -= len(text)
            short[number] = replace(short[number], text=text, boxes=())
        found = search(Reading(tuple(short)))
        if _failed(found):
            unsearched |= {number for number, text in enumerate(reading.texts) if text.text}
        more = tuple(one for one in found if one.fragment is not None and one.span is not None)
        return cls(reading, (*findings, *more), search, frozenset(unsearched))

    def spans(self, text: str) -> Iterator[Span]:
        """Where words that were found stand, as they are and in any other way to write them."""
        words = found_words(self.reading, self.findings)
        if words is not None:
            for found in words.finditer(text):
                yield found.span()
        yield from written_otherwise(text, plain_words(self.reading, self.findings))

    def text(self, text: str, medium: Medium = "text", label: str = "") -> str:
        """Any other text of a page, with everything of a reporter covered. It fails closed."""
        return self.texts((text,), medium, label)[0]

    def texts(self, texts: Sequence[str], medium: Medium = "text", label: str = "") -> tuple[str, ...]:
        """The same of several, searched in one look."""
        shown = [cover(text, self.spans(text)) for text in texts]
        for _ in range(_LOOKS):
            found = self.found_in(shown, medium, label)
            if not any(found):
                return tuple(shown)
            shown = [cover(text, spans) for text, spans in zip(shown, found, strict=True)]
        return tuple(COVER if spans else text for text, spans in zip(shown, found, strict=True))

    def found_in(self, texts: Sequence[str], medium: Medium = "text", label: str = "") -> list[list[Span]]:
        """Where the detectors find something of a reporter in these texts."""
        found: list[list[Span]] = [[] for _ in texts]
        fragments = tuple(TextFragment(Location("1"), medium, text, label) for text in texts)
        hits = self.search(Reading(fragments)) if any(texts) else ()
        if _failed(hits):
            return [[(0, len(text))] if text else [] for text in texts]
        for one in hits:
            if one.fragment is not None and one.span is not None and one.fragment < len(found):
                found[one.fragment].append(one.span)
        return found


def _failed(found: Sequence[Finding]) -> bool:
    """Whether the search did not come to its end."""
    return any(one.kind == "uninspectable" for one in found)


__all__ = ["COVER", "Masking", "Search", "Span", "cover", "merged", "nothing", "plain_words", "written_otherwise"]
