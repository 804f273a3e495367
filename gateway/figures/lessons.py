"""Which five lessons staff are shown: the commonest mistakes of the last whole month.

Nobody may learn from the page whether some mail of theirs was held. So it says no count, is the same all month, has
five lessons always, and goes by the month only where enough went wrong in it that no one mail decides the order;
otherwise the order is always the same.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from gateway.model.tallies import FOUND, Tally

Lesson = Literal["material", "thread", "name", "contact", "picture", "detail", "locked", "third"]
LESSONS: tuple[Lesson, ...] = get_args(Lesson)
"""In the order in which they stand where no month says another."""
SHOWN = 5
ENOUGH = 20
"""So many messages of a month, before it says anything."""
_OFTEN = 5
_KINDS: dict[str, Lesson] = {
    "material": "material",
    "thread": "thread",
    "name": "name",
    "nickname": "name",
    "address": "contact",
    "phone": "contact",
    "account": "contact",
    "government_id": "contact",
    "avatar": "picture",
    "qr_code": "picture",
    "circumstance": "detail",
    "uninspectable": "locked",
    "personal_data": "third",
}


@dataclass(frozen=True, slots=True)
class Lessons:
    """Five. `month`: its first day, where they are in its order."""

    shown: tuple[Lesson, ...]
    month: date | None


def month_before(today: date) -> tuple[date, date]:
    """The first day of the last whole month, and of the one after."""
    end = today.replace(day=1)
    return (end - timedelta(days=1)).replace(day=1), end


def lessons_of(tallies: Iterable[Tally], today: date) -> Lessons:
    """The page of today."""
    begin, end = month_before(today)
    counts = [one for one in tallies if begin <= one.day < end and one.event in FOUND]
    if sum(one.count for one in counts if one.axis == "total") < ENOUGH:
        return Lessons(LESSONS[:SHOWN], None)
    often: Counter[Lesson] = Counter()
    for one in counts:
        if one.axis == "kind" and one.value in _KINDS:
            often[_KINDS[one.value]] += one.count
    first = sorted((one for one in often if often[one] >= _OFTEN), key=lambda one: (-often[one], LESSONS.index(one)))
    rest = [one for one in LESSONS if one not in first]
    return Lessons(tuple([*first, *rest][:SHOWN]), begin)
