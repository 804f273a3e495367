"""The `letters` view of a long text at once, thinned to what tells texts apart, as an array of code points.

`normal.letters` keeps the way back to each character and takes most of a microsecond for one. Where only the view is
wanted, one table look-up a character does. Both read the same table of single characters: a test compares them.

The six commonest letters of Latin text are left out: half of such a text, and the half that says least. What is left
of two letters says about as much as one Han character, so one length holds for both.

In: any text. Out: 32-bit code points. Nothing here fails.
"""

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.text.normalize import fold_character, visible_between

Letters = NDArray[np.uint32]
COMMON = frozenset("etaoin")


@dataclass(frozen=True, slots=True)
class Lettered:
    """The `letters` view of a text. `gaps[i]` characters that somebody sees stand before letter `i` and behind the one
    before it; `apart[i]` says whether anything does, or another hand begins. `at_signs[i]` is true where one of them is
    an `@`."""

    letters: Letters
    gaps: NDArray[np.int64]
    apart: NDArray[np.bool_]
    at_signs: NDArray[np.bool_]


_CODES = 0x110000
_UNKNOWN, _SEVERAL, _NOTHING = 0, 0xFFFFFFFE, 0xFFFFFFFF  # zero: pages that nobody touched cost no memory
_CHUNK = 1 << 16


class _FoldingTable:
    """What each code point becomes: nothing, one letter, or several. Filled when a character is first met."""

    def __init__(self) -> None:
        self._one = np.zeros(_CODES, np.uint32)
        self._ascii = np.zeros(_CODES, np.uint8)
        self._several: dict[int, Letters] = {}
        self._whole = np.zeros(_CODES, np.uint32)  # as `_one`, the commonest letters too
        self._spelled: dict[int, Letters] = {}
        self._unseen = np.zeros(_CODES, np.bool_)
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

    def lettered(self, codes: Letters) -> Lettered:
        found = self._whole.take(codes)
        if not found.all():
            self._learn(np.unique(codes[found == _UNKNOWN]))
            found = self._whole.take(codes)
        visible_between = np.append(0, np.cumsum((found == _NOTHING) & ~self._unseen.take(codes)))
        signs = np.append(0, np.cumsum(self._ascii.take(codes) == ord("@")))
        places = np.flatnonzero(found != _NOTHING)
        letters = found[places]
        if self._spelled and (letters == _SEVERAL).any():
            letters, places = self._spell(codes, letters, places)
        before = np.append(-1, places[:-1]) if len(places) else places
        between = np.maximum(before + 1, 0)
        # Letters of one character have nothing between them: they come from one place.
        same = places == before
        # Nor does a number go on in another hand: ①13800138765.
        drawn = np.where(codes[places] < 0x80, 0, codes[places].astype(np.int64) - letters)
        is_digit = (letters >= ord("0")) & (letters <= ord("9"))
        turns = np.append(False, (drawn[1:] != drawn[:-1]) & is_digit[1:] & is_digit[:-1]) if len(places) else same
        gaps = (
            np.where(same, 0, visible_between[places] - visible_between[between])
            if len(places)
            else np.zeros(0, np.int64)
        )
        return Lettered(
            letters,
            gaps,
            ((places - before > 1) | turns) & ~same,
            np.where(same, False, signs[places] > signs[between]) if len(places) else np.zeros(0, np.bool_),
        )

    def _spell(self, codes: Letters, letters: Letters, places: NDArray[np.int64]) -> tuple[Letters, NDArray[np.int64]]:
        pieces, origins, at = [], [], 0
        for place in np.flatnonzero(letters == _SEVERAL).tolist():
            spelled = self._spelled[int(codes[places[place]])]
            pieces += [letters[at:place], spelled]
            origins += [places[at:place], np.full(len(spelled), places[place])]
            at = place + 1
        return np.concatenate([*pieces, letters[at:]]), np.concatenate([*origins, places[at:]])

    def ascii(self, codes: Letters) -> bytes:
        found = self._one.take(codes)
        if not found.all():
            self._learn(np.unique(codes[found == _UNKNOWN]))
        return self._ascii.take(codes).tobytes()

    def shown_ascii(self, codes: Letters) -> tuple[bytes, NDArray[np.int64] | None]:
        plain = self.ascii(codes)
        unseen = self._unseen.take(codes)
        if not unseen.any():
            return plain, None
        places = np.flatnonzero(~unseen)
        return np.frombuffer(plain, np.uint8)[places].tobytes(), places

    def _learn(self, codes: Letters) -> None:
        with self._lock:
            for code in codes.tolist():
                folded = fold_character(chr(code))
                self._ascii[code] = ord(folded) if len(folded) == 1 and folded.isascii() else ord("?")
                every = [ord(c) for c in folded if c.isalnum()]
                self._unseen[code] = not visible_between(chr(code))
                self._whole[code] = _entry(code, every, self._spelled)
                self._one[code] = _entry(code, [one for one in every if chr(one) not in COMMON], self._several)


def _entry(code: int, letters: list[int], several: dict[int, Letters]) -> int:
    """What stands in the table for a character: its letter, or that it has none or several, which are noted first."""
    if len(letters) > 1:
        several[code] = np.array(letters, np.uint32)
    return _NOTHING if not letters else letters[0] if len(letters) == 1 else _SEVERAL


_TABLE = _FoldingTable()


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


def lettered(text: str) -> Lettered:
    """Letters, digits and Han of a text, folded, and what stands between them.

    >>> found = lettered("138 - ０013")
    >>> "".join(map(chr, found.letters)), found.gaps.tolist()
    ('1380013', [0, 0, 0, 3, 0, 0, 0])
    """
    return _TABLE.lettered(codes(text))


def ascii_of(text: str) -> bytes:
    """The text folded, an octet a character: what is ASCII then, and a question mark for all else.

    >>> ascii_of("电话：①３8 Ab")
    b'??:138 ab'
    """
    return text.lower().encode("ascii") if text.isascii() else _TABLE.ascii(codes(text))


def shown_ascii(text: str) -> tuple[bytes, NDArray[np.int64] | None]:
    """As `ascii_of`, without what nobody sees; and the place in the text of each octet, None where nothing moved.

    >>> shown_ascii("１\u200b2元")[0]
    b'12?'
    """
    return (ascii_of(text), None) if text.isascii() else _TABLE.shown_ascii(codes(text))


def codes(text: str) -> Letters:
    """The text as it is, a number a character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
