"""How long a message has waited, in words, and whether that is over the target. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.console.i18n import Translations


@dataclass(frozen=True, slots=True)
class WaitingTime:
    """`words`: what a page says. `late`: over the target."""

    words: str
    late: bool = False


def waiting_time(since: datetime, now: datetime, target: timedelta, words: Translations) -> WaitingTime:
    """Of a message that waits for a decision. A clock that was set back makes nobody wait less than no time."""
    waited = max(timedelta(), now - since)
    if waited > target:
        return WaitingTime(
            words["waited_late"].format(waited=_span(waited, words), over=_span(waited - target, words)), True
        )
    return WaitingTime(words["waited"].format(waited=_span(waited, words)))


def _span(span: timedelta, words: Translations) -> str:
    """Two units at most: nobody decides by the second."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return words["under_a_minute"]
    if minutes < 60:
        return words["minutes"].format(minutes=minutes)
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return words["hours"].format(hours=hours) + (words["and_minutes"].format(minutes=rest) if rest else "")
    days, rest = divmod(minutes, 24 * 60)
    return words["days"].format(days=days) + (words["and_hours"].format(hours=rest // 60) if rest >= 60 else "")
