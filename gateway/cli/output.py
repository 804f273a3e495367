"""Printing: JSON for scripts, aligned columns for people and pipes; what only a terminal gets is in `terminal`."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal

from gateway.text.terminal_table import aligned


def as_json(value: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A head and its rows: as wide as the terminal is, or one line a row where nobody looks on."""
    if sys.stdout.isatty():
        from gateway.cli import terminal  # loading it takes longer than all else that a list does

        terminal.table(head, rows)
    else:
        print("\n".join(aligned([head, *rows])))


def progress(label: str) -> AbstractContextManager[Callable[[int, int], None]]:
    """Whom to tell how many are done, and of how many; a terminal shows it on stderr, nobody else hears of it."""
    if sys.stderr.isatty():
        from gateway.cli import terminal

        return terminal.progress(label)
    return nullcontext(lambda done, of: None)


def language() -> Literal["zh", "en"]:
    """That of the terminal, as its variables say it: the first that is set holds (POSIX)."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if said.lower().startswith("zh") else "en"


def actor() -> str:
    """Who is at the keyboard, for the audit log: who signed in to the machine, also after `su` or `sudo`, where the
    system knows that; else whose this process is. Never what a variable says, which anybody can set."""
    from gateway.service.os_users import actor_of

    return actor_of("self", os.getuid())
