"""The one-time link with which the first reviewer makes an account."""

import secrets
from datetime import datetime, timedelta

from gateway.storage.protocols import Accounts

LASTS = timedelta(hours=24)


def issue_setup_link(people: Accounts, now: datetime, base_url: str) -> str | None:
    """A fresh link, valid once and for a day; None where somebody has an account already."""
    if people.any():
        return None
    token = secrets.token_urlsafe(24)
    people.issue_setup(token, now + LASTS)
    return f"{base_url}/setup/{token}"
