"""The numbers of a list, each known again wherever and in whatever order it is written, and rows by theirs together.

A list of payments is no prose: a sheet is sorted, halved, pasted, saved as CSV, and no five letters of it stand beside
each other as before. What stays is the number of an order, and what stands in one row: a date, a time, a sum.

A figure is a date, a time, a number or a word of digits and letters. `2026-09-08`, `2026年9月8日`, `20260908` and what
a sheet keeps for it (46273) are one date; a time has minutes; `328.00` is 328. A number of 16 to 19 digits counts by
its first 15, since Excel makes zeros of the others. An element is what tells by itself: a figure of seven digits and
more, or three neighbouring figures in any order that are rare enough together.

In: a text. Out: figures with their places, elements as 64-bit prints without a key. Runs of digits are handled as
arrays: a mail may have a million of them. Nothing here fails.
"""

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gateway.text.distinct import each_once
from gateway.text.folded import shown_ascii
from gateway.text.splitmix import mixed

LONG = 12
"""What an element says at most, in digits."""
SINGLE = 7
ROW = 3
_RARE, _RARE_MOMENT = 9, 6
"""What three figures must say together: in general, and with a date and a time among them."""
_DATE_SAYS, _TIME_SAYS = 2, 3
_FIRST_DAY, _LAST_DAY = 36526, 55153
"""2000 and 2050, as sheets count days."""
_MINUTES = 24 * 60
_KEPT_BY_EXCEL, _MOST_ROUNDED = 15, 19
_WORD_DIGITS, _LEAST_WORD, _LONGEST_WORD = 6, 9, 40
_LEAST_GROUPS, _MOST_GROUPS = 3, 7
_LONG_RUN, _LEAST_LONG, _LEAST_RUNS = SINGLE, 3, 9
"""No list has fewer runs of digits so long, or runs at all: most mail is no list, and is spared the rest."""

_NUMBER, _DATE, _TIME, _WORD = range(4)

Prints = NDArray[np.uint64]
Places = NDArray[np.int64]
Of = TypeVar("Of", bound=np.generic)
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_PART = np.uint64(0xC2B2AE3D27D4EB4F)
_DATE_SIGNS = np.frombuffer(b"-/.?", np.uint8)
_OF_WORD = np.zeros(0x80, np.bool_)
_OF_WORD[list(b"0123456789abcdefghijklmnopqrstuvwxyz_-")] = True


@dataclass(frozen=True, slots=True)
class Figures:
    """In their order: what each is, where it stands in the text (half open), how many digits' worth it says."""

    values: Prints = field(repr=False)
    starts: Places
    ends: Places
    said: Places
    sorts: Places


@dataclass(frozen=True, slots=True)
class Elements:
    """What tells by itself: its print, its first figure and the one behind its last, and how much it says."""

    prints: Prints = field(repr=False)
    firsts: Places
    ends: Places
    said: Places


def figures(text: str, sparse: bool = False) -> Figures:
    """Those of a list; none of a text that has too few to be one, unless they are wanted however few (`sparse`).

    >>> figures("2026年9月8日 20:14:33 ￥328.00 20260908 订单4993 5518 7194 0518 12345.67").said.tolist()
    [2, 3, 3, 2, 12, 7]
    """
    plain, places = shown_ascii(text)
    found = _Runs(np.frombuffer(plain, np.uint8)).figures(sparse)
    if places is None or not len(found.starts):
        return found
    return Figures(found.values, places[found.starts], places[found.ends - 1] + 1, found.said, found.sorts)


def elements(found: Figures) -> Elements:
    """Of figures the ones, and the threes of neighbours, that tell by themselves."""
    single = np.flatnonzero((found.said >= SINGLE) & (found.sorts != _DATE))
    last = max(0, len(found.values) - ROW + 1)
    values, said, sorts = (
        np.array([column[at : at + last] for at in range(ROW)]) for column in (found.values, found.said, found.sorts)
    )
    dates, times = (sorts == _DATE).sum(axis=0), (sorts == _TIME).sum(axis=0)
    together = said.sum(axis=0)
    so = (said.max(axis=0, initial=0) < LONG) & (dates <= 1) & (times <= 1)  # what says so much needs none beside it
    so &= (together >= _RARE) | ((together >= _RARE_MOMENT) & (dates == 1) & (times == 1))
    rows = np.flatnonzero(so)
    of_rows = mixed(values[:, rows].sum(axis=0, dtype=np.uint64) ^ np.uint64(_BASE))
    return Elements(
        np.concatenate([found.values[single], of_rows]),
        np.concatenate([single, rows]),
        np.concatenate([single + 1, rows + ROW]),
        np.minimum(np.concatenate([found.said[single], together[rows]]), LONG),
    )


