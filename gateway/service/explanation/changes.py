"""What a rewriting changes, as lines before and after. Pure.

The text after is made of the planned edits; that what goes out is the first reading with just these is what the second
inspection proves (`inspection.planned`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.console.masking import Masking, Span, cover
from gateway.model import Edit, Reading, TextFragment
from gateway.rewriting.plan import ordinals_of
from gateway.text.covering import COVER, printable

_AROUND, _TOGETHER, _LONGEST = 40, 80, 300
_MOST = 200


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One stretch of a text, as it is and as it goes out, with something around it."""

    fragment: TextFragment
    before: str
    after: str


def changed_lines(
    reading: Reading, edits: Sequence[Edit], masking: Masking, *, revealed: bool
) -> tuple[ChangedLine, ...]:
    """Those of all texts, in their order; at most so many."""
    texts = reading.texts
    fragments = {(texts[index].file, ordinal): index for index, ordinal in ordinals_of(texts).items()}
    by_fragment: dict[int, list[Edit]] = {}
    for edit in edits:
        if edit.kind == "text" and (edit.file, edit.ordinal) in fragments:
            by_fragment.setdefault(fragments[edit.file, edit.ordinal], []).append(edit)
    lines = [
        ChangedLine(texts[index], before, after)
        for index, mine in sorted(by_fragment.items())
        for before, after in _lines(index, texts[index].text, mine, None if revealed else masking)
    ][:_MOST]
    if revealed:
        return tuple(lines)
    shown = masking.texts([text for line in lines for text in (line.before, line.after)])
    return tuple(
        ChangedLine(line.fragment, before, after)
        for line, before, after in zip(lines, shown[::2], shown[1::2], strict=True)
    )


def _lines(number: int, text: str, edits: Sequence[Edit], masking: Masking | None) -> Iterator[tuple[str, str]]:
    """Before and after, for each stretch in which something changes."""
    hidden: list[Span] = []
    if masking is not None:
        own = (one.span for one in masking.findings if one.fragment == number and one.kind != "material")
        hidden = [*(span for span in own if span is not None), *masking.spans(text)]
    at, before, after, open_ = 0, "", "", False
    for edit in sorted(edits, key=lambda edit: edit.span):
        start, end = edit.span
        same = _kept(text, at, start, hidden)
        if open_ and len(same) <= _TOGETHER and "\n" not in same:
            before, after = before + same, after + same
        else:
            if open_:
                yield _one_line(before + _head(same)), _one_line(after + _head(same))
            before = after = _tail(same)
        gone = _clipped(text[start:end]) if masking is None else COVER if end > start else ""
        before, after, at, open_ = before + gone, after + edit.replacement, max(at, end), True
    if open_:
        rest = _head(_kept(text, at, len(text), hidden))
        yield _one_line(before + rest), _one_line(after + rest)


def _kept(text: str, start: int, end: int, hidden: Sequence[Span]) -> str:
    """What stays, with what was found covered."""
    inside = [(low - start, high - start) for low, high in hidden if low < end and high > start]
    return cover(text[start:end], inside)


def _head(text: str) -> str:
    line = text.replace("\r", "").split("\n", 1)[0]
    return line if len(line) <= _AROUND else line[:_AROUND] + "…"


def _tail(text: str) -> str:
    line = text.replace("\r", "").rsplit("\n", 1)[-1]
    return line if len(line) <= _AROUND else "…" + line[-_AROUND:]


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _one_line(text: str) -> str:
    return printable(text.replace("\r\n", " ⏎ ").replace("\n", " ⏎ ").replace("\r", " ⏎ ").replace("\t", " "))
