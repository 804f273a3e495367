"""`[placeholders.zh]`, `[placeholders.en]`, `[operators]` of `policy.toml`: what stands where something was taken out.

A word may not say what rewriting must never say: that anybody reported. It is one line without control characters and
without the signs that end an address, a tag or a quotation, and at most 40 characters long.

In: what the file says, and a way to name a place in it. Out: `Placeholders`, and problems.
"""

from collections.abc import Callable
from typing import Any

from gateway.errors import Problem, unknown
from gateway.model import LANGUAGES, OPERATORS, PLACEHOLDER_KINDS, Operator, Placeholders
from gateway.text.telling import tells

LONGEST = 40
CAN_BE_WORDS = tuple(kind for kind in PLACEHOLDER_KINDS if kind not in ("picture", "attachment", "other"))
_ENDING = frozenset('<>@"\\,;&')


def placeholders(value: Any, place: Callable[..., str], found: list[Problem]) -> Placeholders:
    """The words of a file; what is wrong with them is added to `found`."""
    if not isinstance(value, dict):
        found.append(Problem(place("placeholders"), "placeholders is not a table", "begin with [placeholders.zh]"))
        return Placeholders()
    own: dict[tuple[str, str], str] = {}
    for language, words in value.items():
        here = place("placeholders", language)
        if language not in LANGUAGES:
            found.append(unknown(here, "language", language, LANGUAGES))
        elif not isinstance(words, dict):
            remedy = f'write [placeholders.{language}] and name = "…"'
            found.append(Problem(here, f"placeholders.{language} is not a table", remedy))
        else:
            for kind, word in words.items():
                problem = _problem(place("placeholders", language, kind), kind, word)
                if problem is None:
                    own[language, kind] = word
                else:
                    found.append(problem)
    return Placeholders(own)


def operators(value: Any, place: Callable[..., str], found: list[Problem]) -> dict[str, Operator]:
    """By kind, what becomes of what is taken out; what is wrong is added to `found`."""
    if not isinstance(value, dict):
        remedy = 'write [operators] and name = "replace"'
        found.append(Problem(place("operators"), "operators is not a table", remedy))
        return {}
    own: dict[str, Operator] = {}
    for kind, word in value.items():
        here = place("operators", kind)
        if kind not in CAN_BE_WORDS:
            found.append(unknown(here, "kind of what is taken out", kind, CAN_BE_WORDS))
        elif word not in OPERATORS:
            found.append(unknown(here, "operator", str(word), OPERATORS))
        else:
            own[kind] = word
    return own


def _problem(here: str, kind: str, word: Any) -> Problem | None:
    if kind not in PLACEHOLDER_KINDS:
        return unknown(here, "kind of placeholder", kind, PLACEHOLDER_KINDS)
    if not isinstance(word, str) or not word.strip():
        return Problem(here, f"the placeholder for {kind} is no word", 'write text in quotation marks, as "[removed]"')
    if not word.isprintable() or len(word) > LONGEST:
        wrong = f"the placeholder for {kind} is not one line of at most {LONGEST} characters"
        return Problem(here, wrong, "write a short word, without line ends or control characters")
    if _ENDING & set(word):
        return Problem(here, f"the placeholder for {kind} has one of {' '.join(sorted(_ENDING))}", "leave it out")
    if tells(word):
        return Problem(here, f"the placeholder for {kind} speaks of reports", "say only that something was left out")
    return None
