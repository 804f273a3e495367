"""Fingerprints of a text that tell where another text repeats it, without keeping the text.

Every five neighbouring characters of the `letters` view (a shingle) are hashed to eight bytes with BLAKE2b
(RFC 7693). Against an edited copy, a quotation and an unrelated notice, containment of such shingles told more than
MinHash, ssdeep and TLSH, and it gives the place.

A run is a stretch of the searched text whose every shingle is known. It is looked for at each eighth shingle only, and
around those that are known: a stretch of twelve characters cannot fall through, and seven eighths of the hashing do.
All materials are looked for at once (`Library`): what one shingle costs does not depend on how many they are.

In: texts. Out: bytes for the store, spans of the `letters` view. Nothing here fails but by the pause.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gateway.images.match.region import Points, unpacked
from gateway.model import MaterialMark
from gateway.text.blocks import BLOCK, Pause, nothing
from gateway.text.han import is_han
from gateway.text.normalize import letters

WIDTH = 5
STRIDE = 8
SHORTEST = WIDTH + STRIDE - 1
"""No run of fewer characters is promised to be seen."""

_REMEMBERED = 1 << 16  # shingles: language repeats itself
_PER_LOOK = 1 << 14

Places = NDArray[np.int64]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class IndexedMaterial:
    """A mark with its shingles, figures and points unpacked for looking up."""

    mark: MaterialMark
    hashes: Hashes = field(repr=False)
    figures: Hashes = field(repr=False)
    points: Points | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters `start` to `end` (half open) of the view that was searched."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """What of a material stands in a text: the runs `starts[i]` to `ends[i]`, in their order. `share` is the part of
    the material that was found, 0 to 1."""

    starts: Places
    ends: Places
    share: float

    @property
    def runs(self) -> tuple[Run, ...]:
        return tuple(Run(start, end) for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True))

    @property
    def longest(self) -> int:
        return int((self.ends - self.starts).max(initial=0))


def fingerprint(text: str) -> tuple[bytes, int]:
    """(sorted hashes, eight bytes each; number of letters) of a text. No hashes below five letters."""
    view = letters(text).text
    hashes = {shingle(view, i) for i in range(len(view) - WIDTH + 1)}
    return b"".join(sorted(hashes)), len(view)


def unpack(mark: MaterialMark) -> IndexedMaterial:
    """For looking up. Bytes that are no whole number of hashes were not made here: what is left over is dropped."""
    packed = mark.shingles[: len(mark.shingles) // 8 * 8]
    hashes = np.unique(np.frombuffer(packed, ">u8").astype(np.uint64))
    figures = np.frombuffer(mark.figures[: len(mark.figures) // 8 * 8], "<u8").astype(np.uint64)
    return IndexedMaterial(mark, hashes, figures, unpacked(mark.points))


def overlap(view: str, material: IndexedMaterial) -> Overlap:
    """Where a text, given as its `letters` view, repeats a material."""
    found = dict(Library((material,)).overlaps(view))
    return found.get(0, Overlap(_NO_PLACES, _NO_PLACES, 0.0))


class Library:
    """Materials side by side, known by their places in the order given."""

    def __init__(self, materials: Sequence[IndexedMaterial]) -> None:
        self.materials = tuple(materials)
        hashes = np.concatenate([_NO_HASHES, *(material.hashes for material in materials)])
        owners = np.repeat(np.arange(len(materials)), [len(material.hashes) for material in materials])
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._owners = hashes[order], owners[order]

    def overlaps(self, view: str, pause: Pause = nothing) -> Iterator[tuple[int, Overlap]]:
        """(material, what of it stands in the text), of those of which anything does."""
        places, values = self._known(view, pause)
        if not len(places):
            return
        each, where = np.unique(values, return_inverse=True)
        low, high = np.searchsorted(self._hashes, each), np.searchsorted(self._hashes, each, "right")
        owners = np.unique(
            np.concatenate([self._owners[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)])
        )
        for owner in owners.tolist():
            pause()
            known = self.materials[owner].hashes
            theirs = _among(each, known)[where]
            found = _overlap(places[theirs], where[theirs], len(known))
            if len(found.starts):
                yield owner, found

    def _known(self, view: str, pause: Pause) -> tuple[Places, Hashes]:
        """Every place about a known eighth whose shingle is known, and its hash."""
        count = len(view) - WIDTH + 1
        if count <= 0 or not len(self._hashes):
            return _NO_PLACES, _NO_HASHES
        hashed = _Hashed(view, pause)
        places, values = [_NO_PLACES], [_NO_HASHES]
        for at in range(0, count, BLOCK):  # a multiple of STRIDE
            eighths = np.arange(at, min(at + BLOCK, count), STRIDE)
            eighths = eighths[_among(hashed.at(eighths), self._hashes)]
            if not len(eighths):
                continue
            around = (eighths[:, None] + np.arange(1 - STRIDE, STRIDE)).ravel()
            around = np.unique(around[(around >= 0) & (around < count)])
            found = hashed.at(around)
            known = _among(found, self._hashes)
            places.append(around[known])
            values.append(found[known])
        # Two blocks may both have looked about their border.
        every, first = np.unique(np.concatenate(places), return_index=True)
        return every, np.concatenate(values)[first]


class _Hashed:
    """Hashes of the shingles of one view. What was hashed lately is known again."""

    def __init__(self, view: str, pause: Pause) -> None:
        self._view, self._pause = view, pause
        self._lately: dict[str, bytes] = {}

    def at(self, places: Places) -> Hashes:
        view, lately, found = self._view, self._lately, list[bytes]()
        for count, place in enumerate(places.tolist()):
            if count % _PER_LOOK == 0:
                self._pause()
                if len(lately) > _REMEMBERED:
                    lately.clear()
            piece = view[place : place + WIDTH]
            known = lately.get(piece)
            if known is None:
                known = lately[piece] = _digest(piece)
            found.append(known)
        return np.frombuffer(b"".join(found), ">u8").astype(np.uint64)


def _among(values: Hashes, known: Hashes) -> NDArray[np.bool_]:
    """Which of them are known; `known` is sorted."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    at = np.searchsorted(known, values)
    at[at == len(known)] = 0
    found: NDArray[np.bool_] = known[at] == values
    return found


