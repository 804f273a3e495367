"""Findings with what ties them to their reports; the reported party is looked for as carefully as the reporter is.

A name of two letters or a word of five digits is too common to say whose mail a message is (`matching.by_words`). But
in a message that holds a reporter's number already it is a tie, however it is written: ✨星儿✨, 星兒, xinger.

In: findings, the reading, the matches, the subjects. Out: the findings, each with its tie. Raises what detection does
where nobody waits any more.
"""

from collections.abc import Iterable, Sequence

from gateway.detection import detect
from gateway.errors import Failed, ignored
from gateway.identity import Subject
from gateway.matching import IDENTITY, NO_WORDS, with_ties
from gateway.model import Finding, Match, Reading
from gateway.model.deadline import Deadline
from gateway.model.words import Words

UNSEARCHED = frozenset(("search_timed_out", "search_failed"))
"""Detectors that say of a text that it was not searched to its end."""
_MISSPELLED = 0.5
_MISSPELLINGS = frozenset(("homophone", "look_alike"))
"""洋光小北 is 阳光小北, beside the number of somebody who reported 阳光小北."""


def tied(
    findings: Sequence[Finding],
    reading: Reading,
    matches: Iterable[Match],
    subjects: Sequence[Subject],
    threshold: float,
    deadline: Deadline | None = None,
    failed: Failed = ignored,
    own_words: Words = NO_WORDS,
) -> tuple[Finding, ...]:
    """The same findings. What of the party could not be looked for to the end counts as found; of a fault of ours
    `failed` hears."""

    def named(asked: Sequence[Subject]) -> Sequence[Finding]:
        parties = tuple(subject.party for subject in asked if subject.party is not None)
        found = detect(reading, parties, min(threshold, _MISSPELLED), deadline=deadline, failed=failed)
        return [
            one
            for one in found
            if one.detector in UNSEARCHED
            or (one.kind in IDENTITY and (one.score >= threshold or one.variant in _MISSPELLINGS))
        ]

    return with_ties(findings, reading, matches, subjects, threshold, named, own_words)
