"""What everybody who gets a message has already: it stands in a report of their own, so it tells them nothing.

Two viewers hand in one text, and one person reports two streamers: an answer to the report of one repeats what is in
the report of the other. (What five have tells nobody anything, whoever gets it: `storage.fingerprint_index`.) What is
found of another report at a place where the same is found of a report of the recipient's own is no finding, where that
holds for each recipient outside. To the party of a report nothing of it is familiar.

Two things are left to the detectors. Words that were handed in: between two sentences that both have may stand one that
another wrote alone (`detectors.material`). And a whole mail: two people may be found in one (`detectors.thread`).

In: findings, of which reports, and what is familiar. Out: those findings that say something. Pure.
"""

from collections import defaultdict
from collections.abc import Sequence

from gateway.detection.context import Familiar
from gateway.model import Box, Finding, Kind

_IDENTITY: frozenset[Kind] = frozenset(("name", "nickname", "address", "phone", "account", "government_id"))
_Place = tuple[object, ...]


def strange(found: Sequence[Finding], wanted: frozenset[str], familiar: Familiar) -> list[Finding]:
    """Those of the wanted reports that do not stand in a report of every recipient's own."""
    there: list[dict[_Place, list[Finding]]] = [defaultdict(list) for _ in familiar.own]
    for finding in found:
        for reports, places in zip(familiar.reports, there, strict=True):
            if finding.report in reports:
                places[_place(finding)].append(finding)
    return [
        finding
        for finding in found
        if finding.report in wanted
        and (
            not _comparable(finding)
            or not familiar.may_be_so(finding.report)
            or not all(any(_covers(own, finding) for own in places.get(_place(finding), ())) for places in there)
        )
    ]


def _comparable(finding: Finding) -> bool:
    if finding.kind == "material":
        return finding.variant != "text"
    return finding.kind != "thread" or finding.span is not None


def _place(finding: Finding) -> _Place:
    kind = "identity" if finding.kind in _IDENTITY else finding.kind
    return kind, finding.where, finding.medium, finding.fragment, finding.variant if finding.fragment is None else ""


def _covers(own: Finding, other: Finding) -> bool:
    if other.span is not None:
        return own.span is not None and own.span[0] <= other.span[0] and other.span[1] <= own.span[1]
    return other.box is None or (own.box is not None and _contains(own.box, other.box))


def _contains(one: Box, other: Box) -> bool:
    return (
        one.x <= other.x
        and one.y <= other.y
        and other.x + other.width <= one.x + one.width
        and other.y + other.height <= one.y + one.height
    )
