"""Who is meant where a text names somebody and nothing else: the head of a quoted mail, a sender's line.

In: the words, an index, a budget. Out: the ids of reports whose reporter is named. Raises what searching raises.
"""

from gateway.detection.budget import UNLIMITED, Budget
from gateway.detection.context import Views
from gateway.detection.pattern_index import PatternIndex
from gateway.detection.presidio_adapter import recognised
from gateway.identity.patterns import THRESHOLD

_NAMES = frozenset(("name", "nickname"))


def named_in(words: str, index: PatternIndex, budget: Budget = UNLIMITED) -> frozenset[str]:
    """A name's place needs no cue: a nickname that is an everyday word is a nickname there."""
    return frozenset(
        subject.report
        for hit in recognised(Views(words, True, budget), index, pictured=False)
        if hit.kind in _NAMES and hit.score >= THRESHOLD
        for subject in index.chosen(hit.segment, hit.numbers)
    )
