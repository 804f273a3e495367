"""What in a text may be somebody's address, number or account: to be looked up among those of all reports.

A known reporter is looked for in the `letters` view of a text (`detection.search`): letters and digits alone, whatever
stands between. Here nobody is known yet, so every stretch of that same view that could be asked for is asked for: one
that begins and ends where something else begins or ends (a blank, a sign, a character of another sort), with no more
between its pieces than `detection.occurrence` lets pass. `138 0013 8765`, one digit a line, zero-width characters, soft
hyphens, `xm - feifei90`, `xiaoming (at) mail (dot) example` are so the same stretch as the plain word.

What has an `@` is also folded as addresses are (`text.addresses`): sub-addresses, dots that a provider ignores, Unicode
domains. Short numbers and words of letters alone are anybody's, and not asked for.

In: texts, or the items of a report. Out: 64-bit prints without a key. Nothing here fails.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from gateway.fingerprints.folding import Lettered, Letters, ascii_of, codes, lettered
from gateway.text.addresses import AT, DOTS, endings_of, fold_address, mailbox_at
from gateway.text.digits import NUMERALS, fold_digits
from gateway.text.normalize import letters, normalise
from gateway.text.sorted_unique import each_once
from gateway.text.splitmix import mixed

SHORTEST_NUMBER, LONGEST_NUMBER = 7, 24
SHORTEST_WORD, LONGEST_WORD, LONG_WORD = 6, 32, 9
LONGEST_ADDRESS = 80
MOST_PIECES, MOST_PIECES_OF_ADDRESS = 10, 14
"""Of a stretch that is not spelled letter by letter."""
WIDEST_GAP, WIDEST_GAP_IN_NUMBERS = 6, 40
"""Characters between two letters of a stretch, at most; the same as in `detection.occurrence`."""
SHORTEST_MESSAGE_ID = 8
DIALLED_FIRST = ("86", "086", "0086", "0", "17951", "12593")
"""What may be dialled before a telephone number, and touch it."""

Prints = NDArray[np.uint64]
Places = NDArray[np.int64]

_PIECE_OF_TEXT = 1 << 16
_OVERLAP = 4096
"""Characters: a longest stretch with its widest gaps."""
_BEFORE_SIGN, _AROUND_SIGN = 64, 256
_PAIRS_AT_ONCE = 1 << 18
_COUNTRY_CODES = ("86", "852", "853", "886", "81", "82", "65", "60", "44", "49", "33", "61", "1")
_MOST_SPELLED = 3
"""Labels of a domain whose dots are each asked for in every spelling; those of a longer one all in the same."""

_BEHIND_WORDS = re.compile(r"\A[^@]*[^\x00-\x7f@](?=[^@]*@)")
_PLAIN_BOX = re.compile(r"(?=(?:[^0-9a-z]*[0-9a-z]){6})(?!.{80})[0-9a-z!#$&'*/=?^_`{|}~.-]+@[0-9a-z.-]+")

_OTHER, _DIGIT, _NUMERAL, _LATIN, _SPELLED = range(5)
_SORT = np.zeros(0x10000, np.uint8)
_SORT[ord("0") : ord("9") + 1] = _DIGIT
_SORT[ord("a") : ord("z") + 1] = _LATIN
_SORT[[ord(c) for c in "艾特圈点"]] = _SPELLED
_SORT[list(NUMERALS)] = _NUMERAL
_AS_DIGIT = np.arange(0x10000, dtype=np.uint32)
_AS_DIGIT[list(NUMERALS)] = [ord(str(digit)) for digit in NUMERALS.values()]
_FIRST_DIALLED = np.zeros(0x80, np.bool_)
_FIRST_DIALLED[[ord(prefix[0]) for prefix in DIALLED_FIRST]] = True
_BEYOND = 0xFFFF

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)


def identifier_prints(text: str) -> Prints:
    """All that a text could hold of anybody, each once."""
    pieces = range(0, max(1, len(text) - _OVERLAP), _PIECE_OF_TEXT)
    found = [_stretches(lettered(text[at : at + _PIECE_OF_TEXT + _OVERLAP])) for at in pieces]
    return each_once(np.concatenate([_address_prints(text), *found]))


def item_prints(kind: str, value: str) -> Prints:
    """Those by which an item of a report is found; none where it is too short or too ordinary to be strong."""
    found = [_print_of(literal) for literal in literals(kind, value)]
    if kind == "address" and (folded := fold_address(value)):
        found.append(_digest(f"@{folded}"))
    return np.array(sorted(set(found)), np.uint64)


def literals(kind: str, value: str) -> Iterator[str]:
    """What of an item can stand in the `letters` view, numerals as digits: each spelling that tells by itself."""
    if kind == "address":
        yield from _spellings(fold_address(value))
    elif kind == "phone":
        yield from (number for number in telephone_numbers(value) if len(number) >= SHORTEST_NUMBER)
    elif kind in ("government_id", "account"):
        plain = fold_digits(letters(value).text)
        if plain.isascii() and _tells(plain, signed=plain != value.strip().casefold()):
            yield plain


def telephone_numbers(value: str) -> Iterator[str]:
    """A number without its country code, the surest first; of a fixed line also what is left without its area code."""
    written = normalise(value).text
    number = "".join(c for c in written if c.isdecimal() and c.isascii())
    national = number
    if written.strip().startswith(("+", "00")):
        number = number.removeprefix("00")
        code = next((c for c in _COUNTRY_CODES if number.startswith(c) and len(number) - len(c) >= 7), "")
        national = number.removeprefix(code)
    elif len(number) == 13 and number.startswith("861"):
        national = number[2:]
    yield national
    if national.startswith("0") and len(national) >= 10:
        yield from (national[area:] for area in (3, 4) if len(national) - area in (7, 8))


def message_prints(ids: Iterable[str]) -> Prints:
    """Of Message-IDs, with or without brackets; none of one that is too short to be anybody's."""
    bare = {written.strip().strip("<>").lower() for written in ids}
    return np.array(sorted({_digest(f"<{one}") for one in bare if len(one) >= SHORTEST_MESSAGE_ID}), np.uint64)


