"""Text in columns on a terminal, where Chinese characters are two wide (Unicode TR 11)."""

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Columns that a terminal gives to `text`."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Every row as one line, cells padded to the widest of their column."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    lines = []
    for row in rows:
        cells = (cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
        lines.append("  ".join(cells).rstrip())
    return lines
