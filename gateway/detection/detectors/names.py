"""The reporter's names and nicknames in any text, in any writing.

Two weak signs of the same person in one text are a strong one: 小鸣 may be anybody, and so may 张先生, but not both.
What lies across a name that was found whole is no sign of its own: 小鸣 of 张小鸣, 小鸣张 of 张小鸣张小鸣.
"""

from bisect import bisect_left
from dataclasses import replace

from gateway.detection.recognizer import PresidioDetector
from gateway.detection.search import Hit

_PARTS = frozenset(("given_name", "given_pinyin", "surname_title"))
_TURNED = frozenset(("given_first", "reversed", "mixed"))
_TOGETHER = 0.65


def _together(hits: list[Hit]) -> list[Hit]:
    whole = sorted({(hit.start, hit.end) for hit in hits if hit.variant not in _PARTS | _TURNED and hit.score >= 0.6})
    hits = [hit for hit in hits if hit.variant not in _PARTS | _TURNED or not _lies_across(hit, whole)]
    parts = {hit for hit in hits if hit.variant in _PARTS and hit.cue != "beside"}
    if len({hit.variant for hit in parts}) < 2:
        return hits
    return [replace(hit, score=max(hit.score, _TOGETHER)) if hit in parts else hit for hit in hits]


def _lies_across(hit: Hit, spans: list[tuple[int, int]]) -> bool:
    """Whether it shares characters with one of the spans, which are sorted and as good as disjoint."""
    place = bisect_left(spans, (hit.start, hit.end))
    return any(start < hit.end and hit.start < end for start, end in spans[max(0, place - 2) : place + 2])


DETECTOR = PresidioDetector("names", ("name", "nickname"), _together)
