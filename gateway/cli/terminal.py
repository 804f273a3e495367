"""What a person at a terminal sees: tables that fit its width, and how far a long command is. Never used for pipes.

The words in a table come from reports and mails. A control character in one would move the cursor or say more to the
terminal, so it is shown as �; square brackets are no markup.

In: rows; (done, of how many). Out: lines on stdout, a line that changes on stderr. Nothing here fails by its input.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

Advance = Callable[[int, int], None]
"""Called with how many are done, and of how many."""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as the terminal has room; a cell that is too long goes on in the next line. Ids stay whole."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for number, name in enumerate(head):
        shown.add_column(name, no_wrap=number == 0, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(_harmless(cell)) for cell in row))
    Console(file=sys.stdout, highlight=False).print(shown)


@contextmanager
def progress(label: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Advance]:
    """A line on stderr that says how many are done and how long the rest takes; it goes when all is done.

    It is drawn by whoever calls, at most ten times a second: a thread of its own would be in the way of processes that
    are forked meanwhile.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    line = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    task = line.add_task(label, total=None)
    drawn = float("-inf")

    def advance(done: int, of: int) -> None:
        nonlocal drawn
        line.update(task, completed=done, total=of)
        now = clock()
        if now - drawn >= 0.1 or done == of:
            drawn = now
            line.refresh()

    with line:
        yield advance


def _harmless(text: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
