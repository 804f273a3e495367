"""What of a list tells by itself, however it is sorted, halved or pasted: made of its figures
(`fingerprints.numeric_lists`).

An element is a figure of seven digits and more, three neighbouring figures in any order that are rare enough together,
a date and a time with a number of their row, or a date with a number of four digits.

How much an element tells depends on the list in which it stands: viewers of one show share rows by chance, so that each
has with it how likely that is (`fingerprints.chance`).

In: a text, or its figures. Out: elements with their places, as 64-bit prints without a key. Nothing here fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from gateway.fingerprints.chance import Likely, likely
from gateway.fingerprints.numeric_lists import BASE, DATE, LONG, TIME, Figures, Places, Prints, figures, further
from gateway.text.sorted_unique import each_once
from gateway.text.splitmix import mixed

SINGLE = 7
ROW = 3
_RARE, _RARE_MOMENT = 9, 6
"""What three figures must say together: in general, and with a date and a time among them."""
_ROW_SAYS = 10
"""What a date and a time to the minute with a number say, whatever number it is. Two lists of one show may share some
by chance: that is weighed apart (`Elements.likely`)."""
_REACH, _BESIDE = 4, 3
"""How many figures from a moment, or from a date alone, a number of its row stands."""
_LEAST_DATED = 4
"""Digits of a number that tells with a date alone: everybody pays 328 some day."""


@dataclass(frozen=True, slots=True)
class Elements:
    """What tells by itself: its print, its first figure and the one behind its last, how much it says, and the
    logarithm of how likely an element of another such list is the same."""

    prints: Prints = field(repr=False)
    firsts: Places
    ends: Places
    said: Places
    likely: Likely


def elements(found: Figures) -> Elements:
    """Of figures the ones, the threes of neighbours, the moments and days with a number, that tell by themselves."""
    sorts, said, chances = found.sorts, found.said, likely(found)
    single = np.flatnonzero((said >= SINGLE) & (sorts != DATE))
    parts = [Elements(found.values[single], single, single + 1, np.minimum(said[single], LONG), chances[single])]
    first = np.arange(max(0, len(sorts) - ROW + 1))
    three = first[:, None] + np.arange(ROW)
    dates, times = (sorts[three] == DATE).sum(axis=1), (sorts[three] == TIME).sum(axis=1)
    together = said[three].sum(axis=1)
    so = (said[three] < LONG).all(axis=1) & (dates <= 1) & (times <= 1)  # what says so much needs none beside it
    moment = (dates == 1) & (times == 1)
    so &= (together >= _RARE) | ((together >= _RARE_MOMENT) & moment)
    parts.append(_together(found, chances, first[so], (1, 2), np.where(moment[so], _ROW_SAYS, 0)))
    is_date, is_time = sorts == DATE, sorts == TIME
    moments = (is_date & further(is_time, 1)) | (is_time & further(is_date, 1))
    for way, begin in ((1, 1), (-1, 0)):
        row = _beside(found, np.flatnonzero(moments), way, begin, _REACH, 1)
        next(row)  # the neighbour is one of three
        parts += [_together(found, chances, at, (1, beside), _ROW_SAYS) for at, beside in row]
    kept = np.flatnonzero(~is_time)
    untimed = Figures(found.values[kept], found.starts[kept], found.ends[kept], said[kept], sorts[kept])
    days = np.flatnonzero(untimed.sorts == DATE)
    for way in (1, -1):
        for at, by in _beside(untimed, days, way, 0, _BESIDE, _LEAST_DATED):
            dated = _together(untimed, chances[kept], at, (by,))
            parts.append(replace(dated, firsts=kept[dated.firsts], ends=kept[dated.ends - 1] + 1))
    return Elements(
        np.concatenate([part.prints for part in parts]),
        np.concatenate([part.firsts for part in parts]),
        np.concatenate([part.ends for part in parts]),
        np.concatenate([part.said for part in parts]),
        np.concatenate([part.likely for part in parts]),
    )


def _together(
    found: Figures, chances: Likely, at: Places, others: tuple[int, ...], least: Places | int = 0
) -> Elements:
    """Each of these figures with those so many further on, which say at least so much."""
    every = at[:, None] + np.array((0, *others))
    values = found.values[every].sum(axis=1, dtype=np.uint64) ^ np.uint64(BASE + len(others) - ROW + 1)
    says = np.maximum(found.said[every].sum(axis=1), least)
    return Elements(
        mixed(values), every.min(axis=1), every.max(axis=1) + 1, np.minimum(says, LONG), chances[every].sum(axis=1)
    )


def _beside(found: Figures, at: Places, way: int, begin: int, reach: int, least: int) -> Iterator[tuple[Places, int]]:
    """(which of these figures, how far from it a number stands that says so much); between are numbers, and none that
    tells by itself: behind the number of an order another row begins."""
    goes_on = (found.sorts != DATE) & (found.sorts != TIME) & (found.said < LONG)
    for step in range(1, reach + 1):
        beside = begin + way * step
        at = at[(at + beside >= 0) & (at + beside < len(goes_on))]
        at = at[goes_on[at + beside]]
        yield at[found.said[at + beside] >= least], beside


def element_prints(text: str, sparse: bool = False) -> Prints:
    """Of all elements, each once."""
    return each_once(elements(figures(text, sparse)).prints)
