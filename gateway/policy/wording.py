"""What a rule says to people and programs: `say`, `headers`, `notify`. Words that would tell anything are refused.

In: what the file has. Out: checked values, and problems. Pure.
"""

import re
from collections.abc import Callable
from typing import Any

from gateway.errors import Problem, unknown
from gateway.model import LANGUAGES, Language
from gateway.policy.schema import TOLD, Told
from gateway.text.telling import tells

LONGEST_SAID, LONGEST_VALUE, MOST_HEADERS = 300, 200, 10
HEADER_NAME = r"^X-[A-Za-z0-9][A-Za-z0-9-]{0,60}$"
HEADER_VALUE = r"^[!-~]([ -~]{0,198}[!-~])?$"
_NAME, _VALUE = re.compile(HEADER_NAME), re.compile(HEADER_VALUE)
_OURS = frozenset(("x-auto-response-suppress",))


def sentences(value: Any, place: Callable[..., str], found: list[Problem]) -> tuple[tuple[Language, str], ...]:
    """The sentence of a rule by language. `place()` is that of the table, `place(key)` of a key."""
    if not isinstance(value, dict) or not value:
        found.append(Problem(place(), "say is not a table", 'write say = { zh = "…", en = "…" }'))
        return ()
    kept: list[tuple[Language, str]] = []
    for language, words in value.items():
        here = place(language)
        if language not in LANGUAGES:
            found.append(unknown(here, "language", language, LANGUAGES))
        elif not isinstance(words, str) or not words.strip():
            found.append(Problem(here, f"say.{language} is no sentence", "write text in quotation marks"))
        elif not words.isprintable() or len(words) > LONGEST_SAID:
            wrong = f"say.{language} is not one line of at most {LONGEST_SAID} characters"
            found.append(Problem(here, wrong, "write a sentence or two, without line ends or control characters"))
        elif tells(words):
            wrong = f"say.{language} speaks of reports or complaints"
            found.append(
                Problem(here, wrong, "say what the sender can do; its sender must not learn that anybody reported")
            )
        else:
            kept.append(("zh" if language == "zh" else "en", words.strip()))
    return tuple(kept)


def headers(value: Any, place: Callable[..., str], found: list[Problem]) -> tuple[str, ...]:
    """Fields as they are written: `X-Name: value`."""
    if not isinstance(value, dict) or not value:
        found.append(Problem(place(), "headers is not a table", 'write headers = { X-Checked = "yes" }'))
        return ()
    if len(value) > MOST_HEADERS:
        found.append(Problem(place(), f"headers has more than {MOST_HEADERS} fields", "leave some out"))
    kept = []
    for name, words in value.items():
        here = place(name)
        if not _NAME.fullmatch(name) or name.lower() in _OURS:
            found.append(Problem(here, f"no rule may add the field {name!r}", "write a name as X-Mail-Checked"))
        elif not isinstance(words, str) or not _VALUE.fullmatch(words):
            wrong = f"the value of {name} is not one line of at most {LONGEST_VALUE} ASCII characters"
            found.append(Problem(here, wrong, 'write a fixed word in quotation marks, as "yes"'))
        elif any(tells(f"{name}{words}".replace("-", between)) for between in ("-", "", " ")):
            found.append(Problem(here, f"{name} speaks of reports or complaints", "say only that it was checked"))
        else:
            kept.append(f"{name}: {words}")
    return tuple(kept)


def notified(value: Any, place: Callable[..., str], found: list[Problem]) -> frozenset[Told]:
    """Who is told."""
    if isinstance(value, bool):
        return frozenset(TOLD if value else ())
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not words:
        found.append(Problem(place(), "notify is not right", 'write true, false, or some of ["sender", "reviewers"]'))
        return frozenset(TOLD)
    for number, word in enumerate(words):
        if word not in TOLD:
            found.append(unknown(place(number) if value is words else place(), "addressee", str(word), TOLD))
    return frozenset(word for word in TOLD if word in words)
