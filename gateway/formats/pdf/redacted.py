"""A content stream without some of its glyphs, and the lines that they stood in set anew.

Only the text objects (`BT` to `ET`) that lose or move a glyph are written otherwise: every string in them gets a place
of its own (`Tm`), so that none depends on what went before it. What is painted for the lost word alone (a line under
it, a bar over or behind it) goes with it, since its length is the word's. Everything else stays as it was.

In: a stream as it was followed, lines set anew. Out: instructions. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from gateway.formats.pdf.content import Glyph, Instruction, Painted, Stream, advance
from gateway.formats.pdf.geometry import Matrix, Point, inverse, turned
from gateway.formats.pdf.lines import NewLine
from gateway.formats.pdf.words import Word

_PLACING = frozenset(("Td", "TD", "T*", "Tm"))
_SHOWING = frozenset(("Tj", "TJ", "'", '"'))
_SPOKEN = ("/ActualText", "/Alt", "/E")
_BESIDE, _BELOW, _ABOVE = 0.5, 0.5, 1.25
_BEHIND, _FOOT, _HEAD = 0.8, 0.85, 1.75
_ALONE = 1.5
"""How far from a line, in em, something may be painted that belongs to its words alone: a line; an area behind them,
from so high on, which leaves room around them; and beside words that stand alone."""
_CLOSE = 0.01
_MOST_SPOKEN = 40
_MOST_COMPARED = 5_000_000
_UNSEEN = 3
_BAR_FOOT, _BAR_GREY = 0.2, 0.87


@dataclass(slots=True)
class _Moves:
    shift: dict[int, Point] = field(default_factory=dict)
    narrow: dict[int, float] = field(default_factory=dict)
    words: dict[int, tuple[Word, Point]] = field(default_factory=dict)


def without(stream: Stream, gone: set[int], lines: Sequence[NewLine]) -> list[Instruction]:
    """The instructions that draw the stream without the glyphs `gone`."""
    moves = _moves(lines)
    by_instruction: dict[int, list[int]] = {}
    for index, glyph in enumerate(stream.glyphs):
        by_instruction.setdefault(glyph.at, []).append(index)
    changed = gone | set(moves.shift)  # also what stays in its place: that it does would say how long the word was
    touched = {stream.glyphs[index].at for index in changed}
    if len(stream.painted) * len(lines) > _MOST_COMPARED:
        raise ValueError("more paths and lines than are compared")
    unpainted = _unpainted(stream, [one for one in stream.painted if any(belongs(one, line) for line in lines)])
    muted = _muted(stream, {stream.glyphs[index].at for index in gone})
    made: list[Instruction] = []
    for first, last in _blocks(stream.instructions):
        anew = any(at in touched for at in range(first, last))
        for at in range(first, last):
            operands, operator = stream.instructions[at]
            if at in unpainted:
                continue
            if at in muted:
                made.append(_unspoken(operands, operator))
            elif not anew or operator not in _PLACING | _SHOWING:
                made.append((operands, operator))
            elif operator in _SHOWING:
                own = by_instruction.get(at, [])
                made += _shown(stream, at, own, gone, moves) if at in touched else _placed(stream, at)
            elif operator == "TD":
                made.append(([-float(operands[1])], "TL"))
    return made


def _unpainted(stream: Stream, gone: Sequence[Painted]) -> set[int]:
    """Instructions that are there for what is painted no more: its size stands in them. ValueError for a picture whose
    size is that of something else too."""
    found: set[int] = set()
    for one in gone:
        operators = [operator for _, operator in stream.instructions[one.since : one.at + 1]]
        after = stream.instructions[one.at + 1][1] if one.at + 1 < len(stream.instructions) else "Q"
        if operators[-1] in ("Do", "BI") and (operators[0] != "cm" or after != "Q"):
            raise ValueError("a picture whose size says how long a word was")
        found.update(range(one.since, one.at + 1))
    return found


def _moves(lines: Iterable[NewLine]) -> _Moves:
    moves = _Moves()
    for line in lines:
        x, y = line.way
        moves.shift |= {index: (x * shift, y * shift) for index, shift in line.shift.items()}
        moves.narrow |= line.narrow
        moves.words |= {index: (word, (x * shift, y * shift)) for index, (word, shift) in line.words.items()}
    return moves


def _blocks(instructions: Sequence[Instruction]) -> Iterator[tuple[int, int]]:
    """Runs of instructions: each text object by itself, and what stands between two."""
    start = 0
    for at, (_, operator) in enumerate(instructions):
        if operator == "BT":
            yield start, at
            start = at
        elif operator == "ET":
            yield start, at + 1
            start = at + 1
    yield start, len(instructions)


def _placed(stream: Stream, at: int) -> list[Instruction]:
    """The same string at the same place, without what went before it."""
    operands, operator = stream.instructions[at]
    made = _states(operands, operator)
    made.append((list(stream.starts[at]), "Tm"))
    made.append((operands, "TJ") if operator == "TJ" else ([operands[-1]], "Tj"))
    return made


def _states(operands: Sequence[Any], operator: str) -> list[Instruction]:
    return [([operands[0]], "Tw"), ([operands[1]], "Tc")] if operator == '"' else []


def _shown(stream: Stream, at: int, own: Sequence[int], gone: set[int], moves: _Moves) -> list[Instruction]:
    """What is left of a string, each glyph in its new place."""
    made = _states(*stream.instructions[at])
    run: list[tuple[int, Glyph, Point, float]] = []
    for index in own:
        glyph = stream.glyphs[index]
        narrow = moves.narrow.get(index, 1.0)
        if index in gone:
            made += _run(run)
            run = []
            if index in moves.words:
                made += _word(glyph, *moves.words[index], narrow)
            continue
        if run and run[-1][3] != narrow:
            made += _run(run)
            run = []
        run.append((index, glyph, moves.shift.get(index, (0.0, 0.0)), narrow))
    return made + _run(run)


def _run(run: Sequence[tuple[int, Glyph, Point, float]]) -> list[Instruction]:
    """Glyphs one after the other, as one string with the steps between them."""
    if not run:
        return []
    _, first, shift, narrow = run[0]
    state = first.state
    parts: list[Any] = []
    pending = b""
    for number, (_, glyph, _, _) in enumerate(run):
        pending += glyph.code
        if number + 1 == len(run):
            break
        wanted = _step(run[number], run[number + 1])
        usual = advance(state, glyph.code) * narrow
        unit = state.size * state.stretch * narrow / 1000
        back = (usual - wanted) / unit if unit else 0.0
        if abs(back) > _CLOSE:
            parts += [pikepdf.String(pending), round(back, 4)]
            pending = b""
    parts.append(pikepdf.String(pending))
    made: list[Instruction] = [(list(_shifted(first, shift)), "Tm")]
    shown: Instruction = ([pikepdf.Array(parts)], "TJ")
    if narrow == 1.0:
        return [*made, shown]
    stretch = state.stretch * 100
    return [*made, ([round(stretch * narrow, 4)], "Tz"), shown, ([stretch], "Tz")]


def _step(one: tuple[int, Glyph, Point, float], other: tuple[int, Glyph, Point, float]) -> float:
    """From glyph to glyph, in text space."""
    _, glyph, shift, _ = one
    _, following, further, _ = other
    x = following.origin[0] + further[0] - glyph.origin[0] - shift[0]
    y = following.origin[1] + further[1] - glyph.origin[1] - shift[1]
    long = glyph.ahead[0] ** 2 + glyph.ahead[1] ** 2
    assert glyph.state.font is not None
    em = glyph.state.size * glyph.state.font.em * glyph.state.stretch
    return (x * glyph.ahead[0] + y * glyph.ahead[1]) / long * em


def _word(glyph: Glyph, word: Word, shift: Point, narrow: float) -> list[Instruction]:
    """The word in place of a glyph, in its size, colour and direction, on a grey bar of its own length: who has no font
    for the word sees that something was left out."""
    state = glyph.state
    assert state.font is not None
    size = state.size * state.font.em
    matrix = list(_shifted(glyph, shift))
    stretch = state.stretch * narrow
    made: list[Instruction] = []
    if state.mode != _UNSEEN:  # as the words of a scan are, which lie over its picture
        bar = [0, round(state.rise - _BAR_FOOT * size, 4), round(word.width * size * stretch, 4), round(size, 4)]
        made = [
            ([], "ET"),
            ([], "q"),
            (matrix, "cm"),
            ([_BAR_GREY], "g"),
            (bar, "re"),
            ([], "f"),
            ([], "Q"),
            ([], "BT"),
        ]
    made += [
        (matrix, "Tm"),
        ([pikepdf.Name(word.font), size], "Tf"),
        ([0], "Tc"),
        ([0], "Tw"),
        ([round(stretch * 100, 4)], "Tz"),
        ([pikepdf.String(word.string)], "Tj"),
        ([state.stretch * 100], "Tz"),
        ([state.word_spacing], "Tw"),
        ([state.spacing], "Tc"),
        ([pikepdf.Name(state.name), state.size], "Tf"),
    ]
    return made


def _shifted(glyph: Glyph, by: Point) -> Matrix:
    """The text matrix that shows it this far from where it stood in the stream's space."""
    x, y = turned(by, inverse(glyph.space))
    a, b, c, d, e, f = glyph.matrix
    return (a, b, c, d, round(e + x, 5), round(f + y, 5))


