"""Texts that are seen in another order than they stand in the source.

In: the shown text, or source and tokens. Out: `Mapped` texts. Nothing is raised.
"""

from collections.abc import Sequence

from gateway.formats.html.tokens import HtmlToken
from gateway.text.offset_map import Builder, Mapped

_LONGEST_CELL = 2
_FEWEST_ROWS = 3
_MOST_COLUMNS = 60


def turned(text: Mapped) -> Mapped:
    """Every line from its end to its start: `direction`, `bdo`, `row-reverse`, letters that float to the right."""
    builder = Builder(text)
    at = 0
    for line in text.text.split("\n"):
        for place in range(at + len(line) - 1, at - 1, -1):
            builder.copy(text.text[place], place)
        builder.add("\n")
        at += len(line) + 1
    return builder.done()


def columns(source: str, cut: Sequence[HtmlToken]) -> Mapped | None:
    """The columns of a page's tables in which every cell is a letter or two; None where there is none."""
    builder = Builder()
    rows: list[list[list[tuple[int, int]]]] = []
    for token in cut:
        if token.name == "tr" and token.kind == "start":
            rows.append([])
        elif token.name in ("td", "th") and token.kind == "start" and rows:
            rows[-1].append([])
        elif token.kind == "text" and rows and rows[-1]:
            rows[-1][-1].append((token.start, token.end))
    for number in range(min(max(map(len, rows), default=0), _MOST_COLUMNS)):
        down: list[tuple[int, int]] = []
        for row in [*rows, []]:
            cell = [] if number >= len(row) else [
                (start, end) for start, end in row[number] if source[start:end].strip()
            ]  # fmt: skip
            if len(cell) == 1 and len(source[cell[0][0] : cell[0][1]].strip()) <= _LONGEST_CELL:
                down += cell
                continue
            if len(down) >= _FEWEST_ROWS:
                for start, end in down:
                    bare = source[start:end].strip()
                    builder.copy(bare, start + source[start:end].index(bare))
                builder.add("\n")
            down = []
    return builder.done() if builder.length else None
