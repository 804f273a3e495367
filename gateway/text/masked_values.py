"""Text in which something was covered: `张*鸣`, `138****8000`, `小张X鸣`, `x***@mail.example`.

`masked` is the `letters` view with one `*` for each stretch of covering signs. `covered_numbers` are the numbers of
which a middle or an end was covered, with what is left to see.

In: a normalised text. Out: views with the way back, or None where nothing is covered. Nothing here fails.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np

from gateway.text.blocks import Pause, matches, nothing
from gateway.text.han import is_han
from gateway.text.normalize import Normal

_SIGNS = "*×●•…·_#※○◯□■█▇▓?~■◇◆☆★^"
_HAN = "\u3400-\u9fff"
_SHORT = re.compile(r"(?<![0-9a-z])[a-z]{2,4}(?![0-9a-z])")
_SINGLES = re.compile(r"(?<![0-9a-z])[a-z](?:\. ?|[ ·-])(?:[a-z](?:\. ?|[ ·-])){0,3}[a-z]\.?(?![0-9a-z])")
_TONE = re.compile(r"[a-z][1-5](?![0-9a-z])")
_COVER = re.compile(rf"[{re.escape(_SIGNS)}]{{1,14}}|[x某]{{1,3}}|-{{2,8}}")
_SIGN = "[*×●•…#※○◯□■█▇▓?~]{2,14}|x{2,14}|_{3,14}"
_RUN = re.compile(rf"(?:{_SIGN})(?:[ \-]{{0,2}}(?:{_SIGN})){{0,3}}[ \-]{{0,2}}")
_HEAD = re.compile(r"(?:(?:[0-9]{1,8}[ \-]){0,3}[0-9]{1,18}|[0-9a-z](?:[._\-]?[0-9a-z]){0,17}[._\-]?)$")
_TAIL = re.compile(r"[._\-]?(?:[0-9]{1,18}(?:[ \-][0-9]{1,8}){0,3}x?(?![0-9a-z])|[0-9a-z](?:[._\-]?[0-9a-z]){0,17})")
_DIGITS = re.compile(r"[0-9]{1,18}x?(?![0-9a-z])")
_TONED = re.compile(r"(?<![0-9a-z])(?:[a-z]{1,6}[1-5][ '\-]?){1,7}[a-z]{1,6}[1-5](?![0-9a-z])")
_LONGEST = 40
_REACH = 160  # characters: none of these patterns looks further from where it begins
_ENDING = re.compile(
    r"(?:尾号|末四位|后四位|最后四位|ending(?: in| with)?|last (?:four|4)(?: digits)?)"
    r"[^0-9\n]{0,6}(?P<tail>[0-9]{4})(?![0-9])"
)
_ENDING_WORDS = ("尾号", "四位", "ending", "last ")
_BOX = re.compile(
    r"(?<![0-9a-z._])(?P<head>[0-9a-z][0-9a-z._\-]{0,20})?[*x•●…#※█]{2,14}(?P<tail>[0-9a-z._\-]{0,20}) {0,2}$"
)
_AT = re.compile("@")
_DOMAIN = re.compile(r" {0,2}(?P<domain>[0-9a-z\-]{1,63}(?:\.[0-9a-z\-]{1,63}){1,4})")


@dataclass(frozen=True, slots=True)
class MaskedValue:
    """What is seen of something covered. `start` to `end` are characters of the normalised text.

    `places` are those of the signs of `head`: its beginning may belong to another word (`tel138****8000`).
    """

    start: int
    end: int
    head: str = field(repr=False)
    tail: str = field(repr=False)
    domain: str = field(default="", repr=False)
    ending: bool = False
    places: tuple[int, ...] = ()


class Masked:
    """Letters with `*` for each stretch that was covered. `text` is searched; `span` leads back."""

    def __init__(self, letters: Normal, covers: list[tuple[int, int]]) -> None:
        """`covers` are spans of the original, sorted."""
        edges = np.array(covers, np.int64)
        places = edges if letters.starts is None else np.searchsorted(np.frombuffer(letters.starts, np.int32), edges)
        low, high = np.minimum(places, len(letters.text)).T
        kept = np.ones(len(letters.text), np.bool_)
        pieces: list[str] = []
        at = 0
        for first, last in zip(low.tolist(), high.tolist(), strict=True):
            pieces += (letters.text[at:first], "*")
            kept[first:last] = False
            at = last
        self.text = "".join((*pieces, letters.text[at:]))
        letter = np.flatnonzero(kept)
        # Each cover stands before the letter that follows it, behind as many covers as were before it.
        marks = np.searchsorted(letter, low) + np.arange(len(covers))
        is_mark = np.zeros(len(self.text), np.bool_)
        is_mark[marks] = True
        self._spans = []
        for side, back in enumerate((letters.starts, letters.ends)):
            span = np.empty(len(self.text), np.int32)
            span[marks] = edges[:, side]
            span[~is_mark] = letter + side if back is None else np.frombuffer(back, np.int32)[letter]
            self._spans.append(array("i", span.tobytes()))

    def span(self, index: int) -> tuple[int, int]:
        """The characters of the original that one character of `text` stands for."""
        return self._spans[0][index], self._spans[1][index]


def masked(normal: Normal, letters: Normal, pause: Pause = nothing) -> Masked | None:
    """The letters of a text with `*` for what was covered; None where nothing is. `pause` is called between blocks.

    >>> from gateway.text.normalize import letters, normalise
    >>> masked(normalise("举报人张 * 鸣"), letters("举报人张 * 鸣")).text
    '举报人张*鸣'
    """
    text = normal.text
    covers: list[tuple[int, int]] = []
    for match in matches(_COVER, text, _LONGEST, pause):
        start, end = match.span()
        if match.group()[0] in "x某-" and not _covers(text, start, end):
            continue
        if covers and not text[covers[-1][1] : start].strip():
            covers[-1] = (covers[-1][0], end)  # `张* *鸣`
        else:
            covers.append((start, end))
    return Masked(letters, [normal.origin(start, end) for start, end in covers]) if covers else None


def _covers(text: str, start: int, end: int) -> bool:
    """An x or 某 covers only beside a Chinese character, and no letter of a word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before and is_han(before):
        return True
    return bool(after) and is_han(after) and not before.isalnum()


