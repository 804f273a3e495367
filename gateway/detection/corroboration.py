"""What weak signs are worth beside each other: the whole message is looked at, not one text.

小鸣 may be anybody, and so may 张先生, but not both; and beside the reporter's telephone number either of them is the
reporter. Circumstances count only together (`quasi_identifiers`). What lies across a sign that was found whole is no
sign of its own: 小鸣 of 张小鸣, 小鸣张 of 张小鸣张小鸣.

Where many reporters are looked for, a weak sign alone says nothing of one of them, and is not mentioned.

In: the hits of each text, with cues applied, and how many reporters there are. Out: (text, hit, subjects), one entry a
place. Raises what the budget raises.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.detection.budget import UNLIMITED, Budget
from gateway.detection.pattern_index import PatternIndex
from gateway.detection.quasi_identifiers import quasi_identifier_hits
from gateway.detection.search import Hit, Placed
from gateway.identity import Subject
from gateway.identity.patterns import THRESHOLD

TOGETHER = 0.65
_STRONG = "strong"
_BLOCK = 64  # characters; what lies across a sign shares a block with it
FEW = 8
"""So many reports are named for one place at most; a sign that more of them share is no sign of one. Also how many
reporters there may be for a weak sign alone to be mentioned."""

_LOOSE = frozenset(
    (
        *("given_name", "given_pinyin", "surname_title", "surname_call", "diminutive", "given_first", "reversed"),
        *("mixed", "initials", "homophone", "look_alike", "split", "surname", "local_part", "masked"),
    )
)
"""Forms that a whole one covers."""

_SAYS = {
    **dict.fromkeys(("surname_title", "surname_call", "surname"), "surname"),
    **dict.fromkeys(("given_name", "given_pinyin", "diminutive"), "given"),
    **dict.fromkeys(("initials", "homophone", "look_alike", "split", "pinyin", "masked", "reversed"), "whole"),
}
"""What a weak form of a name says. Two of a sort say it once: 张先生 and 小张 are one surname."""


def corroborated_hits(
    hits: Sequence[Placed], index: PatternIndex, budget: Budget = UNLIMITED
) -> Iterator[tuple[int, Hit, Sequence[Subject]]]:
    """Every hit that counts, with the subjects that it counts for."""
    sure: dict[tuple[int, int], list[Placed]] = defaultdict(list)  # by text and block
    kept = []
    # The surest first: what they cover is gone before it can cover anything.
    for placed in budget.over(sorted(hits, key=lambda p: (p.hit.variant in _LOOSE, -p.hit.score))):
        blocks = range(placed.hit.start // _BLOCK, placed.hit.end // _BLOCK + 1)
        loose = placed.hit.variant in _LOOSE
        if not (loose and any(_is_covered(placed, sure.get((placed.text, block), ())) for block in blocks)):
            kept.append(placed)
            if placed.hit.score >= THRESHOLD:
                for block in blocks:
                    sure[placed.text, block].append(placed)
    strong = [placed for placed in kept if placed.hit.score >= THRESHOLD]
    lesser = [placed for placed in kept if placed.hit.score < THRESHOLD]
    weak = [placed for placed in lesser if placed.hit.kind != "circumstance"]
    for placed in budget.over(strong):
        subjects = index.chosen(placed.hit.segment, placed.hit.numbers)
        if subjects:
            yield placed.text, placed.hit, subjects[:FEW]
    raised = _supported(weak, strong, budget)
    signs = [placed for placed in lesser if placed.hit.kind == "circumstance" or _may_join(placed.hit)]
    for placed, subjects in quasi_identifier_hits(signs, index, FEW, budget):
        yield placed.text, replace(placed.hit, score=TOGETHER, support="together"), subjects
    for number, placed in budget.over(enumerate(weak)):
        numbers = raised.get(number)
        if numbers:
            subjects = index.chosen(placed.hit.segment, sorted(numbers))
            hit = replace(placed.hit, score=TOGETHER, support="together")
            if subjects:
                yield placed.text, hit, subjects[:FEW]
        elif index.size <= FEW:
            subjects = index.chosen(placed.hit.segment, placed.hit.numbers)
            if subjects:
                yield placed.text, placed.hit, subjects


def _is_covered(placed: Placed, sure: Sequence[Placed]) -> bool:
    """Whether a surer sign of the same people, in the same text, lies over a loose one."""
    hit = placed.hit
    return any(
        other.hit is not hit
        and other.hit.segment is hit.segment
        and other.hit.start < hit.end
        and hit.start < other.hit.end
        and (other.hit.variant not in _LOOSE or other.hit.score > hit.score)
        and (len(hit.numbers) > FEW or not set(hit.numbers).isdisjoint(other.hit.numbers))
        for other in sure
    )


@dataclass(slots=True)
class _Ends:
    """Of several signs in one text: where the first of them ends, and where the last begins. One of them stands apart
    from another sign just where one of these two does."""

    first: int
    last: int


class _SubjectEvidence:
    """What speaks for one subject: signs that say the same, by what they say and by text."""

    def __init__(self) -> None:
        self._said: dict[str, dict[int, _Ends]] = defaultdict(dict)

    def add(self, placed: Placed) -> None:
        """A sign that speaks by itself, or may join others."""
        hit = placed.hit
        ends = self._said[_STRONG if hit.score >= THRESHOLD else _SAYS[hit.variant]]
        known = ends.setdefault(placed.text, _Ends(hit.end, hit.start))
        known.first, known.last = min(known.first, hit.end), max(known.last, hit.start)

    def joins(self, weak: Placed) -> bool:
        """Is there a sign apart from a weak one: that says something else, at another place?"""
        hit = weak.hit
        own = _SAYS[hit.variant] if _may_join(hit) else None
        for said, texts in self._said.items():
            if said != _STRONG and (own is None or said == own):
                continue
            ends = texts.get(weak.text)
            if ends is None or len(texts) > 1 or ends.first <= hit.start or hit.end <= ends.last:
                return True
        return False


def _supported(weak: Sequence[Placed], strong: Sequence[Placed], budget: Budget) -> dict[int, set[int]]:
    """For each weak hit, by its place in `weak`, the numbers of the subjects for whom something else speaks."""
    evidence: dict[tuple[int, int], _SubjectEvidence] = defaultdict(_SubjectEvidence)
    for placed in budget.over((*strong, *weak)):
        hit = placed.hit
        if len(hit.numbers) <= FEW and (hit.score >= THRESHOLD or _may_join(hit)):
            for number in hit.numbers:
                evidence[id(hit.segment), number].add(placed)
    found: dict[int, set[int]] = {}
    by_segment: dict[int, list[int]] = defaultdict(list)
    for segment, number in evidence:
        by_segment[segment].append(number)
    for place, placed in budget.over(enumerate(weak)):
        hit = placed.hit
        if hit.form.cue == "beside":
            continue
        segment = id(hit.segment)
        if len(hit.numbers) <= FEW:
            numbers: Sequence[int] = [number for number in hit.numbers if (segment, number) in evidence]
        else:
            shared = frozenset(hit.numbers)
            numbers = [number for number in by_segment[segment] if number in shared]
        joined = {number for number in numbers if evidence[segment, number].joins(placed)}
        if joined:
            found[place] = joined
    return found


def _may_join(hit: Hit) -> bool:
    return hit.kind == "name" and hit.form.cue != "beside" and hit.variant in _SAYS
