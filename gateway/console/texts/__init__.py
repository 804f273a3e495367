"""Every text of the console, Chinese first; a module for each room of pages. Each key stands in one of them."""

from gateway.console.texts import (
    accounts,
    audit,
    every_page,
    figures,
    findings,
    late,
    message,
    queue,
    reports,
    rules,
    watched,
)

ROOMS = (accounts, audit, every_page, figures, findings, late, message, queue, reports, rules, watched)
TEXTS: dict[str, tuple[str, str]] = {key: said for room in ROOMS for key, said in room.TEXTS.items()}
"""By key: Chinese, English."""
