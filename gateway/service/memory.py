"""What a process loads at its start lives as long as it does: the collector of cycles need not look at it ever again.

Left alone it walks hundreds of thousands of such objects every few hundred messages (figures in `bench/README.md`).
"""

import gc

_ALLOCATIONS = 10_000
"""Net new objects between two collections of the youngest; Python's own 700 is a few messages."""


def settled() -> None:
    """Called once, when everything is loaded and nothing has been served yet."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 10, 10)
