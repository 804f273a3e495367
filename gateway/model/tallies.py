"""What is counted when it happens, by day: how much was found, and what people decided.

A count says on one axis alone what it counts, so that none of them describes one message. The words of axes that could
name somebody (a team, a domain, a recipient) are counted under keyed digests.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

TallyEvent = Literal[
    "held", "rejected", "rewritten", "released", "released_rewritten", "returned", "discarded", "expired"
]
"""`rewritten`: by itself, without a person. `released`: as it was. `expired`: discarded, since nobody decided."""
TALLY_EVENTS: tuple[TallyEvent, ...] = get_args(TallyEvent)
FOUND: tuple[TallyEvent, ...] = ("held", "rejected", "rewritten")
DECIDED: tuple[TallyEvent, ...] = ("released", "released_rewritten", "returned", "discarded")
"""By a person."""

Axis = Literal["total", "rule", "kind", "team", "domain", "recipient", "waited"]
AXES: tuple[Axis, ...] = get_args(Axis)
"""`total` counts each message once, as does `rule`; a message has several kinds, domains and recipients. `waited`: up
to how many minutes it waited for a decision."""


@dataclass(frozen=True, slots=True)
class Tally:
    """So many on one day. `value` is the word in clear (of `total` there is none)."""

    day: date
    event: TallyEvent
    axis: Axis
    value: str
    count: int


def waited_step(minutes: float) -> int:
    """Up to how many minutes somebody waited: exact to the minute for two hours, then to ten minutes, to the hour, and
    to the day."""
    whole = max(0, -int(-minutes // 1))
    for limit, step in ((120, 1), (1440, 10), (20_160, 60)):
        if whole <= limit:
            return -(-whole // step) * step
    return -(-whole // 1440) * 1440
