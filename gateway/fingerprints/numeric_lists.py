"""The numbers, dates and times of a text, each known again however a program writes it.

A list of payments is no prose: a sheet is sorted, halved, pasted, saved as CSV, and no five letters of it stand beside
each other as before. What stays is the number of an order, and what stands in one row: a date, a time, a sum
(`fingerprints.list_elements`).

A figure is a date, a time, a number or a word of digits and letters. `2026-09-08`, `2026年9月8日`, `20260908`,
`08.09.2026`, `Sep 8, 2026`, `9月8日` and what a sheet keeps for it (46273) are one date: programs leave out the year
and turn day and month around, so neither counts. A time has minutes and no half of the day (`20:14`, `8:14 PM`,
`20时14分`); `328.00` is 328. A number of 16 to 19 digits counts by its first 15, since Excel makes zeros of the others.

In: a text. Out: figures with their places. Runs of digits are handled as arrays: a mail may have a million of them.
Nothing here fails.
"""

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gateway.fingerprints.folding import codes, shown_ascii
from gateway.text.splitmix import mixed

LONG = 12
"""What an element says at most, in digits."""
_DATE_SAYS, _TIME_SAYS, _YEAR_SAYS = 2, 3, 2
_FIRST_DAY, _LAST_DAY = 36526, 55153
"""2000 and 2050, as sheets count days."""
_MINUTES, _HALF_DAY = 24 * 60, 12 * 60
_TIME_FROM = 1 << 40
TIMES_OF_DAY = mixed(np.arange(_TIME_FROM, _TIME_FROM + _HALF_DAY).astype(np.uint64))
"""What the minutes of half a day are as figures."""
_KEPT_BY_EXCEL, _MOST_ROUNDED = 15, 19
_WORD_DIGITS, _LEAST_WORD, _LONGEST_WORD = 6, 9, 40
_LEAST_GROUPS, _MOST_GROUPS = 3, 7
_LONG_RUN, _LEAST_LONG, _LEAST_RUNS = 7, 3, 9
"""No list has fewer runs of digits so long, or runs at all: most mail is no list, and is spared the rest."""

NUMBER, DATE, TIME, WORD = range(4)

Prints = NDArray[np.uint64]
Places = NDArray[np.int64]
Of = TypeVar("Of", bound=np.generic)
BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(BASE, -1, 1 << 64)
_PART = np.uint64(0xC2B2AE3D27D4EB4F)
_YEAR, _MONTH, _HOUR = 1, 2, 3
_CHINESE = {"年": _YEAR, "月": _MONTH, "时": _HOUR, "時": _HOUR, "点": _HOUR, "點": _HOUR, "分": ord(":")}
"""What stands in an octet's place for signs of dates and times; they are no characters of a text."""
_DATE_SIGNS, _SHORT_DATE_SIGNS, _DAY_SIGNS = (np.frombuffer(signs, np.uint8) for signs in (b"-/.?", b"-/", b"-/."))
_FIRST_SHORT, _LAST_SHORT = 20, 39
"""Years of two digits."""
_MONTH_NAMES = b"january february march april may june july august september october november december".split(b" ")
_MONTH_CODES = np.array([int.from_bytes(name[:3]) for name in _MONTH_NAMES])
_MONTH_LENGTHS = np.array([len(name) for name in _MONTH_NAMES])
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


def figures(text: str, sparse: bool = False) -> Figures:
    """Those of a list; none of a text that has too few to be one, unless they are wanted however few (`sparse`).

    >>> figures("2026年9月8日 20:14:33 ￥328.00 20260908 订单4993 5518 7194 0518 12345.67").said.tolist()
    [2, 3, 3, 2, 12, 7]
    """
    plain, places = shown_ascii(text)
    found = _Runs(_signs_kept(text, np.frombuffer(plain, np.uint8), places)).figures(sparse)
    if places is None or not len(found.starts):
        return found
    return Figures(found.values, places[found.starts], places[found.ends - 1] + 1, found.said, found.sorts)


