"""The reporters' names and nicknames, and what leads to them, in any text and in any writing.

A text that could not be searched to its end, because a recognizer failed or ran out of time, counts as one that cannot
be inspected: what was not looked at is not clean.
"""

from collections.abc import Iterator

from gateway.detection.evidence import weighed
from gateway.detection.indexes import INDEXES
from gateway.detection.recognizer import KINDS, recognised
from gateway.detection.scene import Scene, finding_at
from gateway.detection.search import Hit, Placed
from gateway.errors import OutOfTime
from gateway.model import Finding, Kind

_NAMES = frozenset(("name", "nickname"))


class _Identity:
    name = "identity"
    kinds: tuple[Kind, ...] = (*KINDS, "uninspectable")

    def find(self, scene: Scene) -> Iterator[Finding]:
        index = INDEXES.of(scene.subjects)
        placed: list[Placed] = []
        for number, views in (*enumerate(scene.views), *scene.hidden):
            text = scene.reading.texts[number]
            if not views.original:
                continue
            try:
                placed += [Placed(number, hit) for hit in recognised(views, index, text.medium == "picture")]
            except OutOfTime:
                yield _unsearched(scene, number, "search_timed_out")
            except Exception as error:  # whatever it is, the text was not searched
                yield _unsearched(scene, number, "search_failed", type(error).__name__)
        for number, hit, subjects in weighed(placed, index):
            for subject in subjects:
                yield _finding(scene, number, hit, subject.report)


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
