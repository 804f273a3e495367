"""Whether a message is a reported party's, though no report knows the address: two signs of one party stand in it.

A name is many people's, and a room number may be an order's. But whoever is greeted by the name and told the number of
the room is the party. The signs: a greeting (or the name beside an address in `To`); the name anywhere else; each
account, and the id of the report. What is said twice is one sign.

In: a reading and subjects. Out: a truth value. Pure.
"""

from collections.abc import Iterable

import numpy as np

from gateway.model import Reading
from gateway.reports import Subject
from gateway.text.callings import Callings, callings, callings_of, greeted

_BESIDE_ADDRESSES = frozenset(("to", "cc", "bcc", "resent-to", "resent-cc"))
_BODIES = frozenset(("text", "html"))
_ATTACHED = frozenset(("document", "picture", "code", "file_name"))
_ENOUGH = 2


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
    return any(_signs(subject, spoken_to, said) >= _ENOUGH for subject in subjects)


def _signs(subject: Subject, spoken_to: Callings, said: Callings) -> int:
    asked = {word: callings_of(word) for word in (*subject.own, subject.report)}
    found = {word for word, keys in asked.items() if np.isin(keys, said).any()}
    # `room:88412345` is known with and without its service.
    apart = {word for word in found if not any(word != other and word in other for other in found)}
    return len(apart) + any(np.isin(keys, spoken_to).any() for keys in asked.values())
