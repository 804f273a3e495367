"""How sure a share is that was counted on few. Pure."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.96
"""For 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """`of` so many, `count` had it; with 95 % the true share lies between `low` and `high` (Wilson's interval)."""

    count: int
    of: int
    low: float
    high: float


def share_of(count: int, of: int) -> Share:
    """The share and its interval; of none, anything is possible.

    >>> share_of(0, 30).high < 0.12
    True
    """
    if of <= 0:
        return Share(0, 0, 0.0, 1.0)
    share, square = count / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == of else min(1.0, middle + half)
    return Share(count, of, low, high)
