"""`hours`: at what time of the day the message came."""

import re
from typing import Any

from gateway.policy.conditions import Condition, Wrong, has_all, texts_schema, words

_DAY = 24 * 60
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")


def _check(value: Any) -> frozenset[int]:
    """The minutes of the day; one span may go over midnight."""
    minutes: set[int] = set()
    for word in words(value):
        told = _SPAN.fullmatch(word.strip())
        if told is None:
            raise Wrong('takes times of the day, as "22:00-06:00"')
        start = int(told[1]) * 60 + int(told[2])
        end = _DAY if told[3] is None else int(told[3]) * 60 + int(told[4])
        if start == end:
            raise Wrong("takes times that begin and end at different minutes")
        minutes.update(range(start, end) if start < end else (*range(start, _DAY), *range(end)))
    return frozenset(minutes)


CONDITION = Condition(
    key="hours",
    takes='times as `"22:00-06:00"`, the end not included',
    zh="收到邮件的时刻（本机时区）在其中；可以跨过午夜",
    en="the message came at such a time of the day, by the clock and time zone of the machine; a span may go over "
    "midnight",
    check=_check,
    holds=lambda value, situation: situation.minute in value,
    covers=has_all,
    always=frozenset(range(_DAY)),
    by_envelope=lambda value, envelope: (came := envelope.received_at.astimezone()).hour * 60 + came.minute in value,
    schema=texts_schema(rf"^{_SPAN.pattern}$"),
)
