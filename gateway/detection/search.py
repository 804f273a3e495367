"""Looking for everybody of an index in one text.

A literal that is there is judged: how far its letters stand apart, whether it is a piece of a longer word, whether it
lies inside the reported party's own name. What is weak comes out too, for other signs may speak for it.

In: an index, the `Views` of a text, whether it was read from a picture, a deadline. Out: hits in characters of the
original, without cues. Raises `OutOfTime` past the deadline: what was not searched to its end was not searched.
"""

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gateway.detection.cues import CUE_WORDS
from gateway.detection.index import ALIKE, OWN, Index, Literals, Segment, folded
from gateway.detection.judge import address_end, gaps_of, judged
from gateway.detection.scene import Views
from gateway.errors import OutOfTime
from gateway.model import Kind
from gateway.reports.forms import Form, shared
from gateway.text.addresses import endings_of, mailbox_at
from gateway.text.chinese import is_han
from gateway.text.masks import Covered, covered_mailboxes, covered_numbers, short_words, toneless
from gateway.text.shapes import look_alike

_FOLDED = shared("address", "exact", "letters", 0.97)
_COVERED_BOX = shared("address", "masked", "letters", 0.7, 0.85, "account")
_MANY = 20  # reporters from which on a few digits are no sign of one of them
_CODES = ("86", "086", "0086", "+86")
_LISTED = 64  # numbers up to which a plain list is quicker
_PER_LOOK = 256  # occurrences between two looks at the clock


@dataclass(slots=True)
class Hit:
    """`start` to `end` are characters of the original, `first` to `last` letters of the `letters` view.

    `numbers` are those of the subjects in their segment. `base` is the score without help, `support` what helped.
    """

    form: Form
    variant: str
    start: int
    end: int
    first: int
    last: int
    score: float
    segment: Segment
    numbers: Sequence[int] = field(repr=False)
    base: float = 0.0
    support: str = ""
    word: str = ""

    @property
    def kind(self) -> Kind:
        return self.form.kind


@dataclass(frozen=True, slots=True)
class Placed:
    """A hit in text number `text` of a message."""

    text: int
    hit: Hit


