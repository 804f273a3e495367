"""One form for all the ways in which the same words can be written, and the way back.

Unicode NFKC (UAX 15), case folding, marks and invisible characters taken off (UTS 39 section 4, UAX 44
Default_Ignorable_Code_Point), private-use characters of GB 18030 as those of Unicode, radicals as the ideographs that
they look like (UAX 44 Equivalent_Unified_Ideograph), Cyrillic, Greek and other twins of Latin letters (UTS 39
confusables), traditional
characters to simplified (OpenCC `t2s`, a character at a time, so that `乾` and `干` fall together: fine for search).
Tone marks and accents go as well: `Zhāng` and `Zhang` are one.

In: any text, lone surrogates and all. Out: `Normal`, whose spans lead back to the characters that they came from.
"""

import threading
import unicodedata
from array import array
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import opencc

from gateway.text.blocks import BLOCK, Pause, nothing
from gateway.text.private_use import public
from gateway.text.radicals import unified

_TWINS = {
    # Cyrillic
    **dict(zip("авеєѕіїјкмнорстухһԁԛԝгпьѵӏ", "abeesiijkmhopctyxhdqwrnbvl", strict=True)),
    # Greek
    **dict(zip("αβγεζηικμνορτυχω", "abyeznikuvoptuxw", strict=True)),
    # Armenian, Cherokee small letters, Latin letters that only look different to a program
    **dict(zip("հոսօցքզ", "hnuogfq", strict=True)),
    **dict(zip("ıȷɑɡɩʏɢɪɴʀʙʜʟꜱ", "ijagiyginrbhls", strict=True)),
    **dict(zip("øđħłŧ", "odhlt", strict=True)),
}
"""Small letters. Own table, made small on purpose: what is not here is compared as it is."""

_RADICALS = dict(
    zip(
        "亻氵忄扌讠钅纟饣犭礻衤刂灬攵阝艹糹訁釒飠辶廴⺮罒爫疒",
        "人水心手言金丝食犬示衣刀火文耳草丝言金食走走竹四爪病",
        strict=True,
    )
)
"""Parts of characters that are none of their own, as whoever takes a name apart (拆字) may write them."""

_CAPITAL_TWINS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True))
"""Greek capitals look like other Latin letters than their small ones do (Η, η)."""

# Default_Ignorable_Code_Point that is neither Cf nor Mn: letters that show nothing, and what is kept free for such.
_KEPT_FREE = (0x2065, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000))
_INVISIBLE = frozenset(("\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0", *map(chr, _KEPT_FREE)))
_TONES = frozenset("ˉˊˇˋ˙")  # marks of bopomofo, which Unicode counts among the letters
_LINE_ENDS = frozenset("\n\r\v\f\x85\u2028\u2029")
_SHORT = 512  # characters up to which a loop is quicker than the first call of numpy
_CACHE_LIMIT = 200_000  # more distinct characters than Han has: a hostile mail must not grow it without end
_CODES = 0x110000
_UNKNOWN = 0xFF  # no character folds to so many
Codes = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Normal:
    """`text` is the folded form. Character `i` came from `starts[i]` to `ends[i]` of the original.

    Both are None where nothing moved: then they are `i` and `i + 1`. Four octets a character each, not an object: a
    mail may have ten million characters.
    """

    text: str = field(repr=False)
    starts: "array[int] | None" = field(default=None, repr=False)
    ends: "array[int] | None" = field(default=None, repr=False)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that characters `start` to `end` (half open, not empty) came from."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError("an empty span, or one outside the text, came from nowhere")
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def gap(self, index: int) -> int:
        """How many original characters stand between `index - 1` and `index`."""
        if self.starts is None or self.ends is None or not 0 < index < len(self.text):
            return 0
        return self.starts[index] - self.ends[index - 1]


