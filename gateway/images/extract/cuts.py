"""Where a line of text is cut between its characters: in the gaps of its ink, near where its characters' widths say.

Readers give a line and what it says, but no place of a character. From the share of the line alone a digit of a phone
number stands half a character off in the middle of Chinese, and what is covered leaves it to be read. So each character
gets a width as most typefaces have it, and the cuts go where all widths together are bent least and least ink is cut:
the cheapest way through columns of pixels (Viterbi). Blank columns between characters are nobody's, at a small price:
readers leave blanks out.

In: a line's pixels and its text. Out: first and last column of each character. Time is linear in the line's length.
"""

import unicodedata

import numpy as np
from numpy.typing import NDArray

from gateway.images.calibration import (
    CUT_BARE_COST,
    CUT_BLANK_COST,
    CUT_INK_GREYS,
    CUT_INK_SHARE,
    CUT_INKED_COST,
    CUT_LEAST_WIDTH_RATIO,
    CUT_MOST_WIDTH_RATIO,
    CUT_RULE_SHARE,
    CUT_SPACE_INK_COST,
)
from gateway.images.extract.raster import Raster, resized

_HIGH = 24
"""Pixels of height that a line is brought to: enough to see the gap between two letters."""
_MOST = 160
"""Characters of a line that are looked for together; longer ones are no line of a page."""
_NARROW, _LEAN = frozenset("iljI.,:;'|!`·‘’"), frozenset('ftr()[]{}/\\-"1 ')
_BROAD, _BROADEST = frozenset("wABCDEGHKNOPQRUVXYZ&<>=+~"), frozenset("mMW@%—…")
_WIDTHS = ((_NARROW, 0.27), (_LEAN, 0.38), (_BROAD, 0.70), (_BROADEST, 0.90))
_USUAL = 0.54
_ENDING, _BEGINNING, _STOP = frozenset("，。、；：！？）」』】》”’"), frozenset("（「『【《“‘"), 0.4
_BENT = (1.0, 0.95, 0.9)
"""Shares of the line that its characters may take together: spacing takes the rest, and readers leave blanks out."""

Columns = list[tuple[int, int]]


def cuts(line: Raster, text: str, upright: bool = False) -> Columns | None:
    """Half open, in pixels of the line's raster, which lies flat; None where there is nothing to go by.
    `upright`: its characters stand on top of each other, and each is as high as the others."""
    height, width = line.shape[:2]
    if not text or len(text) > _MOST or height < 4 or width < 2 * len(text):
        return None
    factor = min(1.0, _HIGH / height)
    small = line if factor == 1.0 else resized(line, max(len(text) * 2, round(width * factor)), _HIGH)
    ink = _ink(small)
    inked = np.flatnonzero(ink > 0)
    if not len(inked):
        return None
    first, last = int(inked[0]), int(inked[-1]) + 1
    if last - first < 2 * len(text):
        return None
    shares = _shares(text, upright)
    ways = [_cheapest(ink[first:last], text, shares, bent) for bent in _BENT]
    cost, places = min(ways, key=lambda way: way[0])
    if not np.isfinite(cost):
        return None
    back = width / small.shape[1]
    found = []
    for start, end in places:
        low, high = _grown(ink, start + first, end + first)
        found.append((max(0, int(np.floor(low * back))), min(width, int(np.ceil(high * back)))))
    return found


def em(sign: str) -> float:
    """Its usual width, where a Chinese character has 1."""
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    for signs, width in _WIDTHS:
        if sign in signs:
            return width
    return _USUAL


def _ink(line: Raster) -> NDArray[np.float64]:
    """Of each column, the share of its pixels that is not background; 0 where there is none."""
    values = line.astype(np.int16)
    paper = np.median(values.reshape(-1, 3), axis=0)
    away = np.abs(values - paper).max(axis=2)
    most = float(np.percentile(away, 99.5))
    marked = away > max(CUT_INK_GREYS, CUT_INK_SHARE * most)
    marked[marked.mean(axis=1) > CUT_RULE_SHARE] = False
    return np.asarray(marked.mean(axis=0), np.float64)


def _shares(text: str, upright: bool) -> NDArray[np.float64]:
    """Usual widths. The ink of a full stop ends in the first third of its place, where the line's ink ends too."""
    if upright:
        return np.ones(len(text))
    shares = np.array([em(sign) for sign in text])
    if text[-1] in _ENDING and len(text) > 1:
        shares[-1] = _STOP
    if text[0] in _BEGINNING and len(text) > 1:
        shares[0] = _STOP
    return shares


def _cheapest(ink: NDArray[np.float64], text: str, shares: NDArray[np.float64], bent: float) -> tuple[float, Columns]:
    """The price of the cheapest way, and where it cuts."""
    size = len(ink)
    scale = bent * size / float(shares.sum())
    blank = ink == 0
    nobody = np.concatenate([[0.0], np.cumsum(np.where(blank, CUT_BLANK_COST, CUT_INKED_COST))])
    inks = np.concatenate([[0], np.cumsum(~blank)])
    cut = np.append(ink, 0.0)  # of the column that a character ends before
    cut[0] = 0.0
    best = nobody.copy()  # cost of having come to a column with so many characters
    came: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for number, sign in enumerate(text):
        usual = float(shares[number]) * scale
        low, high = max(1, int(usual * CUT_LEAST_WIDTH_RATIO)), max(2, int(usual * CUT_MOST_WIDTH_RATIO) + 1)
        widths = np.arange(low, min(high, size) + 1)
        price = np.log2(widths / usual)[:, None] ** 2
        start = np.arange(size + 1)[None, :] - widths[:, None]
        known = np.maximum(start, 0)
        inside = inks[None, :] - inks[known]
        odd = CUT_SPACE_INK_COST * inside if sign.isspace() else np.where(inside == 0, CUT_BARE_COST, 0.0)
        cost = np.where(start >= 0, best[known] + price + odd, np.inf)
        back = widths[cost.argmin(axis=0)]
        after = cost.min(axis=0)
        after += cut
        left = after - nobody  # a blank may follow
        lowest = np.minimum.accumulate(left)
        stop = np.maximum.accumulate(np.where(left <= lowest, np.arange(size + 1), 0))
        came.append((back, stop))
        best = lowest + nobody
    found: Columns = []
    if not np.isfinite(best[size]):
        return float("inf"), found
    at = size
    for back, stop in reversed(came):
        end = int(stop[at])
        found.append((end - int(back[end]), end))
        at = found[-1][0]
    return float(best[size]), found[::-1]


def _grown(ink: NDArray[np.float64], start: int, end: int) -> tuple[int, int]:
    """Over blank columns beside it, a little; where its cut goes through ink, a little into that."""
    reach = max(1, round((end - start) * 0.2))
    low, high = start, end
    if start > 0 and ink[start - 1] > 0 and ink[start] > 0:
        low = max(0, start - 1)
    else:
        while low > 0 and ink[low - 1] == 0 and start - low < reach:
            low -= 1
    if end < len(ink) and ink[end - 1] > 0 and ink[end] > 0:
        high = min(len(ink), end + 1)
    else:
        while high < len(ink) and ink[high] == 0 and high - end < reach:
            high += 1
    return low, high
