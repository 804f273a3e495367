"""`[limits]` of `policy.toml`: how much of one sender may be held or rewritten before somebody looks.

In: the table as the file gives it. Out: `Limits`, its mistakes, and what is hardly meant. Pure.
"""

from dataclasses import fields
from typing import Any

from gateway.errors import Problem, unknown
from gateway.policy.schema import Limits
from gateway.settings.toml_file import Document

_MOST = 1_000_000
_KEYS = tuple(one.name for one in fields(Limits))


def limits_of(document: Document, value: Any, found: list[Problem]) -> Limits:
    """What is not said has its default."""
    if not isinstance(value, dict):
        place = document.place("limits")
        found.append(Problem(place, "limits is not a table", "write [limits] and found_per_hour = 100"))
        return Limits()
    given: dict[str, int] = {}
    for key, number in value.items():
        place = document.place("limits", key)
        if key not in _KEYS:
            found.append(unknown(place, "key of [limits]", key, _KEYS))
        elif not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= _MOST:
            found.append(Problem(place, f"{key} is not right", f"write a number from 0 (off) to {_MOST}"))
        else:
            given[key] = number
    return Limits(**given)


def limit_warnings(limits: Limits, place: str) -> list[Problem]:
    """What the table may say and hardly means."""
    if limits.off():
        wrong = "no limit is set: a sender may find out who reported by trying"
        return [Problem(place, wrong, "set found_per_hour, found_per_day, lists_per_hour or lists_per_day")]
    if limits.found_per_hour and limits.alert_per_hour > limits.found_per_hour:
        return [Problem(place, "alert_per_hour is above found_per_hour", "an alert comes before what it warns of")]
    return []
