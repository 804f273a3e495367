"""A name in a picture of which one character was read wrong: 李霉莹 on a screenshot of twelve pixels a line.

Optical reading is unsure of a line where it errs, so a name that is there but for one character (of five and more: two)
counts as far as the reader was unsure: its confidence is the mean over a line, and one bad character of a long line
hardly moves it, so the doubt of the whole line is laid on the one character that differs. A line that was read surely
names somebody else.
"""

from collections.abc import Iterator

import numpy as np

from gateway.detection.context import Scene, finding_at
from gateway.fingerprints.folding import Letters, codes
from gateway.images.calibration import OCR_CHARACTER_SURE_SCORE
from gateway.model import Finding, Kind, TextBox, TextFragment
from gateway.text.han import all_han
from gateway.text.normalize import letters

_SHORTEST = 3
_LEAST, _MOST = 0.62, 0.8


class _Misread:
    name = "misread"
    kinds: tuple[Kind, ...] = ("name", "nickname")

    def find(self, scene: Scene) -> Iterator[Finding]:
        wanted = [
            (subject.report, item.kind, plain)
            for subject in scene.subjects
            for item in subject.items
            if item.kind in self.kinds and all_han(plain := letters(item.value).text) and len(plain) >= _SHORTEST
        ]
        if not wanted:
            return
        for index, fragment in enumerate(scene.budget.over(scene.reading.texts, 1)):
            if fragment.medium != "picture" or not fragment.boxes:
                continue
            view = scene.views[index].letters
            doubts = _doubts(fragment)
            written = codes(view.text)
            for report, kind, plain in scene.budget.over(wanted):
                for start in _nearly(written, codes(plain)):
                    span = view.origin(start, start + len(plain))
                    doubt = max((doubts.get(at, 0.0) for at in range(*span)), default=0.0)
                    if doubt > 1 - OCR_CHARACTER_SURE_SCORE and "\n" not in fragment.text[slice(*span)]:
                        score = round(min(_MOST, _LEAST + 0.3 * (doubt - (1 - OCR_CHARACTER_SURE_SCORE))), 3)
                        yield finding_at(scene, index, span, kind, report, self.name, score, variant="misread")


def _nearly(text: Letters, name: Letters) -> list[int]:
    """Where the name stands but for one character, or two of five."""
    allowed = 1 if len(name) < 5 else 2
    count = len(text) - len(name) + 1
    if count <= 0:
        return []
    wrong = np.zeros(count, np.uint32)
    for place, letter in enumerate(name):
        wrong += text[place : place + count] != letter
    found: list[int] = np.flatnonzero((wrong > 0) & (wrong <= allowed)).tolist()
    return found


def _doubts(fragment: TextFragment) -> dict[int, float]:
    """How far each character may be wrong, by its place in the text."""
    lines: dict[int, list[TextBox]] = {}
    line, at = 0, 0
    for mark in fragment.boxes:
        line += fragment.text.count("\n", at, mark.start)
        at = mark.start
        lines.setdefault(line, []).append(mark)
    doubts: dict[int, float] = {}
    for marks in lines.values():
        count = sum(mark.end - mark.start for mark in marks)
        for mark in marks:
            for place in range(mark.start, mark.end):
                doubts[place] = min(1.0, (1 - mark.confidence) * count)
    return doubts


DETECTOR = _Misread()
