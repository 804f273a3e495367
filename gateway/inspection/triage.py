"""Does this message concern any report? Answered without reading it, where that can be.

The question is asked in two places and means one thing: `unrelated_by_cache` answers from memory alone, on the event
loop; `unrelated_by_index` asks the store, on a thread. True is certain, False says nothing: then the content is read
and `inspect` finds out. Both go by the envelope first, then by the fingerprints of a plain content.

Raises: errors.StoreUnavailable as the store does.
"""

from gateway.inspection.spoken import fingerprints_of_envelope
from gateway.inspection.tools import InspectionDeps
from gateway.matching import (
    Audience,
    audience_of,
    by_envelope,
    by_words,
    certainly_inside,
    concerns_no_report,
    suspected,
)
from gateway.model import Envelope, Fingerprints


def audience(envelope: Envelope, tools: InspectionDeps) -> Audience:
    """Who gets it, and what each of them is to which report; one look-up."""
    return audience_of(envelope, tools.reports, tools.circle)


def unrelated_by_cache(envelope: Envelope, fingerprints: Fingerprints | None, tools: InspectionDeps) -> bool:
    """Whether what is in memory says that it concerns no report: no query, no reading."""
    if certainly_inside(envelope, tools.reports, tools.circle):
        return True
    return (
        fingerprints is not None
        and tools.limiter.certainly_within(envelope, fingerprints, tools.policy.limits)
        and concerns_no_report(envelope, tools.reports)
        and tools.marks.cannot_match(fingerprints)
        and all(tools.marks.cannot_match(said) for said in fingerprints_of_envelope(envelope))
        and tools.callings.cannot_match(fingerprints.words)
    )


def unrelated_by_index(
    envelope: Envelope, who: Audience, fingerprints: Fingerprints | None, tools: InspectionDeps
) -> bool:
    """Whether a few probes of the index say so, still without reading."""
    if by_envelope(who):
        return False
    if who.stays_inside():
        return True
    if fingerprints is None or by_words(tools.callings.called(fingerprints.words), who, ()):
        return False
    return not any(
        suspected(tools.marks.trace(one), who, ()) for one in (fingerprints, *fingerprints_of_envelope(envelope))
    )
