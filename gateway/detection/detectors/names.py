"""The reporter's names and nicknames in any text, in any writing.

Two weak signs of the same person in one text are a strong one: 小鸣 may be anybody, and so may 张先生, but not both.
"""

from dataclasses import replace

from gateway.detection.recognizer import PresidioDetector
from gateway.detection.search import Hit

_WEAK = frozenset(("given_name", "given_pinyin", "surname_title"))
_TOGETHER = 0.65


def _together(hits: list[Hit]) -> list[Hit]:
    whole = [hit for hit in hits if hit.variant not in _WEAK and hit.score >= _TOGETHER]
    parts = [
        hit
        for hit in hits
        if hit.variant in _WEAK
        and hit.cue != "beside"
        and not any(other.start <= hit.start and hit.end <= other.end for other in whole)  # 小鸣 of 张小鸣
    ]
    if len({hit.variant for hit in parts}) < 2:
        return hits
    return [replace(hit, score=max(hit.score, _TOGETHER)) if hit in parts else hit for hit in hits]


DETECTOR = PresidioDetector("names", ("name", "nickname"), _together)