def normalise(text: str, pause: Pause = nothing) -> Normal:
    """Folded for comparing; blanks, line ends (as ``\\n``) and punctuation stay. `pause` is called between blocks.

    >>> normalise("Ｚｈāng\u200b 張").text
    'zhang 张'
    """
    if len(text) <= _SHORT:
        return _looped(text)
    pieces: list[str] = []
    counts: list[npt.NDArray[np.uint8]] = []
    moved = False
    for at in range(0, len(text), BLOCK):
        pause()
        folded, lengths = _TABLE.block(_codes(text[at : at + BLOCK]))
        pieces.append(folded.tobytes().decode("utf-32-le"))
        counts.append(lengths)
        moved = moved or bool((lengths != 1).any())
    if not moved:
        return Normal("".join(pieces))
    starts = array("i")
    for number, lengths in enumerate(counts):
        first = number * BLOCK
        places = np.repeat(np.arange(first, first + len(lengths), dtype=np.int32), lengths)
        starts.frombytes(places.tobytes())
    ends = array("i", (np.frombuffer(starts, np.int32) + np.int32(1)).tobytes() if starts else b"")
    return Normal("".join(pieces), starts, ends)


def letters(text: str) -> Normal:
    """Letters, digits and Han alone: `张 小.鸣` and `张小鸣` are one.

    >>> letters("张 小.鸣").origin(0, 3)
    (0, 5)
    """
    return letters_of(normalise(text))


def letters_alone(text: str) -> str:
    """`letters(text).text`, where the way back is not wanted."""
    if len(text) <= _SHORT:
        return "".join([c for c in "".join(map(_CHARACTERS.__getitem__, text)) if c.isalnum()])
    pieces = []
    for at in range(0, len(text), BLOCK):
        folded, _ = _TABLE.block(_codes(text[at : at + BLOCK]))
        pieces.append(folded[_are_letters(folded)].tobytes().decode("utf-32-le"))
    return "".join(pieces)


def letters_of(normal: Normal, pause: Pause = nothing) -> Normal:
    """The same, from a text already normalised."""
    if normal.text.isalnum():
        return normal
    if len(normal.text) <= _SHORT:
        return _letters_looped(normal)
    pieces: list[str] = []
    starts, ends = array("i"), array("i")
    back = None if normal.starts is None else np.frombuffer(normal.starts, np.int32)
    after = None if normal.ends is None else np.frombuffer(normal.ends, np.int32)
    for at in range(0, len(normal.text), BLOCK):
        pause()
        codes = _codes(normal.text[at : at + BLOCK])
        kept = np.flatnonzero(_are_letters(codes))
        pieces.append(codes[kept].tobytes().decode("utf-32-le"))
        kept += at
        places = kept.astype(np.int32)
        starts.frombytes((places if back is None else back[kept]).tobytes())
        ends.frombytes((places + np.int32(1) if after is None else after[kept]).tobytes())
    return Normal("".join(pieces), starts, ends)


def fold_character(character: str) -> str:
    """What `normalise` makes of one character: none, one or several."""
    return _CHARACTERS[character]


