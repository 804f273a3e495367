"""Circumstances that meet: a place, a day and a gift say together who it was, though each is anybody's.

Signs of different sorts of one report, near each other in one text, are added up: of each sort once. A weak form of the
name (小张) is a sort too. What so many reports share is no sign of one.

In: hits of circumstances and weak hits of names. Out: those that count. A text may repeat them as often as it likes:
every step takes time in proportion to the hits. Raises what the budget raises.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from gateway.detection.budget import UNLIMITED, Budget
from gateway.detection.pattern_index import PatternIndex
from gateway.detection.search import Placed
from gateway.identity import Subject

_WEIGHTS = {"school": 1.5, "employer": 1.5, "residence": 1.5}
_USUAL = 1.0
NEEDED = 2.5
"""Three ordinary sorts, or a school, a firm or a street and one more."""
NEAR = 240
"""Characters of a text within which they have to stand: a few sentences."""


def quasi_identifier_hits(
    hits: Sequence[Placed], index: PatternIndex, most: int, budget: Budget = UNLIMITED
) -> Iterator[tuple[Placed, Sequence[Subject]]]:
    """The hits that stand together with enough others, with the subjects for whom they do; the same hits are no sign of
    anybody where they are those of more than `most`."""
    by_text: dict[int, list[Placed]] = defaultdict(list)
    for placed in hits:
        by_text[placed.text].append(placed)
    for group in by_text.values():
        if _enough(_sort(placed) for placed in group):
            shared: dict[tuple[int, ...], list[Subject]] = defaultdict(list)
            left = _uncovered(group)
            for subject, own in budget.over(_by_subject(left, index, budget).items(), 1):
                if together := _close(left, own):
                    shared[together].append(subject)
            for together, subjects in shared.items():
                if len(subjects) <= most:
                    yield from ((left[place], subjects) for place in together)


def _by_subject(group: Sequence[Placed], index: PatternIndex, budget: Budget) -> dict[Subject, list[int]]:
    """Of each subject with enough sorts in the text the places of its hits in `group`, which is in order."""
    segments = {id(placed.hit.segment): placed.hit.segment for placed in group}
    owners = [np.asarray(placed.hit.numbers, np.intp) for placed in group]
    found: dict[Subject, list[int]] = defaultdict(list)
    for name, segment in segments.items():
        total = np.zeros(len(segment.subjects))
        by_sort: dict[str, list[int]] = defaultdict(list)
        for place, placed in budget.over(enumerate(group)):
            if id(placed.hit.segment) == name:
                by_sort[_sort(placed)].append(place)
        for sort, places in by_sort.items():
            whose = np.zeros(len(total), bool)
            for place in budget.over(places):
                whose[owners[place]] = True
            total[whose] += _WEIGHTS.get(sort, _USUAL)
        enough = total >= NEEDED
        for place in budget.over(sorted(place for places in by_sort.values() for place in places)):
            for subject in index.chosen(segment, owners[place][enough[owners[place]]].tolist()):
                found[subject].append(place)
    return found


def _close(group: Sequence[Placed], own: Sequence[int]) -> tuple[int, ...]:
    """Those of a subject's hits that stand within reach of enough others."""
    kept: list[int] = []
    near: Counter[str] = Counter()
    first = last = 0
    for place in own:
        start = group[place].hit.start
        while last < len(own) and group[own[last]].hit.start <= start + NEAR:
            near[_sort(group[own[last]])] += 1
            last += 1
        while group[own[first]].hit.start < start - NEAR:
            near[_sort(group[own[first]])] -= 1
            first += 1
        if _enough(sort for sort, count in near.items() if count):
            kept.append(place)
    return tuple(kept)


def _uncovered(group: Sequence[Placed]) -> list[Placed]:
    """In the order in which they stand, without the 广州 of 广州美术学院."""
    kept: list[Placed] = []
    reach = at = longest = -1  # the last end of all that begin before `at`, and of those that begin there
    for placed in sorted(group, key=lambda p: (p.hit.start, -p.hit.end)):
        start, end = placed.hit.start, placed.hit.end
        if start > at:
            reach, at, longest = max(reach, longest), start, end
        if reach < end and longest == end:
            kept.append(placed)
    return kept


def _sort(placed: Placed) -> str:
    return placed.hit.variant if placed.hit.kind == "circumstance" else "name"


def _enough(sorts: Iterator[str]) -> bool:
    return sum(_WEIGHTS.get(sort, _USUAL) for sort in set(sorts)) >= NEEDED
