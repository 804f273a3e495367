"""The reporters' names and nicknames, and what leads to them, in any text and in any writing.

A text that could not be searched to its end, because a recognizer failed or ran out of time, counts as one that cannot
be inspected: what was not looked at is not clean.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from gateway.detection.budget import Budget
from gateway.detection.context import Scene, Views, finding_at
from gateway.detection.corroboration import FEW, corroborated_hits
from gateway.detection.pattern_index import PatternIndex
from gateway.detection.pattern_index_cache import INDEXES
from gateway.detection.presidio_adapter import KINDS, recognised
from gateway.detection.search import Hit, Placed
from gateway.errors import OutOfTime, Unavailable
from gateway.identity import Subject
from gateway.identity.patterns import THRESHOLD
from gateway.model import Finding, Kind

_NAMES = frozenset(("name", "nickname"))
_MOST_UNWEIGHED = 1000


class _Identity:
    name = "identity"
    kinds: tuple[Kind, ...] = (*KINDS, "uninspectable")

    def find(self, scene: Scene) -> Iterator[Finding]:
        index = INDEXES.of(scene.subjects, scene.budget)
        placed: list[Placed] = []
        known: dict[tuple[Views, bool], list[Hit]] = {}  # two texts may be the same
        unsearched: dict[Finding, None] = {}
        for number, views in (*enumerate(scene.views), *scene.hidden):
            text = scene.reading.texts[number]
            if not views.original:
                continue
            key = views, text.medium == "picture"
            try:
                if key not in known:
                    known[key] = recognised(views, index, key[1])
                placed += [Placed(number, hit) for hit in known[key]]
            except OutOfTime:
                unsearched[_unsearched(scene, number, "search_timed_out")] = None
            except Unavailable:  # nobody waits, or it can be tried again
                raise
            except Exception as error:  # whatever it is, the text was not searched
                unsearched[_unsearched(scene, number, "search_failed", type(error).__name__)] = None
                scene.failed(error)
            finally:
                views.forget()
        yield from unsearched
        for number, hit, subjects in _counting(placed, index, scene.budget):
            for subject in subjects:
                yield _finding(scene, number, hit, subject.report)


def _counting(
    placed: list[Placed], index: PatternIndex, budget: Budget
) -> Iterator[tuple[int, Hit, Sequence[Subject]]]:
    """What counts of all that was found. Where no time is left to weigh it, the strong signs do, so many as say it all:
    the message cannot be inspected anyway."""
    try:
        yield from list(corroborated_hits(placed, index, budget))
    except OutOfTime:
        strong = islice((one for one in placed if one.hit.score >= THRESHOLD), _MOST_UNWEIGHED)
        for number, hit in ((one.text, one.hit) for one in strong):
            if subjects := index.chosen(hit.segment, hit.numbers)[:FEW]:
                yield number, hit, subjects
        raise


def _finding(scene: Scene, text: int, hit: Hit, report: str) -> Finding:
    detector = "circumstances" if hit.kind == "circumstance" else "names" if hit.kind in _NAMES else "contacts"
    return finding_at(
        scene,
        text,
        (hit.start, hit.end),
        hit.kind,
        report,
        detector,
        hit.score,
        variant=hit.variant,
        base=hit.base,
        support=hit.support,
        cue=hit.word,
    )


def _unsearched(scene: Scene, number: int, reason: str, variant: str = "") -> Finding:
    text = scene.reading.texts[number]
    return Finding("uninspectable", scene.subjects[0].report, text.where, text.medium, reason, 1.0, variant)


DETECTOR = _Identity()