def visible_between(text: str) -> str:
    """What somebody sees of what stands between two letters: no marks on the first of them, nothing invisible. Where
    nothing is left there is no gap."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([c for c in text if _CHARACTERS[c] and c not in "\u2028\u2029"])


def _looped(text: str) -> Normal:
    parts = list(map(_CHARACTERS.__getitem__, text))
    folded = "".join(parts)
    if len(folded) == len(text) and "" not in parts:
        return Normal(folded)
    starts = array("i", [place for place, part in enumerate(parts) for _ in part])
    return Normal(folded, starts, array("i", [place + 1 for place in starts]))


def _letters_looped(normal: Normal) -> Normal:
    kept = [i for i, c in enumerate(normal.text) if c.isalnum()]
    text = "".join([normal.text[i] for i in kept])
    if normal.starts is None or normal.ends is None:
        return Normal(text, array("i", kept), array("i", [i + 1 for i in kept]))
    starts, ends = normal.starts, normal.ends
    return Normal(text, array("i", [starts[i] for i in kept]), array("i", [ends[i] for i in kept]))


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _are_letters(codes: Codes) -> npt.NDArray[np.bool_]:
    """Which of them are letters, digits or Han."""
    found: npt.NDArray[np.bool_] = _letter_table().take(codes, mode="clip")
    beyond = np.flatnonzero(codes > 0xFFFF)
    if len(beyond):
        found[beyond] = [chr(code).isalnum() for code in codes[beyond].tolist()]
    return found


@lru_cache(maxsize=1)
def _letter_table() -> npt.NDArray[np.bool_]:
    return np.array([chr(code).isalnum() for code in range(0x10000)])


class _Characters(dict[str, str]):
    """Each character folded once, to none, one or several."""

    def __missing__(self, character: str) -> str:
        folded = _fold(character)
        if len(self) < _CACHE_LIMIT:
            self[character] = folded
        return folded


class _BlockTable:
    """The same for a block of a long text: as long as Unicode, so that no mail makes it grow."""

    def __init__(self) -> None:
        self._first = np.zeros(_CODES, np.uint32)  # pages that nobody touched cost no memory
        self._length = np.full(_CODES, _UNKNOWN, np.uint8)
        self._pool = array("I")  # of those that fold to several
        self._several: Codes = np.zeros(0, np.uint32)
        self._lock = threading.Lock()

    def block(self, codes: Codes) -> tuple[Codes, npt.NDArray[np.uint8]]:
        """The folded text, and how many characters of it each of the original became."""
        lengths = self._length.take(codes)
        if (lengths == _UNKNOWN).any():
            self._learn(np.unique(codes[lengths == _UNKNOWN]))
            lengths = self._length.take(codes)
        first = self._first.take(codes)
        most = int(lengths.max(initial=1))
        if most == 1:
            return (first if lengths.all() else first[lengths != 0]), lengths
        # Of several the first is a place in the pool: each of them counts on from it.
        folded = np.repeat(first, lengths)
        several = np.repeat(lengths, lengths) > 1
        begins = np.cumsum(lengths, dtype=np.int64) - lengths
        behind = np.arange(len(folded)) - np.repeat(begins, lengths)
        folded[several] = self._several[folded[several] + behind[several]]
        return folded, lengths

    def _learn(self, codes: Codes) -> None:
        with self._lock:
            new = [(code, _CHARACTERS[chr(code)]) for code in codes.tolist() if self._length[code] == _UNKNOWN]
            places = []
            for _, folded in new:
                places.append(len(self._pool) if len(folded) > 1 else ord(folded or "\0"))
                self._pool.extend(map(ord, folded if len(folded) > 1 else ""))
            self._several = np.array(self._pool, np.uint32)
            for (code, folded), place in zip(new, places, strict=True):
                self._first[code] = place
                self._length[code] = len(folded)  # last: whoever sees it finds the rest


def _fold(character: str) -> str:
    if character in _LINE_ENDS:
        return "\n"
    if character == "\t":
        return " "
    if "\ud800" <= character <= "\udfff":  # half a pair says nothing, and cannot be encoded by who comes next
        return "\ufffd"
    if character in _INVISIBLE or character in _TONES:
        return ""
    character = public(character)
    if character not in _RADICALS:
        character = unified(character)
    # The long way round takes marks off what NFKC put together, and leaves Hangul in one piece.
    text = "".join(_CAPITAL_TWINS.get(c, c) for c in unicodedata.normalize("NFKC", character)).casefold()
    text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) not in _DROPPED)
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(_TWINS.get(c) or _digits(c) for c in text)
    return "".join(_simplified(_RADICALS.get(c, c)) for c in text)


def _digits(character: str) -> str:
    """A digit of any script as ASCII, and the circled numbers that NFKC leaves alone (❶, ⓫); all else as it is."""
    if character.isascii():
        return character
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    number = unicodedata.numeric(character, None)
    circled = number is not None and "CIRCLED" in unicodedata.name(character, "")
    return str(int(number)) if circled and number is not None else character


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _simplified(character: str) -> str:
    if character < "\u2e80":
        return character
    simple = str(_converter().convert(character))
    return simple if len(simple) == 1 else character


_DROPPED = frozenset(("Mn", "Me", "Cf", "Cc"))
_CHARACTERS = _Characters()
_TABLE = _BlockTable()
