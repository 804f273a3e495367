"""Looking for a subject's patterns in one text.

All literals go through one Aho-Corasick automaton a view (overlapping: leftmost-longest would hide a short known
string inside a longer one). A literal that is there is then judged: how far its letters stand apart, whether it is a
piece of a longer word, whether it lies inside the reported party's own name, whether a cue stands by.

In: a subject's `Searcher`, the `Views` of a text, and whether it was read from a picture. Out: hits in characters of
the original. Nothing here fails.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from gateway.detection.cues import has_cue
from gateway.detection.scene import Views
from gateway.model import Kind
from gateway.reports import Pattern, Subject
from gateway.text.addresses import fold_address
from gateway.text.chinese import has_han, is_han, is_word

_ALIKE = str.maketrans(
    "呜鸡乌已巳末入土曰太犬干玉刀夭睛朋" + "olizsbg",
    "鸣鸣鸟己己未人士日大大千王力天晴明" + "0112589",
)
"""What optical reading takes for each other; both sides are folded."""

_INVISIBLE = re.compile("[\u00ad\u034f\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")
_ADDRESS = re.compile(
    r"[^\s<>()\[\]{}\"'“”,，;；:：、。！？!?|]{1,64}@[^\s<>()\[\]{}\"'“”,，;；:：、。！？!?|@/]{1,253}"
)
_STOPS = frozenset(".,:;!?。，、：；！？…")
_NUMBER_NAMES = re.compile(r"(?:qq|vx|wx|v|wechat|weixin|uid|id|no|tel|phone|mobile|room|sfz|mailto)$")
_DIALLED_FIRST = ("86", "086", "0086", "0", "17951", "12593")


@dataclass(frozen=True, slots=True)
class Hit:
    """`start` to `end` are characters of the original text."""

    kind: Kind
    variant: str
    start: int
    end: int
    score: float
    cue: str = ""


class Searcher:
    """The patterns of one subject for some kinds, compiled."""

    def __init__(self, subject: Subject, kinds: Collection[Kind]) -> None:
        patterns = [pattern for pattern in subject.patterns if pattern.kind in kinds]
        own = [word for word in subject.own if len(word) > 1]
        self._letters = _Literals([p for p in patterns if p.view == "letters"], own)
        self._digits = _Literals([p for p in patterns if p.view == "digits"], [])
        self._alike = _Literals(
            [p for p in patterns if p.view == "letters" and p.score >= 0.6 and len(p.literal) >= 3], own, alike=True
        )
        self._masked = [(p, re.compile(p.literal)) for p in patterns if p.view == "masked"]
        self._addresses = subject.addresses if "address" in kinds else frozenset()

    def search(self, views: Views, pictured: bool = False) -> list[Hit]:
        """Every form that stands in the text, the unsure ones with their low score."""
        return list(self._hits(views, pictured))

    def _hits(self, views: Views, pictured: bool) -> Iterator[Hit]:
        yield from self._letters.hits(views, views.letters.text)
        yield from self._digits.hits(views, views.digits)
        if pictured:
            yield from self._alike.hits(views, views.letters.text.translate(_ALIKE))
        for pattern, expression in self._masked:
            if pattern.needs not in views.normal.text:
                continue
            for match in expression.finditer(views.normal.text):
                if match.end() > match.start():
                    yield _scored(pattern, views, views.normal.origin(match.start(), match.end()), pattern.score)
        if self._addresses and "@" in views.normal.text:
            yield from self._folded_addresses(views)

    def _folded_addresses(self, views: Views) -> Iterator[Hit]:
        """Tags, dots and domains in other letters are folded away by `fold_address`."""
        for match in _ADDRESS.finditer(views.normal.text):
            for end in _ends(match.group()):
                if fold_address(match.group()[:end]) in self._addresses:
                    start = match.start()
                    span = views.normal.origin(start, start + end)
                    yield Hit("address", "exact", *span, 0.97)
                    break


class _Literals:
    """One automaton, and the judging of what it finds."""

    def __init__(self, patterns: list[Pattern], own: Iterable[str], alike: bool = False) -> None:
        self._patterns = patterns
        self._alike = alike
        literals = [*(p.literal for p in patterns), *own]
        if alike:
            literals = [literal.translate(_ALIKE) for literal in literals]
        self._automaton = AhoCorasick(literals) if patterns else None

    def hits(self, views: Views, text: str) -> Iterator[Hit]:
        if self._automaton is None:
            return
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not found:
            return
        own = [(start, end) for index, start, end in found if index >= len(self._patterns)]
        for index, start, end in found:
            if index >= len(self._patterns) or any(a <= start and end <= b for a, b in own):
                continue
            pattern = self._patterns[index]
            score = _judged(pattern, views, text, start, end)
            if score <= 0:
                continue
            hit = _scored(pattern, views, views.letters.origin(start, end), score)
            if self._alike:
                if views.letters.text[start:end] == pattern.literal:
                    continue  # the plain look has it
                hit = Hit(hit.kind, "look_alike", hit.start, hit.end, round(hit.score * 0.85, 3), hit.cue)
            yield hit


def _scored(pattern: Pattern, views: Views, span: tuple[int, int], score: float) -> Hit:
    cued = bool(pattern.cue) and pattern.cued > score and has_cue(pattern.cue, views.original, span)
    final = pattern.cued if cued else score
    return Hit(pattern.kind, pattern.variant, *span, final, pattern.cue)


def _judged(pattern: Pattern, views: Views, text: str, start: int, end: int) -> float:
    """The score without cues; 0 where this is no occurrence at all."""
    gaps = _gaps(views, start, end)
    if pattern.gaps == "digits":
        return pattern.score if _is_number(pattern, views, text, start, end, gaps) else 0
    if pattern.word and not _is_word(pattern, views, text, start, end):
        return 0
    if not gaps:
        return 0.5 if _straddles(pattern, text, start, end) else pattern.score
    longest = max(map(len, gaps.values()))
    if pattern.gaps == "tight":
        loose = [place for place in gaps if place not in pattern.joints]
        if not loose and longest <= 2:
            return pattern.score
        return round(pattern.score * 0.9, 3) if longest <= 2 and len(gaps) == end - start - 1 else 0
    if pattern.gaps == "address":
        return pattern.score if longest <= 6 else 0
    if longest > 8:
        return 0
    if pattern.gaps == "latin":
        spelled_out = len(gaps) == end - start - 1
        return pattern.score if longest <= 4 and (spelled_out or set(gaps) <= set(pattern.joints)) else 0
    return _name_score(pattern, gaps, end - start)


def _straddles(pattern: Pattern, text: str, start: int, end: int) -> bool:
    """Whether a name of two characters is the end of one word and the start of the next: 王明 in 国王明天."""
    if pattern.gaps != "name" or end - start != 2 or pattern.score <= 0.5 or not 0 < start < end < len(text):
        return False
    return is_word(text[start - 1 : start + 1]) and is_word(text[end - 1 : end + 1])


def _name_score(pattern: Pattern, gaps: dict[int, str], length: int) -> float:
    """A Chinese name with something between its characters: what, and is it the same between all?"""
    everywhere = len(gaps) == length - 1
    if all(not gap.strip() for gap in gaps.values()):
        broken = sum(gap.count("\n") for gap in gaps.values())
        return round(pattern.score * (0.95 if everywhere or not broken else 0.88), 3)
    stopped = any(_STOPS & set(gap) for gap in gaps.values())
    if everywhere and not (stopped and length < 3):
        return round(pattern.score * 0.92, 3)
    return round(pattern.score * (0.5 if stopped else 0.82), 3)


def _gaps(views: Views, start: int, end: int) -> dict[int, str]:
    """What stands between the letters, by place inside the literal. What nobody sees is no gap."""
    starts, ends = views.letters.starts, views.letters.ends
    if starts is None or ends is None:
        return {}
    if ends[end - 1] - starts[start] == end - start:
        return {}
    found = {}
    for i in range(start + 1, end):
        if starts[i] > ends[i - 1]:
            gap = _INVISIBLE.sub("", views.original[ends[i - 1] : starts[i]])
            if gap:
                found[i - start] = gap
    return found


def _is_word(pattern: Pattern, views: Views, text: str, start: int, end: int) -> bool:
    """No piece of a longer word: Latin letters (for handles digits and `_` too) must not touch it."""
    before = _neighbour(views, text, start, -1)
    after = _neighbour(views, text, end - 1, 1)
    first, last = pattern.literal[0], pattern.literal[-1]
    if pattern.gaps == "latin":
        return not (
            (_latin(first) and before.isalpha() and _latin(before))
            or (_latin(last) and after.isalpha() and _latin(after))
        )
    if pattern.gaps == "address":
        if before and (_latin(before) or before in "._+-%") and _latin(first):
            return before in "._+-%" and not _joined(views, start, -1)
        return not (after and _latin(after))
    touching_before = _latin(first) and (_latin(before) or (before == "_" and _joined(views, start, -1)))
    touching_after = _latin(last) and (_latin(after) or (after == "_" and _joined(views, end - 1, 1)))
    return not (touching_before or touching_after)


def _neighbour(views: Views, text: str, index: int, step: int) -> str:
    """The character that touches letter `index` in the original, folded; empty at an edge."""
    starts, ends = views.letters.starts, views.letters.ends
    other = index + step
    if starts is None or ends is None:
        return text[other] if 0 <= other < len(text) else ""
    if 0 <= other < len(text):
        low, high = (ends[other], starts[index]) if step < 0 else (ends[index], starts[other])
        if not _INVISIBLE.sub("", views.original[low:high]):
            return text[other]
    place = starts[index] - 1 if step < 0 else ends[index]
    return views.original[place] if 0 <= place < len(views.original) else ""


def _joined(views: Views, index: int, step: int) -> bool:
    """Whether beyond one sign the word goes on: `x_` of `x_feifei`."""
    starts, ends = views.letters.starts, views.letters.ends
    assert starts is not None
    assert ends is not None
    place = starts[index] - 2 if step < 0 else ends[index] + 1
    return 0 <= place < len(views.original) and _latin(views.original[place])


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_number(pattern: Pattern, views: Views, text: str, start: int, end: int, gaps: dict[int, str]) -> bool:
    """The digits of one number: not a stretch of a longer one, with nothing but separators between."""
    if any(len(gap) > 3 or "\n\n" in gap for gap in gaps.values()):
        return False
    written = views.letters.text
    numerals = any(is_han(c) for c in written[start:end])
    before = _run(views, text, written, start, -1, numerals)
    if before and not (pattern.kind == "phone" and before in _DIALLED_FIRST):
        return False
    if _run(views, text, written, end - 1, 1, numerals):
        return False
    if pattern.kind in ("account", "address") or not pattern.literal[0].isdecimal():
        word = _letters_before(views, written, start)
        return not word or bool(_NUMBER_NAMES.search(word))
    return True


def _run(views: Views, text: str, written: str, index: int, step: int, numerals: bool) -> str:
    """The digits that touch a number on one side. 一 is a digit only beside Chinese numerals."""
    digits = ""
    other = index + step
    while 0 <= other < len(text) and text[other].isdecimal() and (numerals or not is_han(written[other])):
        low, high = (other, other + 1) if step < 0 else (other - 1, other)
        if views.letters.gap(high) and low >= 0:
            break
        digits = text[other] + digits if step < 0 else digits + text[other]
        other += step
    return digits


def _letters_before(views: Views, written: str, start: int) -> str:
    word = ""
    index = start - 1
    while index >= 0 and _latin(written[index]) and not views.letters.gap(index + 1) and len(word) < 16:
        word = written[index] + word
        index -= 1
    return word


def _ends(written: str) -> Iterator[int]:
    """Where an address may end: all of it, or before a last label or Chinese word that a sentence put there."""
    if written[-1] not in ".-":
        yield len(written)
    for i in range(len(written) - 1, written.index("@"), -1):
        if written[i] in ".-" or (has_han(written[i]) and not has_han(written[i - 1])):
            yield i
