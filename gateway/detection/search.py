"""Looking for everybody of an index in one text.

A literal that is there is judged: how far its letters stand apart, whether it is a piece of a longer word, whether it
lies inside the reported party's own name. What is weak comes out too, for other signs may speak for it.

A text is gone through a block at a time, and what takes time at each place asks the budget of the views.

In: an index, the `Views` of a text, whether it was read from a picture. Out: hits in characters of the original,
without cues. Raises what the budget raises: what was not searched to its end was not searched.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

from gateway.detection.context import Views
from gateway.detection.context_words import CUE_WORDS
from gateway.detection.extent import ornamented, whole
from gateway.detection.occurrence import address_end, gaps_of, occurrence_score
from gateway.detection.pattern_index import ALIKE, Literals, PatternIndex, Segment, folded
from gateway.detection.tiny import tiny_names
from gateway.identity.patterns import PatternSpec, shared
from gateway.model import Kind
from gateway.text.addresses import endings_of, mailbox_at
from gateway.text.blocks import Pause
from gateway.text.confusables import look_alike
from gateway.text.han import is_han
from gateway.text.hosts import spelled_labels
from gateway.text.masked_values import MaskedValue, covered_mailboxes, covered_numbers, short_words, toneless
from gateway.text.normalize import letters, normalise

_AT = re.compile("@")
_WORD = re.compile(r"\S+")
_FOLDED = shared("address", "exact", "letters", 0.97)
_COVERED_BOX = shared("address", "masked", "letters", 0.7, 0.85, "account")
_WIDEST_CELL = 16  # characters, blanks among them, of a cell that holds one sign
_NAMED = frozenset(("name", "nickname", "account"))
_MANY = 20  # reporters from which on a few digits are no sign of one of them
_FEW = 64
_CODES = ("86", "086", "0086", "+86")


_T = TypeVar("_T")


@dataclass(slots=True)
class Hit:
    """`start` to `end` are characters of the original, `first` to `last` letters of the `letters` view.

    `numbers` are those of the subjects in their segment. `base` is the score without help, `support` what helped.
    """

    form: PatternSpec
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

    def __init__(self, index: PatternIndex, views: Views, pictured: bool = False) -> None:
        self._index, self._views, self._pictured = index, views, pictured
        self._budget = views.budget
        self._pause = views.budget.check

    def hits(self) -> list[Hit]:
        """Every form that stands in the text, the unsure ones with their low score."""
        found: list[Hit] = []
        for segment in self._index.segments:
            found += self._in_segment(segment)
        return found

    def _in_segment(self, segment: Segment) -> Iterator[Hit]:
        views = self._views
        own = _PartyWords(segment.literals["own"], views.letters.text, self._pause)
        for view, text in (("letters", views.letters.text), ("digits", views.digits), ("sound", views.sounds)):
            yield from self._literals(segment, view, text, own)
        yield from self._shapes(segment)
        yield from self._masked(segment)
        yield from self._signs(segment)
        yield from self._tokens(segment)
        yield from self._tiny(segment)
        yield from self._toned(segment)
        yield from self._hosts(segment)
        yield from self._covered(segment)
        if self._pictured:
            text = views.letters.text.translate(ALIKE)
            yield from self._misread(segment, segment.misread, text)
        if segment.addresses and "@" in views.normal.text:
            yield from self._addresses(segment)

    def _literals(self, segment: Segment, view: str, text: str, own: "_PartyWords") -> Iterator[Hit]:
        views, literals = self._views, segment.literals[view]
        for literal, start, end in self._budget.over(literals.matches(text, self._pause)):
            if view == "sound" and self._is_plain_word(start, end):
                continue
            for form, every in literals.groups(literal):
                score = occurrence_score(form, views, text, start, end)
                if score <= 0:
                    continue
                numbers = own.without(every, start, end)
                if not len(numbers):
                    continue
                last, variant = end, form.variant
                if form.rest:
                    last, spelled = address_end(form, text, end)
                    if last < 0 or occurrence_score(form, views, text, start, last) <= 0:
                        continue
                    variant = "spelled" if spelled else variant
                span = whole(views.original, *views.letters.origin(start, last))
                if any(form.ornaments):
                    span = ornamented(views.original, *span, form.ornaments)
                yield Hit(form, variant, *span, start, last, score, segment, numbers)

    def _is_plain_word(self, start: int, end: int) -> bool:
        """A word that sounds like a name is that word where it is one of reporting itself (举报人反映).

        Where so many are looked for that some name of two characters sounds like any two, they are words wherever
        nothing says that a name stands there.
        """
        written = self._views.letters.text[start:end]
        if end - start == 2 and self._index.size > _MANY:
            return not self._views.cues.stands_by("beside", start, end) or written in CUE_WORDS
        return written in CUE_WORDS

    def _shapes(self, segment: Segment) -> Iterator[Hit]:
        """Names of which one character was put, or read, for one that looks like it."""
        text = self._views.letters.text
        if not segment.names or text.isascii():
            return
        first, middle, last = segment.holes
        for pair, at, _ in self._budget.over(first.matches(text, self._pause)):
            if at > 0:
                yield from self._alike(segment, first.nearly(pair, text[at - 1]), at - 1)
        for pair, at, end in self._budget.over(last.matches(text, self._pause)):
            if end < len(text):
                yield from self._alike(segment, last.nearly(pair, text[end]), at)
        # Characters with one between them are neighbours among every second one.
        for odd in (0, 1):
            for pair, at, _ in self._budget.over(middle.matches(text[odd::2], self._pause)):
                start = odd + 2 * at
                yield from self._alike(segment, middle.nearly(pair, text[start + 1]), start)
        for pair, at, _ in self._budget.over(segment.pairs.matches(text, self._pause)):
            for place in self._few(segment.pairs.places(pair)):
                name = segment.names[place][0]
                for start in {at, at - len(name) + 2}:
                    written = text[start : start + len(name)] if start >= 0 else ""
                    if len(written) == len(name):
                        changed = [(a, b) for a, b in zip(name, written, strict=True) if a != b]
                        if len(changed) == 1 and look_alike(*changed[0]):
                            yield from self._alike(segment, (place,), start)

    def _alike(self, segment: Segment, places: Iterable[int], start: int) -> Iterator[Hit]:
        """Names of which one character is another where the text has them, at `start`."""
        for place in places:
            name, form, number = segment.names[place]
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
        for literal, start, end in self._budget.over(literals.matches(text, self._pause)):
            spans = [view.span(i) for i in range(start, end)]
            if any(later[0] - earlier[1] > 2 for earlier, later in pairwise(spans)):
                continue
            if text[start] == "*" and start > 0 and is_han(text[start - 1]) and view.span(start - 1)[1] == spans[0][0]:
                continue  # 李*鸣 is not *鸣
            covered = max(b - a for i, (a, b) in enumerate(spans, start) if text[i] == "*")
            for form, numbers in literals.groups(literal):
                if not (covered > 3 and form.kind == "name"):
                    span = spans[0][0], spans[-1][1]
                    yield self._placed(form, form.variant, span, form.score, segment, numbers)

    def _signs(self, segment: Segment) -> Iterator[Hit]:
        literals = segment.literals["signs"]
        if not len(literals):
            return
        # Blanks are taken out, and led back by counting: signs keep their order.
        normal = self._views.normal.text
        words = list(self._budget.over(_WORD.finditer(normal)))
        kept = array("I", (place for word in words for place in range(*word.span())))
        text = "".join(word[0] for word in words)
        for literal, start, end in self._budget.over(literals.matches(text, self._pause)):
            span = self._views.normal.origin(kept[start], kept[end - 1] + 1)
            for form, numbers in literals.groups(literal):
                yield self._placed(form, form.variant, span, form.score, segment, numbers)

    def _tokens(self, segment: Segment) -> Iterator[Hit]:
        """Initials. There are as many people as there are, so they count with a word of reporting at their side."""
        if not len(segment.tokens):
            return
        for token, start, end in self._budget.over(short_words(self._views.normal.text, segment.tokens, self._pause)):
            for form, numbers in segment.tokens.of(token):
                span = self._views.normal.origin(start, end)
                yield self._placed(form, form.variant, span, form.score, segment, numbers)

    def _tiny(self, segment: Segment) -> Iterator[Hit]:
        """Nicknames of one sign, where somebody is said to be called so."""
        views = self._views
        if not len(segment.tiny):
            return
        for sign, at in self._budget.over(tiny_names(views.normal.text, views.field, bool(views.sort), self._pause)):
            for form, numbers in segment.tiny.of(sign):
                start, end = views.normal.origin(at, at + 1)
                span = ornamented(views.original, start, end, ("", "\ufe0f"))
                yield self._placed(form, form.variant, span, form.score, segment, numbers)
        for start, end in self._budget.over(views.names_alone()):
            sign = normalise(views.original[start:end].strip()[:4]).text if end - start < _WIDEST_CELL else ""
            for form, numbers in segment.tiny.of(sign):
                yield self._placed(form, form.variant, (start, end), form.score, segment, numbers)

    def _toned(self, segment: Segment) -> Iterator[Hit]:
        """Pinyin with the numbers of its tones; another run, another name."""
        for plain, first, last in self._budget.over(toneless(self._views.normal, self._views.letters, self._pause)):
            for literal, start, end in segment.literals["letters"].matches(plain):
                for form, numbers in segment.literals["letters"].groups(literal) if end - start == len(plain) else ():
                    if form.variant == "pinyin":
                        span = self._views.letters.origin(first, last)
                        yield Hit(form, "pinyin", *span, first, last, form.score, segment, numbers)

    def _hosts(self, segment: Segment) -> Iterator[Hit]:
        """Names that an internationalised domain spells: what a browser shows for `xn--…`. A label that is a name is in
        a name's place."""
        literals = segment.literals["letters"]
        for label, first, last in self._budget.over(spelled_labels(self._views.original, self._pause)):
            said = letters(label).text
            for literal, start, end in literals.matches(said):
                for form, numbers in literals.groups(literal):
                    if form.kind in _NAMED and not form.rest and form.gaps == "name":
                        score = form.cued if end - start == len(said) else form.score
                        yield self._placed(form, form.variant, (first, last), score, segment, numbers)

    def _covered(self, segment: Segment) -> Iterator[Hit]:
        """Numbers and addresses of which a part was covered, by the part that is left."""
        text = self._views.normal.text
        if segment.numbers:
            for covered in self._budget.over(covered_numbers(text, self._pause)):
                yield from self._number(segment, covered)
        if segment.addresses:
            for covered in covered_mailboxes(text, self._pause):
                span = self._views.normal.origin(covered.start, covered.end)
                domain = folded(f"a@{covered.domain}").rpartition("@")[2]
                for local, number in self._few(segment.by_domain.get(domain, ())):
                    if _shows(local, covered.head, covered.tail) and covered.head + covered.tail:
                        yield self._placed(_COVERED_BOX, "masked", span, _COVERED_BOX.score, segment, (number,))

    def _number(self, segment: Segment, covered: MaskedValue) -> Iterator[Hit]:
        head, tail = covered.head, covered.tail
        keys = ["…" + tail[-4:]] if len(tail) >= 4 else [head[i : i + 3] + "…" for i in range(max(1, len(head) - 2))]
        for place in (place for key in keys for place in self._few(segment.by_end.get(key, ()))):
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
        for literal, start, end in self._budget.over(literals.matches(text, self._pause)):
            for form, numbers in literals.groups(literal):
                score = occurrence_score(form, self._views, text, start, end)
                if score > 0:
                    span = letters.origin(start, end)
                    yield Hit(form, "look_alike", *span, start, end, round(score * 0.85, 3), segment, numbers)

    def _addresses(self, segment: Segment) -> Iterator[Hit]:
        """Tags, dots and domains in other letters are folded away by `fold_address`, which is dear: it is asked where
        what stands before the sign is the beginning of somebody's address."""
        normal = self._views.normal
        for sign in self._budget.over(_AT.finditer(normal.text)):
            box = mailbox_at(normal.text, sign.start())
            if box is None or not _locals(box.local) & segment.local_parts:
                continue
            for end in self._budget.over(endings_of(box.text), 1):
                numbers = segment.addresses.get(folded(box.text[:end]))
                if numbers:
                    span = normal.origin(box.start, box.start + end)
                    yield self._placed(_FOLDED, "exact", span, _FOLDED.score, segment, numbers)
                    break

    def _few(self, places: Sequence[_T]) -> Iterable[_T]:
        """They are few, but where so many are looked for."""
        return places if len(places) <= _FEW else self._budget.over(places)

    def _placed(
        self,
        form: PatternSpec,
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


class _PartyWords:
    """Where words of the reported party stand in a text, and in whose report they are theirs."""

    def __init__(self, literals: Literals, text: str, pause: Pause) -> None:
        self._longest = literals.longest
        self._literals = literals
        found = sorted((start, end, literal) for literal, start, end in literals.matches(text, pause))
        self._starts = array("I", (start for start, _, _ in found))
        self._ends = array("I", (end for _, end, _ in found))
        self._words = array("I", (literal for _, _, literal in found))

    def without(self, numbers: Sequence[int], start: int, end: int) -> Sequence[int]:
        """Those of `numbers` in whose report no word of the reported party lies over `start` to `end`."""
        if not self._starts:
            return numbers
        first = bisect_left(self._starts, end - self._longest) if end > self._longest else 0
        theirs = {self._words[at] for at in range(first, bisect_right(self._starts, start)) if end <= self._ends[at]}
        for word in theirs:
            owners = {number for _, every in self._literals.groups(word) for number in every}
            numbers = [number for number in numbers if number not in owners]
        return numbers


def _locals(written: str) -> frozenset[str]:
    """The local parts that `fold_address` may make of what stands before the sign."""
    if written.isascii():
        local = written.replace("\\", "").casefold()
        local = local.split("+", 1)[0].strip() or local
    else:
        local = folded(f"{written}@mail.example").rpartition("@")[0]
    return frozenset((local, local.replace(".", "")))


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