def belongs(painted: Painted, line: NewLine) -> bool:
    """Whether it was painted for words of this line, or cuts them, and at least partly for those that go."""
    x, y = line.way
    corners = [(a, b) for a in (painted.low[0], painted.high[0]) for b in (painted.low[1], painted.high[1])]
    us = [a * x + b * y for a, b in corners]
    vs = [b * x - a * y for a, b in corners]
    low, high = line.low[1], line.high[1]
    beside, below, above = _BESIDE, _BELOW, _ABOVE
    if max(vs) - min(vs) >= _BEHIND * line.em and min(vs) <= low + 0.5 * line.em:
        below, above = _FOOT, _HEAD
        if line.is_all:
            beside, below, above = _ALONE, _ALONE, _ALONE + 1
    if min(us) < line.low[0] - beside * line.em or max(us) > line.high[0] + beside * line.em:
        return False
    if min(vs) < low - below * line.em or max(vs) > high + above * line.em:
        return False
    return min(us) < line.gone[1] and line.gone[0] < max(us)


def with_spoken(stream: Stream, gone: set[int]) -> set[int]:
    """And all glyphs for which words are to be spoken of which one goes: PDFium reads those words, and not the glyphs,
    so that it is not known which glyph is which. ValueError where that is more than a word or two."""
    muted = _muted(stream, {stream.glyphs[index].at for index in gone})
    if not muted:
        return gone
    inside: set[int] = set()
    depth, ends = 0, list[int]()
    for at, (_, operator) in enumerate(stream.instructions):
        if operator in ("BMC", "BDC"):
            depth += 1
            if at in muted:
                ends.append(depth)
        elif operator == "EMC":
            if ends and ends[-1] == depth:
                ends.pop()
            depth -= 1
        elif ends:
            inside.add(at)
    spoken = {index for index, glyph in enumerate(stream.glyphs) if glyph.at in inside}
    if len(spoken) > _MOST_SPOKEN:
        raise ValueError("words to be spoken for more than a word")
    return gone | spoken


