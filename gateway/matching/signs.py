"""Whether a message is a reported party's, though no report knows the address: two signs of one party stand in it.

A name is many people's, and a room number may be an order's. But whoever is greeted by the name and told the number of
the room is the party. The signs: a greeting (or the name beside an address in `To`); the name anywhere else; each
account, and the id of the report. What is said twice is one sign. Which party it may be is known here, so a name of
several Latin words and a number in groups, for which nobody can be asked beforehand, are looked for as well.

In: a reading and subjects. Out: a truth value. Pure.
"""

import re
from collections.abc import Iterable

import numpy as np

from gateway.fingerprints.mentions import Callings, callings, callings_of, greeted
from gateway.identity import Subject
from gateway.model import Reading
from gateway.text.normalize import Normal, letters

_BESIDE_ADDRESSES = frozenset(("to", "cc", "bcc", "resent-to", "resent-cc"))
_BODIES = frozenset(("text", "html"))
_ATTACHED = frozenset(("document", "picture", "code", "file_name"))
_ENOUGH = 2
_SHORTEST_NAME, _SHORTEST_NUMBER = 6, 5
_TRIES = 1000
_IN_NAMES = re.compile(r"(?:\w[ \t\r\n._'’·-]{0,3})+")
_IN_NUMBERS = re.compile(r"(?:\w[ \t-]?)+")


def is_a_party_s(reading: Reading, subjects: Iterable[Subject]) -> bool:
    """Whether there are two signs of one of them."""
    beside = [fragment.text for fragment in reading.texts if fragment.label in _BESIDE_ADDRESSES]
    greetings, rest = list[str](), list[str]()
    for fragment in reading.texts:
        if fragment.medium in _BODIES:
            greeting, left = greeted(fragment.text)
            greetings.append(greeting)
            rest.append(left)
        elif fragment.label == "subject" or fragment.medium in _ATTACHED:
            rest.append(fragment.text)
    spoken_to = callings("\n".join(greetings), beside)
    said = callings("\n".join(rest))
    text = "\n".join(rest)
    shown = letters(text)
    return any(_signs(subject, spoken_to, said, text, shown) >= _ENOUGH for subject in subjects)


def _signs(subject: Subject, spoken_to: Callings, said: Callings, text: str, shown: Normal) -> int:
    asked = {word: callings_of(word) for word in (*subject.own, subject.report)}
    found = {word for word, keys in asked.items() if np.isin(keys, said).any() or _stands_in(text, shown, word)}
    # `room:88412345` is known with and without its service.
    apart = {word for word in found if not any(word != other and word in other for other in found)}
    return len(apart) + any(np.isin(keys, spoken_to).any() for keys in asked.values())


def _stands_in(text: str, shown: Normal, word: str) -> bool:
    """Whether a Latin name or a number stands there as words of its own, with blanks and signs of its kind between."""
    if not word.isascii() or len(word) < (_SHORTEST_NUMBER if word.isdigit() else _SHORTEST_NAME):
        return False
    between = _IN_NUMBERS if word.isdigit() else _IN_NAMES
    at = shown.text.find(word)
    for _ in range(_TRIES):
        if at < 0:
            return False
        start, end = shown.origin(at, at + len(word))
        around = text[max(0, start - 1) : start] + text[end : end + 1]
        goes_on = str.isdigit if word.isdigit() else str.isalpha
        if not any(c.isascii() and goes_on(c) for c in around) and between.fullmatch(text, start, end):
            return True
        at = shown.text.find(word, at + 1)
    return False
