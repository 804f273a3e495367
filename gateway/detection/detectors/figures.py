"""The numbers of a list that was handed in, in any order and any format: a sheet sorted, halved, pasted, saved as CSV.

What counts are elements (`fingerprints.list_elements`): numbers of orders, rows by their date, time and sum. Several of
one report have to stand near each other, and make up some of the numbers there: what anybody may know of an account, a
day or a company is in many lists, and the payer of five orders is among the thousands of a settlement. The reported
party's own numbers, and those that many reports share, are not counted.

Two viewers of one show share rows by chance: a minute of that evening, a gift that everybody sends. How many that would
be is reckoned from the list in the mail itself (`fingerprints.chance`); only so many more tell that the list is the
reporter's, all in all or of those that are rare there.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gateway.detection.context import Scene, finding_at
from gateway.fingerprints.chance import columns, surprise
from gateway.fingerprints.fragment_groups import rows
from gateway.fingerprints.list_elements import ROW, Elements, element_prints, elements
from gateway.fingerprints.numeric_lists import LONG, Figures, Places, figures
from gateway.fingerprints.of_reading import LISTED
from gateway.identity import Subject
from gateway.model import Finding, Kind
from gateway.text.sorted_unique import each_once

LEAST, ENOUGH = 4, 36
"""Elements of one report, and what they must say together, in digits."""
FEW = 3
"""As many do, where there are hardly more in the material."""
NEAR, NEAR_OF_FEW = 0.1, 2
"""How much of the numbers from the first to the last they are, at least; of few the more, `NEAR_OF_FEW` by their count:
among a thousand orders four of one payer may stand together by chance."""
_WIDEST = 20
LEVELS = (0.0, -1.0, -1.5, -2.0)
"""How many elements of the report may be expected to be the same as one of the mail, in decimal digits: at each level
those that are so rare or rarer are looked at."""
SURPRISE = 2.5
"""Digits by which so many alike are less likely than chance, at least."""
SCORE = 0.95

Prints = NDArray[np.uint64]


class _FigureDetector:
    name = "figures"
    kinds: tuple[Kind, ...] = ("material",)

    def find(self, scene: Scene) -> Iterator[Finding]:
        known = [(subject, own) for subject in scene.budget.over(scene.subjects) if len(own := _of(subject, scene))]
        if not known:
            return
        texts = scene.reading.texts
        for indexes in rows(texts):
            indexes = [index for index in indexes if texts[index].medium in LISTED]
            if not indexes:
                continue
            scene.budget.check()
            whole = "\n".join(texts[index].text for index in indexes)
            written = figures(whole)
            if not len(written.values):
                continue
            every = elements(written)
            firsts = np.cumsum([0, *(len(texts[index].text) + 1 for index in indexes)])
            for subject, prints in scene.budget.over(known):
                span = shared_stretch(every, written, prints)
                if span is None:
                    continue
                start, end = int(written.starts[span[0]]), int(written.ends[span[1] - 1])
                for place, index in enumerate(indexes):
                    low, high = max(start, int(firsts[place])), min(end, int(firsts[place + 1]) - 1)
                    if low < high:
                        yield finding_at(
                            scene,
                            index,
                            (low - int(firsts[place]), high - int(firsts[place])),
                            "material",
                            subject.report,
                            self.name,
                            SCORE,
                            variant="figures",
                            share=round(span[2], 3),
                        )


def _of(subject: Subject, scene: Scene) -> Prints:
    """What tells this report's list."""
    found = np.concatenate([np.zeros(0, np.uint64), *(material.figures for material in subject.materials)])
    if not len(found):
        return found
    silent = np.frombuffer(scene.common.identifiers, "<u8")
    own = element_prints("\n".join(subject.own), sparse=True)
    return np.setdiff1d(found, np.concatenate([silent, own]))


