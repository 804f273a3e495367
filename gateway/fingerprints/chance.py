"""How likely it is that another list of the same sort has an element by chance.

Viewers of one show pay the same few sums within the same hour of the same day: of two lists of forty gifts several rows
have the same minute and sum. So an element says as much as it is rare in the list where it stands, by the list's own
figures: how many of its dates are this one, how many of its moments lie near this time of the day, how many of its
numbers are this one; a number that stands there once is as rare as its digits make it.

In: the figures of a text. Out: decimal logarithms, one a figure; those of figures that stand together add up. Nothing
here fails.
"""

import numpy as np
from numpy.typing import NDArray

from gateway.fingerprints.numeric_lists import COUNTED, DATE, TIME, TIMES_OF_DAY, Figures
from gateway.text.sorted_unique import each_once

Likely = NDArray[np.float64]

_NEAR, _NEAR_OF_FEW = 10, 240
"""Minutes on either side within which moments are as likely as the one looked at; of few the more, `_NEAR_OF_FEW` by
their count."""
_NUMBERED, _BESIDE = 0.9, 0.1
"""Rows that are numbered, where so much of 1, 2, 3 … stands there, have much the same number at the same time."""
_LONG_NUMBER = 7
"""Digits of a number that is one of an order, an account or a telephone."""
_ORDER = np.argsort(TIMES_OF_DAY)
_SORTED = TIMES_OF_DAY[_ORDER]


def likely(found: Figures) -> Likely:
    """Of each figure, the logarithm of how likely a figure of its sort in another such list is the same."""
    result = np.zeros(len(found.values))
    values = each_once(found.values)
    place = np.searchsorted(values, found.values)
    count = np.bincount(place, minlength=len(values))[place].astype(float)
    dates, times = found.sorts == DATE, found.sorts == TIME
    result[dates] = np.log10(count[dates] / max(1, int(dates.sum())))
    if times.any():
        minutes = _ORDER[np.minimum(np.searchsorted(_SORTED, found.values[times]), len(_ORDER) - 1)]
        ordered = np.sort(minutes)
        side = max(_NEAR, _NEAR_OF_FEW // len(minutes))
        near = np.searchsorted(ordered, minutes + side, "right") - np.searchsorted(ordered, minutes - side, "left")
        result[times] = np.log10(near / ((2 * side + 1) * len(minutes)))
    numbers = ~dates & ~times
    every, said = max(1, int(numbers.sum())), np.maximum(found.said[numbers], 1)
    once = np.minimum(1 / every, 10.0 ** (1 - said))
    counted = COUNTED[: max(int(dates.sum()), int(times.sum()))]
    if len(counted) and np.isin(counted, values).mean() >= _NUMBERED:
        once = np.where(np.isin(found.values[numbers], counted), np.maximum(once, _BESIDE), once)
    result[numbers] = np.log10(np.maximum(count[numbers] - _usual(found, numbers, count), 0) / every + once)
    return result


def _usual(found: Figures, numbers: NDArray[np.bool_], count: Likely) -> Likely:
    """How often a number stands there without being a frequent one: once, and a long one as often as most long ones: a
    list may be pasted twice, or have a column twice."""
    long = found.said[numbers] >= _LONG_NUMBER
    usual = np.ones(len(long))
    if long.any():
        once = np.unique(found.values[numbers][long], return_index=True)[1]
        usual[long] = np.median(count[numbers][long][once])
    return usual


def columns(found: Figures) -> float:
    """How many numbers a row has, about: what is alike in one column is easily alike in another."""
    dates, times = int((found.sorts == DATE).sum()), int((found.sorts == TIME).sum())
    return max(1.0, (len(found.sorts) - dates - times) / max(1, dates, times)) if dates or times else 1.0


def surprise(seen: float, expected: float, among: float) -> float:
    """How unlikely it is, in decimal digits, that so many of a number of elements are alike where so many are expected
    (Chernoff's bound for a binomial: all of ten say much, be each as likely as not)."""
    if seen <= expected:
        return 0.0
    unlikely = seen * np.log(seen / max(expected, 1e-12))
    if seen < among:
        unlikely += (among - seen) * np.log((among - seen) / (among - expected))
    return float(unlikely / np.log(10))
