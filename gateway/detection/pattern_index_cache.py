"""Indexes kept between messages: most mail concerns the same reports as the mail before it.

The compiled forms of a report are as secret as the report, and are held by the inspector's process alone.

In: subjects. Out: an `PatternIndex` of them. Safe to call from several threads; two may build the same one at once,
which costs time and nothing else. Nothing here fails.
"""

from collections.abc import Sequence
from threading import Lock

from cachetools import LRUCache

from gateway.detection.budget import UNLIMITED, Budget
from gateway.detection.pattern_index import PatternIndex, Segment
from gateway.identity import Subject

_KEPT = 32
_MOST_SEGMENTS = 4
_REUSED = 0.5  # of a segment's subjects must be wanted, or it costs more than it saves


class Indexes:
    """The last indexes made, by the set of their subjects."""

    def __init__(self, size: int = _KEPT) -> None:
        self._kept: LRUCache[frozenset[Subject], PatternIndex] = LRUCache(size)
        self._last: tuple[Sequence[Subject], PatternIndex] | None = None
        self._lock = Lock()

    def of(self, subjects: Sequence[Subject], budget: Budget = UNLIMITED) -> PatternIndex:
        """The index of these subjects: kept, made from a kept one and what is new, or made. That takes nothing from
        `budget`: the next messages need it as well as the one that comes first."""
        last = self._last
        if last is not None and last[0] is subjects and isinstance(subjects, tuple):
            return last[1]
        key = frozenset(subjects)
        with self._lock:
            index = self._kept.get(key)
            nearest = None if index is not None else self._nearest(key)
        if index is None:
            with budget.uncounted():
                index = _made(key, nearest)
            with self._lock:
                self._kept[key] = index
        self._last = (subjects, index)
        return index

    def _nearest(self, key: frozenset[Subject]) -> PatternIndex | None:
        best, shared = None, 0
        for kept in self._kept:  # keys alone: to look at a value would make it the newest
            common = len(kept & key) if 2 * len(kept) >= len(key) else 0
            if common > shared:
                best, shared = kept, common
        return None if best is None else self._kept[best]


def _made(key: frozenset[Subject], nearest: PatternIndex | None) -> PatternIndex:
    kept: list[Segment] = []
    left = set(key)
    for segment in sorted(nearest.segments, key=_length, reverse=True) if nearest is not None else ():
        useful = left.intersection(segment.subjects)
        if len(useful) >= _REUSED * len(segment.subjects):
            kept.append(segment)
            left -= useful
    # What is no larger than the new is made anew with it, so that segments stay few and of growing size.
    while kept and left and (_length(kept[-1]) <= 2 * len(left) or len(kept) >= _MOST_SEGMENTS):
        left |= key.intersection(kept.pop().subjects)
    if left:
        kept.append(Segment(sorted(left, key=lambda subject: subject.report)))
    whole = sum(map(_length, kept)) == len(key)
    return PatternIndex(kept, None if whole else key)


def _length(segment: Segment) -> int:
    return len(segment.subjects)


INDEXES = Indexes()