class Search:
    """One text and an index."""

    def __init__(self, index: Index, views: Views, pictured: bool = False, deadline: float = float("inf")) -> None:
        self._index, self._views, self._pictured, self._deadline = index, views, pictured, deadline
        self._looked = 0

    def hits(self) -> list[Hit]:
        """Every form that stands in the text, the unsure ones with their low score."""
        found: list[Hit] = []
        for segment in self._index.segments:
            found += self._in_segment(segment)
        return found

    def _in_segment(self, segment: Segment) -> Iterator[Hit]:
        views = self._views
        matches = segment.literals["letters"].matches(views.letters.text)
        own = self._own(segment, matches)
        yield from self._literals(segment, "letters", views.letters.text, matches, own)
        for view, text in (("digits", views.digits), ("sound", views.sounds)):
            yield from self._literals(segment, view, text, segment.literals[view].matches(text), own)
        yield from self._shapes(segment)
        yield from self._masked(segment)
        yield from self._signs(segment)
        yield from self._tokens(segment)
        yield from self._toned(segment)
        yield from self._covered(segment)
        if self._pictured:
            text = views.letters.text.translate(ALIKE)
            yield from self._misread(segment, segment.alike, text)
        if segment.addresses and "@" in views.normal.text:
            yield from self._addresses(segment)

    def _literals(
        self,
        segment: Segment,
        view: str,
        text: str,
        matches: Sequence[tuple[int, int, int]],
        own: Sequence[tuple[int, int, frozenset[int]]],
    ) -> Iterator[Hit]:
        views, literals = self._views, segment.literals[view]
        for literal, start, end in matches:
            self._look()
            if view == "sound" and self._is_plain_word(start, end):
                continue
            for form, every in literals.groups(literal):
                if form is OWN:
                    continue
                score = judged(form, views, text, start, end)
                if score <= 0:
                    continue
                numbers: Sequence[int] = every.tolist() if len(every) <= _LISTED else every  # type: ignore[assignment]  # an array does for what is done with it
                for low, high, theirs in own:
                    if low <= start and end <= high:
                        numbers = [number for number in numbers if number not in theirs]
                if not len(numbers):
                    continue
                last, variant = end, form.variant
                if form.rest:
                    last, spelled = address_end(form, text, end)
                    if last < 0 or judged(form, views, text, start, last) <= 0:
                        continue
                    variant = "spelled" if spelled else variant
                yield Hit(form, variant, *views.letters.origin(start, last), start, last, score, segment, numbers)

    def _is_plain_word(self, start: int, end: int) -> bool:
        """A word that sounds like a name is that word where it is one of reporting itself (举报人反映).

        Where so many are looked for that some name of two characters sounds like any two, they are words wherever
        nothing says that a name stands there.
        """
        written = self._views.letters.text[start:end]
        if end - start == 2 and self._index.size > _MANY:
            return not self._views.cues.stands_by("beside", start, end) or written in CUE_WORDS
        return written in CUE_WORDS

    def _own(self, segment: Segment, matches: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, frozenset[int]]]:
        """Where words of the reported party stand, and in whose report they are theirs."""
        literals = segment.literals["letters"]
        return [
            (start, end, frozenset(numbers.tolist()))
            for literal, start, end in matches
            for form, numbers in literals.groups(literal)
            if form is OWN
        ]

    def _shapes(self, segment: Segment) -> Iterator[Hit]:
        """Names of which one character was put, or read, for one that looks like it."""
        text = self._views.letters.text
        if not segment.names or text.isascii():
            return
        for pair, at, _ in segment.pairs.matches(text):
            yield from self._shaped(segment, segment.pairs.places(pair), 2, at)
        # Characters with one between them are neighbours among every second one.
        for first in (0, 1):
            for outer, at, _ in segment.outers.matches(text[first::2]):
                yield from self._shaped(segment, segment.outers.places(outer), 3, first + 2 * at)

    def _shaped(self, segment: Segment, places: Sequence[int], length: int, at: int) -> Iterator[Hit]:
        text = self._views.letters.text
        for place in places:
            self._look()
            name, form, number = segment.names[place]
            for start in {at, at - len(name) + length}:
                written = text[start : start + len(name)] if start >= 0 else ""
                if len(written) < len(name) or written == name:
                    continue
                changed = [(a, b) for a, b in zip(name, written, strict=True) if a != b]
                if len(changed) != 1 or not look_alike(*changed[0]):
                    continue
                gaps = gaps_of(self._views, start, start + len(name))
                if gaps and max(map(len, gaps.values())) > 8:
                    continue
                score = 0.8 if self._pictured else form.score
                span = self._views.letters.origin(start, start + len(name))
                yield Hit(form, form.variant, *span, start, start + len(name), score, segment, (number,))

    def _masked(self, segment: Segment) -> Iterator[Hit]:
        view, literals = self._views.masked, segment.literals["masked"]
        if view is None:
            return
        text = view.text
        for literal, start, end in literals.matches(text):
            self._look()
            spans = [view.span(i) for i in range(start, end)]
            if any(later[0] - earlier[1] > 2 for earlier, later in pairwise(spans)):
                continue
            if text[start] == "*" and start > 0 and is_han(text[start - 1]) and view.span(start - 1)[1] == spans[0][0]:
                continue  # 李*鸣 is not *鸣
            covered = max(b - a for i, (a, b) in enumerate(spans, start) if text[i] == "*")
            for form, numbers in literals.groups(literal):
                if not (covered > 3 and form.kind == "name"):
                    span = spans[0][0], spans[-1][1]
                    yield self._placed(form, form.variant, span, form.score, segment, numbers.tolist())

    def _signs(self, segment: Segment) -> Iterator[Hit]:
        literals = segment.literals["signs"]
        if not len(literals):
            return
        # Blanks are taken out, and led back by counting: signs keep their order.
        kept = [i for i, c in enumerate(self._views.normal.text) if not c.isspace()]
        text = "".join(self._views.normal.text[i] for i in kept)
        for literal, start, end in literals.matches(text):
            span = self._views.normal.origin(kept[start], kept[end - 1] + 1)
            for form, numbers in literals.groups(literal):
                yield self._placed(form, form.variant, span, form.score, segment, numbers.tolist())

    def _tokens(self, segment: Segment) -> Iterator[Hit]:
        """Initials. There are as many people as there are, so they count with a word of reporting at their side."""
        if not len(segment.tokens):
            return
        for token, start, end in short_words(self._views.normal.text, segment.tokens):
            for form, numbers in segment.tokens.of(token):
                span = self._views.normal.origin(start, end)
                yield self._placed(form, form.variant, span, form.score, segment, numbers.tolist())

    def _toned(self, segment: Segment) -> Iterator[Hit]:
        """Pinyin with the numbers of its tones; another run, another name."""
        for plain, first, last in toneless(self._views.normal, self._views.letters):
            for literal, start, end in segment.literals["letters"].matches(plain):
                for form, numbers in segment.literals["letters"].groups(literal) if end - start == len(plain) else ():
                    if form.variant == "pinyin":
                        span = self._views.letters.origin(first, last)
                        yield Hit(form, "pinyin", *span, first, last, form.score, segment, numbers.tolist())

    def _covered(self, segment: Segment) -> Iterator[Hit]:
        """Numbers and addresses of which a part was covered, by the part that is left."""
        text = self._views.normal.text
        if segment.numbers:
            for covered in covered_numbers(text):
                yield from self._number(segment, covered)
        if segment.addresses:
            for covered in covered_mailboxes(text):
                span = self._views.normal.origin(covered.start, covered.end)
                domain = folded(f"a@{covered.domain}").rpartition("@")[2]
                for local, number in segment.by_domain.get(domain, ()):
                    if _shows(local, covered.head, covered.tail) and covered.head + covered.tail:
                        yield self._placed(_COVERED_BOX, "masked", span, _COVERED_BOX.score, segment, (number,))

    def _number(self, segment: Segment, covered: Covered) -> Iterator[Hit]:
        head, tail = covered.head, covered.tail
        keys = ["…" + tail[-4:]] if len(tail) >= 4 else [head[i : i + 3] + "…" for i in range(max(1, len(head) - 2))]
        for place in (place for key in keys for place in segment.by_end.get(key, ())):
            self._look()
            number, form, owner = segment.numbers[place]
            skipped = _skipped(number, head, tail)
            if skipped < 0 or (covered.ending and form.kind != "phone"):
                continue
            shown = head[skipped:]
            start = covered.places[skipped] if shown else covered.end - len(tail) if skipped else covered.start
            span = self._views.normal.origin(start, covered.end)
            # How many digits are seen, and so how likely one of so many people has such a number by chance.
            seen = len(tail) + max(0.0, len(shown) - 1.5)
            score = min(form.score, 0.65) if covered.ending else form.score
            if seen < 4 or (seen < 6 and (self._index.size > _MANY or form.kind == "account")):
                score = 0.4
            variant = "ending" if covered.ending else form.variant
            yield self._placed(form, variant, span, score, segment, (owner,))

    def _misread(self, segment: Segment, literals: Literals, text: str) -> Iterator[Hit]:
        letters = self._views.letters
        for literal, start, end in literals.matches(text):
            self._look()
            for form, numbers in literals.groups(literal):
                score = judged(form, self._views, text, start, end)
                if score > 0:
                    span = letters.origin(start, end)
                    yield Hit(form, "look_alike", *span, start, end, round(score * 0.85, 3), segment, numbers.tolist())

    def _addresses(self, segment: Segment) -> Iterator[Hit]:
        """Tags, dots and domains in other letters are folded away by `fold_address`."""
        normal = self._views.normal
        at = normal.text.find("@")
        while at >= 0:
            self._look()
            if (box := mailbox_at(normal.text, at)) is not None:
                for end in endings_of(box.text):
                    numbers = segment.addresses.get(folded(box.text[:end]))
                    if numbers:
                        span = normal.origin(box.start, box.start + end)
                        yield self._placed(_FOLDED, "exact", span, _FOLDED.score, segment, numbers)
                        break
            at = normal.text.find("@", at + 1)

    def _placed(
        self,
        form: Form,
        variant: str,
        span: tuple[int, int],
        score: float,
        segment: Segment,
        numbers: Sequence[int],
    ) -> Hit:
        """A hit whose place is known in the original alone."""
        starts = self._views.letters.starts
        first, last = (bisect_left(starts, span[0]), bisect_left(starts, span[1])) if starts is not None else span
        return Hit(form, variant, *span, first, max(first, last), score, segment, numbers)

    def _look(self) -> None:
        """At the clock, once in a while."""
        self._looked += 1
        if self._looked % _PER_LOOK == 0 and time.monotonic() > self._deadline:
            raise OutOfTime


def _skipped(number: str, head: str, tail: str) -> int:
    """How much of what stands before the cover is not of the number (a country code, a word); -1 where it is another
    number."""
    for skipped in range(len(head) + 1):
        if _shows(number, head[skipped:], tail) and (
            not skipped or head[:skipped] in _CODES or not head[skipped - 1].isdecimal()
        ):
            return skipped
    return -1


def _shows(whole: str, head: str, tail: str) -> bool:
    return whole.startswith(head) and whole.endswith(tail) and len(head) + len(tail) < len(whole)
