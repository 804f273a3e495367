"""Plots as SVG text, with a title and a description for who hears them. Colours are classes of the style sheet: no
style stands in the text, so that a page may forbid it, and dark is the style sheet's affair.

Each is 360 units wide, as a phone is, and grows with its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

WIDTH = 360
_LEFT, _TOP, _BOTTOM = 34, 12, 24
_HEIGHT = 180
_ROW = 34
_LABEL = 44
"""Letters of half a square that fit beside a number."""


@dataclass(frozen=True, slots=True)
class SpokenText:
    """What a screen reader says: `name` is unique on the page."""

    name: str
    title: str
    text: str


def columns(said: SpokenText, labels: Sequence[str], series: Sequence[Sequence[int]], mark: int | None = None) -> str:
    """Columns of a value each, or of several on top of each other; a line behind the column `mark` says: up to here."""
    sums = [sum(values) for values in zip(*series, strict=True)]
    top = nice(max(sums, default=0))
    inner = WIDTH - _LEFT
    step = inner / max(1, len(labels))
    wide = min(40.0, step * 0.7)
    parts = _grid(top)
    for number, values in enumerate(zip(*series, strict=True)):
        x, base = _LEFT + step * number + (step - wide) / 2, float(_HEIGHT - _BOTTOM)
        for kind, value in enumerate(values):
            high = value / top * (_HEIGHT - _TOP - _BOTTOM)
            if value:
                gap = 1.5 if kind else 0
                shown = max(1.0, high - gap)
                parts.append(_rect(x, base - high, wide, shown, f"s{kind}"))
            base -= high
    parts += _below(labels, step, 1 if step >= 34 else _every(labels))
    if mark is not None:
        x = _LEFT + step * (mark + 1)
        parts.append(f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 8}" y2="{_HEIGHT - _BOTTOM}"/>')
    return _svg(said, _HEIGHT, parts)


def line(said: SpokenText, labels: Sequence[str], values: Sequence[int | None]) -> str:
    """Hundredths by week; where there is none, no point and no line."""
    parts = _grid(100, "%")
    step = (WIDTH - _LEFT) / max(1, len(labels))
    points = [
        None if value is None else (_LEFT + step * (number + 0.5), _height(value, 100))
        for number, value in enumerate(values)
    ]
    for one, other in pairwise(points):
        if one and other:
            ends = f'x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{other[0]:.1f}" y2="{other[1]:.1f}"'
            parts.append(f'<line class="trend" {ends}/>')
    parts += [f'<circle class="s0" cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3.5"/>' for point in points if point]
    parts += _below(labels, step, _every(labels))
    return _svg(said, _HEIGHT, parts)


def bars(said: SpokenText, rows: Sequence[tuple[str, int, str]], most: int = 0) -> str:
    """A row each: a word, a value, and how that is written. Long words are cut; the table beside has them whole."""
    top = most or max((value for _, value, _ in rows), default=0) or 1
    parts = []
    for number, (word, value, written) in enumerate(rows):
        y = number * _ROW
        parts.append(_text(0, y + 13, cut(word, _LABEL), "start", "word"))
        parts.append(_text(WIDTH, y + 13, written, "end", "word"))
        parts.append(_rect(0, y + 19, WIDTH, 8, "empty"))
        if value:
            parts.append(_rect(0, y + 19, max(2.0, WIDTH * min(value, top) / top), 8, "s0"))
    return _svg(said, max(1, len(rows)) * _ROW, parts)


def nice(value: int) -> int:
    """The next of 1, 2, 4, 5, 10, 20, 40, 50, … above a value."""
    step = 1
    while True:
        for times in (1, 2, 4, 5):
            if step * times >= value:
                return max(1, step * times)
        step *= 10


def cut(word: str, most: int) -> str:
    """As many letters as fit; a Chinese one takes two places."""
    places = 0
    for number, letter in enumerate(word):
        places += 2 if ord(letter) > 0x2E7F else 1
        if places > most:
            return word[: max(1, number - 1)] + "…"
    return word


def _grid(top: int, unit: str = "") -> list[str]:
    parts = []
    for value in sorted({0, top // 2 if top % 2 == 0 else 0, top}):
        y = _height(value, top)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(_LEFT - 6, y + 4, f"{value}{unit}", "end"))
    return parts


def _every(labels: Sequence[str]) -> int:
    """Of so many labels one is written, where six have room."""
    return max(1, -(-len(labels) // 6))


def _below(labels: Sequence[str], step: float, every: int) -> list[str]:
    """The labels below their columns, one of `every`, the last among them."""
    last = len(labels) - 1
    return [
        _text(_LEFT + step * (number + 0.5), _HEIGHT - 7, label, "middle")
        for number, label in enumerate(labels)
        if (last - number) % every == 0
    ]


def _height(value: int, top: int) -> float:
    return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)


def _rect(x: float, y: float, wide: float, high: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="1.5"/>'


def _text(x: float, y: float, words: str, anchor: str, kind: str = "label") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(said: SpokenText, high: int, parts: Sequence[str]) -> str:
    name = escape(said.name)
    head = f'<svg class="plot" viewBox="0 0 {WIDTH} {high}" role="img" aria-labelledby="{name}-t {name}-d">'
    words = f'<title id="{name}-t">{escape(said.title)}</title><desc id="{name}-d">{escape(said.text)}</desc>'
    return f"{head}{words}{''.join(parts)}</svg>"