def address_print(address: str) -> Prints:
    """Of an address as it is folded; none where it is none."""
    folded = fold_address(address)
    return np.array([_digest(f"@{folded}")] if folded else [], np.uint64)


def _tells(plain: str, signed: bool) -> bool:
    if plain.removesuffix("x").isdecimal():
        return SHORTEST_NUMBER <= len(plain) <= LONGEST_NUMBER
    if not SHORTEST_WORD <= len(plain) <= LONGEST_WORD:
        return False
    return signed or len(plain) >= LONG_WORD or not plain.isalpha()


def _spellings(folded: str) -> Iterator[str]:
    """An address with its signs left out, or written in words."""
    local, _, domain = normalise(folded).text.rpartition("@")
    name = fold_digits(letters(local).text)
    labels = [fold_digits(letters(label).text) for label in domain.split(".")]
    if not name or not all(labels):
        return
    domains = [labels[0]]
    for label in labels[1:]:
        domains = [f"{before}{dot}{label}" for before in domains for dot in DOTS]
    if len(labels) > _MOST_SPELLED:
        domains = [dot.join(labels) for dot in DOTS]
    for at in AT:
        for whole in domains:
            literal = fold_digits(f"{name}{at}{whole}")
            if SHORTEST_WORD <= len(literal) <= LONGEST_ADDRESS:
                yield literal


def _address_prints(text: str) -> Prints:
    """Of the mailboxes around an `@` that their letters alone do not tell. Only around the sign is text normalised."""
    plain = ascii_of(text)
    seen, found = set[str](), set[str]()
    at = plain.find(b"@")
    while at >= 0:
        box = mailbox_at(*_around(text, at))
        if box is not None and box.text not in seen:
            seen.add(box.text)
            # Chinese is written without blanks: what stands before an address touches it.
            for written in {box.text, _BEHIND_WORDS.sub("", box.text)}:
                if not _is_told_by_letters(written) and not written.startswith("@"):
                    found.update(folded for stop in endings_of(written) if (folded := fold_address(written[:stop])))
        at = plain.find(b"@", at + 1)
    return np.array([_digest(f"@{address}") for address in found], np.uint64)


