"""How many candidates a message lists: numbers, addresses, accounts, or names, by what was found in it.

Somebody who guesses puts many into one mail. A letter, a signature and a few quoted answers have some ten of them.
In: a reading and the kinds of what was found. Out: a count. Pure; it looks at the first megabyte of text.
"""

import re
from collections.abc import Container

from gateway.model import Kind, Reading
from gateway.text.digits import NUMERALS
from gateway.text.folded import ascii_of

_MOST_TEXT = 1_000_000
_NAMES_IN_PROSE = 4
"""A text between commas has short runs of Han as a list of names has; four times as many are a list."""
_NUMBER = re.compile(rb"[0-9](?:[ \t.()+/_-]{0,3}[0-9]){6,}[xX]?")
_DIGITS_OF_ONE = 11
_NUMERALS = re.compile(f"[{''.join(map(chr, NUMERALS))}]{{7,}}")
_ADDRESS = re.compile(rb"(?<![0-9A-Za-z._%+-])[0-9A-Za-z._%+-]++@[0-9A-Za-z-]++(?:\.[0-9A-Za-z-]++)++")
"""Begun once a word, and never gone back in: a mail may be one word of a megabyte."""
_ACCOUNT = re.compile(rb"(?<![0-9A-Za-z_-])(?=[0-9A-Za-z_-]*[0-9_])(?=[0-9A-Za-z_-]*[A-Za-z])[0-9A-Za-z_-]{6,30}")
_NAME = re.compile("(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])")
_NUMBERS: frozenset[Kind] = frozenset(("phone", "government_id", "account"))
_NAMES: frozenset[Kind] = frozenset(("name", "nickname"))
STRONG: frozenset[Kind] = frozenset(("phone", "address", "account"))
ANY: frozenset[Kind] = frozenset(("phone", "address"))
"""What is counted where nothing was found: so many of these are a list, whatever it is for."""


def listed(reading: Reading, kinds: Container[Kind]) -> int:
    """How many different ones there are of the sorts that were found."""
    numbers, others, names, digits, left = set[bytes](), set[bytes](), set[str](), 0, _MOST_TEXT
    for fragment in reading.texts:
        text = fragment.text[:left]
        left -= len(text)
        plain = ascii_of(text)
        if any(kind in kinds for kind in _NUMBERS):
            numbers.update(_NUMBER.findall(plain))
            names.update(_NUMERALS.findall(text))
        if "address" in kinds:
            others.update(_ADDRESS.findall(plain))
        if "account" in kinds or "nickname" in kinds:
            others.update(_ACCOUNT.findall(plain))
        if any(kind in kinds for kind in _NAMES):
            names.update(_NAME.findall(text))
        if left <= 0:
            break
    for run in numbers:  # side by side they are one run
        digits += max(1, sum(0x30 <= c < 0x3A for c in run) // _DIGITS_OF_ONE)
    shown = len(names) if not any(kind in kinds for kind in _NAMES) else len(names) // _NAMES_IN_PROSE
    return max(digits, shown) + len(others)