def element_prints(text: str, sparse: bool = False) -> Prints:
    """Of all elements, each once."""
    return each_once(elements(figures(text, sparse)).prints)


class _Runs:
    """The runs of digits of a text of which only ASCII is left, everything else a question mark."""

    def __init__(self, plain: NDArray[np.uint8]) -> None:
        self._plain = plain
        self._digit = (plain >= ord("0")) & (plain <= ord("9"))
        edges = np.flatnonzero(np.diff(self._digit, prepend=False, append=False))
        self._starts, self._ends = edges[::2], edges[1::2]
        self._lengths = self._ends - self._starts
        self._taken = np.zeros(len(self._starts), np.bool_)
        self._signs = self._small = np.zeros(0, np.int64)
        self._sums = self._inverse = np.zeros(0, np.uint64)
        self._made: list[tuple[Prints, Places, Places, Places, Places]] = []

    def figures(self, sparse: bool) -> Figures:
        if (
            (sparse and len(self._lengths))
            or (self._lengths >= _LONG_RUN).sum() >= _LEAST_LONG
            or len(self._lengths) >= _LEAST_RUNS
        ):
            self._sums, self._inverse = _sums(self._plain)
            self._small = self._numbers_of(self._starts, self._lengths, 8)
            # The sign between a run and the next where it is the only one, else nothing.
            alone = self._starts[1:] == self._ends[:-1] + 1
            self._signs = np.append(np.where(alone, self._plain[self._ends[:-1]], 0), 0)
            self._words()
            self._dates()
            self._times()
            self._grouped(4, b" -", _LEAST_GROUPS)
            self._grouped(3, b",", 2)
            self._numbers()
        none = np.zeros(0, np.int64)
        columns = zip(*self._made, strict=True) if self._made else ((none.astype(np.uint64),), *4 * ((none,),))
        values, starts, ends, said, sorts = (np.concatenate(column) for column in columns)
        order = np.argsort(starts, kind="stable")
        return Figures(mixed(values[order]), starts[order], ends[order], said[order], sorts[order])

    def _make(self, values: Prints, starts: Places, ends: Places, said: Places, sort: int) -> None:
        self._made.append((values, starts, ends, said, np.full(len(values), sort, np.int64)))

    def _words(self) -> None:
        """What has both letters and digits and is as long as a number of an order."""
        of_word = _OF_WORD.take(self._plain, mode="clip") & (self._plain < 0x80)
        edges = np.flatnonzero(np.diff(of_word, prepend=False, append=False))
        starts, ends = edges[::2], edges[1::2]
        digits = np.append(0, np.cumsum(self._digit))
        letters = np.append(0, np.cumsum(of_word & (self._plain >= ord("a"))))
        so = (ends - starts >= _LEAST_WORD) & (ends - starts <= _LONGEST_WORD)
        so &= digits[ends] - digits[starts] >= _WORD_DIGITS
        so &= letters[ends] > letters[starts]
        starts, ends = starts[so], ends[so]
        self._make(self._hashes(starts, ends), starts, ends, np.minimum(ends - starts, LONG), _WORD)
        within = np.searchsorted(starts, self._starts, "right") - 1
        self._taken |= (within >= 0) & (self._starts < np.append(ends, 0)[within])

    def _dates(self) -> None:
        small, lengths, signs = self._small, self._lengths, self._signs
        month, day = _next(small, 1), _next(small, 2)
        so = ~self._taken & ~_next(self._taken, 1, True) & ~_next(self._taken, 2, True)
        so &= (lengths == 4) & (small >= 2000) & (small < 2100)
        so &= np.isin(signs, _DATE_SIGNS) & (_next(signs, 1) == signs)
        so &= (month >= 1) & (month <= 12) & (_next(lengths, 1) <= 2)
        so &= (day >= 1) & (day <= 31) & (_next(lengths, 2) <= 2)
        at = _apart(np.flatnonzero(so), 3)
        self._take(at, 3)
        self._date(small[at], month[at], day[at], self._starts[at], self._ends[at + 2])
        year, month, day = small // 10000, small // 100 % 100, small % 100
        so = ~self._taken & (lengths == 8) & (year >= 2000) & (year < 2100) & (signs != ord("."))
        at = np.flatnonzero(so & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31))
        self._take(at, 1)
        self._date(year[at], month[at], day[at], self._starts[at], self._ends[at])

    def _times(self) -> None:
        small, lengths, signs = self._small, self._lengths, self._signs
        minute, colon = _next(small, 1), signs == ord(":")
        so = ~self._taken & ~_next(self._taken, 1, True) & colon & ~np.append(False, colon[:-1])
        so &= (lengths <= 2) & (small < 24) & (_next(lengths, 1) == 2) & (minute < 60)
        at = np.flatnonzero(so)
        seconds = _next(colon, 1)[at] & (_next(lengths, 2)[at] == 2)
        self._take(at, 2)
        self._take(at[seconds], 3)
        self._time(small[at] * 60 + minute[at], self._starts[at], self._ends[at + 1 + seconds])

    def _grouped(self, width: int, between: bytes, least: int) -> None:
        """Numbers in groups: `4993 5518 7194 0518`, `12,345`. Rows of them that are longer are columns."""
        signs = np.isin(self._signs, np.frombuffer(between, np.uint8))
        free = ~self._taken
        full = free & (self._lengths == width)
        link = signs & (free & (self._lengths <= width) if width == 3 else full)
        link &= _next(full, 1) if width == 3 else _next(free & (self._lengths <= width), 1)
        edges = np.flatnonzero(np.diff(link, prepend=False, append=False))
        firsts, lasts = edges[::2], edges[1::2]
        count = lasts - firsts + 1
        so = (count >= least) & (count <= _MOST_GROUPS)
        if width == 3:  # 30,198,328 is a row of a sheet
            before = self._plain.take(self._starts[firsts] - 1, mode="clip")
            so &= (firsts == 0) | ~np.isin(before, np.frombuffer(b",.", np.uint8)) | (self._starts[firsts] == 0)
        made: list[tuple[int, int, int, int]] = []
        for first, last in zip(firsts[so].tolist(), lasts[so].tolist(), strict=True):
            groups = range(first, last + 1)
            written = b"".join(self._plain[self._starts[at] : self._ends[at]].tobytes() for at in groups)
            end, part = self._ends[last], b""
            if width == 3 and self._signs[last] == ord(".") and last + 1 < len(self._starts):
                part, end = self._plain[self._starts[last + 1] : self._ends[last + 1]].tobytes(), self._ends[last + 1]
                self._taken[last + 1] = True
            self._taken[first : last + 1] = True
            value, said = _number(written, part)
            made.append((value, int(self._starts[first]), int(end), said))
        values = np.array([row[0] for row in made], np.uint64)
        columns = np.array([row[1:] for row in made], np.int64).reshape(-1, 3)
        self._make(values, columns[:, 0], columns[:, 1], columns[:, 2], _NUMBER)

    def _numbers(self) -> None:
        lengths = self._lengths
        point = self._signs == ord(".")
        point &= ~np.append(False, point[:-1]) & ~_next(point, 1) & ~self._taken & ~_next(self._taken, 1, True)
        parts = np.append(False, point[:-1])
        at = np.flatnonzero(~self._taken & ~parts)
        # A run without a fraction has an empty one behind it.
        part = np.where(point[at], np.minimum(at + 1, len(lengths) - 1), at)
        starts, ends = self._starts[at], self._ends[at]
        part_starts = np.where(point[at], self._starts[part], ends)
        part_ends = np.where(point[at], self._ends[part], ends)
        figures = part_ends - part_starts
        days = (lengths[at] == 5) & (self._small[at] >= _FIRST_DAY) & (self._small[at] <= _LAST_DAY)
        days &= (figures == 0) | (figures > 2)
        self._moments(self._small[at[days]], starts[days], part_starts[days], part_ends[days])
        starts, ends, part_starts, part_ends = (column[~days] for column in (starts, ends, part_starts, part_ends))
        telling = np.append(np.flatnonzero(self._digit & (self._plain != ord("0"))), len(self._plain))
        first = np.minimum(telling[np.searchsorted(telling, starts)], ends)
        last = np.append(-1, telling)[np.searchsorted(telling, part_ends)] + 1  # behind the last that is no zero
        part_stop = np.clip(last, part_starts, part_ends)
        length = ends - first
        rounded = (length > _KEPT_BY_EXCEL) & (length <= _MOST_ROUNDED) & (part_stop == part_starts)
        stop = np.where(rounded, first + _KEPT_BY_EXCEL, ends)
        values = self._hashes(first, stop) + length.astype(np.uint64) * np.uint64(_BASE)
        values += mixed(self._hashes(part_starts, part_stop)) * _PART * (part_stop > part_starts)
        front = np.minimum(telling[np.searchsorted(telling, starts)], part_ends)
        digits = np.append(0, np.cumsum(self._digit))
        said = digits[np.maximum(last, front)] - digits[front]
        self._make(values, starts, part_ends, np.minimum(said, LONG), _NUMBER)

    def _moments(self, days: Places, starts: Places, part_starts: Places, part_ends: Places) -> None:
        date = np.datetime64("1899-12-30") + days.astype("timedelta64[D]")
        year, month = date.astype("datetime64[Y]"), date.astype("datetime64[M]")
        months, since = (month - year).astype(np.int64), (date - month).astype(np.int64)
        self._date(
            year.astype(np.int64) + 1970,
            months + 1,
            since + 1,
            starts,
            np.where(part_starts == part_ends, part_ends, part_starts - 1),
        )
        so = part_ends > part_starts
        kept = np.minimum(part_ends - part_starts, 9)[so]
        fraction = self._numbers_of(part_starts[so], kept, 9) / 10.0**kept
        minutes = (fraction * _MINUTES + 0.01).astype(np.int64) % _MINUTES
        self._time(minutes, part_starts[so], part_ends[so])

    def _date(self, year: Places, month: Places, day: Places, starts: Places, ends: Places) -> None:
        said = np.full(len(starts), _DATE_SAYS)
        self._make(((year * 13 + month) * 32 + day).astype(np.uint64), starts, ends, said, _DATE)

    def _time(self, minutes: Places, starts: Places, ends: Places) -> None:
        said = np.full(len(starts), _TIME_SAYS)
        self._make((minutes + (1 << 40)).astype(np.uint64), starts, ends, said, _TIME)

    def _take(self, at: Places, count: int) -> None:
        for step in range(count):
            self._taken[at + step] = True

    def _numbers_of(self, starts: Places, lengths: Places, most: int) -> Places:
        """The numbers that runs are, as far as `most` digits; of longer ones nothing."""
        values = np.zeros(len(starts), np.int64)
        for step in range(most):
            digit = self._plain.take(starts + step, mode="clip").astype(np.int64) - ord("0")
            values = np.where(step < lengths, values * 10 + digit, values)
        return np.where(lengths > most, -1, values)

    def _hashes(self, starts: Places, ends: Places) -> Prints:
        return (self._sums[ends] - self._sums[starts]) * self._inverse[starts]


