"""All cells of a column of which one is taken out: where every name of a table goes, the gap tells nobody's.

A table is as many lines as stand together with as many cells each, parted by tabs, bars, commas or semicolons. Its
first line stays where it names the column.

In: a text and what is to be cut out of it. Out: the same with the other cells of each column; None where something is
to be cut out that is no cell of a table, or the only one of its column. Pure; linear.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gateway.rewriting.telling import Replacement

Span = tuple[int, int]
_SIGNS = "\t|｜,;"
_AROUND_CELLS = " \u3000\"'“”[]"
_TITLE = re.compile(
    r"(?:[\w ]{0,12})?(?:姓名|名字|昵称|称呼|观众|用户|客户|联系人|收件人|电话|手机|号码|邮箱|账号|微信|人员?"
    r"|name|nick|user|viewer|client|contact|phone|mobile|mail|account|id)(?:[\w ]{0,8})?",
    re.IGNORECASE,
)
_MOST_COLUMNS = 20
"""Of all tables of a text: each is looked at once for every column of which something goes."""


def whole_columns(text: str, cuts: Sequence[Replacement]) -> tuple[Replacement, ...] | None:
    """The cuts, and every other cell of their columns."""
    lines = list(_lines(text))
    taken: dict[Span, Replacement] = {}
    at = columns = 0
    for cut in sorted(cuts, key=lambda one: one.start):
        if (cut.start, cut.end) in taken:
            continue
        while at < len(lines) and lines[at][1] < cut.end:
            at += 1
        if at == len(lines) or not lines[at][0] <= cut.start:
            return None
        cells = next((cells for sign in _SIGNS if (cells := _cells(text, lines[at], sign))), None)
        if cells is None:
            return None
        sign = text[cells[0][1]]
        column = next((n for n, cell in enumerate(cells) if _bare(text, cell) == (cut.start, cut.end)), None)
        if column is None:
            return None
        columns += 1
        if columns > _MOST_COLUMNS:
            return None
        others = [cell for cell in _column(text, lines, at, sign, len(cells), column) if cell != (cut.start, cut.end)]
        if not others:
            return None
        taken[cut.start, cut.end] = cut
        for cell in others:
            taken.setdefault(cell, replace(cut, start=cell[0], end=cell[1]))
    return tuple(taken[span] for span in sorted(taken))


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for match in re.finditer(r"\r?\n|\r|\Z", text):
        yield start, match.start()
        start = match.end()


def _cells(text: str, line: Span, sign: str) -> list[Span]:
    """Where the cells stand, each with what is around it; none where there is but one."""
    ends, quoted = [], False
    for at in range(*line):
        if text[at] == '"':
            quoted = not quoted
        elif text[at] == sign and not quoted:
            ends.append(at)
    if not ends:
        return []
    return list(zip([line[0], *(end + 1 for end in ends)], [*ends, line[1]], strict=True))


def _bare(text: str, cell: Span) -> Span:
    said = text[slice(*cell)]
    first = cell[0] + len(said) - len(said.lstrip(_AROUND_CELLS))
    return first, max(first, cell[1] - len(said) + len(said.rstrip(_AROUND_CELLS)))


def _column(text: str, lines: Sequence[Span], at: int, sign: str, count: int, column: int) -> Iterator[Span]:
    """The cells of a column, in the lines around one that have as many cells."""
    first = last = at
    while first > 0 and len(_cells(text, lines[first - 1], sign)) == count:
        first -= 1
    while last + 1 < len(lines) and len(_cells(text, lines[last + 1], sign)) == count:
        last += 1
    for number in range(first, last + 1):
        start, end = _bare(text, _cells(text, lines[number], sign)[column])
        if start < end and not (number == first and _TITLE.fullmatch(text[start:end])):
            yield start, end
