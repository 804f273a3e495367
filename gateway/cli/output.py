"""Printing: JSON for scripts, aligned columns for people."""

import getpass
import json
from collections.abc import Sequence
from typing import Any

from gateway.text.terminal_table import aligned


def as_json(value: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A head and its rows, aligned."""
    print("\n".join(aligned([head, *rows])))


def actor() -> str:
    """Who is at the keyboard, for the audit log."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli:unknown"
