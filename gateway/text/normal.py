"""One form for all the ways in which the same words can be written, and the way back.

Unicode NFKC (UAX 15), case folding, marks and invisible characters taken off (UTS 39 section 4, UAX 44
Default_Ignorable_Code_Point), Cyrillic, Greek and other twins of Latin letters (UTS 39 confusables), traditional
characters to simplified (OpenCC `t2s`, a character at a time, so that `乾` and `干` fall together: fine for search).
Tone marks and accents go as well: `Zhāng` and `Zhang` are one.

In: any text, lone surrogates and all. Out: `Normal`, whose spans lead back to the characters that they came from.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import opencc

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

# Default_Ignorable_Code_Point that is neither Cf nor Mn: letters that show nothing.
_INVISIBLE = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_TONES = frozenset("ˉˊˇˋ˙")  # marks of bopomofo, which Unicode counts among the letters
UNSEEN = re.compile("[\u00ad\u034f\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeffˉˊˇˋ˙]+")
"""What nobody sees between two letters, and the tone marks of bopomofo: where only this stands, there is no gap."""
_LINE_ENDS = frozenset("\n\r\v\f\x85\u2028\u2029")
_CACHE_LIMIT = 200_000  # more distinct characters than Han has: a hostile mail must not grow it without end


@dataclass(frozen=True, slots=True)
class Normal:
    """`text` is the folded form. Character `i` came from `starts[i]` to `ends[i]` of the original.

    Both are None where nothing moved: then they are `i` and `i + 1`.
    """

    text: str = field(repr=False)
    starts: tuple[int, ...] | None = field(default=None, repr=False)
    ends: tuple[int, ...] | None = field(default=None, repr=False)

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


def normalise(text: str) -> Normal:
    """Folded for comparing; blanks, line ends (as ``\\n``) and punctuation stay.

    >>> normalise("Ｚｈāng\u200b 張").text
    'zhang 张'
    """
    parts = list(map(_FOLDED.__getitem__, text))
    folded = "".join(parts)
    if len(folded) == len(text) and "" not in parts:
        return Normal(folded)
    return _mapped(parts, ((i, i + 1) for i in range(len(text))))


def letters(text: str) -> Normal:
    """Letters, digits and Han alone: `张 小.鸣` and `张小鸣` are one.

    >>> letters("张 小.鸣").origin(0, 3)
    (0, 5)
    """
    return letters_of(normalise(text))


def letters_alone(text: str) -> str:
    """`letters(text).text`, where the way back is not wanted: a third of the time."""
    return "".join([c for c in "".join(map(_FOLDED.__getitem__, text)) if c.isalnum()])


def letters_of(normal: Normal) -> Normal:
    """The same, from a text already normalised."""
    if normal.text.isalnum():
        return normal
    kept, text = _kept(normal.text)
    if normal.starts is None or normal.ends is None:
        return Normal(text, tuple(kept), tuple([i + 1 for i in kept]))
    starts, ends = normal.starts, normal.ends
    return Normal(text, tuple([starts[i] for i in kept]), tuple([ends[i] for i in kept]))


def _kept(text: str) -> tuple[list[int], str]:
    """Where the letters of a text stand, and the letters. By numpy, where all characters are of two octets: a fifth of
    the time of a loop."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if codes.size and int(codes.max()) < len(_letter_table()):
        places = np.flatnonzero(_letter_table()[codes])
        return places.tolist(), codes[places].tobytes().decode("utf-32-le", "surrogatepass")
    kept = [i for i, c in enumerate(text) if c.isalnum()]
    return kept, "".join([text[i] for i in kept])


@lru_cache(maxsize=1)
def _letter_table() -> npt.NDArray[np.bool_]:
    return np.array([chr(code).isalnum() for code in range(0x10000)])


def fold_character(character: str) -> str:
    """What `normalise` makes of one character: none, one or several."""
    return _FOLDED[character]


def _mapped(parts: list[str], places: Iterable[tuple[int, int]]) -> Normal:
    starts: list[int] = []
    ends: list[int] = []
    for part, (start, end) in zip(parts, places, strict=True):
        for _ in part:
            starts.append(start)
            ends.append(end)
    return Normal("".join(parts), tuple(starts), tuple(ends))


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


class _Folded(dict[str, str]):
    """Each character folded once, to none, one or several."""

    def __missing__(self, character: str) -> str:
        folded = _fold(character)
        if len(self) < _CACHE_LIMIT:
            self[character] = folded
        return folded


def _fold(character: str) -> str:
    if character in _LINE_ENDS:
        return "\n"
    if character == "\t":
        return " "
    if "\ud800" <= character <= "\udfff":  # half a pair says nothing, and cannot be encoded by who comes next
        return "\ufffd"
    if character in _INVISIBLE or character in _TONES:
        return ""
    # The long way round takes marks off what NFKC put together, and leaves Hangul in one piece.
    text = "".join(_CAPITAL_TWINS.get(c, c) for c in unicodedata.normalize("NFKC", character)).casefold()
    text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) not in _DROPPED)
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(_TWINS.get(c, c) for c in text)
    return "".join(_simplified(_RADICALS.get(c, c)) for c in text)


def _simplified(character: str) -> str:
    if character < "\u2e80":
        return character
    simple = str(_converter().convert(character))
    return simple if len(simple) == 1 else character


_DROPPED = frozenset(("Mn", "Me", "Cf", "Cc"))
_FOLDED = _Folded()
