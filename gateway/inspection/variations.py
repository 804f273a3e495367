"""Is a message one of many of a sender that are the same but for a word or two, to the same people?

Whoever tries one name after another sends such: most of them name nobody and pass, so that what is found in them counts
too little. How alike two texts are is told by the lines that not both have: by what these begin and end with, and by
their pairs of letters. Kept of a text are hashes of its letters, in memory, for an hour.

In: sender, recipients, text. Out: a truth value.
"""

import threading
from collections import deque
from collections.abc import Sequence
from itertools import pairwise

from cachetools import TTLCache

from gateway.model import Reading

ALIKE_BEFORE = 2
"""So many earlier ones, at least: two in a row are somebody's correction."""
_MOST_TEXT = 2000
_MOST_KEPT = 30
_MOST_SENDERS = 4000
_HOUR = 3600.0
_NAME = 6
"""Letters of a name."""
_FRAME = 0.5
"""Of the longer text: what both begin and end with."""
_PAIRS = 0.4


Lines = dict[int, tuple[int, ...]]
"""The letters of each line, as hashes, by a hash of the line."""


class Variations:
    """Of one inspector; safe from any thread."""

    def __init__(self) -> None:
        self._kept: TTLCache[tuple[bytes, tuple[str, ...]], deque[tuple[bytes, Lines]]] = TTLCache(_MOST_SENDERS, _HOUR)
        self._lock = threading.Lock()

    def one_of_many(self, sender: bytes, recipients: Sequence[str], digest: bytes, text: str) -> bool:
        """Whether it is, and note it. The same content again is no other one."""
        sketch, key = _sketch(text), (sender, tuple(sorted(recipients)))
        with self._lock:
            kept = self._kept.get(key) or deque(maxlen=_MOST_KEPT)
            others = [one for seen, one in kept if seen != digest]
            if len(others) == len(kept):
                kept.append((digest, sketch))
            self._kept[key] = kept
        return bool(sketch) and sum(_alike(sketch, other) for other in others) >= ALIKE_BEFORE


def body_of(reading: Reading | None) -> str:
    """What a person reads first: subject and bodies."""
    if reading is None:
        return ""
    said = [one.text for one in reading.texts if one.label == "subject" and not one.where.part]
    said += [one.text for one in reading.texts if one.medium in ("text", "html") and not one.where.steps]
    return "\n".join(text[:_MOST_TEXT] for text in said)[:_MOST_TEXT]


def _sketch(text: str) -> Lines:
    lines = (tuple(hash(letter) for letter in line.casefold() if letter.isalnum()) for line in text.splitlines())
    return {hash(line): line for line in lines if line}


def _alike(one: Lines, other: Lines) -> bool:
    """By the lines that not both have: a signature, a greeting or a quotation makes no two messages alike."""
    mine = [letter for line, letters in one.items() if line not in other for letter in letters]
    theirs = [letter for line, letters in other.items() if line not in one for letter in letters]
    longer, shorter = max(len(mine), len(theirs)), min(len(mine), len(theirs))
    if longer <= _NAME and len(one) > 1:
        return True  # a name on a line of its own, or all is in what hangs on the message
    if not shorter or shorter * 2 < longer:
        return False
    front = _same(mine, theirs, shorter)
    back = _same(mine[::-1], theirs[::-1], shorter - front)
    if front + back >= _FRAME * longer:
        return True
    pairs, others = (frozenset(pairwise(letters)) for letters in (mine, theirs))
    return len(pairs & others) >= _PAIRS * len(pairs | others)


def _same(one: Sequence[int], other: Sequence[int], most: int) -> int:
    for at in range(most):
        if one[at] != other[at]:
            return at
    return most
