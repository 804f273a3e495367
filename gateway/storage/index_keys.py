"""Under which keys a content is found: each of its fingerprints, under a key of its own.

AES-CMAC to 48 bits: whoever steals the table learns neither a word nor a number, and cannot try one.

Pictures: hashes that differ in at most four of 64 bits share three of seven bands, so each of the 35 threes is stored.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.model import Fingerprints, Trace
from gateway.vault.vault import Vault

KINDS: tuple[Trace, ...] = ("text", "identifiers", "mails", "files", "pictures", "pieces")
PICTURES, PIECES = KINDS.index("pictures"), KINDS.index("pieces")
"""From `PICTURES` on they are in `picture_marks`, the rest in `marks`."""

_BITS = np.uint64((1 << 48) - 1)
_BANDS = ((0, 9), (9, 9), (18, 9), (27, 9), (36, 9), (45, 9), (54, 10))
_THREES = tuple(itertools.combinations(range(len(_BANDS)), 3))

Values = NDArray[np.uint64]
Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LookupKeys:
    """The keys of fingerprints, each once, and the value and the kind that each was made of."""

    keys: Keys
    values: Values
    kinds: NDArray[np.uint8]

    def only(self, so: NDArray[np.bool_]) -> "LookupKeys":
        """Those of which it is so."""
        return LookupKeys(self.keys[so], self.values[so], self.kinds[so])


def lookup_keys(fingerprints: Fingerprints, vault: Vault) -> LookupKeys:
    """Everything that fingerprints is looked up by, the keys in order, so that neighbours are found on one page."""
    read = [_read(getattr(fingerprints, kind)) for kind in KINDS]
    rows = [_threes(values) if kind == PICTURES else values for kind, values in enumerate(read)]
    kinds = np.repeat(np.arange(len(rows), dtype=np.uint8), [len(row) for row in rows])
    tagged = np.concatenate(rows)
    blocks = np.empty((len(tagged), 2), np.uint64)
    blocks[:, 0], blocks[:, 1] = tagged, kinds
    tags = np.frombuffer(vault.tags("mark", blocks.tobytes()), np.uint64)
    keys, first = np.unique((tags[::2] & _BITS).astype(np.int64), return_index=True)
    read[PICTURES] = np.repeat(read[PICTURES], len(_THREES))
    values = np.concatenate(read)
    return LookupKeys(keys, values[first], kinds[first])


def _read(packed: bytes) -> Values:
    return np.frombuffer(packed[: len(packed) // 8 * 8], "<u8")


def _threes(hashes: Values) -> Values:
    """The 35 numbers of each picture: which bands, and what is in them."""
    if not len(hashes):
        return hashes
    bands = [(hashes >> np.uint64(at)) & np.uint64((1 << width) - 1) for at, width in _BANDS]
    found = [
        (bands[a] << np.uint64(20)) | (bands[b] << np.uint64(10)) | bands[c] | np.uint64(number << 32)
        for number, (a, b, c) in enumerate(_THREES)
    ]
    return np.stack(found, axis=1).ravel()