def _letter(letters: Normal, place: int) -> int:
    """The first letter at or after a place of the original."""
    return min(place, len(letters.text)) if letters.starts is None else bisect_left(letters.starts, place)


def covered_numbers(text: str, pause: Pause = nothing) -> Iterator[MaskedValue]:
    """Numbers and words with a covered stretch, and ends that are said to be ends (`尾号8000`)."""
    for match in matches(_RUN, text, _REACH, pause):
        start, end = match.span()
        while start > 0 and match.start() - start < 2 and text[start - 1] in " -":
            start -= 1
        left = _HEAD.search(text, max(0, start - _LONGEST), start)
        # After a blank only digits go on with it.
        right = (_DIGITS if text[end - 1] in " -" else _TAIL).match(text, end, end + _LONGEST)
        places = tuple(i for i in range(left.start(), start) if text[i].isalnum()) if left else ()
        head, tail = "".join(text[i] for i in places), _plain(right.group() if right else "")
        if len(head) + len(tail) >= 4:
            first = places[0] if places else match.start()
            last = right.end() if right else match.start() + len(match.group().rstrip(" -"))
            yield MaskedValue(first, last, head, tail, places=places)
            if right and " " in right.group():  # or the next number has begun
                shorter = right.group().split(" ")[0]
                yield MaskedValue(first, end + len(shorter), head, _plain(shorter), places=places)
    for match in matches(_ENDING, text, _REACH, pause) if any(word in text for word in _ENDING_WORDS) else ():
        yield MaskedValue(*match.span(), "", match["tail"], ending=True)


def toneless(normal: Normal, letters: Normal, pause: Pause = nothing) -> Iterator[tuple[str, int, int]]:
    """Runs of pinyin with the numbers of its tones (`zhang1 xiao3 ming2`) without them, and the letters they were."""
    for match in matches(_TONED, normal.text, _REACH, pause) if _TONE.search(normal.text) else ():
        start, end = normal.origin(*match.span())
        yield "".join(c for c in match.group() if c.isalpha()), _letter(letters, start), _letter(letters, end)


def short_words(text: str, known: Collection[str], pause: Pause = nothing) -> Iterator[tuple[str, int, int]]:
    """Latin words of a few letters that stand alone, and single letters in a row (`zxm`, `Z. X. M.`), those `known`."""
    for match in matches(_SHORT, text, _REACH, pause):
        if match.group() in known:
            yield match.group(), match.start(), match.end()
    for match in matches(_SINGLES, text, _REACH, pause):
        word = "".join(c for c in match.group() if c.isalpha())
        if word in known:
            yield word, match.start(), match.end()


def covered_mailboxes(text: str, pause: Pause = nothing) -> Iterator[MaskedValue]:
    """Mail addresses of which a part before the @ was covered."""
    for sign in matches(_AT, text, 1, pause):
        at = sign.start()
        low = max(0, at - _LONGEST)
        left = _BOX.search(text, max(low, text.rfind("@", low, at) + 1), at)
        right = _DOMAIN.match(text, at + 1) if left else None
        if left and right:
            yield MaskedValue(left.start(), right.end(), left["head"] or "", left["tail"], right["domain"])


def _plain(part: str) -> str:
    return "".join(c for c in part if c.isalnum())
