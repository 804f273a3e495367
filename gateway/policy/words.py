"""`[words]` of `policy.toml`: what it adds to the words by which service mail is told from a report, or takes away.

A word is one line of 2 to 40 characters, with two Chinese characters or three Latin letters at least: a shorter one
would stand in half of all mail.

In: what the file says, and a way to name a place in it. Out: `Words`, its mistakes, and what is hardly meant. Pure.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from gateway.errors import Problem, unknown
from gateway.model.words import Words
from gateway.text.normalize import letters_alone

_KEYS = tuple(one.name for one in fields(Words))
_LONGEST, _MOST = 40, 500
_LEAST_HAN, _LEAST_LATIN = 2, 3
_OPPOSITE = {"service": "not_service", "complaint": "not_complaint"}
_SHORT = "write two Chinese characters or three letters at least: a shorter word stands in half of all mail"
_PLAIN = re.compile(
    r"(?:举报|投诉|检举|告发|揭发|被?举报[人者]|被?投诉[人者方]|complain(?:t|ts|ed|ant|ants)?|whistleblowers?|reported(?:you|by)?)\Z"
)


def words_of(value: Any, place: Callable[..., str], found: list[Problem]) -> Words:
    """The words of a file; what is wrong with them is added to `found`."""
    if not isinstance(value, dict):
        found.append(Problem(place("words"), "words is not a table", 'write [words] and service = ["…"]'))
        return Words()
    given: dict[str, tuple[str, ...]] = {}
    for key, words in value.items():
        if key not in _KEYS:
            found.append(unknown(place("words", key), "key of [words]", key, _KEYS))
        elif not isinstance(words, list):
            found.append(Problem(place("words", key), f"{key} is not a list", f'write {key} = ["…", "…"]'))
        elif len(words) > _MOST:
            found.append(Problem(place("words", key), f"{key} has more than {_MOST} words", "leave some out"))
        else:
            given[key] = tuple(word for word in words if isinstance(word, str))
            for number, word in enumerate(words):
                if problem := _problem(place("words", key, number), key, word):
                    found.append(problem)
    for key, other in _OPPOSITE.items():
        taken = set(map(letters_alone, given.get(other, ())))
        for number, word in enumerate(given.get(key, ())):
            if letters_alone(word) in taken:
                wrong = f"{word!r} stands in {key} and in {other}"
                found.append(Problem(place("words", key, number), wrong, f"leave it out of {key} or of {other}"))
    return Words(**given)


def word_warnings(words: Words, place: Callable[..., str]) -> Iterator[Problem]:
    """A list that takes away the plain words of a report."""
    for number, word in enumerate(words.not_complaint):
        if _PLAIN.match(letters_alone(word)):
            wrong = f"not_complaint has {word!r}: a number beside this word passes as service mail"
            yield Problem(place("words", "not_complaint", number), wrong, "write the whole phrase that is meant")


def _problem(here: str, key: str, word: Any) -> Problem | None:
    if not isinstance(word, str):
        return Problem(here, f"{key} has what is no word", 'write text in quotation marks, as "退款"')
    if not word.isprintable() or len(word) > _LONGEST:
        wrong = f"{key} has what is not one line of at most {_LONGEST} characters"
        return Problem(here, wrong, "write a word or a short phrase, without line ends or control characters")
    plain = letters_alone(word)
    if len(plain) < (_LEAST_LATIN if plain.isascii() else _LEAST_HAN):
        return Problem(here, f"{key} has {word!r}, which is too short", _SHORT)
    return None