def _number(whole: bytes, part: bytes) -> tuple[int, int]:
    """(what it is, how much it says) of one number, as `_Runs._numbers` makes it of all."""
    said = len((whole + part).strip(b"0"))
    whole, part = whole.lstrip(b"0"), part.rstrip(b"0")
    length = len(whole)
    if _KEPT_BY_EXCEL < length <= _MOST_ROUNDED and not part:
        whole = whole[:_KEPT_BY_EXCEL]
    value = _hash(whole) + length * _BASE
    if part:
        value += int(mixed(np.array([_hash(part)], np.uint64))[0]) * int(_PART)
    return value % (1 << 64), min(said, LONG)


def _hash(written: bytes) -> int:
    value, power = 0, 1
    for code in written:
        value += code * power
        power = power * _BASE % (1 << 64)
    return value % (1 << 64)


def _sums(plain: NDArray[np.uint8]) -> tuple[Prints, Prints]:
    """Running sums of octet times power of the base, and the powers of its inverse; all modulo 2**64, so that a hash of
    a stretch is a difference of two sums, moved to its beginning (Karp, Rabin 1987)."""
    count = len(plain) + 1
    powers, inverse = np.full(count, _BASE, np.uint64), np.full(count, _INVERSE, np.uint64)
    powers[0] = inverse[0] = 1
    np.multiply.accumulate(powers, out=powers)
    np.multiply.accumulate(inverse, out=inverse)
    sums = np.zeros(count, np.uint64)
    np.cumsum(plain * powers[:-1], out=sums[1:])
    return sums, inverse


def _next(column: NDArray[Of], steps: int, beyond: bool = False) -> NDArray[Of]:
    """What stands so many further on, for each place."""
    moved = np.full(len(column), beyond, column.dtype)
    moved[: max(0, len(column) - steps)] = column[steps:]
    return moved


def _apart(places: Places, width: int) -> Places:
    """Those of which none lies within `width` of one before."""
    if not (np.diff(places) < width).any():
        return places
    kept, free = [], 0
    for place in places.tolist():
        if place >= free:
            kept.append(place)
            free = place + width
    return np.array(kept, np.int64)
