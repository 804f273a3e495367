"""All detectors over one message.

In: a reading and the subjects that it concerns. Out: findings, the surest first for each place, none below the
threshold. Every detector runs over the same `Scene`, for the first look and for the proof after rewriting alike.
Nothing here fails for a message's sake. A detector that ran out of time (`budget`) leaves behind what it found, and
that something was not looked at; where nobody waits any more, `Abandoned` is raised.
"""

import importlib
import pkgutil
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

import gateway.detection.detectors as folder
from gateway.detection.budget import Budget
from gateway.detection.context import NOTHING, PLAIN, STRANGE, Detector, Familiar, Scene, ThirdParties
from gateway.detection.familiar import strange
from gateway.errors import Failed, OutOfTime, ignored
from gateway.identity import Subject
from gateway.model import Finding, Fingerprints, Location, Reading
from gateway.model.deadline import Deadline

_TEXT_KINDS = frozenset(
    ("name", "nickname", "address", "phone", "account", "government_id", "circumstance", "material", "thread")
)
_REPORTERS = _TEXT_KINDS - {"material", "thread"}
_SAYS_NOBODY = frozenset(("uninspectable", "malformed", "personal_data"))
"""Kinds that tell nothing of the reporter."""


def detect(
    reading: Reading,
    subjects: Sequence[Subject],
    threshold: float = 0.6,
    recipients: Sequence[str] = (),
    common: Fingerprints = NOTHING,
    third_parties: ThirdParties | None = None,
    deadline: Deadline | None = None,
    familiar: Familiar = STRANGE,
    failed: Failed = ignored,
) -> tuple[Finding, ...]:
    """Every sign of the subjects' reporters in a message, also among the envelope's recipients. No subjects, no
    findings. `common` tells nothing, nor does what is `familiar` to everybody who gets it. With `third_parties`, also
    what is personal data of anybody else. What `deadline` or the message's own budget left no time for is
    `uninspectable`; so is a text on which a detector failed, of which `failed` hears.

    Raises: Abandoned where it was cancelled, Late where it passed and is not final."""
    if not subjects:
        return ()
    scene = Scene.of(
        reading, subjects, recipients, common, third_parties, Budget.of(reading, deadline), familiar, failed
    )
    found = [finding for detector in DETECTORS for finding in _found(detector, scene) if finding.score >= threshold]
    if familiar.own:
        found = strange(found, frozenset(subject.report for subject in subjects), familiar)
    if third_parties is not None:
        found = _others(found, third_parties.judged)
    return tuple(_reduced(_supported([_as_code(finding) for finding in found])))


def _found(detector: Detector, scene: Scene) -> Iterator[Finding]:
    """What a detector finds, as far as it comes."""
    try:
        yield from detector.find(scene)
    except OutOfTime:
        yield Finding(
            "uninspectable", scene.subjects[0].report, Location(""), None, "search_timed_out", 1.0, detector.name
        )


def _collected() -> tuple[Detector, ...]:
    """Every module of the folder has a constant DETECTOR: no list to forget."""
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}.")]
    detectors = sorted((module.DETECTOR for module in modules), key=lambda detector: str(detector.name))
    # What may only be watched comes last: past the deadline it is that which was not looked for.
    return tuple(sorted(detectors, key=lambda detector: "personal_data" in detector.kinds))


DETECTORS = _collected()


def _others(found: Sequence[Finding], judged: float) -> list[Finding]:
    """Without personal data that is the reporter's: what is found of a reporter in its place, and counts, says more."""
    theirs: dict[int | None, list[tuple[int, int]]] = {}
    for finding in found:
        if finding.kind in _REPORTERS and finding.score >= judged and finding.span is not None:
            theirs.setdefault(finding.fragment, []).append(finding.span)
    covered = {fragment: _SpanSet(spans) for fragment, spans in theirs.items()}
    return [
        f
        for f in found
        if f.kind != "personal_data" or f.fragment not in covered or not covered[f.fragment].meets(f.span)
    ]


class _SpanSet:
    """Spans, each of which may lie over others."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts, ends = zip(*sorted(spans), strict=True)
        self._reach = list(accumulate(ends, max))  # how far those go that begin up to here

    def meets(self, span: tuple[int, int] | None) -> bool:
        """Whether one of them shares a character with `span`."""
        if span is None:
            return False
        before = bisect_left(self._starts, span[1])  # how many begin before it ends
        return before > 0 and self._reach[before - 1] > span[0]


def _as_code(finding: Finding) -> Finding:
    """What a QR or bar code says is not seen by eye: it cannot be taken out as text, so it is a kind of its own."""
    if finding.medium == "code" and finding.kind in _TEXT_KINDS:
        return replace(finding, kind="qr_code", variant=finding.variant or finding.kind)
    return finding


def _supported(found: Sequence[Finding]) -> list[Finding]:
    """Without the plain ones (an avatar like many others) of reports that nothing else tells of."""
    certain = {finding.report for finding in found if finding.variant != PLAIN and finding.kind not in _SAYS_NOBODY}
    return [finding for finding in found if finding.variant != PLAIN or finding.report in certain]


def _reduced(found: Iterable[Finding]) -> list[Finding]:
    """Of findings of one kind and report that overlap, one remains: the surest, over all that they covered."""
    kept: dict[Finding, None] = {}
    spans: dict[tuple[str, str, int], list[Finding]] = {}
    for finding in found:
        if finding.fragment is None or finding.span is None:
            kept[finding] = None
        else:
            spans.setdefault((finding.kind, finding.report, finding.fragment), []).append(finding)
    for group in spans.values():
        group.sort(key=lambda f: f.span or (0, 0))
        merged: list[Finding] = []
        for finding in group:
            if merged and finding.span and merged[-1].span and finding.span[0] < merged[-1].span[1]:
                merged[-1] = _joined(merged[-1], finding)
            else:
                merged.append(finding)
        kept.update(dict.fromkeys(merged))
    return list(kept)


def _joined(one: Finding, other: Finding) -> Finding:
    assert one.span is not None
    assert other.span is not None
    best = max(one, other, key=lambda f: (f.score, (f.span or (0, 0))[1] - (f.span or (0, 0))[0]))
    return replace(best, span=(min(one.span[0], other.span[0]), max(one.span[1], other.span[1])))
