"""Fingerprints of a text by which another text that repeats a piece of it is found among millions.

Winnowing (Schleimer, Wilkerson, Aiken, SIGMOD 2003): of the grams that begin in a window one is kept, chosen by what
they begin with, so that two texts which share a run as long as gram and window together are certain to share a print,
and one gram in eight is kept. Texts are compared as `folding.thinned` views: 25 Han characters are certain to be seen,
or about 50 letters of Latin text, which are ten to twelve words. Of a material too short for that, every gram is kept.
One of a sentence would still fall between two windows, so each clause of Han (what stands between two signs) has a
print too.

The hashes are fast and have no key: whoever stores or looks up a print puts it under a key first.

In: texts. Out: 64-bit prints. Nothing here fails.
"""

import numpy as np
from numpy.typing import NDArray

from gateway.fingerprints.folding import COMMON, Letters, codes, lettered, thinned
from gateway.text.sorted_unique import each_once
from gateway.text.splitmix import mixed

Prints = NDArray[np.uint64]
Places = NDArray[np.int64]

GRAM = 10
WINDOW = 16
CERTAIN = GRAM + WINDOW - 1
"""Letters of the thinned view: a run so long is seen wherever it stands."""

SHORTEST_CLAUSE, LONGEST_CLAUSE = 6, 40

_HAN = 0x2E80
_CHUNK = 1 << 14  # its places fit into 16 bits, and all of it into the processor's cache
_PLACES = np.arange(_CHUNK + CERTAIN, dtype=np.uint32)
_FACTORS = np.random.Generator(np.random.PCG64(20200918)).integers(1, 1 << 63, GRAM, np.uint64) | np.uint64(1)
_CLAUSE_FACTORS = np.random.Generator(np.random.PCG64(20200912)).integers(
    1, 1 << 63, LONGEST_CLAUSE, np.uint64
) | np.uint64(1)
_STEPS = np.arange(GRAM)
_COMMON = np.array([ord(letter) for letter in sorted(COMMON)], np.uint32)
_HIGH, _LOW = np.uint32(0xFFFF0000), np.uint32(0xFFFF)


def text_prints(text: str) -> Prints:
    """The prints of a text, each once. A piece at a time: of a long one no more than that is held as numbers."""
    found: list[Prints] = []
    letters = np.zeros(0, np.uint32)
    for at in range(0, len(text), _CHUNK):
        letters = _shortened(np.concatenate([letters, thinned(text[at : at + _CHUNK])]))
        if len(letters) >= CERTAIN:
            found.append(_printed(letters, every=False)[0])
            letters = letters[1 - CERTAIN :]  # a window of the next piece may begin here
    if not found:
        found.append(_printed(letters, every=False)[0])
    return each_once(np.concatenate(found))


def material_prints(text: str) -> Prints:
    """As `text_prints`, but of a short text every gram: no window of another text can miss it."""
    return each_once(_printed(_shortened(thinned(text)), every=True)[0])


def placed(view: str) -> tuple[Prints, Places, Places]:
    """(print, first letter, letter behind its last) of the prints of a `letters` view, in their order."""
    letters = codes(view)
    kept = np.flatnonzero(~np.isin(letters, _COMMON))
    values, starts = _printed(letters[kept], every=False)
    return values, kept[starts], kept[starts + GRAM - 1] + 1


def clause_prints(text: str) -> Prints:
    """The prints of all clauses of Han, each once."""
    return each_once(clauses(text)[0])


def clauses(text: str) -> tuple[Prints, Places, Places]:
    """(print, first letter, letter behind its last) of the clauses of Han, in places of the `letters` view."""
    view = lettered(text)
    begins = np.flatnonzero(view.apart | (np.arange(len(view.letters)) == 0))
    ends = np.append(begins[1:], len(view.letters))[: len(begins)]
    so = (ends - begins >= SHORTEST_CLAUSE) & (ends - begins <= LONGEST_CLAUSE)
    begins, ends = begins[so], ends[so]
    so = view.letters[begins] >= _HAN
    begins, ends = begins[so], ends[so]
    # A letter says where it stands from its clause's beginning: sums that start anew for each.
    lengths = ends - begins
    owner = np.repeat(np.arange(len(begins)), lengths)
    steps = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    said = view.letters[begins[owner] + steps] * _CLAUSE_FACTORS[steps]
    sums = np.append(np.uint64(0), np.cumsum(said, dtype=np.uint64))
    borders = np.append(0, np.cumsum(lengths))
    return mixed(sums[borders[1:]] - sums[borders[:-1]] + lengths.astype(np.uint64)), begins, ends


def _printed(letters: Letters, every: bool) -> tuple[Prints, Places]:
    """The grams that are kept: their hashes, and where they begin."""
    count = len(letters) - GRAM + 1
    if count <= 0:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    if every and len(letters) < 2 * CERTAIN:
        starts = np.arange(count, dtype=np.int64)
        return _hashed(letters, starts), starts
    values, places = [], []
    for at in range(0, max(1, len(letters) - CERTAIN + 1), _CHUNK):
        piece = letters[at : at + _CHUNK + CERTAIN - 1]
        starts = _chosen(piece)
        values.append(_hashed(piece, starts))
        places.append(starts + at)
    return np.concatenate(values), np.concatenate(places)


def _chosen(letters: Letters) -> Places:
    """Of each window the gram whose first three letters hash least; of equal ones the first."""
    count = len(letters) - GRAM + 1
    hashes = letters[:count] * np.uint32(0x9E3779B1)
    hashes ^= letters[1 : count + 1] * np.uint32(0x85EBCA77)
    hashes ^= letters[2 : count + 2] * np.uint32(0xC2B2AE3D)
    hashes ^= hashes >> np.uint32(15)
    hashes *= np.uint32(0x27D4EB2F)
    hashes &= _HIGH
    hashes |= _PLACES[:count]
    if count < WINDOW:
        return np.array([hashes.min() & _LOW], np.int64)
    width = 1
    while width < WINDOW:
        hashes = np.minimum(hashes[:-width], hashes[width:])
        width *= 2
    least = (hashes & _LOW).astype(np.int64)
    first = np.ones(len(least), np.bool_)
    np.not_equal(least[1:], least[:-1], out=first[1:])
    return np.compress(first, least)


def _shortened(letters: Letters) -> Letters:
    """Of a letter said over and over no more than a window holds: the windows stay the same ones. Of such a run every
    gram is chosen, which would make it the dearest of all texts."""
    changes = np.flatnonzero(letters[1:] != letters[:-1])
    if len(changes) > len(letters) // 2:
        return letters
    begins = np.append(0, changes + 1)
    lengths = np.diff(np.append(begins, len(letters)))
    if lengths.max(initial=0) <= CERTAIN:
        return letters
    return np.repeat(letters[begins], np.minimum(lengths, CERTAIN))


def _hashed(letters: Letters, starts: Places) -> Prints:
    """Multilinear over the letters of a gram (Lemire, Kaser 2014), then `splitmix`."""
    grams = letters[starts[:, None] + _STEPS]
    return mixed((grams * _FACTORS).sum(axis=1, dtype=np.uint64))