def _around(text: str, at: int) -> tuple[str, int]:
    """What stands on both sides of a sign, normalised, and where in it the sign is."""
    left, right = text[max(0, at - _BEFORE_SIGN) : at], text[at + 1 : at + _BEFORE_SIGN]
    if left.isascii() and right.isascii():  # as most do: nothing in them is left out
        left, right = left.lower(), text[at + 1 : at + _AROUND_SIGN].lower()
        if right.isascii():
            return f"{left}@{right}", len(left)
    left, right = normalise(text[max(0, at - _AROUND_SIGN) : at]).text, text[at + 1 : at + _AROUND_SIGN]
    return f"{left}@{normalise(right).text}", len(left)


def _is_told_by_letters(written: str) -> bool:
    """Whether `_stretches` gives what folding would: nothing is folded away but signs, and there are letters enough."""
    return _PLAIN_BOX.fullmatch(written) is not None and "gmail" not in written and "googlemail" not in written


def _digest(form: str) -> int:
    data = form.encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, person=b"hushgate-id-2").digest(), "little")


def _print_of(literal: str) -> int:
    """Of one stretch, as `_stretches` makes it."""
    total, power = 0, 1
    for code in codes(literal).tolist():
        total += code * power
        power *= _BASE
    return int(_mixed(np.array([total % (1 << 64)], np.uint64), np.array([len(literal)], np.int64))[0])


def _stretches(view: Lettered) -> Prints:
    """The prints of all stretches of a view that could be asked for."""
    low = np.minimum(view.letters, _BEYOND)
    sorts = _SORT.take(low)
    if not sorts.any():
        return np.zeros(0, np.uint64)
    said = _AS_DIGIT.take(low)
    begins, ends, run_ends = _pieces(view, said, sorts)
    sums, inverse = _sums(said)
    digits = np.append(0, np.cumsum((sorts == _DIGIT) | (sorts == _NUMERAL)))
    latin = np.append(0, np.cumsum(sorts == _LATIN))
    found = [np.zeros(0, np.uint64)]
    for first, last in _pairs(view, said, sorts, begins, ends, run_ends):
        length, letters = last - first, latin[last] - latin[first]
        others = length - (digits[last] - digits[first])
        number = (others <= 1) & (length >= SHORTEST_NUMBER) & (length <= LONGEST_NUMBER)
        # A word of letters alone that nothing cuts is anybody's.
        cut = (
            (letters < length)
            | (length >= LONG_WORD)
            | (np.searchsorted(ends, first + 1) < np.searchsorted(ends, last))
        )
        so = number | ((letters > 0) & (length >= SHORTEST_WORD) & cut)
        first, last, length = first[so], last[so], length[so]
        found.append(each_once(_mixed((sums[last] - sums[first]) * inverse[first], length)))
    return each_once(np.concatenate(found))


def _pairs(
    view: Lettered, said: Letters, sorts: NDArray[np.uint8], begins: Places, ends: Places, run_ends: Places
) -> Iterator[tuple[Places, Places]]:
    """Beginnings with the ends that a stretch from there may have: near ones, and where an address is joined in between
    those that an address may reach. Some thousands at a time, so that memory stays bounded."""
    joints = np.append(_joints(view, said, sorts), 1 << 62)
    joined = joints[np.searchsorted(joints, begins, "right")] < begins + LONGEST_ADDRESS
    reach = np.minimum(np.where(joined, begins + LONGEST_ADDRESS, begins + LONGEST_WORD), run_ends)
    low, high = np.searchsorted(ends, begins + SHORTEST_WORD), np.searchsorted(ends, reach, "right")
    # As many digits or single letters as a stretch is long, of other pieces few: what is encoded in letters and signs
    # would else have a stretch for each two of its places.
    few = np.searchsorted(ends, begins, "right") + np.where(joined, MOST_PIECES_OF_ADDRESS, MOST_PIECES)
    spelled = np.searchsorted(ends, _spelled_until(sorts, begins, ends)[begins], "right")
    high = np.minimum(high, np.maximum(few, spelled))
    counts = np.maximum(high - low, 0)
    total = np.append(0, np.cumsum(counts))
    at = 0
    while at < len(begins):
        stop = min(len(begins), max(at + 1, int(np.searchsorted(total, total[at] + _PAIRS_AT_ONCE))))
        some = counts[at:stop]
        first = np.repeat(begins[at:stop], some)
        place = np.arange(len(first)) - np.repeat(total[at:stop] - total[at], some) + np.repeat(low[at:stop], some)
        yield first, ends[place]
        at = stop


