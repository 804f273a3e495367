"""Times as options take them: a span (`30d`), so long ago, or a date."""

import re
from datetime import UTC, datetime, timedelta

from gateway.errors import Problem

HELP = "30d, 12h or an RFC 3339 date"
_SPAN = re.compile(r"(\d{1,6})([dh])", re.ASCII)


def span_of(text: str) -> timedelta | None:
    """How long `30d` and `12h` are; None for what is no span."""
    if (match := _SPAN.fullmatch(text)) is None:
        return None
    return int(match[1]) * (timedelta(days=1) if match[2] == "d" else timedelta(hours=1))


def moment_of(option: str, text: str | None, now: datetime) -> datetime | None:
    """`30d` and `12h` are so long ago; a date without a time begins at midnight, without a zone it is UTC. Raises
    Problem."""
    if text is None:
        return None
    try:
        if (ago := span_of(text)) is not None:
            return now - ago
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Problem(option, "this is no time", "write 30d, 12h or 2026-11-30T08:00:00+08:00") from None
