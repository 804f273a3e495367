"""How many candidates a message lists: numbers, addresses, accounts, or names, by what was found in it.

Somebody who guesses puts many into one mail. A letter, a signature and a few quoted answers have some ten of them.
In: a reading and the kinds of what was found. Out: a count. Pure; it looks at the first megabyte of text, and what is
longer lists more than anybody counts.
"""

import re
from collections.abc import Container

from gateway.fingerprints.folding import ascii_of
from gateway.model import Kind, Reading
from gateway.text.digits import NUMERALS

_MOST_TEXT = 1_000_000
_NAMES_IN_PROSE = 8
"""A text between commas has short runs of Han as a list of names has; eight times as many are a list."""
_NUMBER = re.compile(rb"[0-9](?:[ \t.()+/_-]{0,3}[0-9]){6,}[xX]?")
_DIGITS_OF_ONE = 11
_NUMERALS = re.compile(f"[{''.join(map(chr, NUMERALS))}]{{7,}}")
_ADDRESS = re.compile(rb"[0-9A-Za-z._%+-]{1,64}+@[0-9A-Za-z-]{1,63}+(?:\.[0-9A-Za-z-]{1,63}+){1,126}+")
"""RFC 5321 section 4.5.3.1, RFC 1035 section 2.3.4. Every part has an end: from each letter of a run without one the
whole run would be tried, in one call that nothing interrupts and beside which no other thread runs."""
_ACCOUNT = re.compile(rb"(?<![0-9A-Za-z_-])(?=[0-9A-Za-z_-]*[0-9_])(?=[0-9A-Za-z_-]*[A-Za-z])[0-9A-Za-z_-]{6,30}")
_NAME = re.compile("(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])")
_NUMBERS: frozenset[Kind] = frozenset(("phone", "government_id", "account"))
_NAMES: frozenset[Kind] = frozenset(("name", "nickname"))
EVERY: frozenset[Kind] = frozenset(("phone", "address", "account", "name"))
"""What is counted where it shall not matter what was found: so many of one of these are a list, whatever it is for."""


def listed(reading: Reading, kinds: Container[Kind]) -> int:
    """How many different ones there are of that sort, among those that were found, of which there are most. One that
    counts more kinds never counts less."""
    numbers, addresses, accounts, numerals, names = set[bytes](), set[bytes](), set[bytes](), set[str](), set[str]()
    left = _MOST_TEXT
    for fragment in reading.texts:
        if len(fragment.text) > left:
            return _MOST_TEXT
        text = fragment.text
        left -= len(text)
        plain = ascii_of(text)
        if any(kind in kinds for kind in _NUMBERS):
            numbers.update(_NUMBER.findall(plain))
            numerals.update(_NUMERALS.findall(text))
        if "address" in kinds:
            addresses.update(_ADDRESS.findall(plain))
        if "account" in kinds or "nickname" in kinds:
            accounts.update(_ACCOUNT.findall(plain))
        if any(kind in kinds for kind in _NAMES):
            names.update(_NAME.findall(text))
    # Side by side they are one run.
    digits = sum(max(1, sum(0x30 <= c < 0x3A for c in run) // _DIGITS_OF_ONE) for run in numbers)
    return max(digits, len(numerals), len(addresses), len(accounts), len(names) // _NAMES_IN_PROSE)
