"""Stretches of a text that say nothing of any report, since so many unrelated ones have them.

The platform's own form, a law's text, the phrases at the end of a letter: the store knows the prints of what many
reports share (`storage.fingerprint_index`). What stands between two such prints is common too where no other print is
between them, and so is a little to both sides, which no print reaches. Where another print is between them stand
somebody's own words: a short letter full of common phrases is not silent for that.

In: a `letters` view, the common prints. Out: runs of it. Pure.
"""

import numpy as np

from gateway.fingerprints.winnowing import placed
from gateway.identity.shingles import Run

_EDGE = 8


def common_prints(packed: bytes) -> frozenset[int]:
    """Of `Fingerprints.text`."""
    return frozenset(np.frombuffer(packed[: len(packed) // 8 * 8], "<u8").tolist())


def common_runs(view: str, common: frozenset[int]) -> list[Run]:
    """In their order; none overlaps another."""
    if not common:
        return []
    found: list[list[int]] = []
    before = False  # whether the print before is common
    for value, start, end in zip(*(column.tolist() for column in placed(view)), strict=True):
        if value in common:
            start, end = max(0, start - _EDGE), min(len(view), end + _EDGE)
            if found and (before or start <= found[-1][1]):
                found[-1][1] = max(found[-1][1], end)
            else:
                found.append([start, end])
        before = value in common
    return [Run(start, end) for start, end in found]