def _overlap(places: Places, names: Places, known: int) -> Overlap:
    """Of the places at which one material's shingles stand, in order, the runs that an eighth lies in. `names` tell
    the shingles apart."""
    new = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    lengths = np.diff(np.append(new, len(places)))
    starts = places[new]
    lasts = starts + lengths - 1
    seen = lasts // STRIDE * STRIDE >= starts
    share = len(np.unique(names[np.repeat(seen, lengths)])) / known if known else 0.0
    return Overlap(starts[seen], lasts[seen] + WIDTH, min(1.0, share))


class Weights:
    """How much runs of one view say, in Han characters. Digits (dates, times, numbers) and ignored stretches say
    nothing, nor does a letter that stands twice just before: what is filled with one letter is all alike."""

    def __init__(self, view: str) -> None:
        codes = np.frombuffer(view.encode("utf-32-le"), np.uint32)
        thrice = np.zeros(len(codes), np.bool_)
        thrice[2:] = (codes[2:] == codes[1:-1]) & (codes[2:] == codes[:-2])
        self._set(_LETTER_WEIGHTS.of(codes), thrice)

    def without(self, ignored: Iterable[Run]) -> "Weights":
        """The same, where these stretches say nothing."""
        made = Weights.__new__(Weights)
        made._set(np.where(covered(ignored, len(self._fifths)), 0, self._fifths), self._thrice)
        return made

    def of(self, starts: Places, ends: Places) -> NDArray[np.float64]:
        """Of each run from `starts[i]` to `ends[i]`."""
        total = self._sums[ends] - self._sums[starts]
        for step in (0, 1):  # what stands before the run is not of it
            at = np.minimum(starts + step, len(self._fifths) - 1)
            total = total + np.where((starts + step < ends) & self._thrice[at], self._fifths[at], 0)
        said: NDArray[np.float64] = total / _HAN_WEIGHT
        return said

    def _set(self, fifths: NDArray[np.int8], thrice: NDArray[np.bool_]) -> None:
        self._fifths, self._thrice = fifths, thrice
        self._sums = np.zeros(len(fifths) + 1, np.int64)
        np.cumsum(np.where(thrice, 0, fifths), out=self._sums[1:])


def weight(view: str, run: Run, ignored: Sequence[Run] = ()) -> float:
    """How much one run says (`Weights`)."""
    return float(Weights(view).without(ignored).of(np.array([run.start]), np.array([run.end]))[0])


def covered(runs: Iterable[Run], length: int) -> NDArray[np.bool_]:
    """Which letters lie in one of the runs."""
    edges = np.zeros(length + 1, np.int64)
    places = np.array([(run.start, run.end) for run in runs], np.int64).reshape(-1, 2)
    np.add.at(edges, places[:, 0], 1)
    np.add.at(edges, places[:, 1], -1)
    found: NDArray[np.bool_] = np.cumsum(edges[:-1]) > 0
    return found


class _LetterWeights:
    """What each letter says, in fifths of a Han character, so that sixty Latin letters are twenty-four and not nearly
    so; filled when a letter is first met."""

    def __init__(self) -> None:
        self._table = np.full(0x110000, -1, np.int8)

    def of(self, codes: NDArray[np.uint32]) -> NDArray[np.int8]:
        found = self._table.take(codes)
        if (found < 0).any():
            for code in np.unique(codes[found < 0]).tolist():
                letter = chr(code)
                self._table[code] = 0 if letter.isdigit() else _HAN_WEIGHT if is_han(letter) else _LATIN_WEIGHT
            found = self._table.take(codes)
        return found


_HAN_WEIGHT, _LATIN_WEIGHT = 5, 2
_LETTER_WEIGHTS = _LetterWeights()
_NO_PLACES: Places = np.zeros(0, np.int64)
_NO_HASHES: Hashes = np.zeros(0, np.uint64)
_HASH = hashlib.blake2b(digest_size=8, person=b"hushgate-text-1")


def shingle(view: str, index: int) -> bytes:
    """Hash of the five characters from `index` on."""
    return _digest(view[index : index + WIDTH])


def _digest(piece: str) -> bytes:
    made = _HASH.copy()  # a third of the time of a new one
    made.update(piece.encode())
    return made.digest()
