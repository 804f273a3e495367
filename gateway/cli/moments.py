"""A time as `--since` takes it: so long ago, or a date."""

import re
from datetime import UTC, datetime, timedelta

from gateway.errors import Problem

HELP = "30d, 12h or an RFC 3339 date"
_AGO = re.compile(r"(\d{1,6})([dh])", re.ASCII)


def moment_of(option: str, text: str | None, now: datetime) -> datetime | None:
    """`30d` and `12h` are so long ago; a date without a time begins at midnight, without a zone it is UTC. Raises
    Problem."""
    if text is None:
        return None
    try:
        if ago := _AGO.fullmatch(text):
            return now - int(ago[1]) * (timedelta(days=1) if ago[2] == "d" else timedelta(hours=1))
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Problem(option, "this is no time", "write 30d, 12h or 2026-11-30T08:00:00+08:00") from None
