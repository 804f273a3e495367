"""Fingerprints of a text that tell where another text repeats it, without keeping the text.

Every five neighbouring characters of the `letters` view (a shingle) are hashed to eight bytes with BLAKE2b
(RFC 7693). Against an edited copy, a quotation and an unrelated notice, containment of such shingles told more than
MinHash, ssdeep and TLSH, and it gives the place.

A run is a stretch of the searched text whose every shingle is known. It is looked for at each eighth shingle only and
then followed to both sides: a stretch of twelve characters cannot fall through, and seven eighths of the hashing do.

In: texts. Out: bytes for the store, spans of the `letters` view. Nothing here fails.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.model import MaterialMark
from gateway.reports.pieces import Points, unpacked
from gateway.text.chinese import is_han
from gateway.text.normal import letters

WIDTH = 5
STRIDE = 8
SHORTEST = WIDTH + STRIDE - 1
"""No run of fewer characters is promised to be seen."""

_HAN_WEIGHT, _LATIN_WEIGHT = 5, 2
"""In fifths, so that sixty Latin letters are twenty-four Han characters and not nearly so."""


@dataclass(frozen=True, slots=True)
class Material:
    """A mark with its shingles and points unpacked for looking up."""

    mark: MaterialMark
    hashes: frozenset[bytes] = field(repr=False)
    points: Points | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters `start` to `end` (half open) of the view that was searched."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """What of a material stands in a text. `share` is the part of the material that was found, 0 to 1."""

    runs: tuple[Run, ...]
    share: float

    @property
    def longest(self) -> int:
        return max((run.end - run.start for run in self.runs), default=0)


def fingerprint(text: str) -> tuple[bytes, int]:
    """(sorted hashes, eight bytes each; number of letters) of a text. No hashes below five letters."""
    view = letters(text).text
    hashes = {shingle(view, i) for i in range(len(view) - WIDTH + 1)}
    return b"".join(sorted(hashes)), len(view)


def unpack(mark: MaterialMark) -> Material:
    """For looking up. Bytes that are no whole number of hashes were not made here: what is left over is dropped."""
    packed = mark.shingles
    return Material(mark, frozenset(packed[i : i + 8] for i in range(0, len(packed) - 7, 8)), unpacked(mark.points))


def overlap(view: str, material: Material) -> Overlap:
    """Where a text, given as its `letters` view, repeats a material."""
    known = material.hashes
    if not known:
        return Overlap((), 0.0)
    return overlap_of(Shingled(view), material)


class Shingled:
    """A view whose shingles are hashed once, when they are first asked for, however many materials are compared."""

    __slots__ = ("_hashes", "view")

    def __init__(self, view: str) -> None:
        self.view = view
        self._hashes: list[bytes | None] = [None] * max(0, len(view) - WIDTH + 1)

    def __len__(self) -> int:
        return len(self._hashes)

    def at(self, index: int) -> bytes:
        known = self._hashes[index]
        if known is None:
            known = self._hashes[index] = shingle(self.view, index)
        return known


def overlap_of(shingled: Shingled, material: Material) -> Overlap:
    """As `overlap`, over hashes that several materials share."""
    known = material.hashes
    runs: list[Run] = []
    seen: set[bytes] = set()
    done = 0
    for index in range(0, len(shingled), STRIDE):
        if index < done or shingled.at(index) not in known:
            continue
        first = last = index
        while first > done and shingled.at(first - 1) in known:
            first -= 1
        while last + 1 < len(shingled) and shingled.at(last + 1) in known:
            last += 1
        seen.update(shingled.at(i) for i in range(first, last + 1))
        runs.append(Run(first, last + WIDTH))
        done = last + 1
    return Overlap(tuple(runs), min(1.0, len(seen) / len(known)) if known else 0.0)


def weight(view: str, run: Run, ignored: Iterable[Run] = ()) -> float:
    """How much a run says, in Han characters. Digits (dates, times, numbers) and ignored stretches say nothing, nor
    does a letter that stands twice just before: what is filled with one letter is all alike."""
    silent = {i for other in ignored for i in range(max(other.start, run.start), min(other.end, run.end))}
    fifths = sum(
        _HAN_WEIGHT if is_han(c) else _LATIN_WEIGHT
        for i, c in enumerate(view[run.start : run.end], run.start)
        if i not in silent and not c.isdigit() and view[max(run.start, i - 2) : i] != c + c
    )
    return fifths / _HAN_WEIGHT


def shingle(view: str, index: int) -> bytes:
    """Hash of the five characters from `index` on."""
    piece = view[index : index + WIDTH].encode()
    return hashlib.blake2b(piece, digest_size=8, person=b"hushgate-text-1").digest()
