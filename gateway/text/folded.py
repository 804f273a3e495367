"""The `letters` view of a long text at once, thinned to what tells texts apart, as an array of code points.

`normal.letters` keeps the way back to each character and takes most of a microsecond for one. Where only the view is
wanted, one table look-up a character does. Both read the same table of single characters: a test compares them.

The six commonest letters of Latin text are left out: half of such a text, and the half that says least. What is left
of two letters says about as much as one Han character, so one length holds for both.

In: any text. Out: 32-bit code points. Nothing here fails.
"""

import threading

import numpy as np
from numpy.typing import NDArray

from gateway.text.normal import fold_character

Letters = NDArray[np.uint32]
COMMON = frozenset("etaoin")

_CODES = 0x110000
_UNKNOWN, _SEVERAL, _NOTHING = 0, 0xFFFFFFFE, 0xFFFFFFFF  # zero: pages that nobody touched cost no memory
_CHUNK = 1 << 16


class _Table:
    """What each code point becomes: nothing, one letter, or several. Filled when a character is first met."""

    def __init__(self) -> None:
        self._one = np.zeros(_CODES, np.uint32)
        self._ascii = np.zeros(_CODES, np.uint8)
        self._several: dict[int, Letters] = {}
        self._lock = threading.Lock()
        self._learn(np.arange(0x80, dtype=np.uint32))
        first = self._one[:0x80].tolist()
        self._left_out = bytes(code for code, one in enumerate(first) if one == _NOTHING)
        self._latin = bytes(one & 0xFF for one in first).ljust(256, b"\0")

    def thinned(self, codes: Letters) -> Letters:
        found = self._one.take(codes)
        if not found.all():
            self._learn(np.unique(codes[found == _UNKNOWN]))
            found = self._one.take(codes)
        if self._several:
            found = self._spread(codes, found)
        kept: Letters = found[found != _NOTHING]
        return kept

    def thinned_ascii(self, text: str) -> Letters:
        return np.frombuffer(text.encode("ascii").translate(self._latin, self._left_out), np.uint8).astype(np.uint32)

    def _spread(self, codes: Letters, found: Letters) -> Letters:
        pieces: list[Letters] = []
        at = 0
        for place in np.flatnonzero(found == _SEVERAL).tolist():
            pieces += [found[at:place], self._several[int(codes[place])]]
            at = place + 1
        return np.concatenate([*pieces, found[at:]]) if pieces else found

    def ascii(self, codes: Letters) -> bytes:
        found = self._one.take(codes)
        if not found.all():
            self._learn(np.unique(codes[found == _UNKNOWN]))
        return self._ascii.take(codes).tobytes()

    def _learn(self, codes: Letters) -> None:
        with self._lock:
            for code in codes.tolist():
                folded = fold_character(chr(code))
                self._ascii[code] = ord(folded) if len(folded) == 1 and folded.isascii() else ord("?")
                kept = [ord(c) for c in folded if c.isalnum() and c not in COMMON]
                if len(kept) > 1:
                    self._several[code] = np.array(kept, np.uint32)
                self._one[code] = _NOTHING if not kept else kept[0] if len(kept) == 1 else _SEVERAL


_TABLE = _Table()


def thinned(text: str) -> Letters:
    """Letters, digits and Han of a text, folded, without the commonest.

    >>> "".join(map(chr, thinned("Ｚｈāng 張.㎏")))
    'zhg张kg'
    """
    if text.isascii():
        return _TABLE.thinned_ascii(text)
    if len(text) <= _CHUNK:
        return _TABLE.thinned(codes(text))
    return np.concatenate([_TABLE.thinned(codes(text[at : at + _CHUNK])) for at in range(0, len(text), _CHUNK)])


def ascii_of(text: str) -> bytes:
    """The text folded, an octet a character: what is ASCII then, and a question mark for all else.

    >>> ascii_of("电话：①３8 Ab")
    b'??:138 ab'
    """
    return text.lower().encode("ascii") if text.isascii() else _TABLE.ascii(codes(text))


def codes(text: str) -> Letters:
    """The text as it is, a number a character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
