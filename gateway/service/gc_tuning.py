"""What a process loads at its start lives as long as it does: the collector of cycles need not look at it ever again.

Left alone it walks hundreds of thousands of such objects every few hundred messages, and it takes a quarter of the
start, while they are made (figures in `bench/README.md`); so a process starts without it.
"""

import gc

_ALLOCATIONS = 10_000
"""Net new objects between two collections of the youngest; Python's own 700 is a few messages."""


def freeze_loaded() -> None:
    """Called once, when everything is loaded and nothing has been served yet: from here on there is a collector."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 10, 10)