def _signs_kept(text: str, plain: NDArray[np.uint8], places: Places | None) -> NDArray[np.uint8]:
    """With the signs of dates and times that ASCII has not, and a blank for the T between a date and its time."""
    kept = plain.copy()
    if not text.isascii():
        lost = np.flatnonzero(plain == ord("?"))
        written = codes(text)[lost if places is None else places[lost]]
        for sign, octet in _CHINESE.items():
            kept[lost[written == ord(sign)]] = octet
    letter = np.flatnonzero(kept[2:-3] == ord("t")) + 2
    digit = (plain >= ord("0")) & (plain <= ord("9"))
    so = digit[letter - 2] & digit[letter - 1] & digit[letter + 1] & digit[letter + 2]
    so &= (digit[letter - 3] | (plain[letter - 3] == ord("-"))) & (letter > 2)
    so &= digit[letter + 3] | (plain[letter + 3] == ord(":"))
    kept[letter[so]] = ord(" ")
    return kept


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
            self._named_months()
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
        dates = np.append(0, np.cumsum(self._taken))
        so &= dates[np.searchsorted(self._starts, ends)] == dates[np.searchsorted(self._starts, starts)]
        starts, ends = starts[so], ends[so]
        self._make(self._hashes(starts, ends), starts, ends, np.minimum(ends - starts, LONG), WORD)
        within = np.searchsorted(starts, self._starts, "right") - 1
        self._taken |= (within >= 0) & (self._starts < np.append(ends, 0)[within])

    def _named_months(self) -> None:
        """8 Sep 2026, 08-Sep-26, Sep 8th, 2026."""
        letter = np.append(np.append(False, (self._plain >= ord("a")) & (self._plain <= ord("z"))), False)
        edges = np.flatnonzero(np.diff(letter))
        starts, ends = edges[::2], edges[1::2]
        starts, ends = starts[ends - starts >= 3], ends[ends - starts >= 3]
        three = sum(self._plain[starts + at].astype(np.int64) << (16 - 8 * at) for at in range(3))
        order = np.argsort(_MONTH_CODES)
        month = order[np.minimum(np.searchsorted(_MONTH_CODES[order], three), 11)]
        length = ends - starts
        so = (_MONTH_CODES[month] == three) & ((length <= 4) | (length == _MONTH_LENGTHS[month]))
        starts, ends, month = starts[so], ends[so], month[so]
        count = len(self._starts)
        behind = np.searchsorted(self._starts, ends)
        before = behind - 1
        day, day_length = (np.append(column, -1) for column in (self._small, self._lengths))
        run_starts, run_ends, signs = (
            np.append(column, beyond)
            for column, beyond in ((self._starts, 1 << 40), (self._ends, -(1 << 40)), (self._signs, 0))
        )
        after, beyond = np.minimum(behind, count), np.minimum(behind + 1, count)
        near = run_starts[after] - ends <= 3
        is_day = (day_length <= 2) & (day >= 1) & (day <= 31)
        first = (before >= 0) & is_day[before] & (starts - run_ends[before] <= 4)
        dashed = first & (starts > 0) & (self._plain[starts - 1] == ord("-"))
        last = near & is_day[after] & (signs[after] != ord(":")) & ~dashed
        first &= ~last
        year = np.where(first, after, beyond)
        far = np.where(first, run_starts[after] - ends, run_starts[beyond] - run_ends[after])
        has_year = (first | last) & (far <= 4) & (day_length[year] == 4) & (day[year] >= 2000) & (day[year] < 2100)
        has_year |= dashed & near & (day_length[after] == 2)
        at = np.where(first, before, after)
        so = first | last
        so[1:] &= ~(so[:-1] & (at[1:] <= np.maximum(at, np.where(has_year, year, 0))[:-1]))
        at, has_year, year, month = at[so], has_year[so], year[so], month[so]
        self._taken[at] = self._taken[year[has_year]] = True
        low = np.minimum(run_starts[at], starts[so])
        high = np.maximum(np.maximum(run_ends[at], ends[so]), np.where(has_year, run_ends[year], 0))
        self._date(month + 1, day[at], low, high)

    def _dates(self) -> None:
        lengths, signs = self._lengths, self._signs
        runs = [(further(self._small, step), further(lengths, step)) for step in range(3)]
        (first, of_first), (second, of_second), (third, of_third) = runs
        following = further(signs, 1)
        free = ~self._taken & ~further(self._taken, 1, True) & ~further(self._taken, 2, True) & (of_second <= 2)
        free &= (signs == following) & np.isin(signs, _DATE_SIGNS) | (signs == _YEAR) & (following == _MONTH)
        short = np.isin(signs, _SHORT_DATE_SIGNS)
        is_year = [
            (length == 4) & (year >= 2000) & (year < 2100)
            | short & (length == 2) & (year >= _FIRST_SHORT) & (year <= _LAST_SHORT)
            for year, length in (runs[0], runs[2])
        ]
        forward = is_year[0] & (of_third <= 2) & _is_day(second, third)
        backward = is_year[1] & (of_first <= 2) & _is_day(first, second) & ~forward
        at = _apart(np.flatnonzero(free & (forward | backward)), 3)
        self._take(at, 3)
        month, day = np.where(forward, second, first)[at], np.where(forward, third, second)[at]
        self._date(month, day, self._starts[at], self._ends[at + 2])
        self._days()
        self._run_together()

    def _days(self) -> None:
        """9月8日, and 09-08 in front of a time."""
        small, lengths, signs = self._small, self._lengths, self._signs
        so = ~self._taken & ~further(self._taken, 1, True) & (lengths <= 2) & (further(lengths, 1) <= 2)
        so &= _is_day(small, further(small, 1))
        timed = (further(self._starts, 2) - further(self._ends, 1) <= 3) & np.isin(further(signs, 2), (ord(":"), _HOUR))
        timed &= ~np.isin(np.append(0, signs)[:-1], np.append(_DAY_SIGNS, ord(":")))
        so &= (signs == _MONTH) | np.isin(signs, _DAY_SIGNS) & timed
        at = _apart(np.flatnonzero(so), 2)
        self._take(at, 2)
        self._date(small[at], small[at + 1] if len(at) else at, self._starts[at], self._ends[at + 1] if len(at) else at)

    def _run_together(self) -> None:
        """20260908, 202609082014, 20260908201433."""
        for length in (8, 12, 14):
            at = np.flatnonzero(~self._taken & (self._lengths == length) & ((self._signs != ord(".")) | (length > 8)))
            starts, ends = self._starts[at], self._ends[at]
            number = self._numbers_of(starts, ends - starts, length) // 10 ** (length - 8)
            year, month, day = number // 10000, number // 100 % 100, number % 100
            so = (year >= 2000) & (year < 2100) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
            if length > 8:
                clock = self._numbers_of(starts + 8, np.full(len(at), 4), 4)
                so &= (clock // 100 < 24) & (clock % 100 < 60)
                self._time((clock // 100 * 60 + clock % 100)[so], starts[so] + 8, ends[so])
            self._take(at[so], 1)
            self._date(month[so], day[so], starts[so], starts[so] + 8)

    def _times(self) -> None:
        small, lengths, signs = self._small, self._lengths, self._signs
        minute, colon, hour = further(small, 1), signs == ord(":"), signs == _HOUR
        so = ~self._taken & ~further(self._taken, 1, True) & (colon & ~np.append(False, (colon | hour)[:-1]) | hour)
        so &= (
            (lengths <= 2)
            & (small < 24)
            & ((further(lengths, 1) == 2) | hour & (further(lengths, 1) == 1))
            & (minute < 60)
        )
        at = np.flatnonzero(so)
        seconds = further(colon, 1)[at] & (further(lengths, 2)[at] == 2)
        self._take(at, 2)
        self._take(at[seconds], 3)
        of_zone = self._plain.take(self._starts[at] - 1, mode="clip") == ord("+")  # 20:14:33+08:00
        at, seconds = at[~of_zone], seconds[~of_zone]
        self._time(small[at] * 60 + minute[at], self._starts[at], self._ends[at + 1 + seconds])

    def _grouped(self, width: int, between: bytes, least: int) -> None:
        """Numbers in groups: `4993 5518 7194 0518`, `12,345`. Rows of them that are longer are columns."""
        signs = np.isin(self._signs, np.frombuffer(between, np.uint8))
        free = ~self._taken
        full = free & (self._lengths == width)
        link = signs & (free & (self._lengths <= width) if width == 3 else full)
        link &= further(full, 1) if width == 3 else further(free & (self._lengths <= width), 1)
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
        self._make(values, columns[:, 0], columns[:, 1], columns[:, 2], NUMBER)

    def _numbers(self) -> None:
        lengths = self._lengths
        point = self._signs == ord(".")
        point &= ~np.append(False, point[:-1]) & ~further(point, 1) & ~self._taken & ~further(self._taken, 1, True)
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
        values = self._hashes(first, stop) + length.astype(np.uint64) * np.uint64(BASE)
        values += mixed(self._hashes(part_starts, part_stop)) * _PART * (part_stop > part_starts)
        front = np.minimum(telling[np.searchsorted(telling, starts)], part_ends)
        digits = np.append(0, np.cumsum(self._digit))
        said = digits[np.maximum(last, front)] - digits[front]
        year = (length == 4) & (part_ends == part_starts) & np.isin(self._numbers_of(first, length, 4) // 100, (19, 20))
        said = np.minimum(said, np.where(year, _YEAR_SAYS, LONG))
        self._make(values, starts, part_ends, said, NUMBER)

    def _moments(self, days: Places, starts: Places, part_starts: Places, part_ends: Places) -> None:
        date = np.datetime64("1899-12-30") + days.astype("timedelta64[D]")
        year, month = date.astype("datetime64[Y]"), date.astype("datetime64[M]")
        months, since = (month - year).astype(np.int64), (date - month).astype(np.int64)
        self._date(
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

    def _date(self, month: Places, day: Places, starts: Places, ends: Places) -> None:
        said = np.full(len(starts), _DATE_SAYS)
        value = np.minimum(month, day) * 32 + np.maximum(month, day)
        self._make(value.astype(np.uint64), starts, ends, said, DATE)

    def _time(self, minutes: Places, starts: Places, ends: Places) -> None:
        said = np.full(len(starts), _TIME_SAYS)
        self._make((minutes % _HALF_DAY + _TIME_FROM).astype(np.uint64), starts, ends, said, TIME)

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
    value = _hash(whole) + length * BASE
    if part:
        value += int(mixed(np.array([_hash(part)], np.uint64))[0]) * int(_PART)
    return value % (1 << 64), min(said, LONG)


def _hash(written: bytes) -> int:
    value, power = 0, 1
    for code in written:
        value += code * power
        power = power * BASE % (1 << 64)
    return value % (1 << 64)


def _sums(plain: NDArray[np.uint8]) -> tuple[Prints, Prints]:
    """Running sums of octet times power of the base, and the powers of its inverse; all modulo 2**64, so that a hash of
    a stretch is a difference of two sums, moved to its beginning (Karp, Rabin 1987)."""
    count = len(plain) + 1
    powers, inverse = np.full(count, BASE, np.uint64), np.full(count, _INVERSE, np.uint64)
    powers[0] = inverse[0] = 1
    np.multiply.accumulate(powers, out=powers)
    np.multiply.accumulate(inverse, out=inverse)
    sums = np.zeros(count, np.uint64)
    np.cumsum(plain * powers[:-1], out=sums[1:])
    return sums, inverse


def _is_day(one: Places, other: Places) -> NDArray[np.bool_]:
    """Whether two numbers are a month and a day, in either order."""
    return (np.minimum(one, other) >= 1) & (np.minimum(one, other) <= 12) & (np.maximum(one, other) <= 31)


def further(column: NDArray[Of], steps: int, beyond: bool = False) -> NDArray[Of]:
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


COUNTED = mixed(np.array([_number(str(number).encode(), b"")[0] for number in range(1, 1000)], np.uint64))
"""What 1, 2, 3 … are as figures."""
