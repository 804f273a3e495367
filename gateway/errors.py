"""What goes wrong, one class for each thing that a caller does differently.

    HushgateError
    ├── Problem         a person must put it right: one line on stderr, exit 2
    │   ├── Problems        several of one file: one line each
    │   └── CannotChange    what a reviewer asks of a rewriting cannot be done or proved
    ├── Unavailable     cannot decide now: the client hears 451 and tries again
    │   ├── StoreUnavailable    database locked, gone or full
    │   ├── ReaderDied          the worker that parsed the message was killed
    │   ├── Abandoned           nobody waits for the answer any more
    │   └── Late                the machine was too busy to finish in time: tried again, then `OutOfTime`
    ├── ReaderTimedOut  the message takes more processor time or memory than it may: it is `uninspectable`
    ├── OutOfTime       work was not finished in its time: what was not looked at is `uninspectable`
    └── CannotRewrite   an edit cannot be made in these bytes: the message is held instead

Texts of these errors never carry message content, an address or a name: they reach logs.
(`Problem` may name a file, a line and a key that its reader wrote. Not frozen: Python sets `__traceback__`.)
"""

import builtins
import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import Literal


class HushgateError(Exception):
    """Root of everything this package raises on purpose."""


class Problem(HushgateError):
    """Something a person must put right: where it is, what is wrong, what would be right."""

    def __init__(self, place: str, wrong: str, remedy: str = "") -> None:
        self.place, self.wrong, self.remedy = place, wrong, remedy
        super().__init__(f"{place}: {wrong}" + (f"; {remedy}" if remedy else ""))

    @property
    def pointed(self) -> str:
        """The same with the column at its end, where that is known: who reads `policy.toml:12: …` reads on as ever."""
        column = getattr(self.place, "column", 0)
        return f"{self} (column {column})" if column else str(self)


class Problems(Problem):
    """Several at once, so that whoever puts them right is not told one at a time. `found` has at least one."""

    def __init__(self, found: Sequence[Problem]) -> None:
        self.found = tuple(found)
        super().__init__(found[0].place, found[0].wrong, found[0].remedy)

    def __str__(self) -> str:
        return "\n".join(map(str, self.found))


class CannotChange(Problem):
    """What a reviewer asks of a rewriting: `add`, a place cannot be taken out; `drop`, what stays would tell, or could
    not be proved; `moved`, the form is not the one that was shown."""

    def __init__(self, place: str, why: Literal["add", "drop", "moved"], wrong: str) -> None:
        super().__init__(place, wrong, "look at it again")
        self.why = why


def raise_all(found: Sequence[Problem]) -> None:
    """Raise what was found, if anything was."""
    if found:
        raise found[0] if len(found) == 1 else Problems(found)


class Unavailable(HushgateError):
    """No decision can be made now; the same message may go through later."""


class StoreUnavailable(Unavailable):
    """The database is locked, gone, full or damaged. Nothing was written."""


class ReaderDied(Unavailable):
    """The process that parsed a message ended before it answered."""


class Abandoned(Unavailable):
    """The client, the relay or the process that asked is gone; work for it stops where it stands."""


class Late(Unavailable):
    """The clock ended work that was within its limits of processor time: the machine's fault, not the mail's."""


class OutOfTime(HushgateError):
    """A piece of work met its deadline: what was not searched to its end was not searched."""


class ReaderTimedOut(HushgateError):
    """Parsing took more processor time, or more memory, than a message may take."""


class CannotRewrite(HushgateError, ValueError):
    """An edit has no place in these bytes, or its place may not be changed (an address, an encoded part)."""


Failed = Callable[[BaseException], None]
"""Told of a fault of our own that the work went on after."""


def ignored(error: BaseException) -> None:
    """Nothing is done: for who works where nobody counts."""


def raised_at(error: BaseException) -> tuple[str, int]:
    """The innermost module of this package in the traceback, and the line; empty and 0 where there is none."""
    module, line = "", 0
    trace = error.__traceback__
    while trace is not None:
        name = str(trace.tb_frame.f_globals.get("__name__", ""))
        if name == "gateway" or name.startswith("gateway."):
            module, line = name, trace.tb_lineno
        trace = trace.tb_next
    return module, line


def is_our_own(error: BaseException) -> bool:
    """Whether code of this package raised it, and not a library that this package called."""
    trace = error.__traceback__
    name = ""
    while trace is not None:
        name = str(trace.tb_frame.f_globals.get("__name__", ""))
        trace = trace.tb_next
    return name == "gateway" or name.startswith("gateway.")


def builtin_name(error: BaseException) -> str:
    """The class of an exception, or the nearest one of Python's own that it is a kind of."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == builtins.__name__)


def unknown(place: str, what: str, word: str, known: Iterable[str]) -> Problem:
    """A word that is not in a closed list: `policy.toml:12: unknown kind 'avtar'; did you mean 'avatar'?`"""
    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(known)}"
    return Problem(place, f"unknown {what} {word!r}", remedy)
