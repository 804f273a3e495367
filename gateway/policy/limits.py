"""`[limits]` of `policy.toml`: what happens when much of one sender is held or rewritten.

In: the table as the file gives it. Out: `SenderLimits`, its mistakes, and what is hardly meant. Pure.
"""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from gateway.errors import Problem, unknown
from gateway.policy.schema import SenderLimits
from gateway.settings.toml_file import Document

MOST = 1_000_000
MOST_SECONDS = 30
_LETTER = 10
"""Numbers or addresses in a letter with a signature and a few quoted answers."""
_KEYS = tuple(one.name for one in fields(SenderLimits))


def limits_of(document: Document, value: Any, found: list[Problem]) -> SenderLimits:
    """What is not said has its default."""
    if not isinstance(value, dict):
        place = document.place("limits")
        found.append(Problem(place, "limits is not a table", "write [limits] and slow_per_hour = 100"))
        return SenderLimits()
    given: dict[str, Any] = {}
    for key, number in value.items():
        place = document.place("limits", key)
        if key not in _KEYS:
            found.append(unknown(place, "key of [limits]", key, _KEYS))
        elif key == "slow_seconds":
            if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number <= MOST_SECONDS:
                found.append(Problem(place, f"{key} is not right", f"write seconds from 0 (off) to {MOST_SECONDS}"))
            else:
                given[key] = number
        elif not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MOST:
            found.append(Problem(place, f"{key} is not right", f"write a number from 0 (off) to {MOST}"))
        else:
            given[key] = number
    return SenderLimits(**given)


def limit_warnings(limits: SenderLimits, place: str) -> list[Problem]:
    """What the table may say and hardly means."""
    if limits.off():
        wrong = "no limit is set: a sender may find out who reported by trying"
        return [Problem(place, wrong, "set lists_per_hour and list_from, or slow_per_hour and slow_seconds")]
    return list(_odd(limits, place))


def _odd(limits: SenderLimits, place: str) -> Iterator[Problem]:
    slow_hour, slow_day = (limits.slow_per_hour, limits.slow_per_day) if limits.slows() else (0, 0)
    for key, hour in (("slow_per_hour", slow_hour), ("found_per_hour", limits.found_per_hour)):
        if 0 < hour < limits.alert_per_hour:
            yield Problem(place, f"alert_per_hour is above {key}", "an alert comes before what it warns of")
    for span, slow, found in (("hour", slow_hour, limits.found_per_hour), ("day", slow_day, limits.found_per_day)):
        if 0 < found <= slow:
            wrong = f"found_per_{span} is not above slow_per_{span}, so that all is held before anybody is slowed"
            yield Problem(place, wrong, "a sender is slowed first; 0 holds nobody's other mail")
    if limits.holds_lists() and limits.list_from < _LETTER:
        yield Problem(place, f"list_from is {limits.list_from}: letters count as lists", f"{_LETTER} or more are one")
