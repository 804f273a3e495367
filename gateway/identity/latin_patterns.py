"""How a name in Latin letters is written: both orders, initials, titles, with and without its accents and umlauts.

In: a name as given. Out: patterns. Nothing here fails.
"""

import re
from collections.abc import Iterator

from gateway.identity.patterns import Pattern, joints_of, shared
from gateway.text.normalize import letters, normalise

_TITLES = ("mr", "ms", "mrs", "miss", "dr")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "ß": "ss", "ñ": "ny"})
_SPLIT = re.compile(r"[\s.,·‐-―-]+")


def latin_name(value: str) -> Iterator[Pattern]:
    """A Western name, or a Chinese one that was given in pinyin."""
    spellings = {_words(value), _words(value.casefold().translate(_UMLAUTS))}
    for words in sorted(spellings):
        if len(words) > 1:
            yield from _full(words)
        elif words and len(words[0]) >= 3:
            strong = len(words[0]) >= 9  # one long word: a name written without a blank
            form = shared("name", "exact", "letters", 0.8 if strong else 0.45, 0.8, "person", "latin", True)
            yield Pattern(words[0], form)


def _words(value: str) -> tuple[str, ...]:
    words = [letters(word).text for word in _SPLIT.split(normalise(value).text)]
    return tuple(word for word in words if word)


def _full(words: tuple[str, ...]) -> Iterator[Pattern]:
    first, last = words[0], words[-1]
    # `De Vries, Jan`: all that comes before or after the first word may be the family name.
    orders = {words: "exact", (*words[1:], first): "given_first", (last, *words[:-1]): "given_first"}
    orders |= {(first, last): "exact", (last, first): "given_first"}
    for order, variant in orders.items():
        joined = "".join(order)
        score = 0.95 if len(joined) >= 6 else 0.5
        form = shared("name", variant, "letters", score, 0.8, "person", "latin", True, joints_of(order))
        yield Pattern(joined, form)
    if len(first) >= 3:
        yield Pattern(first, shared("name", "given_name", "letters", 0.4, 0.65, "person", "latin", True))
    if len(last) >= 3 and last != first:
        yield Pattern(last, shared("name", "surname", "letters", 0.45, 0.7, "person", "latin", True))
    for title in _TITLES:
        form = shared("name", "surname_title", "letters", 0.4, 0.7, "report", "latin", True, (len(title),))
        yield Pattern(title + last, form)
    yield from _initials(words)


def _initials(words: tuple[str, ...]) -> Iterator[Pattern]:
    """J. Smith, Smith J., John S., J.S."""
    first, last = words[0], words[-1]
    for order in {(first[0], last), (last, first[0]), (*(word[0] for word in words[:-1]), last)}:
        if len(last) >= 3:
            form = shared("name", "initials", "letters", 0.5, 0.75, "person", "latin", True, joints_of(order))
            yield Pattern("".join(order), form)
    if len(first) >= 3:
        form = shared("name", "initials", "letters", 0.45, 0.75, "person", "latin", True, (len(first),))
        yield Pattern(first + last[0], form)
    alone = "".join(word[0] for word in words)
    yield Pattern(alone, shared("name", "initials", "token", 0.3, 0.65, "report"))
