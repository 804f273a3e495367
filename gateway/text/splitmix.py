"""The finaliser of SplitMix64: every bit of a number that goes in changes about half of the bits that come out.

Source: Steele, Lea, Flood, Fast splittable pseudorandom number generators, OOPSLA 2014. It is no secret and has no key.

In: 64-bit numbers. Out: as many. Nothing here fails.
"""

import numpy as np
from numpy.typing import NDArray


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The values, mixed one by one; those that came in stay as they were."""
    values = half_mixed(values) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def half_mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The values after the first of the two rounds, which is enough where they were spread before: half the time."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return values ^ (values >> np.uint64(27))