class _Chance:
    """How surprising it is that so many elements of a stretch are the report's.

    What is alike in one column of a row is easily alike in another. So all elements together count by the number of
    columns; or of those that begin, or that end, at one figure the rarest alone counts.
    """

    def __init__(self, every: Elements, known: Prints, columns: float) -> None:
        _, once = np.unique(every.prints, return_index=True)
        rarest = once[np.argsort(every.likely[once], kind="stable")]
        by_first = rarest[np.unique(every.firsts[rarest], return_index=True)[1]]
        by_end = rarest[np.unique(every.ends[rarest], return_index=True)[1]]
        self._views = [_View(every, kept, known, by) for kept, by in ((once, columns), (by_first, 1), (by_end, 1))]

    def of(self, first: int, end: int) -> float:
        """In decimal digits, of the elements that begin between two figures."""
        return max(view.of(first, end) for view in self._views)


class _View:
    """Some of the elements, and of how many one counts."""

    def __init__(self, every: Elements, kept: Places, known: Prints, by: float) -> None:
        kept = kept[np.argsort(every.firsts[kept], kind="stable")]
        expected = every.likely[kept] + np.log10(len(known))
        same = np.isin(every.prints[kept], known)
        self._firsts, self._by = every.firsts[kept], by
        self._sums = []
        for level in LEVELS:
            so = expected <= level if level else np.ones(len(kept), np.bool_)
            mean = np.cumsum(np.where(so, 10.0 ** np.minimum(expected, 0), 0))
            self._sums.append([np.append(0, sums) for sums in (np.cumsum(so & same), mean, np.cumsum(so))])

    def of(self, first: int, end: int) -> float:
        low, high = np.searchsorted(self._firsts, (first, end))
        return max(surprise(*(sums[high] - sums[low] for sums in level)) for level in self._sums) / self._by


def shared_stretch(every: Elements, written: Figures, known: Prints) -> tuple[int, int, float] | None:
    """The first figure of what tells and the one behind its last, and how much of the list that is; None where nothing
    does. No figure counts twice, nor one element that stands in several places."""
    at = np.flatnonzero(np.isin(every.prints, known))
    if len(at) < FEW:
        return None
    at = at[np.lexsort((every.ends[at], every.firsts[at]))]
    long = written.said >= LONG
    longs = np.append(0, np.cumsum(long))
    seen, free, kept = set[int](), 0, list[tuple[int, int, int]]()
    for place in at.tolist():
        first, value = int(every.firsts[place]), int(every.prints[place])
        if first >= free and value not in seen:
            seen.add(value)
            free = int(every.ends[place])
            kept.append((first, free, int(every.said[place])))
    share = min(1.0, len(each_once(every.prints[at])) / len(each_once(known)))
    least, enough = (FEW, FEW * LONG - 6) if share >= 0.75 else (LEAST, ENOUGH)
    chance = _Chance(every, known, columns(written))
    whole = chance.of(kept[0][0], kept[-1][1]) >= SURPRISE
    many = np.log10(len(kept))  # of so many stretches one may look odd by chance
    for begin in range(len(kept)):
        said = covered = covered_long = in_rows = 0
        for count, (first, end, says) in enumerate(kept[begin : begin + _WIDEST], 1):
            said, covered = said + says, covered + min(end - first, ROW)
            covered_long += int(longs[end] - longs[first])
            in_rows += end - first > 1
            reach, reach_long = end - kept[begin][0], int(longs[end] - longs[kept[begin][0]])
            if 2 * in_rows > count:
                # Its income tells the party the moments of every payer: among those of others four in a row are chance.
                reach += min(reach // 2, kept[begin][0]) + min(reach // 2, len(long) - end)
            part = max(NEAR, NEAR_OF_FEW / count)
            near = covered >= part * reach or (covered_long and covered_long >= part * reach_long)
            if (
                count >= least
                and said >= enough
                and near
                and (whole or chance.of(kept[begin][0], end) >= SURPRISE + many)
            ):
                return kept[0][0], kept[-1][1], share
    return None


DETECTOR = _FigureDetector()