def _spelled_until(sorts: NDArray[np.uint8], begins: Places, ends: Places) -> Places:
    """For each letter the first place behind it that is neither a digit nor a piece of its own, or one more: an X."""
    count = len(sorts)
    begun, ended = np.zeros(count + 1, np.bool_), np.zeros(count + 1, np.bool_)
    begun[begins], ended[ends] = True, True
    alone = begun[:-1] & ended[1:]
    digits = (sorts == _DIGIT) | (sorts == _NUMERAL)
    until = np.zeros(count, np.int64)
    for so in (alone, digits):
        stops = np.append(np.flatnonzero(~so), count)
        until = np.maximum(until, stops[np.searchsorted(stops, np.arange(count))])
    return np.minimum(until + 1, count)


def _pieces(view: Lettered, said: Letters, sorts: NDArray[np.uint8]) -> tuple[Places, Places, Places]:
    """Where pieces begin, where they end (in order), and for each beginning where its run ends, over which no stretch
    goes. A number begins twice: with and without what is dialled before it."""
    count = len(sorts)
    usable = sorts != _OTHER
    changes = view.apart | (sorts != np.append(_OTHER, sorts[:-1]))
    digits = (sorts == _DIGIT) | (sorts == _NUMERAL)
    latin = sorts == _LATIN
    # Numbers of documents begin with a letter or end in X, whatever word touches them there.
    lettered_number = latin & np.append(digits[1:], False)
    x_number = (said == ord("x")) & np.append(False, digits[:-1])
    begins = np.flatnonzero(usable & changes | lettered_number)
    ends = np.flatnonzero(np.append(changes[1:], True) & usable | x_number) + 1
    beside_digit = digits | np.append(False, digits[:-1])
    broken = ~usable | (view.gaps > np.where(beside_digit, WIDEST_GAP_IN_NUMBERS, WIDEST_GAP))
    borders = np.append(np.flatnonzero(broken), count)
    begins = np.unique(np.concatenate([begins, *_dialled(said, begins)]))
    return begins, ends, borders[np.searchsorted(borders, begins, "right")]


def _dialled(said: Letters, begins: Places) -> Iterator[Places]:
    """Where a number begins behind what is dialled first."""
    begins = begins[_FIRST_DIALLED.take(said.take(begins), mode="clip")]
    for prefix in DIALLED_FIRST if len(begins) else ():
        so = begins + len(prefix) < len(said)
        for step, code in enumerate(codes(prefix).tolist()):
            so &= said.take(begins + step, mode="clip") == code
        yield begins[so] + len(prefix)


def _joints(view: Lettered, said: Letters, sorts: NDArray[np.uint8]) -> Places:
    """Before which letters an address may be joined: behind an `@`, or at a word for it that stands apart."""
    apart = view.apart | (sorts != np.append(_OTHER, sorts[:-1]))
    following, behind = np.append(said[1:], 0), np.append(apart[2:], [True, True])
    words = ((said == ord("a")) & (following == ord("t"))) | ((said == ord("4")) & (following == ord("0")))
    return np.flatnonzero(view.at_signs | (words & apart & behind[: len(said)]) | (sorts == _SPELLED))


def _sums(said: Letters) -> tuple[Prints, Prints]:
    """Running sums of letter times power of the base, and the powers of its inverse; all modulo 2**64, so that the
    print of a stretch is a difference of two sums, moved to its beginning (Karp, Rabin 1987)."""
    count = len(said) + 1
    powers = np.full(count, _BASE, np.uint64)
    inverse = np.full(count, _INVERSE, np.uint64)
    powers[0] = inverse[0] = 1
    np.multiply.accumulate(powers, out=powers)
    np.multiply.accumulate(inverse, out=inverse)
    sums = np.zeros(count, np.uint64)
    np.cumsum(said * powers[:-1], out=sums[1:])
    return sums, inverse


def _mixed(values: Prints, lengths: Places) -> Prints:
    """Of a sum and of how many letters it is made."""
    return mixed(values + lengths.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93))
