"""Circumstances that meet: a place, a day and a gift say together who it was, though each is anybody's.

Signs of different sorts of one report, near each other in one text, are added up: of each sort once. A weak form of the
name (小张) is a sort too. What so many reports share is no sign of one.

In: hits of circumstances and weak hits of names. Out: those that count, as `evidence.weighed` gives them. Nothing here
fails.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from gateway.detection.search import Placed

_WEIGHTS = {"school": 1.5, "employer": 1.5, "residence": 1.5}
_USUAL = 1.0
NEEDED = 2.5
"""Three ordinary sorts, or a school, a firm or a street and one more."""
NEAR = 240
"""Characters of a text within which they have to stand: a few sentences."""


def met(hits: Sequence[Placed], most: int) -> Iterator[tuple[Placed, list[int]]]:
    """The hits that stand together with enough others, each with the numbers of its subjects for whom they do; no more
    than `most` in one place."""
    groups: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    for placed in hits:
        groups[placed.text, id(placed.hit.segment)].append(placed)
    for group in groups.values():
        if sum(_weight(sort) for sort in {_sort(placed) for placed in group}) < NEEDED:
            continue
        yield from _met_in(_uncovered(group), most)


def _met_in(group: Sequence[Placed], most: int) -> Iterator[tuple[Placed, list[int]]]:
    by_sort: dict[str, list[Placed]] = defaultdict(list)
    for placed in group:
        by_sort[_sort(placed)].append(placed)
    total = np.zeros(len(group[0].hit.segment.subjects), np.float32) if group else np.zeros(0, np.float32)
    for sort, members in by_sort.items():
        whose = np.zeros(len(total), bool)
        for placed in members:
            whose[np.asarray(placed.hit.numbers, np.intp)] = True
        total[whose] += _weight(sort)
    for number in np.flatnonzero(total >= NEEDED).tolist():
        if int((total >= NEEDED).sum()) > most:
            return
        own = sorted((p for p in group if number in p.hit.numbers), key=lambda p: p.hit.start)
        for placed in _close(own):
            yield placed, [number]


def _close(own: Sequence[Placed]) -> list[Placed]:
    """Those that stand within reach of enough others."""
    kept: list[Placed] = []
    for placed in own:
        near = [p for p in own if abs(p.hit.start - placed.hit.start) <= NEAR]
        if sum(_weight(sort) for sort in {_sort(p) for p in near}) >= NEEDED:
            kept.append(placed)
    return kept


def _uncovered(group: Sequence[Placed]) -> list[Placed]:
    """Without the 广州 of 广州美术学院."""
    return [
        placed
        for placed in group
        if not any(
            other.hit.start <= placed.hit.start
            and placed.hit.end <= other.hit.end
            and other.hit.end - other.hit.start > placed.hit.end - placed.hit.start
            for other in group
        )
    ]


def _sort(placed: Placed) -> str:
    return placed.hit.variant if placed.hit.kind == "circumstance" else "name"


def _weight(sort: str) -> float:
    return _WEIGHTS.get(sort, _USUAL)
