"""A long text a block at a time, so that whoever waits for what is looked for in it can say that it is enough.

A pattern over ten megabytes is one call that nothing stops. Here it sees a block and as much behind it as it can reach,
and finds the same: what begins in a block is found in that block, once. A `Pause` is called between blocks; it may
raise, and what it raises goes to whoever asked.

In: a pattern or an automaton, a text. Out: what it finds, in order. Nothing is raised but by the pause.
"""

import re
from collections.abc import Callable, Iterator

from ahocorasick_rs import AhoCorasick

BLOCK = 1 << 16
"""Characters. The slowest pattern of ours takes about 10 ms for so many."""

Pause = Callable[[], None]


def nothing() -> None:
    """No pause."""


def matches(
    pattern: re.Pattern[str], text: str, reach: int, pause: Pause = nothing, block: int = BLOCK
) -> Iterator[re.Match[str]]:
    """As `pattern.finditer(text)`. No match, with what it looks at behind it, goes further than `reach` from where it
    begins; and it is never empty."""
    at = 0
    while at < len(text):
        pause()
        stop = at + block
        for match in pattern.finditer(text, at, min(len(text), stop + reach)):
            if match.start() >= stop:
                break
            yield match
            at = match.end()
        at = max(at, stop)


def literals(
    automaton: AhoCorasick, longest: int, text: str, pause: Pause = nothing, block: int = BLOCK
) -> Iterator[tuple[int, int, int]]:
    """(literal, start, end) of every occurrence, overlapping ones too, by their ends. None is longer than `longest`."""
    for at in range(0, len(text), block):
        pause()
        first = max(0, at - longest + 1)
        for literal, start, end in automaton.find_matches_as_indexes(text[first : at + block], overlapping=True):
            if first + end > at:
                yield literal, first + start, first + end


def translated(text: str, table: dict[int, str], pause: Pause = nothing, block: int = BLOCK) -> str:
    """As `text.translate(table)`."""
    if len(text) <= block:
        return text.translate(table)
    pieces = []
    for at in range(0, len(text), block):
        pause()
        pieces.append(text[at : at + block].translate(table))
    return "".join(pieces)