def _muted(stream: Stream, lost: set[int]) -> set[int]:
    """Marks with words to be spoken that hold an instruction of which a glyph goes."""
    open_marks: list[int] = []
    found: set[int] = set()
    for at, (operands, operator) in enumerate(stream.instructions):
        if operator in ("BMC", "BDC"):
            open_marks.append(at if operator == "BDC" and len(operands) > 1 else -1)
        elif operator == "EMC" and open_marks:
            open_marks.pop()
        elif at in lost:
            found.update(open_marks)
    return {at for at in found if at >= 0 and _speaks(stream, stream.instructions[at][0][1])}


def _speaks(stream: Stream, properties: Any) -> bool:
    if isinstance(properties, pikepdf.Name):
        named = stream.resources.get("/Properties", pikepdf.Dictionary()).get(str(properties))
        if isinstance(named, pikepdf.Dictionary) and any(key in named for key in _SPOKEN):
            raise ValueError("words to be spoken that stand elsewhere")
        return False
    return isinstance(properties, pikepdf.Dictionary) and any(key in properties for key in _SPOKEN)


def _unspoken(operands: Sequence[Any], operator: str) -> Instruction:
    kept = {key: value for key, value in operands[1].items() if key not in _SPOKEN}
    return [operands[0], pikepdf.Dictionary(kept)], operator
