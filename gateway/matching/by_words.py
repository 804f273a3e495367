"""Reports that a message may concern by what it says: a reported party is named, or a number of the report.

A match holds nothing: it says whose reporter is looked for. So a name that many people have costs a look and no more.

In: what the store says of the words of fingerprints, and the audience. Out: one match a recipient for each report that
no recipient gave and whose reporter somebody who gets the message may not know. Pure.
"""

from collections.abc import Container, Iterable
from typing import Literal

from gateway.matching.audience import Audience
from gateway.model import Match

_STRENGTH = {"name": 0.6, "number": 0.9}


def by_words(
    called: Iterable[tuple[str, Literal["name", "number"]]], audience: Audience, known: Container[str]
) -> tuple[Match, ...]:
    """A number says more than a name: where both stand there, it is the reason."""
    reasons: dict[str, Literal["name", "number"]] = {}
    for report, sort in called:
        if report not in known and not audience.may_read(report) and reasons.get(report) != "number":
            reasons[report] = sort
    return tuple(match for report, sort in reasons.items() for match in audience.matches(report, sort, _STRENGTH[sort]))
